"""Every page of the newsdesk over an archive of 400 periods and 21 sources, in a real browser."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq
import pytest

from benchmarks import desk_lake
from pipeline.article import UNDATED
from pipeline.decisions import read_decisions
from pipeline.flow.overview import GATE_FAILED, WAITING, read_overview
from pipeline.lake import articles_name, quarantine_name
from tests.e2e.desk_browser import VIEWS, chromium, grave_findings, looking, running_desk, too_wide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playwright.sync_api import Browser

    from pipeline.embedded.s3 import S3Server
    from pipeline.lake import Lake
    from tests.integration.desk_server import Desk

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(900)]

TODAY: Final = dt.datetime.now(dt.UTC).date()

PAGES: Final = (
    "archive",
    "archive a year ago",
    "archive of a year without anything",
    "period",
    "period behind a shut gate",
    "period that waits",
    "month",
    "undated",
    "article",
    "article that changed",
    "article in quarantine",
    "article withdrawn",
    "quarantine",
    "quarantine narrowed",
    "quarantine, page 2",
    "rejected",
    "sources",
    "source",
    "source in trouble",
    "source nobody asks",
    "nothing",
)
MISSING: Final = {"nothing": 404}


@pytest.fixture(scope="module")
def desk(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk-pages")
    catalogue = folder / "sources.yaml"
    catalogue.write_text(desk_lake.catalogue())

    def fill(lake: Lake) -> None:
        desk_lake.fill(lake, folder, today=TODAY)

    with running_desk(s3, folder, "newsdesk", fill, DAGSPRESS_SOURCES=str(catalogue)) as desk:
        yield desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def paths(desk: Desk) -> dict[str, str]:
    return addresses(desk.lake)


def addresses(lake: Lake) -> dict[str, str]:
    """Where the pages are."""
    overview = read_overview(lake)
    good = max(p for p, line in overview.items() if len(p) == 10 and line.counts["published"] > 8)
    bad = max(p for p, line in overview.items() if len(p) == 10 and line.reasons.get("text_not_empty"))
    states = {line.state: period for period, line in overview.items()}
    [withdrawn] = [d.article_id for d in read_decisions(lake) if d.kind == "withdraw"]
    latest = sorted((p for p in overview if p.startswith("20")), reverse=True)
    article = address_of(lake, articles_name, latest, lambda row: "escapes" in row["rules"])
    changed = address_of(lake, articles_name, latest, lambda row: row["revisions"] > 1)
    held = address_of(lake, quarantine_name, latest, lambda row: row["title"] is not None)
    found = {
        "archive": "/",
        "archive a year ago": f"/?year={TODAY.year - 1}",
        "archive of a year without anything": "/?year=1900",
        "period": f"/periods/{good}",
        "period behind a shut gate": f"/periods/{states[GATE_FAILED]}",
        "period that waits": f"/periods/{states[WAITING]}",
        "month": f"/periods/{next(p for p in overview if len(p) == 7)}",
        "undated": f"/periods/{UNDATED}",
        "article": article,
        "article that changed": changed,
        "article in quarantine": held,
        "article withdrawn": f"/articles/{withdrawn}",
        "quarantine": "/quarantine",
        "quarantine narrowed": f"/quarantine?reason=text_not_empty&period={bad[:4]}",
        "quarantine, page 2": "/quarantine?page=2",
        "rejected": "/rejected",
        "sources": "/sources",
        "source": f"/sources/{desk_lake.PAPERS[0].name}",
        "source in trouble": f"/sources/{next(p.name for p in desk_lake.PAPERS if p.health == 'silent')}",
        "source nobody asks": f"/sources/{desk_lake.PAPERS[-1].name}",
        "nothing": "/nothing/here",
    }
    assert set(found) == set(PAGES)
    return found


def address_of(
    lake: Lake, name: Callable[[str], str], periods: Iterable[str], wanted: Callable[[dict[str, Any]], bool]
) -> str:
    """The page of the first row that is wanted."""
    for period in periods:
        if lake.info(name(period)) is None:
            continue
        with lake.open(name(period)) as file:
            for row in pq.read_table(file).to_pylist():
                if wanted(row):
                    return f"/articles/{row['article_id']}?period={period}"
    raise AssertionError("there is no such row")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_in_every_view(
    desk: Desk, browser: Browser, paths: dict[str, str], name: str, view: str, tmp_path: Path
) -> None:
    with looking(browser, desk, **VIEWS[view]) as (page, seen):
        reply = page.goto(f"{desk.origin}/newsdesk{paths[name]}")
        page.screenshot(path=tmp_path / f"{name}-{view}.png", full_page=True)
        assert reply is not None
        assert reply.status == MISSING.get(name, 200), page.inner_text("main")
        assert [line for line in seen.said if name not in MISSING] == []
        assert (seen.elsewhere(), seen.dialogs) == ([], [])
        assert too_wide(page) == []
        assert grave_findings(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_walked_through_by_keyboard(
    desk: Desk, browser: Browser, paths: dict[str, str], name: str
) -> None:
    with looking(browser, desk, **VIEWS["light"]) as (page, _):
        page.goto(f"{desk.origin}/newsdesk{paths[name]}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('main, footer')"
        )
        assert page.evaluate(inside)
        unseen = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
          .filter((e) => e.tabIndex < 0 && e.type !== "hidden").map((e) => e.outerHTML)"""
        assert page.evaluate(unseen) == []


def test_all_that_pages_link_to_is_there(desk: Desk, browser: Browser, paths: dict[str, str]) -> None:
    """Of links inside the newsdesk."""
    found: set[str] = set()
    with looking(browser, desk, **VIEWS["light"]) as (page, _):
        for path in (path for name, path in paths.items() if name not in MISSING):
            page.goto(f"{desk.origin}/newsdesk{path}")
            links: list[str] = page.evaluate("[...document.links].map((a) => a.href)")
            inner = {link.partition("#")[0] for link in links if link.startswith(f"{desk.origin}/newsdesk")}
            found |= set(sorted(inner)[:15])
    gone = [link for link in sorted(found) if desk.ask(link.removeprefix(desk.origin)).code != 200]
    assert gone == []


PICTURES: Final = ("archive", "period", "article", "quarantine", "sources")
"""The pages that the documentation shows."""


def test_the_pictures_of_the_documentation(
    desk: Desk, browser: Browser, paths: dict[str, str], tmp_path: Path
) -> None:
    """They go to the folder that DAGSPRESS_PICTURES names."""
    folder = Path(os.environ.get("DAGSPRESS_PICTURES", tmp_path))
    with looking(browser, desk, **VIEWS["light"]) as (page, _):
        for name in PICTURES:
            page.goto(f"{desk.origin}/newsdesk{paths[name]}")
            page.evaluate("document.querySelector('.compare tr.changed')?.scrollIntoView({block: 'center'})")
            picture = folder / f"newsdesk-{name}.png"
            page.screenshot(path=picture)
            assert picture.stat().st_size < 250_000
