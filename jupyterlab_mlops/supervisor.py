"""Starts the gateway, watches over it, and starts it again when it dies."""

import asyncio
import os
import shutil
from collections import deque
from dataclasses import dataclass

import httpx

from . import __version__
from .context import PACKAGE, launch_context, launch_environment
from .gateway_process import GatewayProcess
from .node import find_node
from .socket_folder import NAME, make_socket_folder

GATEWAY = PACKAGE / "gateway" / "gateway.mjs"
LOG_LINES = 200
SEE_LOG = "Look at the log below for the cause, then press Restart."


@dataclass(frozen=True)
class RestartPolicy:
    """When a gateway that died starts again; all times in seconds.

    Attributes
    ----------
    first, cap : float
        Pause after the first failure; it doubles with each further one up to `cap`.
    failures : int
        So many in a row, and it is left alone until a restart is asked for.
    steady : float
        A gateway that was ready for so long ends the row.
    start : float
        Time to become ready.
    end : float
        Time to end by itself once its standard input has closed.
    """

    first: float = 0.5
    cap: float = 30
    failures: int = 5
    steady: float = 10
    start: float = 30
    end: float = 6

    def pause(self, failures):
        """Give the pause after this many failures in a row."""
        return min(self.cap, self.first * 2 ** (failures - 1))


class Supervisor:
    """One gateway process, and what is known about it.

    Parameters
    ----------
    log : logging.Logger
    root_dir, base_url : str or None
        Told to the gateway, see :func:`~jupyterlab_mlops.context.launch_context`.
    program : path-like
        The gateway's bundle.
    policy : RestartPolicy
    """

    def __init__(
        self, *, log, root_dir=None, base_url=None, program=GATEWAY, policy=None
    ):
        self._log = log
        self._root_dir = root_dir
        self._base_url = base_url
        self._program = str(program)
        self._policy = policy or RestartPolicy()
        self._lines = deque(maxlen=LOG_LINES)
        self._changing = asyncio.Lock()
        self._closed = False
        self._keeper = None
        self._settled = asyncio.Event()
        self._node = None
        self._folder = None
        self._restarts = 0
        self.transport = None
        self._enter("stopped")

    def _enter(self, state, code=None, message=None, action=None):
        self.state, self.code, self.message, self.action = state, code, message, action
        if state in ("ready", "failed"):
            self._settled.set()
        else:
            self._settled.clear()

    def status(self):
        """Describe the gateway: ``ServerStatus`` of ``src/contract/status.ts``."""
        node = self._node
        return {
            "state": self.state,
            "version": __version__,
            "node": node
            and {"path": node.path, "version": node.version, "source": node.source},
            "message": self.message,
            "action": self.action,
            "log": list(self._lines),
            "restarts": self._restarts,
        }

    def start(self):
        """Start the gateway unless it was started; returns at once."""
        if self._keeper is None and not self._closed:
            self._enter("starting", "gateway-starting", "The gateway is starting.")
            self._keeper = asyncio.ensure_future(self._keep())

    async def ready(self, timeout):
        """Start the gateway if need be and wait for it.

        Parameters
        ----------
        timeout : float
            Seconds.

        Returns
        -------
        bool
            Whether it can be asked now. If not, `code`, `message` and `action`
            say why.
        """
        self.start()
        try:
            await asyncio.wait_for(self._settled.wait(), timeout)
        except TimeoutError:
            return False
        return self.state == "ready"

    async def restart(self):
        """Stop the gateway if it runs and start it with a clean record."""
        async with self._changing:
            await self._stop()
            self._restarts += 1
            self.start()

    async def close(self):
        """End the gateway for good."""
        async with self._changing:
            self._closed = True
            await self._stop()

    async def _stop(self):
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait({keeper})
        if self.transport is not None:
            await self.transport.aclose()
            self.transport = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        self._enter("stopped", "gateway-starting", "The gateway is stopped.")

    async def _keep(self):
        """Run the gateway again and again, until it fails too often."""
        try:
            if not await self._prepare():
                return
            failures = 0
            while True:
                steady, reason = await self._run()
                failures = 1 if steady else failures + 1
                self._log.warning("MLOps: %s", reason)
                if failures >= self._policy.failures:
                    break
                pause = self._policy.pause(failures)
                again = f"{reason} It starts again in {pause:g} s."
                self._enter("starting", "gateway-starting", again)
                await asyncio.sleep(pause)
                self._restarts += 1
            message = f"{reason} It failed {failures} times in a row."
            self._enter("failed", "gateway-failed", message, SEE_LOG)
        except Exception as error:
            # Whatever happens here must reach the panel and never the server.
            self._log.exception("MLOps: the gateway cannot be supervised")
            message = f"The gateway could not be started: {error}"
            self._enter("failed", "gateway-failed", message, SEE_LOG)

    async def _prepare(self):
        search = await asyncio.to_thread(find_node)
        self._node = search.node
        if search.code is not None:
            self._enter("failed", search.code, search.message, search.action)
            return False
        if not os.path.isfile(self._program):
            self._enter(
                "failed",
                "gateway-failed",
                f"The gateway is missing at {self._program}.",
                "Install jupyterlab-mlops again; in a checkout, run `make build`.",
            )
            return False
        self._folder = await asyncio.to_thread(make_socket_folder)
        self.transport = httpx.AsyncHTTPTransport(
            uds=os.path.join(self._folder, NAME),
            # Plain HTTP on a socket: loading certificates would only take time.
            verify=False,
            # A connection each: one kept alive may close just as it is used again.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )
        return True

    async def _run(self):
        """Run the gateway once.

        Returns
        -------
        bool, str
            Whether it was ready for long enough to end a row of failures, and a
            sentence that says how it ended.
        """
        environment = launch_environment(launch_context(self._root_dir, self._base_url))
        process = await GatewayProcess.start(
            node=self._node.path,
            program=self._program,
            address=os.path.join(self._folder, NAME),
            environment=environment,
            lines=self._lines,
        )
        clock = asyncio.get_running_loop().time
        try:
            if not await process.became_ready(self.transport, self._policy.start):
                if process.running:
                    limit = self._policy.start
                    return False, f"The gateway was not ready within {limit:g} s."
                return False, await process.ending()
            self._enter("ready")
            since = clock()
            await process.ended()
            # Requests wait from now on instead of failing.
            self._enter("starting", "gateway-starting", "The gateway has ended.")
            return clock() - since >= self._policy.steady, await process.ending()
        finally:
            await process.end(self._policy.end)
