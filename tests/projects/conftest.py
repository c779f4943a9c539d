import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

PROJECTS = Path(__file__).parent


class CommandLine:
    """`jupyter mlops` in a data home and a copy of the projects, with a gateway that is up."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = os.environ | {"MLOPS_HOME": str(folder / "home")}

    def run(self, *words, cwd="."):
        done = subprocess.run(
            ["jupyter", "mlops", *words, "--json"],
            cwd=self.folder / cwd,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        reply = json.loads(done.stdout) if done.stdout else None
        return done.returncode, reply, done.stderr

    def succeed(self, *words, cwd="."):
        code, reply, errors = self.run(*words, cwd=cwd)
        assert code == 0, f"{words}: {reply} {errors}"
        return reply


@pytest.fixture(scope="session")
def mlops(tmp_path_factory):
    folder = tmp_path_factory.mktemp("projects")
    for project in PROJECTS.iterdir():
        if project.is_dir() and not project.name.startswith(("_", ".")):
            shutil.copytree(project, folder / project.name)
    line = CommandLine(folder)
    gateway = subprocess.Popen(
        ["jupyter", "mlops", "up"],
        env=line.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield line
    gateway.send_signal(signal.SIGTERM)
    gateway.wait(20)
