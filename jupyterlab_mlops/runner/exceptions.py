"""Exceptions whose classes have an `__init__` of their own, taken apart and put together.

pickle would call the class with `args` again, which are those of the base class: the message would
be made a second time, or the call would fail. This file is imported by name when values are loaded.
"""

from __future__ import annotations

import types

_REDUCES = (BaseException.__reduce__, OSError.__reduce__, ImportError.__reduce__)


def has_own_start(cls):
    """Return whether the exception class `cls` is made by Python, stored by pickle's rule."""
    return isinstance(cls.__init__, types.FunctionType) and cls.__reduce__ in _REDUCES


def reduce_exception(error):
    """Take an exception apart: its class, the arguments that its built-in base has, attributes."""
    cls, args, *state = error.__reduce__()
    return make_exception, (cls, args), *state


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
