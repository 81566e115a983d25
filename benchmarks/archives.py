"""Web archives: records per second and memory of reading a large one.

`python -m benchmarks.archives [--megabytes N]`. Writes an archive of that size (as it lies on disk) from
made-up pages, the same ones each time, in each layout that is found in the world, and reads it in a process
of its own: the records alone (framing), then everything up to the articles.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import gzip
import io
import json
import random
import sys
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from pipeline.acquire.exchange import Exchange, Hop
from pipeline.acquire.warc import WarcWriter
from pipeline.extract import extract
from pipeline.extract.budget import Budget
from pipeline.extract.warc_frames import Damage, frames
from pipeline.item import Item
from pipeline.record import Record
from pipeline.settings import MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYOUTS: Final = ("members", "plain", "one member")
PAGES: Final = 200
"""Different pages; the archive repeats them."""
PROSE: Final = (
    "kommunen ordføreren vedtok byggingen av en ny skole ved fjorden etter lang tids debatt og mange møter "
    "der innbyggerne kunne si sin mening om saken som har delt bygda i to siden forslaget kom for tre år "
    "siden ifølge planen skal arbeidet begynne til våren når snøen er borte og veien igjen er åpen for biler"
)
AT: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def page(rng: random.Random, number: int) -> bytes:
    """About 130 kB as pages are: a story of 3 kB, a menu, scripts, an image within."""

    words = PROSE.split()

    def text(count: int) -> str:
        return " ".join(rng.choices(words, k=count)).capitalize() + "."

    story = "".join(f"<p>{text(rng.randint(30, 90))}</p>" for _ in range(8))
    menu = "".join(f'<li><a href="/sak/{n}" class="teaser">{text(7)}</a></li>' for n in range(150))
    script = "".join(f"window.d[{n}]={{id:'{rng.getrandbits(64):x}'}};" for n in range(700))
    image = base64.b64encode(rng.randbytes(50_000)).decode()
    return (
        f'<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>{text(8)}</title>'
        f'<meta property="article:published_time" content="2026-01-01T{number % 24:02}:00:00Z">'
        f"<script>{script}</script></head><body><nav><ul>{menu}</ul></nav><main><article>"
        f'<h1>{text(8)}</h1><img src="data:image/png;base64,{image}">{story}</article></main></body></html>'
    ).encode()


def block() -> bytes:
    """Records of `PAGES` pages with their items, and of as many that are none."""
    rng, file = random.Random(2026), io.BytesIO()
    writer = WarcWriter(file)
    writer.info({"software": "benchmark", "format": "WARC File Format 1.1"}, at=AT)
    for n in range(PAGES):
        url = f"https://avis.example/sak/{n}"
        writer.page(_exchange(url, page(rng, n), "text/html"), item=Item(url=url, guid=f"sak-{n}"), feed=None)
        writer.document(_exchange(f"{url}.jpg", rng.randbytes(20_000), "image/jpeg"), kind="page")
    return file.getvalue()


def _exchange(url: str, body: bytes, kind: str) -> Exchange:
    packed = gzip.compress(body, 6, mtime=0) if kind == "text/html" else body
    coding = "Content-Encoding: gzip\r\n" if kind == "text/html" else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{coding}\r\n".encode()
    hop = Hop(url=url, request=b"GET / HTTP/1.1\r\n\r\n", head=head, body=packed, status=200, at=AT)
    return Exchange(hops=(hop,), body=body)


def generate(path: Path, layout: str, size: int) -> None:
    """Write an archive of at least `size` bytes."""
    members = block()
    plain = gzip.decompress(members)
    with path.open("wb") as file:
        if layout == "one member":
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            while file.tell() < size:
                file.write(packer.compress(plain))
            file.write(packer.flush())
        else:
            while file.tell() < size:
                file.write(members if layout == "members" else plain)


def read(path: Path, *, framing: bool) -> dict[str, float]:
    """Read it all in this process."""
    start, counts = time.perf_counter(), Counter[str]()
    with path.open("rb") as file:
        for kind in _framed(file) if framing else _extracted(file, path.name):
            counts[kind] += 1
    return {"seconds": time.perf_counter() - start, **counts}


def _framed(file: io.BufferedReader) -> Iterator[str]:
    for frame in frames(file, budget=Budget(Limits())):
        if isinstance(frame, Damage):
            yield "damaged"
        else:
            frame.read()
            yield "records"


def _extracted(file: io.BufferedReader, name: str) -> Iterator[str]:
    for item in extract(file, name, limits=Limits()):
        yield "records" if isinstance(item, Record) else "rejected"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--layout", choices=LAYOUTS, action="append")
    parser.add_argument("--read", type=Path, help="(of the child process) read this file")
    parser.add_argument("--framing", action="store_true", help="(of the child process) its records alone")
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read(options.read, framing=options.framing)))
        return
    from benchmarks.processes import measure

    table = Table("layout", "what", "records", "records/s", "MB/s on disk", "seconds", "peak MiB")
    with tempfile.TemporaryDirectory() as folder:
        for layout in options.layout or LAYOUTS:
            path = Path(folder) / ("a.warc" if layout == "plain" else "a.warc.gz")
            generate(path, layout, options.megabytes * MIB)
            size = path.stat().st_size
            for what in ("framing", "articles"):
                command = [sys.executable, "-m", "benchmarks.archives", "--read", str(path)]
                run = measure([*command, "--framing"] if what == "framing" else command)
                counts = json.loads(run.output)
                table.add_row(
                    layout,
                    what,
                    f"{counts['records']:,}",
                    f"{counts['records'] / counts['seconds']:,.0f}",
                    f"{size / 1e6 / counts['seconds']:,.0f}",
                    f"{counts['seconds']:.1f}",
                    f"{run.peak_mib:.0f}",
                )
            path.unlink()
    Console().print(table)


if __name__ == "__main__":
    main()
