from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise import PublishedDate, parse_date

TUESDAY = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


DAYS = [
    ("i dag", "2026-11-24"),
    ("I dag", "2026-11-24"),
    ("idag", "2026-11-24"),
    ("today", "2026-11-24"),
    ("heute", "2026-11-24"),
    ("tänään", "2026-11-24"),
    ("just now", "2026-11-24"),
    ("i går", "2026-11-23"),
    (" igår\n", "2026-11-23"),
    ("i\u00a0går", "2026-11-23"),
    ("Yesterday", "2026-11-23"),
    ("gestern", "2026-11-23"),
    ("eilen", "2026-11-23"),
    ("í gær", "2026-11-23"),
    ("i förrgår", "2026-11-22"),
    ("vorgestern", "2026-11-22"),
    # hours and minutes, counted from noon
    ("for 3 timer siden", "2026-11-24"),
    ("3 timer siden", "2026-11-24"),
    ("for 13 timer siden", "2026-11-23"),
    ("för 3 timmar sedan", "2026-11-24"),
    ("vor 2 Stunden", "2026-11-24"),
    ("3 hours ago", "2026-11-24"),
    ("ca. 3 timer siden", "2026-11-24"),
    ("about an hour ago", "2026-11-24"),
    ("for en time siden", "2026-11-24"),
    ("vor einer Stunde", "2026-11-24"),
    ("3 tuntia sitten", "2026-11-24"),
    ("5 min", "2026-11-24"),
    ("5 min.", "2026-11-24"),
    ("3 t", "2026-11-24"),
    ("14 h", "2026-11-23"),
    # days
    ("2 dager siden", "2026-11-22"),
    ("en dag siden", "2026-11-23"),
    ("för 2 dagar sedan", "2026-11-22"),
    ("vor 2 Tagen", "2026-11-22"),
    # longer units leave the day open
    ("2 uker siden", "2026-11"),
    ("3 weeks ago", "2026"),
    ("3 måneder siden", "2026"),
    # weekdays
    ("mandag", "2026-11-23"),
    ("Sonntag", "2026-11-22"),
    ("onsdag", "2026-11-18"),
    ("keskiviikkona", "2026-11-18"),
]


@pytest.mark.parametrize(("raw", "period"), DAYS)
def test_day_is_counted_back_from_the_capture(raw: str, period: str) -> None:
    assert parse_date(raw, captured_at=TUESDAY) == PublishedDate(period)


@pytest.mark.parametrize(("raw", "period"), DAYS)
def test_without_the_time_of_capture_it_is_no_date(raw: str, period: str) -> None:
    assert parse_date(raw) == PublishedDate("undated")


@pytest.mark.parametrize(
    ("raw", "period", "instant"),
    [
        ("i dag kl. 10.11", "2026-11-24", at(2026, 11, 24, 9, 11)),
        ("I dag, 10:11", "2026-11-24", at(2026, 11, 24, 9, 11)),
        ("i går kl. 00.30", "2026-11-23", at(2026, 11, 22, 23, 30)),
        ("Yesterday at 10:15 AM", "2026-11-23", at(2026, 11, 23, 9, 15)),
        ("heute, 10:15 Uhr", "2026-11-24", at(2026, 11, 24, 9, 15)),
        ("mandag kl. 10.11", "2026-11-23", at(2026, 11, 23, 9, 11)),
        ("today 10:15 GMT", "2026-11-24", at(2026, 11, 24, 10, 15)),
    ],
)
def test_time_beside_the_day_gives_the_instant_in_the_zone_of_the_source(
    raw: str, period: str, instant: dt.datetime | None
) -> None:
    date = parse_date(raw, captured_at=TUESDAY, zone="Europe/Oslo")
    assert (date.period, date.at) == (period, instant)


@pytest.mark.parametrize(
    ("raw", "zone", "period"),
    [
        ("i dag", None, "2026-11-24"),
        ("i dag", "Europe/Oslo", "2026-11-25"),
        ("i går", "Europe/Oslo", "2026-11-24"),
        ("today", "America/New_York", "2026-11-24"),
        ("for 10 min siden", "Europe/Oslo", "2026-11-25"),
        ("for 2 timer siden", "Europe/Oslo", "2026-11-24"),
        ("i dag", "Europe/Nidaros", "2026-11-24"),
    ],
)
def test_day_is_that_of_the_source(raw: str, zone: str | None, period: str) -> None:
    late = at(2026, 11, 24, 23, 30)
    assert parse_date(raw, captured_at=late, zone=zone).period == period


@pytest.mark.parametrize(
    "raw",
    [
        "tirsdag",  # this one, or that of last week?
        "man",
        "på mandag",
        "i fjor",
        "i morgen",
        "om 3 timer",
        "3",
        "3 dager",
        "2 uker",
        "timer siden",
        "5 min lesetid",
        "3 år siden",
        "999 måneder siden",
        "i dag kl. 25.00",
        "10:11",
    ],
)
def test_what_may_mean_another_day_is_none(raw: str) -> None:
    assert parse_date(raw, captured_at=TUESDAY) == PublishedDate("undated")


def test_nothing_was_published_before_the_year_1() -> None:
    assert parse_date("i går", captured_at=at(1, 1, 1)) == PublishedDate("undated")
    assert parse_date("20 timer siden", captured_at=at(1, 1, 1)) == PublishedDate("undated")


def test_time_of_capture_changes_nothing_of_a_date_that_is_whole() -> None:
    raw = "2030-02-06T10:11:12+01:00"
    assert parse_date(raw, captured_at=TUESDAY) == parse_date(raw)


CAPTURES = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9998, 1, 1), timezones=st.just(dt.UTC))


@given(st.integers(0, 999), st.sampled_from(["minutes", "hours", "days"]), CAPTURES)
def test_counting_back_leads_to_the_day(number: int, unit: str, captured_at: dt.datetime) -> None:
    then = captured_at - dt.timedelta(**{unit: number})
    assert parse_date(f"{number} {unit} ago", captured_at=captured_at) == PublishedDate(
        then.date().isoformat()
    )


RELATIVE_TEXT = st.lists(
    st.sampled_from([*"0359 ,.:", "i dag", "i går", "mandag", "for", "siden", "ago", "time", "min", "kl"])
).map("".join)


@given(
    st.one_of(st.text(), RELATIVE_TEXT),
    st.datetimes(timezones=st.just(dt.UTC)),
    st.sampled_from([None, "", "Europe/Oslo", "Pacific/Kiritimati", "Europe"]),
    st.one_of(st.none(), st.text(), st.sampled_from(["nb", "en-US", "en_GB"])),
)
def test_any_text_at_any_time_gives_a_period(
    raw: str, captured_at: dt.datetime, zone: str | None, language: str | None
) -> None:
    date = parse_date(raw, captured_at=captured_at, zone=zone, language=language)
    assert date.period == "undated" or len(date.period) in (4, 7, 10)
    assert parse_date(date.period) == PublishedDate(date.period)
