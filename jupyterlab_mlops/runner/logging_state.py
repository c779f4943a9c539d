"""How the notebook has set up `logging`: levels, and handlers that can be described."""

from __future__ import annotations

import importlib
import logging
import os
import sys

from .streams import CellStream

#: Level, propagation, disabled, filters of a logger that nobody has set up.
_PLAIN = (logging.NOTSET, True, False, [])


class Undescribed(Exception):
    """A handler that belongs to its process; the text names it."""


def snapshot():
    """Return logger's name → (level, propagate, disabled, filters, handlers)."""
    return {
        name: (
            logger.level,
            logger.propagate,
            logger.disabled,
            list(logger.filters),
            list(logger.handlers),
        )
        for name, logger in _loggers().items()
    }


def changes(before, work):
    """Return what differs from a snapshot, so that `apply` can set it in another process.

    `work` is the run's folder: files in it are named relative to it.

    Raises
    ------
    Undescribed
        There is a handler that another process cannot have.
    """
    state = {}
    for name, now in snapshot().items():
        if before.get(name, (*_PLAIN, [])) == now:
            continue
        *settings, handlers = now
        own = [handler for handler in handlers if not _comes_with_import(handler, name)]
        described = [_describe(handler, name, work) for handler in own]
        if described or tuple(settings) != _PLAIN or name in before:
            state[name] = (*settings, described, _package(name) if described else "")
    disabled = logging.root.manager.disable
    return (state, disabled) if state or disabled else None


def apply(changed, work):
    """Set what `changes` returned. What packages have set up for their own loggers stays."""
    state, disabled = changed
    logging.disable(disabled)
    for name, (level, propagate, is_disabled, filters, handlers, package) in state.items():
        if package:
            # Imported later, it would set up its logger a second time.
            importlib.import_module(package)
        logger = logging.getLogger(name) if name else logging.root
        logger.setLevel(level)
        logger.propagate, logger.disabled = propagate, is_disabled
        logger.filters[:] = filters
        kept = [handler for handler in logger.handlers if _comes_with_import(handler, name)]
        logger.handlers[:] = kept + [_make(handler, work) for handler in handlers]


def _loggers():
    known = logging.root.manager.loggerDict.items()
    named = {name: logger for name, logger in known if isinstance(logger, logging.Logger)}
    return {"": logging.root, **dict(sorted(named.items()))}


def _comes_with_import(handler, logger):
    """Whether a package set the handler up for its own logger, as each process's import does."""
    top = logger.partition(".")[0]
    own = type(handler).__module__.partition(".")[0]
    is_empty = type(handler) is logging.NullHandler and top in sys.modules
    return bool(top) and (own == top or is_empty)


def _package(logger):
    """The loaded package that a logger is named after; empty where there is none."""
    top = logger.partition(".")[0]
    file = getattr(sys.modules.get(top), "__file__", None) or ""
    return top if "-packages" in file else ""


def _describe(handler, logger, work):
    kind = type(handler)
    where = f"the logger “{logger}”" if logger else "the root logger"
    if kind is logging.NullHandler:
        target = ("null",)
    elif kind is logging.StreamHandler and isinstance(handler.stream, CellStream):
        target = ("stream", handler.stream.name)
    elif kind is logging.FileHandler:
        path = handler.baseFilename
        inside = path.startswith(work + os.sep)
        target = ("file", os.path.relpath(path, work) if inside else path, handler.encoding)
    else:
        raise Undescribed(f"{where} has a {kind.__module__}.{kind.__qualname__}")
    return (*target, handler.level, handler.formatter, list(handler.filters), handler.name)


def _make(description, work):
    kind, *target, level, formatter, filters, name = description
    if kind == "null":
        handler = logging.NullHandler()
    elif kind == "stream":
        handler = logging.StreamHandler(getattr(sys, target[0]))
    else:
        # It goes on where the earlier step stopped, whatever that opened it with.
        path, encoding = target
        handler = logging.FileHandler(os.path.join(work, path), "a", encoding, delay=True)
    handler.setLevel(level)
    handler.setFormatter(formatter)
    handler.filters[:] = filters
    handler.name = name
    return handler
