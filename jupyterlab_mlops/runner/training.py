"""The training rows of a model: training.json, rows.bin, and what describe.json says of them."""

from __future__ import annotations

import collections
import os

from . import event_times, frames, row_digests
from .documents import open_file, write_json

#: See docs/step-runner.md; `data` is the frame as it was at the fit, None where it was not seen.
Rows = collections.namedtuple(
    "Rows", ["data", "frame", "inputs", "target", "trained", "kept", "every", "cut_off"]
)
#: Rows that are taken apart at a time: a portion of Python objects is many times its frame.
_PORTION = 50_000
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
    target, plain = _target(capture, missing)
    times = event_times.find(data, options, missing)
    count = frames.rows_of(data)
    inputs = _write_digests(folder, data, target)
    every = max(1, -(-count // max(1, options.get("trainingRowsKept") or 20000)))
    _write_kept(folder, data, target, plain, times, every)
    return Rows(
        data=data,
        frame="pandas" if type(data).__module__.startswith("pandas") else "numpy",
        inputs=inputs,
        target=plain,
        trained=count,
        kept=len(range(0, count, every)),
        every=every,
        cut_off=max((time for time in times or () if time), default=None),
    )


def _write_digests(folder, data, target):
    """Write rows.bin a portion of rows at a time; return the inputs as describe.json has them."""
    inputs = None
    with open_file(os.path.join(folder, "rows.bin"), "wb") as file:
        for start in range(0, frames.rows_of(data), _PORTION):
            rows = slice(start, start + _PORTION)
            columns = frames.columns_of(frames.take(data, rows))
            digested = [(column.name, column.values) for column in columns]
            if target is not None:
                values = frames.columns_of(frames.take(target, rows))[0].values
                digested.append((row_digests.TARGET, values))
            file.write(row_digests.frame_digests(digested))
            found = [_input(column) for column in columns]
            inputs = list(map(_merged, inputs, found)) if inputs else found
    return inputs or []


def _merged(one, other):
    """One input from what two portions of its column say."""
    both = [one["categories"], other["categories"]]
    if one["dtype"] != "category":
        both = sorted({*both[0], *both[1]}) if None not in both else None
    else:
        both = both[0]
    same = one["datatype"] == other["datatype"]
    return {
        **one,
        "datatype": one["datatype"] if same else "BYTES",
        "nullable": one["nullable"] or other["nullable"],
        "categories": both if both and len(both) <= frames.MOST_CATEGORIES else None,
    }


def _target(capture, missing):
    """Return the target, None where there is not one column of it, and what describe.json says."""
    nothing = {"name": None, "dtype": ""}
    if capture.y is None:
        return None, nothing
    data = capture.y.data
    columns = frames.columns_of(frames.take(data, slice(0, 1)))
    if len(columns) != 1:
        missing.append(f"The target: the model predicts {len(columns)} columns at once.")
        return None, nothing
    named = columns[0].name if hasattr(data, "columns") else getattr(data, "name", None)
    dtype = str(getattr(data, "dtype", "")) or columns[0].dtype
    return data, {"name": None if named is None else str(named), "dtype": dtype}


def _write_kept(folder, data, target, plain, times, every):
    columns = frames.columns_of(frames.take(data, slice(None, None, every)))
    labels = []
    if target is not None:
        labels = frames.columns_of(frames.take(target, slice(None, None, every)))[0].values
    document = {
        "columns": [{"name": column.name, "values": column.values} for column in columns],
        "target": {"name": plain["name"], "values": labels},
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
