from __future__ import annotations

import io

from rich.console import Console

from pipeline.clean import removed_lines, trace
from pipeline.explain import Change, Explanation, Version, _changes
from pipeline.record import Record
from pipeline.report import render_explanation

TEXT = (
    "Storm i nord\n\nDet blåste.\n\nLes også:\n• Slik sikrer du [b]båten[/b]\n\nFoto: NTB\n\nDa løyet\\, det."
)


def changes(text: str, title: str | None = None) -> list[Change]:
    return list(_changes(Record(at="", raw=b"", text=text, title=title)))


def shown(found: list[Change]) -> str:
    version = Version(
        capture="captures/0-a.txt", dropped_as="a.txt", captured_at="", raw_bytes=1, raw="", record={},
        changes=found, normalised={},
    )  # fmt: skip
    value = Explanation(article_id="0" * 32, period="2019", state="staged", row=None, versions=[version])
    file = io.StringIO()
    Console(file=file, width=100, highlight=False, color_system=None).print(render_explanation(value))
    return file.getvalue()


def test_every_line_that_a_rule_took_out_is_in_its_change() -> None:
    found = {change.rule: change.removed for change in changes(TEXT, "Storm  i nord")}
    assert found == {
        "spaces": [],
        "escapes": [],
        "read_also": ["Les også:", "• Slik sikrer du [b]båten[/b]"],
        "photo_credits": ["Foto: NTB"],
        "repeated_title": ["Storm i nord"],
    }


def test_changes_of_a_text_lead_from_what_was_written_to_what_is_kept() -> None:
    steps = [change for change in changes(TEXT, "Storm i nord") if change.field == "text"]
    assert steps[0].before == TEXT
    assert [step.before for step in steps[1:]] == [step.after for step in steps[:-1]]
    assert steps[-1].after == "Det blåste.\n\nDa løyet, det."


def test_what_was_taken_out_is_listed_line_by_line() -> None:
    output = shown(changes(TEXT, "Storm i nord"))
    assert "read_also in text, 2 lines taken out" in output
    assert "- Les også:" in output
    assert "- • Slik sikrer du [b]båten[/b]" in output
    assert "photo_credits in text, 1 line taken out" in output
    assert "- Foto: NTB" in output
    assert "repeated_title in text, 1 line taken out" in output


def test_of_very_many_lines_it_says_how_many_more() -> None:
    output = shown(changes("\n\n".join(["Det blåste.", *(f"Les også: Sak {i}" for i in range(70))])))
    assert "read_also in text, 70 lines taken out" in output
    assert "- Les også: Sak 49" in output
    assert "Sak 50" not in output
    assert "... and 20 more lines" in output


def test_lines_that_were_changed_are_not_called_removed() -> None:
    assert removed_lines("en\n\nto", "en\n\nTo") is None
    assert removed_lines("en\n\nto", "to\n\nen") is None
    assert removed_lines("en\n\n\n\nto", "en\n\nto") == []
    assert removed_lines("en\n\nto\n\nen", "en\n\nto") == ["en"]
    assert removed_lines("en", "") == ["en"]


def test_what_is_left_and_what_was_removed_is_all_there_was() -> None:
    for step in trace(TEXT.replace("\\", ""), title="Storm i nord"):
        removed = removed_lines(step.before, step.after)
        assert removed
        lines = [line for line in step.before.split("\n") if line]
        assert sorted(removed + [line for line in step.after.split("\n") if line]) == sorted(lines)
