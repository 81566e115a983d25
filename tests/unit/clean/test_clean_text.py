from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, strategies as st

from pipeline.clean import clean_line, clean_text, trace
from pipeline.clean.entities import ENTITIES

SAMPLE = Path(__file__).parents[3] / "seeds/articles/000_0fa71c61ba318e5d.txt"

KEPT = {
    "dialogue dash": "– Vi gir oss ikke, sier hun.",
    "guillemets": "Hun kalte det «et steg på veien» – og gikk.",
    "guillemet after a vowel": "«Vi står på», sa han, og «alle må nå»",
    "curly quotes": "“Ja”, sa hun. ‘Nei’, sa han. Det’s „bra“.",
    "straight quotes": "\"Ja\", sa hun. 'Nei', sa han.",
    "ellipsis and fractions": "Nei … vent… ½ liter, 20 °C, m² og § 3 – 5 €",
    "capital accents": "Ærfugl, Østers, Ål, Éric, Ängelholm, ÅØÆ",
    "capital before a quote": "KÅRE «ÅÆØ» OG «NÅ»",
    "foreign names": "Đoković, Łódź, Škoda, Ægir, Þór, Ólafur, São Paulo, Erdoğan",
    "Portuguese capitals": "NÃO É VERDADE, SÃO PAULO",
    "Russian": "Россия и Норвегия подписали соглашение.",
    "Greek": "Η Ελλάδα και η Νορβηγία.",
    "Arabic with a non-joiner": "می\u200cخواهم به اسلو بروم",
    "Hebrew with a direction mark": "שלום (ABC)\u200f עולם",
    "Hindi with a joiner": "क\u094d\u200dष",
    "family emoji": "Hele familien 👨\u200d👩\u200d👧 og ❤\ufe0f\u200d🔥",
    "ligature": "ﬁn ﬂåte",
    "full width": "ＡＢＣ １２３",
    "Windows path": r"Filen ligger i C:\new\table.txt på maskinen",
    "path with punctuation": r"Se C:\.git og D:\_arkiv\, (C:\Programmer)",
    "escape in code": r"Skriv \n for ny linje og \d+\.\d+ for tall",
    "shrug": r"Tja ¯\_(ツ)_/¯ sa han",
    "ampersand": "B&O og AT&T; R&D & co, ?a=1&copy=2&lt=3",
    "unknown entity": "&finnesikke; og &#; og &;",
    "line breaks of a poem": "Ja, vi elsker\ndette landet\n\nsom det stiger frem",
    "replacement character": "Et tegn gikk tapt: \ufffd",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_an_author_wrote_is_kept(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned.text == text
    assert cleaned.rules == ()
    assert trace(text) == []


REPAIRED = {
    "doubly damaged": (
        "sjÃ¸\xadfolk&nbsp;pÃ¥ vei\\, sa han",
        "sjøfolk på vei, sa han",
        ("entities", "mojibake", "soft_hyphens", "escapes", "spaces"),
    ),
    "entities that spell mojibake": (
        "p&Atilde;&yen; sj&Atilde;&cedil;en",
        "på sjøen",
        ("entities", "mojibake"),
    ),
    "continuation bytes that look like blanks": (
        "Ã\x85 seile, Ã\x85pent hav, voilÃ\xa0 og Ã\xadsland pÃ¥ norsk",
        "Å seile, Åpent hav, voilà og ísland på norsk",
        ("mojibake",),
    ),
    "mojibake as base and marks": ("pA\u0303¥ sjA\u0303¸en", "på sjøen", ("mojibake", "nfc")),
    "one damaged line among sound ones": (
        "På sjøen.\n\nPÃ¥ sjÃ¸en.\n\nSÃ¥ kom hun.",
        "På sjøen.\n\nPå sjøen.\n\nSå kom hun.",
        ("mojibake",),
    ),
    "sound and damaged letters in one line": (
        "Ærlig talt pÃ¥ sjÃ¸en, sa Åse",
        "Ærlig talt på sjøen, sa Åse",
        ("mojibake",),
    ),
    "MacRoman": ("p√• sj√∏en bl√•ste det", "på sjøen blåste det", ("mojibake",)),
    "quotes lost to the backslash": (r"\"Ja\", sa hun", '"Ja", sa hun', ("escapes",)),
    "old Mac paragraphs": ("en\r\rto\r\r\rtre", "en\n\nto\n\ntre", ("line_endings", "paragraphs")),
    "Windows paragraphs": ("en\r\n\r\nto", "en\n\nto", ("line_endings",)),
    "carriage return doubled": ("en\r\r\n\r\r\nto", "en\n\nto", ("line_endings",)),
    "lines without a blank line": ("en\nto\ntre\n", "en\n\nto\n\ntre", ("paragraphs",)),
    "paragraph of blanks": ("en\n\n \t \n\nto", "en\n\nto", ("spaces", "paragraphs")),
    "paragraph of nothing visible": ("en\n\n\u200b\n\nto", "en\n\nto", ("zero_width", "paragraphs")),
    "NUL in a word": ("no\x00rsk", "norsk", ("control_characters",)),
}


@pytest.mark.parametrize(("before", "after", "rules"), REPAIRED.values(), ids=REPAIRED.keys())
def test_damage_is_repaired_and_named(before: str, after: str, rules: tuple[str, ...]) -> None:
    cleaned = clean_text(before)
    assert cleaned.text == after
    assert cleaned.rules == rules


@pytest.mark.parametrize("text", ["ord", " ord", "ord\n", "\n\n ord \r\n\r\n", "\xa0ord\u3000", "\tord\x85"])
def test_outer_white_space_is_trimmed_without_a_word(text: str) -> None:
    assert clean_text(text) == clean_line(text)
    assert clean_text(text).text == "ord"
    assert clean_text(text).rules == ()


@pytest.mark.parametrize("text", ["", " ", "\n\r\n", "\u200b", "\x00", "\ud800"])
def test_nothing_visible_is_empty(text: str) -> None:
    assert clean_text(text).text == ""
    assert clean_line(text).text == ""


def test_given_document_has_only_its_escape_repaired() -> None:
    body = re.sub(r"\A\s*date\s+\S+\s+", "", SAMPLE.read_bytes().decode())
    cleaned = clean_text(body)
    paragraphs = cleaned.text.split("\n\n")
    assert cleaned.rules == ("escapes",)
    assert cleaned.text == body.replace("\\,", ",")
    assert len(paragraphs) == 17
    assert paragraphs[0].startswith("Tirsdag snakket USAs utenriksminister")
    assert "Alle må trekke sin del av lasset, sa presidenten." in cleaned.text
    assert [p for p in paragraphs if p.startswith("– ")]
    assert "«De forente amerikanske stater" in cleaned.text


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("Storm\n   i nord", "Storm i nord", ()),
        ("Storm \r\n\r\n\ti  nord", "Storm i nord", ()),
        ("10\xa0000 kroner", "10 000 kroner", ("spaces",)),
        ("Bl&aring;tt lys\\, lite is", "Blått lys, lite is", ("entities", "escapes")),
        ("Storm\u2028i nord", "Storm i nord", ("line_endings",)),
        ("Storm\u2029i nord", "Storm i nord", ("line_endings",)),
    ],
)
def test_single_line_field_stays_one_line(before: str, after: str, rules: tuple[str, ...]) -> None:
    assert clean_line(before).text == after
    assert clean_line(before).rules == rules


def test_trace_shows_each_repair_of_the_whole_text() -> None:
    steps = trace("Bl&aring;tt\\, sa\xa0hun")
    assert [(step.rule, step.before, step.after) for step in steps] == [
        ("entities", "Bl&aring;tt\\, sa\xa0hun", "Blått\\, sa\xa0hun"),
        ("escapes", "Blått\\, sa\xa0hun", "Blått, sa\xa0hun"),
        ("spaces", "Blått, sa\xa0hun", "Blått, sa hun"),
    ]


# Any text at all, and text made of what the rules are about.
DAMAGE = [
    *"aeÅåÆæØøÃÂ¥¸¦©«»–\\,.\"'&;#\n\r\t \x85\xa0\xad\x00\x1b\x93\x81",
    *("\u200b", "\u200d", "\u200c", "\ufeff", "\u2028", "\u2029", "\u030a", "\u0303", "\u3000", "\ufffd"),
    *(
        "\ud83d",
        "\ude00",
        "😀",
        "ا",
        "क",
        "√",
        "•",
        "â",
        "€",
        "™",
        "&aring;",
        "&amp;",
        "C:\\",
        "\x1b[0m",
        "  ",
    ),
]
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(codec=None)),
    st.lists(st.sampled_from(DAMAGE), max_size=30).map("".join),
)


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_text(text).text
    assume(not ENTITIES.suspects(once))  # `&amp;lt;`: each cleaning decodes one level
    assert clean_text(once).text == once
    assert clean_text(once).rules == ()


@given(TEXTS)
def test_trace_ends_where_cleaning_ends(text: str) -> None:
    cleaned, steps = clean_text(text), trace(text)
    assert (steps[-1].after.strip() if steps else text.strip()) == cleaned.text
    assert {step.rule for step in steps} == set(cleaned.rules)


@given(TEXTS)
def test_rules_are_named_just_when_more_than_outer_white_space_changed(text: str) -> None:
    cleaned = clean_text(text)
    assert bool(cleaned.rules) == (cleaned.text != text.strip())


@given(TEXTS)
def test_result_is_storable_paragraphs(text: str) -> None:
    cleaned = clean_text(text).text
    cleaned.encode("utf-8")
    assert "\r" not in cleaned
    assert all(paragraph.strip() == paragraph != "" for paragraph in cleaned.split("\n\n") if cleaned)


@given(TEXTS)
def test_single_line_field_is_one_line(text: str) -> None:
    line = clean_line(text).text
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


UNITS = ["\\,x", "\\", "\r", "a\r", " ", " \t", "\n\u2029", "a \n\n\n\n", "&", "&amp;", "Ã¥", "\x1b[", "\xad"]
UNITS += ["\u200d", "\ud83d", "«»", '\\"', "x:\\", "\x93", "â€", "a\u030a", "Å", "e\x85"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", UNITS)
def test_long_damage_takes_linear_time(unit: str) -> None:
    long = clean_text(f"x{unit * 200_000}y")
    assert long.rules == clean_text(f"x{unit * 20}y").rules
    assert clean_line(f"x{unit * 200_000}y").text.startswith("x")
