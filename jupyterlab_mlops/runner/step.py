"""Entry of a step's process; the supervisor starts it with the path of request.json."""

import gc
import os
import sys
import threading
import time
import types

_FOLDER = os.path.dirname(os.path.abspath(__file__))

#: Seconds that exit handlers have, once the result is written.
_PATIENCE = 3


def prepare():
    """Import what every step imports, before the notebook's folder is a place for imports.

    A kernel does it in this order, too: a module of the notebook's named `code` must not stand in
    for the standard library's where IPython imports that.
    """
    package = types.ModuleType("jupyterlab_mlops_runner")
    package.__path__ = [_FOLDER]
    sys.modules.setdefault("jupyterlab_mlops_runner", package)
    if sys.path and os.path.abspath(sys.path[0]) == _FOLDER:
        del sys.path[0]
    from jupyterlab_mlops_runner import execution, shells

    shells.prepare()
    # What is imported here stays: looking through it again and again took half of a small step's
    # time, most of it at its end.
    gc.freeze()
    return execution


def main(request_path):
    """Run the step; return the process's exit code."""
    execution = prepare()
    # As in a kernel: the working folder.
    sys.path.insert(0, "")
    code = execution.run(request_path)
    threading.Thread(target=_leave, args=(code,), daemon=True).start()
    return code


def _leave(code):
    """End the process where the notebook's threads or exit handlers would keep it."""
    time.sleep(_PATIENCE)
    os._exit(code)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.argv = [sys.argv[0]]
    sys.exit(main(arguments[0]))
