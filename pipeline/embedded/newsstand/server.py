"""What is at which address of the newsstand."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from typing import TYPE_CHECKING, Final

from pipeline.embedded.newsstand import archive, feeds, maps, pages
from pipeline.embedded.newsstand.press import slug_of, tongue
from pipeline.embedded.newsstand.reply import Reply, plain, redirect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.embedded.newsstand.edition import Edition
    from pipeline.embedded.newsstand.press import Form, Paper, Story

HISTORY_DAYS: Final = 60
"""Days that sitemap indexes list. A sitemap of any earlier day is still there to be asked for."""
RECENT_DAYS: Final = 7
"""Days that one sitemap file holds where there is no index."""
NEWS_DAYS: Final = 2
"""Days that a Google News sitemap holds, by its rules."""

_FEEDS: Final[dict[str, Form]] = {
    "/feeds/rss": "rss",
    "/feeds/rss-full": "rss-full",
    "/feeds/rss091": "rss091",
    "/feeds/rdf": "rdf",
    "/feeds/atom": "atom",
    "/feeds/json": "json",
}
_DAY: Final = re.compile(r"/sitemaps/([0-9]{4}-[0-9]{2}-[0-9]{2})\.(xml|xml\.gz|txt)")
_XML: Final = "application/xml; charset=utf-8"


def resource(edition: Edition, paper: Paper, path: str) -> Reply | None:
    """What a paper has at a path (without query); None: nothing.

    Every paper has a front page `/`, `/robots.txt`, its feed at `/feed.xml` and `/feed.json`, the feed in
    every form below `/feeds/`, and sitemaps: `/sitemap.xml` and `/sitemap.xml.gz` (indexes by day),
    `/sitemaps/DAY.xml`, `.xml.gz` and `.txt`, `/sitemap-recent.xml`, `/sitemap.txt`, `/sitemap-news.xml`.
    An archive has its lists and files.
    """
    base = edition.base(paper)
    if path == "/robots.txt":
        return plain(robots(edition, paper))
    if path in ("/feed.xml", "/feed.json") or path in _FEEDS:
        return _feed(edition, paper, _FEEDS.get(path, paper.form))
    if path == "/":
        content_type = feeds.CONTENT_TYPES[paper.form]
        stories = edition.latest(paper.name)
        body = pages.front(paper, stories, base=base, feed=paper.path, feed_type=content_type)
        return _html(paper, body, changed=None)
    if paper.kind == "archive":
        data = archive.listing(edition, path) or archive.warc(edition, paper, path)
        if data is None:
            return None
        return Reply(body=data, content_type="application/octet-stream", compressible=False)
    if path.startswith("/sitemap"):
        return _sitemap(edition, paper, path)
    if path.startswith("/images/"):
        return Reply(body=b"\xff\xd8\xff\xe0" + bytes(600), content_type="image/jpeg", compressible=False)
    story = edition.find(paper.name, path)
    if story is None:
        return None
    if story.path != path:
        return redirect(base + story.path, status=301)
    body = pages.page(paper, story, base=base, others=edition.near(story))
    return _html(paper, body, changed=story.changed)


def robots(edition: Edition, paper: Paper) -> str:
    """A paper's robots.txt."""
    lines = ["User-agent: *", "Disallow: /private/", "Disallow: /search"]
    if "disallowed-section" in paper.traits:
        lines.append(f"Disallow: /{slug_of(disallowed(paper))}/")
    if paper.crawl_delay is not None:
        lines.append(f"Crawl-delay: {paper.crawl_delay:g}")
    if "unwelcome" in paper.traits:
        lines += ["", "User-agent: Dagspress", "Disallow: /"]
    return "\n".join((*lines, "", f"Sitemap: {edition.base(paper)}/sitemap.xml", ""))


def disallowed(paper: Paper) -> str:
    """The section that robots.txt disallows, where a paper disallows one."""
    return tongue(paper.language).topics[0].section


def _feed(edition: Edition, paper: Paper, form: Form) -> Reply:
    stories = () if "empty-feed" in paper.traits else edition.latest(paper.name)
    body = feeds.feed(paper, stories, base=edition.base(paper), form=form)
    content_type = "text/html; charset=utf-8" if "mistyped" in paper.traits else feeds.CONTENT_TYPES[form]
    return Reply(body=body, content_type=content_type, changed=_changed(stories), max_age=paper.max_age)


def _sitemap(edition: Edition, paper: Paper, path: str) -> Reply | None:
    base, name = edition.base(paper), paper.name
    if path in ("/sitemap.xml", "/sitemap.xml.gz"):
        suffix = path.removeprefix("/sitemap")
        touched = ((day, _changed(edition.stories(name, day))) for day in edition.days(count=HISTORY_DAYS))
        days = [(day, at) for day, at in touched if at is not None]
        text = maps.index(days, base=base, suffix=suffix)
        return _map(paper, text, gz=suffix.endswith(".gz"), changed=None)
    if path == "/sitemap-news.xml":
        recent = _recent(edition, name, days=NEWS_DAYS)
        return _map(paper, maps.news(paper, recent, base=base), changed=_changed(recent))
    if path == "/sitemap-recent.xml":
        recent = _recent(edition, name, days=RECENT_DAYS)
        return _map(paper, maps.plain(recent, base=base), changed=_changed(recent))
    if path == "/sitemap.txt":
        recent = _recent(edition, name, days=RECENT_DAYS)
        return _text(maps.text(recent, base=base), changed=_changed(recent))
    match = _DAY.fullmatch(path)
    if match is None:
        return None
    try:
        day = dt.date.fromisoformat(match[1])
    except ValueError:
        return None
    stories = edition.stories(name, day)
    if not stories:
        return None
    if match[2] == "txt":
        return _text(maps.text(stories, base=base), changed=_changed(stories))
    return _map(paper, maps.plain(stories, base=base), gz=match[2] == "xml.gz", changed=_changed(stories))


def _recent(edition: Edition, source: str, *, days: int) -> list[Story]:
    return [s for day in edition.days(count=days) for s in reversed(edition.stories(source, day))]


def _map(paper: Paper, text: str, *, changed: dt.datetime | None, gz: bool = False) -> Reply:
    body = text.encode()
    if gz:
        body = gzip.compress(body, mtime=0)
        return Reply(body=body, content_type="application/gzip", changed=changed, compressible=False)
    return Reply(body=body, content_type=_XML, changed=changed, max_age=paper.max_age)


def _text(text: str, *, changed: dt.datetime | None) -> Reply:
    return Reply(body=text.encode(), content_type="text/plain; charset=utf-8", changed=changed)


def _html(paper: Paper, text: str, *, changed: dt.datetime | None) -> Reply:
    said = {"utf-8-said": "utf-8", "latin-1-said": "iso-8859-1"}
    charset = next((name for trait, name in said.items() if trait in paper.traits), paper.encoding)
    actual = {"utf-8-said": "iso-8859-1", "latin-1-said": "utf-8"}
    encoding = next((name for trait, name in actual.items() if trait in paper.traits), paper.encoding)
    content_type = "text/html" if "unsaid-charset" in paper.traits else f"text/html; charset={charset}"
    body = text.encode(encoding, "xmlcharrefreplace")
    return Reply(body=body, content_type=content_type, changed=changed, max_age=paper.max_age)


def _changed(stories: Sequence[Story]) -> dt.datetime | None:
    return max((s.changed for s in stories), default=None)
