"""Data Docs are built of the latest report of each period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import flow
from pipeline.flow.documented import document, latest_reports
from pipeline.lake import docs_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.lake import Lake

TEXT = "Kommunestyret i Havsund vedtok mandag kveld å bygge ny skole på Myrmo, og det begynner til våren."


def test_the_latest_report_of_each_period_becomes_its_page(
    lake: Lake, drop: Callable[[str, bytes | str], str]
) -> None:
    for period in ("2019-02-06", "2019-03"):
        flow.load(lake, drop(f"{period}.txt", f"date {period} {TEXT} {period}"))
    flow.publish(lake, ["2019-02-06", "2019-03"])
    flow.load(lake, drop("mer.txt", f"date 2019-03 {TEXT[::-1]}"))
    flow.publish(lake, ["2019-03"])
    rows = {
        r["period"]: r["rows"]["evaluated"] for r in latest_reports(lake, ["2019-03", "2019-02-06", "1999"])
    }
    assert rows == {"2019-02-06": 1, "2019-03": 2}
    assert document(lake, ["2019-03"]) == [docs_name("2019-03")]
    assert lake.info(docs_name("2019-02-06")) is None
    assert document(lake, ["1999"]) == []


def test_a_report_that_is_gone_is_left_out(lake: Lake, drop: Callable[[str, bytes | str], str]) -> None:
    flow.load(lake, drop("a.txt", f"date 2019 {TEXT}"))
    flow.publish(lake, ["2019"])
    lake.delete(item.name for item in lake.list("quality/"))
    assert document(lake, ["2019"]) == []
