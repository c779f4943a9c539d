"""The inference runtime that travels inside each model artifact.

MLServer imports it from the model's own folder (``runtime.MlopsModel``), so any
MLServer with the model's packages can serve the artifact. What it needs to know
stands in ``model-settings.json`` under ``parameters.extra``.
"""

import asyncio
import importlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from mlserver import MLModel
from mlserver.errors import InferenceError
from mlserver.types import InferenceResponse, Parameters, ResponseOutput
from mlserver.utils import get_model_uri

#: What a column of a datatype is where nothing closer is known.
DTYPES = {"FP64": "float64", "INT64": "int64", "BOOL": "bool", "BYTES": "object"}


class MlopsModel(MLModel):
    """One scikit-learn or XGBoost model, asked with one tensor a column."""

    async def load(self):
        """Read the model's file.

        Returns
        -------
        bool
            True; anything wrong is raised with its reason.
        """
        self._extra = self.settings.parameters.extra
        for column in self._extra["columns"]:
            # Where training was not seen, the signature has datatypes only.
            column["dtype"] = column["dtype"] or DTYPES[column["datatype"]]
        uri = await get_model_uri(self.settings)
        # The project's own modules; last, so that they hide nothing that is installed.
        modules = Path(uri).with_name("modules.zip")
        if modules.exists():
            sys.path.append(str(modules))
        self._model = read_model(uri, self._extra["type"])
        # One thread: order is kept, and readiness is answered while a model computes.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        return True

    async def predict(self, payload):
        """Answer an Open Inference Protocol request.

        Parameters
        ----------
        payload : mlserver.types.InferenceRequest
            One tensor for each column of the signature, of equal lengths.

        Returns
        -------
        mlserver.types.InferenceResponse
            ``predict``, and ``predict_proba`` of classifiers that know it, with
            the classes' order in its parameter ``classes``.

        Raises
        ------
        mlserver.errors.InferenceError
            Where the request does not fit the signature or the model refuses it.
        """
        columns = request_columns(payload.inputs, self._extra["columns"])
        loop = asyncio.get_running_loop()
        try:
            outputs = await loop.run_in_executor(self._thread, self._answer, columns)
        except Exception as error:
            raise InferenceError(f"{type(error).__name__}: {error}") from error
        return InferenceResponse(
            id=payload.id,
            model_name=self.name,
            model_version=self.version,
            outputs=outputs,
        )

    def _answer(self, columns):
        data = to_input(columns, self._extra["columns"], self._extra["frame"])
        if self._extra["type"].startswith("xgboost.core."):
            return [output("predict", predict_with_booster(self._model, data))]
        outputs = [output("predict", self._model.predict(data))]
        if self._extra["task"] == "classification":
            # Absent on some, or only with an option: both say so with this error.
            predict_proba = getattr(self._model, "predict_proba", None)
            if predict_proba is not None:
                classes = np.asarray(self._model.classes_).tolist()
                outputs.append(
                    output("predict_proba", predict_proba(data), classes=classes)
                )
        return outputs


def read_model(path, type_name):
    """Read a model's file.

    Parameters
    ----------
    path : str
        ``*.ubj`` and ``*.json`` are XGBoost's own formats, all else is joblib's.
    type_name : str
        Qualified class name of the model.

    Returns
    -------
    object
        Whatever answers ``predict``.
    """
    if not path.endswith((".ubj", ".json")):
        return importlib.import_module("joblib").load(path)
    model = getattr(importlib.import_module("xgboost"), type_name.rsplit(".", 1)[-1])()
    model.load_model(path)
    return model


def predict_with_booster(booster, data):
    """Ask an XGBoost Booster, which takes matrices of its own.

    Parameters
    ----------
    booster : xgboost.Booster
        The model.
    data : pandas.DataFrame or numpy.ndarray
        From :func:`to_input`.

    Returns
    -------
    numpy.ndarray
        What its objective gives, one row a row.
    """
    matrix = importlib.import_module("xgboost").DMatrix(
        data,
        feature_names=booster.feature_names,
        enable_categorical="c" in (booster.feature_types or []),
    )
    return booster.predict(matrix)


def request_columns(inputs, columns):
    """Take the columns of a request.

    Parameters
    ----------
    inputs : list of mlserver.types.RequestInput
        The request's tensors.
    columns : list of dict
        The signature's columns, each with a ``name``.

    Returns
    -------
    dict of str to list
        The values by column, missing ones as None.

    Raises
    ------
    mlserver.errors.InferenceError
        Names the column that is unknown, missing or of another length.
    """
    given = {tensor.name: tensor for tensor in inputs}
    names = [column["name"] for column in columns]
    unknown = [name for name in given if name not in names]
    missing = [name for name in names if name not in given]
    if unknown or missing:
        what, name = ("unknown", unknown[0]) if unknown else ("missing", missing[0])
        raise InferenceError(
            f"The input {name!r} is {what}; the model takes {', '.join(names)}."
        )
    values = {name: [plain(value) for value in given[name].data] for name in names}
    lengths = {len(of_column) for of_column in values.values()}
    if len(lengths) > 1:
        raise InferenceError("The inputs differ in their number of rows.")
    return values


def plain(value):
    """Give text for bytes, as gRPC sends text, and everything else as it is."""
    return value.decode("utf-8") if isinstance(value, bytes) else value


def to_input(values, columns, frame):
    """Build what the model was fitted on.

    Parameters
    ----------
    values : dict of str to list
        From :func:`request_columns`.
    columns : list of dict
        ``name``, ``dtype`` and ``categories`` in the order of training.
    frame : str
        ``pandas`` or ``numpy``.

    Returns
    -------
    pandas.DataFrame or numpy.ndarray
        With the training frame's columns and dtypes; (rows, columns) in NumPy.
    """
    if frame == "numpy":
        arrays = [to_array(values[column["name"]], column) for column in columns]
        return np.column_stack(arrays)
    pandas = importlib.import_module("pandas")
    return pandas.DataFrame(
        {
            column["name"]: to_series(pandas, values[column["name"]], column)
            for column in columns
        }
    )


def to_array(values, column):
    """Give a column as a NumPy array of its training dtype (see :func:`to_input`)."""
    kind = column["dtype"]
    if kind.startswith(("int", "uint", "bool")) and None in values:
        kind = "float64"
    if kind.startswith("float"):
        values = [np.nan if value is None else value for value in values]
    if not kind.startswith(("int", "uint", "bool", "float")):
        kind = "object"
    return np.array(values, dtype=kind)


def to_series(pandas, values, column):
    """Give a column as a pandas series of its training dtype (see :func:`to_input`)."""
    dtype, categories = column["dtype"], column["categories"]
    if dtype == "category":
        if column["datatype"] != "BYTES":
            return pandas.Series(pandas.Categorical(values, categories=None))
        known = list(categories or [])
        # A category never seen stays itself, so that the model can say what it does.
        new = {value for value in values if value is not None} - set(known)
        return pandas.Series(pandas.Categorical(values, [*known, *sorted(new)]))
    if dtype.startswith("datetime64"):
        times = pandas.to_datetime(pandas.Series(values), utc=True, format="ISO8601")
        if "," not in dtype:
            times = times.dt.tz_localize(None)
        return times.astype(dtype)
    if dtype == "object":
        # As read_csv leaves them: a missing text is NaN.
        values = [np.nan if value is None else value for value in values]
        return pandas.Series(values, dtype="object")
    if dtype.startswith(("int", "uint", "bool", "float")):
        return pandas.Series(to_array(values, column))
    return pandas.Series(values, dtype=dtype)


def output(name, values, **parameters):
    """Give an array as an output tensor.

    Parameters
    ----------
    name : str
        Name of the tensor.
    values : array_like
        One row a row asked.
    **parameters
        Stand beside the tensor.

    Returns
    -------
    mlserver.types.ResponseOutput
        With datatype FP64, INT64, BOOL or BYTES.
    """
    array = np.asarray(values)
    datatype = {"f": "FP64", "i": "INT64", "u": "INT64", "b": "BOOL"}
    return ResponseOutput(
        name=name,
        shape=list(array.shape),
        datatype=datatype.get(array.dtype.kind, "BYTES"),
        data=array.ravel().tolist(),
        parameters=Parameters(**parameters) if parameters else None,
    )
