"""What is remembered of a source between runs: `state/sources/<source>.json`.

Nothing here decides what a row holds: it saves requests, and tells how the source is doing. Losing it
costs a second look at what was fetched already, and no article.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import orjson

from pipeline.lake import source_state_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.lake import Lake

T = TypeVar("T")

REMEMBERED_DAYS: Final = 40
"""An item is forgotten when it was listed last so long ago; later it would count as new."""
REMEMBERED_POLLS: Final = 400
FIRST_BACKOFF: Final = dt.timedelta(minutes=30)
LONGEST_BACKOFF: Final = dt.timedelta(days=7)
_SINGLE: Final = (
    "moved_to",
    "moved_from",
    "ttl",
    "gap",
    "failures",
    "not_before",
    "why_not",
    "asked_to_wait",
)

Outcome = Literal["fetched", "unchanged", "deferred", "failed"]


@dataclass(slots=True, kw_only=True)
class Document:
    """A feed, sitemap or page as it was last had: what a conditional request needs."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """SHA-256 of the decoded body: some servers know no conditional requests."""
    had: str | None = None
    """Day on which it was had last."""


@dataclass(slots=True, kw_only=True)
class Known:
    """An item that was dealt with."""

    mark: str
    """Digest of what its feed said of it: another mark, another version."""
    listed: str
    """Day on which a feed or sitemap listed it last."""
    first_seen: str | None = None
    """Day that stands for its published date, where nobody gives one."""
    page: Document = field(default_factory=Document)


@dataclass(slots=True, kw_only=True)
class Waiting:
    """An item whose page could not be had yet."""

    item: dict[str, Any]
    feed: str | None
    since: str | None = None
    """Day on which it began to wait."""
    attempts: int = 0
    """Times that it was asked for in vain."""
    not_before: str | None = None
    kept: bool = False
    """Whether a capture holds what its feed says of it, for want of the page."""


@dataclass(slots=True, kw_only=True)
class DayDone:
    """What was asked of a sitemap or archive for one day."""

    asked: list[str] = field(default_factory=list)
    """Addresses of the files that list, or are, the day's articles; none any more when it is whole."""
    had: list[str] = field(default_factory=list)
    """Digests of the items that were dealt with, of a day long past that is not whole yet."""
    whole: bool = False
    """Asked after the day had ended, and all of it was had: there is no need to ask again."""


@dataclass(slots=True, kw_only=True)
class Poll:
    """One time that the source was asked."""

    at: str
    day: str
    outcome: Outcome
    listed: int = 0
    new: int = 0
    rolled_over: bool = False
    empty_fields: float | None = None
    """Share of title, date and text that is missing among the articles of this poll; None: no articles."""
    newest: str | None = None
    """Latest published instant or day among what was listed."""
    error: str | None = None


@dataclass(slots=True, kw_only=True)
class Memory:
    """All that is remembered of one source."""

    source: str
    moved_to: str | None = None
    """Where its address has moved for good."""
    moved_from: str | None = None
    """The address that had moved: a corrected catalogue makes the move void."""
    documents: dict[str, Document] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    days: dict[str, DayDone] = field(default_factory=dict)
    polls: list[Poll] = field(default_factory=list)
    ttl: int | None = None
    """Seconds for which the feed asks to be left alone."""
    gap: str | None = None
    """UTC instant since when its feed may have dropped what its news sitemap could not be asked for yet."""
    failures: int = 0
    """Failed polls in a row."""
    not_before: str | None = None
    """UTC instant before which it is not asked: backoff, Retry-After, max-age."""
    why_not: str | None = None
    """Why it is not asked before."""
    asked_to_wait: str | None = None
    """UTC instant before which its server does not want to be asked at all (Retry-After)."""
    before: Memory | None = field(default=None, compare=False, repr=False)
    """What was remembered when it was loaded: what differs from that is what a run has to say."""

    def defer(self, until: dt.datetime, why: str) -> None:
        """Do not ask before an instant, if that is later than what is set."""
        if self.not_before is None or dt.datetime.fromisoformat(self.not_before) < until:
            self.not_before, self.why_not = until.isoformat(), why

    def due(self, now: dt.datetime) -> bool:
        """Whether it may be asked."""
        return self.not_before is None or dt.datetime.fromisoformat(self.not_before) <= now

    def failed(self, now: dt.datetime, error: str, not_before: dt.datetime | None) -> None:
        """Count a failed poll; every one in a row doubles the wait before the next."""
        self.failures += 1
        wait = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(self.failures - 1, 20))
        times = "once" if self.failures == 1 else f"{self.failures} times in a row"
        self.defer(max(now + wait, not_before or now), f"it failed {times}, the last time: {error}")

    def succeeded(self) -> None:
        """Forget failures and waits that are over."""
        self.failures, self.not_before, self.why_not = 0, None, None

    def add(self, poll: Poll) -> None:
        """Remember a poll."""
        self.polls = [*self.polls, poll][-REMEMBERED_POLLS:]

    def forget(self, today: dt.date) -> None:
        """Let go of items that were not listed, and documents that were not had, for long.

        While its feed is as it was nothing is forgotten: it may all be listed still.
        """
        latest = min(max((known.listed for known in self.known.values()), default=""), today.isoformat())
        day = dt.date.fromisoformat(latest) if latest else today
        oldest = (day - dt.timedelta(days=REMEMBERED_DAYS)).isoformat()
        self.known = {key: known for key, known in self.known.items() if known.listed >= oldest}
        self.documents = {url: doc for url, doc in self.documents.items() if (doc.had or oldest) >= oldest}

    @property
    def last_success(self) -> dt.datetime | None:
        """When the source last answered."""
        ats = [poll.at for poll in self.polls if poll.outcome in ("fetched", "unchanged")]
        return dt.datetime.fromisoformat(ats[-1]) if ats else None


def load_memory(lake: Lake, source: str) -> Memory:
    """What is remembered of a source; nothing yet of a new one, or of one whose memory cannot be read."""
    data = lake.find(source_state_name(source))
    memory = _read(data, source)
    memory.before = _read(data, source)
    return memory


def save_memory(lake: Lake, memory: Memory) -> None:
    """Remember what changed since it was loaded, beside what another run remembered meanwhile."""
    before = memory.before or Memory(source=memory.source)
    other = _read(lake.find(source_state_name(memory.source)), memory.source)
    polls = [{poll.at: poll for poll in m.polls} for m in (before, memory, other)]
    merged = Memory(
        source=memory.source,
        documents=_merged(before.documents, memory.documents, other.documents),
        known=_merged(before.known, memory.known, other.known),
        waiting=_merged(before.waiting, memory.waiting, other.waiting),
        days=_merged(before.days, memory.days, other.days),
        polls=[poll for _, poll in sorted(_merged(*polls).items())][-REMEMBERED_POLLS:],
        **{
            name: getattr(memory if getattr(memory, name) != getattr(before, name) else other, name)
            for name in _SINGLE
        },
    )
    value = dataclasses.asdict(merged)
    del value["before"]
    lake.put(
        source_state_name(memory.source),
        orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS),
    )


def _read(data: bytes | None, source: str) -> Memory:
    if data is None:
        return Memory(source=source)
    try:
        value = orjson.loads(data)
        return Memory(
            source=source,
            documents={url: Document(**d) for url, d in value["documents"].items()},
            known={key: Known(**(k | {"page": Document(**k["page"])})) for key, k in value["known"].items()},
            waiting={key: Waiting(**w) for key, w in value["waiting"].items()},
            days={day: DayDone(**d) for day, d in value["days"].items()},
            polls=[Poll(**p) for p in value["polls"]],
            **{name: value[name] for name in _SINGLE if name in value},
        )
    except (ValueError, KeyError, TypeError, AttributeError):  # of another version, or damaged: start anew
        return Memory(source=source)


def _merged(before: Mapping[str, T], ours: Mapping[str, T], theirs: Mapping[str, T]) -> dict[str, T]:
    """What stands there now, but for what we changed or let go of since `before`."""
    changed = {key: value for key, value in ours.items() if before.get(key) != value}
    kept = {key: value for key, value in theirs.items() if key in ours or key not in before}
    return kept | changed
