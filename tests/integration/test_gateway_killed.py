"""A gateway that is killed loses nothing, and the next one does nothing twice."""

import json
import sqlite3

import pytest
from stack import LOAD, ROWS, TRAIN, eventually, write_notebook


def ended(stack, path):
    """Wait until a run, registration or promotion has ended."""
    working = {"pending", "running", "collecting", "packaging", "preparing-server"}
    working |= {"testing", "committing", "deploying"}
    api = stack.api()
    found = eventually(
        lambda: (thing := api.get(path).json())["state"] not in working and thing, 60
    )
    assert found, api.get(path).json()
    return found


def confirm(stack, environment="dev"):
    """Plan and confirm a promotion of the seed's version."""
    request = {"model": "line", "version": 1, "environment": environment}
    api = stack.api()
    plan = api.post("promotions/plan", json=request).json()
    assert plan["allowed"], plan["checks"]
    return api.post("promotions", json=request | {"base": plan["base"]})


def test_a_run_goes_on_without_its_gateway_and_is_found_again(stack):
    diary = stack.folder / "diary"
    note = f"print('noted', file=open({str(diary)!r}, 'a'))"
    wait = "import time\ntime.sleep(3)"
    notebook = stack.project / "slow.ipynb"
    write_notebook(notebook, "# Slow", note, wait, note, "# Train", LOAD, TRAIN)
    first = stack.up()
    run = stack.api().post("runs", json={"notebook": str(notebook)}).json()["id"]
    assert eventually(diary.exists)
    first.kill()
    [(state,)] = stack.rows("SELECT state FROM runs")
    assert state == "running"

    stack.up()
    detail = ended(stack, f"runs/{run}")
    assert detail["state"] == "succeeded", detail["error"]
    assert [step["attempt"] for step in detail["steps"]] == [1, 1]
    assert diary.read_text() == "noted\nnoted\n"


@pytest.mark.parametrize("phase", ["collecting", "preparing-server", "testing"])
def test_a_registration_goes_on_and_makes_one_version(seeded, phase):
    order = ["collecting", "packaging", "preparing-server", "testing"]
    first = seeded.up()
    request = {"run": seeded.run, "name": "straight"}
    registration = seeded.api().post("models", json=request).json()["id"]

    def reached():
        status, state, _ = seeded.job(registration)
        assert status == "running"
        return order.index(state["phase"]) >= order.index(phase)

    assert eventually(reached)
    first.kill()
    assert seeded.job(registration)[0] == "running"

    seeded.up()
    found = ended(seeded, f"registrations/{registration}")
    assert found["state"] == "succeeded", found["error"]
    models = seeded.api().get("models").json()["models"]
    [straight] = [model for model in models if model["name"] == "straight"]
    [version] = straight["versions"]
    assert version["state"] == "ready"
    assert [e["result"] for e in version["evidence"]] == ["passed"]
    index = json.loads((seeded.home / "oci" / "index.json").read_text())
    digests = [manifest["digest"] for manifest in index["manifests"]]
    assert digests.count(version["digest"]) == 1
    assert eventually(lambda: not seeded.model_servers())


def served_once(stack, promotion):
    """Check that a promotion made one commit, whose version answers."""
    found = ended(stack, f"promotions/{promotion}")
    assert found["state"] == "succeeded", found["error"]
    assert stack.commits(f"Promotion: {promotion}") == [found["revision"]]
    assert stack.git("rev-parse", "main").strip() == found["revision"]
    stack.git("fsck", "--strict")
    answer = stack.api().post(
        "environments/dev/models/line/predict", json={"rows": ROWS}
    )
    assert answer.json()["digest"] == stack.version["digest"]
    assert eventually(lambda: len(stack.model_servers()) == 1)


def test_a_promotion_that_was_not_committed_is_committed_once(seeded):
    first = seeded.up()
    lock = seeded.home / "gitops.git" / "refs" / "heads" / "main.lock"
    lock.touch()
    request = {"model": "line", "version": 1, "environment": "dev"}
    api = seeded.api()
    base = api.post("promotions/plan", json=request).json()["base"]
    api.timeout = 1
    with pytest.raises(Exception, match="timed out"):
        api.post("promotions", json=request | {"base": base})
    [(promotion,)] = seeded.rows("SELECT id FROM jobs WHERE kind = 'promotion'")
    assert seeded.job(promotion)[2] == []
    first.kill()
    lock.unlink()
    assert seeded.commits(f"Promotion: {promotion}") == []

    seeded.up()
    served_once(seeded, promotion)


def test_a_promotion_that_was_committed_but_not_written_down_is_found_in_git(seeded):
    first = seeded.up()
    promotion = confirm(seeded).json()["id"]
    first.kill()
    rewind(seeded, promotion)
    assert len(seeded.commits(f"Promotion: {promotion}")) == 1

    seeded.up()
    served_once(seeded, promotion)


def rewind(stack, promotion):
    """Leave the job as a crash between the commit and its record leaves it."""
    _, state, _ = stack.job(promotion)
    state |= {"phase": "committing", "revision": None, "committedAt": None}
    database = sqlite3.connect(stack.home / "mlops.db")
    with database:
        database.execute(
            "UPDATE jobs SET state = ?, done = '[]' WHERE id = ?",
            (json.dumps(state), promotion),
        )
    database.close()


def test_a_promotion_that_was_committed_comes_to_serve(seeded):
    first = seeded.up()
    promotion = confirm(seeded).json()["id"]
    assert seeded.job(promotion)[2] == ["commit"]
    first.kill()

    seeded.up()
    served_once(seeded, promotion)
