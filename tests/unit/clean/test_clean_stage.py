from __future__ import annotations

from pipeline.clean import clean
from pipeline.record import Record


def test_every_field_of_a_record_is_repaired() -> None:
    record = Record(
        at="",
        raw=b"r",
        text="Storm\\, sa hun.\r\n\r\nSlutt.",
        title=" Sn&oslash;storm\n i nord ",
        lead="Det bl\xe5ste\u200b.",
        section="V\u00e6r\x00",
        authors=("Ola\xa0Eksempel", "\u200b", "Kari Prøve"),
        tags=("v&aelig;r", " ", "nord"),
    )
    (cleaned,) = clean([record])
    assert cleaned.text == "Storm, sa hun.\n\nSlutt."
    assert cleaned.title == "Snøstorm i nord"
    assert cleaned.lead == "Det blåste."
    assert cleaned.section == "Vær"
    assert cleaned.authors == ("Ola Eksempel", "Kari Prøve")
    assert cleaned.tags == ("vær", "nord")
    assert cleaned.rules == (
        "entities",
        "line_endings",
        "control_characters",
        "zero_width",
        "escapes",
        "spaces",
    )


def test_a_field_that_held_nothing_visible_is_unknown() -> None:
    (cleaned,) = clean([Record(at="", raw=b"r", text="Ja.", title=" \n", lead="\u200b", section="")])
    assert (cleaned.title, cleaned.lead, cleaned.section) == (None, None, None)


def test_a_text_stays_a_text_and_an_absent_one_stays_absent() -> None:
    empty, absent = clean([Record(at="0", raw=b"", text=" \n"), Record(at="1", raw=b"", text=None)])
    assert empty.text == ""
    assert absent.text is None


def test_encoding_comes_first_among_the_rules() -> None:
    (cleaned,) = clean([Record(at="", raw=b"r", text="a\\, b", rules=("encoding",))])
    assert cleaned.rules == ("encoding", "escapes")


def test_what_is_not_text_is_untouched() -> None:
    record = Record(
        at="item 3",
        raw=b"\xff",
        text="Ja.",
        url="https://avis.example/?a=1&amp;b=2",
        canonical_url="https://avis.example/",
        own_id="a\\,b",
        published_raw="2019-02 ",
        language="no",
        source="avis",
    )
    assert list(clean([record])) == [record]


def test_a_clean_record_has_no_rules() -> None:
    (cleaned,) = clean([Record(at="", raw=b"", text="– Ja, sa hun.\n\nSlutt.\n", title="«Ja»")])
    assert cleaned.rules == ()


def test_records_stream() -> None:
    def endless():
        while True:
            yield Record(at="", raw=b"", text="Ja.")

    assert next(clean(endless())).text == "Ja."
