"""The newsdesk's sources: verdicts, last and next polls, health by day, what they bring."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from pipeline.acquire.memory import Poll, load_memory, save_memory
from pipeline.errors import DagspressError
from pipeline.flow.overview import Line, record
from pipeline.newsdesk.sources import HEALTH_DAYS, SHOWN_POLLS, source_view, sources_view

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.lake import Lake

NOW = dt.datetime(2024, 3, 31, 12, tzinfo=dt.UTC)
CATALOGUE = """
sources:
  - name: avis
    kind: feed
    url: https://avis.example/rss
    title: Avisen
    every: 1h
  - name: stille
    kind: sitemap
    url: https://stille.example/sitemap.xml
  - name: av
    kind: feed
    url: https://av.example/rss
    enabled: false
"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setenv("DAGSPRESS_SOURCES", str(path))
    return path


def asked(lake: Lake, name: str, *polls: Poll, not_before: str | None = None, failures: int = 0) -> None:
    memory = load_memory(lake, name)
    for poll in polls:
        memory.add(poll)
    memory.not_before, memory.failures = not_before, failures
    memory.why_not = "it failed once, the last time: HTTP 500" if failures else None
    save_memory(lake, memory)


def poll(
    day: int, *, month: int = 3, outcome: str = "fetched", error: str | None = None, **fields: bool
) -> Poll:
    at = dt.datetime(2024, month, day, 1, tzinfo=dt.UTC)
    return Poll(
        at=at.isoformat(), day=at.date().isoformat(), outcome=outcome, listed=9, new=3, error=error,
        newest=at.isoformat(), empty_fields=0.25, **fields,
    )  # type: ignore[arg-type]  # fmt: skip


def published(lake: Lake, *days: str, **sources: int) -> None:
    counts = {"in": 1, "published": 1}
    record(
        lake,
        [
            Line(
                period=day,
                at=f"2024-04-01T00:00:00.{i:06}+00:00",
                state="published",
                counts=counts,
                sources=sources,
            )
            for i, day in enumerate(days)
        ],
    )


def test_every_source_is_told_those_that_need_a_look_first(lake: Lake, catalogue: Path) -> None:
    asked(lake, "avis", *(poll(day) for day in range(25, 32)))
    asked(
        lake, "stille", poll(1), poll(2, outcome="failed", error="HTTP 500"),
        not_before="2024-04-02T00:00:00+00:00", failures=1,
    )  # fmt: skip
    published(lake, "2024-03-30", avis=4, innboks=1)
    published(lake, "2024-03-31", "2024-03", avis=2)
    view = sources_view(lake, now=NOW)
    assert [(health.name, health.verdict) for health in view.sources] == [
        ("stille", "silent"), ("avis", "fresh"), ("innboks", "dropped"), ("av", "off"),
    ]  # fmt: skip
    silent, fresh, dropped, off = view.sources
    assert "HTTP 500" in silent.why
    assert silent.last_error == "2024-03-02 01:00 UTC: HTTP 500"
    assert silent.next_poll == "not before 2024-04-02 00:00 UTC"
    assert "HTTP 500" in silent.why_not
    assert fresh.last_item == fresh.last_success == "2024-03-31 01:00 UTC"
    assert fresh.next_poll == "with the next run of fetch_news"
    assert (fresh.articles, fresh.periods) == (8, 3)
    assert len(fresh.days) == HEALTH_DAYS
    assert [(d.day, d.articles, d.polls) for d in fresh.days[-2:]] == [
        ("2024-03-30", 4, 1),
        ("2024-03-31", 2, 1),
    ]
    assert fresh.most == 4
    assert "6 articles published, at most 4 a day; 0 of 7 polls failed" in fresh.sentence
    assert [day.failed for day in silent.days if day.day == "2024-03-02"] == [1]
    assert (off.next_poll, dropped.next_poll) == ("", "")
    assert view.articles == 9


def test_a_feed_that_rolls_over_is_told(lake: Lake, catalogue: Path) -> None:
    asked(lake, "avis", *(poll(day) for day in range(20, 31)), poll(31, rolled_over=True))
    health = next(h for h in sources_view(lake, now=NOW).sources if h.name == "avis")
    assert (health.verdict, health.rolled_over) == ("degraded", "2024-03-31 01:00 UTC")
    assert health.days[-1].rolled_over


def test_a_broken_catalogue_hides_nothing_of_the_archive(lake: Lake, catalogue: Path) -> None:
    published(lake, "2024-03-30", avis=4)
    catalogue.write_text("sources:\n  - name: avis\n", encoding="utf-8")
    view = sources_view(lake, now=NOW)
    assert [health.name for health in view.sources] == ["avis"]
    assert "kind" in view.problem


def test_one_source_with_its_polls(lake: Lake, catalogue: Path) -> None:
    asked(lake, "avis", *(poll(day, month=month) for month in (1, 2, 3) for day in range(1, 30)),
          *(poll(d, month=1) for d in (30, 31)))  # fmt: skip
    polls = [poll(day, month=3) for day in (30, 31)]
    asked(lake, "avis", *polls)
    published(lake, "2024-03-30", avis=4)
    view = source_view(lake, "avis", now=NOW)
    assert view.polls[0].at == "2024-03-31 01:00 UTC"
    assert (view.polls[0].listed, view.polls[0].new, view.polls[0].empty) == (9, 3, "25%")
    assert len(view.polls) + view.polls_left_out == 91
    assert len(view.polls) <= SHOWN_POLLS
    assert ("address", "https://avis.example/rss") in view.settings
    assert view.latest == [("2024-03-30", 4)]
    assert (view.copies, view.counted) == (0, 0)  # the overview knows it, the partition is gone


@pytest.mark.parametrize("name", ["nobody", "../../x", "", "\x00"])
def test_an_unknown_source_is_an_error(lake: Lake, catalogue: Path, name: str) -> None:
    with pytest.raises(DagspressError, match="no source"):
        source_view(lake, name, now=NOW)
