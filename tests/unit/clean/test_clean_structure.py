from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.clean import clean, clean_text, trace
from pipeline.clean.structure import cut_off, subheadings
from pipeline.record import Record

PROSE = "Fergen ble liggende ved kai hele natten."
MORE = "Ved sekstiden løyet det, og den første gikk ut."


def between(*lines: str) -> str:
    return "\n\n".join((PROSE, *lines, MORE))


@pytest.mark.parametrize(
    "line",
    [
        "Uaktuelt",
        "Ingen ble skadd",
        "– Helt uaktuelt",
        "«Ikke aktuelt»",
        "Tre timer forsinket",
        "20 evakuert",
        "Åpner igjen i morgen",
        "Was der Minister sagt",
        "Þetta var nótt",
        "Stormen i 1987",
    ],
)
def test_short_open_paragraph_between_prose_is_a_subheading(line: str) -> None:
    assert subheadings(between(line)) == (line,)
    assert clean_text(between(line)).text == between(line)


@pytest.mark.parametrize(
    "line",
    [
        "Uaktuelt.",
        "Hva nå?",
        "– Nei!",
        "– Ja, sa hun.",
        "– Nei …",
        "- Uaktuelt",
        "* Uaktuelt",
        "• Brød",
        "1",
        "12.03.2019",
        "brød",
        "Av Kari Nordmann",
        "Av: Kari Nordmann",
        "Tekst: Kari Nordmann",
        "Von Erika Mustermann",
        "kari@avisa.example",
        "Se www.avisa.example",
        "Kari Nordmann",  # the author
        "***",
        "",
        "«Ikke aktuelt.»",
        "(Uaktuelt)",
        "Fakta:",
        "Et avsnitt som noen glemte å sette punktum etter da de skrev det",
        "To\nlinjer",
    ],
)
def test_what_is_no_subheading(line: str) -> None:
    assert subheadings(between(line), authors=("Kari Nordmann",)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Uaktuelt",
        f"Uaktuelt\n\n{PROSE}",
        f"{PROSE}\n\nUaktuelt",
        between("Brød", "Melk", "Ost"),
        f"{PROSE}\n\nJa, vi elsker\n\ndette landet\n\nsom det stiger frem",
        f"Dette trenger du:\n\nMel\n\n{PROSE}",
    ],
    ids=["alone", "first", "last", "list", "verse", "list of one"],
)
def test_what_stands_otherwise_is_no_subheading(text: str) -> None:
    assert subheadings(text) == ()


def test_subheadings_are_told_in_their_order_from_the_repaired_text() -> None:
    text = (
        f"{PROSE}\r\n\r\nF&oslash;rst\r\n\r\n{MORE}\r\n\r\nAnnonse\r\n\r\nS\u00e5 stille\r\n\r\n{MORE} Igjen."
    )
    (record,) = clean([Record(at="", raw=b"", text=text)])
    assert record.subheadings == ("Først", "Så stille")


CUT = [
    "Regjeringen legger i dag frem …",
    "Regjeringen legger i dag frem…",
    "Regjeringen legger i dag frem ...",
    "Regjeringen legger i dag frem...",
    "Regjeringen legger i dag frem et forslag, ...",
    "Regjeringen legger i dag frem […]",
    "Regjeringen legger i dag frem et forslag. [...]",
    "Regjeringen legger i dag frem… [+1234 chars]",
    "Regjeringen legger i dag [+987 chars]",
    "Regjeringen legger i dag frem … Les mer »",
    "Regjeringen legger i dag frem … Les hele saken",
    "The government will present ... Read more",
    "Regjeringen legger i dag frem et forslag.\n\nLes hele saken",
    "Regjeringen legger i dag frem et forslag.\n\nLogg inn for å lese",
    "Regjeringen legger i dag frem et forslag.\n\nDenne artikkelen er for abonnenter\n\nBli abonnent",
    "Regjeringen legger i dag frem et forslag.\n\nLogg inn for å lese\n\nAnnonse\n\nDel på Facebook",
    "Regjeringen legger i dag frem et forslag.\n\nBli abonnent\n\nLes hele saken",
    "For abonnenter",
]

WHOLE = [
    "",
    "Regjeringen legger i dag frem et forslag.",
    "Regjeringen legger i dag frem et forslag uten punktum",
    "– Jeg vet ikke …",
    "– Jeg vet ikke...",
    "«Jeg vet ikke …»",
    "Hva nå?...",
    "Det var den natten. ...",
    "Ordene stod der: «[…] og så kom hun», skrev han.",
    "Han sa … og gikk.",
    "Se note [12]",
    "Regjeringen legger i dag frem et forslag (...)",
    "«Regjeringen legger i dag frem et forslag (…)»",
    "For abonnenter\n\nRegjeringen legger i dag frem et forslag.",
    "Logg inn for å lese\n\nRegjeringen legger i dag frem et forslag.",
    "Regjeringen kom.\n\nLes hele saken\n\nSå gikk den.",
    "Regjeringen kom.\n\nAnnonse",
]


@pytest.mark.parametrize("text", CUT)
def test_a_text_that_is_visibly_cut_off_is_truncated(text: str) -> None:
    (record,) = clean([Record(at="", raw=b"", text=text)])
    assert record.truncated is True


@pytest.mark.parametrize("text", WHOLE)
def test_nothing_is_said_of_a_text_that_shows_nothing(text: str) -> None:
    (record,) = clean([Record(at="", raw=b"", text=text)])
    assert record.truncated is None


def test_a_text_that_is_absent_keeps_what_its_record_says() -> None:
    (record,) = clean([Record(at="", raw=b"", text=None, truncated=True, subheadings=("Uaktuelt",))])
    assert (record.truncated, record.subheadings) == (True, ("Uaktuelt",))


TITLE = "Storm i nord"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"{TITLE}\n\n{PROSE}", TITLE),
        (f"STORM I NORD\n\n{PROSE}", TITLE),
        (f"«{TITLE}»\n\n{PROSE}", TITLE),
        (f"{TITLE}\n\n{TITLE}\n\n{PROSE}", TITLE),
        (f"Annonse\n\n{TITLE}\n\n{PROSE}", TITLE),
        (f"{TITLE}.\n\n{PROSE}", f"{TITLE}."),
        (f"Storm i\xa0nord\r\n\r\n{PROSE}", f" {TITLE}\n"),
        (f"{TITLE}\n{PROSE}", TITLE),
    ],
)
def test_title_is_taken_out_of_where_the_text_begins(text: str, title: str) -> None:
    (record,) = clean([Record(at="", raw=b"", text=text, title=title)])
    assert record.text == PROSE
    assert record.title == title.strip()
    assert "repeated_title" in record.rules


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (TITLE, TITLE),
        (f"{TITLE}.\n\n{PROSE}", TITLE),  # the first sentence of a short article
        (f"{TITLE} og sør\n\n{PROSE}", TITLE),
        (f"{PROSE}\n\n{TITLE}\n\n{MORE}", TITLE),
        (f"{TITLE}\n\n{PROSE}", ""),
        (f"***\n\n{PROSE}", "***"),
        (f"{TITLE}\n\n{PROSE}", "Uvær"),
    ],
)
def test_what_is_not_the_title_stays(text: str, title: str) -> None:
    assert clean_text(text, title=title).text == text


def test_trace_shows_that_the_title_went() -> None:
    (step,) = trace(f"{TITLE}\n\n{PROSE}", title=TITLE)
    assert (step.rule, step.before, step.after) == ("repeated_title", f"{TITLE}\n\n{PROSE}", PROSE)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{PROSE}\n\n{MORE}\n\n{PROSE}", f"{PROSE}\n\n{MORE}"),
        (f"{MORE}\n\n{MORE}\n\n{MORE}", MORE),
        ("Da ble det stille.\n\nDa ble det stille.", "Da ble det stille."),
        (f"{MORE}\n\n{MORE}\n\n– Nei.\n\n{MORE}", f"{MORE}\n\n– Nei."),
        (f"{PROSE}\n\n{MORE}\n\n{PROSE}\n\n{MORE}", f"{PROSE}\n\n{MORE}"),
    ],
)
def test_paragraph_that_stands_there_again_goes(text: str, left: str) -> None:
    text = text.replace(PROSE, f"{PROSE} Det blåste.")
    left = left.replace(PROSE, f"{PROSE} Det blåste.")
    assert clean_text(text).text == left
    assert clean_text(text).rules == ("repeated_paragraphs",)


@pytest.mark.parametrize(
    "text",
    [
        "– Nei.\n\n– Nei.\n\n– Nei.",
        "Da ble det stille.\n\nHun ventet.\n\nDa ble det stille.",
        "Hva mener du om fergen som ikke går?\n\nNei.\n\nHva mener du om fergen som ikke går?\n\nJa.",
        f"{MORE}\n\nEn.\n\n{MORE}\n\nTo.\n\n{MORE}\n\nTre.",
        "***\n\nEn.\n\n***\n\nTo.",
        "– – – – – – – –\n\n– – – – – – – –",
        "Ja, vi elsker dette landet\nsom det stiger frem\n\nFuret, værbitt\n\nJa, vi elsker dette landet\n"
        "som det stiger frem",
    ],
    ids=["dialogue", "refrain", "question", "structure", "asterisks", "rules", "verse"],
)
def test_what_may_be_repeated_on_purpose_stays(text: str) -> None:
    assert clean_text(text).text == text


PARAGRAPHS = st.lists(
    st.lists(
        st.sampled_from(["Fergen", "«Nei»", "– Ja", "løyet", "10 000", "Å", "sa", "hun", ",", "."]),
        min_size=1,
    )
    .map(" ".join)
    .filter(lambda text: clean_text(text).text == text),
    unique=True,
    max_size=8,
)


@given(PARAGRAPHS)
def test_clean_paragraphs_stay_clean_together(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    assert (
        clean_text(text).text == "\n\n".join(clean_text(paragraph).text for paragraph in paragraphs) == text
    )
    assert clean_text(text).rules == ()


@given(st.one_of(st.text(), st.text(alphabet=st.characters(codec=None))))
def test_structure_of_any_text_is_told(text: str) -> None:
    assert all(line in text.split("\n\n") for line in subheadings(text))
    assert cut_off(text) in (True, False)


TEXTS = st.lists(
    st.sampled_from([PROSE, MORE, TITLE, "Uaktuelt", "Annonse", "Bli abonnent", "P&aring;", "\xa0", "…"])
)


@given(st.lists(st.tuples(TEXTS.map("\n\n".join), st.sampled_from([None, TITLE, "Annonse"]))), st.data())
def test_records_are_cleaned_alike_in_any_chunks(
    texts: list[tuple[str, str | None]], data: st.DataObject
) -> None:
    records = [
        Record(at=f"item {i}", raw=b"", text=text, title=title) for i, (text, title) in enumerate(texts)
    ]
    cut = data.draw(st.integers(0, len(records)))
    together = list(clean(records))
    assert [*clean(records[:cut]), *clean(records[cut:])] == together
    assert list(clean(together)) == together
