"""One container of a compiled pipeline: it unpacks what the pipeline carries and runs a step.

The pipeline's own archive is first on `sys.path`; see docs/decisions/0005-compiled-pipelines.md.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

from .documents import read_json, write_json

#: Folders of the archive.
_RUNNER = "jupyterlab_mlops_runner/"
_WORK = "work/"
#: Seconds between two looks at what the step has printed.
_INTERVAL = 0.2


class PodFailure(Exception):
    """What a person who started the pipeline can mend, as one or two sentences."""


def main(arguments):
    """Do what the compiled pipeline asks of this container; return the exit code."""
    from . import pod_kfp, pod_tekton

    engines = {"kfp": pod_kfp.main, "tekton": pod_tekton.main}
    try:
        return engines[arguments[0]](arguments[1:])
    except PodFailure as failure:
        print(failure, file=sys.stderr, flush=True)
        return 1


def decode(parts):
    """Return the document that the compiled pipeline carries as compressed, encoded text."""
    return json.loads(zlib.decompress(base64.b64decode("".join(parts))))


def bundle():
    """Return the path of the archive that this module was imported from."""
    return sys.path[0]


def unpack(folder):
    """Lay out the step runner in `folder`/runner and the notebook's files in `folder`/work."""
    for name in ("runner", "work"):
        # What a failed attempt left must not count as what the pipeline carries.
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
        os.makedirs(os.path.join(folder, name))
    with zipfile.ZipFile(bundle()) as archive:
        for name in archive.namelist():
            if name.startswith((_RUNNER, _WORK)):
                top, _, inside = name.partition("/")
                target = os.path.join(folder, "work" if top == "work" else "runner", inside)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "wb") as file:
                    file.write(archive.read(name))


def document(name):
    """Return a JSON document of the archive."""
    with zipfile.ZipFile(bundle()) as archive:
        return json.loads(archive.read(name))


def link_required(work, source):
    """Have files that were too large to be carried appear in `work`.

    Raises
    ------
    PodFailure
        Where one is not in `source`.
    """
    for path in document("bundle.json")["required"]:
        original = os.path.join(source, path)
        if not os.path.exists(original):
            raise PodFailure(
                f"The file {path}, which the notebook reads, is not in {source}. It is too large "
                "for the pipeline to carry: put it on the claim, at this path, and run again."
            )
        target = os.path.join(work, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.lexists(target):
            os.remove(target)
        os.symlink(original, target)


def given(parameters, values):
    """Return the parameters that differ from what the notebook itself says, as Python values.

    Parameters
    ----------
    parameters : list of dict
        `name`, `type` and `default` of each, as the pipeline declares them.
    values : dict
        What this run was given: text, or JSON values.

    Raises
    ------
    PodFailure
        Where a value is not of the parameter's type.
    """
    found = {}
    for parameter in parameters:
        name = parameter["name"]
        value = _as_type(name, parameter["type"], values.get(name, parameter["default"]))
        if value != parameter["default"]:
            found[name] = value
    return found


def _as_type(name, kind, value):
    if isinstance(value, str) and kind != "str":
        try:
            value = json.loads(value)
        except ValueError:
            if kind not in ("any", "none"):
                raise PodFailure(
                    f"The parameter {name} is {value!r}, which is no {kind}. Write it as JSON."
                ) from None
    if kind == "int" and isinstance(value, float) and value.is_integer():
        # Kubeflow keeps all numbers as binary64.
        value = int(value)
    allowed = _TYPES.get(kind)
    if allowed and (not isinstance(value, allowed) or (isinstance(value, bool) and kind != "bool")):
        raise PodFailure(f"The parameter {name} is {value!r}, which is no {kind}.")
    return value


_TYPES = {
    "int": int,
    "float": (int, float),
    "str": str,
    "bool": bool,
    "list": list,
    "dict": dict,
}


def run_step(request, folder, live=False):
    """Run a step to its end, print what it prints, and return its result.json.

    Parameters
    ----------
    request : dict
        See docs/step-runner.md; its folders exist.
    folder : str
        Holds the runner.
    live : bool
        Whether the lines of log.jsonl and events.jsonl are printed as they are, for a program.
    """
    output = request["output"]
    shutil.rmtree(output, ignore_errors=True)
    os.makedirs(output)
    path = os.path.join(output, "request.json")
    write_json(path, request)
    supervisor = os.path.join(folder, "runner", "supervise.py")
    process = subprocess.Popen([sys.executable, "-I", supervisor, path], env=_environment())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: process.send_signal(signal.SIGTERM))
    log = os.path.join(output, "log.jsonl")
    echoes = [_Echo(log, _print_line)]
    if live:
        events = os.path.join(output, "events.jsonl")
        echoes = [_Echo(log, _print_as_is), _Echo(events, _print_as_is)]
    while True:
        ended = process.poll() is not None
        for echo in echoes:
            echo.catch_up()
        if ended:
            break
        time.sleep(_INTERVAL)
    result_path = os.path.join(output, "result.json")
    if not os.path.exists(result_path):
        raise PodFailure(f"The supervisor of the step ended with exit code {process.returncode}.")
    result = read_json(result_path)
    if result["error"] and not live:
        _print_error(result["error"])
    return result


def _environment():
    """The container's own, with a home that can be written: pods run as a user without one."""
    environment = dict(os.environ)
    if not os.access(os.path.expanduser("~"), os.W_OK):
        environment["HOME"] = tempfile.mkdtemp()
    return environment


def _print_error(error):
    lines = [
        *error.get("traceback", []),
        error["message"],
        error.get("cause"),
        error.get("action"),
    ]
    print("\n".join(line for line in lines if line), file=sys.stderr, flush=True)


def _print_line(line):
    entry = json.loads(line)
    print(entry["text"], file=sys.stderr if entry["stream"] == "stderr" else sys.stdout)


def _print_as_is(line):
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


class _Echo:
    """Prints the lines of one of a step's files as they come.

    Parameters
    ----------
    path : str
        A file of lines of JSON; it need not be there yet.
    tell : callable
        Prints one line, which is given as bytes.
    """

    def __init__(self, path, tell):
        self._path = path
        self._tell = tell
        self._read = 0

    def catch_up(self):
        """Print the lines that came since the last time."""
        if not os.path.exists(self._path):
            return
        with open(self._path, "rb") as file:
            file.seek(self._read)
            lines = file.read().rpartition(b"\n")[0]
        self._read += len(lines) + 1 if lines else 0
        for line in lines.splitlines():
            self._tell(line)
        sys.stdout.flush()


def figures(result):
    """Return the metrics of a result that are numbers."""
    return {name: value for name, value in result["metrics"].items() if value is not None}
