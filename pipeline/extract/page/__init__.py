"""Web pages: from bytes to text, and from markup to a `Record`.

One parse of a page (`parse`) serves all that is read from it: what it says about itself (`signals`), merged by
agreement (`metadata`, with `titles`, `names`, `bylines`, `dates`), and the body (`body`).
"""

from __future__ import annotations

from typing import Any, Final

from pipeline.errors import Unreadable
from pipeline.extract.hints import NO_HINTS, Hints
from pipeline.extract.page import body, metadata, selected as selections
from pipeline.extract.page.charset import decode
from pipeline.extract.page.parse import parse
from pipeline.extract.page.signals import gather
from pipeline.extract.reading import EXCERPT
from pipeline.item import Item
from pipeline.record import Record, Rejection

__all__ = ["decode", "read_page"]

_CONTENT_SHARE: Final = 0.6
"""Of the text that a feed carries: a page that shows less hides the rest (a paywall, a script)."""


def read_page(
    html: str,
    *,
    at: str,
    raw: bytes,
    url: str | None,
    hints: Hints = NO_HINTS,
    item: Item | None = None,
    rules: tuple[str, ...] = (),
    names_source: bool = False,
) -> Record | Rejection:
    """The page as one article, or why it holds none (`no_article`, `corrupt`). Never raises for what is in it.

    Args:
        html: the page's text, as `decode` gives it.
        at: where in its capture it is, as in `Record.at`.
        raw: its bytes.
        url: the address it was fetched from; None: what it says itself.
        hints: what the catalogue says of its source.
        item: what the feed or sitemap that linked to it says.
        rules: repairs made while decoding.
        names_source: whether the page may name the source (`og:site_name`): where it is not known otherwise.
    """
    try:
        chosen: dict[str, list[str]] = {}
        if hints.selectors:
            chosen, html = selections.select(html, hints)
        tree = parse(html)
        found = metadata.read(gather(tree), tree, url=url, item=item, selected=chosen)
        text, lead = _text(tree, found, chosen)
    except Unreadable as error:
        return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=raw[:EXCERPT])
    except (RecursionError, ValueError, AssertionError) as error:  # deep or hostile markup
        return Rejection(
            at=at,
            reason="corrupt",
            detail=f"The page cannot be parsed ({type(error).__name__}). Save it again, or drop its text.",
            excerpt=raw[:EXCERPT],
        )
    if item is not None and item.content and len(text) < _CONTENT_SHARE * len(item.content):
        text = item.content
    refused = found.refused
    if refused is None and not text.strip() and not found.claimed:
        refused = "it shows no text"
    if refused is not None:
        return Rejection(
            at=at,
            reason="no_article",
            detail=f"The page holds no article: {refused}. If it should, give its source selectors for title "
            "and text.",
            excerpt=raw[:EXCERPT],
        )
    fields: dict[str, Any] = found.fields
    return Record(
        at=at,
        raw=raw,
        text=text,
        title=found.title,
        lead=lead,
        own_id=item.guid if item is not None else None,
        source=found.site if names_source else None,
        rules=rules,
        zone=hints.zone,
        **{**fields, "language": fields["language"] or hints.language},
    )


def _text(tree: Any, found: metadata.Metadata, chosen: dict[str, list[str]]) -> tuple[str, str | None]:
    """The body, paragraphs joined by blank lines, and the lead."""
    if whole := "\n\n".join(chosen.get("text", ())):
        return whole, found.lead
    read = body.body(tree, title=found.title, lead=found.lead, ld_body=found.body)
    return "\n\n".join(read.paragraphs), next(iter(chosen.get("lead", ())), None) or read.lead or found.lead
