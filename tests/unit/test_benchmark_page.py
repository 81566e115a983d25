"""The page of benchmarks follows from the recorded figures, and from them alone."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks import page


def row(chain: str, cores: int, seconds: float, **more: Any) -> page.Row:
    return {
        "chain": chain,
        "cores": cores,
        "documents": 1000,
        "seconds": seconds,
        "cpu_seconds": seconds,
        "server_cpu_seconds": None,
        "start_seconds": 1.0,
        "start_cpu_seconds": 1.0,
        "peak_mib": 300,
        "stages": {"clean": 2.0},
        **more,
    }


ROWS = [row("dagspress", 1, 6.0, server_cpu_seconds=4.0), row("floor", 1, 3.0), row("floor", 2, 2.0)]
GROWTH = [
    {"chain": chain, "documents": count, "seconds": count / 1000, "peak_mib": peak}
    for chain in ("dagspress", "floor")
    for count, peak in ((20_000, 310), (1_000_000, 350))
]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (True, ["dagspress", "1", "6.0", "167", "167", "100", "0.50", "", "300"]),
        (False, ["dagspress", "1", "5.0", "200", "200", "111", "0.40", "", "1.0"]),
    ],
)
def test_ratios_are_of_chains_on_as_many_cores(*, start: bool, expected: list[str]) -> None:
    headings, body = page.speeds(ROWS, start=start)
    assert body[0] == expected
    assert len(headings) == len(expected)


def test_a_table_in_markdown() -> None:
    assert page.markdown(page.growth(GROWTH[:1])).splitlines() == [
        "| chain | documents | docs/s | peak MiB |",
        "| --- | --: | --: | --: |",
        "| dagspress | 20,000 | 1,000 | 310 |",
    ]


def test_the_chart_is_well_formed_and_names_its_axes() -> None:
    root = ET.fromstring(page.chart(GROWTH))
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    for expected in ("peak memory, MiB (PSS)", "documents per second", "1,000,000", "dagspress", "floor"):
        assert expected in texts
    assert any(text.startswith("documents (") for text in texts)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 2 * len(GROWTH)


def test_the_page_is_what_was_recorded() -> None:
    results = page.read()
    assert page.PAGE.read_text(encoding="utf-8") == page.render(results)
    assert page.CHART.read_text(encoding="utf-8") == page.chart(results["growth"]["rows"])
