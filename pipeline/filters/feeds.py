"""`dagspress feed`: feeds in, what they list out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def feed_lines(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """A line of JSON for every line: what the feed at `path` (below `folder`) lists, or `error`."""
    raise NotImplementedError
