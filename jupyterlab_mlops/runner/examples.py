"""The example batch of a model: some training rows with what the model says of them."""

from __future__ import annotations

from . import frames, kinds

_ROWS = 20


def spread(count, wanted):
    """Return up to `wanted` positions spread evenly over `count` rows, the first among them."""
    kept = min(count, wanted)
    return [i * count // kept for i in range(kept)]


def example_of(model, data):
    """Return rows spread over the training frame, predictions and, for classifiers, probabilities.

    Parameters
    ----------
    model : object
        The trained model.
    data : pandas.DataFrame, numpy.ndarray or list
        What it was trained on.

    Returns
    -------
    dict
        `rows` (column → value), `predictions`, `probabilities` or None.
    """
    batch = frames.take(data, spread(frames.rows_of(data), _ROWS))
    columns = frames.columns_of(batch)
    rows = [
        {column.name: column.values[i] for column in columns} for i in range(frames.rows_of(batch))
    ]
    if kinds.is_instance(model, {("xgboost", "Booster")}):
        predictions, probabilities = _of_booster(model, batch), None
    else:
        predictions = model.predict(batch)
        probabilities = _probabilities(model, batch)
    return {
        "rows": rows,
        "predictions": _plain(predictions),
        "probabilities": probabilities,
    }


def _of_booster(booster, batch):
    import xgboost

    names = booster.feature_names
    categorical = "c" in (booster.feature_types or [])
    data = xgboost.DMatrix(batch, feature_names=names, enable_categorical=categorical)
    return booster.predict(data)


def _probabilities(model, batch):
    try:
        predict = model.predict_proba
    except AttributeError:
        # A search or a pipeline has it only where what it holds does.
        return None
    answer = predict(batch)
    return _plain(answer) if hasattr(answer, "tolist") else None


def _plain(answer):
    values = answer.tolist() if hasattr(answer, "tolist") else list(answer)
    return [_plain_nested(value) for value in values]


def _plain_nested(value):
    if isinstance(value, (list, tuple)):
        return [_plain_nested(part) for part in value]
    return frames.plain_value(value)
