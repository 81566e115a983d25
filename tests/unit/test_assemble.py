from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from pipeline.article import Article
from pipeline.assemble import home, merge

if TYPE_CHECKING:
    import random

NOON = dt.datetime(2024, 2, 1, 12, tzinfo=dt.UTC)


def article(article_id: str = "a", **fields: Any) -> Article:
    text = fields.pop("text", "Noe har hendt.")
    defaults: dict[str, Any] = {
        "source": "documents",
        "text": text,
        "published": "2024-02-01",
        "first_seen_at": fields.get("captured_at", NOON),
        "captured_at": NOON,
        "word_count": len(text.split()),
        "content_hash": text.casefold(),
        "capture": "captures/x/1-a.jsonl",
    }
    return Article(article_id=article_id, **(defaults | fields))


def test_the_latest_captured_version_is_kept_with_the_first_sighting() -> None:
    later = NOON + dt.timedelta(days=1)
    [row] = merge([article(text="ny", captured_at=later), article(text="gammel")])
    assert (row.text, row.captured_at, row.first_seen_at) == ("ny", later, NOON)
    assert (row.revision, row.revisions) == (2, 2)


def test_the_same_version_twice_is_no_revision() -> None:
    [row] = merge([article(), article(captured_at=NOON + dt.timedelta(days=1))])
    assert row.revisions == 1


def test_in_one_capture_the_one_that_stands_last_is_the_latest() -> None:
    versions = [article(text=f"v{at}", capture=f"captures/x#{at}+7") for at in (100, 20, 3)]
    [row] = merge(versions)
    assert row.text == "v100"


def test_in_one_capture_the_one_updated_last_is_the_latest() -> None:
    updated = article(text="rettet", updated_at=NOON, capture="c#0+5")
    [row] = merge([updated, article(text="først", updated_at=NOON - dt.timedelta(hours=1), capture="c#9+5")])
    assert row.text == "rettet"


def test_the_earliest_known_instant_of_publication_is_kept() -> None:
    early = {"published_at": NOON, "published_raw": "12:00", "published_from": "json-ld"}
    late = {"published_at": NOON + dt.timedelta(hours=2), "published_raw": "14:00", "published_from": "meta"}
    [row] = merge([article(**early), article(text="ny", captured_at=NOON + dt.timedelta(days=1), **late)])
    assert (row.published_at, row.published_raw, row.published_from) == (NOON, "12:00", "json-ld")


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        (["2019-02-06"], "2019-02-06"),
        (["2019-03-01", "2019-02-28"], "2019-02-28"),
        (["2019", "2019-02", "2019-02-06"], "2019-02-06"),
        (["2019-02", "2019-03-01"], "2019-02"),
        (["2019-02", "2019-03-01", "2019-02-20"], "2019-02-20"),
        (["undated", "2019"], "2019"),
        (["undated"], "undated"),
    ],
)
def test_the_home_of_an_article_is_the_earliest_date_that_is_known(periods: list[str], expected: str) -> None:
    assert home(periods) == home(reversed(periods)) == expected


def test_an_article_whose_date_was_changed_keeps_its_first_date_and_has_its_latest_text() -> None:
    early = article(published="2019-01-31", published_at=NOON)
    later = NOON + dt.timedelta(days=1)
    late = article(published="2019-02-01", published_at=later, captured_at=later, text="ny")
    [row] = merge([late, early])
    assert (row.published, row.published_at, row.text, row.revisions) == ("2019-01-31", NOON, "ny", 2)


versions = st.lists(
    st.builds(
        article,
        article_id=st.sampled_from("abc"),
        text=st.sampled_from(["x", "y", "z"]),
        captured_at=st.sampled_from([NOON + dt.timedelta(days=d) for d in range(3)]),
        updated_at=st.sampled_from([None, NOON, NOON + dt.timedelta(days=1)]),
        published_at=st.sampled_from([None, NOON, NOON + dt.timedelta(hours=1)]),
        capture=st.integers(0, 200).map("captures/x/1-a.jsonl#{}+5".format),
    ),
    max_size=12,
    unique_by=lambda a: (a.captured_at, a.capture),
)


@given(versions, st.randoms(use_true_random=False))
def test_no_order_of_arrival_matters(staged: list[Article], order: random.Random) -> None:
    shuffled = [dataclasses.replace(a) for a in staged]
    order.shuffle(shuffled)
    one, other = merge(staged), merge(shuffled)
    assert one == other
    assert [r.article_id for r in one] == sorted({a.article_id for a in staged})


# --- one article under two addresses ----------------------------------------------------------------


def moved(**fields: Any) -> list[Article]:
    """Two versions of one article whose address changed; `fields` of the second."""
    first = article("old", own_id="guid-1", title="Ny bru", published_at=NOON, capture="captures/x/1-a#0+9")
    later = {"captured_at": NOON + dt.timedelta(hours=5), "capture": "captures/x/2-b#0+9"}
    second = {"own_id": "guid-1", "title": "Ny bru", "published_at": NOON, "text": "Mer har hendt."}
    return [first, article("new", **(second | later | fields))]


def test_a_changed_address_with_the_same_guid_is_a_revision_under_the_first_id() -> None:
    [row] = merge(moved())
    assert (row.article_id, row.text, row.revisions) == ("old", "Mer har hendt.", 2)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Bruen er åpnet"},
        {"published_at": NOON + dt.timedelta(minutes=9)},
        {"title": "Bruen er åpnet", "published_at": None, "text": "Noe har hendt."},
    ],
    ids=["another headline", "another time", "only the text is the same"],
)
def test_one_thing_in_common_beside_the_guid_is_enough(fields: dict[str, Any]) -> None:
    assert len(merge(moved(**fields))) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Noe annet", "published_at": NOON + dt.timedelta(hours=1)},
        {"source": "another"},
        {"own_id": "guid-2"},
        {"own_id": None},
        {"capture": "captures/x/1-a#9+9"},
    ],
    ids=["nothing in common", "another source", "another guid", "no guid", "both in one capture"],
)
def test_two_articles_stay_two(fields: dict[str, Any]) -> None:
    assert [row.article_id for row in merge(moved(**fields))] == ["new", "old"]


@pytest.mark.parametrize(("hour", "offset"), [(0, None), (0, "Z"), (23, "+01:00"), (5, "-05:00")])
def test_a_day_written_as_an_instant_joins_none(hour: int, offset: str | None) -> None:
    day = {"published_at": NOON.replace(hour=hour), "published_offset": offset}
    first, second = moved(title="Noe annet", **day)
    assert len(merge([dataclasses.replace(first, **day), second])) == 2


def test_a_guid_that_stands_on_two_articles_of_one_capture_joins_none() -> None:
    third = article("third", own_id="guid-1", title="Ny bru", capture="captures/x/2-b#9+9")
    assert len(merge([*moved(), third])) == 3


@given(order=st.permutations(range(4)))
def test_joined_versions_do_not_depend_on_the_order(order: list[int]) -> None:
    again = NOON + dt.timedelta(hours=9)
    versions = [
        *moved(),
        article("newest", own_id="guid-1", title="Ny bru", captured_at=again, capture="captures/x/3-c#0+9"),
        article("other", own_id="guid-9"),
    ]
    rows = merge([dataclasses.replace(versions[i]) for i in order])
    assert rows == merge([dataclasses.replace(v) for v in versions])
    assert [row.article_id for row in rows] == ["old", "other"]
