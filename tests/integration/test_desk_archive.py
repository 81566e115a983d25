"""The archive as a calendar: every period once, with its state and its numbers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from pipeline.flow.overview import Line, record
from pipeline.flow.partition import COUNTS
from pipeline.lake import capture_name, receipt_name
from pipeline.newsdesk.archive import MOST_LISTED, Cell, archive_view, calendar_of, total

if TYPE_CHECKING:
    from pipeline.lake import Lake
    from pipeline.newsdesk.archive import ArchiveView

AT = "2026-01-01T00:00:00.000000+00:00"


def line(period: str, state: str = "published", **counts: int) -> Line:
    return Line(
        period=period,
        at=AT,
        state=state,
        counts=dict.fromkeys(COUNTS, 0) | {"in": sum(counts.values())} | counts,
        failures=["too few"] if state == "gate failed" else [],
    )


def days_of(view: ArchiveView) -> list[Cell]:
    return [cell for month in view.months for week in month.weeks for cell in week if cell is not None]


def test_an_empty_archive_shows_no_year(lake: Lake) -> None:
    view = archive_view(lake)
    assert (view.year, view.years, view.months, view.to_look_at) == (None, [], [], [])
    assert set(view.totals.values()) == {0}


def test_each_day_has_its_state(lake: Lake) -> None:
    record(lake, [
        line("2024-02-28", published=3, duplicates=1),
        line("2024-02-29", "waiting", published=2),
        line("2024-03-01", "gate failed"),
        line("2024-02", published=5),
        line("2024", published=7, quarantined=1),
        line("undated", published=11),
        line("2023-12-31", published=13),
    ])  # fmt: skip
    for source, day in [("a", "2024-03-02"), ("b", "2024-03-02"), ("b", "2024-02-28"), ("b", "2023-03-02")]:
        lake.put(capture_name(source, day, "0" * 16, "x.html"), b"x")
        lake.put(receipt_name(source, "0" * 16), b"{}")
    view = archive_view(lake)
    assert view.year == 2024
    cells = {cell.period: cell for cell in days_of(view)}
    assert len(cells) == 366
    assert {period: cell.state for period, cell in cells.items() if cell.state != "never captured"} == {
        "2024-02-28": "published",
        "2024-02-29": "waiting",
        "2024-03-01": "gate failed",
        "2024-03-02": "captured",
    }
    assert (cells["2024-02-28"].articles, cells["2024-02-28"].label) == (4, "28")
    february = view.months[1]
    assert february.whole is not None
    assert (february.name, february.whole.articles, february.articles) == ("February", 5, 11)
    assert view.whole_year is not None
    assert (view.whole_year.articles, view.whole_year.quarantined) == (7, 1)
    assert view.undated is not None
    assert view.undated.articles == 11
    assert [(year.number, year.articles, year.to_look_at) for year in view.years] == [
        (2024, 18, 2), (2023, 13, 0),
    ]  # fmt: skip
    assert [stuck.period for stuck in view.to_look_at] == ["2024-03-01", "2024-02-29"]
    assert (view.of_year["published"], view.totals["published"]) == (17, 41)
    assert view.states == {
        "published": 1, "waiting": 1, "gate failed": 1, "captured": 1, "never captured": 362,
    }  # fmt: skip


def test_another_year_may_be_asked_for_also_an_empty_one(lake: Lake) -> None:
    record(lake, [line("2024-02-28", published=3)])
    lake.put(capture_name("a", "1905-06-07", "0" * 16, "x.html"), b"x")
    view = archive_view(lake, year=1905)
    assert view.year == 1905
    assert [cell.period for cell in days_of(view) if cell.state == "captured"] == ["1905-06-07"]
    assert set(view.of_year.values()) == {0}


def test_a_mistyped_year_of_the_future_is_not_shown_first(lake: Lake) -> None:
    record(lake, [line("2024-02-28", published=3), line("2219-05-17", quarantined=1)])
    view = archive_view(lake)
    assert view.year == 2024
    assert [year.number for year in view.years] == [2219, 2024]


def test_of_many_that_need_a_look_the_gates_come_first_and_the_rest_is_counted() -> None:
    lines = [line(f"2024-{m:02}-{d:02}", "waiting") for m in range(1, 13) for d in range(1, 29)]
    lines.append(line("1999-01-01", "gate failed"))
    view = calendar_of({one.period: one for one in lines}, 2024, captured=())
    assert len(view.to_look_at) == MOST_LISTED
    assert (view.all_to_look_at, view.to_look_at[0].period) == (337, "1999-01-01")


DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
PERIODS = st.one_of(
    DAYS.map(str),
    DAYS.map(lambda day: str(day)[:7]),
    DAYS.map(lambda day: str(day)[:4]),
    st.just("undated"),
)
STATES = st.sampled_from(["published", "waiting", "gate failed"])
NUMBERS = st.fixed_dictionaries({name: st.integers(0, 10**6) for name in COUNTS})


@given(st.dictionaries(PERIODS, st.tuples(STATES, NUMBERS), max_size=30))
def test_every_period_stands_once_with_its_numbers(drawn: dict[str, tuple[str, dict[str, int]]]) -> None:
    overview = {period: line(period, state, **numbers) for period, (state, numbers) in drawn.items()}
    years = {int(period[:4]) for period in overview if period != "undated"}
    found: Counter[str] = Counter()
    for year in years:
        view = calendar_of(overview, year, captured=())
        cells = [*days_of(view), view.whole_year, *(month.whole for month in view.months)]
        for cell in cells:
            if cell is not None and cell.state != "never captured":
                found[cell.period] += 1
                own = overview[cell.period]
                assert cell.state == own.state
                assert cell.articles == own.counts["published"] + own.counts["duplicates"]
        of_days = [own for period, own in overview.items() if len(period) == 10 and int(period[:4]) == year]
        shown = ("published", "duplicates", "quarantined")
        assert sum(week.total for week in view.weeks) == sum(own.counts[k] for own in of_days for k in shown)
        assert all(len(week) == 7 for month in view.months for week in month.weeks)
        assert view.totals == total(overview.values())
    if "undated" in overview:
        assert calendar_of(overview, None, captured=()).undated is not None
        found["undated"] += 1
    assert found == dict.fromkeys(overview, 1)


@pytest.mark.parametrize("year", [1, 1582, 1900, 2000, 9999])
def test_every_year_has_a_calendar(lake: Lake, year: int) -> None:
    view = archive_view(lake, year=year)
    assert len(days_of(view)) == (366 if year == 2000 else 365)
    assert len({cell.period for cell in days_of(view)}) == len(days_of(view))
