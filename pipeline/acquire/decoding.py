"""Content encodings undone as the bytes arrive, in bounded pieces: a bomb never gets to go off."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final, Protocol

import brotli
import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCEPT_ENCODING: Final = "gzip, deflate, br, zstd"
_PIECE: Final = 64 * 1024
_ZSTD_WINDOW: Final = 8 * 1024 * 1024
"""The largest window that HTTP allows (RFC 9659)."""
_ZSTD_STEP: Final = 128
"""Bytes fed to zstd at a time: four bytes can make a block of 128 KiB, so this makes at most 4 MiB."""
_DEEPEST: Final = 3
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Damaged(Exception):
    """The bytes are not what the encoding says."""


class Layer(Protocol):
    """One encoding, undone."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` decodes to, in pieces of a few MiB at most. Raises Damaged."""
        ...

    def finish(self) -> None:
        """Raises Damaged when the end is missing."""
        ...


class _Zlib:
    """gzip (of any number of members), and deflate with its zlib header or, as some send it, without."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._inflater: zlib._Decompress | None = None
        self._begin = b""
        self._trailing = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._trailing:
            return
        data = self._begin + data
        self._begin = b""
        while data:
            if self._inflater is None:
                if len(data) < 2:
                    self._begin = data
                    return
                self._inflater = zlib.decompressobj(self._window(data))
            try:
                piece = self._inflater.decompress(data, _PIECE)
                while piece:
                    yield piece
                    piece = self._inflater.decompress(self._inflater.unconsumed_tail, _PIECE)
            except zlib.error as error:
                raise Damaged(str(error)) from None
            if not self._inflater.eof:
                return
            data = self._inflater.unused_data
            if data and not (self._gzip and data.startswith(b"\x1f\x8b"[: len(data)])):
                self._trailing = True  # padding after the last member, as gzip itself passes it over
                return
            if data:
                self._inflater = None

    def finish(self) -> None:
        if self._begin or (self._inflater is not None and not self._inflater.eof):
            raise Damaged("it ends too early")

    def _window(self, data: bytes) -> int:
        if self._gzip:
            return 16 + zlib.MAX_WBITS
        has_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


class _Brotli:
    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()
        self._any = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._any = True
        if self._decompressor.is_finished():
            return
        try:
            piece = self._decompressor.process(data, output_buffer_limit=_PIECE)
            while piece or not self._decompressor.can_accept_more_data():
                yield piece
                piece = self._decompressor.process(b"", output_buffer_limit=_PIECE)
        except brotli.error as error:
            raise Damaged(str(error)) from None

    def finish(self) -> None:
        if self._any and not self._decompressor.is_finished():
            raise Damaged("it ends too early")


class _Zstd:
    def __init__(self) -> None:
        self._new = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj
        self._decompressor = self._new()
        self._any = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._any = True
        for start in range(0, len(data), _ZSTD_STEP):
            step = data[start : start + _ZSTD_STEP]
            while step:
                try:
                    if self._decompressor.eof:
                        self._decompressor = self._new()
                    piece = self._decompressor.decompress(step)
                except zstandard.ZstdError as error:
                    raise Damaged(str(error)) from None
                if piece:
                    yield piece
                step = self._decompressor.unused_data if self._decompressor.eof else b""

    def finish(self) -> None:
        if self._any and not self._decompressor.eof:
            raise Damaged("it ends too early")


_LAYERS: Final[dict[str, Callable[[], Layer]]] = {
    "gzip": lambda: _Zlib(gzip=True),
    "x-gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
    "br": _Brotli,
    "zstd": _Zstd,
}


class Decoder:
    """Undoes a `Content-Encoding`. What no encoding is known for (`identity`, `utf-8`) passes as it is."""

    def __init__(self, content_encoding: str) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        made = [_LAYERS[name] for name in names if name in _LAYERS]
        if len(made) > _DEEPEST:
            raise Damaged(f"{len(made)} encodings over each other")
        self._layers = [make() for make in reversed(made)]

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to undo."""
        return not self._layers

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes decode to, in bounded pieces. Raises Damaged."""
        return self._through(data, 0)

    def finish(self) -> None:
        """Raises Damaged when an encoding has not come to its end."""
        for layer in self._layers:
            layer.finish()

    def _through(self, data: bytes, depth: int) -> Iterator[bytes]:
        if depth == len(self._layers):
            yield data
            return
        for piece in self._layers[depth].feed(data):
            yield from self._through(piece, depth + 1)


def looks_plain(data: bytes) -> bool:
    """Whether bytes that were declared encoded are text all the same: some servers forget to encode."""
    start = data[:1024]
    return bool(start.strip()) and _CONTROL.search(start) is None and not start.startswith(b"\x1f\x8b")
