"""Which variables are models, and what is written about them."""

import io
import json
import random
import zipfile

import joblib
import numpy as np
import pandas as pd
import pytest

FRAME = """
import numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, OneHotEncoder
df = pd.DataFrame({
    'hour': range(50), 'temp': [None if i % 7 == 0 else i / 2 for i in range(50)],
    'sky': ['clear' if i % 2 else 'rain' for i in range(50)], 'open': [i % 3 == 0 for i in range(50)],
    'kind': pd.Categorical(['a', 'b'] * 25, categories=['b', 'a', 'c']),
    'at': pd.date_range('2011-01-01', periods=50, freq='h'), 'bikers': range(50)}, index=range(100, 150))
"""


def variables(step):
    return [model["variable"] for model in step.succeeded["models"]]


def test_models_are_found_by_type_and_what_is_part_of_another_is_not(run):
    step = run.finish(
        [
            FRAME,
            "X, y = df[['hour']], df.bikers\nscaler = StandardScaler().fit(X)\nunfitted = Ridge()\n"
            "model = make_pipeline(StandardScaler(), LinearRegression()).fit(X, y)\n"
            "inner = model[-1]\nsame = model\nkind = LinearRegression\nridge = Ridge().fit(X, y)",
        ]
    )
    assert variables(step) == ["model", "ridge"]


def test_the_project_may_name_the_one_model(run):
    cells = [
        FRAME,
        "a = Ridge().fit(df[['hour']], df.bikers)\nb = Ridge().fit(df[['hour']], df.hour)",
    ]
    assert variables(run.finish(cells, modelVariable="b")) == ["b"]


def test_a_model_from_an_earlier_step_counts_only_where_it_is_fitted(run):
    run.finish(
        [FRAME, "m = Ridge().fit(df[['hour']], df.bikers)"],
        step="a",
        outputs=["m", "df"],
    )
    inputs = [("m", "a"), ("df", "a")]
    assert variables(run.finish(["p = m.predict(df[['hour']])"], inputs=inputs, step="b")) == []
    again = run.finish(["_ = m.fit(df[['hour']], df.bikers)"], inputs=inputs, step="c")
    assert variables(again) == ["m"]
    assert again.model("m")["trainedRows"] == 50


def test_a_description_tells_columns_target_rows_and_times(run):
    step = run.finish(
        [
            FRAME,
            "from sklearn.compose import make_column_transformer\nfrom sklearn.impute import SimpleImputer\n"
            "from sklearn.model_selection import train_test_split\n"
            "train, rest = train_test_split(df, test_size=0.2, random_state=0)\n"
            "X = train[['hour', 'temp', 'sky', 'open', 'kind']]\n"
            "model = make_pipeline(make_column_transformer((OneHotEncoder(), ['sky', 'kind']), "
            "(SimpleImputer(), ['temp']), remainder='passthrough'), Ridge()).fit(X, train['bikers'])\n"
            "last = str(train['at'].max())\nexpected = model.predict(X.iloc[[0]])[0]",
            "print(last, expected)",
        ],
        timeColumn="at",
        trainingRowsKept=15,
        outputs=["model"],
    )
    assert step.succeeded["values"]["model"]["kind"] == "model"
    document = step.model("model")
    last, expected = step.text(2).rsplit(" ", 1)
    assert document["kind"] == "sklearn"
    assert document["task"] == "regression"
    assert document["target"] == {"name": "bikers", "dtype": "int64"}
    assert document["missing"] == []
    assert document["cutOff"] == last.strip().replace(" ", "T") + "Z"
    assert (document["trainedRows"], document["keptRows"], document["keptEvery"]) == (
        40,
        14,
        3,
    )
    columns = {column["name"]: column for column in document["inputs"]}
    assert {name: c["datatype"] for name, c in columns.items()} == {
        "hour": "INT64",
        "temp": "FP64",
        "sky": "BYTES",
        "open": "BOOL",
        "kind": "BYTES",
    }
    assert columns["temp"]["nullable"] and not columns["hour"]["nullable"]
    assert columns["sky"]["categories"] == ["clear", "rain"]
    assert columns["kind"]["categories"] == ["b", "a", "c"]
    assert columns["kind"]["dtype"] == "category"

    example = document["example"]
    assert len(example["rows"]) == len(example["predictions"]) == 20
    assert example["predictions"][0] == pytest.approx(float(expected))
    training = step.model("model", "training.json")
    assert [len(c["values"]) for c in training["columns"]] == [14] * 5
    assert len(training["times"]) == len(training["target"]["values"]) == 14
    loaded = joblib.load(step.output / "models" / "model" / document["file"])
    frame = pd.DataFrame(example["rows"])
    assert loaded.predict(frame) == pytest.approx(example["predictions"])


def test_rows_bin_holds_the_digest_of_every_row_in_order(run, runner):
    step = run.finish(
        [FRAME, "model = LogisticRegression().fit(df[['hour', 'open']], df.sky)"],
        trainingRowsKept=10,
    )
    assert step.succeeded
    rows = (step.output / "models" / "model" / "rows.bin").read_bytes()
    digest = runner("row_digests").row_digest
    expected = [
        digest({"hour": i, "open": i % 3 == 0}, "clear" if i % 2 else "rain") for i in range(50)
    ]
    assert rows == b"".join(expected)
    document = step.model("model")
    assert document["task"] == "classification"
    assert document["classes"] == ["clear", "rain"]
    probabilities = document["example"]["probabilities"]
    assert [len(row) for row in probabilities] == [2] * 20
    assert set(document["example"]["predictions"]) <= {"clear", "rain"}


def test_arrays_and_lists_have_columns_by_number(run):
    step = run.finish(
        [
            "import numpy as np\nfrom sklearn.linear_model import LinearRegression\n"
            "a = LinearRegression().fit(np.arange(6).reshape(3, 2), [1, 2, 3])\n"
            "b = LinearRegression().fit([[1.0], [2.0]], [[1, 2], [3, 4]])"
        ]
    )
    assert variables(step) == ["a", "b"]
    assert [column["name"] for column in step.model("a")["inputs"]] == ["x0", "x1"]
    assert step.model("a")["frame"] == "numpy"
    assert step.model("a")["target"]["name"] is None
    assert "2 columns at once" in step.model("b")["missing"][0]
    predictions = step.model("b")["example"]["predictions"]
    assert np.array(predictions) == pytest.approx(np.array([[1, 2], [3, 4]]))


def test_xgboost_models_are_saved_in_its_own_format(run, tmp_path):
    import xgboost

    step = run.finish(
        [
            FRAME,
            "import xgboost as xgb\nX = df[['hour', 'temp']]\n"
            "booster = xgb.train({'objective': 'reg:squarederror'}, xgb.DMatrix(X, label=df.bikers), 4)\n"
            "labels = df.open.astype(int)\nclassifier = xgb.XGBClassifier(n_estimators=3).fit(X, labels)",
        ]
    )
    assert variables(step) == ["booster", "classifier"]
    for name, load in (
        ("booster", xgboost.Booster),
        ("classifier", xgboost.XGBClassifier),
    ):
        document = step.model(name)
        assert (document["kind"], document["file"]) == ("xgboost", "model.ubj")
        model = load()
        model.load_model(step.output / "models" / name / "model.ubj")
        frame = pd.DataFrame(document["example"]["rows"]).astype({"temp": float})
        frame = frame if name == "classifier" else xgboost.DMatrix(frame)
        assert model.predict(frame) == pytest.approx(document["example"]["predictions"])
    assert step.model("booster")["task"] == "regression"
    assert step.model("classifier")["task"] == "classification"


def test_a_model_made_of_the_notebooks_own_classes_says_that_it_cannot_be_served(run):
    step = run.finish(
        [
            FRAME,
            "from sklearn.base import BaseEstimator, RegressorMixin\n"
            "class Mean(RegressorMixin, BaseEstimator):\n"
            "    def fit(self, X, y):\n        self.mean_ = y.mean()\n        return self\n"
            "    def predict(self, X):\n        return np.full(len(X), self.mean_)\n"
            "model = Mean().fit(df[['hour']], df.bikers)\n"
            "piped = make_pipeline(StandardScaler(), Mean()).fit(df[['hour']], df.bikers)",
        ]
    )
    assert variables(step) == ["model", "piped"]
    for name in ("model", "piped"):
        document = step.model(name)
        assert document["kind"] is None and document["file"] is None
        assert "The class Mean is defined in the notebook" in document["missing"][0]


def test_a_named_time_column_that_is_nowhere_is_said_to_be_missing(run):
    step = run.finish(
        [FRAME, "model = Ridge().fit(df[['hour']], df.bikers)"], timeColumn="measured"
    )
    assert "“measured”" in step.model("model")["missing"][0]
    assert step.model("model")["cutOff"] is None
    assert step.model("model", "training.json")["times"] is None


def test_predict_that_fails_or_talks_disturbs_nobody(run):
    step = run.finish(
        [
            FRAME,
            "from sklearn.preprocessing import FunctionTransformer\nimport sys, os\n"
            "def talk(X):\n    print('talk'); os.system('echo shout'); return X\n"
            "model = make_pipeline(FunctionTransformer(talk), Ridge()).fit(df[['hour']], df.bikers)",
        ]
    )
    assert step.succeeded
    assert [line["text"] for line in step.log] == ["talk", "shout"]


def test_a_living_kernels_model_is_exported_with_what_is_missing(runner, tmp_path, capfd):
    from sklearn.linear_model import LinearRegression

    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]})
    model = LinearRegression().fit(frame, [1, 2])
    random.seed(3)
    np.random.seed(3)
    states = random.getstate(), np.random.get_state()[1].tolist()
    written = runner("export_live").export({"model": model, "_": model, "frame": frame}, tmp_path)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states
    assert capfd.readouterr().out == ""
    assert [(m["variable"], m["fitCaptured"]) for m in written] == [("model", False)]
    document = json.loads((tmp_path / "models" / "model" / "describe.json").read_text())
    assert [column["name"] for column in document["inputs"]] == ["a", "b"]
    assert document["trainedRows"] is None
    assert document["frame"] == "pandas"
    assert any("training rows" in sentence for sentence in document["missing"])
    assert (tmp_path / "models" / "model" / "model.joblib").exists()


def test_exporting_where_no_model_is_says_so(runner, tmp_path):
    with pytest.raises(ValueError, match="no trained model"):
        runner("export_live").export({"x": 1}, tmp_path)


def test_a_large_frame_is_written_in_portions_that_agree(run, runner):
    step = run.finish(
        [
            "import pandas as pd\nfrom sklearn.dummy import DummyRegressor\nn = 120_001\n"
            "X = pd.DataFrame({'i': range(n), 'late': ['b' if i < 60_000 else 'a' for i in range(n)],"
            " 'gap': [None if i == 110_000 else 1.0 for i in range(n)]})\n"
            "model = DummyRegressor().fit(X, [float(i) for i in range(n)])",
        ]
    )
    document = step.model("model")
    assert (document["trainedRows"], document["keptEvery"], document["keptRows"]) == (
        120_001,
        7,
        17_143,
    )
    columns = {column["name"]: column for column in document["inputs"]}
    assert columns["late"]["categories"] == ["a", "b"]
    assert columns["gap"]["nullable"] and not columns["i"]["nullable"]
    rows = (step.output / "models" / "model" / "rows.bin").read_bytes()
    assert len(rows) == 16 * 120_001
    digest = runner("row_digests").row_digest
    for i in (0, 49_999, 50_000, 110_000, 120_000):
        row = {"i": i, "late": "b" if i < 60_000 else "a", "gap": None if i == 110_000 else 1.0}
        assert rows[16 * i : 16 * i + 16] == digest(row, float(i))
    print(f"120,001 rows: step of {step.result['seconds']} s")


SHAPING = """
from units import DEGREES
def in_kelvin(frame):
    return frame + DEGREES
"""
IN_PIPELINE = """
from sklearn.preprocessing import FunctionTransformer
from shaping import in_kelvin
model = make_pipeline(FunctionTransformer(in_kelvin), Ridge()).fit(df[['hour']], df.bikers)
"""


def test_modules_of_the_project_travel_with_the_model_that_imports_them(run):
    work = run.folder / "work"
    (work / "shaping.py").write_text(SHAPING)
    (work / "units.py").write_text("DEGREES = 273")
    (work / "unused.py").write_text("")
    packed = []
    for step in ("first", "second"):
        done = run.finish([FRAME, IN_PIPELINE], step=step)
        described = done.model("model")
        assert (described["file"], described["modules"]) == ("model.joblib", "modules.zip")
        assert "scikit-learn" in described["imports"]
        packed.append((done.output / "models/model/modules.zip").read_bytes())
    assert packed[0] == packed[1]
    with zipfile.ZipFile(io.BytesIO(packed[0])) as archive:
        assert archive.namelist() == ["shaping.py", "units.py"]


def test_a_model_of_installed_packages_travels_alone(run):
    (run.folder / "work" / "shaping.py").write_text("value = 1")
    done = run.finish([FRAME, "import shaping\nm = Ridge().fit(df[['hour']], df.bikers)"])
    described = done.model("m")
    assert described["modules"] is None
    assert set(described["imports"]) >= {"scikit-learn", "numpy"}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("FunctionTransformer(lambda frame: frame * 2)", "cannot be pickled"),
        ("FunctionTransformer(partial(double, by=2))", "the notebook defines"),
    ],
)
def test_a_model_that_cannot_be_opened_elsewhere_says_why(run, made, words):
    code = f"""
from functools import partial
from sklearn.preprocessing import FunctionTransformer
def double(frame, by): return frame * by
m = make_pipeline({made}, Ridge()).fit(df[['hour']], df.bikers)
"""
    described = run.finish([FRAME, code]).model("m")
    assert described["file"] is None
    assert any(words in sentence for sentence in described["missing"])
