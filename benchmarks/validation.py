"""What validation costs of a partition's rebuild: one period with many rows, against an S3 server of its own.

`python -m benchmarks.validation [--documents N] [--record]`. Ends with 1 where it is more than a tenth. The
same day of the week stands published for eight weeks before, so that the gate compares with them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from rich.console import Console

from benchmarks import corpus, page
from pipeline import flow
from pipeline.embedded.processes import Children
from pipeline.embedded.s3 import lake_env, start_s3
from pipeline.lake import Lake
from pipeline.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DAY: Final = dt.date(2024, 5, 6)
WEEKS: Final = 8
A_WEEK: Final = 200
"""Articles of each day before."""
MOST_SHARE: Final = 0.1


def measure(lake: Lake, folder: Path, count: int) -> dict[str, Any]:
    """Stage the documents as of one day, publish it, and tell the seconds of each stage of its rebuild."""
    documents = [orjson.loads(line) for line in corpus.lines(count + WEEKS * A_WEEK)]
    before = [DAY - dt.timedelta(days=7 * week) for week in range(WEEKS, 0, -1)]
    for number, day in enumerate(before):
        _load(lake, folder / f"{day}.jsonl", documents[number * A_WEEK :][:A_WEEK], day)
    flow.publish(lake, [day.isoformat() for day in before])
    _load(lake, folder / "day.jsonl", documents[-count:], DAY)
    watch = Stopwatch()
    found = {p.period: p for p in flow.publish(lake, [DAY.isoformat()], watch=watch)}
    publication = found[DAY.isoformat()]
    total = sum(watch.seconds.values())
    return {
        "documents": count,
        "state": publication.state,
        "counts": {name: publication.summary[name] for name in ("in", "published", "duplicates")},
        "seconds": {stage: round(seconds, 2) for stage, seconds in watch.seconds.items()},
        "share": round(watch.seconds["validate"] / total, 4),
    }


def _load(lake: Lake, path: Path, documents: Iterable[dict[str, Any]], day: dt.date) -> None:
    with path.open("wb") as file:
        file.writelines(_of_day(documents, day))
    captured = dt.datetime.combine(day, dt.time(23), dt.UTC)
    flow.load_path(lake, path, source="corpus", clock=lambda: captured)


def _of_day(documents: Iterable[dict[str, Any]], day: dt.date) -> Iterator[bytes]:
    for number, document in enumerate(documents):
        kept = {name: document[name] for name in document if name not in ("published_at", "url", "id")}
        yield orjson.dumps(kept | {"id": f"{day}/{number}", "date": day.isoformat()}) + b"\n"


def main() -> None:
    """Measure, print, and keep the figures where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--record", action="store_true", help="keep the figures in results.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Children(Path(name) / "logs") as children:
        server = start_s3(children, Path(name) / "lake", access_key="benchmark", secret_key="benchmark-key")
        os.environ |= lake_env(
            server.endpoint, "bench", access_key=server.access_key, secret_key=server.secret_key
        )
        # the gate compares, and lets it pass: a day of so many articles is not usual
        os.environ["DAGSPRESS_THRESHOLDS"] = str(Path(name) / "thresholds.yaml")
        Path(name, "thresholds.yaml").write_text("source: {max_volume: 1000000}")
        lake = Lake.from_env()
        lake.create_bucket()
        found = measure(lake, Path(name), options.documents)
    Console().print(found)
    if options.record:
        page.record(validation=[found])
    if found["share"] > MOST_SHARE:
        sys.exit(1)


if __name__ == "__main__":
    main()
