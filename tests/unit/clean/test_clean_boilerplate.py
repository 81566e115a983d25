from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.clean import clean_text, trace
from pipeline.clean.boilerplate import BOILERPLATE, boilerplate_in
from pipeline.clean.kinds import KINDS

BEFORE = "Det blåste friskt hele natten, og fergen ble liggende ved kai."
AFTER = "Ved sekstiden løyet det. Da gikk den første ut igjen."

REMOVED = {
    "advertising": [
        "Annonse",
        "ANNONSE",
        "– Annonse –",
        "[Annonse]",
        "*** Annonse ***",
        "Annonse:",
        "Annonsørinnhold",
        "Betalt innhold",
        "Artikkelen fortsetter under annonsen",
        "Artikkelen fortsetter under annonsen.",
        "Saken fortsetter under bildet ↓",
        "SAKEN FORTSETTER UNDER VIDEOEN",
        "Saka held fram under biletet",
        "Annonce",
        "Artiklen fortsætter efter annoncen",
        "Annons",
        "Artikeln fortsätter under annonsen",
        "Mainos",
        "Juttu jatkuu mainoksen jälkeen",
        "Auglýsing",
        "Anzeige",
        "Werbung",
        "Nach der Anzeige weiterlesen",
        "Advertisement",
        "ADVERTISEMENT",
        "Story continues below advertisement",
        "Sponsored content",
    ],
    "read_also": [
        "Les også: Slik sikrer du båten",
        "LES OGSÅ: Slik sikrer du båten!",
        "> Les også: Slik sikrer du båten",
        "Les også Slik sikrer du båten",
        "Les også «Slik sikrer du båten»",
        "Les mer: Fergen går igjen",
        "Les mer om fergene her",
        "Les også:",
        "Les òg: Slik sikrar du båten",
        "Se også: Bilder fra stormen",
        "Læs også: Sådan sikrer du båden",
        "Læs mere: Færgen sejler igen",
        "Läs också: Så säkrar du båten",
        "Läs mer: Färjan går igen",
        "LÄS ÄVEN: Färjan går igen",
        "Lue myös: Lautta kulkee taas",
        "Lue lisää: Lautta kulkee taas",
        "Sjá einnig: Ferjan siglir á ný",
        "Lesa meira",
        "Lesen Sie auch: So sichern Sie Ihr Boot",
        "Mehr zum Thema: Sturm im Norden",
        "Read also: How to secure your boat",
        "Read more: How to secure your boat",
        "Related: Ferries running again",
        "Related stories",
    ],
    "sharing": [
        "Del på Facebook",
        "Del på Facebook Del på Twitter Del på e-post",
        "Del på Facebook | Del på X | Kopier lenke",
        "Del artikkelen",
        "Følg oss på Facebook",
        "Følg oss på Facebook og Instagram!",
        "Tips oss",
        "Del artiklen",
        "Følg os på Facebook",
        "Dela på Facebook",
        "Följ oss på Instagram",
        "Jaa Facebookissa",
        "Deila á Facebook",
        "Artikel teilen",
        "Auf Facebook teilen",
        "Folgen Sie uns auf Instagram",
        "Share this article",
        "Share on Facebook",
        "Follow us on Twitter",
    ],
    "newsletters": [
        "Meld deg på nyhetsbrevet",
        "Meld deg på vårt nyhetsbrev og få sakene rett i innboksen.",
        "Abonner på nyhetsbrevet vårt",
        "Få nyhetsbrevet vårt på e-post",
        "Meld deg på nyheitsbrevet vårt",
        "Tilmeld dig vores nyhedsbrev",
        "Anmäl dig till vårt nyhetsbrev",
        "Prenumerera på vårt nyhetsbrev",
        "Tilaa uutiskirje",
        "Skráðu þig á póstlistann",
        "Newsletter abonnieren",
        "Melden Sie sich für unseren Newsletter an",
        "Sign up for our newsletter",
        "Subscribe to our daily newsletter",
    ],
    "cookies": [
        "Vi bruker informasjonskapsler for å gi deg en bedre brukeropplevelse.",
        "Denne nettsiden bruker cookies. Les mer om personvern.",
        "Godta alle",
        "Godta alle | Bare nødvendige",
        "Vi anvender cookies for at forbedre din brugeroplevelse på vores website.",
        "Vi använder kakor för att förbättra din upplevelse av vår webbplats.",
        "Käytämme evästeitä, jotta sivusto toimii paremmin.",
        "Við notum vafrakökur til að bæta upplifun þína.",
        "Wir verwenden Cookies, um die Nutzung unserer Website zu verbessern.",
        "Alle akzeptieren",
        "We use cookies to improve your experience on our site.",
        "This website uses cookies.",
        "By continuing to browse you agree to our use of cookies.",
        "Accept all cookies",
    ],
    "comments": [
        "Skriv en kommentar",
        "Legg igjen en kommentar",
        "Vis kommentarer (12)",
        "Kommentarer (12)",
        "12 kommentarer",
        "Hva mener du? Si din mening i kommentarfeltet!",
        "Kommentarfeltet er stengt.",
        "Skriv en kommentar her",
        "Kommentera artikeln",
        "Jätä kommentti",
        "Kommentar schreiben",
        "Leave a comment",
        "Comments (7)",
        "Join the conversation",
    ],
    "agency_slugs": [
        "(NTB)",
        "(©NTB)",
        "(© NTB)",
        "©NTB",
        "NTB",
        "NTB-AFP",
        "(NTB-Reuters)",
        "OSLO (NTB):",
        "Oslo (NTB)",
        "/ritzau/",
        "(TT)",
        "(STT)",
        "(dpa)",
        "Berlin (dpa) –",
        "(AP)",
        "Reuters",
    ],
    "photo_credits": [
        "Foto: NTB",
        "FOTO: NTB",
        "Foto: Kari Nordmann",
        "Foto: Kari Nordmann / NTB",
        "Foto: Kari Nordmann, NTB",
        "Foto: Kari Nordmann og Ola Nordmann / Avisa Nord",
        "(Foto: Kari Nordmann)",
        "Foto: Nordvik kommune",
        "Foto: Avisa nord",
        "Foto: Privat",
        "Foto: privat",
        "Arkivfoto: Kari Nordmann",
        "Illustrasjonsfoto: NTB",
        "Illustrasjonsfoto",
        "Bilde: NTB",
        "Foto og tekst: Kari Nordmann",
        "Fergen ved kai i går. (Foto: Kari Nordmann / NTB)",
        "Fergen ved kai (foto: Kari Nordmann)",
        "Bild: Privat",
        "Foto: Anna Svensson/TT",
        "Kuva: Matti Meikäläinen / Lehtikuva",
        "Mynd/Jón Jónsson",
        "Ljósmynd: Jón Jónsson",
        "Foto: dpa",
        "Foto: Erika Mustermann/dpa",
        "Bildquelle: imago",
        "Photo: Jane Doe/Reuters",
        "Photograph: Jane Doe/The Paper",
        "(Photo by Jane Doe/Getty Images)",
        "Bilde 1 av 5",
        "© NTB Arkiv",
    ],
    "publication_lines": [
        "Publisert: 12. mars 2019 kl. 08:14",
        "Publisert 12.03.2019 08:14 | Oppdatert 12.03.2019 11:02",
        "Publisert: 12. mars 2019 kl. 08:14 Oppdatert: 12. mars 2019 kl. 11:02",
        "Sist oppdatert: mandag 12. mars 2019",
        "Oppdatert for 3 timer siden",
        "Publiceret 12. marts 2019 kl. 08.14",
        "Publicerad 12 mars 2019",
        "Uppdaterad 2019-03-12 11:02",
        "Julkaistu 12.3.2019",
        "Birt 12. mars 2019",
        "Veröffentlicht am 12. März 2019",
        "Stand: 12.03.2019, 08:14 Uhr",
        "Published: March 12, 2019 at 8:14 am",
        "Last updated 12 March 2019",
        "Lesetid: 4 min",
    ],
    "update_notices": [
        "Saken oppdateres.",
        "Saken oppdateres fortløpende",
        "SAKEN OPPDATERES",
        "Artikkelen blir oppdatert.",
        "Avisa oppdaterer saken.",
        "Saka blir oppdatert",
        "Artiklen opdateres.",
        "Artikeln uppdateras.",
        "Juttua päivitetään.",
        "Der Artikel wird laufend aktualisiert.",
        "This story is being updated.",
        "This is a developing story. Check back for updates.",
        "More to follow.",
    ],
    "read_on": [
        "Les hele saken",
        "Les hele saken her",
        "Les hele saken i Avisa Nord",
        "Les hele saken: Fergen går igjen",
        "Les videre",
        "Læs hele artiklen",
        "Läs hela artikeln",
        "Lue koko juttu",
        "Weiterlesen",
        "Continue reading →",
        "Read the full story here",
        "The post Ferries run again appeared first on Northern Paper.",
    ],
    "paywall": [
        "Logg inn for å lese",
        "Logg inn for å lese hele saken",
        "Denne artikkelen er for abonnenter",
        "Denne saken er kun for abonnenter.",
        "For abonnenter",
        "Kun for abonnenter",
        "Bli abonnent",
        "Bli abonnent i dag!",
        "Allerede abonnent? Logg inn her",
        "Denne saka er for abonnentar",
        "Log ind for at læse hele artiklen",
        "Bliv abonnent",
        "Logga in för att läsa hela artikeln",
        "För prenumeranter",
        "Kirjaudu sisään lukeaksesi",
        "Vain tilaajille",
        "Fyrir áskrifendur",
        "Nur für Abonnenten",
        "Jetzt abonnieren",
        "Log in to read the full article",
        "Subscribe to continue reading",
        "This article is for subscribers only.",
        "Already a subscriber? Sign in",
    ],
}
LINES = [(kind, line) for kind, lines in REMOVED.items() for line in lines]


def test_every_kind_has_lines_here() -> None:
    assert list(REMOVED) == [kind.name for kind in KINDS]


@pytest.mark.parametrize(("kind", "line"), LINES)
def test_line_is_taken_out_by_the_rule_of_its_kind(kind: str, line: str) -> None:
    cleaned = clean_text(f"{BEFORE}\n\n{line}\n\n{AFTER}")
    assert cleaned.text == f"{BEFORE}\n\n{AFTER}"
    assert cleaned.rules == (kind,)
    assert not cleaned.truncated


@pytest.mark.parametrize(("kind", "line"), LINES)
def test_line_is_taken_out_wherever_it_stands(kind: str, line: str) -> None:
    assert clean_text(f"{line}\n\n{BEFORE}\n\n{AFTER}").text == f"{BEFORE}\n\n{AFTER}"
    assert clean_text(f"{BEFORE}\n\n{AFTER}\n\n{line}").text == f"{BEFORE}\n\n{AFTER}"
    assert clean_text(f"{BEFORE}\n{line}\n\n{AFTER}").text == f"{BEFORE}\n\n{AFTER}"
    assert kind in clean_text(line).rules


PROSE = [
    # quoted speech and dialogue
    "– Les også Bibelen, sa presten.",
    "– Annonse.",
    "– Del på Facebook, sa hun.",
    "- Bli abonnent, ba redaktøren.",
    "«Annonse»",
    "Hun skrev «les også: boken min» på lappen.",
    "Les også boken hans, oppfordrer bibliotekaren.",
    "Les også mellom linjene.",
    "Les mer og se mindre på fjernsyn, er rådet.",
    "Se også på kostnadene, sier økonomen.",
    # prose that begins like a label
    "Annonsen sto på trykk lørdag.",
    "Annonser gir halvparten av inntektene.",
    "Annonse etter annonse ble avvist av redaktøren.",
    "Anzeige erstattete der Nachbar noch am selben Abend.",
    "Werbung lohnt sich nicht, sagt der Verlag.",
    "Advertisement spending fell by a tenth.",
    "Del på regningen, er rådet fra økonomene.",
    "Del på Facebook-gruppen ble slettet.",
    "Følg oss inn i skogen en tidlig morgen.",
    "Følg oss på turen over fjellet.",
    "Tips oss om hva vi bør lage til middag, ba kokken.",
    "Meld deg på kurset før fredag.",
    "Abonner på fisk, foreslår fiskehandleren.",
    "Få nyhetsbrev har så mange lesere.",
    "Nyhetsbrevet kommer ut hver fredag.",
    "Vi bruker cookies på nettet hver dag uten å tenke over det.",
    "We use cookies as bait, the ranger said.",
    "Denne saken er for viktig til å vente.",
    "Denne artikkelen er for lang, mente redaktøren.",
    "For abonnenter på strøm er dette dårlig nytt.",
    "Bli abonnent på teateret, og du får billigere billetter.",
    "Logg inn for å lese målerne, er beskjeden fra nettselskapet.",
    "Subscribe to the theory or not, the numbers are clear.",
    "Foto er hobbyen hans.",
    "Foto: Hun fant båten igjen.",
    "Foto: en utstilling om lys åpner fredag i kulturhuset.",
    "Bilde: slik så det ut da fergen la til kai.",
    "Photo by photo the archive was rebuilt.",
    "Det var en lang natt for mannskapet. Foto: Kari Nordmann, NTB",
    "Image is everything, the coach said.",
    "Video: Arkiv",
    "Publisert materiale kan brukes fritt i 2019.",
    "Oppdatert kunnskap om 12 arter mangler.",
    "Published in 1999, the book sold 3 million copies.",
    "Stand 12 was empty.",
    "Updated rules for 2019 are stricter.",
    "Saken oppdateres jevnlig i kommunens arkiv, sier rådmannen.",
    "Saken fortsetter i lagmannsretten.",
    "Saken fortsetter under ledelse av en ny dommer.",
    "Avisa følger saken.",
    "OSLO (NTB): Fergen gikk ut fra kai like etter klokken seks.",
    "Berlin (dpa) – Der Sturm ist vorbei.",
    "Statsministeren kom til Oslo (NTB).",
    "TT",
    "AP",
    "Reuters meldte om saken i går.",
    "Kommentarer",
    "Skriv en kommentar til regnskapet, sa revisoren.",
    "Hva mener du om dette?",
    "Join the conversation about ferries, the council asked.",
    "Les hele boken før du dømmer den.",
    "Les videre i loven, så står det svart på hvitt.",
    "Weiterlesen wollte er nicht.",
    "Continue reading the signs, he said.",
    "Related: that is what the two storms are not.",
    "Accept all the help you can get.",
    "Reklame",
    "Facebook",
    "Uaktuelt",
    "Foto",
    "Del 1",
    "Fakta",
]


@pytest.mark.parametrize("line", PROSE)
def test_what_an_author_could_have_written_stays(line: str) -> None:
    text = f"{BEFORE}\n\n{line}\n\n{AFTER}"
    assert clean_text(text).text == text
    assert clean_text(text).rules == ()
    assert trace(text) == []


@pytest.mark.parametrize(
    "links",
    [
        "Les også:\n• Slik sikrer du båten\n• Fergen ligger til kai",
        "Les også:\n\n• Slik sikrer du båten\n\n• Fergen ligger til kai",
        "Les også:\nSlik sikrer du båten\nFergen ligger til kai",
        "LES OGSÅ\n> Slik sikrer du båten\n> Fergen ligger til kai",
        "Related stories:\n* How to secure your boat\n* Ferries stay in port",
    ],
)
def test_links_below_their_heading_go_with_it(links: str) -> None:
    assert clean_text(f"{BEFORE}\n\n{links}\n\n{AFTER}").text == f"{BEFORE}\n\n{AFTER}"


def test_prose_and_dialogue_below_a_heading_of_links_stay() -> None:
    text = "Les også:\n\n- Det går bra, sier hun.\n\n– Ja\n\n• Et punkt som ikke er en lenke"
    assert clean_text(text).text == text.removeprefix("Les også:\n\n")


def test_a_label_within_a_paragraph_of_prose_stays() -> None:
    text = f"{BEFORE} Annonse {AFTER} Les også: Slik sikrer du båten"
    assert clean_text(text).text == text


def test_a_label_with_damage_is_told_when_it_is_repaired() -> None:
    cleaned = clean_text(f"{BEFORE}\r\n\r\nLes ogs&aring;\\: Slik sikrer du båten\r\n\r\n{AFTER}")
    assert cleaned.text == f"{BEFORE}\n\n{AFTER}"
    assert cleaned.rules == ("entities", "line_endings", "escapes", "read_also")


def test_a_text_of_nothing_else_is_empty() -> None:
    assert clean_text("Annonse\n\nFoto: NTB\n\nDel på Facebook").text == ""


MIXED = st.lists(
    st.one_of(
        st.sampled_from([line for _, line in LINES]),
        st.sampled_from(PROSE),
        st.sampled_from([BEFORE, AFTER, "", "• Slik sikrer du båten", "Slik sikrer du båten"]),
    ),
    max_size=12,
)


@given(MIXED, st.sampled_from(["\n", "\n\n"]))
def test_cleaning_boilerplate_twice_is_cleaning_it_once(lines: list[str], end: str) -> None:
    once = clean_text(end.join(lines)).text
    assert clean_text(once).text == once
    assert clean_text(once).rules == ()


@given(MIXED, st.sampled_from(["\n", "\n\n"]))
def test_the_test_of_a_text_agrees_with_the_rules(lines: list[str], end: str) -> None:
    text = end.join(lines)
    found = boilerplate_in(text.split("\n"))
    assert found == tuple(rule for rule in BOILERPLATE if rule.suspects(text))
    assert found == tuple(rule for rule in BOILERPLATE if rule.apply(text) != text)


@given(MIXED)
def test_only_whole_lines_are_taken_out_and_in_order(lines: list[str]) -> None:
    left = iter(line for line in "\n\n".join(lines).split("\n") if line)
    assert all(line in left for line in clean_text("\n\n".join(lines)).text.split("\n") if line)


UNITS = [
    "Annonse\n\n",
    "Les også: a\n",
    "Les også:\n",
    "• a\n",
    "Foto: A ",
    "Del på X ",
    "Publisert: 1 ",
    "(NTB)\n",
]
UNITS += [
    "Annonse ",
    "Vi bruker cookies ",
    "A (Foto: A",
    ". ",
    "- ",
    "Foto: " + "A/" * 180 + "\n",
    "Les også\n\n",
]
UNITS += ["Publisert: " + "1 " * 190 + "x\n", "Del på Facebook " * 20 + "nå\n", "ved å bruke " * 30 + "\n"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", UNITS)
def test_long_texts_of_boilerplate_take_linear_time(unit: str) -> None:
    once = clean_text(unit * (300_000 // len(unit))).text
    assert clean_text(once).text == once
