"""From one file of documents to published parquet: speed and memory beside other chains, on the same cores.

`python -m benchmarks.throughput [--documents N] [--cores N] [--peers] [--chain NAME] [--growth] [--record]`.
The floor is the best libraries in one plain loop; `--peers` adds datatrove. `--growth` lets the number of
documents grow to a million instead. `--record` keeps the figures in `results.json`, from which
`benchmarks.page` writes `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from benchmarks import corpus, page
from benchmarks.chains import CHAINS, Corpus
from benchmarks.page import DATATROVE, OURS
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.chains import Outcome

WIDTH: Final = 110
FEW: Final = 20
"""Documents for each core that starting up is measured with: next to none, and not all of them junk."""
QUIET: Final = 0.05
"""Share of the time of the cores that others may have used; more, and the figures say little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A chain on some cores: the documents, and the same command on next to none."""

    chain: str
    cores: int
    documents: int
    whole: Outcome
    start: Outcome

    def figures(self) -> dict[str, Any]:
        """Plain numbers. `start`: reading programs and preparing, as far as it takes longer than nothing."""
        run, start = self.whole.run, self.start.run
        server = (self.whole.server_cpu or 0) - (self.start.server_cpu or 0)
        return {
            "chain": self.chain,
            "cores": self.cores,
            "documents": self.documents,
            "seconds": round(run.wall, 2),
            "cpu_seconds": round(run.cpu, 2),
            "server_cpu_seconds": round(server, 2) if self.whole.server_cpu is not None else None,
            "start_seconds": round(start.wall, 2),
            "start_cpu_seconds": round(start.cpu, 2),
            "others_cpu_seconds": round(run.machine - run.cpu - (self.whole.server_cpu or 0), 2),
            "peak_mib": round(run.peak_mib),
            "stages": {stage: round(spent, 2) for stage, spent in self.whole.seconds.items()},
            "counts": self.whole.counts,
        }


def measure_all(folder: Path, count: int, cores: list[int], chains: list[str]) -> Iterator[dict[str, Any]]:
    """Every chain on every number of cores, one after another."""
    documents = Corpus.write(folder / "documents", count)
    for number in cores:
        few = Corpus.write(folder / f"few-{number}", FEW * number)
        for chain in chains:
            whole, start = CHAINS[chain](documents, number), CHAINS[chain](few, number)
            yield Measured(chain=chain, cores=number, documents=count, whole=whole, start=start).figures()


def main() -> None:
    """Measure, print, and keep the figures where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--cores", type=int, action="append")
    parser.add_argument("--chain", action="append", choices=[*CHAINS], help="these alone")
    parser.add_argument("--peers", action="store_true", help="datatrove as well (minutes)")
    parser.add_argument("--growth", action="store_true", help="20,000 to 1,000,000 documents")
    parser.add_argument("--record", action="store_true", help="keep the figures in results.json")
    options = parser.parse_args()
    console = Console(width=max(WIDTH, Console().width))
    if options.growth:
        from benchmarks import growth

        growth.run(console, record=options.record)
        return
    chains = options.chain or [c for c in CHAINS if options.peers or not c.startswith(DATATROVE)]
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measure_all(Path(folder), options.documents, options.cores or [1, 2], chains))
        megabytes = (Path(folder) / "documents" / "articles.jsonl").stat().st_size / MIB
    console.print(f"{options.documents:,} documents ({megabytes:.0f} MiB, {corpus.name()})")
    console.print(
        page.shown("whole processes; memory is the sum of PSS", page.speeds(rows, start=True)),
        page.shown("from captured file to published: without starting", page.speeds(rows, start=False)),
        page.shown("where the time goes", page.stages(rows)),
    )
    for row in rows:
        server = f"; S3 server: {row['server_cpu_seconds']} CPU seconds" if row["chain"] == OURS else ""
        console.print(f"{row['chain']}, {row['cores']}: {row['counts']}{server}", highlight=False)
        others = row["others_cpu_seconds"] / row["seconds"]
        if others > QUIET * row["cores"]:
            said = (
                f"Others used {others:.2f} cores while {row['chain']} ran on {row['cores']}: measure again."
            )
            console.print(said, style="yellow")
    if options.record:
        page.record(throughput=rows)


if __name__ == "__main__":
    main()
