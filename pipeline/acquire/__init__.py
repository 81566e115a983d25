"""Acquire: the only stage that talks to the world. It ends with bytes safely in a capture."""

from pipeline.acquire.documents import (
    Capture,
    Purged,
    acquire,
    captures_of,
    find_capture,
    settle,
    source_of,
    spool,
    waiting,
)

__all__ = [
    "Capture",
    "Purged",
    "acquire",
    "captures_of",
    "find_capture",
    "settle",
    "source_of",
    "spool",
    "waiting",
]
