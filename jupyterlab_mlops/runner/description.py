"""Writes models/<variable>/: the model's file, its description, and its training rows."""

from __future__ import annotations

import os
import shutil

from . import frames, kinds, training, travel
from .documents import write_json
from .examples import example_of
from .quiet import quietly


def write(candidate, folder, options):
    """Write what is known of a model; what is not known is said in `missing`.

    Parameters
    ----------
    candidate : candidates.Candidate
        The model.
    folder : str
        The folder to write; it is replaced.
    options : dict
        `timeColumn`, `trainingRowsKept` of the request, and `namespace`, in which times of the
        training rows are looked for.

    Returns
    -------
    dict
        describe.json's content.
    """
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    missing = [candidate.unservable] if candidate.unservable else []
    with quietly():
        file, imports, modules = _save_model(candidate, folder, missing)
        rows = training.write(candidate, folder, options, missing)
        task, classes = _task(candidate.model)
        example = _example(candidate, rows, missing) if candidate.kind else None
    document = {
        "variable": candidate.variable,
        "type": kinds.type_name(candidate.model),
        "kind": candidate.kind,
        "file": file,
        "imports": imports,
        "modules": modules,
        "task": task,
        "classes": classes,
        "inputs": rows.inputs or _inputs_of(candidate.model),
        "target": rows.target,
        "trainedRows": rows.trained,
        "keptRows": rows.kept,
        "keptEvery": rows.every,
        "cutOff": rows.cut_off,
        "frame": rows.frame or _frame_of(candidate.model),
        "example": example or {"rows": [], "predictions": [], "probabilities": None},
        "missing": missing,
    }
    write_json(os.path.join(folder, "describe.json"), document)
    return document


def _save_model(candidate, folder, missing):
    """Save the model in its own format, with the modules of the project that it needs.

    Returns
    -------
    tuple
        The file's name, the distributions that it imports, and the name of the zip file with the
        project's modules; None, none and None where it cannot be served.
    """
    nothing = None, [], None
    model = candidate.model
    if candidate.kind == "xgboost":
        model.save_model(os.path.join(folder, "model.ubj"))
        return "model.ubj", [], None
    if candidate.kind != "sklearn":
        return nothing
    try:
        import joblib
    except ImportError:
        missing.append("The model's file: joblib is not installed in the notebook's environment.")
        return nothing
    try:
        modules = travel.modules_of(model)
        joblib.dump(model, os.path.join(folder, "model.joblib"))
    except Exception as error:
        # Pickling runs the model's own code: what it raises is news about the model.
        missing.append(f"The model's file: it cannot be pickled ({type(error).__name__}: {error}).")
        return nothing
    if "__main__" in modules:
        missing.append(
            "The model's file: it needs a function or class that the notebook defines. "
            "Move it to a module beside the notebook, which travels with the model."
        )
        return nothing
    files = travel.local_files(modules)
    if files:
        travel.write_modules(files, os.path.join(folder, "modules.zip"))
    imports = travel.distributions(modules | travel.imported_by(files))
    return "model.joblib", imports, "modules.zip" if files else None


def _task(model):
    """Return the task and, for a classification, the classes."""
    classes = getattr(model, "classes_", None)
    if classes is not None and hasattr(classes, "tolist"):
        return "classification", [frames.plain_value(value) for value in classes.tolist()]
    if _is(model, "regressor"):
        return "regression", None
    if kinds.is_instance(model, {("xgboost", "Booster")}):
        return _booster_task(model), None
    return ("classification" if _is(model, "classifier") else "other"), None


def _is(model, task):
    import sys

    check = getattr(sys.modules.get("sklearn.base"), f"is_{task}", None)
    try:
        return bool(check and check(model))
    except (AttributeError, TypeError):
        # Newer scikit-learn asks a model for its tags, which foreign classes may lack.
        return getattr(model, "_estimator_type", None) == task


def _booster_task(booster):
    import json

    config = json.loads(booster.save_config())
    objective = config["learner"]["objective"]["name"]
    if objective.startswith(("reg:", "count:", "survival:")):
        return "regression"
    return "classification" if objective.startswith(("binary:", "multi:")) else "other"


def _frame_of(model):
    """A model that remembers the names of its columns was trained on a frame with names."""
    named = getattr(model, "feature_names_in_", None)
    if named is None:
        named = getattr(model, "feature_names", None)
    return "numpy" if named is None else "pandas"


def _inputs_of(model):
    """The columns that the model itself remembers, where its training was not seen."""
    names = getattr(model, "feature_names_in_", None)
    if names is None:
        names = getattr(model, "feature_names", None)
    if names is None:
        names = [f"x{i}" for i in range(int(getattr(model, "n_features_in_", 0)))]
    return [
        {
            "name": str(name),
            "dtype": "",
            "datatype": "FP64",
            "nullable": True,
            "categories": None,
        }
        for name in names
    ]


def _example(candidate, rows, missing):
    if rows.data is None:
        missing.append("An example: it is made of training rows, which were not seen.")
        return None
    try:
        return example_of(candidate.model, rows.data)
    except Exception as error:
        # predict is the model's own code: its failure is news about the model, not about the step.
        missing.append(f"An example: predict failed with {type(error).__name__}: {error}")
        return None
