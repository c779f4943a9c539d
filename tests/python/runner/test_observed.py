"""What a step hands on is what it has made or changed, seen when its cells have run."""

import json

import pytest


def two_steps(run, first, second, *, bound, read, outputs=()):
    """Run two steps; the second reads `read` and hands on what changed of it."""
    run.finish([first], step="a", outputs=bound, kept=bound)
    return run.finish(
        [second],
        step="b",
        inputs=[(name, "a") for name in read],
        outputs=list(outputs),
        kept=[*read, *outputs],
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("def f(x, seen=[]):\n    seen.append(x)\n    return seen", "f(1)"),
        ("a = [1]\nf = a.append", "f(2)"),
        (
            "def make():\n    n = 0\n    def count():\n        nonlocal n\n        n += 1\n"
            "        return n\n    return count\nf = make()",
            "f()",
        ),
        (
            "class C:\n    calls = []\n    def __getitem__(self, k):\n        self.calls.append(k)\n"
            "f = C()",
            "f[1]",
        ),
        ("import random\nf = random.Random(7)", "f.random()"),
        ("import numpy as np\nf = np.random.default_rng(3).normal", "f()"),
        ("import numpy as np\nf = np.zeros(5)", "import numpy as np\nnp.add.at(f, [0, 1], 1)"),
        ("import numpy as np\nf = np.zeros(2_000_000)", "f[1_999_999] = 1"),
        ("f = {'k': []}", "exec('f[\"k\"].append(1)')"),
        ("f = 1", "globals().update(f=2)"),
    ],
)
def test_what_has_changed_is_handed_on(run, first, second):
    step = two_steps(run, first, second, bound=["f"], read=["f"])
    assert list(step.succeeded["values"]) == ["f"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("f = [1, 2]", "sum(f)"),
        ("def f(x): return x", "f(3)"),
        ("import numpy as np\nf = np.zeros(2_000_000)", "f.sum(), f[::2].mean()"),
        (
            "import pandas as pd\nf = pd.DataFrame({'a': range(9), 't': list('abcdefghi')})",
            "f.describe(), f.sort_values('t'), f.groupby('t').a.mean(), f.loc[3], str(f)",
        ),
        (
            "import numpy as np\nfrom sklearn.linear_model import Ridge\n"
            "f = Ridge().fit(np.eye(3), [1, 2, 3])",
            "f.predict([[1, 0, 0]])",
        ),
    ],
)
def test_what_was_only_read_is_not_written_again(run, first, second):
    step = two_steps(run, first, second, bound=["f"], read=["f"])
    assert step.succeeded["values"] == {}


@pytest.mark.parametrize(
    "second",
    [
        "b = a",
        "b = [a]",
        "b = dict(a)",
        "b = a | {}",
        "b = list(a.values())",
        "b = lambda: a['k']\nb.kept = a",
    ],
)
def test_what_shares_an_object_is_handed_on_together(run, second):
    step = two_steps(run, "a = {'k': [1]}", second, bound=["a"], read=["a"], outputs=["b"])
    assert set(step.succeeded["values"]) == {"a", "b"}
    assert step.succeeded["groups"] == [["a", "b"]]


def test_values_that_share_nothing_that_can_change_stay_apart(run):
    first = (
        "import pandas as pd, numpy as np\n"
        "a = pd.DataFrame({'x': [1.0, 2.0], 'y': ['u', 'v']})\nname = 'total'"
    )
    second = "import numpy as np\nb = a[['x']].copy()\nc = np.array([1.0])\nd = (name, len(a))"
    step = two_steps(
        run, first, second, bound=["a", "name"], read=["a", "name"], outputs=list("bcd")
    )
    assert set(step.succeeded["values"]) == {"b", "c", "d"}
    assert step.succeeded["groups"] == []


def test_what_was_deleted_is_said(run):
    step = two_steps(run, "a = [1]\nb = 2", "del a", bound=["a", "b"], read=["a", "b"])
    assert step.succeeded["removed"] == ["a"]


def test_only_the_array_that_was_written_to_is_found_changed(run):
    first = "import numpy as np\na = np.zeros(2_000_000)\nb = np.ones(2_000_000)"
    step = two_steps(run, first, "b[7] = 3", bound=["a", "b"], read=["a", "b"])
    assert list(step.succeeded["values"]) == ["b"]
    graph = json.loads((run.folder / "values" / "b" / "graph.json").read_text())
    assert graph["names"] == ["b"]
