"""Verify: does the lake hold what it says it holds? Repair: what the captures allow is made again."""

from __future__ import annotations

from pipeline.verify.check import Verification, verify
from pipeline.verify.finding import KINDS, Finding, Kind
from pipeline.verify.repair import Plan, Step, plan_repair, repair
from pipeline.verify.survey import Scope

__all__ = [
    "KINDS",
    "Finding",
    "Kind",
    "Plan",
    "Scope",
    "Step",
    "Verification",
    "plan_repair",
    "repair",
    "verify",
]
