"""Several gateways, the command line and many users at once on one data home."""

import time
from concurrent.futures import ThreadPoolExecutor

from stack import LOAD, ROWS, TRAIN, eventually, write_notebook

MODELS = [f"line-{number:02}" for number in range(20)]
OTHER_MODEL = "LinearRegression(fit_intercept=False)"
PREDICT = "environments/dev/models/line/predict"


def test_one_of_two_leads_the_command_line_works_and_the_other_takes_over(seeded):
    first = seeded.up()
    second = seeded.up()
    assert first.leads
    assert not second.leads
    assert "Another gateway is up already" in second.log()
    [(fence,)] = seeded.rows("SELECT fence FROM lease")

    seeded.done("promote", "line", "--to", "dev")
    before = seeded.done("environments", "predict", "dev", "line")
    access = seeded.done("environments", "token", "dev", "line")
    assert len(seeded.model_servers()) == 1

    first.kill()
    killed = time.monotonic()
    led = eventually(
        lambda: seeded.rows("SELECT fence FROM lease") == [(fence + 1,)], 10
    )
    assert led
    assert time.monotonic() - killed < 5
    answered = eventually(
        lambda: seeded.api().post(PREDICT, json={"rows": ROWS}).status_code == 200, 30
    )
    assert answered
    assert (
        seeded.done("environments", "predict", "dev", "line")["predictions"]
        == (before["predictions"])
    )
    again = seeded.done("environments", "token", "dev", "line")
    assert again["address"] == access["address"]
    assert eventually(lambda: len(seeded.model_servers()) == 1)


def test_the_command_line_alone_does_the_work_and_says_what_ends_with_it(seeded):
    said = seeded.told("promote", "line", "--to", "dev")
    assert "line v1 serves in dev on this computer" in said
    assert "Its endpoint ends with this command" in said
    assert eventually(lambda: not seeded.model_servers())
    assert "ends with this command" in seeded.told(
        "environments", "token", "dev", "line"
    )
    said = seeded.mlops("environments", "predict", "dev", "line")
    assert said.code == 0, said.errors
    assert said.reply["digest"] == seeded.version["digest"]
    assert eventually(lambda: not seeded.model_servers())


def confirm(stack, request, base):
    with stack.api() as api:
        return api.post("promotions", json=request | {"base": base})


def test_twenty_promotions_of_twenty_models_land_once_each(seeded):
    seeded.up()

    def register(name):
        with seeded.api() as api:
            request = {"run": seeded.run, "name": name}
            path = f"registrations/{api.post('models', json=request).json()['id']}"
            eventually(lambda: api.get(path).json()["state"] == "succeeded", 120)
            return api.get(f"models/{name}/versions/1").json()

    with ThreadPoolExecutor(3) as pool:
        versions = list(pool.map(register, MODELS))
    assert {version["state"] for version in versions} == {"ready"}
    assert len({version["digest"] for version in versions}) == 20

    requests = [{"model": m, "version": 1, "environment": "dev"} for m in MODELS]
    plans = [seeded.api().post("promotions/plan", json=r).json() for r in requests]
    bases = [plan["base"] for plan in plans]
    assert len(set(bases)) == 1
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda r: confirm(seeded, r, bases[0]), requests))
    assert [reply.status_code for reply in replies] == [200] * 20

    def served():
        with seeded.api() as api:
            promotions = api.get("promotions").json()["promotions"]
        states = [promotion["state"] for promotion in promotions]
        return promotions if "deploying" not in states else None

    promotions = eventually(served, 180)
    assert promotions
    assert {promotion["state"] for promotion in promotions} == {"succeeded"}
    revisions = {promotion["revision"] for promotion in promotions}
    assert len(revisions) == 20
    for promotion in promotions:
        found = seeded.commits(f"Promotion: {promotion['id']}")
        assert found == [promotion["revision"]]
    assert int(seeded.git("rev-list", "--count", "main")) == 21
    for version in versions:
        endpoint = seeded.endpoint("dev", version["model"])
        assert endpoint["health"] == "healthy"
        assert endpoint["digest"] == version["digest"]


def test_of_twenty_promotions_of_one_model_one_lands_and_the_rest_see_the_new_diff(
    seeded,
):
    seeded.up()
    notebook = seeded.project / "other.ipynb"
    write_notebook(notebook, LOAD, TRAIN.replace("LinearRegression()", OTHER_MODEL))
    run = seeded.done("run", notebook)["run"]
    assert seeded.done("register", run, "--name", "line")["version"]["version"] == 2
    request = {"model": "line", "version": 1, "environment": "dev"}
    base = seeded.api().post("promotions/plan", json=request).json()["base"]
    # Half of them ask for the other version.
    requests = [request | {"version": 1 + i % 2} for i in range(len(MODELS))]
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda r: confirm(seeded, r, base), requests))
    codes = sorted(reply.status_code for reply in replies)
    assert codes == [200] + [409] * 19
    [landed] = [reply.json()["version"] for reply in replies if reply.is_success]
    for asked, reply in zip(requests, replies, strict=True):
        if reply.status_code == 409:
            error = reply.json()
            assert error["code"] == "promotion-stale"
            # What it would change by now: nothing, where the same version has landed.
            diff = error["details"]["diff"]
            assert bool(diff) == (asked["version"] != landed)
    assert int(seeded.git("rev-list", "--count", "main")) == 2
