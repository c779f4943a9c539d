"""When the training rows happened: a column, an index, or the frame that they were taken from."""

from __future__ import annotations

from . import frames

_CHECKED_ROWS = 50


def find(data, options, missing):
    """Return the event time of each training row as RFC 3339, or None.

    It is the frame's column `timeColumn`, else its index of times, else that column of the frame
    in the notebook that holds the same rows under the same index.

    Parameters
    ----------
    data : pandas.DataFrame or other
        The training frame.
    options : dict
        `timeColumn` (may be None) and `namespace`.
    missing : list of str
        Takes a sentence where the column cannot be found.
    """
    wanted = options.get("timeColumn")
    if not isinstance(data, frames.module_type("pandas", "DataFrame")):
        if wanted:
            missing.append(f"The event times: the training data has no column “{wanted}”.")
        return None
    if wanted and wanted in data.columns:
        return _as_times(data[wanted], missing)
    if _is_time(data.index) and (not wanted or data.index.name == wanted):
        return _as_times(data.index, missing)
    if wanted:
        source = _source(data, wanted, options.get("namespace", {}))
        if source is not None:
            return _as_times(source.loc[data.index, wanted], missing)
        missing.append(
            f"The event times: the training frame has no column “{wanted}”, and no frame of the "
            "step that has it holds the same rows."
        )
        return None
    timed = [name for name in data.columns if _is_time(data[name])]
    return _as_times(data[timed[0]], missing) if len(timed) == 1 else None


def _is_time(values):
    return getattr(getattr(values, "dtype", None), "kind", "") == "M"


def _as_times(values, missing):
    import pandas

    try:
        return frames.times_of(values if _is_time(values) else pandas.to_datetime(values, utc=True))
    except (ValueError, TypeError) as error:
        missing.append(f"The event times: “{values.name}” holds no times ({error}).")
        return None


def _source(data, wanted, namespace):
    """The frame that the training rows were taken from: same index, same values."""
    frame_type = frames.module_type("pandas", "DataFrame")
    for name, frame in list(namespace.items()):
        if name.startswith("_") or not isinstance(frame, frame_type) or wanted not in frame.columns:
            continue
        if frame.index.is_unique and data.index.isin(frame.index).all() and _agree(data, frame):
            return frame
    return None


def _agree(data, frame):
    """Whether the columns that both have hold the same values, in rows spread over the data."""
    shared = [name for name in data.columns if name in frame.columns]
    some = data.iloc[:: max(1, len(data) // _CHECKED_ROWS)][shared]
    there = frame.loc[some.index, shared]
    return bool(shared) and all(
        frames.columns_of(some[[name]])[0].values == frames.columns_of(there[[name]])[0].values
        for name in shared
    )
