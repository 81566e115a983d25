"""Names of archive members: which are safe, which are clutter, and how they stand in `at`."""

from __future__ import annotations

import hashlib
import re
from typing import Final

_LONGEST: Final = 4096
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_CLUTTER: Final = frozenset({".DS_Store", "Thumbs.db", "__MACOSX"})
# What has a meaning in `at` and in `capture`: nested!member, member@position, object#position.
_MEANT: Final = frozenset("%#!@")


def unsafe(name: str) -> str | None:
    """Why a member's name must not be followed, or None when it is an ordinary relative path."""
    if len(name) > _LONGEST:
        return f"its name is {len(name)} characters long"
    if ".." in name.replace("\\", "/").split("/"):
        return "its name climbs out of the archive with '..'"
    if name.startswith(("/", "\\")):
        return "its name is an absolute path"
    if _DRIVE.match(name):
        return "its name begins with a drive letter"
    return None


def is_clutter(name: str) -> bool:
    """Whether an operating system left the member there (`__MACOSX/`, `.DS_Store`, `Thumbs.db`)."""
    return not _CLUTTER.isdisjoint(name.split("/"))


def visible(name: str) -> str:
    """The name with control characters, `%`, `#`, `!` and `@` percent-encoded; `./a//b` becomes `a/b`."""
    parts = [part for part in name[:_LONGEST].split("/") if part not in ("", ".")]
    path = "/".join(parts) or "~unnamed"
    if path.isprintable() and _MEANT.isdisjoint(path):
        return path
    return "".join(c if c.isprintable() and c not in _MEANT else _encoded(c) for c in path)


def _encoded(character: str) -> str:
    # surrogateescape gives back a byte that was not UTF-8; other lone surrogates come from no archive.
    try:
        encoded = character.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        encoded = character.encode("utf-8", "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in encoded)


class Names:
    """The names given in one archive: a second `a.txt` becomes `a.txt~2`."""

    def __init__(self, at: str) -> None:
        self._prefix = f"{at}!" if at else ""
        # Digests, not names: an archive of a million members with long names must not fill the memory.
        self._given: dict[bytes, int] = {}

    def give(self, name: str) -> str:
        """A unique `at` for a member as it is named in the archive."""
        return self._prefix + self._unique(visible(name))

    def rest(self) -> str:
        """A unique `at` for what follows in the archive."""
        return self._prefix + self._unique("~rest")

    def _unique(self, name: str) -> str:
        first = _digest(name)
        if first not in self._given:
            self._given[first] = 1
            return name
        while True:
            self._given[first] += 1
            numbered = f"{name}~{self._given[first]}"
            digest = _digest(numbered)
            if digest not in self._given:
                self._given[digest] = 1
                return numbered


def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=12).digest()
