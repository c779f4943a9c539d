"""The launcher and the runtime in a real MLServer of a serving environment."""

import importlib.metadata
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

REPOSITORY = Path(__file__).resolve().parents[3]
SERVING = REPOSITORY / "jupyterlab_mlops" / "serving"
PACKAGES = ["scikit-learn", "numpy", "scipy", "joblib", "threadpoolctl", "pandas"]
ROW = {"a": [1.0], "b": [2]}


@pytest.fixture(scope="session")
def serving_python():
    """Interpreter of a serving environment, kept between test runs."""
    cache = os.environ.get("MLOPS_TEST_SERVING_CACHE", REPOSITORY / ".cache/serving")
    pins = [f"{name}=={importlib.metadata.version(name)}" for name in PACKAGES]
    folder = Path(cache) / "python-tests"
    marker = folder / "complete.json"
    if not marker.exists() or json.loads(marker.read_text()) != pins:
        uv = shutil.which("uv", path=os.path.dirname(sys.executable))
        shutil.rmtree(folder, ignore_errors=True)
        python = folder / "bin/python"
        subprocess.run(
            [uv, "venv", "-q", "--python", sys.executable, folder], check=True
        )
        install = [uv, "pip", "install", "-q", "--python", python]
        subprocess.run([*install, "mlserver==1.7.1", *pins], check=True)
        marker.write_text(json.dumps(pins))
    return folder / "bin/python"


@pytest.fixture
def instance(tmp_path):
    """A model's folder and a launcher's configuration for it."""
    models = tmp_path / "models"
    models.mkdir()
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1, 0, 1]})
    model = LinearRegression().fit(frame, np.array([3.0, 4.0, 7.0]))
    joblib.dump(model, models / "model.joblib")
    shutil.copy(SERVING / "runtime.py", models)
    columns = [
        {"name": "a", "dtype": "float64", "datatype": "FP64", "categories": None},
        {"name": "b", "dtype": "int64", "datatype": "INT64", "categories": None},
    ]
    extra = {
        "type": "sklearn.linear_model._base.LinearRegression",
        "task": "regression",
        "frame": "pandas",
        "columns": columns,
    }
    settings = {
        "name": "m",
        "implementation": "runtime.MlopsModel",
        "parameters": {"uri": "./model.joblib", "extra": extra},
    }
    (models / "model-settings.json").write_text(json.dumps(settings))
    folder = tempfile.mkdtemp(prefix="mlops-test-", dir="/tmp")
    config = {
        "models": str(models),
        "socket": f"{folder}/m.sock",
        "failure": str(tmp_path / "failure.json"),
        "version": "7",
    }
    (tmp_path / "launch.json").write_text(json.dumps(config))
    yield tmp_path, config, model
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def launch(instance, serving_python):
    """Start the launcher as the gateway does; end it afterwards."""
    started = []

    def start():
        folder = instance[0]
        with open(folder / "log", "wb") as log:
            child = subprocess.Popen(
                [serving_python, "-I", SERVING / "launch.py", folder / "launch.json"],
                cwd=folder,
                env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.wait()


def client_of(config):
    transport = httpx.HTTPTransport(uds=config["socket"])
    return httpx.Client(transport=transport, base_url="http://model")


def until_ready(client, child):
    for _ in range(600):
        assert child.poll() is None, "the server ended"
        try:
            if client.get("/v2/models/m/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server was not ready within a minute")


def request(columns):
    datatypes = {"a": "FP64", "b": "INT64"}
    return {
        "inputs": [
            {"name": name, "datatype": datatypes[name], "shape": [len(data), 1]}
            | {"data": data}
            for name, data in columns.items()
        ]
    }


def test_serves_on_the_socket_and_nowhere_else(instance, launch):
    _, config, model = instance
    child = launch()
    with client_of(config) as client:
        until_ready(client, child)
        path = "/v2/models/m/versions/7/infer"
        reply = client.post(path, json=request({"a": [1.0, 2.5], "b": [2, 0]})).json()
        expected = model.predict(pd.DataFrame({"a": [1.0, 2.5], "b": [2, 0]}))
        assert reply["outputs"][0]["data"] == pytest.approx(expected.tolist())
        assert reply["model_version"] == "7"

        refused = client.post(path, json=request({"a": [1.0]}))
        assert refused.status_code == 400
        assert "'b' is missing" in refused.json()["error"]

        assert client.post("/v2/repository/models/m/unload").status_code == 404
        assert 'version="7"' in client.get("/metrics").text
    sockets = Path(f"/proc/{child.pid}/net/tcp").read_text().splitlines()[1:]
    inodes = {line.split()[9] for line in sockets if line.split()[3] == "0A"}
    opened = {os.readlink(path) for path in Path(f"/proc/{child.pid}/fd").iterdir()}
    assert not {f"socket:[{inode}]" for inode in inodes} & opened


def test_ends_when_the_gateway_lets_go_of_its_input(instance, launch):
    child = launch()
    with client_of(instance[1]) as client:
        until_ready(client, child)
    child.stdin.close()
    assert child.wait(10) == 0
    assert not os.path.exists(os.path.dirname(instance[1]["socket"]))


def test_ends_when_it_is_told_to(instance, launch):
    child = launch()
    with client_of(instance[1]) as client:
        until_ready(client, child)
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0


def test_says_why_a_model_cannot_be_loaded(instance, launch):
    folder, config, _ = instance
    (folder / "models/model.joblib").write_bytes(b"not a model")
    assert launch().wait(60) == 3
    failure = json.loads(Path(config["failure"]).read_text())
    assert failure["type"] in {"KeyError", "UnpicklingError", "ValueError"}
