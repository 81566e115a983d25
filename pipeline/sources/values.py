"""From what stands in the catalogue to the values of a `Source`, one small reader for each kind of value."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pipeline.sources.nodes import Listing, Mapping, Node, Scalar
from pipeline.sources.source import DATE_CODES, KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Wrong(Exception):
    """A value cannot be what its field needs; `line` where it stands, `below` names what is inside."""

    def __init__(self, line: int, detail: str, *, below: str = "") -> None:
        super().__init__(detail)
        self.line = line
        self.detail = detail
        self.below = below


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is read.

    Attributes:
        form: what is allowed, for a person: completes "must be ...".
        read: gives the value; raises Wrong, or an ExceptionGroup of them.
        kinds: the kinds of source that have it.
    """

    form: str
    read: Callable[[Node], Any]
    kinds: tuple[str, ...] = KINDS


def closest(word: str, allowed: tuple[str, ...] | set[str]) -> str:
    """` Did you mean X?`, or nothing."""
    folded = {name.casefold(): name for name in sorted(allowed)}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f" Did you mean {folded[found[0]]}?" if found else ""


def quoted(text: str) -> str:
    """What was written, short and on one line."""
    shown = repr(text)
    return shown if len(shown) <= 80 else f"{shown[:76]}...{shown[0]}"


_WHAT: Final = {Listing: "a list", Mapping: "a mapping"}


def _text(node: Node) -> str:
    if not isinstance(node, Scalar):
        raise Wrong(node.line, f"must be one value, not {_WHAT[type(node)]}")
    if node.is_null:
        raise Wrong(node.line, "is empty; give a value or leave the field out")
    text = node.text.strip()
    if not text:
        raise Wrong(node.line, "is empty; give a value or leave the field out")
    return text


# --- names and words ------------------------------------------------------------------------------

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,79}", re.ASCII)
RESERVED: Final = frozenset({"documents"})
"""What the inbox calls its own."""


def name(node: Node) -> str:
    """What a source is called in object names."""
    text = _text(node)
    if not NAME.fullmatch(text):
        raise Wrong(
            node.line,
            f"must be letters (a to z), digits, '.' and '-', first a letter or digit, at most 80, not "
            f"{quoted(text)}",
        )
    if text.casefold() in RESERVED:
        raise Wrong(node.line, f"{text} is what the inbox's own documents are called; take another name")
    return text


def kind(node: Node) -> str:
    """One of `KINDS`."""
    text = _text(node)
    if text not in KINDS:
        raise Wrong(
            node.line, f"must be one of {', '.join(KINDS)}, not {quoted(text)}.{closest(text, KINDS)}"
        )
    return text


def title(node: Node) -> str:
    """What a person calls it."""
    text = _text(node)
    if len(text) > 200 or not text.isprintable():
        raise Wrong(node.line, "must be one line of at most 200 characters")
    return text


_TAG: Final = re.compile(  # RFC 5646: language, script, region, variants
    r"([a-z]{2,3})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*",
    re.ASCII,
)
_SECOND_LETTERS: Final = {
    "a": "abefkmnrsvyz", "b": "aeghimnors", "c": "aehorsuvy", "d": "aevz", "e": "elnostu",
    "f": "afijory", "g": "adlnuv", "h": "aeiortuyz", "i": "adegikostu", "j": "av",
    "k": "agijklmnorsuvwy", "l": "abginotuv", "m": "ghiklnrsty", "n": "abdeglnrvy", "o": "cjmrs",
    "p": "ailst", "q": "u", "r": "mnouw", "s": "acdegiklmnoqrstuvw", "t": "aeghiklnorstwy",
    "u": "gkrz", "v": "eio", "w": "ao", "x": "h", "y": "io", "z": "ahu",
}  # fmt: skip
_TWO_LETTERS: Final = frozenset(a + b for a, seconds in _SECOND_LETTERS.items() for b in seconds)
"""ISO 639-1, without `no`: Bokmål (nb) and Nynorsk (nn) are two languages here."""
_MEANT: Final = {
    **dict.fromkeys(("no", "nor", "norsk", "norwegian"), "nb or nn"),
    **{"nob": "nb", "bokmål": "nb", "nno": "nn", "nynorsk": "nn", "dan": "da", "dk": "da", "dansk": "da"},
    **{"swe": "sv", "svenska": "sv", "fin": "fi", "suomi": "fi", "isl": "is", "ice": "is", "sme": "se"},
    **{"fao": "fo", "kal": "kl", "eng": "en", "gb": "en-GB", "english": "en", "deu": "de", "ger": "de"},
    **{"deutsch": "de", "fra": "fr", "fre": "fr", "nld": "nl", "dut": "nl", "spa": "es", "cz": "cs"},
    **{"jp": "ja", "gr": "el", "ee": "et"},
}
"""What is written instead of the tag. (`ee` is Ewe; it is left as it is.)"""


def language(node: Node) -> str:
    """A BCP 47 tag, its language a known one and in its shortest form."""
    text = _text(node)
    match = _TAG.fullmatch(text)
    primary = re.split("[-_]", text.casefold(), maxsplit=1)[0]
    if match is None or (len(match[1]) == 2 and match[1] not in _TWO_LETTERS) or match[1] in _MEANT:
        meant = _MEANT.get(text.casefold()) or _MEANT.get(primary)
        if meant is None and primary in _TWO_LETTERS and "_" in text:
            meant = text.replace("_", "-")
        hint = f" Did you mean {meant}?" if meant and meant != text else ""
        raise Wrong(node.line, f"must be a BCP 47 tag such as nb, nn, da or en-GB, not {quoted(text)}.{hint}")
    return text


def zone(node: Node) -> str:
    """An IANA time zone."""
    text = _text(node)
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        known = available_timezones()
        # people write the city alone, or with the wrong continent
        city = [
            z for z in sorted(known) if z.rsplit("/", 1)[-1].casefold() == text.rsplit("/", 1)[-1].casefold()
        ]
        hint = f" Did you mean {city[0]}?" if city else closest(text, known)
        raise Wrong(
            node.line, f"must be an IANA time zone such as Europe/Oslo, not {quoted(text)}.{hint}"
        ) from None
    return text


# --- addresses ------------------------------------------------------------------------------------

_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_CODE: Final = re.compile("%.?", re.DOTALL)
_LOGIN: Final = re.compile("[^/?#]*//[^/?#]*@")
_HOST: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*\.?|\[[0-9A-Fa-f:.]+\]")


def url(node: Node) -> str:
    """An address on the web."""
    text = _url(node, schemes=("http", "https"))
    if found := _PERCENT.search(text):
        shown = text[found.start() : found.start() + 2]
        raise Wrong(
            node.line, f"has {quoted(shown)}, which is no percent-encoding (date codes are for archives)"
        )
    return text


def archive_url(node: Node) -> str:
    """Where web archive files are; date codes stand for the day."""
    text = _url(node, schemes=("http", "https", "s3", "file"))
    for found in _CODE.finditer(text):
        if found[0] not in DATE_CODES and found[0] != "%%":
            raise Wrong(
                node.line,
                f"has {quoted(found[0])}; the codes for a date are {', '.join(DATE_CODES)}, and %% is a "
                "percent sign",
            )
    return text


def _url(node: Node, *, schemes: tuple[str, ...]) -> str:
    text = _text(node)
    line = node.line
    if _LOGIN.match(text):  # before anything that shows the text
        raise Wrong(line, "holds a user name or password; credentials do not belong in the catalogue")
    if re.search(r"\s", text) or not text.isprintable():
        raise Wrong(line, f"must be one address without spaces, not {quoted(text)}")
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise Wrong(line, f"is no address: {error}") from None
    if parts.scheme not in schemes:
        allowed = ", ".join(f"{s}://" for s in schemes)
        hint = f" Did you mean https://{text}?" if "." in text and "/" not in text.partition(".")[0] else ""
        raise Wrong(line, f"must begin with one of {allowed}, not {quoted(text)}.{hint}")
    if parts.scheme == "file":
        if host not in {"", "localhost"} or not parts.path.startswith("/"):
            raise Wrong(line, f"must name a local file with three slashes, file:///..., not {quoted(text)}")
    elif not _HOST.fullmatch(host if ":" not in host else f"[{host}]") or port == 0:
        raise Wrong(line, f"names no host, or one that cannot be: {quoted(text)}")
    return text


def host(node: Node) -> str:
    """A host's name, in lower case."""
    text = _text(node).rstrip(".")
    if not _HOST.fullmatch(text):
        raise Wrong(
            node.line, f"must be a host such as example.org, without scheme or path, not {quoted(text)}"
        )
    return text.lower()


def hosts(node: Node) -> tuple[str, ...]:
    """One host or several."""
    items = node.items if isinstance(node, Listing) else [node]
    return _each(items, host)


def _each(items: Iterable[Node], read: Callable[[Node], str]) -> tuple[str, ...]:
    """Every item read; every mistake raised, in one group."""
    values, wrongs = [], []
    for item in items:
        try:
            values.append(read(item))
        except Wrong as wrong:
            wrongs.append(wrong)
    if wrongs:
        raise ExceptionGroup("several", wrongs)
    return tuple(values)


# --- numbers and times ----------------------------------------------------------------------------


def boolean(node: Node) -> bool:
    """True or false, as YAML spells them."""
    text = _text(node).lower()
    if isinstance(node, Scalar) and not node.quoted and text in {"true", "false", "yes", "no", "on", "off"}:
        return text in {"true", "yes", "on"}
    raise Wrong(node.line, f"must be true or false, not {quoted(text)}")


def whole(least: int, most: int) -> Callable[[Node], int]:
    """Reads whole numbers of a range."""

    def read(node: Node) -> int:
        text = _text(node)
        if not re.fullmatch("[0-9]{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise Wrong(node.line, f"must be a whole number from {least} to {most}, not {quoted(text)}")
        return int(text)

    return read


def number(least: float, most: float) -> Callable[[Node], float]:
    """Reads numbers of a range."""

    def read(node: Node) -> float:
        text = _text(node)
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text, re.ASCII) or not least <= float(text) <= most:
            raise Wrong(node.line, f"must be a number from {least:g} to {most:g}, not {quoted(text)}")
        return float(text)

    return read


_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LONGEST: Final = dt.timedelta(days=366)


def duration(node: Node) -> dt.timedelta:
    """A length of time."""
    text = _text(node)
    match = re.fullmatch(r"([0-9]{1,8})\s?([smhdw])", text, re.ASCII)
    length = dt.timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
    if length is None or length > _LONGEST:
        raise Wrong(
            node.line,
            f"must be a number with s, m, h, d or w (30m, 6h, 3d), at most 366d, not {quoted(text)}",
        )
    return length


# --- selectors ------------------------------------------------------------------------------------


def selectors(node: Node) -> tuple[tuple[str, str], ...]:
    """CSS selectors by what they point at."""
    from pipeline.extract.hints import SELECTABLE

    if not isinstance(node, Mapping):
        raise Wrong(node.line, f"must be a mapping from {', '.join(SELECTABLE)} to CSS selectors")
    found: list[tuple[str, str]] = []
    wrongs: list[Wrong] = []
    seen: dict[str, int] = {}
    for key, value in node.pairs:
        target = key.text
        if target not in SELECTABLE:
            detail = (
                f"can point at {', '.join(SELECTABLE)}, not {quoted(target)}.{closest(target, SELECTABLE)}"
            )
            wrongs.append(Wrong(key.line, detail))
            continue
        if target in seen:
            wrongs.append(Wrong(key.line, f"stands twice, first on line {seen[target]}", below=target))
        seen[target] = key.line
        for item in value.items if isinstance(value, Listing) else [value]:
            try:
                found.append((target, _selector(item)))
            except Wrong as wrong:
                wrongs.append(Wrong(wrong.line, wrong.detail, below=target))
    if wrongs:
        raise ExceptionGroup("several", wrongs)
    return tuple(found)


def _selector(node: Node) -> str:
    import soupsieve

    text = _text(node)
    if len(text) > 1000:
        raise Wrong(node.line, "is longer than 1000 characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of old spellings that it still understands
            soupsieve.compile(text)
    except (
        soupsieve.SelectorSyntaxError,
        ValueError,
        TypeError,
        NotImplementedError,
        RecursionError,
    ) as error:
        reason = str(error).splitlines()[0].rstrip(".:")
        raise Wrong(node.line, f"is no CSS selector: {quoted(text)} ({reason})") from None
    return text


_WEB: Final = "http:// or https:// address"

FIELDS: Final[dict[str, Field]] = {
    "name": Field("letters (a to z), digits, '.' and '-', at most 80; each name once", name),
    "kind": Field(", ".join(KINDS), kind),
    "url": Field(f"{_WEB}; of an archive also s3:// or file:///, with {', '.join(DATE_CODES)}", url),
    "title": Field("one line", title),
    "language": Field("BCP 47 tag: nb, nn, da, sv, fi, en-GB", language),
    "zone": Field("IANA time zone: Europe/Oslo", zone),
    "sitemap": Field(_WEB, url, ("feed",)),
    "selectors": Field("mapping to a CSS selector or a list of such", selectors),
    "hosts": Field("host or list of hosts", hosts, ("archive",)),
    "pages": Field("true or false", boolean, ("feed",)),
    "items": Field("1 to 1000000", whole(1, 1_000_000)),
    "spacing": Field("seconds, 0 to 3600", number(0, 3600)),
    "at_once": Field("1 to 16", whole(1, 16)),
    "every": Field("duration: 30m, 6h, 3d", duration),
    "items_per_day": Field("number", number(0, 1_000_000)),
    "oldest": Field("duration: 30m, 6h, 3d", duration),
    "enabled": Field("true or false", boolean),
}
