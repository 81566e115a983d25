"""Sitemaps of every kind: an index by day, plain, text, and Google News."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from pipeline.embedded.newsstand.press import Paper, Story

_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS: Final = "http://www.google.com/schemas/sitemap-news/0.9"


def index(days: Iterable[tuple[dt.date, dt.datetime]], *, base: str, suffix: str) -> str:
    """An index with a sitemap for each day. `days`: with the time each was last touched."""
    entries = "".join(
        f"<sitemap><loc>{base}/sitemaps/{day}{suffix}</loc><lastmod>{touched.isoformat()}</lastmod></sitemap>\n"
        for day, touched in days
    )
    return f'{_DECLARATION}<sitemapindex xmlns="{_SITEMAP}">\n{entries}</sitemapindex>\n'


def plain(stories: Sequence[Story], *, base: str) -> str:
    """The pages of stories and when each was last touched."""
    entries = "".join(
        f"<url><loc>{base}{escape(s.path)}</loc><lastmod>{s.changed.isoformat()}</lastmod></url>\n"
        for s in stories
    )
    return f'{_DECLARATION}<urlset xmlns="{_SITEMAP}">\n{entries}</urlset>\n'


def text(stories: Sequence[Story], *, base: str) -> str:
    """One address a line."""
    return "".join(f"{base}{s.path}\n" for s in stories)


def news(paper: Paper, stories: Sequence[Story], *, base: str) -> str:
    """Google News: title, language and date with each page."""
    entries = "".join(
        f"""<url><loc>{base}{escape(s.path)}</loc>
<news:news><news:publication><news:name>{escape(paper.title)}</news:name>\
<news:language>{paper.language}</news:language></news:publication>
<news:publication_date>{s.published.isoformat()}</news:publication_date>
<news:title>{escape(s.title)}</news:title>
<news:keywords>{escape(", ".join(s.tags))}</news:keywords></news:news></url>
"""
        for s in stories
    )
    return f'{_DECLARATION}<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}">\n{entries}</urlset>\n'


_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
