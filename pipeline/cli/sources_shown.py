"""How the commands of `dagspress sources` show what was found."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from rich.console import Group

from pipeline.report.words import many, printable, safe, short, table
from pipeline.sources.writing import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from pipeline.flow.discover import Answer, Discovery, Found, Preview, Previewed
    from pipeline.sources import Source

HOW: Final = {
    "address": "the address itself",
    "page": "named by the page",
    "usual": "in a usual place",
    "robots": "named by robots.txt",
}


def render_sources(sources: Sequence[Source]) -> RenderableType:
    """The catalogue, a line each."""
    columns = (("source", "key bold"), ("kind", "key"), ("language", "key cyan"), ("every", "number"),
               ("", "key yellow"), ("address", "path dim"))  # fmt: skip
    rows = [
        (s.name, s.kind, s.language or "", duration(s.every) if s.every else "", "" if s.enabled else "off",
         s.url)
        for s in sources
    ]  # fmt: skip
    off = sum(not source.enabled for source in sources)
    end = f"\n{many(len(sources), 'source')}" + (f", {off} not enabled" if off else "")
    return Group(table(columns, rows), safe(end))


def comment_on(found: Found, asked: str) -> str:
    """The comment above a source that is added: when, from where, and what it held then."""
    day = dt.datetime.now(dt.UTC).date()
    came = "" if asked == found.url else f" from {asked}"
    return printable(f"Added {day}{came}: {_facts(found)}.")


def _facts(found: Found) -> str:
    """What to know of a feed before taking it, in a few words."""
    if not found.feed.items and found.feed.maps:
        return f"an index of {many(len(found.feed.maps), 'sitemap')}"
    over = f" over {span}" if (span := _span(found)) else ""
    return ", ".join(part for part in (many(len(found.feed.items), "item") + over, _text(found)) if part)


def _text(found: Found) -> str:
    """Whether a feed holds the articles or only points at them."""
    number = len(found.feed.items)
    if not number:
        return ""
    if found.kind == "sitemap":
        return "" if found.is_news else "no dates of publication"
    full = found.full_text
    return "full text" if full > 0.8 * number else f"{full} of them in full" if full else "teasers"


def _span(found: Found) -> str:
    """The time between the oldest and the newest item: how fast it rolls over."""
    dates = found.dates
    if len(dates) < 2 or dates[0] == dates[-1]:
        return ""
    hours = (dates[-1] - dates[0]).total_seconds() / 3600
    return many(max(round(hours), 1), "hour") if hours < 48 else many(round(hours / 24), "day")


def render_offers(offers: Sequence[Found], discovery: Discovery) -> RenderableType:
    """What a site offers, numbered as `--pick` counts."""
    now = dt.datetime.now(dt.UTC)
    rows = [
        (str(i), short(found.feed.title or found.kind), found.language or "", str(len(found.feed.items)),
         _text(found), _span(found), _age(now - found.dates[-1]) if found.dates else "", found.url,
         HOW[found.how])
        for i, found in enumerate(offers, start=1)
    ]  # fmt: skip
    columns = (("", "number"), ("title", "text bold"), ("language", "key cyan"), ("items", "number"),
               ("text", "key"), ("over", "key"), ("newest", "key"), ("address", "path"),
               ("found", "text dim"))  # fmt: skip
    parts: list[RenderableType] = [table(columns, rows)]
    if discovery.feeds and (sitemap := discovery.sitemap) is not None:
        parts.append(safe(f"\nNews sitemap: {sitemap.url}, {_facts(sitemap)}", "dim"))
    parts += [safe(problem, "dim") for problem in discovery.problems[:5]]
    return Group(*parts)


def render_answers(answers: Sequence[Answer], now: dt.datetime) -> RenderableType:
    """How each source answered."""
    rows = [
        ("ok" if a.ok else "fail", a.name, "" if a.items is None else str(a.items),
         _age(now - a.newest) if a.newest else "", a.robots, a.note)
        for a in answers
    ]  # fmt: skip
    columns = (("", "key"), ("source", "key bold"), ("items", "number"), ("newest", "number"),
               ("robots.txt", "key"), ("", "text yellow"))  # fmt: skip
    good = sum(answer.ok for answer in answers)
    return Group(
        table(columns, rows), safe(f"\n{good} of {many(len(answers), 'source')} answered as they should")
    )


def _age(length: dt.timedelta) -> str:
    minutes = max(round(length.total_seconds() / 60), 0)
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} d ago"


def render_preview(seen: Preview) -> RenderableType:
    """The items of a source, and the first of them as articles."""
    parts: list[RenderableType] = []
    if (found := seen.found) is not None:
        title = found.feed.title or seen.url
        parts.append(safe(f"{short(title, 100)}: a {found.kind}, {_facts(found)}", "bold"))
        parts.append(safe(seen.url, "dim"))
        rows = [
            (short(item.published or item.updated or "", 31), short(item.title or "", 70), item.url or "")
            for item in seen.items[:30]
        ]
        if rows:
            parts.append(table((("published", "key"), ("title", "text"), ("address", "path dim")), rows))
        if len(seen.items) > 30:
            parts.append(safe(f"... and {len(seen.items) - 30} more", "dim"))
    for one in seen.shown:
        parts += _article(one)
    parts += [safe(problem, "yellow") for problem in seen.problems[:10]]
    parts.append(safe("\nNothing was stored.", "dim"))
    return Group(*parts)


def _article(one: Previewed) -> list[RenderableType]:
    article = one.article
    if article is None:
        return [safe(f"\n{one.item.url or one.item.title or 'an item'}"), safe(f"  {one.error}", "red")]
    when = article.published_at.isoformat() if article.published_at else article.published
    known = [
        f"{when} (from {article.published_from})" if article.published_from else when,
        ", ".join(article.authors) or "no author given",
        article.language or "language uncertain",
        many(article.word_count, "word"),
        *(["paywalled"] if article.paywalled else []),
        *(["text from the feed itself"] if one.from_feed else []),
    ]
    return [
        safe(f"\n{article.title or 'no title'}", "bold"),
        safe(f"  {' · '.join(known)}", "cyan"),
        safe(f"  {short(article.text, 160)}"),
    ]


def source_json(source: Source) -> dict[str, Any]:
    """A source as plain values; times in seconds."""
    row = dataclasses.asdict(source)
    for name in ("every", "oldest"):
        row[name] = getattr(source, name).total_seconds()
    row["selectors"] = [list(pair) for pair in source.selectors]
    row["hosts"] = list(source.hosts)
    return row


def found_json(found: Found) -> dict[str, Any]:
    """A feed that was found, as plain values."""
    return {
        "url": found.url,
        "kind": found.kind,
        "found": found.how,
        "title": found.feed.title,
        "language": found.language,
        "items": len(found.feed.items),
        "full_text": found.full_text,
        "newest": found.dates[-1].isoformat() if found.dates else None,
    }
