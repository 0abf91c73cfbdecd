"""
Requests to addresses that strangers chose: HTTPS to a checked address, once, within a time limit.

A host is resolved once per request. Every address that it has is checked, and the connection is made to a
checked address and not to the name, so that a second look-up cannot lead elsewhere (DNS rebinding). The
certificate is verified for the name. Redirects are not followed; proxies are not asked.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from sluice.webhooks.deadlines import Deadline
from sluice.webhooks.ports import Answer, NoAnswer
from sluice.webhooks.resolving import Resolve, resolve, resolve_in_time
from sluice.webhooks.targets import Refusal, Target, problem_of_address, target_of

TIMEOUT = 15.0  # seconds for everything: look-up, connection, request and answer
ANSWER_BYTES = 4096  # that are read of a body; the connection is then closed, whatever else comes
ANSWER_CHARACTERS = 500  # that are kept
USER_AGENT = "Sluice-Webhooks/1"


class PinnedHttps:
    """Posts to webhooks; see the module."""

    def __init__(
        self,
        *,
        context: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
        allow_loopback: bool = False,
        timeout: float = TIMEOUT,
    ) -> None:
        self._context = context or ssl.create_default_context()
        self._resolve = resolve
        self._allow_loopback = allow_loopback
        self._timeout = timeout

    def post(self, url: str, headers: Mapping[str, str], body: str) -> Answer | NoAnswer:
        """Send one request and return the answer, or why there was none."""
        deadline = Deadline(self._timeout)
        target = target_of(url, allow_loopback=self._allow_loopback)
        if isinstance(target, Refusal):
            return NoAnswer(target.reason)
        try:
            address = self._address_of(target, deadline)
            if isinstance(address, NoAnswer):
                return address
            return self._exchange(target, address, headers, body.encode(), deadline)
        except TimeoutError:
            return NoAnswer(f"There was no answer within {self._timeout:g} seconds.")
        except ssl.SSLCertVerificationError as error:
            reason = error.verify_message.rstrip(".")
            return NoAnswer(f"The certificate of {target.host} is not valid: {reason}.")
        except (OSError, http.client.HTTPException) as error:
            return NoAnswer(f"The request to {target.authority} failed: {type(error).__name__}.")

    def _address_of(self, target: Target, deadline: Deadline) -> str | NoAnswer:
        """Return the address to connect to, if nothing is wrong with any that the host has."""
        try:
            addresses = resolve_in_time(self._resolve, target.host, target.port, deadline)
        except (socket.gaierror, UnicodeError):
            return NoAnswer(f"The host {target.host} cannot be resolved.")
        for address in addresses:
            if problem := problem_of_address(address, allow_loopback=self._allow_loopback):
                return NoAnswer(f"The host {target.host} resolves to an address that is refused: {problem}.")
        return addresses[0] if addresses else NoAnswer(f"The host {target.host} has no address.")

    def _exchange(
        self, target: Target, address: str, headers: Mapping[str, str], body: bytes, deadline: Deadline
    ) -> Answer:
        with self._connection(target, address, deadline) as connection:
            with deadline.watching():
                connection.request("POST", target.path, body, _all_headers(target, headers))
                response = connection.getresponse()
            text = _printable(_beginning(response))
            return Answer(response.status, response.getheader("Retry-After"), text)

    @contextmanager
    def _connection(
        self, target: Target, address: str, deadline: Deadline
    ) -> Iterator[http.client.HTTPConnection]:
        """Connect to the address over TLS, with a certificate for the target's name, until the deadline."""
        with (
            socket.create_connection((address, target.port), timeout=deadline.left()) as raw,
            self._context.wrap_socket(
                raw, server_hostname=target.host, do_handshake_on_connect=False
            ) as secured,
            deadline.cutting(secured),
        ):
            with deadline.watching():
                secured.do_handshake()
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = secured
            yield connection


def _all_headers(target: Target, headers: Mapping[str, str]) -> dict[str, str]:
    own = {"Host": target.authority, "Content-Type": "application/json", "User-Agent": USER_AGENT}
    return own | {"Connection": "close"} | dict(headers)


def _beginning(response: http.client.HTTPResponse) -> bytes:
    """
    Read ANSWER_BYTES of a body; an answer counts from its status line on, whatever is wrong with its body.

    Piece by piece, for `read` takes all that comes where a chunk says that it is shorter than nothing.
    """
    body = b""
    with suppress(OSError, http.client.HTTPException):
        while len(body) < ANSWER_BYTES and (piece := response.read1(ANSWER_BYTES - len(body))):
            body += piece
    return body


def _printable(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)[:ANSWER_CHARACTERS]
