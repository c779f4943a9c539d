"""What modules beside the notebook keep goes on from step to step."""

HELPER = """
import threading
lock = threading.Lock()
ROWS = []
COUNT = 0
OLD = 1
class Model:
    made = 0
    def __init__(self):
        Model.made += 1
def push(value):
    global COUNT
    COUNT += 1
    ROWS.append(value)
def seen(value, before=[]):
    before.append(value)
    return before
"""
FILES = ["helper", "ROWS", "helper.py"]


def test_globals_classes_and_defaults_go_on(run):
    (run.folder / "work" / "helper.py").write_text(HELPER)
    first = """
import helper
from helper import ROWS
helper.push('a')
helper.seen(1)
helper.Model()
helper.ROWS is ROWS and helper.__dict__.pop('OLD')
"""
    run.finish([first], step="first", outputs=FILES).succeeded  # noqa: B018
    step = run.finish(
        [
            "ROWS.append('b')\nhelper.push('c')\n"
            "print(helper.ROWS, helper.COUNT, helper.ROWS is ROWS, helper.seen(2))\n"
            "print(helper.Model.made, hasattr(helper, 'OLD'), helper.lock.locked())"
        ],
        inputs=[(name, "first") for name in FILES],
        step="second",
    )
    assert step.text(0) == "['a', 'b', 'c'] 2 True [1, 2]\n1 False False\n"


def test_what_cannot_be_stored_and_is_new_is_named(run):
    (run.folder / "work" / "helper.py").write_text("db = None\n")
    step = run.finish(
        ["import helper, threading\nhelper.db = threading.Lock()"],
        step="first",
        outputs=["helper.py"],
    )
    assert step.error["code"] == "value-cannot-cross"
    assert "helper.py" in step.error["message"]
