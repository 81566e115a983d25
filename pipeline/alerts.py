"""Alerts: what went wrong, where, why and what to do; and which of it somebody muted.

How they reach a person is the caller's business.

An alert holds no text of articles and no secrets: it is made of our own sentences.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.lake import stopped_name
from pipeline.mutes import ALL, ended, forget, hold_back, read_mutes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.lake import Lake
    from pipeline.mutes import Mute

log = logging.getLogger(__name__)

MOST_REASONS: Final = 20
"""Reasons told one by one; the rest are counted."""

MOST_CHARACTERS: Final = 600
"""Of a sentence."""

LONGEST_TITLE: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One of several things that an alert is about, which may be muted alone."""

    subject: str
    """`source:NAME` or an expectation."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a person is told."""

    what: str
    """In a sentence, of one line."""
    subjects: tuple[str, ...] = ()
    """What it may be muted by, as a whole: the DAG and its task."""
    reasons: tuple[Reason, ...] = ()
    todo: str = ""
    link: str = ""
    withheld: tuple[str, ...] = field(default=())
    """What else there is that somebody muted, in sentences."""

    def title(self) -> str:
        """One line, for a subject."""
        return f"Dagspress: {sentence(self.what, LONGEST_TITLE)}"

    def body(self) -> str:
        """All of it, as plain text."""
        reasons = [f"- {sentence(reason.sentence)}" for reason in self.reasons[:MOST_REASONS]]
        if len(self.reasons) > MOST_REASONS:
            reasons.append(f"- and {len(self.reasons) - MOST_REASONS} more")
        parts = [
            sentence(self.what),
            "\n".join(reasons),
            "\n".join(self.withheld),
            f"What to do: {self.todo}" if self.todo else "",
            f"The run: {self.link}" if self.link else "",
            f'Not now? dagspress mute {self.narrowest} --for 3d --why "..."' if self.subjects else "",
        ]
        return "\n\n".join(part for part in parts if part)

    @property
    def narrowest(self) -> str:
        """The subject that mutes this and the least else."""
        return self.reasons[0].subject if len(self.reasons) == 1 else self.subjects[-1]

    def as_json(self) -> dict[str, Any]:
        """Plain values, for a webhook: `text` is what chat programs show, the rest is for scripts."""
        return {
            "text": chat(f"Dagspress: {self.body()}"),
            "what": sentence(self.what),
            "subjects": list(self.subjects),
            "reasons": [{"subject": r.subject, "sentence": sentence(r.sentence)} for r in self.reasons],
            "todo": self.todo,
            "link": self.link,
        }


def sentence(text: str, most: int = MOST_CHARACTERS) -> str:
    """Words from anywhere as one line of bounded length, without control characters.

    >>> sentence("cut off\\n\\tby  the\\x00 server")
    'cut off by the server'
    """
    words = " ".join(re.sub(r"[^\S ]|[\x00-\x1f\x7f-\x9f]", " ", text).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def chat(text: str) -> str:
    """Text that chat programs take for nothing but text: no mention, no link under another's name.

    >>> chat("<!channel> 5 > 4 & so on")
    '&lt;!channel&gt; 5 &gt; 4 &amp; so on'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sift(alert: Alert, mutes: Sequence[Mute]) -> tuple[Alert | None, list[Mute]]:
    """What is left of an alert under some mutes that hold, and which of them held something back."""
    by_subject = {mute.subject: mute for mute in mutes}
    for subject in (ALL, *alert.subjects):
        if subject in by_subject:
            return None, [by_subject[subject]]
    used = {r.subject: by_subject[r.subject] for r in alert.reasons if r.subject in by_subject}
    left = tuple(reason for reason in alert.reasons if reason.subject not in used)
    if used and not left:
        return None, list(used.values())
    withheld = tuple(
        f"{mute.subject} is muted until {mute.until[:16].replace('T', ' ')} UTC by {mute.by}: "
        f"{sentence(mute.why)}"
        for mute in used.values()
    )
    return replace(alert, reasons=left, withheld=withheld), list(used.values())


def tell(lake: Lake, alert: Alert | None, send: Callable[[Alert], None], *, now: dt.datetime) -> bool:
    """Send what is not muted of an alert, and the end of every mute that is over; gives whether it was sent.

    A mute is forgotten after its end was told: who fails in between tells it again. Raises LakeError, and
    whatever `send` raises.
    """
    standing = read_mutes(lake)
    for over in ended(standing, now):
        if over.alerts:
            send(Alert(what=f"A mute has ended. {over.sentence()}"))
        log.info("A mute has ended. %s", over.sentence())
        forget(lake, over.mute)
    if alert is None:
        return False
    left, used = sift(alert, [each.mute for each in standing if each.mute.holds(now)])
    for mute in used:
        hold_back(lake, mute, alert.what)
        log.info("Muted until %s by %s: %s", mute.until[:16].replace("T", " "), mute.by, mute.why)
    if left is not None:
        send(left)
    return left is not None


def gate_reasons(lake: Lake, period: str) -> list[Reason]:
    """Why the gate of a period is shut; nothing where it is open. Raises LakeError."""
    data = lake.find(stopped_name(period))
    if data is None:
        return []
    expectations = orjson.loads(data)["partition"]["expectations"]
    return [Reason(subject=e["name"], sentence=e["reason"]) for e in expectations if not e["success"]]


def source_reasons(troubles: Iterable[tuple[str, str]]) -> list[Reason]:
    """What is wrong with some sources, by their names."""
    return [Reason(subject=f"source:{name}", sentence=said) for name, said in troubles]
