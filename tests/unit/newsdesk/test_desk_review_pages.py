"""The pages of articles, quarantine and sources: what readers see of hostile data, and who may decide."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import warnings
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient

from pipeline import flow
from pipeline.decisions import read_decisions
from pipeline.lake import Lake, articles_name, quarantine_name
from pipeline.newsdesk.quarantine import PAGE_ROWS
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path
    from types import ModuleType

    from httpx import Response as Answer
    from starlette.responses import Response

    from pipeline.embedded.s3 import S3Server

NOW = dt.datetime(2024, 3, 10, 8, tzinfo=dt.UTC)
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e{{ 7 * 7 }}'
TEXT = f"Skolen blir lagt ned til høsten\\, sier rektor. {HOSTILE}\n\nFAU vil\u200b klage på vedtaket mandag."


class User:
    """Somebody whom the gate let in."""

    def get_id(self) -> str:
        return "7"

    def get_name(self) -> str:
        return "Kari <b>Nordmann</b>"


class Browser:
    """Asks an application, each time as if it was started anew."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str) -> Answer:
        return asyncio.run(self._ask("GET", path))

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        return asyncio.run(self._ask("POST", path, data=data))

    async def _ask(self, method: str, path: str, **options: Any) -> Answer:
        transport = ASGITransport(self._app, root_path="/newsdesk", raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://desk.example") as client:
            return await client.request(method, path, **options)


@pytest.fixture(scope="module")
def pages(airflow_module: Callable[[str], ModuleType]) -> dict[str, ModuleType]:
    """Modules of the newsdesk, by their names."""
    names = ("access", "problems", *(f"pages.{p}" for p in ("article", "decisions", "quarantine", "sources")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Airflow's own imports
        return {name: airflow_module(f"newsdesk.{name}") for name in names}


@pytest.fixture
def client(pages: dict[str, ModuleType]) -> Callable[..., Browser]:
    """`client(lake, may_decide=True)`: the pages as this person has them, the gate left open."""

    def make(lake: Lake, *, may_decide: bool = True) -> Browser:
        app = FastAPI()
        app.state.open_lake = lambda: lake
        for name in sorted(name for name in pages if name.startswith("pages.")):
            app.include_router(pages[name].router)
        pages["problems"].handle_problems(app)

        @app.middleware("http")
        async def come_in(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
            request.state.visitor = pages["access"].Visitor(User(), may_decide=may_decide)
            return await go_on(request)

        return Browser(app)

    return make


def document(number: int, date: str, **fields: Any) -> dict[str, Any]:
    return {
        "title": f"Sak {number} {HOSTILE}",
        "text": f"{TEXT} Sak {number}.",
        "date": date,
        "url": f"https://haug.example/{number}?a=\"'<x>",
    } | fields


@pytest.fixture(scope="module")
def filled(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Hostile articles, one of them published, three in quarantine, and something that cannot be read."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3.env("desk-pages").items():
            patch.setenv(name, value)
        lake = Lake.from_env()
    lake.create_bucket()
    lines = [json.dumps(document(1, "2024-03-01"))]
    lines += [json.dumps(document(n, "2024-03-20")) for n in range(2, 5)]
    path = tmp_path_factory.mktemp("desk") / "<img src=x>.jsonl"
    path.write_text("\n".join([*lines, f"{{{HOSTILE}"]), encoding="utf-8")
    flow.publish(lake, flow.load_path(lake, path, source="haug", clock=lambda: NOW).periods)
    return lake


class Tags(HTMLParser):
    """The tags of a page, and what its attributes say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def checked(answer: Answer, code: int = 200) -> str:
    """The text of a page in which nothing of what others wrote became markup or script."""
    assert answer.status_code == code, answer.text
    found = Tags(answer.text)
    assert [value for name, value in found.attributes if name == "src"] == [
        value for name, value in found.attributes if name == "src" and value.startswith("/newsdesk/static/")
    ]
    assert found.tags.count("script") == 2
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "style"]
    assert not [value for name, value in found.attributes if value.strip().lower().startswith("javascript:")]
    assert "49" not in re.findall(r"\u202e(\d+)", answer.text)
    ids = [value for name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids)), ids
    return answer.text


def ids(lake: Lake, name: str) -> list[str]:
    found: list[str] = read_object(lake, name)["article_id"].to_pylist()
    return found


def form(page: str, **fields: Any) -> dict[str, Any]:
    token = re.search(r'name="token" value="([^"]+)"', page)
    return {"token": token[1] if token else "", **fields}


@pytest.mark.parametrize("may_decide", [True, False])
def test_hostile_articles_are_text(filled: Lake, client: Callable[..., Browser], may_decide: bool) -> None:
    browser = client(filled, may_decide=may_decide)
    for name in (articles_name("2024-03-01"), quarantine_name("2024-03-20")):
        for article_id in ids(filled, name):
            page = checked(browser.get(f"/articles/{article_id}"))
            assert "<del" in page
            assert 'rel="noopener noreferrer nofollow"' in page
            assert ('action="/newsdesk/decisions"' in page) is may_decide


@pytest.mark.parametrize(
    "path",
    [
        "/quarantine",
        "/quarantine?source=haug&page=2",
        "/quarantine?reason=published_not_in_future",
        "/quarantine?text=%22%3E%3Cscript%3E&source=%3Cb%3E",
        "/rejected",
        "/rejected?after=%3Cscript%3E:1",
        "/sources",
        "/sources/haug",
    ],
)
@pytest.mark.parametrize("may_decide", [True, False])
def test_every_page_is_whole_and_text_stays_text(
    filled: Lake, client: Callable[..., Browser], path: str, may_decide: bool
) -> None:
    page = checked(client(filled, may_decide=may_decide).get(path))
    if not may_decide:
        assert "<textarea" not in page
        assert 'type="checkbox"' not in page


def test_pages_of_an_empty_lake_say_so(lake: Lake, client: Callable[..., Browser]) -> None:
    assert "Nothing is in quarantine" in checked(client(lake).get("/quarantine"))
    assert "Nothing was rejected" in checked(client(lake).get("/rejected"))
    checked(client(lake).get("/sources"))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/articles/ffffffffffff", 404),
        ("/articles/%3Cscript%3E", 404),
        ("/sources/%3Cscript%3Enobody", 404),
        ("/quarantine?page=0", 422),
        ("/quarantine?page=x", 422),
    ],
)
def test_what_is_not_there_is_a_page_too(
    filled: Lake, client: Callable[..., Browser], path: str, code: int
) -> None:
    checked(client(filled).get(path), code)


def test_a_list_longer_than_a_page_is_paged(
    lake: Lake, client: Callable[..., Browser], tmp_path: Path
) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text(
        "".join(json.dumps(document(n, f"2024-03-{20 + n % 4}")) + "\n" for n in range(PAGE_ROWS + 3)),
        encoding="utf-8",
    )
    flow.publish(lake, flow.load_path(lake, path, source="haug", clock=lambda: NOW).periods)
    seen: set[str] = set()
    for query in ("", "?page=2", "?source=haug", "?source=haug&page=2"):
        page = checked(client(lake).get(f"/quarantine{query}"))
        boxes = re.findall(r'name="article" value="([0-9a-f]{32})"', page)
        assert len(boxes) == (3 if "page=2" in query else PAGE_ROWS)
        assert ('rel="next"' in page) is ("page=2" not in query)
        assert ('rel="prev"' in page) is ("page=2" in query)
        seen |= set(boxes)
    assert len(seen) == PAGE_ROWS + 3


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ({"kind": "release", "why": "fine"}, 400, "Nothing is selected"),
        ({"kind": "explode", "why": "fine", "article": "here"}, 400, "nothing that can be decided"),
        ({"kind": "approve", "why": "fine", "article": "here"}, 400, "nothing that can be decided"),
        ({"kind": "release", "why": " ", "article": "here"}, 400, "Why?"),
        ({"kind": "release", "why": "fine", "article": ["here", "f" * 32]}, 400, "No article"),
        ({"kind": "release", "why": "fine", "article": "../../x"}, 400, "no article_id"),
        ({"kind": "release", "why": "x" * 2001, "article": "here"}, 400, "longer than"),
        (
            {"kind": "withdraw", "why": "fine", "prefix": "https://haug.example/", "article": "here"},
            400,
            "selected",
        ),
        ({"kind": "release", "why": "fine", "prefix": "https://haug.example/"}, 400, "one by one"),
        ({"kind": "withdraw", "why": "fine", "prefix": "javascript:x"}, 400, "no beginning of addresses"),
        ({"kind": "release", "why": "fine", "article": "here", "token": "forged"}, 403, "not yours"),
        ({"kind": "release", "why": "fine", "article": "here", "token": ""}, 403, "not yours"),
    ],
)
def test_a_form_that_does_not_fit_decides_nothing(
    filled: Lake, client: Callable[..., Browser], fields: dict[str, Any], code: int, said: str
) -> None:
    browser = client(filled)
    here = ids(filled, quarantine_name("2024-03-20"))[0]
    values = {
        name: [here if v == "here" else v for v in ([value] if isinstance(value, str) else value)]
        for name, value in fields.items()
    }
    answer = browser.post("/decisions", data=form(browser.get("/quarantine").text) | values)
    assert said in checked(answer, code)
    assert read_decisions(filled) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"why": ""}, "Why?"),
        ({"why": "fixed", "back_source": "nobody"}, "No such row"),
        ({"why": "x" * 2001}, "longer"),
    ],
)
def test_reading_again_wants_a_reason_and_rows(
    filled: Lake, client: Callable[..., Browser], fields: dict[str, Any], said: str
) -> None:
    browser = client(filled)
    answer = browser.post("/rerun", data=form(browser.get("/quarantine").text) | fields)
    assert said in checked(answer, 400)
