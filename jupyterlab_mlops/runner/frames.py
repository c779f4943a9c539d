"""Training frames: copied cheaply when a model is fitted, read column by column afterwards."""

from __future__ import annotations

import collections
import datetime
import sys

#: Copies are made up to this many bytes in all; beyond it a frame is said to be missing.
COPY_LIMIT = 2 * 2**30
#: A text column has its categories listed up to this many.
MOST_CATEGORIES = 100

#: `name`, `dtype` as the frame says it, `datatype` of the Open Inference Protocol, plain `values`,
#: `categories` or None.
Column = collections.namedtuple("Column", ["name", "dtype", "datatype", "values", "categories"])


def module_type(module, name):
    """Return the class `name` of a module that is loaded, else a class that nothing is of."""
    found = getattr(sys.modules.get(module), name, None)
    return found if isinstance(found, type) else _Nothing


class _Nothing:
    pass


def size_of(data):
    """Return the bytes that a copy of `data` would take."""
    if isinstance(data, (module_type("pandas", "DataFrame"), module_type("pandas", "Series"))):
        used = data.memory_usage()
        return int(used if isinstance(data, module_type("pandas", "Series")) else used.sum())
    return int(getattr(data, "nbytes", 0))


def is_frame(data):
    """Return whether the rows of `data` can be described: pandas, numpy or lists."""
    kinds = (
        module_type("pandas", "DataFrame"),
        module_type("pandas", "Series"),
        module_type("numpy", "ndarray"),
        list,
    )
    return isinstance(data, kinds)


def copy_of(data):
    """Return a copy that later changes in place do not reach.

    From pandas 3 on a shallow copy is one: pandas copies what is written to.
    """
    if isinstance(data, (module_type("pandas", "DataFrame"), module_type("pandas", "Series"))):
        version = int(sys.modules["pandas"].__version__.split(".")[0])
        return data.copy(deep=version < 3)
    return data.copy()


def same(data, copy):
    """Return whether `data` still is what `copy` was taken of."""
    if type(data) is not type(copy):
        return False
    if isinstance(data, (module_type("pandas", "DataFrame"), module_type("pandas", "Series"))):
        return data.index.equals(copy.index) and data.equals(copy)
    if isinstance(data, module_type("numpy", "ndarray")):
        return data.shape == copy.shape and data.dtype == copy.dtype and (data == copy).all()
    return data == copy


def rows_of(data):
    """Return how many rows `data` has."""
    return len(data)


def take(data, positions):
    """Return the rows of `data` at `positions`, a list or a slice, in the same kind of frame."""
    if isinstance(data, (module_type("pandas", "DataFrame"), module_type("pandas", "Series"))):
        return data.iloc[positions]
    if isinstance(data, list) and not isinstance(positions, slice):
        return [data[i] for i in positions]
    return data[positions]


def columns_of(data):
    """Return the columns of a frame; those of arrays and lists are named x0, x1, ….

    Parameters
    ----------
    data : pandas.DataFrame, pandas.Series, numpy.ndarray or list
        One- or two-dimensional.

    Returns
    -------
    list of Column
    """
    if isinstance(data, module_type("pandas", "DataFrame")):
        names = _distinct([str(name) for name in data.columns])
        return [_pandas_column(name, data.iloc[:, i]) for i, name in enumerate(names)]
    if isinstance(data, module_type("pandas", "Series")):
        return [_pandas_column("x0" if data.name is None else str(data.name), data)]
    import numpy

    array = numpy.asarray(data)
    array = array.reshape(len(array), -1)
    return [_array_column(f"x{i}", array[:, i]) for i in range(array.shape[1])]


def _distinct(names):
    """Columns of one name are told apart by a number, as pandas does when it reads a file."""
    seen = collections.Counter()
    result = []
    for name in names:
        result.append(f"{name}.{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return result


def _array_column(name, values):
    kind = values.dtype.kind
    plain = [plain_value(value) for value in values.tolist()]
    return Column(name, str(values.dtype), _datatype(kind, plain), plain, _text_categories(plain))


def _pandas_column(name, series):
    pandas = sys.modules["pandas"]
    dtype = series.dtype
    missing = series.isna().tolist()
    if isinstance(dtype, pandas.CategoricalDtype):
        categories = [as_text(value) for value in dtype.categories.tolist()]
        codes = series.cat.codes.tolist()
        plain = [None if code < 0 else categories[code] for code in codes]
        return Column(name, "category", "BYTES", plain, categories)
    if getattr(dtype, "kind", "O") == "M":
        plain = times_of(series)
        return Column(name, str(dtype), "BYTES", plain, None)
    plain = [
        None if absent else plain_value(value) for value, absent in zip(series.tolist(), missing)
    ]
    kind = getattr(dtype, "kind", "O")
    return Column(name, str(dtype), _datatype(kind, plain), plain, _text_categories(plain))


def _datatype(kind, plain):
    if kind in "biuf":
        return {"b": "BOOL", "f": "FP64"}.get(kind, "INT64")
    present = [value for value in plain if value is not None]
    if present and kind == "O" and all(type(value) is bool for value in present):
        return "BOOL"
    return "BYTES"


def _text_categories(plain):
    present = {value for value in plain if value is not None}
    if not present or len(present) > MOST_CATEGORIES:
        return None
    return sorted(present) if all(isinstance(value, str) for value in present) else None


def plain_value(value):
    """Return a value as None, a number, a boolean or text; times as RFC 3339."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return value if value == value else None
    if isinstance(value, (datetime.datetime, datetime.date)):
        return time_text(value)
    item = getattr(value, "item", None)
    if callable(item):
        inner = item()
        return plain_value(inner) if type(inner) is not type(value) else str(value)
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if type(value).__name__ == "Decimal":
        return float(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def as_text(value):
    """Return a value as text, as a column of categories has it."""
    plain = plain_value(value)
    return plain if isinstance(plain, str) else str(plain)


def time_text(value):
    """Return a time as RFC 3339 in UTC; one without a zone is taken as UTC. None for NaT."""
    if value != value:
        return None
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc)
    text = f"{value.year:04d}-{value.month:02d}-{value.day:02d}T{value:%H:%M:%S}"
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"{text}{fraction}Z"


def times_of(series):
    """Return a pandas Series or Index of times as RFC 3339 texts; None where one is missing."""
    return [time_text(value) for value in series.tolist()]
