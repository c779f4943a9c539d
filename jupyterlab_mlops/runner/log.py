"""The step's log: every line of output, stored as it is printed."""

from __future__ import annotations

import time
from json.encoder import encode_basestring

from .documents import LineFile


class Log:
    """log.jsonl: `{offset, time, stream, text}`, one line of output each.

    A line is written when it ends, in one system call, so that a step that is killed has lost
    nothing but an unfinished line.

    Parameters
    ----------
    path : str
        The file.
    """

    def __init__(self, path):
        self._file = LineFile(path)
        self._partial = {"stdout": "", "stderr": ""}
        self._second = 0
        self._prefix = ""

    def write(self, stream, text):
        """Add output; what follows the last line end waits for the rest of its line."""
        if "\n" not in text:
            self._partial[stream] += text
            return
        lines = (self._partial[stream] + text).split("\n")
        self._partial[stream] = lines.pop()
        self._store(stream, lines)

    def end_lines(self):
        """Store unfinished lines as they are."""
        for stream, text in self._partial.items():
            if text:
                self._partial[stream] = ""
                self._store(stream, [text])

    def _store(self, stream, lines):
        time_text = self._time()
        offset = self._file.count
        self._file.append_text(
            "".join(
                f'{{"offset": {offset + i}, "time": "{time_text}", "stream": "{stream}", '
                f'"text": {encode_basestring(line)}}}\n'
                for i, line in enumerate(lines)
            ),
            len(lines),
        )

    def _time(self):
        """RFC 3339; the part down to the second is made once a second, as lines come fast."""
        second, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        if second != self._second:
            self._second = second
            self._prefix = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._prefix}.{nanoseconds // 1_000_000:03d}Z"
