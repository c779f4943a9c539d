"""What to say about a value that lives only in the process that made it."""

from __future__ import annotations

from .failures import StepFailure
from .kinds import type_name

#: Part of a type's name → why it cannot cross, and what to do.
_KNOWN = [
    (
        "generator",
        "a generator can be used only where it was made",
        "turn it into a list: list({0})",
    ),
    (
        "coroutine",
        "a coroutine can be awaited only where it was made",
        "await it in the same step",
    ),
    (
        "TextIOWrapper",
        "an open file belongs to its process",
        "open it in the step that reads it",
    ),
    (
        "Buffered",
        "an open file belongs to its process",
        "open it in the step that reads it",
    ),
    (
        "FileIO",
        "an open file belongs to its process",
        "open it in the step that reads it",
    ),
    ("lock", "a lock belongs to its process", "make it in the step that uses it"),
    ("Thread", "a thread belongs to its process", "start and join it in one step"),
    (
        "Executor",
        "a pool of workers belongs to its process",
        "make it in the step that uses it",
    ),
    (
        "Pool",
        "a pool of workers belongs to its process",
        "make it in the step that uses it",
    ),
    (
        "Connection",
        "a connection belongs to its process",
        "connect in the step that reads",
    ),
    ("Cursor", "a cursor belongs to its connection", "fetch its rows in the same step"),
    ("socket", "a socket belongs to its process", "open it in the step that uses it"),
    ("weakref", "a weak reference holds nothing", "keep the object itself"),
    (
        "ContextVar",
        "a context variable belongs to its process",
        "pass its value on instead",
    ),
    (
        "Popen",
        "a running program belongs to its process",
        "wait for its end in the same step",
    ),
]


def cannot_cross(name, value, failure, cell):
    """Return the failure `value-cannot-cross`.

    Parameters
    ----------
    name : str
        The variable.
    value : object
        Its value.
    failure : pickling.Unpicklable
        What could not be pickled.
    cell : dict or None
        The cell that bound the variable last.
    """
    kind, inner = type_name(value), type_name(failure.thing)
    reason, fix = _known(inner, kind)
    holds = "" if inner == kind else f", which holds a {inner}"
    where = f" of cell {cell['index'] + 1}" if cell else ""
    return StepFailure(
        "value-cannot-cross",
        f"The variable “{name}”{where} cannot be handed to a later step: "
        f"it is a {kind}{holds}{reason}.",
        cause=f"{type(failure.reason).__name__}: {failure.reason}",
        action=f"Either {fix.format(name)}, or put the cells that use “{name}” into one step.",
        cell=cell and cell["id"],
        index=cell and cell["index"],
        details={"variable": name, "type": kind, "holds": inner},
    )


def _known(*types):
    for part, reason, fix in _KNOWN:
        if any(part.lower() in kind.rpartition(".")[2].lower() for kind in types):
            return f"; {reason}", fix
    return (
        "",
        "make “{0}” again in the step that uses it, from values that can be stored",
    )
