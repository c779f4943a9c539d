"""Which headers pass between browser and gateway."""

import re
import secrets
from urllib.parse import quote

from jupyter_server.auth.identity import (
    IdentityProvider,
    LegacyIdentityProvider,
    PasswordIdentityProvider,
)

from .context import account

PLATFORM_TOKEN = "X-Forwarded-Access-Token"
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# Credentials: those of Jupyter, of platforms in front of it, and of clouds.
_SECRET = re.compile(r"cookie|authorization|token|secret|credential|api-?key|assertion")
_OURS = "x-mlops-"
# The referer is a page's address, and JupyterLab's first one holds the token.
_REPLACED = frozenset({"host", "referer", "x-request-id"})
# Set by Jupyter for the answer, or meant for Jupyter's origin alone.
_NOT_ANSWERED = re.compile(
    r"set-cookie2?|server|date|content-security-policy|x-request-id"
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# These know that somebody holds the server's token or password, but not who.
_SHARED = (IdentityProvider, PasswordIdentityProvider, LegacyIdentityProvider)


def request_id(headers):
    """Take the caller's request id, if it is fit for a log, or make one."""
    given = headers.get("X-Request-Id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def request_headers(headers, user, identity_provider, identifier):
    """Make the headers that the gateway gets.

    Parameters
    ----------
    headers : tornado.httputil.HTTPHeaders
        Those of the request.
    user : jupyter_server.auth.User
    identity_provider : jupyter_server.auth.IdentityProvider
    identifier : str
        Of the request.

    Returns
    -------
    list of (str, str)
        Without credentials, hop-by-hop headers and anything that claims to be
        from here. Where users are not told apart, the operating system's account
        stands in, marked as asserted: Jupyter's name for an anonymous user is
        another one in each browser, and can be chosen freely.
    """
    hops = _hops(headers)
    kept = [
        (name, value)
        for name, value in headers.get_all()
        if name.lower() not in hops
        and name.lower() not in _REPLACED
        and not name.lower().startswith(_OURS)
        and not _SECRET.search(name.lower())
    ]
    asserted = type(identity_provider) in _SHARED
    name = account() if asserted else user.username
    added = [
        ("Host", "gateway"),
        ("X-Request-Id", identifier),
        ("X-Mlops-User", quote(name, safe="")),
        ("X-Mlops-User-Asserted", "1" if asserted else "0"),
    ]
    token = headers.get(PLATFORM_TOKEN)
    if token:
        added.append(("X-Mlops-User-Token", token))
    return kept + added


def response_headers(headers):
    """Choose the headers of an answer that reach the browser.

    Parameters
    ----------
    headers : httpx.Headers
        Those of the gateway's answer.

    Returns
    -------
    list of (str, str)
        Without hop-by-hop headers, cookies, and the permissions (``Access-Control-…``)
        that only Jupyter gives. The policy is left to :func:`sandboxed`.
    """
    hops = _hops(headers)
    return [
        (name, value)
        for name, value in headers.multi_items()
        if name.lower() not in hops
        and not _NOT_ANSWERED.fullmatch(name.lower())
        and not name.lower().startswith("access-control-")
    ]


def sandboxed(policy):
    """Tell whether a Content-Security-Policy keeps a page out of Jupyter's origin.

    Parameters
    ----------
    policy : str
        The header's value. Only a policy with ``sandbox`` and without
        ``allow-same-origin`` may take the place of Jupyter's.
    """
    for directive in re.split(r"[;,]", policy):
        words = directive.lower().split()
        if words and words[0] == "sandbox":
            return "allow-same-origin" not in words
    return False


def _hops(headers):
    named = headers.get("Connection", "").lower().split(",")
    return _HOP_BY_HOP | {name.strip() for name in named}
