"""Feeds of every kind, written by hand so that they can be wrong where a paper's traits say so."""

from __future__ import annotations

import json
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.embedded.newsstand.press import Form, Paper, Story

CONTENT_TYPES: Final[dict[Form, str]] = {
    "rss": "application/rss+xml",
    "rss-full": "application/rss+xml",
    "rss091": "application/xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def feed(paper: Paper, stories: Sequence[Story], *, base: str, form: Form | None = None) -> bytes:
    """A feed of stories, the latest first. `base`: scheme and authority of the paper."""
    text = _WRITERS[form or paper.form](paper, stories, base)
    encoding = "windows-1252" if "cp1252-unsaid" in paper.traits else paper.encoding
    body = text.encode(encoding, "xmlcharrefreplace")
    if "bad-byte" in paper.traits:
        # one letter of one title in ISO-8859-1, the rest UTF-8
        body = body.replace("å".encode(), b"\xe5", 1)
    if "leading-space" in paper.traits:
        body = b"\xef\xbb\xbf\n\n  " + body
    return body


def _link(paper: Paper, story: Story, base: str) -> str:
    if "private-links" in paper.traits and story.number in _PRIVATE:
        return _PRIVATE[story.number]
    link = story.path if "relative-links" in paper.traits else base + story.path
    if "tracked-links" in paper.traits:
        tail = (
            f"?utm_source=rss&utm_medium=feed&utm_content={story.number}" if story.number % 2 else "?ref=rss"
        )
        return link + tail
    return link


_PRIVATE: Final = {0: "http://10.0.0.1/internal", 1: "http://169.254.169.254/latest/meta-data/"}
"""By number of the article: where its link leads instead."""


def _guid(paper: Paper, story: Story) -> str | None:
    if "no-guid" in paper.traits:
        return None
    if "repeated-guid" in paper.traits:
        return f"{paper.name}-feed"
    return story.guid


def _twice(paper: Paper, stories: Sequence[Story]) -> Sequence[Story]:
    return [s for s in stories for _ in range(2)] if "items-twice" in paper.traits else stories


def _entities(paper: Paper, text: str) -> str:
    """As XML text; with HTML's entities, which XML does not know, where the paper writes such."""
    text = escape(text, quote=False)
    if "html-entities" in paper.traits:
        for letter, name in (("å", "aring"), ("ø", "oslash"), ("æ", "aelig"), ("–", "ndash")):
            text = text.replace(letter, f"&{name};")
    return text


def _html(story: Story) -> str:
    paragraphs = (f"<p><em>{escape(story.lead)}</em></p>", *(f"<p>{escape(p)}</p>" for p in story.paragraphs))
    return "\n".join(paragraphs)


def _rss(paper: Paper, stories: Sequence[Story], base: str) -> str:
    return _rss2(paper, stories, base, full=False)


def _rss_full(paper: Paper, stories: Sequence[Story], base: str) -> str:
    return _rss2(paper, stories, base, full=True)


def _rss2(paper: Paper, stories: Sequence[Story], base: str, *, full: bool) -> str:
    """RSS 2.0 with Dublin Core; `full`: the text in content:encoded."""
    items = []
    for story in _twice(paper, stories):
        guid = _guid(paper, story)
        parts = [f"<title>{_entities(paper, story.title)}</title>"]
        if "guid-is-link" in paper.traits:
            parts.append(f'<guid isPermaLink="true">{escape(base + story.path)}</guid>')
        else:
            parts.append(f"<link>{escape(_link(paper, story, base))}</link>")
            if guid is not None:
                parts.append(f'<guid isPermaLink="false">{guid}</guid>')
        parts.append(f"<description>{_entities(paper, story.lead)}</description>")
        parts += [f"<dc:creator>{escape(name)}</dc:creator>" for name in story.authors]
        parts += [f"<category>{escape(name)}</category>" for name in (story.section, *story.tags)]
        if "no-date" not in paper.traits:
            parts.append(f"<pubDate>{format_datetime(story.published)}</pubDate>")
        if "enclosures" in paper.traits:
            parts.append(f'<enclosure url="{base}/images/{story.code}.jpg" length="1" type="image/jpeg"/>')
        if full:
            parts.append(f"<content:encoded><![CDATA[{_html(story)}]]></content:encoded>")
        items.append("<item>" + "\n  ".join(parts) + "</item>\n")
    ttl = "" if paper.ttl is None else f"<ttl>{paper.ttl}</ttl>\n"
    built = f"<lastBuildDate>{format_datetime(stories[0].changed)}</lastBuildDate>\n" if stories else ""
    return f"""<?xml version="1.0" encoding="{paper.encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(paper.title)}</title>
<link>{base}/</link>
<description>{escape(paper.title)}</description>
<language>{paper.language}</language>
<atom:link href="{base}{paper.path}" rel="self" type="application/rss+xml"/>
{ttl}{built}{"".join(items)}</channel>
</rss>
"""


def _rss091(paper: Paper, stories: Sequence[Story], base: str) -> str:
    """RSS 0.91: title, link and description are all there is; no date, no guid."""
    items = "".join(
        f"<item><title>{_entities(paper, s.title)}</title>\n<link>{escape(_link(paper, s, base))}</link>\n"
        f"<description>{_entities(paper, s.lead)}</description></item>\n"
        for s in _twice(paper, stories)
    )
    return f"""<?xml version="1.0" encoding="{paper.encoding}"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" \
"http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91">
<channel>
<title>{escape(paper.title)}</title>
<link>{base}/</link>
<description>{escape(paper.title)}</description>
<language>{paper.language}</language>
{items}</channel>
</rss>
"""


def _rdf(paper: Paper, stories: Sequence[Story], base: str) -> str:
    """RSS 1.0: RDF, the items beside the channel."""
    links = [(story, escape(_link(paper, story, base))) for story in _twice(paper, stories)]
    listed = "".join(f'<rdf:li rdf:resource="{link}"/>' for _, link in links)
    items = "".join(
        f'<item rdf:about="{link}">\n<title>{_entities(paper, s.title)}</title>\n<link>{link}</link>\n'
        f"<description>{_entities(paper, s.lead)}</description>\n"
        f"<dc:date>{s.published.isoformat()}</dc:date>\n"
        + "".join(f"<dc:creator>{escape(name)}</dc:creator>\n" for name in s.authors)
        + f"<dc:subject>{escape(s.section)}</dc:subject>\n</item>\n"
        for s, link in links
    )
    return f"""<?xml version="1.0" encoding="{paper.encoding}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" \
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{base}/">
<title>{escape(paper.title)}</title>
<link>{base}/</link>
<description>{escape(paper.title)}</description>
<dc:language>{paper.language}</dc:language>
<items><rdf:Seq>{listed}</rdf:Seq></items>
</channel>
{items}</rdf:RDF>
"""


def _atom(paper: Paper, stories: Sequence[Story], base: str) -> str:
    """Atom 1.0; its links are relative to xml:base, and to another one within the entry."""
    entries = []
    for story in _twice(paper, stories):
        folder, _, name = _link(paper, story, base).removeprefix(base).rpartition("/")
        authors = "".join(f"<author><name>{escape(a)}</name></author>\n" for a in story.authors)
        tags = "".join(f'<category term="{escape(tag)}"/>\n' for tag in (story.section, *story.tags))
        entries.append(f"""<entry xml:base="{folder.removeprefix("/")}/">
<title type="text">{_entities(paper, story.title)}</title>
<link rel="alternate" type="text/html" href="{escape(quote(name, safe="?=&-"))}"/>
<id>{_guid(paper, story) or base + story.path}</id>
<published>{story.published.isoformat()}</published>
<updated>{story.changed.isoformat()}</updated>
{authors}{tags}<summary type="html">{escape(f"<p>{escape(story.lead)}</p>")}</summary>
</entry>
""")
    updated = max((s.changed for s in stories), default=None)
    return f"""<?xml version="1.0" encoding="{paper.encoding}"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}/" xml:lang="{paper.language}">
<title>{escape(paper.title)}</title>
<link rel="self" href="{paper.path.removeprefix("/")}"/>
<link rel="alternate" href="."/>
<id>{base}/</id>
<updated>{updated.isoformat() if updated else "1970-01-01T00:00:00Z"}</updated>
{"".join(entries)}</feed>
"""


def _json(paper: Paper, stories: Sequence[Story], base: str) -> str:
    """JSON Feed 1.1."""
    items = []
    for story in _twice(paper, stories):
        item = {
            "id": _guid(paper, story) or base + story.path,
            "url": _link(paper, story, base),
            "title": story.title,
            "summary": story.lead,
            "content_html": _html(story),
            "date_published": story.published.isoformat(),
            "authors": [{"name": name} for name in story.authors],
            "tags": [story.section, *story.tags],
            "language": story.language,
        }
        if story.updated is not None:
            item["date_modified"] = story.updated.isoformat()
        items.append(item)
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": paper.title,
        "home_page_url": f"{base}/",
        "feed_url": f"{base}{paper.path}",
        "language": paper.language,
        "items": items,
    }
    return json.dumps(value, ensure_ascii=False, indent=1)


_WRITERS: Final = {
    "rss": _rss,
    "rss-full": _rss_full,
    "rss091": _rss091,
    "rdf": _rdf,
    "atom": _atom,
    "json": _json,
}
