import pytest

PROJECTS = {
    "tumours-xgboost/tumours.ipynb": {
        "model": "tumours",
        "kind": "xgboost",
        "metrics": {"accuracy", "auc"},
        "task": "classification",
    },
    "flats-missing-values/flats.ipynb": {
        "model": "flats",
        "kind": "sklearn",
        "metrics": {"mae"},
        "task": "regression",
    },
    "wine-without-headings/wine.ipynb": {
        "model": "wine",
        "kind": "sklearn",
        "metrics": {"score"},
        "task": "classification",
    },
    "diabetes-named-model/two models.ipynb": {
        "model": "diabetes-progression",
        "kind": "sklearn",
        "metrics": {"r2 simple", "r2 sparse"},
        "task": "regression",
    },
}


@pytest.mark.parametrize("notebook", PROJECTS)
def test_a_notebook_goes_from_its_cells_to_prod_and_answers(mlops, notebook):
    expected = PROJECTS[notebook]
    folder, name = notebook.split("/")

    run = mlops.succeed("run", name, cwd=folder)
    assert run["state"] == "succeeded"
    assert set(run["metrics"]) >= expected["metrics"]

    version = mlops.succeed("register", run["run"])["version"]
    assert version["model"] == expected["model"]
    assert version["kind"] == expected["kind"]
    assert version["state"] == "ready"
    assert version["signature"]["task"] == expected["task"]
    assert version["baseline"] is not None

    for environment in ("dev", "prod"):
        released = mlops.succeed("promote", version["model"], "--to", environment)
        assert released["promotion"]["digest"] == version["digest"]
        answer = mlops.succeed("environments", "predict", environment, version["model"])
        assert answer["digest"] == version["digest"]
        assert len(answer["predictions"]) > 0


def test_the_model_that_the_user_names_is_the_one_that_is_registered(mlops):
    run = mlops.succeed("run", "two models.ipynb", cwd="diabetes-named-model")
    version = mlops.succeed("register", run["run"])["version"]
    assert version["lineage"]["variable"] == "sparse"
    assert version["lineage"]["type"].endswith("Lasso")


def test_two_models_of_which_none_is_named_are_asked_about(mlops):
    (mlops.folder / "diabetes-named-model" / "unnamed").mkdir(exist_ok=True)
    target = mlops.folder / "diabetes-named-model" / "unnamed" / "two.ipynb"
    target.write_text(
        (mlops.folder / "diabetes-named-model" / "two models.ipynb").read_text()
    )
    (target.parent / "mlops.yaml").write_text("model: {}\n")
    run = mlops.succeed("run", str(target))
    code, _, errors = mlops.run("register", run["run"])
    assert code != 0
    assert "simple" in errors
    assert "sparse" in errors


def test_a_notebook_that_trains_nothing_ends_at_the_run_with_a_sentence(mlops):
    run = mlops.succeed("run", "report.ipynb", cwd="report-without-model")
    assert run["state"] == "succeeded"
    code, _, errors = mlops.run("register", run["run"])
    assert code != 0
    assert "trained nothing" in errors
