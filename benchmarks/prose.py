"""Sentences of our own in five languages: patterns with gaps, so that there are millions of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random

PLACES: Final = (
    "Bjørkvik", "Sandvågen", "Øvre Lunde", "Kvitøya", "Granåsen", "Tverrelva", "Måsøyra", "Elvebakken",
    "Store Ask", "Nøstevik", "Fagerås", "Hålandsøy",
)  # fmt: skip
_GAP: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Prose:
    """What one language has: patterns of sentences, what fills their gaps, subheadings."""

    patterns: tuple[str, ...]
    gaps: dict[str, tuple[str, ...]]
    subheadings: tuple[str, ...]

    def sentence(self, rng: random.Random) -> str:
        """One sentence."""

        def fill(match: re.Match[str]) -> str:
            match match[1]:
                case "place":
                    return rng.choice(PLACES)
                case "number":
                    return str(rng.randint(13, 989))
                case "year":
                    return str(rng.randint(1946, 2031))
            return rng.choice(self.gaps[match[1]])

        text = _GAP.sub(fill, rng.choice(self.patterns))
        start = next(i for i, character in enumerate(text) if character.isalnum())
        return text[:start] + text[start].upper() + text[start + 1 :]


PROSE: Final = {
    "nb": Prose(
        patterns=(
            "i {place} vil {who} bygge ut {thing} {when}.",
            "«Vi har ikke råd til {thing} nå», sier {who} {why}.",
            "{who} har bodd i {place} siden {year}, og kjenner {thing} bedre enn noen.",
            "{when} ble {thing} stengt, {why}.",
            "hvor mange som bruker {thing}, vet verken {who} eller {who2}.",
            "– Jeg trodde ikke det var mulig, sier {who2} om {thing}.",
            "{number} av dem som svarte, mente at {thing} i {place} burde rives.",
            "det koster {number} millioner kroner, forteller {who}, {why}.",
            "noe lignende skjedde i {place} i {year}, da {who2} måtte gå av.",
            "ifølge {who} kommer {thing} til å stå ferdig {when}.",
            "hun ler av spørsmålet, men {who2} gjør det ikke {why}.",
            "nå må {who} forklare {thing} for kommunestyret i {place}.",
            "les også det som står med liten skrift, ber {who2} dem som vil kjøpe {thing}.",
            "annonsen for {thing} sto i avisa {when}, {why}.",
            "politiet fikk {number} meldinger fra {place} {when}, men fant ingenting.",
            "ingen av elevene ønsket å snakke om {thing}, sier {who}; de gikk hjem.",
            "hva skjer hvis {who2} sier nei til {thing}?",
            "blåbær, multer og sopp: {who} har funnet alt dette bak {thing}.",
        ),
        gaps={
            "who": (
                "ordføreren", "rektoren", "lederen i bondelaget", "kommuneoverlegen", "en pensjonert fisker",
                "trafikkplanleggeren", "skogeieren", "forskeren ved havinstituttet", "naboen på andre siden",
            ),
            "who2": (
                "kassereren", "treneren", "begge søstrene", "den gamle losen", "sykepleieren på nattevakt",
                "leietakeren", "en sint brøytebilsjåfør", "klokkeren", "de to lærlingene",
            ),
            "thing": (
                "den nye skolen", "ferjekaia", "sykehjemmet", "gangbrua", "biblioteket", "idrettshallen",
                "vannverket", "den gamle kornsiloen", "lyskrysset ved torget", "badestranda",
            ),
            "when": (
                "mandag kveld", "i forrige uke", "tidlig onsdag morgen", "etter påske", "før sommerferien",
                "natt til søndag", "midt i fellesferien", "samme dag som snøen kom",
            ),
            "why": (
                "fordi pengene ikke strekker til", "siden ingen hadde søkt om tillatelse",
                "selv om flertallet var imot", "uten å spørre innbyggerne først",
                "etter at tilbudet ble trukket tilbake", "enda alle visste hva som ville skje",
                "slik de gjorde for mange år siden",
            ),
        },
        subheadings=("Uaktuelt", "Lang ventetid", "Vil ikke svare", "Mange forslag"),
    ),
    "nn": Prose(
        patterns=(
            "i {place} vil {who} byggje ut {thing} {when}.",
            "«Me har ikkje råd til {thing} no», seier {who} {why}.",
            "{who} har budd i {place} sidan {year}, og kjenner {thing} betre enn nokon.",
            "{when} vart {thing} stengd, {why}.",
            "kor mange som nyttar {thing}, veit korkje {who} eller {who2}.",
            "– Eg trudde ikkje det var mogleg, seier {who2} om {thing}.",
            "{number} av dei som svara, meinte at {thing} i {place} burde rivast.",
            "det kostar {number} millionar kroner, fortel {who}, {why}.",
            "noko liknande hende i {place} i {year}, då {who2} måtte gå av.",
            "ifølgje {who} kjem {thing} til å stå ferdig {when}.",
            "ho ler av spørsmålet, men {who2} gjer det ikkje {why}.",
            "no må {who} forklare {thing} for kommunestyret i {place}.",
            "les òg det som står med lita skrift, bed {who2} dei som vil kjøpe {thing}.",
            "politiet fekk {number} meldingar frå {place} {when}, men fann ingenting.",
            "ingen av elevane ønskte å snakke om {thing}, seier {who}; dei gjekk heim.",
            "kva skjer dersom {who2} seier nei til {thing}?",
            "blåbær, molter og sopp: {who} har funne alt dette bak {thing}.",
        ),
        gaps={
            "who": (
                "ordføraren", "rektoren", "leiaren i bondelaget", "kommuneoverlegen", "ein pensjonert fiskar",
                "trafikkplanleggjaren", "skogeigaren", "forskaren ved havinstituttet", "naboen på hi sida",
            ),
            "who2": (
                "kasseraren", "trenaren", "begge systrene", "den gamle losen", "sjukepleiaren på nattevakt",
                "leigetakaren", "ein sint brøytebilsjåfør", "klokkaren", "dei to lærlingane",
            ),
            "thing": (
                "den nye skulen", "ferjekaia", "sjukeheimen", "gangbrua", "biblioteket", "idrettshallen",
                "vassverket", "den gamle kornsiloen", "lyskrysset ved torget", "badestranda",
            ),
            "when": (
                "måndag kveld", "i førre veka", "tidleg onsdag morgon", "etter påske", "før sommarferien",
                "natt til sundag", "midt i fellesferien", "same dagen som snøen kom",
            ),
            "why": (
                "fordi pengane ikkje strekk til", "sidan ingen hadde søkt om løyve",
                "sjølv om fleirtalet var imot", "utan å spørje innbyggjarane først",
                "etter at tilbodet vart trekt attende", "endå alle visste kva som ville hende",
                "slik dei gjorde for mange år sidan",
            ),
        },
        subheadings=("Uaktuelt", "Lang ventetid", "Vil ikkje svare", "Mange framlegg"),
    ),
    "da": Prose(
        patterns=(
            "i {place} vil {who} udbygge {thing} {when}.",
            "»Vi har ikke råd til {thing} lige nu«, siger {who} {why}.",
            "{who} har boet i {place} siden {year} og kender {thing} bedre end nogen.",
            "{when} blev {thing} lukket, {why}.",
            "hvor mange der bruger {thing}, ved hverken {who} eller {who2}.",
            "– Jeg troede ikke, at det kunne lade sig gøre, siger {who2} om {thing}.",
            "{number} af dem, der svarede, mente, at {thing} i {place} burde rives ned.",
            "det koster {number} millioner kroner, fortæller {who}, {why}.",
            "noget lignende skete i {place} i {year}, da {who2} måtte gå af.",
            "ifølge {who} bliver {thing} først færdig {when}.",
            "hun griner af spørgsmålet, men det gør {who2} ikke {why}.",
            "nu skal {who} forklare {thing} for byrådet i {place}.",
            "politiet fik {number} henvendelser fra {place} {when}, men fandt ikke noget.",
            "ingen af eleverne havde lyst til at tale om {thing}, siger {who}; de gik hjem.",
            "hvad sker der, hvis {who2} siger nej til {thing}?",
            "blåbær, hindbær og svampe: {who} har fundet det hele bag {thing}.",
        ),
        gaps={
            "who": (
                "borgmesteren", "skolelederen", "formanden for landboforeningen", "embedslægen",
                "en pensioneret fisker", "trafikplanlæggeren", "skovejeren", "forskeren ved havinstituttet",
            ),
            "who2": (
                "kassereren", "træneren", "begge søstre", "den gamle lods", "sygeplejersken på nattevagt",
                "lejeren", "en vred buschauffør", "kordegnen", "de to lærlinge",
            ),
            "thing": (
                "den nye skole", "færgelejet", "plejehjemmet", "gangbroen", "biblioteket", "idrætshallen",
                "vandværket", "den gamle kornsilo", "lyskrydset ved torvet", "badestranden",
            ),
            "when": (
                "mandag aften", "i sidste uge", "tidligt onsdag morgen", "efter påske", "før sommerferien",
                "natten til søndag", "midt i industriferien", "samme dag som sneen faldt",
            ),
            "why": (
                "fordi pengene ikke rækker", "eftersom ingen havde søgt om tilladelse",
                "selv om flertallet var imod", "uden at spørge borgerne først",
                "efter at tilbuddet blev trukket tilbage", "skønt alle vidste, hvad der ville ske",
            ),
        },
        subheadings=("Uaktuelt", "Lang ventetid", "Vil ikke svare", "Mange forslag"),
    ),
    "sv": Prose(
        patterns=(
            "i {place} vill {who} bygga ut {thing} {when}.",
            "»Vi har inte råd med {thing} nu», säger {who} {why}.",
            "{who} har bott i {place} sedan {year} och känner {thing} bättre än någon annan.",
            "{when} stängdes {thing}, {why}.",
            "hur många som använder {thing} vet varken {who} eller {who2}.",
            "– Jag trodde inte att det var möjligt, säger {who2} om {thing}.",
            "{number} av dem som svarade tyckte att {thing} i {place} borde rivas.",
            "det kostar {number} miljoner kronor, berättar {who}, {why}.",
            "något liknande hände i {place} år {year}, då {who2} fick avgå.",
            "enligt {who} kommer {thing} att stå klar {when}.",
            "hon skrattar åt frågan, men det gör inte {who2} {why}.",
            "nu måste {who} förklara {thing} för kommunfullmäktige i {place}.",
            "polisen fick {number} samtal från {place} {when}, men hittade ingenting.",
            "ingen av eleverna ville prata om {thing}, säger {who}; de gick hem.",
            "vad händer om {who2} säger nej till {thing}?",
            "blåbär, hjortron och svamp: {who} har hittat allt detta bakom {thing}.",
        ),
        gaps={
            "who": (
                "kommunalrådet", "rektorn", "ordföranden i bygdelaget", "smittskyddsläkaren",
                "en pensionerad fiskare", "trafikplaneraren", "skogsägaren", "forskaren vid havsinstitutet",
            ),
            "who2": (
                "kassören", "tränaren", "båda systrarna", "den gamle lotsen", "sjuksköterskan på natten",
                "hyresgästen", "en arg plogbilsförare", "kyrkvaktmästaren", "de två lärlingarna",
            ),
            "thing": (
                "den nya skolan", "färjeläget", "äldreboendet", "gångbron", "biblioteket", "idrottshallen",
                "vattenverket", "den gamla spannmålssilon", "trafikljuset vid torget", "badstranden",
            ),
            "when": (
                "på måndagskvällen", "förra veckan", "tidigt på onsdagsmorgonen", "efter påsk",
                "före sommarlovet", "natten till söndagen", "mitt i semestern", "samma dag som snön kom",
            ),
            "why": (
                "eftersom pengarna inte räcker", "då ingen hade sökt tillstånd",
                "trots att majoriteten var emot", "utan att fråga invånarna först",
                "sedan anbudet hade dragits tillbaka", "fastän alla visste vad som skulle hända",
            ),
        },
        subheadings=("Inte aktuellt", "Lång väntan", "Vill inte svara", "Många förslag"),
    ),
    "en": Prose(
        patterns=(
            "in {place}, {who} wants to extend {thing} {when}.",
            "“We cannot afford {thing} now”, says {who}, {why}.",
            "{who} has lived in {place} since {year} and knows {thing} better than anybody.",
            "{when}, {thing} was closed, {why}.",
            "how many people use {thing}, neither {who} nor {who2} can tell.",
            "– I did not think it could be done, says {who2} about {thing}.",
            "{number} of those who answered thought that {thing} in {place} ought to go.",
            "it costs {number} million, {who} explains, {why}.",
            "something similar happened in {place} in {year}, when {who2} had to resign.",
            "according to {who}, {thing} will be finished {when}.",
            "she laughs at the question; {who2} does not, {why}.",
            "now {who} must explain {thing} to the council of {place}.",
            "the police had {number} calls from {place} {when}, but found nothing.",
            "none of the pupils wished to talk about {thing}, says {who}; they went home.",
            "what if {who2} says no to {thing}?",
            "blueberries and mushrooms: {who} found them all behind {thing}.",
        ),
        gaps={
            "who": (
                "the mayor", "the headmistress", "the chair of the farmers' union", "the medical officer",
                "a retired fisherman", "the traffic planner", "a forest owner", "the marine biologist",
            ),
            "who2": (
                "the treasurer", "the coach", "either sister", "the old pilot", "the nurse on night duty",
                "the tenant", "an angry driver", "the verger", "the younger apprentice",
            ),
            "thing": (
                "the new school", "the ferry landing", "the nursing home", "the footbridge", "the library",
                "the sports hall", "the waterworks", "the old grain silo", "the crossing by the market",
            ),
            "when": (
                "on Monday evening", "last week", "early on Wednesday", "after Easter", "before the holidays",
                "on Sunday night", "in the middle of summer", "the day the snow came",
            ),
            "why": (
                "because the money will not stretch that far", "as nobody had asked for permission",
                "although most were against it", "without consulting those who live there",
                "after the offer was withdrawn", "though everyone knew what would follow",
            ),
        },
        subheadings=("Out of the question", "A long wait", "No answer", "Many suggestions"),
    ),
}  # fmt: skip
