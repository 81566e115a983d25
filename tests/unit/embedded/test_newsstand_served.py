"""The newsstand over HTTP: every behaviour is served as it is said to be."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import gzip
import http.client
import io
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import unescape
from typing import TYPE_CHECKING
from urllib import robotparser
from urllib.parse import urljoin, urlsplit

import brotli
import feedparser
import pytest
import yaml
import zstandard
from lxml import etree
from warcio.archiveiterator import ArchiveIterator

from pipeline.embedded.newsstand import GOOD, GROUPS, PAPERS, Newsstand, catalogue, order, running_newsstand
from pipeline.embedded.newsstand.feeds import CONTENT_TYPES
from pipeline.embedded.processes import ServiceFailed
from pipeline.sources import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = dt.date(2026, 11, 20)
NAMESPACES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}
FEEDS = [p.name for p in GOOD if p.kind == "feed"]
DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


@dataclass(frozen=True)
class Got:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(stand: Newsstand, url: str, *, timeout: float = 5, **headers: str) -> Got:
    """One request over a connection of its own; header names with `_` for `-`."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=timeout)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Host": parts.netloc, **sent})
        answer = connection.getresponse()
        return Got(answer.status, answer.msg, answer.read())
    finally:
        connection.close()


def follow(stand: Newsstand, url: str, *, most: int = 5) -> tuple[Got, list[int], str]:
    """The answer behind redirects, the statuses on the way, and where it was found."""
    statuses = []
    for _ in range(most):
        got = ask(stand, url)
        if got.status not in (301, 302, 307, 308):
            break
        statuses.append(got.status)
        url = urljoin(url, got.headers["Location"])
    return got, statuses, url


def feed_of(stand: Newsstand, name: str) -> feedparser.FeedParserDict:
    return feedparser.parse(ask(stand, stand.address(name)).body)


@pytest.fixture(scope="module")
def shared() -> Iterator[Newsstand]:
    """For tests that only read."""
    with running_newsstand(today=DAY, slow_seconds=0.2) as stand:
        yield stand


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    """For tests that change it or read its log."""
    with running_newsstand(today=DAY, slow_seconds=0.2) as stand:
        yield stand


# starting and ending


def test_it_starts_and_ends_at_once_and_only_on_loopback() -> None:
    before, began = set(threading.enumerate()), time.monotonic()
    with running_newsstand() as stand:
        assert ask(stand, stand.address("grinnfjord")).status == 200
        port = stand.port
        with socket.socket() as probe, pytest.raises(OSError, match="refused"):
            probe.connect(("127.0.0.2", port))
    assert time.monotonic() - began < 10
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert set(threading.enumerate()) <= before


def test_it_ends_while_somebody_waits_for_an_answer() -> None:
    with ThreadPoolExecutor() as pool, running_newsstand(today=DAY) as stand:
        waiting = pool.submit(ask, stand, stand.address("hangs"))
        while not len(stand.log):
            time.sleep(0.005)
    with pytest.raises((OSError, http.client.HTTPException)):
        waiting.result()


def test_a_port_that_is_taken_is_named() -> None:
    with running_newsstand() as stand, pytest.raises(ServiceFailed), running_newsstand(port=stand.port):
        pass


def test_as_a_process_it_takes_orders_and_ends_when_told(tmp_path: Path) -> None:
    ready, log = tmp_path / "ready.json", tmp_path / "log.jsonl"
    declared = tmp_path / "sources.yaml"
    command = [sys.executable, "-m", "pipeline.embedded.newsstand", "--today", DAY.isoformat()]
    options = ["--ready", ready, "--log", log, "--catalogue", declared]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.01)
        port = json.loads(ready.read_text())["port"]
        source = yaml.safe_load(declared.read_text())["sources"][0]
        story = order(port, "stories", source="grinnfjord")[0]
        moved = order(port, "move_slug", url=story["url"], slug="elsewhere")
        assert moved["guid"] == story["guid"]
        edited = order(port, "update", url=moved["url"], title="Another title")
        assert edited["title"] == order(port, "expected", url=story["url"])["title"] == "Another title"
        order(port, "fail", source="grinnfjord", status=503, times=1, retry_after=7)
        refused = ask(Newsstand(port=port), source["url"], User_Agent="tester")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "7")
        assert [(a["source"], a["status"], a["user_agent"]) for a in order(port, "log")] == [
            ("grinnfjord", 503, "tester")
        ]
        assert order(port, "set_today", day="2026-11-22") == "2026-11-22"
        for wrong in ({"do": "nothing"}, {"do": "update", "url": "http://x/"}, {"do": "fail", "times": 1}):
            with pytest.raises(ValueError, match=r"refuses|error"):
                order(port, **wrong)
    finally:
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=30)[0]
    assert (process.returncode, output) == (0, b"")
    assert [json.loads(line)["status"] for line in log.read_text().splitlines()] == [503]


# pages


@pytest.mark.parametrize("name", [*(p.name for p in GOOD if p.kind != "archive"), "inside", "restless"])
def test_a_page_holds_what_is_expected_of_it(shared: Newsstand, name: str) -> None:
    paper = PAPERS[name]
    for story in shared.stories(name, DAY):
        got = ask(shared, shared.url(story))
        expected = shared.expected(shared.url(story))
        assert got.status == 200
        assert expected is not None
        assert 10_000 < len(got.body) < 60_000
        assert got.headers["Content-Type"] == f"text/html; charset={paper.encoding}"
        text = unescape(got.body.decode(paper.encoding))
        for said in (expected.title, expected.lead, *expected.paragraphs, *expected.authors, *expected.tags):
            assert said in text
        assert expected.published is not None
        assert expected.published.isoformat() in text


def test_json_ld_stands_in_a_graph(shared: Newsstand) -> None:
    story = shared.story("eastwick")
    page = ask(shared, shared.url(story)).text
    data = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    article = next(node for node in data["@graph"] if node["@type"] == "NewsArticle")
    assert article["headline"] == story.title
    assert article["isAccessibleForFree"] is not story.paywalled
    paywalled = {s.paywalled for n in range(9) for s in shared.stories("eastwick", DAY - dt.timedelta(n))}
    assert paywalled == {True, False}


def test_two_articles_stand_on_one_page(shared: Newsstand) -> None:
    page = ask(shared, shared.url(shared.story("tverrelv"))).text
    assert page.count("<article") == 2
    assert page.count("<h1>") == 2


@pytest.mark.parametrize("path", ["/nothing", "/sport/2026/11/20/x-7399400000", "/sitemaps/2026-13-40.xml"])
def test_what_is_not_there_is_not_found(shared: Newsstand, path: str) -> None:
    assert ask(shared, shared.base("grinnfjord") + path).status == 404


def test_tomorrows_article_is_not_there_yet(stand: Newsstand) -> None:
    stand.set_today(DAY + dt.timedelta(days=1))
    url = stand.url(stand.story("grinnfjord"))
    assert ask(stand, url).status == 200
    stand.set_today(DAY)
    assert ask(stand, url).status == 404


def test_a_host_that_is_no_paper_is_told_so(shared: Newsstand) -> None:
    assert ask(shared, f"http://nobody.localhost:{shared.port}/").status == 421


def test_a_front_page_leads_to_the_feed(shared: Newsstand) -> None:
    page = ask(shared, shared.base("storli") + "/").text
    assert '<link rel="alternate" type="application/atom+xml" title="Storli Blad" href="/feed.xml">' in page


# feeds


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_lists_the_latest_articles(shared: Newsstand, name: str) -> None:
    paper = PAPERS[name]
    got = ask(shared, shared.address(name))
    latest = shared.latest(name)
    assert got.headers["Content-Type"] == CONTENT_TYPES[paper.form]
    if paper.form == "json":
        feed = json.loads(got.body)
        links = [item["url"] for item in feed["items"]]
        titles = [item["title"] for item in feed["items"]]
        dates = [dt.datetime.fromisoformat(item["date_published"]) for item in feed["items"]]
    else:
        parsed = feedparser.parse(
            got.body,
            response_headers={
                "content-location": shared.address(name),
                **{k.lower(): v for k, v in got.headers.items()},
            },
        )
        assert not parsed.bozo
        assert parsed.version == {"rss091": "rss091n", "rdf": "rss10", "atom": "atom10"}.get(
            paper.form, "rss20"
        )
        links = [entry.link for entry in parsed.entries]
        titles = [entry.title for entry in parsed.entries]
        said = "updated_parsed" if paper.form == "rdf" else "published_parsed"
        dates = [
            dt.datetime.fromtimestamp(calendar.timegm(entry[said]), dt.UTC)
            for entry in parsed.entries
            if said in entry
        ]
    assert titles == [s.title for s in latest]
    assert [link.partition("?")[0] for link in links] == [shared.url(s) for s in latest]
    assert dates == ([] if paper.form == "rss091" else [s.published for s in latest])


def test_a_full_feed_carries_the_text(shared: Newsstand) -> None:
    for entry, story in zip(feed_of(shared, "grinnfjord").entries, shared.latest("grinnfjord"), strict=True):
        assert all(text in unescape(entry.content[0].value) for text in story.paragraphs)


def test_every_feed_is_there_in_every_form(shared: Newsstand) -> None:
    for form, content_type in CONTENT_TYPES.items():
        got = ask(shared, f"{shared.base('grinnfjord')}/feeds/{form}")
        assert (got.status, got.headers["Content-Type"]) == (200, content_type)


def test_atoms_links_are_relative_to_xml_base(shared: Newsstand) -> None:
    text = ask(shared, shared.address("storli")).text
    assert 'xml:base="http://storli.localhost' in text
    assert f'href="{shared.latest("storli")[0].path.rpartition("/")[2]}"' in text


def ids(feed: feedparser.FeedParserDict) -> list[str | None]:
    return [entry.get("id") for entry in feed.entries]


def test_traits_of_feeds(shared: Newsstand) -> None:
    assert set(ids(feed_of(shared, "same-guid"))) == {"same-guid-feed"}
    assert set(ids(feed_of(shared, "no-guid"))) == {None}
    assert not any("published" in entry for entry in feed_of(shared, "no-date").entries)
    assert b"<link>" not in ask(shared, shared.address("guid-link")).body.partition(b"<item>")[2]
    assert all(entry.link == entry.id for entry in feed_of(shared, "guid-link").entries)
    assert [ids(feed_of(shared, "twice")).count(s.guid) for s in shared.latest("twice")] == [2] * 8
    tracked = [urlsplit(entry.link).query for entry in feed_of(shared, "tracked").entries]
    assert {query.partition("=")[0] for query in tracked} == {"utm_source", "ref"}
    assert {entry.link[0] for entry in feed_of(shared, "relative").entries} == {"/"}
    assert all(entry.enclosures for entry in feed_of(shared, "enclosed").entries)
    assert feed_of(shared, "empty").entries == []
    assert ask(shared, shared.address("zero-bytes")).body == b""
    assert b"<!DOCTYPE html>" in ask(shared, shared.address("html-feed")).body
    assert ask(shared, shared.address("mistyped")).headers["Content-Type"].startswith("text/html")
    assert ask(shared, shared.address("leading-space")).body.startswith(b"\xef\xbb\xbf\n\n  <?xml")
    assert b"&oslash;" in ask(shared, shared.address("entities")).body


def test_traits_of_encodings(shared: Newsstand) -> None:
    bad = ask(shared, shared.address("bad-byte")).body
    with pytest.raises(UnicodeDecodeError):
        bad.decode()
    assert len(bad.decode(errors="replace").split("\ufffd")) == 2
    full = ask(shared, shared.address("cp1252")).body
    assert full.startswith(b'<?xml version="1.0" encoding="iso-8859-1"?>')
    assert "„" in full.decode("windows-1252")
    for name, said, actual in (
        ("said-utf-8", "utf-8", "iso-8859-1"),
        ("said-latin-1", "iso-8859-1", "utf-8"),
        ("unsaid", None, "windows-1252"),
    ):
        story = next(
            s for n in range(9) for s in shared.stories(name, DAY - dt.timedelta(n)) if "ø" in s.text
        )
        got = ask(shared, shared.url(story))
        assert got.headers.get_content_charset() == said
        meta = f'<meta charset="{said}">'.encode() in got.body
        assert meta is (said is not None)
        assert story.paragraphs[0].encode(actual, "xmlcharrefreplace") in got.body


# sitemaps


def locations(body: bytes, path: str) -> list[str]:
    return [
        str(text) for text in etree.fromstring(body).xpath(f"{path}/map:loc/text()", namespaces=NAMESPACES)
    ]


@pytest.mark.parametrize("suffix", ["xml", "xml.gz"])
def test_an_index_leads_to_every_day(shared: Newsstand, suffix: str) -> None:
    def opened(url: str) -> bytes:
        body = ask(shared, url).body
        return gzip.decompress(body) if suffix == "xml.gz" else body

    base = shared.base("lauvdal")
    maps = locations(opened(f"{base}/sitemap.{suffix}"), "//map:sitemap")
    assert len(maps) == 60
    for back in (0, 1, 59):
        day = DAY - dt.timedelta(days=back)
        assert maps[back] == f"{base}/sitemaps/{day}.{suffix}"
        urls = [shared.url(s) for s in shared.stories("lauvdal", day)]
        assert locations(opened(maps[back]), "//map:url") == urls
        assert ask(shared, f"{base}/sitemaps/{day}.txt").text.split() == urls


def test_a_day_before_the_index_begins_can_be_asked_for(shared: Newsstand) -> None:
    body = ask(shared, shared.base("lauvdal") + "/sitemaps/2019-02-06.xml").body
    assert locations(body, "//map:url") == [
        shared.url(s) for s in shared.stories("lauvdal", dt.date(2019, 2, 6))
    ]


def test_a_news_sitemap_tells_title_and_date(shared: Newsstand) -> None:
    tree = etree.fromstring(ask(shared, shared.address("marshgate")).body)
    stories = [s for n in (0, 1) for s in reversed(shared.stories("marshgate", DAY - dt.timedelta(days=n)))]
    assert tree.xpath("//news:title/text()", namespaces=NAMESPACES) == [s.title for s in stories]
    dates = tree.xpath("//news:publication_date/text()", namespaces=NAMESPACES)
    assert [dt.datetime.fromisoformat(text) for text in dates] == [s.published for s in stories]


def test_the_gap_of_a_feed_is_in_the_sitemap(shared: Newsstand) -> None:
    entry = next(e for e in yaml.safe_load(catalogue(shared))["sources"] if e["name"] == "havnevik")
    listed = locations(ask(shared, entry["sitemap"]).body, "//map:url")
    in_feed = [e.link for e in feed_of(shared, "havnevik").entries]
    assert listed[: len(in_feed)] == in_feed
    assert len(listed) > 3 * len(in_feed)


# the archive


def test_an_archive_lists_a_file_for_each_day_of_the_month(shared: Newsstand) -> None:
    url = DAY.strftime(shared.address("skogarkivet"))
    paths = gzip.decompress(ask(shared, url).body).decode().split()
    assert len(paths) == DAY.day
    assert paths[-1] == "crawl-data/CC-NEWS/2026/11/CC-NEWS-20261120210000-00000.warc.gz"
    assert ask(shared, url.replace("/11/", "/12/")).status == 404


def test_a_web_archive_holds_the_days_articles_and_what_is_none(shared: Newsstand) -> None:
    host = f"http://skogarkivet.localhost:{shared.port}/"
    url = f"{host}crawl-data/CC-NEWS/2026/11/CC-NEWS-20261120210000-00000.warc.gz"
    body = ask(shared, url).body
    assert body == ask(shared, url).body
    kinds: dict[str, list[str]] = {}
    digests: dict[str, set[str]] = {}
    pages = {}
    iterator = ArchiveIterator(io.BytesIO(body))
    for record in iterator:
        kinds.setdefault(record.rec_type, []).append(record.rec_headers["WARC-Target-URI"])
        digests.setdefault(record.rec_type, set()).add(record.rec_headers["WARC-Payload-Digest"])
        if record.rec_type == "response":
            pages[record.rec_headers["WARC-Target-URI"]] = (
                record.content_stream().read().decode(errors="replace")
            )
    stories = shared.stories("skogarkivet", DAY)
    urls = [shared.url(s) for s in stories]
    assert urls[0].startswith("https://skogarkivet.example/")
    assert kinds["request"] == urls
    assert kinds["revisit"] == urls[:1]
    assert len(digests["revisit"] & digests["response"]) == 1
    assert len(kinds["response"]) == len(urls) + 4
    for url in urls:
        expected = shared.expected(url)
        assert expected is not None
        assert all(text in unescape(pages[url]) for text in (expected.title, *expected.paragraphs))


def test_a_torn_archive_lacks_its_first_page_and_its_end(shared: Newsstand) -> None:
    host = f"http://torn-archive.localhost:{shared.port}/"
    body = ask(shared, f"{host}crawl-data/CC-NEWS/2026/11/CC-NEWS-20261120210000-00000.warc.gz").body
    damaged = b""
    good = []
    for start in [m.start() for m in re.finditer(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", body)]:
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            record = stream.decompress(body[start:])
        except zlib.error:
            damaged = body[start:]
        else:
            good.append(record if stream.eof else b"")
    first, *others = (shared.url(s).encode() for s in shared.stories("torn-archive", DAY))
    assert damaged
    assert good[-1] == b""
    pages = [r for r in good if b"WARC-Type: response" in r]
    assert not any(first in r.partition(b"\r\n\r\n")[0] for r in pages)
    assert all(any(url in r.partition(b"\r\n\r\n")[0] for r in pages) for url in others)


# validators, compression, freshness


def what_can_be_validated(stand: Newsstand) -> list[str]:
    base = stand.base("grinnfjord")
    return [stand.address("grinnfjord"), stand.url(stand.story("grinnfjord")), f"{base}/sitemap-recent.xml"]


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
def test_what_has_not_changed_is_304_until_it_changes(stand: Newsstand, coding: str) -> None:
    for url in what_can_be_validated(stand):
        first = ask(stand, url, Accept_Encoding=coding)
        tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        for validators in (
            {"If_None_Match": tag},
            {"If_None_Match": f'"other", {tag}'},
            {"If_Modified_Since": modified},
            {"If_None_Match": tag, "If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        ):
            again = ask(stand, url, Accept_Encoding=coding, **validators)
            assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
        earlier = "Mon, 01 Jan 2001 00:00:00 GMT"
        for validators in ({"If_None_Match": '"other"'}, {"If_Modified_Since": earlier}, {}):
            assert ask(stand, url, **validators).status == 200
    before = [ask(stand, url).headers["ETag"] for url in what_can_be_validated(stand)]
    urls = what_can_be_validated(stand)
    stand.update(stand.story("grinnfjord"), title="Another title")
    for url, tag in zip(urls, before, strict=True):
        got = ask(stand, url, If_None_Match=tag)
        assert got.status == 200
        assert got.headers["ETag"] != tag


def test_bodies_are_compressed_as_the_client_can_take_them(shared: Newsstand) -> None:
    url = shared.url(shared.story("grinnfjord"))
    plain = ask(shared, url, Accept_Encoding="identity")
    assert plain.headers["Content-Encoding"] is None
    for coding, decode in DECODERS.items():
        got = ask(shared, url, Accept_Encoding=coding)
        assert got.headers["Content-Encoding"] == coding
        assert len(got.body) < len(plain.body) / 2
        assert decode(got.body) == plain.body
    met = {
        ask(shared, shared.address(p.name), Accept_Encoding="gzip, deflate, br, zstd").headers[
            "Content-Encoding"
        ]
        for p in GOOD
        if p.kind != "archive"
    }
    assert met == set(DECODERS)


def test_freshness_is_said(shared: Newsstand) -> None:
    assert ask(shared, shared.address("grinnfjord")).headers["Cache-Control"] == "max-age=1"
    fresh = ask(shared, shared.address("fresh"))
    assert fresh.headers["Cache-Control"] == "max-age=3600"
    assert feedparser.parse(fresh.body).feed.ttl == "120"
    expires = ask(shared, shared.address("expires")).headers
    seconds = (parsedate_to_datetime(expires["Expires"]) - dt.datetime.now(dt.UTC)).total_seconds()
    assert 3500 < seconds <= 3600
    assert expires["Cache-Control"] is None


def test_the_same_article_in_other_bytes(shared: Newsstand) -> None:
    url = shared.url(shared.story("restless"))
    one, other = ask(shared, url), ask(shared, url)
    assert one.headers["ETag"] != other.headers["ETag"]
    assert one.body.partition(b"</html>")[0] == other.body.partition(b"</html>")[0]
    feed = ask(shared, shared.address("no-validators"))
    assert feed.headers["ETag"] is feed.headers["Last-Modified"] is None


# robots.txt


def test_robots_txt_says_what_may_be_asked(shared: Newsstand) -> None:
    def rules(name: str) -> robotparser.RobotFileParser:
        parser = robotparser.RobotFileParser()
        parser.parse(ask(shared, shared.base(name) + "/robots.txt").text.splitlines())
        return parser

    base = shared.base("grinnfjord")
    assert rules("grinnfjord").can_fetch("Dagspress", f"{base}/feed.xml")
    assert not rules("grinnfjord").can_fetch("Dagspress", f"{base}/private/1")
    assert rules("grinnfjord").site_maps() == [f"{base}/sitemap.xml"]
    assert rules("crawl-delay").crawl_delay("Dagspress") == 2
    assert not rules("unwelcome").can_fetch("Dagspress", f"{shared.base('unwelcome')}/feed.xml")
    assert rules("unwelcome").can_fetch("Another", f"{shared.base('unwelcome')}/feed.xml")
    may = {rules("disallowed").can_fetch("Dagspress", shared.url(s)) for s in shared.latest("disallowed")}
    assert may == {True, False}
    assert ask(shared, shared.base("no-robots") + "/robots.txt").status == 404
    assert ask(shared, shared.base("robots-broken") + "/robots.txt").status == 503


# redirects


@pytest.mark.parametrize(
    ("name", "statuses", "host"),
    [
        ("moved", [301, 308], "www.moved.localhost"),
        ("detour", [302, 307], "detour.localhost"),
        ("mixed", [301, 302], "mixed.localhost"),
    ],
)
def test_feeds_that_moved(shared: Newsstand, name: str, statuses: list[int], host: str) -> None:
    got, met, url = follow(shared, shared.address(name))
    assert (met, urlsplit(url).hostname, urlsplit(url).path) == (statuses, host, "/feed.xml")
    assert len(feedparser.parse(got.body).entries) == PAPERS[name].latest


def test_a_moved_article_redirects_for_good(stand: Newsstand) -> None:
    story = stand.story("grinnfjord")
    moved = stand.move_slug(story, "elsewhere")
    got, met, url = follow(stand, stand.url(story) + "?ref=rss")
    assert (got.status, met, url) == (200, [301], stand.url(moved))
    entry = next(e for e in feed_of(stand, "grinnfjord").entries if e.id == story.guid)
    assert entry.link == stand.url(moved)


# trouble


def test_a_failure_is_met_so_many_times(stand: Newsstand) -> None:
    url = stand.address("grinnfjord")
    stand.fail("grinnfjord", 429, 2, retry_after=30)
    assert ask(stand, stand.base("grinnfjord") + "/robots.txt").status == 200
    first = ask(stand, url)
    assert (first.status, first.headers["Retry-After"]) == (429, "30")
    assert [ask(stand, url).status for _ in range(3)] == [429, 200, 200]
    assert ask(stand, stand.address("storli")).status == 200
    stand.fail("grinnfjord", 500, 5, path="/feed.xml")
    assert [ask(stand, u).status for u in (url, stand.url(stand.story("grinnfjord")))] == [500, 200]


def test_papers_in_trouble(stand: Newsstand) -> None:
    def statuses(name: str, times: int) -> list[int]:
        return [ask(stand, stand.address(name)).status for _ in range(times)]

    busy = ask(stand, stand.address("busy-date")).headers["Retry-After"]
    assert 0 < (parsedate_to_datetime(busy) - dt.datetime.now(dt.UTC)).total_seconds() <= 2
    assert ask(stand, stand.address("busy-long")).headers["Retry-After"] == "86400"
    assert statuses("busy", 3) == [429, 429, 200]
    assert statuses("busy-date", 2) == [429, 200]
    assert statuses("unavailable", 2) == [503, 200]
    assert statuses("flaky", 4) == [503, 200, 503, 200]
    assert statuses("broken", 2) == [500, 500]
    assert statuses("gone", 2) == [410, 410]
    page = stand.stories("dead-links", DAY)
    assert [ask(stand, stand.url(s)).status for s in page] == [410, 404, 200]
    assert ask(stand, stand.url(stand.story("full-text"))).status == 403
    assert ask(stand, stand.address("full-text")).status == 200


def test_nothing_listens_at_the_dead_source(shared: Newsstand) -> None:
    with pytest.raises(ConnectionRefusedError):
        ask(shared, shared.address("dead"))


def test_a_slow_body_takes_its_time_and_is_whole(shared: Newsstand) -> None:
    began = time.monotonic()
    got = ask(shared, shared.address("slow"))
    assert 0.2 <= time.monotonic() - began < 20
    assert len(feedparser.parse(got.body).entries) == PAPERS["slow"].latest


def test_no_answer_is_none_and_the_log_says_so(stand: Newsstand) -> None:
    with pytest.raises(TimeoutError):
        ask(stand, stand.address("hangs"), timeout=0.05)
    with pytest.raises(http.client.IncompleteRead):
        ask(stand, stand.address("cut-off"))
    with pytest.raises(http.client.BadStatusLine):
        ask(stand, stand.address("not-http"))
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(ask(stand, stand.address("corrupt-gzip")).body)
    assert {a.source: a.status for a in stand.log} == {
        "hangs": 0,
        "cut-off": 200,
        "not-http": 0,
        "corrupt-gzip": 200,
    }


# hostile


@pytest.mark.parametrize(
    ("name", "coding", "most"), [("gzip-bomb", "gzip", 1_100_000), ("brotli-bomb", "br", 200_000)]
)
def test_a_bomb_is_small_and_becomes_large(shared: Newsstand, name: str, coding: str, most: int) -> None:
    got = ask(shared, shared.address(name), timeout=30)
    assert got.headers["Content-Encoding"] == coding
    assert len(got.body) <= most
    if coding == "gzip":
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        size = sum(len(stream.decompress(got.body[i : i + 4096])) for i in range(0, 70_000, 4096))
        assert size >= 64 * 1024 * 1024
        assert stream.eof  # its checksum was right
    else:
        size = len(brotli.Decompressor().process(got.body[: len(got.body) // 16]))
        assert size > 32 * 1024 * 1024


def test_a_zstd_bomb_is_small_and_becomes_large(shared: Newsstand) -> None:
    got = ask(shared, shared.address("zstd-bomb"), timeout=30)
    assert len(got.body) < 50_000
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(got.body))
    assert sum(len(reader.read(1024 * 1024)) for _ in range(64)) == 64 * 1024 * 1024


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("to-loopback", "http://127.0.0.1:1/"),
        ("to-metadata", "http://169.254.169.254/"),
        ("to-private", "http://10.0.0.1/"),
        ("to-decimal", "http://2852039166/"),
        ("to-mapped", "http://[::ffff:169.254.169.254]/"),
        ("to-file", "file:///etc/passwd"),
    ],
)
def test_redirects_that_lead_inside(shared: Newsstand, name: str, target: str) -> None:
    got = ask(shared, shared.address(name))
    assert got.status in (301, 302)
    assert got.headers["Location"].startswith(target)


def test_redirects_without_end(shared: Newsstand) -> None:
    for name in ("redirect-loop", "redirect-forever"):
        got, met, _ = follow(shared, shared.address(name), most=12)
        assert got.status in (301, 302)
        assert len(met) == 12
    assert follow(shared, shared.address("redirect-forever"), most=7)[2].endswith("?n=7")


def test_bodies_without_end(stand: Newsstand) -> None:
    for name, enough in (("endless", 5_000_000), ("drip", 2)):
        parts = urlsplit(stand.address(name))
        with socket.create_connection(("127.0.0.1", stand.port), timeout=30) as connection:
            request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
            connection.sendall(request.encode())
            size = 0
            while size < enough:
                size += len(connection.recv(65536))
        assert ask(stand, stand.address("grinnfjord")).status == 200
    deadline = time.monotonic() + 30
    while any(a.seconds is None for a in stand.log):  # the server notices that we left
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_xml_that_means_harm(stand: Newsstand) -> None:
    bomb = ask(stand, stand.address("entity-bomb")).body
    assert len(bomb) < 2000
    assert bomb.count(b"<!ENTITY") == 10
    foreign = ask(stand, stand.address("external-entity")).text
    canary = f"{stand.base('external-entity')}/canary"
    assert f'SYSTEM "{canary}"' in foreign
    assert 'SYSTEM "file:///etc/passwd"' in foreign
    assert stand.log.of("external-entity", path="/canary") == []


def test_too_much_of_everything(shared: Newsstand) -> None:
    many = feedparser.parse(ask(shared, shared.address("many-items")).body[:200_000])
    assert len(ask(shared, shared.address("many-items")).body.split(b"<item>")) == 10_001
    assert many.entries[0].link == f"{shared.base('many-items')}/many/0"
    huge = ask(shared, shared.url(shared.story("huge-page")))
    assert 50_000_000 < len(huge.body) < 55_000_000
    deep = ask(shared, shared.url(shared.story("deep-page")))
    assert deep.body.count(b"<div>") == 100_000
    for name in ("huge-page", "deep-page", "bomb-page", "private-page"):
        good = ask(shared, shared.url(shared.story(name, number=1)))
        assert good.headers["Content-Encoding"] is None
        assert len(good.body) < 60_000
    parts = urlsplit(shared.address("huge-header"))
    with socket.create_connection(("127.0.0.1", shared.port), timeout=30) as connection:
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536)
        assert len(received.partition(b"\r\n\r\n")[0]) > 1_000_000


def test_links_that_lead_inside_stand_among_good_ones(shared: Newsstand) -> None:
    hosts = [urlsplit(e.link).hostname for e in feed_of(shared, "private-links").entries]
    assert set(hosts) == {"10.0.0.1", "169.254.169.254", "private-links.localhost"}
    got = ask(shared, shared.url(shared.story("private-page")))
    assert (got.status, got.headers["Location"]) == (302, "http://10.0.0.1/internal")


# the log and the catalogue


def test_every_request_is_in_the_log(stand: Newsstand) -> None:
    url = stand.address("grinnfjord")
    tag = ask(stand, url, User_Agent="tester").headers["ETag"]
    ask(stand, f"{url}?a=b", If_None_Match=tag)
    ask(stand, stand.address("storli"))
    first, second = stand.log.of("grinnfjord")
    assert (first.method, first.path, first.status, first.user_agent) == ("GET", "/feed.xml", 200, "tester")
    assert (second.path, second.status, second.if_none_match) == ("/feed.xml?a=b", 304, tag)
    assert [first.conditional, second.conditional] == [False, True]
    assert first.clock < second.clock
    assert abs(dt.datetime.fromisoformat(first.at) - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=10)
    assert len(stand.log) == 3
    stand.log.clear()
    assert list(stand.log) == []


def test_requests_under_way_are_counted_for_each_host(stand: Newsstand) -> None:
    with ThreadPoolExecutor(6) as pool:
        urls = [stand.address(name) for name in ("slow", "slow", "slow", "grinnfjord")]
        list(pool.map(lambda url: ask(stand, url), urls))
    assert sorted(a.in_flight for a in stand.log.of("slow")) == [1, 2, 3]
    assert [a.in_flight for a in stand.log.of("grinnfjord")] == [1]
    ask(stand, stand.address("slow"))
    assert stand.log.of("slow")[-1].in_flight == 1


def test_the_catalogue_declares_what_is_served(shared: Newsstand) -> None:
    good = yaml.safe_load(catalogue(shared, spacing=0.1, every="1h"))["sources"]
    assert [entry["name"] for entry in good] == [p.name for p in GOOD]
    assert {entry["kind"] for entry in good} == set(KINDS)
    assert {entry["language"] for entry in good} == {"nb", "nn", "da", "sv", "en", "de", "fi"}
    assert all(entry["spacing"] == 0.1 and entry["every"] == "1h" for entry in good)
    for entry in good:
        assert ask(shared, DAY.strftime(entry["url"])).status == 200
    assert good[-1]["hosts"] == ["skogarkivet.example"]
    many = yaml.safe_load(catalogue(shared, ["many-items", "gap", "dead"]))["sources"]
    assert many[0]["pages"] is False
    assert many[1]["sitemap"] == f"{shared.base('gap')}/sitemap-recent.xml"
    assert many[2]["url"] == f"http://dead.localhost:{shared.dead_port}/feed.xml"


def test_every_paper_has_a_name_of_its_own() -> None:
    assert len(PAPERS) == sum(map(len, GROUPS.values()))


def test_only_reading_is_allowed(shared: Newsstand) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", shared.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("POST", "/feed.xml", headers={"Host": f"grinnfjord.localhost:{shared.port}"})
        assert connection.getresponse().status == 405
