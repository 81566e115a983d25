"""G2 and G3: what a change concerns in other periods is put right, whatever was published or lost before."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.flow import identities
from pipeline.flow.publish import MAX_REBUILDS
from pipeline.lake import ARTICLES, QUARANTINE, STATE, articles_name, checked_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.lake import Lake, ObjectInfo

BODY = (
    "Fiskarlaget på Tindøya vil ha tilbake rutebåten om vinteren, og har samlet inn fire hundre navn. "
    "Fylket svarer at det ikke er penger til det før neste år, men lover et møte i bygda i mars.\n\nSiden "
    "2019 har øya hatt to anløp i uka fra oktober til april."
)
START = dt.datetime(2024, 6, 1, 6, tzinfo=dt.UTC)


def document(slug: str, date: str, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Vil ha båten",
        "text": BODY,
        "date": date,
        "url": f"https://oya.example/{slug}",
        **fields,
    }


class Paper:
    """Documents that come one after the other, each in a file of its own."""

    def __init__(self, lake: Lake, folder: Path) -> None:
        self.lake = lake
        self._folder = folder

    def load(self, *documents: dict[str, Any], hour: int) -> set[str]:
        path = self._folder / f"{hour}.jsonl"
        path.write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")
        at = START + dt.timedelta(hours=hour)
        return set(flow.load_path(self.lake, path, source="oya", clock=lambda: at).periods)

    def bring(self, *documents: dict[str, Any], hour: int) -> None:
        flow.publish(self.lake, self.load(*documents, hour=hour))

    @property
    def product(self) -> dict[str, bytes]:
        return {
            o.name: self.lake.get(o.name) for room in (ARTICLES, QUARANTINE) for o in self.lake.list(room)
        }

    def is_settled(self) -> bool:
        return flow.pending(self.lake, flow.known_periods(self.lake)) == []


@pytest.fixture
def paper(new_lake: Callable[[], Lake], tmp_path: Path) -> Callable[[], Paper]:
    def new() -> Paper:
        return Paper(new_lake(), tmp_path)

    return new


def at_once(paper: Paper, documents: list[dict[str, Any]]) -> dict[str, bytes]:
    for hour, one in enumerate(documents):
        paper.load(one, hour=hour)
    flow.publish(paper.lake, flow.known_periods(paper.lake))
    return paper.product


COPIES = [document(slug, f"2024-02-0{day}") for day, slug in enumerate(("en", "to", "tre"), start=1)]


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 0, 2), (0, 2, 1)])
def test_copies_on_three_days_are_the_same_in_any_order(
    paper: Callable[[], Paper], order: tuple[int, ...]
) -> None:
    whole, one_by_one = paper(), paper()
    expected = at_once(whole, COPIES)
    for hour in order:
        one_by_one.bring(COPIES[hour], hour=hour)
    assert one_by_one.product == expected
    assert one_by_one.is_settled()


@pytest.mark.parametrize("lost", ["nothing", "all that is remembered", "it is of another version", "damaged"])
def test_an_original_that_moves_away_leaves_no_mark(paper: Callable[[], Paper], lost: str) -> None:
    happened = [COPIES[0], COPIES[1], COPIES[0] | {"date": "2023-12-01"}]
    whole, one_by_one = paper(), paper()
    expected = at_once(whole, happened)
    for hour, one in enumerate(happened):
        one_by_one.bring(one, hour=hour)
        for item in one_by_one.lake.list(f"{STATE}checked/"):
            if lost == "all that is remembered":
                one_by_one.lake.delete([item.name])
            elif lost == "it is of another version":
                known = json.loads(one_by_one.lake.get(item.name))
                changed = {period: {"listed": entry["listing"]} for period, entry in known.items()}
                one_by_one.lake.put(item.name, json.dumps(changed).encode())
            elif lost == "damaged":
                one_by_one.lake.put(item.name, b"{")
    assert one_by_one.product == expected
    assert one_by_one.is_settled()


def test_who_is_killed_before_a_neighbour_is_rebuilt_rebuilds_it_when_run_again(
    paper: Callable[[], Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the first one is up to date by then: it must not count as looked after."""
    whole, killed = paper(), paper()
    expected = at_once(whole, [COPIES[0], COPIES[1]])
    killed.bring(COPIES[1], hour=1)
    touched = killed.load(COPIES[0], hour=0)
    put = type(killed.lake).put

    def dying(self: Lake, name: str, data: bytes) -> ObjectInfo:
        if name == articles_name("2024-02-02"):
            raise KeyboardInterrupt
        return put(self, name, data)

    with monkeypatch.context() as patched:
        patched.setattr(type(killed.lake), "put", dying)
        with pytest.raises(KeyboardInterrupt):
            flow.publish(killed.lake, touched)
    again = flow.publish(killed.lake, touched)
    assert [(p.period, p.state) for p in again] == [("2024-02-01", "unchanged"), ("2024-02-02", "published")]
    assert killed.product == expected
    assert json.loads(killed.lake.get(checked_name("2024-02")))["2024-02-01"]["listing"] is not None


def test_an_original_that_is_found_to_be_bad_is_no_longer_pointed_at(paper: Callable[[], Paper]) -> None:
    """The copy was published when the original was staged and nobody had looked at it yet."""
    early = START - dt.timedelta(days=200)  # captured before its date: quarantined
    bad, copy = document("en", "2024-02-01"), document("to", "2024-02-02")
    whole, late = paper(), paper()
    for lake in (whole, late):
        lake.load(bad, hour=-round((START - early).total_seconds() / 3600))
        lake.load(copy, hour=0)
    flow.publish(whole.lake, ["2024-02-01", "2024-02-02"])
    flow.publish(late.lake, ["2024-02-02"])
    flow.publish(late.lake, ["2024-02-01"])
    assert late.product == whole.product
    [row] = read_object(late.lake, articles_name("2024-02-02")).to_pylist()
    assert row["duplicate_cluster"] is None
    assert late.is_settled()


def test_titles_and_numbers_that_come_again_every_week_are_articles_of_their_own(
    paper: Callable[[], Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A producer that counts from 1 in every file and calls all its pieces alike."""
    monkeypatch.setattr(identities, "EARLY", 3)
    weeks = [
        document(
            f"leder-{week}",
            (dt.date(2024, 1, 1) + dt.timedelta(days=7 * week)).isoformat(),
            id="1",
            title="Leder",
            text=" ".join(random.Random(week).choices(BODY.split(), k=60)),
        )
        for week in range(5)
    ]
    whole, one_by_one = paper(), paper()
    expected = at_once(whole, weeks)
    for week in reversed(range(len(weeks))):
        one_by_one.bring(weeks[week], hour=week)
    assert one_by_one.product == expected
    assert {len(read_object(whole.lake, articles_name(week["date"]))) for week in weeks} == {1}


def test_an_id_that_becomes_that_of_two_articles_gives_the_joined_ones_back(
    paper: Callable[[], Paper],
) -> None:
    same = {"id": "1", "text": BODY}
    happened = [document(f"sak-{day}", f"2024-02-{day:02}", **same) for day in (1, 9, 17)]
    other = document("annet", "2024-02-25", id="1", text=f"{BODY} Ikke alle er enige.")
    twice = [other, other | {"url": "https://oya.example/tredje"}]
    whole, one_by_one = paper(), paper()
    for hour, one in enumerate(happened):
        whole.load(one, hour=hour)
        one_by_one.bring(one, hour=hour)
    assert len(read_object(one_by_one.lake, articles_name("2024-02-09"))) == 0
    whole.load(*twice, hour=9)
    one_by_one.bring(*twice, hour=9)
    flow.publish(whole.lake, flow.known_periods(whole.lake))
    assert one_by_one.product == whole.product
    assert len(read_object(one_by_one.lake, articles_name("2024-02-09"))) == 1


def test_a_text_that_runs_for_weeks_is_published_day_by_day(paper: Callable[[], Paper]) -> None:
    """More days than anybody rebuilds a period: each leads to the next."""
    days = [(dt.date(2024, 1, 1) + dt.timedelta(days=day)).isoformat() for day in range(MAX_REBUILDS + 4)]
    ours = paper()
    ours.load(*(document(day, day) for day in days), hour=0)
    published = flow.publish(ours.lake, days[:1])
    assert [p.period for p in published] == days
    assert ours.is_settled()


def test_a_new_date_for_an_old_page_rebuilds_its_home_alone(paper: Callable[[], Paper]) -> None:
    ours = paper()
    for day in range(1, 6):
        ours.bring(document("forsiden", f"2024-03-0{day}", text=f"{BODY} Dag {day}."), hour=24 * day)
    touched = ours.load(document("forsiden", "2024-03-06"), hour=24 * 6)
    published = flow.publish(ours.lake, touched)
    assert [p.period for p in published if p.state == "published"] == ["2024-03-01", "2024-03-06"]
    [row] = read_object(ours.lake, articles_name("2024-03-01")).to_pylist()
    assert (row["revisions"], row["text"]) == (6, BODY)
