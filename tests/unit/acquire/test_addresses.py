"""Addresses: what a URL really points at, and whether it may be asked."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import pytest
from fetch_origin import in_loop
from hypothesis import given, settings, strategies as st
from yarl import URL

from pipeline.acquire.addresses import AddressPolicy, CheckedResolver, parse_target, shown, special_use
from pipeline.errors import FetchError, Forbidden, Unreachable

PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.0.1",
    "172.32.0.1",
    "192.0.1.1",
]
PUBLIC += ["198.17.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::1.1.1.1"]
PUBLIC += ["::ffff:1.1.1.1", "2002:101:101::1"]

SPECIAL = [
    ("0.0.0.0", "unspecified"), ("0.1.2.3", "unspecified"), ("10.255.0.1", "private"),
    ("100.64.0.1", "shared (carrier-grade NAT)"), ("100.100.100.200", "shared (carrier-grade NAT)"),
    ("127.0.0.1", "loopback"), ("127.255.255.254", "loopback"), ("169.254.0.1", "link-local"),
    ("169.254.169.254", "cloud metadata"), ("168.63.129.16", "cloud metadata"), ("172.16.0.1", "private"),
    ("172.31.255.255", "private"), ("192.0.0.192", "reserved"), ("192.0.2.1", "documentation"),
    ("192.168.1.1", "private"), ("198.18.0.1", "benchmarking"), ("198.19.255.255", "benchmarking"),
    ("198.51.100.1", "documentation"), ("203.0.113.1", "documentation"), ("224.0.0.1", "multicast"),
    ("240.0.0.1", "reserved"), ("255.255.255.255", "reserved"),
    ("::", "unspecified"), ("::1", "loopback"), ("fe80::1", "link-local"), ("fe80::1%eth0", "link-local"),
    ("fc00::1", "private"), ("fd12::1", "private"), ("fd00:ec2::254", "cloud metadata"),
    ("fec0::1", "private"), ("ff02::1", "multicast"), ("2001:db8::1", "documentation"),
    ("2001::1", "reserved"), ("3fff::1", "documentation"), ("4000::1", "reserved"), ("100::1", "reserved"),
    ("64:ff9b:1::1", "reserved"),
    # IPv4 in disguise: mapped, compatible, 6to4, NAT64, ISATAP
    ("::ffff:127.0.0.1", "loopback"), ("::ffff:a9fe:a9fe", "cloud metadata"), ("::127.0.0.1", "reserved"),
    ("2002:7f00:1::1", "loopback"), ("2002:c0a8:101::", "private"), ("64:ff9b::10.0.0.1", "private"),
    ("64:ff9b::a9fe:a9fe", "cloud metadata"), ("2a00:1450::5efe:127.0.0.1", "loopback"),
    ("2a00:1450::200:5efe:10.0.0.1", "private"),
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_asked(address: str) -> None:
    assert special_use(ipaddress.ip_address(address)) is None


@pytest.mark.parametrize(("address", "kind"), SPECIAL)
def test_special_addresses_are_told_apart(address: str, kind: str) -> None:
    assert special_use(ipaddress.ip_address(address)) == kind


@settings(deadline=None)
@given(st.ip_addresses())
def test_whatever_the_standard_library_calls_private_is_never_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if special_use(address) is None and address.version == 4:
        assert address.is_global
        assert not address.is_multicast


@settings(deadline=None)
@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_one_inside(address: ipaddress.IPv4Address) -> None:
    for prefix in ("::ffff:", "64:ff9b::"):
        assert special_use(ipaddress.IPv6Address(f"{prefix}{address}")) == special_use(address)


def test_networks_that_are_allowed_by_name_may_be_asked_and_no_others() -> None:
    policy = AddressPolicy(["127.0.0.0/8", "fd12::/16"])
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "fd12::1", "1.1.1.1"):
        assert policy.objection(ipaddress.ip_address(address)) is None, address
    for address in ("10.0.0.1", "::1", "fd13::1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1"):
        assert policy.objection(ipaddress.ip_address(address)), address


# --- URLs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1", "017700000001",
        "0x7f.0x0.0x0.0x1", "127.0.0.1.", "%31%32%37.0.0.1", "１２７.0.0.1", "①②⑦.0.0.1",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "user:secret@127.0.0.1",
        "example.com@127.0.0.1", "[::1]", "localhost", "LOCALHOST.", "a.b.localhost", "0", "0.0.0.0",
    ],
)  # fmt: skip
def test_no_spelling_of_this_machine_may_be_asked(host: str) -> None:
    with pytest.raises(Forbidden, match="DAGSPRESS_ALLOW_ADDRESSES"):
        AddressPolicy().check(parse_target(f"http://{host}/"))


@pytest.mark.parametrize(
    ("url", "whole", "host", "port", "path"),
    [
        ("http://example.com", "http://example.com/", "example.com", 80, "/"),
        (" HTTPS://Example.COM:443/a?b#c\n", "https://example.com/a?b", "example.com", 443, "/a?b"),
        ("http://example.com:8080/", "http://example.com:8080/", "example.com", 8080, "/"),
        ("http://user:pw@example.com/x", "http://example.com/x", "example.com", 80, "/x"),
        ("http://bücher.example/ø?q=å b", "http://xn--bcher-kva.example/%C3%B8?q=%C3%A5%20b",
         "xn--bcher-kva.example", 80, "/%C3%B8?q=%C3%A5%20b"),
        ("http://example.com/%c3/%zz", "http://example.com/%c3/%25zz", "example.com", 80, "/%c3/%25zz"),
        ("http:\\\\example.com\\a", "http://example.com/a", "example.com", 80, "/a"),
        ("http:///example.com/a", "http://example.com/a", "example.com", 80, "/a"),
        ("http://exam\nple.com/a\tb", "http://example.com/ab", "example.com", 80, "/ab"),
        ("http://[2A00:0:0::1]/x", "http://[2a00::1]/x", "2a00::1", 80, "/x"),
        ("http://a_b.example:/x", "http://a_b.example/x", "a_b.example", 80, "/x"),
        ("http://example.com/a?#b", "http://example.com/a", "example.com", 80, "/a"),
        ("http://a-.xn--99.example/", "http://a-.xn--99.example/", "a-.xn--99.example", 80, "/"),
        ("http://example.com?q=1", "http://example.com/?q=1", "example.com", 80, "/?q=1"),
    ],
)  # fmt: skip
def test_a_url_is_taken_apart(url: str, whole: str, host: str, port: int, path: str) -> None:
    target = parse_target(url)
    assert (target.url, target.host, target.port, target.path) == (whole, host, port, path)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("file:///etc/passwd", Forbidden), ("ftp://example.com/", Forbidden), ("data:text/html,x", Forbidden),
        ("javascript:alert(1)", Forbidden), ("gopher://127.0.0.1:6379/_x", Forbidden),
        ("", Unreachable), ("example.com/a", Unreachable), ("//example.com/", Unreachable),
        ("http://", Unreachable), ("http://exa mple.com/", Unreachable),
        ("http://a..b/", Unreachable), ("http://a!.example/", Unreachable),
        ("http://1.2.3.4.5/", Unreachable), ("http://1.2.3.256/", Unreachable),
        ("http://09.1.1.1/", Unreachable), ("http://4294967296/", Unreachable),
        ("http://[::1/", Unreachable), ("http://[::g]/", Unreachable), ("http://example.com:0/", Unreachable),
        ("http://example.com:65536/", Unreachable), ("http://example.com:8x/", Unreachable),
        ("http://[fe80::1%25eth0]/", Forbidden), ("http://[fe80::1%eth0]/", Forbidden),
        ("http://example.com/" + "a" * 8_000, Unreachable), (f"http://{'a' * 300}.example/", Unreachable),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_so(url: str, error: type[FetchError]) -> None:
    with pytest.raises(error) as caught:
        parse_target(url)
    assert not caught.value.transient
    assert len(str(caught.value)) < 400


@settings(deadline=None)
@given(
    st.text(max_size=60), st.sampled_from(["", "http://", "http://example.com/", "https://[", "http://127."])
)
def test_any_text_is_a_target_of_plain_ascii_or_an_error_of_ours(text: str, prefix: str) -> None:
    try:
        target = parse_target(prefix + text)
    except FetchError:
        return
    assert target.url.isascii()
    assert target.url.isprintable()
    assert " " not in target.url
    assert parse_target(target.url) == target


@settings(deadline=None)
@given(st.text("abc/?#%&=.:@[]\\ \tåÅ;'\"<>|^`{}~!$*()+,0123456789-_", max_size=40))
def test_the_http_library_reads_a_target_as_we_do(text: str) -> None:
    """A check of one host and a request to another is how such checks are got around."""
    try:
        target = parse_target("http://example.com" + text)
    except FetchError:
        return
    url = URL(target.url, encoded=True)
    assert (url.scheme, url.raw_host, url.port) == (target.scheme, target.host, target.port)
    assert url.raw_path_qs == target.path


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "http://example.com/b"),
        ("b?c#d", "http://example.com/x/b?c"),
        ("//other.example/b", "http://other.example/b"),
        ("https://example.com/", "https://example.com/"),
        ("?q=\udce5", "http://example.com/x/y?q=%E5"),
        ("../../..", "http://example.com/"),
    ],
)
def test_a_location_is_resolved_against_the_url(location: str, url: str) -> None:
    assert parse_target("http://example.com/x/y").join(location).url == url


def test_a_location_with_an_open_bracket_is_an_error_of_ours() -> None:
    with pytest.raises(Unreachable, match="no address"):
        parse_target("http://example.com/").join("http://[::1")


def test_credentials_and_control_characters_are_never_shown() -> None:
    text = shown("http://user:hunter2@example.com/\x1b[31m\u202e" + "a" * 500)
    assert text.startswith("http://example.com/?[31m?a")
    assert len(text) < 210


@pytest.mark.parametrize("port", [22, 25, 6000, 6667, 10080])
def test_ports_of_other_protocols_are_asked_only_where_the_address_is_allowed(port: int) -> None:
    with pytest.raises(Forbidden, match=f"port {port}"):
        AddressPolicy().check(parse_target(f"http://example.com:{port}/"))
    AddressPolicy(["127.0.0.0/8"]).check(parse_target(f"http://127.0.0.1:{port}/"))
    AddressPolicy(["127.0.0.0/8"]).check(parse_target(f"http://localhost:{port}/"))


# --- names -------------------------------------------------------------------------------------------


def resolver(*answers: list[str], allow: tuple[str, ...] = ()) -> CheckedResolver:
    given = iter(answers)

    async def resolve(host: str) -> list[str]:
        return next(given)

    return CheckedResolver(AddressPolicy(allow), resolve, seconds=1)


@in_loop
async def test_of_a_name_only_the_public_addresses_are_connected_to() -> None:
    found = await resolver(["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1111"]).resolve("mixed.example", 443)
    assert [(r["host"], r["port"], r["family"]) for r in found] == [
        ("1.1.1.1", 443, socket.AF_INET),
        ("2606:4700::1111", 443, socket.AF_INET6),
    ]
    assert all(r["flags"] & socket.AI_NUMERICHOST for r in found)


@in_loop
async def test_of_many_addresses_a_few_of_each_version_are_tried() -> None:
    many = [f"2a00::{n}" for n in range(9)] + [f"1.1.1.{n}" for n in range(9)]
    found = await resolver(many).resolve("large.example", 443)
    assert [r["host"] for r in found] == ["2a00::", "2a00::1", "1.1.1.0", "1.1.1.1"]


@in_loop
async def test_a_name_with_private_addresses_alone_is_refused() -> None:
    with pytest.raises(Forbidden, match=r"inner\.example \(10\.0\.0\.1\).* private"):
        await resolver(["10.0.0.1", "fe80::1%eth0"]).resolve("inner.example")


@in_loop
async def test_a_name_without_addresses_is_an_os_error() -> None:
    with pytest.raises(OSError, match="has no address"):
        await resolver([]).resolve("empty.example")


@in_loop
async def test_localhost_is_never_looked_up() -> None:
    names = ("localhost", "a.localhost")
    assert [(await resolver(allow=("127.0.0.1",)).resolve(n))[0]["host"] for n in names] == ["127.0.0.1"] * 2


@in_loop
async def test_a_name_server_that_does_not_answer_is_not_waited_for() -> None:
    async def resolve(host: str) -> list[str]:
        await asyncio.sleep(60)
        return []

    with pytest.raises(OSError, match="no name server answered"):
        await CheckedResolver(AddressPolicy(), resolve, seconds=0.02).resolve("slow.example")


def test_a_socket_is_only_opened_for_an_address_that_may_be_asked() -> None:
    kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    with pytest.raises(PermissionError, match="loopback"):
        AddressPolicy().open_socket((socket.AF_INET, *kind, ("127.0.0.1", 80)))
    with pytest.raises(PermissionError, match="link-local"):
        AddressPolicy().open_socket((socket.AF_INET6, *kind, ("fe80::1%eth0", 80, 0, 2)))
    AddressPolicy().open_socket((socket.AF_INET, *kind, ("1.1.1.1", 80))).close()
