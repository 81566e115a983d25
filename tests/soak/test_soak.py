"""Months with faults and kills end as months without: nothing is lost, nothing is doubled, the same bytes."""

from __future__ import annotations

import json
import os
import random
import re
import socket
from typing import TYPE_CHECKING, Any, Final

import pytest

from pipeline.acquire import captures_of, spool
from pipeline.embedded.processes import LOOPBACK
from pipeline.extract.hints import NO_HINTS
from pipeline.flow.partition import COUNTS
from pipeline.flow.stage import stage
from pipeline.lake import ARTICLES, CAPTURES, INBOX, Lake, summary_name
from pipeline.settings import Settings
from pipeline.sources import hints, load_sources
from pipeline.stopwatch import Stopwatch
from pipeline.write import read_object
from tests.soak.days import FIRST, finish, running_days

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.embedded.s3 import S3Server

DAYS: Final = int(os.environ.get("DAGSPRESS_SOAK_DAYS", "6"))
LEAST_FAULTS, LEAST_KILLS = 200 * DAYS // 60, 20 * DAYS // 60

CAPTURING: Final = {"capture", "captured_at", "first_seen_at"}
"""What tells when and in which object an article came: a page that had to be asked for again came later."""


def rows(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """What is published, without when it was captured."""
    return {
        period: [
            {name: value for name, value in row.items() if name not in CAPTURING}
            for row in read_object(lake, f"{ARTICLES}published={period}/articles.parquet").to_pylist()
        ]
        for period in lake.periods(ARTICLES)
    }


def counts(lake: Lake) -> dict[str, dict[str, int]]:
    """The numbers of every period; superseded are versions that came twice, and so in `in`."""
    found = {}
    for period in lake.periods(ARTICLES):
        summary = json.loads(lake.get(summary_name(period)))
        assert summary["in"] == sum(summary[name] for name in COUNTS), period
        found[period] = {name: summary[name] for name in COUNTS if name != "superseded"}
    return found


def port_of_no_client() -> int:
    """A free port below those that connections are given."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)):
                return port


def product(lake: Lake) -> dict[str, bytes]:
    return {o.name: lake.get(o.name) for o in lake.list(ARTICLES)}


@pytest.mark.long
@pytest.mark.timeout(1_500)
def test_disturbed_days_end_as_undisturbed_ones(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("DAGSPRESS_SOAK_SEED") or random.SystemRandom().randrange(10**6))

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"  {line}", flush=True)

    say(f"\nseed {seed} (again: DAGSPRESS_SOAK_SEED={seed}), {DAYS} days")
    outcomes = {}
    port = port_of_no_client()  # addresses are part of what is published
    for name, disturbing in (("disturbed", seed), ("undisturbed", None)):
        with running_days(s3, f"soak-{name}", tmp_path / name, port=port, seed=disturbing, say=say) as days:
            days.run(DAYS, seed)
        outcomes[name] = days.outcome
        finish(days.outcome.lake)
    disturbed, undisturbed = outcomes["disturbed"], outcomes["undisturbed"]
    say(f"{dict(sorted(disturbed.injected.items()))}")
    say(
        f"{disturbed.injected.total()} faults, {disturbed.kills} kills, {disturbed.failures} errors; "
        f"{disturbed.seconds:.0f} s, undisturbed {undisturbed.seconds:.0f} s"
    )
    assert disturbed.injected.total() >= LEAST_FAULTS
    assert disturbed.kills >= LEAST_KILLS
    assert undisturbed.injected.total() == undisturbed.kills == undisturbed.failures == 0

    assert disturbed.lake.list(INBOX) == []
    expected = rows(undisturbed.lake)
    assert sum(map(len, expected.values())) > 30 * DAYS
    assert rows(disturbed.lake) == expected
    assert counts(disturbed.lake) == counts(undisturbed.lake)

    monkeypatch.setenv("DAGSPRESS_SOURCES", str(tmp_path / "disturbed" / "sources.yaml"))
    assert product(replayed(disturbed.lake, seed)) == product(disturbed.lake)


def replayed(lake: Lake, seed: int) -> Lake:
    """Another lake, of the captures alone: read again in random order, and published at once."""
    other = Lake(Settings(bucket="soak-replayed", endpoint=lake.settings.endpoint))
    other.create_bucket()
    for item in lake.list(CAPTURES):
        other.put(item.name, lake.get(item.name))
    found = (re.search("source=([^/]+)/date=([^/]+)/", item.name) for item in other.list(CAPTURES))
    captures = [
        capture
        for source, day in sorted({match.groups() for match in found if match})
        for capture in captures_of(other, source, FIRST.fromisoformat(day))
    ]
    random.Random(seed).shuffle(captures)
    told = {source.name: hints(source) for source in load_sources()}
    for capture in captures:
        file = other.info(capture.object)
        assert file is not None
        with spool(other, file) as copy:
            stage(other, capture, copy, watch=Stopwatch(), hints=told.get(capture.source, NO_HINTS))
    finish(other)
    return other
