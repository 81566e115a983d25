from __future__ import annotations

import datetime as dt
import random

import pytest

from pipeline.article import Article, from_table, to_table
from pipeline.normalise import content_hash, normalise, normalise_folding
from pipeline.normalise.identity import fold
from pipeline.record import Record

CAPTURED = dt.datetime(2019, 3, 1, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
CAPTURE = "captures/source=avis/date=2019-03-01/a.jsonl"
LONG = "Ordføreren sa at arbeidet ikke kan begynne før til våren, fordi isen må gå først. " * 6


def one(record: Record) -> Article:
    (article,) = normalise([record], source="avis", capture=CAPTURE, captured_at=CAPTURED)
    return article


def test_record_becomes_an_article() -> None:
    record = Record(
        at="0+100",
        raw=b"{}",
        text=f"{LONG.strip()}\n\nSlutt.",
        title="Ny bro",
        lead="Endelig",
        authors=("Av Ola Eksempel og Kari Prøve (NTB)",),
        url="https://Avis.example/sak/1?utm_source=rss#topp",
        section="Lokalt",
        tags=("bro, elv",),
        published_raw="2019-02-06T00:30:00+01:00",
        published_from="field",
        updated_raw="2019-02-07T10:00:00Z",
        own_id="1",
        paywalled=True,
        subheadings=("Slutt.",),
        truncated=True,
        rules=("escapes",),
    )
    article = one(record)
    assert article.source == "avis"
    assert article.url == record.url
    assert article.canonical_url == "https://avis.example/sak/1"
    assert (article.title, article.lead, article.section) == ("Ny bro", "Endelig", "Lokalt")
    assert (article.authors, article.agencies) == (["Ola Eksempel", "Kari Prøve"], ["NTB"])
    assert article.tags == ["bro", "elv"]
    assert (article.subheadings, article.truncated) == (["Slutt."], True)
    assert (article.language, article.language_confidence) == ("nb", pytest.approx(0.99, abs=0.02))
    assert article.published == "2019-02-06"
    assert article.published_at == dt.datetime(2019, 2, 5, 23, 30, tzinfo=dt.UTC)
    assert article.published_raw == "2019-02-06T00:30:00+01:00"
    assert article.published_offset == "+01:00"
    assert article.published_from == "field"
    assert article.updated_at == dt.datetime(2019, 2, 7, 10, tzinfo=dt.UTC)
    assert article.first_seen_at == article.captured_at == dt.datetime(2019, 3, 1, 11, tzinfo=dt.UTC)
    assert article.captured_at.tzinfo is dt.UTC
    assert (article.word_count, article.paragraph_count, article.lix) == (15 * 6 + 1, 2, None)
    assert article.content_hash == content_hash(article.text)
    assert article.paywalled is True
    assert article.rules == ["escapes"]
    assert article.capture == f"{CAPTURE}#0+100"


def test_articles_come_in_the_order_of_their_records_with_their_folded_texts() -> None:
    texts = ["Ja.", LONG * 400, "", "Łódź – ja.", LONG]
    records = [Record(at=f"{number}", raw=b"", text=text) for number, text in enumerate(texts)]
    found = list(normalise_folding(records, source="avis", capture=CAPTURE, captured_at=CAPTURED))
    assert [(article.text, folded) for article, folded in found] == [(text, fold(text)) for text in texts]
    assert [article for article, _ in found] == [one(record) for record in records]


def test_month_precision_date_is_not_given_a_day() -> None:
    article = one(Record(at="", raw=b"", text="Ja.", published_raw="2019-02", published_from="header"))
    assert (article.published, article.published_at, article.published_offset) == ("2019-02", None, None)
    assert article.published_from == "header"
    assert article.capture == CAPTURE


@pytest.mark.parametrize("raw", ["2019-13", "i går"])
def test_impossible_date_is_undated_and_kept_as_written(raw: str) -> None:
    article = one(Record(at="", raw=b"", text="Ja.", published_raw=raw, published_from="field"))
    assert (article.published, article.published_raw, article.published_from) == ("undated", raw, "field")


def test_page_says_its_date_to_those_who_read_it() -> None:
    page = Record(
        at="",
        raw=b"",
        text="Ja.",
        published_raw="i går kl. 23.30",
        published_from="meta",
        updated_raw="i dag kl. 00.10",
        zone="Europe/Oslo",
    )
    article = one(page)
    assert article.published == "2019-02-28"
    assert article.published_at == dt.datetime(2019, 2, 28, 22, 30, tzinfo=dt.UTC)
    assert article.published_raw == "i går kl. 23.30"
    assert article.updated_at == dt.datetime(2019, 2, 28, 23, 10, tzinfo=dt.UTC)


def test_document_says_its_date_to_those_who_read_it_when_it_was_fetched() -> None:
    said = {"published_raw": "i går", "published_from": "field"}
    fetched_at = dt.datetime(2018, 1, 1, 12, 0, tzinfo=dt.UTC)
    assert one(Record(at="", raw=b"", text="Ja.", **said)).published == "undated"
    assert one(Record(at="", raw=b"", text="Ja.", fetched_at=fetched_at, **said)).published == "2017-12-31"


@pytest.mark.parametrize(
    ("text", "language", "zone", "period"),
    [
        ("Ja.", "no", None, "2019-02-06"),
        ("Ja.", "en-US", None, "2019-06-02"),
        ("Ja.", "en-GB", None, "2019-02-06"),
        ("Ja.", "en", None, "undated"),
        ("Ja.", "en" + "-x" * 100, None, "undated"),
        ("Ja.", "en-US", "Europe/Oslo", "2019-02-06"),
        (LONG, "en-US", None, "2019-02-06"),
    ],
)
def test_order_of_a_date_is_that_of_the_source(
    text: str, language: str, zone: str | None, period: str
) -> None:
    record = Record(at="", raw=b"", text=text, published_raw="06/02/2019", language=language, zone=zone)
    assert one(record).published == period


def test_two_digits_of_a_year_are_of_the_century_of_the_capture() -> None:
    record = Record(at="", raw=b"", text="Ja.", published_raw="06.02.19", published_from="header")
    assert one(record).published == "2019-02-06"


@pytest.mark.parametrize("raw", ["2030-02-06", "1066-10-14"])
def test_date_that_cannot_be_is_kept_for_the_checks_to_refuse(raw: str) -> None:
    article = one(Record(at="", raw=b"", text="Ja.", published_raw=raw, published_from="field"))
    assert (article.published, article.published_raw) == (raw, raw)


def test_long_text_has_a_lix() -> None:
    assert one(Record(at="", raw=b"", text=LONG * 2)).lix == pytest.approx(15 + 100 * 3 / 15)


def test_address_is_no_section() -> None:
    assert one(Record(at="", raw=b"", text="Ja.", section="https://avis.example/sport")).section is None


@pytest.mark.parametrize("raw", [None, "", " \n"])
def test_absent_date_is_unknown(raw: str | None) -> None:
    article = one(Record(at="", raw=b"", text="Ja.", published_raw=raw, published_from="field"))
    assert (article.published, article.published_raw, article.published_from) == ("undated", None, None)


def test_nothing_is_invented() -> None:
    article = one(Record(at="", raw=b"r", text=None))
    assert article.text == ""
    assert (article.word_count, article.paragraph_count) == (0, 0)
    unknown = ("url", "canonical_url", "title", "lead", "section", "language", "language_confidence")
    assert all(getattr(article, name) is None for name in unknown)
    assert (article.authors, article.agencies, article.tags, article.rules) == ([], [], [], [])
    assert (article.subheadings, article.lix, article.truncated, article.paywalled) == ([], None, None, None)


def test_hint_names_the_language_of_a_text_too_short_to_tell() -> None:
    article = one(Record(at="", raw=b"", text="Ja.", language="no"))
    assert (article.language, article.language_confidence) == ("nb", None)


def test_text_tells_more_than_the_hint() -> None:
    assert one(Record(at="", raw=b"", text=LONG, language="en-GB")).language == "nb"


@pytest.mark.parametrize(
    ("named", "source"),
    [
        ("  Blad \n og Bok ", "Blad og Bok"),
        ("", "avis"),
        (None, "avis"),
        ("x" * 201, "avis"),
        ("a\x00b", "avis"),
    ],
)
def test_record_may_name_a_sensible_source(named: str | None, source: str) -> None:
    assert one(Record(at="", raw=b"", text="Ja.", source=named)).source == source


def test_publishers_canonical_address_goes_before_the_one_fetched() -> None:
    urls = {"url": "https://m.avis.example/1", "canonical_url": "https://avis.example/1"}
    assert one(Record(at="", raw=b"", text="Ja.", **urls)).canonical_url == "https://avis.example/1"


def test_unusable_canonical_address_leaves_the_one_fetched() -> None:
    urls = {"url": "https://avis.example/1", "canonical_url": "/1"}
    assert one(Record(at="", raw=b"", text="Ja.", **urls)).canonical_url == "https://avis.example/1"


def test_identifiers_do_not_depend_on_the_order_of_records() -> None:
    records = [
        Record(at=f"item {i}", raw=b"%d" % i, text=f"Sak {i}", own_id=own_id, url=url)
        for i, (own_id, url) in enumerate(
            [("1", None), ("2", None), (None, None), (None, "https://a.example/")]
        )
    ]
    shuffled = random.Random(7).sample(records, len(records))

    def ids(order: list[Record]) -> dict[str, str]:
        articles = normalise(order, source="avis", capture=CAPTURE, captured_at=CAPTURED)
        return {article.text: article.article_id for article in articles}

    assert ids(records) == ids(shuffled)
    assert len(set(ids(records).values())) == 4


def test_halves_of_surrogate_pairs_do_not_reach_the_table() -> None:
    damaged = "a\ud83db \ud83d\ude00"
    record = Record(
        at="",
        raw=b"",
        text=damaged,
        title=damaged,
        authors=(damaged,),
        url=f"https://avis.example/{damaged}",
        own_id=damaged,
        published_raw=damaged,
        language=damaged,
        source=damaged,
    )
    article = one(record)
    assert article.title == "a\ufffdb 😀"
    assert from_table(to_table([article])) == [article]


def test_time_of_capture_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        list(
            normalise(
                [Record(at="", raw=b"", text="")],
                source="s",
                capture="c",
                captured_at=dt.datetime(2019, 1, 1),
            )
        )
