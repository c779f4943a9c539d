"""Run the suites named on the command line, or all; print one closing line.

Exit code 0 only if nothing failed and nothing was skipped without a stated reason.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Count:
    """What a suite reported."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)

    def __str__(self):
        """Return the closing line's words."""
        skipped = len(self.skipped)
        return f"{self.passed} passed, {self.failed} failed, {skipped} skipped"

    def add(self, other):
        """Add another suite's figures."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def command(*words):
    """Run a check that only succeeds or fails."""
    done = subprocess.run(words, check=False, cwd=ROOT)
    return Count(passed=1) if done.returncode == 0 else Count(failed=1)


def lint():
    """Check style and types of everything."""
    count = Count()
    for words in (
        ("jlpm", "lint:ts"),
        ("jlpm", "lint:css"),
        ("jlpm", "lint:format"),
        ("node", "config/docs.mjs", "--check"),
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("node_modules/.bin/tsc", "-b"),
    ):
        print("$", *words, flush=True)
        count.add(command(*words))
    return count


def jest(*options, prefix=(), environment=None, seconds=None):
    """Run the tests in TypeScript: those of a configuration, or the unit tests."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "jest.json"
        bound = ("timeout", str(seconds)) if seconds else ()
        subprocess.run(
            [
                *bound,
                *prefix,
                "node_modules/.bin/jest",
                *options,
                "--json",
                f"--outputFile={report}",
                "--silent",
            ],
            check=False,
            cwd=ROOT,
            env=environment,
        )
        if not report.exists():
            return Count(failed=1)
        result = json.loads(report.read_text())
    broken = sum(
        suite["status"] == "failed" and not suite["assertionResults"]
        for suite in result["testResults"]
    )
    skipped = [
        f"jest: {test['fullName']}"
        for suite in result["testResults"]
        for test in suite["assertionResults"]
        if test["status"] in ("pending", "todo", "skipped")
    ]
    return Count(result["numPassedTests"], result["numFailedTests"] + broken, skipped)


CLUSTER = ("-c", "tests/cluster/jest.config.cjs", "--runInBand")
HERE = ROOT / "tests" / "cluster" / "here"


def cluster():
    """Run the tests on a cluster: the one that KUBECONFIG names, or one of our own."""
    if os.environ.get("KUBECONFIG"):
        return jest(*CLUSTER)
    ready = subprocess.run(
        [HERE / "ready.sh"], check=False, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    if ready.returncode == 1 and ready.stdout:
        return Count(skipped=[f"cluster: because {ready.stdout.strip()}"])
    if ready.returncode != 0:
        return Count(failed=1)
    with tempfile.TemporaryDirectory(prefix="mlc-", dir="/tmp") as state:
        try:
            subprocess.run([HERE / "up.sh", state], check=True, cwd=ROOT)
            lines = (Path(state) / "env").read_text().splitlines()
            found = dict(line[len("export ") :].split("=", 1) for line in lines)
            inside = ("nsenter", f"--net=/run/netns/{found['NETNS']}")
            there = {"prefix": inside, "environment": os.environ | found}
            count = jest(*CLUSTER, **there, seconds=1500)
            count.add(browser("tests/cluster.spec.ts", **there))
            return count
        except subprocess.CalledProcessError as error:
            print(error, file=sys.stderr)
            return Count(failed=1)
        finally:
            subprocess.run([HERE / "down.sh", state], check=False, cwd=ROOT)


def pytest(*paths):
    """Run a part of the Python tests."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "junit.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *paths, f"--junitxml={report}"],
            cwd=ROOT,
        )
        if not report.exists():
            return Count(failed=1)
        suite = ElementTree.parse(report).getroot().find("testsuite")
    numbers = {
        key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")
    }
    failed = numbers["failures"] + numbers["errors"]
    skipped = [
        f"pytest: {case.get('name')}: {mark.get('message')}"
        for case in suite.iter("testcase")
        for mark in case.iter("skipped")
    ]
    passed = numbers["tests"] - failed - numbers["skipped"]
    # pytest may fail without a failed test: nothing collected, an error at its end.
    return Count(passed, failed or int(done.returncode != 0), skipped)


def browser(*tests, prefix=(), environment=None):
    """Walk through JupyterLab in Chromium; what needs a cluster is left out without."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "playwright.json"
        subprocess.run(
            [
                *prefix,
                "node_modules/.bin/playwright",
                "test",
                *tests,
                "--reporter=line,json",
            ],
            check=False,
            cwd=ROOT / "ui-tests",
            env=(environment or os.environ)
            | {"PLAYWRIGHT_JSON_OUTPUT_NAME": str(report)},
        )
        if not report.exists():
            return Count(failed=1)
        result = json.loads(report.read_text())
    stats = result["stats"]
    failed = stats["unexpected"] + stats["flaky"] + len(result["errors"])
    return Count(stats["expected"], failed, list(skips(result)))


def skips(suite):
    """Give each skipped test of Playwright's report with its reason."""
    for inner in suite.get("suites", []):
        yield from skips(inner)
    for spec in suite.get("specs", []):
        for test in spec["tests"]:
            if test["status"] == "skipped":
                reasons = [note.get("description", "") for note in test["annotations"]]
                yield f"browser: {spec['title']}: {' '.join(reasons)}"


SUITES = {
    "lint": lint,
    "jest": jest,
    "python": lambda: pytest("tests/python"),
    "integration": lambda: pytest("tests/integration"),
    "projects": lambda: pytest("tests/projects"),
    "equivalence": lambda: command(
        sys.executable, "tests/equivalence/equivalence.py", "--part"
    ),
    "browser": browser,
    "loop": lambda: command(sys.executable, "tests/loop/loop.py"),
    "cluster": cluster,
}


def main():
    """Run what was asked for."""
    total = Count()
    for name in sys.argv[1:] or SUITES:
        started = time.monotonic()
        count = SUITES[name]()
        total.add(count)
        seconds = time.monotonic() - started
        print(f"{name}: {count} in {seconds:.0f} s", flush=True)
    for reason in total.skipped:
        print(f"skipped: {reason}")
    print(total)
    unexplained = [reason for reason in total.skipped if "because" not in reason]
    nothing = not total.passed and not total.skipped
    sys.exit(1 if total.failed or unexplained or nothing else 0)


if __name__ == "__main__":
    main()
