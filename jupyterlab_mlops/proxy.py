"""The byte pipe between the browser and the gateway."""

import asyncio
from functools import cached_property

import httpx
from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from .address import UnsafeAddress, safe_path, safe_query
from .handlers import MlopsHandler, RequestRefused
from .headers import request_headers, request_id, response_headers, sandboxed

LARGEST_BODY = 64 * 2**20
# How long a request waits for a gateway that is just starting.
PATIENCE = 10


class _Body:
    """A request's body on its way through, a few chunks of it at a time."""

    def __init__(self):
        self._chunks = asyncio.Queue(maxsize=4)
        self._closed = False

    async def put(self, chunk):
        """Hand a chunk on; None ends the body."""
        if not self._closed:
            await self._chunks.put(chunk)

    def close(self):
        """Let whoever waits in `put` go: nobody reads any more."""
        self._closed = True
        while not self._chunks.empty():
            self._chunks.get_nowait()

    async def __aiter__(self):
        while (chunk := await self._chunks.get()) is not None:
            yield chunk


@web.stream_request_body
class GatewayHandler(MlopsHandler):
    """``mlops/api/v1/…``: hands requests to the gateway and its answers back.

    The exchange begins when the headers have arrived and passed the guards, and
    runs while the body comes in; the method that Tornado calls after the body
    only waits for its end.
    """

    # Polling and event streams are no activity; what changes something is.
    _track_activity = False

    @cached_property
    def _identifier(self):
        return request_id(self.request.headers)

    def set_default_headers(self):
        """Name the request in every answer, errors too."""
        super().set_default_headers()
        self.set_header("X-Request-Id", self._identifier)

    def initialize(self):
        """Begin without a body and without an exchange."""
        self._exchange = None
        self._body = None
        self._read_whole = False
        self._left = False

    async def prepare(self):
        """Pass the guards, then begin the exchange."""
        await super().prepare()
        if self._finished or self.request.method == "OPTIONS":
            return
        self._limit_body()
        reads = self.request.method in ("GET", "HEAD")
        self._track_activity = not reads
        if self._has_body():
            self._body = _Body()
        self._exchange = asyncio.ensure_future(self._read() if reads else self._write())
        # Its error is raised by the method, unless the browser leaves before.
        self._exchange.add_done_callback(
            lambda task: task.cancelled() or task.exception()
        )

    @web.authenticated
    @authorized(action="read")
    async def _read(self):
        await self._forward()

    @web.authenticated
    @authorized(action="write")
    async def _write(self):
        await self._forward()

    async def get(self, _path):
        """Wait for the end of the exchange; the same for every method."""
        self._read_whole = True
        if self._body is not None:
            await self._body.put(None)
        try:
            await self._exchange
        except asyncio.CancelledError:
            if not self._left:
                raise

    head = post = put = patch = delete = get

    async def data_received(self, chunk):
        """Hand a piece of the body on; Tornado reads no more until that is done."""
        if self._body is not None:
            await self._body.put(chunk)

    def on_connection_close(self):
        """End the exchange: the browser has left."""
        super().on_connection_close()
        self._left = True
        if self._exchange is not None:
            # Closes the connection to the gateway: it sees that the browser has left.
            self._exchange.cancel()

    def write_error(self, status_code, **kwargs):
        """Answer an error, also before the request was read to its end."""
        self._close_if_unread()
        super().write_error(status_code, **kwargs)

    def _close_if_unread(self):
        if not self._read_whole:
            # Tornado drops the connection then: the client must not use it again.
            self.set_header("Connection", "close")

    def _has_body(self):
        headers = self.request.headers
        return (
            "Transfer-Encoding" in headers or headers.get("Content-Length", "0") != "0"
        )

    def _limit_body(self):
        length = self.request.headers.get("Content-Length", "0")
        self.request.connection.set_max_body_size(LARGEST_BODY)
        if length.isdigit() and int(length) > LARGEST_BODY:
            raise RequestRefused(
                413,
                "request-too-large",
                f"The request has {int(length) / 2**20:.0f} MiB; "
                f"{LARGEST_BODY // 2**20} MiB are allowed.",
                action="Send it in parts.",
            )

    async def _forward(self):
        try:
            request = self._request()
            await self._check_gateway()
            response = await self._ask(request)
            try:
                await self._answer(response)
            finally:
                await response.aclose()
        finally:
            if self._body is not None:
                self._body.close()

    def _request(self):
        path, _, query = self.request.uri.partition("?")
        rest = path[len(self.base_url) :]
        try:
            target = "/" + safe_path(rest.removeprefix("mlops/"))
            query = safe_query(query)
        except UnsafeAddress as error:
            raise RequestRefused(400, "address-refused", str(error)) from None
        target += f"?{query}" if query else ""
        headers = request_headers(
            self.request.headers,
            self.current_user,
            self.identity_provider,
            self._identifier,
        )
        return httpx.Request(
            self.request.method,
            "http://gateway/",
            headers=headers,
            content=self._body,
            # As it came: httpx would decode and encode it again.
            extensions={"target": target.encode("ascii")},
        )

    async def _check_gateway(self):
        if not await self.supervisor.ready(PATIENCE):
            raise self._not_ready()

    def _not_ready(self):
        status = self.supervisor
        return RequestRefused(
            503,
            status.code or "gateway-starting",
            status.message or "The gateway is starting.",
            action=status.action or "Wait a moment and try again.",
            header=("Retry-After", "1"),
        )

    async def _ask(self, request):
        transport = self.supervisor.transport
        if transport is None:
            raise self._not_ready()
        try:
            return await transport.handle_async_request(request)
        except httpx.ConnectError:
            # Nothing was sent: it died a moment ago and is about to start again.
            raise self._not_ready() from None
        except httpx.TransportError as error:
            raise RequestRefused(
                502,
                "gateway-lost",
                "The gateway ended while it worked on this request.",
                cause=type(error).__name__,
                action="Look whether it took effect before you repeat it.",
            ) from None

    async def _answer(self, response):
        self.set_status(response.status_code)
        self._close_if_unread()
        self.clear_header("Content-Type")
        for name, value in response_headers(response.headers):
            self.add_header(name, value)
        policy = response.headers.get("Content-Security-Policy")
        if policy and sandboxed(policy):
            self.set_header("Content-Security-Policy", policy)
        elif policy:
            self.add_header("Content-Security-Policy", policy)
        try:
            await self.flush()
            async for chunk in response.stream:
                self.write(chunk)
                await self.flush()
        except httpx.TransportError:
            # Ending properly would make half an answer look whole.
            self.log.warning("MLOps: the gateway ended in the middle of an answer")
            self.request.connection.close()
            return
        except StreamClosedError:
            # The browser left between two chunks.
            return
        self.update_api_activity()
        await web.RequestHandler.finish(self)
