"""Web pages: from bytes to text, and from markup to a `Record`.

One parse of a page (`parse`) serves all that is read from it: what it says about itself (`signals`), merged
by agreement (`metadata`, with `titles`, `names`, `bylines`, `dates`), and the body (`body`).
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import Unreadable
from pipeline.extract.hints import NO_HINTS, Hints
from pipeline.extract.page import body, metadata, selected as selections
from pipeline.extract.page.charset import decode
from pipeline.extract.page.parse import parse
from pipeline.extract.page.signals import gather, text_of
from pipeline.extract.reading import EXCERPT
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

    from pipeline.item import Item

__all__ = ["decode", "read_page"]

_NOT_THE_ARTICLE: Final = frozenset(
    ("nav", "aside", "header", "footer", "figure", "form", "menu", "button", "dialog", "noscript", "template")
)
_DEEPEST: Final = 50
_LONGEST_PARAGRAPH: Final = 20_000
_NOTICE: Final = 120
"""Characters of a text that is too short to be told from what is around it."""
_LITTLE: Final = 500
_MANY: Final = 12
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
    standfirst: bool = False,
) -> Record | Rejection:
    """The page as one article, or why it is none (`no_article`, `corrupt`). Never raises for what is in it.

    Args:
        html: the page's text, as `decode` gives it.
        at: where in its capture it is, as in `Record.at`.
        raw: its bytes.
        url: the address it was fetched from; None: what it says itself.
        hints: what the catalogue says of its source.
        item: what the feed or sitemap that linked to it says.
        rules: repairs made while decoding.
        names_source: whether the page may name the source (`og:site_name`): where it is not known otherwise.
        standfirst: whether the text begins with the standfirst that is shown above it; else that is the lead
            alone.
    """
    try:
        tree, chosen = parse(html), dict[str, list[str]]()
        if hints.selectors:
            chosen, tree = selections.select(tree, hints)
        found = metadata.read(gather(tree), tree, url=url, item=item, selected=chosen)
        text, lead = _text(tree, found, chosen, standfirst=standfirst)
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
    if refused is None and not found.claimed:
        if not text.strip():
            refused = "it shows no text"
        elif (found.website or len(text) < (_LITTLE if found.short else _NOTICE)) and (
            (count := _teasers(tree)) >= _MANY
        ):
            refused = (
                f"it shows {count} headlines that link to others, and says nowhere that it is an article"
            )
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


def _text(
    tree: HtmlElement, found: metadata.Metadata, chosen: dict[str, list[str]], *, standfirst: bool
) -> tuple[str, str | None]:
    """The body, paragraphs joined by blank lines, and the lead."""
    if whole := "\n\n".join(chosen.get("text", ())):
        return whole, found.lead
    read = body.body(tree, title=found.title, lead=found.lead, ld_body=found.body)
    paragraphs = read.paragraphs
    if _words(paragraphs) < _NOTICE:
        every = _all_paragraphs(tree, lead=found.lead)
        if not paragraphs or (0 < _words(every) < 2 * _NOTICE and _words(every) != _words(paragraphs)):
            paragraphs = every or paragraphs
    if not paragraphs and found.body:  # scripts would build what is shown
        paragraphs = [found.body]
    if standfirst and read.lead and read.lead not in paragraphs[:1]:
        paragraphs = [read.lead, *paragraphs]
    return "\n\n".join(paragraphs), next(iter(chosen.get("lead", ())), None) or read.lead or found.lead


def _words(paragraphs: list[str]) -> int:
    """How long a text is, its white space aside."""
    return sum(len(word) for paragraph in paragraphs for word in paragraph.split())


def _teasers(tree: HtmlElement) -> int:
    """How many headings link somewhere."""
    return sum(
        heading.find(".//a") is not None or next(heading.iterancestors("a"), None) is not None
        for heading in itertools.islice(tree.iter("h2", "h3", "h4"), 200)
    )


def _all_paragraphs(tree: HtmlElement, *, lead: str | None) -> list[str]:
    """Every paragraph in the article element with most text, else in main, else on the page.

    For pages too small to tell an article's body by its looks: a notice of a few words is an article too.
    """
    places: dict[HtmlElement | None, list[str]] = {}
    for element in tree.iter("p", "h2", "h3"):
        around = list(itertools.islice(element.iterancestors(), _DEEPEST))
        if any(parent.tag in _NOT_THE_ARTICLE for parent in around) or "byline" in (
            element.get("class") or ""
        ):
            continue
        if text := text_of(element, limit=_LONGEST_PARAGRAPH):
            place = next((parent for parent in reversed(around) if parent.tag in ("article", "main")), None)
            if place is not None or element.tag == "p":
                places.setdefault(place, []).append(text)
    page = places.pop(None, [])
    paragraphs = max(places.values(), key=lambda texts: sum(map(len, texts)), default=page)
    return paragraphs[1:] if len(paragraphs) > 1 and paragraphs[0] == lead else paragraphs
