"""What `make run` prints at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from pipeline import report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from pipeline.embedded.state import State
    from pipeline.flow import Fetched, Loaded
    from pipeline.lake import Lake

SHOWN: Final = 40
"""Rows of each kind."""

QUERY: Final = """\
select split_part(published, '-', 1) as year, language, count(*) as articles, sum(word_count) as words,
       min(left(coalesce(title, text), 40)) as for_example
from read_parquet('{files}',
                  hive_partitioning => true, hive_types_autocast => false)
group by all order by all"""


def render_run(
    console: Console,
    lake: Lake,
    state: State,
    *,
    loaded: Sequence[Loaded],
    fetched: Sequence[Fetched],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    """What came in, what became of it and why, a query, where it all is, how to go on.

    `before` and `after`: digests of the published objects.
    """
    console.print(report.render_loaded(loaded, reasons=False))
    console.print(report.render_fetched(fetched))
    lines = report.archive(lake)
    console.print(report.render_archive(lines))
    views = {
        line["period"]: report.period(lake, line["period"])
        for line in lines
        if line["quarantined"] or line["rejected"]
    }
    quarantined = [(period, row) for period, view in views.items() for row in view["quarantined"]]
    rejected = [row for view in views.values() for row in view["rejected"]]
    if quarantined:
        console.print(
            report.render_quarantined(
                [row for _, row in quarantined[:SHOWN]], periods=[period for period, _ in quarantined[:SHOWN]]
            )
        )
        _print_more(console, sum(line["quarantined"] for line in lines))
    if rejected:
        console.print(report.render_rejected(rejected[:SHOWN]))
        _print_more(console, sum(line["rejected"] for line in lines))
    _print_query(console, state)
    console.print(report.safe(f"\n{_compared(before, after)}", "green"))
    places = {
        "the archive": f"{state.bucket / 'articles'}/published=*/articles.parquet",
        "the lake": f"{state.bucket}/",
        "logs": f"{state.logs}/",
    }
    console.print(Text("\nWhere it all is", "bold"))
    _print_pairs(console, places)
    steps = {"make up": "Airflow's pages, and an inbox to drop documents into; then in another terminal:"}
    if example := _example(lake, [line["period"] for line in lines if line["published"]]):
        steps['eval "$(make -s env)"'] = "points the command line at it"
        steps[f".venv/bin/dagspress explain {example}"] = "an article from raw bytes to row"
    steps["make help"] = "everything else"
    console.print(Text("\nHow to go on", "bold"))
    _print_pairs(console, steps)


def _compared(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What became of the published objects, in a sentence."""
    objects = "1 published object" if len(after) == 1 else f"{len(after)} published objects"
    if before and before == after:
        return f"Nothing is new: the {objects} hold the same bytes as before."
    if not before:
        return f"{objects}, none before. Run it again: the same documents give the same bytes."
    changed = sum(before[name] != after[name] for name in before.keys() & after.keys())
    new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    return f"{objects}: {new} new, {changed} changed, {len(after) - new - changed} the same, {gone} gone."


def _example(lake: Lake, periods: Sequence[str]) -> str | None:
    """The short id of an article worth explaining: one that a rule changed, where there is one."""
    first = None
    for period in periods[:SHOWN]:
        for row in report.period(lake, period)["published"]:
            identifier = str(row["article_id"])[:8]
            if row["rules"]:
                return identifier
            first = first or identifier
    return first


def _print_more(console: Console, total: int) -> None:
    if total > SHOWN:
        console.print(Text(f"... of {total}; `dagspress show PERIOD` lists them", "dim"))


def _print_pairs(console: Console, pairs: Mapping[str, str]) -> None:
    """Not a table: a long path is to stay one word, to be copied."""
    width = max(len(name) for name in pairs)
    for name, value in pairs.items():
        console.print(report.safe(f"  {name:<{width}}  {value}"), soft_wrap=True)


def _print_query(console: Console, state: State) -> None:
    import duckdb

    files = state.bucket / "articles" / "*" / "articles.parquet"
    if not list(state.bucket.glob("articles/*/articles.parquet")):
        return
    query = QUERY.format(files=str(files).replace("'", "''"))
    console.print(Text("\nOne query (DuckDB over the folder)", "bold"))
    console.print(report.safe(query, "dim"), soft_wrap=True)
    console.print()
    with duckdb.connect() as connection:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        found = cursor.fetchall()
    numbers = [all(isinstance(value, int) for value in column) for column in zip(*found, strict=True)]
    columns = [(n, "number" if is_number else "text") for n, is_number in zip(names, numbers, strict=False)]
    rows = [["" if value is None else str(value) for value in row] for row in found]
    console.print(report.table(columns, rows[:SHOWN]))
    if len(rows) > SHOWN:
        console.print(Text(f"... and {len(rows) - SHOWN} more rows", "dim"))
