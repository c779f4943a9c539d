"""The real stack in a data home of its own: command line, gateway, and their API."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
GATEWAY = REPOSITORY / "jupyterlab_mlops" / "gateway" / "gateway.mjs"

LOAD = """\
import numpy as np
import pandas as pd
draws = np.random.default_rng(7)
frame = pd.DataFrame(draws.normal(size=(200, 2)), columns=["width", "height"])
noise = draws.normal(scale=0.1, size=200)
frame["price"] = 3 * frame.width - 2 * frame.height + noise
"""
TRAIN = """\
from sklearn.linear_model import LinearRegression
model = LinearRegression().fit(frame[["width", "height"]], frame["price"])
mae = float(abs(model.predict(frame[["width", "height"]]) - frame["price"]).mean())
"""
ROWS = [{"width": 1.0, "height": 0.0}, {"width": 0.0, "height": 1.0}]


def write_notebook(path, *cells, kernel="python3"):
    """Write a notebook; a cell that begins with `#` and a blank is Markdown."""
    document = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "id": f"c{i}", "source": cell}
            if cell.startswith("# ")
            else {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "id": f"c{i}",
                "source": cell,
            }
            for i, cell in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


@dataclass
class Answer:
    """What a command left: exit code, JSON document, words for people."""

    code: int
    reply: Any
    errors: str


class Gateway:
    """One `jupyter mlops up`."""

    def __init__(self, stack, environment):
        self.log_path = stack.folder / f"up-{time.monotonic_ns()}.log"
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab_mlops.cli", "up"],
                cwd=stack.project,
                env=stack.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        assert eventually(
            lambda: "gateway is up" in self.log() or self.process.poll() is not None, 30
        ), self.log()
        assert self.process.poll() is None, self.log()

    def log(self):
        return self.log_path.read_text(errors="replace")

    @property
    def leads(self):
        return "The gateway is up" in self.log()

    def kill(self):
        """End it as a crash does: nothing can be tidied up."""
        self.process.kill()
        self.process.wait()

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"it did not end:\n{self.log()}") from None


class Stack:
    """A data home, a project's folder, and everything that is done with them."""

    def __init__(self, folder):
        self.folder = folder
        self.home = folder / "home"
        self.project = folder / "project"
        self.project.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {
            "MLOPS_HOME": str(self.home),
            "PYTHONPATH": str(REPOSITORY),
        }
        self._gateways = []

    def up(self, **environment):
        """Start a gateway; it ends with the test."""
        gateway = Gateway(self, environment)
        self._gateways.append(gateway)
        return gateway

    def end(self):
        for gateway in self._gateways:
            gateway.end()

    def mlops(self, *words, **environment):
        """Run one command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "jupyterlab_mlops.cli", *map(str, words), "--json"],
            cwd=self.project,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        reply = json.loads(done.stdout) if done.stdout else None
        return Answer(done.returncode, reply, done.stderr)

    def told(self, *words):
        """Run one command that must succeed, and return what it says to people."""
        done = subprocess.run(
            [sys.executable, "-m", "jupyterlab_mlops.cli", *map(str, words)],
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def done(self, *words, **environment):
        """Run one command that must succeed, and return its JSON document."""
        answer = self.mlops(*words, **environment)
        assert answer.code == 0, f"{words}: {answer.reply} {answer.errors}"
        return answer.reply

    def api(self):
        """Speak to the gateway that leads, over its own socket."""
        [(socket,)] = self.rows("SELECT socket FROM lease")
        assert socket, "no gateway leads"
        return httpx.Client(
            transport=httpx.HTTPTransport(uds=socket),
            base_url="http://gateway/api/v1/",
            timeout=60,
        )

    def rows(self, sql, *values):
        """Look into the database without touching it."""
        database = sqlite3.connect(f"file:{self.home}/mlops.db?mode=ro", uri=True)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()

    def job(self, identifier):
        """Return a job's status, its state, and its finished transitions."""
        found = self.rows(
            "SELECT status, state, done FROM jobs WHERE id = ?", identifier
        )
        [(status, state, done)] = found
        return status, json.loads(state), json.loads(done)

    def git(self, *words, git_dir=None):
        """Ask the environments' repository."""
        return subprocess.run(
            ["git", "--git-dir", str(git_dir or self.home / "gitops.git"), *words],
            check=True,
            capture_output=True,
        ).stdout.decode(errors="replace")

    def commits(self, trailer):
        """Return the commits on main that carry a trailer."""
        ids = self.git("log", "--format=%H", f"--grep=^{trailer}$", "main")
        return ids.split()

    @contextlib.contextmanager
    def checkout(self):
        """Change the repository by hand: the files become one commit on main."""
        tree = self.folder / f"checkout-{time.monotonic_ns()}"
        subprocess.run(
            ["git", "clone", "-q", str(self.home / "gitops.git"), str(tree)], check=True
        )
        yield tree
        git = ["git", "-C", str(tree), "-c", "user.name=hand", "-c", "user.email=h@h"]
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", "By hand"], check=True)
        subprocess.run([*git, "push", "-q", "origin", "main"], check=True)

    def endpoint(self, environment, model):
        """Return an endpoint as the list shows it; None where there is none."""
        environments = self.api().get("environments").json()["environments"]
        [found] = [e for e in environments if e["name"] == environment]
        return next((e for e in found["endpoints"] if e["model"] == model), None)

    def model_servers(self):
        """Return the processes that serve models of this data home."""
        return processes(f"{self.home}/serving/instances/")


def processes(words):
    """Return the ids of processes whose command line holds the words."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if words.encode() in line and state != "Z":
                found.append(int(folder.name))
    return found


def eventually(condition, seconds=30):
    """Wait until a condition holds and return its value, at the latest its last."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)
