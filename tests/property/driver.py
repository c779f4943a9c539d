"""Runs small programs twice: in one process, and each step in a process of its own.

Reads one JSON document a line and answers with one line each:

    {"cells": [[index, source], …],
     "steps": [{"id", "cells", "inputs", "outputs", "ambientFrom"}, …]}
    → {"direct": {index: [text, error]}, "steps": {id: {index: [text, error]}},
       "failure": [step, what the runner said] or null}

Each process is a fork of this one, which only imports. Steps exchange values through
the runner's own files, as they do in every engine.
"""

import asyncio
import contextlib
import gc
import importlib
import io
import json
import os
import re
import shutil
import sys
import tempfile
import types
from pathlib import Path

import numpy
import pandas  # noqa: F401

RUNNER = Path(__file__).parents[2] / "jupyterlab_mlops" / "runner"

package = types.ModuleType("jupyterlab_mlops_runner")
package.__path__ = [str(RUNNER)]
sys.modules["jupyterlab_mlops_runner"] = package
runner = {
    name: importlib.import_module(f"jupyterlab_mlops_runner.{name}")
    for name in ("ambient", "failures", "plain_shell", "values")
}

_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


class _Outputs:
    """Takes what a shell shows; standard output is written beside it."""

    def result(self, _count, data, _metadata):
        print(data["text/plain"])

    def error(self, *_):
        pass

    def drain(self):
        pass


def run_cells(cells, namespace_of):
    """Run cells until one fails; return their texts and errors."""
    outputs = _Outputs()
    shell = runner["plain_shell"].PlainShell(outputs, outputs)
    namespace_of(shell.user_ns)
    found = {}
    for index, source in cells:
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            result = asyncio.run(shell.run(source))
        error = result.error and f"{result.error['name']}: {result.error['value']}"
        found[index] = [_ADDRESS.sub("0x", text.getvalue()), error]
        if error:
            break
    return found, shell.user_ns


def run_step(step, folder):
    """Run one step between loading and saving values, as the runner does."""
    request = {
        "step": step["id"],
        "inputs": step["inputs"],
        "outputs": step["outputs"],
        "values": folder,
        "work": folder,
    }
    ambient = runner["ambient"].Ambient(request)
    ambient.note_numpy(numpy.random)

    def begin(namespace):
        inputs, _ = runner["values"].load(request)
        if step["ambientFrom"]:
            ambient.load(os.path.join(folder, step["ambientFrom"], "ambient.pkl"))
        namespace.update(inputs)

    found, namespace = run_cells(step["cells"], begin)
    if not any(error for _, error in found.values()):
        runner["values"].save(request, namespace, {})
        ambient.save(os.path.join(folder, step["id"], "ambient.pkl"))
    return found


def apart(work, *given):
    """Do something in a fork; return what it gives, or what the runner said instead."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            answer = [work(*given), None]
        except runner["failures"].StepFailure as failure:
            document = failure.document()
            answer = [{}, f"{document['message']} {document.get('cause') or ''}"]
        except BaseException as error:
            answer = [{}, f"{type(error).__name__}: {error}"]
        with os.fdopen(write, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else [{}, "The process ended."]


def run_program(program, folder):
    """Run one program both ways."""
    direct, failure = apart(lambda: run_cells(program["cells"], lambda _: None)[0])
    steps = {}
    for step in program["steps"]:
        if failure is not None:
            break
        found, said = apart(run_step, step, folder)
        steps[step["id"]] = found
        failure = said and [step["id"], said]
        if failure or any(error for _, error in found.values()):
            break
    return {"direct": direct, "steps": steps, "failure": failure}


def main():
    # What was imported is shared with the forks, not copied by the garbage collector.
    gc.freeze()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    for line in sys.stdin:
        folder = tempfile.mkdtemp(prefix="programs-", dir=memory)
        try:
            print(json.dumps(run_program(json.loads(line), folder)), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
