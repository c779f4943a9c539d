"""What one kernel gives: each notebook executed from its first cell to its last."""

import hashlib
import json
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import nbclient
import nbformat
from corpus import tags_of
from outputs import outputs_of

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "equivalence"


def reference(case, environment):
    """Return the outputs of each code cell, and whether a cell ended the execution.

    Kept under a digest of the notebook, its files and values, the packages, this code.
    """
    kept = CACHE / f"{_digest(case, environment)}.json"
    if kept.exists():
        answer = json.loads(kept.read_text())
        return {int(at): cell for at, cell in answer["outputs"].items()}, answer[
            "ended"
        ]
    with tempfile.TemporaryDirectory(prefix="one-kernel-") as scratch:
        folder = Path(scratch) / case.name
        path = case.write(folder)
        notebook = nbformat.from_dict(_with_values(json.loads(path.read_text()), case))
        client = nbclient.NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            # It warns of its own sockets.
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(folder)}},
        )
        ended = False
        try:
            client.execute(env=environment)
        except nbclient.exceptions.CellExecutionError:
            ended = True
        found = outputs_of(notebook, folder)
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(".partial")
    partial.write_text(json.dumps({"outputs": found, "ended": ended}))
    partial.rename(kept)
    return found, ended


def _with_values(notebook, case):
    """Set parameters at the end of their cell, as papermill does after it."""
    for cell in notebook["cells"]:
        if case.parameters and "parameters" in "".join(tags_of(cell)):
            values = [f"{name} = {value!r}" for name, value in case.parameters.items()]
            cell["source"] = "\n".join([cell["source"], *values])
            return notebook
    return notebook


def _digest(case, environment):
    packages = sorted(f"{d.name}=={d.version}" for d in metadata.distributions())
    code = [
        (Path(__file__).parent / name).read_text()
        for name in ("kernel.py", "outputs.py")
    ]
    seed = {k: v for k, v in environment.items() if k in ("PYTHONHASHSEED", "TZ")}
    files = {name: hashlib.sha256(c).hexdigest() for name, c in case.files.items()}
    parts = [case.notebook, files, case.parameters, packages, sys.version, code, seed]
    return hashlib.sha256(json.dumps(parts, default=repr).encode()).hexdigest()
