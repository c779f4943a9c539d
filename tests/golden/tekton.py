"""What Tekton takes, cut from its own custom resource definitions.

``python tests/golden/tekton.py DIR`` writes ``tests/fixtures/tekton.json`` again; DIR
is the folder of the Go module MODULE, as ``go mod download -json`` names it. The module
is Apache-2.0, Copyright The Tekton Authors. What people read only (descriptions) and
what only a cluster writes (status) is left out.
"""

import json
import sys
from pathlib import Path

import yaml

MODULE = "github.com/tektoncd/pipeline@v1.15.0"
FIXTURE = Path(__file__).parents[1] / "fixtures" / "tekton.json"
KINDS = {"Pipeline": "pipeline", "PipelineRun": "pipelinerun", "Task": "task"}
OPEN = "x-kubernetes-preserve-unknown-fields"


def definition(folder, file):
    """Return the schema of the ``v1`` of a kind."""
    text = (folder / "config" / "300-crds" / f"300-{file}.yaml").read_text()
    versions = yaml.safe_load(text)["spec"]["versions"]
    [found] = [one["schema"] for one in versions if one["name"] == "v1"]
    return strict(found["openAPIV3Schema"]["properties"]["spec"])


def strict(schema):
    """Give JSON schema that refuses what an API server would drop or refuse."""
    kept = {
        key: strict(value) if isinstance(value, dict) else value
        for key, value in schema.items()
        if key in ("type", "required", "enum", "pattern", "items", "format")
        or (key == "additionalProperties" and value is not True)
    }
    if "properties" in schema:
        kept["properties"] = {
            name: strict(value) for name, value in schema["properties"].items()
        }
        if not schema.get(OPEN):
            kept["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        kept["type"] = ["integer", "string"]
    return kept


def main():
    folder = Path(sys.argv[1])
    kinds = {kind: definition(folder, file) for kind, file in KINDS.items()}
    # A pipeline's own tasks stand in it with the fields of a Task.
    for tasks in ("tasks", "finally"):
        inner = kinds["Pipeline"]["properties"][tasks]["items"]["properties"]
        inner["taskSpec"] = {"$ref": "#/definitions/Task"}
        del inner["pipelineSpec"]
    kinds["PipelineRun"]["properties"].pop("pipelineSpec")
    FIXTURE.write_text(
        json.dumps({"source": MODULE, "definitions": kinds}, separators=(",", ":"))
        + "\n"
    )


if __name__ == "__main__":
    main()
