from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pipeline.extract.fields import ALIASES, build
from pipeline.record import Record, Rejection

TEXT = "Brannen startet i et naust.\n\nIngen ble skadd."

OWN = {
    "article_id": "5c1f0f6d2f7a4f0e9c3b6a1d8e7f0a12",
    "source": "nyhetene",
    "url": "https://nyhetene.example/naust?ref=rss",
    "canonical_url": "https://nyhetene.example/naust",
    "title": "Naust brant ned",
    "lead": "Brannvesenet kom for sent.",
    "text": TEXT,
    "authors": ["Ada Tangvik"],
    "section": "Innenriks",
    "tags": ["brann"],
    "language": "nb",
    "published": "2024-03-11",
    "published_at": "2024-03-11T06:05:00Z",
    "published_raw": "2024-03-11T07:05:00+01:00",
    "published_offset": "+01:00",
    "updated_at": "2024-03-11T08:00:00Z",
    "paywalled": True,
    "word_count": 8,
}
NEWS_PLEASE = {
    "authors": ["Ada Tangvik", "Ola Myrdalen"],
    "date_download": "2023-05-03 04:00:12",
    "date_modify": "None",
    "date_publish": "2023-05-02 09:15:00",
    "description": "Brannvesenet kom for sent.",
    "filename": "naust.html",
    "image_url": None,
    "language": "no",
    "localpath": None,
    "maintext": TEXT,
    "source_domain": "nyhetene.example",
    "text": None,
    "title": "Naust brant ned",
    "title_page": None,
    "title_rss": None,
    "url": "https://nyhetene.example/naust",
}
FUNDUS = {
    "title": "Naust brant ned",
    "authors": ["Ada Tangvik"],
    "body": {
        "summary": ["Brannvesenet kom for sent."],
        "sections": [
            {"headline": [], "paragraphs": ["Brannen startet i et naust.", "Ingen ble skadd."]},
            {"headline": ["Uvisst"], "paragraphs": ["Årsaken er ukjent."]},
        ],
    },
    "publishing_date": "2024-05-30 11:30:00+02:00",
    "topics": ["brann", "naust"],
    "free_access": False,
    "lang": "no",
    "html": {
        "content": "<html><body><p>Hele siden</p></body></html>",
        "requested_url": "https://nyhetene.example/naust",
        "responded_url": "https://nyhetene.example/naust",
        "crawl_date": "2024-05-31 02:00:00",
    },
}
DATATROVE = {
    "text": TEXT,
    "id": "nyhetene/naust",
    "metadata": {
        "url": "https://nyhetene.example/naust",
        "date": "2023-10-08",
        "id": "lavere",
        "text": "nei",
    },
}
NCC = {
    "id": "maalfrid_nyhetene_0_17",
    "doc_type": "newspaper_ocr",
    "publish_year": 2007,
    "lang_fasttext": "no",
    "lang_fasttext_conf": "0.93",
    "text": TEXT,
}


def record(fields: dict[str, Any]) -> Record:
    built = build(fields, at="@0+1", raw=b"{}")
    assert isinstance(built, Record), built
    return built


def rejection(fields: dict[str, Any]) -> Rejection:
    built = build(fields, at="@0+1", raw=b"x" * 5000)
    assert isinstance(built, Rejection), built
    return built


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            OWN,
            Record(
                at="@0+1",
                raw=b"{}",
                text=TEXT,
                title="Naust brant ned",
                lead="Brannvesenet kom for sent.",
                authors=("Ada Tangvik",),
                url="https://nyhetene.example/naust?ref=rss",
                canonical_url="https://nyhetene.example/naust",
                section="Innenriks",
                tags=("brann",),
                language="nb",
                published_raw="2024-03-11T07:05:00+01:00",
                published_from="field",
                updated_raw="2024-03-11T08:00:00Z",
                own_id="5c1f0f6d2f7a4f0e9c3b6a1d8e7f0a12",
                source="nyhetene",
                paywalled=True,
            ),
            id="ours",
        ),
        pytest.param(
            NEWS_PLEASE,
            Record(
                at="@0+1",
                raw=b"{}",
                text=TEXT,
                title="Naust brant ned",
                lead="Brannvesenet kom for sent.",
                authors=("Ada Tangvik", "Ola Myrdalen"),
                url="https://nyhetene.example/naust",
                language="no",
                published_raw="2023-05-02 09:15:00",
                published_from="field",
                source="nyhetene.example",
            ),
            id="news-please",
        ),
        pytest.param(
            FUNDUS,
            Record(
                at="@0+1",
                raw=b"{}",
                text=f"{TEXT}\n\nUvisst\n\nÅrsaken er ukjent.",
                title="Naust brant ned",
                lead="Brannvesenet kom for sent.",
                authors=("Ada Tangvik",),
                url="https://nyhetene.example/naust",
                tags=("brann", "naust"),
                language="no",
                published_raw="2024-05-30 11:30:00+02:00",
                published_from="field",
                paywalled=True,
            ),
            id="fundus",
        ),
        pytest.param(
            DATATROVE,
            Record(
                at="@0+1",
                raw=b"{}",
                text=TEXT,
                url="https://nyhetene.example/naust",
                published_raw="2023-10-08",
                published_from="field",
                own_id="nyhetene/naust",
            ),
            id="datatrove",
        ),
        pytest.param(
            NCC,
            Record(
                at="@0+1",
                raw=b"{}",
                text=TEXT,
                language="no",
                published_raw="2007",
                published_from="field",
                own_id="maalfrid_nyhetene_0_17",
            ),
            id="norwegian-colossal-corpus",
        ),
    ],
)
def test_the_record_of_each_producer(fields: dict[str, Any], expected: Record) -> None:
    assert record(fields) == expected


def test_fundus_with_an_empty_body_has_its_plain_text() -> None:
    assert record({**FUNDUS, "body": {"summary": [], "sections": []}, "plaintext": TEXT}).text == TEXT
    assert record({**FUNDUS, "body": None, "plaintext": TEXT}).text == TEXT


@pytest.mark.parametrize(
    ("target", "name"), [(t, n) for t, ns in ALIASES.items() for n in ns if t not in ("text", "paywalled")]
)
def test_every_name_fills_its_field(target: str, name: str) -> None:
    value = getattr(record({"text": "x", name: "verdi"}), target)
    assert value == (("verdi",) if target in ("authors", "tags") else "verdi")


@pytest.mark.parametrize("name", ALIASES["text"])
def test_every_name_for_the_text_is_known(name: str) -> None:
    assert record({name: TEXT}).text == TEXT


@pytest.mark.parametrize("empty", [None, "", " \n", []])
def test_the_first_name_that_is_filled_wins(empty: Any) -> None:
    assert record({"content": TEXT, "text": empty, "body": "annet"}).text == TEXT
    assert record({"text": "x", "headline": "B", "title": empty}).title == "B"


@pytest.mark.parametrize(
    ("value", "authors"),
    [
        ("Ada Tangvik", ("Ada Tangvik",)),
        (["Ada Tangvik", "", None, 7], ("Ada Tangvik",)),
        (
            [{"@type": "Person", "name": "Ada Tangvik"}, {"name": "Ola Myrdalen"}],
            ("Ada Tangvik", "Ola Myrdalen"),
        ),
        ({"name": "Ada Tangvik"}, ("Ada Tangvik",)),
        (7, ()),
    ],
)
def test_authors_are_a_list_of_names_however_they_are_given(value: Any, authors: tuple[str, ...]) -> None:
    assert record({"text": "x", "authors": value}).authors == authors


def test_tags_in_one_string_are_split_at_commas() -> None:
    assert record({"text": "x", "keywords": "brann, naust,, sjø"}).tags == ("brann", "naust", "sjø")


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (2007, "2007"),
        (2007.0, "2007"),
        (1710140700, "1710140700"),
        (float("nan"), None),
        (True, None),
        ("undated", None),
        ("None", None),
        (["2007"], None),
        (dt.date(2024, 3, 11), "2024-03-11"),
        (dt.datetime(2024, 3, 11, 6, tzinfo=dt.UTC), "2024-03-11T06:00:00+00:00"),
        ("2024-02-30", "2024-02-30"),
    ],
)
def test_dates_are_kept_as_written(value: Any, raw: str | None) -> None:
    built = record({"text": "x", "date": value})
    assert (built.published_raw, built.published_from) == (raw, "field" if raw else None)


def test_the_date_of_our_own_rows_is_the_one_as_written_then_the_instant_then_the_period() -> None:
    own = dict(OWN)
    assert record(own).published_raw == "2024-03-11T07:05:00+01:00"
    own["published_raw"] = None
    assert record(own).published_raw == "2024-03-11T06:05:00Z"
    own["published_at"] = None
    assert record(own).published_raw == "2024-03-11"


@pytest.mark.parametrize(
    ("name", "value", "paywalled"),
    [
        ("paywalled", True, True),
        ("isAccessibleForFree", True, False),
        ("isAccessibleForFree", "False", True),
        ("free_access", False, True),
        ("paywalled", "kanskje", None),
        ("paywalled", 1, None),
    ],
)
def test_paywalled(name: str, value: Any, paywalled: bool | None) -> None:
    assert record({"text": "x", name: value}).paywalled is paywalled


def test_a_list_of_paragraphs_is_joined_by_blank_lines() -> None:
    assert record({"text": ["En.", "To."]}).text == "En.\n\nTo."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>En &amp; to.</p>\n<p>Tre<br>fire.</p>", "En & to.\n\nTre\nfire."),
        ("Før <p>etter</p>", "Før\n\netter"),
        ("<div>En<br><br>to<script>x()</script></div>", "En\n\nto"),
        ("<h2>Tittel</h2>tekst", "Tittel\n\ntekst"),
    ],
)
def test_a_body_of_html_becomes_paragraphs(markup: str, text: str) -> None:
    assert record({"body": markup}).text == text


@pytest.mark.parametrize("text", ["3 < 5 og 7 > 2", "<3 sommer", "<Navn> sa ja", "Skriv <b>fet</b>"])
def test_a_text_with_a_less_than_sign_is_no_html(text: str) -> None:
    assert record({"text": text}).text == text


@pytest.mark.parametrize("value", [7, True, {"rendered": "x"}, [1, 2], [["x"]], {"sections": [7]}, b"\xff"])
def test_a_text_of_the_wrong_type_is_a_bad_field(value: Any) -> None:
    found = rejection({"title": "T", "text": value})
    assert (found.at, found.reason, len(found.excerpt)) == ("@0+1", "bad_field", 4096)
    assert "The field text" in found.detail


def test_another_name_may_stand_in_for_a_text_of_the_wrong_type() -> None:
    assert record({"text": 7, "content": TEXT}).text == TEXT


def test_no_known_text_field_names_the_fields_that_are_there() -> None:
    found = rejection({"overskrift": "T", "brødtekst": TEXT})
    assert found.reason == "no_text_field"
    assert "overskrift, brødtekst" in found.detail


def test_an_object_without_fields_has_no_text_field() -> None:
    assert rejection({}).reason == "no_text_field"


@pytest.mark.parametrize("empty", [None, "", "  ", [], {}])
def test_an_empty_text_is_a_record_without_text(empty: Any) -> None:
    assert record({"text": empty}).text == ""


def test_optional_fields_of_the_wrong_type_are_unknown() -> None:
    names = {
        name: {"uventet": [1]} for target, names in ALIASES.items() for name in names if target != "text"
    }
    assert record({"text": TEXT, **names}) == Record(at="@0+1", raw=b"{}", text=TEXT)


def test_html_nested_without_end_takes_no_time() -> None:
    assert record({"body": "<div>" * 20_000 + "x"}).text == "x"
