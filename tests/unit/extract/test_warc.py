"""Reading web archives that are whole: pages, items, revisits, layouts, places."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.acquire.exchange import Exchange, Hop
from pipeline.acquire.warc import WarcWriter
from pipeline.extract import extract, warc
from pipeline.extract.streams import Chunks
from pipeline.item import Item
from pipeline.record import Record, Rejection
from pipeline.settings import Limits

AT = dt.datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=dt.UTC)


def title_and_text(
    html: str, *, at: str, raw: bytes, url: str | None, item: Item | None, **more: Any
) -> Record:
    """A page reader that shows what it was given."""
    title = re.search("<title>(.*?)</title>", html)
    own_id = item.guid if item else None
    return Record(
        at=at, raw=raw, text=html, title=title and title[1], url=url, own_id=own_id, rules=more["rules"]
    )


def items(data: bytes, *, at: str = "", tally: Counter[str] | None = None, **limits: int) -> list[Any]:
    """All that is read, after a check that each can be had by its place alone."""
    some = Limits(**limits)
    found = list(warc.read(io.BytesIO(data), at, limits=some, page_reader=title_and_text, tally=tally))
    assert len({item.at for item in found}) == len(found)
    for item in found:
        assert warc.read_one(io.BytesIO(data), item.at, limits=some, page_reader=title_and_text) == item
    return found


def record(kind: str, block: bytes, *, version: str = "1.0", end: str = "\r\n", **fields: str) -> bytes:
    """One record; `warc_date="..."` is a field WARC-Date."""
    shared = {
        "warc_record_id": f"<urn:test:{zlib.crc32(block)}>",
        "warc_date": "2026-11-24T10:00:00Z",
    }
    lines = [f"WARC/{version}", f"WARC-Type: {kind}"]
    lines += [f"{k.replace('_', '-')}: {v}" for k, v in (shared | fields).items()]
    lines += [f"Content-Length: {len(block)}", "", ""]
    return end.join(lines).encode() + block + 2 * end.encode()


def response(body: bytes, *head: str, status: str = "200 OK", **fields: str) -> bytes:
    head = head or ("Content-Type: text/html; charset=utf-8",)
    block = "\r\n".join([f"HTTP/1.1 {status}", *head, "", ""]).encode() + body
    shared = {"warc_target_uri": "http://avis.test/1", "content_type": "application/http; msgtype=response"}
    return record("response", block, **(shared | fields))


def page(title: str) -> bytes:
    return f"<html><title>{title}</title><p>Været på Sørlandet.</p></html>".encode()


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(r, mtime=0) for r in records)


def ours(*steps: Any) -> bytes:
    file = io.BytesIO()
    writer = WarcWriter(file)
    writer.info({"software": "dagspress"}, at=AT)
    for step in steps:
        step(writer)
    return file.getvalue()


def exchange(url: str, body: bytes, *, status: int = 200, kind: str = "text/html") -> Exchange:
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\n\r\n".encode()
    hop = Hop(url=url, request=b"GET / HTTP/1.1\r\n\r\n", head=head, body=body, status=status, at=AT)
    return Exchange(hops=(hop,), body=body)


FULL = Item(
    url="http://avis.test/feil",
    guid="id-7",
    title="Tittel",
    summary="Ingress",
    content="Første avsnitt.\n\nAndre avsnitt.",
    authors=("Kari Nordmann",),
    section="Kultur",
    tags=("film",),
    language="nb",
    published="Tue, 24 Nov 2026 08:00:00 +0100",
    updated="2026-11-24",
)


# Our own captures


def test_a_page_is_read_with_its_item_and_the_time_it_was_fetched() -> None:
    data = ours(
        lambda w: w.page(exchange("http://avis.test/a", page("A")), item=Item(guid="g-1"), feed=None),
        lambda w: w.page(exchange("http://avis.test/b", page("B")), item=None, feed=None),
    )
    a, b = items(data)
    assert (a.title, a.url, a.own_id, a.raw, a.fetched_at) == (
        "A",
        "http://avis.test/a",
        "g-1",
        page("A"),
        AT,
    )
    assert (b.title, b.own_id) == ("B", None)


@pytest.mark.parametrize("repack", [gzip.decompress, lambda data: gzip.compress(gzip.decompress(data))])
def test_items_are_found_when_the_capture_was_packed_anew(repack: Any) -> None:
    data = ours(
        lambda w: w.page(exchange("http://avis.test/a", page("A")), item=Item(guid="g-1"), feed=None),
        lambda w: w.missing(FULL, feed=None, url=None, error="x", at=AT),
        lambda w: w.page(exchange("http://avis.test/b", page("B")), item=Item(guid="g-2"), feed=None),
    )
    assert [(i.title, i.own_id) for i in items(repack(data))] == [
        ("A", "g-1"),
        ("Tittel", "id-7"),
        ("B", "g-2"),
    ]


def test_the_bytes_at_a_record_s_place_are_an_archive_of_it_and_its_item() -> None:
    data = ours(
        lambda w: w.page(exchange("http://avis.test/a", page("A")), item=Item(guid="g-1"), feed=None),
        lambda w: w.page(exchange("http://avis.test/b", page("B")), item=Item(guid="g-2"), feed=None),
    )
    start, length = map(int, items(data)[1].at[1:].split("+"))
    (again,) = items(data[start : start + length])
    assert (again.title, again.own_id) == ("B", "g-2")


@pytest.mark.parametrize("kind", ["feed", "sitemap", "robots", "page"])
def test_a_document_is_no_page_even_when_it_is_html(kind: Any) -> None:
    data = ours(
        lambda w: w.document(exchange("http://avis.test/robots.txt", page("Nei")), kind=kind),
        lambda w: w.page(exchange("http://avis.test/a", page("A")), item=None, feed=None),
    )
    assert [item.title for item in items(data)] == ["A"]


def test_an_item_whose_page_is_missing_is_its_own_record() -> None:
    (found,) = items(ours(lambda w: w.missing(FULL, feed="f", url=FULL.url, error="404.", at=AT)))
    assert found.text == FULL.content
    assert (found.title, found.lead, found.authors) == ("Tittel", "Ingress", ("Kari Nordmann",))
    assert (found.url, found.own_id, found.section, found.tags) == (FULL.url, "id-7", "Kultur", ("film",))
    assert (found.published_raw, found.published_from) == (FULL.published, "feed")
    assert (found.updated_raw, found.language, found.fetched_at) == ("2026-11-24", "nb", AT)


def test_an_item_without_text_and_page_says_why() -> None:
    item = Item(url="http://avis.test/borte", title="Borte")
    (found,) = items(
        ours(lambda w: w.missing(item, feed=None, url=item.url, error="It is gone (410).", at=AT))
    )
    assert isinstance(found, Rejection)
    assert found.reason == "not_fetched"
    assert found.detail == "http://avis.test/borte could not be had: It is gone (410)."


def test_an_item_that_led_to_something_else_than_a_page_is_not_lost() -> None:
    pdf = exchange("http://avis.test/a.pdf", b"%PDF", kind="application/pdf")
    full, bare = items(
        ours(
            lambda w: w.page(pdf, item=FULL, feed=None),
            lambda w: w.page(pdf, item=Item(url="http://avis.test/a.pdf"), feed=None),
        )
    )
    assert full.text == FULL.content
    assert bare.reason == "not_fetched"
    assert "application/pdf" in bare.detail


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/octet-stream", ""])
def test_a_page_that_its_server_calls_something_else(kind: str) -> None:
    data = ours(
        lambda w: w.page(exchange("http://avis.test/a", page("A"), kind=kind), item=FULL, feed=None),
        lambda w: w.page(exchange("http://avis.test/b", b"ren tekst", kind=kind), item=FULL, feed=None),
    )
    assert [item.title for item in items(data)] == ["A", "Tittel"]


@pytest.mark.parametrize("status", [304, 404, 500, 206])
def test_other_answers_are_left_alone(status: int) -> None:
    failed = exchange("http://avis.test/a", page("Feil"), status=status)
    assert items(ours(lambda w: w.page(failed, item=FULL, feed=None))) == []


def test_an_item_does_not_stick_to_the_next_page() -> None:
    data = ours(
        lambda w: w.page(exchange("http://avis.test/a", b"", status=404), item=Item(guid="a"), feed=None),
        lambda w: w.page(exchange("http://avis.test/b", page("B")), item=None, feed=None),
    )
    metadata_only = record(
        "metadata", b'{"item":{"guid":"x"}}', content_type="application/json", warc_refers_to="<urn:x>"
    )
    assert [item.own_id for item in items(data + packed(metadata_only, response(page("C"))))] == [None, None]


@pytest.mark.parametrize(
    "block",
    [
        b"[1]",
        b"{",
        b"null",
        b'{"item":1}',
        b'{"item":{"guid":5,"tags":"x","authors":[1],"url":null}}',
        b'{"missing":1}',
    ],
)
def test_metadata_of_others_does_no_harm(block: bytes) -> None:
    metadata = record("metadata", block, content_type="application/json", warc_refers_to="<urn:a>")
    (found,) = items(packed(metadata, response(page("A"), warc_record_id="<urn:a>")))
    assert (found.title, found.own_id) == ("A", None)


# What is a page


@pytest.mark.parametrize(
    ("data", "titles"),
    [
        (response(page("A")), ["A"]),
        (response(page("A"), "Content-Type: application/xhtml+xml"), ["A"]),
        (response(page("A"), "Content-Type: TEXT/HTML"), ["A"]),
        (response(page("A"), "X-Nothing: 1"), ["A"]),
        (response(page("A"), "Content-Type: text/html", status="200"), ["A"]),
        (response(page("A"), warc_target_uri="<http://avis.test/1>"), ["A"]),
        (response(b'{"a":1}', "X-Nothing: 1"), []),
        (response(page("A"), "Content-Type: text/plain"), []),
        (response(page("A"), status="404 Not Found"), []),
        (response(page("A"), status="301 Moved"), []),
        (
            record("resource", page("A"), content_type="text/html", warc_target_uri="http://avis.test/1"),
            ["A"],
        ),
        (
            record("conversion", page("A"), content_type="text/html", warc_target_uri="http://avis.test/1"),
            ["A"],
        ),
        (record("conversion", page("A"), content_type="text/plain"), []),
        (record("resource", b"\xff\xd8", content_type="image/jpeg"), []),
        (record("response", b"1.2.3.4", content_type="text/dns", warc_target_uri="dns:avis.test"), []),
        (record("request", page("A"), content_type="text/html"), []),
        (record("metadata", b"fetchTimeMs: 2", content_type="application/warc-fields"), []),
        (record("warcinfo", b"software: x", content_type="application/warc-fields"), []),
        (record("unheard-of", page("A"), content_type="text/html"), []),
    ],
)
@pytest.mark.parametrize("pack", [bytes, packed], ids=["plain", "gz"])
def test_which_records_are_pages(data: bytes, titles: list[str], pack: Any) -> None:
    found = items(pack(data))
    assert [item.title for item in found] == titles
    assert {item.url for item in found} <= {"http://avis.test/1"}


def test_an_answer_without_a_status_line_is_damaged() -> None:
    block = record(
        "response", b"no such thing", content_type="application/http", warc_target_uri="http://a.test/"
    )
    bad, good = items(block + response(page("B")))
    assert bad.reason == "damaged"
    assert good.title == "B"


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_every_version_with_either_line_end(version: str, end: str) -> None:
    one = record("resource", page("A"), version=version, end=end, content_type="text/html", warc_date="2026")
    found = items(one + one)
    assert [(item.title, item.fetched_at) for item in found] == [("A", None), ("A", None)]


def test_header_fields_in_other_letters_and_over_several_lines() -> None:
    data = response(page("A")).replace(b"WARC-Type:", b"warc-type :")
    data = data.replace(b"Content-Length:", b"X-Long: a\r\n b\r\n\tc\r\nCONTENT-LENGTH:")
    assert [item.title for item in items(data)] == ["A"]


# Layouts

RECORDS = [
    record("warcinfo", b"software: x", content_type="application/warc-fields"),
    response(page("A"), warc_target_uri="http://avis.test/a"),
    record("request", b"GET / HTTP/1.1\r\n\r\n"),
    response(page("B"), warc_target_uri="http://avis.test/b"),
]


def cut(data: bytes, step: int) -> bytes:
    """In gzip members of `step` bytes, whatever is in them."""
    return packed(*(data[i : i + step] for i in range(0, len(data), step)))


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (b"".join(RECORDS), ["@{1}+{len1}", "@{3}+{len3}"]),
        (gzip.compress(b"".join(RECORDS)), ["@0:{1}+{len1}", "@0:{3}+{len3}"]),
    ],
    ids=["plain", "one member"],
)
def test_places_of_layouts(data: bytes, places: list[str]) -> None:
    starts = {str(i): sum(map(len, RECORDS[:i])) for i in range(4)}
    starts |= {f"len{i}": len(RECORDS[i]) for i in range(4)}
    expected = [re.sub(r"\{(\w+)\}", lambda m: str(starts[m[1]]), place) for place in places]
    found = items(data)
    assert [item.title for item in found] == ["A", "B"]
    assert [item.at for item in found] == expected


def test_places_in_members_are_those_of_the_file() -> None:
    members = [packed(r) for r in RECORDS]
    found = items(b"".join(members), at="mappe/a.warc.gz")
    start = len(members[0])
    assert found[0].at == f"mappe/a.warc.gz@{start}+{len(members[1])}"


@settings(max_examples=50, deadline=None)
@given(step=st.integers(20, 700), rest=st.sampled_from([b"", b"\r\n", bytes(512)]))
def test_members_that_are_cut_anywhere_are_joined(step: int, rest: bytes) -> None:
    assert [item.title for item in items(cut(b"".join(RECORDS), step) + rest)] == ["A", "B"]


def test_plain_records_and_members_in_one_file() -> None:
    data = RECORDS[1] + packed(RECORDS[3]) + RECORDS[1] + packed(RECORDS[3], RECORDS[0])
    assert [item.title for item in items(data)] == ["A", "B", "A", "B"]


def test_a_stream_that_cannot_be_moved_in() -> None:
    data = packed(*RECORDS)
    pieces = (data[i : i + 100] for i in range(0, len(data), 100))
    found = list(warc.read(Chunks(pieces), "", limits=Limits(), page_reader=title_and_text))  # type: ignore[arg-type]
    assert found == items(data)


# Revisits

DIGEST = f"sha1:{hashlib.sha1(page('A')).hexdigest()}"


@pytest.mark.parametrize(
    "fields",
    [
        {"warc_refers_to": "<urn:a>"},
        {"warc_payload_digest": DIGEST},
        {"warc_refers_to": "<urn:elsewhere>", "warc_payload_digest": DIGEST},
    ],
)
@pytest.mark.parametrize("pack", [lambda *r: b"".join(r), packed, lambda *r: gzip.compress(b"".join(r))])
def test_a_revisit_is_the_page_that_it_refers_to(fields: dict[str, str], pack: Any) -> None:
    original = response(page("A"), warc_record_id="<urn:a>", warc_payload_digest=DIGEST)
    revisit = record(
        "revisit",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        warc_target_uri="http://avis.test/ny",
        **({"warc_date": "2026-11-25T00:00:00Z"} | fields),
    )
    first, again = items(pack(original, RECORDS[3], revisit))[::2]
    assert (again.title, again.raw, again.url) == ("A", first.raw, "http://avis.test/ny")
    assert again.fetched_at == dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def test_a_revisit_of_another_file_is_counted_and_left_alone() -> None:
    tally: Counter[str] = Counter()
    revisit = record("revisit", b"", warc_refers_to="<urn:elsewhere>", warc_payload_digest="sha1:BBBB")
    assert items(packed(RECORDS[1], revisit, RECORDS[3]), tally=tally)[1].title == "B"
    assert tally["revisit unresolved"] == tally["revisit"] == 1
    assert tally["response"] == 2


def test_a_revisit_of_an_error_is_no_page() -> None:
    original = response(page("A"), warc_record_id="<urn:a>")
    revisit = record("revisit", b"HTTP/1.1 404 Not Found\r\n\r\n", warc_refers_to="<urn:a>")
    assert len(items(packed(original, revisit))) == 1


# As dropped files


def drops(data: bytes, name: str, only: str | None = None) -> list[Any]:
    return list(extract(io.BytesIO(data), name, limits=Limits(), only=only))


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


MISSING = ours(
    lambda w: w.missing(FULL, feed=None, url=None, error="x", at=AT),
    lambda w: w.missing(Item(title="t"), feed=None, url=None, error="x", at=AT),
)


@pytest.mark.parametrize(
    ("data", "name", "prefix"),
    [
        (MISSING, "a.warc.gz", ""),
        (MISSING, "noe", ""),
        (gzip.decompress(MISSING), "a.warc", ""),
        (gzip.compress(gzip.decompress(MISSING)), "a.gz", ""),
        (zipped(en=MISSING), "a.zip", "en"),
        (gzip.compress(MISSING), "a.warc.gz.gz", ""),
    ],
)
def test_an_archive_is_told_by_its_content(data: bytes, name: str, prefix: str) -> None:
    full, bare = drops(data, name)
    assert full.text == FULL.content
    assert bare.reason == "not_fetched"
    for item in (full, bare):
        assert item.at.startswith(f"{prefix}@")
        assert drops(data, name, only=item.at) == [item]
    assert drops(data, name, only="@99999999+1") == []


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_the_name_tells_an_archive_whose_first_record_is_damaged(name: str) -> None:
    data = MISSING if name.endswith("gz") else gzip.decompress(MISSING)
    damaged = data[:12] + b"\xff\xff" + data[14:] if name.endswith("gz") else b"XARC" + data[4:]
    assert [item.reason for item in drops(damaged, name) if isinstance(item, Rejection)] == [
        "damaged",
        "not_fetched",
    ]


def test_a_text_with_the_name_of_an_archive_is_a_text() -> None:
    (found,) = drops(gzip.compress(b"date 2019-02\n\nEn tekst."), "a.warc.gz")
    assert found.text == "En tekst."


def test_an_article_in_an_archive_that_was_dropped() -> None:
    story = "".join(f"<p>Avsnitt {n}: været på Sørlandet blir bedre utover uken.</p>" for n in range(5))
    html = (
        "<html lang='nb'><head><title>Bedre vær</title></head><body><article><h1>Bedre vær</h1>"
        f"<time datetime='2026-11-24T08:00:00+01:00'></time>{story}</article></body></html>"
    ).encode()
    data = ours(
        lambda w: w.page(exchange("http://avis.test/var", html), item=Item(guid="sak-1"), feed=None),
        lambda w: w.page(
            exchange("http://avis.test/tom", b"<html><body></body></html>"), item=None, feed=None
        ),
    )
    article, nothing = drops(data, "a.warc.gz")
    assert (article.title, article.own_id, article.url) == ("Bedre vær", "sak-1", "http://avis.test/var")
    assert article.text.startswith("Avsnitt 0: været på Sørlandet")
    assert article.text.count("\n\n") == 4
    assert article.published_raw == "2026-11-24T08:00:00+01:00"
    assert article.fetched_at == AT
    assert nothing.reason == "no_article"
