"""How a cell ended."""

from __future__ import annotations

import collections
import traceback

#: `count`: the cell's number, None where it was blank. `error`: see `describe_error`, or None.
#: `exit_asked`: whether the cell called `exit`.
CellResult = collections.namedtuple("CellResult", ["count", "error", "exit_asked"])


def describe_error(error, shown, file):
    """Return what a step reports about an exception.

    Parameters
    ----------
    error : BaseException
        What the cell raised.
    shown : list of str
        The traceback as the notebook shows it.
    file : str
        The file name that the cell's code bears.

    Returns
    -------
    dict
        `name`, `value`, `line` (from 1 in the cell; None where it is not in the cell), `traceback`.
    """
    if isinstance(error, SyntaxError) and error.lineno:
        line = error.lineno
    else:
        frames = traceback.walk_tb(error.__traceback__)
        lines = [number for frame, number in frames if frame.f_code.co_filename == file]
        line = lines[-1] if lines else None
    return {
        "name": type(error).__name__,
        "value": _text(error),
        "line": line,
        "traceback": shown or traceback.format_exception(type(error), error, error.__traceback__),
    }


def _text(error):
    try:
        return str(error)
    except Exception as failure:
        return f"<its text could not be made: {type(failure).__name__}>"
