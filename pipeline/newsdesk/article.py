"""One article as a person judges it: where it stands, what was written, what rules did, who decided what."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from pipeline.article import Article
from pipeline.clean import RECURRING, RULES, trace
from pipeline.decisions import PURGE, REFUSE, RELEASE, RESTORE, WITHDRAW, Decisions, read_decisions
from pipeline.errors import DagspressError, ObjectMissing
from pipeline.explain import explain
from pipeline.flow.overview import read_overview
from pipeline.lake import articles_name
from pipeline.newsdesk.places import Place, place
from pipeline.newsdesk.side_by_side import Row, rows, traced
from pipeline.period import Calendar
from pipeline.report.edits import edits
from pipeline.report.words import printable, visible

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipeline.decisions import Decision
    from pipeline.explain import Explanation, Version
    from pipeline.lake import Lake

MOST_CHARACTERS: Final = 30_000
"""Of a text, that are shown before and after."""

MOST_COPIES: Final = 50
MOST_VERSIONS: Final = 20
"""The latest, and of those the first ones are left out."""

_READERS: Final = 8
_TOLD: Final = frozenset({"title", "lead", "text", "article_id"})
"""Columns that a page shows in their own place."""
_FOLLOWING: Final = frozenset(
    {
        "article_id", "captured_at", "first_seen_at", "capture", "revision", "revisions", "content_hash",
        "rules", "warnings", "word_count", "paragraph_count", "lix", "language_confidence",
    }
)  # fmt: skip
"""Columns that differ because the capture or the text does."""
_REPAIRS: Final = {rule.name: rule.repairs for rule in RULES} | {
    RECURRING: "A paragraph that stands in many stories of its source in this period",
    "encoding": "Bytes in another encoding than UTF-8",
}

ACTIONS: Final = {
    RELEASE: ("Release", "Publish it although it fails these checks. Another failure is a new question."),
    REFUSE: ("Reject for good", "It leaves quarantine, and no rebuild brings it back."),
    WITHDRAW: ("Withdraw", "Take it down: nothing of it is published, in any replay."),
    RESTORE: ("Undo", "What was decided about it no longer holds."),
}
"""What a person can decide about an article, and what comes of it."""

_ACTIONS_BY_STATE: Final = {
    "published": (WITHDRAW,),
    "copy": (WITHDRAW,),
    "quarantined": (RELEASE, REFUSE, WITHDRAW),
    "waiting": (WITHDRAW,),
    "withdrawn": (RESTORE,),
    "refused": (RESTORE,),
    "gone": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What may be decided now."""

    kind: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDone:
    """One rule's work on one field."""

    rule: str
    repairs: str
    field: str
    places: int
    removed: tuple[str, ...]
    """Lines that it took out, where that is all it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A field as written beside what it is now."""

    field: str
    rows: list[Row]
    left_out: int = 0
    """Characters beyond those that are shown."""

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return any(row.changed for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field in which a version differs from the one before."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A version: when it came, from where, how it was cleaned, what is new in it."""

    number: int
    captured_at: str
    place: Place
    raw_bytes: int
    raw: str
    """The first of its bytes; what cannot be seen is escaped, line ends stay."""
    raw_whole: bool
    record: list[tuple[str, str]]
    """Other fields as written."""
    rules: list[RuleDone]
    compared: list[Compared]
    differences: list[Difference]
    """From the version before; empty for the first."""
    problem: str = ""
    """Why its bytes cannot be followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Another article with the same or nearly the same text."""

    article_id: str
    period: str
    source: str
    title: str
    original: bool
    """Whether it stands for all copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """What the page shows."""

    article_id: str
    period: str
    state: str
    """`published`, `copy`, `quarantined`, `waiting`, `withdrawn`, `refused`, or `gone`: nothing is left."""
    stands: str
    """`published`, `quarantined`, `staged` or "": where its row is now, until its period is published."""
    heading: str
    lead: str
    url: str
    """Only by http or https, else empty."""
    source: str
    language: str
    reasons: list[str]
    warnings: list[str]
    decision: Decision | None
    """The one that holds now, about it or about its address."""
    decisions: list[Decision]
    """All about it, the latest first."""
    actions: list[Action]
    columns: list[tuple[str, str]]
    """The row: names and readable values."""
    text: list[str]
    """Paragraphs as they stand, at most `MOST_CHARACTERS`."""
    text_left_out: int
    subheadings: list[str]
    revisions: list[Revision]
    """The latest first."""
    revisions_left_out: int
    copies: list[Copy]
    duplicate_of: str


def article_view(lake: Lake, article_id: str, *, period: str | None = None) -> ArticleView:
    """Everything of one article. `period`: where it stands, which saves looking for it.

    Raises DagspressError where there is no such article, or the id is short for several; LakeError.
    """
    digits = article_id.strip().lower()
    known = read_decisions(lake)
    try:
        found = _explained(lake, digits, period)
    except DagspressError:
        own = [d for d in reversed(known) if d.article_id == digits]
        if not own:
            raise
        return _gone(digits, own)
    row = found.row or {}
    decided = Decisions(known)
    own = [d for d in reversed(known) if _is_about(d, found.article_id, row.get("canonical_url"))]
    fate = decided.fate(found.article_id, row.get("canonical_url"))
    state = {WITHDRAW: "withdrawn", REFUSE: "refused"}.get(fate or "") or _state(found)
    text, left_out = _cut(row.get("text") or "")
    versions = found.versions[-MOST_VERSIONS:]
    holding = _holding(own, fate)
    return ArticleView(
        article_id=found.article_id,
        period=found.period,
        state=state,
        stands=found.state,
        heading=printable(row.get("title") or _beginning(row.get("text") or "") or "No title"),
        lead=printable(row.get("lead") or ""),
        url=_web(row.get("url")),
        source=row.get("source") or "",
        language=row.get("language") or "",
        reasons=found.reasons,
        warnings=list(row.get("warnings") or ()),
        decision=holding,
        decisions=own,
        actions=_actions(state, holding),
        columns=_columns(row),
        text=[printable(paragraph) for paragraph in text.split("\n\n") if paragraph],
        text_left_out=left_out,
        subheadings=list(row.get("subheadings") or ()),
        revisions=_revisions(versions, row, first=len(found.versions) - len(versions) + 1)[::-1],
        revisions_left_out=len(found.versions) - len(versions),
        copies=_copies(lake, found, row),
        duplicate_of=row.get("duplicate_of") or "",
    )


def _explained(lake: Lake, digits: str, period: str | None) -> Explanation:
    """The article, first where it is said to stand; links grow old."""
    if period:
        try:
            return explain(lake, digits, period=period)
        except DagspressError:
            pass
    return explain(lake, digits)


def _gone(article_id: str, decisions: list[Decision]) -> ArticleView:
    return ArticleView(
        article_id=article_id,
        period="",
        state="gone",
        stands="",
        heading="Nothing of this article is left",
        lead="",
        url="",
        source="",
        language="",
        reasons=[],
        warnings=[],
        decision=decisions[0],
        decisions=decisions,
        actions=[],
        columns=[],
        text=[],
        text_left_out=0,
        subheadings=[],
        revisions=[],
        revisions_left_out=0,
        copies=[],
        duplicate_of="",
    )


def _state(found: Explanation) -> str:
    if found.state == "staged":
        return "waiting"
    if found.state == "published" and found.row is not None and found.row["duplicate_of"]:
        return "copy"
    return found.state


def _is_about(decision: Decision, article_id: str, address: str | None) -> bool:
    if decision.prefix is not None:
        return address is not None and address.startswith(decision.prefix)
    return decision.article_id == article_id


def _holding(own: Sequence[Decision], fate: str | None) -> Decision | None:
    """The decision that makes it what it is now."""
    latest = {d.subject: d for d in reversed(own)}
    holding = [d for d in latest.values() if d.kind != RESTORE]
    if fate is not None:
        return next((d for d in holding if d.kind in (fate, PURGE)), None)
    return next((d for d in holding if d.article_id is not None), None)


def _actions(state: str, holding: Decision | None) -> list[Action]:
    kinds = list(_ACTIONS_BY_STATE[state])
    if holding is not None and (holding.prefix is not None or holding.kind == PURGE):
        kinds = []  # what its address is withdrawn by is undone for all of them; what is purged is gone
    elif holding is not None and RESTORE not in kinds:
        kinds.append(RESTORE)
    return [Action(kind=kind, label=ACTIONS[kind][0], meaning=ACTIONS[kind][1]) for kind in kinds]


# --- the row ---------------------------------------------------------------------------------------


def _columns(row: dict[str, Any]) -> list[tuple[str, str]]:
    names = [f.name for f in fields(Article) if f.name not in _TOLD]
    return [(name, value) for name in names if (value := readable(row.get(name)))]


def readable(value: Any) -> str:
    """A value of a row in words; empty when it is not known.

    >>> readable(None), readable(["a", "b"]), readable(True), readable(0.98765)
    ('', 'a, b', 'yes', '0.988')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}"
        case list() | tuple():
            return ", ".join(readable(item) for item in value)
        case _ if hasattr(value, "isoformat"):
            return instant(value)
        case _:
            return printable(str(value))


def instant(value: dt.datetime) -> str:
    """A UTC instant as it is read: seconds and finer only where there are any."""
    return f"{value:%Y-%m-%d %H:%M:%S UTC}".replace(":00 UTC", " UTC")


def _web(url: str | None) -> str:
    return url if url and url.lower().startswith(("https://", "http://")) else ""


def _beginning(text: str) -> str:
    line = text[:200].split("\n")[0]
    return line if len(line) <= 80 else line[:79] + "…"


def _cut(text: str) -> tuple[str, int]:
    """The beginning of a text, where possible whole paragraphs, and how many characters are left out."""
    if len(text) <= MOST_CHARACTERS:
        return text, 0
    end = text.rfind("\n\n", MOST_CHARACTERS // 2, MOST_CHARACTERS)
    shown = text[: end if end > 0 else MOST_CHARACTERS]
    return shown, len(text) - len(shown)


# --- versions --------------------------------------------------------------------------------------


def _revisions(versions: Sequence[Version], row: dict[str, Any], *, first: int) -> list[Revision]:
    """The versions, oldest first; the latest leads to the text as it stands."""
    found = []
    before: Version | None = None
    for number, version in enumerate(versions, start=first):
        stands = version.capture == row.get("capture")
        compared, rules = _cleaned(version, row if stands else {})
        found.append(
            Revision(
                number=number,
                captured_at=version.captured_at,
                place=place(version.capture, name=version.dropped_as),
                raw_bytes=version.raw_bytes,
                raw=printable(version.raw),
                raw_whole=version.raw_bytes <= len(version.raw.encode("utf-8", "surrogatepass")),
                record=[
                    (name, readable(value)) for name, value in version.record.items() if name not in _TOLD
                ],
                rules=rules,
                compared=compared,
                differences=_differences(before, version) if before is not None else [],
                problem=version.problem,
            )
        )
        before = None if version.problem else version
    return found


def _cleaned(version: Version, row: dict[str, Any]) -> tuple[list[Compared], list[RuleDone]]:
    compared: list[Compared] = []
    rules = [_done(change.rule, change.field, 1) for change in version.changes if change.field == "(bytes)"]
    for name in ("title", "lead", "text"):
        original = version.record.get(name)
        if not original:
            continue
        shown, left_out = _cut(original)
        steps = _steps(version, name, shown if left_out else None)
        final = steps[-1][1].strip() if steps else shown.strip()
        if name == "text":
            kept = _without_recurring(final, row)
            steps += [(RECURRING, kept)] if kept != final else []
            final = kept
        else:
            final = version.normalised.get(name) or ""
        text = shown
        for rule, after in steps:
            removed = _lines_taken(version, name, rule, text) if not left_out else ()
            rules.append(_done(rule, name, len(edits(text, after)), removed))
            text = after
        compared.append(Compared(field=name, rows=rows(traced(shown, steps, final)), left_out=left_out))
    return compared, rules


def _steps(version: Version, name: str, excerpt: str | None) -> list[tuple[str, str]]:
    """Each rule that changed a field, with the field after it; of an excerpt where that is given."""
    if excerpt is not None:
        title = version.normalised.get("title") if name == "text" else None
        return [(step.rule, step.after) for step in trace(excerpt, title=title)]
    return [(change.rule, change.after) for change in version.changes if change.field == name]


def _lines_taken(version: Version, name: str, rule: str, text: str) -> tuple[str, ...]:
    for change in version.changes:
        if (change.field, change.rule, change.before) == (name, rule, text):
            return tuple(visible(line) for line in change.removed[:MOST_COPIES])
    return ()


def _without_recurring(text: str, row: dict[str, Any]) -> str:
    """The text without the paragraphs that were left out when its period was assembled."""
    if RECURRING not in (row.get("rules") or ()):
        return text
    standing = set(row["text"].split("\n\n"))
    return "\n\n".join(paragraph for paragraph in text.split("\n\n") if paragraph in standing)


def _done(rule: str, field: str, places: int, removed: tuple[str, ...] = ()) -> RuleDone:
    return RuleDone(rule=rule, repairs=_REPAIRS.get(rule, ""), field=field, places=places, removed=removed)


def _differences(before: Version, now: Version) -> list[Difference]:
    names = sorted({*before.normalised, *now.normalised} - _FOLLOWING)
    found = [
        Difference(field=name, before=readable(old), after=readable(new))
        for name in names
        if (old := before.normalised.get(name)) != (new := now.normalised.get(name))
    ]
    if before.normalised.get("content_hash") != now.normalised.get("content_hash"):
        old, new = (_text(version) for version in (before, now))
        found.append(Difference(field="text", before=_around(old, new), after=_around(new, old)))
    return found


def _text(version: Version) -> str:
    steps = _steps(version, "text", None)
    return steps[-1][1] if steps else version.record.get("text") or ""


def _around(text: str, other: str) -> str:
    """A text where it first differs from another."""
    places = edits(text[:MOST_CHARACTERS], other[:MOST_CHARACTERS])
    if not places:
        return f"{len(text)} characters"
    start, end = max(0, places[0].start - 60), places[0].end + 60
    shown = text[start : min(end, start + 300)]
    return printable(re.sub(r"\s+", " ", ("… " if start else "") + shown + (" …" if end < len(text) else "")))


# --- copies ----------------------------------------------------------------------------------------


def _copies(lake: Lake, found: Explanation, row: dict[str, Any]) -> list[Copy]:
    """The other articles of its cluster, in its period and those around it."""
    cluster = row.get("duplicate_cluster")
    if not cluster or found.state != "published":
        return []
    around = Calendar(read_overview(lake)).around(found.period, lake.settings.copy_days)
    with ThreadPoolExecutor(_READERS) as threads:
        tables = threads.map(lambda period: _cluster(lake, period, cluster), [found.period, *around])
        copies = [copy for table in tables for copy in table if copy.article_id != found.article_id]
    return sorted(copies, key=lambda copy: (not copy.original, copy.period, copy.article_id))[:MOST_COPIES]


def _cluster(lake: Lake, period: str, cluster: str) -> list[Copy]:
    columns = ["article_id", "source", "title", "duplicate_of", "duplicate_cluster"]
    try:
        with lake.open(articles_name(period)) as file:
            table = pq.read_table(file, columns=columns, filters=[("duplicate_cluster", "=", cluster)])
    except ObjectMissing:
        return []
    return [
        Copy(
            article_id=values["article_id"],
            period=period,
            source=values["source"],
            title=printable(values["title"] or "No title"),
            original=values["duplicate_of"] is None,
        )
        for values in table.to_pylist()
    ]
