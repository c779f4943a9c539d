"""The address of a request, handed on as it came or refused."""

import re
from urllib.parse import unquote_plus, unquote_to_bytes

# RFC 3986: what may stand in a path and a query, percent signs checked beside.
_PATH = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*")
_QUERY = re.compile(r"[\x21-\x7e]*")
# Jupyter's own: they authenticate the request and are nobody else's business.
_PRIVATE_ARGUMENTS = frozenset({"token", "_xsrf"})


class UnsafeAddress(ValueError):
    """An address that could mean one thing here and another to the gateway."""


def safe_path(path):
    """Check a path that is handed on undecoded.

    Parameters
    ----------
    path : str
        As it stood in the request line, percent-encoded.

    Returns
    -------
    str
        The same, to the byte.

    Raises
    ------
    UnsafeAddress
        If it holds ``.`` or ``..`` as a segment, a backslash, a control
        character or an encoded slash, each also where it appears only after
        decoding twice; or a character that RFC 3986 does not allow in a path.
    """
    if not _PATH.fullmatch(path):
        raise UnsafeAddress("The path holds a character that must be percent-encoded.")
    for segment in path.split("/"):
        decoded = unquote_to_bytes(segment)
        # A second decoding, such as a careless route's, must find nothing either.
        for form in (decoded, unquote_to_bytes(decoded)):
            if form in (b".", b".."):
                raise UnsafeAddress("The path leaves its folder with `.` or `..`.")
            if b"/" in form or b"\\" in form:
                raise UnsafeAddress("The path holds an encoded slash or a backslash.")
            if any(byte < 0x20 or byte == 0x7F for byte in form):
                raise UnsafeAddress("The path holds a control character.")
    return path


def safe_query(query):
    """Take Jupyter's own arguments out of a query and keep the rest as it is.

    Parameters
    ----------
    query : str
        Without its question mark.

    Returns
    -------
    str
        The query without ``token`` and ``_xsrf``, otherwise byte for byte.

    Raises
    ------
    UnsafeAddress
        If it holds a control character, a space, or other than ASCII.
    """
    if not _QUERY.fullmatch(query):
        raise UnsafeAddress("The query holds a character that must be percent-encoded.")
    kept = [
        part
        for part in query.split("&")
        if unquote_plus(part.partition("=")[0]) not in _PRIVATE_ARGUMENTS
    ]
    return "&".join(kept)
