"""Published dates: what was written, at the precision at which it was written."""

from __future__ import annotations

from pipeline.normalise.dates.published import PublishedDate
from pipeline.normalise.dates.reading import parse_date

__all__ = ["PublishedDate", "parse_date"]
