"""
Which addresses a webhook may have: server-side request forgery is closed here.

A URL is judged when it is registered and before each attempt, and every address that its host resolves to
before each connection. docs/webhooks.md has the table of cases.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

URL_CHARACTERS = 2048
HTTPS = 443
PORTS = (HTTPS, 8443)
NO_NAME = "The host must be a full domain name, such as hooks.example.com, and not an address."
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\.?$)(?!0x){_LABEL}", re.ASCII)
_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\U0010ffff\\]")

# IANA IPv4 Special-Purpose Address Registry, multicast, and what is reserved.
_IPV4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared by a carrier's customers (CGNAT)",
    "127.0.0.0/8": "loopback",
    "169.254.0.0/16": "link-local, where clouds keep their metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112",
    "192.52.193.0/24": "AMT",
    "192.88.99.0/24": "6to4 relays",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "AS112",
    "198.18.0.0/15": "benchmarks",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
# Of IPv6, only global unicast addresses can be a target; these are among them and are none.
_IPV6_GLOBAL = ip_network("2000::/3")
_IPV6 = {
    "2001::/23": "protocol assignments, Teredo among them",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4, which holds an IPv4 address",
    "2620:4f:8000::/48": "AS112",
    "3fff::/20": "documentation",
}
_REFUSED: dict[IPv4Network | IPv6Network, str] = {
    ip_network(network): why for network, why in (_IPV4 | _IPV6).items()
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes."""

    host: str
    port: int
    path: str
    """With its query."""

    @property
    def authority(self) -> str:
        """What the header Host says."""
        return self.host if self.port == HTTPS else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address is none to send to, in a sentence."""

    reason: str


def target_of(url: str, *, allow_loopback: bool = False) -> Target | Refusal:
    """
    Read the URL of a webhook.

    With *allow_loopback*, any port and the host `localhost` will do; that is for tests.
    """
    if len(url) > URL_CHARACTERS:
        return Refusal(f"A URL has at most {URL_CHARACTERS} characters.")
    if _NOT_IN_A_URL.search(url):
        return Refusal("A URL has no spaces, backslashes, control characters or characters beyond ASCII.")
    try:
        parts = urlsplit(url)
        port = HTTPS if parts.port is None else parts.port
    except ValueError:
        return Refusal("This is not a URL.")
    reason = _problem_of_parts(parts) or _problem_of_place(parts.hostname or "", port, allow_loopback)
    if reason:
        return Refusal(reason)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target((parts.hostname or "").rstrip("."), port, path)


def _problem_of_parts(parts: SplitResult) -> str | None:
    if parts.scheme != "https":
        return "Only https is served."
    if "@" in parts.netloc:
        return "A URL holds no user name and no password."
    if "[" in parts.netloc:
        return NO_NAME
    if parts.fragment:
        return "A URL of a webhook has no fragment."
    return None


def _problem_of_place(host: str, port: int, allow_loopback: bool) -> str | None:  # noqa: FBT001  passed on
    if allow_loopback and host == "localhost":
        return None
    if not _HOST.fullmatch(host.rstrip(".")):
        return NO_NAME
    if port not in PORTS and not allow_loopback:
        return f"The port must be {' or '.join(map(str, PORTS))}."
    return None


def problem_of_address(address: str, *, allow_loopback: bool = False) -> str | None:
    """Return why nothing is sent to the IP *address*; None where something may be."""
    ip = ip_address(address)
    if allow_loopback and any(ip in network for network in LOOPBACK):
        return None
    for network, why in _REFUSED.items():
        if ip in network:
            return why
    if isinstance(ip, IPv6Address) and ip not in _IPV6_GLOBAL:
        return "not a global unicast address"
    return None if ip.is_global else "not a public address"
