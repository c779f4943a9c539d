"""Which shell runs the cells: IPython's where the environment has it, else a plain one."""

from __future__ import annotations

import importlib
import importlib.util
import os

#: Parts of every IPython shell, of which newer versions import some only when a shell is made.
_PARTS = (
    "IPython.core.application",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.magics",
    "IPython.core.oinspect",
)

_HAS_IPYTHON = importlib.util.find_spec("IPython") is not None
_HAS_INLINE_BACKEND = importlib.util.find_spec("matplotlib_inline") is not None


def prepare():
    """Import the shell that `choose_shell` will make."""
    if not _HAS_IPYTHON:
        from . import plain_shell  # noqa: F401

        return
    from . import shell  # noqa: F401

    for part in _PARTS:
        importlib.import_module(part)


def choose_shell(recorder, streams):
    """Return a shell with `user_ns`, `execution_count`, `run(source)` and `python_of(source)`.

    Parameters
    ----------
    recorder : Recorder
        Where outputs go.
    streams : Streams
        Standard output and error.
    """
    # As a kernel does. matplotlib reads this when the notebook imports it; it is not imported for
    # this.
    if _HAS_INLINE_BACKEND and not os.environ.get("MPLBACKEND"):
        os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    if _HAS_IPYTHON:
        from .shell import make_shell

        return make_shell(recorder, streams)
    from .plain_shell import PlainShell

    return PlainShell(recorder, streams)
