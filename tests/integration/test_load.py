"""Acquire and stage over a real S3 server: captures, receipts, parts, and what is staged anew."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
from typing import TYPE_CHECKING

import pytest

from pipeline import flow
from pipeline.errors import InboxChanged
from pipeline.lake import Lake, ObjectInfo, staged_name, staging_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = dt.datetime(2024, 5, 6, 12, tzinfo=dt.UTC)


def at(day: int) -> Callable[[], dt.datetime]:
    return lambda: NOON.replace(day=day)


def limited(lake: Lake, **limits: int) -> Lake:
    settings = dataclasses.replace(lake.settings, limits=dataclasses.replace(lake.settings.limits, **limits))
    return Lake(settings, lake.client)


def names(lake: Lake, prefix: str) -> list[str]:
    return [o.name for o in lake.list(prefix)]


def test_the_capture_holds_the_dropped_bytes_and_the_receipt_says_when(
    lake: Lake, drop: Callable[[str, bytes | str], str]
) -> None:
    loaded = flow.load(lake, drop("a b.txt", "date 2019 Hei."), clock=at(7))
    [receipt, capture] = names(lake, "captures/")
    assert receipt == f"captures/source=documents/_receipts/{loaded.capture_id}.json"
    assert capture == f"captures/source=documents/date=2024-05-07/{loaded.capture_id}-a-b.txt"
    assert lake.get(capture) == b"date 2019 Hei."


def test_the_file_stays_in_the_inbox_until_it_is_cleared(
    lake: Lake, drop: Callable[[str, bytes | str], str]
) -> None:
    loaded = flow.load(lake, drop("a.txt", "date 2019 Hei."))
    assert names(lake, "inbox/") == ["inbox/a.txt"]
    assert flow.clear(lake, [loaded]) == ["inbox/a.txt"]
    assert names(lake, "inbox/") == []


def test_a_file_that_changed_since_it_was_captured_stays(
    lake: Lake, drop: Callable[[str, bytes | str], str]
) -> None:
    loaded = flow.load(lake, drop("a.txt", "date 2019 Hei."))
    drop("a.txt", "date 2019 Hei igjen.")
    assert flow.clear(lake, [loaded]) == []
    assert names(lake, "inbox/") == ["inbox/a.txt"]


def test_a_file_whose_capture_is_gone_stays(lake: Lake, drop: Callable[[str, bytes | str], str]) -> None:
    loaded = flow.load(lake, drop("a.txt", "date 2019 Hei."))
    lake.delete(o for o in names(lake, "captures/source=documents/date="))
    assert flow.clear(lake, [loaded]) == []
    assert names(lake, "inbox/") == ["inbox/a.txt"]


def test_a_file_that_is_gone_says_so(lake: Lake) -> None:
    with pytest.raises(InboxChanged, match="no longer in the inbox"):
        flow.load(lake, "inbox/gone.txt")


def test_the_same_bytes_on_another_day_under_another_name_are_one_capture(
    lake: Lake, drop: Callable[[str, bytes | str], str]
) -> None:
    first = flow.load(lake, drop("a.txt", "date 2019 Hei."), clock=at(7))
    before = names(lake, "")
    second = flow.load(lake, drop("b.txt", "date 2019 Hei."), clock=at(9))
    assert (first.new, second.new) == (True, False)
    assert first.capture_id == second.capture_id
    assert names(lake, "") == sorted([*before, "inbox/b.txt"])


def test_a_folder_of_the_inbox_names_the_source(lake: Lake, drop: Callable[[str, bytes | str], str]) -> None:
    loaded = flow.load(lake, drop("Lokal Avis/2019/a.txt", "date 2019 Hei."))
    assert loaded.source == "lokal-avis"
    assert names(lake, "captures/source=lokal-avis/date=")
    [row] = read_object(lake, names(lake, "staged/")[0]).to_pylist()
    assert row["source"] == "lokal-avis"


def test_a_large_drop_is_staged_in_parts_and_none_is_lost(
    lake: Lake, drop: Callable[[str, bytes | str], str]
) -> None:
    lines = "".join(
        f'{{"id": "{i}", "date": "2019-0{1 + i % 3}", "text": "Artikkel {i}."}}\n' for i in range(300)
    )
    loaded = flow.load(
        limited(lake, stage_bytes=20_000), drop("many.jsonl.gz", gzip.compress(lines.encode()))
    )
    assert loaded.staged == 300
    assert loaded.periods == {"2019-01": 100, "2019-02": 100, "2019-03": 100}
    staged = names(lake, "staged/")
    assert len(staged) > 3 * 6
    assert sum(read_object(lake, name).num_rows for name in staged) == 300


def test_what_a_higher_limit_can_read_is_staged_anew_and_its_rejection_goes(
    lake: Lake, drop: Callable[[str, bytes | str], str]
) -> None:
    long = drop("long.jsonl", '{"id": "1", "date": "2019", "text": "' + "ord " * 500 + '"}\n')
    strict = flow.load(limited(lake, record_bytes=1000), long)
    assert strict.reasons == {"too_large": 1}
    assert names(lake, "rejected/")
    generous = flow.load(lake, long)
    assert generous.new
    assert generous.periods == {"2019": 1, "undated": 0}
    assert names(lake, "rejected/") == []


def test_what_a_killed_run_of_other_code_left_is_removed(
    lake: Lake, drop: Callable[[str, bytes | str], str]
) -> None:
    name = drop("a.txt", "date 2019 Hei.")
    loaded = flow.load(lake, name)
    # as if other code had begun, had staged the article elsewhere, and was killed
    [staged] = names(lake, "staged/")
    orphan = staged_name("1919", loaded.capture_id, 0)
    lake.put(orphan, lake.get(staged))
    outcome = staging_name("documents", loaded.capture_id)
    begun = (
        f'{{"capture_id": "{loaded.capture_id}", "source": "documents", "code": "", "captured_at": "", '
        '"staged": 0, "rejected": 0, "periods": {}, "reasons": {}, "objects": [], "stale": [], "new": false}'
    )
    lake.put(outcome, begun.encode())
    again = flow.load(lake, name)
    assert again.periods == {"1919": 0, "2019": 1}
    assert names(lake, "staged/") == [staged]


def test_batches_keep_small_files_together_and_large_ones_alone() -> None:
    sizes = [30 * 2**20] * 3 + [2**30] + [1] * 56
    files = [ObjectInfo(f"inbox/{i:03d}", size, "etag") for i, size in enumerate(sizes)]
    groups = flow.batches(files)
    assert [len(g) for g in groups] == [2, 1, 1, 50, 6]
    assert [name for group in groups for name in group] == [f.name for f in files]
