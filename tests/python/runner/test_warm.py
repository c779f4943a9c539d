"""A step that is forked from a warm process is what a fresh interpreter's is."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

#: What a cell can see of the process that it runs in.
LOOK = """
import atexit, gc, json, os, resource, signal, sys, threading, time, warnings
def handler(number):
    found = signal.getsignal(number)
    return getattr(found, '__name__', type(found).__name__ if callable(found) else str(found))
own = sorted(t.name for t in threading.enumerate())
print(json.dumps({
    'modules': [n for n in sys.modules if not n.startswith('jupyterlab_mlops_runner')],
    'environ': {k: v for k, v in os.environ.items() if k != 'MLOPS_STEP_FOLDER'},
    'argv': sys.argv, 'orig_argv': getattr(sys, 'orig_argv', [])[1:], 'path': sys.path,
    'flags': str(sys.flags), 'cwd': os.getcwd(), 'umask': os.umask(0o22),
    'signals': {str(n): handler(n) for n in sorted(signal.valid_signals())},
    'blocked': str(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    'descriptors': sorted(os.listdir('/proc/self/fd'), key=int),
    'stdin': [os.readlink('/proc/self/fd/0'), sys.stdin.encoding, sys.stdin.seekable()],
    'threads': own, 'main': threading.main_thread() is threading.current_thread(),
    'filters': str(warnings.filters), 'hash': hash('text'), 'hooks': [getattr(h, '__name__', type(h).__name__) for h in sys.meta_path],
    'handlers': atexit._ncallbacks(), 'gc': [gc.get_threshold(), gc.isenabled(), gc.get_freeze_count() > 0],
    'limits': sys.getrecursionlimit(), 'nice': os.nice(0),
    'session': os.getsid(0) == os.getpid(), 'early': time.process_time() < 5,
    'backend': os.environ.get('MPLBACKEND'), 'main module': sorted(vars(sys.modules['__main__']))[:9],
}))
"""


def seen(step):
    step.succeeded  # noqa: B018 (asserts success)
    return json.loads(step.text(0))


def test_a_cell_sees_what_it_sees_in_a_fresh_interpreter(run, warm_process):
    with warm_process(run) as warm:
        forked = seen(warm.finish([LOOK], step="a"))
        again = seen(warm.finish([LOOK], step="a"))
    environment = os.environ | {"PYTHONHASHSEED": "0", "MLOPS_STEP_FOLDER": "x"}
    fresh = seen(run.finish([LOOK], step="a", env=environment))
    assert forked == again
    assert set(forked.pop("modules")) == set(fresh.pop("modules"))
    assert forked == fresh


def test_an_error_looks_as_in_a_fresh_interpreter(run, warm_process):
    cells = ["import sys\nprint(sys.exc_info())\n1 / 0"]
    with warm_process(run) as warm:
        forked = warm.finish(cells, step="a").outputs(0)
    assert forked == run.finish(cells, step="a").outputs(0)


def test_random_states_differ_from_step_to_step(run, warm_process):
    draw = (
        "import random, secrets, uuid\nprint(random.random(), secrets.token_hex(4), uuid.uuid4())"
    )
    with warm_process(run) as warm:
        drawn = [warm.finish([draw], step=f"s{i}").text(0).split() for i in range(3)]
    assert all(len(set(values)) == 3 for values in zip(*drawn, strict=True))


def test_values_cross_between_forked_steps_only_through_their_files(run, warm_process):
    with warm_process(run) as warm:
        first = warm.finish(
            ["class A: pass\nclass B: pass\na = A()\nb = a\nimport json\njson.mark = 1"],
            step="first",
            outputs=["a", "b"],
        )
        assert first.succeeded
        look = "import json\nprint(a is b, hasattr(json, 'mark'), 'B' in globals())"
        inputs = [("a", "first"), ("b", "first")]
        second = warm.finish([look], step="second", inputs=inputs)
    assert second.text(0) == "True False False\n"


def test_a_local_module_never_stands_in_for_what_the_runner_imports(run, warm_process):
    for name in ("code", "IPython", "asyncio", "signal"):
        (run.folder / "work" / f"{name}.py").write_text("raise SystemExit('taken')")
    assert run.finish(["print(1)"], step="fresh").succeeded
    with warm_process(run) as warm:
        assert warm.finish(["print(1)"], step="forked").succeeded


def test_another_hash_seed_or_other_packages_need_another_interpreter(run, warm_process, tmp_path):
    packages = tmp_path / "packages"
    packages.mkdir()
    with warm_process(run, PYTHONPATH=str(packages)) as warm:
        name = run.write(["1"], environment={"PYTHONHASHSEED": "7"})
        assert "PYTHONHASHSEED" in warm.ask(name)["refused"]
        (packages / "new.py").write_text("")
        assert "have changed" in warm.ask(run.write(["1"]))["refused"]


def test_it_ends_with_the_engine_and_its_steps_go_on(run, warm_process):
    source = "import os, time\nprint('ready')\nwhile not os.path.exists('go'): time.sleep(0.01)"
    warm = warm_process(run)
    step = warm.start([source]).until("ready")
    warm.hang_up()
    assert warm.process.wait(5) == 0
    (run.folder / "work" / "go").touch()
    assert step.wait().succeeded


def test_killed_it_takes_no_step_with_it(run, warm_process):
    source = "import os, time\nprint('ready')\nwhile not os.path.exists('go'): time.sleep(0.01)"
    warm = warm_process(run)
    step = warm.start([source]).until("ready")
    warm.process.send_signal(signal.SIGKILL)
    warm.process.wait(5)
    (run.folder / "work" / "go").touch()
    assert step.wait().succeeded
    warm.hang_up()


def test_what_a_step_leaves_behind_is_found_by_its_folder(run, warm_process):
    source = "import os, time\npid = os.fork()\nprint(pid or 'child', flush=True)\ntime.sleep(600)"
    with warm_process(run) as warm:
        step = warm.start([source])
        step.until("child")
        identity = json.loads((step.output / "supervisor.json").read_text())
        mark = f"MLOPS_STEP_FOLDER={step.output}"
        for pid in (identity["pid"], identity["childPid"]):
            environment = Path(f"/proc/{pid}/environ").read_text().split("\0")
            assert [line for line in environment if line.startswith("MLOPS_STEP")] == [mark]
        began = time.monotonic()
        step.stop()
        assert time.monotonic() - began < 10
        assert step.result["state"] == "stopped"
        assert not Path(f"/proc/{identity['childPid']}").exists()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("import os\nos._exit(3)", "step-exited"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "step-killed"),
        ("import ctypes\nctypes.string_at(0)", "step-killed"),
        ("exit()", "cell-exited"),
        ("raise SystemExit(4)", "cell-failed"),
        ("input('name?')", "cell-failed"),
        (
            "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n"
            "[bytearray(2**28) for _ in range(16)]",
            "cell-failed",
        ),
        (
            "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))\n"
            "open('big', 'wb').write(bytes(2**22))",
            "cell-failed",
        ),
    ],
)
def test_a_step_that_ends_badly_says_so_and_the_next_one_runs(run, warm_process, cell, code):
    with warm_process(run) as warm:
        assert warm.finish([cell], step="bad").error["code"] == code
        assert warm.finish(["print('fine')"], step="next").succeeded


def test_files_that_a_cell_left_open_and_exit_handlers_are_not_forgotten(run, warm_process):
    cell = (
        "import atexit\nf = open('late.txt', 'w')\nf.write('kept')\n"
        "atexit.register(lambda: open('bye.txt', 'w').write('bye'))"
    )
    with warm_process(run) as warm:
        assert warm.finish([cell]).succeeded
    assert (run.folder / "work" / "late.txt").read_text() == "kept"
    assert (run.folder / "work" / "bye.txt").read_text() == "bye"
