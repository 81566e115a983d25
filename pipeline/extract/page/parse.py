"""One parse of a page, which everything else about it shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree, html as lxml_html  # type: ignore[import-untyped]

from pipeline.errors import Unreadable

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

# libxml2 ends the page at a NUL, and lxml can give back none of the others.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def parse(html: str) -> HtmlElement:
    """The `html` element of a page: without comments and processing instructions, control characters blank.

    Raises Unreadable (`corrupt`) when there is no element at all to be found. Time and memory are linear in
    the length of the text, at any depth.
    """
    if _CONTROLS.search(html):
        html = _CONTROLS.sub(" ", html)
    # A parser of its own for each page: one that is shared keeps every name it ever saw.
    parser = lxml_html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = lxml_html.document_fromstring(html.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(
            "corrupt", f"The page cannot be parsed ({type(error).__name__}). Save it again, or drop its text."
        ) from error
    if root is None or not isinstance(root.tag, str):
        raise Unreadable("corrupt", "The page holds no element. Save it again, or drop its text.")
    return root
