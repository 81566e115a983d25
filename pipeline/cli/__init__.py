"""The command line: `dagspress`. Thin: it parses, calls what does the work, and prints."""

from __future__ import annotations

from pipeline.cli.commands import app, main

__all__ = ["app", "main"]
