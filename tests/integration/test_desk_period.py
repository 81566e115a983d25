"""A period at the newsdesk: what the page says is what the lake holds, and what others wrote is only text."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.flow.overview import record_waiting
from pipeline.lake import OVERVIEW, articles_name, capture_name
from pipeline.newsdesk.period import SAMPLE, NoSuchPeriod, known, period_view
from pipeline.write import read_object

if TYPE_CHECKING:
    from pathlib import Path

    from desk_server import Desk

    from pipeline.lake import Lake

PERIOD = "2024-05-06"
BEFORE, AFTER = (dt.datetime(2024, 5, day, 12, tzinfo=dt.UTC) for day in (4, 7))
HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


def load(lake: Lake, folder: Path, name: str, count: int, *, at: dt.datetime = AFTER, **fields: Any) -> None:
    """Articles of our day; what was captured the days before is dated in the future, and bad."""
    lines = [
        json.dumps({
            "url": f"https://a.example/{name}-{number}",
            "title": f"Sak {number}",
            "text": f"Kommunen har behandlet sak {number} av {name} og vil ta den opp igjen senere i vår.",
            "date": PERIOD,
        } | fields)
        for number in range(count)
    ]  # fmt: skip
    (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    flow.load_path(lake, folder / f"{name}.jsonl", source="a", clock=lambda: at)


def test_a_published_period_shows_what_stands(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "god", 30)
    load(lake, tmp_path, "tom", 1, text="")
    flow.publish(lake, [PERIOD])
    view = period_view(lake, PERIOD)
    assert (view.state, view.stands) == ("published", True)
    assert (view.counts["in"], view.counts["published"] + view.counts["duplicates"]) == (31, 30)
    assert view.sources == [("a", 30)]
    assert len(view.rows) == SAMPLE
    standing = read_object(lake, articles_name(PERIOD)).slice(0, SAMPLE)
    assert [row.article_id for row in view.rows] == standing["article_id"].to_pylist()
    assert [row.heading for row in view.rows] == standing["title"].to_pylist()
    assert [held.reasons for held in view.quarantined] == [["the text is empty"]]
    assert view.checks is not None
    assert view.checks.evaluated == 31
    assert view.checks.failing[0].name == "text_not_empty"
    assert view.checks.failing[0].examples == [(view.quarantined[0].article_id, "the text is empty")]
    assert all(check.success for check in view.checks.gate)
    assert not view.stopped_counts
    assert view.approval is None


def test_rows_without_a_headline_are_called_by_their_first_words(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "navnløs", 2, title=None, text="Styret møttes i går.\n\nDe vil møtes igjen i vår.")
    flow.publish(lake, [PERIOD])
    assert {row.heading for row in period_view(lake, PERIOD).rows} == {
        "Styret møttes i går. De vil møtes igjen i vår."
    }


def test_a_shut_gate_says_why_and_shows_both_builds(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "god", 10)
    flow.publish(lake, [PERIOD])
    load(lake, tmp_path, "gal", 30, at=BEFORE)
    [stopped] = flow.publish(lake, [PERIOD])
    view = period_view(lake, PERIOD)
    assert view.state == "gate failed"
    assert view.failures == stopped.failures
    assert (view.counts["in"], view.stopped_counts["in"]) == (10, 40)
    assert view.checks is not None
    shut = [check for check in view.checks.gate if not check.success]
    assert [check.reason for check in shut] == stopped.failures
    assert all(check.observed and check.allowed for check in shut)

    flow.decide_gate(lake, "approve", PERIOD, by="kari", why="Prøve", build=stopped.build)
    flow.publish(lake, [PERIOD])
    view = period_view(lake, PERIOD)
    assert (view.state, view.failures, view.stopped_counts) == ("published", [], {})
    assert view.approval is not None
    assert (view.approval.by, view.approval.why) == ("kari", "Prøve")
    assert view.approval.failures == stopped.failures


def test_what_waits_shows_what_stands_until_then(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "ny", 3)
    record_waiting(lake, [PERIOD])
    view = period_view(lake, PERIOD)
    assert (view.state, view.stands, view.rows, view.checks) == ("waiting", False, [], None)
    flow.publish(lake, [PERIOD])
    record_waiting(lake, [PERIOD])
    view = period_view(lake, PERIOD)
    assert (view.state, view.stands, len(view.rows)) == ("waiting", True, 3)
    assert view.checks is not None


def test_without_the_overview_the_lake_itself_is_asked(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "ny", 3)
    assert period_view(lake, PERIOD).state == "waiting"
    flow.publish(lake, [PERIOD])
    lake.delete(item.name for item in lake.list(OVERVIEW))
    view = period_view(lake, PERIOD)
    assert (view.state, view.counts["published"]) == ("published", 3)


def test_a_day_of_captures_alone_is_shown_as_such(lake: Lake) -> None:
    lake.put(capture_name("b", PERIOD, "0" * 16, "side.html"), b"x")
    view = period_view(lake, PERIOD)
    assert (view.state, view.stands, view.all_captures) == ("captured", False, 1)
    [(source, place)] = view.captures
    assert (source, place.file) == ("b", "side.html")
    assert place.object == capture_name("b", PERIOD, "0" * 16, "side.html")
    assert not known(lake, PERIOD)


@pytest.mark.parametrize("period", ["2024-05-06", "2024-02-30", "2024-13", "x", "", "2024-05-06/..", "٢٠٢٤"])
def test_what_is_no_period_is_said_to_be_none(lake: Lake, period: str) -> None:
    with pytest.raises(NoSuchPeriod):
        period_view(lake, period)


def test_neighbours_lead_through_the_archive(lake: Lake, tmp_path: Path) -> None:
    for number, day in enumerate(["2024-05-04", "2024-05-06", "undated"]):
        load(lake, tmp_path, f"fil{number}", 1, date=day if day != "undated" else None)
    flow.publish(lake, flow.known_periods(lake))
    view = period_view(lake, PERIOD)
    assert (view.before, view.after) == ("2024-05-04", "undated")


# --- as pages --------------------------------------------------------------------------------------


def test_what_others_wrote_is_text_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    day = "2001-02-03"
    load(desk.lake, tmp_path, "fiendtlig", 2, title=HOSTILE, date=day, at=AFTER)
    load(desk.lake, tmp_path, "tom", 1, title=HOSTILE, text="", date=day)
    flow.publish(desk.lake, [day])
    page = desk.page(f"/newsdesk/periods/{day}", user="reader")
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page
    assert re.findall(r"<(?:script(?! src=\"/newsdesk/static/)|img|style|iframe)", page) == []
    assert "onerror=alert(2)>" not in page


def test_the_pages_of_every_state_can_be_made(desk: Desk, tmp_path: Path) -> None:
    lake = desk.lake
    load(lake, tmp_path, "god", 10, date="2002-05-06")
    flow.publish(lake, ["2002-05-06"])
    load(lake, tmp_path, "vent", 1, date="2002-05-07")
    record_waiting(lake, ["2002-05-07"])
    lake.put(capture_name("b", "2002-05-08", "0" * 16, "side.html"), b"x")
    load(lake, tmp_path, "gal", 10)
    load(lake, tmp_path, "gal2", 30, at=BEFORE)
    [stopped] = flow.publish(lake, [PERIOD])
    assert stopped.state == "gate_failed"
    said = {
        "2002-05-06": "10 rows judged",
        "2002-05-07": "Newer input is staged",
        "2002-05-08": "no article stands under it",
        PERIOD: "The gate stopped the latest build",
    }
    for period, words in said.items():
        assert words in desk.page(f"/newsdesk/periods/{period}"), period
    calendar = desk.page("/newsdesk/?year=2002")
    for told in ("2002-05-06: published, 10 articles", "2002-05-07: waiting", "2002-05-08: captured"):
        assert told in calendar
    assert f"/newsdesk/periods/{PERIOD}" in calendar  # needs a look
    assert desk.ask("/newsdesk/periods/2002-05-09").code == 404


def test_a_partition_is_a_download_of_the_very_bytes(desk: Desk, tmp_path: Path) -> None:
    load(desk.lake, tmp_path, "ned", 3, date="2003-05-06")
    flow.publish(desk.lake, ["2003-05-06"])
    reply = desk.ask("/newsdesk/periods/2003-05-06/articles.parquet", user="reader")
    assert reply.body == desk.lake.get(articles_name("2003-05-06"))
    assert "articles-2003-05-06.parquet" in reply.headers["content-disposition"]
    assert desk.ask("/newsdesk/periods/2003-05-06/quarantine.parquet").code == 404
