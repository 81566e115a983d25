"""Feeds that are not well-formed, made so, in one pass.

What people write: bare ampersands and `<`, HTML that nobody escaped, end tags that are missing or too many,
prefixes that nobody declared, attributes without quotes, a document that stops in the middle.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.errors import Unreadable
from pipeline.extract.feeds.xml_safety import DEEPEST

_TOKEN: Final = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))"
    r"|(?P<dropped><!--.*?(?:-->|\Z)|<\?[^>]*>?|<![A-Za-z][^>]*>?)"
    r"|<(?P<end>/)?(?P<name>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)"
    r"(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>"
    r"|<",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"([A-Za-z_][\w.:-]*)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)'|([^\s\"'<>]+))")
_VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "wbr", "embed", "param", "area", "base"})
_ONE_AT_A_TIME: Final = frozenset({"item", "entry"})
_NAMESPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "a10": "http://www.w3.org/2005/Atom",
    "atom10": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


def mend(body: str) -> str:
    """A well-formed document with what `body` says, from its root element on; "" when there is no element.

    References must have been dealt with (`xml_safety.body_of`). Raises Unreadable (bomb) when it nests too
    deep.
    """
    pieces: list[str] = []
    open_names: list[str] = []
    used: set[str] = set()
    first = 0
    at = 0
    for found in _TOKEN.finditer(body):
        if open_names:
            pieces.append(body[at : found.start()].replace("]]>", "]]&gt;"))
        at = found.end()
        name = found["name"]
        if name is not None:
            if found["end"]:
                _close(name, open_names, pieces)
            else:
                if not open_names and pieces:
                    return _declared(pieces, first, used)  # a second root: junk after the end
                if _local(name) in _ONE_AT_A_TIME:
                    _close(name, open_names, pieces)
                empty = found["rest"].rstrip().endswith("/") or name.lower() in _VOID
                pieces.append(_start_tag(name, found["rest"], used, root=not open_names))
                if not open_names:
                    first = len(pieces)
                if empty and open_names:
                    pieces.append("/>")
                else:
                    pieces.append(">")
                    open_names.append(name)
                if len(open_names) > DEEPEST:
                    raise Unreadable("bomb", f"Its elements are nested deeper than {DEEPEST}.")
        elif open_names:
            if found["cdata"] is not None:
                pieces.append(found[0] if found[0].endswith("]]>") else f"{found[0]}]]>")
            elif found["dropped"] is None:
                pieces.append("&lt;")
    if open_names:
        pieces.append(body[at:].replace("]]>", "]]&gt;"))
        pieces += (f"</{name}>" for name in reversed(open_names))
    return _declared(pieces, first, used) if first else ""


def _close(name: str, open_names: list[str], pieces: list[str]) -> None:
    """End the innermost element of that name and what is open in it; nothing when none is."""
    wanted = name.lower()
    for depth in range(len(open_names) - 1, -1, -1):
        if open_names[depth].lower() == wanted:
            pieces += (f"</{inner}>" for inner in reversed(open_names[depth:]))
            del open_names[depth:]
            return


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _start_tag(name: str, rest: str, used: set[str], *, root: bool) -> str:
    attributes: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(rest):
        key = found[1]
        if key.count(":") > 1 or key.endswith(":") or key in attributes:
            continue
        value = next((v for v in found.groups()[1:] if v is not None), "")
        if key.startswith("xmlns") and (key in {"xmlns:xml", "xmlns:xmlns"} or not value.strip()):
            continue
        attributes[key] = value.replace('"', "&quot;")
        if ":" in key and not key.startswith("xmlns:"):
            used.add(key.partition(":")[0])
    if ":" in name:
        used.add(name.partition(":")[0])
    if root:
        used -= {key[6:] for key in attributes if key.startswith("xmlns:")}
        used.update(f"!{key[6:]}" for key in attributes if key.startswith("xmlns:"))
    return f"<{name}" + "".join(f' {key}="{value}"' for key, value in attributes.items())


def _declared(pieces: list[str], first: int, used: set[str]) -> str:
    """The pieces, with every prefix that is used declared at the root."""
    missing = sorted(
        p for p in used if not p.startswith("!") and f"!{p}" not in used and p not in {"xml", "xmlns"}
    )
    declarations = "".join(
        f' xmlns:{p}="{_NAMESPACES.get(p.lower(), f"urn:undeclared:{p}")}"' for p in missing
    )
    return "".join((*pieces[:first], declarations, *pieces[first:]))
