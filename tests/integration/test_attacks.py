"""Attacks on the whole stack: a real Jupyter Server before a real gateway."""

import hashlib
import io
import json
import re
import sqlite3
import tarfile
import time

import httpx
import pytest
from running_server import RunningServer
from stack import GATEWAY, LOAD, REPOSITORY, TRAIN, processes, write_notebook

API = "mlops/api/v1"
DENY_ALL = """
from jupyter_server.auth import Authorizer

class DenyAll(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return resource != "mlops"

c.ServerApp.authorizer_class = DenyAll
"""


def routes():
    """Every route of the contract, with something in the place of its parameters."""
    text = (REPOSITORY / "src" / "contract" / "paths.ts").read_text()
    found = re.findall(r"\['(GET|POST|DELETE)', '(/[^']*)'\]", text)
    assert len(found) > 40
    return [
        (method, API + re.sub(r":\w+", "1", path).replace("*", "index.html"))
        for method, path in found
    ]


ROUTES = routes()
WRITES = [route for route in ROUTES if route[0] != "GET"]


@pytest.fixture(scope="module")
def server(shared, tmp_path_factory):
    running = RunningServer(
        tmp_path_factory.mktemp("server"),
        GATEWAY,
        "",
        {"MLOPS_HOME": str(shared.home)},
    )
    running.wait_until_ready()
    yield running
    running.end()


@pytest.fixture
def untouched(shared):
    """Check that an attack left nothing in the audit and started nothing."""
    before = shared.rows("SELECT count(*) FROM audit")
    runs = shared.rows("SELECT count(*) FROM runs")
    yield
    assert shared.rows("SELECT count(*) FROM audit") == before
    assert shared.rows("SELECT count(*) FROM runs") == runs


def test_a_stranger_gets_nothing_from_any_route(server, untouched):
    stranger = httpx.Client(base_url=server.url)
    stranger.get("login")
    headers = {"X-XSRFToken": stranger.cookies["_xsrf"]}
    for method, path in ROUTES:
        reply = stranger.request(method, path, headers=headers)
        assert reply.status_code == 403, (method, path)


def test_a_foreign_page_gets_nothing_from_any_route(server, untouched):
    browser = server.browser()
    headers = {
        "X-XSRFToken": browser.cookies["_xsrf"],
        "Origin": "https://evil.example",
    }
    for method, path in ROUTES:
        if path.endswith("/events"):
            continue
        reply = browser.request(method, path, headers=headers)
        assert reply.status_code in (403, 404), (method, path)
        assert "code" in reply.json(), (method, path)
        assert "line" not in reply.text, (method, path)


def test_nothing_changes_without_the_xsrf_token(server, untouched):
    browser = server.browser()
    for method, path in WRITES:
        assert browser.request(method, path).status_code == 403, (method, path)


def test_who_is_denied_reaches_no_gateway(stack, start_server):
    server = start_server(stack, DENY_ALL)
    with server.client() as client:
        for method, path in ROUTES:
            assert client.request(method, path).status_code == 403, (method, path)
        assert client.get("api/contents").status_code == 200
    assert not stack.home.exists()


@pytest.mark.parametrize(
    "path",
    [
        "runs/..%2F..%2Fcanary",
        "runs/..%2F..%2Fcanary/notebook",
        "runs/%2e%2e/notebook",
        "runs/RUN/steps/..%2F..%2F..%2F..%2Fcanary/log",
        "runs/RUN/steps/%2e%2e/log",
        "models/..%2F..%2Fcanary/versions/1",
        "registrations/..%2Fcanary",
        "environments/dev/models/line/app/..%2F..%2Fcanary",
        "environments/dev/models/line/app/%2e%2e/%2e%2e/canary",
        "environments/dev/models/line/app//etc/passwd",
        "environments/..%2F..%2F/models/canary/app/index.html",
        "monitors/..%2F../canary/report",
    ],
)
def test_no_route_reads_a_file_by_its_path(shared, server, path):
    (shared.home / "canary").write_text("CANARY")
    address = f"{API}/{path.replace('RUN', shared.run)}"
    with server.client() as client, shared.api() as gateway:
        through = client.get(address)
        behind = gateway.get(path.replace("RUN", shared.run))
    for reply in (through, behind):
        assert 400 <= reply.status_code < 500, reply.text
        assert "CANARY" not in reply.text
        assert "root:" not in reply.text
        assert reply.json()["message"]


def test_no_request_writes_or_registers_by_a_path(shared, untouched):
    notebook = shared.project / "plain.ipynb"
    write_notebook(notebook, LOAD)
    outside = shared.folder / "outside.csv"
    outside.write_text("a\n1\n")
    up = "../../../../escape.csv"
    version = {"version": 1, "environment": "dev"}
    with shared.api() as api:
        for path, body in (
            ("runs", {"notebook": str(notebook), "files": {up: str(outside)}}),
            ("runs", {"notebook": str(notebook), "files": {"/tmp/x": str(outside)}}),
            ("models", {"run": shared.run, "name": "../line"}),
            ("models", {"run": shared.run, "variable": "../../model"}),
            ("models", {"run": "../" + shared.run}),
            ("promotions/plan", version | {"model": "../line"}),
            ("promotions/plan", {**version, "model": "line", "environment": "../x"}),
        ):
            reply = api.post(path, json=body)
            assert 400 <= reply.status_code < 500, (body, reply.text)
        assert not list(shared.folder.rglob("escape.csv"))


def test_a_live_model_is_not_read_from_elsewhere(shared):
    request = {
        "notebook": str(write_notebook(shared.project / "live.ipynb", LOAD)),
        "folder": str(shared.home / "runs" / shared.run / "steps" / "train"),
        "name": "stolen",
    }
    with shared.api() as api:
        reply = api.post("models/live", json=request)
        path = f"registrations/{reply.json().get('id')}"
        deadline = time.monotonic() + 20
        while api.get(path).json()["state"] not in ("failed", "succeeded"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert api.get(path).json()["error"]["code"] == "model-folder-outside"
        assert "stolen" not in api.get("models").text


def test_a_notebook_named_like_a_command_goes_to_prod_and_runs_nothing(shared):
    folder = shared.project / "$(touch pwned); touch pwned"
    notebook = folder / "$(touch pwned).ipynb"
    write_notebook(notebook, LOAD, TRAIN)
    run = shared.done("run", notebook)
    assert run["state"] == "succeeded"
    version = shared.done("register", run["run"])["version"]
    assert version["model"] == "touch-pwned"
    assert version["lineage"]["notebook"] == str(notebook)
    for environment in ("dev", "prod"):
        shared.done("promote", "touch-pwned", "--to", environment, "--reason", "$(id)")
    message = shared.git("log", "-1", "--format=%B", "main")
    assert "$(id)" in message
    assert not list(shared.folder.rglob("pwned"))
    assert not (REPOSITORY / "pwned").exists()


def test_a_model_whose_file_is_named_out_of_its_folder_is_not_packed(seeded):
    model = seeded.home / "runs" / seeded.run / "steps" / "train" / "models" / "model"
    document = json.loads((model / "describe.json").read_text())
    (model.parent / "elsewhere.joblib").write_bytes(b"CANARY")
    document["file"] = "../elsewhere.joblib"
    (model / "describe.json").write_text(json.dumps(document))
    answer = seeded.mlops("register", seeded.run, "--name", "evil")
    assert answer.code == 1
    assert answer.reply["registration"]["error"]["code"] == "file-name-invalid"
    assert "../elsewhere.joblib" in answer.errors
    assert [m["name"] for m in seeded.done("models", "list")["models"]] == ["line"]
    assert not holds(seeded.home / "oci", b"CANARY")


@pytest.mark.parametrize("name", ["model.joblib", "describe.json", "rows.bin"])
def test_a_link_out_of_the_runs_folder_is_not_followed(seeded, name):
    secret = seeded.folder / "secret"
    secret.write_text('{"variable": "CANARY"}')
    model = seeded.home / "runs" / seeded.run / "steps" / "train" / "models" / "model"
    (model / name).unlink()
    (model / name).symlink_to(secret)
    answer = seeded.mlops("register", seeded.run, "--name", "evil")
    assert answer.code == 1
    assert answer.reply["registration"]["error"]["code"] == "model-file-unreadable"
    assert "symbolic link" in answer.errors
    assert "CANARY" not in answer.errors
    assert not holds(seeded.home / "oci", b"CANARY")


def test_a_link_in_the_place_of_the_models_folder_is_not_followed(seeded):
    model = seeded.home / "runs" / seeded.run / "steps" / "train" / "models" / "model"
    model.rename(seeded.folder / "moved")
    model.symlink_to(seeded.folder / "moved")
    answer = seeded.mlops("register", seeded.run, "--name", "evil")
    assert answer.code == 1
    assert answer.reply["registration"]["error"]["code"] == "model-folder-outside"


def holds(folder, words):
    """Tell whether any file below a folder holds the words."""
    return any(
        words in path.read_bytes() for path in folder.rglob("*") if path.is_file()
    )


def test_an_artifact_with_a_file_outside_of_its_folder_is_not_unpacked(seeded):
    blobs = seeded.home / "oci" / "blobs" / "sha256"

    def put(content):
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return f"sha256:{digest}"

    manifest = json.loads((blobs / seeded.version["digest"][7:]).read_text())
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name in ("models/model-settings.json", "models/../../../escaped"):
            entry = tarfile.TarInfo(name)
            entry.size = 2
            tar.addfile(entry, io.BytesIO(b"{}"))
    layer = archive.getvalue()
    manifest["layers"][-1] |= {"digest": put(layer), "size": len(layer)}
    digest = put(json.dumps(manifest, separators=(",", ":"), sort_keys=True).encode())
    database = sqlite3.connect(seeded.home / "mlops.db")
    with database:
        [(text,)] = database.execute("SELECT document FROM model_versions").fetchall()
        document = json.loads(text) | {"digest": digest, "version": 2}
        database.execute(
            "INSERT INTO model_versions (model, version, digest, run, state, document)"
            " VALUES ('line', 2, ?, 'forged', 'ready', ?)",
            (digest, json.dumps(document)),
        )
    database.close()
    answer = seeded.mlops("models", "test", "line", "2")
    assert answer.code == 1
    assert answer.reply["registration"]["error"]["code"] == "layer-unsafe"
    assert not list(seeded.folder.rglob("escaped"))


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "too many aliases"),
        ("a: " + "[" * 100_000, "nested too deeply"),
        ("# " + "x" * 300_000, "at most 262144"),
        ("engine: &a [*a]\n", "engine"),
    ],
)
def test_a_project_file_that_explodes_is_refused_at_once(shared, tmp_path, text, words):
    notebook = write_notebook(tmp_path / "plain.ipynb", LOAD)
    (tmp_path / "mlops.yaml").write_text(text)
    started = time.monotonic()
    with shared.api() as api:
        reply = api.post("runs", json={"notebook": str(notebook)})
        assert time.monotonic() - started < 5
        assert reply.status_code == 422
        message = reply.json()["message"]
        assert str(tmp_path / "mlops.yaml") in message
        assert words in message
        assert api.get("runs").status_code == 200
    assert not processes(str(tmp_path))
