"""Steps in an environment without IPython, in each Python that is here."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


def interpreters():
    """Version → an interpreter that works and has no IPython."""
    candidates = [sys._base_executable]
    candidates += [shutil.which(f"python{version}") for version in VERSIONS]
    candidates += sorted(map(str, Path.home().glob(".pyenv/versions/3.*/bin/python3")))
    found = {}
    question = (
        "import sys, importlib.util as u;"
        "print('%d.%d' % sys.version_info[:2], u.find_spec('IPython') is None)"
    )
    for path in filter(None, candidates):
        done = subprocess.run([path, "-c", question], capture_output=True, text=True, check=False)
        version, _, plain = done.stdout.strip().partition(" ")
        if plain == "True" and version in VERSIONS:
            found.setdefault(version, path)
    return found


HERE = interpreters()


@pytest.mark.parametrize("version", sorted(HERE))
def test_two_steps_run_without_ipython(run, version):
    python = HERE[version]
    first = run.finish(
        [
            "import dataclasses, enum, asyncio\nprint('hello')\n"
            "@dataclasses.dataclass\nclass P:\n    x: int\n    y: list = dataclasses.field(default_factory=list)\n"
            "class E(enum.Enum):\n    A = 1\n"
            "def f(n):\n    return n and n * f(n - 1) + k\nk = 0\np = P(3)",
            "",
            "await asyncio.sleep(0)\nk;",
            "p",
        ],
        step="first",
        outputs=["P", "E", "f", "k", "p"],
        python=python,
    )
    assert first.succeeded["python"].startswith(version + ".")
    assert first.text(0) == "hello\n"
    assert first.cell(1)["executionCount"] is None
    assert first.outputs(2) == []
    assert first.outputs(3)[0]["data"] == {"text/plain": "P(x=3, y=[])"}
    second = run.finish(
        [
            "print(f(3), p == P(3), E(1) is E.A)",
            "import os\nos.system('echo below')\n\nundefined",
        ],
        inputs=[(name, "first") for name in ("P", "E", "f", "k", "p")],
        python=python,
    )
    assert second.text(0) == "0 True True\n"
    assert second.text(1) == "below\n"
    assert second.error["line"] == 4
    assert second.outputs(1)[-1]["ename"] == "NameError"
