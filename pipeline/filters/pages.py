"""`dagspress extract`: pages in, articles out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def extract_lines(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """A line of JSON for every line: the article on the page at `html` (below `folder`), or `error`."""
    raise NotImplementedError
