"""What was seen of the trainings of a step: which frame, which target, which model."""

from __future__ import annotations

import collections
import weakref

from . import frames

#: `x`, `y`: copies taken at fit time, None where there is none. `problem`: why not, in plain words.
Capture = collections.namedtuple("Capture", ["x", "y", "problem"])

#: How many searches are kept alive, since their best model may outlive them.
_SEARCHES_KEPT = 16


class Captures:
    """The last outermost fit of each model that is still there."""

    def __init__(self):
        self._by_model = {}
        self._data = {}
        self._copies = {}
        self._searches = collections.deque(maxlen=_SEARCHES_KEPT)

    def add(self, model, x, y):
        """Note that `model` is fitted on `x` and `y`; they are copied."""
        if hasattr(model, "refit"):
            self._searches.append(model)
        self._keep(self._by_model, model, self._capture(x, y))

    def add_part(self, model, x, y):
        """Note one portion of a training in portions."""
        problem = "It was trained in portions (partial_fit); its training rows were not kept."
        self._keep(self._by_model, model, Capture(None, None, problem))

    def add_data(self, data, x, y):
        """Note what an xgboost.DMatrix was made of."""
        self._keep(self._data, data, self._capture(x, y))

    def add_trained(self, model, data):
        """Note that xgboost.train gave `model` from the DMatrix `data`."""
        if model is None:
            return
        entry = self._data.get(id(data))
        unknown = Capture(None, None, "The training data is a DMatrix whose making was not seen.")
        self._keep(self._by_model, model, entry[1] if entry else unknown)

    def of(self, model):
        """Return the capture of `model`: its own, or that of the search that found it; or None."""
        entry = self._by_model.get(id(model))
        if entry and entry[0]() is model:
            return entry[1]
        for search in self._searches:
            if getattr(search, "best_estimator_", None) is model:
                return self.of(search)
        return None

    def searched(self, model):
        """Return the captured search whose best estimator is `model`, or None."""
        for search in self._searches:
            if getattr(search, "best_estimator_", None) is model:
                return search
        return None

    def _keep(self, table, thing, capture):
        key = id(thing)
        try:
            reference = weakref.ref(thing, lambda gone: self._drop(table, key, gone))
        except TypeError:
            # What has no weak references is held to the end of the step.
            reference = _Strong(thing)
        table[key] = (reference, capture)

    @staticmethod
    def _drop(table, key, gone):
        if key in table and table[key][0] is gone:
            del table[key]

    def _capture(self, x, y):
        try:
            return Capture(self._copy(x), None if y is None else self._copy(y), None)
        except _NotKept as error:
            return Capture(None, None, str(error))
        except Exception as error:
            # The notebook's fit must go on whatever its data is; the model says what is missing.
            return Capture(None, None, f"The training frame could not be copied: {error}")

    def _copy(self, data):
        """A copy of `data`; the copy of an earlier fit where nothing has changed since."""
        if not frames.is_frame(data):
            raise _NotKept(
                f"The training data is a {type(data).__module__}.{type(data).__qualname__}, "
                "whose rows cannot be read."
            )
        known = self._copies.get(id(data))
        if known is not None:
            original, copy = known[0](), known[1]()
            if original is data and copy is not None and frames.same(data, copy.data):
                return copy
        size = frames.size_of(data)
        if size + self._held() > frames.COPY_LIMIT:
            raise _NotKept(f"The training frame is too large to be kept ({size / 2**30:.1f} GiB).")
        copy = _Copy(frames.copy_of(data), size)
        if not isinstance(data, list):
            self._copies[id(data)] = (weakref.ref(data), weakref.ref(copy))
        return copy

    def _held(self):
        living = {id(c): c.size for _, c in ((k, e[1]()) for k, e in self._copies.items()) if c}
        return sum(living.values())


class _Strong:
    def __init__(self, thing):
        self._thing = thing

    def __call__(self):
        return self._thing


class _Copy:
    """Data as it was at a fit, shared by the models that were fitted on it."""

    def __init__(self, data, size):
        self.data = data
        self.size = size


class _NotKept(Exception):
    """The frame is not kept; the text says why."""
