"""The training rows of a model: training.json, rows.bin, and what describe.json says of them."""

from __future__ import annotations

import collections
import os

from . import event_times, frames, row_digests
from .documents import write_json

#: See docs/step-runner.md; `data` is the frame as it was at the fit, None where it was not seen.
Rows = collections.namedtuple(
    "Rows", ["data", "frame", "inputs", "target", "trained", "kept", "every", "cut_off"]
)
_UNSEEN = Rows(None, None, [], {"name": None, "dtype": ""}, None, 0, 1, None)


def write(candidate, folder, options, missing):
    """Write training.json and rows.bin of a model.

    Parameters
    ----------
    candidate : candidates.Candidate
        The model.
    folder : str
        Where to write.
    options : dict
        See `description.write`.
    missing : list of str
        Takes a sentence for each thing that is not known.

    Returns
    -------
    Rows
    """
    capture = candidate.capture
    if capture is None or capture.x is None:
        reason = capture.problem if capture else "Its fit was not seen in this step."
        missing.append(f"The training rows: {reason}")
        return _UNSEEN
    data = capture.x.data
    columns = frames.columns_of(data)
    target, plain = _target(capture, missing)
    times = event_times.find(data, options, missing)
    count = frames.rows_of(data)
    digested = [(column.name, column.values) for column in columns]
    if target is not None:
        digested.append((row_digests.TARGET, target.values))
    with open(os.path.join(folder, "rows.bin"), "wb") as file:
        file.write(row_digests.frame_digests(digested))
    every = max(1, -(-count // max(1, options.get("trainingRowsKept") or 20000)))
    _write_kept(folder, columns, target, plain, times, every)
    return Rows(
        data=data,
        frame="pandas" if type(data).__module__.startswith("pandas") else "numpy",
        inputs=[_input(column) for column in columns],
        target=plain,
        trained=count,
        kept=len(range(0, count, every)),
        every=every,
        cut_off=max((time for time in times or () if time), default=None),
    )


def _target(capture, missing):
    """Return the target's column, or None, and what describe.json says of it."""
    if capture.y is None:
        return None, {"name": None, "dtype": ""}
    columns = frames.columns_of(capture.y.data)
    if len(columns) != 1:
        missing.append(
            f"The target: the model predicts {len(columns)} columns at once."
        )
        return None, {"name": None, "dtype": ""}
    column = columns[0]
    named = getattr(capture.y.data, "name", None)
    if hasattr(capture.y.data, "columns"):
        named = column.name
    return column, {
        "name": None if named is None else str(named),
        "dtype": column.dtype,
    }


def _write_kept(folder, columns, target, plain, times, every):
    document = {
        "columns": [{"name": c.name, "values": c.values[::every]} for c in columns],
        "target": {
            "name": plain["name"],
            "values": target.values[::every] if target is not None else [],
        },
        "times": times[::every] if times else None,
    }
    write_json(os.path.join(folder, "training.json"), document)


def _input(column):
    return {
        "name": column.name,
        "dtype": column.dtype,
        "datatype": column.datatype,
        "nullable": any(value is None for value in column.values),
        "categories": column.categories,
    }
