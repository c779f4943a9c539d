"""What steps have left on a claim: handed on to a later run, or sent to the gateway."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile

from . import pod
from .documents import read_json, to_json

#: Last member of the archive: the digest of every other one.
DIGESTS = "digests.json"
#: Bytes that are sent before the reader has to say that it keeps up.
WINDOW = 4 * 1024 * 1024

#: What names a process of a pod, or repeats what the pipeline carries.
_LEFT_OUT = {"request.json", "supervisor.json", "spawn.json"}


def take(source, target, steps):
    """Have a new run begin with what some steps of an earlier one have left.

    Parameters
    ----------
    source, target : str
        Folders of both runs; the new one's holds fresh `work`, `values` and `steps`.
    steps : list of str
        In the pipeline's order: a later one may have changed what an earlier one wrote.

    Raises
    ------
    PodFailure
        Where what is to be taken is gone, or was changed since.
    """
    results = {step: _result(source, step) for step in steps}
    last = {}
    for result in results.values():
        last.update(result["filesWritten"])
    for path, digest in last.items():
        original = os.path.join(source, "work", path)
        if not os.path.exists(original) or _digest(original) != digest:
            raise pod.PodFailure(
                f"The file {path}, which the earlier run wrote, was changed or removed since. "
                "Run the notebook again instead of retrying."
            )
        copy = os.path.join(target, "work", path)
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        shutil.copyfile(original, copy)
    blobs = os.path.join(source, "values", ".blobs")
    if os.path.isdir(blobs):
        shutil.copytree(blobs, os.path.join(target, "values", ".blobs"), dirs_exist_ok=True)
    for step in steps:
        for kind in ("values", "steps"):
            original = os.path.join(source, kind, step)
            if os.path.isdir(original):
                shutil.copytree(original, os.path.join(target, kind, step), dirs_exist_ok=True)


def _result(source, step):
    path = os.path.join(source, "steps", step, "result.json")
    if not os.path.exists(path):
        raise pod.PodFailure(
            f"What the step {step} of the earlier run has left is not on the claim any more. "
            "Run the notebook again instead of retrying."
        )
    return read_json(path)


def send(run, acknowledged, output):
    """Write an archive of what the steps have left, and of the files that they wrote.

    Parameters
    ----------
    run : str
        The run's folder.
    acknowledged : file
        Gives one byte whenever the reader has taken another `WINDOW` bytes.
    output : file
        Takes the archive.
    """
    paced = _Paced(output, acknowledged)
    digests = {}
    with tarfile.open(fileobj=paced, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name in _names(run):
            path = os.path.join(run, name)
            with open(path, "rb") as file:
                hashed = _Hashed(file)
                entry = tarfile.TarInfo(name)
                entry.size = os.fstat(file.fileno()).st_size
                archive.addfile(entry, hashed)
            digests[name] = hashed.digest()
        text = to_json(digests).encode()
        entry = tarfile.TarInfo(DIGESTS)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    output.flush()


def _names(run):
    steps = os.path.join(run, "steps")
    written = set()
    for step in sorted(os.listdir(steps)) if os.path.isdir(steps) else []:
        for folder, _, files in os.walk(os.path.join(steps, step)):
            for file in sorted(set(files) - _LEFT_OUT):
                path = os.path.join(folder, file)
                # A cell may have put a link there, to anywhere.
                if os.path.isfile(path) and not os.path.islink(path):
                    yield os.path.relpath(path, run)
        result = os.path.join(steps, step, "result.json")
        if os.path.exists(result):
            written |= read_json(result)["filesWritten"].keys()
    for path in sorted(written):
        inside = os.path.join("work", path)
        whole = os.path.realpath(os.path.join(run, inside))
        is_inside = whole.startswith(os.path.realpath(run) + os.sep)
        if is_inside and not os.path.isabs(path) and os.path.isfile(whole):
            yield os.path.normpath(inside)


def _digest(path):
    with open(path, "rb") as file:
        hashed = _Hashed(file)
        while hashed.read(1024 * 1024):
            pass
    return hashed.digest()


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file):
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size=-1):
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def digest(self):
        """Return the digest of what was read, as results name it."""
        return f"sha256:{self._hash.hexdigest()}"


class _Paced:
    """Lets no more than two windows be under way: the reader keeps nothing in memory."""

    def __init__(self, output, acknowledged):
        self._output = output
        self._acknowledged = acknowledged
        self._sent = 0
        self._granted = 2 * WINDOW

    def write(self, data):
        self._output.write(data)
        self._sent += len(data)
        while self._sent > self._granted:
            self._output.flush()
            if not self._acknowledged.read(1):
                raise BrokenPipeError("The reader has gone.")
            self._granted += WINDOW
        return len(data)
