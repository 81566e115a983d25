"""The small parts of what a person reads on a terminal: safe text, tables, counts."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType


def visible(text: str) -> str:
    """Text with everything that cannot be seen, also line ends, written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def printable(text: str) -> str:
    """Text that a terminal can be given: line ends and spaces of any kind stay, all else is escaped."""
    return "".join(
        c if c.isprintable() or c == "\n" or unicodedata.category(c) == "Zs" else visible(c) for c in text
    )


def safe(text: str, style: str = "") -> Text:
    """Text from anywhere as rich shows it: never as markup, never as control characters."""
    return Text(printable(text), style)


def short(text: str, width: int = 60) -> str:
    """The beginning of a text, on one line."""
    text = visible(" ".join(text.split()))
    return text if len(text) <= width else text[: width - 1] + "…"


def own_name(name: str, width: int = 40) -> str:
    """A file's own name without its folders; a long one without its middle."""
    name = visible(name.rsplit("/", 1)[-1])
    return name if len(name) <= width else f"{name[: width - 16]}…{name[-15:]}"


def dropped_as(capture: str) -> tuple[str, str]:
    """The name of the dropped file, and where in it.

    >>> dropped_as("captures/source=x/date=2024-01-01/0123-a.jsonl#@10+5")
    ('a.jsonl', 'bytes 10 to 14')
    >>> dropped_as("captures/source=x/date=2024-01-01/0123-b.zip#c.json@item 2")
    ('b.zip', 'c.json, item 2')
    """
    name, _, at = capture.partition("#")
    member, _, position = at.rpartition("@") if "@" in at else (at, "", "")
    if match := re.fullmatch(r"(\d+)\+(\d+)", position):
        first, length = int(match[1]), int(match[2])
        position = f"bytes {first} to {first + max(length, 1) - 1}"
    stored = name.rsplit("/", 1)[-1]
    return own_name(stored.partition("-")[2] or stored), ", ".join(
        part for part in (member, position) if part
    )


def listed(names: Sequence[str], most: int = 6) -> str:
    """The first of some names and how many more there are."""
    return " ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def table(
    columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], *, footer: Sequence[str] = ()
) -> RenderableType:
    """Rows under a thin line; columns that are empty throughout are left out.

    A column is `(heading, kind and style)`: a `number` or a `key` is never broken, a `path` only where it
    must be, a `text` between words.
    """
    kept = [i for i in range(len(columns)) if any(row[i] not in {"", "·"} for row in rows)]
    crowded = len(kept) > 7
    grid = Table(
        box=box.SIMPLE,
        show_edge=False,
        padding=(0, 0 if crowded else 1, 0, 0),
        show_footer=bool(footer),
        header_style="bold",
        footer_style="bold",
    )
    for i in kept:
        heading, (kind, *style) = columns[i][0], columns[i][1].split()
        grid.add_column(
            heading,
            footer=footer[i] if footer else "",
            justify="right" if kind == "number" else "left",
            style=" ".join(style),
            no_wrap=kind != "text",
            overflow="fold",
        )
    for row in rows:
        grid.add_row(*(safe(row[i]) for i in kept))
    return grid


def pairs(values: Mapping[str, Any]) -> RenderableType:
    """Names and their values, a line each; empty ones are left out."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, value in values.items():
        if value in ("", None):
            continue
        table.add_row(safe(name), safe(short(_plain(value), 200)))
    return table


def heading(text: str) -> Text:
    """The line above a part."""
    return Text(f"\n{printable(text)}", "bold")


def many(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
