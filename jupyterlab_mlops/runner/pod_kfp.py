"""A step in Kubeflow Pipelines: values, files and records come and go as artifacts."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys

from . import executed, pod, pod_files
from .documents import write_json
from .files import snapshot

#: The same in every pod, since code may keep absolute paths. Tests give it another place.
_FOLDER = os.environ.get("MLOPS_POD_FOLDER", "/tmp/mlops")


def main(arguments):
    """Run a step, or put the executed notebook together; return the exit code."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--executor-input", type=json.loads, default={})
    for name in ("--values", "--files", "--records"):
        parser.add_argument(name, action="append", type=_pair, default=[])
    for name in ("values", "files", "record", "metrics", "notebook"):
        parser.add_argument(f"--{name}-out")
    parser.add_argument("--required")
    parser.add_argument("--request", nargs="+", default=[])
    options = parser.parse_args(arguments)
    if options.notebook_out:
        return _notebook(options)
    return _step(options, pod.decode(options.request))


def _pair(text):
    name, _, path = text.partition("=")
    return name, path


def _step(options, carried):
    work, values = os.path.join(_FOLDER, "work"), os.path.join(_FOLDER, "values")
    request = {
        **carried["request"],
        "run": options.executor_input.get("outputs", {}).get("outputFile", ""),
        "work": work,
        "values": values,
        "output": os.path.join(_FOLDER, "step"),
        "parameters": pod.given(
            carried["parameters"],
            options.executor_input.get("inputs", {}).get("parameterValues", {}),
        ),
    }
    pod.unpack(_FOLDER)
    if options.required:
        pod.link_required(work, options.required)
    _lay_out(options, work, values)
    before = snapshot(work)
    result = pod.run_step(request, _FOLDER)
    if result["state"] != "succeeded":
        return 1
    for path in result["filesWritten"]:
        if os.path.isabs(path):
            print(f"{path} is outside the notebook's folder: later steps do not get it.")
    own = os.path.join(values, request["step"])
    pod_files.publish(work, before, os.path.join(own, "ambient.pkl"), options.files_out)
    if options.values_out:
        shutil.copytree(own, options.values_out, dirs_exist_ok=True)
    shutil.copytree(request["output"], options.record_out, dirs_exist_ok=True)
    os.makedirs(os.path.dirname(options.metrics_out), exist_ok=True)
    write_json(options.metrics_out, pod.figures(result))
    _say_more(options.executor_input, result)
    return 0


def _lay_out(options, work, values):
    """Make the folders as earlier steps have left them."""
    shutil.rmtree(values, ignore_errors=True)
    os.makedirs(values)
    for step, path in options.values:
        os.symlink(path, os.path.join(values, step))
    for step, path in options.files:
        pod_files.restore(work, path)
        ambient = os.path.join(path, "ambient.pkl")
        if os.path.exists(ambient) and not os.path.exists(os.path.join(values, step)):
            os.makedirs(os.path.join(values, step))
            shutil.copyfile(ambient, os.path.join(values, step, "ambient.pkl"))


def _say_more(executor_input, result):
    """Tell Kubeflow the metrics, and of what kind the values are."""
    outputs = executor_input.get("outputs", {})
    kinds = {
        name: " ".join([value["kind"], value["type"], value["shape"]]).strip()
        for name, value in result["values"].items()
    }
    artifacts = {}
    for key, metadata in (("metrics", pod.figures(result)), ("values", kinds)):
        listed = outputs.get("artifacts", {}).get(key, {}).get("artifacts", [])
        if listed and metadata:
            entry = {name: listed[0][name] for name in ("name", "uri") if name in listed[0]}
            artifacts[key] = {"artifacts": [{**entry, "metadata": metadata}]}
    path = outputs.get("outputFile")
    if path and artifacts:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_json(path, {"artifacts": artifacts})


def _notebook(options):
    notebook = executed.notebook(pod.document("notebook.json"), options.records)
    os.makedirs(os.path.dirname(options.notebook_out), exist_ok=True)
    write_json(options.notebook_out, notebook)
    print(f"The executed notebook is in {options.notebook_out}.", file=sys.stderr)
    return 0
