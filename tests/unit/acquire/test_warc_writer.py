from __future__ import annotations

import datetime as dt
import io
import json
import zlib
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastArchive
from hypothesis import given, settings, strategies as st
from warcio.archiveiterator import ArchiveIterator

from pipeline.acquire.exchange import Exchange, Hop
from pipeline.acquire.warc import WarcWriter
from pipeline.item import Item

AT = dt.datetime(2026, 11, 24, 10, 0, 0, tzinfo=dt.UTC)
INFO = {"software": "dagspress", "source": "fjord", "day": "2026-11-24", "format": "WARC File Format 1.1"}


def hop(url: str = "http://avis.test/1", status: int = 200, body: bytes = b"<p>Hei</p>", **more: Any) -> Hop:
    return Hop(
        url=url,
        request=b"GET / HTTP/1.1\r\nHost: avis.test\r\n\r\n",
        head=b"HTTP/1.1 %d OK\r\nContent-Type: text/html\r\n\r\n" % status,
        body=body,
        status=status,
        at=more.pop("at", AT),
        address=more.pop("address", "127.0.0.1"),
        **more,
    )


def exchange(*hops: Hop) -> Exchange:
    hops = hops or (hop(),)
    return Exchange(hops=hops, body=hops[-1].body)


def written(*steps: Any, info: bool = True) -> bytes:
    """What a writer gives after `steps`, functions of it."""
    file = io.BytesIO()
    writer = WarcWriter(file)
    if info:
        writer.info(INFO, at=AT)
    for step in steps:
        step(writer)
    assert writer.size == len(file.getvalue())
    return file.getvalue()


def page(*hops: Hop, item: Item | None = None, feed: str | None = None) -> Any:
    return lambda writer: writer.page(exchange(*hops), item=item, feed=feed)


def records(data: bytes) -> list[tuple[dict[str, str], bytes]]:
    """As warcio reads them, every digest verified."""
    found = []
    for record in ArchiveIterator(io.BytesIO(data), check_digests="raise", no_record_parse=False):
        record.content_stream().read()
    for record in ArchiveIterator(io.BytesIO(data), no_record_parse=True):
        found.append((dict(record.rec_headers.headers), record.raw_stream.read()))
    return found


EVERYTHING = (
    page(hop("http://avis.test/a", 301, b""), hop("http://avis.test/b"), item=Item(title="Å")),
    lambda w: w.document(exchange(hop("http://avis.test/robots.txt")), kind="robots"),
    lambda w: w.missing(Item(title="B"), feed=None, url="http://avis.test/c", error="404.", at=AT),
)


def test_the_same_exchanges_give_the_same_bytes() -> None:
    assert written(*EVERYTHING) == written(*EVERYTHING)


def test_every_record_is_a_gzip_member_without_a_time() -> None:
    data, count = written(*EVERYTHING), 0
    while data:
        assert data[:4] == b"\x1f\x8b\x08\x00"
        assert data[4:8] == bytes(4)
        member = zlib.decompressobj(31)
        text = member.decompress(data)
        assert text.startswith(b"WARC/1.1\r\n")
        assert text.endswith(b"\r\n\r\n")
        assert member.eof
        data, count = member.unused_data, count + 1
    assert count == 1 + 5 + 3 + 1


def test_others_read_it_and_find_its_digests_right() -> None:
    data = written(*EVERYTHING)
    assert len(records(data)) == 10
    kinds = []
    for record in FastArchive(io.BytesIO(data), parse_http=False):
        kinds.append(str(record.record_type))
        assert record.verify_block_digest()
    assert kinds == [
        *("warcinfo", "request", "response", "metadata", "request", "response"),
        *("metadata", "request", "response", "metadata"),
    ]
    for record in FastArchive(io.BytesIO(data), parse_http=True):
        if str(record.record_type) == "response":
            assert record.verify_payload_digest()


def test_the_item_is_said_before_its_page_and_refers_to_it() -> None:
    item = Item(title="Å", url="http://avis.test/a", authors=("Kari",))
    first, last = hop("http://avis.test/a", 302, b""), hop("http://avis.test/b")
    found = records(written(page(first, last, item=item, feed="http://avis.test/rss"), info=False))
    (metadata, said), (_, asked), (answer, block) = found[2:]
    assert metadata["WARC-Refers-To"] == answer["WARC-Record-ID"]
    assert json.loads(said) == {
        "item": item.as_json() | {"authors": ["Kari"]},
        "feed": "http://avis.test/rss",
    }
    assert asked == last.request
    assert block == last.head + last.body
    assert found[0][0]["WARC-Concurrent-To"] == found[1][0]["WARC-Record-ID"]
    assert answer["WARC-Target-URI"] == "http://avis.test/b"
    assert answer["WARC-IP-Address"] == "127.0.0.1"


def test_what_the_fields_say() -> None:
    zone = dt.timezone(dt.timedelta(hours=1))
    at = dt.datetime(2026, 11, 24, 10, 0, 0, 250_000, tzinfo=zone)
    data = written(page(hop(at=at, truncated="length", address=None)))
    (info, about), *_, (answer, _) = records(data)
    assert about.decode().splitlines() == [f"{k}: {v}" for k, v in INFO.items()]
    assert answer["WARC-Date"] == "2026-11-24T09:00:00.250000Z"
    assert answer["WARC-Truncated"] == "length"
    assert answer["WARC-Warcinfo-ID"] == info["WARC-Record-ID"]
    assert "WARC-IP-Address" not in answer


def test_the_same_page_twice_is_two_records() -> None:
    names = [fields["WARC-Record-ID"] for fields, _ in records(written(page(), page()))]
    assert len(set(names)) == len(names) == 7


@pytest.mark.parametrize(
    "url", ["http://avis.test/a\r\nWARC-Type: warcinfo", "http://avis.test/a\nb", "http://avis.test/a b\x00"]
)
def test_a_url_cannot_write_fields(url: str) -> None:
    for fields, _ in records(written(page(hop(url)), info=False)):
        assert fields["WARC-Target-URI"].startswith("http://avis.test/a%")
        assert fields["WARC-Type"] != "warcinfo"


def test_an_item_without_a_page_stands_alone() -> None:
    item = Item(title="Uten side", content="Tekst")
    data = written(lambda w: w.missing(item, feed="f", url=None, error="Gone.", at=AT), info=False)
    ((fields, block),) = records(data)
    assert fields["WARC-Type"] == "metadata"
    assert "WARC-Target-URI" not in fields
    assert json.loads(block) == {
        "item": item.as_json(),
        "feed": "f",
        "missing": {"url": None, "error": "Gone."},
    }


def test_a_lone_surrogate_of_a_broken_feed_is_written() -> None:
    ((_, block), *_) = records(written(page(item=Item(title="a\udcffb")), info=False))
    assert json.loads(block)["item"]["title"] == "a?b"


@settings(max_examples=40, deadline=None)
@given(bodies=st.lists(st.binary(max_size=2000), min_size=1, max_size=4), url=st.text(max_size=40))
def test_whatever_was_received_is_read_back(bodies: list[bytes], url: str) -> None:
    steps = [page(hop(f"http://avis.test/{url}", body=body)) for body in bodies]
    blocks = [block for fields, block in records(written(*steps)) if fields["WARC-Type"] == "response"]
    assert blocks == [hop(body=body).head + body for body in bodies]
