"""The distributions of the modules that a step has loaded."""

from __future__ import annotations

import os
import sys


def loaded(before):
    """Return name → version of the distributions whose modules are loaded.

    Parameters
    ----------
    before : set of str
        Modules that the runner itself had loaded before the first cell.
    """
    # It takes a while to import, and the first cell should not wait for it.
    import importlib.metadata

    tops = {name.partition(".")[0] for name in set(sys.modules) - before}
    tops -= set(getattr(sys, "stdlib_module_names", ()))
    tops = {name for name in tops if _is_installed(sys.modules.get(name))}
    found = {}
    for distribution in importlib.metadata.distributions():
        if tops & _top_names(distribution):
            found[distribution.metadata["Name"]] = distribution.version
    return dict(sorted(found.items()))


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
