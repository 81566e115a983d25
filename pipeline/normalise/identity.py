"""What an article is called, and what its text is: identifiers and content hashes.

Both are part of the archive's format: another value for the same input would be another article. They never
change, and a test pins them.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from typing import Final

from pipeline.normalise.single_bytes import windows_1252


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
    return hashlib.sha256(fold(text).encode("utf-8", "surrogatepass")).hexdigest()


@functools.lru_cache(maxsize=1)
def fold(text: str) -> str:
    """What makes two texts the same content: their letters and digits, regardless of case and form.

    NFKC, case-folded, NFKC again; every run of anything else is one space. The last result is kept: whoever
    has just hashed a text wants to sketch it next.
    """
    data = windows_1252(text)
    if data is None or _NOT_ONE in (folded := data.translate(_FOLDED_BYTES)):
        return fold_any(text)
    return _SPACES.sub(b" ", folded).strip().decode("windows-1252")


_SPACES: Final = re.compile(b"  +")
_WORD: Final = re.compile(r"[^\W_]+")


def fold_any(text: str) -> str:
    """`fold` as it is defined, without its short cut."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", folded)))


def _folded_byte(byte: int) -> bytes:
    """What a byte of Windows-1252 is folded to; `_NOT_ONE` where it is no character, or more (½, ß)."""
    try:
        folded = (fold_any(bytes((byte,)).decode("windows-1252")) or " ").encode("windows-1252")
    except ValueError:
        return _NOT_ONE
    return folded if len(folded) == 1 else _NOT_ONE


_NOT_ONE: Final = b"\0"
_FOLDED_BYTES: Final = b"".join(map(_folded_byte, range(256)))
