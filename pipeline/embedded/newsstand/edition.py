"""What the papers say now: their stories as edited, the newsstand's clock, and what it was told to fail.

Plain state without a network. It may be changed from one thread while another one serves it: whatever is
read is replaced as a whole.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pipeline.embedded.newsstand.papers import PAPERS
from pipeline.embedded.newsstand.press import Paper, Story, another_paragraph, articles_of, code_of, slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST_LOOK_BACK: Final = 90
"""Days that a feed looks back for its items."""
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a source answers instead, and how often.

    Attributes:
        times: answers left.
        retry_after: seconds; `as_date`: sent as an HTTP date.
        path: only there; None: everywhere but robots.txt.
    """

    status: int
    times: int
    retry_after: int | None = None
    as_date: bool = False
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a page says of its article: what reading it should give.

    A field is None (or empty) where the page does not say it. `published` has the offset as written.
    """

    url: str
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    language: str
    guid: str
    canonical_url: str | None
    authors: tuple[str, ...] = ()
    published: dt.datetime | None = None
    updated: dt.datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    paywalled: bool | None = None

    @property
    def text(self) -> str:
        """The body, without title and lead; paragraphs joined by blank lines."""
        return "\n\n".join(self.paragraphs)

    @property
    def period(self) -> str:
        """The day that it belongs to."""
        return "undated" if self.published is None else self.published.date().isoformat()


@dataclass(slots=True)
class Edition:
    """The state of the newsstand.

    Attributes:
        day: what it takes for today; None: the real day, at the real time. With a day given it is the
            evening of that day, and all of its articles are out.
    """

    port: int
    papers: Mapping[str, Paper] = field(default_factory=lambda: PAPERS)
    day: dt.date | None = None
    _edited: dict[tuple[str, dt.date, int, int], Story] = field(default_factory=dict)
    _moved: dict[tuple[str, str], tuple[str, dt.date, int, int]] = field(default_factory=dict)
    _silent: dict[str, dt.datetime] = field(default_factory=dict)
    _rolled: dict[str, int] = field(default_factory=dict)
    _failures: dict[str, Failure] = field(default_factory=dict)
    _asked: dict[tuple[str, str], int] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    # the clock

    def now(self) -> dt.datetime:
        """The newsstand's time (UTC)."""
        if self.day is None:
            return dt.datetime.now(dt.UTC).replace(microsecond=0)
        return dt.datetime.combine(self.day, dt.time(22, 0), tzinfo=dt.UTC)

    def today(self) -> dt.date:
        """The newsstand's day."""
        return self.now().date()

    def set_today(self, day: dt.date | None) -> None:
        """Go to the evening of a day, or (None) back to the real time."""
        self.day = day

    # what there is to read

    def base(self, paper: Paper | str) -> str:
        """Scheme and authority of a paper's pages. Those of an archive are not served but in its files."""
        paper = self.papers[paper] if isinstance(paper, str) else paper
        if paper.kind == "archive":
            return f"https://{paper.name}.example"
        return f"http://{paper.host}:{self.port}"

    def url(self, story: Story) -> str:
        """Where the page of a story is."""
        return self.base(story.source) + story.path

    def stories(self, source: str, day: dt.date) -> tuple[Story, ...]:
        """What a source has published on a day, as it stands now, the first of the day first."""
        paper = self.papers[source]
        found = (
            self._edited.get(story.key, story)
            for edition in range(self._rolled.get(source, 0) + 1)
            for story in articles_of(paper, day, edition=edition)
        )
        return tuple(sorted((s for s in found if self._is_out(s)), key=lambda s: (s.published, s.edition)))

    def story(self, source: str, day: dt.date | None = None, number: int = 0) -> Story:
        """One story: of a day (today), by its place among those that are out."""
        return self.stories(source, day or self.today())[number]

    def latest(self, source: str, *, count: int | None = None) -> tuple[Story, ...]:
        """What the feed of a source holds: the latest first."""
        paper = self.papers[source]
        count = paper.latest if count is None else count
        edition = self._rolled.get(source, 0)
        found: list[Story] = []
        today = self.now().astimezone(ZoneInfo(paper.zone)).date()
        for back in range(LONGEST_LOOK_BACK):
            if len(found) >= count:
                break
            of_day = [s for s in self.stories(source, today - back * _DAY) if s.edition == edition]
            found += reversed(of_day)
        return tuple(found[:count])

    def days(self, *, count: int) -> Iterator[dt.date]:
        """The last days, today first."""
        today = self.today()
        return (today - back * _DAY for back in range(count))

    def near(self, story: Story) -> tuple[Story, ...]:
        """The stories that a page links to: always the same, whatever is written later."""
        paper = self.papers[story.source]
        before = (articles_of(paper, story.day - back * _DAY, edition=story.edition) for back in (1, 2))
        return tuple(s for day in before for s in day)[:4]

    def find(self, source: str, path: str) -> Story | None:
        """The story whose page has (or once had) this path."""
        key = self._moved.get((source, path))
        if key is None:
            code = code_of(path)
            if code is None or code[1] > self._rolled.get(source, 0):
                return None
            day, edition, number = code
            key = (source, day, edition, number)
        _, day, edition, number = key
        of_day = articles_of(self.papers[source], day, edition=edition)
        if number >= len(of_day):
            return None
        story = self._edited.get(key, of_day[number])
        known = story.path == path or (source, path) in self._moved
        return story if known and self._is_out(story) else None

    def expected(self, url: str) -> Expected | None:
        """What the page at an address says of its (first) article; None where there is no article."""
        parts = urlsplit(url)
        source = (
            (parts.hostname or "").removeprefix("www.").removesuffix(".localhost").removesuffix(".example")
        )
        paper = self.papers.get(source)
        story = self.find(source, unquote(parts.path)) if paper else None
        if paper is None or story is None:
            return None
        says = _SAYS[paper.layout]
        address = self.url(story)
        return Expected(
            url=address,
            title=story.title,
            lead=story.lead,
            paragraphs=story.paragraphs,
            language=story.language,
            guid=story.guid,
            canonical_url=address,
            authors=story.authors if "authors" in says else (),
            published=story.published if "published" in says else None,
            updated=story.updated if "updated" in says else None,
            section=story.section if "section" in says else None,
            tags=story.tags if "tags" in says else (),
            paywalled=story.paywalled if "paywalled" in says else None,
        )

    def _is_out(self, story: Story) -> bool:
        return story.published <= min(self.now(), self._silent.get(story.source, self.now()))

    # changing it

    def update(
        self,
        story: Story,
        *,
        title: str | None = None,
        lead: str | None = None,
        paragraphs: Sequence[str] | None = None,
    ) -> Story:
        """Edit a story: its address stays, its dates of change, validators and `updated` move on.

        Without any text: one paragraph is added.
        """
        with self._lock:
            # as edited so far: the caller may hold an older state of it
            current = self._edited.get(story.key, story)
            if title is None and lead is None and paragraphs is None:
                paragraphs = (*current.paragraphs, another_paragraph(current))
            later = current.changed + dt.timedelta(hours=1)
            if self.day is None:
                later = self.now().astimezone(current.published.tzinfo)
            edited = dataclasses.replace(
                current,
                title=current.title if title is None else title,
                lead=current.lead if lead is None else lead,
                paragraphs=current.paragraphs if paragraphs is None else tuple(paragraphs),
                updated=later,
            )
            self._edited[story.key] = edited
        return edited

    def move_slug(self, story: Story, slug: str | None = None) -> Story:
        """Give a story another address. Its guid stays, and the old address redirects for good."""
        with self._lock:
            current = self._edited.get(story.key, story)
            new = slug_of(slug) if slug else f"{current.slug}-2"
            edited = dataclasses.replace(current, slug=new)
            self._moved[story.source, current.path] = story.key
            self._edited[story.key] = edited
        return edited

    def silence(self, source: str, *, silent: bool = True) -> None:
        """Let a source write nothing from now on (or again)."""
        with self._lock:
            if silent:
                self._silent[source] = self.now()
            else:
                self._silent.pop(source, None)

    def roll_over(self, source: str) -> None:
        """Let a feed hold entirely other items than before. The former stay in the sitemap, as pages too."""
        with self._lock:
            self._rolled[source] = self._rolled.get(source, 0) + 1

    def fail(
        self,
        source: str,
        status: int,
        times: int = 1,
        *,
        retry_after: int | None = None,
        as_date: bool = False,
        path: str | None = None,
    ) -> None:
        """Let the next answers of a source be an error; `times=0` ends it."""
        failure = Failure(status=status, times=times, retry_after=retry_after, as_date=as_date, path=path)
        with self._lock:
            self._failures[source] = failure

    def failing(self, source: str, path: str) -> Failure | None:
        """The failure that a request meets, which is used up by it."""
        with self._lock:
            failure = self._failures.get(source)
            if failure is None or failure.times == 0:
                return None
            if path != failure.path and (failure.path is not None or path == "/robots.txt"):
                return None
            self._failures[source] = dataclasses.replace(failure, times=failure.times - 1)
            return failure

    def asked(self, source: str, path: str) -> int:
        """How often this was asked for before; counts this time too."""
        with self._lock:
            count = self._asked.get((source, path), 0)
            self._asked[source, path] = count + 1
            return count


_SAYS: Final = {
    "graph": {"authors", "published", "updated", "section", "tags", "paywalled"},
    "two": {"authors", "published", "updated", "section", "tags", "paywalled"},
    "microdata": {"authors", "published", "updated", "section", "tags", "paywalled"},
    "meta": {"authors", "published", "updated", "section", "tags"},
    "inside": {"authors", "published", "updated", "section", "tags"},
    "article": {"authors", "published", "updated", "section"},
    "soup": {"authors", "published"},
    "undated": set(),
}
"""What the pages of a layout say besides title, lead and text."""
