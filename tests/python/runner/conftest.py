"""Builds runs on disk and drives the real supervisor, as the engine does."""

import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest

RUNNER = Path(__file__).parents[3] / "jupyterlab_mlops" / "runner"


class Step:
    """One step of a run, started as a process."""

    def __init__(self, run, name, process):
        self.run = run
        self.name = name
        self.process = process
        self.output = run.folder / "steps" / name

    def wait(self, seconds=60):
        self.process.wait(seconds)
        return self

    @property
    def result(self):
        return json.loads((self.output / "result.json").read_text("utf-8"))

    @property
    def succeeded(self):
        result = self.result
        assert result["state"] == "succeeded", json.dumps(result["error"], indent=1)
        return result

    @property
    def error(self):
        assert self.result["state"] == "failed"
        return self.result["error"]

    def cell(self, index):
        return json.loads((self.output / "cells" / f"{index}.json").read_text("utf-8"))

    def outputs(self, index):
        return self.cell(index)["outputs"]

    def text(self, index, name="stdout"):
        streams = [o for o in self.outputs(index) if o["output_type"] == "stream"]
        return "".join(o["text"] for o in streams if o["name"] == name)

    def lines(self, file):
        text = (self.output / file).read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    @property
    def log(self):
        return self.lines("log.jsonl")

    @property
    def events(self):
        return [event["event"] for event in self.lines("events.jsonl")]

    def model(self, variable, file="describe.json"):
        path = self.output / "models" / variable / file
        return json.loads(path.read_text("utf-8"))

    def stop(self):
        os.kill(self.process.pid, signal.SIGTERM)
        return self.wait()

    def until(self, text, seconds=30):
        """Wait until the log holds `text`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            log = self.output / "log.jsonl"
            if log.exists() and text in log.read_text("utf-8"):
                return self
            time.sleep(0.01)
        raise AssertionError(f"{text!r} was not printed")


class Run:
    """A run's folder; steps are started in it."""

    runner = RUNNER

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        for name in ("work", "values", "steps"):
            (folder / name).mkdir(parents=True)

    def write(self, cells, *, step="train", inputs=(), outputs=(), **more):
        """Write a step's request.json; return the step's name."""
        output = self.folder / "steps" / step
        output.mkdir(exist_ok=True)
        request = {
            "version": 1,
            "run": "r1",
            "step": step,
            "title": step.capitalize(),
            "cells": [
                {
                    "id": f"cell-{i}",
                    "index": i,
                    **(c if isinstance(c, dict) else {"source": c}),
                }
                for i, c in enumerate(cells)
            ],
            "inputs": [{"variable": v, "from": f} for v, f in inputs],
            "outputs": list(outputs),
            "parameters": {},
            "parametersCell": None,
            "work": str(self.folder / "work"),
            "folder": ".",
            "values": str(self.folder / "values"),
            "output": str(output),
            "timeoutSeconds": None,
            "environment": {"PYTHONHASHSEED": "0"},
            "modelVariable": None,
            "timeColumn": None,
            "trainingRowsKept": 20000,
            **more,
        }
        (output / "request.json").write_text(json.dumps(request), "utf-8")
        return step

    def start(self, cells, *, python=None, env=None, **request):
        step = self.write(cells, **request)
        path = self.folder / "steps" / step / "request.json"
        process = subprocess.Popen(
            [python or sys.executable, "-I", str(RUNNER / "supervise.py"), str(path)],
            env=env,
            start_new_session=True,
        )
        self.processes.append(process)
        return Step(self, step, process)

    def finish(self, cells, **more):
        return self.start(cells, **more).wait()


class WarmProcess:
    """Starts it, and hands it the steps of a run.

    Parameters
    ----------
    run : conftest.Run
        Whose steps it forks.
    """

    def __init__(self, run, **environment):
        self._run = run
        self._engine, theirs = socket.socketpair()
        self._engine.settimeout(30)
        room = {"PYTHONHASHSEED": "0", "MLOPS_STEP_FOLDER": "-" * 1024}
        self.process = subprocess.Popen(
            [sys.executable, str(RUNNER / "warm.py"), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=os.environ | room | environment,
            start_new_session=True,
        )
        theirs.close()
        self._lines = self._engine.makefile("r")
        assert json.loads(self._lines.readline()) == {"ready": True}

    def ask(self, step):
        """Ask for a step whose request is written; return the answer."""
        request = str(self._run.folder / "steps" / step / "request.json")
        self._engine.sendall(json.dumps({"request": request}).encode() + b"\n")
        return json.loads(self._lines.readline())

    def start(self, cells, **request):
        """Write a step's request and have it forked; return the step."""
        name = self._run.write(cells, **request)
        return Step(self._run, name, Forked(self.ask(name)["pid"]))

    def finish(self, cells, **request):
        """Have a step forked and wait for its end."""
        return self.start(cells, **request).wait()

    def hang_up(self):
        """Close the socket, as a gateway that dies does."""
        self._lines.close()
        self._engine.close()

    def __enter__(self):
        """Return itself."""
        return self

    def __exit__(self, *_):
        """End it."""
        self.hang_up()
        self.process.wait(10)


class Forked:
    """A process that is no child of this one, with what a step's tests ask of it."""

    def __init__(self, pid):
        self.pid = pid
        self._descriptor = os.pidfd_open(pid)

    def wait(self, seconds=60):
        """Wait for its end."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        assert poll.poll(seconds * 1000), "it has not ended"


@pytest.fixture
def run(tmp_path):
    made = Run(tmp_path / "run")
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def runner():
    """Import a file of the runner as the runner itself does."""
    package = types.ModuleType("jupyterlab_mlops_runner")
    package.__path__ = [str(RUNNER)]
    sys.modules.setdefault("jupyterlab_mlops_runner", package)
    return lambda name: importlib.import_module(f"jupyterlab_mlops_runner.{name}")


@pytest.fixture
def warm_process():
    """The class of warm processes, which exist on Linux only."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("only on Linux")
    return WarmProcess
