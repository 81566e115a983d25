"""What a person sees: hostile text stays text, words stay whole, numbers agree with their nouns."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from pipeline import report
from pipeline.explain import Change, Explanation, Version
from pipeline.flow import Fetched, Loaded, Publication
from pipeline.flow.partition import COUNTS
from pipeline.flow.publish import counted
from pipeline.report.archive import RARE

if TYPE_CHECKING:
    from rich.console import RenderableType

HOSTILE = [
    "[bold]fet[/bold]",
    "[/]",
    "[link=https://example.org]her[/link]",
    "[red",
    "slutt\\",
    ":warning:",
    "\x1b[31mrød\x1b[0m",
    "\x1b]0;tittel\x07",
    "a\rb",
    "a\x08b",
    "a\x9b2Jb",
    "a\u202eb",
    "a\ud83db",
]


def shown(renderable: RenderableType, *, width: int = 80, terminal: bool = True) -> str:
    """What reaches a terminal, without the styles that we chose ourselves."""
    file = io.StringIO()
    Console(file=file, width=width, highlight=False, force_terminal=terminal, color_system=None).print(
        renderable
    )
    return file.getvalue()


def loaded(name: str = "inbox/a.txt", **changes: Any) -> Loaded:
    values: dict[str, Any] = {
        "name": name, "size": 1, "etag": "", "capture_id": "0" * 24, "source": "documents", "new": True,
        "records": 1, "staged": 1, "rejected": 0, "periods": {"2019-02": 1}, "reasons": {},
    }  # fmt: skip
    return Loaded(**(values | changes))


def counts(**changes: int) -> dict[str, int]:
    summary = dict.fromkeys(COUNTS, 0) | changes
    return {"in": sum(summary.values())} | summary


def row(heading: str, **changes: Any) -> dict[str, Any]:
    values = {
        "article_id": "0123456789abcdef" * 2, "source": "documents", "language": "nb", "word_count": 7,
        "rules": [], "warnings": [], "duplicate_of": None,
        "capture": "captures/source=x/date=2024-01-01/0123-a.txt",
        "heading": heading,
    }  # fmt: skip
    return values | changes


def view(text: str) -> dict[str, Any]:
    return {
        "period": "2019-02",
        "summary": counts(published=1, quarantined=1, rejected=1)
        | {"languages": {"nb": 1}, "sources": {text: 1}},
        "gate_failures": [text],
        "pending": False,
        "published": [row(text, rules=[text], warnings=[text])],
        "quarantined": [row(text, failed=[text], reasons=[text])],
        "rejected": [{"capture": f"captures/0123-{text}#{text}", "reason": "binary", "detail": text}],
    }


def explanation(text: str) -> Explanation:
    version = Version(
        capture=f"captures/0123-{text}", dropped_as=text, captured_at="2024-01-01", raw_bytes=3, raw=text,
        record={"text": text}, changes=[Change(field="text", rule="escapes", before=text, after=f"x{text}y")],
        normalised={"title": text},
    )  # fmt: skip
    return Explanation(
        article_id="0" * 32, period="2019-02", state="published", row={"text": text}, reasons=[text],
        versions=[version],
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("width", [80, 120])
def test_text_of_documents_is_neither_markup_nor_control_characters(text: str, width: int) -> None:
    for renderable in (
        report.render_period(view(text)),
        report.render_explanation(explanation(text)),
        report.render_loaded([loaded(f"inbox/{text}", source=text, rejected=1, reasons={"binary": 1})]),
        report.render_published(
            [Publication(period="2019", state="gate_failed", summary=counts(), failures=[text])]
        ),
    ):
        output = shown(renderable, width=width)
        output.encode()  # no half of a surrogate pair is left
        assert all(c.isprintable() or c in "\n\xa0" for c in output)
        assert report.visible(text.rsplit("/", 1)[-1])[:6] in output


def test_a_title_that_looks_like_markup_is_shown_as_written() -> None:
    assert "[bold]fet[/bold]" in shown(report.render_period(view("[bold]fet[/bold]")))


def test_what_cannot_be_seen_is_shown_in_differences_and_kept_in_text() -> None:
    change = Change(field="text", rule="spaces", before="en\xa0dag", after="en dag")
    value = Explanation(
        article_id="0" * 32, period="2019", state="published", row={"text": "en\xa0dag\n\nto"},
        versions=[
            Version(capture="captures/0-a.txt", dropped_as="a.txt", captured_at="", raw_bytes=1, raw="",
                    record={}, changes=[change], normalised={})
        ],
    )  # fmt: skip
    output = shown(report.render_explanation(value))
    assert "- en\\xa0dag" in output
    assert "+ en dag" in output
    assert "en\xa0dag\n\nto" in output


def test_differences_are_found_late_in_a_long_text_and_quickly() -> None:
    before = "Ord etter ord. " * 100_000 + "lasset\\, sa hun." + " Og mer." * 10_000
    places, count = report.differences(before, before.replace("\\", ""))
    assert count == 1
    assert "lasset\\, sa" in places[0][0].plain
    assert "lasset, sa" in places[0][1].plain


def test_many_places_are_counted() -> None:
    places, count = report.differences("a\\, b " * 10, "a, b " * 10, most=3)
    assert (len(places), count) == (3, 10)


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        (0, "duplicates", "0 duplicates"),
        (1, "duplicates", "1 duplicate"),
        (2, "duplicates", "2 duplicates"),
        (1, "published", "1 published"),
        (2, "quarantined", "2 quarantined"),
    ],
)
def test_a_count_agrees_with_its_noun(number: int, name: str, expected: str) -> None:
    assert counted(number, name) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("published", "2019: 3 published, 1 duplicate"),
        ("unchanged", "2019: nothing is new (3 published, 1 duplicate)"),
        ("gate_failed", "2019: not published, the former partition stays: half are copies"),
    ],
)
def test_a_publication_is_a_sentence(state: str, expected: str) -> None:
    publication = Publication(
        period="2019", state=state, summary=counts(published=3, duplicates=1), failures=["half are copies"]
    )
    assert publication.sentence() == expected


def test_the_equation_is_spelt_out() -> None:
    assert report.equation(counts(published=2, duplicates=1, rejected=3)) == (
        "6 in = 2 published + 1 duplicate + 0 superseded + 0 quarantined + 3 rejected"
    )


@pytest.mark.parametrize("width", [80, 120])
def test_the_archive_keeps_its_words_whole(width: int) -> None:
    lines: list[dict[str, Any]] = [
        {"period": "2019-02-06", "state": "published"}
        | counts(published=1200, duplicates=30, superseded=4, quarantined=5, rejected=6),
        {"period": "2019-03", "state": "gate failed"} | counts(published=1),
        {"period": "undated", "state": "waiting"} | counts(),
    ]
    output = shown(report.render_archive(lines), width=width)
    assert "…" not in output
    for word in (
        "period",
        *(k for k in COUNTS if k not in RARE),
        "2019-02-06",
        "undated",
        "gate failed",
        "waits",
        "1200",
    ):
        assert word in output
    assert "Stopped by the gate (why: dagspress show PERIOD): 2019-03" in output
    assert max(map(len, output.splitlines())) <= width


def test_an_archive_that_is_up_to_date_has_no_column_of_states() -> None:
    output = shown(report.render_archive([{"period": "2019", "state": "published"} | counts(published=1)]))
    assert output.count("published") == 2  # its column, its equation
    assert "duplicates  " not in output.splitlines()[2]


def test_a_long_archive_is_a_row_for_each_year() -> None:
    lines = [
        {"period": f"{2000 + i // 100}-{1 + i % 12:02}-{i % 28:02}", "state": "published"}
        | counts(published=1)
        for i in range(300)
    ]
    output = shown(report.render_archive(lines))
    assert "2001 (100 periods)" in output
    assert "300 periods: 300 in = 300 published" in output
    assert len(output.splitlines()) < 15


def test_many_files_are_counted_and_the_rejected_ones_named() -> None:
    files = [loaded(f"/somewhere/{i}.txt") for i in range(100)]
    files[-1] = loaded(
        "/somewhere/bad.bin", rejected=1, staged=0, periods={"undated": 0}, reasons={"binary": 1}
    )
    output = shown(report.render_loaded(files))
    assert "bad.bin  not text and no known format" in output
    assert "... and 60 more files with 60 records" in output
    assert "somewhere" not in output


def test_a_file_with_many_periods_names_two() -> None:
    output = shown(report.render_loaded([loaded(periods=dict.fromkeys(("2019", "2020", "2021", "2022"), 1))]))
    assert "2019, 2020 and 2 more" in output


@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        ("captures/source=x/date=2024-01-01/0123-a-b.txt", ("a-b.txt", "")),
        ("captures/x/0123-a.jsonl#@10+5", ("a.jsonl", "bytes 10 to 14")),
        ("captures/x/0123-a.zip#inne/b.json@item 2", ("a.zip", "inne/b.json, item 2")),
        ("captures/x/0123-a.zip#../c.txt", ("a.zip", "../c.txt")),
    ],
)
def test_a_capture_is_known_by_the_dropped_file(capture: str, expected: tuple[str, str]) -> None:
    assert report.dropped_as(capture) == expected


# --- what sources gave --------------------------------------------------------------------------------


def fetched(name: str = "posten", **fields: Any) -> Fetched:
    return Fetched(**({"source": name, "kind": "feed", "day": "2026-11-24"} | fields))


def test_who_gave_what_stands_in_a_line_each() -> None:
    text = shown(
        report.render_fetched(
            [
                fetched(state="fetched", requests=9, listed=8, new=8, pages=8, staged=8,
                        periods={"2026-11-22": 2, "2026-11-23": 3, "2026-11-24": 3}),
                fetched("bladet", state="failed", error="It answered 500."),
            ]
        )
    )  # fmt: skip
    assert re.search(r"posten +feed +fetched +9 +8 +8 +2026-11-22, 2026-11-23", text)
    assert "bladet: It answered 500." in text


def test_of_many_problems_the_first_are_told_and_the_others_counted() -> None:
    item = fetched(problems=[f"page {n}" for n in range(30)], more_problems=7)
    text = shown(report.render_fetched([item], most=3))
    assert "page 2" in text
    assert "page 3" not in text
    assert "... and 34 more problems" in text


def test_hostile_words_of_a_source_are_never_markup() -> None:
    text = shown(report.render_fetched([fetched(error="[red]\x1b[31m\u202eHa", notes=["[b]x"])]))
    assert "[red]\\x1b[31m\\u202eHa" in text
    assert "[b]x" in text
