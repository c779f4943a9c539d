"""One process of the gateway, from its start to its end."""

import asyncio
import os
import signal
from contextlib import suppress

import httpx

LONGEST_LINE = 2000


class GatewayProcess:
    """A running gateway. Made by :meth:`start`.

    Parameters
    ----------
    process : asyncio.subprocess.Process
    lines : collections.deque of str
        Takes the lines that it writes.
    """

    def __init__(self, process, lines):
        self._process = process
        self._lines = lines
        self._reader = asyncio.ensure_future(self._read(process.stdout))
        self._exited = asyncio.ensure_future(process.wait())

    @classmethod
    async def start(cls, *, node, program, address, environment, lines):
        """Start ``gateway.mjs serve`` on a socket.

        Parameters
        ----------
        node, program, address : str
            Paths of Node, of the bundle and of the socket to listen on; what a
            killed gateway left at that address is removed.
        environment : dict
        lines : collections.deque of str

        Returns
        -------
        GatewayProcess

        Raises
        ------
        OSError
            If it cannot be started.
        """
        if os.path.lexists(address):
            os.unlink(address)
        process = await asyncio.create_subprocess_exec(
            node,
            "--disable-warning=ExperimentalWarning",
            program,
            "serve",
            "--socket",
            address,
            # It ends when this closes, also when this server is killed.
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            # Ctrl-C in the server's terminal is the server's.
            start_new_session=True,
        )
        return cls(process, lines)

    @property
    def running(self):
        """Whether it has not ended."""
        return not self._exited.done()

    async def ended(self):
        """Wait until it ends."""
        await asyncio.wait({self._exited})

    async def became_ready(self, transport, limit):
        """Wait until ``/healthz`` answers.

        Parameters
        ----------
        transport : httpx.AsyncHTTPTransport
        limit : float
            Seconds.

        Returns
        -------
        bool
            False if it ended, or the time was up.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + limit
        while self.running and clock() < deadline:
            if await _healthy(transport):
                return True
            await asyncio.wait({self._exited}, timeout=0.02)
        return False

    async def ending(self):
        """Say in a sentence how it ended, with the last line that it wrote."""
        # A descendant may hold the pipe open for longer.
        await asyncio.wait({self._reader}, timeout=1)
        code = self._exited.result()
        how = f"exit code {code}" if code >= 0 else f"signal {-code}"
        last = f": {self._lines[-1]}" if self._lines else "."
        return f"The gateway ended with {how}{last}"

    async def end(self, patience):
        """End it: kindly, firmly, by force. Does nothing if it has ended.

        Parameters
        ----------
        patience : float
            Seconds that it has to end by itself.
        """
        self._process.stdin.close()
        try:
            await asyncio.wait({self._exited}, timeout=patience)
            if self.running:
                with suppress(ProcessLookupError):
                    self._process.terminate()
                await asyncio.wait({self._exited}, timeout=2)
            if self.running:
                # Its group: model servers go too; steps have sessions of their own.
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                await self.ended()
        finally:
            self._reader.cancel()

    async def _read(self, stream):
        rest = b""
        while chunk := await stream.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._keep(line)
            if len(rest) > LONGEST_LINE:
                self._keep(rest)
                rest = b""
        if rest:
            self._keep(rest)

    def _keep(self, line):
        self._lines.append(line[:LONGEST_LINE].decode("utf-8", "replace").rstrip())


async def _healthy(transport):
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), 2)
    request = httpx.Request(
        "GET", "http://gateway/healthz", extensions={"timeout": timeout}
    )
    try:
        response = await transport.handle_async_request(request)
        await response.aclose()
    except httpx.TransportError:
        return False
    return response.status_code == 200
