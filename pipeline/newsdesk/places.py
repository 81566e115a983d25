"""Where bytes are: the capture that a row came from, and the place in it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.report.words import dropped_as, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A capture, and the place in it."""

    object: str
    """Name of the object in the lake."""
    file: str
    """The file's own name, as a person may read it."""
    at: str
    """Where in it, in words; empty for the whole."""


def place(capture: str, *, name: str = "") -> Place:
    """The place of a row's `capture`; `name`: the file's own name, where that is known.

    >>> place("captures/source=x/date=2024-01-01/0123-a.jsonl#@10+5").at
    'bytes 10 to 14'
    """
    file, at = dropped_as(capture)
    return Place(object=capture.partition("#")[0], file=visible(name) or file, at=visible(at))
