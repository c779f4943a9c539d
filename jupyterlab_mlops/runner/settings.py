"""Settings of the interpreter and of packages: what they are, and how another process gets them.

A setting has a name, says what it is now, and is set from that. What equals the value that every
process begins with is not carried.
"""

from __future__ import annotations

import decimal
import inspect
import locale
import sys
import warnings

#: Categories whose settings programs change one by one.
_LOCALES = ("LC_COLLATE", "LC_CTYPE", "LC_MONETARY", "LC_NUMERIC", "LC_TIME", "LC_MESSAGES")


def of_interpreter():
    """Return name → value of what can be compared with the process's beginning."""
    return {
        "decimal": _decimal(decimal.getcontext()),
        "locale": {name: locale.setlocale(getattr(locale, name)) for name in _LOCALES},
        "recursion limit": sys.getrecursionlimit(),
        "warnings": (warnings.showwarning, warnings.formatwarning),
    }


def of_packages():
    """Return name → value of what differs from the packages' own defaults."""
    state = {name: describe() for name, describe in _PACKAGES.items()}
    return {name: value for name, value in state.items() if value}


def _decimal(context):
    return (
        context.prec,
        context.rounding,
        context.Emin,
        context.Emax,
        context.capitals,
        context.clamp,
        [signal for signal, on in context.flags.items() if on],
        [signal for signal, on in context.traps.items() if on],
    )


def _pandas():
    config = sys.modules.get("pandas._config.config")
    if config is None:
        return None
    return {
        key: config.get_option(key)
        for key, option in config._registered_options.items()
        if key not in config._deprecated_options and config.get_option(key) != option.defval
    }


def _matplotlib():
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None or not hasattr(matplotlib, "rcParamsDefault"):
        return None
    defaults = matplotlib.rcParamsDefault
    parameters = {
        key: value
        for key, value in dict.items(matplotlib.rcParams)
        if not key.startswith("backend") and dict.get(defaults, key) != value
    }
    colors = sys.modules.get("matplotlib.colors")
    # seaborn gives other colours to "b" and "g"
    letters = {
        name: colors.colorConverter.colors[name]
        for name, usual in getattr(colors, "BASE_COLORS", {}).items()
        if colors.colorConverter.colors[name] != usual
    }
    return (parameters, letters) if parameters or letters else None


def _numpy_print():
    numpy = sys.modules.get("numpy")
    return numpy.get_printoptions() if hasattr(numpy, "get_printoptions") else None


def _numpy_errors():
    numpy = sys.modules.get("numpy")
    if not hasattr(numpy, "geterr"):
        return None
    usual = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
    found = numpy.geterr(), numpy.geterrcall()
    return None if found == (usual, None) else found


def _sklearn():
    config = sys.modules.get("sklearn._config")
    if not hasattr(config, "_global_config"):
        return None
    usual = config._global_config
    return {key: value for key, value in config.get_config().items() if usual.get(key) != value}


def _torch():
    torch = sys.modules.get("torch")
    if not hasattr(torch, "get_rng_state"):
        return None
    return bytes(torch.get_rng_state().tolist()), str(torch.get_default_dtype())


def _set_decimal(state):
    precision, rounding, smallest, largest, capitals, clamp, flags, traps = state
    context = decimal.Context(
        precision, rounding, smallest, largest, capitals, clamp, list(flags), list(traps)
    )
    decimal.setcontext(context)


def _set_locale(state):
    for name, value in state.items():
        locale.setlocale(getattr(locale, name), value)


def _set_warnings(state):
    warnings.showwarning, warnings.formatwarning = state


def _set_pandas(options):
    import pandas

    for name, value in options.items():
        pandas.set_option(name, value)


def _set_matplotlib(state):
    import matplotlib
    from matplotlib.colors import colorConverter

    parameters, letters = state
    matplotlib.rcParams.update(parameters)
    colorConverter.colors.update(letters)
    colorConverter.cache.clear()


def _set_numpy_print(options):
    import numpy

    known = inspect.signature(numpy.set_printoptions).parameters
    numpy.set_printoptions(**{key: value for key, value in options.items() if key in known})


def _set_numpy_errors(state):
    import numpy

    numpy.seterr(**state[0])
    numpy.seterrcall(state[1])


def _set_sklearn(options):
    import sklearn

    sklearn.set_config(**options)


def _set_torch(state):
    import torch

    torch.set_rng_state(torch.ByteTensor(list(state[0])))
    torch.set_default_dtype(getattr(torch, state[1].rpartition(".")[2]))


_PACKAGES = {
    "print options of numpy": _numpy_print,
    "error handling of numpy": _numpy_errors,
    "options of pandas": _pandas,
    "rcParams of matplotlib": _matplotlib,
    "configuration of scikit-learn": _sklearn,
    "random state of torch": _torch,
}

#: Name of a setting → how it is set.
SETTERS = {
    "decimal": _set_decimal,
    "locale": _set_locale,
    "recursion limit": sys.setrecursionlimit,
    "warnings": _set_warnings,
    "print options of numpy": _set_numpy_print,
    "error handling of numpy": _set_numpy_errors,
    "options of pandas": _set_pandas,
    "rcParams of matplotlib": _set_matplotlib,
    "configuration of scikit-learn": _set_sklearn,
    "random state of torch": _set_torch,
}
