from __future__ import annotations

import datetime as dt
import gzip
import io

import pytest

from pipeline.acquire.exchange import Exchange, Hop
from pipeline.acquire.warc import WarcWriter
from pipeline.extract.budget import Budget
from pipeline.extract.warc_frames import Frame, frames
from pipeline.flow.fetch.selection import select_hosts
from pipeline.settings import Limits

AT = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
HOSTS = ("posten.example", "annen.example", "www.posten.example", "ikkeposten.example")


def page(host: str) -> Exchange:
    hop = Hop(
        url=f"https://{host}/1",
        request=b"GET /1 HTTP/1.1\r\n\r\n",
        head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        body=f"<p>{host}</p>".encode(),
        status=200,
        at=AT,
    )
    return Exchange(hops=(hop,), body=hop.body, content_type="text/html")


@pytest.fixture
def archive() -> io.BytesIO:
    file = io.BytesIO()
    writer = WarcWriter(file)
    writer.info({"software": "test"}, at=AT)
    for host in HOSTS:
        writer.page(page(host), item=None, feed=None)
    return file


def hosts(file: io.BytesIO) -> list[str]:
    """The hosts of the responses, in order."""
    file.seek(0)
    found = [f for f in frames(file, budget=Budget(Limits())) if isinstance(f, Frame)]
    return [f.fields["warc-target-uri"].split("/")[2] for f in found if f.kind == "response"]


def test_a_host_and_its_subdomains_are_kept_as_written(archive: io.BytesIO) -> None:
    selected = io.BytesIO()
    assert select_hosts(archive, ["Posten.example"], selected, limits=Limits()) == 0
    assert hosts(selected) == ["posten.example", "www.posten.example"]
    kept = selected.getvalue()
    assert all(member in archive.getvalue() for member in kept.split(b"\x1f\x8b\x08")[1:])


def test_plain_records_are_cut_out_too(archive: io.BytesIO) -> None:
    plain, selected = io.BytesIO(gzip.decompress(archive.getvalue())), io.BytesIO()
    assert select_hosts(plain, ["annen.example"], selected, limits=Limits()) == 0
    assert hosts(selected) == ["annen.example"]


def test_damaged_records_are_left_out_and_counted(archive: io.BytesIO) -> None:
    data = bytearray(archive.getvalue())
    members = [i for i in range(len(data) - 3) if data[i : i + 3] == b"\x1f\x8b\x08"]
    data[members[2] + 30] ^= 0xFF  # one of the records of the first host
    selected = io.BytesIO()
    assert select_hosts(io.BytesIO(data), ["annen.example"], selected, limits=Limits()) == 1
    assert hosts(selected) == ["annen.example"]


def test_one_stream_cannot_be_cut(archive: io.BytesIO) -> None:
    whole, selected = io.BytesIO(gzip.compress(gzip.decompress(archive.getvalue()))), io.BytesIO()
    assert select_hosts(whole, ["posten.example"], selected, limits=Limits()) is None
    assert selected.getvalue() == b""
