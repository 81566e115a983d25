"""Commands about what the expectations found: its history, and its pages."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import open_lake, out, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.report import Measurement


def quality(
    period: Annotated[
        str | None, typer.Argument(help="A period. None: every one.", show_default=False)
    ] = None,
    expectation: Annotated[
        str | None, typer.Option(help="One expectation, such as url_is_http.", show_default=False)
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="What was built since this day, YYYY-MM-DD.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Lines of the table: the latest.")] = 40,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of a table.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets and plots.")] = False,
) -> None:
    """What every expectation found, build by build: how many rows failed it, the gate's numbers.

    The table leaves out what was met throughout, unless --expectation asks for it; JSON and CSV hold it all.
    """
    from pipeline.report import measurements, render_measurements

    found = measurements(open_lake(), period=period, expectation=expectation, since=since)
    if json:
        print_json([asdict(row) for row in found])
    elif as_csv:
        _print_csv(found)
    else:
        shown = [row for row in found if expectation or row.unexpected or not row.met]
        if not shown:
            out.print("Nothing of that was found: every expectation was met, or nothing was built.")
            return
        out.print(render_measurements(shown[-limit:]))
        if len(shown) > limit:
            out.print(f"... and {len(shown) - limit} earlier (--limit shows more)", style="dim")


def docs(
    periods: Annotated[
        list[str] | None, typer.Argument(help="Periods. None: every one.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the pages' names as JSON.")] = False,
) -> None:
    """Build the Data Docs of the latest builds: a page for each period, in quality/docs/ of the lake."""
    from pipeline.lake import DOCS
    from pipeline.report import latest_reports, many
    from pipeline.validate.docs import build_docs

    lake = open_lake()
    names = build_docs(lake, latest_reports(lake, periods))
    if json:
        print_json(names)
    elif names:
        out.print(f"{many(len(names), 'page')} in {lake.url}/{DOCS}")
    else:
        out.print("Nothing was built yet: dagspress publish")


def _print_csv(found: Iterable[Measurement]) -> None:
    from pipeline.report import Measurement

    writer = csv.writer(sys.stdout, lineterminator="\n")
    names = [field.name for field in fields(Measurement)]
    writer.writerow(names)
    for row in found:
        writer.writerow([getattr(row, name) for name in names])
