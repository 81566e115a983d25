from __future__ import annotations

import codecs

import pytest

from pipeline.extract.feeds import read_channel, read_feed
from pipeline.extract.feeds.decode import decode_xml

TITLE = "Blåbærsyltetøy – «æ ø å»"
FEED = "<rss><channel><item><title>{}</title></item></channel></rss>"


def declared(name: str, title: str = TITLE) -> str:
    return f'<?xml version="1.0" encoding="{name}"?>' + FEED.format(title)


@pytest.mark.parametrize(
    ("data", "charset", "encoding"),
    [
        (declared("utf-8").encode(), None, "utf-8"),
        (FEED.format(TITLE).encode(), None, "utf-8"),
        # what is said is wrong: clean UTF-8 wins
        (declared("iso-8859-1").encode(), None, "utf-8"),
        (declared("utf-8").encode(), "iso-8859-1", "utf-8"),
        (declared("utf-8").encode(), "us-ascii", "utf-8"),
        (declared("nonsense").encode(), "bogus", "utf-8"),
        (declared("hex").encode(), "zip", "utf-8"),
        # what is said is right
        (declared("iso-8859-1").encode("cp1252"), None, "iso-8859-1"),
        (declared("windows-1252").encode("cp1252"), None, "windows-1252"),
        (declared("utf-8").encode("cp1252"), "windows-1252", "windows-1252"),
        # the header goes before the declaration (RFC 7303)
        (declared("iso-8859-5").encode("cp1252"), "windows-1252", "windows-1252"),
        # nothing is said, or it cannot be
        (FEED.format(TITLE).encode("cp1252"), None, "windows-1252"),
        (declared("utf-8").encode("cp1252"), "utf-8", "windows-1252"),
        (declared("utf-16").encode(), None, "utf-8"),
        # marks
        (codecs.BOM_UTF8 + declared("iso-8859-1").encode(), "iso-8859-1", "utf-8"),
        (codecs.BOM_UTF16_LE + declared("utf-8").encode("utf-16le"), "utf-8", "utf-16le"),
        (codecs.BOM_UTF16_BE + declared("utf-16").encode("utf-16be"), None, "utf-16be"),
        (declared("utf-16").encode("utf-16le"), None, "utf-16le"),
        (declared("utf-16").encode("utf-16be"), None, "utf-16be"),
        (codecs.BOM_UTF32_LE + declared("utf-32").encode("utf-32le"), None, "utf-32le"),
        (declared("utf-32").encode("utf-32be"), None, "utf-32be"),
    ],
)
def test_what_the_bytes_are_outweighs_what_is_said(data: bytes, charset: str | None, encoding: str) -> None:
    channel = read_channel(data, url="", charset=charset)
    assert channel.entries[0].title is not None
    assert (channel.entries[0].title.value, channel.encoding) == (TITLE, encoding)
    assert channel.problems == ()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("gb2312", "新闻：桥梁开放"),
        ("shift_jis", "新しい橋①"),
        ("euc-kr", "새 다리"),
        ("big5", "新聞"),
        ("iso-2022-jp", "新しい橋"),
        ("koi8-r", "Новый мост"),
        ("windows-1251", "Новый мост"),
        ("cp037", "Bru åpnet"),
        ("cp500", "Bru åpnet [1]"),
        ("cp850", "Bru åpnet"),
        ("ibm866", "Новый мост"),
        ("macintosh", "Bru åpnet – «ja»"),
        ("iso-8859-15", "5 €"),
        ("iso-8859-2", "Łódź"),
    ],
)
def test_other_alphabets_are_read_as_declared(name: str, title: str) -> None:
    codec = {"gb2312": "gb18030", "shift_jis": "cp932"}.get(name, name)
    assert read_feed(declared(name, title).encode(codec), url="").items[0].title == title


def test_the_charset_may_stand_in_the_content_type() -> None:
    data = FEED.format("Новый мост").encode("koi8-r")
    (item,) = read_feed(data, url="", content_type='application/rss+xml; x=y; Charset="KOI8-R"').items
    assert item.title == "Новый мост"


@pytest.mark.parametrize("declaration", ["utf-8", "iso-8859-1"])
def test_one_bad_byte_does_not_make_utf8_anything_else(declaration: str) -> None:
    data = declared(declaration).encode().replace(b"</title>", b" \xe5</title>")
    assert read_feed(data, url="", charset="utf-8").items[0].title == f"{TITLE} å"


def test_a_truncated_character_at_the_end_does_no_harm() -> None:
    data = declared("utf-8").encode() + "å".encode()[:1]
    assert read_feed(data, url="").items[0].title == TITLE


def test_ascii_is_what_it_is_said_to_be() -> None:
    assert decode_xml(b"<rss/>") == ("<rss/>", "utf-8")
    assert decode_xml(b"<rss/>", "ISO-8859-1") == ("<rss/>", "iso-8859-1")
