"""Attributes that a class's own way of being pickled leaves out, though one process keeps them.

pandas knows nothing of `frame.note = 1`, and a class of the notebook that is made from one of C
loses what its `__init__` sets. This file is imported by name when values are loaded.
"""

from __future__ import annotations

import copyreg
import enum

_WAYS = ("__reduce_ex__", "__reduce__", "__getstate__")
_OWN = {*_WAYS, "__setstate__", "__getnewargs__", "__getnewargs_ex__"}
#: What pickle calls or asks for while an object is not complete yet.
_CALLED = {"__new__", "__getattr__", "__getattribute__", "__setattr__"}
_IMMUTABLE = (str, bytes, int, float, complex, tuple, frozenset)


#: Classes of which an object could not be handed on with all its attributes.
_own_way = set()


def is_usual(kind):
    """Whether objects of a class of the notebook are pickled whole without further ado."""
    special = _OWN | _CALLED
    return not any(special & vars(base).keys() for base in kind.__mro__[:-1])


def as_it_is(obj, taken):
    """Return how to pickle an object whose class is not usual with its attributes, or None.

    What its class does to be pickled, or to be made, would show where nothing is pickled: it counts
    only where the attributes cannot be handed on, see `fall_back`; `taken` notes whose word did not
    count.
    """
    kind = type(obj)
    bases = kind.__mro__[:-1]
    if any(base.__module__ != "__main__" for base in bases):
        return None
    says = any(_OWN & vars(base).keys() for base in bases)
    if says and kind in _own_way:
        restores = any("__setstate__" in vars(base) for base in bases)
        return _completed_later(obj.__reduce_ex__(5)) if restores else None
    if says:
        taken.add(kind)
    slots = {name: getattr(obj, name) for name in copyreg._slotnames(kind) if hasattr(obj, name)}
    return blank, (kind,), (None, {**_attributes(obj), **slots}), None, None, set_attributes


def fall_back(taken):
    """Let these classes say how they are pickled; tell whether it is worth another attempt."""
    _own_way.update(taken)
    return bool(taken)


def _completed_later(reduced):
    make, args, state, items, pairs, setter = (*reduced, None, None, None, None)[:6]
    return None if state is None or setter else (make, args, state, items, pairs, complete_later)


_waiting = []


def complete_later(obj, state):
    """Keep the state of an object until the names that its class may ask for are there."""
    _waiting.append((obj, state))


def complete():
    """Give the objects that wait for it their states."""
    for obj, state in _waiting:
        obj.__setstate__(state)
    _waiting.clear()


def blank(kind):
    """Return an object of a class of the notebook without anything."""
    return object.__new__(kind)


def with_attributes(obj, reduced):
    """Return `reduced`, how to pickle `obj`, completed by the attributes that would be lost."""
    kind = type(obj)
    if kind.__module__.startswith("pandas") and "_mgr" in _attributes(obj):
        lost = {name: value for name, value in vars(obj).items() if name[:1] != "_"}
    elif kind.__module__ != "__main__" or isinstance(obj, enum.Enum):
        return reduced
    elif any("__new__" in vars(base) for base in _own_bases(kind)) and isinstance(obj, _IMMUTABLE):
        return _of_immutable(obj, kind)
    elif _is_foreign(kind):
        lost = _attributes(obj)
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


def _attributes(obj):
    try:
        return object.__getattribute__(obj, "__dict__")
    except AttributeError:
        return {}


def _own_bases(kind):
    return [base for base in kind.__mro__ if base.__module__ == "__main__"]


def _of_immutable(obj, kind):
    """Take apart a text, number or tuple with a class of the notebook: its `__new__` has a say."""
    base = next(each for each in kind.__mro__ if each in _IMMUTABLE)
    given = (frozenset(obj),) if base is frozenset else base.__getnewargs__(obj)
    return base.__new__, (kind, *given), (None, _attributes(obj)), None, None, set_attributes


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
