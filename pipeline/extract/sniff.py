"""What a member is, told by how it begins. Its name only decides where the content leaves it open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from pipeline.extract import json_value

if TYPE_CHECKING:
    from pipeline.extract.reading import Reader

Format = Literal["empty", "parquet", "html", "json_lines", "json_array", "json_object", "text"]

HEAD: Final = 64 * 1024
BOM: Final = b"\xef\xbb\xbf"
WRAPPERS: Final = ("articles", "items", "data", "documents", "records")
"""Fields under which an object may hold the array of records, in order of preference."""

_NOTHING: Final = object()
_PACKED: Final = re.compile(r"\.(?:gz|gzip|zst|zstd|bz2|xz|lzma)\Z")
_LINES_NAME: Final = re.compile(r"\.(?:jsonl|ndjson|jl|jsonlines)\Z")
_HTML_NAME: Final = re.compile(r"\.x?html?\Z")
_PAGE: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|article|main|div|section|p|h1)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_ELEMENT: Final = re.compile(rb"\s*<[a-z!?]", re.IGNORECASE)
_ARRAY_OF_OBJECTS: Final = re.compile(rb"\s*\[\s*\{\s*[\"}]")
_WRAPPED: Final = re.compile(
    rb'\s*\{\s*(?:"(?:[^"\\]|\\.){0,99}"\s*:\s*(?:"(?:[^"\\]|\\.){0,999}"|[\w.+-]+)\s*,\s*)*'
    rb'"(?:' + "|".join(WRAPPERS).encode() + rb')"\s*:\s*(?=\[\s*(?:\{|\]))',
    re.DOTALL,
)


def sniff(reader: Reader, name: str, *, limit: int) -> Format:
    """The format of what `reader` (in UTF-8, or an encoding that contains ASCII) is about to read.

    Looks at the beginning; only where that starts like JSON and leaves open which kind, at as much as
    `limit` bytes.
    """
    head = reader.peek(HEAD)
    if not head:
        return "empty"
    if head.startswith(b"PAR1"):
        return "parquet"
    head = head.removeprefix(BOM)
    name = _PACKED.sub("", name.lower())
    if _PAGE.match(head) or (_HTML_NAME.search(name) and _ELEMENT.match(head)):
        return "html"
    first = head.lstrip()[:1]
    lines = _LINES_NAME.search(name) is not None
    if first == b"[" and not (lines and _is_json(_cut(head)[0])):
        return _array(reader, name, limit)
    if lines:
        return "json_lines"
    return _object(reader, name, limit) if first == b"{" else "text"


def wrapper_start(reader: Reader) -> int | None:
    """Where the array begins that the object ahead wraps; None: it begins like no such object."""
    head = reader.peek(HEAD)
    mark = len(BOM) if head.startswith(BOM) else 0
    match = _WRAPPED.match(head, mark)
    return None if match is None else match.end()


def _array(reader: Reader, name: str, limit: int) -> Format:
    """An array, or text that begins with a bracket (`[NTB] Oslo`)."""
    if _ARRAY_OF_OBJECTS.match(reader.peek(HEAD).removeprefix(BOM)) or name.endswith(".json"):
        return "json_array"
    return "json_array" if _is_json(_all(reader, limit)) else "text"


def _object(reader: Reader, name: str, limit: int) -> Format:
    """One object, lines that each hold one, or text that begins with a brace."""
    line, rest = _cut(reader.peek(HEAD))
    if not rest or rest.isspace():  # the head does not tell whether there is a second line
        line, rest = _cut(reader.peek(limit + 1))
    if len(line) <= limit and _is_object(line):
        more = rest is not None and (reader.broken or not (rest == b"" or rest.isspace()))
        return "json_lines" if more else "json_object"
    if wrapper_start(reader) is not None or name.endswith(".json"):
        return "json_object"
    data = _all(reader, limit)
    if data is not None and _is_object(data):
        return "json_object"
    if any(_is_object(line) for line in reader.peek(HEAD).splitlines()):
        return "json_lines"
    if data is None:  # too large to be a record, whatever it is
        return "json_lines" if rest is None else "json_object"
    return "text"


def _all(reader: Reader, limit: int) -> bytes | None:
    """Everything ahead; None when that is more than the limit."""
    data = reader.peek(limit + 1)
    return None if len(data) > limit else data.removeprefix(BOM)


def _cut(data: bytes) -> tuple[bytes, bytes | None]:
    """The first line that is not blank, and what follows; None: the line does not end in `data`."""
    line, end, rest = data.removeprefix(BOM).lstrip().partition(b"\n")
    return line, rest if end else None


def _is_json(data: bytes | None) -> bool:
    return data is not None and _value(data) is not _NOTHING


def _is_object(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{" and isinstance(_value(data), dict)


def _value(data: bytes) -> Any:
    try:
        return json_value.parse(data)[0]
    except UnicodeDecodeError:  # another encoding that contains ASCII: the structure is what counts
        try:
            return json_value.parse(data.decode("latin-1"))[0]
        except ValueError:
            return _NOTHING
    except ValueError:
        return _NOTHING
