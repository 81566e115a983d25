"""Which of several decisions about one build of a period holds."""

from __future__ import annotations

import pytest

from pipeline.decisions import APPROVE, KEEP, Decision, Decisions

PERIOD, BUILD = "2024-03-01", "b" * 64


def decided(*kinds: str) -> Decisions:
    return Decisions(
        Decision(kind=kind, by="vakt", at=f"2024-03-10T0{hour}:00:00", why="Se.", period=PERIOD, build=BUILD)
        for hour, kind in enumerate(kinds)
    )


@pytest.mark.parametrize(
    ("kinds", "approved", "kept"),
    [
        ((), False, False),
        ((APPROVE,), True, False),
        ((KEEP,), False, True),
        ((KEEP, APPROVE), True, False),
        ((APPROVE, KEEP), False, True),
    ],
)
def test_the_latest_decision_about_a_build_holds(kinds: tuple[str, ...], approved: bool, kept: bool) -> None:
    found = decided(*kinds).about((), period=PERIOD)
    assert (found.approval(PERIOD, BUILD) is not None, found.kept(PERIOD, BUILD) is not None) == (
        approved,
        kept,
    )
    assert found.kept(PERIOD, "c" * 64) is found.approval("2024-03-02", BUILD) is None


def test_who_keeps_a_gate_shut_is_part_of_what_a_listing_follows_from() -> None:
    assert decided(KEEP).lines() != decided(APPROVE).lines() != decided().lines()
