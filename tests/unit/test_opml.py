from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from pipeline.errors import ConfigurationError
from pipeline.opml import from_opml, to_opml
from pipeline.sources import Source

ELV = Source(name="elv", kind="feed", url="https://elv.example/rss?a=1&b=2")
FULL = Source(
    name="fjord",
    kind="feed",
    url="https://fjord.example/rss",
    title='Fjord <"alt"> & mer',
    language="nn",
    zone="Europe/Oslo",
    sitemap="https://fjord.example/news.xml",
    selectors=(("text", "a > p"), ("remove", ".x"), ("remove", '[a="b"]')),
    pages=False,
    items=12,
    spacing=2.5,
    at_once=1,
    every=dt.timedelta(minutes=90),
    items_per_day=0.5,
    oldest=dt.timedelta(days=5),
    enabled=False,
)
MAP = Source(name="map", kind="sitemap", url="https://map.example/sitemap.xml", title="Kart")
ARCHIVE = Source(name="cc", kind="archive", url="s3://b/%Y/%%20.gz", hosts=("a.no", "b.no"))
OTHER = Source(name="cc-2", kind="archive", url="s3://b/%Y/%%20.gz", hosts=("c.no",))


def opml(body: str, head: str = "") -> bytes:
    return f'{head}<opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def test_what_goes_out_comes_back_as_it_was() -> None:
    sources = (ELV, FULL, MAP, ARCHIVE, OTHER)
    imported = from_opml(to_opml(sources))
    assert imported.sources == sources
    assert (imported.problems, imported.known) == ((), ())
    assert to_opml(sources) == to_opml(imported.sources)


def test_feeds_are_what_every_reader_knows_and_others_are_links() -> None:
    root = etree.fromstring(to_opml([FULL, MAP]))
    assert root.get("version") == "2.0"
    feed, link = root.find("body")
    assert (feed.get("type"), feed.get("xmlUrl")) == ("rss", "https://fjord.example/rss")
    assert feed.get("text") == feed.get("title") == 'Fjord <"alt"> & mer'
    assert (feed.get("htmlUrl"), feed.get("language")) == ("https://fjord.example/", "nn")
    assert (link.get("type"), link.get("url"), link.get("xmlUrl")) == (
        "link",
        "https://map.example/sitemap.xml",
        None,
    )


def test_folders_are_walked_through_and_names_are_made() -> None:
    imported = from_opml(
        opml(
            '<outline text="Nyheter"><outline text="Lokalt">'
            '<outline type="rss" text="Blåmyra Avis" xmlUrl="https://b.example/rss" language="nb"/></outline>'
            '<outline type="RSS" title="Blåmyra Avis" xmlurl=" https://c.example/rss "/></outline>'
            '<outline text="a link" type="link" url="https://d.example/"/>'
            '<outline text="a folder"/>'
        )
    )
    assert imported.problems == ()
    assert [(s.name, s.url, s.title, s.language) for s in imported.sources] == [
        ("blaamyra-avis", "https://b.example/rss", "Blåmyra Avis", "nb"),
        ("blaamyra-avis-2", "https://c.example/rss", "Blåmyra Avis", None),
    ]


def test_what_is_there_already_is_known() -> None:
    twice = '<outline xmlUrl="https://new.example/rss" text="Ny"/>' * 2
    imported = from_opml(opml(f'<outline xmlUrl="{ELV.url.replace("&", "&amp;")}"/>{twice}'), present=[ELV])
    assert imported.known == (ELV.url, "https://new.example/rss")
    assert [source.name for source in imported.sources] == ["ny"]
    assert from_opml(to_opml([ARCHIVE, OTHER]), present=[ARCHIVE]).sources == (OTHER,)


def test_a_name_that_is_taken_is_changed() -> None:
    [source] = from_opml(
        to_opml([ELV]), present=[Source(name="Elv", kind="feed", url="https://x.example/")]
    ).sources
    assert source == Source(name="elv-2", kind="feed", url=ELV.url)


@pytest.mark.parametrize(
    ("outline", "kept", "said"),
    [
        ('<outline type="rss" text="Bl"/>', 0, "Bl: has no address (xmlUrl)."),
        ('<outline xmlUrl="feed://a.example/"/>', 0, "the address must begin with one of http://, https://"),
        ('<outline xmlUrl="https://u:hemmelig@a.example/"/>', 0, "credentials do not belong"),
        ('<outline xmlUrl="file:///etc/passwd"/>', 0, "the address must begin with one of"),
        ('<outline xmlUrl="https://a.example/" language="no-NO"/>', 1, "language must be a BCP 47 tag"),
        ('<outline xmlUrl="https://a.example/" xmlns:d="{NS}" d:every="often"/>', 1,
         "every must be a number with s, m, h, d or w"),
        ('<outline xmlUrl="https://a.example/" xmlns:d="{NS}" d:selectors="{text: \'a[\'}"/>', 1,
         "selectors is no CSS selector"),
        ('<outline xmlUrl="https://a.example/" xmlns:d="{NS}" d:items="[&amp;a 1, *a]"/>', 1,
         "items anchors and aliases are not used here"),
    ],
)  # fmt: skip
def test_odd_values_are_left_out_and_told(outline: str, kept: int, said: str) -> None:
    imported = from_opml(opml(outline.replace("{NS}", "urn:dagspress:source")))
    assert len(imported.sources) == kept
    [problem] = imported.problems
    assert said in problem
    assert "hemmelig" not in problem
    if kept:
        assert imported.sources[0] == Source(name="a-example", kind="feed", url="https://a.example/")


ENTITIES = (f"<!ENTITY {n} '{f'&{p};' * 8}'>" for p, n in zip("abcdefgh", "bcdefghi", strict=True))
BOMB = f"<!DOCTYPE x [<!ENTITY a 'ha'>{''.join(ENTITIES)}]>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is no OPML"),
        (b"not xml", "The file is no OPML"),
        (b"<opml><body>", "The file is no OPML"),
        (b"<html/>", "its root is <html>"),
        (opml('<outline text="&i;"/>', BOMB), "has a DTD"),
        (opml('<outline text="&i;"/>', BOMB).decode().encode("utf-16"), "has a DTD"),
        (opml("", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "has a DTD"),
        (opml("", '<!doctype x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "has a DTD"),
        (opml('<outline text="&a;"/>'), "The file is no OPML"),
        (
            opml("", '<?xml version="1.0" encoding="utf-7"?>'),
            "declares the encoding utf-7, which is not read",
        ),
        (
            opml("", '<?xml version="1.0" encoding="windows-9999"?>'),
            "declares an unknown encoding, windows-9999",
        ),
        (b"<opml>" + b"<outline>" * 100_000, "The file is no OPML"),
        (b" " * 17_000_000, "larger than 16777216 bytes"),
    ],
    ids=range(13),
)
def test_what_is_no_opml_or_would_do_harm_is_refused_at_once(data: bytes, said: str) -> None:
    began = time.process_time()
    with pytest.raises(ConfigurationError) as raised:
        from_opml(data)
    assert said in str(raised.value)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "iso-8859-1"),
        ('<?xml version="1.0" encoding="windows-1252"?>\n', "windows-1252"),
        ('\n<?xml version="1.0" encoding="UTF-8"?>', "utf-8"),
    ],
)
def test_declared_and_marked_encodings_are_read(head: str, encoding: str) -> None:
    data = opml('<outline xmlUrl="https://a.example/" text="Blåmyra"/>', head).decode().encode(encoding)
    assert from_opml(data).sources[0].title == "Blåmyra"


@given(st.binary() | st.text().map(opml) | st.text().map(lambda text: opml("", text)))
def test_any_bytes_are_opml_or_one_error(data: bytes) -> None:
    try:
        imported = from_opml(data)
    except ConfigurationError:
        return
    assert all(isinstance(source, Source) for source in imported.sources)


ATTRIBUTES = st.sampled_from(
    ["text", "title", "language", "type", "xmlUrl", "url", "d:every", "d:kind", "d:name"]
)
VALUES = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=20) | st.sampled_from(
    ["https://a.example/", "rss", "archive", "s3://b/%Y", "feed", "nb", "6h", "{a: b}", "[", "*a", "elv"]
)


@given(st.lists(st.dictionaries(ATTRIBUTES, VALUES, max_size=6), max_size=4))
def test_any_outlines_give_sources_that_can_go_out_again(outlines: list[dict[str, str]]) -> None:
    root = etree.Element("opml", nsmap={"d": "urn:dagspress:source"})
    for attributes in outlines:
        named = {k.replace("d:", "{urn:dagspress:source}"): v for k, v in attributes.items()}
        etree.SubElement(root, "outline", named)
    imported = from_opml(etree.tostring(root), present=[ELV])
    assert len({source.name.casefold() for source in (ELV, *imported.sources)}) == 1 + len(imported.sources)
    assert from_opml(to_opml(imported.sources)).sources == imported.sources
