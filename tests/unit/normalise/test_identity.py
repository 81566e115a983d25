from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise import article_id, content_hash
from pipeline.normalise.identity import fold, fold_any, fold_each
from pipeline.normalise.single_bytes import single_bytes

# These values are in archives. A change of any of them makes other articles of the same ones.
GOLDEN = [
    ("https://avis.example/sak/1", "avis", "a1", b"raw", "5e52d9c970be1ff9df0034318cae0bd9"),
    (None, "avis", "a1", b"raw", "1966fde354d4a4955fa079f918ad1220"),
    (None, "avis", None, b"raw", "fa18b0f2110fe05c430fe69ad0ea4146"),
    (None, "avis", " ", b"raw", "fa18b0f2110fe05c430fe69ad0ea4146"),
]


@pytest.mark.parametrize(("url", "source", "own_id", "raw", "expected"), GOLDEN)
def test_identifier_is_pinned(
    url: str | None, source: str, own_id: str | None, raw: bytes, expected: str
) -> None:
    assert article_id(canonical_url=url, source=source, own_id=own_id, raw=raw) == expected


def test_identifier_is_of_the_documented_bytes() -> None:
    url = "https://avis.example/sak/1"
    expected = hashlib.sha256(b"3:url26:" + url.encode()).hexdigest()[:32]
    assert article_id(canonical_url=url, source="avis", own_id=None, raw=b"") == expected


def test_url_alone_identifies_an_article_that_has_one() -> None:
    url = "https://avis.example/sak/1"
    assert article_id(canonical_url=url, source="avis", own_id="1", raw=b"a") == article_id(
        canonical_url=url, source="speil", own_id="2", raw=b"b"
    )


def test_same_own_id_in_two_sources_is_two_articles() -> None:
    ids = {article_id(canonical_url=None, source=s, own_id="1", raw=b"") for s in ("avis", "blad")}
    assert len(ids) == 2


def test_parts_do_not_run_into_each_other() -> None:
    ids = {
        article_id(canonical_url=None, source=source, own_id=own_id, raw=b"")
        for source, own_id in [("a", "bc"), ("ab", "c"), ("a1:b", "c"), ("a", "1:bc")]
    }
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("– Ja, sa hun.\n\n«Nei!»", "ja sa hun nei"),
        ("IS-krigerne  KOM\tHJEM", "is krigerne kom hjem"),
        ("½ liter ﬁn fløte™", "1 2 liter fin fløtetm"),
        ("STRASSE straße", "strasse strasse"),
        ("snø_dybde", "snø dybde"),
        ("Ёлка, 10 000", "ёлка 10 000"),
        ("", ""),
        ("…", ""),
    ],
)
def test_folded_text_is_letters_and_digits(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_content_hash_is_pinned() -> None:
    assert content_hash("– Ja, sa hun.") == hashlib.sha256(b"ja sa hun").hexdigest()


def test_form_and_case_do_not_make_other_content() -> None:
    assert content_hash("«Blåbær», sa hun.") == content_hash('"BLA\u030aB\u00c6R"  –\nsa hun')
    assert content_hash("Blåbær") != content_hash("Blabær")


WINDOWS_1252 = st.binary().map(lambda data: data.decode("windows-1252", "ignore"))


@given(st.one_of(WINDOWS_1252, st.text(alphabet=st.characters(codec=None))))
def test_short_cut_folds_as_the_definition_does(text: str) -> None:
    assert fold(text) == fold_any(text)
    assert len(content_hash(text)) == 64


@given(st.lists(st.one_of(WINDOWS_1252, st.text()), max_size=6))
def test_texts_are_folded_whatever_stands_beside_them(texts: list[str]) -> None:
    assert fold_each(texts, list(map(single_bytes, texts))) == list(map(fold_any, texts))
