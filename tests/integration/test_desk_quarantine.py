"""The newsdesk's quarantine: rows of all periods, by reason, source and words; what could not be read."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.lake import QUARANTINE, Lake, articles_name, quarantine_name
from pipeline.newsdesk import quarantine
from pipeline.newsdesk.quarantine import decisions_view, quarantine_view, rejected_view
from pipeline.write import read_object

if TYPE_CHECKING:
    from pathlib import Path

BODY = (
    "Skolen på Vestre Haug blir lagt ned til høsten, etter et vedtak i kommunestyret mandag. Elevene får "
    "plass på sentralskolen, og bussen skal gå to ganger hver morgen."
)
NOW = dt.datetime(2024, 3, 10, 8, tzinfo=dt.UTC)
WHO = {"by": "redaksjonen", "why": "Vi har sett på den."}


def document(number: int, date: str, **fields: Any) -> dict[str, Any]:
    return {
        "title": f"Sak {number} fra skolen",
        "text": f"{BODY} Det er sak nummer {number}.",
        "date": date,
        "url": f"https://haug.example/{number}",
    } | fields


def load(lake: Lake, folder: Path, source: str, *lines: dict[str, Any] | str) -> None:
    path = folder / f"{source}.jsonl"
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines),
        encoding="utf-8",
    )
    flow.publish(lake, flow.load_path(lake, path, source=source, clock=lambda: NOW).periods)


@pytest.fixture
def held(lake: Lake, tmp_path: Path) -> Lake:
    """Six rows in quarantine: four dated ahead, in three periods, two without a text."""
    load(
        lake,
        tmp_path,
        "haug",
        document(1, "2024-03-20"),
        document(2, "2024-03-21"),
        document(3, "2024-03-21", title="En helt annen overskrift"),
        document(4, "2024-03-01"),
        document(5, "2024-03-01", text=" "),
        "{not json}",
        '"a string"',
    )
    load(lake, tmp_path, "dal", document(6, "2024-04-01"), document(7, "2024-03-01", text="\n"))
    return lake


def numbers(view: quarantine.QuarantineView) -> list[tuple[str, str]]:
    return sorted((row.period, row.heading) for row in view.rows)


def test_all_rows_stand_in_one_list_the_latest_period_first(held: Lake) -> None:
    view = quarantine_view(held)
    assert [row.period for row in view.rows] == [
        "2024-04-01", "2024-03-21", "2024-03-21", "2024-03-20", "2024-03-01", "2024-03-01",
    ]  # fmt: skip
    assert (view.total, view.all_rows, view.more, view.cut) == (6, 6, False, False)
    assert [(reason.name, reason.rows) for reason in view.reasons] == [
        ("published_not_in_future", 4),
        ("text_not_empty", 2),
    ]
    assert all(reason.meaning for reason in view.reasons)
    row = view.rows[0]
    assert (row.source, row.failed, row.words > 20) == ("dal", ["published_not_in_future"], True)
    assert len(row.reasons) == len(row.failed)
    assert row.place.file == "dal.jsonl"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"reason": "text_not_empty"}, [5, 7]),
        ({"source": "dal"}, [6, 7]),
        ({"source": "dal", "reason": "text_not_empty"}, [7]),
        ({"period": "2024-03-2"}, [1, 2, 3]),
        ({"period": "2023"}, []),
        ({"text": "ANNEN helt"}, [3]),
        ({"text": "nothing like it"}, []),
        ({"reason": "no_such_reason"}, []),
    ],
)
def test_filters(held: Lake, given: dict[str, str], expected: list[int]) -> None:
    found = sorted(_number(row.article_id, held) for row in quarantine_view(held, **given).rows)
    assert found == expected


def _number(article_id: str, lake: Lake) -> int:
    for item in lake.list(QUARANTINE):
        for row in read_object(lake, item.name).to_pylist():
            if row["article_id"] == article_id:
                return int(row["url"].rsplit("/", 1)[-1])
    raise AssertionError(article_id)


class Counting(Lake):
    """Counts the objects in quarantine that are read."""

    read = 0

    def get(self, name: str) -> bytes:
        self.read += name.startswith(QUARANTINE)
        return super().get(name)


def test_pages_read_only_the_periods_that_they_show(held: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "PAGE_ROWS", 1)
    monkeypatch.setattr(quarantine, "_READERS", 1)
    whole = [row.article_id for page in range(1, 8) for row in quarantine_view(held, page=page).rows]
    assert len(whole) == len(set(whole)) == 6
    lake = Counting(held.settings, held.client)
    view = quarantine_view(lake, page=6)
    assert (len(view.rows), view.more, lake.read) == (1, False, 1)
    lake.read = 0
    assert quarantine_view(lake, reason="text_not_empty").total == 2
    assert lake.read == 1


def test_of_very_many_periods_the_latest_are_looked_through(
    held: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "MOST_READ", 2)
    view = quarantine_view(held, text="sak")
    assert view.cut
    assert {row.period for row in view.rows} == {"2024-04-01", "2024-03-21"}
    assert not quarantine_view(held).cut


def test_what_was_decided_since_is_told(held: Lake) -> None:
    row = quarantine_view(held).rows[0]
    decided = flow.decide_article(held, "release", row.article_id, **WHO)
    again = quarantine_view(held).rows[0]
    assert again.decided is not None
    assert again.decided.kind == "release"
    flow.publish(held, decided.periods)
    assert row.article_id not in {other.article_id for other in quarantine_view(held).rows}
    assert held.info(quarantine_name("2024-04-01")) is None
    assert held.info(articles_name("2024-04-01")) is not None


def test_a_period_published_meanwhile_has_no_rows(held: Lake) -> None:
    held.delete([quarantine_name("2024-03-21")])
    assert "2024-03-21" not in {row.period for row in quarantine_view(held).rows}


def test_what_could_not_be_read_is_told_with_its_bytes(held: Lake) -> None:
    view = rejected_view(held)
    assert [(row.reason, row.source, row.excerpt) for row in view.rows] == [
        ("not_json", "haug", "{not json}"),
        ("not_an_object", "haug", '"a string"'),
    ]
    assert all(row.meaning and row.detail for row in view.rows)
    assert view.next == ""
    assert {reason.name: reason.rows for reason in view.reasons} == {"not_json": 1, "not_an_object": 1}


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_pages_of_what_could_not_be_read_have_everything_once(
    lake: Lake, tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        load(lake, tmp_path, f"s{n}", *[f"{{{n} {i}" for i in range(n + 1)])
    everything = [row.excerpt for row in rejected_view(lake).rows]
    assert len(everything) == 6
    monkeypatch.setattr(quarantine, "PAGE_ROWS", rows)
    found, after = [], ""
    while True:
        view = rejected_view(lake, after=after)
        found += [row.excerpt for row in view.rows]
        assert len(view.rows) <= rows
        if not view.next:
            break
        after = view.next
    assert found == everything


@pytest.mark.parametrize("after", ["zzz:1", "nonsense", "::", "published=undated/x.jsonl:²", "a:-5"])
def test_a_place_that_is_none_is_no_error(held: Lake, after: str) -> None:
    rejected_view(held, after=after)


def test_the_latest_decisions_come_first_and_may_be_undone(held: Lake) -> None:
    first, second = quarantine_view(held).rows[:2]
    flow.decide_article(held, "release", first.article_id, **WHO)
    flow.decide_article(held, "refuse", second.article_id, **WHO)
    flow.decide_article(held, "restore", first.article_id, **WHO)
    told = [(past.decision.kind, past.undone, past.restorable) for past in decisions_view(held)]
    assert told == [("restore", False, False), ("refuse", False, True), ("release", True, False)]
    assert len(decisions_view(held, most=1)) == 1
