"""G8 and G2: one article, one place, whatever its publisher changes and in whatever order captures come."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.explain import explain
from pipeline.flow.partition import COUNTS
from pipeline.lake import ARTICLES, CAPTURES, QUARANTINE, articles_name, summary_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pipeline.lake import Lake

BODY = (
    "Kommunestyret i Havsund vedtok onsdag kveld å bygge ny kai på Sørøya. Ordføreren sier at arbeidet kan "
    "starte til våren, og at kaia skal stå ferdig før vinteren.\n\nSaken har vært til behandling i tre år. "
    "Flertallet var til slutt klart, og bare to av representantene stemte imot."
)
OTHER = (
    "Laksen er tilbake i elva etter ti år uten fangst, forteller elveeierlaget. I fjor sommer ble det talt "
    "over fire hundre fisk i trappa ved kraftverket, og fiskerne har fått lov til å ta en hver i uka.\n\nNå "
    "håper laget at kommunen vil bidra til en ny trapp lenger opp."
)
START = dt.datetime(2024, 4, 1, 6, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Event:
    """Something that was captured: a file of one line, at an hour that its receipt fixes."""

    hour: int
    document: dict[str, Any]

    def load(self, lake: Lake, folder: Path) -> set[str]:
        path = folder / f"{self.hour}.jsonl"
        path.write_text(json.dumps(self.document) + "\n", encoding="utf-8")
        at = START + dt.timedelta(hours=self.hour)
        return set(flow.load_path(lake, path, source="avisa", clock=lambda: at).periods)


def document(slug: str = "kai", **fields: Any) -> dict[str, Any]:
    url = {} if slug == "" else {"url": f"https://avisa.example/{slug}"}
    return {"title": "Ny kai", "text": BODY, "date": "2024-01-31", **url, **fields}


def events(*documents: dict[str, Any]) -> list[Event]:
    return [Event(hour, fields) for hour, fields in enumerate(documents)]


FAR = {"date": "2024-03-05"}
CASES: dict[str, tuple[list[Event], dict[str, list[tuple[str, int]]]]] = {
    "changed headline": (
        events(document(), document(title="Kaia er vedtatt")),
        {"2024-01-31": [("Kaia er vedtatt", 2)]},
    ),
    "changed slug": (
        events(document(id="7"), document("vedtatt", id="7", title="Kaia er vedtatt", text=BODY)),
        {"2024-01-31": [("Kaia er vedtatt", 2)]},
    ),
    "changed date across a month's border": (
        events(document(), document(date="2024-02-01", text=f"{BODY}\n\nOppdatert.")),
        {"2024-01-31": [("Ny kai", 2)], "2024-02-01": []},
    ),
    "changed to an earlier date": (
        events(document(date="2024-02-01"), document(title="Kaia er vedtatt")),
        {"2024-01-31": [("Kaia er vedtatt", 2)], "2024-02-01": []},
    ),
    "changed slug, headline and date at once": (
        events(document(id="7"), document("vedtatt", id="7", title="Kaia er vedtatt", date="2024-02-02")),
        {"2024-01-31": [("Kaia er vedtatt", 2)], "2024-02-02": []},
    ),
    "retracted and published again": (
        events(
            document(),
            document(title="Trukket", text="Avisa har trukket denne saken, fordi den ikke holdt mål."),
            document(**FAR),
        ),
        {"2024-01-31": [("Ny kai", 3)], "2024-03-05": []},
    ),
    "a date that became exact": (
        events(document(date="2024-01"), document()),
        {"2024-01": [], "2024-01-31": [("Ny kai", 1)]},
    ),
    "a date that got lost": (
        events(document(), {k: v for k, v in document(title="Kaia er vedtatt").items() if k != "date"}),
        {"2024-01-31": [("Kaia er vedtatt", 2)], "undated": []},
    ),
    "the same text under two addresses": (
        events(document(), document("ny-kai", date="2024-02-01")),
        {"2024-01-31": [("Ny kai", 1)], "2024-02-01": [("Ny kai", 1)]},
    ),
    "three dates": (
        events(document(date="2024-02-10"), document(**FAR), document(date="2024-01-02", title="Kaia")),
        {"2024-01-02": [("Kaia", 2)], "2024-02-10": [], "2024-03-05": []},
    ),
    "two articles that are told apart": (
        events(document(id="7"), document("laks", id="7", title="Laks", text=OTHER, **FAR)),
        {"2024-01-31": [("Ny kai", 1)], "2024-03-05": [("Laks", 1)]},
    ),
}


def product(lake: Lake) -> dict[str, bytes]:
    """Everything that a reader may rely on."""
    return {o.name: lake.get(o.name) for room in (ARTICLES, QUARANTINE) for o in lake.list(room)}


def rows(lake: Lake, period: str) -> list[tuple[str, int]]:
    found = read_object(lake, articles_name(period)).to_pylist()
    return sorted((row["title"], row["revisions"]) for row in found)


def adds_up(lake: Lake) -> bool:
    summaries = [json.loads(lake.get(summary_name(p))) for p in flow.known_periods(lake)]
    return all(s["in"] == sum(s[name] for name in COUNTS) for s in summaries)


@pytest.mark.parametrize("case", CASES)
def test_an_article_stands_in_one_place_also_when_the_last_comes_first(
    new_lake: Callable[[], Lake], tmp_path: Path, case: str
) -> None:
    stands_in_one_place(new_lake, tmp_path, *CASES[case], orders=[CASES[case][0][::-1]])


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_an_article_stands_in_one_place_whatever_the_order(
    new_lake: Callable[[], Lake], tmp_path: Path, case: str
) -> None:
    stands_in_one_place(new_lake, tmp_path, *CASES[case], orders=itertools.permutations(CASES[case][0]))


def stands_in_one_place(
    new_lake: Callable[[], Lake],
    tmp_path: Path,
    happened: Sequence[Event],
    expected: dict[str, list[tuple[str, int]]],
    *,
    orders: Iterable[Sequence[Event]],
) -> None:
    """Published after each capture, in any of these orders, the lake is the one of all at once."""
    at_once = new_lake()
    for event in happened:
        event.load(at_once, tmp_path)
    flow.publish(at_once, flow.known_periods(at_once))
    assert {p: rows(at_once, p) for p in flow.known_periods(at_once)} == expected
    assert adds_up(at_once)
    for order in orders:
        lake = new_lake()
        for event in order:
            flow.publish(lake, event.load(lake, tmp_path))
        assert product(lake) == product(at_once)
        assert flow.pending(lake, flow.known_periods(lake)) == []


@pytest.mark.slow
def test_everything_at_once_in_random_order_and_replayed(
    new_lake: Callable[[], Lake], tmp_path: Path
) -> None:
    happened = [
        Event(100 * number + event.hour, {**event.document, **_own(event.document, number)})
        for number, (some, _) in enumerate(CASES.values())
        for event in some
    ]
    lakes = []
    for seed in range(3):
        lake = new_lake()
        shuffled = list(happened)
        random.Random(seed).shuffle(shuffled)
        _play(lake, shuffled, tmp_path, every=1 + 4 * seed)
        lakes.append(lake)
    assert product(lakes[0]) == product(lakes[1]) == product(lakes[2])
    assert adds_up(lakes[0])
    replayed = new_lake()
    for item in lakes[0].list(CAPTURES):
        replayed.put(item.name, lakes[0].get(item.name))
    _play(replayed, list(reversed(happened)), tmp_path, every=len(happened))
    assert product(replayed) == product(lakes[0])


def _own(fields: dict[str, Any], number: int) -> dict[str, Any]:
    """Addresses and ids of its own for each case; the texts stay copies of one another."""
    own = {"url": fields["url"].replace("example/", f"example/{number}/")}
    return own | ({"id": f"{number}-{fields['id']}"} if "id" in fields else {})


def _play(lake: Lake, happened: Sequence[Event], folder: Path, *, every: int) -> None:
    """Load the events, publishing what was touched after every so many."""
    touched: set[str] = set()
    for number, event in enumerate(happened, start=1):
        touched |= event.load(lake, folder)
        if number % every == 0:
            flow.publish(lake, touched)
            touched = set()
    flow.publish(lake, touched)


def test_a_version_that_is_gone_gives_the_article_back(new_lake: Callable[[], Lake], tmp_path: Path) -> None:
    """An earlier code staged it and the present one does not: the article moves to the date that is left."""
    lake = new_lake()
    early, late = events(document(), document(**FAR))
    early.load(lake, tmp_path)
    late.load(lake, tmp_path)
    flow.publish(lake, flow.known_periods(lake))
    assert rows(lake, "2024-03-05") == []
    lake.delete(o.name for o in lake.list("staged/published=2024-01-31/"))
    flow.publish(lake, ["2024-01-31"])
    assert rows(lake, "2024-01-31") == []
    assert rows(lake, "2024-03-05") == [("Ny kai", 1)]


def test_copies_on_neighbouring_days_are_marked_and_rebuilt_when_a_day_changes(
    new_lake: Callable[[], Lake], tmp_path: Path
) -> None:
    lake = new_lake()
    second = Event(0, document("to", date="2024-02-02"))
    first = Event(1, document("en", date="2024-02-01", text=f"{BODY} Det blir feiring."))
    far = Event(2, document("tre", date="2024-02-06"))
    for event in (second, far, first):
        flow.publish(lake, event.load(lake, tmp_path))
    found = {
        p: [(r["duplicate_of"] is not None, r["duplicate_cluster"]) for r in _articles(lake, p)]
        for p in flow.known_periods(lake)
    }
    [[original]] = [[r["article_id"] for r in _articles(lake, "2024-02-01")]]
    assert found == {
        "2024-02-01": [(False, original)],
        "2024-02-02": [(True, original)],
        "2024-02-06": [(False, None)],
    }
    assert json.loads(lake.get(summary_name("2024-02-02")))["related"] == ["2024-02-01"]


def _articles(lake: Lake, period: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_object(lake, articles_name(period)).to_pylist()
    return found


def test_earlier_revisions_can_be_read_also_under_other_dates(
    new_lake: Callable[[], Lake], tmp_path: Path
) -> None:
    lake = new_lake()
    happened, _ = CASES["retracted and published again"]
    for event in happened:
        event.load(lake, tmp_path)
    flow.publish(lake, flow.known_periods(lake))
    [article] = _articles(lake, "2024-01-31")
    for period in (None, "2024-01-31", "2024-03-05"):
        found = explain(lake, article["article_id"], period=period)
        assert (found.period, found.state) == ("2024-01-31", "published")
        assert [v.record["title"] for v in found.versions] == ["Ny kai", "Trukket", "Ny kai"]
