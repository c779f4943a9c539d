"""Steps in an environment without IPython, in each Python that is here."""

import shutil
import subprocess
import sys

import pytest

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


def interpreter(version):
    """A working interpreter of that version without site packages of ours, or None."""
    found = shutil.which(f"python{version}")
    if found is None:
        return None
    done = subprocess.run(
        [found, "-c", "import sys, importlib.util as u; print(sys.executable, u.find_spec('IPython'))"],
        capture_output=True,
        text=True,
        check=False,
    )
    executable, _, ipython = done.stdout.strip().partition(" ")
    return executable if done.returncode == 0 and ipython == "None" else None


HERE = {version: interpreter(version) for version in VERSIONS}


@pytest.mark.parametrize("version", [version for version in VERSIONS if HERE[version]])
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
        ["print(f(3), p == P(3), E(1) is E.A)", "import os\nos.system('echo below')\n\nundefined"],
        inputs=[(name, "first") for name in ("P", "E", "f", "k", "p")],
        python=python,
    )
    assert second.text(0) == "0 True True\n"
    assert second.text(1) == "below\n"
    assert second.error["line"] == 4
    assert second.outputs(1)[-1]["ename"] == "NameError"


def test_some_python_without_ipython_is_tested():
    if sys.platform.startswith("linux") and not any(HERE.values()):
        pytest.skip("no interpreter without IPython is installed here")
    assert any(HERE.values())
