"""Processes as the system lists them: who descends from whom, since when, and how to end them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from .documents import open_file

_SET_CHILD_SUBREAPER = 36
_SET_PARENT_DEATH_SIGNAL = 1


def become_subreaper():
    """Have orphaned descendants become children of this process (Linux; elsewhere nothing)."""
    _prctl(_SET_CHILD_SUBREAPER, 1)


def end_with_parent():
    """Have this process killed when its parent ends, however it ends (Linux; elsewhere nothing)."""
    _prctl(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGKILL))


def _prctl(option, value):
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def start_time(pid):
    """Return when `pid` started: clock ticks since boot (field 22 of stat); '' where it is gone.

    Together with the pid this names a process, as pids are used again.
    """
    if sys.platform.startswith("linux"):
        fields = _stat(pid)
        return fields[19] if fields else ""
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip()


def descendants(pid):
    """Return the pids of all living descendants of `pid`, zombies left out."""
    children = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found, waiting = [], [pid]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            found.append(child)
            waiting.append(child)
    return found


def _stat(pid):
    """Return the fields of /proc/<pid>/stat after the command, which may hold brackets."""
    try:
        with open_file(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].decode("ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _parents():
    if not sys.platform.startswith("linux"):
        listing = subprocess.run(
            ["ps", "-axo", "pid=,ppid=,stat="],
            capture_output=True,
            text=True,
            check=True,
        )
        rows = (line.split() for line in listing.stdout.splitlines())
        return [(int(row[0]), int(row[1])) for row in rows if not row[2].startswith("Z")]
    pairs = []
    for name in os.listdir("/proc"):
        fields = _stat(name) if name.isdigit() else None
        if fields and fields[0] not in "ZX":
            pairs.append((int(name), int(fields[1])))
    return pairs


def end_descendants(grace=2.0, limit=20.0):
    """End all descendants of this process: SIGTERM, after `grace` seconds SIGKILL.

    Returns
    -------
    dict of int to tuple
        What was reaped: pid → (wait status, resource usage).
    """
    reaped = {}
    began = time.monotonic()
    asked = set()
    while True:
        reaped.update(reap())
        if _is_childless():
            return reaped
        living = descendants(os.getpid())
        elapsed = time.monotonic() - began
        if not living or elapsed > limit:
            return reaped
        for pid in living:
            if elapsed >= grace:
                _signal(pid, signal.SIGKILL)
            elif pid not in asked:
                asked.add(pid)
                _signal(pid, signal.SIGTERM)
                # A stopped process sees SIGTERM only when it goes on.
                _signal(pid, signal.SIGCONT)
        time.sleep(0.01 if elapsed < 0.2 else 0.05)


def _is_childless():
    """Whether nothing can descend from this process: for a subreaper, where it has no child."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        # Gone already; or a program of another user (sudo), which only that user can end.
        return


def reap():
    """Collect children that have ended: pid → (wait status, resource usage)."""
    ended = {}
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = (status, usage)
