"""The notebook computes, shows and sees the same, whether fits are captured or not."""

import json
import re

import pytest

OBSERVE = """
import copy, inspect, pickle, random, sys, traceback, warnings
import numpy as np, pandas as pd
import sklearn.base, sklearn
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, SGDRegressor
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
import xgboost as xgb
np.random.seed(0); random.seed(0)
X = pd.DataFrame({'a': np.random.rand(80), 'b': np.random.rand(80)})
y = X.a * 2 + np.random.rand(80)
"""
FIT = """
fit_before, code_before = RandomForestRegressor.fit, RandomForestRegressor.fit.__code__
forest = RandomForestRegressor(n_estimators=5, n_jobs=2).fit(X, y)
pipe = make_pipeline(StandardScaler(), LinearRegression()).fit(X, y=y)
search = GridSearchCV(LinearRegression(), {'fit_intercept': [True, False]}).fit(X, y)
booster = xgb.train({'max_depth': 2}, xgb.DMatrix(X, label=y), 3, evals=[])
boosted = xgb.XGBRegressor(n_estimators=3).fit(X, y)
sgd = SGDRegressor(random_state=0)
for i in range(3):
    sgd.partial_fit(X[i::3], y[i::3])
cross_val_score(LinearRegression(), X, y)
"""
SEE = """
print(RandomForestRegressor.fit is fit_before, fit_before.__code__ is code_before)
print(inspect.signature(RandomForestRegressor.fit), len(inspect.getsource(LinearRegression.fit)))
print(inspect.signature(xgb.train), xgb.XGBRegressor.fit.__qualname__, sorted(vars(forest)))
print(np.random.get_state()[1][:5], random.random(), np.random.rand())
print(pickle.dumps(pipe).hex()[:4000], hash(pickle.dumps(X)), repr(search))
print(sklearn.get_config(), [type(m).__name__ for m in copy.deepcopy([forest, pipe])])
print(forest.predict(X)[:5], booster.predict(xgb.DMatrix(X))[:5], boosted.predict(X)[:5], sgd.coef_)
print(sys.gettrace(), sys.getprofile(), sorted(n for n in globals() if not n.startswith('_')))
forest
"""
FAIL = """
def report(call):
    try:
        call()
    except Exception:
        print(traceback.format_exc())
report(lambda: RandomForestRegressor(n_estimators='x').fit(X, y))
report(lambda: pipe.fit(X, y[:-1]))
report(lambda: LinearRegression().fit(X))
report(lambda: LinearRegression().fit(X, y, nonsense=1))
report(lambda: xgb.XGBRegressor(max_depth='x').fit(X, y))
report(lambda: xgb.train({'max_depth': 'x'}, xgb.DMatrix(X, label=y)))
report(lambda: xgb.DMatrix('nowhere.txt'))
report(lambda: GridSearchCV(LinearRegression(), {'nonsense': [1]}).fit(X, y))
warnings.warn('careful')
"""
RAISE = "RandomForestRegressor(n_estimators=2).fit(X.assign(c=['x'] * 80), y)"


def observed(run, capture, name):
    step = run.finish(
        [OBSERVE, FIT, SEE, FAIL, RAISE], step=name, captureFits=capture, outputs=["X"]
    )
    text = json.dumps([step.outputs(i) for i in range(5)])
    return step, re.sub(r"0x[0-9a-f]+|sk-\w+-id-\d+|\[\d\d:\d\d:\d\d\]", "…", text)


def test_outputs_tracebacks_and_state_are_equal_with_and_without_capture(run):
    with_capture, one = observed(run, True, "with")
    without, other = observed(run, False, "without")
    assert one == other
    assert len(one) > 10_000
    assert "jupyterlab_mlops_runner" not in one and "fit_capture" not in one
    assert with_capture.error["traceback"] == without.error["traceback"]
    assert with_capture.text(2).startswith("True True\n")


def models(step):
    return {model["variable"]: model for model in step.succeeded["models"]}


def test_each_way_of_fitting_is_seen_at_its_outermost_call(run):
    step = run.finish([OBSERVE, FIT])
    found = models(step)
    assert set(found) == {"forest", "pipe", "search", "booster", "boosted", "sgd"}
    captured = {name for name, model in found.items() if model["fitCaptured"]}
    assert captured == {"forest", "pipe", "search", "booster", "boosted"}
    for name in captured:
        document = step.model(name)
        assert [column["name"] for column in document["inputs"]] == ["a", "b"], name
        assert document["trainedRows"] == 80
        assert document["missing"] == []
    assert "in portions" in step.model("sgd")["missing"][0]


def test_without_capture_the_description_says_what_is_missing(run):
    step = run.finish([OBSERVE, FIT], captureFits=False)
    assert not any(model["fitCaptured"] for model in models(step).values())
    assert "fit was not seen" in step.model("forest")["missing"][0]


def test_the_frame_is_kept_as_it_was_when_the_model_was_fitted(run):
    step = run.finish(
        [
            "import numpy as np, pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
            "X = pd.DataFrame({'a': [1.0, 2.0, 3.0]})\ny = np.array([1, 2, 3])\n"
            "model = LinearRegression().fit(X, y)\nX['a'] = 0.0\ny[:] = 7\nX.loc[1, 'a'] = 5",
        ]
    )
    assert step.succeeded
    training = step.model("model", "training.json")
    assert training["columns"] == [{"name": "a", "values": [1.0, 2.0, 3.0]}]
    assert training["target"] == {"name": None, "values": [1, 2, 3]}


def test_the_best_estimator_of_a_search_inherits_what_the_search_was_given(run):
    step = run.finish(
        [
            OBSERVE,
            "from sklearn.model_selection import RandomizedSearchCV\n"
            "def train():\n    return RandomizedSearchCV(LinearRegression(), "
            "{'fit_intercept': [True]}, n_iter=1).fit(X, y).best_estimator_\nmodel = train()",
        ]
    )
    assert models(step)["model"]["fitCaptured"]
    assert step.model("model")["trainedRows"] == 80


def test_a_model_fitted_in_a_helper_module_is_seen(run):
    (run.folder / "work" / "helper.py").write_text(
        "from sklearn.linear_model import Ridge\ndef train(X, y):\n    return Ridge().fit(X, y)\n"
    )
    step = run.finish([OBSERVE, "import helper\nmodel = helper.train(X, y)"])
    assert models(step)["model"]["fitCaptured"]


@pytest.mark.parametrize(
    "data",
    ["(row for row in [[1], [2]])", "__import__('scipy.sparse').sparse.eye(3).tocsr()"],
)
def test_data_that_cannot_be_copied_is_left_alone_and_said_to_be_missing(run, data):
    step = run.finish(
        [
            "from sklearn.cluster import KMeans\nfrom sklearn.pipeline import make_pipeline\n"
            "from sklearn.preprocessing import FunctionTransformer\nimport numpy as np\n"
            "def rows(X):\n    return X if hasattr(X, 'tocsr') else np.array(list(X))\n"
            f"data = {data}\n"
            "model = make_pipeline(FunctionTransformer(rows), KMeans(2, n_init=1)).fit(data)\n"
            "print(len(model[-1].labels_))"
        ]
    )
    assert step.succeeded
    assert step.text(0) in ("2\n", "3\n")
    document = step.model("model")
    assert document["trainedRows"] is None
    assert any("whose rows cannot be read" in sentence for sentence in document["missing"])


def test_a_loop_of_fits_is_not_slowed_noticeably(run):
    source = (
        "import time\nt = time.perf_counter()\nfor _ in range(300):\n"
        "    m = LinearRegression().fit(X, y)\nprint(time.perf_counter() - t)"
    )
    seconds = {}
    for capture in (True, False, True, False):
        step = run.finish([OBSERVE, source], step=f"s{len(seconds)}{capture}", captureFits=capture)
        seconds[capture] = min(seconds.get(capture, 99), float(step.text(1)))
    print(f"300 fits: {seconds[True]:.3f} s with, {seconds[False]:.3f} s without capture")
    assert seconds[True] < 2 * seconds[False] + 0.2
