"""IPython's shell for a step: a kernel's manners without a kernel's sockets."""

from __future__ import annotations

import asyncio
import builtins
import getpass
import os
import sys
import tempfile
import zlib

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any, Type
from traitlets.config import Config

from .cell_result import CellResult, describe_error

#: Where tracebacks and warnings say that a cell's code is, as ipykernel names it. The number in
#: place of a process id is the same in every step, so that equal functions have equal code.
_CELL_FOLDER = os.path.join(tempfile.gettempdir(), "ipykernel_1")


class StepCompiler(CachingCompiler):
    """Names the code of a cell after its text."""

    def get_code_name(self, raw_code, code, number):
        """Return the file name of a cell's code."""
        return os.path.join(_CELL_FOLDER, f"{zlib.crc32(raw_code.encode('utf-8', 'replace'))}.py")


class StepDisplayHook(DisplayHook):
    """Records the value of a cell's last expression."""

    def write_output_prompt(self):
        """Write nothing: a notebook shows the number itself."""

    def write_format_data(self, format_dict, md_dict=None):
        """Record the value's representations."""
        self.shell.streams.drain()
        self.shell.recorder.result(self.prompt_count, format_dict, md_dict)

    def finish_displayhook(self):
        """Write nothing."""
        self._is_active = False


class StepDisplayPublisher(DisplayPublisher):
    """Records what cells display."""

    def publish(self, data, metadata=None, *, transient=None, update=False, **_):
        """Record a display, or replace an earlier one of the same display id."""
        self._validate_data(data, metadata)
        self.shell.streams.drain()
        display_id = (transient or {}).get("display_id")
        if update:
            self.shell.recorder.update(data, metadata, display_id)
        else:
            self.shell.recorder.display(data, metadata, display_id)

    def clear_output(self, wait=False):
        """Remove the cell's outputs, with `wait` when the next one comes."""
        self.shell.streams.drain()
        self.shell.recorder.clear(wait)


class StepShell(InteractiveShell):
    """An interactive shell whose outputs go to a recorder."""

    displayhook_class = Type(StepDisplayHook)
    display_pub_class = Type(StepDisplayPublisher)
    compiler_class = Type(StepCompiler)
    recorder = Any()
    streams = Any()
    exit_asked = Any(False)
    #: There is none; but pandas looks for it, to lay out tables for a page and not a terminal.
    kernel = None

    def init_environment(self):
        """Set what a kernel sets: colours, and no pager."""
        colours = {"TERM": "xterm-color", "CLICOLOR": "1", "FORCE_COLOR": "1"}
        os.environ.update(colours, CLICOLOR_FORCE="1", PAGER="cat", GIT_PAGER="cat")

    def init_hooks(self):
        """Send pages nowhere: a notebook shows them beside itself, not among its outputs."""
        super().init_hooks()
        self.set_hook("show_in_pager", lambda *_, **__: None, 0)

    def enable_gui(self, gui=None):
        """Accept the inline backend; there is no event loop for others."""
        if gui not in (None, "inline", "agg", "none"):
            raise UsageError(f"A pipeline step has no display for the GUI {gui!r}.")

    def ask_exit(self):
        """Note that the cell called `exit`."""
        self.exit_asked = True

    def _showtraceback(self, etype, evalue, stb):
        self.streams.drain()
        self.recorder.error(str(etype.__name__), str(evalue), stb)
        self.last_traceback = stb

    last_traceback = Any(())

    async def run(self, source):
        """Run one cell as a kernel runs it.

        Parameters
        ----------
        source : str
            The cell's text.

        Returns
        -------
        CellResult
        """
        self.last_traceback = ()
        before = self.execution_count
        try:
            transformed, failed = self.transform_cell(source), None
        except Exception:
            transformed, failed = source, sys.exc_info()
        if self.should_run_async(
            source, transformed_cell=transformed, preprocessing_exc_tuple=failed
        ):
            result = None
            try:
                result = await self.run_cell_async(
                    source,
                    store_history=True,
                    transformed_cell=transformed,
                    preprocessing_exc_tuple=failed,
                )
            finally:
                self.events.trigger("post_execute")
                self.events.trigger("post_run_cell", result)
        else:
            result = self.run_cell(source, store_history=True)
        self.streams.drain()
        if len(asyncio.all_tasks()) > 1:
            # A kernel's loop goes on between cells: tasks that are ready move.
            await asyncio.sleep(0.002)
        error = result.error_before_exec or result.error_in_exec
        return CellResult(
            count=before if self.execution_count > before else None,
            error=describe_error(error, list(self.last_traceback), self.cell_file(source))
            if error
            else None,
            exit_asked=self.exit_asked,
        )

    def cell_file(self, source):
        """Return the file name that the code of the cell `source` bears."""
        return self.compile.get_code_name(source, source, 0)

    def python_of(self, source):
        """Return the cell as plain Python, magics replaced by calls."""
        return self.transform_cell(source)


# Notebooks ask for the class by name, and `%config` sets its options by it.
StepShell.__name__ = StepShell.__qualname__ = "ZMQInteractiveShell"
StepShell.__module__ = "ipykernel.zmqshell"


def make_shell(recorder, streams):
    """Return the shell of a step, with `__main__` as the notebook's module.

    Parameters
    ----------
    recorder : Recorder
        Where outputs go.
    streams : Streams
        Standard output and error.
    """
    config = Config()
    config.HistoryManager.enabled = False
    config.MagicsManager.lazy_magics = {"store": "IPython.extensions.storemagic"}
    # tqdm.auto and others ask for this to know that they are in a notebook's kernel.
    config.IPKernelApp.parent_appname = "mlops-step"
    StepShell.recorder.default_value = recorder
    StepShell.streams.default_value = streams
    shell = StepShell.instance(config=config, user_module=None)
    shell.recorder, shell.streams = recorder, streams
    # What inputs import asks for `get_ipython` as it would in a cell.
    shell.builtin_trap.__enter__()
    builtins.input = getpass.getpass = _refuse_input
    return shell


def _refuse_input(*_, **__):
    raise StdinNotImplementedError(
        "input was called, but a pipeline step has nobody to ask: make it a parameter."
    )
