"""Whole pages, small and built in sight: what `read_page` makes of them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.extract.hints import NO_HINTS, Hints
from pipeline.extract.page import read_page
from pipeline.item import Item
from pipeline.record import Record, Rejection

URL = "https://www.avis.example/lokalt/2024/03/11/broen-er-apnet"
PROSE = (
    "<p>Broen over fjorden ble åpnet mandag morgen, etter to år med arbeid og mange utsettelser.</p>"
    "<p>Flere hundre mennesker møtte opp for å gå over den før bilene fikk slippe til klokken ti.</p>"
    "<p>Ordføreren klippet snoren, og korpset spilte mens ferga gikk over sundet for siste gang.</p>"
)
LD: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Broen er åpnet",
    "description": "Etter to år.",
    "datePublished": "2024-03-11T07:05:00+01:00",
    "dateModified": "2024-03-11T08:20:00+01:00",
    "author": [{"@type": "Person", "name": "Kari Nordmann"}],
}


def page(head: str = "", *, body: str = f"<article><h1>Broen er åpnet</h1>{PROSE}</article>") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def ld(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{text}</script>'


def meta(**values: str) -> str:
    names = {name.replace("__", ":"): value for name, value in values.items()}
    return "".join(f'<meta property="{name}" content="{value}">' for name, value in names.items())


def read(
    html: str, *, url: str | None = URL, hints: Hints = NO_HINTS, item: Item | None = None
) -> Record | Rejection:
    return read_page(html, at="", raw=html.encode("utf-8", "replace"), url=url, hints=hints, item=item)


def record(html: str, **known: Any) -> Record:
    found = read(html, **known)
    assert isinstance(found, Record), found
    return found


# --- JSON-LD ------------------------------------------------------------------------------------------

NEWS = "<div itemscope itemtype='https://schema.org/NewsArticle'>"
OTHER = {
    **LD,
    "headline": "Ferga er solgt",
    "url": "https://www.avis.example/ferga",
    "datePublished": "2020-01-01",
}
SHAPES = {
    "object": LD,
    "list": [{"@type": "Organization", "name": "Avisen"}, LD],
    "graph": {"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, LD]},
    "nested": {"@type": "WebPage", "mainEntity": LD},
    "type is a list": {**LD, "@type": ["NewsArticle", "CreativeWork"]},
    "type is an address": {**LD, "@type": "https://schema.org/NewsArticle"},
    "in a comment": f"<!-- {json.dumps(LD)} -->",
    "in CDATA": f"//<![CDATA[\n{json.dumps(LD)}\n//]]>",
    "in CDATA in a comment": f"/*<![CDATA[*/{json.dumps(LD)}/*]]>*/",
    "ends with a semicolon": json.dumps(LD) + ";",
    "line end in a string": json.dumps(LD).replace("Etter to", "Etter\nto"),
    "trailing comma": json.dumps(LD)[:-1] + ",}",
    "two in a row": json.dumps({"@type": "WebSite"}) + "\n" + json.dumps(LD),
    "half a character": json.dumps({**LD, "keywords": "x"}).replace('"x"', '"\\ud83d"'),
    "listed before it": [OTHER, LD],
    "listed by it": {**LD, "hasPart": [OTHER]},
    "an item list of others": [
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]},
        LD,
    ],
}


@pytest.mark.parametrize("value", SHAPES.values(), ids=SHAPES.keys())
def test_json_ld_of_any_shape(value: Any) -> None:
    found = record(page(ld(value)))
    assert found.title == "Broen er åpnet"
    assert (found.published_raw, found.published_from) == ("2024-03-11T07:05:00+01:00", "json-ld")
    assert found.updated_raw == "2024-03-11T08:20:00+01:00"
    assert found.authors == ("Kari Nordmann",)
    assert found.lead == "Etter to år."


def test_of_several_articles_the_one_with_the_pages_address_is_meant() -> None:
    own = {**LD, "headline": "En annen ordlyd", "mainEntityOfPage": {"@id": URL + "?utm_source=x"}}
    found = record(page(ld([OTHER, own]), body=f"<article><h1>Noe tredje</h1>{PROSE}</article>"))
    assert found.published_raw == LD["datePublished"]


def test_two_objects_of_one_article_complete_each_other() -> None:
    bare = {"@type": "Article", "headline": "Broen er åpnet"}
    found = record(page(ld(bare) + ld({**LD, "@type": "BlogPosting"})))
    assert (found.authors, found.published_raw) == (("Kari Nordmann",), LD["datePublished"])


def test_authors_that_are_referred_to_are_found() -> None:
    person = {"@type": "Person", "@id": "#kari", "name": "Kari Nordmann"}
    found = record(page(ld({"@graph": [{**LD, "author": {"@id": "#kari"}}, person]})))
    assert found.authors == ("Kari Nordmann",)


# --- dates --------------------------------------------------------------------------------------------

DAY = "2024-03-11"
DATES = {
    "json-ld before meta": (
        ld(LD) + meta(article__published_time="2024-03-11"),
        LD["datePublished"],
        "json-ld",
    ),
    "meta": (meta(article__published_time="2024-03-11T07:05:00Z"), "2024-03-11T07:05:00Z", "meta"),
    "another name": (
        '<meta name="parsely-pub-date" content="2024-03-11T07:05:00Z">',
        "2024-03-11T07:05:00Z",
        "meta",
    ),
    "the offset from one that agrees": (
        ld({**LD, "datePublished": "2024-03-11T07:05:00"})
        + meta(article__published_time="2024-03-11T07:05:00+01:00"),
        "2024-03-11T07:05:00+01:00",
        "meta",
    ),
    "the time from one that agrees": (
        ld({**LD, "datePublished": DAY}) + meta(article__published_time="2024-03-11T07:05:00+01:00"),
        "2024-03-11T07:05:00+01:00",
        "meta",
    ),
    "not from one that does not": (
        ld({**LD, "datePublished": DAY}) + meta(article__published_time="2024-05-01T07:05:00+01:00"),
        DAY,
        "json-ld",
    ),
    "another zone's clock agrees": (
        ld({**LD, "datePublished": "2024-03-11T07:05:00"})
        + meta(article__published_time="2024-03-11T06:05:00Z"),
        "2024-03-11T06:05:00Z",
        "meta",
    ),
    "another time of the day does not": (
        ld({**LD, "datePublished": "2024-03-11T07:05:00"})
        + meta(article__published_time="2024-03-11T06:17:00Z"),
        "2024-03-11T07:05:00",
        "json-ld",
    ),
    "a placeholder is none": (meta(article__published_time="i dag"), DAY, "url"),
    "the address": ("", DAY, "url"),
}


@pytest.mark.parametrize(("head", "raw", "where"), DATES.values(), ids=DATES.keys())
def test_date_is_the_first_that_agrees_and_gives_the_instant(head: str, raw: str, where: str) -> None:
    found = record(page(head))
    assert (found.published_raw, found.published_from) == (raw, where)


SHOWN = [
    ("<time datetime='2024-03-11T07:05:00+01:00'>mandag</time>", "2024-03-11T07:05:00+01:00"),
    (
        "<time class='updated' datetime='2024-03-12'>i dag</time><time datetime='2024-03-11'>i går</time>",
        "2024-03-11",
    ),
    ("<div class='dato'>Publisert 11. mars 2024 kl. 07.05</div>", "11. mars 2024 kl. 07.05"),
    ("<span>11.03.2024, 07:05</span>", "11.03.2024, 07:05"),
    ("<p class='date'>March 11, 2024 7:05 AM</p>", "March 11, 2024 7:05 AM"),
    ("<span data-published='2024-03-11T07:05'></span>", "2024-03-11T07:05"),
    ('<script>var x = {"publishedAt": "2024-03-11 07:05"}</script>', "2024-03-11 07:05"),
    ("<div class='timeline'>Oppdatert 11.03.2024</div>", None),
    ("<time class='entry-date published updated' datetime='2024-03-11'>mandag</time>", "2024-03-11"),
    ("<ul><li>The law on bridges over the fjords was signed on August 14, 1935</li></ul>", None),
]


@pytest.mark.parametrize(("line", "raw"), SHOWN)
def test_date_that_only_readers_see(line: str, raw: str | None) -> None:
    found = record(
        page(body=f"<article><h1>Broen er åpnet</h1>{line}{PROSE}</article>"), url="https://avis.example/a"
    )
    assert found.published_raw == raw


def test_date_above_the_headline() -> None:
    top = "<div><span>Mandag 11. mars 2024</span></div><h1>Broen er åpnet</h1>"
    assert record(page(body=top + PROSE), url="https://avis.example/a").published_raw == "11. mars 2024"


@pytest.mark.parametrize(
    ("url", "raw"),
    [
        ("https://avis.example/2024/03/11/sak", "2024-03-11"),
        ("https://avis.example/sak-2024-3-11-a", "2024-03-11"),
        ("https://avis.example/sak-20240311", "2024-03-11"),
        ("https://avis.example/2024/03/sak", "2024-03"),
        ("https://avis.example/2024/13/41/sak", None),
        ("https://avis.example/202403111", None),
        ("https://avis.example/sak?d=2024-03-11", None),
    ],
)
def test_address_gives_the_day_or_month_alone(url: str, raw: str | None) -> None:
    found = record(page(), url=url)
    assert (found.published_raw, found.published_from) == (raw, "url" if raw else None)


# --- authors ------------------------------------------------------------------------------------------

BY = "<h1>Broen er åpnet</h1>"
AUTHORS = {
    "of one field": (
        ld({**LD, "author": "Av Kari Nordmann og Ola Hansen"}),
        BY,
        ("Kari Nordmann", "Ola Hansen"),
    ),
    "agency beside people": (
        ld({**LD, "author": [{"name": "Kari Nordmann"}, {"@type": "Organization", "name": "NBP"}]}),
        BY,
        ("Kari Nordmann", "NBP"),
    ),
    "not the publisher beside people": (
        ld({**LD, "author": [{"name": "Kari Nordmann"}, {"name": "Avisen"}]}) + meta(og__site_name="Avisen"),
        BY,
        ("Kari Nordmann",),
    ),
    "meta names a person, json-ld the publisher": (
        ld({**LD, "author": {"@type": "Organization", "name": "Avisen"}})
        + meta(og__site_name="Avisen")
        + '<meta name="author" content="Kari Nordmann">',
        BY,
        ("Kari Nordmann",),
    ),
    "the publisher when nobody is named": (
        ld({**LD, "author": {"name": "Avisen"}}) + meta(og__site_name="Avisen"),
        BY,
        ("Avisen",),
    ),
    "an address is no name": (meta(article__author="https://facebook.example/avisen"), BY, ()),
    "byline": ("", BY + "<div class='byline'>Av <b>Kari Nordmann</b>, Oslo</div>", ("Kari Nordmann",)),
    "links to authors": (
        "",
        BY + "<a rel='author' href='/a'>Kari Nordmann</a> og <a rel='author' href='/b'>Ola Hansen</a>",
        ("Kari Nordmann", "Ola Hansen"),
    ),
    "by address of the link": ("", BY + "<a href='/forfatter/kari'>Kari Nordmann</a>", ("Kari Nordmann",)),
    "a line that begins with by": ("", BY + "<p>Von Max Müller, Berlin</p>", ("Max Müller",)),
    "beside the date": ("", BY + "<span>Kari Nordmann |</span><span>11.03.2024</span>", ("Kari Nordmann",)),
    "by electronic address": (
        '<meta name="author" content="k.nordmann@avis.example">',
        BY + "<span>Kari Nordmann</span>",
        ("Kari Nordmann",),
    ),
    "before the date": (
        "",
        BY + "<p class='byline'>By Ann Smith @ann on June 26, 2014 at 9:00</p>",
        ("Ann Smith",),
    ),
    "glued to the date": ("", BY + "<p class='byline'>By Ann SmithApril 28, 2023</p>", ("Ann Smith",)),
    "above the headline": (
        "",
        "<p class='author'>Av <a href='/forfatter/kari'>Kari Nordmann</a></p>" + BY,
        ("Kari Nordmann",),
    ),
    "beside buttons": (
        "",
        BY + "<div class='share-bar'><p class='author'>Kari Nordmann</p></div>",
        ("Kari Nordmann",),
    ),
    "an agency when nobody else is named": ("", BY + "<p class='byline'>Nordbyrån</p>", ("Nordbyrån",)),
    "not of the text's links": (
        "",
        BY + f"<p>{'Broen ble åpnet mandag av ordføreren. ' * 5}<a href='/person/ola'>Ola Hansen</a></p>",
        (),
    ),
    "not of a licence": ("", BY + "<a href='/licenses/by-nc/'>Creative Commons</a>", ()),
    "meta tag of the publisher's own": (
        '<meta name="articleAuthor" content="Nordbyrån">',
        BY,
        ("Nordbyrån",),
    ),
    "labelled for previews": (
        meta(twitter__label1="Skrevet av", twitter__data1="Kari Nordmann"),
        BY,
        ("Kari Nordmann",),
    ),
    "not another label": (meta(twitter__label1="Lesetid", twitter__data1="2 minutter"), BY, ()),
    "parts of a name": (
        ld({**LD, "author": {"@type": "Person", "givenName": "Kari", "familyName": "Nordmann"}}),
        BY,
        ("Kari Nordmann",),
    ),
    "json in a string": (
        ld({**LD, "author": '{ "@type":"Person", name":"Kari Nordmann" }'}),
        BY,
        ("Kari Nordmann",),
    ),
    "of the page's description": (
        ld([{**LD, "author": None}, {"@type": "WebPage", "author": {"name": "Kari Nordmann"}}]),
        BY,
        ("Kari Nordmann",),
    ),
    "a company in json-ld, a person in the byline": (
        ld({**LD, "author": {"@type": "Organization", "name": "Nordisk Blad"}}),
        BY + "<p class='byline'>Av Kari Nordmann</p>",
        ("Kari Nordmann",),
    ),
    "not of a caption": (
        "",
        BY + "<figure class='img'><span class='byline'>Foto: Ola Hansen</span></figure>",
        (),
    ),
    "not of a teaser": (
        "",
        BY + "<div class='related'><span class='byline'>Av Ola Hansen</span></div>",
        (),
    ),
}


@pytest.mark.parametrize(("head", "top", "authors"), AUTHORS.values(), ids=AUTHORS.keys())
def test_authors(head: str, top: str, authors: tuple[str, ...]) -> None:
    assert record(page(head, body=f"<article>{top}{PROSE}</article>")).authors == authors


def test_times_of_teasers_do_not_complete_the_date() -> None:
    teaser = "<article><time datetime='2024-03-11T09:30:00+01:00'>09:30</time><h2>Ferga</h2></article>"
    found = record(page(ld({**LD, "datePublished": DAY}), body=f"<main>{BY}{PROSE}{teaser}</main>"))
    assert found.published_raw == DAY


def test_the_feed_completes_the_date() -> None:
    found = record(page(ld({**LD, "datePublished": "2024-03-11T07:05:00"})), item=ITEM)
    assert (found.published_raw, found.published_from) == (ITEM.published, "feed")


def test_the_day_it_was_first_seen_is_the_last_resort() -> None:
    seen = Item(published="2024-03-13", published_from="first_seen")
    found = record(page(), url="https://avis.example/a", item=seen)
    assert (found.published_raw, found.published_from) == ("2024-03-13", "first_seen")
    assert record(page(ld(LD)), item=seen).published_from == "json-ld"


def test_authors_of_teasers_are_none() -> None:
    teasers = "<div class='teaser'><i itemprop='author'>Ola Hansen</i></div>" * 3
    assert record(page(body=f"<main>{BY}{PROSE}{teasers}</main>")).authors == ()


def test_signature_below_the_text_is_the_author() -> None:
    assert record(page(body=f"<article>{BY}{PROSE}<p><b>Kari Nordmann</b></p></article>")).authors == (
        "Kari Nordmann",
    )


def test_microdata_and_the_author_within_it() -> None:
    body = (
        '<div itemscope itemtype="https://schema.org/NewsArticle">'
        '<h1 itemprop="headline">Broen er åpnet</h1>'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        '<b itemprop="name">Kari Nordmann</b></span>'
        '<meta itemprop="datePublished" content="2024-03-11T07:05:00+01:00">'
        f'<span itemprop="articleSection">Lokalt</span>{PROSE}</div>'
        '<div itemscope itemtype="https://schema.org/NewsArticle">'
        '<h2 itemprop="headline">Ferga er solgt</h2></div>'
    )
    found = record(page(body=body))
    assert (found.title, found.authors, found.section) == ("Broen er åpnet", ("Kari Nordmann",), "Lokalt")
    assert found.published_raw == "2024-03-11T07:05:00+01:00"


# --- addresses, section, tags, language, paywall ------------------------------------------------------

CANONICALS = [
    (f'<link rel="canonical" href="{URL}">', URL),
    ('<link rel="canonical" href="/lokalt/broen">', "https://www.avis.example/lokalt/broen"),
    (
        '<base href="https://www.avis.example/x/"><link rel="canonical" href="broen">',
        "https://www.avis.example/x/broen",
    ),
    ('<link rel="canonical" href="https://m.avis.example/broen">', "https://m.avis.example/broen"),
    ('<link rel="canonical" href="https://www.avis.example/">', None),
    ('<link rel="canonical" href="https://avis.example">', None),
    ('<link rel="canonical" href="https://annen.example/broen">', None),
    ('<link rel="canonical" href="javascript:x()">', None),
    ('<link rel="canonical" href="https://[::1/broen">', None),
    (
        '<link rel="canonical" href="/"><meta property="og:url" content="/lokalt/broen">',
        "https://www.avis.example/lokalt/broen",
    ),
    ("", None),
]


@pytest.mark.parametrize(("head", "canonical"), CANONICALS)
def test_canonical_address_is_of_the_same_site_and_not_the_front_page(
    head: str, canonical: str | None
) -> None:
    found = record(page(head))
    assert (found.url, found.canonical_url) == (URL, canonical)


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        (ld({**LD, "keywords": ["bro", "vei", "Bro"]}), ("bro", "vei")),
        (ld({**LD, "keywords": "bro, vei"}), ("bro", "vei")),
        (ld({**LD, "keywords": [{"@type": "DefinedTerm", "name": "bro"}]}), ("bro",)),
        (meta(article__tag="bro") + meta(article__tag="vei"), ("bro", "vei")),
        ('<meta name="keywords" content="bro, vei, ">', ("bro", "vei")),
        ("", ()),
    ],
)
def test_tags(head: str, tags: tuple[str, ...]) -> None:
    assert record(page(head)).tags == tags


@pytest.mark.parametrize(
    ("head", "paywalled"),
    [
        (ld({**LD, "isAccessibleForFree": False}), True),
        (ld({**LD, "isAccessibleForFree": "False"}), True),
        (ld({**LD, "isAccessibleForFree": "http://schema.org/True"}), False),
        (ld({**LD, "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False}}), True),
        (meta(article__content_tier="locked"), True),
        (meta(article__content_tier="free"), False),
        (f"{NEWS}<meta itemprop='isAccessibleForFree' content='False'></div>", True),
        (f"{NEWS}<meta itemprop='isAccessibleForFree' content='True'></div>", False),
        (ld(LD), None),
    ],
)
def test_paywall(head: str, paywalled: bool | None) -> None:
    body = f"{head if head.startswith('<div') else ''}<article><h1>Broen er åpnet</h1>{PROSE}</article>"
    assert record(page(head if body.startswith("<article") else "", body=body)).paywalled is paywalled


SECTIONS = {
    "json-ld first": (
        ld({**LD, "articleSection": "Lokalt"}),
        "<p class='section'><a href='/s'>Sport</a></p>",
        "Lokalt",
    ),
    "a link called so": ("", "<p class='section'><a href='/lokalt'>Lokalt</a></p>", "Lokalt"),
    "a link that is called so itself": ("", "<a class='article-section' href='/lokalt'>Lokalt</a>", "Lokalt"),
    "German": ("", "<span class='rubrik'><a href='/lokales'>Lokales</a></span>", "Lokales"),
    "not of a sentence": ("", "<div class='section'><a href='/a'>Les om broen</a> og mer</div>", None),
    "not a whole part of the page": (
        "",
        "<div class='section'><a href='/a'>A</a><a href='/b'>B</a></div>",
        None,
    ),
}


@pytest.mark.parametrize(("head", "top", "section"), SECTIONS.values(), ids=SECTIONS.keys())
def test_section(head: str, top: str, section: str | None) -> None:
    body = f"<article>{top}<h1>Broen er åpnet</h1>{PROSE}</article>"
    assert record(page(head, body=body)).section == section


def test_language_is_what_is_written_nearest_to_the_article() -> None:
    locale = meta(og__locale="nb_NO")
    assert record(page(locale).replace("<html>", '<html lang="nn">')).language == "nn"
    assert record(page(locale), hints=Hints(language="se")).language == "nb-NO"
    assert record(page(), hints=Hints(language="se")).language == "se"


# --- hints and items ----------------------------------------------------------------------------------


def test_selectors_of_the_source_come_first() -> None:
    hints = Hints(
        selectors=(
            ("title", "h2.tittel"),
            ("lead", ".ingress"),
            ("text", "#sak p"),
            ("authors", ".hvem"),
            ("published", "time"),
            ("tags", ".emner li"),
            ("section", ".finnes-ikke"),
            ("section", ".seksjon"),
            ("remove", ".reklame"),
        ),
        zone="Europe/Oslo",
    )
    body = (
        "<h1>Feil</h1><h2 class=tittel>Rett <i>tittel</i></h2><p class=ingress>Ingressen</p>"
        "<b class=seksjon>Lokalt</b>"
        "<div class=hvem>Av Kari Nordmann og Ola Hansen</div><time datetime='2024-03-11 07:05'>i dag</time>"
        "<div id=sak><p>En</p><p class=reklame>Kjøp!</p><p>To</p></div><ul class=emner><li>bro<li>vei</ul>"
    )
    found = record(page(ld(LD), body=body), hints=hints)
    assert (found.title, found.lead, found.text) == ("Rett tittel", "Ingressen", "En\n\nTo")
    assert (found.authors, found.tags) == (("Kari Nordmann", "Ola Hansen"), ("bro", "vei"))
    assert (found.published_raw, found.zone, found.section) == ("2024-03-11 07:05", "Europe/Oslo", "Lokalt")


def test_what_the_source_removes_is_not_read_at_all() -> None:
    body = (
        f"<article>{BY}{PROSE}<p class='x'>{'Dette er reklame for noe annet enn broen. ' * 3}</p></article>"
    )
    assert "reklame" in record(page(body=body)).text
    assert "reklame" not in record(page(body=body), hints=Hints(selectors=(("remove", ".x"),))).text


@pytest.mark.parametrize("selector", ["[", "p:nonsense", "", "::", "p["])
def test_selector_that_is_wrong_fits_nothing(selector: str) -> None:
    assert record(page(), hints=Hints(selectors=(("title", selector),))).title == "Broen er åpnet"


ITEM = Item(
    url=URL,
    guid="sak-1",
    title="Broen er åpnet",
    summary="Fra strømmen.",
    authors=("Ola Hansen",),
    section="Lokalt",
    tags=("bro",),
    published="Mon, 11 Mar 2024 07:05:00 +0100",
    updated="2024-03-12",
)


def test_the_feed_fills_what_the_page_leaves_open() -> None:
    found = record(page(body=f"<article>{PROSE}</article>"), item=ITEM)
    assert (found.own_id, found.title, found.lead) == ("sak-1", "Broen er åpnet", "Fra strømmen.")
    assert (found.authors, found.section, found.tags) == (("Ola Hansen",), "Lokalt", ("bro",))
    assert (found.published_raw, found.published_from) == (ITEM.published, "feed")
    assert found.updated_raw == "2024-03-12"


def test_the_page_comes_before_the_feed() -> None:
    found = record(page(ld(LD)), item=ITEM)
    assert (found.lead, found.authors, found.published_from) == (
        "Etter to år.",
        ("Kari Nordmann",),
        "json-ld",
    )


def test_text_of_the_feed_stands_in_for_one_that_the_page_withholds() -> None:
    content = "\n\n".join(["Et langt avsnitt om broen som bare strømmen har med. " * 5] * 3)
    body = "<article><h1>Broen er åpnet</h1><p>Broen over fjorden ble åpnet mandag.</p></article>"
    assert record(page(ld(LD), body=body), item=Item(content=content)).text == content
    assert record(page(ld(LD)), item=Item(content="Kort.")).text != "Kort."


# --- pages that hold no article -----------------------------------------------------------------------

LINKS = "".join(f"<div><h2><a href='/{n}'>En sak om nummer {n}</a></h2></div>" for n in range(30))
NONE = {
    "front page": ("https://www.avis.example/", page(meta(og__type="website"), body=LINKS)),
    "front page with articles in JSON-LD": (
        "https://www.avis.example/",
        page(ld([{"@type": "NewsArticle", "headline": f"Sak {n}"} for n in range(5)]), body=LINKS),
    ),
    "section": (
        "https://www.avis.example/sport",
        page(ld({"@type": "CollectionPage", "name": "Sport"}), body=LINKS),
    ),
    "section that says nothing": ("https://www.avis.example/sport", page(body=LINKS)),
    "site with teasers": ("https://www.avis.example/om", page(meta(og__type="website"), body=LINKS + PROSE)),
    "not found": (
        "https://www.avis.example/borte",
        page("<title>404 - Siden finnes ikke</title>", body="<p>Beklager, den er borte.</p>"),
    ),
    "ikke funnet": (URL, page(body="<h1>Siden ble ikke funnet</h1><p>Prøv å søke etter den.</p>")),
    "nothing": (URL, page(body="")),
}


@pytest.mark.parametrize(("url", "html"), NONE.values(), ids=NONE.keys())
def test_page_that_holds_no_article_is_rejected_with_a_reason(url: str, html: str) -> None:
    found = read(html, url=url)
    assert isinstance(found, Rejection)
    assert found.reason == "no_article"
    assert found.detail.endswith(".")


SHORT = {
    "a notice": page(body="<article><h1>Broen stengt</h1><p>Broen er stengt i dag.</p></article>"),
    "without article element": page("<title>Broen stengt</title>", body="<p>Broen er stengt i dag.</p>"),
    "about a lost page": page(
        ld({**LD, "headline": "Siden finnes ikke lenger"}),
        body="<h1>Siden finnes ikke</h1><p>Den er borte.</p>",
    ),
    "at the front, but dated": page(ld(LD)),
    "amid teasers": page(
        meta(og__type="website", og__url=URL), body=f"<main><h1>Broen er åpnet</h1>{PROSE}</main>{LINKS}"
    ),
}


@pytest.mark.parametrize("html", SHORT.values(), ids=SHORT.keys())
def test_short_articles_are_articles(html: str) -> None:
    assert record(html).text
    assert record(html, url=None).text
    assert isinstance(read(page(ld(LD)), url="https://www.avis.example/"), Record)


# --- whatever comes -----------------------------------------------------------------------------------

MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<p>",
                "</p>",
                "<h1>",
                "<article>",
                "<div class='byline'>",
                "<time datetime='2024-13-45'>",
                "<title>",
            ),
            *(
                "<script type='application/ld+json'>",
                "</script>",
                '{"@type":"NewsArticle","author":',
                "[[",
                "null}",
                "<!--",
            ),
            *(
                "<meta property='og:title' content='",
                "<meta name=date content='",
                "'>",
                "&#0;",
                "&#xd800;",
                "\x00",
                "\ud800",
            ),
            *(
                "<base href='http://[' >",
                "<link rel=canonical href='//['>",
                "<svg><title>",
                "<template>",
                "Kari Nordmann",
            ),
            *(
                "<div itemscope itemtype=Article>",
                "<b itemprop='author datePublished'>",
                "<?xml version='1.0'?>",
                "]]>",
            ),
        ]
    )
    | st.text(max_size=20),
    max_size=40,
).map("".join)


SELECTORS = Hints(
    selectors=(("remove", "p"), ("text", "article, div"), ("published", "time, meta"), ("title", ":is(h1)"))
)


@given(
    MARKUP,
    st.sampled_from([None, URL, "http://[", "mailto:x", ""]),
    st.sampled_from([None, ITEM, Item()]),
    st.sampled_from([NO_HINTS, SELECTORS]),
)
def test_any_text_is_a_record_or_a_rejection(
    html: str, url: str | None, item: Item | None, hints: Hints
) -> None:
    found = read(html, url=url, item=item, hints=hints)
    assert isinstance(found, Record | Rejection)


MANY = 15_000
HOSTILE = {
    "nested": "<div>" * MANY,
    "siblings below many": "<h1>T</h1>" + "<div>" * 500 + "<span></span>" * MANY,
    "headings": "<div>" * 2000 + "<h1>a</h1>" * 10_000,
    "bylines": "<h1>T</h1>" + "<div class=byline>" * 1000 + "<i></i>" * MANY,
    "blank json-ld": "<script type=application/ld+json>" + " " * 20 * MANY + "x</script>",
    "brackets": "<script type=application/ld+json>" + "[" * MANY,
    "a list of names": "<meta name=author content='" + "a, " * 10 * MANY + "'>",
    "separators": "<title>" + " - " * 10 * MANY + "</title>",
    "items": "<div itemscope itemtype=Article>" * 1000 + "<a itemprop=author>x</a>" * 5000,
}


def test_selectors_on_a_page_nested_without_end_cost_little() -> None:
    start = time.process_time()
    assert isinstance(read("<div>" * MANY + "x", hints=SELECTORS), Record | Rejection)
    assert time.process_time() - start < 3


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_page_costs_little(html: str) -> None:
    start = time.process_time()
    assert isinstance(read(html), Record | Rejection)
    assert time.process_time() - start < 3  # some 0.1 to 0.4
