"""A step in Tekton: the tasks of a run share a folder of a workspace, as local steps do."""

from __future__ import annotations

import argparse
import json
import os
import sys

from . import executed, pod, pod_results
from .documents import to_json, write_json

#: A task's results together may have 4,096 bytes.
_MOST_BYTES = 3000


def main(arguments):
    """Prepare the folder, run a step, put the executed notebook together, or hand on results."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("action", choices=list(_ACTIONS))
    parser.add_argument("--run", required=True)
    parser.add_argument("--required")
    parser.add_argument("--taken-from")
    parser.add_argument("--taken", nargs="+", default=[])
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--metrics-out")
    parser.add_argument("--parameter", action="append", type=_pair, default=[])
    parser.add_argument("--request", nargs="+", default=[])
    options = parser.parse_args(arguments)
    return _ACTIONS[options.action](options)


def _pair(text):
    name, _, value = text.partition("=")
    return name, value


def _prepare(options):
    pod.unpack(options.run)
    for name in ("values", "steps"):
        os.makedirs(os.path.join(options.run, name), exist_ok=True)
    if options.required:
        pod.link_required(os.path.join(options.run, "work"), options.required)
    if options.taken_from:
        pod_results.take(options.taken_from, options.run, options.taken)
    return 0


def _step(options):
    carried = pod.decode(options.request)
    request = carried["request"]
    result = pod.run_step(
        {
            **request,
            "run": os.path.basename(options.run),
            "work": os.path.join(options.run, "work"),
            "values": os.path.join(options.run, "values"),
            "output": os.path.join(options.run, "steps", request["step"]),
            "parameters": pod.given(carried["parameters"], dict(options.parameter)),
        },
        options.run,
        options.live,
    )
    with open(options.metrics_out, "w", encoding="utf-8") as file:
        file.write(_short(pod.figures(result)))
    return 0 if result["state"] == "succeeded" else 1


def _short(metrics):
    """JSON of as many metrics as a result of Tekton's can hold; all are in result.json."""
    kept = {}
    for name, value in metrics.items():
        if len(json.dumps({**kept, name: value})) > _MOST_BYTES:
            print(f"The metric {name} does not fit into the task's result.", file=sys.stderr)
            break
        kept[name] = value
    return to_json(kept)


def _notebook(options):
    steps = os.path.join(options.run, "steps")
    order = pod.document("bundle.json")["steps"]
    records = [(name, os.path.join(steps, name)) for name in order]
    path = os.path.join(options.run, "executed.ipynb")
    write_json(path, executed.notebook(pod.document("notebook.json"), records))
    print(f"The executed notebook is in {path}.")
    return 0


def _results(options):
    pod_results.send(options.run, sys.stdin.buffer, sys.stdout.buffer)
    return 0


_ACTIONS = {"prepare": _prepare, "step": _step, "notebook": _notebook, "results": _results}
