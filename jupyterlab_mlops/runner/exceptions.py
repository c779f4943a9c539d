"""Exceptions whose classes have an `__init__` of their own, taken apart and put together.

pickle would call the class with `args` again, which are those of the base class: the message would
be made a second time, or the call would fail. This file is imported by name when values are loaded.
"""

from __future__ import annotations

import types

_REDUCES = (BaseException.__reduce__, OSError.__reduce__, ImportError.__reduce__)


def reduce_exception(error, crosses):
    """Take an exception apart: its class, the arguments that its built-in base has, attributes.

    The exceptions from which it was raised come with it where each of them `crosses`; tracebacks
    stay with their process.
    """
    cls, own = type(error), error.__reduce__()
    if isinstance(cls.__init__, types.FunctionType) and cls.__reduce__ in _REDUCES:
        own = (make_exception, own[:2], *own[2:])
    before = error.__cause__, error.__context__
    if len(own) > 3 or before == (None, None) or not crosses(before):
        return own
    state = own[2] if len(own) > 2 else None
    return (*own[:2], (state, *before, error.__suppress_context__), None, None, set_exception)


def set_exception(error, state):
    """Complete an exception with its attributes and with those from which it was raised."""
    attributes, cause, context, suppressed = state
    if attributes is not None:
        error.__setstate__(attributes)
    error.__cause__, error.__context__, error.__suppress_context__ = cause, context, suppressed


def make_exception(cls, args):
    """Return an exception of class `cls` without running the `__init__` of its own."""
    made = cls.__new__(cls, *args)
    start = next(
        vars(base)["__init__"]
        for base in cls.__mro__
        if not isinstance(vars(base).get("__init__", make_exception), types.FunctionType)
    )
    start(made, *args)
    return made
