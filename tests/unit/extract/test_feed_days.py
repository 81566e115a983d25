from __future__ import annotations

import datetime as dt

import pytest

from pipeline.extract.feeds import day_of, in_days, moment
from pipeline.item import Item

DAY = dt.date(2019, 2, 6)


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("2019-02-06T10:11:12Z", "2019-02-06T10:11:12"),
        ("2019-02-06T10:11:12.345+01:00", "2019-02-06T09:11:12.345000"),
        ("2019-02-06 10:11 +0100", "2019-02-06T09:11:00"),
        (" 2019-02-06T10:11+01:00\n", "2019-02-06T09:11:00"),
        ("20190206T101112Z", "2019-02-06T10:11:12"),
        ("Wed, 06 Feb 2019 10:11:12 GMT", "2019-02-06T10:11:12"),
        ("Wed, 6 Feb 2019 10:11 +0100", "2019-02-06T09:11:00"),
        ("6 Feb 19 10:11:12 UT", "2019-02-06T10:11:12"),
        ("Wed, 06 Feb 2019 10:11:12 PST", "2019-02-06T18:11:12"),
        ("Wed, 06 Feb 2019 10:11:12 EDT", "2019-02-06T14:11:12"),
        ("Wed, 06 Feb 2019 10:11:12 CET", "2019-02-06T09:11:12"),
        ("Wed, 06 Jul 2019 10:11:12 CEST", "2019-07-06T08:11:12"),
    ],
)
def test_an_instant(raw: str, utc: str) -> None:
    at = moment(raw)
    assert isinstance(at, dt.datetime)
    assert at.astimezone(dt.UTC).replace(tzinfo=None).isoformat() == utc


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("2019-02-06", DAY),
        ("20190206", DAY),
        ("2019-02-06T10:11:12", dt.datetime(2019, 2, 6, 10, 11, 12)),
        ("Wed, 06 Feb 2019 10:11:12 IST", dt.datetime(2019, 2, 6, 10, 11, 12)),
        ("2019-02", None),
        ("2019", None),
        ("2019-02-30", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("i går", None),
        ("", None),
        ("1" * 1000, None),
    ],
)
def test_a_day_a_local_time_or_nothing(raw: str, at: dt.date | None) -> None:
    assert moment(raw) == at
    assert type(moment(raw)) is type(at)


@pytest.mark.parametrize(
    ("published", "updated", "zone", "within"),
    [
        ("2019-02-06T00:00:00Z", None, None, True),
        ("2019-02-06T23:59:59Z", None, None, True),
        ("2019-02-07T00:00:00Z", None, None, False),
        ("2019-02-06T00:30:00+01:00", None, None, False),
        ("2019-02-06T00:30:00+01:00", None, "Europe/Oslo", True),
        ("2019-02-05T23:30:00Z", None, "Europe/Oslo", True),
        ("2019-02-06", None, "Asia/Tokyo", True),
        ("2019-02-06T00:30:00", None, "Europe/Oslo", True),
        ("Wed, 06 Feb 2019 10:11:12 GMT", None, None, True),
        (None, "2019-02-06", None, True),
        ("2019-02-05", "2019-02-06", None, False),
        ("soon", "2019-02-06", None, True),
        ("2019-02", None, None, False),
        (None, None, None, False),
    ],
)
def test_items_of_a_day(published: str | None, updated: str | None, zone: str | None, within: bool) -> None:
    items = [Item(url="https://a.example/1", published=published, updated=updated)]
    assert list(in_days(items, DAY, DAY, zone)) == (items if within else [])


@pytest.mark.parametrize(
    ("address", "updated", "day"),
    [
        ("https://a.example/2019/02/06/bru", None, "2019-02-06"),
        ("https://a.example/bru-20190206", None, "2019-02-06"),
        ("https://a.example/2019/02/06/bru", "2019-02-08", "2019-02-08"),
        ("https://a.example/2019/02/31/bru", None, None),
        ("https://a.example/2019/02/bru", None, None),
    ],
)
def test_an_address_tells_the_day_where_nothing_else_does(
    address: str, updated: str | None, day: str | None
) -> None:
    found = day_of(Item(url=address, updated=updated))
    assert found == (day and dt.date.fromisoformat(day))


def test_both_ends_of_a_range_are_in() -> None:
    items = [Item(published=f"2019-02-{day:02}") for day in range(1, 11)]
    found = in_days(iter(items), dt.date(2019, 2, 3), dt.date(2019, 2, 5))
    assert [item.published for item in found] == ["2019-02-03", "2019-02-04", "2019-02-05"]
