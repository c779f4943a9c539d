"""Once around the loop on the example through the command line, wherever it runs.

Everything happens in a fresh data home: January to June go through the prod endpoint, and each
stage's result is checked. Prints a table.
"""

import csv
import datetime
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = "bike-demand"


class Loop:
    """One walk through the loop on this computer; every stage adds a row to the table."""

    #: Seconds that one command may take.
    patience = 600

    def __init__(self, folder):
        self.project = Path(folder) / "bike-demand"
        self.home = Path(folder) / "home"
        self.environment = os.environ | {"MLOPS_HOME": str(self.home)}
        self.rows = []
        self.access = None
        shutil.copytree(ROOT / "examples" / "bike-demand", self.project)
        self.replay = load(self.project / "replay.py")
        with open(self.project / "data" / "rides-to-june.csv", newline="") as file:
            self.rides = list(csv.DictReader(file))

    def mlops(self, *words):
        """Run one command of the command line and return what it printed as JSON."""
        done = self.attempt(*words)
        if done.returncode != 0:
            raise AssertionError(
                f"jupyter mlops {' '.join(words)} failed:\n{done.stdout}{done.stderr}"
            )
        return json.loads(done.stdout)

    def attempt(self, *words):
        """Run one command of the command line, which may fail."""
        return subprocess.run(
            ["jupyter", "mlops", *words, "--json"],
            cwd=self.project,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=self.patience,
        )

    @contextmanager
    def stage(self, name):
        """Time a stage; the block fills in what it produced."""
        row = {"stage": name, "produced": ""}
        started = time.monotonic()
        yield row
        row["seconds"] = f"{time.monotonic() - started:.1f}"
        self.rows.append(row)
        print(f"{row['stage']:<28}{row['seconds']:>7} s  {row['produced']}", flush=True)

    def digest_in_git(self, environment):
        """Return the model digest that the environment's manifest declares on its branch."""
        return self.declared(environment, "storageUri").split("@")[1]

    @property
    def repository(self):
        """The GitOps repository on this computer."""
        return self.home / "gitops.git"

    def declared(self, environment, key):
        """Return what the InferenceService says on its branch under a key that it holds once."""
        path = f"environments/{environment}/{MODEL}/inferenceservice.yaml"
        manifest = subprocess.run(
            ["git", "--git-dir", str(self.repository), "show", f"main:{path}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found = [
            line.split(f"{key}:")[1].strip()
            for line in manifest.splitlines()
            if f"{key}:" in line
        ]
        assert len(found) == 1, f"one {key} in {path}, not {found}"
        return found[0].strip("\"'")

    def endpoint(self, environment):
        """Return the endpoint of the model as the list of environments shows it."""
        environments = self.mlops("environments", "list")["environments"]
        [found] = [e for e in environments if e["name"] == environment]
        [endpoint] = [e for e in found["endpoints"] if e["model"] == MODEL]
        return endpoint

    def serves(self, environment, digest):
        """Check that Git declares a digest and that the endpoint answers with it."""
        endpoint = self.endpoint(environment)
        assert self.digest_in_git(environment) == digest, "Git declares another digest"
        assert endpoint["digest"] == digest, "another digest serves"
        assert endpoint["health"] == "healthy", endpoint
        return endpoint

    def promote(self, version, environment, digest):
        """Promote a version and check that it serves."""
        promotion = self.mlops("promote", f"{MODEL}@{version}", "--to", environment)[
            "promotion"
        ]
        assert promotion["state"] == "succeeded", promotion
        self.serves(environment, digest)
        return promotion["revision"]

    def close(self):
        """Leave nothing behind beside the folder."""

    def ran(self, run):
        """Look at a run that succeeded, and at its executed notebook; there is nothing to compare it with."""

    def registered(self, version):
        """Look at the champion."""

    def predict(self, environment, rows):
        """Ask the endpoint's loopback address."""
        access = self.mlops("environments", "token", environment, MODEL)
        body = {"rows": [self.replay.features(row) for row in rows]}
        return self.replay.post(access["address"], access["token"], "predict", body)

    def send(self, start, end):
        """Replay recorded hours through prod; return their number and the mean absolute error."""
        rows = [row for row in self.rides if start <= row["datetime"] < end]
        self.access = self.access or self.mlops("environments", "token", "prod", MODEL)
        access = self.access
        return len(rows), self.replay.replay(
            access["address"], access["token"], rows, 24
        )

    def send_by_week(self, start, end):
        """Replay recorded hours week by week; no week may raise a drift alert, however briefly."""
        weeks = sorted(
            {
                monday(row["datetime"])
                for row in self.rides
                if start <= row["datetime"] < end
            }
        )
        bounds = [start, *weeks[1:], end]
        counts, errors = zip(*map(self._send_week, bounds, bounds[1:]), strict=True)
        weighted = sum(
            count * error for count, error in zip(counts, errors, strict=True)
        )
        return sum(counts), weighted / sum(counts)

    def _send_week(self, start, end):
        count, error = self.send(start, end)
        # Those that were pending only, or are resolved, stay in the list.
        raised = self.drift_alerts(("pending", "firing", "silenced", "resolved"))
        assert not raised, f"the training week up to {end} raised an alarm: {raised}"
        return count, error

    def drift_alerts(self, states=("firing",)):
        """Return the drift alerts in these states."""
        alerts = self.mlops("alerts", "list")["alerts"]
        return [a for a in alerts if a["kind"] == "drift" and a["state"] in states]

    def monitored(self, rows):
        """Wait until the monitor has looked at all rows that were sent."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            report = self.mlops("monitor", "report", "prod", MODEL)
            windows = report["timeline"]
            if sum(window["rows"] for window in windows) >= rows:
                return report
            time.sleep(0.5)
        raise AssertionError(
            f"the monitor saw {sum(w['rows'] for w in windows)} of {rows} rows"
        )


def wait_for(what, holds, seconds=60):
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def monday(moment):
    """Return the Monday of the week that a time lies in, as a date's text."""
    day = datetime.date.fromisoformat(moment[:10])
    return (day - datetime.timedelta(days=day.weekday())).isoformat()


def load(path):
    """Import a file by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def gateway(loop):
    """Keep a gateway up, so that endpoints live longer than one command."""
    path = loop.home.parent / "gateway.log"
    with open(path, "w") as log:
        process = subprocess.Popen(
            ["jupyter", "mlops", "up"],
            # Its mlops.yaml says where the gateway works.
            cwd=loop.project,
            env=loop.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            # A command that comes first would hold the lease, and its endpoints would end with it.
            wait_for("the gateway is up", lambda: "gateway is up" in path.read_text())
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def walk(loop):
    """Go once around, checking each stage."""
    with loop.stage("run") as row:
        run = loop.mlops("run", "demand.ipynb", "--output", "executed.ipynb")
        assert run["state"] == "succeeded", run["error"]
        executed = json.loads((loop.project / "executed.ipynb").read_text())
        assert any(cell.get("outputs") for cell in executed["cells"]), (
            "no output in the notebook"
        )
        loop.ran(run)
        row["produced"] = (
            f"run {run['number']}, {len(run['steps'])} steps, MAE {run['metrics']['mae']:.1f}"
        )

    with loop.stage("register and test") as row:
        champion = loop.mlops("register", run["run"])["version"]
        assert champion["state"] == "ready" and champion["model"] == MODEL
        assert champion["baseline"], champion["missing"]
        loop.registered(champion)
        row["produced"] = f"{MODEL} v{champion['version']}, {champion['digest'][:19]}"

    for environment in ("dev", "prod"):
        with loop.stage(f"promote to {environment}") as row:
            commit = loop.promote(champion["version"], environment, champion["digest"])
            row["produced"] = f"commit {commit[:12]}"

    probe = [row for row in loop.rides if row["datetime"] >= "2011-06-01"][:24]
    before = loop.predict("prod", probe)["predictions"]

    with loop.stage("January to March again") as row:
        count, error = loop.send_by_week("2011-01-01", "2011-04-01")
        report = loop.monitored(count)
        weeks = len(report["timeline"])
        assert weeks >= 12, report["timeline"]
        row["produced"] = (
            f"{count} hours in {weeks} weeks, no alert at any time, MAE {error:.1f}"
        )

    with loop.stage("April to June") as row:
        more, error = loop.send("2011-04-01", "2011-07-01")
        report = loop.monitored(count + more)
        alerts = loop.drift_alerts()
        assert len(alerts) == 1, alerts
        moved = {"temp", "atemp"} & set(alerts[0]["features"])
        assert moved, alerts[0]
        assert report["features"], report
        row["produced"] = (
            f"{more} hours, alert: {', '.join(sorted(moved))}, MAE {error:.1f}"
        )

    with loop.stage("retrain and compare") as row:
        retraining = loop.mlops(
            "retrain", MODEL, "--in", "prod", "--alert", alerts[0]["id"]
        )["retraining"]
        comparison = retraining["comparison"]
        assert (
            retraining["state"] == "succeeded" and comparison["verdict"] == "better"
        ), retraining
        assert comparison["challengerCutOff"] <= comparison["from"], comparison
        [mae] = [m for m in comparison["metrics"] if m["name"] == "mae"]
        assert mae["challenger"] < mae["champion"] and mae["high"] < 0, mae
        challenger = loop.mlops("models", "show", MODEL, str(retraining["challenger"]))
        assert challenger["lineage"]["alert"] == alerts[0]["id"], challenger["lineage"]
        row["produced"] = (
            f"v{challenger['version']}, {challenger['digest'][:19]}, {comparison['rows']} rows"
        )

    for environment in ("dev", "prod"):
        with loop.stage(f"promote to {environment}") as row:
            commit = loop.promote(
                challenger["version"], environment, challenger["digest"]
            )
            row["produced"] = f"commit {commit[:12]}"
    assert loop.predict("prod", probe)["predictions"] != before, (
        "the challenger answers as the champion"
    )

    with loop.stage("revert prod") as row:
        words = ("revert", MODEL, "--in", "prod", "--reason", "checking the way back")
        promotion = loop.mlops(*words)["promotion"]
        assert promotion["state"] == "succeeded", promotion
        loop.serves("prod", champion["digest"])
        assert loop.predict("prod", probe)["predictions"] == before, (
            "other predictions than before"
        )
        row["produced"] = (
            f"commit {promotion['revision'][:12]}, {champion['digest'][:19]}"
        )

    print(
        f"\nMean absolute error on {comparison['rows']} hours after {comparison['challengerCutOff']}:"
        f" champion v{champion['version']} {mae['champion']:.1f},"
        f" challenger v{challenger['version']} {mae['challenger']:.1f}"
        f" (difference {mae['difference']:.1f}, 95 % interval {mae['low']:.1f} to {mae['high']:.1f})"
    )
