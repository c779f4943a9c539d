"""What the cells of a step put out, in nbformat's shape, stored as it appears."""

from __future__ import annotations

import base64
import datetime
import numbers
import os
import threading
import time

from .documents import now, write_json
from .log import Log

#: Seconds between two writes of a cell's file while it runs.
_INTERVAL = 0.1


class Recorder:
    """Stores the outputs of cells in cells/<index>.json and their text in log.jsonl.

    Parameters
    ----------
    folder : str
        The step's folder.
    """

    def __init__(self, folder):
        self._folder = os.path.join(folder, "cells")
        os.makedirs(self._folder, exist_ok=True)
        self._log = Log(os.path.join(folder, "log.jsonl"))
        self._lock = threading.RLock()
        self._cell = None
        self._clear_next = False
        self._shown = {}
        self._dirty = {}
        self._unfinished = []
        self._unfinished_name = ""
        self._wake = threading.Event()
        self.failure = None
        os.register_at_fork(after_in_child=self._forget_lock)
        threading.Thread(target=self._store_often, name="mlops-recorder", daemon=True).start()

    def begin(self, cell, count):
        """Start recording `cell`, an entry of the request's `cells`; `count` is its number."""
        with self._lock:
            self._clear_next = False
            self._cell = {
                "id": cell["id"],
                "index": cell["index"],
                "state": "running",
                "executionCount": count,
                "outputs": [],
                "startedAt": now(),
                "endedAt": None,
            }
            self._store(self._cell)

    def end(self, state, count):
        """Close the cell that runs: `state` is `done` or `failed`; a blank one has no count."""
        with self._lock:
            self._finish_text()
            self._log.end_lines()
            self._cell.update(state=state, executionCount=count, endedAt=now())
            self._store(self._cell)
            for cell in list(self._dirty.values()):
                self._store(cell)

    def stream(self, name, text):
        """Add text of `stdout` or `stderr`; text that follows its like becomes one output."""
        if not text:
            return
        with self._lock:
            if name != self._unfinished_name:
                self._finish_text()
                self._unfinished_name = name
            # print() writes a line in several parts: they are recorded together.
            self._unfinished.append(text)
            if "\n" in text:
                self._finish_text()
            elif not self._wake.is_set():
                self._wake.set()

    def _finish_text(self):
        if not self._unfinished:
            return
        name, text = self._unfinished_name, "".join(self._unfinished)
        self._unfinished.clear()
        try:
            self._log.write(name, text)
        except OSError as error:
            self.failure = self.failure or error
        if self._cell is None:
            return
        self._clear_if_waiting()
        outputs = self._cell["outputs"]
        if outputs and outputs[-1].get("name") == name:
            outputs[-1]["text"].append(text)
        else:
            outputs.append({"output_type": "stream", "name": name, "text": [text]})
        self._mark(self._cell)

    def display(self, data, metadata, display_id=None):
        """Add a display_data output; one with a `display_id` can be updated later."""
        output = {
            "output_type": "display_data",
            "data": data,
            "metadata": metadata or {},
        }
        self._add(output, display_id)

    def result(self, count, data, metadata):
        """Add the value of a cell's last expression."""
        self._add(
            {
                "output_type": "execute_result",
                "execution_count": count,
                "data": data,
                "metadata": metadata or {},
            }
        )

    def error(self, name, value, traceback):
        """Add an error with its traceback, a list of lines."""
        self._add(
            {
                "output_type": "error",
                "ename": name,
                "evalue": value,
                "traceback": list(traceback),
            }
        )

    def update(self, data, metadata, display_id):
        """Replace what was displayed under `display_id`, in whichever cell."""
        with self._lock:
            self._finish_text()
            for cell, output in self._shown.get(display_id, ()):
                output.update(data=data, metadata=metadata or {})
                self._mark(cell)

    def clear(self, wait):
        """Remove the cell's outputs, with `wait` only when the next one comes."""
        with self._lock:
            self._finish_text()
            self._clear_next = True
            if not wait:
                self._clear_if_waiting()

    def _add(self, output, display_id=None):
        with self._lock:
            self._finish_text()
            if self._cell is None:
                return
            self._clear_if_waiting()
            self._cell["outputs"].append(output)
            if display_id:
                self._shown.setdefault(display_id, []).append((self._cell, output))
            self._mark(self._cell)

    def _clear_if_waiting(self):
        if self._clear_next and self._cell:
            self._clear_next = False
            self._cell["outputs"].clear()
            self._mark(self._cell)

    def _mark(self, cell):
        self._dirty[cell["index"]] = cell
        if not self._wake.is_set():
            self._wake.set()

    def _store_often(self):
        """Store cells that changed: at most ten times a second, less often where it is slow."""
        while True:
            self._wake.wait()
            began = time.monotonic()
            with self._lock:
                self._wake.clear()
                self._finish_text()
                for cell in list(self._dirty.values()):
                    self._store(cell)
            time.sleep(max(_INTERVAL, 10 * (time.monotonic() - began)))

    def _store(self, cell):
        self._dirty.pop(cell["index"], None)
        for output in cell["outputs"]:
            if output["output_type"] == "stream" and len(output["text"]) > 1:
                output["text"] = ["".join(output["text"])]
        outputs = [
            {**output, "text": "".join(output["text"])} if "text" in output else output
            for output in cell["outputs"]
        ]
        path = os.path.join(self._folder, f"{cell['index']}.json")
        try:
            write_json(path, {**cell, "outputs": outputs}, default=_plain)
        except OSError as error:
            self.failure = self.failure or error

    def _forget_lock(self):
        """In a forked child the lock may be held by a thread that is not there."""
        self._lock = threading.RLock()


def _plain(value):
    """JSON for what displays may hold beside JSON, as Jupyter's own messages have it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (set, frozenset, tuple)) or hasattr(value, "__next__"):
        return list(value)
    return repr(value)
