"""A purged article is nowhere in the lake, stays away in every replay, and nothing else changes."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.acquire import Capture
from pipeline.decisions import read_decisions
from pipeline.errors import DagspressError
from pipeline.flow import stage as staging
from pipeline.flow.partition import COUNTS
from pipeline.lake import (
    CAPTURES,
    DECISIONS,
    articles_name,
    quarantine_name,
    summary_name,
)
from pipeline.write import read_object
from tests.files_with_a_secret import ARTICLES_OF, FILES, SECRET, article, expanded, lines, text_of, zipped
from tests.integration.replaying import copied, product

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.lake import Lake

pytestmark = pytest.mark.slow

NOW = dt.datetime(2024, 3, 10, 8, tzinfo=dt.UTC)
WHO = {"by": "redaksjonen", "why": "Et krav fra den det gjelder."}


def load(lake: Lake, folder: Path, name: str, data: bytes, *, source: str = "haug", hour: int = 0) -> None:
    (folder / name).write_bytes(data)
    clock = NOW + dt.timedelta(hours=hour)
    flow.publish(lake, flow.load_path(lake, folder / name, source=source, clock=lambda: clock).periods)


def rows_of(lake: Lake) -> dict[str, dict[str, Any]]:
    """All that is published, by title (or text), after a look at the numbers."""
    found = {}
    for period in flow.known_periods(lake):
        summary = json.loads(lake.get(summary_name(period)))
        assert summary["in"] == sum(summary[name] for name in COUNTS), period
        for row in read_object(lake, articles_name(period)).to_pylist():
            found[row["capture"]] = row
    return found


def counted(lake: Lake, name: str) -> int:
    return sum(int(json.loads(lake.get(summary_name(p)))[name]) for p in flow.known_periods(lake))


def holding(lake: Lake, word: str) -> list[str]:
    """The names of all objects in which a word stands, in whatever encoding."""
    forms = [word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")]
    return [
        item.name
        for item in lake.list("")
        if any(form in part for part in expanded(item.name, lake.get(item.name)) for form in forms)
    ]


def withdrawn(lake: Lake) -> str:
    """The id of the article that has to go, which is withdrawn now."""
    [id_] = {row["article_id"] for row in rows_of(lake).values() if SECRET in row["text"]}
    decided = flow.decide_article(lake, "withdraw", str(id_), **WHO)
    flow.publish(lake, decided.periods)
    return str(id_)


@pytest.mark.parametrize("kind", ["lines", "zip of texts", "parquet", "warc.gz"])
def test_a_purged_article_is_in_no_object_and_the_others_are_as_they_were(
    new_lake: Callable[[], Lake], tmp_path: Path, kind: str
) -> None:
    name, make = FILES[kind]
    data = make()
    lake, other = new_lake(), new_lake()
    load(lake, tmp_path, name, data)
    assert len(rows_of(lake)) == 4
    gone = withdrawn(lake)
    before = rows_of(lake)
    assert len(before) == 3
    numbers = {name: counted(lake, name) for name in ("in", *COUNTS)}
    assert [n for n in holding(lake, SECRET) if n.startswith(("captures/", "staged/"))]

    plan = flow.plan_purge(lake, [gone[:12]])
    assert (plan.ids, plan.left, len(plan.removals)) == ([gone], [], 1)
    result = flow.purge(lake, [gone], **WHO)
    assert (result.objects, result.left) == (1, [])
    assert holding(lake, SECRET) == []
    assert rows_of(lake) == before
    assert {name: counted(lake, name) for name in ("in", *COUNTS)} == numbers
    expected = product(lake)

    [item] = [o for o in lake.list(CAPTURES) if "_receipts" not in o.name]
    [receipt] = [lake.get(o.name) for o in lake.list(CAPTURES) if "_receipts" in o.name]
    capture = Capture.from_json(receipt)
    assert (capture.size, capture.sha256) == (item.size, lake.sha256(item.name))
    [purged] = capture.purged
    assert (purged.article_id, purged.by, purged.why) == (gone, WHO["by"], WHO["why"])
    assert purged.sha256_before == hashlib.sha256(data).hexdigest()

    # a rebuild, another purge, the file dropped again, a replay elsewhere: all as it is
    flow.publish(lake, flow.known_periods(lake), force=True)
    assert flow.purge(lake, [gone], **WHO).left == []
    load(lake, tmp_path, name, data, hour=5)
    assert product(lake) == expected
    assert holding(lake, SECRET) == []
    copied(lake, other, CAPTURES, DECISIONS)
    load(other, tmp_path, name, data, hour=7)
    assert product(other) == expected
    assert holding(other, SECRET) == []


def test_only_what_is_withdrawn_can_be_purged_and_nothing_of_it_can_be_restored(
    lake: Lake, tmp_path: Path
) -> None:
    load(lake, tmp_path, "a.jsonl", lines())
    [gone] = {row["article_id"] for row in rows_of(lake).values() if SECRET in row["text"]}
    with pytest.raises(DagspressError, match="Only what is withdrawn"):
        flow.plan_purge(lake, [gone])
    withdrawn(lake)
    flow.purge(lake, [gone], **WHO)
    with pytest.raises(DagspressError, match=r"purged by redaksjonen\. Nothing is left to restore"):
        flow.decide_article(lake, "restore", gone, **WHO)
    # whatever else is decided, also elsewhere and later
    flow.publish(lake, flow.decide_addresses(lake, "restore", "https://haug.example/", **WHO).periods)
    assert len(rows_of(lake)) == 3


def test_all_versions_copies_in_other_captures_and_rejected_pieces_go(lake: Lake, tmp_path: Path) -> None:
    later = ARTICLES_OF[1] | {"text": text_of(1) + "\n\nRettet.", "date": "2024-03-04"}
    broken = lines().splitlines()[1][:-1].rstrip(b'"}') + b"\n"
    for hour, (name, data) in enumerate(
        {
            "a.jsonl": lines(),
            "b.jsonl": json.dumps(later).encode() + b"\n" + json.dumps(article(7)).encode() + b"\n",
            "c.jsonl": json.dumps(article(8)).encode() + b"\n" + broken,
            "d.zip": zipped({"e.json": json.dumps(ARTICLES_OF[1]).encode()}),
        }.items()
    ):
        load(lake, tmp_path, name, data, hour=hour)
    assert counted(lake, "rejected") == 1
    gone = withdrawn(lake)
    before, total = rows_of(lake), counted(lake, "in")
    result = flow.purge(lake, [gone], **WHO)
    assert (result.left, result.objects) == ([], 4)
    assert holding(lake, SECRET) == []
    assert rows_of(lake) == before
    assert (counted(lake, "in"), counted(lake, "rejected"), counted(lake, "withdrawn")) == (total, 0, 4)


def test_all_of_an_address_are_purged(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "a.jsonl", lines())
    prefix = "https://haug.example/sak-"
    with pytest.raises(DagspressError, match="Only what is withdrawn"):
        flow.plan_purge(lake, prefix=prefix)
    flow.publish(lake, flow.decide_addresses(lake, "withdraw", prefix, **WHO).periods)
    result = flow.purge(lake, prefix=prefix, **WHO)
    assert (len(result.decisions), result.left) == (4, [])
    assert holding(lake, "rektor") == []
    assert (counted(lake, "withdrawn"), rows_of(lake)) == (4, {})
    flow.publish(lake, flow.decide_addresses(lake, "restore", prefix, **WHO).periods)
    assert (counted(lake, "withdrawn"), rows_of(lake)) == (4, {})


def test_what_cannot_be_taken_out_by_itself_is_told_and_nothing_changes(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "a.jsonl.gz", gzip.compress(lines())[:-9])
    [gone] = {row["article_id"] for row in rows_of(lake).values() if SECRET in row["text"]}
    flow.publish(lake, flow.decide_article(lake, "withdraw", gone, **WHO).periods)
    before = {item.name: lake.sha256(item.name) for item in lake.list("")}
    with pytest.raises(DagspressError, match="cannot be erased by itself"):
        flow.purge(lake, [gone], **WHO)
    assert {item.name: lake.sha256(item.name) for item in lake.list("")} == before


def test_quarantined_rows_can_be_purged(lake: Lake, tmp_path: Path) -> None:
    future = ARTICLES_OF[1] | {"date": "2024-03-20"}
    load(lake, tmp_path, "a.jsonl", lines().splitlines()[0] + b"\n" + json.dumps(future).encode() + b"\n")
    [row] = read_object(lake, quarantine_name("2024-03-20")).to_pylist()
    flow.publish(lake, flow.decide_article(lake, "withdraw", row["article_id"], **WHO).periods)
    assert flow.purge(lake, [row["article_id"]], **WHO).left == []
    assert holding(lake, SECRET) == []
    assert not [o.name for o in lake.list("quality/") if row["article_id"].encode() in lake.get(o.name)]
    assert [d.kind for d in read_decisions(lake)] == ["withdraw", "purge"]


def test_what_an_earlier_code_found_elsewhere_is_read_again_first(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        read = staging.extract
        earlier.setattr(staging, "code_digest", lambda: "an earlier one")
        earlier.setattr(
            staging, "extract", lambda *a, **more: (replace(i, at=f"@was {i.at}") for i in read(*a, **more))
        )
        load(lake, tmp_path, "a.jsonl", lines())
        gone = withdrawn(lake)
    assert flow.purge(lake, [gone], **WHO).left == []
    assert holding(lake, SECRET) == []
    assert len(rows_of(lake)) == 3
