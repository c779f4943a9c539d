"""How a step ended, in the words of result.json, where the step could not say it itself."""

from __future__ import annotations

import collections
import os
import signal

from . import documents, memory
from .documents import open_file

#: A killed process that held this share of the memory was probably killed for it.
_LARGE_SHARE = 0.6

#: What the supervisor saw. `status` is the wait status, `peak` the peak resident bytes.
End = collections.namedtuple(
    "End", ["status", "peak", "seconds", "stopped", "timed_out", "out_of_memory"]
)


def publish(request, end):
    """Write result.json: the step's own where it wrote one, else what can be said from outside."""
    output = request["output"]
    own = os.path.join(output, "result.step.json")
    if os.path.exists(own):
        result = documents.read_json(own)
    else:
        result = _from_outside(request, end)
        _close_running_cells(output, result)
    result["maxRssBytes"] = max(end.peak, result.get("maxRssBytes") or 0)
    documents.write_json(os.path.join(output, "result.json"), result)
    if os.path.exists(own):
        os.remove(own)


def _from_outside(request, end):
    cell = _running_cell(request["output"])
    error = _error(request, end, f" in cell {cell['index'] + 1}" if cell else "")
    if cell:
        error.update(cell=cell["id"], index=cell["index"])
    return {
        "state": "stopped" if end.stopped else "failed",
        "error": error,
        "values": {},
        "metrics": {},
        "models": [],
        "filesRead": {},
        "filesWritten": {},
        "packages": {},
        "python": "",
        "seconds": round(end.seconds, 3),
        "maxRssBytes": end.peak,
    }


def _error(request, end, place):
    title = f"“{request.get('title') or request['step']}”"
    if end.stopped:
        return {"code": "step-stopped", "message": f"The step {title} was stopped{place}."}
    if end.timed_out:
        return {
            "code": "step-timeout",
            "message": f"The step {title} took longer than {request['timeoutSeconds']} seconds "
            f"and was ended{place}.",
            "action": "Allow it more time in the step's settings, or give it less to do.",
        }
    if end.status is None:
        return {
            "code": "step-lost",
            "message": f"The end of the step {title} was not seen.",
            "action": "Run it again.",
        }
    if os.WIFSIGNALED(end.status):
        return _killed(title + place, os.WTERMSIG(end.status), end, request["output"])
    return _left(title + place, os.WEXITSTATUS(end.status), request["output"])


def _killed(step, number, end, output):
    name = _signal_name(number)
    error = {
        "code": "step-killed",
        "message": f"The step {step} was killed by {name}.",
        "details": {"signal": name, "maxRssBytes": end.peak},
    }
    large = end.peak > _LARGE_SHARE * memory.limit_bytes()
    if number == signal.SIGKILL and (end.out_of_memory or large):
        error["code"] = "step-out-of-memory"
        error["message"] = (
            f"The step {step} was killed by {name}: probably out of memory. "
            f"It held {end.peak / 2**30:.1f} GiB at its peak."
        )
        error["action"] = "Use less data in it, or run it where there is more memory."
    elif number == signal.SIGKILL:
        error["cause"] = "Something outside the step, or a cell of it, sent the signal."
        error["action"] = "Run it again; if it happens again, look for what ends processes here."
    else:
        error["cause"] = _last_words(output) or f"A native library or a cell raised {name}."
        error["action"] = "Look at the cell that was running; its library may have crashed."
    return error


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _left(step, code, output):
    words = _last_words(output)
    return {
        "code": "step-exited",
        "message": f"The process of the step {step} ended itself with exit code {code} "
        "before its cells were done.",
        "cause": words or "A cell called os._exit(), or a library did.",
        "action": "Remove the call from the cell that was running.",
        "details": {"exitCode": code},
    }


def _last_words(output):
    """What the interpreter itself wrote when it crashed; the first 2,000 characters."""
    try:
        with open_file(
            os.path.join(output, "stderr.txt"), encoding="utf-8", errors="replace"
        ) as file:
            return file.read(2000).strip()
    except FileNotFoundError:
        return ""


def _cells(output):
    folder = os.path.join(output, "cells")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    paths = [os.path.join(folder, name) for name in names if name.endswith(".json")]
    return [(path, documents.read_json(path)) for path in sorted(paths)]


def _running_cell(output):
    return next((cell for _, cell in _cells(output) if cell["state"] == "running"), None)


def _close_running_cells(output, result):
    for path, cell in _cells(output):
        if cell["state"] == "running":
            cell["state"] = "stopped" if result["state"] == "stopped" else "failed"
            cell["endedAt"] = documents.now()
            documents.write_json(path, cell)
    events = documents.LineFile(os.path.join(output, "events.jsonl"))
    events.append({"time": documents.now(), "event": "step-failed", "error": result["error"]})
