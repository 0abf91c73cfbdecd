"""The HTTP API by JSON Web Tokens, and from web pages, in a stack of its own with an issuer beside it."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local import process, stack
from local.build import Build, build
from local.deploy import deploy
from tests import tls_targets
from tests.e2e.conftest import Product
from tests.e2e.requests import Api, answer_to

pytestmark = pytest.mark.e2e

AUDIENCE = "sluice-clients"
ORIGIN = "https://files.example.com"
HOUR = 3600  # seconds
ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}"
RULE = {"name": "By token", "match": {"prefix": "by-token/"}, "processor": None, "reason": "A trial."}


class Issuer:
    """Signs tokens, and tells over TLS which key it signs with (OpenID Connect Discovery 1.0)."""

    def __init__(self) -> None:
        self.url = ""
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def serve(self, connection: Any) -> None:
        """Answer one request."""
        line, _, _ = tls_targets.read_request(connection)
        told = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        body = json.dumps({"keys": [self._public_key()]} if "/keys" in line else told)
        connection.sendall(ANSWER.format(len(body), body).encode())

    def token(self, **claims: Any) -> str:
        """Sign a token that is valid for an hour but for what *claims* say otherwise; None leaves one out."""
        now = int(time.time())
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "mia", "iat": now - 60, "exp": now + HOUR}
        chosen = {name: value for name, value in (good | claims).items() if value is not None}
        signed = f"{_encoded({'alg': 'RS256', 'typ': 'JWT', 'kid': 'k1'})}.{_encoded(chosen)}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_base64(signature)}"

    def _public_key(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        big = {"n": numbers.n.to_bytes(256, "big"), "e": numbers.e.to_bytes(3, "big")}
        return {"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256"} | {
            name: _base64(value) for name, value in big.items()
        }


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _encoded(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def product(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with tokens and one origin; the emulator's gateway trusts the authority of the test."""
    authority = tls_targets.Authority(tmp_path_factory.mktemp("authority"))
    serving = tls_targets.target(issuer.serve, authority.server_context("localhost"))
    with pytest.MonkeyPatch.context() as changed, serving as (port, _):
        changed.setattr(process, "PASSED_ON", (*process.PASSED_ON, "SSL_CERT_FILE"))
        changed.setenv("SSL_CERT_FILE", str(authority.path))
        issuer.url = f"https://localhost:{port}"
        parameters = {"ApiJwtIssuer": issuer.url, "ApiJwtAudience": AUDIENCE, "ApiCorsOrigins": ORIGIN}
        with stack.session("tokens") as (home, endpoint):
            build(Build(), home.deploy_log)
            yield Product(endpoint, deploy(home, Build(), parameters), home.call_log)


@pytest.fixture
def ask(product: Product) -> Any:
    """Send a request with a token, and return its status and its JSON."""
    api = Api(product)

    def send(method: str, path: str, token: str | None, body: Any = None, **headers: str) -> tuple[int, Any]:
        by = {"authorization": f"Bearer {token}"} if token is not None else {}
        return api(method, path, body, signed=False, **by, **headers)[:2]

    return send


def test_reading_needs_the_scope_of_reading_and_changing_that_of_changing(ask: Any, issuer: Issuer) -> None:
    reader, changer = issuer.token(scope="sluice/read"), issuer.token(scope="sluice/change")
    both = issuer.token(scope="openid sluice/read sluice/change")

    assert [ask("GET", path, reader)[0] for path in ("/files", "/rules", "/webhooks", "/lanes")] == [200] * 4
    assert ask("POST", "/rules/test", reader, {"key": "by-token/a.csv"})[0] == 200
    assert ask("POST", "/rules", reader, RULE)[0] == 403
    assert ask("POST", "/lanes/csv/pause", reader)[0] == 403
    assert ask("POST", "/webhooks", reader, {"url": "https://hooks.sluice.invalid/"})[0] == 403
    assert ask("GET", "/files", changer)[0] == 403
    status, created = ask("POST", "/rules", changer, RULE)
    assert status == 201
    assert ask("GET", f"/rules/{created['id']}", both)[1]["source"] == "mia"
    assert ask("DELETE", f"/rules/{created['id']}", reader, if_match="*")[0] == 403
    assert ask("DELETE", f"/rules/{created['id']}", both, if_match="*")[0] == 200


def refused(issuer: Issuer) -> dict[str, str | None]:
    """Return tokens that must not be taken, each for one reason."""
    now, scope = int(time.time()), "sluice/read sluice/change"
    foreign = Issuer()
    foreign.url = issuer.url  # says that it is ours, and has another key
    good = issuer.token(scope=scope)
    head, claims, signature = good.split(".")
    other = _encoded(json.loads(base64.urlsafe_b64decode(claims + "==")) | {"sub": "root"})
    return {
        "none": None,
        "empty": "",
        "no token": "open sesame",
        "expired": issuer.token(scope=scope, iat=now - 2 * HOUR, exp=now - HOUR),
        "not valid yet": issuer.token(scope=scope, nbf=now + HOUR),
        "of a foreign key": foreign.token(scope=scope),
        "of another issuer": issuer.token(scope=scope, iss="https://login.example.com"),
        "for another audience": issuer.token(scope=scope, aud="someone-else"),
        "for nobody": issuer.token(scope=scope, aud=None),
        "changed after it was signed": f"{head}.{other}.{signature}",
        "unsigned": f"{_encoded({'alg': 'none', 'kid': 'k1'})}.{claims}.",
    }


@pytest.mark.parametrize(
    "why",
    [
        "none", "empty", "no token", "expired", "not valid yet", "of a foreign key", "of another issuer",
        "for another audience", "for nobody", "changed after it was signed", "unsigned",
    ],
)  # fmt: skip
def test_a_token_that_is_not_one_for_this_api_opens_nothing(ask: Any, issuer: Issuer, why: str) -> None:
    token = refused(issuer)[why]

    for method, path in (("GET", "/files"), ("POST", "/lanes/csv/pause"), ("GET", "/webhooks")):
        assert ask(method, path, token)[0] == 401


@pytest.mark.parametrize("scope", [None, "", "openid", "sluice", "sluice/reads", "SLUICE/READ", "read"])
def test_a_token_without_the_scope_opens_nothing(ask: Any, issuer: Issuer, scope: str | None) -> None:
    token = issuer.token(scope=scope)

    assert [ask(method, path, token)[0] for method, path in (("GET", "/files"), ("PUT", "/lanes/csv"))] == [
        403,
        403,
    ]


def test_what_says_nothing_of_files_is_open(ask: Any) -> None:
    assert [ask("GET", path, None)[0] for path in ("/health", "/openapi.json", "/docs")] == [200] * 3


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        (ORIGIN, True),
        ("https://files.example.com.evil.example", False),
        ("https://evil.example", False),
        ("http://files.example.com", False),
        ("https://files.example.com:8443", False),
        ("null", False),
    ],
)
def test_only_pages_of_the_origin_may_read_answers(
    product: Product,
    issuer: Issuer,
    origin: str,
    is_allowed: bool,  # noqa: FBT001
) -> None:
    base = Api(product).base
    asked = {"origin": origin, "access-control-request-method": "GET"}
    before = answer_to(AWSRequest("OPTIONS", f"{base}/files", asked)).headers
    by = {"origin": origin, "authorization": f"Bearer {issuer.token(scope='sluice/read')}"}
    answer = answer_to(AWSRequest("GET", f"{base}/files", by)).headers

    expected = origin if is_allowed else None
    for headers in (before, answer):
        assert headers.get("access-control-allow-origin") == expected
        assert "access-control-allow-credentials" not in headers
