"""Runs the corpus by the local engine, through one gateway."""

import hashlib
import time
from dataclasses import dataclass, field

from outputs import difference, outputs_of, until_error

#: Refusals that are the user's to solve; any other of a notebook that runs is a defect.
LISTED = {
    *("open-file", "connection", "lock", "thread", "task", "iterator", "generator"),
    *("live-object", "function-state", "random-state", "figure", "module-state"),
    *("ipython-state", "interleaved", "cyclic-steps", "asks-for-input", "ends-process"),
}
ENDED = ("succeeded", "failed", "stopped", "lost")


@dataclass
class Verdict:
    """What became of a notebook in one mode."""

    case: str
    mode: str
    #: equal, refused, failed, or different: silently wrong.
    word: str
    note: str = ""
    seconds: float = 0.0
    #: Whether a refusal has its reason in the list.
    listed: bool = False
    joins: list = field(default_factory=list)
    asked: int = 0
    kept: int = 0


class Engine:
    """The API of a gateway that is up."""

    def __init__(self, stack):
        self._stack = stack
        self._api = stack.api()

    def verdict(self, case, mode, expected):
        """Run a case in a mode and compare it with what one kernel gave."""
        started = time.monotonic()
        found = self._verdict(case, mode, *expected)
        found.seconds = time.monotonic() - started
        return found

    def _verdict(self, case, mode, outputs, ends):
        folder = self._stack.project / mode / case.name
        notebook = case.write(folder)
        before = snapshot(folder)
        body = {
            "notebook": str(notebook),
            "split": mode,
            "parameters": case.parameters,
            "cache": False,
        }
        answer = self._api.post("runs", json=body)
        if answer.is_error:
            return _refusal(case, mode, answer.json())
        run = self._ended(answer.json()["id"])
        pipeline = run["pipeline"]
        found = Verdict(case.name, mode, "equal", joins=pipeline["joins"])
        found.kept = len(pipeline["steps"]) - 1
        found.asked = found.kept + len(found.joins)
        executed = self._api.get(f"runs/{run['id']}/notebook").json()
        # A step runs in the run's own copy of the folder.
        work = self._stack.home / "runs" / run["id"] / "work"
        got = outputs_of(executed, work)
        if ends:
            # Steps that need nothing of the failing one may have run.
            outputs = until_error(outputs)
        differs = difference(outputs, got)
        if run["state"] != ("failed" if ends else "succeeded"):
            error = next((s["error"] for s in run["steps"] if s["error"]), run["error"])
            error = error or {"message": f"The run {run['state']}."}
            found.word = "failed"
            found.note = f"{error['message']} {error.get('cause', '')}".strip()
        elif differs:
            found.word = "different"
            found.note = f"cell {differs[0]}\n{differs[1]}"
        elif snapshot(folder) != before:
            found.word = "different"
            found.note = "The user's folder was changed."
        return found

    def _ended(self, identifier):
        while True:
            run = self._api.get(f"runs/{identifier}").raise_for_status().json()
            if run["state"] in ENDED:
                return run
            time.sleep(0.1)


def _refusal(case, mode, error):
    found = error.get("details", {}).get("diagnostics", [])
    errors = [d for d in found if d["severity"] == "error"]
    if not errors:
        return Verdict(case.name, mode, "failed", error["message"])
    first = errors[0]
    place = f"cell {first['cell']}, line {first['line']}"
    note = f"{place}: {first['code']}: {first['message']}"
    listed = all(d["code"] in LISTED for d in errors)
    return Verdict(case.name, mode, "refused", note, listed=listed)


def snapshot(folder):
    """Return the digest of each file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
