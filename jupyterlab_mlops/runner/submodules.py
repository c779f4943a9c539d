"""Parts of packages that a cell uses without importing them.

After `import matplotlib`, `matplotlib.pyplot` is there as soon as anybody in the process has
imported it: an earlier cell, another package, IPython itself. In a process of its own nobody may
have, so that a missing part is imported when it is asked for.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import types


def lend(module):
    """Let a package's missing attributes be its submodules."""
    own = vars(module).get("__getattr__")
    if not hasattr(module, "__path__") or getattr(own, "lends", False):
        return

    def find(name):
        """Return a submodule that nobody has imported yet."""
        if own is not None:
            try:
                return own(name)
            except AttributeError:
                pass
        if not name.startswith("_") and _is_part(module.__name__, name):
            return _imported(module.__name__, name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    find.lends = True
    module.__getattr__ = find


def lend_to(tree, namespace):
    """Prepare the packages that a cell, given as its syntax tree, imports under their own names."""
    used = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    for node in ast.walk(tree):
        for each in node.names if isinstance(node, ast.Import) else ():
            name = each.asname or each.name
            if isinstance(namespace.get(name), types.ModuleType) or "." in name:
                continue
            for owner, part in used:
                if owner == name and not part.startswith("_") and _is_part(each.name, part):
                    # What is wrong with it, the cell itself will say
                    with contextlib.suppress(Exception):
                        _imported(each.name, part)


def _imported(package, name):
    part = importlib.import_module(f"{package}.{name}")
    lend(part)
    return part


def _is_part(package, name):
    try:
        return importlib.util.find_spec(f"{package}.{name}") is not None
    except Exception:
        # To look for it, the package itself is imported, which may fail in any way
        return False
