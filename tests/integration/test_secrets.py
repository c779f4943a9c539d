"""Secrets stay where they are: after a small loop all that it left is searched."""

import gzip
import html
import json
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from running_server import RunningServer
from stack import GATEWAY, LOAD, ROWS, TRAIN, Stack, eventually, write_notebook

SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCY"
ROUTES = [
    "status",
    "runs",
    "models",
    "environments",
    "promotions",
    "monitors",
    "alerts",
    "retrainings",
    "audit?limit=1000",
]


class Walk:
    """What a small loop through a Jupyter Server leaves behind."""

    def __init__(self, folder):
        self.stack = Stack(folder)
        self.replies = []
        self.secrets = {"AWS_SECRET_ACCESS_KEY": SECRET}
        self._project()
        self.server = RunningServer(
            folder / "server",
            GATEWAY,
            "",
            {
                "MLOPS_HOME": str(self.stack.home),
                "AWS_SECRET_ACCESS_KEY": SECRET,
                "MLOPS_LOG_LEVEL": "debug",
            },
        )
        self.server.wait_until_ready()
        self.secrets["token"] = self.server.token

    def _project(self):
        project = self.stack.project
        reads = "import os\nlength = len(os.environ['AWS_SECRET_ACCESS_KEY'])"
        write_notebook(
            project / "line.ipynb", "# Load", LOAD, reads, "# Train", TRAIN, "length"
        )
        (project / "app").mkdir()
        (project / "app" / "index.html").write_text("<h1>Prices</h1>")
        (project / "mlops.yaml").write_text("app:\n  folder: app\n")
        git = ["git", "-C", str(project), "-c", "user.name=a", "-c", "user.email=a@b"]
        remote = f"https://ana:{SECRET}@git.example/prices.git"
        for words in (
            ["init", "-q"],
            ["remote", "add", "origin", remote],
            ["add", "-A"],
            ["commit", "-qm", "Prices"],
        ):
            subprocess.run([*git, *words], check=True)
        (project / "notes.txt").write_text("not committed")

    def walk(self):
        """Go from the notebook to predictions, with the token in every address."""
        with httpx.Client(
            base_url=f"{self.server.url}mlops/api/v1/",
            params={"token": self.server.token},
            headers={"Authorization": f"token {self.server.token}"},
            timeout=60,
        ) as client:
            self.client = client
            notebook = str(self.stack.project / "line.ipynb")
            self.post("pipelines/convert", notebook=notebook)
            run = self.post("runs", notebook=notebook)["id"]
            assert self.ended(f"runs/{run}")["state"] == "succeeded"
            self.get(f"runs/{run}/notebook")
            for step in ("load", "train"):
                self.get(f"runs/{run}/steps/{step}/log")
            started = self.post("models", run=run)
            ended = self.ended(f"registrations/{started['id']}")
            assert ended["state"] == "succeeded", ended
            self.get("models/line/versions/1")
            release = {"model": "line", "version": 1, "environment": "dev"}
            plan = self.post("promotions/plan", **release)
            promotion = self.post("promotions", base=plan["base"], **release)
            ended = self.ended(f"promotions/{promotion['id']}")
            assert ended["state"] == "succeeded", ended
            endpoint = "environments/dev/models/line"
            reply = self.post(f"{endpoint}/predict", id="first", rows=ROWS)
            assert len(reply["predictions"]) == 2
            label = {"id": "first", "row": 0, "value": 3.0}
            self.post(f"{endpoint}/feedback", labels=[label])
            access = self.post(f"{endpoint}/token")
            self.secrets["endpoint token"] = access["token"]
            page = client.get(f"{endpoint}/app/").text
            assert "Prices" in page
            settings = re.search(
                r"""name="mlops-endpoint" content=(["'])(.*?)\1""", page
            )
            token = json.loads(html.unescape(settings[2]))["token"]
            self.secrets["app token"] = token
            self.get("monitors/dev/line/report")
            for route in ROUTES:
                self.get(route)
            for refused in ({"notebook": "missing.ipynb"}, {"notebook": SECRET[:3]}):
                client.post("runs", json=refused)
            self.environments = self.look_at_processes()
        self.server.end()

    def post(self, path, **body):
        reply = self.client.post(path, json=body)
        assert reply.status_code == 200, (path, reply.text)
        if not path.endswith("/token"):
            self.replies.append((path, reply.text))
        return reply.json()

    def get(self, path):
        reply = self.client.get(path)
        assert reply.status_code == 200, (path, reply.text)
        self.replies.append((path, reply.text))
        return reply.json()

    def ended(self, path):
        working = "pending running collecting packaging preparing-server testing"
        working += " committing deploying"

        def look():
            found = self.client.get(path).json()
            return found if found["state"] not in working.split() else None

        found = eventually(look, 90)
        assert found
        self.replies.append((path, json.dumps(found)))
        return found

    def look_at_processes(self):
        """Return command line and environment of each process of this data home."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes()
                environment = (folder / "environ").read_bytes()
            except OSError:
                continue
            if str(self.stack.home).encode() in line + environment:
                found[int(folder.name)] = (line, environment)
        return found


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    walk = Walk(tmp_path_factory.mktemp("secrets"))
    try:
        walk.walk()
        yield walk
    finally:
        walk.server.end()


def contents(folder):
    """Return every file below a folder, unpacked where it is packed."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            yield path, gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def test_no_file_of_the_data_home_holds_a_secret(walk):
    searched = 0
    for path, data in contents(walk.stack.home):
        searched += 1
        for name in walk.secrets:
            assert walk.secrets[name].encode() not in data, (name, path)
    assert searched > 40
    assert b"price" in (walk.stack.home / "mlops.db").read_bytes() + b"".join(
        path.read_bytes() for path in walk.stack.home.glob("mlops.db-*")
    )


def test_no_object_of_the_environments_repository_holds_a_secret(walk):
    objects = walk.stack.git("cat-file", "--batch-all-objects", "--batch")
    assert "Promote line v1 to dev" in objects
    for name in walk.secrets:
        assert walk.secrets[name] not in objects, name


def test_no_log_holds_a_secret(walk):
    log = walk.server.log()
    assert "mlops/api/v1/" in log
    for name in walk.secrets:
        assert walk.secrets[name] not in log, name
    for path, data in contents(walk.server.temporary):
        assert walk.secrets["token"].encode() not in data, path
        assert SECRET.encode() not in data, path


def test_no_reply_holds_a_secret(walk):
    assert len(walk.replies) > 15
    for path, text in walk.replies:
        for name in walk.secrets:
            assert walk.secrets[name] not in text, (name, path)


def test_no_process_is_told_a_secret_that_it_does_not_need(walk):
    lines = b"".join(line for line, _ in walk.environments.values())
    assert b"launch.py" in lines
    for line, environment in walk.environments.values():
        for name in walk.secrets:
            assert walk.secrets[name].encode() not in line, name
        if b"launch.py" in line:
            assert SECRET.encode() not in environment
        if b"jupyter_server" not in line:
            assert walk.server.token.encode() not in environment
