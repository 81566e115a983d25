"""A saved web page: metadata from JSON-LD, meta tags and the markup, paragraphs from the article element.

One pass over one parse, with general rules only.
"""

from __future__ import annotations

import json
import re
import warnings
from typing import TYPE_CHECKING, Any, Final

from bs4 import BeautifulSoup, CData, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement

from pipeline.errors import Unreadable
from pipeline.extract import encoding as encodings, fields, json_value
from pipeline.extract.reading import EXCERPT
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.reading import Reader

_CHARSET: Final = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_NOT_THE_ARTICLE: Final = frozenset(
    (
        *("nav", "aside", "header", "footer", "figure", "figcaption", "form", "menu", "button", "dialog"),
        *("script", "style", "noscript", "template", "iframe", "svg"),
    )
)
_BLOCKS: Final = frozenset(
    (
        *("p", "div", "section", "article", "blockquote", "pre", "ul", "ol", "li", "table", "tr", "figure"),
        *("h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
_STRINGS: Final = (str, NavigableString, CData)
_BREAK: Final = "\x1e"  # stands for a line end of ours, as those of the markup are mere spaces
_BREAKS: Final = re.compile(f" ?{_BREAK}[ {_BREAK}]*")
_ARTICLE_TYPE: Final = re.compile(r"(?:Article|BlogPosting|NewsArticle|Report|Story)\Z")
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")


def read(reader: Reader, at: str, *, limit: int) -> Record | Rejection:
    """The page as one article. What it does not say stays unknown."""
    head = reader.peek(EXCERPT)
    try:
        data = reader.whole(limit)
    except Unreadable as error:
        return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=head)
    if data is None:
        return Rejection(
            at=at,
            reason="too_large",
            detail=f"The page is larger than {limit} bytes. If it is one article, raise "
            "DAGSPRESS_MAX_RECORD_BYTES.",
            excerpt=head,
        )
    try:
        text, decoded = _decode(data)
    except Unreadable as error:  # what follows the beginning is no text
        return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=head)
    try:
        soup = _parse(text)
        found = _metadata(soup)
        whole = found.pop("text", None)
        body = _body(soup, lead=found["lead"]) or whole or ""
    except (RecursionError, ValueError, AssertionError) as error:  # deep or hostile markup
        return Rejection(
            at=at,
            reason="corrupt",
            detail=f"The page cannot be parsed ({type(error).__name__}). Save it again, or drop its text.",
            excerpt=head,
        )
    return Record(at=at, raw=data, text=body, rules=("encoding",) if decoded else (), **found)


def paragraphs_of(markup: str) -> str:
    """All the text of a fragment of HTML, its blocks as paragraphs, joined by blank lines."""
    try:
        return _text(_parse(markup))
    except (RecursionError, ValueError, AssertionError):
        return markup


def _parse(text: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(text, "lxml")


def _decode(data: bytes) -> tuple[str, bool]:
    """A byte order mark, UTF-8 that is clean, what the page declares, then what the bytes look like."""
    declared = _CHARSET.search(data, 0, 4096)
    wide = b"\0" in data[:EXCERPT]  # UTF-16 would pass for UTF-8
    if not wide and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
        name = "" if declared is None else declared[1].decode("ascii").lower()
        if name and not name.startswith(("utf", "ucs")):
            # A browser reads Latin-1 as cp1252, so pages are written as that.
            name = "cp1252" if name in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"} else name
            try:
                return data.decode(name), True
            except (LookupError, UnicodeError):
                pass
    text, decoded = encodings.decode(data)
    return text.removeprefix("\ufeff"), decoded


# --- metadata -----------------------------------------------------------------------------------------


def _metadata(soup: BeautifulSoup) -> dict[str, Any]:
    """Fields of `Record`, each from the first place that fills it."""
    meta = _meta(soup)
    article = next(_articles(soup), {})
    built = fields.build({"text": "", **article}, at="", raw=b"")
    ld = built if isinstance(built, Record) else None
    h1, time = soup.find("h1"), soup.find("time", attrs={"datetime": True})
    dates = (
        (ld and ld.published_raw, "json-ld"),
        (meta.get("article:published_time"), "meta"),
        (meta.get("og:article:published_time"), "meta"),
        (meta.get("date"), "meta"),
        (meta.get("dc.date"), "meta"),
        (meta.get("datepublished"), "meta"),
        (_attribute(time, "datetime"), "meta"),
    )
    published, published_from = next(((raw, where) for raw, where in dates if raw), (None, None))
    author = meta.get("author") or meta.get("article:author") or ""
    keywords = meta.get("keywords") or meta.get("news_keywords") or ""
    names = () if not author or author.startswith(("http:", "https:")) else (author,)
    return {
        "text": _string(article.get("articleBody")),
        "title": (ld and ld.title)
        or meta.get("og:title")
        or (_text(h1) if isinstance(h1, Tag) else None)
        or None,
        "lead": (ld and ld.lead) or meta.get("og:description") or meta.get("description"),
        "authors": (ld.authors if ld else ()) or names,
        "url": meta.get("og:url") or _url(article),
        "canonical_url": _canonical(soup),
        "section": _first(article.get("articleSection")) or meta.get("article:section"),
        "tags": (ld.tags if ld else ())
        or tuple(meta.get("article:tag", "").split("\n") if meta.get("article:tag") else ())
        or tuple(tag for part in keywords.split(",") if (tag := part.strip())),
        "language": _attribute(soup.find("html"), "lang") or _string(article.get("inLanguage")),
        "published_raw": published,
        "published_from": published_from,
        "updated_raw": (ld and ld.updated_raw) or meta.get("article:modified_time"),
        "source": meta.get("og:site_name"),
        "paywalled": ld.paywalled if ld else None,
    }


def _meta(soup: BeautifulSoup) -> dict[str, str]:
    """Meta tags by lower-case name; of a repeated one the first, but all `article:tag`, a line each."""
    found: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = _attribute(tag, "property") or _attribute(tag, "name") or _attribute(tag, "itemprop")
        content = _attribute(tag, "content")
        if name is None or content is None:
            continue
        name = name.lower()
        if name == "article:tag" and name in found:
            found[name] += f"\n{content}"
        else:
            found.setdefault(name, content)
    return found


def _articles(soup: BeautifulSoup) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects that are articles, in order of appearance."""
    for script in soup.find_all(
        "script", attrs={"type": re.compile(r"\A\s*application/ld\+json", re.IGNORECASE)}
    ):
        try:
            value = json.loads(script.get_text(), strict=False)  # line ends inside strings are common
        except (ValueError, RecursionError):
            continue
        yield from _within(json_value.without_surrogates(value))


def _within(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _within(item)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        if any(isinstance(kind, str) and _ARTICLE_TYPE.search(kind) for kind in _listed(kinds)):
            yield value
        yield from _within(value.get("@graph"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _first(value: Any) -> str | None:
    return next((item for item in _listed(value) if isinstance(item, str) and item.strip()), None)


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _url(article: dict[str, Any]) -> str | None:
    page = article.get("mainEntityOfPage")
    return _string(article.get("url")) or _string(page.get("@id") if isinstance(page, dict) else page)


def _canonical(soup: BeautifulSoup) -> str | None:
    for link in soup.find_all("link", attrs={"href": True}):
        if "canonical" in (link.get("rel") or ()):
            return _attribute(link, "href")
    return None


def _attribute(tag: Any, name: str) -> str | None:
    value = tag.get(name) if isinstance(tag, Tag) else None
    return value.strip() or None if isinstance(value, str) else None


# --- the body -----------------------------------------------------------------------------------------


def _body(soup: BeautifulSoup, *, lead: str | None) -> str:
    """The paragraphs of the article element with most text, else of main, else all of the page.

    One walk that passes each element once: pages nested or repeated without end cost no more.
    """
    articles: list[list[str]] = []
    main: list[str] = []
    page: list[str] = []
    waiting: list[tuple[Tag, list[str] | None, bool]] = [(soup, None, False)]
    while waiting:
        tag, article, in_main = waiting.pop()
        name = tag.name
        if name in _NOT_THE_ARTICLE:
            continue
        if name in ("p", "h2", "h3"):
            if "byline" in (tag.get("class") or ()) or not (text := _text(tag)):
                continue
            if article is not None:
                article.append(text)
            if in_main:
                main.append(text)
            if name == "p":
                page.append(text)
            continue
        if name == "article" and article is None:
            article = []
            articles.append(article)
        in_main = in_main or name == "main"
        waiting += [(child, article, in_main) for child in reversed(tag.contents) if isinstance(child, Tag)]
    paragraphs = max(articles, key=lambda texts: sum(map(len, texts)), default=[]) or main or page
    # The lead has a column of its own.
    if lead is not None and len(paragraphs) > 1 and paragraphs[0] == _SPACE.sub(" ", lead).strip():
        paragraphs = paragraphs[1:]
    return "\n\n".join(paragraphs)


def _text(root: Tag) -> str:
    """All the text within, blocks as paragraphs; scripts and comments are none.

    A walk of our own, as bs4's changes to a tree take time with the square of its depth.
    """
    parts: list[str] = []
    waiting: list[PageElement | str] = [root]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Tag):
            if type(node) in _STRINGS:
                parts.append(str(node))
        elif node.name == "br":
            parts.append(_BREAK)
            waiting += reversed(node.contents)
        elif node.name in _BLOCKS:
            waiting += [_BREAK * 2, *reversed(node.contents), _BREAK * 2]
        else:
            waiting += reversed(node.contents)
    text = _SPACE.sub(" ", "".join(parts))
    return _BREAKS.sub(lambda run: "\n\n" if run[0].count(_BREAK) > 1 else "\n", text).strip()
