"""Web archives as sources: from S3, from a folder, from lists; what is kept, and when it is asked again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import io
from typing import TYPE_CHECKING

import pytest

from pipeline.acquire.exchange import Exchange, Hop
from pipeline.acquire.warc import WarcWriter
from pipeline.flow import Fetched, fetch
from pipeline.flow.days import RunDay
from pipeline.settings import Fetching, FetchLimits
from pipeline.sources import Source

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.lake import Lake

DAY = dt.date(2026, 3, 10)
LATER = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
BODY = "<p>Kommunestyret vedtok i går kveld å bygge en ny bru over elva. Arbeidet tar til når isen går.</p>"


def archive(*hosts: str) -> bytes:
    """A web archive with an article of each host."""
    file = io.BytesIO()
    writer = WarcWriter(file)
    for host in hosts:
        page = f"<html lang=nb><h1>Ny bru ved {host}</h1><article>{BODY * 3}</article></html>".encode()
        hop = Hop(
            url=f"https://{host}/2026/03/10/ny-bru",
            request=b"GET / HTTP/1.1\r\n\r\n",
            head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
            body=page,
            status=200,
            at=LATER,
        )
        writer.page(Exchange(hops=(hop,), body=page, content_type="text/html"), item=None, feed=None)
    return file.getvalue()


def take(
    lake: Lake, url: str, day: dt.date = DAY, *, limits: FetchLimits | None = None, **more: object
) -> Fetched:
    source = Source(name="arkivet", kind="archive", url=url)
    source = dataclasses.replace(source, **more)  # type: ignore[arg-type]
    fetching = Fetching(limits=limits or FetchLimits())
    return fetch(lake, source, RunDay(day, live=False), fetching=fetching, clock=lambda: LATER)


def test_an_archive_in_a_bucket_is_taken(lake: Lake) -> None:
    lake.put("elsewhere/2026-03-10.warc.gz", archive("a.example", "b.example"))
    found = take(lake, f"s3://{lake.settings.bucket}/elsewhere/%Y-%m-%d.warc.gz")
    assert (found.state, found.captures, found.staged, found.error) == ("fetched", 1, 2, None)
    assert take(lake, f"s3://{lake.settings.bucket}/elsewhere/%Y-%m-%d.warc.gz").state == "replayed"


def test_archives_of_a_folder_are_taken_each_once(lake: Lake, tmp_path: Path) -> None:
    for number, host in enumerate(("a.example", "b.example", "c.example")):
        (tmp_path / f"20260310-{number}.warc.gz").write_bytes(archive(host))
    found = take(lake, f"{tmp_path.as_uri()}/%Y%m%d-*.warc.gz")
    assert (found.listed, found.captures, found.staged) == (3, 3, 3)


def test_a_list_in_a_bucket_names_files_of_many_days(lake: Lake) -> None:
    names = [f"s3://{lake.settings.bucket}/w/NEWS-202603{n}120000-1.warc.gz" for n in (9, 10, 11)]
    names = [name.replace("NEWS-2026039", "NEWS-20260309") for name in names]
    for name in names:
        lake.put(name.split("/", 3)[3], archive(f"d{name[-22:-20]}.example"))
    lake.put("w/warc.paths.gz", gzip.compress("\n".join(names).encode()))
    found = take(lake, f"s3://{lake.settings.bucket}/w/warc.paths.gz")
    assert (found.listed, found.captures, found.staged) == (1, 1, 1)


def test_only_the_hosts_of_the_catalogue_are_kept(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(archive("a.example", "b.example", "www.a.example"))
    found = take(lake, f"{tmp_path.as_uri()}/a.warc.gz", hosts=("a.example",))
    assert (found.captures, found.staged) == (1, 2)
    [capture] = lake.list("captures/source=arkivet/date=")
    assert capture.size < (tmp_path / "a.warc.gz").stat().st_size


@pytest.mark.parametrize(
    ("name", "error"),
    [("none.warc.gz", "none.warc.gz cannot be read"), ("big.warc.gz", "DAGSPRESS_MAX_ARCHIVE_BYTES")],
)
def test_an_archive_that_cannot_be_had_fails_with_the_reason(
    lake: Lake, tmp_path: Path, name: str, error: str
) -> None:
    (tmp_path / "big.warc.gz").write_bytes(archive("a.example") * 3)
    found = take(lake, f"{tmp_path.as_uri()}/{name}", limits=FetchLimits(archive_bytes=1000))
    assert (found.state, found.captures) == ("failed", 0)
    assert error in str(found.error)


def test_one_bad_file_of_several_stops_no_other_and_is_asked_again(lake: Lake, tmp_path: Path) -> None:
    good, bad = archive("a.example"), archive("b.example") * 9
    (tmp_path / "1.warc.gz").write_bytes(good)
    (tmp_path / "2.warc.gz").write_bytes(bad)
    limits = FetchLimits(archive_bytes=len(good) + 100)
    first = take(lake, f"{tmp_path.as_uri()}/*.warc.gz", limits=limits)
    assert (first.state, first.captures, len(first.problems)) == ("fetched", 1, 1)
    second = take(lake, f"{tmp_path.as_uri()}/*.warc.gz")
    assert (second.captures, second.new, second.problems) == (1, 1, [])


def test_a_list_from_the_web_cannot_name_files_of_this_machine(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "20260310.warc.gz").write_bytes(archive("a.example"))
    lake.put("w/a.paths", f"{(tmp_path / '20260310.warc.gz').as_uri()}\n".encode())
    found = take(lake, f"s3://{lake.settings.bucket}/w/a.paths")
    assert (found.listed, found.captures) == (0, 0)
