from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.filters import deduplicate_lines
from tests.unit.duplicates.stories import edited, story

if TYPE_CHECKING:
    import random
    from pathlib import Path

FIRST = story(1)


def run(*rows: dict[str, Any] | bytes, **options: Any) -> list[dict[str, Any]]:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows]
    out = list(deduplicate_lines(lines, **options))
    assert all(b"\n" not in line for line in out)
    return [json.loads(line) for line in out]


def marks(rows: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    return [(row["duplicate_of"], row["duplicate_cluster"]) for row in rows]


def test_lines_come_out_as_they_were_with_their_marks() -> None:
    rows = [
        {
            "z": [1, {"a": None}],
            "id": "b",
            "text": f"{FIRST}\\, sa hun",
            "published_at": "2024-02-02T09:00:00Z",
        },
        {"id": "a", "text": story(2), "big": 12345678901234567890123},
        {"id": "c", "text": edited(FIRST, changed=9), "published_at": "2024-02-01T10:00:00+01:00"},
    ]
    out = run(*rows)
    assert marks(out) == [("c", "c"), (None, None), (None, "c")]
    for row, new in zip(rows, out, strict=True):
        assert list(new) == [*row, "duplicate_of", "duplicate_cluster"]
        assert row.items() <= new.items()


def test_texts_are_compared_as_cleaned_whatever_case_and_signs() -> None:
    out = run(
        {"id": 1, "text": "Brua er åpen, sa ordføreren."},
        {"id": 2, "text": "BRUA  er å\u00adpen\\, sa ordf&oslash;reren!"},
        {"id": 3, "text": "Brua er stengt, sa ordføreren."},
    )
    assert marks(out) == [(None, 1), (1, 1), (None, None)]


def test_texts_without_a_word_are_copies_of_nothing() -> None:
    assert (
        marks(run({"id": 1, "text": ""}, {"id": 2, "text": ""}, {"id": 3, "text": "# # #"}))
        == [(None, None)] * 3
    )


@pytest.mark.parametrize(
    ("rows", "original"),
    [
        ([{"id": "a"}, {"id": "b"}], "a"),
        ([{"id": 10}, {"id": 9}], 9),
        ([{"id": "a"}, {"id": "b", "published_at": "2024-02-01"}], "b"),
        ([{"id": "a", "date": "2024-02-02"}, {"id": "b", "published": "2024-02-01"}], "b"),
        ([{"id": "a", "date": "2024-02-01T10:00Z"}, {"id": "b", "date": "2024-02-01T10:00+02:00"}], "b"),
        ([{"id": "a", "date": "2024-02-01"}, {"id": "b", "date": "2024-02-01T10:00Z"}], "b"),
        ([{"id": "a", "date": "last week"}, {"id": "b", "date": "2024"}], "b"),
    ],
)
def test_the_original_has_the_earliest_date_else_the_smallest_id(
    rows: list[dict[str, Any]], original: object
) -> None:
    for order in (rows, rows[::-1]):
        out = run(*({**row, "text": FIRST} for row in order))
        assert marks(out) == [(None if row["id"] == original else original, original) for row in order]


def test_lines_without_an_id_are_known_by_their_bytes() -> None:
    out = run({"text": FIRST, "n": 1}, {"text": FIRST, "n": 2})
    (original,) = {row["duplicate_cluster"] for row in out}
    assert len(original) == 32
    assert [row["duplicate_of"] for row in out].count(None) == 1


@pytest.mark.parametrize(
    ("dates", "within", "clusters"),
    [
        (["2024-02-01", "2024-02-03"], None, 1),
        (["2024-02-01", "2024-02-03"], 2, 1),
        (["2024-02-01", "2024-02-03"], 1, 2),
        (["2024-02-01", "2024-02-05", "2024-02-03"], 2, 1),
        (["2024-02-01", "2024-02"], 0, 1),
        (["2024-01-31", "2024-02", "2024-03-01"], 1, 1),
        (["2024-01-31", "2024-02", "2024-03-02"], 1, 2),
        ([None, None], 0, 1),
        ([None, "2024-02-01"], 5000, 2),
    ],
)
@pytest.mark.parametrize("changed", [0, 1])
def test_copies_further_apart_are_not_looked_for(
    dates: list[str | None], within: int | None, clusters: int, changed: int
) -> None:
    texts = [edited(FIRST, changed=changed, seed=i) if changed else FIRST for i in range(len(dates))]
    rows = [
        {"id": i, "text": t, "date": d} for i, (t, d) in enumerate(zip(texts, dates, strict=True), start=1)
    ]
    for order in (rows, rows[::-1]):
        found = run(*order, within_days=within)
        assert len({row["duplicate_cluster"] or f"alone {row['id']}" for row in found}) == clusters


def test_other_fields_may_hold_text_and_id() -> None:
    rows = [{"url": "b", "body": FIRST, "id": 1}, {"url": "a", "body": FIRST, "id": 2}]
    assert marks(run(*rows, text_field="body", id_field="url")) == [("a", "a"), (None, "a")]


def test_every_line_but_blank_ones_comes_out() -> None:
    out = run(
        b'{"id":1,"text":"Ja da."}\n',
        b"\n",
        b"not json\n",
        b'{"id":"x","text":5}\n',
        b"[1]\n",
        {"id": "told", "error": "line 7: has no text"},
        b'{"id":2,"text":"Ja, da!"}',
    )
    assert marks([out[0], out[-1]]) == [(None, 1), (1, 1)]
    assert out[1]["error"].startswith("line 3: not valid JSON")
    assert out[2:5] == [
        {"id": "x", "error": "line 4: its text is not a string"},
        {"error": "line 5: not a JSON object"},
        {"id": "told", "error": "line 7: has no text"},
    ]


def test_nothing_comes_of_nothing() -> None:
    assert run() == run(b"\n") == []


MANY = [
    {
        "id": f"{number}-{seed}",
        "text": edited(story(number), changed=6 * seed, seed=seed) if seed else story(number),
        "date": f"2024-02-{1 + (number * 7 + seed * 3) % 9:02}",
    }
    for number in range(4)
    for seed in range(5)
] + [{"id": f"again {i}", "text": story(1), "date": f"2024-02-0{1 + i}"} for i in range(5)]


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False), st.none() | st.integers(0, 4))
def test_marks_do_not_depend_on_the_order_of_lines(rng: random.Random, within: int | None) -> None:
    shuffled = rng.sample(MANY, len(MANY))
    by_id = {row["id"]: row for row in run(*MANY, within_days=within)}
    assert {row["id"]: row for row in run(*shuffled, within_days=within)} == by_id


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_texts_may_come_in_any_batches(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run(*MANY)
    monkeypatch.setattr("pipeline.filters.duplicates._BATCH", batch)
    assert run(*MANY) == expected


def test_the_command_reads_a_file_or_standard_input(tmp_path: Path) -> None:
    data = b"".join(json.dumps(row).encode() + b"\n" for row in MANY)
    (tmp_path / "in.jsonl").write_bytes(data)
    options = ["deduplicate", "--within-days", "3"]
    of_file = CliRunner().invoke(app, [*options, str(tmp_path / "in.jsonl")])
    of_input = CliRunner().invoke(app, options, input=data)
    assert (of_file.exit_code, of_input.exit_code) == (0, 0)
    assert of_file.stdout == of_input.stdout
    assert [json.loads(line) for line in of_file.stdout.splitlines()] == run(*MANY, within_days=3)
