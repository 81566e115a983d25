"""The text of a feed, whatever its headers say.

What the bytes are outweighs what is said of them: a byte order mark, then clean UTF-8, then the charset of
the HTTP header (RFC 7303), then the XML declaration. One bad byte does not make UTF-8 anything else.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from pipeline.extract import encoding as encodings

_DECLARED: Final = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE
)
_HEAD: Final = 1024
_EBCDIC: Final = "<?xm".encode("cp037")
_NOT_FOR_FILES: Final = frozenset({"idna", "punycode", "utf-7", "mbcs", "oem", "undefined"})
_MULTIBYTE: Final = re.compile(r"gb|hz|big5|shift|euc|cp9(32|49|50)|iso2022|johab")
_STATEFUL: Final = re.compile(r"hz|iso2022")
_NAMES: Final = {
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "utf-32-le": "utf-32le",
    "utf-32-be": "utf-32be",
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1252": "windows-1252",
    "cp850": "ibm850",
    "cp865": "ibm865",
    "mac_roman": "macintosh",
    "iso8859-10": "iso-8859-10",
    "iso8859-15": "iso-8859-15",
}
_READ_AS: Final = {
    # A browser reads these as the larger sets, so feeds are written in those.
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}


def decode_xml(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """The text of an XML document (or JSON) without byte order mark, and the name of its encoding.

    `charset` is that of the HTTP header. The name is the one that was declared where that held, else that
    of the IANA registry, in lower case. Raises Unreadable (binary, undecodable) when it is no text.
    """
    text, name = _decode(data, charset)
    return text.removeprefix("\ufeff"), _NAMES.get(name, name)


def _decode(data: bytes, charset: str | None) -> tuple[str, str]:
    if data.startswith(_EBCDIC):  # the declaration can be read in any of its variants
        declared = _DECLARED.search(data[:_HEAD].decode("cp037").encode())
        code = _codec(declared[1].decode("ascii")) if declared else None
        return data.decode(code or "cp037", "replace"), code or "cp037"
    declared = _DECLARED.search(data, 0, _HEAD)
    names = [name for name in (charset, declared and declared[1].decode("ascii")) if name]
    codes = [(name.strip().lower(), code) for name in names if (code := _codec(name)) is not None]
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not marked and not data.startswith(codecs.BOM_UTF32_BE) and b"\0" not in data[:_HEAD]:
        for name, code in codes:
            if _STATEFUL.match(code):  # these are ASCII bytes
                try:
                    return data.decode(code), name
                except UnicodeDecodeError:
                    continue
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return text, codes[0][0] if codes and data.isascii() else "utf-8"
        for name, code in codes:
            if _MULTIBYTE.match(code):
                try:
                    return data.decode(code), name
                except UnicodeDecodeError:
                    continue
        found = encodings.detect(data)
        if found is None or found.name != "utf-8":
            for name, code in codes:
                if code != "utf-8" and not code.startswith(("utf-16", "utf-32")):
                    return data.decode(_READ_AS.get(code, code), "replace"), name
    text, _ = encodings.decode(data)
    found = encodings.detect(data)
    return text, "utf-8" if found is None else found.name


def _codec(name: str) -> str | None:
    """The name Python knows a text encoding by; None when it knows none, or none that files are in."""
    try:
        info = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError, UnicodeError):
        return None
    usable = getattr(info, "_is_text_encoding", True) and info.name not in _NOT_FOR_FILES
    return info.name if usable and "escape" not in info.name else None
