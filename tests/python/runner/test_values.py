"""What crosses from step to step, and what cannot."""

import json

import pytest


def cross(run, made, used, names, **more):
    """Run `made`, hand `names` over, run `used`; return the second step."""
    run.finish([made], step="first", outputs=names).succeeded  # noqa: B018 (asserts success)
    return run.finish([used], inputs=[(name, "first") for name in names], step="second", **more)


def test_functions_and_classes_of_the_notebook_arrive_whole(run):
    step = cross(
        run,
        """
import abc, collections, dataclasses, enum, functools, typing

class Registered(type):
    made = []
    def __init__(cls, name, bases, ns):
        super().__init__(name, bases, ns)
        Registered.made.append(name)

class Base(abc.ABC):
    subclasses = []
    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Base.subclasses.append(cls.__name__)
    @abc.abstractmethod
    def area(self): ...

class Square(Base):
    __slots__ = ('side',)
    count = 0
    def __init__(self, side):
        super().__init__()
        self.side = side
        type(self).count += 1
    def area(self): return self.side ** 2
    @property
    def double(self): return 2 * self.area()
    @classmethod
    def unit(cls): return cls(1)
    @staticmethod
    def name(): return 'square'
    @functools.cached_property
    def slow(self): return 1

class Meta(metaclass=Registered): pass
class Colour(enum.Enum):
    RED = 'r'
    BLUE = 'b'
    def shout(self): return self.name + '!'
class Bits(enum.IntFlag):
    A = 1
    B = 2
@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: list = dataclasses.field(default_factory=list)
T = typing.TypeVar('T')
class Box(typing.Generic[T]):
    def __init__(self, v): self.v = v
Pair = collections.namedtuple('Pair', 'a b')
class Record(typing.NamedTuple):
    a: int
    b: str = 'x'
class Failure(ValueError): pass

def counter():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    def get(): return n
    return up, get
up, get = counter(); up()
def outer():
    def fact(n): return 1 if n < 2 else n * fact(n - 1)
    return fact
fact = outer()
def plain(a, b=2, *, c: int = 3):
    "doc"
    return offset + a + b + c
plain.tag = 'here'
offset = 10
square = lambda n: n * n
@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
part = functools.partial(plain, 1)
sq = Square.unit(); red = Colour.RED; point = Point(1); bound = sq.area; error = Failure('f')
pair, record, box = Pair(1, 2), Record(3), Box[int](4)
""",
        """
import inspect, pickle
print(isinstance(sq, Square), sq.area(), sq.double, Square.count, Square.name(), bound())
print(Base.subclasses, Registered.made, type(Meta) is Registered)
try:
    Base()
except TypeError as e:
    print('abstract')
print(red is Colour.RED, Colour('b').shout(), Bits.A | Bits.B, list(Bits))
print(point == Point(1), Point(2), Point.__init__.__qualname__, sorted([Point(3), Point(2)])[0].x)
print(pair.a, record, Record(9).b, box.v, Box[int], pair._replace(a=5))
print(up(), get(), fact(5), plain(1), plain.tag, plain.__doc__, plain.__kwdefaults__, square(3))
print(inspect.signature(plain), fib(30), part(c=0), fib is fib.__wrapped__.__globals__['fib'])
offset = 100
print(plain(1), inspect.getsource(square).strip())
try:
    raise error
except Failure as caught:
    print('caught', caught, pickle.loads(pickle.dumps(point)) == point)
""",
        [
            "Registered",
            "Base",
            "Square",
            "Meta",
            "Colour",
            "Bits",
            "Point",
            "Box",
            "Pair",
            "Record",
            "Failure",
            "up",
            "get",
            "fact",
            "plain",
            "offset",
            "square",
            "fib",
            "part",
            "sq",
            "red",
            "point",
            "bound",
            "error",
            "pair",
            "record",
            "box",
            "T",
        ],
    )
    assert step.succeeded
    assert step.text(0).splitlines() == [
        "True 1 2 1 square 1",
        "['Square'] ['Meta'] True",
        "abstract",
        "True BLUE! 3 [<Bits.A: 1>, <Bits.B: 2>]",
        "True Point(x=2, y=[]) Point.__init__ 2",
        "1 Record(a=3, b='x') x 4 __main__.Box[int] Pair(a=5, b=2)",
        "2 2 120 16 here doc {'c': 3} 9",
        "(a, b=2, *, c: int = 3) 832040 13 True",
        "106 square = lambda n: n * n",
        "caught f True",
    ]


def test_what_was_one_object_stays_one_object(run):
    step = cross(
        run,
        "import numpy as np\nshared = [1]\na = {'k': shared}\nb = a\nme = []\nme.append(me)\n"
        "base = np.arange(6.0)\nview = base[1:4]\nturned = base.reshape(2, 3).T\n"
        "fixed = np.arange(3)\nfixed.flags.writeable = False",
        "shared.append(2)\nbase[2] = 50\nturned[0, 0] = -1\n"
        "print(a is b, a['k'], me[0] is me, view, base[0], fixed.flags.writeable, view.flags.writeable)",
        ["shared", "a", "b", "me", "base", "view", "turned", "fixed"],
    )
    assert step.succeeded
    assert step.text(0) == "True [1, 2] True [ 1. 50.  3.] -1.0 False True\n"


def test_frames_that_pandas_shares_are_independent_after_the_crossing(run):
    step = cross(
        run,
        "import pandas as pd\na = pd.DataFrame({'n': [1, 2], 's': ['x', 'y']})\nb = a[['n']]",
        "a.iloc[0, 0] = 9\nprint(b.n.tolist(), a.n.tolist())",
        ["a", "b"],
    )
    assert step.text(0) == "[1, 2] [9, 2]\n"


def test_a_column_is_independent_of_its_frame_after_the_crossing(run):
    step = cross(
        run,
        "import pandas as pd\na = pd.DataFrame({'n': [1, 2], 's': ['x', 'y']})\nb = a['n']",
        "a.iloc[0, 0] = 9\nprint(b.tolist(), a.n.tolist())",
        ["a", "b"],
    )
    assert step.text(0) == "[1, 2] [9, 2]\n"


def test_a_class_stays_the_same_over_several_steps(run):
    run.finish(["class A:\n    pass\na = A()"], step="one", outputs=["A", "a"])
    run.finish(["b = A()"], step="two", inputs=[("A", "one")], outputs=["b"])
    step = run.finish(
        ["print(type(a) is A, type(b) is A)"],
        inputs=[("b", "two"), ("A", "one"), ("a", "one")],
        step="three",
    )
    assert step.text(0) == "True True\n"


def test_arrays_lie_beside_the_stream_and_are_changed_in_private(run):
    step = cross(
        run,
        "import numpy as np\nbig = np.zeros(1_000_000)",
        "big[:] = 1\nprint(big.sum())",
        ["big"],
    )
    values = run.folder / "values"
    assert step.text(0) == "1000000.0\n"
    [blob] = (values / ".blobs").iterdir()
    assert blob.read_bytes() == bytes(8_000_000)
    assert (values / "first" / "graph.pkl").stat().st_size < 1000
    again = run.finish(["print(big.sum())"], inputs=[("big", "first")], step="third")
    assert again.text(0) == "0.0\n"


MAKE = """
import numpy as np, pandas as pd
big = np.zeros(1_000_000)
view = big[1000:]
frame = pd.DataFrame(np.ones((500_000, 2)), columns=['a', 'b'])
"""
NAMES = ["big", "view", "frame"]


def blobs(run):
    return {file.name for file in (run.folder / "values" / ".blobs").iterdir()}


def handed_on(run, source):
    """Make large values, run `source` on them and hand them on; return the two steps."""
    first = run.finish([MAKE], step="first", outputs=NAMES)
    inputs = [(name, "first") for name in NAMES]
    return first, run.finish([source], step="second", inputs=inputs, outputs=NAMES)


def test_large_values_that_did_not_change_are_not_written_again(run):
    first, second = handed_on(run, "print(big.sum(), view.max(), frame.a.sum())")
    written = blobs(run)
    assert len(written) == 2
    before, after = first.succeeded["values"], second.succeeded["values"]
    assert {n: v["digest"] for n, v in before.items()} == {n: v["digest"] for n, v in after.items()}
    assert after["big"]["bytes"] > 8_000_000
    third = run.finish(
        ["view[0] = 7\nprint(big[1000], frame.shape)"],
        step="third",
        inputs=[(name, "second") for name in NAMES],
        outputs=["big"],
    )
    assert third.text(0) == "7.0 (500000, 2)\n"
    assert len(blobs(run)) == 3


def test_one_changed_number_is_seen_wherever_it_lies(run):
    first, second = handed_on(run, "big[-1] = 1\nframe.iloc[250_000, 1] = 5")
    before, after = first.succeeded["values"], second.succeeded["values"]
    assert all(before[name]["digest"] != after[name]["digest"] for name in NAMES)
    third = run.finish(
        ["print(big[-1], view[-1], frame.b.sum(), big.sum())"],
        step="third",
        inputs=[(name, "second") for name in NAMES],
    )
    assert third.text(0) == "1.0 1.0 500004.0 1.0\n"


def test_a_change_that_is_taken_back_is_found_equal_by_its_content(run):
    _, second = handed_on(run, "big[5] = 1\nbig[5] = 0")
    assert second.succeeded
    assert len(blobs(run)) == 2


def test_equal_contents_of_two_arrays_are_stored_once_and_stay_two(run):
    step = cross(
        run,
        "import numpy as np\na = np.zeros(1_000_000)\nb = np.zeros(1_000_000)",
        "a[0] = 1\nprint(a[0], b[0])",
        ["a", "b"],
    )
    assert step.text(0) == "1.0 0.0\n"
    assert len(blobs(run)) == 1


def test_equal_steps_have_equal_digests(run):
    source = "import pandas as pd\ndf = pd.DataFrame({'a': [1.5, None], 'b': ['x', 'y']})"
    function = "f = lambda n: n"
    digests = []
    for name in ("s1", "s1"):
        step = run.finish([source, function], step=name, outputs=["df", "f"])
        values = step.succeeded["values"]
        graph = json.loads((run.folder / "values" / name / "graph.json").read_text())
        digests.append((values["df"]["digest"], values["f"]["digest"], graph["digest"]))
    assert digests[0] == digests[1]
    other = run.finish([source.replace("1.5", "1.6"), function], step="s1", outputs=["df", "f"])
    assert other.succeeded["values"]["df"]["digest"] != digests[0][0]
    assert other.succeeded["values"]["f"]["digest"] == digests[0][1]


def test_kinds_and_shapes_come_from_the_type_not_from_the_name(run):
    step = run.finish(
        [
            "import pandas as pd, numpy as np\nmodel = pd.DataFrame({'a': range(2004), 'b': 1})\n"
            "dataset = 5\nmetrics = np.zeros((2, 3, 4))"
        ],
        outputs=["model", "dataset", "metrics"],
    )
    values = step.succeeded["values"]
    assert (values["model"]["kind"], values["model"]["shape"]) == (
        "dataset",
        "2,004 × 2",
    )
    assert values["dataset"]["kind"] == "value"
    assert (values["metrics"]["kind"], values["metrics"]["shape"]) == (
        "dataset",
        "2 × 3 × 4",
    )


@pytest.mark.parametrize(
    ("source", "kind", "holds", "advice"),
    [
        ("value = (n for n in range(3))", "generator", "generator", "list(value)"),
        (
            "value = open('f', 'w')",
            "_io.TextIOWrapper",
            "_io.TextIOWrapper",
            "open it in the step",
        ),
        (
            "import threading\nvalue = {'a': threading.Lock()}",
            "dict",
            "_thread.lock",
            "lock",
        ),
        (
            "import sqlite3\nvalue = sqlite3.connect(':memory:')",
            "sqlite3.Connection",
            "sqlite3.Connection",
            "connect in the step",
        ),
    ],
)
def test_what_cannot_cross_is_named_with_its_cell_and_a_fix(run, source, kind, holds, advice):
    step = run.finish(["fine = 1", source], outputs=["fine", "value"])
    error = step.error
    assert error["code"] == "value-cannot-cross"
    assert "“value” of cell 2" in error["message"]
    assert error["details"] == {"variable": "value", "type": kind, "holds": holds}
    assert (error["cell"], error["index"]) == ("cell-1", 1)
    assert advice in error["action"] + error["message"]
    assert not (run.folder / "values" / "train").exists()


def test_a_variable_that_was_never_bound_is_absent_in_the_next_step_too(run):
    run.finish(["if False:\n    maybe = 1"], step="first", outputs=["maybe"])
    step = run.finish(["maybe"], inputs=[("maybe", "first")])
    assert step.error["message"] == "Cell 1 failed with NameError: name 'maybe' is not defined"


def test_missing_values_of_an_earlier_step_are_told(run):
    error = run.finish(["1"], inputs=[("x", "load")]).error
    assert error["code"] == "input-missing"
    assert "load" in error["message"]


def test_state_beside_the_variables_goes_on(run):
    step = cross(
        run,
        """
import os, random, sys, warnings
import numpy as np, pandas as pd, matplotlib as mpl
random.seed(1); np.random.seed(2)
os.environ['MY_SETTING'] = 'on'
sys.path.insert(0, '/somewhere')
pd.set_option('display.max_rows', 7)
mpl.rcParams['lines.linewidth'] = 4
warnings.filterwarnings('error', message='never')
np.set_printoptions(precision=2)
x = 1
""",
        """
import os, random, sys, warnings
import numpy as np, pandas as pd, matplotlib as mpl
print(random.random(), np.random.rand(), os.environ['MY_SETTING'])
print(sys.path[0], pd.get_option('display.max_rows'), mpl.rcParams['lines.linewidth'], np.array([1/3]))
try:
    warnings.warn('never')
except UserWarning:
    print('raised')
""",
        ["x"],
    )
    assert step.succeeded
    import random

    import numpy

    random.seed(1)
    numpy.random.seed(2)
    assert step.text(0).splitlines() == [
        f"{random.random()} {numpy.random.rand()} on",
        "/somewhere 7 4.0 [0.33]",
        "raised",
    ]


def test_the_working_folder_is_where_the_step_before_has_gone(run):
    made = "import os; os.makedirs('sub', exist_ok=True); os.chdir('sub'); x = 1"
    used = "import os; print(os.path.basename(os.getcwd()), os.path.exists('sub'))"
    step = cross(run, made, used, ["x"])
    assert step.succeeded
    assert step.text(0) == "sub False\n"


def test_exceptions_with_an_init_of_their_own_say_what_they_said(run):
    step = cross(
        run,
        """
class BadData(Exception):
    def __init__(self, row, *, hint=None):
        super().__init__(f'row {row}')
        self.row, self.hint = row, hint
class Missing(KeyError):
    def __init__(self, name, place): super().__init__(name); self.place = place
class Gone(OSError):
    def __init__(self, path): super().__init__(2, 'gone', path)
class Leave(SystemExit):
    def __init__(self, code, why): super().__init__(code); self.why = why
class Plain(Exception): pass
kept = [BadData(7, hint='h'), Missing('k', 'p'), Gone('a.csv'), Leave(3, 'w'), Plain('x', 1)]
""",
        """
bad, missing, gone, leave, plain = kept
print(bad, bad.args, bad.row, bad.hint, type(bad) is BadData)
print(missing, missing.place, gone, gone.errno, gone.filename, leave.code, leave.why, plain.args)
""",
        ["kept", "BadData"],
    )
    assert step.succeeded
    assert step.text(0).splitlines() == [
        "row 7 ('row 7',) 7 h True",
        "'k' p [Errno 2] gone: 'a.csv' 2 a.csv 3 w ('x', 1)",
    ]


def test_functions_of_a_script_keep_the_names_of_the_script(run):
    step = cross(
        run,
        """
space = {'__name__': '__main__'}
exec('limit = 2\\ndef double(v): return v * limit\\ndef twice(v): return double(double(v))', space)
double, twice = space['double'], space['twice']
""",
        """
limit = 100
print(twice(3), twice.__globals__ is double.__globals__, twice.__globals__['double'] is double)
""",
        ["double", "twice"],
    )
    assert step.succeeded
    assert step.text(0) == "12 True True\n"


def test_a_step_that_runs_again_replaces_its_values(run):
    run.finish(["x = 1"], step="first", outputs=["x"])
    run.finish(["x = 2"], step="first", outputs=["x"])
    step = run.finish(["print(x)"], inputs=[("x", "first")], step="second")
    assert step.text(0) == "2\n"


def test_a_package_arrives_with_the_parts_that_were_imported_under_its_name(run):
    run.finish(["import xml.dom.minidom"], step="a", outputs=["xml"])
    step = run.finish(
        ["node = xml.dom.minidom.parseString('<a/>').documentElement.tagName"],
        inputs=[("xml", "a")],
        outputs=["xml"],
        step="b",
    )
    assert step.succeeded
    last = run.finish(["xml.dom.minidom.Node"], inputs=[("xml", "b")], step="c")
    assert last.succeeded


def test_numbers_texts_and_nan_stay_the_objects_that_they_are(run):
    step = cross(
        run,
        """
import argparse, math
import numpy as np
a = 1000
b = a
word = "hello"
nan = np.nan
values = [1.0, nan, math.nan, float('nan')]
values.append(values[3])
pair = (a, 'x')
left = argparse.SUPPRESS
""",
        """
import argparse, math
import numpy as np
print(a is b, word is "hello", nan is np.nan, values[1] is nan, values.count(nan))
print(values[2] is math.nan, values[3] is values[4], pair[0] is a, left is argparse.SUPPRESS)
""",
        ["a", "b", "word", "nan", "values", "pair", "left"],
    )
    assert step.text(0) == "True True True True 1\nTrue True True True\n"


def test_numbers_stay_the_objects_that_they_are_over_several_steps(run):
    run.finish(["a = 1000\nt = (1, 2)"], step="first", outputs=["a", "t"]).succeeded  # noqa: B018
    came = [("a", "first"), ("t", "first")]
    run.finish(["b = a\nu = t"], step="second", inputs=came, outputs=["b", "u"]).succeeded  # noqa: B018
    step = run.finish(
        ["print(a is b, t is u)"], step="third", inputs=[*came, ("b", "second"), ("u", "second")]
    )
    assert step.text(0) == "True True\n"


def test_sets_keep_their_order(run):
    made = """
words = {f"w{i * 37 % 101}" for i in range(60)}
for i in range(40):
    words.discard(f"w{i}")
numbers = {1000, 8, 16, 3, 24, 0, 32}
numbers.remove(3)
vocabulary = set("the quick brown fox jumps over the lazy dog and runs away".split())
frozen = frozenset("one two three four five six seven".split())
alias = numbers
"""
    shown = "print(list(words), numbers, vocabulary, frozen, alias is numbers)"
    names = ["words", "numbers", "vocabulary", "frozen", "alias"]
    here = run.finish([made, shown], step="one")
    step = cross(run, made, shown, names)
    assert step.text(0) == here.text(1)


def test_views_of_dictionaries_and_code_arrive(run):
    step = cross(
        run,
        """
import types
d = {'a': 1}
keys, values, items = d.keys(), d.values(), d.items()
proxy = types.MappingProxyType(d)
code = compile('1 + 1', '<s>', 'eval')
""",
        "d['b'] = 2\nprint(keys, values, items, proxy, eval(code))",
        ["d", "keys", "values", "items", "proxy", "code"],
    )
    assert step.text(0) == (
        "dict_keys(['a', 'b']) dict_values([1, 2]) dict_items([('a', 1), ('b', 2)]) "
        "{'a': 1, 'b': 2} 2\n"
    )


def test_arrays_own_their_memory_and_views_keep_theirs(run):
    step = cross(
        run,
        """
import numpy as np
own = np.arange(6)
a = np.arange(6)
b = a.reshape(2, 3)
windows = np.lib.stride_tricks.sliding_window_view(a, 2)
masked = np.ma.masked_array(a, mask=[0, 1, 0, 0, 0, 1])
""",
        """
import numpy as np
own.resize(8)
a[0] = 100
print(own, b.base is a, windows[0], masked, np.shares_memory(a, b))
""",
        ["own", "a", "b", "windows", "masked"],
    )
    assert step.text(0) == ("[0 1 2 3 4 5 0 0] True [100   1] [100 -- 2 3 4 --] True\n")


def test_an_abstract_class_knows_who_was_registered(run):
    step = cross(
        run,
        "import abc\nclass Shape(abc.ABC): pass\nclass Box: pass\nShape.register(Box)\n"
        "Shape.register(int)",
        "print(issubclass(Box, Shape), isinstance(3, Shape), isinstance('', Shape))",
        ["Shape", "Box"],
    )
    assert step.text(0) == "True True False\n"


def test_a_sentinel_of_a_module_is_found_there(run):
    step = cross(
        run,
        "import functools, types\nseen = [functools._initial_missing, object()]",
        "import functools\nprint(seen[0] is functools._initial_missing)",
        ["seen"],
    )
    assert step.text(0) == "True\n"


def test_generic_functions_and_weak_references_arrive(run):
    step = cross(
        run,
        """
import functools, weakref
class Node: pass
class Q:
    @functools.singledispatchmethod
    def f(self, a): return 'other'
    @f.register
    def _(self, a: int): return 'int'
@functools.singledispatch
def show(value): return 'any'
@show.register
def _(value: int): return 'int'
show(1)
q, node, gone = Q(), Node(), Node()
places = weakref.WeakSet([node, gone])
named = weakref.WeakValueDictionary(a=node, b=gone)
reference, lost = weakref.ref(node), weakref.ref(gone)
del gone
""",
        """
@show.register
def _(value: str): return 'str'
print(q.f(1), q.f(''), show(1), show(''), show(None))
print(list(places) == [node], list(named), reference() is node, lost())
""",
        ["Q", "q", "show", "node", "places", "named", "reference", "lost"],
    )
    assert step.text(0) == "int other int str any\nTrue ['a'] True None\n"


def test_a_method_that_an_object_got_is_its_own(run):
    step = cross(
        run,
        "import types\nclass A: pass\na = A()\na.f = types.MethodType(lambda self: self, a)",
        "print(a.f() is a)",
        ["A", "a"],
    )
    assert step.text(0) == "True\n"


def test_an_exception_keeps_those_from_which_it_was_raised(run):
    step = cross(
        run,
        """
class E(Exception):
    def __init__(self, code):
        super().__init__(f'code {code}')
        self.code = code
try:
    try:
        try: raise E(5)
        except E as e: first = e; raise RuntimeError('x') from e
    except RuntimeError as e: second = e; raise KeyError('k')
except KeyError as e: third = e
""",
        "print(second.__cause__ is first, first.code, third.__context__ is second)",
        ["E", "first", "second", "third"],
    )
    assert step.text(0) == "True 5 True\n"
