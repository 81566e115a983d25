"""G4: whatever two publishers of one partition see and however they interleave, every article is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipeline import flow
from pipeline.lake import Lake, ObjectInfo, articles_name, summary_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


PERIOD = "2024-02-01"


class Interrupted(Lake):
    """A lake on which something else happens just before one named object is written."""

    def __init__(self, lake: Lake, name: str, meanwhile: Callable[[], Any]) -> None:
        super().__init__(lake.settings, lake.client)
        self._name, self._meanwhile = name, meanwhile
        self.interrupted = False

    def put(self, name: str, data: bytes) -> ObjectInfo:
        if name == self._name and not self.interrupted:
            self.interrupted = True
            self._meanwhile()
        return super().put(name, data)


def drop(lake: Lake, tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(f"date {PERIOD} {text}", encoding="utf-8")
    flow.load_path(lake, path, source="documents")


def texts(lake: Lake) -> set[str]:
    return set(read_object(lake, articles_name(PERIOD)).column("text").to_pylist())


@pytest.mark.parametrize("written", [articles_name, summary_name])
def test_a_rebuild_that_saw_less_and_writes_last_builds_again(
    lake: Lake, tmp_path: Path, written: Callable[[str], str]
) -> None:
    drop(lake, tmp_path, "first.txt", "Den første artikkelen.")

    def late_capture_published_by_another() -> None:
        drop(lake, tmp_path, "late.txt", "Den sene artikkelen.")
        flow.publish(lake, [PERIOD])
        assert len(texts(lake)) == 2

    slow = Interrupted(lake, written(PERIOD), late_capture_published_by_another)
    flow.publish(slow, [PERIOD])
    assert slow.interrupted
    assert texts(lake) == {"Den første artikkelen.", "Den sene artikkelen."}
    assert flow.pending(lake, [PERIOD]) == []


def test_a_late_capture_during_a_rebuild_is_not_left_for_later(lake: Lake, tmp_path: Path) -> None:
    drop(lake, tmp_path, "first.txt", "Den første artikkelen.")
    slow = Interrupted(
        lake, summary_name(PERIOD), lambda: drop(lake, tmp_path, "late.txt", "Den sene artikkelen.")
    )
    [publication] = flow.publish(slow, [PERIOD])
    assert publication.summary["published"] == 2
    assert texts(lake) == {"Den første artikkelen.", "Den sene artikkelen."}


def test_a_publisher_that_dies_after_writing_stale_articles_is_noticed(lake: Lake, tmp_path: Path) -> None:
    """It wrote its articles after the other's summary, and never listed again."""
    drop(lake, tmp_path, "first.txt", "Den første artikkelen.")
    flow.publish(lake, [PERIOD])
    stale = lake.get(articles_name(PERIOD))
    drop(lake, tmp_path, "late.txt", "Den sene artikkelen.")
    flow.publish(lake, [PERIOD])
    lake.put(articles_name(PERIOD), stale)
    assert flow.pending(lake, [PERIOD]) == [PERIOD]
    flow.publish(lake, [PERIOD])
    assert len(texts(lake)) == 2
