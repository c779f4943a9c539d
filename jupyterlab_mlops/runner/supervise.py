"""Supervises one step: starts it, ends all its descendants, and says how it ended.

    python -I supervise.py <run>/steps/<step>/request.json

It writes files only (see docs/step-runner.md), so that whoever started it may die and come back.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
import traceback
import types

_FOLDER = os.path.dirname(os.path.abspath(__file__))
_package = sys.modules.setdefault(
    "jupyterlab_mlops_runner", types.ModuleType("jupyterlab_mlops_runner")
)
_package.__path__ = [_FOLDER]

from jupyterlab_mlops_runner import documents, memory, outcome, processes  # noqa: E402 (the package is made above)


class Forked(Exception):
    """Raised in the forked child of a warm process: from here on it is the step."""


class Supervisor:
    """One step's process and all that descends from it.

    Parameters
    ----------
    request_path : str
        The step's request.json.
    warm : bool
        Whether this process has all that a step imports, so that a fork of it can be one.
    """

    def __init__(self, request_path, warm=False):
        self._warm = warm
        self._request_path = os.path.abspath(request_path)
        self._request = documents.read_json(self._request_path)
        self._output = self._request["output"]
        self._stopped = False
        self._child = 0
        self._ended = None
        self._wake = os.pipe()

    def run(self):
        """Run the step to its end and write result.json; in a warm step's process raise Forked."""
        self._listen()
        documents.reserve(self._output)
        processes.become_subreaper()
        self._write_identity()
        began = time.monotonic()
        kills = memory.kills()
        self._start()
        self._write_identity()
        timed_out = self._wait(began)
        self._note(processes.end_descendants())
        end = outcome.End(
            status=self._ended[0] if self._ended else None,
            peak=memory.peak_bytes(self._ended[1]) if self._ended else 0,
            seconds=time.monotonic() - began,
            stopped=self._stopped,
            timed_out=timed_out,
            out_of_memory=memory.kills() > kills,
        )
        documents.release(self._output)
        outcome.publish(self._request, end)

    def _listen(self):
        for descriptor in self._wake:
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._wake[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _stop(self, *_):
        self._stopped = True

    def _write_identity(self):
        document = {
            "pid": os.getpid(),
            "startTime": processes.start_time(os.getpid()),
            "childPid": self._child or None,
        }
        documents.write_json(os.path.join(self._output, "supervisor.json"), document)

    def _start(self):
        streams = [os.open(os.devnull, os.O_RDONLY)]
        for name in ("stdout.txt", "stderr.txt"):
            path = os.path.join(self._output, name)
            streams.append(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644))
        self._child = os.fork()
        if self._child:
            for descriptor in streams:
                os.close(descriptor)
            return
        try:
            self._leave_parent(streams)
            environment = self._request.get("environment", {})
            if self._warm:
                os.environ.update(environment)
            else:
                step = os.path.join(_FOLDER, "step.py")
                command = [sys.executable, step, self._request_path]
                os.execve(command[0], command, {**os.environ, **environment})
        except BaseException:
            # Two supervisors must not go on.
            traceback.print_exc()
            os._exit(127)
        raise Forked

    def _leave_parent(self, streams):
        """Take nothing of the supervisor into the step: as after exec, which a warm one lacks."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        interrupt = signal.default_int_handler if self._warm else signal.SIG_DFL
        signal.signal(signal.SIGINT, interrupt)
        for target, descriptor in enumerate(streams):
            os.dup2(descriptor, target)
        os.closerange(3, max(*streams, *self._wake) + 1)

    def _wait(self, began):
        """Wait until the step ends, is stopped, or takes too long; True for the last."""
        timeout = self._request.get("timeoutSeconds")
        while not self._ended and not self._stopped:
            left = None if timeout is None else began + timeout - time.monotonic()
            if left is not None and left <= 0:
                return True
            select.select([self._wake[0]], [], [], left)
            self._drain()
            self._note(processes.reap())
        return False

    def _drain(self):
        try:
            while os.read(self._wake[0], 4096):
                pass
        except BlockingIOError:
            return

    def _note(self, reaped):
        self._ended = reaped.get(self._child, self._ended)


def main(arguments):
    """Supervise the step whose request.json is the one argument; return the exit code."""
    if len(arguments) != 1:
        print("Usage: python -I supervise.py <step folder>/request.json", file=sys.stderr)
        return 2
    Supervisor(arguments[0]).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
