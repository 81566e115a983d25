"""Addresses in canonical form: one article, one address."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import unquote

import idna

TRACKING_PREFIXES: Final = ("utm_", "mtm_", "hsa_")
TRACKING: Final = frozenset(
    (
        *("fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "igsh", "igshid"),
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "_ga", "_gl"),
        *("msclkid", "yclid", "twclid", "ttclid", "li_fat_id", "xtor", "pk_campaign", "pk_kwd"),
        *("mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "oly_anon_id", "oly_enc_id", "vero_id"),
    )
)
"""Query parameters that tell how a reader came, never which article it is."""
TRACKING_PAIRS: Final = frozenset({("ref", "rss")})

_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?", re.IGNORECASE
)
_REMOVED: Final = re.compile(r"[\t\r\n]+")  # as browsers do: feeds break long addresses
_PORT: Final = re.compile(r":([0-9]{0,9})$", re.ASCII)
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_LONGEST_HOST: Final = 253

# RFC 3986: unreserved, and what may stand unescaped in a path; a query may have `?` too.
_UNRESERVED: Final = r"A-Za-z0-9._~\-"
_TO_ESCAPE: Final = {
    "path": re.compile(rf"%[0-9A-Fa-f]{{2}}|[^{_UNRESERVED}!$&'()*+,;=:@/]"),
    "query": re.compile(rf"%[0-9A-Fa-f]{{2}}|[^{_UNRESERVED}!$&'()*+,;=:@/?]"),
}
_UNRESERVED_CHARACTER: Final = re.compile(f"[{_UNRESERVED}]")


def canonicalise(url: str) -> str | None:
    """The canonical form of an absolute http(s) address, or None when it is none. Never raises. Idempotent.

    Scheme and host in lower case, the host in IDNA, without a trailing dot, user and default port; dot
    segments resolved; percent-encoding as RFC 3986 normalises it; without fragment, tracking parameters and
    empty query. The order of parameters, a trailing slash, `www.` and the scheme are left: they may matter.
    """
    match = _URL.fullmatch(_REMOVED.sub("", url.strip()).partition("#")[0])
    if match is None:
        return None
    scheme = match["scheme"].lower()
    authority = _authority(match["authority"].rpartition("@")[2], default_port=_DEFAULT_PORTS[scheme])
    if authority is None:
        return None
    path = _without_dot_segments(_escape(match["path"], part="path")) or "/"
    query = _without_tracking(_escape(match["query"] or "", part="query"))
    return f"{scheme}://{authority}{path}?{query}" if query else f"{scheme}://{authority}{path}"


def _authority(authority: str, *, default_port: int) -> str | None:
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
    return name if len(name) <= _LONGEST_HOST and _HOST.fullmatch(name) else None


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


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name, value = unquote(name).lower(), unquote(value).lower()
    return name in TRACKING or name.startswith(TRACKING_PREFIXES) or (name, value) in TRACKING_PAIRS
