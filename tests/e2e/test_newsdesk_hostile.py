"""What strangers write is text on every page of the newsdesk, in a real browser; all can use the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import pyarrow.parquet as pq
import pytest

from pipeline.embedded.processes import LOOPBACK
from pipeline.lake import articles_name, quarantine_name
from tests.e2e import hostile_corpus
from tests.e2e.desk_browser import VIEWS, chromium, grave_findings, looking, running_desk, too_wide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from pipeline.embedded.s3 import S3Server
    from tests.e2e.desk_browser import Seen
    from tests.integration.desk_server import Desk

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(900)]

STRUCK: Final = """
window.struckBy = [];
window.struck = (number) => window.struckBy.push(number);
"""
FOREIGN: Final = """() => {
  const ours = new Set((
    "html head meta title link script body a header div nav ul ol li main h1 h2 h3 p span strong small em " +
    "code section table caption thead tbody tfoot tr th td dl dt dd form fieldset legend label input " +
    "datalist button select option textarea details summary pre del ins q b i br svg rect g text path " +
    "line time figure figcaption footer article aside abbr mark hr output sup sub").split(" "));
  const found = [];
  for (const e of document.querySelectorAll("*")) {
    if (!ours.has(e.localName)) found.push(`<${e.localName}>`);
    for (const a of e.attributes) {
      if (/^on/i.test(a.name)) found.push(`${e.localName} ${a.name}`);
      if (/^(href|src|action|formaction|data|poster)$/i.test(a.name)) {
        if (!/^(https?:|[/#?])/i.test(a.value)) found.push(`${a.name}=${a.value}`);
        if (a.value.startsWith("//") || (a.name !== "href" && /struck/.test(a.value))) found.push(a.value);
      }
    }
  }
  return found;
}"""
"""What our pages are not made of, and attributes that run or fetch something."""


@pytest.fixture(scope="module")
def desk(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk-hostile")
    with running_desk(s3, folder, "newsdesk-hostile", lambda lake: hostile_corpus.drop(lake)) as desk:
        yield desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def paths(desk: Desk) -> dict[str, list[str]]:
    """The pages, by kind."""
    period = hostile_corpus.PERIOD
    found: dict[str, list[str]] = {"articles": [], "sources": []}
    for name in (articles_name(period), quarantine_name(period), quarantine_name("undated")):
        with desk.lake.open(name) as file:
            rows = pq.read_table(file, columns=["article_id", "source"]).to_pylist()
        found["articles"] += [f"/articles/{row['article_id']}" for row in rows]
        where = "sources/" if name == articles_name(period) else "quarantine?source="
        found["sources"] += [f"/{where}{quote(row['source'], safe='')}" for row in rows]
    assert len(found["articles"]) >= 2 * len(hostile_corpus.STRIKES)
    found["sources"] = ["/sources", *sorted(set(found["sources"]))]
    asked = [quote(strike[:200]) for strike in hostile_corpus.STRIKES.values()]
    found["quarantine"] = ["/quarantine", "/quarantine?page=2", "/rejected"]
    found["asked"] = [f"/quarantine?text={strike}" for strike in asked]
    found["asked"] += [f"/{kind}/{strike}" for strike in asked for kind in ("nothing", "articles", "periods")]
    found["periods"] = ["/", "/?year=2023", f"/periods/{period}", "/periods/undated"]
    return found


@pytest.mark.parametrize("view", ["light", "phone"])
@pytest.mark.parametrize("kind", ["articles", "sources", "quarantine", "asked", "periods"])
def test_what_strangers_write_is_text(
    desk: Desk, browser: Browser, paths: dict[str, list[str]], kind: str, view: str
) -> None:
    with looking(browser, desk, **VIEWS[view]) as (page, seen):
        page.add_init_script(STRUCK)
        codes = {200} if kind != "asked" else {200, 400, 404, 422}
        found = {path: struck(page, seen, f"{desk.origin}/newsdesk{path}", codes) for path in paths[kind]}
    assert {path: problems for path, problems in found.items() if problems} == {}


def struck(page: Page, seen: Seen, address: str, codes: set[int]) -> list[str]:
    """What is wrong with a page when everything on it is unfolded and was focused."""
    seen.said.clear()
    reply = page.goto(address)
    assert reply is not None
    narrow = page.evaluate("innerWidth < 500")  # where the most boxes scroll
    page.evaluate("""() => {
      for (const e of document.querySelectorAll("details")) e.open = true;
      for (const e of document.querySelectorAll("main *")) {
        e.focus();
        e.dispatchEvent(new MouseEvent("mouseover", {bubbles: true}));
      }
    }""")
    return [
        *(f"status {reply.status}" for _ in [0] if reply.status not in codes),
        *(f"ran: {number}" for number in page.evaluate("window.struckBy")),
        *(f"dialog: {message}" for message in seen.dialogs),
        *(f"asked {asked}" for asked in seen.elsewhere()),
        *(f"console: {line}" for line in seen.said if reply.status == 200),
        *(f"foreign: {element}" for element in page.evaluate(FOREIGN)),
        *too_wide(page)[-3:],
        *(f"axe: {finding}" for finding in (grave_findings(page) if narrow else [])),
        *(f"went to {page.url}" for _ in [0] if urlsplit(page.url).hostname != LOOPBACK),
    ]


def test_what_strangers_call_their_files_is_no_way_out(desk: Desk) -> None:
    """A capture is a download, whatever its name and its bytes say."""
    names = [item.name for item in desk.lake.list("captures/") if item.name.endswith(".jsonl")]
    assert len(names) == len(hostile_corpus.FILES)
    for name in names:
        reply = desk.ask("/newsdesk/" + quote(name))
        assert reply.code == 200
        assert reply.headers["content-type"] == "application/octet-stream"
        assert reply.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert re.fullmatch(r"[\x20-\x7e]*", reply.headers["content-disposition"])
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in reply.headers["content-security-policy"]
