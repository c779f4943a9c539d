"""What pickle makes anew each time although programs ask for it by `is`, or by its order.

Numbers and texts that are variables, NaN wherever it is, texts that packages compare by identity,
and sets. Each has an identity that lasts from step to step; see code_objects.Identities.
"""

from __future__ import annotations

import argparse
import builtins
import math
import pickle
import sys

from .code_objects import identities
from .set_order import make_set, way_of

_ATOMS = frozenset({int, float, complex, str, bytes})
_KINDS = _ATOMS | {tuple}
#: Longer texts are no constants that the compiler keeps as one.
_LONGEST_NAME = 4096
#: Any namespace that `exec` has seen holds it.
BUILTINS = vars(builtins)
_PACKAGES = {id(argparse.SUPPRESS): ("argparse", "SUPPRESS"), id(math.nan): ("math", "nan")}
# Numbers, as a text would be looked up itself.
_VALUE, _NAN, _PACKAGE, _SET = range(4)


class Persistent:
    """Gives a pickler its persistent ids.

    Parameters
    ----------
    variables : dict
        What is pickled.
    step : str
        The step's id: new objects are named after it.
    """

    def __init__(self, variables, step):
        self._step = step
        things = [*variables.values(), *identities.things()]
        self._kept = {id(thing) for thing in things if _has_identity(thing)}
        self._ids = {}
        self._inside = None
        numpy = sys.modules.get("numpy")
        self._nan = getattr(numpy, "nan", None)

    def id_of(self, obj):
        """Return the persistent id of `obj`, or None where pickle's own way will do."""
        kind = type(obj)
        if kind is set or kind is frozenset:
            return self._once(obj, self._set)
        if obj is BUILTINS:
            return _PACKAGE, "builtins", "__dict__"
        if kind not in _KINDS:
            return None
        if obj is self._inside:
            self._inside = None
            return None
        if obj is self._nan:
            return _PACKAGE, "numpy", "nan"
        if id(obj) in _PACKAGES:
            return (_PACKAGE, *_PACKAGES[id(obj)])
        if kind is float and obj != obj:
            return _NAN, self._name(obj)
        if id(obj) in self._kept:
            self._inside = obj
            return _VALUE, self._name(obj), _is_interned(obj), obj
        return None

    def _name(self, obj):
        name = identities.name_of(obj)
        if name is None:
            name = f"{self._step}:{identities.count()}"
            identities.keep(name, obj)
        return name

    def _once(self, obj, make):
        if id(obj) not in self._ids:
            self._ids[id(obj)] = obj, make(obj)
        return self._ids[id(obj)][1]

    def _set(self, obj):
        way = way_of(obj)
        return way and (_SET, len(self._ids), *way)


class GraphUnpickler(pickle.Unpickler):
    """Reads what pickling.GraphPickler has written."""

    def persistent_load(self, pid):
        """Return the object of a persistent id."""
        kind, name, *more = pid
        if kind == _PACKAGE:
            return getattr(__import__(name), *more)
        if kind == _SET:
            sets = self.__dict__.setdefault("_sets", {})
            return sets[name] if name in sets else sets.setdefault(name, make_set(*more))
        known = identities.find(name)
        if known is not None:
            return known
        if kind == _NAN:
            return identities.keep(name, float("nan"))
        interned, value = more
        return identities.keep(name, sys.intern(value) if interned else value)


def _has_identity(value):
    """Whether it is an immutable value of which the interpreter may hold several."""
    kind = type(value)
    if kind is tuple:
        return 0 < len(value) < 100 and all(type(item) in _ATOMS for item in value)
    return kind in _KINDS and not (kind is int and -6 < value < 257)


def _is_interned(value):
    if type(value) is not str or len(value) > _LONGEST_NAME:
        return False
    return sys.intern(value[:1] + value[1:]) is value
