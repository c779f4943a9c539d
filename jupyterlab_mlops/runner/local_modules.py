"""What the modules beside the notebook keep: one variable more for each, named after its file.

The plan names those that the notebook's cells change: their globals, attributes of their classes,
and what their functions keep from call to call.
"""

from __future__ import annotations

import functools
import importlib
import sys
import types

from . import pickling
from .arrays import Sharing
from .code_objects import is_importable

_FIXED = (types.ModuleType, types.BuiltinFunctionType, functools._lru_cache_wrapper)
_ON_FUNCTIONS = ("__defaults__", "__kwdefaults__", "__dict__")
#: Module's name → place of each part → the identity that it had after the import.
_beginnings = {}
_states = {}


class LocalModules:
    """The local modules that a step's request names.

    Parameters
    ----------
    request : dict
        The step's request.
    """

    def __init__(self, request):
        came = [entry["variable"] for entry in request["inputs"]]
        files = {name for name in [*came, *request["outputs"]] if is_file(name)}
        self._names = {file: _module_name(file) for file in files}

    def watched(self):
        """Return module's name → what is to be called when it has been imported."""
        return dict.fromkeys(self._names.values(), _begin)

    def states(self):
        """Return file → ModuleState of the modules that are loaded."""
        return {file: state_of(name) for file, name in self._names.items() if name in sys.modules}


class ModuleState:
    """Stands for what a module keeps, so that it can be pickled."""

    def __init__(self, name):
        self._name = name

    def __reduce__(self):
        parts = dict(_parts(sys.modules[self._name]))
        kept = {place: value for place, value in parts.items() if self._crosses(place, value)}
        gone = [place for place in _beginnings.get(self._name, ()) if place not in parts]
        return state_of, (self._name,), (kept, gone), None, None, _set_state

    def _crosses(self, place, value):
        try:
            pickling.dumps({"value": value}, self._name, Sharing(), in_stream=True)
        except pickling.Unpicklable:
            # What the import has made, every process has; what is newer is missed when it is read.
            if _beginnings.get(self._name, {}).get(place, id(value)) != id(value):
                raise
            return False
        return True


def is_file(variable):
    """Return whether the variable is a local module."""
    return variable.endswith(".py")


def state_of(name):
    """Return the state of the module of that name, imported where it is not yet."""
    importlib.import_module(name)
    return _states.setdefault(name, ModuleState(name))


def _begin(module):
    _beginnings[module.__name__] = {place: id(value) for place, value in _parts(module)}


def _module_name(file):
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _parts(module):
    """Yield the places of what a module keeps, as (name, attribute or empty), and what is there."""
    for name, value in list(vars(module).items()):
        if name.startswith("__") or isinstance(value, _FIXED):
            continue
        own = getattr(value, "__module__", None) == module.__name__ and is_importable(value)
        if own and isinstance(value, types.FunctionType):
            for attribute in _ON_FUNCTIONS:
                yield (name, attribute), getattr(value, attribute)
        elif own and isinstance(value, type):
            for attribute, held in list(vars(value).items()):
                if not attribute.startswith("__") and not hasattr(type(held), "__get__"):
                    yield (name, attribute), held
        elif not isinstance(value, (type, types.FunctionType)) or not is_importable(value):
            yield (name, ""), value


def _set_state(state, content):
    module = sys.modules[state._name]
    kept, gone = content
    for (name, attribute), value in kept.items():
        if not attribute:
            setattr(module, name, value)
        elif attribute == "__dict__":
            vars(getattr(module, name)).update(value)
        else:
            setattr(getattr(module, name), attribute, value)
    for name, attribute in gone:
        owner = getattr(module, name, None) if attribute else module
        if hasattr(owner, attribute or name):
            delattr(owner, attribute or name)
