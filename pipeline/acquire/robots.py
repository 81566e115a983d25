"""What a site's robots.txt lets us do (RFC 9309)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from protego import Protego

if TYPE_CHECKING:
    from pipeline.acquire.exchange import Exchange

ROBOTS_BYTES: Final = 512 * 1024
"""As much of a robots.txt as is read; RFC 9309 asks for 500 KiB at least."""
ROBOTS_REDIRECTS: Final = 5

_AGENT: Final = re.compile(r"^\s*user[\s-]?agent\s*:?\s*(?P<name>[^#\r\n]*)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[a-z_-]+", re.IGNORECASE)
_NOBODY: Final = "-"


def product_token(user_agent: str) -> str:
    """The word that robots.txt knows us by: letters, `_` and `-` at the start of the User-Agent.

    >>> product_token("Dagspress/0.1 (news archive)")
    'Dagspress'
    """
    match = _TOKEN.match(user_agent)
    return match[0] if match else "Dagspress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The rules of one origin for us.

    Attributes:
        crawl_delay: seconds it asks to leave between two requests; None when it does not say.
        sitemaps: addresses of the sitemaps it names, as written.
        exchange: how it was had; None when there is none (any 4xx answer: all is allowed).
    """

    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()
    exchange: Exchange | None = None
    _rules: Protego | None = field(default=None, repr=False)
    _token: str = field(default="", repr=False)

    def allowed(self, url: str) -> bool:
        """Whether we may ask for this URL of the origin."""
        return self._rules is None or self._rules.can_fetch(url, self._token)


def read_robots(body: bytes, *, user_agent: str, exchange: Exchange | None = None) -> Robots:
    """Read a robots.txt. Never raises: what cannot be read is no rule."""
    token = product_token(user_agent)
    lines = body[:ROBOTS_BYTES].decode("utf-8-sig", "replace").splitlines()
    rules = Protego.parse("\n".join(_for_us(line, token) for line in lines))
    return Robots(
        crawl_delay=rules.crawl_delay(token),
        sitemaps=tuple(dict.fromkeys(rules.sitemaps)),
        exchange=exchange,
        _rules=rules,
        _token=token,
    )


def _for_us(line: str, token: str) -> str:
    """A line in which every user agent is us, everybody, or nobody.

    RFC 9309 compares whole product tokens; the parser takes any beginning (`Dag` for `Dagspress`). And it
    keeps each agent's rules apart, so that a file of ten thousand agents in one group takes minutes.
    """
    match = _AGENT.match(line)
    if match is None:
        return line
    name = match["name"].strip()
    if name.startswith("*"):
        return "User-agent: *"
    found = _TOKEN.match(name)
    is_us = found is not None and found[0].lower() == token.lower()
    return f"User-agent: {token if is_us else _NOBODY}"
