"""Digests of training rows: the same to the byte as the gateway's (docs/step-runner.md)."""

from __future__ import annotations

import hashlib
import struct

#: The target is one more column; no column of a frame has this name.
TARGET = "\0target"
SIZE = 16


def encode_value(value):
    """Return the bytes of one value: None, a number, a boolean, or text.

    Missing is `z`; a number `n` and IEEE 754 binary64 big-endian, −0 as +0; text `s`, its length
    as 4 bytes big-endian, UTF-8.
    """
    if value is None or value != value:
        return b"z"
    if isinstance(value, (bool, int, float)):
        return b"n" + struct.pack(">d", _as_double(value) + 0.0)
    text = str(value).encode("utf-8", "replace")
    return b"s" + struct.pack(">I", len(text)) + text


def _as_double(value):
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def row_digest(row, target=TARGET):
    """Return the digest of one row.

    Parameters
    ----------
    row : dict
        Column name → value.
    target : object
        The target's value; left out where there is none.

    Returns
    -------
    bytes
        16 bytes: the beginning of the SHA-256.
    """
    columns = dict(row)
    if target is not TARGET:
        columns[TARGET] = target
    data = hashlib.sha256()
    for name in sorted(columns, key=_utf8):
        data.update(_utf8(name) + b"\0" + encode_value(columns[name]))
    return data.digest()[:SIZE]


def frame_digests(columns):
    """Return the digests of all rows, `SIZE` bytes each, as one bytes object.

    Parameters
    ----------
    columns : list of (str, list)
        Name and values of each column, the target among them under the name `TARGET`. Values are
        None, numbers, booleans or text.
    """
    parts = [
        _encoded_column(_utf8(name) + b"\0", values)
        for name, values in sorted(columns, key=lambda column: _utf8(column[0]))
    ]
    sha256 = hashlib.sha256
    return b"".join(sha256(b"".join(row)).digest()[:SIZE] for row in zip(*parts))


def _encoded_column(prefix, values):
    """Each value with its name before it; equal values are encoded once."""
    known = {}
    encoded = []
    for value in values:
        # 1, 1.0 and True are one key and one encoding; NaN is no key.
        data = known.get(value) if value == value else prefix + b"z"
        if data is None:
            data = known[value] = prefix + encode_value(value)
        encoded.append(data)
    return encoded


def _utf8(name):
    return name.encode("utf-8", "replace")
