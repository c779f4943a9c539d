"""What pickle leaves out or does its own way, and one process keeps."""

import pytest


def then(run, setup, look):
    """Run `setup` in one step and `look` in the next; return what the second shows."""
    names = [line.split(" = ")[0] for line in setup.splitlines() if line.startswith("kept")]
    first = run.finish([setup], step="first", outputs=names)
    assert first.succeeded
    second = run.finish([look], step="second", inputs=[(name, "first") for name in names])
    assert second.succeeded
    return second.text(0)


@pytest.mark.parametrize(
    ("setup", "look", "shown"),
    [
        (
            "import pandas as pd\nkept = pd.DataFrame({'a': [1]})\nkept.note = 3",
            "print(kept.note, kept.a.sum())",
            "3 1\n",
        ),
        (
            "from collections import Counter\nclass C(Counter): pass\nkept = C('a')\nkept.note = 3",
            "print(kept.note, dict(kept))",
            "3 {'a': 1}\n",
        ),
        (
            "class A:\n"
            "    def __getstate__(self): return {'v': 2 * self.v}\n"
            "kept = A()\nkept.v = 1",
            "print(kept.v)",
            "1\n",
        ),
        (
            "class A:\n"
            "    def __new__(cls, v):\n"
            "        made.append(v)\n"
            "        return super().__new__(cls)\n"
            "made = []\nkept = A(1)\nkept_made = made",
            "print(kept_made)",
            "[1]\n",
        ),
        (
            "import threading\n"
            "class A:\n"
            "    def __init__(self): self.lock, self.v = threading.Lock(), 1\n"
            "    def __getstate__(self): return {'v': self.v}\n"
            "    def __setstate__(self, state):\n"
            "        self.__dict__.update(state, lock=kept_module.Lock())\n"
            "kept_module = threading\nkept = A()",
            "with kept.lock: print(kept.v)",
            "1\n",
        ),
        (
            "class Proxy:\n"
            "    def __init__(self, of): self._of = of\n"
            "    def __getattr__(self, name): return getattr(self._of, name)\n"
            "kept = Proxy([1])",
            "kept.append(2); print(kept.count(2))",
            "1\n",
        ),
        (
            "from enum import IntEnum\n"
            "class Level(IntEnum): LOW = 1\n"
            "class Tag(str):\n"
            "    def __new__(cls, text, note):\n"
            "        made = super().__new__(cls, text)\n"
            "        made.note = note\n"
            "        return made\n"
            "kept = [Tag('a', 3), Level.LOW, Level]",
            "print(kept[0], kept[0].note, kept[1] is kept[2].LOW)",
            "a 3 True\n",
        ),
    ],
)
def test_it_is_handed_on(run, setup, look, shown):
    assert then(run, setup, look) == shown


def test_the_runner_opens_files_by_itself(run):
    spy = (
        "import builtins\nopened, real = [], open\n"
        "def spy(path, *more, **named):\n"
        "    opened.append(path)\n"
        "    return real(path, *more, **named)\n"
        "builtins.open = spy"
    )
    step = run.finish([spy, "x = 1", "print(opened)"], step="one", outputs=["x"])
    assert step.succeeded
    assert step.text(2) == "[]\n"


def test_objects_that_lead_to_each_other_are_looked_at_once(run):
    nodes = (
        "class Node:\n"
        "    def __init__(self, above): self.above, self.below = above, []\n"
        "    def __getstate__(self): return {'lost': True}\n"
        "kept = Node(None)\nlast = kept\n"
        "for _ in range(50):\n"
        "    last.below = [Node(last) for _ in range(20)]\n"
        "    last = last.below[0]"
    )
    look = (
        "depth, node = 0, kept\n"
        "while node.below:\n"
        "    depth, node = depth + 1, node.below[0]\n"
        "print(depth, node.above.below[0] is node)"
    )
    assert then(run, nodes, look) == "50 True\n"
