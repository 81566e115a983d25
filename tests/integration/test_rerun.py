"""After a fix, what is in quarantine is read again; that it was is recorded and changes nothing by itself."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.decisions import Decisions, read_decisions
from pipeline.errors import DagspressError
from pipeline.flow import stage as staging
from pipeline.lake import articles_name, quarantine_name, summary_name
from pipeline.normalise.identity import content_hash
from pipeline.write import read_object

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.lake import Lake

NOW = dt.datetime(2024, 3, 10, 8, tzinfo=dt.UTC)
WHO = {"by": "redaksjonen", "why": "Feltet «brodtekst» leses nå."}
BODY = "Kommunestyret vedtok mandag å legge ned skolen, og FAU vil klage på vedtaket."


def load(lake: Lake, folder: Path, name: str, *documents: dict[str, Any], source: str = "haug") -> None:
    (folder / name).write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")
    flow.load_path(lake, folder / name, source=source, clock=lambda: NOW)


def document(slug: str, day: str, text: str) -> dict[str, Any]:
    return {"url": f"https://haug.example/{slug}", "title": slug, "text": text, "date": f"2024-03-{day}"}


def quarantined(lake: Lake, period: str) -> list[str]:
    if lake.info(quarantine_name(period)) is None:
        return []
    return [row["title"] for row in read_object(lake, quarantine_name(period)).to_pylist()]


@pytest.fixture
def waiting(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A lake in which a code with a fault left two rows in quarantine that are fine, and one that is not."""
    with monkeypatch.context() as fault:
        read = staging.extract

        def without_text(*args: Any, **kwargs: Any) -> Any:
            from dataclasses import replace

            for item in read(*args, **kwargs):
                is_faulty = getattr(item, "title", None) in ("en", "to")
                yield replace(item, text="") if is_faulty else item

        fault.setattr(staging, "extract", without_text)
        fault.setattr(staging, "code_digest", lambda: "an earlier one")
        load(lake, tmp_path, "a.jsonl", document("en", "01", BODY), document("fin", "01", f"{BODY} Fin."))
        load(lake, tmp_path, "b.jsonl", document("to", "02", f"{BODY} To."), source="andre")
        load(lake, tmp_path, "c.jsonl", document("tom", "03", " "))
        flow.publish(lake, flow.known_periods(lake))
    assert [quarantined(lake, f"2024-03-0{n}") for n in (1, 2, 3)] == [["en"], ["to"], ["tom"]]
    return lake


def test_what_was_mended_leaves_quarantine_and_what_was_not_stays(waiting: Lake) -> None:
    result = flow.rerun(waiting, **WHO)
    assert (result.captures, len(result.left), len(result.stayed)) == (3, 2, 1)
    assert [quarantined(waiting, f"2024-03-0{n}") for n in (1, 2, 3)] == [[], [], ["tom"]]
    [row] = [r for r in read_object(waiting, articles_name("2024-03-01")).to_pylist() if r["title"] == "en"]
    assert row["content_hash"] == content_hash(BODY)
    [recorded] = read_decisions(waiting)
    assert recorded == result.decision
    assert (recorded.kind, recorded.by, recorded.why) == ("rerun", WHO["by"], WHO["why"])
    assert recorded.scope == "quarantine in all periods"
    assert json.dumps(result.as_json())


@pytest.mark.parametrize(
    ("narrowed", "left"),
    [
        ({"periods": ["2024-03-02"]}, [1, 0]),
        ({"source": "andre"}, [1, 0]),
        ({"reason": "text_not_empty", "source": "haug"}, [1, 1]),
    ],
)
def test_a_rerun_is_narrowed(waiting: Lake, narrowed: dict[str, Any], left: list[int]) -> None:
    result = flow.rerun(waiting, narrowed.pop("periods", ()), **narrowed, **WHO)
    assert [len(result.left), len(result.stayed)] == left


def test_a_rerun_enters_no_digest_and_decides_nothing(waiting: Lake) -> None:
    flow.rerun(waiting, **WHO)
    before = waiting.get(summary_name("2024-03-01"))
    assert not Decisions(read_decisions(waiting))
    result = flow.rerun(waiting, **WHO)
    assert [p.state for p in result.published] == ["unchanged"]
    flow.publish(waiting, flow.known_periods(waiting), force=True)
    assert waiting.get(summary_name("2024-03-01")) == before
    with pytest.raises(DagspressError, match="No such row"):
        flow.rerun(waiting, reason="language_known", **WHO)
    assert len(read_decisions(waiting)) == 2
