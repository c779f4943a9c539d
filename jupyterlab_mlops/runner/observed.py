"""What came into a step: which of it the cells have changed, and which variables share objects.

Analysis of the source finds who binds a name. Whether a call has changed an object, or has kept a
second way to reach it, shows only when it has run: so it is looked at here, before and after.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import hashlib
import pathlib
import re
import sys
import types
import uuid

from . import attributes, pickling
from .arrays import Sharing, root_of
from .code_objects import is_importable
from .persistent import BUILTINS

#: Nothing that holds one of these can be told apart by changing it.
_IMMUTABLE = (
    int,
    float,
    complex,
    str,
    bytes,
    tuple,
    frozenset,
    range,
    slice,
    type(None),
    type(Ellipsis),
    type(NotImplemented),
    types.ModuleType,
    types.BuiltinFunctionType,
    types.CodeType,
    enum.Enum,
    re.Pattern,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    decimal.Decimal,
    fractions.Fraction,
    uuid.UUID,
    pathlib.PurePath,
)


class Look:
    """What pickling one variable shows.

    Attributes
    ----------
    digest : bytes
        Of everything that would be written, arrays included.
    objects : dict of int to object
        All objects in it that can change, by their identity.
    """

    def __init__(self, value, step, shared, contents, sink=None):
        self._contents = contents
        self._sink = sink
        self._look(value, step, shared)
        self.digest = self._hash.digest()

    def _look(self, value, step, shared):
        self._begin()
        pickler = _Looking(self, step, self._take, shared)
        try:
            pickler.dump(value)
        except Exception as error:
            if not attributes.fall_back(pickler.taken):
                raise pickling.Unpicklable(pickler.last, error) from error
            self._look(value, step, shared)

    def _begin(self):
        self._hash = hashlib.sha256()
        self.objects = {}
        if self._sink is not None:
            self._sink.begin()

    def write(self, data):
        """Take a piece of the stream."""
        self._hash.update(data)
        if self._sink is not None:
            self._sink.write(data)
        return memoryview(data).nbytes

    def _take(self, buffer):
        # The answer must be false: otherwise pickle puts the contents into the stream.
        raw = buffer.raw()
        name = self._contents.digest(raw)
        self._hash.update(raw if name is None else name.encode())
        if self._sink is not None:
            self._sink.take(raw)


class _Looking(pickling.GraphPickler):
    """Remembers each object on its way."""

    def __init__(self, look, step, buffer_callback, shared):
        super().__init__(look, step, buffer_callback, shared)
        self._names_builtins = True
        self._objects = look.objects
        self._held_by_pandas = shared.held_by_pandas
        numpy = sys.modules.get("numpy")
        self._array = getattr(numpy, "ndarray", None)
        fixed = [getattr(numpy, name, None) for name in ("generic", "dtype")]
        self._immutable = _IMMUTABLE + tuple(kind for kind in fixed if kind is not None)
        self._pandas = _PandasParts()

    def persistent_id(self, obj):
        """Note `obj`; give None, so that it is pickled as ever, and a name for the built-ins."""
        if obj is BUILTINS:
            return "builtins"
        if type(obj) in _SEEN_OFTEN or isinstance(obj, self._immutable):
            return
        if self._pandas.hides(obj):
            return
        if self._array is not None and isinstance(obj, self._array):
            if self._pandas.copies_on_write and id(obj) in self._held_by_pandas:
                return
            obj = root_of(obj, sys.modules["numpy"], subclasses=True)
        elif _is_named(obj):
            return
        # Held, not only counted: the identity of what is gone would be given again.
        self._objects[id(obj)] = obj


def _is_named(obj):
    """Whether it is a function or class that every process finds by its name."""
    return isinstance(getattr(obj, "__qualname__", None), str) and is_importable(obj)


class _PandasParts:
    """What frames and series are made of.

    From version 3 on, pandas copies a part when it is written to, whoever else holds it, so that
    nobody can see it shared. An index never changes.
    """

    def __init__(self):
        pandas = sys.modules.get("pandas")
        version = str(getattr(pandas, "__version__", "0")).partition(".")[0]
        self.copies_on_write = version.isdigit() and int(version) >= 3
        self._whole = tuple(
            kind
            for kind in (getattr(pandas, name, None) for name in ("DataFrame", "Series"))
            if kind is not None
        )
        self._class_state = {id(kind._metadata) for kind in self._whole}

    def hides(self, obj):
        """Whether `obj` is such a part."""
        if not self.copies_on_write:
            return False
        if id(obj) in self._class_state:
            return True
        own = type(obj).__module__.partition(".")[0] == "pandas"
        return own and not isinstance(obj, self._whole)


_SEEN_OFTEN = frozenset({int, float, str, bytes, bool, tuple, type(None)})


class Arrived:
    """The variables that came in.

    Parameters
    ----------
    variables : dict
        By name, as they were loaded.
    step : str
        The step's id.
    contents : blobs.Blobs
        Tells contents that nobody has written to without reading them.
    """

    def __init__(self, variables, step, contents):
        # Not the values: programs may count who holds them, as `resize` of numpy's arrays does.
        self._ids = {name: id(value) for name, value in variables.items()}
        shared = Sharing()
        self._digests = {
            name: Look(value, step, shared, contents).digest for name, value in variables.items()
        }

    def __contains__(self, name):
        return name in self._ids

    def is_same(self, name, namespace):
        """Whether the variable is still the object that came in, changed or not."""
        return name in namespace and self._ids.get(name) == id(namespace[name])

    def changed(self, name, look):
        """Whether its content is another one than when it came in."""
        return self._digests[name] != look.digest

    def removed(self, namespace):
        """Return the names that the cells have deleted, sorted."""
        return sorted(name for name in self._ids if name not in namespace)


def groups_of(looks):
    """Return the groups of two and more names that share an object that can change, each sorted."""
    owner, leader = {}, {name: name for name in looks}

    def find(name):
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for name, look in looks.items():
        for identity in look.objects:
            first = owner.setdefault(identity, name)
            leader[find(name)] = find(first)
    groups = {}
    for name in looks:
        groups.setdefault(find(name), []).append(name)
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)
