"""Addresses in canonical form: one article, one address."""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import Final

import idna

from pipeline.normalise.tracking import without_tracking
from pipeline.normalise.variants import desktop_host, original_of_cached, plain_path

_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?", re.IGNORECASE
)
_REMOVED: Final = re.compile(r"[\t\r\n]+")  # as browsers do: feeds break long addresses
_PORT: Final = re.compile(r":([0-9]{0,9})$", re.ASCII)
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_LONGEST_HOST: Final = 253
_LONGEST_CACHED: Final = 4096  # caches within caches take quadratic time
_LONGEST_AUTHORITY: Final = _LONGEST_HOST + len(".:000000000")

# RFC 3986: unreserved, and what may stand unescaped in a path; a query may have `?` too.
_UNRESERVED: Final = r"A-Za-z0-9._~\-"
_TO_ESCAPE: Final = {
    "path": re.compile(rf"%[0-9A-Fa-f]{{2}}|[^{_UNRESERVED}!$&'()*+,;=:@/]"),
    "query": re.compile(rf"%[0-9A-Fa-f]{{2}}|[^{_UNRESERVED}!$&'()*+,;=:@/?]"),
}
_UNRESERVED_CHARACTER: Final = re.compile(f"[{_UNRESERVED}]")


def canonicalise(url: str) -> str | None:
    """The canonical form of an absolute http(s) address, or None when it is none. Never raises. Idempotent.

    As RFC 3986 (section 6) normalises: scheme and host in lower case, the host in IDNA, without a trailing
    dot, user and default port; dot segments resolved; percent-encoding only where it is needed. Beyond that
    without fragment, tracking parameters and empty query; the publisher's page for that of AMP, of a cache of
    AMP, or of a host for phones (`variants`). The order of parameters, a trailing slash, `www.` and the
    scheme are left: they may matter.
    """
    canonical, original = _normalise(_REMOVED.sub("", url.strip()))
    while original is not None:
        within, original = _normalise(original)
        canonical = within or canonical
    return canonical


def _normalise(url: str) -> tuple[str | None, str | None]:
    """The canonical form, and the address in it when it is one in a cache of AMP pages."""
    match = _URL.fullmatch(url.partition("#")[0])
    if match is None:
        return None, None
    scheme = match["scheme"].lower()
    asked_of = match["authority"].rpartition("@")[2]
    authority = _authority(asked_of, _DEFAULT_PORTS[scheme]) if len(asked_of) <= _LONGEST_AUTHORITY else None
    if authority is None:
        return None, None
    path = _without_dot_segments(_escape(match["path"], part="path")) or "/"
    query = without_tracking(_escape(match["query"] or "", part="query"))
    asked = f"?{query}" if query else ""
    canonical = f"{scheme}://{authority}{plain_path(path)}{asked}"
    original = original_of_cached(authority, path) if len(canonical) <= _LONGEST_CACHED else None
    return canonical, original and original + asked


@functools.lru_cache(maxsize=4096)
def _authority(authority: str, default_port: int) -> str | None:
    found = _PORT.search(authority)
    host = _host(authority[: found.start()] if found else authority)
    port = int(found[1] or default_port) if found else default_port
    if host is None or port > 65535:
        return None
    return host if port == default_port else f"{host}:{port}"


def _host(name: str) -> str | None:
    if name.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(name[1:-1])}]" if name.endswith("]") else None
        except ValueError:
            return None
    if len(name) > _LONGEST_HOST + 1:
        return None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (UnicodeError, IndexError):  # idna's own errors are of the former kind
            return None
    name = name.lower().removesuffix(".")
    if len(name) > _LONGEST_HOST or not _HOST.fullmatch(name):
        return None
    desktop = desktop_host(name)
    return desktop if len(desktop) <= _LONGEST_HOST else name


def _escape(text: str, *, part: str) -> str:
    return _TO_ESCAPE[part].sub(_escape_one, text)


def _escape_one(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 3:
        character = chr(int(found[1:], 16))
        return character if _UNRESERVED_CHARACTER.fullmatch(character) else found.upper()
    return "".join(f"%{byte:02X}" for byte in found.encode("utf-8", "replace"))


def _without_dot_segments(path: str) -> str:
    if "/." not in path:
        return path
    segments: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            if segments:
                segments.pop()
        elif segment != ".":
            segments.append(segment)
    if path.endswith(("/.", "/..")):
        segments.append("")
    return "/" + "/".join(segments)
