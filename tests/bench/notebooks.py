"""The notebooks that are measured, as they would be typed."""

import json
from textwrap import dedent


def write(path, *cells):
    """Write a notebook of code cells.

    One that begins with ``# `` is a heading, one with ``#parameters`` has that tag.
    """
    document = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "id": f"c{i}", "source": cell}
            if cell.startswith("# ")
            else {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {"tags": ["parameters"] * cell.startswith("#parameters")},
                "outputs": [],
                "id": f"c{i}",
                "source": dedent(cell).strip(),
            }
            for i, cell in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(document))
    return path


def stamp(path, mark):
    """Write down when its first cell runs, into the file `mark`."""
    cell = f"""
        from time import time
        open({str(mark)!r}, "w").write(str(time()))
    """
    return write(path, cell)


def model(path):
    """Train a small model; `slope` makes versions that differ."""
    data = """
        import numpy as np
        import pandas as pd
        draws = np.random.default_rng(7)
        frame = pd.DataFrame({"width": draws.normal(size=500)})
        frame["price"] = slope * frame.width + draws.normal(scale=0.1, size=500)
    """
    train = """
        from sklearn.linear_model import LinearRegression
        model = LinearRegression().fit(frame[["width"]], frame["price"])
        mae = float(abs(model.predict(frame[["width"]]) - frame["price"]).mean())
        mae
    """
    parameters = "#parameters\nslope = 3"
    return write(path, parameters, "# Load", data, "# Train", train)


def chatter(path, rate, seconds):
    """Print numbered lines at a steady rate."""
    cell = f"""
        import time
        begin = time.perf_counter()
        for tick in range({seconds} * 50):
            for line in range({rate} // 50):
                print("line", tick * ({rate} // 50) + line, "of a step that says much")
            time.sleep(max(0, begin + (tick + 1) / 50 - time.perf_counter()))
        print("took", time.perf_counter() - begin)
    """
    return write(path, cell)
