from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.clean import trace
from pipeline.newsdesk.side_by_side import Part, rows, traced
from pipeline.report.edits import MOST_LINES, edits

TEXTS = st.text("ab \n\\,\u200bæ", max_size=40) | st.text(max_size=20)


def patched(before: str, after: str) -> str:
    text, end = "", 0
    for edit in edits(before, after):
        assert edit.start >= end
        text += before[end : edit.start] + after[edit.new_start : edit.new_end]
        end = edit.end
    return text + before[end:]


@given(TEXTS, TEXTS)
def test_edits_make_one_text_of_the_other(before: str, after: str) -> None:
    assert patched(before, after) == after


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("en dag", "en dag", []),
        ("dag", "en dag", [("", "en ")]),
        ("en dag", "en", [(" dag", "")]),
        ("en gammel bil", "en gammelt bil", [("gammel", "gammelt")]),
        ("lasset\\, sa hun\\.", "lasset, sa hun.", [("\\", ""), ("\\", "")]),
        ("en\n\nto\n\ntre", "en\n\ntre", [("to\n\n", "")]),
        ("", "", []),
    ],
)
def test_edits_are_of_whole_words(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    found = [(before[e.start : e.end], after[e.new_start : e.new_end]) for e in edits(before, after)]
    assert found == expected


def test_of_very_many_lines_the_differing_middle_is_one_edit() -> None:
    before = "".join(f"{n}\n" for n in range(MOST_LINES + 2))
    after = f"x\n{before[2:-2]}y\n"
    assert len(edits(before, after)) == 1
    assert patched(before, after) == after


@given(TEXTS, st.lists(st.tuples(st.sampled_from(["one", "two", "three"]), TEXTS), max_size=4), TEXTS)
def test_parts_lead_from_the_original_to_the_final_text(
    original: str, steps: list[tuple[str, str]], final: str
) -> None:
    parts = traced(original, steps, final)
    assert "".join(part.before for part in parts) == original
    assert "".join(part.after for part in parts) == final
    assert all(part.before for part in parts if not part.changed and not part.rules)


@given(TEXTS, st.lists(st.tuples(st.sampled_from(["one", "two"]), TEXTS), max_size=3), TEXTS)
def test_rows_hold_everything_once(original: str, steps: list[tuple[str, str]], final: str) -> None:
    parts = traced(original, steps, final)
    shown = rows(parts)
    assert [piece.rules for row in shown for piece in row.before if piece.changed] == [
        part.rules for part in parts if part.changed and part.before
    ]
    assert all(row.before or row.after for row in shown)


def test_every_change_carries_its_rule() -> None:
    text = "Det blåste.\n\nLes også:\n• Slik sikrer du båten\n\nDa løyet\\, det &amp; stilnet."
    steps = [(step.rule, step.after) for step in trace(text)]
    parts = traced(text, steps, steps[-1][1].strip())
    assert [(part.before, part.after, part.rules) for part in parts if part.changed] == [
        ("Les også:\n• Slik sikrer du båten\n\n", "", ("read_also",)),
        ("\\", "", ("escapes",)),
        ("amp;", "", ("entities",)),
    ]


def test_paragraphs_stand_beside_each_other() -> None:
    parts = traced(
        "en\n\nto\n\ntre\u200b fire",
        [("gone", "en\n\ntre\u200b fire"), ("seen", "en\n\ntre fire")],
        "en\n\ntre fire",
    )
    shown = [("".join(p.text for p in row.before), "".join(p.text for p in row.after)) for row in rows(parts)]
    assert shown == [("en\n\n", "en\n\n"), ("to↵\n↵\n", ""), ("tre\\u200b fire", "tre fire")]


def test_what_one_rule_made_another_may_change() -> None:
    parts = traced("a b c", [("one", "a bb c"), ("two", "a c")], "a c")
    assert parts == [
        Part(before="a ", after="a "),
        Part(before="b ", after="", rules=("one", "two")),
        Part(before="c", after="c"),
    ]
