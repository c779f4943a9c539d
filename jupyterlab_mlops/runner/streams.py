"""Standard output and error of the cells: Python's, and what C code and child programs write."""

from __future__ import annotations

import codecs
import faulthandler
import io
import os
import secrets
import sys
import threading


class CellStream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of the notebook, recorded as it is written.

    Parameters
    ----------
    recorder : Recorder
        Where the text goes.
    name : str
        `stdout` or `stderr`.
    descriptor : int
        The descriptor that child programs inherit; forked children write there, too.
    """

    encoding = "UTF-8"
    errors = "strict"

    def __init__(self, recorder, name, descriptor):
        self._recorder = recorder
        self.name = name
        self._descriptor = descriptor
        self._process = os.getpid()

    def write(self, text):
        """Record `text`; return its length."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() == self._process:
            self._recorder.stream(self.name, text)
        else:
            os.write(self._descriptor, text.encode("utf-8", "replace"))
        return len(text)

    def writable(self):
        """Return True."""
        return True

    def isatty(self):
        """Return False: a notebook is no terminal."""
        return False

    def fileno(self):
        """Return the descriptor, which is recorded as well."""
        return self._descriptor


class DescriptorReader:
    """Reads one descriptor through a pipe and records what arrives.

    Parameters
    ----------
    recorder : Recorder
        Where the text goes.
    name : str
        `stdout` or `stderr`.
    descriptor : int
        1 or 2; it is replaced by the pipe.
    """

    def __init__(self, recorder, name, descriptor):
        self._recorder = recorder
        self._name = name
        self._read, self._write = os.pipe()
        os.dup2(self._write, descriptor)
        self._mark = f"\0{secrets.token_hex(16)}\0".encode()
        self._arrived = threading.Event()
        threading.Thread(target=self._listen, name=f"mlops-{name}", daemon=True).start()

    def drain(self):
        """Wait until all that was written before has been recorded, at most a second."""
        self._arrived.clear()
        os.write(self._write, self._mark)
        self._arrived.wait(1)

    def _listen(self):
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        pending = b""
        while True:
            data = os.read(self._read, 1 << 16)
            if not data:
                return
            parts = (pending + data).split(self._mark)
            pending = self._unfinished_mark(parts[-1])
            parts[-1] = parts[-1][: len(parts[-1]) - len(pending)]
            for i, part in enumerate(parts):
                self._recorder.stream(self._name, decoder.decode(part))
                if i < len(parts) - 1:
                    self._arrived.set()

    def _unfinished_mark(self, data):
        """The end of `data` that may be the beginning of a mark."""
        start = data.rfind(b"\0", max(0, len(data) - len(self._mark) + 1))
        while start > 0 and not self._mark.startswith(data[start:]):
            start = data.rfind(b"\0", max(0, len(data) - len(self._mark) + 1), start)
        return data[start:] if start >= 0 and self._mark.startswith(data[start:]) else b""


class Streams:
    """All output of the step's process, from Python and from below it.

    Parameters
    ----------
    recorder : Recorder
        Where the text goes.
    """

    def __init__(self, recorder):
        crash = os.dup(2)
        faulthandler.enable(os.fdopen(crash, "w"))
        self._readers = [
            DescriptorReader(recorder, "stdout", 1),
            DescriptorReader(recorder, "stderr", 2),
        ]
        sys.stdout = sys.__stdout__ = CellStream(recorder, "stdout", 1)
        sys.stderr = sys.__stderr__ = CellStream(recorder, "stderr", 2)

    def drain(self):
        """Wait until output from below Python has been recorded."""
        for reader in self._readers:
            reader.drain()

    def mute(self):
        """Send all further output nowhere: what follows is not the notebook's."""
        self.drain()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        sys.stdout = sys.stderr = os.fdopen(os.dup(nowhere), "w", encoding="utf-8")
