"""The distributions of the modules that a step has loaded."""

from __future__ import annotations

import functools
import os
import sys

from .documents import read_json, write_json

#: What is installed, found by a run's first step for all: it takes longer than a small step.
_KNOWN = ".packages.json"


def loaded(before, folder):
    """Return name → version of the distributions whose modules are loaded.

    Parameters
    ----------
    before : set of str
        Modules that the runner itself had loaded before the first cell.
    folder : str
        Where the run's steps keep what they have in common.
    """
    return of_modules({name.partition(".")[0] for name in set(sys.modules) - before}, folder)


def of_modules(tops, folder=None):
    """Return name → version of the distributions that these loaded top-level modules belong to.

    `folder` is that of `loaded`, where there is one.
    """
    tops = tops - set(getattr(sys, "stdlib_module_names", ()))
    tops = {name for name in tops if _is_installed(sys.modules.get(name))}
    if not tops:
        return {}
    installed = _installed(folder and os.path.join(folder, _KNOWN))
    found = {name: version for top in tops for name, version in installed.get(top, ())}
    return dict(sorted(found.items()))


def _is_installed(module):
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
    return "-packages" in (file or "")


@functools.cache
def _installed(path):
    """Top-level module → names and versions of the distributions that have it."""
    # The notebook's own folder is none of them, and changes often.
    folders = [folder for folder in sys.path if "-packages" in folder]
    state = [[folder, _changed(folder)] for folder in folders]
    if path and os.path.exists(path):
        known = read_json(path)
        if known["state"] == state:
            return known["modules"]
    # It takes a while to import, and few steps need it.
    import importlib.metadata

    modules = {}
    for distribution in importlib.metadata.distributions(path=folders):
        entry = [distribution.metadata["Name"], distribution.version]
        for name in _top_names(distribution):
            modules.setdefault(name, []).append(entry)
    if path:
        write_json(path, {"state": state, "modules": modules})
    return modules


def _changed(folder):
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0


def _top_names(distribution):
    """The modules and packages that a distribution puts beside itself."""
    listed = distribution.read_text("top_level.txt")
    if listed:
        return set(listed.split())
    names = set()
    for line in (distribution.read_text("RECORD") or "").splitlines():
        path = line.partition(",")[0]
        if path.endswith((".py", ".so", ".pyd")):
            names.add(path.partition(os.sep)[0].partition("/")[0].partition(".")[0])
    return names
