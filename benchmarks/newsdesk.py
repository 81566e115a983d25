"""How long the newsdesk's pages take to come, over an archive of very many periods.

`python -m benchmarks.newsdesk [--periods N] [--lake FOLDER]`. Airflow's API server with the newsdesk runs as
one process over an archive that is made first, through the whole pipeline (some minutes; `--lake`
keeps it in a folder, to be used again). Of each page: the first time it is asked for, the median of the times
that follow, and the processor seconds of server and store for one of these.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import desk_lake
from benchmarks.processes import cpu_seconds
from pipeline.embedded.processes import Children
from pipeline.embedded.s3 import start_s3
from pipeline.flow.overview import read_overview
from pipeline.lake import Lake
from tests.integration.desk_server import start

if TYPE_CHECKING:
    from tests.integration.desk_server import Desk

BUCKET: Final = "newsdesk"
KEYS: Final[dict[str, str]] = {"access_key": "dagspress-bench", "secret_key": "only-on-loopback"}
TIMES: Final = 7


def measure(desk: Desk, path: str) -> tuple[float, float, float]:
    """Seconds of the first answer, the median of those after it, and processor seconds of one of these."""
    desk.token("admin")
    walls: list[float] = []
    busy = 0.0
    for number in range(TIMES + 1):
        if number == 1:
            busy = processors()
        began = time.perf_counter()
        desk.page(path)
        walls.append(time.perf_counter() - began)
    spent = (processors() - busy) / TIMES
    return walls[0], statistics.median(walls[1:]), spent


def processors() -> float:
    """Seconds that the server and the store have used so far."""
    return sum(cpu_seconds(child.pid) for child in psutil.Process().children(recursive=True))


def paths(lake: Lake) -> dict[str, str]:
    """The pages, by what they are called."""
    overview = read_overview(lake)
    days = [period for period, line in overview.items() if len(period) == 10 and line.counts["published"]]
    return {
        "archive": "/newsdesk/",
        "archive, another year": f"/newsdesk/?year={days[len(days) // 2][:4]}",
        "period": f"/newsdesk/periods/{days[-1]}",
        "quarantine": "/newsdesk/quarantine",
        "quarantine, by words": "/newsdesk/quarantine?text=skole",
        "rejected": "/newsdesk/rejected",
        "sources": "/newsdesk/sources",
        "source": f"/newsdesk/sources/{desk_lake.PAPERS[0].name}",
    }


def main() -> None:
    """Make the archive, ask for the pages, print how long they took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--periods", type=int, default=10_000)
    parser.add_argument("--lake", type=Path, help="keep the archive here, and use what is here")
    options = parser.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept: Path = options.lake or folder / "lake"
        catalogue = folder / "sources.yaml"
        catalogue.write_text(desk_lake.catalogue())
        with Children(folder / "logs") as children:
            s3 = start_s3(children, kept, **KEYS)
            env: dict[str, Any] = s3.env(BUCKET) | {"DAGSPRESS_SOURCES": str(catalogue)}
            os.environ.update(env)
            lake = Lake.from_env()
            if not (kept / BUCKET).exists():
                lake.create_bucket()
                began = time.perf_counter()
                desk_lake.fill_many(
                    lake, folder, today=dt.datetime.now(dt.UTC).date(), periods=options.periods
                )
                console.print(f"the archive was made in {time.perf_counter() - began:.0f} s")
            desk = start(children, folder, lake, env)
            table = Table(
                "page", "first", "then", "processors", title=f"{len(read_overview(lake)):,} periods"
            )
            for page, path in paths(lake).items():
                table.add_row(page, *(f"{seconds * 1000:.0f} ms" for seconds in measure(desk, path)))
            console.print(table)


if __name__ == "__main__":
    main()
