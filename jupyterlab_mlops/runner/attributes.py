"""Attributes that a class's own way of being pickled leaves out, though one process keeps them.

pandas knows nothing of `frame.note = 1`, and a class of the notebook that is made from one of C
loses what its `__init__` sets. This file is imported by name when values are loaded.
"""

from __future__ import annotations

_WAYS = ("__reduce_ex__", "__reduce__", "__getstate__")


def with_attributes(obj, reduced):
    """Return `reduced`, how to pickle `obj`, completed by the attributes that would be lost."""
    kind = type(obj)
    if kind.__module__.startswith("pandas") and "_mgr" in getattr(obj, "__dict__", ()):
        lost = {name: value for name, value in vars(obj).items() if name[:1] != "_"}
    elif kind.__module__ == "__main__" and _is_foreign(kind):
        lost = getattr(obj, "__dict__", {})
    else:
        return reduced
    if not lost:
        return reduced
    if reduced is NotImplemented:
        reduced = obj.__reduce_ex__(5)
    if not isinstance(reduced, tuple) or len(reduced) > 5:
        return reduced
    make, args, state, items, pairs = (*reduced, None, None, None)[:5]
    if kind.__module__ == "__main__" and isinstance(state, dict):
        # The base class looks after attributes itself
        return reduced
    return make, args, (state, lost), items, pairs, set_attributes


def set_attributes(obj, state):
    """Complete an object with the state of its class, and with attributes beside it."""
    own, attributes = state
    if own is not None:
        obj.__setstate__(own)
    for name, value in attributes.items():
        object.__setattr__(obj, name, value)


def _is_foreign(kind):
    """Whether a class that is not the notebook's says how this one is pickled."""
    for base in kind.__mro__[:-1]:
        if any(way in vars(base) for way in _WAYS):
            return base.__module__ != "__main__"
    return False
