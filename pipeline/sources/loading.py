"""Loading the catalogue: one pass that finds every mistake, each with its line, its source and its field."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import ConfigurationError
from pipeline.sources.nodes import BadYaml, Listing, Mapping, Node, Scalar, read_yaml
from pipeline.sources.source import KINDS, Source
from pipeline.sources.values import FIELDS, Wrong, archive_url, closest, quoted

if TYPE_CHECKING:
    from pipeline.extract.hints import Hints

DEFAULT: Final = Path(__file__).parents[2] / "seeds" / "sources.yaml"
REQUIRED: Final = ("name", "kind", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a catalogue.

    Attributes:
        line: where, from 1.
        source: the name of the source it is in; None outside of any, or where the name itself is wrong.
        field: the field, `selectors.text` for what is inside one; None when it is not about one.
        detail: what is wrong and what is allowed; reads on after the field's name.
    """

    line: int
    detail: str
    source: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = "".join(f"{part}: " for part in (self.source, self.field) if part)
        return f"line {self.line}: {place}{self.detail.rstrip('.?')}{'?' if self.detail[-1:] == '?' else '.'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a catalogue's text declares.

    Attributes:
        sources: those without a mistake, as they stand in the text.
        lines: of each source by name: the line its entry begins on.
        problems: every mistake, by line.
        listing: the list of sources as it stands in the text; None when there is none.
    """

    sources: tuple[Source, ...] = ()
    lines: dict[str, int]
    problems: tuple[Problem, ...] = ()
    listing: Listing | None = None


def catalogue_path() -> Path:
    """The file that DAGSPRESS_SOURCES names, else the one that comes with Dagspress."""
    named = os.environ.get("DAGSPRESS_SOURCES", "").strip()
    return Path(named).expanduser() if named else DEFAULT


def load_sources(path: Path | None = None) -> tuple[Source, ...]:
    """Every source of the catalogue, also those that are not enabled, in its order.

    Raises ConfigurationError, which names the file and, of every mistake in it, line, source and field.
    """
    path = path or catalogue_path()
    text = read_text(path)
    catalogue = read_catalogue(text)
    if catalogue.problems:
        raise ConfigurationError(complaint(path, catalogue.problems))
    return catalogue.sources


def read_text(path: Path) -> str:
    """The catalogue's text; raises ConfigurationError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}: line {line}: the file is not UTF-8. Save it as UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error})"
        raise ConfigurationError(
            f"The catalogue of sources {path} {reason}. DAGSPRESS_SOURCES names it."
        ) from None


def complaint(path: Path, problems: tuple[Problem, ...]) -> str:
    """All mistakes, a line each."""
    many = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    return "\n".join((f"{many} in the catalogue of sources {path}:", *(f"  {p}" for p in problems)))


def read_catalogue(text: str) -> Catalogue:
    """What `text` declares, and every mistake in it. Never raises."""
    try:
        root = read_yaml(text)
    except BadYaml as error:
        return Catalogue(lines={}, problems=(Problem(line=error.line, detail=error.detail),))
    return _Reading().catalogue(root)


class _Reading:
    """Collects sources and problems while walking through a catalogue."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.sources: list[Source] = []
        self.names: dict[str, tuple[str, int]] = {}
        self.addresses: dict[str, tuple[str, int]] = {}
        self.lines: dict[str, int] = {}

    def catalogue(self, root: Node | None) -> Catalogue:
        listing: Listing | None = None
        shape = "it must hold `sources:` and below it a list of entries, `- name: ...`"
        if root is None:
            self._wrong(1, f"the file is empty; {shape}")
        elif not isinstance(root, Mapping):
            self._wrong(root.line, shape)
        else:
            fields = self._fields(root, ("sources",), source=None)
            if not root.pairs or "sources" not in fields:
                self._wrong(root.line, shape)
            elif isinstance(node := fields["sources"], Listing):
                listing = node
                for entry in node.items:
                    self._entry(entry)
            elif not isinstance(node, Scalar) or not node.is_null:
                self._wrong(node.line, "must be a list of entries, `- name: ...`", field="sources")
        return Catalogue(
            sources=tuple(self.sources),
            lines=self.lines,
            problems=tuple(sorted(self.problems, key=lambda p: p.line)),
            listing=listing,
        )

    def _wrong(self, line: int, detail: str, *, source: str | None = None, field: str | None = None) -> None:
        self.problems.append(Problem(line=line, detail=detail, source=source, field=field))

    def _fields(self, node: Mapping, known: tuple[str, ...], *, source: str | None) -> dict[str, Node]:
        """The known fields of a mapping; unknown and repeated ones become problems."""
        found: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in node.pairs:
            if key.text not in known:
                hint = closest(key.text, known) or f" There are: {', '.join(known)}."
                self._wrong(key.line, f"there is no field {quoted(key.text)}.{hint}", source=source)
            elif key.text in found:
                detail = f"stands twice, first on line {lines[key.text]}"
                self._wrong(key.line, detail, source=source, field=key.text)
            else:
                found[key.text] = value
                lines[key.text] = key.line
        return found

    def _entry(self, node: Node) -> None:
        if not isinstance(node, Mapping):
            self._wrong(node.line, "an entry must be a mapping with at least name, kind and url")
            return
        before = len(self.problems)
        label = _label(node)
        fields = self._fields(node, tuple(FIELDS), source=label)
        missing = [name for name in REQUIRED if name not in fields]
        for name in missing:
            self._wrong(node.line, "is missing", source=label, field=name)
        kind = getattr(fields.get("kind"), "text", None)
        values: dict[str, Any] = {}
        for name, value in fields.items():
            form = FIELDS[name]
            if kind in KINDS and kind not in form.kinds:
                only = " or ".join(form.kinds)
                self._wrong(value.line, f"is only for {only}, and this is {kind}", source=label, field=name)
                continue
            read = archive_url if name == "url" and kind == "archive" else form.read
            try:
                values[name] = read(value)
            except* Wrong as wrongs:
                for wrong in wrongs.exceptions:
                    assert isinstance(wrong, Wrong)  # noqa: S101 - for mypy: readers' groups are flat
                    field = f"{name}.{wrong.below}" if wrong.below else name
                    self._wrong(wrong.line, wrong.detail, source=label, field=field)
        if "name" in values:
            self._once(self.names, values["name"].casefold(), values["name"], fields["name"], "name")
        if "url" in values and kind != "archive":  # two sources may take their hosts from one archive
            self._once(self.addresses, values["url"], label or "", fields["url"], "url")
        if len(self.problems) == before:
            source = Source(**values)
            self.sources.append(source)
            self.lines[source.name] = node.line

    def _once(self, seen: dict[str, tuple[str, int]], key: str, label: str, node: Node, field: str) -> None:
        if key in seen:
            other, line = seen[key]
            detail = f"is that of {other or 'another source'} on line {line}, too; each has its own"
            self._wrong(node.line, detail, source=label or None, field=field)
        else:
            seen[key] = (label, node.line)


def _label(node: Mapping) -> str | None:
    """What to call an entry in a sentence, whatever it is worth."""
    for key, value in node.pairs:
        if key.text == "name" and isinstance(value, Scalar) and value.text.isprintable():
            return value.text.strip()[:80] or None
    return None


def hints(source: Source) -> Hints:
    """What the catalogue says that helps extract to read the source's pages."""
    from pipeline.extract.hints import Hints

    return Hints(selectors=source.selectors, language=source.language, zone=source.zone)
