"""State beside the variables that a later step goes on with, as it would in one kernel."""

from __future__ import annotations

import os
import pickle
import random
import sys
import warnings

from .quiet import quietly


class Ambient:
    """Random states, environment, import path, filters, options.

    Only what differs from how the process began is carried; what an earlier step changed is
    loaded first and so carried on. The working folder is not: the steps' own cells say again
    where they go, and `cd data` means another place when it is said twice.
    """

    def __init__(self):
        self._environment = dict(os.environ)
        self._path = list(sys.path)
        self._random = random.getstate()
        self._filters = list(warnings.filters)

    def save(self, path):
        """Write what changed to the file `path`."""
        state = {}
        if random.getstate() != self._random:
            state["random"] = random.getstate()
        numpy_random = sys.modules.get("numpy.random")
        if numpy_random is not None:
            state["numpy"] = numpy_random.get_state()
        changed = {k: v for k, v in os.environ.items() if self._environment.get(k) != v}
        removed = [name for name in self._environment if name not in os.environ]
        if changed or removed:
            state["environment"] = (changed, removed)
        if sys.path != self._path:
            state["path"] = [entry for entry in sys.path if entry not in self._path]
        if warnings.filters != self._filters:
            state["filters"] = list(warnings.filters)
        # Asking for an option may warn, and the notebook may have made warnings errors.
        with quietly():
            state.update(_options())
        with open(path, "wb") as file:
            file.write(_dump(state))

    def load(self, path):
        """Set what the file `path` holds; nothing where there is no such file."""
        if not os.path.exists(path):
            return
        with open(path, "rb") as file:
            state = pickle.load(file)
        for name, set_state in _SETTERS.items():
            if name in state:
                set_state(state[name])


def _dump(state):
    """Pickle entry by entry: one that cannot be stored is left to the steps' own cells."""
    kept = {}
    for name, value in state.items():
        try:
            pickle.dumps(value)
        except (pickle.PicklingError, TypeError, AttributeError):
            continue
        kept[name] = value
    return pickle.dumps(kept, protocol=5)


def _options():
    state = {}
    pandas_config = sys.modules.get("pandas._config.config")
    if pandas_config is not None:
        state["pandas"] = {
            key: pandas_config.get_option(key)
            for key, option in pandas_config._registered_options.items()
            if key not in pandas_config._deprecated_options
            and pandas_config.get_option(key) != option.defval
        }
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None and hasattr(matplotlib, "rcParamsDefault"):
        defaults = matplotlib.rcParamsDefault
        state["matplotlib"] = {
            key: value
            for key, value in dict.items(matplotlib.rcParams)
            if not key.startswith("backend") and dict.get(defaults, key) != value
        }
    numpy = sys.modules.get("numpy")
    if numpy is not None and hasattr(numpy, "get_printoptions"):
        state["print"] = numpy.get_printoptions()
    return {name: value for name, value in state.items() if value}


def _set_environment(state):
    changed, removed = state
    os.environ.update(changed)
    for name in removed:
        os.environ.pop(name, None)


def _set_path(entries):
    sys.path[:0] = [entry for entry in entries if entry not in sys.path]


def _set_filters(filters):
    warnings.filters[:] = filters
    # Whatever was shown once is judged by the new filters: simplefilter voids that cache.
    warnings.simplefilter("default")
    del warnings.filters[0]


def _set_numpy(state):
    import numpy

    numpy.random.set_state(state)


def _set_pandas(options):
    import pandas

    for name, value in options.items():
        pandas.set_option(name, value)


def _set_matplotlib(parameters):
    import matplotlib

    matplotlib.rcParams.update(parameters)


def _set_print(options):
    import numpy

    numpy.set_printoptions(**{k: v for k, v in options.items() if k != "override_repr"})


_SETTERS = {
    "environment": _set_environment,
    "path": _set_path,
    "filters": _set_filters,
    "random": random.setstate,
    "numpy": _set_numpy,
    "print": _set_print,
    "pandas": _set_pandas,
    "matplotlib": _set_matplotlib,
}
