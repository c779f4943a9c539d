"""Values between steps: one object graph a step, written once, read by reference.

values/<step>/graph.pkl     the pickle stream, protocol 5
values/<step>/buffers.bin   the arrays' contents, each at a multiple of 64 bytes
values/.blobs/<sha256>      large contents, see blobs.py
values/<step>/graph.json    digest, names, absent, saved, blobs: the names of large contents, and
                            buffers: [offset or name of large contents, bytes, readonly]
values/<step>/ambient.pkl   state beside the variables, see ambient.py
"""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import time

from . import advice, blobs, pickling
from .arrays import Sharing
from .documents import open_file, read_json, write_json
from .failures import StepFailure
from .kinds import kind_of, shape_of, type_name
from .observed import Look, groups_of
from .persistent import GraphUnpickler

_ALIGNMENT = 64
#: Up to this size a variable has a digest of its own.
_OWN_DIGEST_BYTES = 64 * 2**20


class _Digest:
    """Counts what is written and digests it as long as it is small."""

    def __init__(self, contents):
        self._contents = contents
        self.begin()

    def begin(self):
        """Begin anew."""
        self.bytes = 0
        self._hashed = 0
        self._hash = hashlib.sha256()

    def write(self, data):
        data = memoryview(data)
        size = data.nbytes
        self.bytes += size
        self._add(data)
        return size

    def take(self, raw):
        """Add the contents of an array: large ones by their digest."""
        self.bytes += raw.nbytes
        name = self._contents.digest(raw)
        self._add(raw if name is None else memoryview(name.encode()))

    def _add(self, data):
        self._hashed += data.nbytes
        if self._hashed <= _OWN_DIGEST_BYTES:
            self._hash.update(data)

    def text(self):
        """The digest, or None where there was too much."""
        if self._hashed > _OWN_DIGEST_BYTES:
            return None
        return f"sha256:{self._hash.hexdigest()}"


def save(request, namespace, made_in, arrived=None):
    """Write a step's outputs, and what it has changed of what came in, as one graph.

    Parameters
    ----------
    request : dict
        The step's request.
    namespace : dict
        The notebook's variables.
    made_in : dict of str to dict
        For each variable the cell that bound it last.
    arrived : observed.Arrived, optional
        What came in; where it is not given, the outputs are written as they are asked for.

    Returns
    -------
    dict
        The entries `values`, `groups` and `removed` of result.json.

    Raises
    ------
    StepFailure
        `value-cannot-cross`, where a variable cannot be pickled.
    """
    names = [name for name in request["outputs"] if name in namespace]
    if arrived is not None:
        came = (name for name in request["kept"] if name in namespace and name in arrived)
        names = list(dict.fromkeys([*names, *came]))
    shared = Sharing()
    contents = blobs.Blobs(request["values"])
    measured, looks = {}, {}
    for name in names:
        measured[name] = _Digest(contents)
        try:
            looks[name] = Look(namespace[name], request["step"], shared, contents, measured[name])
        except pickling.Unpicklable as failure:
            raise advice.cannot_cross(name, namespace[name], failure, made_in.get(name)) from None
    shared.settle()
    groups = groups_of(looks)
    if arrived is not None:
        names = _changed(names, looks, groups, arrived, namespace)
    digest = _write(request, {name: namespace[name] for name in names}, shared, contents)
    return {
        "values": {
            name: {
                "digest": measured[name].text() or digest,
                "bytes": measured[name].bytes,
                "type": type_name(namespace[name]),
                "kind": kind_of(namespace[name]),
                "shape": shape_of(namespace[name]),
            }
            for name in names
        },
        "groups": [group for group in groups if group[0] in names],
        "removed": arrived.removed(namespace) if arrived is not None else [],
    }


def _changed(names, looks, groups, arrived, namespace):
    """What is new, has changed, or shares an object with that; all else is where it came from."""
    fresh = {
        name
        for name in names
        if not arrived.is_same(name, namespace) or arrived.changed(name, looks[name])
    }
    for group in groups:
        if not fresh.isdisjoint(group):
            fresh.update(group)
    return [name for name in names if name in fresh]


def _write(request, variables, shared, contents):
    step = request["step"]
    stream, buffers = pickling.dumps(variables, step, shared)
    folder = os.path.join(request["values"], step)
    temporary = f"{folder}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    os.makedirs(temporary)
    try:
        digest = _write_graph(temporary, request, variables, (stream, buffers, contents))
        contents.publish()
        # A retry replaces what an earlier attempt left.
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(temporary, folder)
    finally:
        # Where the disk is full, a part of the values must not keep it so.
        shutil.rmtree(temporary, ignore_errors=True)
    return digest


def _write_graph(folder, request, variables, graph):
    stream, buffers, contents = graph
    digest = hashlib.sha256(stream)
    with open_file(os.path.join(folder, "graph.pkl"), "wb") as file:
        file.write(stream)
    places = []
    with open_file(os.path.join(folder, "buffers.bin"), "wb") as file:
        for buffer in buffers:
            raw = buffer.raw()
            name = contents.digest(raw)
            if name is not None:
                contents.stage(name, raw, folder)
                places.append([name, raw.nbytes, raw.readonly])
                digest.update(name.encode())
                continue
            file.write(bytes(-file.tell() % _ALIGNMENT))
            places.append([file.tell(), raw.nbytes, raw.readonly])
            file.write(raw)
            digest.update(raw)
    text = f"sha256:{digest.hexdigest()}"
    document = {
        "digest": text,
        "names": list(variables),
        "absent": [name for name in request["outputs"] if name not in variables],
        "buffers": places,
        "blobs": sorted({place for place, _, _ in places if isinstance(place, str)}),
        "saved": time.time_ns(),
    }
    write_json(os.path.join(folder, "graph.json"), document)
    return text


def load(request, prepare=lambda folders: None):
    """Return the step's inputs, and the steps they come from in the order of their saving.

    Each step's graph is loaded once, so that its values share what they shared. A variable that
    the earlier step did not define is left out, as in one kernel. `prepare` is called with the
    folders before anything is read.

    Returns
    -------
    tuple
        Variable → value, and the list of folders that were read, oldest first.

    Raises
    ------
    StepFailure
        `input-missing`, where a step's values are not there; `input-unreadable`.
    """
    wanted = {}
    for entry in request["inputs"]:
        wanted.setdefault(entry["from"], []).append(entry["variable"])
    graphs = []
    for step in wanted:
        folder = os.path.join(request["values"], step)
        if not os.path.exists(os.path.join(folder, "graph.json")):
            raise StepFailure(
                "input-missing",
                f"The values of the step “{step}”, which this step reads, are not there.",
                action=f"Run the step “{step}” again.",
            )
        graphs.append((read_json(os.path.join(folder, "graph.json")), step, folder))
    if "kept" not in request:
        # Else the engine names the inputs in the order of the notebook.
        graphs.sort(key=lambda graph: graph[0]["saved"])
    folders = [folder for _, _, folder in graphs]
    prepare(folders)
    found = {}
    for document, step, folder in graphs:
        values = _read(document, step, folder)
        found.update({name: values[name] for name in wanted[step] if name in values})
    return found, folders


def _read(document, step, folder):
    try:
        with open_file(os.path.join(folder, "graph.pkl"), "rb") as file:
            return GraphUnpickler(file, buffers=_buffers(document, folder)).load()
    except Exception as error:
        raise StepFailure(
            "input-unreadable",
            f"The values of the step “{step}” could not be loaded.",
            cause=f"{type(error).__name__}: {error}",
            action="See that both steps have the same packages, and run the earlier step again.",
        ) from error


def _buffers(document, folder):
    """The arrays' contents, as private pages of their files: a change stays in this process."""
    path = os.path.join(folder, "buffers.bin")
    pages = memoryview(b"")
    if os.path.getsize(path) > 0:
        with open_file(path, "rb") as file:
            pages = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    parts = []
    for place, size, readonly in document["buffers"]:
        if isinstance(place, str):
            part = blobs.read(os.path.dirname(folder), place)
        else:
            # An empty array of a file without contents may be written to, too.
            part = pages[place : place + size] if pages else memoryview(bytearray())
        parts.append(part.toreadonly() if readonly else part)
    return parts
