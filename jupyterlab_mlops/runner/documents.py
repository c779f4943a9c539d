"""The files of a step: JSON documents that are replaced whole, and lines that are appended."""

from __future__ import annotations

import contextlib
import json
import os
import time

#: As the interpreter has it: a cell may put something else in its place.
open_file = open

_RESERVE = ".reserve"
_RESERVED = 512 * 1024


def now():
    """Return the current time as RFC 3339 in UTC, with milliseconds."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03d}Z"


def read_json(path):
    """Return the document in the file `path`."""
    with open_file(path, encoding="utf-8") as file:
        return json.load(file)


def to_json(document, default=None):
    """Return `document` as JSON text; NaN and infinities, which JSON lacks, become null."""
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False, default=default)
    except ValueError:
        loose = json.dumps(document, ensure_ascii=False, default=default)
        strict = json.loads(loose, parse_constant=lambda _: None)
        return json.dumps(strict, ensure_ascii=False, allow_nan=False)


def encode(text):
    """Return `text` as UTF-8; lone surrogates, which UTF-8 lacks, become question marks."""
    return text.encode("utf-8", "replace")


def write_json(path, document, default=None):
    """Replace the file `path` by `document`: a reader sees the old or the new one, never a part."""
    temporary = f"{path}.{os.getpid()}.tmp"
    with open_file(temporary, "wb") as file:
        file.write(encode(to_json(document, default)))
    os.replace(temporary, path)


def reserve(folder):
    """Keep room for how the step ends, also where its cells fill the disk: see `release`."""
    with open_file(os.path.join(folder, _RESERVE), "wb") as file:
        file.write(bytes(_RESERVED))


def release(folder):
    """Give the room free."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(os.path.join(folder, _RESERVE))


class LineFile:
    """JSON lines, appended. Each line is one write, so that a killed process loses none.

    Parameters
    ----------
    path : str
        The file; it is created where it does not exist, and continued where it does.
    """

    def __init__(self, path):
        self.count = _lines_of(path)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def append(self, line):
        """Append one object."""
        self.append_text(json.dumps(line, ensure_ascii=False) + "\n", 1)

    def append_text(self, text, lines):
        """Append `lines` lines that are JSON already, in one write."""
        data = memoryview(encode(text))
        while data:
            data = data[os.write(self._descriptor, data) :]
        self.count += lines


def _lines_of(path):
    try:
        with open_file(path, "rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except FileNotFoundError:
        return 0
