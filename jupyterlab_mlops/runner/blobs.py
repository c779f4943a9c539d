"""Large contents of arrays: each a file of its own, named by its digest and never changed.

values/.blobs/<sha256>      a step's id never begins with a dot

An array that a step was handed and did not change is thereby written once, however often it is
handed on. Whether it was changed is seen without reading it: the system keeps a page that was
written to apart from the file that it came from.
"""

from __future__ import annotations

import array
import ctypes
import hashlib
import mmap
import os
import sys

from .documents import open_file

_FOLDER = ".blobs"
#: Contents below this size lie beside each other in one file.
LARGE = 2**20

#: Address → size and digest of what this process has mapped.
_mapped = {}


class Blobs:
    """The large contents that one step hands on.

    Parameters
    ----------
    values : str
        The run's folder of values.
    """

    def __init__(self, values):
        self._folder = os.path.join(values, _FOLDER)
        self._known = {}
        self._staged = {}

    def digest(self, raw):
        """Return the SHA-256 of a contiguous memoryview; None where it is not large."""
        if raw.nbytes < LARGE:
            return None
        key = _address(raw), raw.nbytes
        if key[0] is None:
            return hashlib.sha256(raw).hexdigest()
        if key not in self._known:
            # The memory is held with its digest: its address is not used again.
            self._known[key] = _unchanged(*key) or hashlib.sha256(raw).hexdigest(), raw
        return self._known[key][0]

    def stage(self, digest, raw, folder):
        """Write contents to `folder`, where the run does not have them yet."""
        if digest in self._staged or os.path.exists(os.path.join(self._folder, digest)):
            return
        self._staged[digest] = os.path.join(folder, digest)
        with open_file(self._staged[digest], "wb") as file:
            file.write(raw)
        os.chmod(self._staged[digest], 0o444)

    def publish(self):
        """Put what was staged where all steps find it."""
        if self._staged:
            os.makedirs(self._folder, exist_ok=True)
        for digest, path in self._staged.items():
            os.replace(path, os.path.join(self._folder, digest))


def read(values, digest):
    """Return contents as private pages of their file: a change stays in this process."""
    with open_file(os.path.join(values, _FOLDER, digest), "rb") as file:
        pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    address = ctypes.addressof(ctypes.c_char.from_buffer(pages))
    # The pages are held for good, so that nothing else comes to lie there.
    _mapped[address] = len(pages), digest, pages
    return memoryview(pages)


def _address(raw):
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    return numpy.frombuffer(raw, numpy.uint8).__array_interface__["data"][0]


def _unchanged(address, size):
    """Return the digest of contents that were mapped and never written to, else None."""
    known_size, digest, _ = _mapped.get(address, (None, None, None))
    return digest if known_size == size and _is_untouched(address, size) else None


def _is_untouched(address, size):
    """Whether no page of a private mapping has become the process's own; see proc(5), pagemap."""
    page = os.sysconf("SC_PAGE_SIZE")
    first, last = address // page, (address + size - 1) // page
    entries = array.array("Q")
    try:
        with open_file("/proc/self/pagemap", "rb", buffering=0) as file:
            file.seek(first * entries.itemsize)
            while len(entries) <= last - first:
                part = file.read((last - first + 1 - len(entries)) * entries.itemsize)
                if not part:
                    return False
                entries.frombytes(part)
    except (OSError, ValueError):
        return False
    # The highest bits: present, swapped, of a file. A page that is there must be the file's.
    return not any(entry >> 61 in (2, 4, 6) for entry in entries)
