from __future__ import annotations

import io
import json
from typing import Any

import pytest

from pipeline.errors import Unreadable
from pipeline.extract.html import read
from pipeline.extract.reading import Reader
from pipeline.record import Record, Rejection

LD = {
    "@type": "NewsArticle",
    "headline": "Tunnelen er åpen",
    "description": "Etter to år.",
    "datePublished": "2024-03-11T07:05:00+01:00",
    "dateModified": "2024-03-11T08:20:00+01:00",
    "author": [{"@type": "Person", "name": "Ola Myrdalen"}],
    "articleSection": ["Innenriks"],
    "keywords": ["tunnel", "vei"],
    "isAccessibleForFree": False,
    "mainEntityOfPage": {"@id": "https://nyhetene.example/tunnelen"},
}
BODY = "<article><h1>Tunnelen er åpen</h1><p>Første avsnitt.</p><p>Andre avsnitt.</p></article>"
TEXT = "Første avsnitt.\n\nAndre avsnitt."


def page(*, head: str = "", body: str = BODY) -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def ld(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def record(data: str | bytes) -> Record:
    data = data.encode() if isinstance(data, str) else data
    found = read(Reader(io.BytesIO(data)), "side.html", limit=10_000_000)
    assert isinstance(found, Record), found
    assert (found.at, found.raw) == ("side.html", data)
    return found


@pytest.mark.parametrize(
    "value",
    [LD, [LD], {"@graph": [{"@type": "WebPage"}, LD]}, [{"@type": "Organization", "name": "Nyhetene"}, LD]],
    ids=["object", "list", "graph", "among others"],
)
def test_json_ld_fills_the_fields(value: Any) -> None:
    found = record(page(head=ld(value)))
    assert found.text == TEXT
    assert found.title == "Tunnelen er åpen"
    assert found.lead == "Etter to år."
    assert found.authors == ("Ola Myrdalen",)
    assert found.section == "Innenriks"
    assert found.tags == ("tunnel", "vei")
    assert found.url == "https://nyhetene.example/tunnelen"
    assert (found.published_raw, found.published_from) == ("2024-03-11T07:05:00+01:00", "json-ld")
    assert found.updated_raw == "2024-03-11T08:20:00+01:00"
    assert found.paywalled is True


def test_meta_tags_fill_the_fields() -> None:
    found = record(
        '<html lang="nn"><head>'
        '<link rel="canonical" href="https://nyhetene.example/a">'
        '<meta property="og:title" content="Tittel"><meta property="og:description" content="Ingress">'
        '<meta property="og:url" content="https://nyhetene.example/a?x=1">'
        '<meta property="og:site_name" content="Nyhetene"><meta name="author" content="Ada Tangvik">'
        '<meta property="article:published_time" content="2024-03-11">'
        '<meta property="article:modified_time" content="2024-03-12">'
        '<meta property="article:section" content="Sport">'
        '<meta property="article:tag" content="ski"><meta property="article:tag" content="skøyter">'
        f"</head><body>{BODY}</body></html>"
    )
    assert (found.title, found.lead, found.section) == ("Tittel", "Ingress", "Sport")
    assert (found.url, found.canonical_url) == (
        "https://nyhetene.example/a?x=1",
        "https://nyhetene.example/a",
    )
    assert (found.source, found.language, found.authors) == ("Nyhetene", "nn", ("Ada Tangvik",))
    assert found.tags == ("ski", "skøyter")
    assert (found.published_raw, found.published_from) == ("2024-03-11", "meta")
    assert found.updated_raw == "2024-03-12"


def test_the_markup_is_the_last_resort_for_title_and_date() -> None:
    found = record(page(body=f'<time datetime="2024-03-11T07:05">i går</time>{BODY}'))
    assert (found.title, found.published_raw) == ("Tunnelen er åpen", "2024-03-11T07:05")


def test_what_a_page_does_not_say_stays_unknown() -> None:
    assert record("<html><p>Tekst.</p></html>") == Record(
        at="side.html", raw=b"<html><p>Tekst.</p></html>", text="Tekst."
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<article><p>En</p><h2>To</h2><p>Tre</p></article><p>Utenfor</p>", "En\n\nTo\n\nTre"),
        ("<main><p>En</p></main><p>Utenfor</p>", "En"),
        ("<p>En</p><div><p>To</p></div>", "En\n\nTo"),
        ("<article><p>Kort</p></article><article><p>Den lange saken</p></article>", "Den lange saken"),
        (
            "<article><nav><p>a</p></nav><aside><p>b</p></aside><figure><p>c</p></figure><form><p>d</p></form>"
            "<footer><p>e</p></footer><header><p>f</p></header><p>Saken</p><script>g()</script></article>",
            "Saken",
        ),
        ("<article><p>En <a href='#'>lenke</a>\n  og  <b>fet</b></p></article>", "En lenke og fet"),
        ("<article><p>En<br>to<br><br>tre</p></article>", "En\nto\n\ntre"),
        ('<article><p class="byline">Av Ada</p><p>Saken</p></article>', "Saken"),
    ],
)
def test_the_paragraphs_of_the_article(body: str, text: str) -> None:
    assert record(page(body=body)).text == text


@pytest.mark.parametrize("body", ["", "<article></article>", "<script>bygg()</script>"])
def test_a_page_without_text_holds_no_article(body: str) -> None:
    found = read(Reader(io.BytesIO(page(body=body).encode())), "", limit=10_000)
    assert isinstance(found, Rejection)
    assert found.reason == "no_article"


def test_an_article_whose_text_is_missing_is_a_record_without_text() -> None:
    assert record(page(head=ld(LD), body="<div id='app'></div>")).text == ""


def test_the_lead_is_not_repeated_in_the_text() -> None:
    head = '<meta property="og:description" content="Etter to år.">'
    found = record(page(head=head, body="<article><p>Etter to år.</p><p>Saken</p></article>"))
    assert (found.lead, found.text) == ("Etter to år.", "Saken")


def test_the_body_in_json_ld_stands_in_for_one_that_scripts_would_build() -> None:
    head = ld({**LD, "articleBody": TEXT})
    assert record(page(head=head, body="<div id='app'></div>")).text == TEXT


@pytest.mark.parametrize("broken", ["{", '"ord"', "[[[[", '{"@type": 7, "@graph": 3}', "null"])
def test_json_ld_that_is_wrong_is_ignored(broken: str) -> None:
    head = f'<script type="application/ld+json">{broken}</script>' + ld(LD)
    assert record(page(head=head)).title == "Tunnelen er åpen"


@pytest.mark.parametrize(
    ("data", "rules"),
    [
        (page(head='<meta charset="utf-8">').encode(), ()),
        (page(head='<meta charset="iso-8859-1">').encode(), ()),
        (page(head='<meta charset="iso-8859-1">').encode("cp1252"), ("encoding",)),
        (
            page(head='<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">').encode(
                "cp1252"
            ),
            ("encoding",),
        ),
        (page(head='<meta charset="finnes-ikke">').encode("latin-1"), ("encoding",)),
        (page().encode("latin-1"), ("encoding",)),
        (page().encode("utf-16"), ("encoding",)),
        (b"\xef\xbb\xbf" + page().encode(), ()),
    ],
)
def test_the_encoding_of_a_page(data: bytes, rules: tuple[str, ...]) -> None:
    found = record(data)
    assert (found.text, found.title, found.rules) == (TEXT, "Tunnelen er åpen", rules)


def test_a_page_above_the_limit_is_too_large() -> None:
    found = read(Reader(io.BytesIO(b"<html>" + b"x" * 100)), "", limit=100)
    assert isinstance(found, Rejection)
    assert found.reason == "too_large"


def test_part_of_a_page_is_no_record() -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if part := super().read(size):
                return part
            raise Unreadable("truncated", "Slutt.")

    found = read(Reader(Breaking(b"<html><p>Halv")), "", limit=1000)
    assert isinstance(found, Rejection)
    assert found.reason == "truncated"


@pytest.mark.parametrize("tag", ["p", "div", "article", "b", "blockquote"])
def test_deep_nesting_is_survived(tag: str) -> None:
    found = read(Reader(io.BytesIO(f"<{tag}>".encode() * 20_000 + b"x")), "", limit=1_000_000)
    assert isinstance(found, Record | Rejection)
