"""What a computer may lack: room, rights, a free port, a name for Git."""

import contextlib
import json
import os
import socket
import subprocess

import httpx
import pytest
from stack import LOAD, ROWS, TRAIN, eventually, processes, write_notebook


@contextlib.contextmanager
def mounted(path, *options):
    """Put a small file system of its own at a path."""
    path.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"because no file system can be mounted here: {done.stderr}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def test_a_disk_that_fills_while_an_artifact_is_written_leaves_nothing_half_done(
    seeded,
):
    oci = seeded.home / "oci"
    kept = {path.name: path.read_bytes() for path in oci.iterdir() if path.is_file()}
    with mounted(oci, "size=16k"):
        seeded.up()
        answer = seeded.mlops("register", seeded.run, "--name", "straight")
        assert answer.code == 1
        assert answer.reply["registration"]["error"]["code"] == "disk-full"
        assert "disk" in answer.errors
        assert "full" in answer.errors
        models = seeded.done("models", "list")["models"]
        assert [model["name"] for model in models] == ["line"]
        index = oci / "index.json"
        assert not index.exists() or json.loads(index.read_text())["manifests"] == []

        remount = ["mount", "-o", "remount,size=20m", str(oci)]
        subprocess.run(remount, check=True)
        version = seeded.done("register", seeded.run, "--name", "straight")["version"]
        assert version["version"] == 1
        assert version["state"] == "ready"
        for blob in (oci / "blobs" / "sha256").iterdir():
            digest = subprocess.run(
                ["sha256sum", str(blob)], capture_output=True, text=True, check=True
            )
            assert digest.stdout.startswith(blob.name)
        seeded.end()
    assert {p.name: p.read_bytes() for p in oci.iterdir() if p.is_file()} == kept


def test_a_data_home_that_cannot_be_written_is_said_and_harms_nothing_else(
    stack, start_server
):
    with mounted(stack.home, "size=1m", "ro"):
        answer = stack.mlops("runs", "list")
        assert answer.code == 1
        assert answer.reply["error"]["code"] == "home-not-writable"
        assert str(stack.home) in answer.errors
        assert "MLOPS_HOME" in answer.errors

        server = start_server(stack)
        with server.client() as client:
            assert client.get("mlops/api/v1/runs").status_code == 503
            state = eventually(
                lambda: (
                    (found := client.get("mlops/server").json())["state"] == "failed"
                    and found
                ),
                60,
            )
            assert state
            assert "cannot be written" in json.dumps(state)
            assert client.get("api/contents").status_code == 200
            made = client.post("api/contents", json={"type": "notebook"})
            assert made.status_code == 201


def test_a_port_that_is_taken_is_replaced_and_that_is_said(seeded):
    seeded.up().end()
    [(port,)] = seeded.rows("SELECT port FROM endpoint_listener")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        gateway = seeded.up()
        seeded.done("promote", "line", "--to", "dev")
        access = seeded.done("environments", "token", "dev", "line")
        assert f":{port}/" not in access["address"]
        reply = httpx.post(
            f"{access['address']}/predict",
            json={"rows": ROWS},
            headers={"Authorization": f"Bearer {access['token']}"},
        )
        assert reply.status_code == 200, reply.text
        assert reply.json()["digest"] == seeded.version["digest"]
        words = json.dumps(seeded.done("doctor"))
        assert f"Port {port} was taken" in words
        assert "taken" in gateway.log()


def test_git_without_a_name_for_the_user_commits_in_the_accounts_name(seeded, tmp_path):
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    bare = {
        "HOME": str(nowhere),
        "XDG_CONFIG_HOME": str(nowhere),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    # As in a container with a random user: Git cannot guess a name either.
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"):
        seeded.environment.pop(name, None)
    seeded.up(**bare)
    promotion = seeded.done("promote", "line", "--to", "dev")["promotion"]
    assert promotion["state"] == "succeeded"
    author = seeded.git("log", "-1", "--format=%an", "main").strip()
    assert author == promotion["actor"]["name"]
    assert not list(nowhere.rglob("*.gitconfig"))


FORKS = """\
import subprocess, sys, time
sleeper = [sys.executable, "-c", "import time; time.sleep(600)", MARK]
# Out of the session, out of the group, and away from its parent.
hide = "import os, sys; os.setsid(); os.fork() or os.execv(sys.argv[1], sys.argv[1:])"
subprocess.Popen(sleeper)
subprocess.run([sys.executable, "-c", hide, *sleeper])
time.sleep(600)
"""


def test_a_step_that_is_stopped_takes_all_that_it_forked_with_it(shared, tmp_path):
    mark = f"forked-by-{tmp_path.name}"
    notebook = shared.project / "forks.ipynb"
    write_notebook(notebook, FORKS.replace("MARK", repr(mark)))
    reply = shared.api().post("runs", json={"notebook": str(notebook)})
    run = reply.json()["id"]
    assert eventually(lambda: len(processes(mark)) == 2)

    answer = shared.mlops("runs", "stop", run)
    assert answer.code == 0, answer.errors
    assert answer.reply["state"] == "stopped"
    assert processes(mark) == []
    assert not processes(f"{shared.home}/runs/{run}")
    done = write_notebook(shared.project / "after.ipynb", LOAD, TRAIN)
    assert shared.done("run", done)["state"] == "succeeded"
