"""How pages are made: addresses, counts, sentences; and that what comes back through a browser is ours."""

from __future__ import annotations

import doctest
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


@pytest.fixture(scope="module")
def rendering(airflow_module: Callable[[str], ModuleType]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what Airflow imports
        return airflow_module("newsdesk.rendering")


def test_the_examples_hold(rendering: Any) -> None:
    assert doctest.testmod(rendering) == doctest.TestResults(failed=0, attempted=3)


ADDRESSES = [
    ("/periods/2024", {}, "/periods/2024"),
    ("/", {"year": 2024, "said": None, "x": ""}, "/?year=2024"),
    ("/articles/a?b#c", {"period": "a&b=c"}, "/articles/a%3Fb%23c?period=a%26b%3Dc"),
    ('/captures/"><script>', {}, "/captures/%22%3E%3Cscript%3E"),
    ("/quarantine", {"reason": ["a", "b"]}, "/quarantine?reason=a&reason=b"),
    ("/dags/d/runs/manual__T23:12+00:00", {}, "/dags/d/runs/manual__T23%3A12%2B00%3A00"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "query", "address"), ADDRESSES)
def test_addresses_are_quoted(rendering: Any, path: str, query: dict[str, Any], address: str) -> None:
    assert rendering.address(path, query) == address


@given(text=st.text())
def test_sentences_are_escaped_before_their_code_is_marked(rendering: Any, text: str) -> None:
    bare = str(rendering.prose(text)).replace("<code>", "").replace("</code>", "")
    assert "<" not in bare
    assert ">" not in bare


@given(size=st.integers(1, 100), total=st.integers(0, 1000))
def test_the_pages_of_a_list_hold_each_row_once(rendering: Any, size: int, total: int) -> None:
    last = rendering.Pages(1, size, total).last
    rows = []
    for number in range(1, last + 1):
        page = rendering.Pages(number, size, total)
        rows += range(page.first_row, page.last_row + 1)
    assert [row for row in rows if row] == list(range(1, total + 1))


def test_what_was_done_is_only_told_in_our_words(rendering: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.requests import Request

    def request(said: str) -> Request:
        return Request(
            {"type": "http", "query_string": said.encode(), "headers": [], "root_path": "/newsdesk"}
        )

    reply = rendering.back(request(""), "/periods/2024", rendering.Said("Done.", [("Run", "/dags/x")]))
    assert reply.status_code == 303
    path, _, query = reply.headers["location"].partition("?")
    assert path == "/newsdesk/periods/2024"
    assert rendering._said(request(query)) == rendering.Said("Done.", [("Run", "/dags/x")])
    for forged in ("", "said=Done.", query[:-2] + "xx"):
        assert rendering._said(request(forged)) is None
