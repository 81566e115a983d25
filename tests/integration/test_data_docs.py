"""Data Docs in the lake: written for what was built, and shown by a browser that asks nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from pipeline import flow
from pipeline.lake import DOCS, QUALITY, docs_index_name, docs_name
from pipeline.validate.docs import build_docs

if TYPE_CHECKING:
    from pipeline.lake import Lake

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = "</td><script>document.title = 'oh'</script><img src=http://x.example/a.png>"


@pytest.fixture
def reports(lake: Lake, tmp_path: Path) -> list[dict[str, Any]]:
    lines = [
        {"id": str(n), "url": HOSTILE, "title": HOSTILE * 10, "text": f"Sak {n} om ferja.", "date": date}
        for n, date in enumerate(["2024-05-06", "2024-05-07", "2024"])
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    flow.load_path(lake, tmp_path / "a.jsonl", source="a")
    flow.publish(lake, flow.known_periods(lake))
    found = [line for o in lake.list(f"{QUALITY}built=") for line in lake.get(o.name).splitlines()]
    return [json.loads(line) for line in found]


def test_every_period_has_a_page_and_the_index_leads_to_it(lake: Lake, reports: list[dict[str, Any]]) -> None:
    periods = sorted(report["period"] for report in reports)
    assert periods == ["2024", "2024-05-06", "2024-05-07"]
    assert build_docs(lake, reports[:1]) == [docs_name(reports[0]["period"])]
    assert sorted(build_docs(lake, reports[1:])) == sorted(docs_name(r["period"]) for r in reports[1:])
    assert lake.periods(DOCS) == periods
    index = lake.get(docs_index_name()).decode()
    assert all(f'href="published={period}/index.html"' in index for period in periods)


def test_building_again_gives_the_same_bytes(lake: Lake, reports: list[dict[str, Any]]) -> None:
    names = [*build_docs(lake, reports), docs_index_name()]
    before = [lake.get(name) for name in names]
    build_docs(lake, list(reversed(reports)))
    assert [lake.get(name) for name in names] == before


def test_nothing_to_build_is_nothing(lake: Lake) -> None:
    assert build_docs(lake, []) == []
    assert lake.list(DOCS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it_and_asks_nobody(
    lake: Lake, reports: list[dict[str, Any]], tmp_path: Path, scheme: Any
) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    [name] = build_docs(lake, [r for r in reports if r["period"] == "2024-05-06"])
    page_file = tmp_path / "page.html"
    page_file.write_bytes(lake.get(name))
    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(color_scheme=scheme, viewport={"width": 375, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(page_file.as_uri())
        title = page.title()
        heading = page.get_by_role("heading", level=1)
        assert heading.evaluate("e => getComputedStyle(e).fontSize") != "32px", "the style was refused"
        assert "</td><script>" in page.inner_text("main")
        wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        browser.close()
    assert title == "2024-05-06: what the expectations found"
    assert (asked, said) == ([page_file.as_uri()], [])
    assert not wider
