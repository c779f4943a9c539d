"""A Jupyter Server that is restarted: its gateway goes with it, the work does not."""

from running_server import alive
from stack import LOAD, TRAIN, eventually, processes, write_notebook


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
    assert processes(f"{stack.home}/runs/{run}")

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
    assert not processes(f"{stack.home}/runs/{run}")
