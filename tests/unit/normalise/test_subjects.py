from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise.subjects import read_section, read_tags


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("Utenriks", "Utenriks"),
        ("  Mat, vin \n og reise ", "Mat, vin og reise"),
        ("Kultur/Musikk", "Kultur/Musikk"),
        ("E24", "E24"),
        ("https://avis.example/nyheter/", None),
        ("//avis.example/nyheter", None),
        ("www.avis.example/nyheter", None),
        ("/nyheter/innenriks", None),
        ("", None),
        (" \n", None),
        (None, None),
    ],
)
def test_section_is_a_name_and_never_an_address(section: str | None, name: str | None) -> None:
    assert read_section(section) == name


@pytest.mark.parametrize(
    ("given", "tags"),
    [
        ([], []),
        (["bro"], ["bro"]),
        (["politikk, Stortinget"], ["politikk", "Stortinget"]),
        (["politikk;Stortinget|valg,,"], ["politikk", "Stortinget", "valg"]),
        (["1,5 grader, klima"], ["1,5 grader", "klima"]),
        (["2019,2020x, valg 2021, klima"], ["2019,2020x", "valg 2021", "klima"]),
        (["Oslo, Norge", "bro"], ["Oslo, Norge", "bro"]),
        (["Bro", " bro ", "BRO", "ny  bro"], ["Bro", "ny bro"]),
        (["", " "], []),
        ([", ;"], []),
    ],
)
def test_tags_are_told_apart_and_named_once(given: list[str], tags: list[str]) -> None:
    assert read_tags(given) == tags


@given(st.lists(st.text()))
def test_tags_are_names_and_different(given: list[str]) -> None:
    tags = read_tags(given)
    assert all(tag and tag == " ".join(tag.split()) for tag in tags)
    assert len({tag.casefold() for tag in tags}) == len(tags)
