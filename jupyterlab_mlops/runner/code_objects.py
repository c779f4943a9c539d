"""Functions, classes and cells that were defined in the notebook, taken apart and put together.

Each bears an identity: the same function or class arrives once in a process, however many steps
hand it on, so that `isinstance` and `is` hold as in one kernel. This file is imported by name when
values are loaded: its public functions are part of the values' format.
"""

from __future__ import annotations

import _abc
import abc
import contextlib
import enum
import linecache
import marshal
import sys
import types
import typing

_ENUM_OWN = frozenset(
    [
        "_member_names_",
        "_member_map_",
        "_value2member_map_",
        "_hashable_values_",
        "_unhashable_values_",
        "_unhashable_values_map_",
        "_member_type_",
        "_value_repr_",
        "_use_args_",
        "_new_member_",
        "__new_member__",
        "_generate_next_value_",
        "_flag_mask_",
        "_singles_mask_",
        "_all_bits_",
        "_boundary_",
        "_inverted_",
        "_order_",
        "__new__",
        "__dict__",
        "__weakref__",
        "__module__",
        "__doc__",
    ]
)
_CLASS_OWN = frozenset({"__dict__", "__weakref__", "_abc_impl", "__abstractmethods__"})


class Identities:
    """Names of objects that stay the same from step to step."""

    def __init__(self):
        self._by_name = {}
        self._by_object = {}

    def count(self):
        """Return how many objects have a name."""
        return len(self._by_name)

    def things(self):
        """Return all objects that have a name."""
        return list(self._by_name.values())

    def name_of(self, thing):
        """Return the name of `thing`, or None where it has none yet."""
        entry = self._by_object.get(id(thing))
        return entry[1] if entry else None

    def find(self, name):
        """Return the object of that name, or None."""
        return self._by_name.get(name)

    def keep(self, name, thing):
        """Give `thing` its name; it is held from now on, so that its id is not used again."""
        self._by_name[name] = thing
        self._by_object[id(thing)] = (thing, name)
        return thing


identities = Identities()


def is_importable(thing):
    """Return whether `thing`, a function or class, is found under its module and name elsewhere."""
    module = getattr(thing, "__module__", None)
    if module is None or module == "__main__":
        return False
    found = sys.modules.get(module)
    for part in thing.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is thing


def reduce_function(function, name, whole):
    """Take a function apart: its code, its cells first empty, then everything else.

    `whole` where a namespace may hold the built-ins: then it goes as the dict that it is, which
    variables may hold, too.
    """
    code = function.__code__
    state = {
        "cells": [(cell, *_contents(cell)) for cell in function.__closure__ or ()],
        "defaults": function.__defaults__,
        "kwdefaults": function.__kwdefaults__,
        "attributes": {
            key: getattr(function, key) for key in ("__module__", "__qualname__", "__doc__")
        },
        "annotations": dict(function.__annotations__),
        "dict": dict(function.__dict__),
        "source": linecache.cache.get(code.co_filename),
        "file": code.co_filename,
        "named": _is_named(function),
    }
    namespace = _globals_of(function, name)
    if isinstance(namespace, tuple):
        # With the state, not before: the function itself is among its globals.
        own = function.__globals__
        if not whole:
            own = {key: value for key, value in own.items() if key != "__builtins__"}
        namespace, state["globals"] = (*namespace, own if whole else {}), own
    arguments = (
        name,
        # Version 2 has no references, which would depend on who else holds a constant.
        marshal.dumps(code, 2),
        function.__name__,
        namespace,
        function.__closure__,
    )
    return make_function, arguments, state, None, None, set_function


def _globals_of(function, name):
    """None for the notebook's namespace, a module's name, or a tuple with the namespace's identity.

    A namespace that belongs to nobody here is, for one, that of a script which `%run` has run.
    """
    namespace = function.__globals__
    if namespace is vars(sys.modules["__main__"]):
        return None
    module = sys.modules.get(namespace.get("__name__"))
    if module is not None and vars(module) is namespace:
        return module.__name__
    known = identities.name_of(namespace)
    if known is None:
        known = f"{name}:globals"
        identities.keep(known, namespace)
    return (known,)


def _is_named(thing):
    """Whether the notebook finds `thing` under its own name, as pickle and joblib do."""
    return vars(sys.modules["__main__"]).get(thing.__qualname__) is thing


def _set_name(thing):
    vars(sys.modules["__main__"]).setdefault(thing.__qualname__, thing)


def _contents(cell):
    try:
        return True, cell.cell_contents
    except ValueError:
        return False, None


def make_function(name, code, function_name, namespace, closure):
    """Return the function of that identity, made with empty cells where it is not here yet."""
    known = identities.find(name)
    if known is not None:
        return known
    if namespace is None:
        namespace = vars(sys.modules["__main__"])
    elif isinstance(namespace, tuple):
        known = identities.find(namespace[0])
        namespace = identities.keep(*namespace) if known is None else known
    elif isinstance(namespace, str):
        __import__(namespace)
        namespace = vars(sys.modules[namespace])
    made = types.FunctionType(marshal.loads(code), namespace, function_name, None, closure)
    return identities.keep(name, made)


def set_function(function, state):
    """Complete a function: cells, defaults, attributes, and the source that tracebacks show."""
    for cell, full, contents in state["cells"]:
        if full:
            cell.cell_contents = contents
    if state.get("globals") is not function.__globals__:
        function.__globals__.update(state.get("globals", {}))
    function.__defaults__ = state["defaults"]
    function.__kwdefaults__ = state["kwdefaults"]
    for key, value in state["attributes"].items():
        setattr(function, key, value)
    function.__annotations__ = state["annotations"]
    function.__dict__.update(state["dict"])
    if state["source"] and state["file"] not in linecache.cache:
        linecache.cache[state["file"]] = state["source"]
    if state["named"]:
        _set_name(function)


def make_cell():
    """Return an empty closure cell."""
    return types.CellType()


def reduce_class(cls, name):
    """Take a class apart: an empty class with its bases and slots first, then its attributes."""
    if isinstance(cls, enum.EnumMeta):
        return _reduce_enum(cls, name)
    attributes = vars(cls)
    body = {key: attributes[key] for key in ("__module__", "__slots__") if key in attributes}
    body["__qualname__"] = cls.__qualname__
    state = {
        key: value
        for key, value in attributes.items()
        if key not in _CLASS_OWN and not _is_slot(value)
    }
    if isinstance(cls, abc.ABCMeta):
        found = (reference() for reference in _abc._get_dump(cls)[0])
        known = sorted((c for c in found if c is not None), key=lambda c: c.__qualname__)
        state["_abc_registry"] = known
    if _is_named(cls):
        state["_named"] = True
    arguments = (name, type(cls), cls.__name__, cls.__bases__, body)
    return make_class, arguments, state, None, None, set_class


def _is_slot(value):
    return isinstance(value, (types.MemberDescriptorType, types.GetSetDescriptorType))


def make_class(name, metaclass, class_name, bases, body):
    """Return the class of that identity, made empty where it is not here yet."""
    known = identities.find(name)
    if known is not None:
        return known
    # The metaclass's own __new__ and the bases' __init_subclass__ ran when the notebook defined
    # the class; what they did is in its attributes.
    with _without_subclass_hooks(bases):
        made = type.__new__(metaclass, class_name, bases, body)
    return identities.keep(name, made)


@contextlib.contextmanager
def _without_subclass_hooks(bases):
    hooked = {
        cls
        for base in bases
        for cls in base.__mro__
        if cls is not object and "__init_subclass__" in vars(cls) and _is_python(cls)
    }
    originals = {cls: vars(cls)["__init_subclass__"] for cls in hooked}
    try:
        for cls in hooked:
            type.__setattr__(cls, "__init_subclass__", classmethod(lambda *_, **__: None))
        yield
    finally:
        for cls, original in originals.items():
            type.__setattr__(cls, "__init_subclass__", original)


def _is_python(cls):
    return bool(cls.__flags__ & (1 << 9))


def set_class(cls, state):
    """Complete a class with its attributes."""
    registered = state.pop("_abc_registry", ())
    if state.pop("_named", False):
        _set_name(cls)
    for key, value in state.items():
        type.__setattr__(cls, key, value)
    if isinstance(cls, abc.ABCMeta):
        _abc._abc_init(cls)
        for subclass in registered:
            _abc._abc_register(cls, subclass)


def _reduce_enum(cls, name):
    members = {key: member._value_ for key, member in cls.__members__.items()}
    body = {
        key: value
        for key, value in vars(cls).items()
        if key not in _ENUM_OWN and key not in members and not _is_slot(value)
    }
    body.update(__module__=cls.__module__, __qualname__=cls.__qualname__, __doc__=cls.__doc__)
    arguments = (name, type(cls), cls.__name__, cls.__bases__, body, members)
    return make_enum, (*arguments, _is_named(cls))


def make_enum(name, metaclass, class_name, bases, body, members, named):
    """Return the enumeration of that identity, made where it is not here yet."""
    known = identities.find(name)
    if known is not None:
        return known
    namespace = metaclass.__prepare__(class_name, bases)
    for key, value in {**body, **members}.items():
        namespace[key] = value
    made = identities.keep(name, metaclass(class_name, bases, namespace))
    if named:
        _set_name(made)
    return made


def reduce_type_variable(variable, name):
    """Take a typing.TypeVar apart, which pickle itself knows by name only."""
    variance = (variable.__covariant__, variable.__contravariant__)
    arguments = (name, variable.__name__, variable.__constraints__, variable.__bound__)
    return make_type_variable, (*arguments, *variance)


def make_type_variable(name, own, constraints, bound, covariant, contravariant):
    """Return the TypeVar of that identity, made where it is not here yet."""
    known = identities.find(name)
    if known is not None:
        return known
    made = typing.TypeVar(
        own, *constraints, bound=bound, covariant=covariant, contravariant=contravariant
    )
    made.__module__ = "__main__"
    return identities.keep(name, made)
