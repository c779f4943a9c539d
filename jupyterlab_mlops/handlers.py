"""What all handlers share, and the two that answer without the gateway."""

import json
from http.client import responses

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

_CODES = {
    400: "address-refused",
    403: "not-authorized",
    404: "not-found",
    405: "method-not-allowed",
    413: "request-too-large",
}


def _message(error, status):
    if isinstance(error, web.HTTPError) and error.log_message:
        return error.log_message % error.args
    return f"{responses.get(status, 'The request failed')}."


class RequestRefused(web.HTTPError):
    """An error in the shape that the whole API has: ``ApiError``.

    Parameters
    ----------
    status : int
    code, message, cause, action : str
        See ``src/contract/error.ts``; empty or None means unknown.
    header : (str, str) or None
        Sent with it.
    """

    def __init__(self, status, code, message, *, cause=None, action=None, header=None):
        super().__init__(status, "%s", message)
        self.header = header
        known = {"code": code, "message": message, "cause": cause, "action": action}
        self.body = {name: value for name, value in known.items() if value}


class MlopsHandler(APIHandler):
    """What all handlers of this extension share.

    Jupyter's own guards (`prepare`: authentication, origin, XSRF) stand before
    every method; each method asks the authorizer for the resource ``mlops``.
    """

    auth_resource = "mlops"

    @property
    def supervisor(self):
        """The supervisor of the gateway."""
        return self.settings["mlops_supervisor"]

    def write_error(self, status_code, **kwargs):
        """Answer every error in the API's one shape."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, RequestRefused):
            body = error.body
            if error.header is not None:
                self.set_header(*error.header)
        else:
            code = _CODES.get(status_code, "server-error")
            body = {"code": code, "message": _message(error, status_code)}
        self.finish(json.dumps(body))

    def log_exception(self, kind, error, trace):
        """Log an error without the address: its query may hold Jupyter's token."""
        if isinstance(error, web.HTTPError):
            message = _message(error, error.status_code)
            self.log.warning(
                "MLOps: %s %s: %s", error.status_code, self.request.method, message
            )
        else:
            self.log.error("MLOps: a request failed", exc_info=(kind, error, trace))


class ServerHandler(MlopsHandler):
    """``GET mlops/server``: how the gateway is doing. Starts nothing."""

    # A panel that asks again and again must not keep an idle server alive.
    _track_activity = False

    @web.authenticated
    @authorized(action="read")
    async def get(self):
        """Answer with ``ServerStatus``."""
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(self.supervisor.status()))


class RestartHandler(MlopsHandler):
    """``POST mlops/server/restart``: start the gateway again, or for the first time."""

    @web.authenticated
    @authorized(action="write")
    async def post(self):
        """Answer with ``ServerStatus`` as soon as the new start has begun."""
        await self.supervisor.restart()
        self.finish(json.dumps(self.supervisor.status()))
