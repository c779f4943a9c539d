"""A gateway that is killed at each stage of a promotion to a cluster: the next one goes on.

Run by `make loop-cluster` after the loop. Whatever was done when it died, the promotion ends with one
commit, and the promoted digest serves. Exit code 0 only if all checks held.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cluster_loop import DEV, ClusterLoop
from walk import MODEL, gateway, wait_for

#: What was written down as done when the gateway is killed.
STAGES = ([], ["publish"], ["publish", "commit"], ["publish", "commit", "deploy"])


class Killed(ClusterLoop):
    """A project with one registered version, promoted again and again."""

    def prepare(self):
        """Train on this computer, register, and have the offered Application made."""
        self.home.mkdir(mode=0o700)
        run = self.mlops("run", "demand.ipynb", "--engine", "local")
        self.digest = self.mlops("register", run["run"])["version"]["digest"]
        self.make_application(1, DEV)

    def promotions(self):
        """Return state and steps of all promotions, newest first."""
        place = f"file:{self.home}/mlops.db?mode=ro"
        words = "SELECT status, done FROM jobs WHERE kind = 'promotion' ORDER BY created_at DESC"
        connection = sqlite3.connect(place, uri=True)
        try:
            found = connection.execute(words).fetchall()
        finally:
            connection.close()
        return [(status, json.loads(done)) for status, done in found]

    def promote_killed(self, stage):
        """Begin a promotion, and kill its gateway when it has come so far; return what was done."""
        before = len(self.promotions())
        words = ("jupyter", "mlops", "promote", f"{MODEL}@1", "--to", DEV)
        with subprocess.Popen(
            words,
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            deadline = time.monotonic() + 120
            while True:
                assert time.monotonic() < deadline, f"never came to {stage}"
                newest = self.promotions()
                if len(newest) > before and newest[0][1][: len(stage)] == stage:
                    break
                time.sleep(0.002)
            for pid in self._gateways():
                os.kill(pid, signal.SIGKILL)
            process.wait(30)
        return newest[0][1]

    def remove(self):
        """Take the release out by hand, so that the next promotion changes something."""
        clone = Path(tempfile.mkdtemp(dir=self.home.parent))
        git = ("git", "-C", clone, "-c", "user.name=Hand", "-c", "user.email=h@e.org")
        subprocess.run(["git", "clone", "-q", self.repository, clone], check=True)
        folder = f"environments/{DEV}/{MODEL}"
        subprocess.run([*git, "rm", "-rq", folder], check=True)
        subprocess.run([*git, "commit", "-qm", "Remove"], check=True)
        subprocess.run([*git, "push", "-q", "origin", "HEAD:main"], check=True)

    def commits(self):
        """Return the subjects on main, newest first."""
        words = ("git", "--git-dir", self.repository, "log", "--format=%s", "main")
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        return done.stdout.splitlines()

    def _gateways(self):
        """Return the processes that work in this data home."""
        mark = f"MLOPS_HOME={self.home}".encode()
        words = ("pgrep", "-f", "cli.mjs")
        pids = subprocess.run(words, check=False, capture_output=True).stdout.split()
        return [
            int(pid)
            for pid in pids
            if mark in Path(f"/proc/{pid.decode()}/environ").read_bytes()
        ]


def check(loop):
    """Kill a gateway at each stage, and let the next one go on."""
    for stage in STAGES:
        before = len(loop.commits())
        done = loop.promote_killed(stage)
        with gateway(loop):
            wait_for(
                "the promotion has ended",
                lambda: loop.promotions()[0][0] != "running",
                180,
            )
            status, _ = loop.promotions()[0]
            assert status == "succeeded", status
            loop.serves(DEV, loop.digest)
        made = loop.commits()[: len(loop.commits()) - before]
        assert made == [f"Promote {MODEL} v1 to {DEV}"], made
        print(f"killed after {', '.join(done) or 'nothing'}: one commit, serves")
        loop.remove()


def main():
    """Check in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="mlops-killed-") as folder:
        loop = Killed(Path(folder))
        try:
            loop.prepare()
            check(loop)
        except AssertionError as error:
            sys.exit(f"FAILED: {error}")
        finally:
            loop.close()
    print("All checks held.")


if __name__ == "__main__":
    main()
