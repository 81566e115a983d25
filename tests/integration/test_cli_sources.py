"""`dagspress sources` as it is run: against a small site on loopback, and files in a temporary folder."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from pipeline.cli import main, output
from pipeline.sources import load_sources

if TYPE_CHECKING:
    from pathlib import Path

Dagspress = Callable[..., tuple[int, str, str]]
"""Exit code, output, errors."""

PARAGRAPHS = [
    f"Avsnitt {n}: Kommunestyret i Havsund vedtok mandag kveld å bygge ny skole på Myrmo, og ordføreren sa "
    "at arbeidet kan begynne så snart snøen er borte fra tomten ved elva."
    for n in range(1, 6)
]


def article(number: int) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f"<!doctype html><html lang=nb><head><title>Sak {number} om skolen – Havsund Blad</title>"
        f'<meta property="article:published_time" content="2026-11-0{number}T10:00:00+01:00">'
        '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        f"</head><body><article><h1>Sak {number} om skolen</h1><div class=byline>Av Kari Nordmann</div>"
        f"{body}</article></body></html>"
    )


def rss(base: str, numbers: range, *, title: str = "Havsund Blad", full: bool = False) -> str:
    content = (
        f"<content:encoded><![CDATA[<p>{'</p><p>'.join(PARAGRAPHS)}</p>]]></content:encoded>" if full else ""
    )
    items = "".join(
        f"<item><title>Sak {n} om skolen</title><link>{base}/sak/{n}</link><guid>{n}</guid>"
        f"<pubDate>0{n} Nov 2026 09:00:00 GMT</pubDate>"
        "<description>Kommunestyret i Havsund vedtok mandag kveld å bygge ny skole.</description>"
        f"{content}</item>"
        for n in numbers
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{title}</title><link>{base}/</link><language>no</language>{items}</channel></rss>"
    )


def news_sitemap(base: str, numbers: range) -> str:
    urls = "".join(
        f"<url><loc>{base}/sak/{n}</loc><news:news><news:publication><news:name>Havsund Blad</news:name>"
        f"<news:language>no</news:language></news:publication><news:title>Sak {n} om skolen</news:title>"
        f"<news:publication_date>2026-11-0{n}T09:00:00Z</news:publication_date></news:news></url>"
        for n in numbers
    )
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


class Site:
    """A server whose pages a test puts there: path to (body, content type)."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.asked: Counter[str] = Counter()
        self.base = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._runner = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()

    async def _start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked[request.path] += 1
        if (page := self.pages.get(request.path)) is None:
            return web.Response(status=404, text="no such page")
        body, kind = page
        if kind == "moved":
            return web.Response(status=301, headers={"Location": body})
        return web.Response(text=body, content_type=kind, charset="utf-8")

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def newspaper(self) -> None:
        """A front page that names one feed; articles; a news sitemap in robots.txt."""
        self.pages |= {
            "/": (
                '<html lang=nb><head><title>Havsund Blad</title><link rel="alternate" '
                'type="application/rss+xml" title="Alt" href="/rss.xml"></head>'
                "<body><a href=/sak/1>Sak 1</a></body></html>",
                "text/html",
            ),
            "/rss.xml": (rss(self.base, range(1, 5)), "application/rss+xml"),
            "/robots.txt": (
                f"User-agent: *\nAllow: /\nSitemap: {self.base}/sitemap-news.xml\n",
                "text/plain",
            ),
            "/sitemap-news.xml": (news_sitemap(self.base, range(1, 6)), "application/xml"),
            **{f"/sak/{n}": (article(n), "text/html") for n in range(1, 6)},
        }


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    monkeypatch.setenv("DAGSPRESS_ALLOW_ADDRESSES", "127.0.0.0/8")
    monkeypatch.setenv("DAGSPRESS_SPACING_SECONDS", "0")
    monkeypatch.setenv("DAGSPRESS_JITTER_SECONDS", "0")
    server = Site()
    yield server
    server.close()


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(
        "# ours\nsources:\n  # the first\n  - name: fjord\n    kind: feed\n"
        "    url: https://fjord.example/rss  # kept\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("DAGSPRESS_SOURCES", str(path))
    return path


@pytest.fixture
def dagspress(capsys: pytest.CaptureFixture[str]) -> Dagspress:
    """Runs a command as `dagspress sources` does, in this process."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["dagspress", "sources", *map(str, arguments)])
            for console in (output.out, output.err):  # addresses stay whole however wide the terminal is
                patch.setattr(console, "width", 300)
            try:
                main()
            except SystemExit as leaving:
                code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
            else:
                code = 0
        return code, *capsys.readouterr()

    return run


# --- add ------------------------------------------------------------------------------------------


def test_add_finds_the_feed_of_a_home_page_and_its_news_sitemap(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    before = catalogue.read_text(encoding="utf-8")
    code, output, errors = dagspress("add", site.base)
    assert (code, errors) == (0, "")
    text = catalogue.read_text(encoding="utf-8")
    assert text.startswith(before)
    fjord, added = load_sources()
    assert fjord.name == "fjord"
    assert (added.name, added.kind, added.title) == ("havsund-blad", "feed", "Havsund Blad")
    assert (added.url, added.sitemap) == (f"{site.base}/rss.xml", f"{site.base}/sitemap-news.xml")
    assert added.language == "nb"
    assert "4 items" in output
    assert "# Added " in text.removeprefix(before)
    assert f"from {site.base}" in text


def test_add_again_adds_nothing(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.newspaper()
    dagspress("add", f"{site.base}/rss.xml")
    before = catalogue.read_bytes()
    code, output, _ = dagspress("add", site.base)
    assert code == 0
    assert "in the catalogue already, as havsund-blad" in output
    assert catalogue.read_bytes() == before


def test_add_a_feed_by_its_own_address_and_name(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.newspaper()
    code, output, _ = dagspress("add", f"{site.base}/rss.xml", "--name", "Havsund", "--json")
    answer = json.loads(output)
    assert code == 0
    assert (answer["added"]["name"], answer["added"]["url"]) == ("Havsund", f"{site.base}/rss.xml")
    assert load_sources()[1].name == "Havsund"


def test_several_feeds_are_listed_and_one_is_picked(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    site.pages["/"] = (
        '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        '<link rel="alternate" type="application/rss+xml" href="/sport.xml">'
        '<link rel="alternate" type="application/rss+xml" href="/gone.xml">',
        "text/html",
    )
    site.pages["/sport.xml"] = (rss(site.base, range(1, 3), title="Havsund [b]Sport"), "application/rss+xml")
    before = catalogue.read_bytes()
    code, output, errors = dagspress("add", site.base)
    assert code == 1
    assert "Havsund [b]Sport" in output
    assert "2 feeds were found. Choose one with --pick N" in errors
    assert catalogue.read_bytes() == before
    code, _, _ = dagspress("add", site.base, "--pick", 2)
    assert code == 0
    assert load_sources()[1].url == f"{site.base}/sport.xml"
    code, _, errors = dagspress("add", site.base, "--pick", 3)
    assert code == 1
    assert "only 2 were found" in errors


def test_one_feed_in_two_formats_and_one_of_comments_are_no_choice(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    site.pages["/"] = (
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
        '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        '<link rel="alternate" type="application/rss+xml" href="/again.xml">',
        "text/html",
    )
    site.pages["/again.xml"] = site.pages["/rss.xml"]
    site.pages["/comments/feed"] = (rss(site.base, range(5, 6)), "application/rss+xml")
    code, _, errors = dagspress("add", site.base)
    assert (code, errors) == (0, "")
    assert load_sources()[1].url == f"{site.base}/rss.xml"


def test_a_feed_in_a_usual_place_is_found(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.pages["/"] = ("<html><body>Velkommen</body></html>", "text/html")
    site.pages["/feed"] = (rss(site.base, range(1, 3), full=True), "text/xml")
    code, output, _ = dagspress("add", site.base)
    assert code == 0
    assert "full text" in output
    assert load_sources()[1].url == f"{site.base}/feed"


def test_a_site_with_only_a_news_sitemap_becomes_a_sitemap_source(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    site.pages["/"] = ("<html><body>Velkommen</body></html>", "text/html")
    del site.pages["/rss.xml"]
    code, _, errors = dagspress("add", site.base)
    assert (code, errors) == (0, "")
    added = load_sources()[1]
    assert (added.kind, added.url) == ("sitemap", f"{site.base}/sitemap-news.xml")


def test_a_feed_that_has_moved_for_good_is_added_where_it_is_now(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    site.pages["/old.xml"] = ("/rss.xml", "moved")
    code, _, _ = dagspress("add", f"{site.base}/old.xml")
    assert code == 0
    assert load_sources()[1].url == f"{site.base}/rss.xml"


def test_a_site_with_nothing_is_one_sentence(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.pages["/"] = ("<html><body>Velkommen</body></html>", "text/html")
    before = catalogue.read_bytes()
    code, output, errors = dagspress("add", site.base)
    assert (code, output) == (1, "")
    assert "has no feed and no news sitemap" in errors
    assert "Traceback" not in errors
    assert catalogue.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ftp://x.example/"], 2, "must begin with one of http://, https://"),
        (["https://u:secret@x.example/"], 2, "credentials do not belong"),
        (["http://169.254.169.254/latest"], 1, "169.254.169.254"),
    ],
)
def test_an_address_that_is_none_is_refused(
    site: Site, catalogue: Path, dagspress: Dagspress, arguments: list[str], code: int, said: str
) -> None:
    got, output, errors = dagspress("add", *arguments)
    assert (got, output) == (code, "")
    assert said in " ".join(errors.split())
    assert "secret" not in errors


def test_a_name_that_is_taken_or_none_is_refused(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.newspaper()
    for name, said in (("FJORD", "has a source of that name"), ("to ord", "--name must be letters")):
        code, _, errors = dagspress("add", site.base, "--name", name)
        assert code == 2
        assert said in " ".join(errors.split())


def test_robots_are_obeyed_while_looking(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.newspaper()
    site.pages["/robots.txt"] = ("User-agent: *\nDisallow: /\n", "text/plain")
    code, _, errors = dagspress("add", site.base)
    assert code == 1
    assert "robots.txt" in errors
    assert site.asked.keys() == {"/robots.txt"}


# --- try ------------------------------------------------------------------------------------------


def test_try_shows_items_and_the_first_articles_and_stores_nothing(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    before = catalogue.read_bytes()
    code, output, errors = dagspress("try", f"{site.base}/rss.xml", "--limit", 2)
    assert (code, errors) == (0, "")
    assert "Havsund Blad: a feed, 4 items over 3 days, teasers" in output
    assert f"{site.base}/sak/4" in output
    assert "2026-11-01T09:00:00+00:00" in output
    assert "Kari Nordmann" in output
    assert "Avsnitt 1: Kommunestyret" in output
    assert "Nothing was stored." in output
    assert site.asked["/sak/2"] == 1
    assert site.asked["/sak/3"] == 0
    assert catalogue.read_bytes() == before


def test_try_json_has_items_and_whole_texts(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.newspaper()
    code, output, _ = dagspress("try", f"{site.base}/sitemap-news.xml", "--limit", 1, "--json")
    answer = json.loads(output)
    assert code == 0
    assert (answer["source"]["kind"], len(answer["items"])) == ("sitemap", 5)
    [shown] = answer["shown"]
    assert shown["article"]["title"] == "Sak 1 om skolen"
    assert shown["article"]["text"].split("\n\n") == PARAGRAPHS
    assert shown["article"]["language"] == "nb"


def test_try_takes_the_feeds_text_where_the_page_cannot_be_had(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.pages["/rss.xml"] = (rss(site.base, range(1, 3), full=True), "application/rss+xml")
    code, output, _ = dagspress("try", f"{site.base}/rss.xml", "--json")
    assert code == 0
    first = json.loads(output)["shown"][0]["article"]
    assert first["from_feed"] is True
    assert first["text"].startswith("Avsnitt 1")
    site.pages["/rss.xml"] = (rss(site.base, range(1, 3)), "application/rss+xml")
    code, output, _ = dagspress("try", f"{site.base}/rss.xml", "--json")
    assert code == 0
    assert "404" in json.loads(output)["shown"][0]["error"]


def test_try_an_article_a_site_and_a_source(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.newspaper()
    _, output, _ = dagspress("try", f"{site.base}/sak/3", "--json")
    answer = json.loads(output)
    assert answer["source"] is None
    assert answer["shown"][0]["article"]["published_at"] == "2026-11-03T09:00:00+00:00"
    _, output, _ = dagspress("try", site.base, "--limit", 0, "--json")
    assert json.loads(output)["url"] == f"{site.base}/rss.xml"
    with catalogue.open("a", encoding="utf-8") as file:
        selectors = "{text: 'p:first-of-type'}"
        file.write(f"  - {{name: blad, kind: feed, url: '{site.base}/rss.xml', selectors: {selectors}}}\n")
    _, output, _ = dagspress("try", "blad", "--limit", 1, "--json")
    assert json.loads(output)["shown"][0]["article"]["text"] == PARAGRAPHS[0]


def test_try_a_source_without_pages_shows_what_its_feed_says(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    catalogue.write_text(
        f"sources: [{{name: a, kind: feed, url: '{site.base}/rss.xml', pages: false}}]\n", encoding="utf-8"
    )
    _, output, _ = dagspress("try", "a", "--limit", 1, "--json")
    [shown] = json.loads(output)["shown"]
    assert shown["article"]["text"] == "Kommunestyret i Havsund vedtok mandag kveld å bygge ny skole."
    assert shown["article"]["from_feed"] is True
    assert site.asked["/sak/1"] == 0


def test_try_nothing_is_one_sentence(site: Site, catalogue: Path, dagspress: Dagspress) -> None:
    site.pages["/"] = ("<html><body>Velkommen</body></html>", "text/html")
    code, output, errors = dagspress("try", site.base)
    assert (code, output) == (1, "")
    assert "is no feed, no sitemap and no article" in " ".join(errors.split())


def test_try_an_index_of_sitemaps_shows_the_latest_of_them(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    site.pages["/index.xml"] = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{site.base}/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
        f"<sitemap><loc>{site.base}/sitemap-news.xml</loc><lastmod>2026-11-05</lastmod></sitemap>"
        "</sitemapindex>",
        "application/xml",
    )
    code, output, _ = dagspress("try", f"{site.base}/index.xml", "--limit", 1, "--json")
    answer = json.loads(output)
    assert code == 0
    assert len(answer["items"]) == 5
    assert answer["problems"] == [
        f"{site.base}/index.xml is an index of 2 sitemaps; shown is {site.base}/sitemap-news.xml."
    ]
    assert site.asked["/old.xml"] == 0


def test_text_from_outside_is_never_markup_nor_control(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    hostile = "[red]Havsund[/red] \u202e\u0007 # - name: x"
    site.pages["/rss.xml"] = (
        rss(site.base, range(1, 2), title=hostile.replace("\u0007", "")),
        "application/rss+xml",
    )
    code, output, _ = dagspress("add", f"{site.base}/rss.xml")
    assert code == 0
    assert "[red]Havsund[/red]" in output
    assert "\u202e" not in output
    assert load_sources()[1].name == "red-havsund-red-name-x"
    assert [source.name for source in load_sources()] == ["fjord", "red-havsund-red-name-x"]


# --- check ----------------------------------------------------------------------------------------


def test_check_online_asks_every_source_and_one_that_fails_stops_no_other(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    site.pages["/moved"] = ("/rss.xml", "moved")
    lines = [
        ("good", "feed", "/rss.xml"),
        ("gone", "feed", "/gone.xml"),
        ("moved", "feed", "/moved"),
        ("page", "feed", "/"),
        ("map", "sitemap", "/sitemap-news.xml"),
        ("wrong", "feed", "/sitemap-news.xml?x=1"),
    ]
    catalogue.write_text(
        "sources:\n"
        + "".join(f"- {{name: {n}, kind: {k}, url: '{site.base}{path}'}}\n" for n, k, path in lines)
        + f"- {{name: cc, kind: archive, url: '{site.base}/%Y/paths.gz'}}\n"
        + "- {name: local, kind: archive, url: 'file:///data/%Y.warc'}\n"
        + f"- {{name: off, kind: feed, url: '{site.base}/off', enabled: false}}\n",
        encoding="utf-8",
    )
    site.pages[f"/{dt.datetime.now(dt.UTC).year}/paths.gz"] = ("a list", "application/gzip")
    code, output, _ = dagspress("check", "--online", "--json")
    answers = {answer["name"]: answer for answer in json.loads(output)}
    assert code == 1
    assert list(answers) == [*(name for name, _, _ in lines), "cc", "local"]
    assert {name for name, answer in answers.items() if answer["ok"]} == {
        "good", "moved", "map", "cc", "local",
    }  # fmt: skip
    assert answers["good"]["items"] == 4
    assert answers["good"]["newest"] == "2026-11-04T09:00:00+00:00"
    assert answers["good"]["robots"] == "allowed"
    assert "404" in answers["gone"]["note"]
    assert "moved for good to" in answers["moved"]["note"]
    assert "is no feed but text/html" in answers["page"]["note"]
    assert "is a sitemap; the catalogue calls it a feed" in answers["wrong"]["note"]
    assert site.asked["/off"] == 0
    code, output, _ = dagspress("check", "--online", "good")
    assert code == 0
    assert "1 of 1 source answered as they should" in output


def test_check_online_looks_at_the_sitemap_that_fills_a_feeds_gaps(
    site: Site, catalogue: Path, dagspress: Dagspress
) -> None:
    site.newspaper()
    site.pages["/plain.xml"] = (
        f"<urlset><url><loc>{site.base}/sak/1</loc></url></urlset>",
        "application/xml",
    )
    maps = {"good": "/sitemap-news.xml", "gone": "/gone.xml", "feed": "/rss.xml", "plain": "/plain.xml"}
    catalogue.write_text(
        "sources:\n"
        + "".join(
            f"- {{name: {n}, kind: feed, url: '{site.base}/rss.xml?{n}', sitemap: '{site.base}{path}'}}\n"
            for n, path in maps.items()
        ),
        encoding="utf-8",
    )
    code, output, _ = dagspress("check", "--online", "--json")
    answers = {answer["name"]: answer for answer in json.loads(output)}
    assert code == 1
    assert [name for name, answer in answers.items() if answer["ok"]] == ["good"]
    assert "Its sitemap: " in answers["gone"]["note"]
    assert "/rss.xml is no sitemap." in answers["feed"]["note"]
    assert "has no dates of publication" in answers["plain"]["note"]


def test_check_lists_every_mistake_with_its_line(catalogue: Path, dagspress: Dagspress) -> None:
    with catalogue.open("a", encoding="utf-8") as file:
        file.write("  - name: fjord\n    kind: fed\n    url: https://b.example/\n    langauge: nb\n")
    code, output, errors = dagspress("check")
    assert (code, output) == (2, "")
    said = " ".join(errors.split())
    assert said.startswith("settings: 3 mistakes in the catalogue of sources")
    assert catalogue.name in said
    assert "line 7: fjord: name: is that of fjord on line 4" in said
    assert "line 8: fjord: kind: must be one of feed, sitemap, archive, not 'fed'. Did you mean feed?" in said
    assert "line 10: fjord: there is no field 'langauge'. Did you mean language?" in said


def test_check_and_list_say_what_there_is(catalogue: Path, dagspress: Dagspress) -> None:
    code, output, errors = dagspress("check")
    assert (code, errors) == (0, "")
    assert "is right: 1 source (1 feed)" in " ".join(output.split())
    code, output, _ = dagspress("list")
    assert code == 0
    assert "fjord" in output
    assert "https://fjord.example/rss" in output
    code, output, _ = dagspress("list", "--json")
    [source] = json.loads(output)
    assert (source["name"], source["oldest"], source["pages"]) == ("fjord", 259200.0, True)
    code, _, errors = dagspress("check", "fjor")
    assert code == 1
    assert "There is no source 'fjor'. Did you mean fjord?" in errors


# --- OPML -----------------------------------------------------------------------------------------


def test_export_and_import_are_a_round_trip(
    catalogue: Path, dagspress: Dagspress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with catalogue.open("a", encoding="utf-8") as file:
        file.write(
            "  - {name: elv, kind: feed, url: 'https://elv.example/', selectors: {remove: [.x, .y]}}\n"
        )
    there = load_sources()
    opml = tmp_path / "all.opml"
    assert dagspress("export", opml)[0] == 0
    assert dagspress("export")[1].encode() == opml.read_bytes()
    monkeypatch.setenv("DAGSPRESS_SOURCES", str(tmp_path / "new.yaml"))
    code, output, _ = dagspress("import", opml)
    assert code == 0
    assert "2 sources added" in output
    assert load_sources() == there
    code, output, _ = dagspress("import", opml, "--json")
    assert json.loads(output)["added"] == []
    assert len(json.loads(output)["known"]) == 2


def test_import_refuses_what_is_no_opml(catalogue: Path, dagspress: Dagspress, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.opml"
    bomb.write_text('<!DOCTYPE opml [<!ENTITY a "b">]><opml><body/></opml>', encoding="utf-8")
    before = catalogue.read_bytes()
    code, output, errors = dagspress("import", bomb)
    assert (code, output) == (2, "")
    assert "has a DTD" in errors
    code, _, errors = dagspress("import", tmp_path / "missing.opml")
    assert code == 1
    assert "cannot be read" in errors
    assert catalogue.read_bytes() == before
