"""What a notebook finds in its own process although no name of the cell leads to it."""


def cross(run, made, used, names):
    """Run `made`, hand `names` over, run `used`; return what it prints."""
    run.finish([made], step="first", outputs=names).succeeded  # noqa: B018 (asserts success)
    step = run.finish([used], inputs=[(name, "first") for name in names], step="second")
    assert step.succeeded
    return step.text(0)


def test_objects_of_notebook_classes_can_be_pickled_where_the_class_is_not_named(run):
    printed = cross(
        run,
        "import enum, pickle\n"
        "class Model:\n    def __init__(self, k): self.k = k\n"
        "def shift(x): return x + 1\n"
        "class Kind(enum.Enum):\n    A = 1\n"
        "class Gone: pass\n"
        "model, held = Model(3), [shift, Kind.A]\ngone = Gone()\ndel Gone",
        "again = pickle.loads(pickle.dumps([model, held]))\n"
        "print(again[0].k, again[1][0](1), again[1][1] is held[1])\n"
        "try: pickle.dumps(gone)\nexcept pickle.PicklingError: print('not found')",
        ["pickle", "model", "held", "gone"],
    )
    assert printed == "3 2 True\nnot found\n"


def test_the_namespace_of_exec_arrives(run):
    printed = cross(
        run,
        "ns = {}\nexec('def f(a): return max(a, k)', ns)\nns['k'] = 3",
        "ns['k'] = 5\nprint(ns['f'](4), ns['f'].__globals__ is ns, ns['__builtins__']['max'] is max)",
        ["ns"],
    )
    assert printed == "5 True True\n"


def test_exceptions_know_what_they_came_from(run):
    printed = cross(
        run,
        "class Own(Exception):\n"
        "    def __init__(self, code): super().__init__(f'code {code}'); self.code = code\n"
        "try:\n    {}['a']\n"
        "except KeyError as e:\n"
        "    first = e\n"
        "    try: raise Own(4) from e\n"
        "    except Own as o: chained = o\n"
        "    try: raise ValueError('quiet') from None\n"
        "    except ValueError as v: quiet = v\n",
        "print(chained, chained.code, chained.__cause__ is first, chained.__context__ is first)\n"
        "print(repr(quiet), quiet.__suppress_context__, quiet.__context__ is first)",
        ["first", "chained", "quiet"],
    )
    assert printed == "code 4 4 True True\nValueError('quiet') True True\n"


def test_parts_of_packages_are_there_where_an_earlier_step_imported_them(run):
    used = "print(xml.dom.minidom.parseString('<a/>').documentElement.tagName)"
    printed = cross(run, "import xml\nimport xml.dom.minidom as dom", used, ["xml"])
    assert printed == "a\n"
    assert run.finish([f"import xml\n{used}"], step="third").text(0) == "a\n"


def test_a_part_that_does_not_exist_is_missing_in_its_own_words(run):
    used = "try: xml.nothing\nexcept AttributeError as e: print(e)\nprint(hasattr(xml, '_own'))"
    printed = cross(run, "import xml", used, ["xml"])
    assert printed == "module 'xml' has no attribute 'nothing'\nFalse\n"
