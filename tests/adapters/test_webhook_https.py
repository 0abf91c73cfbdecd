"""Requests to strangers' addresses over real TLS on loopback: what a target does, and what we do about it."""

import json
import socket
import threading
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as Receiver
from standardwebhooks import WebhookVerificationError

from sluice.webhooks.https import ANSWER_CHARACTERS, PinnedHttps
from sluice.webhooks.ports import Answer, NoAnswer
from sluice.webhooks.signing import headers, new_secret
from tests import tls_targets
from tests.tls_targets import DAY, HOST, answering, target

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks"
LIMIT = 1.0  # seconds, for the tests of time
PATIENCE = 60.0  # seconds, for all others


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return tls_targets.Authority(tmp_path_factory.mktemp("authority"))


class LookUps:
    """Answers each look-up with the next of *answers*, then with the last one; counts them."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.count = 0

    def __call__(self, host, port):  # noqa: ARG002  a look-up is asked both
        self.count += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def transport(authority, *addresses, look_ups=None, **options):
    """The transport as the tests need it: our authority, our look-up, and loopback let through."""
    found = look_ups or LookUps(list(addresses) or ["127.0.0.1"])
    more = {"allow_loopback": True, "timeout": PATIENCE} | options
    return PinnedHttps(context=authority.client_context(), resolve=found, **more)


def post(way, port, *, host=HOST, path="/hook", **more):
    return way.post(f"https://{host}:{port}{path}", {"webhook-id": "evt_1"} | more, '{"é": 1}')


def test_the_reference_library_verifies_what_a_target_receives(authority):
    secret, old, requests = new_secret(), new_secret(), []
    body = '{"type":"file.processed","timestamp":"2026-03-02T09:00:00+00:00","data":{"key":"März 📊.csv"}}'
    now = datetime.now(UTC)
    with target(answering(OK, requests), authority.server_context()) as (port, _):
        for keys in ([secret], [secret, old]):
            signed = headers(body, event_id="evt_f1_3", at=now, keys=keys)
            answer = transport(authority).post(f"https://{HOST}:{port}/hook?a=b", signed, body)
            assert answer == Answer(200, None, "thanks")

    for line, sent, received in requests:
        assert line == "POST /hook?a=b HTTP/1.1"
        assert (sent["host"], sent["content-type"]) == (f"{HOST}:{port}", "application/json")
        assert Receiver(secret).verify(received, sent) == json.loads(body)
    assert Receiver(old).verify(requests[1][2], requests[1][1])
    with pytest.raises(WebhookVerificationError):
        Receiver(new_secret()).verify(requests[0][2], requests[0][1])
    with pytest.raises(WebhookVerificationError):
        Receiver(secret).verify(requests[0][2] + b" ", requests[0][1])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_nothing_is_asked_of_where_it_leads(authority, status):
    with target(answering(OK)) as (elsewhere, asked):
        place = f"https://127.0.0.1:{elsewhere}/"
        redirect = f"HTTP/1.1 {status} Away\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()
        with target(answering(redirect), authority.server_context()) as (port, _):
            assert post(transport(authority), port).status == status

    assert asked == []


def test_a_target_that_hangs_is_left_at_the_time_limit(authority):
    with target(tls_targets.hanging, authority.server_context()) as (port, _):
        assert _timed(authority, port) == NoAnswer("There was no answer within 1 seconds.")


def test_a_target_that_never_shakes_hands_is_left_at_the_time_limit(authority):
    with target(tls_targets.silent) as (port, _):
        assert "within 1 seconds" in _timed(authority, port).reason


def test_a_target_that_drips_is_left_at_the_time_limit_though_no_read_waits_long(authority):
    with target(tls_targets.dripping, authority.server_context()) as (port, _):
        assert "within 1 seconds" in _timed(authority, port).reason


def test_a_look_up_that_hangs_is_left_at_the_time_limit(authority):
    over = threading.Event()

    def hang(_host, _port):
        over.wait()
        return ["127.0.0.1"]

    try:
        assert "within 1 seconds" in _timed(authority, 4321, look_ups=hang).reason
    finally:
        over.set()


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 10000000\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n989680",
        b"Transfer-Encoding: chunked\r\n\r\n-1",
    ],
    ids=["a length", "no length", "a chunk", "a chunk of less than nothing"],
)
def test_of_an_answer_of_10_mb_the_beginning_is_read_and_the_rest_is_not_taken(authority, head):
    sent = []
    with target(tls_targets.flooding(sent, head), authority.server_context()) as (port, _):
        answer = post(transport(authority), port)

    assert answer == Answer(200, None, "x" * ANSWER_CHARACTERS)
    assert sum(sent) < 9_000_000  # what the sockets' buffers hold, at most


def test_what_a_target_says_is_kept_printable(authority):
    raw = b"HTTP/1.1 500 No\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\n\x1b[31m\xff\n\x00!"
    with target(answering(raw), authority.server_context()) as (port, _):
        answer = post(transport(authority), port)

    assert (answer.status, answer.retry_after) == (500, "7")
    assert answer.text.isprintable()


def test_an_answer_that_breaks_off_counts_by_its_status(authority):
    raw = b"HTTP/1.1 204 Fine\r\nContent-Length: 100\r\n\r\nhalf"
    with target(answering(raw), authority.server_context()) as (port, _):
        assert post(transport(authority), port).status == 204


@pytest.mark.parametrize(
    "raw", [b"", b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200" + b"x" * 70_000,
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"h%d: x\r\n" % n for n in range(200)) + b"\r\n"],
    ids=["nothing", "no HTTP", "no status", "an endless line", "200 headers"],
)  # fmt: skip
def test_what_is_no_answer_is_none(authority, raw):
    with target(answering(raw), authority.server_context()) as (port, _):
        answer = post(transport(authority), port)

    assert isinstance(answer, NoAnswer)
    assert answer.reason.startswith(f"The request to {HOST}:{port} failed")


@pytest.mark.parametrize(
    ("served", "words"),
    [
        ({"lasts": -DAY}, "certificate has expired"),
        ({"host": "other.example.com"}, "Hostname mismatch"),
    ],
)
def test_a_certificate_that_is_not_valid_for_the_host_ends_the_request_before_anything_is_sent(
    authority, served, words
):
    requests = []
    with target(answering(OK, requests), authority.server_context(**served)) as (port, _):
        answer = post(transport(authority), port)

    assert words in answer.reason
    assert requests == []


def test_a_certificate_of_an_authority_that_nobody_trusts_ends_the_request(authority, tmp_path):
    stranger, requests = tls_targets.Authority(tmp_path), []
    with target(answering(OK, requests), stranger.server_context()) as (port, _):
        assert "certificate" in post(transport(authority), port).reason

    assert requests == []


def test_a_target_without_tls_is_no_target(authority):
    def answer_what_it_does_not_understand(connection):
        connection.recv(65536)
        connection.sendall(OK)

    with target(answer_what_it_does_not_understand) as (port, _):
        assert isinstance(post(transport(authority), port), NoAnswer)


def test_nobody_listening_is_no_answer(authority):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        answer = post(transport(authority), port)

    assert answer == NoAnswer(f"The request to {HOST}:{port} failed: ConnectionRefusedError.")


# Where requests go


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_resolves_to_an_address_inside_is_refused_without_a_connection(authority, address):
    with target(answering(OK), authority.server_context()) as (_, connections):
        way = transport(authority, address, allow_loopback=False)
        answer = way.post(f"https://{HOST}/", {}, "{}")

    assert answer.reason.startswith(f"The host {HOST} resolves to an address that is refused")
    assert address not in answer.reason  # what is inside is nobody's business
    assert connections == []


def test_one_address_inside_among_public_ones_is_enough_to_refuse(authority):
    way = transport(authority, "8.8.8.8", "192.168.0.1", "1.1.1.1", allow_loopback=False)

    assert "refused: private" in way.post(f"https://{HOST}/", {}, "{}").reason


def test_a_name_that_changes_its_address_after_the_check_is_not_looked_up_again(authority, monkeypatch):
    """
    DNS rebinding: the first look-up is public, and each one after it would be 127.0.0.1.

    The connection goes to the address that was checked. That it is tried at all is seen by whom it calls.
    """
    look_ups, called = LookUps(["8.8.8.8"], ["127.0.0.1"]), []

    def connect(address, timeout):  # noqa: ARG001  the signature of socket.create_connection
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", connect)
    transport(authority, look_ups=look_ups, allow_loopback=False).post(f"https://{HOST}/", {}, "{}")

    assert called == [("8.8.8.8", 443)]
    assert look_ups.count == 1


def test_each_attempt_looks_up_and_checks_again(authority):
    look_ups = LookUps(["127.0.0.1"], ["10.0.0.1"])
    with target(answering(OK), authority.server_context()) as (port, _):
        way = transport(authority, look_ups=look_ups)
        assert post(way, port).status == 200
        assert "private" in post(way, port).reason


@pytest.mark.parametrize("found", [[], OSError("no such host")])
def test_a_name_without_an_address_is_no_answer(authority, found):
    def look_up(_host, _port):
        if isinstance(found, Exception):
            raise found
        return found

    assert isinstance(transport(authority, look_ups=look_up).post(f"https://{HOST}/", {}, "{}"), NoAnswer)


@pytest.mark.parametrize(
    "url", [f"http://{HOST}/", f"https://{HOST}:22/", "https://127.0.0.1/", "https://localhost/"]
)
def test_an_address_that_got_into_the_registry_by_another_way_is_refused_all_the_same(authority, url):
    look_ups = LookUps(["8.8.8.8"])

    answer = transport(authority, look_ups=look_ups, allow_loopback=False).post(url, {}, "{}")

    assert isinstance(answer, NoAnswer)
    assert look_ups.count == 0


def _timed(authority, port, **options):
    """Ask a target that never ends an answer, and return what came when the limit was over."""
    started = time.monotonic()
    answer = post(transport(authority, timeout=LIMIT, **options), port)
    assert time.monotonic() - started >= LIMIT
    return answer
