"""Of a large web archive only the records of some hosts, as they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

from pipeline.extract.budget import Budget
from pipeline.extract.warc_frames import Damage, frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.settings import Limits

_CHUNK: Final = 1024 * 1024


def select_hosts(file: BinaryIO, hosts: Sequence[str], selected: BinaryIO, *, limits: Limits) -> int | None:
    """Copy the records of these hosts, and of their subdomains, byte for byte; the number of damaged ones.

    Damaged records are left out: nothing tells whose they were. None: the records are not members of their
    own (all of the file is one gzip stream), so nothing can be cut out; `selected` is as it was.
    """
    wanted = tuple(host.lower() for host in hosts)
    spans: list[tuple[int, int]] = []
    damaged = 0
    for found in frames(file, budget=Budget(limits)):
        if isinstance(found, Damage):
            damaged += 1
        elif found.inner:
            return None
        elif found.kind == "warcinfo" or _of(found.fields.get("warc-target-uri", ""), wanted):
            spans.append((found.start, found.end))
    for start, end in spans:
        file.seek(start)
        left = end - start
        while left > 0 and (part := file.read(min(left, _CHUNK))):
            selected.write(part)
            left -= len(part)
    return damaged


def _of(url: str, hosts: tuple[str, ...]) -> bool:
    try:
        host = (urlsplit(url.strip("<>")).hostname or "").removesuffix(".")
    except ValueError:
        return False
    return any(host == wanted or host.endswith(f".{wanted}") for wanted in hosts)
