"""Who is let in: a real server, with token and XSRF checks, and an attacker."""

import socket

import httpx
import pytest
from conftest import FAKE_GATEWAY
from running_server import RunningServer

from jupyterlab_mlops.context import account

DENY_ALL = """
from jupyter_server.auth import Authorizer

class DenyAll(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return resource != "mlops"

c.ServerApp.authorizer_class = DenyAll
"""
READ_ONLY = DENY_ALL.replace(
    'resource != "mlops"', 'resource != "mlops" or action == "read"'
)
PLATFORM = """
from jupyter_server.auth import IdentityProvider, User

class Platform(IdentityProvider):
    def get_user(self, handler):
        if self.is_token_authenticated(handler):
            return User("ana", name="Ana Ålund")
        return None

    def is_token_authenticated(self, handler):
        return handler.request.headers.get("Authorization", "").startswith("token ")

c.ServerApp.identity_provider_class = Platform
"""
ROUTES = [
    ("GET", "mlops/server"),
    ("POST", "mlops/server/restart"),
    ("GET", "mlops/api/v1/process"),
    ("HEAD", "mlops/api/v1/process"),
    ("POST", "mlops/api/v1/runs"),
    ("PUT", "mlops/api/v1/runs"),
    ("PATCH", "mlops/api/v1/runs"),
    ("DELETE", "mlops/api/v1/runs"),
]
WRITES = [route for route in ROUTES if route[0] not in ("GET", "HEAD")]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = RunningServer(tmp_path_factory.mktemp("guards"), FAKE_GATEWAY, "", {})
    running.wait_until_ready()
    yield running
    running.end()


def xsrf(browser):
    return {"X-XSRFToken": browser.cookies["_xsrf"]}


def raw(server, *lines):
    """Send bytes that no well-behaved client would send; gives the status line."""
    host, port = server.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        return connection.recv(65536).split(b"\r\n")[0]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_stranger_is_refused_even_with_a_valid_xsrf_token(server, method, path):
    stranger = httpx.Client(base_url=server.url)
    stranger.get("login")
    reply = stranger.request(method, path, headers=xsrf(stranger))
    assert reply.status_code == 403


def test_a_wrong_token_is_refused(server):
    headers = {"Authorization": "token 0123"}
    for path in ("mlops/server", "mlops/api/v1/process"):
        assert httpx.get(server.url + path, headers=headers).status_code == 403


def test_a_stranger_is_refused_where_the_server_leaves_it_to_its_handlers(start_server):
    server = start_server("c.ServerApp.allow_unauthenticated_access = True")
    stranger = httpx.Client(base_url=server.url)
    stranger.get("login")
    for method, path in ROUTES:
        reply = stranger.request(method, path, headers=xsrf(stranger))
        assert reply.status_code == 403, (method, path)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_who_has_logged_in_is_let_in(server, method, path):
    browser = server.browser()
    headers = xsrf(browser) | {"Origin": server.origin}
    assert browser.request(method, path, headers=headers).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_foreign_page_is_refused(server, method, path, origin):
    """`null` is the origin of a sandboxed page, such as the intelligent app."""
    browser = server.browser()
    headers = xsrf(browser) | {"Origin": origin}
    assert browser.request(method, path, headers=headers).status_code == 404


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_change_without_the_xsrf_token_is_refused(server, method, path):
    reply = server.browser().request(method, path)
    assert reply.status_code == 403
    assert reply.json()["code"] == "not-authorized"


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_change_with_a_wrong_xsrf_token_is_refused(server, method, path):
    reply = server.browser().request(method, path, headers={"X-XSRFToken": "2|a|b|c"})
    assert reply.status_code == 403


def test_a_denied_user_reaches_nothing_and_the_rest_still_works(start_server):
    server = start_server(DENY_ALL)
    client = server.client()
    for method, path in ROUTES:
        reply = client.request(method, path)
        assert reply.status_code == 403, (method, path)
    assert client.get("mlops/server").json()["code"] == "not-authorized"
    assert client.get("api/contents").status_code == 200
    assert "fake gateway" not in server.log()


def test_a_reader_reads_and_changes_nothing(start_server):
    client = start_server(READ_ONLY).client()
    predict = "mlops/api/v1/environments/prod/models/m/predict"
    for method, path in [*ROUTES, ("POST", predict), ("GET", "mlops/api/v1/x")]:
        expected = 200 if method in ("GET", "HEAD") else 403
        assert client.request(method, path).status_code == expected, (method, path)


def test_the_servers_secrets_reach_neither_gateway_nor_log(server):
    browser = server.browser()
    headers = xsrf(browser) | {
        "Authorization": f"token {server.token}",
        "Referer": f"{server.url}lab?token={server.token}",
    }
    query = {"token": server.token, "limit": "1", "_xsrf": browser.cookies["_xsrf"]}
    reply = browser.post("mlops/api/v1/echo", params=query, headers=headers)
    assert reply.json()["url"] == "/api/v1/echo?limit=1"
    seen = reply.text
    assert server.token not in seen
    for value in browser.cookies.values():
        assert value not in seen
    for path in ("mlops/api/v1/a%00b", "mlops/api/v1/silent", "mlops/api/v1/../x"):
        browser.get(path, params={"token": server.token})
    assert server.token not in browser.get("mlops/api/v1/process").text
    assert server.token not in browser.get("mlops/server").text
    assert server.token not in server.log()


def test_on_a_laptop_the_user_is_the_account_and_only_asserted(server):
    headers = server.browser().get("mlops/api/v1/echo").json()["headers"]
    assert headers["x-mlops-user"] == account()
    assert headers["x-mlops-user-asserted"] == "1"


def test_a_platforms_user_and_token_are_handed_on_for_one_request(start_server):
    server = start_server(PLATFORM)
    client = server.client()
    token = {"X-Forwarded-Access-Token": "sha256~platform"}
    with_token = client.get("mlops/api/v1/echo", headers=token).json()["headers"]
    assert with_token["x-mlops-user"] == "ana"
    assert with_token["x-mlops-user-asserted"] == "0"
    assert with_token["x-mlops-user-token"] == "sha256~platform"
    assert "x-forwarded-access-token" not in with_token
    client.get("mlops/api/v1/silent", headers=token)
    client.get("mlops/api/v1/a%00", headers=token)
    assert "sha256~platform" not in client.get("mlops/api/v1/echo").text
    assert "sha256~platform" not in client.get("mlops/api/v1/process").text
    assert "sha256~platform" not in client.get("mlops/server").text
    assert "sha256~platform" not in server.log()


@pytest.mark.parametrize(
    "target",
    [
        b"runs/../../../../etc/passwd",
        b"runs/..",
        b"runs/a\\b",
        b"runs/a%00b",
        b"runs/a?x=\xff",
    ],
)
def test_a_path_out_of_the_api_is_refused(server, target):
    status = raw(
        server,
        b"GET /user/ana/mlops/api/v1/" + target + b" HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Authorization: token " + server.token.encode(),
    )
    assert b" 400 " in status


def test_two_lengths_in_one_request_are_refused(server):
    status = raw(
        server,
        b"POST /user/ana/mlops/api/v1/echo HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Authorization: token " + server.token.encode(),
        b"Content-Length: 5",
        b"Transfer-Encoding: chunked",
    )
    assert b" 400 " in status


def test_a_refusal_does_not_break_the_next_request_on_the_connection(server):
    stranger = httpx.Client(base_url=server.url)
    for _ in range(30):
        for method in ("GET", "POST"):
            reply = stranger.request(method, "mlops/api/v1/runs", content=b"x")
            assert reply.status_code == 403


def test_refusals_have_the_apis_one_shape(server):
    reply = httpx.get(f"{server.url}mlops/api/v1/runs")
    assert set(reply.json()) == {"code", "message"}
    assert reply.headers["Content-Type"] == "application/json"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
