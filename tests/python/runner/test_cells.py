"""What a step records of its cells."""

import json
import sys

import nbformat
import pytest


def test_a_second_step_goes_on_with_what_the_first_one_made(run):
    first = run.finish(
        [
            "import math\nx = [1, 2]\ndef double(n):\n    return n * math.pi",
            "x.append(3)\nlen(x)",
        ],
        step="load",
        outputs=["x", "double", "math"],
    )
    values = first.succeeded["values"]
    assert set(values) == {"x", "double", "math"}
    assert values["x"]["type"] == "list"
    assert values["x"]["digest"].startswith("sha256:")

    second = run.finish(
        [
            {"source": "print(x, double(1) == math.pi)", "count": 3},
            {"source": "x[0]", "count": 4},
        ],
        inputs=[("x", "load"), ("double", "load"), ("math", "load")],
    )
    assert second.succeeded["error"] is None
    assert second.text(0) == "[1, 2, 3] True\n"
    assert second.cell(0)["executionCount"] == 3
    assert second.outputs(1) == [
        {
            "output_type": "execute_result",
            "execution_count": 4,
            "data": {"text/plain": "1"},
            "metadata": {},
        }
    ]
    assert second.events == [
        "step-started",
        "inputs-loaded",
        "cell-started",
        "cell-done",
        "cell-started",
        "cell-done",
        "values-saved",
        "step-done",
    ]


def test_output_from_below_python_stands_where_it_was_written(run):
    step = run.finish(
        [
            "import os, subprocess\nfrom IPython.display import display\n"
            "print('a')\nos.system('echo b')\ndisplay('c')\n"
            "subprocess.run(['sh', '-c', 'echo d; echo e >&2'])\nos.write(1, 'ü'.encode())",
            "!echo f\nimport sys\nprint('g', file=sys.stderr)",
        ]
    )
    assert step.succeeded
    kinds = [output["output_type"] for output in step.outputs(0)]
    assert kinds.index("display_data") == 1
    assert step.outputs(0)[0]["text"] == "a\nb\n"
    assert step.text(0).endswith("d\nü")
    assert step.text(0, "stderr") == "e\n"
    assert step.text(1).split() == ["f"]
    assert [line["text"] for line in step.log if line["stream"] == "stderr"] == [
        "e",
        "g",
    ]


def test_displays_figures_frames_and_updates_have_the_shape_of_nbformat(run):
    step = run.finish(
        [
            "import matplotlib.pyplot as plt, pandas as pd\nplt.plot([1, 2])\nNone",
            "pd.DataFrame({'a': [1]})",
            "from IPython.display import display, clear_output, Image\n"
            "handle = display({'text/plain': 'old'}, raw=True, display_id='d')",
            "handle.update({'text/plain': 'new'}, raw=True)\n"
            "print('gone')\nclear_output()\nprint('stays')",
            "display({'image/png': b'\\x89PNG', 'application/json': {'n': float('nan')}}, raw=True)",
        ]
    )
    assert step.succeeded
    figure = step.outputs(0)[0]
    assert figure["output_type"] == "display_data"
    assert figure["data"]["image/png"].startswith("iVBORw0KGgo")
    assert "<table" in step.outputs(1)[0]["data"]["text/html"]
    assert step.outputs(2)[0]["data"] == {"text/plain": "new"}
    assert step.text(3) == "stays\n"
    assert step.outputs(4)[0]["data"] == {
        "image/png": "iVBORw==",
        "application/json": {"n": None},
    }
    notebook = nbformat.v4.new_notebook()
    for i in range(5):
        cell = nbformat.v4.new_code_cell("", execution_count=i + 1)
        cell["outputs"] = [nbformat.from_dict(output) for output in step.outputs(i)]
        notebook.cells.append(cell)
    nbformat.validate(notebook)


def test_matplotlib_is_not_imported_unless_the_notebook_does(run):
    step = run.finish(["import sys\nprint('matplotlib' in sys.modules, 'numpy' in sys.modules)"])
    assert step.succeeded
    assert step.text(0) == "False False\n"


def test_no_module_or_path_of_the_runner_stands_in_the_notebooks_way(run):
    for name in ("values", "metrics", "log", "files", "shell"):
        (run.folder / "work" / f"{name}.py").write_text("mine = True\n")
    step = run.finish(
        [
            "import values, metrics, log, files, shell, sys\n"
            "print(all(m.mine for m in (values, metrics, log, files, shell)))\n"
            "print(sys.path[0] == '', [p for p in sys.path if 'runner' in p], __name__)\n"
            "print(sys.modules['__main__'].__dict__ is globals())"
        ]
    )
    assert step.succeeded
    assert step.text(0) == "True\nTrue [] __main__\nTrue\n"


def test_a_cell_that_fails_ends_the_step_with_place_and_traceback(run):
    step = run.finish(["x = 1", "def f():\n    raise KeyError('k')\n\nf()", "print('never')"])
    error = step.error
    assert error["code"] == "cell-failed"
    assert error["message"] == "Cell 2 failed with KeyError: 'k'"
    assert (error["cell"], error["index"], error["line"]) == ("cell-1", 1, 2)
    shown = step.outputs(1)[0]
    assert (shown["ename"], shown["evalue"]) == ("KeyError", "'k'")
    assert shown["traceback"] == error["traceback"]
    assert step.cell(1)["state"] == "failed"
    assert not (step.output / "cells" / "2.json").exists()
    assert step.events[-1] == "step-failed"


def test_a_syntax_error_names_its_line(run):
    step = run.finish(["a = 1\nb = = 2"])
    assert step.error["line"] == 2
    assert step.outputs(0)[0]["ename"] == "SyntaxError"


def test_a_cell_that_may_fail_does_not_end_the_step(run):
    step = run.finish([{"source": "1 / 0", "raisesException": True}, "print('on')"])
    assert step.succeeded
    assert step.outputs(0)[0]["ename"] == "ZeroDivisionError"
    assert step.text(1) == "on\n"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("exit()", "cell-exited"),
        ("import sys\nsys.exit(3)", "cell-failed"),
        ("input()", "cell-failed"),
    ],
)
def test_a_cell_that_leaves_or_asks_ends_with_a_sentence(run, source, code):
    error = run.finish([source]).error
    assert error["code"] == code
    assert error["index"] == 0


def test_top_level_await_and_tasks_move_as_in_a_kernel(run):
    step = run.finish(
        [
            "import asyncio\nasync def work():\n    await asyncio.sleep(0)\n    return 5\n"
            "task = asyncio.get_running_loop().create_task(work())",
            "print(task.done())",
            "await work()",
        ]
    )
    assert step.succeeded
    assert step.text(1) == "True\n"
    assert step.outputs(2)[0]["data"]["text/plain"] == "5"


def test_parameters_replace_what_the_parameters_cell_set_in_its_types(run):
    step = run.finish(
        ["rate = 0.5\nmonths = ('Jan',)\nn = 1", "print(rate, months, n, mode)"],
        parameters={"rate": 2, "months": ["Feb", "Mar"], "mode": "fast"},
        parametersCell=0,
    )
    assert step.succeeded
    assert step.text(1) == "2.0 ('Feb', 'Mar') 1 fast\n"


def test_parameters_of_another_step_are_left_alone(run):
    step = run.finish(["'rate' in globals()"], parameters={"rate": 2}, parametersCell=7)
    assert step.outputs(0)[0]["data"]["text/plain"] == "False"


def test_metrics_are_found_by_name_and_by_function(run):
    step = run.finish(
        [
            "from sklearn.metrics import mean_absolute_error as mae_of\nfrom sklearn import metrics as m\n"
            "y, p = [1, 2], [1, 3]\nmae = round(mae_of(y, p), 3)\nrmse = m.mean_squared_error(y, p) ** 0.5\n"
            "r2, other = m.r2_score(y, p), 5\nlabel = str(mae)\nmatrix = m.confusion_matrix(y, p)",
            "metrics = {'f1': 1, 'name': 'x', 'ok': True, 'bad': float('nan')}",
        ]
    )
    found = step.succeeded["metrics"]
    assert found == {"mae": 0.5, "rmse": 0.5**0.5, "r2": -1.0, "f1": 1.0}


def test_metrics_of_an_earlier_step_are_not_reported_twice(run):
    run.finish(["metrics = {'a': 1}"], step="load", outputs=["metrics"])
    inputs = [("metrics", "load")]
    assert run.finish(["1"], inputs=inputs).succeeded["metrics"] == {}
    changed = run.finish(["metrics['b'] = 2"], step="more", inputs=inputs)
    assert changed.succeeded["metrics"] == {"a": 1.0, "b": 2.0}


def test_packages_are_those_that_the_cells_loaded(run):
    packages = run.finish(["import joblib"]).succeeded["packages"]
    assert packages["joblib"] == __import__("joblib").__version__
    assert "pandas" not in packages


def test_files_are_named_with_their_digests(run, tmp_path):
    work = run.folder / "work"
    (work / "data").mkdir()
    (work / "data" / "a.csv").write_text("abc")
    (work / "both.txt").write_text("abc")
    outside = tmp_path / "outside.csv"
    outside.write_text("abc")
    step = run.finish(
        [
            "open('data/a.csv').read()",
            f"import os\nos.chdir('data')\nopen({str(outside)!r}).read()\nos.chdir('..')",
            "open('both.txt').read()\nopen('both.txt', 'w').write('new')\nopen('gone', 'w').close()",
            "os.remove('gone')\nos.system('echo shell > shell.txt')",
        ]
    )
    abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert step.succeeded["filesRead"] == {
        "data/a.csv": abc,
        "both.txt": abc,
        str(outside): abc,
    }
    assert set(step.succeeded["filesWritten"]) == {"both.txt", "shell.txt"}


def test_a_forked_child_does_not_go_on_with_the_step(run):
    step = run.finish(
        [
            "import os, sys\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\nelse:\n    print('child')",
            "print('once')",
        ]
    )
    assert step.succeeded
    assert step.text(0) == "child\n"
    assert step.text(1) == "once\n"


def test_result_and_cells_are_json_that_any_reader_takes(run):
    step = run.finish(["print('\\ud800 and \\x00')\nfloat('nan')"], python=sys.executable)
    assert step.succeeded
    assert json.loads((step.output / "cells" / "0.json").read_bytes())["state"] == "done"


def test_what_was_not_copied_can_be_read_and_not_written(run, tmp_path):
    original = tmp_path / "large.csv"
    original.write_text("a\n1\n")
    folder = tmp_path / "lake"
    folder.mkdir()
    work = run.folder / "work"
    (work / "large.csv").symlink_to(original)
    (work / "lake").symlink_to(folder)
    reading = run.finish(["print(open('large.csv').read())"])
    assert [line["text"] for line in reading.log] == ["a", "1", ""]
    for write in (
        "open('large.csv', 'w')",
        "open('large.csv', 'a')",
        "import os; os.open('large.csv', os.O_RDWR)",
        "open('lake/new.csv', 'w')",
        "from pathlib import Path; Path('lake/new.csv').write_text('x')",
    ):
        step = run.finish([write], step="write")
        assert "PermissionError" in step.error["message"]
        assert "too large" in step.error["message"]
    assert original.read_text() == "a\n1\n"
    assert list(folder.iterdir()) == []


def test_a_link_that_the_notebook_makes_itself_works_as_in_one_kernel(run, tmp_path):
    cell = f"import os\nos.symlink({str(tmp_path / 'out')!r}, 'out')\nopen('out', 'w').write('x')"
    assert run.finish([cell]).succeeded
    assert (tmp_path / "out").read_text() == "x"


def test_the_shell_is_named_as_in_a_kernel_and_crosses(run):
    look = "ip = get_ipython()\nprint(type(ip).__name__, type(ip).__module__)"
    every = "%config ZMQInteractiveShell.ast_node_interactivity = 'all'"
    first = run.finish([look, every, "1\n2"], step="first", outputs=["ip"])
    assert first.text(0) == "ZMQInteractiveShell ipykernel.zmqshell\n"
    assert [each["data"]["text/plain"] for each in first.outputs(2)] == ["1", "2"]
    step = run.finish(["print(ip is get_ipython())"], inputs=[("ip", "first")])
    assert step.text(0) == "True\n"
