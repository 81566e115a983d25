"""What `make run` prints at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pipeline import report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from pipeline.embedded.state import State
    from pipeline.flow import Loaded
    from pipeline.lake import Lake

QUERY: Final = """\
select published, language, count(*) as articles, sum(word_count) as words,
       min(coalesce(title, left(text, 40))) as for_example
from read_parquet('{files}', hive_partitioning => true, hive_types_autocast => false)
group by all order by all"""


def render_run(
    console: Console,
    lake: Lake,
    state: State,
    *,
    loaded: Sequence[Loaded],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    """What came in, what became of it and why, a query, where it all is, how to go on.

    `before` and `after`: digests of the published objects.
    """
    console.print(report.render_loaded(list(loaded)))
    lines = report.archive(lake)
    console.print(report.render_archive(lines))
    _print_quarantined(console, lake, [line["period"] for line in lines if line["quarantined"]])
    _print_rejected(console, lake, [line["period"] for line in lines if line["rejected"]])
    _print_query(console, state)
    changed = sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
    if before and not changed and before.keys() == after.keys():
        console.print(f"\n[green]Nothing is new: all {len(after)} published objects are byte-identical.[/]")
    elif before:
        console.print(
            f"\n{len(after.keys() - before.keys())} published objects are new, {len(changed)} changed."
        )
    console.print(
        f"\n[bold]The archive[/]  {escape(str(state.bucket / 'articles'))}/published=*/articles.parquet\n"
        f"[bold]The lake[/]     {escape(str(state.bucket))}/\n"
        f"[bold]Go on with[/]   make up    Airflow's pages, and an inbox to drop documents into\n"
        "             make help  everything else",
        soft_wrap=True,
    )


def _print_quarantined(console: Console, lake: Lake, periods: Sequence[str]) -> None:
    table = Table("period", "article", "why", title="Quarantined", title_justify="left")
    for period in periods:
        for row in report.period(lake, period)["quarantined"]:
            table.add_row(period, escape(row["heading"]), escape("\n".join(row["reasons"])))
    if table.row_count:
        console.print(table)


def _print_rejected(console: Console, lake: Lake, periods: Sequence[str]) -> None:
    rejected = [row for period in periods for row in report.period(lake, period)["rejected"]]
    if rejected:
        console.print(report.render_rejected(rejected))


def _print_query(console: Console, state: State) -> None:
    import duckdb

    files = state.bucket / "articles" / "*" / "articles.parquet"
    if not list(state.bucket.glob("articles/*/articles.parquet")):
        return
    query = QUERY.format(files=str(files).replace("'", "''"))
    console.print(Text("\nDuckDB over the folder:", style="bold"))
    console.print(Text(query, style="dim"))
    with duckdb.connect() as connection:
        cursor = connection.execute(query)
        table = Table(*(column[0] for column in cursor.description))
        for row in cursor.fetchall():
            table.add_row(*("" if value is None else escape(str(value)) for value in row))
    console.print(table)
