from __future__ import annotations

import datetime as dt

import pytest

from pipeline.flow.fetch.feeds import newest
from pipeline.item import Item

NOW = dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("published", "latest"),
    [
        (["2026-11-23T10:00:00Z", "2026-11-24T05:00:00+01:00"], "2026-11-24T04:00:00+00:00"),
        (["2026-11-23", "2026-11-24"], "2026-11-24"),
        (["2026-11-23", "2027-01-01", "2031-01-01T00:00:00Z"], "2026-11-23"),  # an event, a mistaken clock
        (["2026-11-25T01:00:00Z"], "2026-11-25T01:00:00+00:00"),  # today elsewhere
        ([None, "i går"], None),
    ],
)
def test_the_latest_date_that_has_come(published: list[str | None], latest: str | None) -> None:
    assert newest([Item(published=date) for date in published], now=NOW) == latest


def test_a_day_of_first_sight_is_our_own_and_tells_nothing() -> None:
    assert newest([Item(published="2026-11-24", published_from="first_seen")], now=NOW) is None
