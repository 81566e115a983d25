"""What fetching a source for a day came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from pipeline.flow.stage import Staging

State = Literal["fetched", "unchanged", "replayed", "empty", "deferred", "failed"]

SHOWN_PROBLEMS: Final = 100
"""Problems told one by one; the rest are counted."""


@dataclass(slots=True, kw_only=True)
class Fetched:
    """One source, one day. `records == staged + rejected`."""

    source: str
    kind: str
    day: str
    state: State = "replayed"
    """`fetched` something new; `unchanged`: asked, nothing new; `replayed`: not asked, captures were read;
    `empty`: not asked and nothing is captured; `deferred`: to be asked later; `failed`."""
    requests: int = 0
    """Requests that were answered."""
    not_modified: int = 0
    """Those answered with 304."""
    listed: int = 0
    """Items that the feed or sitemap listed (for the day)."""
    new: int = 0
    """Those not known before, or changed since."""
    pages: int = 0
    """Pages that were captured."""
    missing: int = 0
    """Items whose page could not be had."""
    waiting: int = 0
    """Items left for a later run."""
    captures: int = 0
    """Captures taken by this run."""
    read: int = 0
    """Captures of the day, all of which are staged now."""
    records: int = 0
    staged: int = 0
    rejected: int = 0
    new_rows: int = 0
    """Rows that had not been staged before by this code."""
    empty_fields: int = 0
    """Titles, dates and texts that are missing among those: of three for each."""
    periods: dict[str, int] = field(default_factory=dict)
    """Rows staged for each period."""
    rolled_over: bool = False
    """Whether no item was known: some may have come and gone unseen."""
    newest: str | None = None
    """Latest published date among the items, as ISO 8601."""
    notes: list[str] = field(default_factory=list)
    """What a person should know, in sentences."""
    problems: list[str] = field(default_factory=list)
    """What went wrong with single items, in sentences."""
    more_problems: int = 0
    """How many there were beyond those."""
    error: str | None = None
    """Why the source failed."""

    def problem(self, sentence: str) -> None:
        """Tell of an item that something is wrong with."""
        if len(self.problems) < SHOWN_PROBLEMS:
            self.problems.append(sentence)
        else:
            self.more_problems += 1

    def add(self, staging: Staging) -> None:
        """Count what a capture became."""
        self.records += staging.staged + staging.rejected
        self.staged += staging.staged
        self.rejected += staging.rejected
        if staging.new:
            self.new_rows += staging.staged
            self.empty_fields += staging.empty_fields
        for (
            period,
            rows,
        ) in staging.periods.items():  # those without a row too: something there is to be removed
            self.periods[period] = self.periods.get(period, 0) + rows
        self.periods = dict(sorted(self.periods.items()))

    def as_json(self) -> dict[str, Any]:
        """Plain values, for XCom and `--json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Fetched:
        """Read what `as_json` gave."""
        return cls(**value)

    def sentence(self) -> str:
        """What happened, for a log line or a note."""
        parts = [f"{self.source}, {self.day}: {self.state}"]
        if self.error:
            parts.append(self.error)
        counts = {
            "requests": self.requests,
            "listed": self.listed,
            "new": self.new,
            "pages": self.pages,
            "without a page": self.missing,
            "left for later": self.waiting,
            "captures read": self.read,
            "staged": self.staged,
            "rejected": self.rejected,
        }
        parts.append(", ".join(f"{number} {name}" for name, number in counts.items() if number))
        return ". ".join(part.rstrip(".") for part in (*parts, *self.notes) if part) + "."
