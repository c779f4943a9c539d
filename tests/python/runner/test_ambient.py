"""What a notebook sets up beside its variables goes on in the next step, or stops this one."""

import pytest


def then(run, setup, look, **more):
    """Run `setup` in one step and `look` in the next; return the second."""
    first = run.finish([setup], step="first", outputs=[])
    assert first.succeeded
    return run.finish([look], step="second", ambientFrom="first", **more)


@pytest.mark.parametrize(
    ("setup", "look", "shown"),
    [
        ("import numpy as np\nnp.seterr(all='raise')", "np.geterr()['under']", "raise"),
        ("import decimal\ndecimal.getcontext().prec = 6", "decimal.Decimal(1) / 7", "0.142857"),
        ("import sys\nsys.setrecursionlimit(5432)", "sys.getrecursionlimit()", "5432"),
        (
            "import locale\nlocale.setlocale(locale.LC_ALL, 'C')",
            "locale.setlocale(locale.LC_CTYPE)",
            "C",
        ),
        (
            "import sklearn\nsklearn.set_config(transform_output='pandas')",
            "sklearn.get_config()['transform_output']",
            "pandas",
        ),
        (
            "import pandas as pd\npd.options.display.float_format = lambda v: f'<{v:.1f}>'",
            "pd.Series([1.25]).to_string(index=False)",
            "<1.2>",
        ),
        (
            "import numpy as np\nnp.set_printoptions(formatter={'float': lambda v: 'F'})",
            "np.ones(2)",
            "[F F]",
        ),
        (
            "import numpy as np\nnp.set_printoptions(override_repr=lambda a: 'mine')",
            "repr(np.ones(2))",
            "mine",
        ),
        (
            "import warnings\nwarnings.showwarning = lambda m, *a, **k: print('shown:', m)",
            "warnings.warn('w')",
            "shown: w",
        ),
        (
            "import warnings\nclass Mine(UserWarning): pass\nwarnings.simplefilter('error', Mine)",
            "warnings.filters[0][0]",
            "error",
        ),
        ("import random\nrandom.seed(1)", "random.random()", "0.13436424411240122"),
        ("import numpy as np\nnp.random.seed(0)", "np.random.rand()", "0.5488135039273248"),
    ],
)
def test_a_setting_goes_on(run, setup, look, shown):
    modules = "import decimal, sys, locale, warnings, random"
    packages = "\n".join(line for line in setup.splitlines() if line.startswith("import "))
    step = then(
        run, setup, f"{modules}\n{packages}\nvalue = {look}\nif value is not None: print(value)"
    )
    assert step.succeeded
    assert step.text(0) == f"{shown}\n"


def test_what_is_said_again_is_not_set_twice(run):
    setup = "import matplotlib as mpl, random\nmpl.rcParams['font.size'] *= 2\nrandom.seed(1)"
    again = {"source": setup, "repeated": True}
    look = "print(mpl.rcParams['font.size'], random.random())"
    first = run.finish([setup, "random.random();"], step="first")
    assert first.succeeded
    step = run.finish([again, look], step="second", ambientFrom="first")
    assert step.text(1) == "20.0 0.8474337369372327\n"


def test_the_import_path_is_the_same_list(run):
    setup = "import sys\nsys.path.append('lib')\nsys.path.append('lib')\nprint(sys.path)"
    first = run.finish([setup, "sys.path.remove('')\nprint(sys.path)"], step="first")
    step = run.finish(["import sys\nprint(sys.path)"], step="second", ambientFrom="first")
    assert step.text(0) == first.text(1)


def test_the_global_generator_stays_the_global_one(run):
    made = "from scipy import stats\nimport numpy as np\nrandn = np.random.randn\nd = stats.norm()"
    assert run.finish([made], step="first", outputs=["randn", "d"]).succeeded
    inputs = [("randn", "first"), ("d", "first")]
    look = (
        "import numpy as np\nnp.random.seed(0); a = randn()\nnp.random.seed(0); print(a == d.rvs())"
    )
    step = run.finish([look], step="second", inputs=inputs)
    assert step.text(0) == "True\n"


def test_a_figure_is_shown_where_pyplot_is_not_imported(run):
    made = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(); "
    assert run.finish([made], step="first", outputs=["fig"]).succeeded
    step = run.finish(["fig"], step="second", inputs=[("fig", "first")])
    assert "image/png" in step.outputs(0)[0]["data"]


LOGGING = """
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format='%(levelname)s|%(message)s')
log = logging.getLogger('mine')
log.setLevel(logging.DEBUG)
log.addHandler(logging.FileHandler('mine.log'))
log.debug('one')
"""


def test_logging_goes_on_to_streams_and_files(run):
    step = then(run, LOGGING, "import logging\nlogging.getLogger('mine').debug('two')")
    assert step.succeeded
    assert step.text(0) == "DEBUG|two\n"
    assert (run.folder / "work" / "mine.log").read_text() == "one\ntwo\n"


def test_a_packages_own_logger_is_set_up_once(run, tmp_path):
    packages = tmp_path / "own-packages"
    packages.mkdir()
    (packages / "talk.py").write_text(
        "import logging, sys\nlog = logging.getLogger('talk')\n"
        "log.addHandler(logging.StreamHandler(sys.stdout))\ndef say(): log.warning('hi')"
    )
    setup = f"import sys\nsys.path.append({str(packages)!r})\nimport talk\ntalk.say()"
    step = then(run, setup, "import talk\ntalk.say()")
    assert step.text(0) == "hi\n"


HANDLER = """
import logging
class Keep(logging.Handler):
    def emit(self, record): pass
logging.getLogger('mine').addHandler(Keep())
"""


def test_a_handler_of_ones_own_stops_the_step_by_name(run):
    step = run.finish([HANDLER])
    assert step.error["code"] == "state-cannot-cross"
    assert "logging" in step.error["message"]
    assert "“mine” has a __main__.Keep" in step.error["message"]


def test_what_no_later_step_takes_over_stops_nothing(run):
    assert run.finish([HANDLER], ambientKept=False).succeeded


def test_what_cannot_be_stored_is_named_and_not_left_out(run):
    step = run.finish(
        [
            "import warnings, threading\nlock = threading.Lock()\n"
            "warnings.showwarning = lambda m, *a, _lock=lock, **k: None"
        ]
    )
    assert step.error["code"] == "state-cannot-cross"
    assert "(warnings)" in step.error["message"]
    assert "lock" in step.error["message"]


def test_numpys_random_state_is_left_alone_until_it_is_used(run):
    ambient = []
    for name in ("a", "b"):
        assert run.finish(["import numpy as np\nx = np.ones(3)"], step=name).succeeded
        ambient.append((run.folder / "values" / name / "ambient.pkl").read_bytes())
    assert ambient[0] == ambient[1]
    look = "import numpy as np\nprint(np.random.rand())"
    drawn = [run.finish([look], step=name, ambientFrom="a").text(0) for name in ("c", "d")]
    assert drawn[0] != drawn[1]
    assert run.finish(["import numpy as np\nnp.random.rand()"], step="e").succeeded
    later = [run.finish([look], step=name, ambientFrom="e").text(0) for name in ("f", "g")]
    assert later[0] == later[1]
