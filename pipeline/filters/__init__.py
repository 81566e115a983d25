"""Stages as filters: JSON Lines in, JSON Lines out, without a lake.

Stages do not import each other; what a filter needs of several of them meets here.
"""

from __future__ import annotations

from pipeline.filters.duplicates import deduplicate_lines
from pipeline.filters.feeds import feed_lines
from pipeline.filters.pages import extract_lines
from pipeline.filters.texts import clean_lines

__all__ = ["clean_lines", "deduplicate_lines", "extract_lines", "feed_lines"]
