"""Reads the corpus: one readable text per notebook, made into an .ipynb where it runs.

A text begins with a line `# What it shows.`; `# with: name = value` gives a parameter
its value. Then come cells, in the percent format that editors know:

    # %%                   a code cell; `# %% tags=parameters,step:load` one with tags
    # %% [markdown]        Markdown, written as it is
    # %% [file] a.csv      a file beside the notebook
    # %% [file] a.csv < examples/…      a copy of a file of this repository
"""

import ast
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]

MARKER = re.compile(r"^# %%(?!%) ?(.*)$", re.M)
TAGS = re.compile(r"tags=(\S+)")


@dataclass
class Case:
    """A notebook, the files beside it, and the values that its parameters get."""

    name: str
    description: str
    cells: list
    files: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)

    @property
    def notebook(self):
        return {
            "cells": self.cells,
            "metadata": {
                "kernelspec": {"name": "python3", "display_name": "Python 3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }

    @property
    def has_steps(self):
        """Whether its cells are tied to steps by tags."""
        return any(tag.startswith("step:") for c in self.cells for tag in tags_of(c))

    def write(self, folder):
        """Write notebook and files; return the notebook's path."""
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        path = folder / f"{self.name}.ipynb"
        path.write_text(json.dumps(self.notebook, indent=1))
        return path


def tags_of(cell):
    return cell["metadata"].get("tags", [])


def read_case(path):
    """Return the case that a text describes."""
    head, *parts = MARKER.split(path.read_text())
    case = Case(path.stem, head.splitlines()[0].lstrip("# "), [])
    for line in head.splitlines():
        if line.startswith("# with: "):
            name, _, value = line.removeprefix("# with: ").partition("=")
            case.parameters[name.strip()] = ast.literal_eval(value.strip())
    for mark, body in zip(parts[::2], parts[1::2], strict=True):
        source = body.strip("\n")
        if mark.startswith("[file]"):
            name, _, origin = mark.removeprefix("[file]").strip().partition(" < ")
            content = f"{source}\n".encode()
            case.files[name] = (REPOSITORY / origin).read_bytes() if origin else content
        else:
            case.cells.append(_cell(mark, source, len(case.cells)))
    return case


def _cell(mark, source, position):
    kind = "markdown" if "[markdown]" in mark else "code"
    tags = TAGS.search(mark)
    cell = {
        "cell_type": kind,
        "id": f"cell-{position}",
        "metadata": {"tags": tags[1].split(",")} if tags else {},
        "source": source,
    }
    return (
        cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []}
    )


def read_example(path):
    """Return an example of this repository as a case, with all its folder."""
    cells = json.loads(path.read_text())["cells"]
    case = Case(path.stem, f"The example {path.parent.name}.", cells)
    for cell in cells:
        cell["source"] = "".join(cell["source"])
    for file in sorted(path.parent.rglob("*")):
        if file.is_file() and file != path:
            case.files[str(file.relative_to(path.parent))] = file.read_bytes()
    return case


def read_corpus():
    """Return all cases, in a stable order."""
    texts = sorted(HERE.glob("constructs/*.ipy")) + sorted(HERE.glob("analyses/*.ipy"))
    examples = sorted(REPOSITORY.glob("examples/*/*.ipynb"))
    return [read_case(path) for path in texts] + [read_example(p) for p in examples]
