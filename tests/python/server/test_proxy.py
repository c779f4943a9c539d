"""The byte pipe, against a real gateway process."""

import asyncio
import hashlib
import json

import httpx
import pytest
from tornado.simple_httpclient import HTTPStreamClosedError


async def test_a_request_reaches_the_gateway_as_it_came(ask, body_of):
    data = json.dumps({"rows": [[1, 2]]}).encode()
    reply = await ask("api/v1/runs", "POST", body=data, params={"a": "x y", "b": "%/"})
    seen = body_of(reply)
    assert reply.code == 200
    assert seen["method"] == "POST"
    assert seen["url"] == "/api/v1/runs?a=x+y&b=%25%2F"
    assert seen["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_every_method_is_handed_on(ask, body_of, method):
    assert body_of(await ask("api/v1/thing", method))["method"] == method


async def test_head_has_headers_and_no_body(ask):
    reply = await ask("api/v1/big", "HEAD")
    assert (reply.code, reply.headers["Content-Length"], reply.body) == (
        200,
        str(8 * 2**20),
        b"",
    )


async def test_names_stay_percent_encoded(
    jp_base_url, http_server_client, jp_auth_header
):
    path = "mlops/api/v1/models/caf%C3%A9%20%24(touch%20x)/versions/1"
    reply = await http_server_client.fetch(jp_base_url + path, headers=jp_auth_header)
    assert json.loads(reply.body)["url"] == "/" + path.removeprefix("mlops/")


@pytest.mark.parametrize(
    "rest",
    [
        "runs/../../../etc/passwd",
        "runs/%2e%2e/x",
        "runs/.%2E/x",
        "runs/a%2Fb",
        "runs/a%5cb",
        "runs/a%00b",
        "runs/a%0d%0aX-Mlops-User:%20root",
        "runs/%252e%252e/x",
        "runs/%zz",
    ],
)
async def test_an_unsafe_path_is_refused(
    jp_base_url, http_server_client, jp_auth_header, rest
):
    reply = await http_server_client.fetch(
        f"{jp_base_url}mlops/api/v1/{rest}", headers=jp_auth_header, raise_error=False
    )
    assert reply.code == 400
    assert json.loads(reply.body)["code"] == "address-refused"


async def test_a_large_answer_arrives_whole(ask):
    reply = await ask("api/v1/big")
    assert hashlib.sha256(reply.body).digest() == (
        hashlib.sha256((b"mlops" * (8 * 2**20))[: 8 * 2**20]).digest()
    )


async def test_a_large_request_arrives_whole(ask, body_of):
    data = bytes(range(256)) * 2**14
    seen = body_of(await ask("api/v1/upload", "POST", body=data))
    assert seen["bytes"] == len(data)
    assert seen["sha256"] == hashlib.sha256(data).hexdigest()


async def test_a_chunked_request_arrives_whole(ask, body_of):
    async def produce(write):
        for _ in range(20):
            await write(b"x" * 100_000)

    seen = body_of(await ask("api/v1/upload", "POST", body_producer=produce))
    assert seen["bytes"] == 2_000_000
    assert seen["sha256"] == hashlib.sha256(b"x" * 2_000_000).hexdigest()


async def test_a_body_streams_through_while_it_is_sent(ask, body_of):
    """The second piece is sent only after the gateway has seen the first."""

    async def produce(write):
        await write(b"first")
        for _ in range(200):
            if body_of(await ask("api/v1/arrived"))["bytes"] == len(b"first"):
                await write(b"second")
                return
            await asyncio.sleep(0.02)

    seen = body_of(await ask("api/v1/count", "POST", body_producer=produce))
    assert seen["bytes"] == len(b"firstsecond")


async def test_an_answer_before_the_end_of_the_body_is_delivered(ask, body_of):
    reply = await ask("api/v1/refusal", "POST", body=b"x" * 2**22)
    assert (reply.code, body_of(reply)["code"]) == (409, "stale")


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_beyond_the_limit_is_refused(ask, monkeypatch, chunked):
    monkeypatch.setattr("jupyterlab_mlops.proxy.LARGEST_BODY", 1000)

    async def produce(write):
        for _ in range(11):
            await write(b"x" * 100)

    options = {"body_producer": produce} if chunked else {"body": b"x" * 1100}
    reply = await ask("api/v1/upload", "POST", **options)
    if chunked:
        # Its length is known only when it has been exceeded: the connection is cut.
        assert reply.code in (400, 599)
    else:
        assert reply.code == 413
        assert json.loads(reply.body)["code"] == "request-too-large"


async def test_a_body_of_exactly_the_limit_passes(ask, monkeypatch, body_of):
    monkeypatch.setattr("jupyterlab_mlops.proxy.LARGEST_BODY", 1000)
    assert body_of(await ask("api/v1/x", "POST", body=b"x" * 1000))["bytes"] == 1000


async def test_the_gateways_refusal_passes_unchanged(ask, body_of):
    reply = await ask("api/v1/refusal")
    assert reply.code == 409
    assert body_of(reply) == {"code": "stale", "message": "Too late."}


async def test_an_empty_answer_stays_empty(ask):
    reply = await ask("api/v1/empty", "DELETE")
    assert (reply.code, reply.body) == (204, b"")


async def test_an_app_keeps_its_sandbox_and_gets_nothing_else(ask):
    headers = (await ask("api/v1/app")).headers
    assert headers.get_list("Content-Security-Policy") == ["sandbox allow-scripts"]
    assert "stolen" not in str(headers)
    assert "*" not in headers.get_list("Access-Control-Allow-Origin")
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_page_without_a_sandbox_stays_under_jupyters_policy(ask):
    policies = (await ask("api/v1/page")).headers.get_list("Content-Security-Policy")
    assert any("default-src 'none'" in policy for policy in policies)


@pytest.mark.parametrize("path", ["api/v1/half", "api/v1/half-chunked"])
async def test_an_answer_cut_short_does_not_look_whole(ask, path):
    with pytest.raises(HTTPStreamClosedError):
        await ask(path)


async def test_a_gateway_that_dies_is_named_and_comes_back(ask, body_of, supervisor):
    before = body_of(await ask("api/v1/process"))["pid"]
    reply = await ask("api/v1/die", "POST")
    assert (reply.code, body_of(reply)["code"]) == (502, "gateway-lost")
    after = body_of(await ask("api/v1/process"))["pid"]
    assert after != before
    assert supervisor.status()["restarts"] == 1


async def test_a_request_id_is_kept_or_made(ask, body_of):
    given = await ask("api/v1/x", headers={"X-Request-Id": "run-7"})
    assert given.headers["X-Request-Id"] == "run-7"
    assert body_of(given)["headers"]["x-request-id"] == "run-7"
    forged = await ask("api/v1/x", headers={"X-Request-Id": 'a" level="fatal'})
    made = body_of(forged)["headers"]["x-request-id"]
    assert forged.headers.get_list("X-Request-Id") == [made]
    assert '"' not in made


async def test_errors_carry_the_request_id(ask):
    assert (await ask("api/v1/a%00b")).headers["X-Request-Id"]


async def test_the_status_tells_and_starts_nothing(ask, body_of, supervisor):
    status = body_of(await ask("server"))
    assert status["state"] == "stopped"
    assert set(status) == {
        "state",
        "version",
        "node",
        "message",
        "action",
        "log",
        "restarts",
    }
    assert supervisor.transport is None


async def test_a_restart_starts_what_was_never_started(ask, body_of, supervisor):
    assert body_of(await ask("server/restart", "POST"))["state"] == "starting"
    assert await supervisor.ready(20)


async def test_polling_is_no_activity_and_changes_are(ask, jp_serverapp):
    settings = jp_serverapp.web_app.settings
    settings.pop("api_last_activity", None)
    await ask("api/v1/status")
    await ask("server")
    assert "api_last_activity" not in settings
    await ask("api/v1/runs", "POST")
    assert "api_last_activity" in settings


async def test_the_stream_flows_and_ends_when_the_browser_leaves(
    ask, body_of, jp_base_url, jp_auth_header, http_server_client
):
    url = http_server_client.get_url(f"{jp_base_url}mlops/api/v1/stream")
    browser = httpx.AsyncClient(headers=jp_auth_header)
    async with browser, browser.stream("GET", url) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "id: 1"
        assert body_of(await ask("api/v1/streams"))["streams"] == 1
    for _ in range(100):
        if body_of(await ask("api/v1/streams"))["streams"] == 0:
            break
        await asyncio.sleep(0.02)
    assert body_of(await ask("api/v1/streams"))["streams"] == 0
