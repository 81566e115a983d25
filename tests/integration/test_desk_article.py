"""The newsdesk's article: where it stands, what rules did, its versions and copies, what may be decided."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.decisions import decide
from pipeline.errors import DagspressError
from pipeline.lake import ARTICLES, CAPTURES, STAGED, articles_name, quarantine_name
from pipeline.newsdesk.article import MOST_CHARACTERS, article_view
from pipeline.write import read_object

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.lake import Lake

BODY = (
    "Skolen på Vestre Haug blir lagt ned til høsten\\, etter et vedtak i kommunestyret mandag. Elevene får "
    "plass på sentralskolen, og bussen skal gå to ganger hver morgen.\n\nLes også:\nSlik går bussen\n\n"
    "FAU vil\u200b klage på vedtaket."
)
CLEAN = (
    "Skolen på Vestre Haug blir lagt ned til høsten, etter et vedtak i kommunestyret mandag. Elevene får "
    "plass på sentralskolen, og bussen skal gå to ganger hver morgen.\n\nFAU vil klage på vedtaket."
)
NOW = dt.datetime(2024, 3, 10, 8, tzinfo=dt.UTC)
WHO = {"by": "redaksjonen", "why": "Vi har sett på den."}


def document(slug: str, date: str, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Skolen  legges ned",
        "text": BODY,
        "date": date,
        "url": f"https://haug.example/{slug}",
    } | fields


def load(lake: Lake, folder: Path, *documents: dict[str, Any], hour: int = 0) -> None:
    path = folder / f"{hour}.jsonl"
    path.write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")
    clock = NOW + dt.timedelta(hours=hour)
    loaded = flow.load_path(lake, path, source="haug", clock=lambda: clock)
    flow.publish(lake, loaded.periods)


def ids(lake: Lake, name: str) -> list[str]:
    found: list[str] = read_object(lake, name)["article_id"].to_pylist()
    return found


def test_an_article_is_shown_as_written_and_as_it_stands(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("skolen", "2024-03-01"))
    [article_id] = ids(lake, articles_name("2024-03-01"))
    view = article_view(lake, article_id)
    assert (view.state, view.stands, view.period) == ("published", "published", "2024-03-01")
    assert "\n\n".join(view.text) == CLEAN
    assert view.heading == "Skolen legges ned"
    assert [action.kind for action in view.actions] == ["withdraw"]
    [version] = view.revisions
    assert version.place.object.startswith(CAPTURES)
    assert version.raw.startswith('{"title": "Skolen  legges ned"')
    assert {(done.rule, done.field) for done in version.rules} >= {
        ("escapes", "text"),
        ("read_also", "text"),
        ("zero_width", "text"),
    }
    assert all(done.repairs and done.places for done in version.rules)
    text = next(field for field in version.compared if field.field == "text")
    changed = [
        (side, piece.text, piece.rules)
        for row in text.rows
        for side in ("before", "after")
        for piece in getattr(row, side)
        if piece.changed
    ]
    assert ("before", "\\", ("escapes",)) in changed
    assert ("before", "\\u200b", ("zero_width",)) in changed
    assert "".join(p.text for row in text.rows for p in row.after).replace("↵", "") == CLEAN


def test_a_short_id_and_a_wrong_period_lead_to_it_as_well(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("skolen", "2024-03-01"))
    [article_id] = ids(lake, articles_name("2024-03-01"))
    assert article_view(lake, article_id[:8].upper()).article_id == article_id
    assert article_view(lake, article_id, period="2023-01-01").period == "2024-03-01"
    for unknown in ("0" * 32, "xyz-no-id", ""):
        with pytest.raises(DagspressError):
            article_view(lake, unknown)


def test_versions_say_what_is_new_in_them(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("skolen", "2024-03-01"))
    load(lake, tmp_path, document("skolen", "2024-03-01", title="Skolen består", text=BODY + " Nå."), hour=1)
    [article_id] = ids(lake, articles_name("2024-03-01"))
    latest, first = article_view(lake, article_id).revisions
    assert (latest.number, first.number) == (2, 1)
    assert latest.place.object != first.place.object
    assert first.differences == []
    told = {difference.field: (difference.before, difference.after) for difference in latest.differences}
    assert told["title"] == ("Skolen legges ned", "Skolen består")
    assert "Nå." in told["text"][1]


def test_copies_are_named_with_the_one_that_stands_for_them(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("skolen", "2024-03-01"))
    load(lake, tmp_path, document("skole-kopi", "2024-03-02"), hour=1)
    [original], [copy] = (ids(lake, articles_name(f"2024-03-0{day}")) for day in (1, 2))
    assert [(c.article_id, c.original) for c in article_view(lake, copy).copies] == [(original, True)]
    assert [(c.article_id, c.original) for c in article_view(lake, original).copies] == [(copy, False)]
    assert article_view(lake, copy).state == "copy"
    assert article_view(lake, copy).duplicate_of == original


def test_what_may_be_decided_follows_from_where_it_stands(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("varsel", "2024-03-20"))
    [article_id] = ids(lake, quarantine_name("2024-03-20"))
    view = article_view(lake, article_id, period="2024-03-20")
    assert view.state == "quarantined"
    assert view.reasons
    assert [action.kind for action in view.actions] == ["release", "refuse", "withdraw"]

    decided = flow.decide_article(lake, "refuse", article_id, **WHO)
    view = article_view(lake, article_id)
    assert (view.state, view.stands) == ("refused", "quarantined")
    flow.publish(lake, decided.periods)
    view = article_view(lake, article_id)
    assert (view.state, view.stands) == ("refused", "staged")
    assert view.decision is not None
    assert (view.decision.by, view.decision.why) == (WHO["by"], WHO["why"])
    assert [action.kind for action in view.actions] == ["restore"]

    flow.publish(lake, flow.decide_article(lake, "restore", article_id, **WHO).periods)
    view = article_view(lake, article_id)
    assert view.state == "quarantined"
    assert view.decision is None
    assert [decision.kind for decision in view.decisions] == ["restore", "refuse"]

    flow.publish(lake, flow.decide_article(lake, "release", article_id, **WHO).periods)
    view = article_view(lake, article_id)
    assert view.state == "published"
    assert view.warnings == ["published_not_in_future"]
    assert [action.kind for action in view.actions] == ["withdraw", "restore"]


def test_what_is_withdrawn_by_its_address_is_not_undone_alone(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("skolen", "2024-03-01"))
    [article_id] = ids(lake, articles_name("2024-03-01"))
    flow.publish(lake, flow.decide_addresses(lake, "withdraw", "https://haug.example/", **WHO).periods)
    view = article_view(lake, article_id)
    assert view.state == "withdrawn"
    assert view.decision is not None
    assert view.decision.prefix == "https://haug.example/"
    assert view.actions == []


def test_an_article_of_which_nothing_is_left_has_its_decisions(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("skolen", "2024-03-01"))
    [article_id] = ids(lake, articles_name("2024-03-01"))
    flow.decide_article(lake, "withdraw", article_id, **WHO)
    lake.delete(item.name for room in (ARTICLES, STAGED, CAPTURES) for item in lake.list(room))
    view = article_view(lake, article_id)
    assert (view.state, view.actions, view.revisions) == ("gone", [], [])
    assert [decision.kind for decision in view.decisions] == ["withdraw"]


def test_an_article_whose_capture_is_lost_is_shown_without_its_bytes(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("skolen", "2024-03-01"))
    [article_id] = ids(lake, articles_name("2024-03-01"))
    lake.delete(item.name for item in lake.list(CAPTURES))
    view = article_view(lake, article_id)
    assert view.state == "published"
    assert "\n\n".join(view.text) == CLEAN
    [version] = view.revisions
    assert "does not exist" in version.problem
    assert version.compared == []


def test_a_very_long_text_is_shown_in_part_and_says_so(lake: Lake, tmp_path: Path) -> None:
    text = "\n\n".join(f"Avsnitt {n} om saken\\, som er lang." for n in range(3_000))
    load(lake, tmp_path, document("lang", "2024-03-01", text=text))
    [article_id] = ids(lake, articles_name("2024-03-01"))
    view = article_view(lake, article_id)
    assert view.text_left_out > 0
    [version] = view.revisions
    shown = next(field for field in version.compared if field.field == "text")
    assert shown.left_out == len(text) - sum(
        len(p.text.replace("\\\\", "\\")) for r in shown.rows for p in r.before
    )
    assert len("".join(view.text)) <= MOST_CHARACTERS
    assert [done.rule for done in version.rules if done.field == "text"] == ["escapes"]


def test_only_web_addresses_are_linked(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("x", "2024-03-01", url="javascript:alert(1)", id="a1"))
    [article_id] = ids(lake, articles_name("2024-03-01"))
    assert article_view(lake, article_id).url == ""


def test_a_decision_of_somebody_about_another_article_is_not_shown(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, document("skolen", "2024-03-01"))
    [article_id] = ids(lake, articles_name("2024-03-01"))
    decide(lake, "withdraw", article_id="f" * 32, **WHO)
    assert article_view(lake, article_id).decisions == []
