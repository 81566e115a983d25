"""A text as it was written beside what became of it, by paragraphs, with the rule of every change."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pipeline.report.edits import edits
from pipeline.report.words import printable, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LINE_ENDS: Final = re.compile(r"(?<=\n)(?=[^\n])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a text before and after: the same, or changed by these rules."""

    before: str
    after: str
    rules: tuple[str, ...] = ()
    """In the order in which they changed it; empty where only outer white space was trimmed."""

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is shown on one side: what cannot be seen is written as escapes."""

    text: str
    changed: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A paragraph on both sides; one of them may be empty."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it differs."""
        return any(piece.changed for piece in (*self.before, *self.after))

    @property
    def rules(self) -> list[str]:
        """Those that changed it."""
        return list(dict.fromkeys(rule for piece in (*self.before, *self.after) for rule in piece.rules))


def traced(original: str, steps: Iterable[tuple[str, str]], final: str) -> list[Part]:
    """The pieces of a text that rules changed one after the other; `steps`: each rule, and the text after it.

    Put together, what they were gives `original`, and what they are gives `final`. White space that was
    trimmed between two steps has no rule.
    """
    parts = [Part(before=original, after=original)] if original else []
    text = original
    for rule, after in (*steps, ("", final)):
        parts = _edited(parts, text, after, rule)
        text = after
    return parts


def _edited(parts: Sequence[Part], text: str, after: str, rule: str) -> list[Part]:
    """The parts, whose text is `text`, once it is `after`; from the end, so that places before stay valid."""
    left, done, end = list(parts), list[Part](), len(text)
    for edit in reversed(edits(text, after)):
        while left and end - len(left[-1].after) >= edit.end:
            done.append(left.pop())
            end -= len(done[-1].after)
        changed = Part(before="", after=after[edit.new_start : edit.new_end], rules=(rule,) if rule else ())
        if left and end > edit.end:
            part = left.pop()
            at = len(part.after) - (end - edit.end)
            kept, rest = part.after[:at], part.after[at:]
            if part.changed:
                left.append(replace(part, after=kept))
                changed = _joined(replace(part, before=""), replace(changed, after=changed.after + rest), "")
            else:
                left.append(Part(before=kept, after=kept))
                done.append(Part(before=rest, after=rest))
            end = edit.end
        while end > edit.start:
            part = left.pop()
            at = edit.start - (end - len(part.after))
            if at > 0 and not part.changed:
                left.append(Part(before=part.after[:at], after=part.after[:at]))
                part = Part(before=part.after[at:], after=part.after[at:])
            end -= len(part.after)
            changed = _joined(part, changed, part.after[: max(at, 0)] if part.changed else "")
        left.append(changed)
        end += len(changed.after)
    return [*left, *reversed(done)]


def _joined(part: Part, changed: Part, kept: str) -> Part:
    rules = tuple(dict.fromkeys((*part.rules, *changed.rules)))
    return Part(before=part.before + changed.before, after=kept + changed.after, rules=rules)


def rows(parts: Iterable[Part]) -> list[Row]:
    """The parts as paragraphs beside each other: a row ends where a line ends on both sides."""
    found: list[Row] = []
    before: list[Part] = []
    for part in _lines(parts):
        before.append(part)
        if _at_line_end(p.before for p in before) and _at_line_end(p.after for p in before):
            found.append(_row(before))
            before = []
    return [*found, _row(before)] if before else found


def _lines(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts, those that are the same line by line."""
    for part in parts:
        if part.changed:
            yield part
        else:
            yield from (Part(before=line, after=line) for line in _LINE_ENDS.split(part.before) if line)


def _at_line_end(texts: Iterable[str]) -> bool:
    """Whether the last of some texts that is not empty ends its line."""
    last = ""
    for text in texts:
        last = text or last
    return not last or last.endswith("\n")


def _row(parts: Sequence[Part]) -> Row:
    return Row(
        before=tuple(_piece(part, part.before) for part in parts if part.before),
        after=tuple(_piece(part, part.after) for part in parts if part.after),
    )


def _piece(part: Part, text: str) -> Piece:
    if not part.changed:
        return Piece(text=printable(text))
    lines = (visible(line) for line in text.split("\n"))
    return Piece(
        text="\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}\n".join(lines), changed=True, rules=part.rules
    )
