"""Which addresses a webhook may have. docs/webhooks.md shows these cases as a table."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.webhooks.targets import Refusal, Target, problem_of_address, target_of

URLS = [
    "http://a.example.com/", "ftp://a.example.com/", "//a.example.com/", "a.example.com", "", "https://",
    "https:///x", "https:a.example.com", "file:///etc/passwd", "javascript:alert(1)",
    "https://user@a.example.com/", "https://user:pw@a.example.com/", "https://a.example.com@127.0.0.1/",
    "https://@a.example.com/", "https://a.example.com:80/", "https://a.example.com:22/",
    "https://a.example.com:0/", "https://a.example.com:65536/", "https://a.example.com:-1/",
    "https://a.example.com:9001/", "https://a.example.com:443:443/", "https://a.example.com/#x",
    "https://localhost/", "https://intranet/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://127.0.0.1./",
    "https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
    "https://[fd00:ec2::254]/", "https://[fe80::1%25eth0]/", "https://[v1.a]/", "https://a.example.com\\@127.0.0.1/",
    "https://a.example.com\t/", "https://a.example.com\r\nX: y/", "https://a.exam ple.com/",
    "https://\uff41.example.com/", "https://bücher.example/", "https://127。0。0。1/", "https://①②⑦.⓪.⓪.①/",
    "https://-a.example.com/", "https://a_b.example.com/", "https://a..example.com/", "https://.example.com/",
    "https://a.example.com%00.evil.example/", "https://a.example.com%2f@127.0.0.1/", "https://*.example.com/",
    "https://a.example.0x7f/", "https://a.example.1/", "https://" + "a" * 64 + ".example.com/",
    "https://a.example.com/" + "x" * 2048,
]  # fmt: skip

REFUSED = {
    "loopback": ["127.0.0.1", "127.0.0.2", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"],
    "link-local and metadata": ["169.254.169.254", "169.254.79.129", "169.254.170.2", "fe80::1",
                                "fe80::1%eth0", "fd00:ec2::254"],
    "CGNAT": ["100.64.0.1", "100.127.255.255"],
    "this network, unspecified": ["0.0.0.0", "0.1.2.3", "::"],  # noqa: S104
    "multicast and broadcast": ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"],
    "reserved": ["240.0.0.1", "254.1.1.1"],
    "protocols and benchmarks": ["192.0.0.8", "198.18.0.1", "198.19.255.255", "192.88.99.1", "192.31.196.1",
                                 "192.52.193.1", "192.175.48.1", "2620:4f:8000::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "IPv4-mapped and compatible": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:7f00:1"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1"],
    "6to4 and Teredo": ["2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:0:7f00:1::"],
    "site-local, discard, other": ["fec0::1", "100::1", "4000::1", "5f00::1", "9999::1"],
}  # fmt: skip


@pytest.mark.parametrize("url", URLS)
def test_a_url_that_is_no_public_https_address_is_refused_in_a_sentence(url):
    refusal = target_of(url)

    assert isinstance(refusal, Refusal), refusal
    assert refusal.reason.endswith(".")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example.com", Target("hooks.example.com", 443, "/")),
        ("https://hooks.example.com:443/a?b=c&d", Target("hooks.example.com", 443, "/a?b=c&d")),
        ("HTTPS://Hooks.Example.COM:8443/A", Target("hooks.example.com", 8443, "/A")),
        ("https://hooks.example.com./x", Target("hooks.example.com", 443, "/x")),
        ("https://xn--bcher-kva.example/", Target("xn--bcher-kva.example", 443, "/")),
        ("https://1.a2.example/%20", Target("1.a2.example", 443, "/%20")),
        (
            "https://example.com/?next=https://127.0.0.1/",
            Target("example.com", 443, "/?next=https://127.0.0.1/"),
        ),
    ],
)
def test_a_public_https_address_is_taken(url, target):
    assert target_of(url) == target


@pytest.mark.parametrize("address", [each for group in REFUSED.values() for each in group])
def test_an_address_that_is_not_public_is_refused(address):
    assert problem_of_address(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "52.95.110.1", "2606:4700::1111", "2a00:1450:4001::1"]
)
def test_a_public_address_is_taken(address):
    assert problem_of_address(address) is None


@given(st.ip_addresses())
def test_nothing_is_taken_that_python_does_not_call_global_or_calls_multicast(address):
    if problem_of_address(str(address)) is None:
        kinds = (address.is_multicast, address.is_private, address.is_loopback, address.is_reserved)
        assert address.is_global
        assert not any(kinds)


@given(st.ip_addresses(v=4))
def test_no_ipv6_address_that_holds_an_ipv4_address_is_taken(inner):
    number = int(inner)
    wrapped = [0xFFFF << 32 | number, number, (0x64FF9B << 96) | number, (0x2002 << 112) | number << 80]

    assert all(problem_of_address(str(ipaddress.IPv6Address(each))) for each in wrapped)


@given(st.text())
def test_any_text_is_a_target_or_a_refusal(url):
    assert isinstance(target_of(url), Target | Refusal)
    assert isinstance(target_of("https://" + url), Target | Refusal)


def test_the_exception_for_tests_takes_loopback_and_nothing_else():
    assert target_of("https://localhost:4321/x", allow_loopback=True) == Target("localhost", 4321, "/x")
    assert problem_of_address("127.0.0.1", allow_loopback=True) is None
    assert problem_of_address("::1", allow_loopback=True) is None
    for address in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"):
        assert problem_of_address(address, allow_loopback=True)
    for url in ("http://localhost/", "https://127.0.0.1/", "https://a@localhost/"):
        assert isinstance(target_of(url, allow_loopback=True), Refusal)
