from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise import PublishedDate, parse_date

CAPTURED = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
FEBRUARY, JUNE, NONE = "2019-02-06", "2019-06-02", "undated"

ORDERS = [
    # (zone, language, period of 06/02/2019)
    ("Europe/Oslo", None, FEBRUARY),
    ("Europe/Oslo", "en", FEBRUARY),
    ("Europe/London", "en", FEBRUARY),
    ("Atlantic/Reykjavik", None, FEBRUARY),
    ("Australia/Sydney", "en", FEBRUARY),
    (None, "nb", FEBRUARY),
    (None, "sv-SE", FEBRUARY),
    (None, "de", FEBRUARY),
    (None, "en-GB", FEBRUARY),
    ("America/New_York", "en", JUNE),
    ("America/New_York", "en_US", JUNE),
    ("America/New_York", None, JUNE),
    ("America/Indiana/Vincennes", "en", JUNE),
    (None, "en-US", JUNE),
    ("America/New_York", "es", NONE),
    ("America/New_York", "en-GB", NONE),
    ("America/Toronto", "en", NONE),
    ("America/Mexico_City", "es", FEBRUARY),
    ("Asia/Tokyo", "en", NONE),
    ("UTC", None, NONE),
    (None, "en", NONE),
    (None, "ja", NONE),
    (None, None, NONE),
    ("", "", NONE),
]


@pytest.mark.parametrize(("zone", "language", "period"), ORDERS)
@pytest.mark.parametrize("raw", ["06/02/2019", "6/2/2019", "06-02-2019"])
def test_zone_and_language_tell_the_day_from_the_month(
    raw: str, zone: str | None, language: str | None, period: str
) -> None:
    assert parse_date(raw, zone=zone, language=language) == PublishedDate(period)


@pytest.mark.parametrize(("zone", "language", "_"), ORDERS)
def test_a_date_with_one_reading_needs_neither(zone: str | None, language: str | None, _: str) -> None:
    assert parse_date("24/12/2019", zone=zone, language=language) == PublishedDate("2019-12-24")
    assert parse_date("12/24/2019", zone=zone, language=language) == PublishedDate("2019-12-24")
    assert parse_date("5/5/2019", zone=zone, language=language) == PublishedDate("2019-05-05")


@pytest.mark.parametrize(
    ("raw", "language", "period"),
    [
        ("06.02.19", "nb", "2019-02-06"),
        ("6.2.19", "nb", "2019-02-06"),
        ("06.02.19", None, "2019-02-06"),
        ("06.02.19, kl. 10.11", "nb", "2019-02-06"),
        ("tir. 24.11.26 10:11", "nb", "2026-11-24"),
        ("06/02/19", "nb", "2019-02-06"),
        ("06/02/19", "en-US", "2019-06-02"),
        ("6/2-19", "nb", "2019-02-06"),
        ("6/2 -19", None, "2019-02-06"),
        ("6/2-2019", "sv", "2019-02-06"),
        ("6/2 2019", None, "2019-02-06"),
        ("6. feb. 19", "nb", "2019-02-06"),
        ("6. februar ’19", "nb", "2019-02-06"),
        ("06 Feb 19", None, "2019-02-06"),
        ("Wed, 06 Feb 19 10:11:12 CET", None, "2019-02-06"),
        # of 80 years, up to that of the capture
        ("31.12.26", "nb", "2026-12-31"),
        ("01.01.27", "nb", NONE),
        ("06.02.46", "nb", NONE),
        ("06.02.47", "nb", "1947-02-06"),
        ("06.02.99", "nb", "1999-02-06"),
        ("29.02.23", "nb", NONE),
        # another order
        ("06.02.19", "hu", NONE),
        ("06.02.19", "ko", NONE),
        ("06.02.19", "en-US", NONE),
        ("06/02/19", None, NONE),
        ("24/12/19", None, NONE),
        ("24/12/19", "en-US", NONE),
        ("6/2-19", "en-US", NONE),
        ("19-02-06", "sv", NONE),
        ("24. november 10:15", "nb", NONE),
        ("24. november kl. 10", "nb", NONE),
    ],
)
def test_two_digits_of_a_year_count_back_from_the_capture(
    raw: str, language: str | None, period: str
) -> None:
    assert parse_date(raw, language=language, captured_at=CAPTURED) == PublishedDate(period)


def test_a_year_begins_in_the_east() -> None:
    eve = dt.datetime(2026, 12, 31, 11, 0, tzinfo=dt.UTC)
    assert parse_date("1/1-27", captured_at=eve) == PublishedDate("2027-01-01")


def test_two_digits_of_a_year_with_an_offset_give_the_instant() -> None:
    date = parse_date("Wed, 06 Feb 19 10:11:12 +0100", captured_at=CAPTURED)
    assert date == PublishedDate("2019-02-06", dt.datetime(2019, 2, 6, 9, 11, 12, tzinfo=dt.UTC), "+01:00")


@given(st.dates(dt.date(1947, 1, 1), dt.date(2026, 12, 31)))
def test_dates_of_80_years_are_read_back(day: dt.date) -> None:
    for form in ("%d.%m.%y", "%d/%m-%y", "%d/%m/%y", "%d %b %y"):
        written = day.strftime(form)
        assert parse_date(written, language="nb", captured_at=CAPTURED).period == day.isoformat()


ZONE_NAMES = [
    # (name, month, zone, language, offset)
    ("CET", 2, "Europe/Oslo", None, "+01:00"),
    ("CEST", 7, "Europe/Oslo", None, "+02:00"),
    ("MEZ", 2, "Europe/Berlin", None, "+01:00"),
    ("MESZ", 7, "Europe/Berlin", None, "+02:00"),
    ("EET", 2, "Europe/Helsinki", None, "+02:00"),
    ("EEST", 7, "Europe/Helsinki", None, "+03:00"),
    ("BST", 7, "Europe/London", None, "+01:00"),
    ("GMT", 2, "Europe/London", None, "+00:00"),
    ("EST", 2, "America/New_York", None, "-05:00"),
    # those of Europe in all of Europe
    ("CET", 2, "Europe/Helsinki", None, "+01:00"),
    ("EEST", 7, "Europe/Oslo", None, "+03:00"),
    ("CET", 2, None, "nb", "+01:00"),
    ("cest", 7, None, "sv-SE", "+02:00"),
    # a clock that shows another time, or nobody knows
    ("CET", 7, "Europe/Oslo", None, None),
    ("CEST", 2, "Europe/Oslo", None, None),
    ("MEZ", 7, None, "de", None),
    ("BST", 2, "Europe/London", None, None),
    ("BST", 7, "Europe/Oslo", "nb", None),
    ("BST", 7, None, "en", None),
    ("CET", 2, "Asia/Tokyo", "nb", None),
    ("CET", 2, None, None, None),
    ("EST", 2, "Australia/Sydney", None, None),
    ("XYZ", 2, "Europe/Oslo", "nb", None),
]


@pytest.mark.parametrize(("name", "month", "zone", "language", "offset"), ZONE_NAMES)
@pytest.mark.parametrize("form", ["2019-{:02}-06 10:11 {}", "06.{:02}.2019 kl. 10.11 {}"])
def test_name_of_a_zone_tells_the_offset_where_clocks_go_by_it(
    form: str, name: str, month: int, zone: str | None, language: str | None, offset: str | None
) -> None:
    date = parse_date(form.format(month, name), zone=zone, language=language)
    assert (date.period, date.offset) == (f"2019-{month:02}-06", offset)
    assert (date.at is None) == (offset is None)
