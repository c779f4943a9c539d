"""``jupyter mlops …``: hands over to the command line that is written for Node."""

import os
import subprocess
import sys

from .context import PACKAGE, launch_context, launch_environment
from .node import find_node

PROGRAM = PACKAGE / "gateway" / "cli.mjs"


def main(arguments=None, program=PROGRAM):
    """Run the command line.

    Parameters
    ----------
    arguments : list of str or None
        None means those of this process.
    program : path-like
        The bundle to run.

    Returns
    -------
    int
        Exit code. On POSIX it returns only when the program could not be
        started: this process becomes the command line, so that signals and exit
        code are its own.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    search = find_node()
    if search.code is not None:
        print(f"{search.message} {search.action}", file=sys.stderr)
        return 1
    if not os.path.isfile(program):
        print(
            f"The command line is missing at {program}. "
            "Install jupyterlab-mlops again; in a checkout, run `make build`.",
            file=sys.stderr,
        )
        return 1
    node = search.node.path
    command = [node, "--disable-warning=ExperimentalWarning", str(program), *arguments]
    environment = launch_environment(launch_context())
    if os.name == "posix":
        os.execve(node, command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
