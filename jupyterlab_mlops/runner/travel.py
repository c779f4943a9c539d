"""What a model's file needs where it is served: distributions, and modules of the project."""

from __future__ import annotations

import functools
import io
import os
import pickle
import sys
import types
import zipfile

from . import packages
from .documents import open_file

#: A zip file's earliest date: no time of this run goes into the model's identity.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class _References(pickle.Pickler):
    """Pickles into nothing and remembers the modules of all classes and functions."""

    def __init__(self):
        super().__init__(_Nowhere(), protocol=5, buffer_callback=lambda _: None)
        self.modules = set()

    def reducer_override(self, obj):
        if isinstance(obj, (type, types.FunctionType, types.BuiltinFunctionType)):
            self.modules.add(getattr(obj, "__module__", None) or "builtins")
        return NotImplemented


class _Nowhere(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        return len(data)


def modules_of(model):
    """Return the names of the modules that unpickling `model` imports.

    Raises
    ------
    Exception
        Whatever pickling it raises.
    """
    pickler = _References()
    pickler.dump(model)
    return pickler.modules


def distributions(names):
    """Return the distributions that modules of these names belong to, sorted."""
    tops = {name.partition(".")[0] for name in names}
    return sorted(packages.of_modules(tops))


def local_files(names):
    """Return path in the project → file of the modules that lie beside the notebook.

    Parameters
    ----------
    names : set of str
        Modules that the model's file imports.

    Returns
    -------
    dict of str to str
        Empty where all of them are installed. Else all modules of the project that are loaded, as
        one may import another; paths are relative to the entry of `sys.path` that they come from.
    """
    if not any(_local(sys.modules.get(name)) for name in names):
        return {}
    found = {}
    for name, module in list(sys.modules.items()):
        if _local(module):
            # `a.b` is a/b.py, or a/b/__init__.py where it is a package.
            steps = name.split(".")
            if os.path.basename(module.__file__) == "__init__.py":
                steps.append("__init__")
            found["/".join(steps) + ".py"] = module.__file__
    return found


def write_modules(files, path):
    """Write the modules as a zip file that Python imports from; the same files, the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            with open_file(files[name], "rb") as file:
                archive.writestr(zipfile.ZipInfo(name, _NO_TIME), file.read())


def imported_by(files):
    """Return the names of the installed modules that the project's modules have imported."""
    paths = set(files.values())
    names = set()
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) in paths:
            for value in list(vars(module).values()):
                name = value.__name__ if isinstance(value, types.ModuleType) else None
                names.add(name or getattr(value, "__module__", None))
    return {name for name in names if isinstance(name, str)}


@functools.cache
def _installed_places():
    import site
    import sysconfig

    places = [*site.getsitepackages(), site.getusersitepackages()]
    places += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    places.append(os.path.dirname(os.path.abspath(__file__)))
    return tuple(os.path.realpath(place) + os.sep for place in places)


def _local(module):
    """Whether a module is a Python file that nobody has installed."""
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or not file.endswith(".py"):
        return False
    if getattr(module, "__name__", "__main__") == "__main__":
        return False
    return not os.path.realpath(file).startswith(_installed_places())
