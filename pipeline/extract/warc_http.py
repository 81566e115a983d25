"""The HTTP responses that web archives hold: head, transfer encoding, content encoding.

Archives keep what servers sent, and crawlers disagree on what they undo first: bodies that are declared
`chunked` or `gzip` and are not (any more) are common, and are taken as they are.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Final

import brotli
import zstandard

from pipeline.errors import Unreadable
from pipeline.extract.compression import WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.settings import Limits

HEAD: Final = 128 * 1024
"""Bytes in which a response's head must end."""

_STATUS: Final = re.compile(rb"\s*HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t][^\r\n]*)?(?=\r?\n|\Z)", re.IGNORECASE)
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_FIELD: Final = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*)")
_CHUNK: Final = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LINE_END: Final = re.compile(rb"\r?\n")
_CHARSET_NAME: Final = re.compile(r"[\w.:+-]{1,40}\Z", re.ASCII)
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[a-z!?/]", re.IGNORECASE)
_STEP: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status and header fields of a response.

    Attributes:
        status: None when there is no status line.
        fields: by lower-case name; of a repeated one the last.
        size: bytes of the head, with the empty line.
    """

    status: int | None
    fields: dict[str, str]
    size: int

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; "" without one."""
        return media_type(self.fields.get("content-type", ""))

    @property
    def charset(self) -> str | None:
        """Of the Content-Type."""
        return charset_of(self.fields.get("content-type", ""))

    @property
    def is_chunked(self) -> bool:
        """Whether it says that its body is in chunks."""
        return "chunked" in self.fields.get("transfer-encoding", "").lower()


def media_type(value: str) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`."""
    return value.partition(";")[0].strip().lower()


def charset_of(value: str) -> str | None:
    """The charset that a Content-Type names."""
    if "charset" not in value.lower():
        return None
    message = Message()
    message["Content-Type"] = value
    found = message.get_param("charset")
    name = found.strip().strip("'\"").lower() if isinstance(found, str) else ""
    return name if _CHARSET_NAME.match(name) else None


def head_of(block: bytes) -> Head | None:
    """The head of the response that `block` (its first `HEAD` bytes or all of it) begins with.

    None when it does not begin with one, or it does not end in `block`.
    """
    status = _STATUS.match(block)
    if status is None:
        return None
    # A status line alone, or a head cut at the end, has no body.
    end = _HEAD_END.search(block, status.end())
    if end is None and len(block) >= HEAD:
        return None
    lines = block[status.end() : end.start() if end else len(block)].decode("utf-8", "replace")
    fields = {
        name.lower(): " ".join(value.split()) if "\n" in value else value.strip()
        for name, value in _FIELD.findall(lines)
    }
    return Head(status=int(status[1]), fields=fields, size=end.end() if end else len(block))


def payload(body: bytes, head: Head, *, limits: Limits) -> bytes:
    """The body with its transfer and content encodings undone.

    Of a body that ends too early what came is given. Raises Unreadable: `bomb` for what expands beyond
    `limits.record_bytes`, `damaged` for what cannot be decoded.
    """
    if head.is_chunked:
        body = dechunked(body)
    for name in reversed(head.fields.get("content-encoding", "").lower().split(",")):
        name = name.strip().removeprefix("x-")
        if name in ("", "identity", "none", "utf-8"):
            continue
        body = _expanded(body, name, limits)
    return body


def dechunked(body: bytes) -> bytes:
    """Chunks joined (RFC 9112, 7.1). Where one is no chunk, the rest is taken as it is."""
    parts: list[bytes] = []
    at = 0
    while at < len(body):
        size = _CHUNK.match(body, at, at + 4096)
        if size is None:
            parts.append(body[at:])
            break
        length = int(size[1], 16)
        if not length:
            break  # what follows are trailers
        end = size.end() + length
        line_end = _LINE_END.match(body, end)
        if line_end is None and end < len(body):
            # The size lies, or what looks like one is the first line of the text.
            parts.append(body[size.end() if at else 0 :])
            break
        parts.append(body[size.end() : end])
        at = line_end.end() if line_end else end
    return b"".join(parts)


def _expanded(body: bytes, name: str, limits: Limits) -> bytes:
    expand = _EXPAND.get(name)
    if expand is None:
        raise Unreadable("damaged", f"Its content encoding {name[:40]!r} is not known.")
    if not body:
        return body
    parts: list[bytes] = []
    size = 0
    try:
        for part in expand(body):
            parts.append(part)
            size += len(part)
            if size > limits.record_bytes:
                raise Unreadable(
                    "bomb",
                    f"Its {len(body)} bytes expand to more than {limits.record_bytes}. If it is one article, "
                    "raise DAGSPRESS_MAX_RECORD_BYTES.",
                )
    except _DAMAGE as error:
        if _MARKUP.match(body):
            return body  # undone before it was archived
        if not parts or "emory" in str(error):
            raise Unreadable("damaged", f"Its {name} data is damaged ({error}).") from error
        raise Unreadable("damaged", f"Its {name} data is damaged after {size} bytes ({error}).") from error
    return b"".join(parts)


def _gzip(body: bytes) -> Iterator[bytes]:
    yield from _zlib(body, 31)


def _deflate(body: bytes) -> Iterator[bytes]:
    """With zlib's header, as the RFC has it, or without, as some servers do."""
    with_header = len(body) > 1 and body[0] & 15 == 8 and not (body[0] << 8 | body[1]) % 31
    yield from _zlib(body, 15 if with_header else -15)


def _zlib(body: bytes, wbits: int) -> Iterator[bytes]:
    data = body
    while data:
        expander = zlib.decompressobj(wbits)
        while data and not expander.eof:
            if part := expander.decompress(data, _STEP):
                yield part
            elif not expander.unconsumed_tail:
                break
            data = expander.unconsumed_tail
        data = expander.unused_data
        if not (wbits == 31 and data.startswith(b"\x1f\x8b")):
            return  # padding and the like


def _brotli(body: bytes) -> Iterator[bytes]:
    expander = brotli.Decompressor()
    data = body
    while not expander.is_finished():
        part = expander.process(data, output_buffer_limit=_STEP)
        data = b""
        if part:
            yield part
        elif expander.can_accept_more_data():
            return  # ends too early


def _zstd(body: bytes) -> Iterator[bytes]:
    expander = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    with expander.stream_reader(body, read_across_frames=True) as reader:
        while part := reader.read(_STEP):
            yield part


_DAMAGE: Final = (zlib.error, brotli.error, zstandard.ZstdError)
_EXPAND: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
