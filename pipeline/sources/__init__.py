"""The catalogue of sources: what `seeds/sources.yaml` declares, or the file that DAGSPRESS_SOURCES names."""

from __future__ import annotations

from pipeline.sources.loading import (
    Catalogue,
    Problem,
    catalogue_path,
    hints,
    load_sources,
    read_catalogue,
)
from pipeline.sources.source import KINDS, Kind, Source

__all__ = [
    "KINDS",
    "Catalogue",
    "Kind",
    "Problem",
    "Source",
    "catalogue_path",
    "hints",
    "load_sources",
    "read_catalogue",
]
