"""Assemble: one row per article, its latest revision, under its earliest date; copies marked. Pure."""

from __future__ import annotations

from pipeline.assemble.copies import Copies, Mark
from pipeline.assemble.recurring import recurring_paragraphs
from pipeline.assemble.standing import standing
from pipeline.assemble.versions import home, merge, versions_of

__all__ = ["Copies", "Mark", "home", "merge", "recurring_paragraphs", "standing", "versions_of"]
