"""Mutes: alerts that somebody does not want for a while, and why. The lake keeps them; they end alone.

A mute is an immutable object with a folder of its own; every alert that it holds back is a small object
beside it. Whoever holds one back adds an object, and whoever ends a mute removes them all: nobody has to
lock, and at worst two tell the same end.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import orjson

from pipeline.errors import DagspressError
from pipeline.lake import MUTED, MUTES, mute_name, muted_name
from pipeline.write import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.lake import Lake

ALL: Final = "all"
"""The subject of a mute of every alert."""

SUBJECTS: Final = (
    "all, a DAG (fetch_news), a task of it (fetch_news.plan), a source (source:NAME) or an expectation of "
    "the gate (quarantined_share)"
)

_SUBJECT: Final = re.compile(r"source:[\w.-]+|\w+(\.\w+)?")
_SPAN: Final = re.compile(r"([0-9]{1,4})(m|h|d|w)", re.ASCII)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

LONGEST: Final = dt.timedelta(days=366)
"""A mute that never ends is a switch that nobody remembers."""

MOST_WORDS: Final = 2_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Who does not want to hear of what, why, and until when."""

    subject: str
    why: str
    by: str
    at: str
    """UTC instant, ISO 8601 to the microsecond."""
    until: str
    """The same."""
    before: int = 0
    """Alerts that the mute which this one replaced held back."""

    @property
    def folder(self) -> str:
        """Where its objects are: its instant, and a digest of all it says."""
        digest = hashlib.sha256(orjson.dumps(asdict(self))).hexdigest()[:16]
        return f"{re.sub('[^0-9T]', '', self.at[:19])}-{digest}"

    def holds(self, now: dt.datetime) -> bool:
        """Whether it has not ended yet."""
        return now < dt.datetime.fromisoformat(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A mute, and what it held back so far."""

    mute: Mute
    alerts: int = 0

    def sentence(self) -> str:
        """What its end is told with."""
        mute, number = self.mute, self.alerts
        alerts = "No alert was" if not number else "1 alert was" if number == 1 else f"{number} alerts were"
        since = mute.at[:16].replace("T", " ")
        return f"{alerts} muted about {mute.subject} since {since} UTC, by {mute.by}: {mute.why}"


def mute(
    lake: Lake, subject: str, *, why: str, by: str, until: dt.datetime, now: dt.datetime | None = None
) -> Mute:
    """Hold back the alerts about a subject; replaces a mute of the same. Raises DagspressError, LakeError."""
    now = now or dt.datetime.now(dt.UTC)
    subject, why, by = subject.strip(), why.strip(), by.strip()
    if _SUBJECT.fullmatch(subject) is None:
        raise DagspressError(f"{subject!r} cannot be muted: give {SUBJECTS}.")
    if not by:
        raise DagspressError("Who mutes? A mute without a name is none.")
    if not why or len(why) > MOST_WORDS:
        raise DagspressError(f"Why? A reason of 1 to {MOST_WORDS} characters is told with every mute.")
    if not now < until <= now + LONGEST:
        raise DagspressError(
            f"A mute ends in the future, at most {LONGEST.days} days from now, not {until:%Y-%m-%d %H:%M}."
        )
    former = [standing for standing in read_mutes(lake) if standing.mute.subject == subject]
    new = Mute(
        subject=subject,
        why=why,
        by=by,
        at=_instant(now),
        until=_instant(until),
        before=sum(standing.alerts for standing in former),
    )
    lake.put(mute_name(new.folder), to_json(asdict(new)))
    for standing in former:
        forget(lake, standing.mute)
    return new


def read_mutes(lake: Lake) -> list[Standing]:
    """All that stand, those too that have ended and whose end is still to be told. Raises LakeError."""
    objects = [item.name for item in lake.list(MUTES)]
    held = Counter(name.rsplit("/", 2)[1] for name in objects if name.rsplit("/", 1)[1].startswith(MUTED))
    found = [lake.find(name) for name in objects if name.endswith("/mute.json")]
    mutes = [Mute(**orjson.loads(data)) for data in found if data is not None]
    return [Standing(mute=m, alerts=m.before + held[m.folder]) for m in sorted(mutes, key=lambda m: m.at)]


def hold_back(lake: Lake, mute: Mute, what: str) -> None:
    """Count an alert that a mute holds back."""
    at = _instant(dt.datetime.now(dt.UTC))
    name = muted_name(mute.folder, uuid.uuid4().hex)
    lake.put(name, to_json({"at": at, "what": what}))


def unmute(lake: Lake, subject: str) -> Standing:
    """End the mute of a subject, and give what it held back. Raises DagspressError where there is none."""
    standing = [s for s in read_mutes(lake) if s.mute.subject == subject.strip()]
    if not standing:
        raise DagspressError(f"{subject} is not muted. `dagspress mutes` lists what is.")
    for each in standing:
        forget(lake, each.mute)
    return standing[-1]


def forget(lake: Lake, mute: Mute) -> None:
    """Remove a mute and what it counted; the mute itself last, so that it is told again when this fails."""
    names = [item.name for item in lake.list(f"{MUTES}{mute.folder}/")]
    lake.delete(name for name in names if name != mute_name(mute.folder))
    lake.delete([mute_name(mute.folder)])


def ended(standing: Iterable[Standing], now: dt.datetime) -> list[Standing]:
    """Those of some mutes that no longer hold."""
    return [each for each in standing if not each.mute.holds(now)]


def ending(span: str | None, until: str | None, now: dt.datetime) -> dt.datetime:
    """When a mute ends that was asked for in words. Raises DagspressError.

    >>> now = dt.datetime(2026, 2, 3, 12, tzinfo=dt.UTC)
    >>> ending("3d", None, now).isoformat(), ending(None, "2026-02-10", now).isoformat()
    ('2026-02-06T12:00:00+00:00', '2026-02-10T00:00:00+00:00')
    """
    if (span is None) == (until is None):
        raise DagspressError("Until when? Give either --for (90m, 12h, 3d, 2w) or --until (2026-02-10).")
    if span is not None:
        match = _SPAN.fullmatch(span.strip())
        if match is None:
            raise DagspressError(f"{span!r} is no time: give 90m, 12h, 3d or 2w.")
        return now + dt.timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        instant = dt.datetime.fromisoformat(str(until).strip())
    except ValueError:
        raise DagspressError(
            f"{until!r} is no date: give 2026-02-10 or 2026-02-10T18:00 (UTC unless told)."
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")
