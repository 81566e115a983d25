"""From the inbox to published parquet through the command line: documents per second, memory, stages.

`python -m benchmarks.throughput [--documents N]`. Starts an S3 server of its own in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.corpus import CORPUS, lines
from pipeline.embedded.processes import Children
from pipeline.embedded.s3 import start_s3
from pipeline.lake import Lake
from pipeline.settings import MIB, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Run:
    """A whole process."""

    wall: float
    cpu: float
    peak_mib: float
    output: bytes


def measure(command: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end; the operating system's own accounting of it."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, env=os.environ | (env or {}))
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        output.seek(0)
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.read())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    count = parser.parse_args().documents
    console = Console()
    with tempfile.TemporaryDirectory() as folder, Children(Path(folder) / "logs") as children:
        corpus = Path(folder) / "articles.jsonl"
        with corpus.open("wb") as file:
            file.writelines(lines(count))
        s3 = start_s3(
            children, Path(folder) / "lake", access_key="benchmark-key", secret_key="benchmark-secret"
        )
        env = s3.env("bench")
        os.environ.update(env)
        lake = Lake(Settings.from_env())
        lake.create_bucket()
        with corpus.open("rb") as file:
            lake.put_file("inbox/articles.jsonl", file, corpus.stat().st_size)
        ours = measure([str(BIN / "dagspress"), "ingest", "--publish", "--json"], env)
        floor = measure([sys.executable, "-m", "benchmarks.floor", str(corpus), f"{folder}/floor.parquet"])
        megabytes = corpus.stat().st_size / MIB
    result = orjson.loads(ours.output)
    totals = {
        name: sum(p["summary"][name] for p in result["published"])
        for name in ("in", "published", "duplicates", "superseded", "quarantined", "rejected")
    }
    assert totals["in"] == count == sum(totals.values()) - totals["in"], totals

    where = CORPUS.name if CORPUS.exists() else "made-up articles"
    table = Table(title=f"{count} documents ({megabytes:.0f} MiB, {where}), inbox to published")
    for column in ("", "docs/s", "docs/CPU-s", "wall s", "peak MiB"):
        table.add_column(column, justify="right" if column else "left")
    for name, run in (("dagspress ingest --publish", ours), ("floor: ftfy + pycld2 + pyarrow", floor)):
        table.add_row(
            name,
            f"{count / run.wall:.0f}",
            f"{count / run.cpu:.0f}",
            f"{run.wall:.1f}",
            f"{run.peak_mib:.0f}",
        )
    table.add_row("ratio", f"{floor.wall / ours.wall:.2f}", f"{floor.cpu / ours.cpu:.2f}", "", "")
    console.print(table)
    stages = Table(title="where the time goes")
    for column in ("stage", "seconds", "docs/s"):
        stages.add_column(column, justify="left" if column == "stage" else "right")
    booked = result["seconds"]
    for stage, seconds in booked.items():
        stages.add_row(stage, f"{seconds:.2f}", f"{count / seconds:.0f}")
    stages.add_row("start and end", f"{ours.wall - sum(booked.values()):.2f}", "")
    console.print(stages)
    console.print(f"{len(result['published'])} periods; {totals}")


if __name__ == "__main__":
    main()
