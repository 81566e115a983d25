from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise.people import read_bylines

BYLINES = [
    # (byline, authors, agencies)
    ("Kari Nordmann", ["Kari Nordmann"], []),
    ("Av Kari Nordmann og Ola Hansen (NTB)", ["Kari Nordmann", "Ola Hansen"], ["NTB"]),
    # what introduces names
    ("Av Kari Nordmann", ["Kari Nordmann"], []),
    ("av: Kari Nordmann", ["Kari Nordmann"], []),
    ("– Av Kari Nordmann.", ["Kari Nordmann"], []),
    ("By Ann Smith", ["Ann Smith"], []),
    ("Af Mette Jensen", ["Mette Jensen"], []),
    ("Von Hans Müller, Berlin", ["Hans Müller"], []),
    ("von Hans von Müller", ["Hans von Müller"], []),
    ("Text Anna Svensson", ["Anna Svensson"], []),
    ("Text: Anna Svensson", ["Anna Svensson"], []),
    ("Skrivet av Anna Svensson", ["Anna Svensson"], []),
    ("Skrevet av: Kari Nordmann", ["Kari Nordmann"], []),
    ("Kommentar av Kari Nordmann", ["Kari Nordmann"], []),
    ("Par Jean Dupont", ["Jean Dupont"], []),
    ("AV KARI NORDMANN OG OLA HANSEN", ["KARI NORDMANN", "OLA HANSEN"], []),
    # pictures
    ("Tekst og foto: Kari Nordmann", ["Kari Nordmann"], []),
    ("Foto og tekst Kari Nordmann", ["Kari Nordmann"], []),
    ("Tekst: Kari Nordmann Foto: Per Olsen", ["Kari Nordmann"], []),
    ("Foto: Per Olsen Tekst: Kari Nordmann", ["Kari Nordmann"], []),
    ("Kari Nordmann (tekst) og Per Olsen (foto)", ["Kari Nordmann"], []),
    ("Kari Nordmann, foto: Per Olsen", ["Kari Nordmann"], []),
    ("Foto: Per Olsen", [], []),
    # joined
    ("Kari Nordmann, Ola Hansen og Per Olsen", ["Kari Nordmann", "Ola Hansen", "Per Olsen"], []),
    ("Kari Nordmann, Ola Hansen, and Per Olsen", ["Kari Nordmann", "Ola Hansen", "Per Olsen"], []),
    ("Anna Svensson och Per Olsen", ["Anna Svensson", "Per Olsen"], []),
    ("Hans Müller und Anna Schmidt", ["Hans Müller", "Anna Schmidt"], []),
    ("Kari Nordmann & Ola Hansen", ["Kari Nordmann", "Ola Hansen"], []),
    ("Kari Nordmann/Ola Hansen", ["Kari Nordmann", "Ola Hansen"], []),
    ("Kari Nordmann; Ola Hansen", ["Kari Nordmann", "Ola Hansen"], []),
    ("Kari Nordmann - Ola Hansen", ["Kari Nordmann", "Ola Hansen"], []),
    ("Ola Hansen og Kari", ["Ola Hansen", "Kari"], []),
    ("Lars von Trier og von Sydow", ["Lars von Trier", "von Sydow"], []),
    # roles, places, dates
    ("Kari Nordmann, journalist", ["Kari Nordmann"], []),
    ("Kari Nordmann, utenrikskorrespondent i Brussel", ["Kari Nordmann"], []),
    ("Kari Nordmann, Politisk redaktør", ["Kari Nordmann"], []),
    ("Kari Nordmann – journalist", ["Kari Nordmann"], []),
    ("Kari Nordmann journalist i Avisen", ["Kari Nordmann"], []),
    ("journalist Kari Nordmann", ["Kari Nordmann"], []),
    ("Politisk redaktør Kari Nordmann", ["Kari Nordmann"], []),
    ("Kari Nordmann, journalist og Ola Hansen, fotograf", ["Kari Nordmann", "Ola Hansen"], []),
    ("Kari Nordmann, journalist Ola Hansen", ["Kari Nordmann", "Ola Hansen"], []),
    ("Kari Nordmann, leder i partiet", ["Kari Nordmann"], []),
    ("Kari Nordmann, Oslo", ["Kari Nordmann"], []),
    ("Kari Nordmann i Brussel", ["Kari Nordmann"], []),
    ("Kari Nordmann (26)", ["Kari Nordmann"], []),
    ("Kari Nordmann (Ap)", ["Kari Nordmann"], []),
    ("Av Kari Nordmann 06.02.2019 10:11", ["Kari Nordmann"], []),
    ("Kari Nordmann, publisert 6. februar 2019", ["Kari Nordmann"], []),
    # addresses
    ("Kari Nordmann kari.nordmann@avis.example", ["Kari Nordmann"], []),
    ("noreply@avis.example (Kari Nordmann)", ["Kari Nordmann"], []),
    ("Kari Nordmann @karinord", ["Kari Nordmann"], []),
    ("Kari Nordmann https://avis.example/kari", ["Kari Nordmann"], []),
    ("tips@avis.example", [], []),
    # agencies
    ("NTB", [], ["NTB"]),
    ("(ntb)", [], ["NTB"]),
    ("©NTB", [], ["NTB"]),
    ("Av NTB", [], ["NTB"]),
    ("NTB/Reuters", [], ["NTB", "Reuters"]),
    ("NTB-AFP", [], ["NTB", "AFP"]),
    ("AFP, Reuters", [], ["AFP", "Reuters"]),
    ("NTB og Kari Nordmann", ["Kari Nordmann"], ["NTB"]),
    ("Kari Nordmann/NTB", ["Kari Nordmann"], ["NTB"]),
    ("Kari Nordmann (NTB, Oslo)", ["Kari Nordmann"], ["NTB"]),
    ("Kari Nordmann NTB", ["Kari Nordmann"], ["NTB"]),
    ("Kari Nordmann (AP)", ["Kari Nordmann"], ["AP"]),
    ("Mette Jensen /ritzau/", ["Mette Jensen"], ["Ritzau"]),
    ("TT Nyhetsbyrån", [], ["TT"]),
    ("Reuters Staff", [], ["Reuters"]),
    ("NTB utenriks", [], ["NTB"]),
    ("dpa/lnw", [], ["dpa"]),
    ("Deutsche Presse-Agentur", [], ["dpa"]),
    # organisations and desks are authors
    ("Redaksjonen", ["Redaksjonen"], []),
    ("Redaksjonen – Kari Nordmann", ["Redaksjonen", "Kari Nordmann"], []),
    ("Kari Nordmann, Bergens Tidende", ["Kari Nordmann", "Bergens Tidende"], []),
    ("Norsk Journalistlag", ["Norsk Journalistlag"], []),
    ("TV 2", ["TV 2"], []),
]


@pytest.mark.parametrize(("byline", "authors", "agencies"), BYLINES)
def test_byline_names_authors_and_agencies(byline: str, authors: list[str], agencies: list[str]) -> None:
    read = read_bylines([byline])
    assert (list(read.authors), list(read.agencies)) == (authors, agencies)


WHOLE = [
    "Ole Johan Dahl",
    "Jan van der Berg",
    "van der Berg",
    "von Trier",
    "Von der Leyen",
    "af Klint",
    "Ola By",
    "Mette af Klint",
    "McAfee",
    "Sean O'Brien",
    "O’Brien",
    "Ola N. Hansen",
    "Dr. Kari Nordmann",
    "Anne-Lise Berg-Hansen",
    "Elizabeth (Liz) Smith",
    "Martin Luther King, Jr.",
    "Per Sandberg Jr.",
    "KARI NORDMANN",
    "kari nordmann",
    "Anna Schröder-Reuters",
    "Nordmann, Kari",
    "Nordmann, Kari Anne",
    "O'Brien, Conan",
    "Kari og Ola Nordmann",
    "Kari, Ola og Per",
    "Anne-Lise & Co",
    "Hansen & Co AS",
    "Ernst & Young",
    "Dag og Tid",
    "José Ortega y Gasset",
    "Kristin Dahl og familie",
    "Helse- og omsorgsdepartementet",
    "Department of Health and Social Care",
    "AC/DC",
    "村上春樹",
    "Ольга Иванова",
]


@pytest.mark.parametrize("name", WHOLE)
def test_name_that_is_one_stays_whole(name: str) -> None:
    assert read_bylines([name]).authors == (name,)
    assert read_bylines([f"Av {name}", name]).authors == (name,)


def test_nobody_is_named_twice() -> None:
    read = read_bylines(["Av Kari Nordmann (NTB)", "KARI NORDMANN og Ola Hansen", "NTB", "Ola  Hansen"])
    assert read.authors == ("Kari Nordmann", "Ola Hansen")
    assert read.agencies == ("NTB",)


def test_a_text_in_the_place_of_a_byline_is_left_as_it_is() -> None:
    text = "Av Kari Nordmann, " * 30
    assert read_bylines([text]).authors == (text.strip(),)


NAMES = st.lists(
    st.sampled_from(["Kari Nordmann", "Ola N. Hansen", "Jan van der Berg", "Åse-Lill Öberg", "Sean O'Brien"]),
    min_size=1,
    unique=True,
)


@given(NAMES, st.sampled_from(["", "Av ", "Tekst: ", "Von ", "By "]), st.sampled_from([" og ", ", ", " & "]))
def test_names_that_are_joined_come_apart(names: list[str], label: str, joiner: str) -> None:
    assert read_bylines([label + joiner.join(names)]).authors == tuple(names)


PIECES = [
    *"Aåß ,;/&()-|.@'\ud800",
    "Kari ",
    "Av ",
    " og ",
    "NTB",
    "foto:",
    "tekst ",
    "journalist ",
    "von ",
    "Jr.",
]


@given(st.lists(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join))))
def test_any_byline_is_read(bylines: list[str]) -> None:
    read = read_bylines(bylines)
    assert all(name.strip() == name and any(map(str.isalpha, name)) for name in read.authors)
    assert len({name.casefold() for name in read.authors}) == len(read.authors)
