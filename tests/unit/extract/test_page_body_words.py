"""Sentences that are no part of any article, and those that only begin like them."""

from __future__ import annotations

import pytest

from pipeline.extract.page.body_words import is_byline, is_call, is_consent, is_credit

CALLS = [
    "Meld deg på vårt daglige nyhetsbrev!",
    "Last ned vår app og få varsel om nye saker",
    "Følg oss på Facebook",
    "Tilmeld dig vores nyhedsbrev",
    "Prenumerera på vårt nyhetsbrev",
    "Anmäl dig till vårt nyhetsbrev här.",
    "Ladda ner vår app",
    "Tilaa uutiskirjeemme tästä",
    "Seuraa meitä Facebookissa",
    "Melden Sie sich für unseren kostenlosen Newsletter an",
    "Abonnieren Sie unseren Podcast!",
    "Jetzt geht es zum Newsletter",
    "Hat Ihnen dieser Artikel gefallen?",
    "Sign up to our daily newsletter",
    "Download our app for the latest news",
    "Listen to our podcast",
    "Abonnez-vous à notre newsletter",
    "Téléchargez notre application",
    "Suscríbete a nuestro boletín",
    "Únete a nuestro canal de noticias",
    "Iscriviti alla nostra newsletter",
    "Schrijf je in voor onze nieuwsbrief",
    "Volg ons op de voet met onze app",
    "Explore further",
    "This document is subject to copyright. Ask before you copy it.",
]


@pytest.mark.parametrize("text", CALLS)
def test_paragraphs_that_ask_readers_for_something_are_none_of_the_article(text: str) -> None:
    assert is_call(text, linked=False)


NEWS = [
    "Få partier har lest nyhetsbrevet.",
    "Følg med når broen åpnes på mandag.",
    "Hent barna i tide, sa ordføreren til foreldrene.",
    "Melden sich zu viele Bürger, wird die App abgeschaltet.",
    "Folgen hat das auch für Podcasts, sagte sie.",
    "Sigue la polémica por la aplicación del Gobierno.",
    "Follow-up visits to our channel ports were common.",
    "Get it done, the minister said of the podcast.",
    "Prenumeranterna flyr tidningen.",
    "Suivez la flèche, disait le panneau.",
]


@pytest.mark.parametrize("text", NEWS)
def test_news_that_begins_like_such_a_paragraph_stays(text: str) -> None:
    assert not is_call(text, linked=False)
    assert not is_consent(text)


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("Broen over fjorden © Kari Nordmann / Nordbyrån", True),
        ("Ferga la fra kai for siste gang. (Foto: Kari Nordmann)", True),
        ("Die Brücke am Montag (Bild: Max Müller)", True),
        ("Foto: Kari Nordmann", True),
        ("Broen ble åpnet. Merket © står på skiltet. Ingen vet hvorfor.", False),
        ("Et foto (fra 1935) viser ferga ved kai.", False),
    ],
)
def test_captions_are_known_by_the_credit_at_their_end(text: str, credit: bool) -> None:
    assert is_credit(text) is credit


@pytest.mark.parametrize(
    ("text", "byline"),
    [
        ("Von Max Müller", True),
        ("Av Kari Nordmann og Ola Hansen", True),
        ("By Ann Smith, Oslo", True),
        ("par Jean Dupont", False),
        ("Par Jean Dupont, 21 juin 2018", True),
        ("Text: Anna von Berg", True),
        ("Von Bergen kamen die ersten Nachrichten am Montag.", False),
        ("By Monday the bridge had opened.", False),
        ("Di Maria segna due gol contro il Bergen.", False),
        ("Av alle broer er denne lengst.", False),
    ],
)
def test_lines_that_only_say_who_wrote_it(text: str, byline: bool) -> None:
    assert is_byline(text) is byline
