"""The newsdesk in a whole Airflow: who comes in, who may decide, and what comes of a decision."""

from __future__ import annotations

import http.client
import http.server
import itertools
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect

from pipeline.decisions import read_decisions
from pipeline.embedded.airflow import Api
from pipeline.embedded.processes import LOOPBACK
from pipeline.embedded.state import READER, REPOSITORY
from pipeline.lake import articles_name, summary_name
from pipeline.newsdesk.quarantine import quarantine_view

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.conftest import Up

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300)]

ROUTES: Final = """
import json, sys
from newsdesk.app import create_app
print(json.dumps([[route.path, sorted(route.methods)] for route in create_app().routes]))
"""
WORDS: Final = {"name": "desk.css", "path": "nothing/here", "part": "articles", "period": "2024-05-02"}
"""What stands in the place of a route's parameters."""


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Every method and path of the newsdesk, from the application itself: none can be forgotten."""
    env = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
        "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "plugins"))),
    }
    done = subprocess.run([sys.executable, "-c", ROUTES], env=env, capture_output=True, text=True, check=True)
    listed = json.loads(done.stdout.splitlines()[-1])

    def filled(path: str) -> str:
        return re.sub(r"{(\w+)(?::path)?}", lambda found: WORDS.get(found[1], "x"), path)

    found = [(method, filled(path)) for path, methods in listed for method in methods]
    assert len([path for path, methods in listed if "POST" in methods]) >= 3
    return found


@pytest.fixture(scope="module")
def reader(up: Up) -> Api:
    return Api(up.airflow.url, up.state.secrets().reader_password, READER)


def ask(
    up: Up, method: str, path: str, *, form: dict[str, str] | None = None, **headers: str
) -> tuple[int, str]:
    """What the server answers; underscores in header names are hyphens."""
    connection = http.client.HTTPConnection(LOOPBACK, urlsplit(up.airflow.url).port or 80, timeout=60)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, f"/newsdesk{path}", urlencode(form) if form is not None else None, sent)
        reply = connection.getresponse()
        return reply.status, reply.read().decode(errors="replace")
    finally:
        connection.close()


_days = itertools.count(1)


def dropped(up: Up) -> str:
    """A day of its own that is published: six articles, and four without a word in quarantine."""
    day = f"2015-08-{next(_days):02}"
    records = [
        {
            "id": f"{day}/{number}",
            "url": f"https://kakeavisa.example/{day}/{number}",
            "date": day,
            "title": f"Kake nummer {number} den {day}",
            "text": f"Bakeriet i gate {number} solgte {number} kaker den {day}, så tok deigen slutt."
            if number < 6
            else "* * *",
        }
        for number in range(10)
    ]
    up.remember_runs()
    up.copy_into_inbox(f"kaker-{day}.jsonl", "\n".join(map(json.dumps, records)).encode())
    up.follow()
    assert summary(up, day)["quarantined"] == 4
    return day


@pytest.fixture(scope="module")
def standing(up: Up) -> str:
    """A day that nobody decides about."""
    return dropped(up)


@pytest.fixture
def period(up: Up) -> str:
    """A day to decide about."""
    return dropped(up)


# --- who comes in ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer bm8.bm8.bm8"}, {"Cookie": "_token=bm8.bm8.bm8"}, {"Cookie": "_token="}],
    ids=["nothing", "a made-up token", "a made-up session", "an empty session"],
)
def test_without_a_login_every_route_is_shut(
    up: Up, routes: list[tuple[str, str]], headers: dict[str, str]
) -> None:
    answers = {(method, path): ask(up, method, path, **headers)[0] for method, path in routes}
    assert {route: code for route, code in answers.items() if code not in {401, 403}} == {}


def test_a_reader_may_look_at_everything_and_send_nothing(
    up: Up, reader: Api, routes: list[tuple[str, str]]
) -> None:
    before = len(read_decisions(up.lake))
    session = {"Cookie": f"_token={reader.token()}"}
    for method, path in routes:
        same = {"Origin": up.airflow.url, "Sec_Fetch_Site": "same-origin"}
        code, page = ask(up, method, path, **session, **same)
        if method in {"GET", "HEAD"}:
            assert code in {200, 404}, (method, path)
            assert 'method="post"' not in page, (method, path)
        else:
            assert code == 403, (method, path)
    assert len(read_decisions(up.lake)) == before


def test_a_reader_sees_no_button_in_the_browser(up: Up, logged_in: Page, reader: Api) -> None:
    browser = logged_in.context.browser
    assert browser is not None
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{up.airflow.url}/newsdesk/")
    page.get_by_role("link", name="Log in").click()
    page.locator("input[name=username]").fill(READER)
    page.locator("input[name=password]").fill(reader.password)
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("heading", name="The archive")).to_be_visible(timeout=30_000)
    for path in ("/", "/quarantine", "/rejected", "/sources"):
        page.goto(f"{up.airflow.url}/newsdesk{path}")
        expect(page.get_by_text("and may read")).to_be_visible()
        expect(page.locator("form[method=post]")).to_have_count(0)
    context.close()


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("none", {"Origin": "own", "Sec_Fetch_Site": "same-origin"}),
        ("a reader's", {"Origin": "own", "Sec_Fetch_Site": "same-origin"}),
        ("own", {"Origin": "http://struck.example"}),
        ("own", {"Origin": "own", "Sec_Fetch_Site": "cross-site"}),
        ("own", {"Origin": "null"}),
        ("own", {}),
    ],
    ids=str,
)
def test_what_our_pages_did_not_send_decides_nothing(
    up: Up, reader: Api, standing: str, routes: list[tuple[str, str]], token: str, headers: dict[str, str]
) -> None:
    before = len(read_decisions(up.lake)), len(up.airflow.runs("publish_articles"))
    session = {"Cookie": f"_token={up.airflow.token()}"}
    tokens = {"none": "", "own": form_token(up, standing), "a reader's": reader.token()}
    sent = {name: up.airflow.url if value == "own" else value for name, value in headers.items()}
    form = {"token": tokens[token], "kind": "withdraw", "prefix": "https://avisa.example/", "why": "x"}
    paths = [path for method, path in routes if method == "POST" and path != f"/{WORDS['path']}"]
    answers = {path: ask(up, "POST", path, form=form, **session, **sent)[0] for path in paths}
    assert set(answers.values()) == {403}
    assert (len(read_decisions(up.lake)), len(up.airflow.runs("publish_articles"))) == before


def form_token(up: Up, period: str) -> str:
    """The token of a form that the admin was shown."""
    _, page = ask(up, "GET", f"/periods/{period}", Cookie=f"_token={up.airflow.token()}")
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


@contextmanager
def elsewhere(page: str) -> Iterator[str]:
    """The address of a page that somebody else serves on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://{LOOPBACK}:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_page_of_somebody_else_decides_nothing_with_our_session(
    up: Up, logged_in: Page, standing: str
) -> None:
    """Cookies know no ports: the browser sends the session along."""
    before = len(read_decisions(up.lake))
    sent = {
        "kind": "withdraw",
        "prefix": "https://avisa.example/",
        "why": "x",
        "token": form_token(up, standing),
    }
    fields = "".join(f'<input name="{name}" value="{value}">' for name, value in sent.items())
    action = f"{up.airflow.url}/newsdesk/decisions"
    with elsewhere(f'<form method="post" action="{action}">{fields}<button>Win</button></form>') as address:
        logged_in.goto(address)
        with logged_in.expect_response(action) as answered:
            logged_in.get_by_role("button").click()
    assert answered.value.status == 403
    assert len(read_decisions(up.lake)) == before


# --- what comes of a decision ----------------------------------------------------------------------


def summary(up: Up, period: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(up.lake.get(summary_name(period)))
    return found


def titles(up: Up, period: str) -> set[str]:
    with up.lake.open(articles_name(period)) as file:
        return set(pq.read_table(file, columns=["title"])["title"].to_pylist())


def decided(up: Up, page: Page) -> None:
    """Wait until what was decided in the browser is published."""
    expect(page.get_by_role("status")).to_contain_text("It holds when 1 period is published.")
    up.settled()


def test_a_row_that_is_released_stands_in_the_archive(
    up: Up, logged_in: Page, period: str, tmp_path: Path
) -> None:
    page, title = logged_in, f"Kake nummer 7 den {period}"
    page.goto(f"{up.airflow.url}/newsdesk/quarantine?period={period}")
    expect(page.get_by_role("checkbox", name=re.compile("Select: "))).to_have_count(4)
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_text("the text is empty")).to_be_visible()
    page.get_by_role("textbox", name=re.compile("^Why")).fill("Bildesak, den skal stå.")
    page.get_by_role("button", name="Release").click()
    decided(up, page)
    assert title in titles(up, period)
    assert (summary(up, period)["published"], summary(up, period)["quarantined"]) == (7, 3)
    latest = max(read_decisions(up.lake), key=lambda d: d.at)
    assert (latest.kind, latest.by, latest.why) == ("release", "admin", "Bildesak, den skal stå.")
    page.reload()
    page.screenshot(path=tmp_path / "released.png")
    expect(page.locator(".facts")).to_contain_text("published")
    page.get_by_role("link", name=period).first.click()
    expect(page.get_by_role("link", name=title)).to_be_visible()


def test_rows_are_rejected_for_good_in_bulk(up: Up, logged_in: Page, period: str) -> None:
    page = logged_in
    page.goto(f"{up.airflow.url}/newsdesk/quarantine?period={period}")
    page.get_by_role("button", name="Reject for good").click()
    expect(page).to_have_url(re.compile("/quarantine"))  # a reason is asked for first
    page.get_by_label("Select all on this page").check()
    page.get_by_label(re.compile("^Select: .* 9 den")).uncheck()
    page.get_by_role("textbox", name=re.compile("^Why")).first.fill("Tomme sider.")
    page.get_by_role("button", name="Reject for good").click()
    decided(up, page)
    after = summary(up, period)
    assert (after["published"], after["quarantined"], after["rejected"]) == (6, 1, 3)
    [left] = quarantine_view(up.lake, period=period).rows
    assert left.heading == f"Kake nummer 9 den {period}"
    assert page.get_by_role("status").is_visible()


def test_what_is_withdrawn_is_gone_until_it_is_undone(up: Up, logged_in: Page, period: str) -> None:
    page, title = logged_in, f"Kake nummer 3 den {period}"
    page.goto(f"{up.airflow.url}/newsdesk/periods/{period}")
    page.get_by_role("link", name=title).click()
    page.get_by_text(re.compile("^Decide: ")).click()
    page.get_by_role("textbox", name=re.compile("^Why")).fill("Trukket etter klage.")
    page.get_by_role("button", name="Withdraw").click()
    decided(up, page)
    assert title not in titles(up, period)
    assert summary(up, period)["withdrawn"] == 1
    page.reload()
    expect(page.locator(".facts")).to_contain_text("withdrawn")
    page.get_by_role("textbox", name=re.compile("^Why")).fill("Klagen er trukket.")
    page.get_by_role("button", name="Undo").click()
    decided(up, page)
    assert title in titles(up, period)


def test_it_stands_in_airflows_navigation_and_follows_its_theme(
    up: Up, logged_in: Page, tmp_path: Path
) -> None:
    page = logged_in
    page.goto(f"{up.airflow.url}/dags")
    page.get_by_role("link", name="Newsdesk").or_(page.get_by_text("Newsdesk", exact=True)).first.click()
    desk = page.frame_locator("iframe")
    expect(desk.get_by_role("heading", name="The archive")).to_be_visible(timeout=30_000)
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.className = {theme!r}")
        expect(desk.locator("html")).to_have_attribute("data-theme", theme)
        page.screenshot(path=tmp_path / f"framed-{theme}.png")
