"""`docs/benchmarks.md` and its chart, written from the figures in `results.json`.

`python -m benchmarks.page`. The figures come from `python -m benchmarks.throughput --record`.
"""

from __future__ import annotations

import math
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = Path(__file__).with_name("results.json")
PAGE: Final = REPOSITORY / "docs" / "benchmarks.md"
CHART: Final = REPOSITORY / "docs" / "benchmarks-growth.svg"
TEMPLATE: Final = Path(__file__).with_name("page.md")
"""The page with `{name}` where a table goes."""

# The chains, as they are called in the figures.
OURS: Final = "dagspress"
FLOOR: Final = "floor"
DATATROVE: Final = "datatrove"

Row = dict[str, Any]
Rows = list[Row]


def record(**figures: Rows) -> None:
    """Keep figures, in place of the former ones of that name."""
    results = read() if RESULTS.exists() else {}
    machine = {"python": platform.python_version(), "processor": processor()}
    write = results | {name: {"machine": machine, "rows": rows} for name, rows in figures.items()}
    RESULTS.write_bytes(orjson.dumps(write, option=orjson.OPT_INDENT_2) + b"\n")


def read() -> dict[str, Any]:
    """What was recorded."""
    results: dict[str, Any] = orjson.loads(RESULTS.read_bytes())
    return results


def processor() -> str:
    """As the operating system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def rate(row: Row, unit: str, *, start: bool, server: bool = False) -> float:
    """Documents in a second: of the clock (`seconds`) or of a processor (`cpu_seconds`).

    `start`: with the time of starting up; `server`: with the CPU seconds of the S3 server.
    """
    spent = row[unit] - (0 if start else row[f"start_{unit}"])
    return float(row["documents"] / (spent + ((row["server_cpu_seconds"] or 0) if server else 0)))


def of(rows: Rows, chain: str, cores: int) -> Row | None:
    """The figures of a chain."""
    return next((row for row in rows if (row["chain"], row["cores"]) == (chain, cores)), None)


def ratio(rows: Rows, row: Row, other: str, *, start: bool) -> str:
    """How many times as fast as another chain on as many cores, by the clock."""
    base = of(rows, other, row["cores"])
    if base is None:
        return ""
    return f"{rate(row, 'seconds', start=start) / rate(base, 'seconds', start=start):.2f}"


CELLS: Final[dict[str, Callable[[Rows, Row, bool], str]]] = {
    "cores": lambda _rows, row, _start: str(row["cores"]),
    "seconds": lambda _rows, row, start: f"{row['seconds'] - (0 if start else row['start_seconds']):,.1f}",
    "docs/s": lambda _rows, row, start: f"{rate(row, 'seconds', start=start):,.0f}",
    "docs/CPU-s": lambda _rows, row, start: f"{rate(row, 'cpu_seconds', start=start):,.0f}",
    "with S3": lambda _rows, row, start: (
        f"{rate(row, 'cpu_seconds', start=start, server=True):,.0f}" if row["server_cpu_seconds"] else ""
    ),
    "× floor": lambda rows, row, start: ratio(rows, row, FLOOR, start=start),
    "× datatrove": lambda rows, row, start: ratio(rows, row, DATATROVE, start=start),
}
"""`with S3`: documents per CPU second when those of the S3 server are counted too."""


def speeds(rows: Rows, *, start: bool) -> tuple[list[str], list[list[str]]]:
    """The comparison, with or without the time of starting: headings and rows."""
    last = "peak MiB" if start else "start, s"
    body = [
        [
            row["chain"],
            *(cell(rows, row, start) for cell in CELLS.values()),
            f"{row['peak_mib']:,}" if start else f"{row['start_seconds']:.1f}",
        ]
        for row in rows
    ]
    return ["chain", *CELLS, last], body


def stages(rows: Rows) -> tuple[list[str], list[list[str]]]:
    """Where the time goes."""
    body = [
        [
            row["chain"],
            str(row["cores"]),
            ", ".join(f"{stage} {spent:.1f}" for stage, spent in row["stages"].items()),
        ]
        for row in rows
    ]
    return ["chain", "cores", "seconds by stage, added up over processes"], body


def growth(rows: Rows) -> tuple[list[str], list[list[str]]]:
    """Speed and memory by number of documents."""
    body = [
        [
            row["chain"],
            f"{row['documents']:,}",
            f"{row['documents'] / row['seconds']:,.0f}",
            f"{row['peak_mib']:,}",
        ]
        for row in rows
    ]
    return ["chain", "documents", "docs/s", "peak MiB"], body


def markdown(table: tuple[list[str], list[list[str]]]) -> str:
    """A table; all but the first column and words to the right."""
    headings, body = table
    marks = ["---" if name == "chain" or name.startswith("seconds by") else "--:" for name in headings]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, marks, *body))


def shown(title: str, table: tuple[list[str], list[list[str]]]) -> Table:
    """A table on the screen."""
    headings, body = table
    on_screen = Table(title=title)
    for name in headings:
        words = name == "chain" or name.startswith("seconds by")
        on_screen.add_column(name, justify="left" if words else "right", overflow="fold")
    for cells in body:
        on_screen.add_row(*cells)
    return on_screen


LEFT, RIGHT, TOP, BOTTOM = 70, 610, 40, 250
STYLE: Final = """
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .axis { stroke: #6e7781; fill: none } .grid { stroke: #d0d7de }
  .ours { stroke: #0969da; fill: none; stroke-width: 2.5 } .ours-dot { fill: #0969da }
  .floor { stroke: #bc4c00; fill: none; stroke-width: 2; stroke-dasharray: 6 4 } .floor-dot { fill: #bc4c00 }
  .limit { stroke: #cf222e; stroke-dasharray: 2 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .grid { stroke: #30363d } .axis { stroke: #8b949e }
    .ours { stroke: #58a6ff } .ours-dot { fill: #58a6ff }
    .floor { stroke: #f0883e } .floor-dot { fill: #f0883e }
    .limit { stroke: #ff7b72 }
  }
"""


def chart(rows: Rows) -> str:
    """Peak memory above, documents per second below, both by number of documents, as SVG."""
    memory = _panel(rows, lambda row: row["peak_mib"], "peak memory, MiB (PSS)", TOP, limit=1430)
    speed = _panel(rows, lambda row: row["documents"] / row["seconds"], "documents per second", TOP + 300)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 620" role="img" '
        f'aria-label="Memory and speed from 20,000 to 1,000,000 documents">\n<style>{STYLE}</style>\n'
        + "\n".join([*memory, *speed])
        + "\n</svg>\n"
    )


def _panel(
    rows: Rows, value: Callable[[Row], float], title: str, top: int, *, limit: float | None = None
) -> list[str]:
    bottom = top + BOTTOM - TOP
    step = _step(max([*map(value, rows), limit or 0]))
    highest = step * math.ceil(max([*map(value, rows), limit or 0]) / step)
    counts = sorted({row["documents"] for row in rows})

    def x(count: int) -> float:
        low, high = math.log10(counts[0]), math.log10(counts[-1])
        return LEFT + (math.log10(count) - low) / (high - low) * (RIGHT - LEFT)

    def y(number: float) -> float:
        return bottom - number / highest * (bottom - top)

    grid = range(0, highest + 1, step)
    parts = [
        _text(LEFT, top - 14, title),
        *(_level("grid", y(number)) for number in grid),
        *(_text(LEFT - 8, y(number) + 4, f"{number:,}", "end") for number in grid),
        *(_text(x(count), bottom + 18, f"{count:,}", "middle") for count in counts),
        _text((LEFT + RIGHT) / 2, bottom + 36, "documents (logarithmic)", "middle"),
        f'<path class="axis" d="M{LEFT} {top}V{bottom}H{RIGHT}"/>',
    ]
    if limit is not None:
        parts += [_level("limit", y(limit)), _text(RIGHT + 8, y(limit) + 4, "limit")]
    for chain, kind in ((OURS, "ours"), (FLOOR, "floor")):
        points = [(x(row["documents"]), y(value(row))) for row in rows if row["chain"] == chain]
        line = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
        parts.append(f'<polyline class="{kind}" points="{line}"/>')
        parts += [f'<circle class="{kind}-dot" cx="{a:.1f}" cy="{d:.1f}" r="3.5"/>' for a, d in points]
        parts.append(_text(RIGHT + 8, points[-1][1] + 4, chain))
    return parts


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def _level(kind: str, y: float) -> str:
    return f'<path class="{kind}" d="M{LEFT} {y:.1f}H{RIGHT}"/>'


def _step(highest: float) -> int:
    """Between lines of the grid: 1, 2 or 5 times a power of ten, about five of them."""
    power = 10 ** math.floor(math.log10(highest / 5))
    return int(next(power * factor for factor in (1, 2, 5, 10) if power * factor * 5 >= highest))


def render(results: dict[str, Any]) -> str:
    """The page."""
    speed, size = results["throughput"], results["growth"]
    return TEMPLATE.read_text(encoding="utf-8").format(
        processor=speed["machine"]["processor"],
        python=speed["machine"]["python"],
        documents=f"{speed['rows'][0]['documents']:,}",
        whole=markdown(speeds(speed["rows"], start=True)),
        running=markdown(speeds(speed["rows"], start=False)),
        stages=markdown(stages(speed["rows"])),
        growth=markdown(growth(size["rows"])),
    )


def main() -> None:
    """Write both files."""
    results = read()
    PAGE.write_text(render(results), encoding="utf-8")
    CHART.write_text(chart(results["growth"]["rows"]), encoding="utf-8")


if __name__ == "__main__":
    main()
