"""Verifying: a healthy lake has no findings, and each kind of damage is found once, with its object named."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import TYPE_CHECKING

import pytest
from damaged import (
    CAPTURES,
    DAMAGES,
    JSONL,
    NOW,
    STOPPED_PERIOD,
    Damage,
    everything,
    files,
    healthy,
    one,
    restore,
    stop_at_gate,
)
from typer.testing import CliRunner

from pipeline import flow
from pipeline.cli import app
from pipeline.decisions import read_decisions
from pipeline.errors import DagspressError
from pipeline.flow.purge import purge
from pipeline.lake import articles_name, quarantine_name, summary_name
from pipeline.verify import Scope, plan_repair, verify
from pipeline.verify.partitions import FOLLOWS
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.embedded.s3 import S3Server
    from pipeline.lake import Lake

pytestmark = pytest.mark.slow

WHO = {"by": "redaksjonen", "why": "Vi har sett på den."}


@pytest.fixture
def whole(s3: S3Server) -> Mapping[str, bytes]:
    return healthy(s3)


def found(lake: Lake, mode: str = "full") -> set[tuple[str, str]]:
    """What is found, but for partitions that are out of date because of it."""
    findings = verify(lake, mode=mode).findings
    named = [(f.kind, f.object) for f in findings if f.detail != FOLLOWS]
    assert len(named) == len(set(named))
    return set(named)


@pytest.mark.parametrize("mode", ["quick", "full", "replay"])
def test_a_healthy_lake_has_no_findings_and_is_not_written_to(
    lake: Lake, whole: Mapping[str, bytes], mode: str
) -> None:
    restore(lake, whole)
    result = verify(lake, mode=mode)
    assert result.findings == []
    assert everything(lake) == whole
    assert result.counts["in"] == result.records > 0
    assert result.counts["in"] == sum(n for name, n in result.counts.items() if name != "in")


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name.replace(" ", "_"))
def test_planted_damage_is_found(lake: Lake, whole: Mapping[str, bytes], damage: Damage) -> None:
    restore(lake, whole)
    expected = damage.found(lake)
    damage.plant(lake)
    before = everything(lake)
    assert found(lake) == expected
    if damage.quick:
        quick = found(lake, "quick")
        assert quick & expected
        assert quick <= expected | {f for f in quick if f[0] == "partition_stale"}
    assert everything(lake) == before


# --- what is no damage ------------------------------------------------------------------------------


EVENTS = [
    "load tekst.txt",
    "load haug/mange.jsonl",
    "load haug/rettet.jsonl",
    "load pakke.zip",
    "load søppel.bin",
    "publish",
    "withdraw",
    "release",
    "purge",
    "load tekst.txt",
]


def happen(lake: Lake, event: str, hour: int) -> None:
    """One event; a decision is about an article of which there is one then."""
    action, _, name = event.partition(" ")
    if action == "load":
        lake.put(f"inbox/{name}", files()[name])
        loaded = flow.load(lake, f"inbox/{name}", clock=lambda: NOW + dt.timedelta(hours=hour))
        flow.clear(lake, [loaded])
    elif action == "publish":
        flow.publish(lake, flow.known_periods(lake))
    else:
        room = quarantine_name("2024-03-20") if action == "release" else articles_name("2024-03-01")
        if lake.info(room) is None or not (rows := read_object(lake, room).to_pylist()):
            return
        if action == "purge":
            flow.decide_article(lake, "withdraw", rows[0]["article_id"], **WHO)
            purge(lake, [rows[0]["article_id"]], **WHO)
        else:
            flow.decide_article(lake, action, rows[0]["article_id"], **WHO)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_came_in_whatever_order_a_published_lake_is_whole(lake: Lake, seed: int) -> None:
    events = random.Random(seed).sample(EVENTS, len(EVENTS))
    for hour, event in enumerate(events):
        happen(lake, event, hour)
    flow.publish(lake, flow.known_periods(lake))
    result = verify(lake, mode="replay")
    assert (result.findings, result.blind) == ([], []), events
    assert result.counts["in"] == result.records


def test_an_empty_lake_is_whole(lake: Lake) -> None:
    assert verify(lake).whole


def test_what_waits_is_told_and_a_file_in_the_inbox_is_none_of_it(lake: Lake) -> None:
    happen(lake, "load pakke.zip", 0)
    lake.put("inbox/more.txt", b"date 2024-01-01 More.")
    findings = verify(lake).findings
    assert {(f.kind, f.period) for f in findings} == {
        ("partition_stale", "2024-02-20"),
        ("partition_stale", "2024-02-21"),
    }
    assert {f.detail for f in findings} == {"it was never built"}


def test_a_partition_that_its_gate_stopped_is_no_finding(lake: Lake) -> None:
    stop_at_gate(lake)
    result = verify(lake)
    assert (result.findings, result.gates) == ([], [STOPPED_PERIOD])


def test_a_purge_that_was_broken_off_is_told(lake: Lake) -> None:
    happen(lake, "load haug/mange.jsonl", 0)
    flow.publish(lake, flow.known_periods(lake))
    name = one(lake, CAPTURES, JSONL)
    before = lake.get(name)
    happen(lake, "purge", 1)
    assert verify(lake, mode="replay").whole
    lake.put(name, before)
    assert found(lake) == {("purge_unfinished", name)}
    assert plan_repair(lake, verify(lake).findings).steps == []
    [gone] = [d.article_id for d in read_decisions(lake) if d.kind == "purge"]
    purge(lake, [gone or ""], **WHO)
    assert verify(lake, mode="replay").whole


# --- narrowing, and the command line ----------------------------------------------------------------


def test_a_scope_looks_at_its_periods_and_sources_alone(lake: Lake, whole: Mapping[str, bytes]) -> None:
    restore(lake, whole)
    lake.delete([articles_name("2024-03-08"), summary_name("2024-02-20")])
    lake.put("somewhere/else", b"")
    by_period = verify(lake, scope=Scope(periods=frozenset({"2024-03-08"})))
    assert {(f.kind, f.period) for f in by_period.findings} == {("partition_missing", "2024-03-08")}
    by_source = verify(lake, scope=Scope(sources=frozenset({"documents"})))
    assert {(f.kind, f.period) for f in by_source.findings} == {("summary_missing", "2024-02-20")}
    assert by_source.captures == 3
    assert verify(lake, scope=Scope(sources=frozenset({"haug"}))).whole


def test_the_commands_say_what_is_wrong_and_mend_it(
    lake: Lake, whole: Mapping[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    restore(lake, whole)
    lake.put(summary_name("2024-03-05"), b"{")
    lake.put("notes/a[bold]b\x1b[31m.txt", b"")

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, arguments)
        return result.exit_code, result.output + capsys.readouterr().out

    code, output = run("verify", "--quick")
    assert code == 1
    assert summary_name("2024-03-05") in output
    assert "\x1b[31m" not in output
    code, output = run("repair")
    assert code == 1
    assert "dagspress repair --yes" in output
    assert lake.get(summary_name("2024-03-05")) == b"{"
    code, output = run("repair", "--yes", "--json")
    answer = json.loads(output)
    assert (code, answer["done"]) == (1, True)
    assert [f["kind"] for f in answer["found"]["findings"]] == ["stray"]
    lake.delete(o.name for o in lake.list("notes/"))
    code, output = run("verify", "--json")
    assert (code, json.loads(output)["whole"]) == (0, True)
    code, output = run("verify")
    assert code == 0
    assert "Whole: nothing was found." in output
    assert isinstance(CliRunner().invoke(app, ["verify", "--period", "2024-13"]).exception, DagspressError)
