"""Which addresses may be asked: URLs taken apart, names resolved by us, every IP address judged.

A news archive follows links that strangers wrote. None of them may lead it into the network it runs in
(server-side request forgery): whatever the spelling, the redirect or the name server's next answer, a
connection goes only to an address that was judged, at the moment it is opened.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urljoin

import idna
from aiohttp.abc import AbstractResolver, ResolveResult

from pipeline.errors import Forbidden, Unreachable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""From a host name to its IP addresses, as text; raises OSError when there are none."""

_SPECIAL: Final[tuple[tuple[Network, str], ...]] = tuple(
    (ipaddress.ip_network(network), kind)
    for network, kind in (
        # the IANA registries of special-purpose addresses, as of 2026
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared (carrier-grade NAT)"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.169.254/32", "cloud metadata"),
        ("169.254.0.0/16", "link-local"),
        ("168.63.129.16/32", "cloud metadata"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("fd00:ec2::254/128", "cloud metadata"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out; the rest is reserved."""
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
LOOPBACK: Final = ipaddress.IPv4Address("127.0.0.1")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)

BAD_PORTS: Final = frozenset(
    (
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102),
        *(103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465),
        *(512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993),
        *(995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668),
        *(6669, 6679, 6697, 10080),
    )
)
"""Ports of other protocols (WHATWG Fetch, "port blocking"): a request there speaks to the wrong server."""

_URL: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_REST: Final = re.compile(r"[/\\]{2,}(?P<authority>[^/\\?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]+)?")
_REMOVED: Final = re.compile(r"[\t\r\n]+")
_UNSAFE: Final = re.compile(r"[^!#-;=?-\[\]_a-z~%$&'()*+,]|%(?![0-9A-Fa-f]{2})", re.IGNORECASE)
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_NUMBER: Final = re.compile(r"(?P<hex>0x[0-9a-f]*)|(?P<octal>0[0-7]*)|(?P<decimal>[1-9][0-9]*)")
_ENDS_IN_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_USER: Final = re.compile(r"//[^/?#]*@")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_LONGEST_URL: Final = 8_000
"""As long as any server need accept (RFC 9110, section 4.1)."""
_MOST_ADDRESSES: Final = 2
"""So many addresses of each version are tried for one connection."""
_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An http(s) URL that can be asked for, taken apart.

    Attributes:
        url: whole, in ASCII, without credentials and fragment.
        host: name in lower case, or an IP address as text (IPv6 without brackets).
        path: path and query, as sent. Begins with a slash.
        address: of a host that is an IP address.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str
    address: Address | None = None

    @property
    def authority(self) -> str:
        """Host and port: what politeness counts by."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a robots.txt is for."""
        return f"{self.scheme}://{self.authority}"

    def join(self, reference: str) -> Target:
        """The target that a `Location` names. Raises as `parse_target` does."""
        try:
            return parse_target(urljoin(self.url, _REMOVED.sub("", reference.strip())))
        except ValueError:  # of urljoin, for a bracket that is not closed
            raise Unreachable(f"{shown(reference)!r} is no address.") from None


def parse_target(url: str) -> Target:
    """Take a URL apart as browsers do (odd spellings of IP addresses included).

    Raises Forbidden for any scheme but http and https, Unreachable (not transient) for what is no URL.
    """
    text = _REMOVED.sub("", url.strip("".join(map(chr, range(33)))))
    match = _URL.fullmatch(text)
    if match is None:
        raise Unreachable(f"{shown(url)!r} is not a whole address. It must begin with http:// or https://.")
    scheme = match["scheme"].lower()
    if scheme not in _DEFAULT_PORTS:
        raise Forbidden(f"{shown(url)} is not fetched: {scheme} is neither http nor https.")
    rest = _REST.match(match["rest"])
    if rest is None or len(text) > _LONGEST_URL:
        raise Unreachable(f"{shown(url)!r} is not an address that can be asked: no host, or too long.")
    name, port = _split_port(rest["authority"].rpartition("@")[2], scheme)
    host, address = _host(name, url)
    if port is None:
        raise Unreachable(f"{shown(url)!r} has a port that is none.")
    path = _escaped(rest["path"].replace("\\", "/") or "/") + _escaped(rest["query"] or "")
    written = f"[{host}]" if ":" in host else host
    default = port == _DEFAULT_PORTS[scheme]
    return Target(
        url=f"{scheme}://{written}{path}" if default else f"{scheme}://{written}:{port}{path}",
        scheme=scheme,
        host=host,
        port=port,
        path=path,
        address=address,
    )


def shown(url: str) -> str:
    """A URL for a message: without credentials, on one line and not longer than that."""
    text = _UNPRINTABLE.sub("?", _USER.sub("//", url))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _split_port(authority: str, scheme: str) -> tuple[str, int | None]:
    name, colon, digits = authority.rpartition(":")
    if not colon or "]" in digits:
        return authority, _DEFAULT_PORTS[scheme]
    if not digits:
        return name, _DEFAULT_PORTS[scheme]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return name, None
    return name, int(digits) if 0 < int(digits) <= 65535 else None


def _host(name: str, url: str) -> tuple[str, Address | None]:
    if name.startswith("["):
        try:
            address = ipaddress.IPv6Address(name[1:-1] if name.endswith("]") else "")
        except ValueError:
            raise Unreachable(f"{shown(url)!r} has an IPv6 address that is none.") from None
        if address.scope_id is not None:
            raise Forbidden(f"{shown(url)} is not fetched: its address is link-local.")
        return str(address), address
    name = unquote(name)
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (UnicodeError, IndexError):  # idna's own errors are of the former kind
            raise Unreachable(f"{shown(url)!r} has a host name that is none.") from None
    name = name.lower().removesuffix(".")
    if _ENDS_IN_NUMBER.fullmatch(name):
        four = _ipv4(name)
        if four is None:
            raise Unreachable(f"{shown(url)!r} has an IPv4 address that is none.")
        return str(four), four
    if len(name) > 253 or not _HOST.fullmatch(name):
        raise Unreachable(f"{shown(url)!r} has a host name that is none.")
    return name, None


def _ipv4(text: str) -> ipaddress.IPv4Address | None:
    """An IPv4 address in any spelling that browsers take: `127.1`, `0x7f.1`, `2130706433`."""
    parts = text.split(".")
    numbers = []
    for part in parts:
        match = _NUMBER.fullmatch(part)
        if match is None or len(part) > 20:
            return None
        if match["hex"]:
            numbers.append(int(part[2:] or "0", 16))
        else:
            numbers.append(int(part, 8 if match["octal"] else 10))
    *first, last = numbers
    if len(numbers) > 4 or any(n > 255 for n in first) or last >= 256 ** (5 - len(numbers)):
        return None
    return ipaddress.IPv4Address(sum(n << 8 * (3 - i) for i, n in enumerate(first)) + last)


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode("utf-8", "surrogateescape")), text)


def special_use(address: Address) -> str | None:
    """Why an address is not public, in a word, or None when it is.

    IPv4 addresses inside IPv6 ones (mapped, compatible, 6to4, NAT64, ISATAP) are judged as what they are.

    >>> special_use(ipaddress.ip_address("::ffff:10.0.0.1")), special_use(ipaddress.ip_address("192.0.78.9"))
    ('private', None)
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return special_use(inner)
        if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            found = special_use(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
            if found is not None:
                return found
        if address.scope_id is not None:
            return "link-local"
    for network, kind in _SPECIAL:
        if address in network:
            return kind
    return "reserved" if address.version == 6 and address not in _GLOBAL_UNICAST else None


class AddressPolicy:
    """Judges addresses: public ones, and those of the networks that are allowed by name."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._allow = tuple(ipaddress.ip_network(network) for network in allow)

    def is_listed(self, address: Address) -> bool:
        """Whether an address lies in a network that is allowed by name."""
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return any((mapped or address) in network for network in self._allow)

    def objection(self, address: Address) -> str | None:
        """Why this address may not be asked, in a word, or None when it may."""
        return None if self.is_listed(address) else special_use(address)

    def check(self, target: Target) -> None:
        """Judge what the URL alone tells: its port, and an address that it spells out.

        Raises Forbidden. Names are judged when they are resolved, for each connection.
        """
        address = LOOPBACK if is_localhost(target.host) else target.address
        if target.port in BAD_PORTS and not (address is not None and self.is_listed(address)):
            raise Forbidden(
                f"{shown(target.url)} is not fetched: port {target.port} is not one of the web's."
            )
        if address is not None and (kind := self.objection(address)):
            raise refusal(target.host, str(address), kind)

    def open_socket(
        self, info: tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]
    ) -> socket.socket:
        """A socket for one connection. The last look at the address that it really goes to.

        Raises PermissionError, which can only happen when a check before this one was passed over.
        """
        family, kind, protocol, _, where = info
        address = ipaddress.ip_address(str(where[0]).partition("%")[0])
        if objection := self.objection(address):
            raise PermissionError(f"{address} is a {objection} address")
        return socket.socket(family, kind, protocol)


def is_localhost(host: str) -> bool:
    """Whether a name means this machine whatever a name server says (RFC 6761, section 6.3)."""
    return host == "localhost" or host.endswith(".localhost")


def refusal(host: str, address: str, kind: str) -> Forbidden:
    """The error for an address that may not be asked."""
    where = host if host == address else f"{host} ({address})"
    return Forbidden(
        f"{where} is not fetched: it is a {kind} address. Only public addresses are, and the networks in "
        "DAGSPRESS_ALLOW_ADDRESSES."
    )


class CheckedResolver(AbstractResolver):
    """Resolves names for aiohttp's connector and gives it only addresses that may be asked.

    The connector connects to exactly what it is given, so there is no second answer to fall for.
    """

    def __init__(self, policy: AddressPolicy, resolve: Resolve | None = None, *, seconds: float) -> None:
        self._policy = policy
        self._resolve = resolve or _system
        self._seconds = seconds

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        """The addresses of a host that may be asked, at least one.

        Raises Forbidden when all it has may not, OSError when it has none.
        """
        addresses = [ipaddress.ip_address(text) for text in await self._addresses(host)]
        if not addresses:
            raise OSError(f"{host} has no address")
        good = [a for a in addresses if self._policy.objection(a) is None]
        if not good:
            raise refusal(host, str(addresses[0]), self._policy.objection(addresses[0]) or "special")
        return [
            ResolveResult(
                hostname=host,
                host=str(a),
                port=port,
                family=socket.AF_INET if a.version == 4 else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            # a host that is down costs a connection's time limit for each address that is tried
            for a in _few(good)
        ]

    async def close(self) -> None:
        """Nothing is held."""

    async def _addresses(self, host: str) -> Sequence[str]:
        if is_localhost(host):
            return [str(LOOPBACK)]
        try:
            async with asyncio.timeout(self._seconds):
                return await self._resolve(host)
        except TimeoutError:
            raise OSError(f"no name server answered for {host} within {self._seconds:g} s") from None


def _few(addresses: Sequence[Address]) -> list[Address]:
    few = {v: [a for a in addresses if a.version == v][:_MOST_ADDRESSES] for v in (4, 6)}
    return [a for a in addresses if a in few[a.version]]


async def _system(host: str) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(
        host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )
    # of a scoped address (fe80::1%eth0) the scope is kept: it is link-local and refused
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
