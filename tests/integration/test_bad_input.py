"""What cannot work ends in a clear sentence and an exit code; nothing is half done."""

import json

import pytest
from stack import LOAD, ROWS, eventually, write_notebook


def counted(stack):
    tables = ("runs", "model_versions", "model_releases")
    return [stack.rows(f"SELECT count(*) FROM {table}") for table in tables]


@pytest.fixture
def unchanged(shared):
    """Check that nothing was begun."""
    before = counted(shared), shared.git("rev-parse", "main")
    yield
    assert (counted(shared), shared.git("rev-parse", "main")) == before


def refused(answer, *words):
    """Check exit code 2 and that the sentence for people says the words."""
    assert answer.code == 2, (answer.reply, answer.errors)
    sentence(answer, *words)


def failed(answer, *words):
    """Check exit code 1 and that the sentence for people says the words."""
    assert answer.code == 1, (answer.reply, answer.errors)
    sentence(answer, *words)


def sentence(answer, *words):
    for word in words:
        assert word in answer.errors
    for noise in (
        "internal",
        "Something went wrong",
        "    at ",
        "undefined",
        "[object",
    ):
        assert noise not in answer.errors


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{not json", ["broken.ipynb", "JSON"]),
        ("", ["broken.ipynb", "JSON"]),
        ('{"nbformat": 4}', ["broken.ipynb"]),
        ("[]", ["broken.ipynb"]),
    ],
)
def test_a_notebook_that_is_none(shared, unchanged, text, words):
    path = shared.project / "broken.ipynb"
    path.write_text(text)
    refused(shared.mlops("run", path), *words)
    assert shared.mlops("convert", path).code == 2


def test_a_notebook_that_is_not_there(shared, unchanged):
    refused(shared.mlops("run", "nowhere.ipynb"), "nowhere.ipynb")
    refused(shared.mlops("convert", "nowhere.ipynb"), "nowhere.ipynb")


def test_a_notebook_without_code(shared, unchanged):
    path = write_notebook(shared.project / "prose.ipynb", "# Only words")
    refused(shared.mlops("run", path), "prose.ipynb", "no code")


def test_a_notebook_with_a_syntax_error(shared, unchanged):
    path = write_notebook(shared.project / "typo.ipynb", "x = 1", "y = (\nz = 2")
    answer = shared.mlops("run", path)
    refused(answer, "typo.ipynb, cell 2, line")
    [found] = [d for d in answer.reply["diagnostics"] if d["severity"] == "error"]
    assert found["cell"] == 1


def test_a_notebook_whose_kernel_is_missing(shared, unchanged):
    path = write_notebook(shared.project / "julia.ipynb", "1", kernel="julia-9")
    refused(shared.mlops("run", path), '"julia-9"', "not installed", "python3")


def test_a_cell_that_fails_leaves_a_notebook_with_its_traceback(shared):
    path = write_notebook(
        shared.project / "fails.ipynb",
        "# Fine",
        "print('as far as here')",
        "# Wrong",
        "prices = {}\nprices['oslo']",
        "# Never",
        "print(prices)",
    )
    executed = shared.project / "executed.ipynb"
    answer = shared.mlops("run", path, "--output", executed)
    failed(answer, "KeyError", "oslo")
    assert answer.reply["state"] == "failed"
    assert [s["state"] for s in answer.reply["steps"]][1:] == ["failed", "skipped"]
    cells = json.loads(executed.read_text())["cells"]
    outputs = [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]
    assert outputs[0][0]["text"] in ("as far as here\n", ["as far as here\n"])
    assert outputs[1][-1]["output_type"] == "error"
    assert outputs[1][-1]["ename"] == "KeyError"
    assert outputs[1][-1]["traceback"]
    assert outputs[2] == []
    refused(shared.mlops("register", answer.reply["run"]), "not succeeded")


def test_a_parameter_that_the_notebook_does_not_have(shared, unchanged):
    path = write_notebook(shared.project / "plain.ipynb", "x = 1")
    refused(shared.mlops("run", path, "--param", "depth=3"), '"depth"')
    answer = shared.mlops("run", path, "--param", "depth")
    refused(answer, "--param depth", "name=value")
    assert answer.reply["error"]["code"] == "option-invalid"


def trained(shared, name, *cells):
    path = write_notebook(shared.project / f"{name}.ipynb", LOAD, *cells)
    return shared.done("run", path)["run"]


def test_a_run_without_a_model(shared):
    run = trained(shared, "summary", "frame.describe()")
    refused(shared.mlops("register", run), "trained nothing")


def test_a_run_with_two_models_asks_which(shared):
    run = trained(
        shared,
        "pair",
        "from sklearn.linear_model import Lasso, Ridge\n"
        "ridge = Ridge().fit(frame[['width']], frame.price)\n"
        "lasso = Lasso().fit(frame[['width']], frame.price)",
    )
    refused(shared.mlops("register", run), "ridge", "lasso")
    refused(shared.mlops("register", run, "--variable", "nothing"), "ridge", "nothing")


def test_a_model_that_mlserver_cannot_serve(shared):
    run = trained(
        shared,
        "own",
        "from sklearn.base import BaseEstimator, RegressorMixin\n"
        "class Mean(RegressorMixin, BaseEstimator):\n"
        "    def fit(self, X, y):\n"
        "        self.mean_ = float(y.mean())\n"
        "        return self\n"
        "    def predict(self, X):\n"
        "        return [self.mean_] * len(X)\n"
        "model = Mean().fit(frame[['width']], frame.price)",
    )
    refused(shared.mlops("register", run), "Mean", "scikit-learn", "XGBoost")
    assert "own" not in json.dumps(shared.done("models", "list"))


def test_a_model_that_fails_its_golden_request_is_never_released(shared):
    run = trained(
        shared,
        "dice",
        "from sklearn.dummy import DummyClassifier\n"
        "labels = (frame.price * 100).round().astype(int)\n"
        "model = DummyClassifier(strategy='uniform')\n"
        "model.fit(frame[['width', 'height']], labels)",
    )
    answer = shared.mlops("register", run)
    failed(answer, "dice version 1", "golden request", "differ")
    version = shared.done("models", "show", "dice", "1")
    assert version["state"] == "failed"
    assert version["evidence"][-1]["result"] == "failed"
    head = shared.git("rev-parse", "main")
    refused(shared.mlops("promote", "dice", "--to", "dev"), "dice")
    answer = shared.mlops("promote", "dice@1", "--to", "dev")
    refused(answer, "dice v1 cannot go to dev", "Its registration failed")
    assert shared.git("rev-parse", "main") == head


def test_promoting_what_is_there_already_does_nothing_and_says_so(shared, unchanged):
    answer = shared.mlops("promote", "line", "--to", "dev")
    assert answer.code == 0
    assert answer.reply["plan"]["noop"] is True
    request = {"model": "line", "version": 1, "environment": "dev"}
    with shared.api() as api:
        base = api.post("promotions/plan", json=request).json()["base"]
        reply = api.post("promotions", json=request | {"base": base})
    assert reply.status_code == 422
    assert reply.json()["code"] == "promotion-noop"


def test_prod_takes_only_what_dev_has_run(seeded):
    seeded.up()
    answer = seeded.mlops("promote", "line", "--to", "prod")
    assert answer.code == 2
    failing = [c for c in answer.reply["plan"]["checks"] if c["result"] == "failed"]
    assert [check["code"] for check in failing] == ["ran-before"]
    assert "never served in dev" in answer.errors
    assert int(seeded.git("rev-list", "--count", "main")) == 1


def test_an_environment_or_a_model_or_a_version_that_does_not_exist(shared, unchanged):
    refused(shared.mlops("promote", "line", "--to", "stage"), "stage", "dev, prod")
    refused(shared.mlops("promote", "curve", "--to", "dev"), "curve")
    refused(shared.mlops("promote", "line@7", "--to", "dev"), "7")
    refused(shared.mlops("promote", "line@x", "--to", "dev"), "x")
    refused(shared.mlops("promote", "line", "--to", "Not A Name"))
    refused(shared.mlops("revert", "line", "--in", "prod", "--reason", "x"), "prod")
    refused(shared.mlops("environments", "predict", "prod", "line"), "line", "prod")
    refused(shared.mlops("runs", "show", "no-such-run"), "no-such-run")
    refused(shared.mlops("register", "no-such-run"), "no-such-run")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("model:\n  nmae: price\n", "line 2, column 3", "nmae"),
        ("engine: local\nmonitoring:\n  minimumRows: many\n", "line 3, column 16", ""),
        ("model:\n\tname: price\n", "line 2, column 1", "tab"),
        ("engine: cloud\n", "line 1, column 9", "engine"),
        ("model: [\n", "line", ""),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_project_file_with_a_mistake(shared, tmp_path, text, place, words):
    notebook = write_notebook(tmp_path / "plain.ipynb", "x = 1")
    (tmp_path / "mlops.yaml").write_text(text)
    answer = shared.mlops("run", notebook)
    refused(answer, str(tmp_path / "mlops.yaml"), place, words)


def test_commits_by_hand_that_conflict_are_shown_and_never_overwritten(seeded):
    seeded.up()
    seeded.done("promote", "line", "--to", "dev")
    second = seeded.done("register", seeded.run, "--name", "other")["version"]
    assert second["state"] == "ready"
    request = {"model": "other", "version": 1, "environment": "dev"}
    with seeded.api() as api:
        plan = api.post("promotions/plan", json=request).json()
        with seeded.checkout() as tree:
            folder = tree / "environments" / "dev" / "other"
            folder.mkdir()
            (folder / "inferenceservice.yaml").write_text("mine: true\n")
        by_hand = seeded.git("rev-parse", "main")
        reply = api.post("promotions", json=request | {"base": plan["base"]})
        assert reply.status_code == 409
        error = reply.json()
        assert error["code"] == "promotion-stale"
        assert "-mine: true" in json.dumps(error["details"]["diff"])
        assert seeded.git("rev-parse", "main") == by_hand

        broken = eventually(lambda: seeded.endpoint("dev", "other"), 20)
        assert broken["health"] == "degraded"
        assert "inferenceservice.yaml" in json.dumps(broken["error"])
    assert seeded.endpoint("dev", "line")["health"] == "healthy"
    seeded.done("promote", "other", "--to", "dev")
    assert seeded.endpoint("dev", "other")["health"] == "healthy"
    assert by_hand.strip() in seeded.git("log", "--format=%H", "main")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"width": 1.0}], ["Row 1", '"height"']),
        ([ROWS[0], ROWS[1] | {"depth": 1}], ["Row 2", '"depth"', "width, height"]),
        ([{"width": "SECRET-ROW", "height": 1.0}], ['"width"', "a number", "text"]),
        ([{"width": [1], "height": 1.0}], ['"width"', "a list"]),
        ([{"width": True, "height": 1.0}], ['"width"', "true or false"]),
        ([], ["rows"]),
        ({"width": 1}, ["rows"]),
    ],
)
def test_requests_with_wrong_columns_or_types(shared, rows, words):
    file = shared.project / "rows.json"
    file.write_text(json.dumps(rows))
    answer = shared.mlops("environments", "predict", "dev", "line", "--rows", file)
    refused(answer, *words)
    assert "SECRET-ROW" not in answer.errors
    with shared.api() as api:
        address = "environments/dev/models/line/predict"
        assert api.post(address, json={"rows": rows}).status_code == 422
        assert api.post(address, json={"rows": ROWS}).status_code == 200


def test_a_rows_file_that_is_none(shared):
    words = ("environments", "predict", "dev", "line", "--rows")
    refused(shared.mlops(*words, "nowhere.json"), "nowhere.json")
    (shared.project / "bad.json").write_text("width,height\n1,2\n")
    refused(shared.mlops(*words, "bad.json"), "bad.json", "JSON")


def test_commands_that_do_not_exist(shared):
    answer = shared.mlops("deploy", "line")
    assert answer.code == 2
    assert "unknown command" in answer.errors
    answer = shared.mlops("promote", "line")
    assert answer.code == 2
    assert "--to" in answer.errors
