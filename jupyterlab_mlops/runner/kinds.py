"""What a value is, by its type and never by its name: model, dataset, figure, value."""

from __future__ import annotations

import sys

#: Module of a class among a value's bases → class name; the modules are never imported for this.
_DATASETS = {
    ("pandas", "DataFrame"),
    ("pandas", "Series"),
    ("numpy", "ndarray"),
    ("polars", "DataFrame"),
    ("polars", "Series"),
    ("pyarrow", "Table"),
    ("scipy.sparse", "spmatrix"),
    ("scipy.sparse", "sparray"),
    ("xgboost", "DMatrix"),
    ("xarray", "Dataset"),
    ("xarray", "DataArray"),
    ("torch", "Tensor"),
}
_FIGURES = {
    ("matplotlib.figure", "Figure"),
    ("plotly.graph_objects", "Figure"),
    ("altair", "TopLevelMixin"),
    ("bokeh.model", "Model"),
}
#: Models that are not scikit-learn estimators.
_MODELS = {
    ("xgboost", "Booster"),
    ("lightgbm", "Booster"),
    ("torch.nn", "Module"),
    ("keras", "Model"),
    ("statsmodels.base.wrapper", "ResultsWrapper"),
    ("catboost", "CatBoost"),
}


def type_name(value):
    """Return the qualified name of the type of `value`; builtins without their module."""
    kind = type(value)
    return class_name(kind)


def class_name(kind):
    """Return the qualified name of a class; builtins without their module."""
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def is_instance(value, classes):
    """Return whether `value` is an instance of one of `classes`, (module, name) pairs."""
    for module, name in classes:
        cls = getattr(sys.modules.get(module), name, None)
        if isinstance(cls, type) and isinstance(value, cls):
            return True
    return False


def is_estimator(value):
    """Return whether `value` is a scikit-learn estimator (xgboost's among them)."""
    return is_instance(value, {("sklearn.base", "BaseEstimator"), ("xgboost", "XGBModel")})


def is_fitted_predictor(value):
    """Return whether `value` is a trained model: it predicts, and training left its traces."""
    if is_instance(value, _MODELS):
        return True
    if isinstance(value, type) or not is_estimator(value) or not hasattr(type(value), "predict"):
        return False
    if is_instance(value, {("xgboost", "XGBModel")}):
        return getattr(value, "_Booster", None) is not None
    steps = getattr(value, "steps", None)
    if steps and is_instance(value, {("sklearn.pipeline", "Pipeline")}):
        return is_fitted_predictor(steps[-1][1])
    # scikit-learn's own rule: attributes that fit sets end in one underscore.
    return any(name.endswith("_") and not name.startswith("__") for name in vars(value))


def kind_of(value):
    """Return `model`, `dataset`, `figure` or `value`."""
    if is_fitted_predictor(value):
        return "model"
    if is_instance(value, _DATASETS):
        return "dataset"
    if is_instance(value, _FIGURES):
        return "figure"
    return "value"


def shape_of(value):
    """Return such as `2,004 × 9`, empty where a value has no shape."""
    shape = getattr(value, "shape", None)
    if isinstance(value, type) or not isinstance(shape, tuple) or not shape:
        return ""
    if not all(isinstance(size, int) for size in shape):
        return ""
    return " × ".join(f"{size:,}" for size in shape)
