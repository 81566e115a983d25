"""Clean: repairs damage in text and takes out what is no part of it. What the author wrote is kept.

`clean` is the stage; `clean_text`, `clean_line` and `trace` do it to one string; `RULES` is the registry.
"""

from __future__ import annotations

from pipeline.clean.lines import removed_lines
from pipeline.clean.rule import Rule
from pipeline.clean.rules import RECURRING, RULE_NAMES, RULES, describe, in_order
from pipeline.clean.stage import clean
from pipeline.clean.text import Cleaned, Step, clean_line, clean_text, trace

__all__ = [
    "RECURRING",
    "RULES",
    "RULE_NAMES",
    "Cleaned",
    "Rule",
    "Step",
    "clean",
    "clean_line",
    "clean_text",
    "describe",
    "in_order",
    "removed_lines",
    "trace",
]
