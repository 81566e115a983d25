"""The commands of `dagspress`."""

from __future__ import annotations

import dataclasses
import sys
from functools import partial
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli.decisions import (
    approve,
    decisions,
    purge,
    refuse,
    release,
    rerun,
    restore,
    withdraw,
)
from pipeline.cli.fetching import fetch
from pipeline.cli.mutes import mute, mutes, unmute
from pipeline.cli.output import (
    err,
    open_lake,
    out,
    print_json,
    print_lines,
    print_waiting,
    progress,
    publish_periods,
)
from pipeline.cli.quality import docs, quality
from pipeline.cli.sources import sources_app
from pipeline.cli.verify import repair, verify
from pipeline.errors import ConfigurationError, DagspressError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.flow import Loaded

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="News articles in, a clean, validated, queryable parquet archive out.\n\n"
    "The lake is named by DAGSPRESS_LAKE (s3://bucket/prefix) and reached by AWS_ENDPOINT_URL_S3, "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
)
app.add_typer(sources_app, name="sources")

Processes = Annotated[
    int | None,
    typer.Option(min=1, help="How many share large work. None: one a core.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")]


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders. None: what lies in the inbox.", show_default=False),
    ] = None,
    source: Annotated[
        str, typer.Option(help="Named origin of the local files (an inbox folder names its own).")
    ] = "documents",
    publish: Annotated[
        bool, typer.Option("--publish", help="Publish the periods that were touched as well.")
    ] = False,
    processes: Processes = None,
    json: Json = False,
) -> None:
    """Capture and stage documents: text, JSON, HTML, parquet; compressed or in archives.

    Local files stay where they are; files of the inbox leave it once they are captured, staged and, with
    --publish, published. One unreadable file or record never stops the others: see what was rejected with
    `dagspress show undated`.
    """
    from pipeline import flow
    from pipeline.acquire import source_of
    from pipeline.stopwatch import Stopwatch

    lake = open_lake()
    watch = Stopwatch()
    failed: list[tuple[str, DagspressError]] = []
    loaded: list[Loaded] = []
    work: list[tuple[str, Callable[..., Loaded]]] = []
    if paths:
        origin = source_of(f"inbox/{source}/")
        work += [(str(p), partial(flow.load_path, lake, p, source=origin)) for p in _files(paths)]
    else:
        work += [(file.name, partial(flow.load, lake, file.name)) for file in flow.waiting(lake)]
    with flow.Workers(processes or flow.cores()) as workers:
        with progress("ingesting", len(work), quiet=json) as bar:
            for name, run in work:
                bar.at(name)
                try:
                    loaded.append(run(watch=watch, workers=workers, progress=partial(bar.at, name)))
                except ConfigurationError:
                    raise
                except DagspressError as error:
                    failed.append((name, error))
                bar.done()
        periods = sorted({p for item in loaded for p in item.periods})
        publications = (
            publish_periods(lake, periods, quiet=json, watch=watch, workers=workers) if publish else []
        )
    if not paths:
        flow.clear(lake, loaded)
    waiting = [] if publish else flow.pending(lake, periods)
    if json:
        print_json(
            {
                "loaded": [item.as_json() for item in loaded],
                "failed": [{"name": name, "error": str(error)} for name, error in failed],
                "published": [p.as_json() for p in publications],
                "pending": waiting,
                "seconds": dict(watch.seconds),
            }
        )
    else:
        from pipeline import report

        if loaded:
            out.print(report.render_loaded(loaded))
        else:
            out.print("Nothing came in." if failed else "The inbox is empty.")
        if publications:
            out.print(report.render_published(publications))
        print_waiting(waiting)
        if loaded and not publish and not waiting:
            out.print("\nNothing is new: every period is published as it stands.")
        for name, failure in failed:
            err.print(Text.assemble((report.printable(name), "red"), ": ", report.printable(str(failure))))
    if failed or any(p.state == "gate_failed" for p in publications):
        raise typer.Exit(1)


app.command()(fetch)
for _command in (
    release,
    refuse,
    withdraw,
    restore,
    purge,
    rerun,
    approve,
    decisions,
    quality,
    docs,
    mute,
    unmute,
    mutes,
    verify,
    repair,
):
    app.command()(_command)


@app.command()
def publish(
    periods: Annotated[
        list[str] | None,
        typer.Argument(
            help="Periods: 2019-02-06, 2019-02, 2019 or undated. None: all that wait.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Rebuild what is up to date, too.")] = False,
    pages: Annotated[bool, typer.Option("--docs", help="Build the Data Docs of what was built.")] = False,
    processes: Processes = None,
    json: Json = False,
) -> None:
    """Rebuild partitions from everything staged for them, validate them, and replace them atomically.

    Exit code 1 when the gate stopped a period: its former partition stays.
    """
    from pipeline import flow

    lake = open_lake()
    known = flow.known_periods(lake)
    if unknown := sorted(set(periods or []) - set(known)):
        raise DagspressError(f"Nothing is staged for {', '.join(unknown)}. `dagspress show` lists them.")
    with flow.Workers(processes or flow.cores()) as workers:
        publications = publish_periods(lake, periods or known, force=force, quiet=json, workers=workers)
    if pages:
        from pipeline.report import latest_reports
        from pipeline.validate.docs import build_docs

        build_docs(lake, latest_reports(lake, [p.period for p in publications if p.state != "unchanged"]))
    if json:
        print_json([p.as_json() for p in publications])
    else:
        from pipeline import report

        changed = [p for p in publications if p.state != "unchanged" or periods]
        if changed:
            out.print(report.render_published(changed))
        if rest := len(publications) - len(changed):
            out.print(f"{rest} {'period' if rest == 1 else 'periods'}: nothing is new")
        if not publications:
            out.print("The archive is empty: dagspress ingest PATH...")
    if any(p.state == "gate_failed" for p in publications):
        raise typer.Exit(1)


@app.command()
def show(
    period: Annotated[
        str | None, typer.Argument(help="A period. None: the whole archive.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows of each kind to show.")] = 20,
    json: Json = False,
) -> None:
    """What is published, quarantined and rejected, and why."""
    from pipeline import report

    lake = open_lake()
    if period is None:
        lines = report.archive(lake)
        if json:
            print_json(lines)
        elif lines:
            out.print(report.render_archive(lines))
        else:
            out.print("The archive is empty: dagspress ingest PATH...")
        return
    view = report.period(lake, period, limit=limit)
    if json:
        print_json(view)
    else:
        out.print(report.render_period(view, sample=limit))


@app.command()
def explain(
    article_id: Annotated[str, typer.Argument(help="An article_id, or its first 6 or more digits.")],
    period: Annotated[
        str | None, typer.Option(help="Its period, where known: saves looking through the archive.")
    ] = None,
    json: Json = False,
) -> None:
    """From raw bytes to row: where an article came from and what every rule did to it."""
    from pipeline import report
    from pipeline.explain import explain as explain_article

    explanation = explain_article(open_lake(), article_id, period=period)
    if json:
        print_json(dataclasses.asdict(explanation))
    else:
        out.print(report.render_explanation(explanation))


@app.command()
def doctor(json: Json = False) -> None:
    """Check settings, endpoint, credentials, bucket; write, read back, list and remove an object."""
    from pipeline.doctor import examine
    from pipeline.report import safe

    findings = []
    for finding in examine():
        findings.append(finding)
        if not json:
            line = Table.grid(padding=(0, 2, 0, 0))
            line.add_column(width=4)
            line.add_column(width=9)
            line.add_column(overflow="fold")
            mark = Text("ok", "green") if finding.ok else Text("fail", "bold red")
            mark = Text("warn", "yellow") if finding.warning else mark
            line.add_row(mark, Text(finding.check, "bold"), safe(finding.detail))
            out.print(line)
    if json:
        print_json([dataclasses.asdict(f) for f in findings])
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


@app.command()
def clean(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="JSON Lines with `id` and `text`. None or -: standard input.", show_default=False
        ),
    ] = None,
) -> None:
    """Clean JSON Lines: the same lines out, with `text` cleaned and language and rules added.

    Needs no lake. Other fields pass through; a line that cannot be read becomes a line with `error`.
    """
    from pipeline.filters import clean_lines

    with _opened(file) as stream:
        print_lines(clean_lines(stream))


@app.command()
def deduplicate(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="JSON Lines with `id` and `text`. None or -: standard input.", show_default=False
        ),
    ] = None,
    text_field: Annotated[str, typer.Option(help="The field that holds the text.")] = "text",
    id_field: Annotated[str, typer.Option(help="The field that holds the id.")] = "id",
    within_days: Annotated[
        int | None,
        typer.Option(min=0, help="Look for copies so many days apart at most.", show_default=False),
    ] = None,
) -> None:
    """Find copies in JSON Lines: the same lines out, with `duplicate_of` and `duplicate_cluster` added.

    Needs no lake. Exact and near copies (0.6 of their 5-word shingles), of the texts as cleaned; the one with
    the earliest `published_at`, `published` or `date` stands for the others, else the smallest id. A line
    that cannot be read becomes a line with `error`.
    """
    from pipeline.filters import deduplicate_lines

    with _opened(file) as stream:
        print_lines(
            deduplicate_lines(stream, text_field=text_field, id_field=id_field, within_days=within_days)
        )


@app.command()
def extract(
    file: Annotated[
        Path, typer.Argument(help="JSON Lines with `id`, `url`, `html` (a path), `gz`, `charset`, `fetched`.")
    ],
) -> None:
    """Extract articles from pages: a line of JSON out for every line in, errors included.

    Needs no lake. `html` is relative to FILE's folder. Out come `id`, `title`, `authors`, `published`, `text`
    and the rest of what is known, or `error`.
    """
    from pipeline.filters import extract_lines

    with file.open("rb") as stream:
        print_lines(extract_lines(stream, file.parent))


@app.command()
def feed(
    file: Annotated[
        Path, typer.Argument(help="JSON Lines with `id`, `path` (of a feed), `content_type`, `url`.")
    ],
) -> None:
    """Read feeds (RSS, RDF, Atom, JSON Feed): a line of JSON out for every line in, errors included.

    Needs no lake. `path` is relative to FILE's folder. Out come `id`, `title`, `language`, `encoding` and
    `items`, or `error`.
    """
    from pipeline.filters import feed_lines

    with file.open("rb") as stream:
        print_lines(feed_lines(stream, file.parent))


def main() -> None:
    """Run the command line; our errors become one sentence and exit code 1 (2 for settings)."""
    try:
        app()
    except ConfigurationError as error:
        _complain("settings", error)
        sys.exit(2)
    except DagspressError as error:
        _complain("error", error)
        sys.exit(1)


def _complain(kind: str, error: DagspressError) -> None:
    from pipeline.report import printable

    err.print(Text.assemble((f"{kind}:", "bold red"), " ", printable(str(error))))


def _opened(file: Path | None) -> BinaryIO:
    """A file, or standard input where none is named or `-` is."""
    return sys.stdin.buffer if file is None or str(file) == "-" else file.open("rb")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inner = (p for p in sorted(path.rglob("*")) if p.is_file())
            yield from (
                p for p in inner if not any(part.startswith(".") for part in p.relative_to(path).parts)
            )
        elif path.exists():
            yield path
        else:
            raise DagspressError(f"{path} does not exist.")


if __name__ == "__main__":
    main()
