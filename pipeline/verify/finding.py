"""What can be wrong with a lake: every kind, what it means, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple


class Kind(NamedTuple):
    """A kind of damage."""

    meaning: str
    remedy: str


_AGAIN: Final = "dagspress repair reads the capture again"
_REBUILD: Final = "dagspress repair builds the partition again from what is staged"
_COPY: Final = "restore it from a copy of the bucket"
_SAME_FILE: Final = (
    f"{_COPY}, or drop the same file anew: its bytes are recognised and stored again. What is staged of it "
    "stays"
)

KINDS: Final[dict[str, Kind]] = {
    "capture_missing": Kind("the bytes of a capture are gone", _SAME_FILE),
    "capture_damaged": Kind("the bytes of a capture are not those that were received", _SAME_FILE),
    "purge_unfinished": Kind(
        "a capture holds what its receipt says was purged", "run dagspress purge for the article again"
    ),
    "receipt_missing": Kind(
        "nothing says when and from where a capture came",
        f"dagspress repair writes it again where the bytes and the staging note prove it; else {_COPY}",
    ),
    "receipt_damaged": Kind(
        "a receipt cannot be read, or is of other bytes",
        f"dagspress repair writes it again where the bytes and the staging note prove it; else {_COPY}",
    ),
    "capture_unstaged": Kind("a capture is neither staged nor rejected, or not to the end", _AGAIN),
    "note_damaged": Kind("what became of a capture cannot be read", _AGAIN),
    "staged_missing": Kind("staged rows are gone", _AGAIN),
    "staged_damaged": Kind("a staged object is not what its capture gives", _AGAIN),
    "staged_unknown": Kind(
        "an object is no longer part of what its capture gave", f"{_AGAIN}, and removes it"
    ),
    "staged_orphan": Kind(
        "staged rows, or rejections, of a capture that does not exist",
        f"{_COPY} (the capture and its receipt). These rows may be all that is left: nothing removes them",
    ),
    "rejected_missing": Kind("the list of what was rejected of a capture is gone", _AGAIN),
    "rejected_damaged": Kind("the list of what was rejected of a capture is damaged", _AGAIN),
    "partition_missing": Kind("a partition is gone", _REBUILD),
    "partition_damaged": Kind("a partition is not what its summary vouches for", _REBUILD),
    "partition_stale": Kind(
        "a partition is not what would be built now", "dagspress publish PERIOD, or dagspress repair"
    ),
    "quarantine_missing": Kind("the quarantine of a period is gone", _REBUILD),
    "quarantine_damaged": Kind("the quarantine of a period is not what its summary vouches for", _REBUILD),
    "quarantine_unknown": Kind("the summary of the period knows of no quarantine", _REBUILD),
    "summary_missing": Kind("nothing vouches for a partition", _REBUILD),
    "summary_damaged": Kind("the summary of a partition cannot be read", _REBUILD),
    "summary_wrong": Kind("a summary says other numbers than the lake", _REBUILD),
    "row_untraceable": Kind(
        "rows name bytes that are not there", f"{_REBUILD}; where they stay, {_COPY} (the capture)"
    ),
    "article_twice": Kind("an article stands in more than one partition", _REBUILD),
    "identities_damaged": Kind(
        "a part of the index of identities cannot be read", "dagspress repair makes it again from staged rows"
    ),
    "identities_incomplete": Kind(
        "the index of identities lacks captures", "dagspress repair makes it again from staged rows"
    ),
    "overview_damaged": Kind(
        "a part of the overview cannot be read", "dagspress repair looks at every period again"
    ),
    "overview_wrong": Kind(
        "the overview says something else than the lake", "dagspress repair looks at every period again"
    ),
    "decision_damaged": Kind(
        "what somebody decided cannot be read",
        f"{_COPY}. Without one, remove it yourself and decide again what it said: until then no partition is "
        "built, so that nothing withdrawn comes back",
    ),
    "report_damaged": Kind(
        "a report of what the expectations found cannot be read",
        f"{_COPY}, or remove it: no row depends on it",
    ),
    "stray": Kind("nothing of ours has such a name", "look whose it is; nothing moves or removes it but you"),
}
"""Every kind by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    kind: str
    """One of `KINDS`."""
    object: str
    """The object that is not as it should be, or the room where it is not known which one."""
    detail: str = ""
    capture_id: str = ""
    """The capture that it is about, if any."""
    period: str = ""
    """The period that it is about, if any."""

    @property
    def remedy(self) -> str:
        """What to do."""
        return KINDS[self.kind].remedy
