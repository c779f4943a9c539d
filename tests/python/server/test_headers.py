import httpx
import pytest
from jupyter_server.auth.identity import (
    IdentityProvider,
    PasswordIdentityProvider,
    User,
)
from tornado.httputil import HTTPHeaders

from jupyterlab_mlops.context import account
from jupyterlab_mlops.headers import (
    request_headers,
    request_id,
    response_headers,
    sandboxed,
)


class PlatformIdentityProvider(IdentityProvider):
    """A platform's own: it knows who somebody is."""


def sent(headers, user="ana", provider=PlatformIdentityProvider):
    made = HTTPHeaders(headers)
    result = request_headers(made, User(user), provider(), "id-1")
    return {name.lower(): value for name, value in result}


@pytest.mark.parametrize(
    "name",
    [
        "Cookie",
        "Authorization",
        "Proxy-Authorization",
        "X-XSRFToken",
        "X-Forwarded-Access-Token",
        "X-Forwarded-Id-Token",
        "X-Auth-Request-Access-Token",
        "X-Amz-Security-Token",
        "X-Api-Key",
        "X-Goog-Iap-Jwt-Assertion",
        "Referer",
    ],
)
def test_credentials_stay_with_the_server(name):
    assert name.lower() not in sent({name: "secret"})


@pytest.mark.parametrize(
    "name", ["Connection", "Keep-Alive", "TE", "Upgrade", "Expect"]
)
def test_headers_of_the_connection_stay_on_it(name):
    assert name.lower() not in sent({name: "x"})


def test_a_header_that_connection_names_stays_too():
    assert "x-hop" not in sent({"Connection": "close, X-Hop", "X-Hop": "1"})


def test_what_describes_the_request_is_handed_on():
    kept = {"accept": "text/event-stream", "last-event-id": "7", "range": "bytes=0-1"}
    assert kept.items() <= sent(kept).items()


def test_nobody_can_claim_to_be_somebody_else():
    headers = sent(
        {"X-Mlops-User": "root", "X-Mlops-User-Token": "t", "X-Mlops-A": "b"}
    )
    assert headers["x-mlops-user"] == "ana"
    assert "x-mlops-user-token" not in headers
    assert "x-mlops-a" not in headers


def test_the_platforms_token_is_handed_on_under_its_own_name():
    headers = sent({"X-Forwarded-Access-Token": "sha256~abc"})
    assert headers["x-mlops-user-token"] == "sha256~abc"


def test_a_platforms_user_is_named_and_not_merely_asserted():
    headers = sent({}, user="Ana Ålund\r\nX: y")
    assert headers["x-mlops-user"] == "Ana%20%C3%85lund%0D%0AX%3A%20y"
    assert headers["x-mlops-user-asserted"] == "0"


@pytest.mark.parametrize("provider", [IdentityProvider, PasswordIdentityProvider])
def test_whoever_holds_the_servers_token_is_the_account_asserted(provider):
    headers = sent({}, user="0f3a", provider=provider)
    assert headers["x-mlops-user"] == account()
    assert headers["x-mlops-user-asserted"] == "1"


def test_a_request_id_fit_for_a_log_is_kept():
    assert request_id({"X-Request-Id": "a.B-1_"}) == "a.B-1_"


@pytest.mark.parametrize("given", ["", "a b", "a\nb", "x" * 65, 'a"'])
def test_any_other_request_id_is_replaced(given):
    made = request_id({"X-Request-Id": given})
    assert made != given
    assert len(made) == 16


def test_two_requests_have_two_ids():
    assert request_id({}) != request_id({})


def test_an_answer_keeps_its_headers_except_those_that_are_not_its_to_give():
    answer = httpx.Headers(
        [
            ("Content-Type", "text/html"),
            ("Link", "<a>"),
            ("Link", "<b>"),
            ("Set-Cookie", "a=1"),
            ("Connection", "keep-alive, X-Hop"),
            ("X-Hop", "1"),
            ("Transfer-Encoding", "chunked"),
            ("Access-Control-Allow-Origin", "*"),
            ("Content-Security-Policy", "default-src *"),
            ("X-Request-Id", "other"),
        ]
    )
    assert response_headers(answer) == [
        ("content-type", "text/html"),
        ("link", "<a>"),
        ("link", "<b>"),
    ]


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        ("sandbox", True),
        ("default-src 'self'; SANDBOX allow-scripts", True),
        ("sandbox allow-scripts allow-same-origin", False),
        ("sandbox Allow-Same-Origin", False),
        ("sandbox allow-same-origin; sandbox", False),
        ("default-src 'none'", False),
        ("report-uri /sandbox", False),
        ("", False),
    ],
)
def test_only_a_real_sandbox_counts(policy, answer):
    assert sandboxed(policy) is answer
