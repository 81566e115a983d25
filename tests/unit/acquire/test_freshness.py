"""How long an answer stays fresh, and how long a host asks to be left alone."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.acquire.freshness import fresh_until, http_date, retry_after

NOW = dt.datetime(2019, 2, 6, 12, tzinfo=dt.UTC)
WEEK = 7 * 24 * 3_600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=60"}, 60),
        ({"Cache-Control": "Public, MAX-AGE = 60, stale-while-revalidate=30"}, 60),
        ({"Cache-Control": 'max-age="60"'}, 60),
        ({"Cache-Control": "max-age=60", "Age": "50"}, 10),
        ({"Cache-Control": "max-age=60", "Age": "70"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "s-maxage=600, max-age=60"}, 60),
        ({"Cache-Control": "no-cache, max-age=60"}, None),
        ({"Cache-Control": "no-store", "Expires": "Wed, 06 Feb 2019 13:00:00 GMT"}, None),
        ({"Cache-Control": "max-age=99999999"}, WEEK),
        ({"Cache-Control": "max-age=" + "9" * 500}, WEEK),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        ({"Expires": "Wed, 06 Feb 2019 13:00:00 GMT"}, 3_600),
        ({"Expires": "Wed, 06 Feb 2019 13:00:00 GMT", "Date": "Wed, 06 Feb 2019 12:30:00 GMT"}, 1_800),
        ({"Expires": "Wed, 06 Feb 2019 13:00:00 GMT", "Cache-Control": "max-age=60"}, 60),
        ({"Expires": "Wed, 06 Feb 2019 11:00:00 GMT"}, None),
        ({"Expires": "0"}, None), ({"Expires": "-1"}, None), ({"Expires": ""}, None),
        ({"Expires": "Thu, 01 Jan 2099 00:00:00 GMT"}, WEEK),
    ],
)  # fmt: skip
def test_fresh_until(headers: dict[str, str], seconds: int | None) -> None:
    expected = None if seconds is None else NOW + dt.timedelta(seconds=seconds)
    assert fresh_until(headers, now=NOW) == expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None), ("", None), ("soon", None), ("-5", None), ("1e3", None), ("٣", None),
        ("0", 0), ("120", 120), (" 120 ", 120), ("1.5", 1.5), ("9" * 400, 1_000), ("2000", 1_000),
        ("Wed, 06 Feb 2019 12:01:00 GMT", 60), ("Wednesday, 06-Feb-19 12:01:00 GMT", 60),
        ("Wed Feb  6 12:01:00 2019", 60), ("Wed, 06 Feb 2019 13:01:00 +0100", 60),
        ("Wed, 06 Feb 2019 11:00:00 GMT", 0), ("Wed, 06 Feb 2039 11:00:00 GMT", 1_000),
        ("Wed, 99 Feb 2019 11:00:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    headers = {} if value is None else {"Retry-After": value}
    assert retry_after(headers, now=NOW, longest=1_000) == seconds


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_header_breaks_it(value: str) -> None:
    headers = {"Retry-After": value, "Cache-Control": value, "Expires": value, "Age": value, "Date": value}
    wait = retry_after(headers, now=NOW, longest=1_000)
    assert wait is None or 0 <= wait <= 1_000
    until = fresh_until({**headers, "Cache-Control": f"max-age={value}"}, now=NOW)
    assert until is None or NOW < until <= NOW + dt.timedelta(days=7)


@settings(deadline=None)
@given(st.datetimes(min_value=dt.datetime(1970, 1, 1), max_value=dt.datetime(2068, 1, 1)))
def test_http_dates_are_read_back(at: dt.datetime) -> None:
    at = at.replace(microsecond=0, tzinfo=dt.UTC)
    assert http_date(f"{at:%a, %d %b %Y %H:%M:%S} GMT") == at
