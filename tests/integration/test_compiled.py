"""Compiled pipelines compute what the local engine computes."""

import base64
import json
import os
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import jsonschema
import pytest
import yaml
from containers import run_kfp, run_tekton

ROOT = Path(__file__).parents[2]
TEKTON = json.loads((ROOT / "tests" / "fixtures" / "tekton.json").read_text())
IMAGE = f"registry.example/ml/python@sha256:{'0' * 64}"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    shutil.copytree(ROOT / "examples" / "bike-demand", folder / "bikes")
    (folder / "small").mkdir()
    (folder / "small" / "$(touch x).ipynb").write_text(json.dumps(small_notebook()))
    (folder / "small" / "every-setting.ipynb").write_text(
        json.dumps(notebook_with_settings())
    )
    (folder / "small" / "inner.py").write_text("def twice(x):\n    return 2 * x\n")
    (folder / "small" / "outer.py").write_text("from inner import twice\n")
    (folder / "small" / "numbers.txt").write_text("1\n2\n3\n")
    return folder


def small_notebook():
    cells = [
        "count = 3\nword = '$(params.count) {{workflow.name}}'\nshares = (0.5, 0.25)",
        "# Read",
        "from outer import twice\n"
        "lines = open('numbers.txt').read().split()\nalias = lines\n"
        "print('$(touch x)', '$$', '{{$}}', word, shares, count)",
        "# Write",
        "open('made.txt', 'w').write('-'.join([*lines, str(twice(count))]))",
        "# Count",
        "text = open('made.txt').read()\n"
        "metrics = {'count': len(lines)}\n"
        "text, lines is alias",
    ]
    kinds = [
        {"cell_type": "markdown", "metadata": {}, "source": text}
        if text.startswith("# ")
        else {
            "cell_type": "code",
            "metadata": {"tags": ["parameters"]} if at == 0 else {},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
        for at, text in enumerate(cells)
    ]
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": kinds}


def notebook_with_settings():
    notebook = small_notebook()
    notebook["cells"][2]["metadata"]["mlops"] = {
        "image": IMAGE.replace("python", "other"),
        "cpu": "500m",
        "memory": "1Gi",
        "retries": 2,
        "timeoutSeconds": 90,
    }
    notebook["cells"][2]["source"] += "\nimport os\nos.environ['TOKEN']"
    return notebook


NOTEBOOKS = {
    "bikes/demand.ipynb": {"trees": 8},
    "small/$(touch x).ipynb": {"count": 4, "word": "größer $(HOME) {{x}}"},
}


class Engine:
    """`jupyter mlops` with a data home of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = os.environ | {"MLOPS_HOME": str(folder / "home")}

    def __call__(self, *words):
        done = subprocess.run(
            ["jupyter", "mlops", *map(str, words), "--json"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, json.loads(done.stdout)

    def compiled(self, notebook, target, *words):
        path = self.folder / f"{target}.yaml"
        words = ("--format", target, "--image", IMAGE, "-o", path, *words)
        code, reply = self("convert", notebook, *words)
        assert code == 0, reply
        return list(yaml.safe_load_all(path.read_text("utf-8")))


@pytest.fixture(scope="module")
def mlops(project):
    return Engine(project)


@pytest.fixture(scope="module", params=NOTEBOOKS)
def local(request, mlops):
    notebook, parameters = request.param, NOTEBOOKS[request.param]
    given = [f"--param={name}={value}" for name, value in parameters.items()]
    executed = mlops.folder / "executed.ipynb"
    code, reply = mlops("run", notebook, *given, "--output", executed, "--no-cache")
    assert code == 0, reply
    return notebook, parameters, reply["metrics"], outputs(executed)


def outputs(path):
    notebook = json.loads(path.read_text("utf-8"))
    text = json.dumps(
        [
            [cell.get("outputs"), cell.get("execution_count")]
            for cell in notebook["cells"]
        ]
    )
    return json.loads(re.sub("0x[0-9a-f]+", "0x", text))


def test_kubeflow_computes_what_the_local_engine_computes(mlops, local, tmp_path):
    notebook, parameters, metrics, expected = local
    spec, *_ = mlops.compiled(notebook, "kfp")
    made = run_kfp(spec, tmp_path, mlops.environment, parameters)
    assert outputs(made / "executed-notebook" / "notebook") == expected
    found, told = {}, {}
    for task in spec["root"]["dag"]["tasks"]:
        if (made / task / "metrics").exists():
            found |= json.loads((made / task / "metrics").read_text())
        if (made / task / "executor_output.json").exists():
            said = json.loads((made / task / "executor_output.json").read_text())
            listed = said["artifacts"].get("metrics", {"artifacts": [{"metadata": {}}]})
            told |= listed["artifacts"][0]["metadata"]
    assert found == metrics == told


def test_tekton_computes_what_the_local_engine_computes(mlops, local, tmp_path):
    notebook, parameters, metrics, expected = local
    pipeline, start = mlops.compiled(notebook, "tekton")
    assert start["spec"]["pipelineRef"]["name"] == pipeline["metadata"]["name"]
    texts = {name: str(value) for name, value in parameters.items()}
    folder, results, ends = run_tekton(pipeline, tmp_path, mlops.environment, texts)
    assert set(ends.values()) == {0}
    assert outputs(folder / "executed.ipynb") == expected
    assert {name: one for each in results.values() for name, one in each.items()} == (
        metrics
    )


def test_a_step_that_fails_says_so_and_leaves_its_notebook(mlops, tmp_path):
    notebook = small_notebook()
    notebook["cells"][4]["source"] = "1 / 0\n" + notebook["cells"][4]["source"]
    (mlops.folder / "small" / "failing.ipynb").write_text(json.dumps(notebook))
    pipeline, _ = mlops.compiled("small/failing.ipynb", "tekton")
    folder, _, ends = run_tekton(pipeline, tmp_path, mlops.environment, {})
    assert ends["write"] == 1
    assert "count" not in ends
    executed = json.loads((folder / "executed.ipynb").read_text())
    assert executed["cells"][4]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert executed["cells"][6]["outputs"] == []


def test_a_parameter_of_another_type_is_refused_in_the_pod(mlops, tmp_path):
    pipeline, _ = mlops.compiled("small/$(touch x).ipynb", "tekton")
    _, _, ends = run_tekton(pipeline, tmp_path, mlops.environment, {"count": "many"})
    assert 1 in ends.values()


def test_the_same_notebook_gives_the_same_bytes(mlops):
    texts = []
    for _ in range(2):
        mlops.compiled("bikes/demand.ipynb", "kfp")
        texts.append((mlops.folder / "kfp.yaml").read_bytes())
    assert texts[0] == texts[1]


def test_what_is_carried_is_an_archive_that_python_imports(mlops, tmp_path):
    spec, *_ = mlops.compiled("bikes/demand.ipynb", "kfp")
    prepare = spec["deploymentSpec"]["executors"]["exec-prepare"]["container"]
    # Linux takes no single argument above 128 KiB.
    assert max(map(len, prepare["args"])) < 128 * 1024
    archive = tmp_path / "bundle.zip"
    archive.write_bytes(zlib.decompress(base64.b64decode("".join(prepare["args"][1:]))))
    done = subprocess.run(
        ["python3", "-I", "-c", "import jupyterlab_mlops_runner.pod"],
        cwd=tmp_path,
    )
    assert done.returncode != 0
    words = f"import sys; sys.path.insert(0, {str(archive)!r}); "
    words += "import jupyterlab_mlops_runner.pod"
    assert subprocess.run(["python3", "-I", "-c", words], cwd=tmp_path).returncode == 0


def test_without_an_image_nothing_is_written(mlops):
    for words, code in ((), "image-missing"), (("--image", "python:3"), "image-by-tag"):
        end, reply = mlops(
            "convert",
            "bikes/demand.ipynb",
            "--format",
            "kfp",
            *words,
            "-o",
            "none.yaml",
        )
        assert end == 2
        assert code in {one["code"] for one in reply["diagnostics"]}
        assert not (mlops.folder / "none.yaml").exists()


def test_kubeflow_s_own_schema_takes_every_field(mlops):
    from google.protobuf import json_format
    from kfp.pipeline_spec import pipeline_spec_pb2

    for notebook in NOTEBOOKS:
        spec, *_ = mlops.compiled(notebook, "kfp")
        message = pipeline_spec_pb2.PipelineSpec()
        json_format.ParseDict(spec, message, ignore_unknown_fields=False)


def test_tekton_s_own_schema_takes_every_field(mlops):
    secret = ("--secret-env", "TOKEN=service:token", "--files-claim", "data")
    for notebook in (*NOTEBOOKS, "small/every-setting.ipynb"):
        documents = mlops.compiled(notebook, "tekton", *secret)
        for document in documents:
            schema = {"$ref": f"#/definitions/{document['kind']}"} | TEKTON
            jsonschema.validate(document["spec"], schema)
    tasks = {task["name"]: task for task in documents[0]["spec"]["tasks"]}
    task = tasks["read"]
    [step] = task["taskSpec"]["steps"]
    assert (task["retries"], task["timeout"]) == (2, "150s")
    assert step["computeResources"] == {"limits": {"cpu": "500m", "memory": "1Gi"}}
    assert step["env"][0]["name"] == "TOKEN"
    step["imagine"] = "a field that Tekton does not know"
    with pytest.raises(jsonschema.ValidationError, match="imagine"):
        jsonschema.validate(task["taskSpec"], {"$ref": "#/definitions/Task"} | TEKTON)
