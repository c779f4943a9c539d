"""The distributions of the modules that a step has loaded."""

from __future__ import annotations

import functools
import os
import sys


def loaded(before):
    """Return name → version of the distributions whose modules are loaded.

    Parameters
    ----------
    before : set of str
        Modules that the runner itself had loaded before the first cell.
    """
    return of_modules({name.partition(".")[0] for name in set(sys.modules) - before})


def of_modules(tops):
    """Return name → version of the distributions that these loaded top-level modules belong to."""
    tops = tops - set(getattr(sys, "stdlib_module_names", ()))
    tops = {name for name in tops if _is_installed(sys.modules.get(name))}
    return dict(sorted((name, version) for name, version, own in _distributions() if tops & own))


@functools.cache
def _distributions():
    """Name, version and top-level modules of all that is installed."""
    # It takes a while to import, and the first cell should not wait for it.
    import importlib.metadata

    return [
        (each.metadata["Name"], each.version, _top_names(each))
        for each in importlib.metadata.distributions()
    ]


def _is_installed(module):
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
    return "-packages" in (file or "")


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
