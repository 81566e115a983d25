from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.extract.page import names

GIVEN = [
    ("Kari Nordmann", ["Kari Nordmann"]),
    ("Av Kari Nordmann og Ola Hansen", ["Kari Nordmann", "Ola Hansen"]),
    ("Tekst: Kari Nordmann", ["Kari Nordmann"]),
    ("Tekst og foto: Kari Nordmann", ["Kari Nordmann"]),
    ("Text: Anna Ek Foto: Bo Ek", ["Anna Ek"]),
    ("Af Mette Holm, journalist", ["Mette Holm"]),
    ("Skrevet av Kari Nordmann", ["Kari Nordmann"]),
    ("Eftir Jón Jónsson", ["Jón Jónsson"]),
    ("Teksti: Aino Virtanen ja Matti Laine", ["Aino Virtanen", "Matti Laine"]),
    ("By Ann Smith and Bob B. Jones, Chief Political Correspondent", ["Ann Smith", "Bob B. Jones"]),
    ("Ann Smith, Bob Jones, and Cy Young", ["Ann Smith", "Bob Jones", "Cy Young"]),
    ("Reporter Ann Smith", ["Ann Smith"]),
    ("Ola By Hansen", ["Ola By Hansen"]),
    ("Analysis by Ann Smith, Editor-at-large", ["Ann Smith"]),
    ("Текст: Анна Иванова", ["Анна Иванова"]),
    ("BY ANN SMITH", ["ANN SMITH"]),
    ("Von Max Müller (dpa)", ["Max Müller"]),
    ("Ein Kommentar von Anna Schmidt", ["Anna Schmidt"]),
    ("Ludwig von Berg und Ursula von der Au", ["Ludwig von Berg", "Ursula von der Au"]),
    ("Par Jean Dupont et Luc Petit", ["Jean Dupont", "Luc Petit"]),
    ("Por Ana Gil y Luis Mora", ["Ana Gil", "Luis Mora"]),
    ("ann.smith@avis.example", []),
    ("Ann Smith <ann.smith@avis.example>", ["Ann Smith"]),
    ("https://avis.example/ann", []),
    ("Ann Smith @annsmith", ["Ann Smith"]),
    ("Avisen (www.avis.example)", ["Avisen"]),
    ("Veröffentlicht von Max Müller", ["Max Müller"]),
    ("Publié par Jean Dupont", ["Jean Dupont"]),
    ("Par Olsson", ["Par Olsson"]),
    ("kn;oh", ["kn", "oh"]),
    ("김철수 기자", ["김철수"]),
    ("J. R. Berg Jr.", ["J. R. Berg Jr."]),
    ("Ann Smith, who has written of bridges since she was a child", ["Ann Smith"]),
    ("Ann O’Hara", ["Ann O’Hara"]),
    ("Steinar Vonholm, Avi Cohen", ["Steinar Vonholm", "Avi Cohen"]),
    ("Ann Smith, Ann Smith", ["Ann Smith"]),
    ("By", []),
    ("", []),
    ("123", []),
]


@pytest.mark.parametrize(("text", "people"), GIVEN)
def test_names_are_what_a_page_gives_without_what_is_no_name(text: str, people: list[str]) -> None:
    assert names.split(text) == people


SHOWN = [
    ("Av Kari Nordmann, Oslo", ["Kari Nordmann"]),
    ("Von Max Müller, RUNDFUNK", ["Max Müller"]),
    ("Kari Nordmann Journalist", ["Kari Nordmann"]),
    ("By ANN SMITH and BOB JONES - Technology Writers", ["ANN SMITH", "BOB JONES"]),
    ("Par JEANNE DUPONT, LUC PETIT Envoyés spéciaux à Oslo", ["JEANNE DUPONT", "LUC PETIT"]),
    ("Ann Smith Senior Oslo Correspondent", ["Ann Smith"]),
    ("Max Müller in Bergen", ["Max Müller"]),
    ("Anna Ek / Nordbyrån", ["Anna Ek"]),
    ("Story By Ann Smith", ["Ann Smith"]),
    ("Author Ann Smith", ["Ann Smith"]),
    ("Autor/in: Anna Schmidt", ["Anna Schmidt"]),
    ("Text Size", []),
    ("View Author Page", []),
    ("Creative Commons-Lizenz", []),
    ("Ellen Page", ["Ellen Page"]),
    ("By Ann Smith Monday", ["Ann Smith"]),
    ("Les mer om broen", []),
    ("Publisert: 6. februar", []),
    ("Kari Nordmann 06.02.2019", []),
    ("Følg Kari på @kari", []),
    ("Redaksjonen", []),
]


@pytest.mark.parametrize(("text", "people"), SHOWN)
def test_of_what_readers_see_only_names_of_people_are_taken(text: str, people: list[str]) -> None:
    assert names.split(text, visible=True) == people


@pytest.mark.parametrize(
    ("name", "organisation"),
    [
        ("Fjordposten", True),
        ("fjordposten.example", True),
        ("Redaksjonen Fjordposten", True),
        ("NBP", True),
        ("nbp", True),
        ("News Desk", True),
        ("Kari Nordmann", False),
        ("Kari", False),
    ],
)
def test_the_site_and_editorial_offices_are_no_people(name: str, organisation: bool) -> None:
    assert names.is_organisation(name, site=["Fjordposten", "fjordposten.example"]) is organisation


@given(st.text(max_size=200), st.booleans())
def test_any_text_gives_short_tidy_names(text: str, visible: bool) -> None:
    for name in names.split(text, visible=visible):
        assert name == name.strip()
        assert 0 < len(name) <= 80
