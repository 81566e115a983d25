from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise import detect
from pipeline.normalise.language import from_hint

TEXTS = {
    "nb": (
        "Kommunestyret vedtok i går kveld å bygge en ny bro over elva. Ordføreren sa at arbeidet ikke kan "
        "begynne før til våren, fordi isen må gå først. Flere av innbyggerne i bygda har ventet på dette i "
        "over tjue år, og noen av dem møtte fram med kaker og kaffe til de folkevalgte. Nå gjenstår det å "
        "finne ut hvem som skal betale regningen."
    ),
    "nn": (
        "Kommunestyret vedtok i går kveld å byggje ei ny bru over elva. Ordføraren sa at arbeidet ikkje kan "
        "ta til før til våren, av di isen må gå først. Fleire av innbyggjarane i bygda har venta på dette i "
        "over tjue år, og nokre av dei møtte fram med kaker og kaffi til dei folkevalde. No står det att å "
        "finne ut kven som skal betale rekninga."
    ),
    "da": (
        "Kommunalbestyrelsen vedtog i aftes at bygge en ny bro over åen. Borgmesteren sagde, at arbejdet "
        "ikke kan begynde før til foråret, fordi isen først skal være væk. Flere af byens borgere har ventet "
        "på det i over tyve år, og nogle af dem mødte op med kager og kaffe til politikerne. Nu mangler man "
        "blot at finde ud af, hvem der skal betale regningen."
    ),
    "sv": (
        "Kommunfullmäktige beslutade i går kväll att bygga en ny bro över ån. Ordföranden sade att arbetet "
        "inte kan börja förrän till våren, eftersom isen måste försvinna först. Flera av invånarna i byn har "
        "väntat på det här i över tjugo år, och några av dem kom dit med kakor och kaffe till politikerna. "
        "Nu återstår det att ta reda på vem som ska betala räkningen."
    ),
    "en": (
        "The council decided last night to build a new bridge across the river. The mayor said that work "
        "cannot begin before spring, because the ice has to go first. Several people in the village have "
        "waited for this for more than twenty years, and some of them turned up with cakes and coffee for "
        "the councillors. What is left is to find out who will pay the bill."
    ),
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS.keys())
def test_language_of_an_article_is_told(language: str, text: str) -> None:
    found, confidence = detect(text)
    assert found == language
    assert confidence is not None
    assert 0.9 <= confidence <= 1


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS.keys())
def test_language_of_a_teaser_is_told(language: str, text: str) -> None:
    assert detect(text[:250])[0] == language


@pytest.mark.parametrize(
    "text", ["", "Ja.", TEXTS["nb"][:90], "12 345 " * 100, "\x00" * 500, "\ud800" * 500, "x" * 300]
)
def test_too_little_to_tell_is_uncertain(text: str) -> None:
    assert detect(text) == (None, None)


def test_half_in_another_language_is_uncertain_in_a_short_text() -> None:
    assert detect(TEXTS["nb"][:120] + " " + TEXTS["sv"][:120]) == (None, None)


def test_damage_does_not_hide_the_language() -> None:
    assert detect("\x00\x85\ud800" + TEXTS["nn"].replace(" ", "\x00 "))[0] == "nn"


@given(st.text(alphabet=st.characters(codec=None), min_size=100))
def test_any_text_is_taken(text: str) -> None:
    language, confidence = detect(text)
    assert (language is None) == (confidence is None)


@pytest.mark.parametrize(
    ("hint", "tag"),
    [
        ("no", "nb"),
        ("nob", "nb"),
        ("nb-NO", "nb"),
        ("no_NO", "nb"),
        ("Norwegian", "nb"),
        ("nn", "nn"),
        ("nno", "nn"),
        ("en-GB", "en"),
        ("eng", "en"),
        (" SV ", "sv"),
        ("dan", "da"),
        ("se", "se"),
        ("und", None),
        ("", None),
        (None, None),
        ("et språk", None),
        ("klingonsk", None),
    ],
)
def test_hint_of_a_record_is_read(hint: str | None, tag: str | None) -> None:
    assert from_hint(hint) == tag
