"""A pickler for all that a notebook's variables may hold, beyond what pickle itself can do."""

from __future__ import annotations

import ast
import builtins
import collections
import dataclasses
import functools
import gc
import importlib
import io
import marshal
import pickle
import sys
import types
import typing
import weakref

from .attributes import as_it_is, fall_back, is_usual, with_attributes
from .code_objects import (
    identities,
    is_importable,
    make_cell,
    reduce_class,
    reduce_function,
    reduce_type_variable,
)
from .exceptions import reduce_exception
from .persistent import Persistent
from .submodules import lend

#: Markers that are compared by identity and have no name of their own in pickle.
_SENTINELS = {
    id(value): name
    for name, value in vars(dataclasses).items()
    if type(value).__module__ == "dataclasses" and name.isupper() and not isinstance(value, type)
}

#: Types that say they are in `builtins` and are not: found by their names in `types`.
_INTERPRETER_TYPES = {
    id(value): name
    for name, value in vars(types).items()
    if isinstance(value, type)
    and value.__module__ == "builtins"
    and not hasattr(builtins, value.__name__)
    and value is not type(None)
}


class GraphPickler(pickle.Pickler):
    """Pickles one object graph: modules by name, notebook-made functions and classes by content.

    Parameters
    ----------
    file : binary file
        Where the stream goes.
    step : str
        The step's id: new functions and classes are named after it.
    buffer_callback : callable or None
        Takes the contents of arrays; None keeps them in the stream.
    shared : arrays.Sharing
        Which arrays look at the same memory.
    """

    def __init__(self, file, step, buffer_callback, shared):
        super().__init__(file, protocol=5, buffer_callback=buffer_callback)
        self._step = step
        self._shared = shared
        self._cells = set()
        self._persistent = None
        self._names_builtins = False
        self.last = None
        self.taken = set()
        self._usual = {}

    def keep(self, variables):
        """Keep numbers, texts and sets of these variables the objects that they are."""
        self._persistent = Persistent(variables, self._step)
        self._names_builtins = True

    def persistent_id(self, obj):
        """Return the persistent id of what pickle's own way would not keep as it is."""
        return self._persistent and self._persistent.id_of(obj)

    def reducer_override(self, obj):
        """Return how to pickle `obj`, or NotImplemented for pickle's own way."""
        self.last = obj
        kind = type(obj)
        if kind is types.FunctionType:
            return self._function(obj)
        if isinstance(obj, type):
            return self._class(obj)
        special = _REDUCERS.get(kind)
        if special is not None:
            return special(obj)
        if kind is typing.TypeVar and obj.__module__ == "__main__":
            return reduce_type_variable(obj, self._identity(obj, obj.__name__))
        if kind is types.CellType:
            return self._cell(obj)
        if id(obj) in _SENTINELS:
            return getattr, (dataclasses, _SENTINELS[id(obj)])
        if kind.__name__ in _GLOBAL_GENERATORS:
            module, name = _GLOBAL_GENERATORS[kind.__name__]
            if obj is getattr(sys.modules.get(module), name, None):
                return getattr, (sys.modules[module], name)
        if isinstance(obj, BaseException):
            return reduce_exception(obj, self._crosses)
        if isinstance(obj, functools._lru_cache_wrapper):
            return self._cached_function(obj)
        if kind is object:
            found = _place_of(obj)
            return (getattr, found) if found else NotImplemented
        return self._object(obj, kind)

    def _object(self, obj, kind):
        if kind.__module__ == "ipykernel.zmqshell":
            return sys.modules["IPython"].get_ipython, ()
        if kind.__module__ != "__main__":
            return with_attributes(obj, self._shared.reduce(obj))
        if kind not in self._usual:
            self._usual[kind] = is_usual(kind)
        if self._usual[kind]:
            return NotImplemented
        return as_it_is(obj, self.taken) or with_attributes(obj, NotImplemented)

    def _crosses(self, value):
        try:
            dumps({"value": value}, self._step, self._shared, in_stream=True)
        except Unpicklable:
            return False
        return True

    def _function(self, function):
        if is_importable(function):
            return NotImplemented
        self._cells.update(id(cell) for cell in function.__closure__ or ())
        return reduce_function(function, self._identity(function), self._names_builtins)

    def _class(self, cls):
        if id(cls) in _INTERPRETER_TYPES:
            return getattr, (types, _INTERPRETER_TYPES[id(cls)])
        if cls.__module__ == "builtins" or is_importable(cls):
            return NotImplemented
        return reduce_class(cls, self._identity(cls))

    def _cell(self, cell):
        if id(cell) in self._cells:
            # The function that owns the cell fills it: so a function can hold itself.
            return make_cell, ()
        return types.CellType, (cell.cell_contents,)

    def _cached_function(self, wrapper):
        if not hasattr(wrapper, "__wrapped__") or is_importable(wrapper):
            return NotImplemented
        return make_cached, (wrapper.__wrapped__, wrapper.cache_parameters())

    def _identity(self, thing, label=None):
        name = identities.name_of(thing)
        if name is None:
            name = f"{self._step}:{label or thing.__qualname__}:{identities.count()}"
            identities.keep(name, thing)
        return name


def _place_of(sentinel):
    """The module and the name under which other processes find an `object()`, or None."""
    for module in list(sys.modules.values()):
        if isinstance(module, types.ModuleType) and module.__name__ != "__main__":
            for name, value in list(vars(module).items()):
                if value is sentinel:
                    return module, name
    return None


#: Generators whose state is the ambient one: their kind, and where each process has its own.
_GLOBAL_GENERATORS = {
    "RandomState": ("numpy.random.mtrand", "_rand"),
    "Random": ("random", "_inst"),
}

#: Modules that cells have imported as `import a.b`, which binds `a`.
_dotted = set()


def note_imports(tree):
    """Remember which parts of packages a cell's syntax tree imports under the package's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            _dotted.update(each.name for each in node.names if "." in each.name)


def make_module(name, parts=()):
    """Return the module of that name, imported where it is not yet, with these parts of it."""
    for part in parts:
        importlib.import_module(part)
    _dotted.update(parts)
    module = importlib.import_module(name)
    lend(module)
    return module


def make_cached(function, parameters):
    """Return `function` behind an empty functools.lru_cache."""
    return functools.lru_cache(**parameters)(function)


def make_cached_property(function, name):
    """Return a functools.cached_property of that attribute name."""
    made = functools.cached_property(function)
    made.attrname = name
    return made


def _reduce_module(module):
    name = module.__name__
    parts = sorted(part for part in _dotted if part.startswith(f"{name}.") and part in sys.modules)
    return (make_module, (name, tuple(parts))) if parts else (make_module, (name,))


#: As the interpreter has them: cells may put others in their places.
_BUILT_IN = dict(vars(builtins))


def built_in(name):
    """Return the built-in function of that name, whatever a cell has put in its place."""
    return _BUILT_IN[name]


def _reduce_built_in(function):
    name = function.__name__
    replaced = _BUILT_IN.get(name) is function and getattr(builtins, name, None) is not function
    return (built_in, (name,)) if replaced else NotImplemented


def _reduce_property(value):
    return property, (value.fget, value.fset, value.fdel, value.__doc__)


def make_reference(target):
    """Return a weak reference to `target`; where that is None, to what is gone."""
    return weakref.ref(type("Gone", (), {})() if target is None else target)


def _reduce_reference(reference):
    # What it calls when its target ends would be called in another process.
    plain = reference.__callback__ is None
    return (make_reference, (reference(),)) if plain else NotImplemented


def _reduce_method(method):
    function, owner = method.__func__, method.__self__
    name = getattr(function, "__name__", "")
    kept = getattr(type(owner), name, None) is function or isinstance(owner, type)
    return NotImplemented if kept else (types.MethodType, (function, owner))


def _reduce_view(value):
    # What a view looks at, only the collector tells.
    (mapping,) = gc.get_referents(value)
    return {kind: make for make, kind in _VIEWS}[type(value)], (mapping,)


_VIEWS = [
    (make, type(make(mapping())))
    for mapping in (dict, collections.OrderedDict)
    for make in (mapping.keys, mapping.values, mapping.items)
]
_REDUCERS = {
    types.ModuleType: _reduce_module,
    types.MethodType: _reduce_method,
    types.BuiltinFunctionType: _reduce_built_in,
    weakref.ReferenceType: _reduce_reference,
    weakref.WeakKeyDictionary: lambda value: (weakref.WeakKeyDictionary, (dict(value),)),
    weakref.WeakValueDictionary: lambda value: (weakref.WeakValueDictionary, (dict(value),)),
    weakref.WeakSet: lambda value: (weakref.WeakSet, (list(value),)),
    types.MappingProxyType: lambda value: (types.MappingProxyType, tuple(gc.get_referents(value))),
    types.CodeType: lambda value: (marshal.loads, (marshal.dumps(value, 2),)),
    **{kind: _reduce_view for _, kind in _VIEWS},
    property: _reduce_property,
    staticmethod: lambda value: (staticmethod, (value.__func__,)),
    classmethod: lambda value: (classmethod, (value.__func__,)),
    functools.cached_property: lambda value: (
        make_cached_property,
        (value.func, value.attrname),
    ),
}


class Unpicklable(Exception):
    """Something cannot be pickled: `thing`, and why, `reason`."""

    def __init__(self, thing, reason):
        super().__init__(str(reason))
        self.thing = thing
        self.reason = reason


def dumps(names, step, shared, in_stream=False):
    """Pickle a dictionary of variables as one graph.

    Returns
    -------
    tuple
        The stream as bytes, and the array contents as a list of `pickle.PickleBuffer`; it is
        empty where they are to be `in_stream`.

    Raises
    ------
    Unpicklable
        Where something in it cannot be pickled.
    """
    stream, buffers = io.BytesIO(), []
    pickler = GraphPickler(stream, step, None if in_stream else buffers.append, shared)
    if not in_stream:
        pickler.keep(names)
    try:
        pickler.dump(names)
    except Exception as error:
        if fall_back(pickler.taken):
            return dumps(names, step, shared, in_stream)
        raise Unpicklable(pickler.last, error) from error
    return stream.getbuffer(), buffers
