"""What a notebook needs from outside: found, brought along, or said to be missing."""

import json

from stack import write_notebook


def problems(reply):
    return {
        (one["code"], one["cell"], one["line"]): one["message"]
        for one in reply["diagnostics"]
    }


def test_what_is_missing_is_said_before_the_run_with_its_place(stack):
    notebook = write_notebook(
        stack.project / "notebooks" / "needs.ipynb",
        "import json, os\nimport no_such_package",
        "rows = open('../data/absent.csv').read()",
        "key = os.environ['NO_SUCH_VARIABLE']\nos.environ.get('OPTIONAL')",
        "try:\n    import optional_package\nexcept ImportError:\n    pass\n"
        "open('made.txt', 'w').write('1')",
        "open('made.txt').read()",
    )
    said = {
        ("package-missing", 0, 2): "The kernel python3 has no module no_such_package.",
        ("file-missing", 1, 1): "The file ../data/absent.csv is not there.",
        ("environment-unset", 2, 1): (
            "The environment variable NO_SUCH_VARIABLE is not set here."
        ),
    }
    assert problems(stack.done("convert", notebook)) == said
    answer = stack.mlops("run", notebook, NO_SUCH_VARIABLE="1")
    del said["environment-unset", 2, 1]
    assert problems(answer.reply) == said
    assert answer.code == 1
    # The panel converts by itself, and has only this asked.
    stack.up()
    needs = stack.done("convert", notebook)["needs"]
    with stack.api() as api:
        body = {"notebook": str(notebook), "kernel": "python3", "needs": needs}
        missing = api.post("pipelines/needs", json=body).json()["missing"]
    assert [one["need"]["name"] for one in missing] == [
        "../data/absent.csv",
        "no_such_package",
        "NO_SUCH_VARIABLE",
    ]


def test_a_file_that_a_parameter_names_is_not_looked_for_under_its_old_name(stack):
    notebook = stack.project / "parameters.ipynb"
    write_notebook(notebook, "path = 'old.csv'", "open(path).read()")
    document = json.loads(notebook.read_text())
    document["cells"][0]["metadata"]["tags"] = ["parameters"]
    notebook.write_text(json.dumps(document))
    (stack.project / "new.csv").write_text("1")
    assert ("file-missing", 1, 1) in problems(stack.done("convert", notebook))
    reply = stack.done("run", notebook, "--param", "path=new.csv")
    assert reply["diagnostics"] == []


def test_modules_and_data_outside_of_the_folder_come_along(stack):
    project = stack.project
    for path, text in {
        "helper.py": "from other import three\ndef six():\n    return 2 * three()\n",
        "other.py": "def three():\n    return 3\n",
        "src/pack/__init__.py": "from .inner import four\n",
        "src/pack/inner.py": "def four():\n    return 4\n",
        "data/x.csv": "a\n1\n",
        "unrelated.py": "raise SystemExit\n",
    }.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)
    notebook = write_notebook(
        project / "notebooks" / "outside.ipynb",
        "# Modules",
        "import os, sys\nfrom pathlib import Path\nROOT = Path.cwd().parent\n"
        "sys.path.append('..')\nsys.path.insert(0, str(ROOT / 'src'))\n"
        "from helper import six\nimport pack",
        "# Use",
        "metrics = {'six': six(), 'four': pack.four()}",
        "# Data",
        "metrics['rows'] = len(open(ROOT / 'data' / 'x.csv').readlines())\n"
        "base = os.path.dirname(os.getcwd())\n"
        "metrics['again'] = len(open(os.path.join(base, 'data', 'x.csv')).readlines())",
    )
    reply = stack.done("run", notebook)
    assert reply["diagnostics"] == []
    assert reply["metrics"] == {"six": 6, "four": 4, "rows": 2, "again": 2}
    assert stack.done("convert", notebook)["pipeline"]["files"] == [
        "../data/x.csv",
        "../helper.py",
        "../other.py",
        "../src/pack/__init__.py",
        "../src/pack/inner.py",
    ]


def test_packages_and_files_are_recorded_for_each_step(stack):
    (stack.project / "in.txt").write_text("1")
    notebook = write_notebook(
        stack.project / "recorded.ipynb",
        "# Lazy",
        "def f():\n    import yaml\n    return yaml.safe_dump({})\nf()",
        "# Files",
        "import sklearn.linear_model\ntext = open('in.txt').read()\n"
        "open('out.txt', 'w').write(text)",
    )
    run = stack.done("run", notebook)["run"]
    stack.up()
    with stack.api() as api:
        detail = api.get(f"runs/{run}").json()
    versions = detail["packages"]
    # Imported in a function; named by the cell; loaded by what it imports.
    assert {"PyYAML", "scikit-learn", "scipy", "threadpoolctl"} <= set(versions)
    import importlib.metadata

    for name in ("PyYAML", "scikit-learn", "scipy"):
        assert versions[name] == importlib.metadata.version(name)
    assert list(detail["dataDigests"]) == ["in.txt"]
    files = [(a["name"], a["step"]) for a in detail["artifacts"] if a["kind"] == "file"]
    assert files == [("out.txt", "files")]
