"""Quality and speed of reading news pages, beside trafilatura: the floors in `floors.toml` are a gate.

`python -m benchmarks.pages [--data DIR] [--no-peer]`. The pages are no part of the project: without them it
says so and ends well. It ends with 1 when a score is below its floor, or when the pages are not those that
the floors were measured on.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.floors import below
from pipeline.extract.page import decode
from pipeline.filters import extract_lines

if TYPE_CHECKING:
    from types import ModuleType

REPOSITORY = Path(__file__).resolve().parents[1]
DATA = REPOSITORY.parent / "shared" / "data"
FLOORS = Path(__file__).with_name("floors.toml")
SETS = ("fundus_dev", "aeb")
COLUMNS = {
    "text_token_f1": "text",
    "text_shingle4_f1": "shingles",
    "title_exact": "title",
    "date_day": "day",
    "instant_within_60s": "instant",
    "author_set_exact": "authors",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One engine over one set of pages: its predictions by id, the scorer's numbers, CPU seconds."""

    engine: str
    pages: int
    scores: dict[str, float]
    seconds: float


def main() -> None:
    """Measure, print, compare with the floors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds `pages`")
    parser.add_argument("--no-peer", action="store_true", help="only ours; speed is not compared")
    arguments = parser.parse_args()
    console = Console()
    pages, scorer = arguments.data / "pages", arguments.data.parent / "scoring" / "score_pages.py"
    if not pages.is_dir() or not scorer.is_file():
        missing = f"There are no pages in {pages} with a scorer in {scorer}: nothing to measure."
        console.print(missing, highlight=False, soft_wrap=True)
        return
    score = _module(scorer)
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    wrong: list[str] = []
    seconds: dict[str, float] = {}
    count = 0
    for name in SETS:
        folder = pages / name
        runs = [_ours(folder, score)] + ([] if arguments.no_peer else [_peer(folder, score)])
        count += runs[0].pages
        shown = {key: column for key, column in COLUMNS.items() if key in runs[0].scores}
        table = Table(title=f"{name}: {runs[0].pages} pages, all fields, one process, CPU seconds")
        for column in ("", *shown.values(), "pages/s"):
            table.add_column(column, justify="right" if column else "left")
        for run in runs:
            seconds[run.engine] = seconds.get(run.engine, 0.0) + run.seconds
            cells = (f"{run.scores.get(key, 0.0):.3f}" for key in shown)
            table.add_row(run.engine, *cells, f"{run.pages / run.seconds:.1f}")
        console.print(table)
        wrong += [f"{name}: {why}" for why in below(runs[0].scores, floors[name], digest(folder))]
    if not arguments.no_peer:
        ours, peer = (count / spent for spent in seconds.values())
        console.print(f"{ours:.1f} pages/CPU-s to {peer:.1f}: {ours / peer:.2f} times")
        if ours / peer < floors["speed"]["ratio"]:
            wrong.append(f"speed: {ours / peer:.2f} times the peer's, floor {floors['speed']['ratio']}")
    for line in wrong:
        console.print(f"[red]Below the floor:[/red] {line}", highlight=False, soft_wrap=True)
    sys.exit(1 if wrong else 0)


def digest(folder: Path) -> str:
    """Of a set: its inputs, its expected answers and every page, in the order of the inputs."""
    whole = hashlib.sha256()
    for name in ("inputs.jsonl", "gold.jsonl"):
        whole.update((folder / name).read_bytes())
    for row in _rows(folder / "inputs.jsonl"):
        whole.update((folder / row["html"]).read_bytes())
    return whole.hexdigest()


def _ours(folder: Path, score: ModuleType) -> Run:
    start = time.process_time()
    with (folder / "inputs.jsonl").open("rb") as lines:
        out = list(extract_lines(lines, folder))
    return _scored(
        "dagspress", folder, score, [orjson.loads(line) for line in out], time.process_time() - start
    )


def _peer(folder: Path, score: ModuleType) -> Run:
    """Trafilatura in its standard mode; given the text, so that files and charsets cost it nothing."""
    import trafilatura

    pages = []
    for row in _rows(folder / "inputs.jsonl"):
        data = (folder / row["html"]).read_bytes()
        text, _ = decode(gzip.decompress(data) if row.get("gz") else data, charset=row.get("charset"))
        pages.append((row, text))
    out = []
    start = time.process_time()
    for row, text in pages:
        document = trafilatura.bare_extraction(text, url=row["url"], with_metadata=True)
        found = document.as_dict() if document is not None else {}
        authors = [name.strip() for name in (found.get("author") or "").split(";") if name.strip()]
        out.append(
            {
                "id": row["id"],
                "title": found.get("title"),
                "authors": authors,
                "published": found.get("date"),
                "text": found.get("text"),
            }
        )
    return _scored(f"trafilatura {trafilatura.__version__}", folder, score, out, time.process_time() - start)


def _scored(
    engine: str, folder: Path, score: ModuleType, predictions: list[dict[str, Any]], seconds: float
) -> Run:
    scores, _ = score.score(_rows(folder / "gold.jsonl"), {row["id"]: row for row in predictions})
    return Run(engine, len(predictions), scores, seconds)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
