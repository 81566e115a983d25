"""What the commands share: the consoles, the lake, a progress bar, how results are printed."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.flow import Publication, Workers
    from pipeline.lake import Lake
    from pipeline.stopwatch import Stopwatch
PIPED_COLUMNS: Final = 120
"""Where there is no terminal: rich's 80 would break the tables."""


def _console(*, stderr: bool = False) -> Console:
    """A console as wide as its terminal."""
    stream = sys.stderr if stderr else sys.stdout
    known = stream.isatty() or "COLUMNS" in os.environ
    return Console(stderr=stderr, highlight=False, width=None if known else PIPED_COLUMNS)


out = _console()
err = _console(stderr=True)


def open_lake() -> Lake:
    """The lake that the environment names."""
    from pipeline.lake import Lake

    return Lake.from_env()


def print_lines(lines: Iterable[bytes]) -> None:
    """Write lines until there are none, or nobody reads them."""
    try:
        for line in lines:
            sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # `dagspress clean | head`: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit


def publish_periods(
    lake: Lake,
    periods: Sequence[str],
    *,
    quiet: bool,
    force: bool = False,
    watch: Stopwatch | None = None,
    workers: Workers | None = None,
) -> list[Publication]:
    """Publish some periods behind a progress bar."""
    from pipeline import flow

    with progress("publishing", len(set(periods)), quiet=quiet) as bar:

        def done(publication: Publication) -> None:
            bar.at(publication.period)
            bar.done()

        return flow.publish(
            lake, periods, force=force, report=done, watch=watch, workers=workers or flow.Workers()
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar that says what is at hand."""

    progress: Progress
    task: TaskID
    what: str

    def at(self, name: str, records: int = 0) -> None:
        """Say what is at hand, and how much of it is done."""
        from pipeline.report import own_name

        count = f", {records:,} records" if records else ""
        self.progress.update(self.task, description=f"{self.what} {own_name(name)}{count}")

    def done(self) -> None:
        """One more is done."""
        self.progress.update(self.task, advance=1)


@contextmanager
def progress(what: str, total: int, *, quiet: bool) -> Iterator[Bar]:
    """A progress bar on a terminal's standard error."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        yield Bar(progress, progress.add_task(what, total=total), what)


def print_waiting(periods: Sequence[str]) -> None:
    """Say which periods wait to be published."""
    from pipeline import report

    if periods:
        some = "1 period waits" if len(periods) == 1 else f"{len(periods)} periods wait"
        out.print(f"\n{some} to be published: dagspress publish", style="yellow")
        out.print(report.listed(periods), style="dim")


def print_json(value: Any) -> None:
    """Write a value as JSON, for scripts."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")
