"""Builds runs on disk and drives the real supervisor, as the engine does."""

import importlib
import json
import os
import signal
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

    def start(self, cells, *, step="train", inputs=(), outputs=(), python=None, **more):
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
            "firstExecutionCount": 1,
            "timeoutSeconds": None,
            "environment": {"PYTHONHASHSEED": "0"},
            "modelVariable": None,
            "timeColumn": None,
            "trainingRowsKept": 20000,
            **more,
        }
        path = output / "request.json"
        path.write_text(json.dumps(request), "utf-8")
        process = subprocess.Popen(
            [python or sys.executable, "-I", str(RUNNER / "supervise.py"), str(path)],
            start_new_session=True,
        )
        self.processes.append(process)
        return Step(self, step, process)

    def finish(self, cells, **more):
        return self.start(cells, **more).wait()


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
