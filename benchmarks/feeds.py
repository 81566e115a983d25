"""How well feeds are read: agreement with what the tests of two other readers expect, beside feedparser.

`python -m benchmarks.feeds [--data DIR]`. Only fields that the expectations have are compared, item by item
in the feed's order: times as instants, texts without markup. Ends with 1 when agreement is below the floor
in `floors_feeds.toml`, or the corpus is another than the one that floor was measured on.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import html
import io
import re
import sys
import time
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import feedparser
import orjson
from rich.console import Console
from rich.table import Table

from pipeline.filters.feeds import feed_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA: Final = Path(__file__).resolve().parents[2] / "shared" / "data"
FLOORS: Final = Path(__file__).with_name("floors_feeds.toml")


@dataclass(slots=True)
class Score:
    """How many of the expected values agree, by field."""

    right: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    seconds: float = 0.0

    def add(self, name: str, *, agrees: bool) -> None:
        """Count one value."""
        self.all[name] += 1
        self.right[name] += agrees

    @property
    def agreement(self) -> float:
        """The share of all values."""
        return self.right.total() / max(1, self.all.total())


def text(value: str | None) -> str:
    """A text without markup, references and spacing."""
    unescaped = html.unescape(re.sub(r"<[^>]+>", " ", html.unescape(value or "")))
    return " ".join(unicodedata.normalize("NFC", unescaped).split())


def instant(value: str | None) -> dt.datetime | None:
    """A time as an instant, of UTC where it has no offset."""
    try:
        at = dt.datetime.fromisoformat(re.sub(r"\.[0-9]+", "", (value or "").replace("Z", "+00:00")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def agree(name: str, expected: Any, got: Any) -> bool:
    """Whether two values of a field say the same."""
    if name in {"published", "updated"}:
        return instant(expected) is not None and instant(expected) == instant(got)
    if name in {"authors", "tags"}:
        return {text(value) for value in expected} == {text(value) for value in got or ()}
    if name in {"id", "link"}:
        return (expected or "").strip() == (got or "").strip()
    if name == "encoding":
        return (expected or "").lower().replace("_", "-") == (got or "").lower().replace("_", "-")
    return text(expected) == text(got)


def compare(score: Score, expected: dict[str, Any], got: dict[str, Any]) -> None:
    """Count what agrees in one feed."""
    score.errors += "error" in got
    items = got.get("items") or []
    for name in ("title", "language"):
        if name in expected:
            score.add(f"feed {name}", agrees=agree(name, expected[name], got.get(name)))
    if "n_items" in expected:
        score.add("item count", agrees=expected["n_items"] == len(items))
    for number, item in enumerate(expected.get("items") or ()):
        found = items[number] if number < len(items) else {}
        for name, value in item.items():
            score.add(name, agrees=agree(name, value, found.get(name)))
    for key, value in expected.get("checks") or ():
        name = key.removeprefix("feed.")
        owner = got if key in {"feed.title", "encoding"} else (items[0] if items else {})
        score.add(key, agrees=agree(name, value, owner.get(name)))


def ours(folder: Path) -> Iterator[dict[str, Any]]:
    """What `dagspress feed` says."""
    with (folder / "inputs.jsonl").open("rb") as lines:
        yield from map(orjson.loads, feed_lines(lines, folder))


def peer(folder: Path) -> Iterator[dict[str, Any]]:
    """What feedparser says by itself."""
    for line in (folder / "inputs.jsonl").read_bytes().splitlines():
        row = orjson.loads(line)
        feed = feedparser.parse(io.BytesIO((folder / row["path"]).read_bytes()))
        yield {
            "id": row["id"],
            "title": feed.feed.get("title"),
            "language": feed.feed.get("language"),
            "encoding": feed.get("encoding"),
            "items": [_peers_item(entry) for entry in feed.entries],
        }


def _peers_item(entry: Any) -> dict[str, Any]:
    def at(name: str) -> str | None:
        parsed = dict.get(entry, name)
        return None if parsed is None else dt.datetime(*parsed[:6], tzinfo=dt.UTC).isoformat()

    return {
        **{name: entry.get(name) for name in ("id", "title", "link", "author", "summary")},
        "published": at("published_parsed"),
        "updated": at("updated_parsed"),
        "authors": [a.get("name") or a.get("email") for a in entry.get("authors") or () if a],
        "content": (entry.get("content") or [{}])[0].get("value"),
        "tags": [tag.get("term") or tag.get("label") for tag in entry.get("tags") or ()],
    }


def measure(folder: Path, read: Callable[[Path], Iterator[dict[str, Any]]]) -> Score:
    """Read all feeds of a set and compare them."""
    score = Score()
    start = time.process_time()
    got = {row.get("id"): row for row in read(folder)}
    score.seconds = time.process_time() - start
    for line in (folder / "gold.jsonl").read_bytes().splitlines():
        expected = orjson.loads(line)
        compare(score, expected, got.get(expected["id"], {"error": "absent"}))
    return score


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of all files of a set."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()


def main() -> int:
    """Measure, print, and compare with the floors; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds feeds/")
    data: Path = parser.parse_args().data / "feeds"
    console = Console()
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    if not all((data / name / "gold.jsonl").is_file() for name in floors):
        console.print(f"No feeds to measure with in {data}: nothing was measured. Say where with --data.")
        return 0
    wrong = []
    for name, floor in floors.items():
        scores = {"dagspress feed": measure(data / name, ours), "feedparser": measure(data / name, peer)}
        table = Table(title=f"{name}: expected values that agree")
        table.add_column("field")
        for reader in scores:
            table.add_column(reader, justify="right")
        for kind in sorted(scores["dagspress feed"].all):
            cells = (f"{s.right[kind]} / {s.all[kind]}" for s in scores.values())
            table.add_row(kind, *cells)
        table.add_section()
        table.add_row("all", *(f"{s.right.total()} / {s.all.total()}" for s in scores.values()))
        table.add_row("agreement", *(f"{s.agreement:.4f}" for s in scores.values()))
        table.add_row("floor", f"{floor['agreement']:.4f}", "")
        table.add_row("errors", *(str(s.errors) for s in scores.values()))
        table.add_row("CPU seconds", *(f"{s.seconds:.2f}" for s in scores.values()))
        console.print(table)
        if (found := digest(data / name)) != floor["digest"]:
            wrong.append(f"{name}: the corpus has changed (its digest is now {found}).")
        if scores["dagspress feed"].agreement < floor["agreement"]:
            wrong.append(
                f"{name}: agreement {scores['dagspress feed'].agreement:.4f} is below {floor['agreement']}."
            )
    for sentence in wrong:
        console.print(sentence, style="bold red", soft_wrap=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
