"""Which language a text is in: detected in the text, or named by the record."""

from __future__ import annotations

from pipeline.normalise.language.detect import detect, guess
from pipeline.normalise.language.hints import from_hint

__all__ = ["detect", "from_hint", "guess"]
