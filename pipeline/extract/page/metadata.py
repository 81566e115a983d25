"""What a page says about its article, merged: each field from the sources that agree, or the best of them."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from pipeline.extract.page import bylines, dates, json_ld, names, titles
from pipeline.extract.page.body_blocks import words_of
from pipeline.extract.page.signals import following, preceding, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lxml.html import HtmlElement  # type: ignore[import-untyped]

    from pipeline.extract.page.signals import Heading, Signals
    from pipeline.item import Item

_TITLES: Final = ("title", "headline", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
_AUTHORS: Final = (
    *("author", "article:author", "og:article:author", "byl", "parsely-author", "sailthru.author"),
    *("cxenseparse:author", "article.author", "citation_author", "dc.creator", "dcterms.creator", "authors"),
)
_AUTHOR_META: Final = re.compile(
    r"(?:\w+[.:_-])?(?:article|page|content|news|og|post)?[.:_-]?(?:authors?|byline)(?:[.:_-]?names?)?\Z"
)
"""Meta tags of a publisher's own: `articleAuthor`, `xyz:authors`."""
_WRITTEN_BY: Final = re.compile(
    r"(?:written|posted) by|authors?|(?:verfasst|geschrieben) von|autor(?:in|e)?|écrit par|auteur|escrito por"
    r"|scritto da|geschreven door|(?:skrevet|skriven) av|skrevet af|forfatter|författare|kirjoitta(?:ja|nut)",
    re.IGNORECASE,
)
"""What `twitter:label1` says of `twitter:data1` where it is the author."""
_ORGANISATIONS: Final = frozenset(("Organization", "NewsMediaOrganization", "Corporation"))
_SITES: Final = (
    "og:site_name",
    "application-name",
    "publisher",
    "dc.publisher",
    "article:publisher",
    "copyright",
)
_SECTIONS: Final = ("article:section", "og:section", "parsely-section", "section", "dc.subject", "category")
_KEYWORDS: Final = ("news_keywords", "keywords", "parsely-tags", "sailthru.tags")
_TAGS: Final = re.compile(r"<[^<>]*>")
_SPACE: Final = re.compile(r"\s+")
_NOT_FOUND: Final = re.compile(
    r"\b(?:404|410|403)\b|not found|doesn.t exist|no longer (?:available|exists)|access denied|forbidden"
    r"|(?:siden|sida|artikkelen|artikelen) (?:finnes|fins|findes|eksisterer) ikk?j?e|ikke funnet|ikke fundet"
    r"|(?:sidan|artikeln) (?:finns|hittades) inte|sivua ei löyty|nicht gefunden|page introuvable"
    r"|no encontrada|non trovata|niet gevonden|are you a robot|just a moment|attention required",
    re.IGNORECASE,
)
_FRONT: Final = re.compile(
    r"/?(?:(?:index|default|home|forside|startside|startseite)(?:\.\w{2,5})?/?)?\Z", re.IGNORECASE
)
_SECTION_NAMES: Final = frozenset(
    (
        *("section", "category", "kategori", "kategorie", "rubrik", "rubrique", "ressort", "seksjon"),
        *("sektion", "osasto", "categoria", "seccion", "channel"),
    )
)
"""What the link to an article's section is called."""
_BESIDE: Final = 30
"""Elements before and after the heading where that link is looked for."""
_LONGEST_SECTION: Final = 40
_MOST_AUTHORS: Final = 10
_QUOTED_NAME: Final = re.compile(r"\A\s*[\[{].*\bname\\?[\"']\s*:\s*\\?[\"']([^\"'\\]+)", re.DOTALL)
_LONGEST_TAG: Final = 100
_MOST_TAGS: Final = 60


@dataclass(frozen=True, slots=True)
class Metadata:
    """Fields of `Record`, and what tells whether the page is an article at all.

    Attributes:
        body: the article's text as JSON-LD has it.
        claimed: whether anything on the page says that it is an article.
        refused: why it seems to be none, as the end of a sentence; None when it does not.
        website: whether it says that it is a site, not a page of one, and its address does not look like one.
        short: whether its address looks like a section's.
    """

    fields: dict[str, Any]
    title: str | None
    lead: str | None
    body: str | None
    site: str | None
    claimed: bool
    refused: str | None
    website: bool
    short: bool


def read(
    found: Signals,
    tree: HtmlElement,
    *,
    url: str | None,
    item: Item | None,
    selected: Mapping[str, Sequence[str]],
) -> Metadata:
    """Merge the layers. `selected` is what the source's own selectors found."""
    base = urljoin(url or "", found.base or "") or url
    article = _article(found, url=url)
    chosen = next(iter(selected.get("title", ())), None)
    site = _site_names(found, article, url=url or found.canonical or found.first("og:url"))
    title = chosen or titles.choose(_title_candidates(found, article, item=item), site=site)
    heading = _heading(found, title)
    element = heading.element if heading is not None else _lesser_heading(tree, title)
    published, published_from = dates.published(
        found,
        article,
        selected=next(iter(selected.get("published", ())), None),
        item=item,
        url=url or found.canonical,
        tree=tree,
        heading=element,
    )
    short = _is_short(url or found.canonical or found.first("og:url"))
    claimed = bool(
        article
        or (found.first("og:type") or "").lower().rpartition(":")[2] in ("article", "news", "newsarticle")
        or "article:published_time" in found.meta
        or found.items.get("headline")
        or (item is not None and item.title)
    )
    fields = {
        "authors": _authors(found, article, tree, element, item=item, selected=selected, site=site),
        "url": url or _absolute(found.first("og:url") or _url_of(article), base),
        "canonical_url": _canonical(found, article, url=url, base=base),
        "section": next(iter(selected.get("section", ())), None)
        or _section(found, article, tree, element, item=item),
        "tags": tuple(selected.get("tags", ())) or _keywords(found, article, item=item),
        "language": _language(found, article, item=item),
        "published_raw": published,
        "published_from": published_from,
        "updated_raw": dates.updated(found, article, selected=next(iter(selected.get("updated", ())), None))
        or (item.updated if item is not None else None),
        "paywalled": _paywalled(found, article),
    }
    lead = next(iter(selected.get("lead", ())), None) or _lead(found, article, item=item)
    body = article.get("articleBody")
    return Metadata(
        fields,
        title,
        lead,
        body if isinstance(body, str) and body.strip() else None,
        found.first("og:site_name"),
        claimed,
        None if claimed and not _is_front(url) else _refusal(found, article, title, url=url),
        short and (found.first("og:type") or "").lower() == "website",
        short,
    )


# --- the article among what JSON-LD describes ---------------------------------------------------------


def _article(found: Signals, *, url: str | None) -> dict[str, Any]:
    """The JSON-LD object of the article that the page is about, filled up from others on it; else {}."""
    articles = found.ld.articles
    if not articles:
        return {}
    own = len(articles) - found.ld.listed
    pages = {path for one in (url, found.canonical, found.first("og:url")) if (path := _path(one))}
    said = {
        titles.key(titles.tidy(text))
        for text in (*(h.text for h in found.headings[:3]), *found.all("og:title", "twitter:title")[:2])
    }
    if found.title:
        said |= {titles.key(titles.tidy(found.title)), titles.key(re.split(r"\s[-|–—]\s", found.title)[0])}
    scores = []
    for number, node in enumerate(articles[:60]):
        same_url = any(path in pages for path in map(_path, _urls_of(node)) if path)
        same_title = any(
            titles.key(titles.tidy(text)) in said
            for text in (node.get("headline"), node.get("name"), node.get("alternativeHeadline"))
            if isinstance(text, str) and text.strip()
        )
        score = 3.0 * same_url + 2.0 * same_title - 2.0 * (number >= own)
        agrees = same_url or same_title
        score += (
            bool(node.get("datePublished"))
            + 0.5 * bool(node.get("author"))
            + 0.5 * bool(node.get("headline"))
        )
        scores.append((score, agrees))
    best = max(range(len(scores)), key=lambda number: scores[number][0])
    if not scores[best][1] and (best >= own or own > 3):
        return {}  # a list of articles, and this page is none of them
    article = {name: value for name, value in articles[best].items() if value not in (None, "", [], {})}
    for number, (_, agrees) in enumerate(scores):
        if number != best and agrees and scores[best][1]:
            for name, value in articles[number].items():
                if value not in (None, "", [], {}):
                    article.setdefault(name, value)
    return article


def _urls_of(node: Mapping[str, Any]) -> list[str]:
    page = node.get("mainEntityOfPage")
    values = (node.get("url"), page.get("@id") if isinstance(page, dict) else page, node.get("@id"))
    return [value for value in values if isinstance(value, str)]


def _url_of(node: Mapping[str, Any]) -> str | None:
    return next((value for value in _urls_of(node) if "://" in value), None)


def _path(url: str | None) -> str | None:
    """Host-less form of an address, to compare; None for a front page."""
    if not url:
        return None
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    return None if _FRONT.fullmatch(path) else path.rstrip("/").removesuffix("/amp").lower()


# --- title and lead -----------------------------------------------------------------------------------


def _title_candidates(
    found: Signals, article: Mapping[str, Any], *, item: Item | None
) -> list[tuple[str, str]]:
    candidates = [("og", value) for value in found.all("og:title")[:1]]
    headline, name = _text(article.get("headline")), _text(article.get("name"))
    if headline or name:
        candidates.append(("json-ld", headline or name or ""))
    candidates += [
        ("name", value)
        for value in (name if headline else None, _text(article.get("alternativeHeadline")))
        if value
    ]
    main = next((h for h in found.headings if h.inside), None) or next(iter(found.headings), None)
    if main is not None:
        candidates.append(("heading", main.text))
    if item is not None and item.title:
        candidates.append(("item", item.title))
    candidates += [("twitter", value) for value in found.all("twitter:title")[:1]]
    candidates += [("meta", value) for name in _TITLES for value in found.meta.get(name, ())[:1]]
    candidates += [("meta", value) for value in found.items.get("headline", ())[:1]]
    if found.title:
        candidates.append(("title", found.title))
    return candidates


def _heading(found: Signals, title: str | None) -> Heading | None:
    """The first-level heading that shows the title, else the first in the article."""
    if title is not None:
        wanted = titles.key(title)
        for heading in found.headings:
            if wanted in (said := titles.key(heading.text)) or (len(said) > 10 and said in wanted):
                return heading
    return next((h for h in found.headings if h.inside), None) or next(iter(found.headings), None)


def _lesser_heading(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """A heading of a lower level that shows the title: pages without one of the first have those."""
    if title is not None:
        wanted = titles.key(title)
        for element in itertools.islice(tree.iter("h2", "h3"), 60):
            if wanted in titles.key(text_of(element)):
                return element
    return None


def _site_names(found: Signals, article: Mapping[str, Any], *, url: str | None) -> list[str]:
    named = [value for value in found.all(*_SITES) if "://" not in value]
    publisher = found.ld.resolve(article.get("publisher"))
    for one in publisher if isinstance(publisher, list) else [publisher]:
        value = one.get("name") if isinstance(one, dict) else one
        if isinstance(value, str):
            named.append(value)
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    labels = host.split(".")
    # Not the country's: `no` would be any title's end.
    return [*named, host, *(label for label in labels[:-1] if len(label) > 2)] if host else named


def _lead(found: Signals, article: Mapping[str, Any], *, item: Item | None) -> str | None:
    return (
        _text(article.get("description"))
        or _text(found.first("og:description", "description", "twitter:description", "dc.description"))
        or _text(next(iter(found.items.get("description", ())), None))
        or (item.summary if item is not None else None)
    )


def _text(value: Any) -> str | None:
    """One line of text without markup; None for anything else."""
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), None)
    if not isinstance(value, str):
        return None
    value = titles.tidy(value)
    if "<" in value:
        value = _SPACE.sub(" ", _TAGS.sub("", value)).strip()
    return value or None


# --- authors ------------------------------------------------------------------------------------------


def _authors(
    found: Signals,
    article: Mapping[str, Any],
    tree: HtmlElement,
    heading: HtmlElement | None,
    *,
    item: Item | None,
    selected: Mapping[str, Sequence[str]],
    site: Sequence[str],
) -> tuple[str, ...]:
    """The people who wrote it; where none is named, whoever is."""
    if chosen := _unique(name for text in selected.get("authors", ()) for name in names.split(text)):
        return chosen
    companies = _ld_names(found, article, people=False)
    given = [
        _unique(name for text in _ld_names(found, article) for name in names.split(text)),
        *(
            _unique(name for text in found.meta[key] for name in names.split(text))
            for key in _author_tags(found)
        ),
        _unique(name for text in _labelled(found) for name in names.split(text)),
        _unique(
            name
            for text in (found.items.get("author.name") or found.items.get("author") or [])[:_MOST_AUTHORS]
            for name in names.split(text)
        ),
        _unique(name for text in (item.authors if item is not None else ()) for name in names.split(text)),
    ]
    for number, one in enumerate(given):
        people = tuple(
            name
            for name in one
            # JSON-LD keeps names apart; elsewhere a city or a role may stand among them.
            if not names.is_organisation(name, site=site)
            and (name not in companies if number == 0 else names.looks_personal(name))
        )
        if people:
            # Agencies that are named among people are authors too; the publisher is not.
            own = {titles.bare(name) for name in site}
            return tuple(name for name in one if name in people or titles.bare(name) not in own)
    addresses = [
        text for key in _AUTHORS for text in found.meta.get(key, ()) if "@" in text and " " not in text
    ]
    if people := tuple(bylines.find(tree, heading, addresses=addresses)):
        return people
    if people := tuple(bylines.signature(tree, heading)):
        return people
    return next((one for one in given if one), ()) or tuple(bylines.named(tree, heading))


def _author_tags(found: Signals) -> list[str]:
    """Names of the meta tags that give authors, the usual ones first."""
    usual = [key for key in _AUTHORS if key in found.meta]
    return usual + [key for key in found.meta if key not in usual and _AUTHOR_META.match(key)]


def _labelled(found: Signals) -> list[str]:
    """`twitter:data1` where `twitter:label1` says that it is the author."""
    return [
        data
        for number in "12"
        for label in found.all(f"twitter:label{number}")[:1]
        if _WRITTEN_BY.match(label)
        for data in found.all(f"twitter:data{number}")[:1]
    ]


def _ld_names(found: Signals, article: Mapping[str, Any], *, people: bool = True) -> list[str]:
    """Authors as the JSON-LD names them; with `people` off those alone that it says are companies."""
    value = (
        article.get("author")
        or article.get("creator")
        or next((page["author"] for page in found.ld.pages if page.get("author")), None)
    )
    said: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        known = found.ld.resolve(one)
        if isinstance(known, str) and (match := _QUOTED_NAME.search(known)):  # JSON as a string
            known = match[1]
        if isinstance(known, dict):
            if not (people or _ORGANISATIONS.intersection(json_ld.kinds_of(known))):
                continue
            known = (
                known.get("name") or known.get("byline") or known.get("alternateName") or _whole_name(known)
            )
            if isinstance(known, list):
                said += [name for name in known if isinstance(name, str)]
                continue
        elif not people:
            continue
        if isinstance(known, str):
            said.append(known)
    return said


def _whole_name(person: Mapping[str, Any]) -> str | None:
    parts = [person.get(part) for part in ("givenName", "additionalName", "familyName")]
    return " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip()) or None


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(value.casefold(), value)
    return tuple(found.values())


# --- addresses, section, tags, language, paywall ------------------------------------------------------


def _absolute(url: str | None, base: str | None) -> str | None:
    if not url:
        return None
    try:
        whole = urljoin(base or "", url.strip())
        return whole if urlsplit(whole).scheme in ("http", "https") and urlsplit(whole).hostname else None
    except ValueError:
        return None


def _canonical(
    found: Signals, article: Mapping[str, Any], *, url: str | None, base: str | None
) -> str | None:
    """The address the page gives as its own: of the same site, and not the front page's."""
    for given in (found.canonical, found.first("og:url"), _url_of(article)):
        whole = _absolute(given, base)
        if whole is None or (_is_front(whole) and not _is_front(url)):
            continue
        if url is None or _registered(whole) == _registered(url):
            return whole
    return None


def _registered(url: str) -> str:
    """About the part of the host that is registered: enough to tell `m.avis.example` from another site."""
    try:
        labels = (urlsplit(url).hostname or "").split(".")
    except ValueError:
        return ""
    short = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2  # co.uk, com.br
    return ".".join(labels[-3:] if short else labels[-2:])


def _is_front(url: str | None) -> bool:
    if not url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_FRONT.fullmatch(parts.path)) and not parts.query


def _is_short(url: str | None) -> bool:
    """Whether an address has neither a number nor several words, as sections' have: `/nyheter/sport`."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    last = parts.path.rstrip("/").rpartition("/")[2]
    return not parts.query and len(re.findall(r"[^\W_]+", last)) <= 2 and not re.search(r"\d", last)


def _section(
    found: Signals,
    article: Mapping[str, Any],
    tree: HtmlElement,
    heading: HtmlElement | None,
    *,
    item: Item | None,
) -> str | None:
    return (
        _text(article.get("articleSection"))
        or _text(found.first(*_SECTIONS))
        or _text(next(iter(found.items.get("articlesection", ())), None))
        or (item.section if item is not None else None)
        or _shown_section(tree, heading)
    )


def _shown_section(tree: HtmlElement, heading: HtmlElement | None) -> str | None:
    """The link to the section at the heading: alone in what is called one."""
    if heading is None:
        return None
    near = itertools.chain(
        itertools.islice(preceding(heading), _BESIDE), itertools.islice(following(tree, heading), _BESIDE)
    )
    for element in near:
        if _SECTION_NAMES.isdisjoint(words_of(element.get("class") or "")):
            continue
        links = [element] if element.tag == "a" else list(itertools.islice(element.iter("a"), 2))
        text = text_of(element, limit=_LONGEST_SECTION + 1)
        if len(links) == 1 and 1 < len(text) <= _LONGEST_SECTION and text_of(links[0]) == text:
            return text
    return None


def _keywords(found: Signals, article: Mapping[str, Any], *, item: Item | None) -> tuple[str, ...]:
    value = article.get("keywords")
    said: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        known = one.get("name") if isinstance(one, dict) else one
        if isinstance(known, str):
            said += [known] if isinstance(value, list) else known.split(",")
    if not _unique_tags(said):
        said = [tag for text in found.all("article:tag", "og:article:tag") for tag in text.split(",")]
    if not _unique_tags(said):
        said = [tag for name in _KEYWORDS for text in found.meta.get(name, ())[:1] for tag in text.split(",")]
    if not _unique_tags(said) and item is not None:
        said = list(item.tags)
    return _unique_tags(said)


def _unique_tags(values: Iterable[str]) -> tuple[str, ...]:
    return _unique(tag for value in values if (tag := titles.tidy(value)) and len(tag) <= _LONGEST_TAG)[
        :_MOST_TAGS
    ]


def _language(found: Signals, article: Mapping[str, Any], *, item: Item | None) -> str | None:
    locale = found.first("og:locale")
    return (
        found.language
        or _text(article.get("inLanguage"))
        or found.first("content-language", "language", "dc.language", "dcterms.language")
        or (locale.replace("_", "-") if locale else None)
        or (item.language if item is not None else None)
    )


def _paywalled(found: Signals, article: Mapping[str, Any]) -> bool | None:
    free = _flag(article.get("isAccessibleForFree"))
    parts = article.get("hasPart")
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict) and _flag(part.get("isAccessibleForFree")) is False:
            free = False if free is None else free
    if free is None:
        tier = (found.first("article:content_tier") or "").lower()
        free = {"free": True, "locked": False}.get(tier)
    if free is None:
        free = next(map(_flag, found.items.get("isaccessibleforfree", ())), None)
    return None if free is None else not free


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    said = value.strip().lower().rpartition("/")[2] if isinstance(value, str) else ""
    return {"true": True, "false": False, "yes": True, "no": False}.get(said)


# --- whether it is an article at all ------------------------------------------------------------------


def _refusal(found: Signals, article: Mapping[str, Any], title: str | None, *, url: str | None) -> str | None:
    """Why the page seems to hold no article; None when nothing says so."""
    dated = any(name in found.meta for name in dates.PUBLISHED[:6]) or "datePublished" in article
    if _is_front(url) and not dated:
        return "it is the front page of its site"
    if article or dated:
        return None
    for text in (title, found.title, *(heading.text for heading in found.headings[:1])):
        if text and len(text) < 120 and _NOT_FOUND.search(text):
            return f"it is the error page {text!r}"
    if found.ld.lists:
        return "it lists articles, and is none itself"
    return None
