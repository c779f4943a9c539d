"""Notebooks that no pipeline can be made of, and cells that end their process."""

import json
import os
import subprocess
import sys
import time

import pytest
from stack import eventually, processes, write_notebook
from test_the_computer import mounted

#: What a problem says of itself, whatever command finds it.
KEYS = {"cell", "id", "line", "column", "code", "severity", "message"}


def changed(path, change):
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))
    return path


def tagged(path, *tags):
    cells = [f"x{at} = {at}" for at in range(len(tags))]
    write_notebook(path, *cells)

    def tag(document):
        for cell, own in zip(document["cells"], tags, strict=True):
            cell["metadata"]["tags"] = own

    return changed(path, tag)


def old_format(path):
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1"]}]}
    path.write_text(json.dumps({"nbformat": 3, "worksheets": [sheet]}))
    return path


def in_language(path, name):
    write_notebook(path, "x <- 1", kernel="other")
    language = {"language_info": {"name": name}}
    return changed(path, lambda document: document["metadata"].update(language))


def no_json(path):
    path.write_text("{not json")
    return path


REFUSED = {
    "no-json": (no_json, 0, "not JSON"),
    "old-format": (old_format, 0, "format 3"),
    "r": (lambda path: in_language(path, "R"), 0, "written in R"),
    "julia": (lambda path: in_language(path, "julia"), 0, "written in julia"),
    "no-code": (lambda path: write_notebook(path, "# Words"), 0, "no code"),
    "syntax": (lambda path: write_notebook(path, "x = 1", "y = ("), 1, "too early"),
    "same-name": (
        lambda path: tagged(path, ["step:a"], ["step:b"], ["step:a"]),
        2,
        "“a” is here a second time",
    ),
    "circle": (
        lambda path: tagged(path, ["step:a", "prev:b"], ["step:b", "prev:a"]),
        0,
        "“a” comes after “b”",
    ),
    "no-such-step": (
        lambda path: tagged(path, ["step:a"], ["step:b", "prev:nowhere"]),
        1,
        "`prev:nowhere` names a step that does not exist",
    ),
    "input": (lambda path: write_notebook(path, "1", "input()"), 1, "asks for input"),
    "exit": (lambda path: write_notebook(path, "1", "exit()"), 1, "ends its own"),
    "os-exit": (
        lambda path: write_notebook(path, "import os", "os._exit(1)"),
        1,
        "ends its own process",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_pipeline_is_refused_with_cell_reason_and_fix(stack, name):
    make, cell, words = REFUSED[name]
    path = make(stack.project / f"{name}.ipynb")
    for command in "convert", "run":
        answer = stack.mlops(command, path)
        assert answer.code == 2, answer
        assert answer.reply["steps"] == []
        problem, *_ = answer.reply["diagnostics"]
        assert set(problem) >= KEYS
        assert (problem["cell"], problem["severity"]) == (cell, "error")
        assert problem["line"] >= 1
        assert problem["column"] >= 1
        assert words in problem["message"]
        assert problem["fix"]
    assert name in answer.errors
    assert stack.rows("SELECT count(*) FROM runs") == [(0,)]


def test_a_file_that_is_not_there_is_one_document_too(stack):
    for command in "convert", "run":
        answer = stack.mlops(command, "nowhere.ipynb")
        assert answer.code == 2
        assert answer.reply["diagnostics"] == answer.reply["steps"] == []
        assert "nowhere.ipynb" in answer.reply["error"]["message"]


def test_what_other_tools_leave_in_a_notebook_does_not_stop_it(stack):
    path = write_notebook(stack.project / "odd.ipynb", "x = 1", "print(x)")

    def spoil(document):
        first, second = document["cells"]
        first["metadata"] = {"tags": "no list", "mlops": {"retries": "many"}}
        first["id"] = second["id"] = "the same"
        del second["metadata"]
        del document["metadata"]

    changed(path, spoil)
    executed = stack.project / "executed.ipynb"
    reply = stack.done("run", path, "--split", "cells", "--output", executed)
    assert reply["state"] == "succeeded"
    cells = json.loads(executed.read_text())["cells"]
    assert "".join(cells[1]["outputs"][0]["text"]) == "1\n"
    assert len({cell["id"] for cell in cells}) == 2


def test_a_large_notebook_is_converted_and_run(stack):
    cells = [f"x{at} = {at}" for at in range(5000)]
    path = write_notebook(stack.project / "many.ipynb", *cells)
    began = time.monotonic()
    assert len(stack.done("convert", path, "--split", "cells")["steps"]) == 5000
    assert time.monotonic() - began < 30
    text = "text = '" + "a" * 5_000_000 + "'"
    path = stack.project / "big.ipynb"
    write_notebook(path, text, "metrics = {'n': len(text)}")
    assert stack.done("run", path)["metrics"] == {"n": 5_000_000}


ENDS = {
    "raises": ("x['k']", ["Cell 2 failed with KeyError"], "Correct the cell"),
    "leaves": (
        "import os\ngetattr(os, '_e' + 'xit')(7)",
        ["in cell 2", "exit code 7"],
        "Remove the call",
    ),
    "is-killed": (
        "import os\nprint('said')\nos.kill(os.getpid(), 9)",
        ["in cell 2", "SIGKILL"],
        "Run it again",
    ),
    "wants-too-much": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "bytearray(8 << 30)",
        ["Cell 2 failed with MemoryError"],
        "Correct the cell",
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_cell_that_ends_its_process_fails_the_run_with_its_number(stack, name):
    source, words, action = ENDS[name]
    path = stack.project / f"{name}.ipynb"
    write_notebook(path, "x = {}\nprint('first')", f"y = x\n{source}", "y")
    executed = stack.project / "executed.ipynb"
    answer = stack.mlops("run", path, "--split", "cells", "--output", executed)
    assert answer.code == 1, answer
    assert answer.reply["state"] == "failed"
    error = answer.reply["error"]
    assert error["details"]["index"] == 1
    assert action in error["action"]
    for word in words:
        assert word in error["message"]
        assert word in answer.errors
    assert [one["state"] for one in answer.reply["steps"]][1:] == ["failed", "skipped"]
    cells = json.loads(executed.read_text())["cells"]
    assert "".join(cells[0]["outputs"][0]["text"]) == "first\n"
    if name == "raises":
        assert cells[1]["outputs"][-1]["ename"] == "KeyError"
        assert cells[1]["outputs"][-1]["traceback"]
    assert cells[2]["outputs"] == []


def test_a_cell_that_fills_the_disk_fails_the_run_with_a_sentence(stack):
    path = write_notebook(
        stack.project / "fills.ipynb",
        "x = 1",
        "with open('big.bin', 'wb') as file:\n"
        "    for _ in range(100):\n        file.write(bytes(1 << 20))",
    )
    with mounted(stack.home, "size=40m"):
        answer = stack.mlops("run", path, "--split", "cells")
        assert answer.code == 1, answer
        assert "No space left on device" in answer.errors
        assert answer.reply["steps"][1]["state"] == "failed"


def test_a_cell_that_never_ends_can_be_stopped_and_leaves_no_child(stack, tmp_path):
    mark = f"never-ending-{os.getpid()}"
    path = write_notebook(
        stack.project / "endless.ipynb",
        "import subprocess, sys\n"
        "wait = 'import time; time.sleep(999)'\n"
        f"subprocess.Popen([sys.executable, '-c', wait, {mark!r}])\n"
        "while True:\n    pass",
    )
    stack.up()
    words = [sys.executable, "-m", "jupyterlab_mlops.cli", "run", str(path), "--json"]
    waiting = subprocess.Popen(
        words, cwd=stack.project, env=stack.environment, stdout=subprocess.PIPE
    )
    assert eventually(lambda: processes(mark), 60)
    [(run,)] = stack.rows("SELECT id FROM runs")
    assert stack.done("runs", "stop", run)["state"] == "stopped"
    reply = json.loads(waiting.communicate(timeout=60)[0])
    assert (waiting.returncode, reply["state"]) == (1, "stopped")
    assert eventually(lambda: not processes(mark), 20)
