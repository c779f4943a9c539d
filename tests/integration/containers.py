"""Runs compiled pipelines without a cluster: each container's command, its arguments.

Only what a cluster replaces in arguments is replaced here, by the same rules; nothing
of ours is called but what the YAML itself holds.
"""

import json
import re
import shutil
import subprocess


def run(container, arguments, folder, environment):
    """Run a container's command in an empty folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [*container["command"], *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert list(folder.iterdir()) == []
    return done


def run_kfp(spec, folder, environment, parameters):
    """Run the tasks in order, as the launcher does; return the artifacts' folder."""
    declared = spec["root"].get("inputDefinitions", {}).get("parameters", {})
    values = {name: one["defaultValue"] for name, one in declared.items()} | parameters
    for name, task in spec["root"]["dag"]["tasks"].items():
        for before in task.get("dependentTasks", []):
            assert (folder / before).exists(), f"{name} comes before {before}"
        component = spec["components"][task["componentRef"]["name"]]
        container = spec["deploymentSpec"]["executors"][component["executorLabel"]][
            "container"
        ]
        paths, listed = {}, {}
        for key in component["outputDefinitions"]["artifacts"]:
            path = str(folder / name / key)
            paths[f"{{{{$.outputs.artifacts['{key}'].path}}}}"] = path
            listed[key] = {"artifacts": [{"name": key, "uri": f"minio://{path}"}]}
        taken = task.get("inputs", {})
        for key, source in taken.get("artifacts", {}).items():
            made = source["taskOutputArtifact"]
            path = folder / made["producerTask"] / made["outputArtifactKey"]
            paths[f"{{{{$.inputs.artifacts['{key}'].path}}}}"] = str(path)
        given = {
            key: float(value) if type(value) is int else value
            for key, value in (
                (key, values[source["componentInputParameter"]])
                for key, source in taken.get("parameters", {}).items()
            )
        }
        paths["{{$}}"] = json.dumps(
            {
                "inputs": {"parameterValues": given},
                "outputs": {
                    "artifacts": listed,
                    "outputFile": str(folder / name / "executor_output.json"),
                },
            }
        )
        arguments = [_resolved(one, paths) for one in container["args"]]
        # Each pod begins with nothing.
        pod = folder / "pod"
        shutil.rmtree(pod, ignore_errors=True)
        done = run(
            container,
            arguments,
            folder / "empty",
            environment | {"MLOPS_POD_FOLDER": str(pod)},
        )
        assert done.returncode == 0, f"{name}: {done.stdout} {done.stderr}"
    return folder


def _resolved(argument, paths):
    for placeholder, text in paths.items():
        argument = argument.replace(placeholder, text)
    return argument


def run_tekton(pipeline, folder, environment, parameters):
    """Run tasks in order, as Tekton does; return run folder, results, exit codes."""
    spec = pipeline["spec"]
    values = {
        one["name"]: one["default"] for one in spec.get("params", [])
    } | parameters
    results, ends = {}, {}
    for task in [*spec["tasks"], *spec["finally"]]:
        if any(ends.get(before) != 0 for before in task.get("runAfter", [])):
            continue
        own = {one["name"]: one["value"] for one in task["params"]}
        variables = {
            "workspaces.run.path": str(folder),
            "results.metrics.path": str(folder / "metrics-result"),
        }
        for name, value in own.items():
            outer = {f"params.{key}": text for key, text in values.items()}
            outer["context.pipelineRun.name"] = "run-1"
            variables[f"params.{name}"] = _substituted(value, outer)
        for step in task["taskSpec"]["steps"]:
            arguments = [_substituted(one, variables) for one in step["args"]]
            done = run(step, arguments, folder / "empty", environment)
            ends[task["name"]] = done.returncode
            if done.returncode != 0:
                print(done.stdout, done.stderr)
                break
        if task["taskSpec"].get("results") and ends[task["name"]] == 0:
            results[task["name"]] = json.loads((folder / "metrics-result").read_text())
    return folder / "mlops-runs" / "run-1", results, ends


def _substituted(text, variables):
    """One pass, and an unknown variable is refused, as Tekton's webhook does."""
    return re.sub(r"\$\(([^)]*)\)", lambda found: variables[found[1]], text)
