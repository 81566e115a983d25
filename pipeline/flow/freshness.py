"""How a source is doing: fresh, late, silent or degraded, judged by its own history."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pipeline.acquire.memory import load_memory
from pipeline.normalise import parse_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.acquire.memory import Memory, Poll
    from pipeline.lake import Lake
    from pipeline.sources import Source

Verdict = Literal["fresh", "late", "silent", "degraded", "new"]

LEARN_DAYS: Final = 28
"""Days of history that tell what is usual."""
LEAST_DAYS: Final = 3
"""With fewer days of history only the catalogue's own numbers count."""
FEW: Final = 0.25
"""Share of the usual number of articles below which a source is degraded."""
MANY_EMPTY: Final = 0.2
"""Rise of the share of empty fields, against what is usual, above which a source is degraded."""
UNASKED: Final = dt.timedelta(days=2)
"""A source that was not asked for so long, beyond its `every`, is late, whatever it lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The verdict on one source."""

    source: str
    verdict: Verdict
    """`fresh`: as usual. `late`: nothing new for longer than usual, or not asked. `silent`: it gave nothing
    for longer than the catalogue's `oldest`. `degraded`: it answers, but with much less than usual,
    incomplete, or it rolls over between polls. `new`: never asked."""
    why: str
    """In a sentence, with what to do."""
    last_item: str | None = None
    """Latest published date it listed."""
    last_success: str | None = None
    failures: int = 0
    items_per_day: float | None = None
    """What is usual."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, for XCom and `--json`."""
        return asdict(self)

    @property
    def healthy(self) -> bool:
        """Whether nobody needs to look."""
        return self.verdict in ("fresh", "new")


def freshness(lake: Lake, source: Source, *, now: dt.datetime) -> Freshness:
    """Judge a source by what is remembered of it."""
    return judge(source, load_memory(lake, source.name), now=now)


def judge(source: Source, memory: Memory, *, now: dt.datetime) -> Freshness:
    """Judge a source by its polls. Pure."""
    usual = usual_items(memory.polls, now=now) or source.items_per_day
    last_success, last_item = memory.last_success, _last_item(memory.polls)

    def verdict(name: Verdict, why: str) -> Freshness:
        return Freshness(
            source=source.name,
            verdict=name,
            why=why,
            last_item=last_item.isoformat(timespec="minutes") if last_item else None,
            last_success=last_success.isoformat(timespec="minutes") if last_success else None,
            failures=memory.failures,
            items_per_day=round(usual, 1) if usual is not None else None,
        )

    if not memory.polls:
        return verdict("new", "It was never asked.")
    error = next((poll.error for poll in reversed(memory.polls) if poll.error), None)
    heard = max(filter(None, (last_item, _last_new(memory.polls))), default=None)
    began = dt.datetime.fromisoformat(memory.polls[0].at)
    unasked = UNASKED + source.every
    oldest = source.oldest if source.every < source.oldest else unasked
    if last_success is None:
        return verdict("silent", f"It has never answered, from {began:%Y-%m-%d %H:%M} UTC on: {error}")
    if now - last_success > oldest:
        since = f"since {last_success:%Y-%m-%d %H:%M} UTC"
        why = (
            f"It has not answered {since}: {error}"
            if memory.failures
            else f"It was not asked {since}: are its runs on?"
        )
        return verdict("silent", why)
    if now - (heard or began) > oldest:
        said = (
            f"Its latest article is of {heard:%Y-%m-%d %H:%M} UTC" if heard else "It never listed an article"
        )
        days = oldest / dt.timedelta(days=1)
        return verdict("silent", f"{said}, and more than {days:g} days are too old. Look at {source.url}.")
    if memory.failures:
        times = "once" if memory.failures == 1 else f"{memory.failures} times in a row"
        return verdict("late", f"It failed {times}: {error}")
    if now - last_success > unasked:
        return verdict("late", f"It was not asked since {last_success:%Y-%m-%d %H:%M} UTC: are its runs on?")
    recent = [poll for poll in memory.polls if _at(poll) > now - UNASKED]
    if any(poll.rolled_over for poll in recent):
        return verdict(
            "degraded",
            "It listed nothing that was known: it rolls over faster than it is asked. Run `fetch_news` more "
            "often, or give it a news sitemap.",
        )
    if usual is not None and heard is not None:
        gap = dt.timedelta(days=3 / usual) if usual > 0 else oldest
        if now - heard > max(gap, dt.timedelta(days=1)) and now - heard > unasked:
            return verdict(
                "late", f"Nothing new since {heard:%Y-%m-%d %H:%M} UTC; usual are {usual:.1f} a day."
            )
        today = _per_day(recent)
        if today and usual >= 4 and statistics.mean(today.values()) < FEW * usual:
            mean = statistics.mean(today.values())
            return verdict("degraded", f"It brought {mean:.0f} a day lately; usual are {usual:.0f}.")
    empty, before = _empty(recent), _empty(memory.polls[: -len(recent) or None])
    if empty is not None and before is not None and empty - before > MANY_EMPTY:
        return verdict(
            "degraded",
            f"{empty:.0%} of titles, dates and texts are missing, usually {before:.0%}: its pages changed. "
            f"Look at one with `dagspress sources try {source.url}`.",
        )
    return verdict("fresh", "As usual.")


def usual_items(polls: Sequence[Poll], *, now: dt.datetime) -> float | None:
    """The median number of new items a day over the last weeks; None while there is too little history."""
    days = _per_day([p for p in polls if now - dt.timedelta(days=LEARN_DAYS) < _at(p) <= now - UNASKED])
    if days:
        days.pop(min(days))  # the first poll brings everything there is
    return statistics.median(days.values()) if len(days) >= LEAST_DAYS else None


def _per_day(polls: Sequence[Poll]) -> dict[str, int]:
    days: dict[str, int] = {}
    for poll in polls:
        if poll.outcome in ("fetched", "unchanged"):
            days[poll.day] = days.get(poll.day, 0) + poll.new
    return days


def _empty(polls: Sequence[Poll]) -> float | None:
    shares = [poll.empty_fields for poll in polls if poll.empty_fields is not None]
    return statistics.mean(shares) if shares else None


def _at(poll: Poll) -> dt.datetime:
    return dt.datetime.fromisoformat(poll.at)


def _last_new(polls: Sequence[Poll]) -> dt.datetime | None:
    """When it last brought something new (beyond its first poll, which always does)."""
    return max((_at(poll) for poll in polls[1:] if poll.new), default=None)


def _last_item(polls: Sequence[Poll]) -> dt.datetime | None:
    instants = []
    for poll in polls:
        date = parse_date(poll.newest) if poll.newest else None
        if date is None:
            continue
        if date.at is not None:
            instants.append(date.at)
        elif len(date.period) == 10:
            instants.append(dt.datetime.combine(dt.date.fromisoformat(date.period), dt.time(), tzinfo=dt.UTC))
    return max(instants, default=None)
