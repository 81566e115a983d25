"""What the newsstand's papers write: `articles_of(paper, day)`, a pure function of its arguments.

The sentences stand in `seeds/newsstand/*.toml`, one file for each language; places and events do not exist.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from pipeline.embedded.state import REPOSITORY

if TYPE_CHECKING:
    from pipeline.sources import Kind

SENTENCES: Final = REPOSITORY / "seeds" / "newsstand"

Form = Literal["rss", "rss-full", "rss091", "rdf", "atom", "json"]
Layout = Literal["graph", "microdata", "meta", "inside", "article", "soup", "two", "undated"]

_OWN: Final = 4
"""Paragraphs of an article that come from its topic; `_GENERAL` more could stand in any."""
_GENERAL: Final = 2
_FIRST_MINUTE: Final = 5 * 60
_LAST_MINUTE: Final = 20 * 60
"""Articles appear between 05:00 and 20:00 of their paper's own time, so that the day is the same in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One source of the newsstand.

    Attributes:
        name: of the source; its host is `NAME.localhost`.
        shows: what it is there for, in a few words.
        path: of the feed, sitemap or list that the catalogue declares.
        form: of its feed.
        layout: of its pages.
        per_day: articles on a working day.
        latest: items its feed holds.
        encoding: of the bytes of feed and pages.
        traits: what is odd about it (see `pipeline.embedded.newsstand.papers`).
        dated_paths: whether the addresses of its pages hold the day.
        crawl_delay: seconds, as its robots.txt asks.
        max_age: seconds that its answers stay fresh.
        ttl: minutes, as its RSS feed asks.
    """

    name: str
    shows: str
    title: str
    language: str
    zone: str = "Europe/Oslo"
    kind: Kind = "feed"
    path: str = "/feed.xml"
    form: Form = "rss"
    layout: Layout = "graph"
    per_day: int = 3
    latest: int = 8
    encoding: str = "utf-8"
    traits: frozenset[str] = frozenset()
    dated_paths: bool = True
    crawl_delay: float | None = None
    max_age: int = 1
    ttl: int | None = None

    @property
    def host(self) -> str:
        """Its host name, without port."""
        return f"{self.name}.localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as its paper has it, at one moment.

    Attributes:
        number: its place in the day, from 0; with `source`, `day` and `edition` it identifies the article.
        edition: how often its paper had rolled over when it was written.
        published: in the paper's zone, to the minute.
        slug: the readable part of its address.
    """

    source: str
    day: dt.date
    number: int
    edition: int
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    language: str
    published: dt.datetime
    updated: dt.datetime | None
    slug: str
    place: str
    paywalled: bool
    dated_path: bool = True

    @property
    def text(self) -> str:
        """The body: paragraphs joined by blank lines, without title and lead."""
        return "\n\n".join(self.paragraphs)

    @property
    def key(self) -> tuple[str, dt.date, int, int]:
        """What stays when it is edited."""
        return (self.source, self.day, self.edition, self.number)

    @property
    def guid(self) -> str:
        """The identifier in feeds: stays when the address changes."""
        return f"{self.source}-{self.code}"

    @property
    def code(self) -> int:
        """The number at the end of its address."""
        return (self.day.toordinal() * 100 + self.edition) * 100 + self.number

    @property
    def path(self) -> str:
        """Of its page."""
        day = f"{self.day:%Y/%m/%d}/" if self.dated_path else ""
        return f"/{slug_of(self.section)}/{day}{self.slug}-{self.code}"

    @property
    def changed(self) -> dt.datetime:
        """When it was last touched."""
        return self.updated or self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What an article can be about."""

    section: str
    tags: tuple[str, ...]
    titles: tuple[str, ...]
    leads: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The sentences of a language."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    places: tuple[str, ...]
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    date: str
    general: tuple[str, ...]
    words: dict[str, str]
    menu: tuple[str, ...]
    topics: tuple[Topic, ...]

    def date_of(self, at: dt.datetime) -> str:
        """A date as a reader reads it."""
        return self.date.format(
            day=at.day,
            month=self.months[at.month - 1],
            year=at.year,
            hour=f"{at.hour:02d}",
            minute=f"{at.minute:02d}",
        )


@lru_cache
def tongue(language: str) -> Tongue:
    """The sentences of a language (BCP 47 tag)."""
    values = tomllib.loads((SENTENCES / f"{language}.toml").read_text(encoding="utf-8"))
    words = values["words"]
    return Tongue(
        first=tuple(values["first"]),
        last=tuple(values["last"]),
        places=tuple(values["places"]),
        months=tuple(values["months"]),
        weekdays=tuple(values["weekdays"]),
        date=values["date"],
        general=_paragraphs(values["general"]),
        words={name: text for name, text in words.items() if isinstance(text, str)},
        menu=tuple(words["menu"]),
        topics=tuple(
            Topic(
                section=topic["section"],
                tags=tuple(topic["tags"]),
                titles=tuple(topic["titles"]),
                leads=tuple(topic["leads"]),
                paragraphs=_paragraphs(topic["paragraphs"]),
            )
            for topic in values["topic"]
        ),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.strip().split("\n\n"))


@lru_cache(maxsize=4096)
def articles_of(paper: Paper, day: dt.date, *, edition: int = 0) -> tuple[Story, ...]:
    """What a paper wrote on a day (of its own zone), the first of the day first.

    The same for the same arguments, in every process, whatever was asked before. `edition` counts how
    often the paper has rolled over: each has entirely other articles.
    """
    count = max(1, paper.per_day - (day.weekday() >= 5))
    return tuple(_write(paper, day, number, edition=edition, count=count) for number in range(count))


def _write(paper: Paper, day: dt.date, number: int, *, edition: int, count: int) -> Story:
    words = tongue(paper.language)
    # the same topic comes up again only when all others have been used; each paper has its own order
    order = _dice(paper.name, day, edition).sample(words.topics, len(words.topics))
    topic = order[number % len(order)]
    dice = _dice(paper.name, day, edition, number)
    place, other = dice.sample(words.places, 2)
    values = {
        "place": place,
        "other": other,
        "n": dice.randint(2, 9),
        "m": dice.randint(11, 48),
        "big": dice.randint(120, 980),
        "weekday": words.weekdays[day.weekday()],
    }
    own = sorted(dice.sample(range(len(topic.paragraphs)), _OWN))
    general = sorted(dice.sample(range(len(words.general)), _GENERAL))
    title = dice.choice(topic.titles).format(**values)
    step = (_LAST_MINUTE - _FIRST_MINUTE) // count
    minute = _FIRST_MINUTE + number * step + dice.randrange(step)
    published = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), tzinfo=ZoneInfo(paper.zone))
    authors = tuple(
        f"{dice.choice(words.first)} {last}" for last in dice.sample(words.last, 1 + (dice.random() < 0.2))
    )
    return Story(
        source=paper.name,
        day=day,
        number=number,
        edition=edition,
        title=title,
        lead=dice.choice(topic.leads).format(**values),
        paragraphs=tuple(
            text.format(**values)
            for text in (*(topic.paragraphs[i] for i in own), *(words.general[i] for i in general))
        ),
        authors=authors,
        section=topic.section,
        tags=topic.tags,
        language=paper.language,
        published=published,
        updated=None,
        slug=slug_of(title),
        place=place,
        paywalled="paywall" in paper.traits and dice.random() < 0.5,
        dated_path=paper.dated_paths,
    )


def another_paragraph(story: Story) -> str:
    """One more paragraph for a story, other than those it has."""
    words = tongue(story.language)
    count = len(story.paragraphs)
    return words.general[count % len(words.general)].format(
        place=story.place,
        other=story.place,
        n=count,
        m=50 + count,  # a number that `_write` never takes
        weekday=words.weekdays[story.day.weekday()],
    )


def _dice(*seed: object) -> random.Random:
    # a string seed goes through SHA-512: the same in every process
    return random.Random("|".join(map(str, seed)))  # noqa: S311 - content, not secrets


_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "đ": "d"})


def slug_of(text: str) -> str:
    """A text as a part of an address."""
    plain = unicodedata.normalize("NFD", text.lower().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def code_of(path: str) -> tuple[dt.date, int, int] | None:
    """Day, edition and number that the address of a page ends with; None when it is no such address."""
    match = re.search(r"-([0-9]{9,11})$", path)
    if match is None:
        return None
    rest, number = divmod(int(match[1]), 100)
    ordinal, edition = divmod(rest, 100)
    if not 1 <= ordinal <= dt.date.max.toordinal():
        return None
    return dt.date.fromordinal(ordinal), edition, number
