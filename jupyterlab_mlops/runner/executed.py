"""The executed notebook of a run, put together from the records of its steps."""

from __future__ import annotations

import os

from .documents import read_json


def notebook(original, records):
    """Return the notebook with the outputs of the steps that ran its cells.

    Parameters
    ----------
    original : dict
        nbformat 4, as it was compiled.
    records : list of (str, str)
        Steps in the pipeline's order, and their folders, which hold `cells`.
    """
    ran = {}
    for step, folder in records:
        for record in _cells(folder):
            ran[record["index"]] = (step, record)
    cells = [_cell(cell, *ran.get(at, (None, None))) for at, cell in enumerate(original["cells"])]
    return {**original, "cells": cells}


def _cells(folder):
    cells = os.path.join(folder, "cells")
    if not os.path.isdir(cells):
        # The step was not reached.
        return []
    names = [name for name in os.listdir(cells) if name.endswith(".json")]
    records = [read_json(os.path.join(cells, name)) for name in names]
    # A cell that is said again in another step is shown in its own.
    repeated = read_json(os.path.join(folder, "request.json"))["repeated"]
    return [record for record in records if record["index"] not in repeated]


def _cell(cell, step, record):
    if cell["cell_type"] != "code":
        return cell
    if record is None:
        return {**cell, "outputs": [], "execution_count": None}
    metadata = cell.get("metadata", {})
    run = {key: record.get(key) for key in ("state", "startedAt", "endedAt")}
    return {
        **cell,
        "metadata": {
            **metadata,
            "mlops": {**metadata.get("mlops", {}), "run": {"step": step, **run}},
        },
        "outputs": record["outputs"],
        "execution_count": record["executionCount"],
    }
