from __future__ import annotations

import codecs
import contextlib

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import Unreadable
from pipeline.extract.page import decode

TEXT = "Blåbærsyltetøy på brødskiva. Ørna fløy over åsen, og været ble bedre utpå dagen."
JAPANESE = "地震がありました。津波の心配はありません。気象庁が発表しました。" * 3


def page(declared: str = "", *, text: str = TEXT) -> str:
    return f"<html><head>{declared}</head><body><p>{text}</p></body></html>"


META = '<meta charset="{}">'.format
HTTP_EQUIV = '<meta http-equiv="Content-Type" content="text/html; charset={}">'.format

CASES = [
    # bytes in, declared on the page, by the header; whether it is something else than clean UTF-8
    ("utf-8", "", None, False),
    ("utf-8", META("iso-8859-1"), "iso-8859-1", False),  # both wrong, and no harm
    ("utf-8-sig", "", "windows-1252", False),
    ("cp1252", "", "iso-8859-1", True),
    ("cp1252", META("utf-8"), "windows-1252", True),
    ("cp1252", META("windows-1252"), "utf-8", True),
    ("cp1252", HTTP_EQUIV("iso-8859-1"), None, True),
    ("cp1252", "", None, True),
    ("cp1252", META("finnes-ikke"), "heller-ikke", True),
    ("cp1252", META("base64"), "rot13", True),  # codecs of Python's that are none of text
    ("utf-16", "", "utf-8", True),
    ("utf-16-le", "", None, True),
]


@pytest.mark.parametrize(("encoding", "declared", "header", "other"), CASES)
def test_text_is_read_in_what_fits(encoding: str, declared: str, header: str | None, other: bool) -> None:
    assert decode(page(declared).encode(encoding), charset=header) == (page(declared), other)


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [("shift_jis", META("Shift_JIS"), None), ("euc-jp", "", "EUC-JP"), ("gb18030", META("gb2312"), "gb2312")],
)
def test_charsets_of_several_bytes_are_as_declared(encoding: str, declared: str, header: str | None) -> None:
    text = page(declared, text=JAPANESE)
    assert decode(text.encode(encoding), charset=header) == (text, True)


def test_a_few_wrong_bytes_do_not_make_utf_8_something_else() -> None:
    data = page().encode().replace(b"dagen", b"d\xe5gen")
    text, other = decode(data, charset="iso-8859-2")
    assert (TEXT.replace("dagen", "dågen") in text, other) == (True, True)


def test_what_is_no_text_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        decode(bytes(range(256)) * 20, charset="utf-8")


@given(st.text())
def test_utf_8_is_read_as_it_is(text: str) -> None:
    data = text.encode("utf-8", "replace")
    if b"\0" not in data and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE)):
        assert decode(data, charset="iso-8859-1") == (data.decode(), False)


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "utf-8", "latin-1", "utf-16", "x", "shift_jis", "idna", "hex"]),
)
def test_any_bytes_are_text_or_unreadable(data: bytes, charset: str | None) -> None:
    with contextlib.suppress(Unreadable):
        text, _ = decode(data, charset=charset)
        assert isinstance(text, str)
