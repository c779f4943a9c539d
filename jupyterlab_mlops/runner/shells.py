"""Which shell runs the cells: IPython's where the environment has it, else a plain one."""

from __future__ import annotations

import importlib.util
import os


def choose_shell(recorder, streams, first_count):
    """Return a shell with `user_ns`, `execution_count`, `run(source)` and `python_of(source)`.

    Parameters
    ----------
    recorder : Recorder
        Where outputs go.
    streams : Streams
        Standard output and error.
    first_count : int
        The number of the first cell.
    """
    # matplotlib reads this when the notebook imports it; it is not imported for this.
    if importlib.util.find_spec("matplotlib_inline") and not os.environ.get("MPLBACKEND"):
        os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    if importlib.util.find_spec("IPython"):
        from .shell import make_shell

        return make_shell(recorder, streams, first_count)
    from .plain_shell import PlainShell

    return PlainShell(recorder, streams, first_count)
