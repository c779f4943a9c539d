"""Runs cells of plain Python where the environment has no IPython."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import sys
import traceback
import types
import zlib

from .cell_result import CellResult, describe_error

_REPRESENTATIONS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "text/latex": "_repr_latex_",
    "application/json": "_repr_json_",
}


class PlainShell:
    """Executes cells in `__main__`, shows the value of the last expression.

    Parameters
    ----------
    recorder : Recorder
        Where outputs go.
    streams : Streams
        Standard output and error.
    """

    def __init__(self, recorder, streams):
        self.execution_count = 1
        self._recorder = recorder
        self._streams = streams
        self._module = types.ModuleType("__main__")
        sys.modules["__main__"] = self._module
        self.user_ns = vars(self._module)
        self.user_ns["__builtins__"] = builtins
        builtins.input = _refuse_input

    async def run(self, source):
        """Run one cell; return a CellResult."""
        if not source.strip():
            return CellResult(None, None, False)
        count = self.execution_count
        self.execution_count += 1
        file = f"<cell-{count}-{zlib.crc32(source.encode('utf-8', 'replace'))}>"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        error = None
        try:
            await self._execute(source, file, count)
        except (Exception, SystemExit, KeyboardInterrupt) as raised:
            error = describe_error(raised, _traceback(raised, file), file)
            self._recorder.error(error["name"], error["value"], error["traceback"])
        self._streams.drain()
        return CellResult(count, error, False)

    def python_of(self, source):
        """Return the cell as it is: there are no magics without IPython."""
        return source

    async def _execute(self, source, file, count):
        tree = ast.parse(source, file)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        await self._evaluate(compile(tree, file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT))
        if last is None:
            return
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        value = await self._evaluate(compile(ast.Expression(last.value), file, "eval", flags))
        if value is not None and not source.rstrip().endswith(";"):
            self.user_ns["_"] = value
            self._streams.drain()
            self._recorder.result(count, _representations(value), {})

    async def _evaluate(self, code):
        value = eval(code, self.user_ns)
        return await value if code.co_flags & inspect.CO_COROUTINE else value


def _representations(value):
    data = {"text/plain": repr(value)}
    for mime, method in _REPRESENTATIONS.items():
        made = getattr(value, method, None) if not isinstance(value, type) else None
        shown = made() if callable(made) else None
        if shown is not None:
            data[mime] = shown[0] if isinstance(shown, tuple) else shown
    return data


def _traceback(error, file):
    """The traceback from the cell on, without the frames that run it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != file:
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).splitlines()


def _refuse_input(*_):
    raise RuntimeError(
        "input was called, but a pipeline step has nobody to ask: make it a parameter."
    )
