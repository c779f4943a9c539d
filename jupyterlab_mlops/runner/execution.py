"""Runs the cells of one step and writes what came of it."""

from __future__ import annotations

import ast
import asyncio
import os
import platform
import resource
import sys
import time
import traceback

from . import attributes, candidates, description, packages, pickling, submodules, values
from .ambient import Ambient
from .blobs import Blobs
from .documents import LineFile, now, read_json, release, write_json
from .failures import StepFailure
from .files import FileTrace
from .fit_capture import FitCapture
from .kinds import shape_of, type_name
from .local_modules import LocalModules, is_file
from .metrics import Metrics
from .observed import Arrived
from .processes import end_with_parent
from .recorder import Recorder
from .shells import choose_shell
from .streams import Streams


def run(request_path):
    """Run the step of a request.json and write its result; return the exit code."""
    end_with_parent()
    return Execution(read_json(request_path)).run()


class Execution:
    """One step, from its inputs to its result.

    Parameters
    ----------
    request : dict
        See docs/step-runner.md.
    """

    def __init__(self, request):
        self._request = request
        self._output = request["output"]
        self._began = time.monotonic()
        self._process = os.getpid()
        self._events = LineFile(os.path.join(self._output, "events.jsonl"))
        self._made_in = {}
        self._seen = {}
        self._result = {
            "state": "failed",
            "error": None,
            "values": {},
            "groups": [],
            "removed": [],
            "metrics": {},
            "models": [],
            "filesRead": {},
            "filesWritten": {},
            "packages": {},
            "python": platform.python_version(),
            "seconds": 0,
            "maxRssBytes": 0,
        }

    def run(self):
        """Run it; return 0 where it succeeded, else 1."""
        self._event("step-started")
        try:
            asyncio.run(self._run_all())
            self._result["state"] = "succeeded"
        except StepFailure as failure:
            self._result["error"] = failure.document()
        except OSError as error:
            self._result["error"] = _storage_failure(error).document()
        except Exception as error:
            self._result["error"] = {
                "code": "runner-failed",
                "message": "The step runner itself failed; this is a defect of it.",
                "cause": f"{type(error).__name__}: {error}",
                "action": "Report it with the traceback.",
                "traceback": traceback.format_exc().splitlines(),
            }
        self._leave_if_forked()
        return self._write_result()

    async def _run_all(self):
        """All in one task: context variables, such as numpy's print options, are one set."""
        self._prepare()
        await self._run_cells()
        self._finish()

    def _prepare(self):
        request = self._request
        folder = os.path.join(request["work"], request.get("folder") or ".")
        os.chdir(folder)
        self._recorder = Recorder(self._output)
        self._streams = Streams(self._recorder)
        self._shell = choose_shell(self._recorder, self._streams)
        self._namespace = self._shell.user_ns
        self._modules = set(sys.modules)
        runner = os.path.dirname(os.path.abspath(__file__))
        hidden = [self._output, request["values"], runner]
        self._files = FileTrace(request["work"], hidden)
        self._ambient = Ambient(request, self._namespace.get("_dh", ()))
        self._local = LocalModules(request)
        self._capture = FitCapture(
            {"numpy.random": self._ambient.note_numpy, **self._local.watched()}
        )
        if request.get("captureFits") is False:
            self._capture.end()
        self._load_inputs()
        self._metrics = Metrics(self._namespace)

    def _load_inputs(self):
        inputs, _ = values.load(self._request, self._load_path)
        if self._before:
            self._ambient.load(self._before)
        self._namespace.update({k: v for k, v in inputs.items() if not is_file(k)})
        attributes.complete()
        self._arrived = None
        if "kept" in self._request:
            self._arrived = Arrived(inputs, self._request["step"], Blobs(self._request["values"]))
        plain = ("builtins", "numpy")
        self._inputs = {k: v for k, v in inputs.items() if type(v).__module__ not in plain}
        self._note_bindings(None)
        self._event("inputs-loaded")

    def _load_path(self, folders):
        """Values may belong to modules that only the notebook's own import path leads to."""
        ambient = self._request.get("ambientFrom")
        if ambient:
            folders = [os.path.join(self._request["values"], ambient)]
        self._before = folders and os.path.join(folders[-1], "ambient.pkl")
        if self._before:
            self._ambient.load(self._before, ("path", "folder"))

    async def _run_cells(self):
        self._files.start()
        cells = self._request["cells"]
        repeated = sum(1 for cell in cells if cell.get("repeated"))
        for at, cell in enumerate(cells, 1):
            await self._run_cell(cell)
            if cell["index"] == self._request.get("parametersCell"):
                self._set_parameters()
            if at == repeated and self._before:
                # What these cells set was set before the steps between
                self._ambient.load(self._before)
        self._files.stop()

    async def _run_cell(self, cell):
        place = {"cell": cell["id"], "index": cell["index"]}
        began = time.monotonic()
        self._shell.execution_count = cell.get("count", self._shell.execution_count)
        self._recorder.begin(cell, self._shell.execution_count)
        self._event("cell-started", **place)
        tree = self._tree(cell["source"])
        submodules.lend_to(tree, self._namespace)
        result = await self._shell.run(cell["source"])
        self._leave_if_forked()
        self._capture.settle()
        error = result.error
        tolerated = error is not None and cell.get("raisesException")
        failed = error is not None and not tolerated
        self._recorder.end("failed" if failed else "done", result.count)
        if self._recorder.failure is not None:
            raise _storage_failure(self._recorder.failure)
        self._note_bindings(cell)
        if failed:
            raise _cell_failure(cell, place, error)
        if result.exit_asked:
            raise StepFailure(
                "cell-exited",
                f"Cell {cell['index'] + 1} called exit(), which ends the notebook's process.",
                action="Remove the call; a pipeline goes on with the next step by itself.",
                **place,
            )
        pickling.note_imports(tree)
        self._metrics.after_cell(tree)
        self._event("cell-done", **place, seconds=round(time.monotonic() - began, 6))

    def _tree(self, source):
        try:
            return ast.parse(self._shell.python_of(source))
        except (SyntaxError, ValueError):
            # A cell of another language that a magic runs.
            return ast.Module([], [])

    def _set_parameters(self):
        for name, value in (self._request.get("parameters") or {}).items():
            self._namespace[name] = _like(self._namespace.get(name), value)

    def _note_bindings(self, cell):
        """Remember which cell bound each variable last."""
        for name, value in list(self._namespace.items()):
            if self._seen.get(name) != id(value):
                self._seen[name] = id(value)
                self._made_in[name] = cell

    def _finish(self):
        self._streams.mute()
        self._capture.end()
        result = self._result
        variables = {**self._namespace, **self._local.states()}
        result.update(values.save(self._request, variables, self._made_in, self._arrived))
        folder = os.path.join(self._request["values"], self._request["step"])
        self._ambient.save(os.path.join(folder, "ambient.pkl"))
        self._event("values-saved")
        result["metrics"] = self._metrics.found()
        result["filesRead"], result["filesWritten"] = self._files.found()
        result["packages"] = packages.loaded(self._modules, self._request["values"])
        result["models"] = [self._describe(candidate) for candidate in self._candidates()]

    def _candidates(self):
        return candidates.find(
            {name: self._namespace[name] for name in self._seen if name in self._namespace},
            self._inputs,
            self._capture.captures,
            self._request.get("modelVariable"),
        )

    def _describe(self, candidate):
        place = os.path.join("models", candidate.variable)
        options = {**self._request, "namespace": self._namespace}
        document = description.write(candidate, os.path.join(self._output, place), options)
        value = self._result["values"].get(candidate.variable)
        if value is not None:
            value.update(kind="model", shape=shape_of(candidate.model))
        return {
            "variable": candidate.variable,
            "type": type_name(candidate.model),
            "kind": candidate.kind,
            "fitCaptured": document["trainedRows"] is not None,
            "folder": place,
        }

    def _write_result(self):
        release(self._output)
        result = self._result
        result["seconds"] = round(time.monotonic() - self._began, 3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        result["maxRssBytes"] = peak * (1 if sys.platform == "darwin" else 1024)
        if result["error"]:
            self._event("step-failed", error=result["error"])
        else:
            self._event("step-done")
        # The supervisor makes it result.json once no descendant is left.
        write_json(os.path.join(self._output, "result.step.json"), result)
        return 1 if result["error"] else 0

    def _event(self, event, **more):
        self._events.append({"time": now(), "event": event, **more})

    def _leave_if_forked(self):
        """A child that a cell forked must not go on with the step."""
        if os.getpid() != self._process:
            os._exit(0)


def _like(old, value):
    """A parameter as the type of its default: JSON knows neither tuples nor 1.0."""
    if isinstance(old, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(old, (tuple, set, frozenset)) and isinstance(value, list):
        return type(old)(value)
    return value


def _cell_failure(cell, place, error):
    value = f": {error['value']}" if error["value"] else ""
    return StepFailure(
        "cell-failed",
        f"Cell {cell['index'] + 1} failed with {error['name']}{value}",
        cause=f"{error['name']}{value}",
        action="Correct the cell and run again; the steps before it need not run again.",
        line=error["line"],
        traceback=error["traceback"],
        **place,
    )


def _storage_failure(error):
    return StepFailure(
        "disk-full" if error.errno == 28 else "storage-failed",
        f"What the step made could not be stored: {error.strerror or error}.",
        cause=f"{type(error).__name__}: {error}",
        action="Make room where runs are stored, or give the data home another place.",
    )
