"""Sees what models are trained on, without the notebook seeing it.

The reasons are in docs/decisions/0002-fit-capture.md.

scikit-learn's and xgboost's own `fit` and `train` call certain functions of their modules. In those
modules' namespaces, these are replaced by a `Hook`: an object whose `__call__` is a *property*.
Python evaluates the property, in which we look at the caller's frame, and then calls what it gives,
which is the original function: no frame of ours is on the stack when it runs, and no function,
class or method of the library is changed.
"""

from __future__ import annotations

import importlib.machinery
import os
import sys
import threading

from .captures import Captures


class Hook:
    """Stands for `original` in a module's namespace; `look` sees the frame of each caller."""

    def __init__(self, original, look):
        self._original = original
        self._look = look

    @property
    def __call__(self):
        """Look at the caller, then hand out the original."""
        self._look(sys._getframe(1))
        return self._original

    def __getattr__(self, name):
        return getattr(self._original, name)


class FitCapture:
    """Watches fits from its making on.

    Parameters
    ----------
    imported : dict of str to callable
        Takes a module of that name as soon as it has been imported.

    Attributes
    ----------
    captures : Captures
        What was seen.
    """

    def __init__(self, imported):
        self.captures = Captures()
        self._imported = imported
        self._process = os.getpid()
        self._thread = threading.get_ident()
        self._entries = []
        self._pending = []
        self._watched = {
            "sklearn.base": {"get_config": self._in_sklearn},
            "xgboost.sklearn": {"config_context": self._in_xgboost_fit},
            "xgboost.training": {"CallbackContainer": self._in_xgboost_train},
            "xgboost.data": {"dispatch_data_backend": self._in_xgboost_data},
        }
        self._watched.update((name, {}) for name in imported)
        sys.meta_path.insert(0, self)
        for name in list(self._watched):
            if name in sys.modules:
                self._replace(sys.modules[name])

    def find_spec(self, name, path=None, target=None):
        """Find a watched module as others would, and note when it has been executed."""
        if name not in self._watched:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        loader = getattr(spec, "loader", None)
        if loader is None:
            return None

        def exec_module(module):
            del loader.exec_module
            loader.exec_module(module)
            self._replace(module)

        loader.exec_module = exec_module
        return spec

    def settle(self):
        """Note the results of the trainings that ended; call it after each cell."""
        for frame in self._pending:
            self.captures.add_trained(frame.f_locals.get("bst"), frame.f_locals.get("dtrain"))
        self._pending.clear()

    def end(self):
        """Watch no longer: put everything back."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for module, name, hook in self._entries:
            if vars(module).get(name) is hook:
                setattr(module, name, hook._original)

    def _replace(self, module):
        self._imported.get(module.__name__, _do_nothing)(module)
        for name, look in self._watched.pop(module.__name__).items():
            original = getattr(module, name, None)
            if callable(original) and not isinstance(original, Hook):
                hook = Hook(original, look)
                setattr(module, name, hook)
                self._entries.append((module, name, hook))

    def _is_outermost(self, frame):
        """Whether no other fit is under way: in a worker, or further out in this thread."""
        if os.getpid() != self._process or threading.get_ident() != self._thread:
            return False
        outer = frame.f_back
        while outer is not None:
            if _is_sklearn_fit(outer) or _is_xgboost_fit(outer) or _is_xgboost_train(outer):
                return False
            outer = outer.f_back
        return True

    def _in_sklearn(self, frame):
        if not _is_sklearn_fit(frame) or not self._is_outermost(frame):
            return
        found = frame.f_locals
        name = found["fit_method"].__name__
        arguments, named = found["args"], found["kwargs"]
        x = arguments[0] if arguments else named.get("X")
        y = arguments[1] if len(arguments) > 1 else named.get("y")
        if name in ("fit", "fit_predict"):
            self.captures.add(found["estimator"], x, y)
        elif name == "partial_fit":
            self.captures.add_part(found["estimator"], x, y)

    def _in_xgboost_fit(self, frame):
        if not _is_xgboost_fit(frame) or not self._is_outermost(frame):
            return
        found = frame.f_locals
        self.captures.add(found["self"], found.get("X"), found.get("y"))

    def _in_xgboost_train(self, frame):
        if _is_xgboost_train(frame) and self._is_outermost(frame):
            self._pending.append(frame)

    def _in_xgboost_data(self, frame):
        found = frame.f_locals
        if frame.f_code.co_name == "__init__" and os.getpid() == self._process:
            outer = frame.f_back
            while outer is not None:
                if _is_xgboost_fit(outer) or _is_sklearn_fit(outer):
                    return
                outer = outer.f_back
            self.captures.add_data(found.get("self"), found.get("data"), found.get("label"))


def _do_nothing(_):
    """Take note of nothing."""


def _is_sklearn_fit(frame):
    code = frame.f_code
    return code.co_name == "wrapper" and "fit_method" in code.co_freevars


def _is_xgboost_fit(frame):
    code = frame.f_code
    return code.co_name == "fit" and frame.f_globals.get("__name__") == "xgboost.sklearn"


def _is_xgboost_train(frame):
    code = frame.f_code
    return code.co_name == "train" and frame.f_globals.get("__name__") == "xgboost.training"
