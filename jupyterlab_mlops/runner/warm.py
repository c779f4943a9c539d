"""A process that has imported what every step imports, and forks each step from itself.

    python warm.py 3        started by the engine, once a run; 3 is a socket to it

It runs no cell and no module of the notebook's, so every fork begins where a fresh interpreter is
before its first cell. What it may do, and why: docs/decisions/0005-warm-processes.md.

One JSON object a line. It says {"ready": true}; then for {"request": path} it says
{"pid": …} once the supervisor is forked, or {"refused": reason}. It ends when the socket is closed.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading

#: Seconds without a request after which it ends by itself. The engine ends it earlier.
_IDLE = 300

_MARK = "MLOPS_STEP_FOLDER"


def main(engine):
    """Serve requests from the socket `engine`; in a forked process return the step's exit code."""
    step = _import_step()
    from jupyterlab_mlops_runner import supervise

    # Supervisors end when they like; nobody waits for them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    packages = _state_of_packages()
    _say(engine, {"ready": True})
    for request in _read(engine):
        reason = _reason_against(request, packages)
        if reason:
            _say(engine, {"refused": reason})
            continue
        pid = os.fork()
        if pid == 0:
            os.close(engine)
            return _supervise(step, supervise, request["request"])
        _say(engine, {"pid": pid})
    # No exit handlers: those of what was imported belong to the steps.
    os._exit(0)


def _import_step():
    import importlib.util

    folder = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location("step", os.path.join(folder, "step.py"))
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    step.prepare()
    return step


def _read(descriptor):
    """Yield requests until the engine closes its end, or says nothing for long.

    What an engine that died had asked for is not done: the next one starts it.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    waiting = b""
    while True:
        events = poll.poll(_IDLE * 1000)
        if not events or events[0][1] & (select.POLLHUP | select.POLLERR):
            return
        data = os.read(descriptor, 1 << 16)
        if not data:
            return
        *lines, waiting = (waiting + data).split(b"\n")
        for line in lines:
            yield json.loads(line)


def _say(descriptor, message):
    try:
        os.write(descriptor, json.dumps(message).encode() + b"\n")
    except BrokenPipeError:
        os._exit(0)


def _reason_against(request, packages):
    """Why a fork would not be what a fresh interpreter is; empty where it would."""
    with open(request["request"], encoding="utf-8") as file:
        environment = json.load(file).get("environment", {})
    for name, value in environment.items():
        if name.startswith("PYTHON") and os.environ.get(name) != value:
            return f"{name} is read when an interpreter starts"
    if threading.active_count() > 1 or _threads() > 1:
        return "a package has started a thread"
    if _state_of_packages() != packages:
        return "the environment's packages have changed"
    return ""


def _threads():
    """How many threads the system sees, those of native libraries included."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _state_of_packages():
    """When something was installed last, as far as the folders tell."""
    state = []
    for folder in sys.path:
        try:
            state.append((folder, os.stat(folder).st_mtime_ns))
        except OSError:
            state.append((folder, 0))
    return state


def _supervise(step, supervise, path):
    """Be the supervisor of a step and leave; in the step's process return its exit code."""
    folder = os.path.dirname(path)
    try:
        _become_leader(folder)
        supervise.Supervisor(path, warm=True).run()
        os._exit(0)
    except supervise.Forked:
        # The step must not run in here: its errors would tell of this one.
        pass
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    sys.argv = [step.__file__]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv = [sys.orig_argv[0], step.__file__, path]
    return step.main(path)


def _become_leader(folder):
    """Have a session, a log and a mark of its own, as a supervisor that is started has them."""
    os.setsid()
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    log = os.open(os.path.join(folder, "supervisor.log"), flags, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.chdir(folder)
    _mark(folder)


def _mark(folder):
    """Name the step's folder in the environment, also where /proc shows it to others.

    What a step leaves behind is found by it. The system shows the memory that the environment had
    at the process's start, where the engine has left room.
    """
    os.environ[_MARK] = folder
    try:
        with open("/proc/self/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        start, end = int(fields[47]), int(fields[48])
    except (OSError, IndexError):
        return
    import ctypes

    shown = ctypes.string_at(start, end - start) if end > start else b""
    key = b"\0" + _MARK.encode() + b"="
    at = (b"\0" + shown).find(key)
    if at < 0:
        return
    at += len(key) - 1
    room = shown.index(b"\0", at) - at
    value = os.fsencode(folder)
    if len(value) <= room:
        ctypes.memmove(start + at, value.ljust(room, b"\0"), room)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
