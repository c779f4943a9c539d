"""A real server and its gateway: who starts, ends and outlives whom."""

import os
import signal

from running_server import alive, eventually

from jupyterlab_mlops.node import find_node


def test_the_stream_ends_upstream_when_the_browser_leaves(start_server):
    server = start_server()
    client = server.client()
    with client.stream("GET", "mlops/api/v1/stream") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "id: 1"
        assert client.get("mlops/api/v1/streams").json()["streams"] == 1

    def ended():
        return client.get("mlops/api/v1/streams").json()["streams"] == 0

    assert eventually(ended, 5)
    assert "Traceback" not in server.log()


def test_a_killed_server_takes_the_gateway_with_it(start_server):
    server = start_server()
    pid = server.gateway_pid()
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    assert eventually(lambda: not alive(pid), 5)


def test_the_next_server_clears_up_after_a_killed_one(start_server):
    first = start_server()
    first.gateway_pid()
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    (left,) = first.temporary.glob("mlops-*")
    second = start_server(environment={"TMPDIR": str(first.temporary)})
    second.gateway_pid()
    assert not left.exists()


def test_a_stopped_server_ends_the_gateway_and_leaves_nothing(start_server):
    server = start_server()
    pid = server.gateway_pid()
    (folder,) = server.temporary.glob("mlops-*")
    server.end()
    assert not alive(pid)
    assert not folder.exists()


def test_a_killed_gateway_is_back_for_the_next_request(start_server):
    server = start_server()
    pid = server.gateway_pid()
    os.kill(pid, signal.SIGKILL)
    assert server.gateway_pid() != pid
    assert server.client().get("mlops/server").json()["restarts"] == 1


def test_it_starts_with_the_server_where_that_is_configured(start_server):
    server = start_server("c.MlopsExtension.start_on_load = True")

    def ready():
        return server.client().get("mlops/server").json()["state"] == "ready"

    assert eventually(ready)


def test_without_node_the_server_is_unharmed_and_says_so(start_server):
    server = start_server(environment={"MLOPS_NODE": "/nowhere/node"})
    client = server.client()
    reply = client.get("mlops/api/v1/runs")
    assert (reply.status_code, reply.json()["code"]) == (503, "node-missing")
    assert "/nowhere/node" in reply.json()["message"]
    assert "pip install" in reply.json()["action"]
    status = client.get("mlops/server").json()
    assert (status["state"], status["node"]) == ("failed", None)
    assert "/nowhere/node" in status["message"]
    assert client.get("api/contents").status_code == 200
    assert client.get("api/kernelspecs").status_code == 200


def test_a_node_that_is_too_old_is_named(start_server, fake_node):
    path = str(fake_node("18.19.0"))
    client = start_server(environment={"MLOPS_NODE": path}).client()
    reply = client.get("mlops/api/v1/runs")
    assert (reply.status_code, reply.json()["code"]) == (503, "node-too-old")
    status = client.get("mlops/server").json()
    assert status["node"] == {
        "path": path,
        "version": "18.19.0",
        "source": "MLOPS_NODE",
    }
    assert client.get("api/contents").status_code == 200


def test_a_node_that_was_installed_since_is_found_at_a_restart(start_server, fake_node):
    path = fake_node("18.19.0")
    client = start_server(environment={"MLOPS_NODE": str(path)}).client()
    assert client.get("mlops/api/v1/process").status_code == 503
    path.unlink()
    path.symlink_to(find_node().node.path)
    assert client.post("mlops/server/restart").json()["state"] == "starting"
    assert client.get("mlops/api/v1/process").status_code == 200


def test_a_gateway_that_crashes_says_why_and_harms_nothing(start_server):
    server = start_server(environment={"FAKE_GATEWAY": "crash"})
    client = server.client()

    def failed():
        return client.get("mlops/api/v1/x").json()["code"] == "gateway-failed"

    assert client.get("mlops/api/v1/x").headers["Retry-After"] == "1"
    assert eventually(failed, 20)
    status = client.get("mlops/server").json()
    assert "exit code 3: the disk is on fire" in status["message"]
    assert "the disk is on fire" in status["log"]
    assert status["restarts"] == 4
    assert client.get("api/contents").status_code == 200
