"""Archives to look at: one with everything that the newsdesk can show, and one with very many periods.

All of it goes the way of any document: captured, staged, published, decided about. Only what is remembered of
polls is written as such. Everything follows from the day that is called today.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq
import yaml

from benchmarks.damage import DAMAGES
from benchmarks.generated import edited
from benchmarks.prose import PROSE
from pipeline import flow
from pipeline.acquire.memory import Memory, Poll, save_memory
from pipeline.flow.overview import read_overview, record_waiting
from pipeline.flow.processes import Workers
from pipeline.lake import articles_name
from pipeline.newsdesk.quarantine import quarantine_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pipeline.lake import Lake

DAYS: Final = 400
MONTHS: Final = 30
YEARS: Final = 12
POLLED_DAYS: Final = 56
UNPUBLISHED_EVERY: Final = 41
"""Every so many days no paper comes out."""
BY: Final = "Kari Redaktør"

UNREADABLE: Final[dict[str, bytes]] = {
    "skannet.pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 4,
    "tom.txt": b"",
    "avbrutt.jsonl.gz": gzip.compress(b'{"title": "Ferja er i rute"}\n' * 400, mtime=0)[:60],
    "linjer.jsonl": b'{"title": "Uten tekst"}\nnot json at all\n[1, 2]\n',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A source, how many articles it brings a day, and how it did when it was asked."""

    name: str
    language: str = "nb"
    kind: str = "feed"
    per_week: int = 4
    health: str = "fresh"


PAPERS: Final = (
    Paper(name="bjorkvik-avis", per_week=14),
    Paper(name="sandvagen-tidende", per_week=9),
    Paper(name="fjellposten"),
    Paper(name="kysten", health="late"),
    Paper(name="kvitoya-blad", language="nn"),
    Paper(name="granasen-nytt", language="nn", health="degraded"),
    Paper(name="tverrelva-posten"),
    Paper(name="masoyra-folkeblad", health="silent"),
    Paper(name="elvebakken", kind="sitemap"),
    Paper(name="nostevik-dagblad", kind="sitemap", per_week=7),
    Paper(name="fageras", health="flaky"),
    Paper(name="halandsoy"),
    Paper(name="lunde-lokalavis", health="new"),
    Paper(name="harbour-courier", language="en"),
    Paper(name="tide-mill-gazette", language="en", per_week=2),
    Paper(name="havnens-avis", language="da"),
    Paper(name="bro-og-by", language="da", health="off"),
    Paper(name="skogens-allehanda", language="sv"),
    Paper(name="isbladet", language="sv", kind="archive", per_week=3),
    Paper(name="bygdearkivet", kind="", per_week=3),
    Paper(name="foreningsnytt", kind="", per_week=1),
)
"""What has no kind is dropped into the inbox."""

ADDRESSES: Final = {"feed": "feed.xml", "sitemap": "sitemap.xml", "archive": "%Y/%m/%d.warc.gz"}


def catalogue() -> str:
    """The text of a `sources.yaml` with those that are asked."""
    entries = [
        {
            "name": paper.name,
            "kind": paper.kind,
            "url": f"https://{paper.name}.example/{ADDRESSES[paper.kind]}",
            "title": paper.name.replace("-", " ").title(),
            "language": paper.language,
            "enabled": paper.health != "off",
        }
        for paper in PAPERS
        if paper.kind
    ]
    return str(yaml.safe_dump({"sources": entries}, sort_keys=False))


def fill(lake: Lake, folder: Path, *, today: dt.date) -> None:
    """More than 400 periods of 21 sources: everything that the newsdesk can show."""
    last = today - dt.timedelta(days=1)
    drop = _Drop(lake, folder)
    for paper in PAPERS:
        _months(drop, paper, last)
        _remember_polls(lake, paper, today)
    for name, data in UNREADABLE.items():
        drop(PAPERS[-1].name, name, data, last)
    nothing_new = json.dumps(article(PAPERS[0], last - dt.timedelta(days=DAYS - 1), 0)).encode()
    drop(PAPERS[0].name, "gammelt.jsonl", nothing_new, last - dt.timedelta(days=UNPUBLISHED_EVERY - 1))
    with Workers(2) as workers:
        flow.publish(lake, flow.known_periods(lake), workers=workers)
        _decide(lake)
        shut, waiting = last - dt.timedelta(days=2), last
        wordless = [article(PAPERS[1], shut, number) | {"text": "* * *"} for number in range(500, 600)]
        drop(PAPERS[1].name, "natt.jsonl", lines(wordless), shut)
        flow.publish(lake, flow.pending(lake, flow.known_periods(lake)), workers=workers)
    drop(PAPERS[2].name, "morgen.jsonl", lines([article(PAPERS[2], waiting, 700)]), today)
    record_waiting(lake, [waiting.isoformat()])


def fill_many(lake: Lake, folder: Path, *, today: dt.date, periods: int) -> None:
    """So many days, with an article of each of two sources a day, and one bad row in a hundred days."""
    drop = _Drop(lake, folder)
    days = [today - dt.timedelta(days=number) for number in range(1, periods + 1)]
    for paper in PAPERS[:2]:
        for start in range(0, periods, 500):
            made = [article(paper, day, 0) for day in days[start : start + 500]]
            bad = [article(paper, day, 1) | {"text": "* * *"} for day in days[start : start + 500 : 100]]
            drop(paper.name, f"{start}.jsonl", lines([*made, *bad]), days[0])
    for paper in PAPERS:
        _remember_polls(lake, paper, today)
    with Workers(2) as workers:
        flow.publish(lake, flow.known_periods(lake), workers=workers)


def article(paper: Paper, day: dt.date, number: int) -> dict[str, Any]:
    """An article of a paper's day. Some are copies of what another paper has, some are damaged."""
    rng = random.Random(f"{paper.name} {day} {number}")
    told_by = PAPERS[0].name if number == 0 and paper.language == "nb" and day.day % 5 == 0 else paper.name
    prose, telling = PROSE[paper.language], random.Random(f"{told_by} {day} {number}")
    paragraphs = [
        " ".join(prose.sentence(telling) for _ in range(telling.randint(3, 4)))
        for _ in range(telling.randint(4, 5))
    ]
    text = "\n\n".join(paragraphs)
    if told_by != paper.name:
        text = edited(text, rng, prose)
    title = paragraphs[0].split(". ")[0][:90].rstrip(" .,–-")
    if rng.random() < 0.25:
        text = DAMAGES[rng.choice(sorted(DAMAGES))](text, rng)
    return {
        "id": f"{paper.name}/{day}/{number}",
        "url": f"https://{paper.name}.example/{day:%Y/%m/%d}/{number}",
        "title": title,
        "lead": prose.sentence(rng),
        "text": text,
        "date": f"{day}T{rng.randint(5, 21):02}:{rng.randint(0, 59):02}:00+01:00",
        "authors": [rng.choice(("Ane Vik", "Per Lund", "Marte Å. Sund"))],
        "section": rng.choice(("nyheter", "kultur", "sport")),
    }


def lines(records: Iterable[dict[str, Any]]) -> bytes:
    """JSON Lines."""
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def _wrong(rng: random.Random) -> dict[str, Any]:
    """What is wrong with some: the first four are quarantined, the last has warnings."""
    wrong: tuple[dict[str, Any], ...] = (
        {"text": "* * *"},
        {"date": f"31. juni {rng.randint(2001, 2024)}, tror vi"},
        {"date": f"{rng.randint(2061, 2064)}-05-04"},
        {"date": f"{rng.randint(1487, 1490)}-03-02"},
        {"text": "Les mer.", "url": "intranett/sak/14"},
    )
    return rng.choice(wrong)


class _Drop:
    """Takes in documents as if they had come on a certain day."""

    def __init__(self, lake: Lake, folder: Path) -> None:
        self._lake, self._folder = lake, folder

    def __call__(self, source: str, name: str, data: bytes, day: dt.date) -> None:
        path = self._folder / name
        path.write_bytes(data)
        flow.load_path(self._lake, path, source=source, clock=_clock(day))
        path.unlink()


def _clock(day: dt.date) -> Callable[[], dt.datetime]:
    return lambda: dt.datetime.combine(day, dt.time(22, 30), dt.UTC)


def _months(drop: _Drop, paper: Paper, last: dt.date) -> None:
    """A paper's captures: one for each quarter; what it remembers of earlier years has no day any more."""
    first = last - dt.timedelta(days=DAYS - 1)
    days: dict[str, list[dict[str, Any]]] = {}
    arrived: dict[str, dt.date] = {}
    for record, day in _told(paper, first, last):
        quarter = f"{day.year}-q{(day.month + 2) // 3}"
        days.setdefault(quarter, []).append(record)
        arrived.setdefault(quarter, day)  # its latest
    for quarter, records in days.items():
        drop(paper.name, f"{quarter}.jsonl", lines(records), arrived[quarter])
    if paper in PAPERS[:6]:
        drop(paper.name, "bind.jsonl", lines(_older(paper, first)), first)
    if paper in PAPERS[:3]:  # read once more, and put right meanwhile
        changed = article(paper, last, 0)
        changed["title"] = f"{changed['title']} (rettet)"
        changed["text"] += "\n\nEn tidligere versjon av saken hadde feil tall."
        drop(paper.name, "rettet.jsonl", lines([changed]), last + dt.timedelta(days=1))


def _told(paper: Paper, first: dt.date, last: dt.date) -> Iterator[tuple[dict[str, Any], dt.date]]:
    rng = random.Random(paper.name)
    for number in range((last - first).days + 1):
        day = last - dt.timedelta(days=number)
        if number % UNPUBLISHED_EVERY == UNPUBLISHED_EVERY - 1:
            continue
        share = paper.per_week / 7
        for at in range(int(rng.random() * 2 * share + rng.random())):
            record = article(paper, day, at)
            if rng.random() < 0.03:
                record |= _wrong(rng)
            yield record, day


def _older(paper: Paper, first: dt.date) -> Iterator[dict[str, Any]]:
    """Of months and years, and some without a date."""
    year, month = first.year, first.month
    for number in range(MONTHS):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        yield article(paper, dt.date(year, month, 1), 100 + number) | {"date": f"{year}-{month:02}"}
    for number in range(YEARS):
        year -= 1
        yield article(paper, dt.date(year, 1, 1), 200 + number) | {"date": f"{year}"}
    for number in range(3):
        yield {k: v for k, v in article(paper, first, 300 + number).items() if k not in {"date", "url"}}


def _decide(lake: Lake) -> None:
    """Some of what is in quarantine is decided about, and something is taken down."""
    held = [row.article_id for row in quarantine_view(lake, reason="text_not_empty").rows][:3]
    flow.decide_article(lake, "refuse", held[0], by=BY, why="Tom side, ingenting å lese.")
    flow.decide_article(lake, "release", held[1], by=BY, why="Bildesak uten tekst, den skal stå.")
    period = max(period for period, line in read_overview(lake).items() if line.counts["published"] > 3)
    with lake.open(articles_name(period)) as file:
        [first, *_] = pq.read_table(file, columns=["article_id"])["article_id"].to_pylist()
    flow.decide_article(lake, "withdraw", first, by=BY, why="Trukket etter klage, sak 14.")


def _remember_polls(lake: Lake, paper: Paper, today: dt.date) -> None:
    if not paper.kind or paper.health == "new":
        return
    polls = [_poll(paper, today - dt.timedelta(days=number), number) for number in range(POLLED_DAYS, -1, -1)]
    failed_last = 0
    for poll in reversed(polls):
        if poll.outcome != "failed":
            break
        failed_last += 1
    memory = Memory(source=paper.name, polls=polls, failures=failed_last)
    if failed_last:
        memory.not_before = f"{today + dt.timedelta(days=1)}T06:00:00+00:00"
        memory.why_not = "it did not answer"
    save_memory(lake, memory)


def _poll(paper: Paper, day: dt.date, ago: int) -> Poll:
    rng = random.Random(f"{paper.name} polled {day}")
    at = f"{day}T00:0{rng.randint(1, 9)}:00+00:00"
    failing = {"late": ago < 1, "silent": ago < 12, "flaky": rng.random() < 0.3 and ago > 1}
    if failing.get(paper.health):
        return Poll(
            at=at, day=str(day), outcome="failed", error=f"503 from https://{paper.name}.example/feed"
        )
    rolled = paper.health == "degraded" and ago < 3
    return Poll(
        at=at,
        day=str(day),
        outcome="fetched",
        listed=20,
        new=max(1, paper.per_week // 7),
        rolled_over=rolled,
        empty_fields=0.02,
        newest=str(day),
    )
