"""OPML 2.0, in which feed readers exchange subscriptions: the catalogue out, other people's lists in.

Sources are `<outline>`s: feeds as `type="rss"`, which every reader knows; others as `type="link"`, which
readers of feeds pass over. Fields that OPML has no word for stand in attributes of our own namespace, so that
what goes out comes back as it was.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]

from pipeline.errors import ConfigurationError
from pipeline.sources.nodes import BadYaml, Scalar, read_yaml
from pipeline.sources.source import KINDS, Source
from pipeline.sources.values import FIELDS, Wrong, archive_url
from pipeline.sources.writing import fields_of, new_name

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMESPACE: Final = "urn:dagspress:source"
_LARGEST: Final = 16 * 1024 * 1024
_OWN: Final = f"{{{NAMESPACE}}}"
_ENCODINGS: Final = re.compile(
    r"utf-?(8|16)|us-ascii|ascii|(iso|windows|koi8|gb|big5|shift|euc|cp125)[\w-]{0,12}", re.IGNORECASE
)
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']""")
_XML_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an OPML file held.

    Attributes:
        sources: those that are new and right, in its order.
        known: addresses that the catalogue has already, or that stood in the file before.
        problems: a sentence for each outline that cannot be a source, and each value left out.
    """

    sources: tuple[Source, ...] = ()
    known: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def to_opml(sources: Iterable[Source], *, title: str = "Dagspress") -> bytes:
    """The sources as an OPML 2.0 document; the same sources give the same bytes."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"dagspress": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        shown = fields_of(source)
        label = source.title or source.name
        if source.kind == "feed":
            known = {"text": label, "title": label, "type": "rss", "xmlUrl": source.url}
            if (home := _home(source.url)) is not None:
                known["htmlUrl"] = home
        else:
            known = {"text": label, "title": label, "type": "link", "url": source.url}
        if source.language:
            known["language"] = source.language
        outline = etree.SubElement(body, "outline", known)
        for name, value in shown.items():
            if name not in {"url", "language"}:
                outline.set(_OWN + name, value)
    etree.indent(root)
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return document + b"\n"


def _home(url: str) -> str | None:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/" if parts.scheme in {"http", "https"} else None


def from_opml(data: bytes, *, present: Iterable[Source] = ()) -> Imported:
    """The sources that an OPML document lists and `present` has not.

    Folders are walked through, names made where they are missing or taken. Raises ConfigurationError when it
    is no OPML. Documents with a DTD are refused, and nothing outside the document is ever read.
    """
    root = _parse(data)
    present = tuple(present)
    names = [source.name for source in present]
    addresses = {source.url for source in present}
    sources: list[Source] = []
    known: list[str] = []
    problems: list[str] = []
    for outline in root.iter("{*}outline"):
        attributes = {str(k) if str(k).startswith("{") else str(k).lower(): v for k, v in outline.items()}
        if not (url := _address(attributes)):
            if attributes.get("type", "").lower() in {"rss", "atom"}:
                label = attributes.get("title") or attributes.get("text") or "an outline"
                problems.append(f"{label[:80]}: has no address (xmlUrl).")
            continue
        source, wrong = _source(url, attributes, names)
        problems += wrong
        if source is None:
            continue
        if source.url in addresses and source.kind != "archive":
            known.append(source.url)
            continue
        if source.kind == "archive" and any(_same(source, other) for other in (*present, *sources)):
            known.append(source.url)
            continue
        addresses.add(source.url)
        names.append(source.name)
        sources.append(source)
    return Imported(sources=tuple(sources), known=tuple(known), problems=tuple(problems))


def _same(one: Source, other: Source) -> bool:
    return (one.url, one.hosts) == (other.url, other.hosts)


def _address(attributes: dict[str, str]) -> str:
    if url := attributes.get("xmlurl", "").strip():
        return url
    ours = attributes.get(_OWN + "kind") in KINDS
    return attributes.get("url", "").strip() if ours else ""


def _source(url: str, attributes: dict[str, str], names: list[str]) -> tuple[Source | None, list[str]]:
    """One outline, by the rules of the catalogue; an odd value is left out, with an odd address all."""
    problems: list[str] = []
    kind = attributes.get(_OWN + "kind", "feed")
    kind = kind if kind in KINDS else "feed"
    try:
        values: dict[str, Any] = {
            "url": (archive_url if kind == "archive" else FIELDS["url"].read)(_node(url))
        }
    except Wrong as wrong:
        return None, [f"{_shown(url)}: the address {wrong.detail.rstrip('.')}."]
    values["kind"] = kind
    written = {name: attributes[_OWN + name] for name in FIELDS if _OWN + name in attributes}
    attributes.setdefault("title", attributes.get("text", ""))
    for plain in ("language", "title"):
        if plain not in written and attributes.get(plain, "").strip():
            written[plain] = ""
    for name, value in written.items():
        if name in values or kind not in FIELDS[name].kinds:
            continue
        own = _OWN + name in attributes
        if name == "title" and not own and _OWN + "kind" in attributes:
            continue  # of ours without a title: OPML's is the name
        try:
            node = read_yaml(value) if own else _node(" ".join(attributes[name].split()))
            if node is not None:
                values[name] = FIELDS[name].read(node)
        except* (Wrong, BadYaml) as wrongs:
            details = "; ".join(str(w).rstrip(".") for w in wrongs.exceptions)
            problems.append(f"{_shown(url)}: {name} {details}; left out.")
    label = values.get("title") or attributes["title"]
    if values.get("name", "").casefold() in {name.casefold() for name in (*names, "")}:
        values["name"] = new_name(url, names, title=values.get("name") or label)
    return Source(**values), problems


def _shown(url: str) -> str:
    """An address in a sentence, without a user's name and password."""
    return re.sub("//[^/?#]*@", "//", url)[:80]


def _node(text: str) -> Scalar:
    return Scalar(1, text, quoted=True)


def _parse(data: bytes) -> etree._Element:
    if len(data) > _LARGEST:
        raise ConfigurationError(f"The OPML file is larger than {_LARGEST} bytes; split it.")
    text = _XML_DECLARATION.sub("", _decode(data), count=1)
    # looked for in what is parsed, not in the bytes: an encoding can hide it from a search
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise ConfigurationError("The OPML file has a DTD (<!DOCTYPE ...>), which is not read. Remove it.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError, ValueError) as error:
        raise ConfigurationError(f"The file is no OPML: {error}.") from None
    if etree.QName(root).localname.lower() != "opml":
        raise ConfigurationError(f"The file is no OPML: its root is <{etree.QName(root).localname[:40]}>.")
    return root


def _decode(data: bytes) -> str:
    name = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    if name is None:
        declared = _DECLARED.match(data.lstrip())
        name = declared[1].decode("ascii") if declared else "utf-8"
    if not _ENCODINGS.fullmatch(name.removesuffix("-sig")):
        raise ConfigurationError(f"The OPML file declares the encoding {name}, which is not read. Use UTF-8.")
    try:
        codecs.lookup(name)
        return data.decode(name)
    except LookupError:
        raise ConfigurationError(f"The OPML file declares an unknown encoding, {name}. Use UTF-8.") from None
    except UnicodeError:
        return data.decode("utf-8", "replace")  # addresses are ASCII; a spoilt title is no loss
