"""Does a pipeline compute what its notebook computes?

Executes each notebook of the corpus in one kernel and by the local engine, everything
in one step, each heading a step, and each cell a step, and compares the outputs cell by
cell. Exits 0 only if no bar is missed.
"""

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from bars import count_line, joins_lines, missed, missed_borders
from corpus import read_corpus
from engine import Engine
from kernel import CACHE, reference

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "integration"))

MODES = ("one", "headings", "cells", "tags")
#: The same for the kernel and for each step.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "LOKY_MAX_CPU_COUNT": "1",
    "TZ": "UTC",
    "LANG": "C.UTF-8",
    "COLUMNS": "80",
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
}


def arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", default="", help="notebooks whose name holds one of a,b"
    )
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--part", action="store_true", help="the representative part")
    parser.add_argument(
        "--fresh", action="store_true", help="a fresh interpreter per step"
    )
    parser.add_argument("--json", help="write all verdicts there")
    return parser.parse_args()


def chosen(options):
    """Return the cases that were asked for."""
    cases = read_corpus()
    if options.part:
        names = (HERE / "representative.txt").read_text().split()
        cases = [case for case in cases if case.name in names]
    words = options.only.split(",")
    return [case for case in cases if any(word in case.name for word in words)]


def main():
    """Run what was asked for and print what came of it."""
    options = arguments()
    cases = chosen(options)
    with tempfile.TemporaryDirectory(prefix="equivalence-") as scratch:
        verdicts = run_all(cases, options, Path(scratch))
    broken = []
    for mode in options.modes.split(","):
        of_mode = [v for v in verdicts if v.mode == mode]
        if of_mode:
            print(count_line(mode, of_mode))
            print(*joins_lines(of_mode) if mode != "one" else (), sep="\n")
            broken += missed(mode, of_mode)
    broken += missed_borders(verdicts)
    print(*[f"MISSED  {sentence}" for sentence in broken], sep="\n")
    if options.json:
        Path(options.json).write_text(
            json.dumps([asdict(v) for v in verdicts], indent=1)
        )
    sys.exit(1 if broken or not verdicts else 0)


def run_all(cases, options, scratch):
    """Return the verdicts of all cases in all modes."""
    environment = (
        os.environ
        | ENVIRONMENT
        | {
            "HOME": str(scratch),
            "IPYTHONDIR": str(scratch / "ipython"),
            "MPLCONFIGDIR": str(CACHE / "matplotlib"),
        }
    )
    environment.pop("MPLBACKEND", None)
    from stack import Stack

    stack = Stack(scratch)
    stack.environment = environment | stack_environment(stack)
    stack.up(**({"MLOPS_WARM": "0"} if options.fresh else {}))
    try:
        engine = Engine(stack)
        with ThreadPoolExecutor(2) as pool:
            found = pool.map(lambda c: judge(c, engine, environment, options), cases)
            return [verdict for verdicts in found for verdict in verdicts]
    finally:
        stack.end()


def stack_environment(stack):
    """What the gateway needs beside what the notebooks get."""
    return {name: stack.environment[name] for name in ("MLOPS_HOME", "PYTHONPATH")}


def judge(case, engine, environment, options):
    """Return a case's verdicts and say them."""
    expected = reference(case, environment)
    verdicts = []
    for mode in options.modes.split(","):
        if mode != "tags" or case.has_steps:
            verdict = engine.verdict(case, mode, expected)
            verdicts.append(verdict)
            if verdict.word != "equal":
                print(
                    f"{verdict.word:9} {mode:8} {case.name}: {verdict.note}", flush=True
                )
    return verdicts


if __name__ == "__main__":
    main()
