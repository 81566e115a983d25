"""Decisions are inputs: every rebuild, replay and machine honours them, whatever came first (G2)."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import decisions, flow
from pipeline.decisions import read_decisions
from pipeline.errors import DagspressError
from pipeline.flow.partition import COUNTS
from pipeline.lake import CAPTURES, DECISIONS, articles_name, quarantine_name, summary_name
from pipeline.normalise.identity import article_id as id_of
from pipeline.write import read_object
from tests.integration.replaying import copied, product, stage_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.lake import Lake

BODY = (
    "Skolen på Vestre Haug blir lagt ned til høsten, etter et vedtak i kommunestyret mandag. Elevene får "
    "plass på sentralskolen, og bussen skal gå to ganger hver morgen.\n\nFAU vil klage på vedtaket."
)
NOW = dt.datetime(2024, 3, 10, 8, tzinfo=dt.UTC)
WHO = {"by": "redaksjonen", "why": "Vi har sett på den."}


def document(slug: str, date: str, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Skolen legges ned",
        "text": BODY,
        "date": date,
        "url": f"https://haug.example/{slug}",
        **fields,
    }


GOOD = document("skolen", "2024-03-01")
COPY = document("skole-kopi", "2024-03-02")
FUTURE = document("varsel", "2024-03-20", text=f"{BODY} Møtet holdes i salen.")
"""Dated after its capture: quarantined."""
EVENTS = [GOOD, COPY, FUTURE]
SECRET = (
    "Hemmeligheten om ordføreren ble kjent mandag, og ingen i partiet ville si noe om den til avisen. "
    "Saken er anmeldt, og politiet avhører flere vitner i løpet av uken."
)


def load(lake: Lake, folder: Path, *documents: dict[str, Any], hour: int = 0) -> set[str]:
    path = folder / f"{hour}.jsonl"
    path.write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")
    return set(
        flow.load_path(lake, path, source="haug", clock=lambda: NOW + dt.timedelta(hours=hour)).periods
    )


def filled(lake: Lake, folder: Path) -> Lake:
    for hour, event in enumerate(EVENTS):
        load(lake, folder, event, hour=hour)
    flow.publish(lake, flow.known_periods(lake))
    return lake


def published(lake: Lake, period: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_object(lake, articles_name(period)).to_pylist()
    return found


def quarantined(lake: Lake, period: str) -> list[dict[str, Any]]:
    if lake.info(quarantine_name(period)) is None:
        return []
    found: list[dict[str, Any]] = read_object(lake, quarantine_name(period)).to_pylist()
    return found


def summary(lake: Lake, period: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lake.get(summary_name(period)))
    assert found["in"] == sum(found[name] for name in COUNTS)
    return found


def decide(lake: Lake, kind: str, article_id: str) -> None:
    flow.publish(lake, flow.decide_article(lake, kind, article_id, **WHO).periods)


def test_a_released_row_is_published_and_says_what_it_was_released_from(lake: Lake, tmp_path: Path) -> None:
    filled(lake, tmp_path)
    [row] = quarantined(lake, "2024-03-20")
    decide(lake, "release", row["article_id"])
    assert quarantined(lake, "2024-03-20") == []
    [released] = published(lake, "2024-03-20")
    assert released["warnings"] == row["failed"] == ["published_not_in_future"]
    assert summary(lake, "2024-03-20")["published"] == 1


def test_another_failure_of_a_released_row_is_a_new_question(lake: Lake, tmp_path: Path) -> None:
    filled(lake, tmp_path)
    [row] = quarantined(lake, "2024-03-20")
    decide(lake, "release", row["article_id"])
    flow.publish(lake, load(lake, tmp_path, FUTURE | {"text": " \n"}, hour=7))
    [row] = quarantined(lake, "2024-03-20")
    assert row["failed"] == ["text_not_empty"]
    assert published(lake, "2024-03-20") == []


def test_a_refused_row_is_neither_published_nor_in_quarantine(lake: Lake, tmp_path: Path) -> None:
    filled(lake, tmp_path)
    [row] = quarantined(lake, "2024-03-20")
    decide(lake, "refuse", row["article_id"])
    assert quarantined(lake, "2024-03-20") == published(lake, "2024-03-20") == []
    found = summary(lake, "2024-03-20")
    assert (found["rejected"], found["rejected_reasons"]) == (1, {"refused": 1})


def test_what_is_withdrawn_is_nobodys_original_and_stays_away(lake: Lake, tmp_path: Path) -> None:
    filled(lake, tmp_path)
    [copy] = published(lake, "2024-03-02")
    assert copy["duplicate_of"] is not None
    decide(lake, "withdraw", copy["duplicate_of"])
    assert published(lake, "2024-03-01") == []
    assert summary(lake, "2024-03-01")["withdrawn"] == 1
    [copy] = published(lake, "2024-03-02")
    assert (copy["duplicate_of"], copy["duplicate_cluster"]) == (None, None)
    flow.publish(lake, load(lake, tmp_path, GOOD | {"text": f"{BODY} Rettet.", "date": "2024-03-05"}, hour=9))
    assert published(lake, "2024-03-01") == published(lake, "2024-03-05") == []
    assert summary(lake, "2024-03-05")["withdrawn"] == 1


def test_all_addresses_that_begin_so_are_withdrawn_and_restored(lake: Lake, tmp_path: Path) -> None:
    filled(lake, tmp_path)
    before = product(lake)
    prefix = "https://haug.example/skole"
    flow.publish(lake, flow.decide_addresses(lake, "withdraw", prefix, **WHO).periods)
    assert [len(published(lake, p)) for p in ("2024-03-01", "2024-03-02")] == [0, 0]
    flow.publish(lake, flow.decide_addresses(lake, "restore", prefix, **WHO).periods)
    assert product(lake) == before


def test_an_article_is_withdrawn_with_its_other_addresses(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, GOOD | {"id": "7"}, hour=0)
    load(lake, tmp_path, document("ny-adresse", "2024-03-06", id="7"), hour=1)
    flow.publish(lake, flow.known_periods(lake))
    [row] = published(lake, "2024-03-01")
    decide(lake, "withdraw", row["article_id"])
    assert published(lake, "2024-03-01") == published(lake, "2024-03-06") == []
    assert summary(lake, "2024-03-06")["withdrawn"] == 1


def decided_in_any_order(lake: Lake, folder: Path, order: random.Random) -> None:
    """Load all that there is, and decide the same, each as soon as it can be or later, one after another."""
    about = {  # of each document whose title is so, and what is decided about it in the end
        "skolen": ("withdraw",),
        "varsel": ("release",),
        "varsel-2": ("refuse",),
        "svindel": ("withdraw", "purge"),
    }
    documents = {
        "skolen": GOOD,
        "skole-kopi": COPY,
        "varsel": FUTURE,
        "varsel-2": document("varsel-2", "2024-03-21", text=f"{BODY} Møtet holdes i kirken."),
        "svindel": document("svindel", "2024-03-02", text=SECRET),
        "tvert-imot": document("tvert-imot", "2024-03-02", text=f"Tvert imot, sier Kåre. {BODY}"),
    }
    hours = {slug: hour for hour, slug in enumerate(documents)}
    waiting = {slug: list(kinds) for slug, kinds in about.items()}
    unloaded = [("skolen", "skole-kopi"), ("varsel",), ("varsel-2",), ("svindel", "tvert-imot")]
    order.shuffle(unloaded)
    loaded: list[str] = []
    while unloaded or any(waiting.values()):
        may = [slug for slug in loaded if waiting.get(slug)]
        if unloaded and (not may or order.random() < 0.5):
            slugs = unloaded.pop()
            periods = load(lake, folder, *(documents[slug] for slug in slugs), hour=hours[slugs[0]])
            flow.publish(lake, periods)
            loaded += slugs
            continue
        slug = order.choice(may)
        kind = waiting[slug].pop(0)
        id_ = id_of(canonical_url=f"https://haug.example/{slug}", source="", own_id=None, raw=b"")
        if kind == "purge":
            assert flow.purge(lake, [id_], **WHO).left == []
        else:
            decide(lake, kind, id_)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2))
def test_decisions_survive_rebuilds_replays_and_other_machines(
    new_lake: Callable[[], Lake], lake_env: Callable[[Lake], Mapping[str, str]], tmp_path: Path, seed: int
) -> None:
    order = random.Random(seed)
    ours = new_lake()
    decided_in_any_order(ours, tmp_path, order)
    assert [len(published(ours, f"2024-03-{day}")) for day in ("01", "02", "20", "21")] == [0, 2, 1, 0]
    assert not [o.name for o in ours.list("") if b"Hemmeligheten" in ours.get(o.name)]
    expected = product(ours)
    flow.publish(ours, flow.known_periods(ours), force=True)
    assert product(ours) == expected
    for room in ("staged/", "state/", "articles/", "quarantine/"):
        ours.delete(o.name for o in ours.list(room))
    stage_all(ours, seed=seed)
    assert product(ours) == expected

    other = new_lake()
    copied(ours, other, CAPTURES, DECISIONS)
    folder = tmp_path / "another"
    folder.mkdir()
    root = Path(__file__).parents[2]
    script = "from pipeline.lake import Lake; from tests.integration.replaying import stage_all as s; "
    subprocess.run(
        [sys.executable, "-c", f"{script}s(Lake.from_env(), seed={seed + 7})"],
        cwd=folder,
        env={**os.environ, **lake_env(other), "PYTHONPATH": str(root), "PYTHONHASHSEED": str(seed)},
        check=True,
    )
    assert product(other) == expected
    assert flow.pending(other, flow.known_periods(other)) == []


def test_many_decisions_are_folded_and_none_is_lost(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "FOLD_AT", 4)
    for number in range(9):
        at = NOW + dt.timedelta(minutes=number)
        decisions.decide(lake, "refuse", article_id=f"{number:032x}", at=at, **WHO)
    assert [d.article_id for d in read_decisions(lake)] == [f"{number:032x}" for number in range(9)]
    assert len(lake.list(DECISIONS)) < 4


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"why": "  "}, "Why"),
        ({"by": ""}, "Who"),
        ({"kind": "delete"}, "no decision"),
        ({"prefix": "https://haug.example/"}, "one article"),
        ({"article_id": None, "prefix": "haug.example"}, "one by one|addresses are|Addresses are"),
        ({"kind": "withdraw", "article_id": None, "prefix": "https://haug.example"}, "beginning"),
        ({"kind": "release"}, "release"),
    ],
)
def test_what_does_not_fit_is_told(lake: Lake, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(DagspressError, match=said):
        decisions.decide(lake, **{"kind": "refuse", "article_id": "0" * 32, **WHO, **fields})
    assert read_decisions(lake) == []


def test_many_articles_are_decided_about_at_once(lake: Lake, tmp_path: Path) -> None:
    days = [f"2024-04-{day:02}" for day in range(1, 31)]
    load(lake, tmp_path, *(document(f"varsel-{day}", day) for day in days))
    flow.publish(lake, flow.known_periods(lake))
    rows = [row for day in days for row in quarantined(lake, day)]
    decided = flow.decide_articles(lake, "release", [row["article_id"][:12] for row in rows], **WHO)
    assert len(lake.list(DECISIONS)) == 1
    assert [d.decision.article_id for d in decided] == [row["article_id"] for row in rows]
    assert {d.decision.failed for d in decided} == {("published_not_in_future",)}
    flow.publish(lake, {p for d in decided for p in d.periods})
    assert [len(published(lake, day)) for day in days] == [1] * 30


def test_of_many_decisions_none_is_recorded_where_one_cannot_be(lake: Lake, tmp_path: Path) -> None:
    filled(lake, tmp_path)
    [bad] = quarantined(lake, "2024-03-20")
    [good] = published(lake, "2024-03-01")
    for kind, others, said in (
        ("release", [good["article_id"]], f"{good['article_id']}: not in quarantine"),
        ("withdraw", ["f" * 32, "xyz"], "'xyz' is no article_id"),
        ("withdraw", ["f" * 32, "e" * 32], f"'{'f' * 32}' is staged.*'{'e' * 32}' is staged"),
    ):
        with pytest.raises(DagspressError, match=said):
            flow.decide_articles(lake, kind, [bad["article_id"], *others], **WHO)
    with pytest.raises(DagspressError, match="Which articles"):
        flow.decide_articles(lake, "refuse", [], **WHO)
    with pytest.raises(DagspressError, match="Why"):
        flow.decide_articles(lake, "refuse", [bad["article_id"]], by="redaksjonen", why=" ")
    assert read_decisions(lake) == []


def test_nobody_releases_what_is_not_in_quarantine(lake: Lake, tmp_path: Path) -> None:
    filled(lake, tmp_path)
    [row] = published(lake, "2024-03-01")
    with pytest.raises(DagspressError, match="not in quarantine"):
        flow.decide_article(lake, "release", row["article_id"], **WHO)
    with pytest.raises(DagspressError, match="No article"):
        flow.decide_article(lake, "withdraw", "f" * 32, **WHO)
    with pytest.raises(DagspressError, match="hex digits"):
        flow.decide_article(lake, "withdraw", "abc", **WHO)
