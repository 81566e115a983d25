"""G3: killed before, within or after any write, a re-run ends with the very same bytes."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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

    def run(self, env: Mapping[str, str], *, write: int | None = None, when: str = "") -> int:
        order = {"env": dict(env), "kill": None if write is None else {"write": write, "when": when}}
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
    return {o.name: lake.sha256(o.name) for o in lake.list("")}


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
