"""Row digests, against vectors that the gateway's tests read, too."""

import hashlib
import json
import math
from pathlib import Path

import pytest

VECTORS = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "row-digests.json").read_text("utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["digest"][:8])
def test_a_row_has_the_digest_that_was_written_down(runner, vector):
    digests = runner("row_digests")
    target = {"target": vector["target"]} if "target" in vector else {}
    assert digests.row_digest(vector["row"], **target).hex() == vector["digest"]
    if vector["row"]:
        columns = [(name, [value, value]) for name, value in vector["row"].items()]
        columns += [(digests.TARGET, [value, value]) for value in target.values()]
        both = digests.frame_digests(columns)
        assert both == 2 * bytes.fromhex(vector["digest"])


def test_the_first_vector_is_what_the_protocol_says(runner):
    data = b"a\x00n\x3f\xf0\x00\x00\x00\x00\x00\x00"
    assert VECTORS[0]["digest"] == hashlib.sha256(data).hexdigest()[:32]


def test_missing_is_missing_however_it_is_spelled(runner):
    digest = runner("row_digests").row_digest
    assert digest({"a": math.nan}) == digest({"a": None})
    assert digest({"a": 0.0}) != digest({"a": None}) != digest({"a": ""})


def test_rows_of_a_column_with_all_kinds_of_values(runner):
    digests = runner("row_digests")
    values = [
        1,
        1.0,
        True,
        None,
        math.nan,
        "1",
        "",
        -0.0,
        math.inf,
        10**400,
        -(10**400),
    ]
    rows = digests.frame_digests([("a", values), ("b", range(len(values)))])
    for i, value in enumerate(values):
        assert rows[16 * i : 16 * i + 16] == digests.row_digest({"a": value, "b": i})
    assert digests.encode_value(10**400) == digests.encode_value(math.inf)
