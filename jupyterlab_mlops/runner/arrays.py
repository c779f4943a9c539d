"""Arrays that look at the same memory stay so: a view is stored as its base and where it looks."""

from __future__ import annotations

import sys

_PANDAS_HOLDERS = (
    "pandas._libs.internals",
    "pandas.core.internals",
    "pandas.core.arrays",
    "pandas.core.indexes",
)
#: Bytes up to which contents are copied when they are loaded.
_SMALL = 2**16
_HOLDING = ("values", "_ndarray", "_data", "_mask", "_codes")


class Sharing:
    """Finds, while graphs are measured, which numpy arrays share memory.

    pandas keeps count of who shares its arrays and copies on write; arrays that it holds are
    therefore stored each for itself.
    """

    def __init__(self):
        self._arrays = {}
        self._held_by_pandas = {}
        self._known = False

    @property
    def held_by_pandas(self):
        """Arrays that a pandas object holds, by their identity."""
        return self._held_by_pandas

    def settle(self):
        """End the search: from now on views of shared memory are stored as views."""
        self._known = True

    def reduce(self, obj):
        """Return how to pickle a view, NotImplemented for anything else."""
        numpy = sys.modules.get("numpy")
        if numpy is None or not hasattr(numpy, "ndarray"):
            return NotImplemented
        if type(obj) is getattr(sys.modules.get("numpy.ma"), "MaskedArray", None):
            data = obj.data
            self._note(obj, root_of(data, numpy))
            # The data is looked at only now; without the mask it is an array like others.
            return make_masked, (data, {k: v for k, v in vars(obj).items() if k != "_basedict"})
        if type(obj) is not numpy.ndarray:
            self._note_pandas(obj, numpy)
            return NotImplemented
        root = root_of(obj, numpy)
        if not self._known:
            self._note(obj, root)
            return NotImplemented
        together = self._arrays.get(id(root), {})
        if obj is root or len(together) < 2:
            return _owning(obj) if obj is root else NotImplemented
        if not self._is_plain(obj, root):
            return NotImplemented
        offset = obj.__array_interface__["data"][0] - root.__array_interface__["data"][0]
        look = (offset, obj.shape, obj.strides, obj.dtype, obj.flags.writeable)
        return make_view, (root, *look)

    def _note(self, obj, root):
        self._arrays.setdefault(id(root), {})[id(obj)] = (obj, root)

    def _is_plain(self, obj, root):
        flags = root.flags
        return (
            (flags.c_contiguous or flags.f_contiguous)
            and (not root.dtype.hasobject or root.dtype == obj.dtype)
            and id(obj) not in self._held_by_pandas
        )

    def _note_pandas(self, obj, numpy):
        if not type(obj).__module__.startswith(_PANDAS_HOLDERS):
            return
        # A series' manager is pickled without its blocks: by their arrays.
        for block in getattr(obj, "blocks", ()) if _is_block(obj) else ():
            self._note_pandas(block, numpy)
        for name in _HOLDING:
            held = getattr(obj, name, None) if name != "values" or _is_block(obj) else None
            if type(held) is numpy.ndarray:
                self._held_by_pandas[id(held)] = held


def _is_block(obj):
    return type(obj).__module__.startswith(("pandas._libs.internals", "pandas.core.internals"))


def root_of(array, numpy, subclasses=False):
    """Return the array that holds the memory which `array` looks at."""
    while True:
        base = array.base
        if type(base).__name__ == "DummyArray":
            # What numpy's stride tricks leave between a view and its array.
            base = base.base
        fits = isinstance(base, numpy.ndarray) and (subclasses or type(base) is numpy.ndarray)
        if not fits:
            return array
        array = base


def _owning(array):
    """Reduce a small array so that it owns its memory again, as `resize` demands."""
    plain = array.flags.owndata and array.flags.writeable and not array.dtype.hasobject
    return array.__reduce__() if plain and array.nbytes <= _SMALL else NotImplemented


def make_masked(data, state):
    """Return a masked array that looks at the memory of `data`."""
    import numpy

    made = data.view(numpy.ma.MaskedArray)
    made.__dict__.update(state)
    return made


def make_view(root, offset, shape, strides, dtype, writeable):
    """Return an array that looks at the memory of `root`."""
    import numpy

    if dtype.hasobject:
        items = root.reshape(-1, order="A")[offset // dtype.itemsize :]
        return numpy.lib.stride_tricks.as_strided(items, shape, strides, writeable=writeable)
    memory = root
    if not root.flags.c_contiguous or root.dtype.kind in "mMV":
        memory = root.reshape(-1, order="A").view(numpy.uint8)
    made = numpy.ndarray(shape, dtype, buffer=memory, offset=offset, strides=strides)
    made.flags.writeable = writeable
    return made
