"""A Jupyter Server that is restarted: its gateway goes with it, the work does not."""

import json

from running_server import alive
from stack import LOAD, TRAIN, eventually, write_notebook


def supervised(stack, run):
    """Return the processes of a run's steps that are alive."""
    files = stack.home.glob(f"runs/{run}/steps/*/supervisor.json")
    found = [json.loads(file.read_text()) for file in files]
    pids = [each[key] for each in found for key in ("pid", "childPid") if key in each]
    return [pid for pid in pids if alive(pid)]


def test_a_run_outlives_the_server_and_is_shown_by_the_next(stack, start_server):
    diary = stack.folder / "diary"
    note = f"print('noted', file=open({str(diary)!r}, 'a'))"
    wait = "import time\ntime.sleep(5)"
    notebook = stack.project / "slow.ipynb"
    write_notebook(notebook, note, wait, note, LOAD, TRAIN)
    first = start_server(stack)
    with first.client() as client:
        started = client.post("mlops/api/v1/runs", json={"notebook": str(notebook)})
        run = started.json()["id"]
        gateway = client.get("mlops/api/v1/status").json()["pid"]
    assert eventually(diary.exists)
    first.end()
    assert eventually(lambda: not alive(gateway))
    assert supervised(stack, run)

    second = start_server(stack)
    with second.client() as client:
        detail = eventually(
            lambda: (
                (found := client.get(f"mlops/api/v1/runs/{run}").json())["state"]
                != "running"
                and found
            ),
            40,
        )
        assert detail["state"] == "succeeded", detail["error"]
        assert [step["attempt"] for step in detail["steps"]] == [1]
        executed = client.get(f"mlops/api/v1/runs/{run}/notebook").json()
    assert [cell["execution_count"] for cell in executed["cells"]] == [1, 2, 3, 4, 5]
    assert diary.read_text() == "noted\nnoted\n"
    assert eventually(lambda: not supervised(stack, run))
