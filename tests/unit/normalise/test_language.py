from __future__ import annotations

import re

import pytest
from hypothesis import example, given, strategies as st

from pipeline.normalise import detect
from pipeline.normalise.language import from_hint, guess
from pipeline.normalise.language.markers import COLUMNS, ENDINGS, WORDS
from pipeline.normalise.language.marks import KNOWN, marks_of

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
    "de": (
        "Der Gemeinderat hat gestern Abend beschlossen, eine neue Brücke über den Fluss zu bauen. Die "
        "Bürgermeisterin sagte, dass die Arbeiten nicht vor dem Frühjahr beginnen können, weil das "
        "Eis zuerst verschwinden muss. Viele Einwohner haben seit über zwanzig Jahren darauf "
        "gewartet, und einige kamen mit Kuchen und Kaffee. Nun muss nur noch geklärt werden, wer die "
        "Rechnung bezahlt."
    ),
    "fr": (
        "Le conseil municipal a décidé hier soir de construire un nouveau pont sur la rivière. La maire a "
        "déclaré que les travaux ne pourront pas commencer avant le printemps, car la glace doit d'abord "
        "disparaître. Plusieurs habitants du village attendent ce pont depuis plus de vingt ans, et certains "
        "sont venus avec des gâteaux et du café. Il reste à savoir qui paiera la facture."
    ),
    "fi": (
        "Kunnanvaltuusto päätti eilen illalla rakentaa uuden sillan joen yli. Kunnanjohtaja sanoi, ettei työ "
        "voi alkaa ennen kevättä, koska jään on ensin sulettava. Monet kylän asukkaista ovat odottaneet tätä "
        "yli kaksikymmentä vuotta, ja jotkut heistä toivat mukanaan kakkuja ja kahvia. Nyt on enää "
        "selvitettävä, kuka maksaa laskun."
    ),
    "is": (
        "Sveitarstjórnin ákvað í gærkvöldi að byggja nýja brú yfir ána. Sveitarstjórinn sagði að "
        "verkið gæti ekki hafist fyrr en í vor, vegna þess að ísinn þarf fyrst að hverfa. Margir "
        "íbúar þorpsins hafa beðið eftir þessu í meira en tuttugu ár og sumir þeirra mættu með kökur "
        "og kaffi. Nú á aðeins eftir að komast að því hver borgar reikninginn."
    ),
    "se": (
        "Suohkanstivra mearridii ikte eahkedis ahte galgá hukset ođđa šalddi joga rastá. "
        "Sátnejođiheaddji dajai ahte bargu ii sáhte álgit ovdal giđa, danin go jiekŋa ferte vuos "
        "jávkat. Olu olbmot gilis leat vuordán dán badjel guoktelogi jagi, ja muhtumat sis bohte "
        "gáhkuiguin ja gáfiin. Dál váilu dušše diehtu gii galgá máksit rehkega, muhto dat ii leat vel "
        "čielggas."
    ),
}

NORDIC = ("nb", "nn", "da", "sv", "en")

SENTENCES = {
    "nb": [
        "Hun sa at hun ikke visste hvor de hadde vært den kvelden.",
        "Regjeringen foreslår å gi kommunene mer penger til skolene neste år.",
        "Det er noen som har glemt å lukke døra etter seg igjen.",
        "Hva skjer hvis ingen av dem vil fortelle oss sannheten?",
        "Bøndene frykter at avlingene blir små etter den tørre sommeren.",
    ],
    "nn": [
        "Ho sa at ho ikkje visste kvar dei hadde vore den kvelden.",
        "Regjeringa gjer framlegg om å gje kommunane meir pengar til skulane neste år.",
        "Det er nokon som har gløymt å lata att døra etter seg.",
        "Kva skjer viss ingen av dei vil fortelje oss sanninga?",
        "Eg veit ikkje korleis me skal koma oss heim i kveld.",
    ],
    "da": [
        "Hun sagde, at hun ikke vidste, hvor de havde været den aften.",
        "Regeringen foreslår at give kommunerne flere penge til skolerne næste år.",
        "Der er nogen, som har glemt at lukke døren efter sig.",
        "Hvad sker der, hvis ingen af dem vil fortælle os sandheden?",
        "Landmændene frygter, at høsten bliver lille efter den tørre sommer.",
    ],
    "sv": [
        "Hon sade att hon inte visste var de hade varit den kvällen.",
        "Regeringen föreslår att kommunerna ska få mer pengar till skolorna nästa år.",
        "Det är någon som har glömt att stänga dörren efter sig.",
        "Vad händer om ingen av dem vill berätta sanningen för oss?",
    ],
    "en": [
        "She said that she did not know where they had been that evening.",
        "The government wants to give the schools more money next year.",
        "Somebody has forgotten to close the door behind them again.",
    ],
}

CASES = [(language, sentence) for language, sentences in SENTENCES.items() for sentence in sentences]

texts = st.text(alphabet=st.characters(codec=None))


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS.keys())
def test_language_of_an_article_is_told(language: str, text: str) -> None:
    for length in (1, 5):
        found, confidence = detect("\n\n".join([text] * length))
        assert found == language
        assert confidence is not None
        assert 0.9 <= confidence < 1


@pytest.mark.parametrize("language", [*NORDIC, "de", "fr", "fi", "is"])
def test_language_of_a_teaser_is_told(language: str) -> None:
    assert detect(TEXTS[language][:200])[0] == language


@pytest.mark.parametrize(("language", "sentence"), CASES)
def test_language_of_a_sentence_is_told(language: str, sentence: str) -> None:
    found, confidence = detect(sentence)
    assert found == language
    assert confidence is not None
    assert 0.8 <= confidence < 1


@pytest.mark.parametrize(("language", "sentence"), CASES)
def test_guess_says_what_detect_says(language: str, sentence: str) -> None:
    assert guess(sentence) == detect(sentence)


def test_upper_case_is_read() -> None:
    assert detect(SENTENCES["nn"][0].upper())[0] == "nn"


@pytest.mark.parametrize("language", ["nb", "nn", "da", "sv"])
def test_more_of_the_same_text_is_more_certain(language: str) -> None:
    sentence, article = SENTENCES[language][3], TEXTS[language]
    for longer, shorter in ((article, sentence), (sentence, " ".join(sentence.split()[:3]))):
        assert (guess(longer)[1] or 0) >= (guess(shorter)[1] or 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "Ja.",
        "Foto: NTB",
        "1. 2. 3.",
        "12 345 " * 100,
        "# " * 300,
        "* * *\n\n" * 90,
        "\x00" * 500,
        "\ud800" * 500,
        "x" * 300,
    ],
)
def test_too_little_to_tell_is_uncertain(text: str) -> None:
    assert detect(text) == (None, None)


@pytest.mark.parametrize("text", ["", "\n", "12 345 " * 100, "# " * 300, "\x00\ud800", "x" * 300])
def test_nothing_is_guessed_where_no_word_is(text: str) -> None:
    assert guess(text) == (None, None)


@pytest.mark.parametrize(("text", "language"), [("Kva no?", "nn"), ("Vad nu?", "sv"), ("Hva nå?", "nb")])
def test_a_cry_is_guessed_but_not_told(text: str, language: str) -> None:
    assert guess(text)[0] == language
    assert detect(text) == (None, None)


def test_what_two_languages_write_alike_is_uncertain() -> None:
    assert detect("Han kan komme hertil i dag, men det er ikke godt.")[0] in {None, "da"}
    tag, confidence = guess("Den er god og stor.")
    assert tag in {"nb", "nn", "da"}
    assert confidence is not None
    assert confidence < 0.8


@pytest.mark.parametrize("other", ["sv", "en", "fi"])
def test_half_in_another_language_is_uncertain_in_a_short_text(other: str) -> None:
    assert detect(TEXTS["nb"][:120] + " " + TEXTS[other][:120]) == (None, None)


def test_northern_sami_is_not_taken_for_a_neighbour() -> None:
    assert detect(TEXTS["se"][:200])[0] in {"se", None}
    assert guess(TEXTS["se"])[0] == "se"


def test_damage_does_not_hide_the_language() -> None:
    assert detect("\x00\x85\ud800" + TEXTS["nn"].replace(" ", "\x00 "))[0] == "nn"
    assert detect("\ufffe" + SENTENCES["nn"][0])[0] == "nn"


def test_markup_signs_are_text() -> None:
    assert detect("2 < 3. " + SENTENCES["da"][1] + " 3 > 2")[0] == "da"


@given(texts)
@example("\ud83d")
@example("\ufffe\uffff")
def test_any_text_is_taken(text: str) -> None:
    for tag, confidence in (detect(text), guess(text)):
        assert (tag is None) == (confidence is None)
        assert tag is None or re.fullmatch("[a-z]{2,3}", tag)
        assert confidence is None or 0 < confidence < 1


@given(texts, st.sampled_from([s for _, s in CASES]))
def test_any_text_beside_a_sentence_is_taken_the_same_way_twice(text: str, sentence: str) -> None:
    both = f"{text} {sentence}"
    assert detect(both) == detect(both)
    told, guessed = detect(both), guess(both)
    assert told in ((None, None), guessed)


@given(st.sampled_from([s for _, s in CASES] + list(TEXTS.values())), st.data())
def test_white_space_does_not_matter(text: str, data: st.DataObject) -> None:
    words = text.split()
    spaces = st.lists(
        st.sampled_from([" ", "  ", "\n", "\n\n", "\t", "\u00a0"]), min_size=len(words), max_size=len(words)
    )
    spread = "".join(word + space for word, space in zip(words, data.draw(spaces), strict=True))
    assert detect(spread) == detect(text)


@given(st.permutations([s for tag, s in CASES if tag == "nn"]))
def test_the_order_of_sentences_does_not_matter(sentences: list[str]) -> None:
    assert detect(" ".join(sentences))[0] == "nn"


@pytest.mark.parametrize("table", [WORDS, ENDINGS], ids=["words", "endings"])
def test_no_line_of_a_table_has_more_cells_than_languages(table: str) -> None:
    for line in table.strip().splitlines():
        assert 2 <= len(line.split("|")) <= len(COLUMNS), line
        assert line == line.lower(), line


@pytest.mark.parametrize(
    ("word", "languages"),
    [
        ("ikkje", {"nn"}),
        ("ikke", {"nb", "da"}),
        ("inte", {"sv"}),
        ("noen", {"nb"}),
        ("nogen", {"da"}),
        ("og", {"nb", "nn", "da"}),
        ("the", {"en"}),
        ("ahte", {"se"}),
    ],
)
def test_word_speaks_for_those_that_write_it(word: str, languages: set[str]) -> None:
    assert {tag for tag, n in zip(KNOWN, marks_of(word).words, strict=True) if n} == languages


@pytest.mark.parametrize(
    ("word", "languages"),
    [
        ("fiskebåtane", {"nn"}),
        ("storfiskerne", {"da"}),
        ("badegästarna", {"sv"}),
        ("tannheten", {"nb", "sv"}),
        ("sjøen", set()),
    ],
)
def test_ending_of_an_unknown_word_speaks_too(word: str, languages: set[str]) -> None:
    marks = marks_of(word)
    assert {tag for tag, n in zip(KNOWN, marks.endings, strict=True) if n} == languages


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
