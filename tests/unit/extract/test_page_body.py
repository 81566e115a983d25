from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree

from pipeline.extract.page.body import Body, body
from pipeline.extract.page.parse import parse

A = "Den nye tunnelen under fjorden åpnet mandag morgen, to år etter planen, og køen var lang begge veier."
B = "– Vi er glade for at arbeidet er ferdig, sier anleggslederen, som har ventet på denne dagen siden 2019."
C = "Kostnaden ble til slutt 4,2 milliarder kroner. Det er 600 millioner mer enn Stortinget vedtok i 2017."
LEAD = "Etter to års forsinkelse kan bilistene endelig kjøre under fjorden."
TITLE = "Tunnelen er åpen for trafikk"
OTHER = (
    "Regjeringen la fredag frem et nytt forslag til statsbudsjett, og opposisjonen er allerede svært kritisk."
)


def read(
    markup: str, *, title: str | None = TITLE, lead: str | None = None, ld_body: str | None = None
) -> Body:
    return body(parse(f"<html><body>{markup}</body></html>"), title=title, lead=lead, ld_body=ld_body)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def article(inner: str) -> str:
    return f"<article><h1>{TITLE}</h1>{inner}</article>"


# --- layouts, whole -----------------------------------------------------------------------------------


def test_norwegian_page_with_everything_around_the_article() -> None:
    found = read(
        f"""
        <header><nav><ul><li><a href=/>Forsiden</a></li><li><a href=/sport>Sport</a></li></ul></nav></header>
        <main><article>
          <header><h1>{TITLE}</h1><p class="article__ingress">{LEAD}</p>
            <div class="byline">Av <a href=/ada>Ada Tangvik</a> <time>11. mars 2024</time></div></header>
          <figure><img src=t.jpg><figcaption>Statsråden klippet snoren. Foto: Ola Vik</figcaption></figure>
          <div class="body">{paragraphs(A)}
            <p>Les også: <a href=/bro>Broen får vente i ti år til</a></p>
            <h2>Dyrere enn ventet</h2>{paragraphs(B, C)}
            <aside class="faktaboks"><h3>Fakta</h3><p>Tunnelen er 14,3 kilometer lang.</p></aside>
            <ul><li>Fartsgrensen er 80 kilometer i timen.</li><li>Bompengene er 112 kroner.</li></ul>
          </div>
          <div class="tags"><a href=/t>tunnel</a> <a href=/v>vei</a></div>
          <div class="share-buttons">Del på <a href=#>Facebook</a></div>
        </article></main>
        <section class="related"><h2>Mer om saken</h2>
          <article><h3><a href=/x>Kø i byen</a></h3><p>{OTHER}</p></article></section>
        <section id="comments"><h2>Kommentarer</h2>{paragraphs(OTHER * 3, OTHER, OTHER)}</section>
        <footer><p>Ansvarlig redaktør er Kari Nes. Avisen følger Vær varsom-plakaten.</p></footer>
        """
    )
    assert found.lead == LEAD
    assert found.paragraphs == [
        A,
        "Dyrere enn ventet",
        B,
        C,
        "Fartsgrensen er 80 kilometer i timen.",
        "Bompengene er 112 kroner.",
    ]


def test_danish_page_of_divs_alone() -> None:
    first = "Politiet i København rykkede tirsdag aften ud til en større brand i en lagerbygning på Amager."
    second = (
        "Ingen kom til skade, oplyser vagtchefen, men naboerne blev bedt om at holde vinduer og døre lukkede."
    )
    teasers = "".join(
        f"<div class=item><div class=title><a href=/{n}>Nyhed nummer {n} fra i dag og i går</a></div>"
        f"<div>Et kort resumé af nyhed nummer {n}, som kan læses på en anden side.</div></div>"
        for n in range(12)
    )
    found = read(
        f"""<div id=top><a href=/>Forside</a></div>
        <div class=page><div class=c1><div class=h>Brand på Amager</div>
        <h1>Brand i lagerbygning på Amager</h1>
        <div class=c2><div>{first}</div><div>{second}</div></div></div>
        <div class=c3>{teasers}</div></div>""",
        title="Brand i lagerbygning på Amager",
    )
    assert found.paragraphs == [first, second]


def test_swedish_preamble_and_links_to_other_articles() -> None:
    lead = "Nu åtalas fem personer för stölden av de tre målningarna."
    first = (
        "Åklagaren lämnade in stämningsansökan till tingsrätten under onsdagen, nästan ett år efter kuppen."
    )
    last = "Rättegången väntas pågå i minst fyra veckor, och målningarna är fortfarande försvunna."
    found = read(
        f"""<main><h1>Fem åtalas för konststölden</h1><div class="article__preamble"><p>{lead}</p></div>
        <div class="article__body">{paragraphs(first)}<p>Läs även: <a href=/x>Så gick kuppen till</a></p>
        <ul><li><a href=/1>Tjuvarna kom genom taket</a></li><li><a href=/2>Museet var olarmat</a></li></ul>
        {paragraphs(last)}</div></main>""",
        title="Fem åtalas för konststölden",
    )
    assert found == Body(lead, [first, last])


def test_finnish_page_without_its_read_more() -> None:
    first = (
        "Lumisade vaikeuttaa liikennettä koko eteläisessä Suomessa, varoittaa Ilmatieteen laitos tiistaina."
    )
    second = "Junat ovat myöhässä jopa tunnin, ja lentoasemalla on jouduttu perumaan lentoja aamusta asti."
    found = read(
        f"<article><h1>Lunta koko päivän</h1>{paragraphs(first)}"
        "<p>Lue myös: <a href=/x>Näin ajat lumessa</a></p>"
        f"{paragraphs(second)}<p>Kuva: Maija Meri</p></article>",
        title="Lunta koko päivän",
    )
    assert found.paragraphs == [first, second]


def test_german_page_with_a_free_beginning_before_the_wall() -> None:
    lead = "Die Zinsen steigen weiter, und die Bauherren warten ab: Was das für den Wohnungsmarkt bedeutet."
    first = "Seit dem Frühjahr hat sich die Zahl der Bauanträge halbiert, wie neue Zahlen des Amtes zeigen."
    second = (
        "Viele Firmen haben ihre Aufträge verloren, und die ersten melden Kurzarbeit an, sagt der Verband."
    )
    third = "Im nächsten Jahr könnte es besser werden, wenn die Zinsen fallen und das Material billiger wird."
    found = read(
        f"""<article><h1>Warten auf den Aufschwung</h1><p class="article__teaser">{lead}</p>
        <div class="start">{paragraphs(first)}</div>
        <div class="paywall"><div class="text">{paragraphs(second)}
        <div class="embed"><p>Empfohlener redaktioneller Inhalt</p>
        <p>Ich bin damit einverstanden, dass mir der externe Inhalt angezeigt wird.</p></div>
        {paragraphs(third)}</div></div></article>""",
        title="Warten auf den Aufschwung",
    )
    assert found == Body(lead, [first, second, third])


def test_english_page_smaller_than_its_comments_and_cookie_text() -> None:
    first = (
        "The council voted on Tuesday night to close the bridge for eight months while its cables are new."
    )
    second = "Shops on the north side say that they fear for their trade, and have asked for help with rents."
    cookies = (
        "This website uses cookies to improve your experience while you navigate through the website. " * 6
    )
    found = read(
        f"""<div class=site><div class=post><h2 class=entry-title>Bridge to close</h2>
        {paragraphs(first, second)}</div>
        <ol class=commentlist><li><p>{cookies}</p></li><li><p>{cookies} I disagree.</p></li></ol></div>
        <div class="cookie-notice"><h4>Privacy Overview</h4><div>{cookies}</div></div>""",
        title="Bridge to close",
    )
    assert found.paragraphs == [first, second]


# --- one behaviour each -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "around",
    [
        "<nav><p>{}</p></nav>",
        "<aside><p>{}</p></aside>",
        "<footer><p>{}</p></footer>",
        "<form><p>{}</p></form>",
        "<div class=related-articles><p>{}</p></div>",
        "<div class='c-newsletterSignup'><p>{}</p></div>",
        "<div class=comments><p>{}</p></div>",
        "<div class=factbox><p>{}</p></div>",
        "<div class=annonse><p>{}</p></div>",
        "<div class=author-bio><p>{}</p></div>",
        "<div role=complementary><p>{}</p></div>",
        "<div data-testid=recommended-stories><p>{}</p></div>",
        "<div hidden><p>{}</p></div>",
        "<div style='display: none'><p>{}</p></div>",
        "<p class=caption>{}</p>",
        "<figure><img src=x><div>{}</div></figure>",
        "<div><img src=x><div>{}</div></div>",
        "<script>{}</script>",
        "<noscript><p>{}</p></noscript>",
        "<div class=card><h3><a href=/x>En helt annen sak</a></h3><p>{}</p></div>",
        "<h3><a href=/x>{}</a></h3>",
        "<p><a href=/x>{}</a></p>",
    ],
)
def test_what_stands_in_the_text_but_is_none_of_it(around: str) -> None:
    before, after = [A, B, C], [f"{text} Og mer." for text in (A, B, C)]
    markup = article(paragraphs(*before) + around.format(OTHER) + paragraphs(*after))
    assert read(markup).paragraphs == before + after


@pytest.mark.parametrize(
    "line",
    [
        "Les også: <a href=/x>Broen får vente</a>",
        "Les mer om saken her",
        "LÆS OGSÅ: <a href=/x>Broen må vente</a>",
        "Läs mer: <a href=/x>Bron får vänta</a>",
        "Lue lisää: <a href=/x>Silta saa odottaa</a>",
        "Read more: <a href=/x>The bridge will have to wait</a>",
        "Lesen Sie auch: <a href=/x>Die Brücke muss warten</a>",
        "Lire aussi : <a href=/x>Le pont attendra</a>",
        "Lee también: <a href=/x>El puente tendrá que esperar</a>",
        "Sign up for our morning newsletter and never miss a story.",
        "Follow the Evening Post on Facebook for the latest news.",
        "Foto: Ola Vik / Nyhetsbyrået",
        "Bildrechte: dpa",
        "Foto: Ola Vik<br>Stil: Kari Nes<br>Hår: Ada Tangvik<br>Sminke: Per Spelman<br>Klær: Fabrikken",
        "© Nyhetsbyrået",
        "Annonse",
        "This site is protected by reCAPTCHA and the privacy policy of its maker applies.",
        "More on this story: <a href=/x>How the bridge was built</a>",
        "Vårt <a href=/x>nyhetsbrev</a> kommer hver morgen og gir deg det viktigste fra dagen før.",
        "Enjoying the story? <a href=/x>Click here to subscribe</a> and get every issue by post.",
        "Mit einem Symbol gekennzeichnete Links sind Affiliate-Links. Wir bekommen eine Provision.",
        "By signing up you agree to our terms and conditions.",
        "Ein Klick für den Datenschutz",
    ],
)
def test_lines_that_send_elsewhere_or_credit(line: str) -> None:
    assert read(article(paragraphs(A) + f"<p>{line}</p>" + paragraphs(B, C))).paragraphs == [A, B, C]


@pytest.mark.parametrize(
    "text",
    [
        "More people than ever took the train in May, said the minister. Related costs rose by a tenth.",
        "Les deux pays ont signé mardi un accord sur la pêche, après des mois de négociations à Bruxelles.",
        "Bilder fra overvåkningskameraet viser at bilen kjørte mot rødt lys, ifølge politiet i byen.",
        "The newsletter that the party sent to its members in May was full of errors, the leader said.",
        "More than once: that is how often the minister has changed her mind about the tunnel.",
        "Der Datenschutz wird in dem neuen Gesetz gestärkt, sagte die Ministerin am Dienstag in Berlin.",
        "Regjeringen vil ha en ny lov om samtykke og personvern, og den skal behandles i Stortinget.",
        "The company changed its privacy policy last year without telling anybody, the regulator said.",
        "The terms of the deal were not made public, but both sides said that they were happy with them.",
        "Følgende tre kommuner har sagt nei til avtalen, og de vil alle ta saken opp med fylket i juni.",
    ],
)
def test_sentences_that_only_begin_like_a_call(text: str) -> None:
    assert read(article(paragraphs(A, text, B))).paragraphs == [A, text, B]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>{a}<br><br>{b}</p>", ["{a}", "{b}"]),
        ("<p>{a}<br>{b}</p>", ["{a}\n{b}"]),
        ("<div>{a}<div>{b}</div>{c}</div>", ["{a}", "{b}", "{c}"]),
        ("<p>{a}</p><h2>Mellomtittel</h2><p>{b}</p>", ["{a}", "Mellomtittel", "{b}"]),
        (
            "<div class=top>Av Ada</div><div><h2>Først</h2><p>{a}</p><p>{b}</p><p>{c}</p></div>",
            ["Først", "{a}", "{b}", "{c}"],
        ),
        ("<p>{a}</p><blockquote><p>{b}</p></blockquote><p>{c}</p>", ["{a}", "{b}", "{c}"]),
        ("<p>{a}</p><ol><li>{b}</li><li>{c}</li></ol>", ["{a}", "{b}", "{c}"]),
        (
            "<p>{a}</p><table><tr><th>Lag<th>Poeng</tr><tr><td>Fjordvik idrettslag<td>32</table><p>{b}</p>",
            ["{a}", "Lag Poeng", "Fjordvik idrettslag 32", "{b}"],
        ),
        ("<p>{a}</p><figure><blockquote>{b}</blockquote></figure><p>{c}</p>", ["{a}", "{b}", "{c}"]),
        ("<p>  {a}\n </p>\n<p>\xa0</p><p>{b}</p>", ["{a}", "{b}"]),
        ("<p>{a}</p><p>{a}</p><p>{b}</p>", ["{a}", "{b}"]),
        ("<p class=paywall>{a}</p><p class=paywall aria-hidden=true>{b}</p>", ["{a}", "{b}"]),
    ],
    ids=[
        "two line breaks", "line break", "text beside blocks", "heading",
        "heading over the body", "quote", "list", "table",
        "quote as figure", "white space", "repeated", "metered paragraphs",
    ],
)  # fmt: skip
def test_what_makes_a_paragraph(markup: str, expected: list[str]) -> None:
    names = {"a": A, "b": B, "c": C}
    assert read(article(markup.format(**names))).paragraphs == [text.format(**names) for text in expected]


def test_quote_that_is_pulled_out_of_the_text_is_dropped_and_another_stays() -> None:
    pulled = "Vi er glade for at arbeidet er ferdig, sier anleggslederen, som har ventet på denne dagen"
    own = "Jeg kjører heller omveien over fjellet, sier en pensjonist fra Fjordvik til avisen."
    markup = article(
        paragraphs(A, B)
        + f"<blockquote>«{pulled}»</blockquote><blockquote>{own}</blockquote>"
        + paragraphs(C)
    )
    assert read(markup).paragraphs == [A, B, own, C]


def test_links_within_sentences_stay() -> None:
    linked = A.replace("åpnet mandag morgen", "<a href=/x>åpnet mandag morgen</a>")
    assert read(article(paragraphs(linked, B))).paragraphs == [A, B]


def test_word_that_the_layout_uses_for_the_body_itself_drops_nothing() -> None:
    parts = "".join(f'<div class="sidebar-grid__content">{paragraphs(text)}</div>' for text in (A, B, C))
    assert read(article(parts)).paragraphs == [A, B, C]


def test_wrapper_named_for_what_it_has_beside_the_article_drops_nothing() -> None:
    assert read(f'<div class="has-sidebar no-comments">{article(paragraphs(A, B, C))}</div>').paragraphs == [
        A,
        B,
        C,
    ]


def test_headline_that_is_found_only_below_the_article() -> None:
    below = f"<div><h2>{TITLE}</h2><a href=/>Del</a></div>"
    assert read(f"<div class=top>{TITLE}</div><div>{paragraphs(A, B, C)}</div>{below}").paragraphs == [
        A,
        B,
        C,
    ]


def test_nav_that_is_not_closed_takes_no_article_with_it() -> None:
    assert read(
        f"<nav><ul><li><a href=/>Forsiden</a></li></ul>{article(paragraphs(A, B, C))}"
    ).paragraphs == [A, B, C]


def test_first_of_several_articles_is_the_one_with_the_headline() -> None:
    other = f"<article><h1>En annen sak</h1>{paragraphs(OTHER, OTHER + ' Ny.', OTHER + ' Siste.')}</article>"
    assert read(other + article(paragraphs(A, B, C)) + other).paragraphs == [A, B, C]


def test_articles_within_the_article_are_teasers() -> None:
    teasers = "".join(f"<article><h2>Sak {n}</h2><p>{OTHER} Nummer {n}.</p></article>" for n in range(4))
    whole = paragraphs(A, B, C, A[:-1] + " igjen.", B[:-1] + " igjen.", C[:-1] + " igjen.")
    assert len(read(article(whole + teasers)).paragraphs) == 6


def test_marked_body_wins_over_more_text_elsewhere() -> None:
    found = read(
        f"<h1>{TITLE}</h1><div itemprop=articleBody>{A}<br><br>{B}</div>"
        f"<div class=x>{paragraphs(*(OTHER + f' Nummer {n}.' for n in range(4)))}</div>"
    )
    assert found.paragraphs == [A, B]


def test_text_under_the_headline_wins_over_more_text_elsewhere() -> None:
    own = [f"{text} Dette er del {n}." for n in range(3) for text in (A, B, C)]
    found = read(
        f"<div class=x1><div class=x2><h1>{TITLE}</h1></div><div class=x3>{paragraphs(*own)}</div></div>"
        f"<div class=x4>{paragraphs(*(OTHER + f' Nummer {n}.' for n in range(15)))}</div>"
    )
    assert found.paragraphs == own


def test_body_in_several_marked_parts() -> None:
    parts = "<hr>".join(f"<section itemprop=articleBody><p>{text}</p></section>" for text in (A, B, C))
    assert read(article(parts)).paragraphs == [A, B, C]


def test_lead_is_known_by_the_description_whatever_it_is_called() -> None:
    header = f"<header><h1>{TITLE}</h1><div class=x1>{LEAD}</div></header>"
    markup = f"<article>{header}<div>{paragraphs(A, B, C)}</div></article>"
    assert read(markup, lead=LEAD) == Body(LEAD, [A, B, C])


def test_first_paragraph_that_the_description_repeats_is_no_standfirst() -> None:
    assert read(article(paragraphs(A, B, C)), lead=A) == Body(None, [A, B, C])


def test_japanese_lengths_count_as_such() -> None:
    first = "宮崎県で13日夜、震度5弱の地震があり、気象庁は高知県と宮崎県に津波注意報を出した。"
    second = "県によると、けが人の情報は入っていない。原子力発電所にも異常はないという。"
    links = "".join(f"<li><a href=/{n}>地震の記事{n}</a></li>" for n in range(20))
    found = read(
        f"<div><h1>宮崎県で震度5弱</h1><div><p>{first}</p><p>{second}</p></div><ul>{links}</ul></div>",
        title="宮崎県で震度5弱",
    )
    assert found.paragraphs == [first, second]


# --- JSON-LD and scripts ------------------------------------------------------------------------------


def test_json_ld_tells_what_of_the_page_is_not_the_body() -> None:
    stray = (
        "Avisen har tidligere skrevet om saken, og du finner alle artiklene samlet på en egen side hos oss."
    )
    more = [f"{text} Og mer." for text in (A, B, C)]
    markup = article(paragraphs(A, stray, B) + "<h2>Dyrere</h2>" + paragraphs(C, *more))
    assert read(markup, ld_body=" ".join((A, B, C, *more))).paragraphs == [A, B, "Dyrere", C, *more]


def test_paragraph_before_the_json_ld_begins_is_the_standfirst() -> None:
    lead = "Etter to års forsinkelse kan bilistene endelig kjøre under fjorden, men de må betale for det."
    more = [f"{text} Og mer." for text in (A, B, C)]
    markup = article(f"<div>{lead}</div>" + paragraphs(A, B, C, *more))
    assert read(markup, ld_body=" ".join((A, B, C, *more))) == Body(lead, [A, B, C, *more])


def test_json_ld_that_is_cut_off_takes_nothing_away() -> None:
    assert read(article(paragraphs(A, B, C)), ld_body=A + " " + B[:40] + "...").paragraphs == [A, B, C]


def test_json_ld_of_another_article_takes_nothing_away() -> None:
    assert read(article(paragraphs(A, B, C)), ld_body=OTHER * 5).paragraphs == [A, B, C]


@pytest.mark.parametrize(
    "ld_body", [f"{A}\n\n{B}\n{C}", f"<p>{A}</p><p>{B}</p>\n<p>{C}</p>"], ids=["text", "html"]
)
@pytest.mark.parametrize(
    "shown", ["<div id=app></div>", article(paragraphs(A) + "<p>Logg inn</p>")], ids=["none", "part"]
)
def test_json_ld_is_taken_where_the_page_shows_less(ld_body: str, shown: str) -> None:
    assert read(shown, ld_body=ld_body).paragraphs == [A, B, C]


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_body_that_scripts_are_to_draw(depth: int) -> None:
    state = json.dumps(
        {"title": TITLE, "content": f"<p>{A}</p><div class=caption>Foto</div><p>{B}</p><p>{C}</p>"}
    )
    for _ in range(depth):
        state = json.dumps(["1", state])
    state = state.replace("<", r"\u003c")
    assert read(f"<div id=root></div><script>self.push({state})</script>").paragraphs == [A, B, C]


def test_strings_of_scripts_are_left_alone_where_the_page_shows_its_text() -> None:
    other = json.dumps({"next": f"<p>{OTHER}</p>" * 5})
    assert read(article(paragraphs(A, B, C)) + f"<script>x = {other}</script>").paragraphs == [A, B, C]


# --- whatever comes -----------------------------------------------------------------------------------


def test_the_tree_is_left_as_it_is() -> None:
    tree = parse(
        f"<html><body>{article(paragraphs(A, B))}<div class=comments>{paragraphs(OTHER)}</div></body></html>"
    )
    before = etree.tostring(tree)
    body(tree, title=TITLE, lead=LEAD, ld_body=A)
    assert etree.tostring(tree) == before


@pytest.mark.parametrize(
    "markup", ["", "<p></p>", "<img src=x>", "<h1>Bare en tittel</h1>", "<frameset></frameset>"]
)
def test_page_without_text_has_no_paragraphs(markup: str) -> None:
    assert read(markup) == Body(None, [])


_TAGS = st.sampled_from(
    ["p", "div", "h2", "ul", "li", "article", "main", "aside", "b", "a", "br", "td", "figure"]
)
_NAMES = st.sampled_from(
    ["", " class=lead", " class=related", " itemprop=articleBody", " hidden", " class='body text'"]
)
_PIECES = st.lists(
    st.one_of(
        st.builds("<{}{}>".format, _TAGS, _NAMES),
        st.builds("</{}>".format, _TAGS),
        st.sampled_from([A, B, "Kort.", " ", "漢字です。", f"<h1>{TITLE}</h1>"]),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(
    _PIECES,
    st.sampled_from([None, TITLE]),
    st.sampled_from([None, LEAD, A]),
    st.sampled_from([None, A, f"{A} {B}" * 3]),
)
def test_any_markup_gives_text_of_the_page_in_its_order(
    pieces: list[str], title: str | None, lead: str | None, ld_body: str | None
) -> None:
    tree = parse("<html><body>" + "".join(pieces) + "</body></html>")
    found = body(tree, title=title, lead=lead, ld_body=ld_body)
    assert all(text == text.strip() and text for text in found.paragraphs)
    if ld_body is None:
        whole = re.sub(r"\s+", "", "".join(tree.itertext()))
        at = 0
        for text in found.paragraphs:
            at = whole.index(re.sub(r"\s+", "", text), at)  # raises when it is not there, or out of order


_N = 10_000
_HOSTILE = {
    "nested": "<div>" * _N + f"<p>{A}",
    "siblings": f"<h1>{TITLE}</h1>" + f"<p>{A}</p>" * _N,
    "list items": "<ul>" + f"<li>{A}</li>" * _N,
    "deep lists": "<ul><li>" * _N + A,
    "deep inline": "<p>" + "<b>" * _N + A,
    "nested bodies": "<div itemprop=articleBody>" * _N + A,
    "many bodies": f"<div><p itemprop=articleBody>{A}</p></div>" * _N,
    "nested articles": f"<article><h1>{TITLE}</h1>" * _N + A,
    "nested figures": "<figure><blockquote>" * _N + A,
    "quotes": f"<blockquote>{A}</blockquote>" * _N + f"<p>{A * 9}",
    "headlines": f"<h1>{TITLE}</h1>" * _N + A,
    "leads": f"<h1>{TITLE}</h1>" + f"<div class=lead>{A}</div>" * _N + f"<article><p>{A * 9}</p></article>",
    "teasers": f"<div><h2><a href=x>{A}</a></h2>{B}</div>" * _N,
    "line breaks": f"<p>{A}" + "<br>" * _N * 5 + B,
    "spaces": "<p>" + " " * 500_000 + "<br>" + " " * 500_000 + "x",
    "class names": "".join(f"<p class='related-{n} comment-{n}'>{A}</p>" for n in range(_N)),
    "open strings": "<script>" + '"' * _N + '"\\' * _N + '"' + "a" * 500_000 + "</script>",
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_pages_take_time_in_proportion(name: str) -> None:
    tree = parse(_HOSTILE[name])
    began = time.process_time()
    body(tree, title=TITLE, lead=A, ld_body=f"{A} {B} " * 500)
    assert time.process_time() - began < 3  # a tenth of this is usual; with the square of the size, a minute
