"""Small pieces of HTML, as feeds carry them, to plain text: `paragraphs` and `plain`."""

from __future__ import annotations

import html
import re
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

_MARKUP: Final = re.compile(
    r"</?(?:a|abbr|article|aside|b|big|blockquote|br|center|cite|code|dd|div|dl|dt|em|embed|figcaption|figure"
    r"|font|h[1-6]|hr|i|iframe|img|ins|li|mark|ol|p|picture|pre|q|s|script|section|small|span|strike|strong"
    r"|style|sub|sup|table|tbody|td|th|tr|tt|u|ul|video)(?:[\s/][^<>]*)?>"
    r"|<!--|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_SKIPPED: Final = frozenset(
    (
        *("script", "style", "noscript", "template", "iframe", "object", "video", "audio", "svg", "form"),
        *("figure", "figcaption", "button", "select", "textarea", "head"),
    )
)
_INLINE: Final = frozenset(
    (
        *("a", "abbr", "b", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label"),
        *("mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u"),
        *("var", "wbr", "img", "picture", "source", "bdi", "bdo", "acronym", "nobr", "html", "body"),
    )
)
_BREAK: Final = "\x1e"
_END: Final = "\x1f"
_SPACES: Final = re.compile(r"[ \t\r\n\f\v\xa0]+")
_BREAKS: Final = re.compile(f"[ {_BREAK}{_END}]*{_END}[ {_BREAK}{_END}]*| ?{_BREAK} ?{_BREAK}[ {_BREAK}]*")
_CONTROLS: Final = re.compile("[\0\x1e\x1f]")
_TAG: Final = re.compile(
    r"<(?:script|style)\b.*?(?:</(?:script|style)\s*>|\Z)|<!--.*?(?:-->|\Z)|</?([A-Za-z][\w-]*)[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_MOST_TAGS: Final = 10_000
_LINES: Final = re.compile(r"[^\S\n]*\n[^\S\n]*(?:\n\s*)+")


def is_markup(text: str) -> bool:
    """Whether a text that may be either is HTML."""
    return ("<" in text or "&" in text) and _MARKUP.search(text) is not None


def paragraphs(text: str, *, markup: bool) -> str:
    """The paragraphs of a text, or of a piece of HTML, joined by blank lines."""
    text = _CONTROLS.sub("", text)
    if not markup:
        return "\n\n".join(joined for part in _LINES.split(text) if (joined := _one_line(part)))
    if "<" not in text:
        return _one_line(html.unescape(text))
    return _of_html(text)


def plain(text: str, *, markup: bool) -> str:
    """A text, or a piece of HTML, as one line."""
    text = _CONTROLS.sub("", text)
    return _one_line(_of_html(text) if markup and "<" in text else html.unescape(text) if markup else text)


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _of_html(text: str) -> str:
    if text.count("<") > _MOST_TAGS:
        return _without_tags(text)
    data = text.encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing in it
        return ""
    pieces: list[str] = []
    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        name = element.tag
        start = event == "start"
        if name in _SKIPPED:
            skipped += 1 if start else -1
        if not skipped:
            if name == "br":
                pieces.append(_BREAK if start else "")
            elif name not in _INLINE:
                pieces.append(_END)
            if start:
                pieces.append(_SPACES.sub(" ", element.text or ""))
        if not start and element.tail and not skipped:
            pieces.append(_SPACES.sub(" ", element.tail))
    return _joined("".join(pieces))


def _without_tags(text: str) -> str:
    """The same of what has more tags than any article: an HTML parser takes the square of their depth."""

    def replace(found: re.Match[str]) -> str:
        name = (found[1] or "").lower()
        return _BREAK if name == "br" else "" if name in _INLINE else _END

    return _joined(html.unescape(_TAG.sub(replace, text)))


def _joined(text: str) -> str:
    parts = _BREAKS.sub(_END, _SPACES.sub(" ", text)).split(_END)
    lines = (re.sub(f" ?{_BREAK} ?", "\n", part).strip(" \n") for part in parts)
    return "\n\n".join(filter(None, lines))
