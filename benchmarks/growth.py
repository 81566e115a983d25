"""Speed and memory as the documents become more: 20,000 to a million, on all cores.

The memory of ours must not grow with them: at a million it may be 1.3 times that at 100,000, and 1.5 GB.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks import page
from benchmarks.chains import CHAINS, Corpus
from benchmarks.page import FLOOR, OURS

if TYPE_CHECKING:
    from rich.console import Console

SIZES: Final = (20_000, 100_000, 200_000, 1_000_000)
CORES: Final = 2
MOST_MIB: Final = 1430
"""1.5 GB."""
MOST_GROWTH: Final = 1.3


def run(console: Console, *, record: bool) -> None:
    """Measure, print; ends with 1 when the memory grows."""
    rows: list[dict[str, Any]] = []
    for count in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            documents = Corpus.write(Path(folder) / "documents", count)
            for chain in (OURS, FLOOR):
                outcome = CHAINS[chain](documents, CORES)
                rows.append(
                    {
                        "chain": chain,
                        "documents": count,
                        "seconds": round(outcome.run.wall, 1),
                        "peak_mib": round(outcome.run.peak_mib),
                    }
                )
                console.print(rows[-1], highlight=False)
    console.print(page.shown(f"growth on {CORES} cores, whole processes", page.growth(rows)))
    if record:
        page.record(growth=rows)
    peaks = {row["documents"]: row["peak_mib"] for row in rows if row["chain"] == OURS}
    if peaks[SIZES[-1]] > min(MOST_MIB, MOST_GROWTH * peaks[100_000]):
        console.print(f"Memory grows with the documents: {peaks} MiB.", style="bold red")
        sys.exit(1)
