from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise import PublishedDate, parse_date


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


PERIOD_ALONE = [
    ("2019", "2019"),
    ("0000", "0000"),
    ("9999", "9999"),
    ("2019-02", "2019-02"),
    ("2019-12", "2019-12"),
    ("2019-02-06", "2019-02-06"),
    (" \n2019-02-06\t", "2019-02-06"),
    ("20190206", "2019-02-06"),
    ("2019-2-6", "2019-02-06"),
    ("2019/02/06", "2019-02-06"),
    ("2019.02.06", "2019-02-06"),
    ("06.02.2019", "2019-02-06"),
    ("6.2.2019", "2019-02-06"),
    ("6. 2. 2019", "2019-02-06"),
    ("31.12.2019", "2019-12-31"),
    ("06 Feb 2019", "2019-02-06"),
    ("Wed, 6 Feb 2019", "2019-02-06"),
    ("2020-02-29", "2020-02-29"),
    ("0000-02-29", "0000-02-29"),
    ("2019-037", "2019-02-06"),
    ("2020-366", "2020-12-31"),
    ("2019-W06-3", "2019-02-06"),
    ("2019W063", "2019-02-06"),
    ("2019-W06", "2019-02"),
    ("2019-W05", "2019"),
]


@pytest.mark.parametrize(("raw", "period"), PERIOD_ALONE)
def test_date_has_the_precision_at_which_it_was_written(raw: str, period: str) -> None:
    assert parse_date(raw) == PublishedDate(period)


WITHOUT_OFFSET = [
    "2019-02-06T10:11:12",
    "2019-02-06 10:11",
    "2019-02-06T10",
    "2019-02-06T10+01:00",
    "2019-02-06, 10:11",
    "06.02.2019 10:11",
    "20190206T101112",
    "20190206101112",
    "Wed, 06 Feb 2019 10:11:12",
    "Wed, 06 Feb 2019 10:11:12 CET",
    "2019-02-06T10:11:12[Europe/Oslo]",
    "2019-02-06T24:00:00",
]


@pytest.mark.parametrize("raw", WITHOUT_OFFSET)
def test_time_without_an_offset_gives_the_day_and_no_instant(raw: str) -> None:
    assert parse_date(raw) == PublishedDate("2019-02-06")


INSTANTS = [
    ("2019-02-06T10:11:12Z", "2019-02-06", at(2019, 2, 6, 10, 11, 12), "+00:00"),
    ("2019-02-06t10:11:12z", "2019-02-06", at(2019, 2, 6, 10, 11, 12), "+00:00"),
    ("2019-02-06 10:11:12 UTC", "2019-02-06", at(2019, 2, 6, 10, 11, 12), "+00:00"),
    ("2019-02-06T10:11:12+01:00", "2019-02-06", at(2019, 2, 6, 9, 11, 12), "+01:00"),
    ("2019-02-06T10:11:12+0100", "2019-02-06", at(2019, 2, 6, 9, 11, 12), "+01:00"),
    ("2019-02-06T10:11:12+01", "2019-02-06", at(2019, 2, 6, 9, 11, 12), "+01:00"),
    ("2019-02-06 10:11:12 +0100", "2019-02-06", at(2019, 2, 6, 9, 11, 12), "+01:00"),
    ("2019-02-06T10:11+01:00", "2019-02-06", at(2019, 2, 6, 9, 11), "+01:00"),
    ("2019-02-06T10:11:12.5+05:45", "2019-02-06", at(2019, 2, 6, 4, 26, 12, 500_000), "+05:45"),
    ("2019-02-06T10:11:12,123456789Z", "2019-02-06", at(2019, 2, 6, 10, 11, 12, 123_456), "+00:00"),
    ("2019-02-06T10:11:12−03:30", "2019-02-06", at(2019, 2, 6, 13, 41, 12), "-03:30"),
    ("2019-02-06T10:11:12-00:00", "2019-02-06", at(2019, 2, 6, 10, 11, 12), None),
    ("2019-02-06T10:11:12+01:00[Europe/Oslo]", "2019-02-06", at(2019, 2, 6, 9, 11, 12), "+01:00"),
    ("20190206T101112Z", "2019-02-06", at(2019, 2, 6, 10, 11, 12), "+00:00"),
    ("Wed, 06 Feb 2019 10:11:12 +0100", "2019-02-06", at(2019, 2, 6, 9, 11, 12), "+01:00"),
    ("wed, 6 feb 2019 10:11:12 gmt", "2019-02-06", at(2019, 2, 6, 10, 11, 12), "+00:00"),
    ("6 Feb 2019 10:11 UT", "2019-02-06", at(2019, 2, 6, 10, 11), "+00:00"),
    ("06 Feb 2019 10:11:12 Z", "2019-02-06", at(2019, 2, 6, 10, 11, 12), "+00:00"),
    ("Wed, 06 Feb 2019 10:11:12 +0100 (CET)", "2019-02-06", at(2019, 2, 6, 9, 11, 12), "+01:00"),
    ("06.02.2019 10:11 +01:00", "2019-02-06", at(2019, 2, 6, 9, 11), "+01:00"),
    ("1549447872", "2019-02-06", at(2019, 2, 6, 10, 11, 12), None),
    ("1549447872.25", "2019-02-06", at(2019, 2, 6, 10, 11, 12, 250_000), None),
    ("1549447872123", "2019-02-06", at(2019, 2, 6, 10, 11, 12, 123_000), None),
    # the publisher's day, not UTC's
    ("2019-02-06T00:30:00+01:00", "2019-02-06", at(2019, 2, 5, 23, 30), "+01:00"),
    ("2019-02-06T23:30:00-05:00", "2019-02-06", at(2019, 2, 7, 4, 30), "-05:00"),
    # the instant after
    ("2019-02-06T24:00:00Z", "2019-02-06", at(2019, 2, 7), "+00:00"),
    ("2016-12-31T23:59:60Z", "2016-12-31", at(2017, 1, 1), "+00:00"),
]


@pytest.mark.parametrize(("raw", "period", "instant", "offset"), INSTANTS)
def test_time_with_an_offset_gives_the_instant(
    raw: str, period: str, instant: dt.datetime, offset: str | None
) -> None:
    assert parse_date(raw) == PublishedDate(period, instant, offset)


SHOWN = [
    # (raw, period, instant)
    ("24. november 2026", "2026-11-24", None),
    ("24. november 2026 kl. 10.15", "2026-11-24", None),
    ("tirsdag 24. november 2026, 10:15", "2026-11-24", None),
    ("24 november 2026 kl 10.15", "2026-11-24", None),
    ("Tisdag den 24 november 2026", "2026-11-24", None),
    ("24. marraskuuta 2026", "2026-11-24", None),
    ("ti 24.11.2026 klo 10.15", "2026-11-24", None),
    ("24. mars 2026", "2026-03-24", None),
    ("24. maí 2026", "2026-05-24", None),
    ("01. April 2025, 15:25", "2025-04-01", None),
    ("24.11.2026, 10:15 Uhr", "2026-11-24", None),
    ("24.11.2026 | 10:15", "2026-11-24", None),
    ("Di., 24. Nov. 2026 um 10:15 Uhr", "2026-11-24", None),
    ("le 24 novembre 2026 à 10h15", "2026-11-24", None),
    ("1er juin 2026", "2026-06-01", None),
    ("24 de noviembre de 2026", "2026-11-24", None),
    ("martes, 24 de noviembre de 2026 a las 10:15", "2026-11-24", None),
    ("24 ноября 2026, 10:15", "2026-11-24", None),
    ("24 Kasım 2026 - 10:15", "2026-11-24", None),
    ("November 24, 2026", "2026-11-24", None),
    ("Nov. 24th, 2026 10:15 AM", "2026-11-24", None),
    ("Tuesday, November 24, 2026 at 10:15 p.m.", "2026-11-24", None),
    ("November 24, 2026 10:15 PM GMT", "2026-11-24", at(2026, 11, 24, 22, 15)),
    ("November 24, 2026 12:15 AM +01:00", "2026-11-24", at(2026, 11, 23, 23, 15)),
    ("Tue Nov 24 10:11:12 +0100 2026", "2026-11-24", at(2026, 11, 24, 9, 11, 12)),
    ("Tue Nov 24 10:11:12 2026", "2026-11-24", None),
    (
        "Tue Nov 24 2026 10:11:12 GMT+0100 (Central European Standard Time)",
        "2026-11-24",
        at(2026, 11, 24, 9, 11, 12),
    ),
    ("2026年11月24日 21時37分", "2026-11-24", None),
    ("2026년 1월 4일", "2026-01-04", None),
    ("24/11/2026", "2026-11-24", None),
    ("11/24/2026 10:15", "2026-11-24", None),
    ("24-11-2026", "2026-11-24", None),
    ("5/5/2026", "2026-05-05", None),
]


@pytest.mark.parametrize(("raw", "period", "instant"), SHOWN)
def test_dates_as_pages_show_them(raw: str, period: str, instant: dt.datetime | None) -> None:
    date = parse_date(raw)
    assert (date.period, date.at) == (period, instant)


@pytest.mark.parametrize(
    ("name", "offset", "hour"),
    [("EST", "-05:00", 15), ("EDT", "-04:00", 14), ("CST", "-06:00", 16), ("PDT", "-07:00", 17)],
)
def test_zone_names_that_rfc_822_defines_are_offsets_in_its_form_alone(
    name: str, offset: str, hour: int
) -> None:
    assert parse_date(f"Wed, 06 Feb 2019 10:11:12 {name}") == PublishedDate(
        "2019-02-06", at(2019, 2, 6, hour, 11, 12), offset
    )
    assert parse_date(f"2019-02-06 10:11:12 {name}") == PublishedDate("2019-02-06")


WITH_ZONE = [
    # (raw, zone, period, instant, offset)
    ("2019-02-06T10:11", "Europe/Oslo", "2019-02-06", at(2019, 2, 6, 9, 11), "+01:00"),
    ("2019-07-06T10:11", "Europe/Oslo", "2019-07-06", at(2019, 7, 6, 8, 11), "+02:00"),
    ("6. februar 2019 kl. 00.30", "Europe/Oslo", "2019-02-06", at(2019, 2, 5, 23, 30), "+01:00"),
    ("2019-02-06 10:11", "Asia/Kathmandu", "2019-02-06", at(2019, 2, 6, 4, 26), "+05:45"),
    ("2019-02-06 10:11", "America/St_Johns", "2019-02-06", at(2019, 2, 6, 13, 41), "-03:30"),
    # what was written is not overruled
    ("2019-02-06T10:11Z", "Europe/Oslo", "2019-02-06", at(2019, 2, 6, 10, 11), "+00:00"),
    ("2019-02-06T10:11+05:00", "Europe/Oslo", "2019-02-06", at(2019, 2, 6, 5, 11), "+05:00"),
    # a zone's name tells the offset where it is the source's zone's
    ("2019-02-06 10:11 CET", "Europe/Oslo", "2019-02-06", at(2019, 2, 6, 9, 11), "+01:00"),
    ("2019-02-06 10:11 CST", "Europe/Oslo", "2019-02-06", None, None),
    # without a time there is no instant
    ("2019-02-06", "Europe/Oslo", "2019-02-06", None, None),
    ("2019-02", "Europe/Oslo", "2019-02", None, None),
    # skipped, and shown twice
    ("2019-03-31T02:30", "Europe/Oslo", "2019-03-31", at(2019, 3, 31, 1, 30), "+01:00"),
    ("2019-10-27T02:30", "Europe/Oslo", "2019-10-27", at(2019, 10, 27, 0, 30), "+02:00"),
    # a zone that is none
    ("2019-02-06T10:11", "Europe/Nidaros", "2019-02-06", None, None),
    ("2019-02-06T10:11", "../etc/passwd", "2019-02-06", None, None),
    ("2019-02-06T10:11", "", "2019-02-06", None, None),
    ("9999-12-31T23:30", "America/New_York", "9999-12-31", None, None),
]


@pytest.mark.parametrize(("raw", "zone", "period", "instant", "offset"), WITH_ZONE)
def test_zone_of_the_source_completes_a_time_without_offset(
    raw: str, zone: str, period: str, instant: dt.datetime | None, offset: str | None
) -> None:
    assert parse_date(raw, zone=zone) == PublishedDate(period, instant, offset)


@given(
    st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2037, 12, 31)),
    st.sampled_from(["Europe/Oslo", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_zone_gives_a_time_that_its_clock_shows_or_skips(local: dt.datetime, zone: str) -> None:
    local = local.replace(microsecond=0)
    date = parse_date(local.isoformat(), zone=zone)
    assert date.period == local.date().isoformat()
    assert date.at is not None
    shown = date.at.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
    assert shown == local or dt.timedelta() < shown - local <= dt.timedelta(hours=1)


@pytest.mark.parametrize("raw", ["0000-01-01T10:00Z", "9999-12-31T23:30-01:00", "0001-01-01T00:00+01:00"])
def test_instant_out_of_range_leaves_the_day(raw: str) -> None:
    assert parse_date(raw) == PublishedDate(raw[:10])


UNREADABLE = [
    "",
    " ",
    "i går",
    "undated",
    "2019-13",
    "2019-00",
    "2019-02-30",
    "2019-02-29",
    "2019-02-00",
    "20190230",
    "2019-366",
    "2019-000",
    "2019-W54",
    "2018-W01-8",
    "2020-W01",  # in two years
    "30.02.2019",
    "06/02/2019",  # the second of June, or the sixth of February
    "06-02-2019",
    "24. foovember 2026",
    "31. november 2026",
    "November 31, 2026",
    "før 24. november 2026",
    "24. november",
    "November 24, 2026 13:15 PM",
    "24. listopada 2026",  # in November, or in October
    "2026年13月24日",
    "2019-02-06T25:00",
    "2019-02-06T24:01",
    "2019-02-06T10:60",
    "2019-02-06T10:11:61Z",
    "2019-02-06T10:11:12+24:00",
    "2019-02-06T10:11:12+01:60",
    "2019-02-06T",
    "2019-02-06X10:11",
    "Wed, 31 Feb 2019 10:11:12 +0100",
    "06 Feb 19",
    "201902",
    "154944787",
    "15494478720",
    "-1549447872",
    "19",
    "+2019",
    "٢٠١٩",
    "2019-02-06 " + "9" * 5000,
]


@pytest.mark.parametrize("raw", UNREADABLE)
def test_what_is_no_date_is_undated(raw: str) -> None:
    assert parse_date(raw) == PublishedDate("undated")


@given(st.one_of(st.text(), st.text(alphabet="0123456789-/.:+TWZ ,()[]FebGMTwed\ud800")))
def test_any_text_gives_a_period(raw: str) -> None:
    date = parse_date(raw)
    assert date.period == "undated" or len(date.period) in (4, 7, 10)
    assert date.at is None or date.at.utcoffset() == dt.timedelta()


OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))


@given(st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 12, 31), timezones=OFFSETS))
def test_isoformat_is_read_back(instant: dt.datetime) -> None:
    date = parse_date(instant.isoformat())
    assert date.at == instant
    assert date.period == instant.date().isoformat()
    assert date.offset == instant.isoformat()[-6:]


@given(st.dates())
def test_period_of_a_day_is_read_back(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == PublishedDate(day.isoformat())
