"""State beside the variables that a later step goes on with, as it would in one kernel."""

from __future__ import annotations

import importlib
import os
import pickle
import random
import sys
import warnings

from . import logging_state, pickling, settings
from .arrays import Sharing
from .documents import open_file
from .failures import StepFailure
from .kinds import type_name
from .quiet import quietly


class Ambient:
    """Random states, environment, import path, filters, logging, settings.

    Only what differs from how the process began is carried; what an earlier step changed is
    loaded first and so carried on.

    Parameters
    ----------
    request : dict
        The step's request.
    visited : list of str
        The folders that `%cd` has left, `_dh` of IPython.
    """

    def __init__(self, request, visited=()):
        self._request = request
        self._work = os.path.realpath(request["work"])
        self._visited = visited
        self._folder = os.getcwd()
        self._environment = dict(os.environ)
        self._path = list(sys.path)
        self._random = random.getstate()
        self._numpy = None
        self._filters = list(warnings.filters)
        self._logging = logging_state.snapshot()
        self._settings = settings.of_interpreter()

    def note_numpy(self, module):
        """Remember the random state that numpy begins with: unused, it is as good as another."""
        self._numpy = _state_of(module)

    def save(self, path):
        """Write what changed to the file `path`.

        Raises
        ------
        StepFailure
            `state-cannot-cross`, where a later step would have to go on with something that
            belongs to this process.
        """
        state = self._own_state()
        found = settings.of_interpreter()
        state.update({k: v for k, v in found.items() if self._settings[k] != v})
        # Asking for an option may warn, and the notebook may have made warnings errors.
        with quietly():
            state.update(settings.of_packages())
        try:
            state["logging"] = logging_state.changes(self._logging, self._work)
        except logging_state.Undescribed as error:
            self._refuse("logging", str(error))
        kept = {}
        for name, value in state.items():
            if value is not None and self._can_cross(name, value):
                kept[name] = value
        stream, _ = pickling.dumps(kept, self._request["step"], Sharing(), in_stream=True)
        with open_file(path, "wb") as file:
            file.write(stream)

    def load(self, path, only=None):
        """Set what the file `path` holds, or only some of it; nothing without the file."""
        if not os.path.exists(path):
            return
        with open_file(path, "rb") as file:
            state = pickle.load(file)
        setters = {
            **_SETTERS,
            **settings.SETTERS,
            "folder": self._set_folder,
            "logging": lambda changed: logging_state.apply(changed, self._work),
        }
        for name, value in state.items():
            if only is None or name in only:
                setters[name](value)

    def _set_folder(self, folders):
        *visited, folder = (os.path.join(self._work, each) for each in folders)
        if visited:
            self._visited[:] = visited
        os.chdir(folder)

    def _placed(self, folder):
        """Name a folder of the run's relative to it: another step may have it elsewhere."""
        place = os.path.relpath(os.path.realpath(folder), self._work)
        return folder if place.split(os.sep)[0] == os.pardir else place

    def _own_state(self):
        state = {}
        changed = {k: v for k, v in os.environ.items() if self._environment.get(k) != v}
        removed = [name for name in self._environment if name not in os.environ]
        if changed or removed:
            state["environment"] = (changed, removed)
        if sys.path != self._path:
            state["path"] = (self._path, list(sys.path))
        if os.getcwd() != self._folder or len(self._visited) > 1:
            state["folder"] = [self._placed(each) for each in (*self._visited, os.getcwd())]
        if "matplotlib_inline.backend_inline" in sys.modules:
            state["figures"] = True
        if warnings.filters != self._filters:
            state["warning filters"] = list(warnings.filters)
        if random.getstate() != self._random:
            state["random"] = random.getstate()
        numpy_random = sys.modules.get("numpy.random")
        if numpy_random is not None and _state_of(numpy_random) != self._numpy:
            state["numpy"] = numpy_random.get_state()
        return state

    def _can_cross(self, name, value):
        try:
            pickling.dumps(value, self._request["step"], Sharing(), in_stream=True)
        except pickling.Unpicklable as failure:
            self._refuse(name, f"it holds a {type_name(failure.thing)}", failure)
            return False
        return True

    def _refuse(self, name, reason, failure=None):
        """Stop the step; where no later step goes on with its state, nothing is lost."""
        if self._request.get("ambientKept") is False:
            return
        raise StepFailure(
            "state-cannot-cross",
            f"What the notebook has set up ({name}) cannot be handed to a later step: {reason}.",
            cause=failure and f"{type(failure.reason).__name__}: {failure.reason}",
            action="Set it up again in the step that needs it, or put these cells into one step.",
        )


def _set_environment(state):
    changed, removed = state
    os.environ.update(changed)
    for name in removed:
        os.environ.pop(name, None)


def _set_path(state):
    before, entries = state
    own = [entry for entry in sys.path if entry not in before and entry not in entries]
    sys.path[:] = entries + own


def _set_figures(_):
    """Show figures that came in: pyplot tells IPython how, and a cell need not import it again."""
    if "matplotlib.figure" in sys.modules:
        importlib.import_module("matplotlib.pyplot")
        importlib.import_module("matplotlib_inline.backend_inline")


def _set_filters(filters):
    warnings.filters[:] = filters
    # Whatever was shown once is judged by the new filters: simplefilter voids that cache.
    warnings.simplefilter("default")
    del warnings.filters[0]


def _state_of(numpy_random):
    return pickle.dumps(numpy_random.get_state(legacy=False))


def _set_numpy(state):
    import numpy

    numpy.random.set_state(state)


_SETTERS = {
    "environment": _set_environment,
    "path": _set_path,
    "figures": _set_figures,
    "warning filters": _set_filters,
    "random": random.setstate,
    "numpy": _set_numpy,
}
