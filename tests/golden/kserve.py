"""What KServe takes, cut from its own custom resource definitions.

``python tests/golden/kserve.py DIR`` writes ``tests/fixtures/kserve.json`` again; DIR
is the folder of the Go module MODULE, as ``go mod download -json`` names it. The module
is Apache-2.0, Copyright The KServe Authors. Only the fields of PREDICTOR and RUNTIME
are kept: another one is refused, and must be added here.
"""

import json
import sys
from pathlib import Path

import yaml
from tekton import strict

MODULE = "github.com/kserve/kserve@v0.20.0"
FIXTURE = Path(__file__).parents[1] / "fixtures" / "kserve.json"
PREDICTOR = ("logger", "maxReplicas", "minReplicas", "model", "serviceAccountName")
RUNTIME = ("annotations", "containers", "protocolVersions", "supportedModelFormats")


def spec(folder, plural, version):
    """Return the schema of the ``spec`` of a kind."""
    name = f"serving.kserve.io_{plural}.yaml"
    text = (folder / "config" / "crd" / "full" / name).read_text()
    versions = yaml.safe_load(text)["spec"]["versions"]
    [found] = [one["schema"] for one in versions if one["name"] == version]
    return strict(found["openAPIV3Schema"]["properties"]["spec"])


def only(schema, names):
    """Keep these properties of a schema."""
    return {
        **schema,
        "properties": {name: schema["properties"][name] for name in names},
    }


def main():
    folder = Path(sys.argv[1])
    service = only(spec(folder, "inferenceservices", "v1beta1"), ["predictor"])
    predictor = service["properties"]["predictor"]
    service["properties"]["predictor"] = only(predictor, PREDICTOR)
    runtime = only(spec(folder, "servingruntimes", "v1alpha1"), RUNTIME)
    kinds = {"InferenceService": service, "ServingRuntime": runtime}
    FIXTURE.write_text(
        json.dumps({"source": MODULE, "definitions": kinds}, separators=(",", ":"))
        + "\n"
    )


if __name__ == "__main__":
    main()
