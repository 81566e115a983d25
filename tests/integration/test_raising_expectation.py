"""An exception inside an expectation is an error of ours: nothing is published or put in quarantine."""

from __future__ import annotations

import datetime as dt
import functools
import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.errors import ValidationError
from pipeline.flow import partition
from pipeline.lake import ARTICLES, QUALITY, QUARANTINE
from pipeline.validate import ROW_SUITE, Expectation, check_partitions, check_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.lake import Lake

AT = dt.datetime(2024, 5, 9, 12, tzinfo=dt.UTC)
PERIOD = "2024-05-06"
ROOMS = (ARTICLES, QUARANTINE, QUALITY)
TYPE = "expect_column_values_to_be_liked"


@pytest.fixture
def liked() -> Iterator[str]:
    """The type of a registered expectation that raises while it judges, as code of ours could."""
    from great_expectations.expectations.core.expect_column_values_to_be_null import (
        ExpectColumnValuesToBeNull,
    )
    from great_expectations.expectations.registry import _registered_expectations

    class ExpectColumnValuesToBeLiked(ExpectColumnValuesToBeNull):
        """Raises for every column."""

        def _validate(self, *args: Any, **kwargs: Any) -> Any:
            raise ZeroDivisionError("the taste is undefined")

    yield TYPE
    _registered_expectations.pop(TYPE)


def expectation(type_: str, column: str) -> Expectation:
    return Expectation(
        name="liked", severity="critical", sentence="never said", doc="Raises.", type=type_, column=column
    )


def load(lake: Lake, folder: Path, number: int) -> None:
    document = {
        "url": f"https://a.example/{number}",
        "title": f"Sak {number}",
        "text": f"Kommunestyret vedtok sak {number} mandag kveld etter et langt møte om ferja til øya.",
        "date": PERIOD,
    }
    (folder / f"{number}.jsonl").write_text(json.dumps(document), encoding="utf-8")
    flow.load_path(lake, folder / f"{number}.jsonl", source="a", clock=lambda: AT)


def rooms(lake: Lake) -> dict[str, bytes]:
    return {o.name: lake.get(o.name) for room in ROOMS for o in lake.list(room)}


@pytest.mark.parametrize("judged", ["rows", "gate"])
def test_publishing_ends_with_the_error_and_the_former_partition_stays(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, liked: str, judged: str
) -> None:
    load(lake, tmp_path, 1)
    flow.publish(lake, [PERIOD])
    before = rooms(lake)
    assert any(name.startswith(ARTICLES) for name in before)
    load(lake, tmp_path, 2)
    with monkeypatch.context() as patch:
        if judged == "rows":
            suite = (*ROW_SUITE, expectation(liked, "title"))
            patch.setattr(partition, "check_rows", functools.partial(check_rows, suite=suite))
        else:
            suite = (expectation(liked, "rows"),)
            patch.setattr(partition, "check_partitions", functools.partial(check_partitions, suite=suite))
        with pytest.raises(ValidationError, match=r"liked raised an error of ours.*taste is undefined"):
            flow.publish(lake, [PERIOD])
    assert rooms(lake) == before
    [published] = flow.publish(lake, [PERIOD])
    assert published.state == "published"
    assert (published.summary["published"], published.summary["quarantined"]) == (2, 0)
