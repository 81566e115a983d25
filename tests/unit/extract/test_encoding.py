from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import Unreadable
from pipeline.extract.encoding import Encoding, decode, decode_line, detect

NORDIC = {
    "nb": "Været på Sørlandet blir bedre, sa værvakten – «endelig», ifølge mannen på kaféen. Båtene går nå.",
    "nn": "Ferja gjekk ikkje då stormen kom. «Me ventar», sa føraren – og kaféen vart full av våte folk.",
    "da": "Færgen sejlede ikke, og på kajen stod børn og voksne. »Vi venter«, sagde én – så blev det mørkt.",
    "sv": "Färjan gick inte när ovädret kom. ”Vi väntar”, sade en gäst på kaféet – sedan blev det mörkt.",
    "en": "The ferry didn’t sail – “we’ll wait”, said a man in the café, where a coffee costs £3.",
}
CLEAN = Encoding("utf-8")


@pytest.mark.parametrize("language", NORDIC)
@pytest.mark.parametrize("length", [40, 60, 1000])
def test_windows_1252_is_told_for_every_language_and_length(language: str, length: int) -> None:
    text = NORDIC[language][:length]
    assert decode(text.encode("cp1252")) == (text, not text.isascii())


@pytest.mark.parametrize(
    "text", ["på", "søndag", "Grønn", "Ærlig talt", "Överraskning", "café", "kø på E6", "– Ja!"]
)
def test_windows_1252_is_told_from_a_single_word(text: str) -> None:
    assert decode(text.encode("cp1252")) == (text, True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mac_roman", NORDIC["nb"]),
        ("mac_roman", NORDIC["sv"]),
        ("cp850", "Været på Sørlandet blir bedre, sier værvakten. Båtene går igjen på søndag."),
        ("cp865", "Været på Sørlandet blir bedre, sier værvakten. Båtene går igjen på søndag."),
        ("iso8859-15", "Det koster 5 € på søndag"),
        ("iso8859-10", "Sámediggi lea mearridan ahte ođđa skuvla šaddá, ja ráđđi čállá máŋgga olbmui"),
        ("cp1250", "W sobotę otwarto nowy most, który łączy oba brzegi. Mieszkańcy są zadowoleni."),
        ("cp1251", "Привет, мир! Сегодня в городе открыли новый мост."),
    ],
)
def test_other_single_byte_encodings_are_told(name: str, text: str) -> None:
    assert decode(text.encode(name)) == (text, True)


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", [True, False])
def test_wide_encodings_are_told_with_and_without_a_mark(name: str, mark: bool) -> None:
    bom = getattr(codecs, f"BOM_{name.upper().replace('-', '_').replace('UTF_', 'UTF')}") if mark else b""
    data = bom + NORDIC["nb"].encode(name)
    assert detect(data) == Encoding(name, len(bom), clean=False)
    assert detect(data[:41]) == Encoding(name, len(bom), clean=False)  # cut inside a character
    assert decode(data) == (NORDIC["nb"], True)


def test_utf8_mark_is_dropped_and_is_no_damage() -> None:
    data = codecs.BOM_UTF8 + NORDIC["nb"].encode()
    assert detect(data) == Encoding("utf-8", 3)
    assert decode(data) == (NORDIC["nb"], False)
    assert decode_line(data, CLEAN) == (NORDIC["nb"], False)


def test_utf8_mark_before_latin1_bytes_is_dropped() -> None:
    assert decode(codecs.BOM_UTF8 + "på søndag".encode("cp1252")) == ("på søndag", True)


def test_head_cut_anywhere_in_utf8_is_utf8() -> None:
    data = "Blåbær 😀 – «søtt»".encode()
    for cut in range(len(data) + 1):
        assert detect(data[:cut]) == CLEAN


def test_stray_bytes_in_utf8_are_read_as_windows_1252() -> None:
    data = NORDIC["nb"].encode() + b" \x96 r\xf8d \x81"
    assert detect(data) == Encoding("utf-8", clean=False)
    assert decode(data) == (NORDIC["nb"] + " – rød \ufffd", True)
    assert decode_line(data, CLEAN) == (NORDIC["nb"] + " – rød \ufffd", True)


def test_a_sequence_that_happens_to_be_utf8_does_not_make_it_utf8() -> None:
    text = "Han sa «BLÅ» på søndag"  # Å and » are a valid pair
    assert decode(text.encode("cp1252")) == (text, True)


def test_a_lead_byte_at_the_end_of_a_document_is_a_character() -> None:
    assert decode("Det var en Å".encode("cp1252")) == ("Det var en Å", True)


@pytest.mark.parametrize("encoding", [CLEAN, None, Encoding("cp1252", clean=False)])
def test_a_latin1_line_after_an_ascii_head_is_read(encoding: Encoding | None) -> None:
    assert decode_line('{"text": "på søndag"}'.encode("cp1252"), encoding) == ('{"text": "på søndag"}', True)


def test_a_utf8_line_in_a_latin1_file_is_read_as_utf8() -> None:
    assert decode_line("på søndag".encode(), Encoding("cp1252", clean=False)) == ("på søndag", False)


def test_a_line_is_read_in_the_encoding_of_the_file() -> None:
    assert decode_line("é".encode("mac_roman"), Encoding("mac_roman", clean=False)) == ("é", True)


@pytest.mark.parametrize("damage", ["\0", "\0\x01\x02", "\x0c", "\x1b"])
def test_a_few_control_characters_are_text(damage: str) -> None:
    assert decode((NORDIC["nb"] + damage).encode()) == (NORDIC["nb"] + damage, False)


@pytest.mark.parametrize(
    "data",
    [
        bytes(100),
        bytes(range(256)),
        random.Random(7).randbytes(4096),
        b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00\x01",
        b"\xff\xfe" + random.Random(7).randbytes(4096),
    ],
)
def test_binary_is_not_text(data: bytes) -> None:
    assert detect(data) is None
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert caught.value.reason in ("binary", "undecodable")


def test_text_of_an_unknown_encoding_is_undecodable() -> None:
    with pytest.raises(Unreadable) as caught:
        decode("日本語のテキストです。今日は晴れ。".encode("shift_jis"))
    assert caught.value.reason == "undecodable"


def test_nothing_is_clean_utf8() -> None:
    assert decode(b"") == ("", False)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_unreadable(data: bytes) -> None:
    encoding = detect(data)
    decode_line(data, encoding)
    if encoding is None:
        with pytest.raises(Unreadable, match=r"binary|undecodable"):
            decode(data)
    else:
        decode(data)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_clean_utf8_comes_back_as_it_is(text: str) -> None:
    data = text.encode()
    assert decode(data) == (text.removeprefix("\ufeff"), False)
