"""The trained models among a step's variables."""

from __future__ import annotations

import collections

from . import kinds, travel

#: `model`: the object; `kind`: `sklearn`, `xgboost` or None; `capture`: what was seen of its fit,
#: or None; `unservable`: why no server can load it, empty where one can.
Candidate = collections.namedtuple(
    "Candidate", ["variable", "model", "kind", "capture", "unservable"]
)


def find(namespace, inputs, captures, only=None):
    """Return the models that this step trained or bound.

    Parameters
    ----------
    namespace : dict
        The notebook's variables.
    inputs : dict
        What earlier steps handed over: such a model counts only where this step fitted it.
    captures : Captures
        The fits that were seen.
    only : str or None
        The one variable that is a model, where the project names it.

    Returns
    -------
    list of Candidate
        In the order of binding; of several names of one object the first.
    """
    found = {}
    given = {id(value) for value in inputs.values()}
    for name, value in list(namespace.items()):
        if name.startswith("_") or (only is not None and name != only):
            continue
        if id(value) in found or not _is_model(value):
            continue
        if id(value) in given and captures.of(value) is None:
            continue
        found[id(value)] = (name, value)
    inner = {id(step) for _, value in found.values() for step in _parts(value)}
    return [
        _candidate(name, value, captures)
        for key, (name, value) in found.items()
        if key not in inner
    ]


def _is_model(value):
    try:
        return kinds.is_fitted_predictor(value)
    except Exception:
        # A variable's own attribute code failed when asked: then it is no scikit-learn model.
        return False


def _parts(model):
    """What a Pipeline is made of, and what that is made of."""
    steps = getattr(model, "steps", None)
    if not kinds.is_instance(model, {("sklearn.pipeline", "Pipeline")}) or not steps:
        return
    for _, part in steps:
        yield part
        yield from _parts(part)


def _candidate(name, model, captures):
    capture = captures.of(model)
    kind, unservable = _servable(model)
    return Candidate(name, model, kind, capture, unservable)


def _servable(model):
    """Return the serving kind and, where there is none, the reason."""
    own = sorted(_own_classes(model))
    if own:
        return None, (
            f"The class {own[0]} is defined in the notebook, so no model server can load it: "
            "move it to a package that both can install."
        )
    if kinds.is_instance(model, {("xgboost", "Booster"), ("xgboost", "XGBModel")}):
        return "xgboost", ""
    if type(model).__module__.startswith(("sklearn.", "imblearn.")):
        return "sklearn", ""
    if kinds.is_estimator(model) and travel.local_files({type(model).__module__}):
        return "sklearn", ""
    return None, (
        f"Models of type {kinds.type_name(model)} cannot be served yet; "
        "scikit-learn's and XGBoost's can."
    )


def _own_classes(model, depth=4):
    """Names of classes and functions of the notebook that the model is made of."""
    if depth == 0 or isinstance(model, (str, bytes, int, float, bool, type(None))):
        return
    is_code = isinstance(model, type) or hasattr(model, "__code__")
    thing = model if is_code else type(model)
    if getattr(thing, "__module__", "") == "__main__":
        yield thing.__qualname__
    if isinstance(model, dict):
        parts = list(model.values())
    elif isinstance(model, (list, tuple)):
        parts = list(model)
    elif kinds.is_estimator(model):
        parts = list(vars(model).values())
    else:
        return
    for part in parts[:1000]:
        yield from _own_classes(part, depth - 1)
