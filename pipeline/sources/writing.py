"""Adding to the catalogue as text: what a person wrote there, comments and order, stays as it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pipeline.errors import ConfigurationError
from pipeline.sources.loading import complaint, read_catalogue, read_text
from pipeline.sources.nodes import BadYaml, read_yaml
from pipeline.sources.source import Source
from pipeline.sources.values import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_INDENT: Final = 2
_BOM: Final = b"\xef\xbb\xbf"

# what YAML reads as itself wherever it stands, also in [lists] and {mappings}
_PLAIN: Final = re.compile(r"[\w/.](?:[\w/.+~%&?=;@!()$*-]|:(?=[\w/])|(?<=[\w,.)]) (?=[\w(]))*")
_NOT_PLAIN: Final = re.compile(r"(?:~|null|true|false|yes|no|on|off|[\d.:_e+-]+)", re.IGNORECASE)
"""Read right by us all the same, but not by other readers of YAML."""


def fields_of(source: Source) -> dict[str, str]:
    """The fields of a source that are not as they would be anyway, each as YAML on one line."""
    shown = {}
    for field in dataclasses.fields(Source):
        value = getattr(source, field.name)
        if field.default is dataclasses.MISSING or value != field.default:
            shown[field.name] = _selectors(value) if field.name == "selectors" else _yaml(value)
    return shown


def _yaml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.timedelta):
        return duration(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_yaml, value))}]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and not _NOT_PLAIN.fullmatch(value)
        return value if plain else json.dumps(value, ensure_ascii=False)
    return str(int(value)) if value == int(value) else f"{value:f}".rstrip("0")


def _selectors(pairs: Iterable[tuple[str, str]]) -> str:
    by_target: dict[str, list[str]] = {}
    for target, selector in pairs:
        by_target.setdefault(target, []).append(json.dumps(selector, ensure_ascii=False))
    shown = (f"{t}: {s[0] if len(s) == 1 else '[' + ', '.join(s) + ']'}" for t, s in by_target.items())
    return f"{{{', '.join(shown)}}}"


def duration(length: dt.timedelta) -> str:
    """A length of time as the catalogue writes it.

    >>> duration(dt.timedelta(hours=36))
    '36h'
    """
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def entry(source: Source, comment: str = "", *, indent: int = _INDENT) -> str:
    """A source as an entry of the catalogue, its comment above it; ends with a line end."""
    pad = " " * indent
    lines = [f"{pad}# {line}" for line in _comment(comment)]
    for number, (name, value) in enumerate(fields_of(source).items()):
        lines.append(f"{pad}{'  ' if number else '- '}{name}: {value}")
    return "".join(f"{line}\n" for line in lines)


def _comment(text: str) -> list[str]:
    """Lines that can stand in a comment, whatever was in the text."""
    lines = ("".join(c if c.isprintable() else " " for c in line) for line in text.split("\n"))
    return [short for line in lines if (short := " ".join(line.split())[:160])]


def appended(text: str, additions: Sequence[tuple[Source, str]]) -> str:
    """A catalogue's text with sources, each with a comment, added at its end.

    Raises ConfigurationError when the text has mistakes, when a source is in it already, or when its form
    leaves no place for more.
    """
    if not additions:
        return text
    line_end = "\r\n" if "\r\n" in text else "\n"
    try:
        is_empty = read_yaml(text) is None
    except BadYaml:
        is_empty = False
    before = read_catalogue(text)
    if before.problems and not is_empty:
        raise ConfigurationError(_lines("Nothing was added, there are mistakes to correct:", before.problems))
    listing = before.listing
    indent = listing.column if listing and listing.items and not listing.flow else _INDENT
    entries = ("\n" + entry(source, comment, indent=indent) for source, comment in additions)
    block = "".join(entries).replace("\n", line_end)
    base = text if not text or text.endswith("\n") else text + line_end
    if is_empty:
        new = f"{base}sources:{block}"
    elif listing is not None and listing.flow and not listing.items:
        head, tail = text[: listing.start].rstrip(" "), text[listing.start :]
        new = head + re.sub(r"^\[\s*\]", "", tail)
        new = new + ("" if new.endswith("\n") else line_end) + block
    else:
        new = base + block
    after = read_catalogue(new)
    wanted = before.sources + tuple(source for source, _ in additions)
    broken = any(problem.field is None for problem in after.problems)  # no longer YAML
    if after.problems and not broken:
        raise ConfigurationError(_lines("Nothing was added, the catalogue would be wrong:", after.problems))
    if broken or after.sources != wanted:
        raise ConfigurationError(
            "Nothing was added: the form of the catalogue leaves no place at its end. Add by hand:"
            + block.replace(line_end, "\n").rstrip()
        )
    return new


def _lines(head: str, problems: Iterable[object]) -> str:
    return "\n".join((head, *(f"  {problem}" for problem in problems)))


def add_sources(path: Path, additions: Sequence[tuple[Source, str]]) -> None:
    """Add sources to the catalogue at `path`, each with a comment; a file that is not there is begun.

    The file is replaced whole, or not at all; raises ConfigurationError, which says what to do.
    """
    path = path.resolve()
    exists = path.exists()
    text = read_text(path) if exists else ""
    if exists and (problems := read_catalogue(text).problems) and text.strip():
        raise ConfigurationError(complaint(path, problems))
    raw = path.read_bytes() if exists else b""
    new = appended(text, additions)
    data = (_BOM if raw.startswith(_BOM) else b"") + new.encode("utf-8")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                temporary.chmod(path.stat().st_mode & 0o777 if exists else 0o644)
                if exists and path.read_bytes() != raw:
                    raise ConfigurationError(f"{path} changed meanwhile; nothing was added. Do it again.")
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written ({error.strerror or error}). DAGSPRESS_SOURCES can name a file "
            "elsewhere."
        ) from None


# --- names ----------------------------------------------------------------------------------------

_LETTERS: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ð": "d", "þ": "th",
     "đ": "d", "ŋ": "n", "ł": "l", "œ": "oe", "ı": "i", "ŧ": "t"}
)  # fmt: skip
_GENERIC: Final = frozenset(
    ("www", "m", "rss", "feeds", "feed", "news", "newsfeed", "xml", "atom", "index", "latest", "all",
     "default", "com", "org", "net", "co", "uk", "html", "json", "php")
)  # fmt: skip
"""Words of addresses that tell no source from another."""


def slug(text: str) -> str:
    """Text as a name: letters (a to z), digits and hyphens, at most 60; empty when nothing is left.

    >>> slug("Blåmyra Avis – siste nytt")
    'blaamyra-avis-siste-nytt'
    """
    lower = text.lower().translate(_LETTERS)
    ascii_ = unicodedata.normalize("NFKD", lower).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_))[:60].strip("-")


def new_name(url: str, taken: Iterable[str], *, title: str | None = None) -> str:
    """A name for a source that none of `taken` has: from its title, else from its address."""
    base = slug(title or "") or _from_address(url) or "source"
    used = {name.casefold() for name in taken} | RESERVED
    name, number = base, 1
    while name in used:
        number += 1
        name = f"{base}-{number}"
    return name


def _from_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    words = re.findall(r"[a-z0-9]+", f"{host} {parts.path}".lower())
    named = [word for word in words if word not in _GENERIC]
    return slug(" ".join(named or words))
