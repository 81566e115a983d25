"""Reading again what is in quarantine, after the code or a source's hints were mended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.acquire import find_capture, spool
from pipeline.decisions import RERUN, decide
from pipeline.errors import DagspressError, ObjectMissing
from pipeline.extract.hints import NO_HINTS
from pipeline.flow.publish import publish
from pipeline.flow.stage import stage
from pipeline.lake import QUARANTINE, quarantine_name
from pipeline.sources import hints, load_sources
from pipeline.stopwatch import Stopwatch
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.acquire import Capture
    from pipeline.decisions import Decision
    from pipeline.extract.hints import Hints
    from pipeline.flow.publish import Publication
    from pipeline.flow.stage import Staging
    from pipeline.lake import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain:
    """Rows in quarantine whose captures were staged again."""

    decision: Decision
    captures: int
    articles: list[str]
    """Ids of the rows, sorted."""
    periods: dict[str, int]
    """Rows staged for each period that is to be published, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """What came of reading again."""

    decision: Decision
    captures: int
    left: list[str]
    """Ids of the articles that are no longer in quarantine."""
    stayed: list[str]
    """Ids of those that are."""
    published: list[Publication]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        from dataclasses import asdict

        return asdict(self)


def rerun(
    lake: Lake,
    periods: Iterable[str] = (),
    *,
    reason: str | None = None,
    source: str | None = None,
    by: str,
    why: str,
) -> Rerun:
    """Read the captures of rows in quarantine again with the code of today, and publish their periods.

    Of some periods, or of all; only rows that fail the expectation `reason`, or are of a `source`. That it
    was done, by whom and why is recorded; it decides nothing by itself. Raises DagspressError where there is
    no such row.
    """
    found = read_again(lake, periods, reason=reason, source=source, by=by, why=why)
    published = publish(lake, found.periods)
    here = {p.period for p in published}.union(found.periods)
    stayed = {row["article_id"] for row in _quarantined(lake, sorted(here), None, None)}
    return Rerun(
        decision=found.decision,
        captures=found.captures,
        left=[id_ for id_ in found.articles if id_ not in stayed],
        stayed=[id_ for id_ in found.articles if id_ in stayed],
        published=published,
    )


def read_again(
    lake: Lake,
    periods: Iterable[str] = (),
    *,
    reason: str | None = None,
    source: str | None = None,
    by: str,
    why: str,
) -> ReadAgain:
    """The same without publishing: who calls this has the periods published."""
    asked = sorted(set(periods))
    rows = _quarantined(lake, asked or lake.periods(QUARANTINE), reason, source)
    if not rows:
        raise DagspressError("No such row is in quarantine. `dagspress show` says what is.")
    captures = [_capture(lake, name) for name in sorted({row["capture"].partition("#")[0] for row in rows})]
    scope = ["in " + ", ".join(asked)] if asked else ["in all periods"]
    scope += [f"failing {reason}"] if reason else []
    scope += [f"of {source}"] if source else []
    decision = decide(lake, RERUN, by=by, why=why, scope=f"quarantine {' '.join(scope)}")
    staged = Counter({row["published"]: 0 for row in rows})
    for capture in captures:
        staged.update(stage_again(lake, capture).periods)
    return ReadAgain(
        decision=decision,
        captures=len(captures),
        articles=sorted({row["article_id"] for row in rows}),
        periods=dict(sorted(staged.items())),
    )


def stage_again(lake: Lake, capture: Capture) -> Staging:
    """Stage a capture by the code of today; nothing is done where that is what staged it."""
    item = lake.info(capture.object)
    if item is None:
        raise ObjectMissing(f"{capture.object} is gone. Restore it from a copy of the bucket.")
    with spool(lake, item) as copy:
        return stage(lake, capture, copy, watch=Stopwatch(), hints=hints_of(capture.source))


def hints_of(source: str) -> Hints:
    """What the catalogue says of a source; nothing of one that it does not know (any more)."""
    return next((hints(known) for known in load_sources() if known.name == source), NO_HINTS)


def _quarantined(
    lake: Lake, periods: Sequence[str], reason: str | None, source: str | None
) -> list[dict[str, Any]]:
    found = []
    for period in periods:
        if lake.info(quarantine_name(period)) is None:
            continue
        for row in read_object(lake, quarantine_name(period)).to_pylist():
            if (reason is None or reason in row["failed"]) and source in (None, row["source"]):
                found.append(row | {"published": period})
    return found


def _capture(lake: Lake, name: str) -> Capture:
    source = name.split("source=", 1)[1].split("/", 1)[0]
    capture = find_capture(lake, source, name.rsplit("/", 1)[-1].split("-", 1)[0])
    if capture is None:
        raise ObjectMissing(f"{name} has no receipt. Restore it from a copy of the bucket.")
    return capture
