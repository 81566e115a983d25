"""Other addresses of the same article: AMP pages, caches of AMP pages, pages for phones."""

from __future__ import annotations

import re
from typing import Final

_CACHE: Final = re.compile(
    # amp.dev: `c` for a document, `v` in a viewer, `wp` a signed one; `s` says that the publisher's is https
    r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org/(?:c|v|wp)/(?P<secure>s/)?(?P<original>[^/]+\.[^/]+(?:/.*)?)"
    r"|(?:www\.)?bing-amp\.com/c/(?P<bing_secure>s/)?(?P<bing_original>[^/]+\.[^/]+(?:/.*)?)"
    r"|(?:www\.)?google\.[a-z.]{2,6}/amp/(?P<google_secure>s/)?(?P<google_original>[^/]+\.[^/]+(?:/.*)?)"
)

_OTHER_HOSTS: Final = ("m.", "mobil.", "mobile.", "amp.")
_SHARED: Final = frozenset(
    (
        # registries that register below a second name
        *(
            "co.uk",
            "org.uk",
            "com.au",
            "net.au",
            "org.au",
            "co.nz",
            "co.za",
            "co.in",
            "co.jp",
            "co.kr",
            "co.il",
        ),
        *("com.br", "com.mx", "com.ar", "com.co", "com.pe", "com.tr", "com.ua", "com.pl", "com.cn", "com.hk"),
        *("com.tw", "com.sg", "com.my", "com.ph", "com.pk", "com.ng", "com.gh", "com.cy", "com.mt", "com.gr"),
        # services where everybody has a name of their own
        *(
            "blogspot.com",
            "blogg.no",
            "blogg.se",
            "wordpress.com",
            "substack.com",
            "medium.com",
            "tumblr.com",
        ),
        *(
            "livejournal.com",
            "typepad.com",
            "weebly.com",
            "wixsite.com",
            "github.io",
            "gitlab.io",
            "ghost.io",
        ),
        *("netlify.app", "vercel.app", "pages.dev", "web.app"),
    )
)
"""Names below which others register theirs: no publisher's own."""


def original_of_cached(host: str, path: str) -> str | None:
    """The publisher's address, without its query, of a page in a cache of AMP pages; None of any other."""
    match = _CACHE.fullmatch(host + path)
    if match is None:
        return None
    original = match["original"] or match["bing_original"] or match["google_original"]
    secure = match["secure"] or match["bing_secure"] or match["google_secure"]
    return f"{'https' if secure else 'http'}://{original}"


def desktop_host(host: str) -> str:
    """The host that shows the same pages on a desk.

    `m.`, `mobil.`, `mobile.` and `amp.` before a publisher's name are taken off, and `www.` is put in their
    place where that name stands alone: `m.avis.example` is `www.avis.example`, `amp.nyheter.avis.example` is
    `nyheter.avis.example`. Not where what follows is no publisher's: `mobile.example`, `m.co.uk`.
    """
    while host.startswith(_OTHER_HOSTS):
        rest = host[host.index(".") + 1 :]
        if "." not in rest or rest in _SHARED:
            return host
        own = rest.partition(".")[2]
        host = f"www.{rest}" if "." not in own or own in _SHARED else rest
    return host


def plain_path(path: str) -> str:
    """The path of the page of which it is the AMP page: without `/amp` at its end, `.amp` before `.html`."""
    if "amp" not in path:
        return path
    first = len(path) - len(path.lstrip("/"))  # what is nothing but `/amp` is no AMP page
    for end in ("", "/"):
        path = _without_before(path, "/amp", end, first=first)
    return _without_before(path, ".amp", ".html")


def _without_before(path: str, part: str, end: str, *, first: int = 0) -> str:
    """The path without every `part` right before `end` at its end; what lies before `first` stays."""
    kept = stop = len(path) - len(end)
    while path.endswith(end) and path.endswith(part, first, kept):
        kept -= len(part)
    return path[:kept] + path[stop:]
