"""G3: killed before, within or after any write, a re-run ends with the very same bytes."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.embedded.newsstand import catalogue, running_newsstand
from pipeline.flow.overview import read_overview
from pipeline.flow.partition import COUNTS
from pipeline.lake import ARTICLES, OVERVIEW, QUALITY, summary_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipeline.lake import Lake

BODY = (
    "Kommunestyret vedtok onsdag kveld å bygge ny ferjekai på Sørøya. Ordføreren sier at arbeidet "
    "kan starte til våren, og at kaia skal stå ferdig før neste vinter.\\n\\nSaken har vært til behandling "
    "i tre år, og flertallet var til slutt klart."
)
LINES = "\n".join(
    [
        f'{{"id": "1", "date": "2024-02-01", "text": "{BODY}"}}',
        f'{{"id": "3", "date": "2024-02-01", "text": "{BODY}"}}',
        '{"id": "4", "date": "2024-02-01", "text": ""}',
        "not json",
    ]
).encode()


CAPTURING = {"capture", "captured_at", "first_seen_at"}


class Killable:
    """Talks to the process of `killable.py`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.killable"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"

    def run(
        self,
        env: Mapping[str, str],
        *,
        write: int | None = None,
        when: str = "",
        fetch: Mapping[str, Any] | None = None,
        purge: str | None = None,
    ) -> int:
        kill = None if write is None else {"write": write, "when": when}
        order = {"env": dict(env), "kill": kill, "fetch": fetch, "purge": purge}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process.wait(timeout=10)


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    process = Killable()
    yield process
    process.close()


def contents(lake: Lake) -> dict[str, str]:
    """All there is, but for the history of what was built when; of the overview what it says."""
    told = (f"{QUALITY}built=", OVERVIEW)
    found = {o.name: lake.sha256(o.name) for o in lake.list("") if not o.name.startswith(told)}
    lines = read_overview(lake).values()
    return found | {line.period: str(replace(line, at="", quality="")) for line in lines}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_run_killed_at_any_write_is_put_right_by_the_next(
    killable: Killable, new_lake: Callable[[], Lake], lake_env: Callable[[Lake], Mapping[str, str]]
) -> None:
    def dropped() -> Lake:
        lake = new_lake()
        lake.put("inbox/day.jsonl", LINES)
        return lake

    undisturbed = dropped()
    assert killable.run(lake_env(undisturbed)) == 0
    expected = contents(undisturbed)
    assert not undisturbed.list("inbox/")
    assert "articles/published=2024-02-01/articles.parquet" in expected

    visited = 0
    for write in itertools.count():
        lake = dropped()
        if killable.run(lake_env(lake), write=write, when="before") == 0:
            break  # there is no such write: all have been visited
        # a kill after this write is one before the next
        for when in ("before", "within"):
            if when == "within":
                lake = dropped()
                assert killable.run(lake_env(lake), write=write, when=when) == -9
            assert killable.run(lake_env(lake)) == 0, f"re-run after a kill {when} write {write}"
            assert contents(lake) == expected, f"after a kill {when} write {write}"
            visited += 1
    assert visited >= 2 * 15


def published(lake: Lake) -> dict[str, dict[str, Any]]:
    """The rows that readers see, by their address, without when they were captured: that may be twice."""
    rows: dict[str, dict[str, Any]] = {}
    for period in lake.periods(ARTICLES):
        numbers = json.loads(lake.get(summary_name(period)))
        assert numbers["in"] == sum(numbers[name] for name in COUNTS)
        assert numbers["quarantined"] == numbers["rejected"] == 0
        for row in read_object(lake, f"{ARTICLES}published={period}/articles.parquet").to_pylist():
            assert row["canonical_url"] not in rows
            rows[row["canonical_url"]] = {name: row[name] for name in row.keys() - CAPTURING}
    return rows


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_fetching_killed_at_any_write_loses_and_doubles_nothing(
    killable: Killable,
    new_lake: Callable[[], Lake],
    lake_env: Callable[[Lake], Mapping[str, str]],
    tmp_path: Path,
) -> None:
    with running_newsstand(today=dt.date(2026, 3, 10)) as stand:
        (tmp_path / "sources.yaml").write_text(catalogue(stand, ["havnevik", "marshgate"]))
        polite = {
            "DAGSPRESS_SOURCES": str(tmp_path / "sources.yaml"),
            "DAGSPRESS_ALLOW_ADDRESSES": "127.0.0.0/8",
            "DAGSPRESS_SPACING_SECONDS": "0",
            "DAGSPRESS_JITTER_SECONDS": "0",
        }
        now = stand.now() + dt.timedelta(minutes=30)
        asking = {"now": now.isoformat(), "live": True}
        again = {"now": (now + dt.timedelta(minutes=1)).isoformat(), "live": True}

        def run(lake: Lake, fetch: Mapping[str, Any], **kill: Any) -> int:
            return killable.run({**lake_env(lake), **polite}, fetch=fetch, **kill)

        undisturbed = new_lake()
        assert run(undisturbed, asking) == 0
        expected = published(undisturbed)
        days = [stand.today() - dt.timedelta(days=n) for n in (0, 1)]
        stories = [*stand.latest("havnevik"), *(s for day in days for s in stand.stories("marshgate", day))]
        assert expected.keys() == {stand.url(story) for story in stories}

        visited = 0
        for write in itertools.count():
            lake = new_lake()
            if run(lake, asking, write=write, when="before") == 0:
                break  # there is no such write: all have been visited
            for when in ("before", "within"):
                if when == "within":
                    lake = new_lake()
                    assert run(lake, asking, write=write, when=when) == -9
                assert run(lake, again) == 0, f"re-run after a kill {when} write {write}"
                assert published(lake) == expected, f"after a kill {when} write {write}"
                visited += 1
            before = {o.name: lake.sha256(o.name) for o in lake.list(ARTICLES)}
            assert run(lake, again | {"live": False}) == 0
            assert {o.name: lake.sha256(o.name) for o in lake.list(ARTICLES)} == before
        assert visited >= 2 * 20
