"""The index of identities: which articles may have versions in several periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from hypothesis import given, strategies as st

from pipeline.flow import identities
from pipeline.flow.identities import (
    EARLY,
    ENTRY,
    Identities,
    Place,
    article_bits,
    decode_period,
    encode_period,
    entries_of,
    fold,
    read_identities,
    write_segment,
)
from pipeline.lake import IDENTITIES

if TYPE_CHECKING:
    import random

    import pytest

    from pipeline.lake import Lake

A, B, C = "a" * 32, "b" * 32, "c" * 32
FIRST, SECOND, THIRD = "1" * 24, "2" * 24, "3" * 24

Row = tuple[str, str | None, str]
"""article_id, own_id, period."""


def entries(capture: str, *rows: Row) -> np.ndarray:
    ids, own, periods = zip(*rows, strict=True) if rows else ((), (), ())
    table = pa.table(
        {
            "article_id": pa.array(ids, pa.string()),
            "source": pa.array(["avisa"] * len(rows), pa.string()),
            "own_id": pa.array(own, pa.string()),
            "published": pa.array(periods, pa.string()),
        }
    )
    return entries_of(table, capture)


def index(*segments: np.ndarray) -> Identities:
    return Identities(np.concatenate(segments))


def places(found: Identities, period: str) -> list[tuple[str, str]]:
    captures = {article_bits(c): c for c in (FIRST, SECOND, THIRD)}
    return [(place.period, captures[place.capture]) for place in found.elsewhere(period)]


def test_an_article_in_one_period_is_linked_with_nothing() -> None:
    found = index(entries(FIRST, (A, None, "2024-01-31")), entries(SECOND, (A, None, "2024-01-31")))
    assert found.articles("2024-01-31") == {}
    assert found.elsewhere("2024-01-31") == []


def test_an_article_under_two_dates_links_them() -> None:
    found = index(
        entries(FIRST, (A, None, "2024-01-31"), (B, None, "2024-01-31")),
        entries(SECOND, (A, None, "undated")),
    )
    assert found.articles("2024-01-31") == found.articles("undated")
    assert found.articles("undated").keys() == {article_bits(A)}
    assert places(found, "2024-01-31") == [("undated", SECOND)]
    assert places(found, "undated") == [("2024-01-31", FIRST)]


def test_an_own_id_links_two_addresses_and_what_hangs_on_them() -> None:
    found = index(
        entries(FIRST, (A, "7", "2024-01")),
        entries(SECOND, (B, "7", "2024-02")),
        entries(THIRD, (B, None, "2024-03")),
    )
    assert places(found, "2024-01") == [("2024-02", SECOND), ("2024-03", THIRD)]
    assert found.articles("2024-01").keys() == {article_bits(A), article_bits(B)}
    assert len(set(found.articles("2024-01").values())) == 1


def test_an_own_id_on_two_articles_of_one_capture_links_nothing_and_concerns_all() -> None:
    several = [entries(FIRST, (A, "1", "2024-01")), entries(SECOND, (B, "1", "2024-02"))]
    assert index(*several).elsewhere("2024-01") != []
    found = index(*several, entries(THIRD, (A, "1", "2024-03"), (C, "1", "2024-03")))
    assert found.elsewhere("2024-02") == []
    assert found.concerned("2024-02") == {"2024-01", "2024-03"}


def weekly(number: int) -> list[np.ndarray]:
    """As many issues of a paper that numbers its articles from 1 in each; the ids begin with their number."""
    return [entries(f"{i:016x}" + 8 * "0", (f"{i + 1:016x}" * 2, "1", f"20{i + 10}")) for i in range(number)]


def test_an_own_id_that_goes_on_for_ever_links_its_earliest_periods() -> None:
    found = index(*weekly(EARLY + 3))
    assert {len(found.articles(f"20{i + 10}")) for i in range(EARLY)} == {EARLY}
    assert {len(found.articles(f"20{i + 10}")) for i in range(EARLY, EARLY + 3)} == {0}


def test_what_comes_later_changes_nothing_and_what_comes_before_concerns_all() -> None:
    segments = weekly(EARLY + 3)
    found = index(*segments)
    assert found.concerned("2010") == {f"20{i + 10}" for i in range(1, EARLY + 3)}
    assert found.concerned(f"20{EARLY + 12}") == set()
    assert all(
        index(*segments[:-1]).articles(f"20{i + 10}") == found.articles(f"20{i + 10}") for i in range(20)
    )


@given(st.from_regex(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?", fullmatch=True))
def test_periods_come_back_from_their_numbers(period: str) -> None:
    assert period == "0000" or decode_period(encode_period(period)) == period


@given(
    st.lists(
        st.tuples(
            st.sampled_from([A, B, C]),
            st.sampled_from([None, "1", "2"]),
            st.sampled_from(["2024", "2024-01", "2024-01-01", "undated"]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_no_order_of_the_entries_matters(rows: list[Row], order: random.Random) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)
    one, other = index(entries(FIRST, *rows)), index(*(entries(FIRST, row) for row in shuffled))
    for period in ("2024", "2024-01", "2024-01-01", "undated"):
        assert one.articles(period) == other.articles(period)
        assert one.elsewhere(period) == other.elsewhere(period)


# --- in the lake ----------------------------------------------------------------------------------


def linked(lake: Lake) -> list[Place]:
    return read_identities(lake).elsewhere("2024-01")


def test_folding_keeps_what_the_index_says(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "FOLD_AT", 3)
    write_segment(lake, FIRST, entries(FIRST, (A, None, "2024-01")))
    write_segment(lake, SECOND, entries(SECOND, (A, None, "2024-02")))
    before = linked(lake)
    assert len(before) == 1
    assert not fold(lake)
    write_segment(lake, THIRD, entries(THIRD, (B, None, "2024-01")))
    assert fold(lake)
    assert [item.name.startswith(f"{IDENTITIES}base-") for item in lake.list(IDENTITIES)] == [True]
    assert linked(lake) == before


def test_a_capture_that_was_staged_anew_counts_instead_of_what_was_folded(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identities, "FOLD_AT", 2)
    write_segment(lake, FIRST, entries(FIRST, (A, None, "2024-01")))
    write_segment(lake, SECOND, entries(SECOND, (A, None, "2024-02")))
    assert fold(lake)
    write_segment(lake, SECOND, entries(SECOND, (A, None, "2024-01")))
    assert linked(lake) == []
    assert fold(lake)
    assert linked(lake) == []


def test_two_who_fold_at_once_do_no_harm(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "FOLD_AT", 2)
    write_segment(lake, FIRST, entries(FIRST, (A, None, "2024-01")))
    write_segment(lake, SECOND, entries(SECOND, (A, None, "2024-02")))
    put, once = type(lake).put, []

    def interrupted(self: Lake, name: str, data: bytes) -> object:
        if not once:
            once.append(name)
            write_segment(self, THIRD, entries(THIRD, (A, None, "2024-03")))
            assert fold(self)
        return put(self, name, data)

    monkeypatch.setattr(type(lake), "put", interrupted)
    assert fold(lake)
    monkeypatch.setattr(type(lake), "put", put)
    assert {place.period for place in linked(lake)} == {"2024-02", "2024-03"}


def test_entries_are_packed() -> None:
    assert ENTRY.itemsize == 28
