"""Entry of a step's process; the supervisor starts it with the path of request.json."""

import os
import sys
import threading
import time
import types

_FOLDER = os.path.dirname(os.path.abspath(__file__))

#: Seconds that exit handlers have, once the result is written.
_PATIENCE = 3


def main(request_path):
    """Run the step; return the process's exit code."""
    package = types.ModuleType("jupyterlab_mlops_runner")
    package.__path__ = [_FOLDER]
    sys.modules["jupyterlab_mlops_runner"] = package
    # The folder of this file is no place for the notebook's imports; a kernel has '' there.
    sys.path[0] = ""
    from jupyterlab_mlops_runner.execution import run

    code = run(request_path)
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
