"""Acquire: the only stage that talks to the world. It ends with bytes safely in a capture."""

from pipeline.acquire.documents import Capture, acquire, find_capture, settle, source_of, spool, waiting

__all__ = ["Capture", "acquire", "find_capture", "settle", "source_of", "spool", "waiting"]
