"""What an article is called, and what its text is: identifiers and content hashes.

Both are part of the archive's format: another value for the same input would be another article. They never
change, and a test pins them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.normalise.single_bytes import ENCODINGS, single_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.normalise.single_bytes import SingleBytes


def article_id(*, canonical_url: str | None, source: str, own_id: str | None, raw: bytes) -> str:
    """The identifier of an article: 32 hex digits (128 bits) of SHA-256.

    Of its canonical URL; without one, of the id its producer gave it, within its source; without that, of its
    raw bytes.
    """
    if canonical_url:
        return _digest(b"url", canonical_url.encode("utf-8", "surrogatepass"))
    if own_id and own_id.strip():
        name = own_id.strip().encode("utf-8", "surrogatepass")
        return _digest(b"id", source.encode("utf-8", "surrogatepass"), name)
    return _digest(b"bytes", raw)


def _digest(*parts: bytes) -> str:
    # Each part with its length before it, so that no two lists of parts are the same bytes.
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()[:32]


def content_hash(text: str) -> str:
    """SHA-256 (64 hex digits) of the folded text: equal for exact duplicates."""
    return hash_folded(fold(text))


def hash_folded(folded: str) -> str:
    """`content_hash` of a text that is folded already."""
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


def fold(text: str) -> str:
    """What makes two texts the same content: their letters and digits, regardless of case and form.

    NFKC, case-folded, NFKC again; every run of anything else is one space.
    """
    return fold_each([text], [single_bytes(text)])[0]


def fold_each(texts: Sequence[str], encoded: Sequence[SingleBytes | None]) -> list[str]:
    """Each text folded, which `single_bytes` has encoded as far as it could."""
    folded = _single_spaces(
        [one.data.translate(_FOLDED[one.encoding]) if one else _NOT_ONE for one in encoded]
    )
    return [
        data.decode(one.encoding) if one and _NOT_ONE not in data else fold_any(text)
        for text, one, data in zip(texts, encoded, folded, strict=True)
    ]


def _single_spaces(lines: Sequence[bytes]) -> list[bytes]:
    """Each line with single spaces, and none around it."""
    data = np.frombuffer(b"\n".join((*lines, b"")), np.uint8)
    kept = np.ones(len(data), bool)
    kept[1:] = (data[1:] != _SPACE) | (data[:-1] != _SPACE)
    return [line.strip() for line in data[kept].tobytes().split(b"\n")[:-1]]


_WORD: Final = re.compile(r"[^\W_]+")


def fold_any(text: str) -> str:
    """`fold` as it is defined, without its short cut."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", folded)))


def _folded_byte(byte: int, encoding: str) -> bytes:
    """What a byte is folded to; `_NOT_ONE` where it is no character, or more (½, ß)."""
    try:
        folded = (fold_any(bytes((byte,)).decode(encoding)) or " ").encode(encoding)
    except ValueError:
        return _NOT_ONE
    return folded if len(folded) == 1 else _NOT_ONE


_SPACE: Final = ord(" ")
_NOT_ONE: Final = b"\0"
_FOLDED: Final = {
    encoding: b"".join(_folded_byte(byte, encoding) for byte in range(256)) for encoding in ENCODINGS
}
