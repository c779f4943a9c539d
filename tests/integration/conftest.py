import os
import shutil

import pytest
from running_server import RunningServer
from stack import GATEWAY, LOAD, REPOSITORY, TRAIN, Stack, write_notebook

os.environ.setdefault(
    "MLOPS_SERVING_ENVIRONMENTS", str(REPOSITORY / ".cache" / "serving")
)


@pytest.fixture
def stack(tmp_path):
    """Give an empty data home."""
    stack = Stack(tmp_path)
    yield stack
    stack.end()


@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    """Make a data home with a run and a tested version of `line`; no gateway is up."""
    stack = Stack(tmp_path_factory.mktemp("seed"))
    notebook = stack.project / "line.ipynb"
    write_notebook(notebook, "# Load", LOAD, "# Train", TRAIN, "mae")
    stack.up()
    run = stack.done("run", notebook)
    version = stack.done("register", run["run"])["version"]
    assert version["state"] == "ready"
    stack.end()
    stack.run, stack.version = run["run"], version
    return stack


def copied(seed, folder):
    shutil.copytree(seed.home, folder / "home", symlinks=True)
    stack = Stack(folder)
    stack.run, stack.version = seed.run, seed.version
    stack.seed_project = seed.project
    return stack


@pytest.fixture
def seeded(seed, tmp_path):
    """Give a data home of one's own that has what the seed has."""
    stack = copied(seed, tmp_path)
    yield stack
    stack.end()


@pytest.fixture(scope="session")
def shared(seed, tmp_path_factory):
    """Give one gateway for all tests that leave it as it was, with `line` in dev."""
    stack = copied(seed, tmp_path_factory.mktemp("shared"))
    stack.up()
    stack.done("promote", "line", "--to", "dev")
    yield stack
    stack.end()


@pytest.fixture
def start_server(tmp_path_factory):
    """Start a Jupyter Server with the real gateway, for a stack's data home."""
    servers = []

    def start(stack, config="", **environment):
        server = RunningServer(
            tmp_path_factory.mktemp("server"),
            GATEWAY,
            config,
            {"MLOPS_HOME": str(stack.home)} | environment,
        )
        servers.append(server)
        server.wait_until_ready()
        return server

    yield start
    for server in servers:
        server.end()
