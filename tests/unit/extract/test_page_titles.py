from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.extract.page import titles

SITE = ["Fjordposten", "fjordposten.example"]

CHOSEN = [
    # one source
    ([("title", "Broen er åpnet")], "Broen er åpnet"),
    ([("heading", "  Broen\n er   åpnet ")], "Broen er åpnet"),
    # the site's name is no part of it, at either end and with any separator
    ([("title", "Broen er åpnet - Fjordposten")], "Broen er åpnet"),
    ([("title", "Broen er åpnet – Lokalt – Fjordposten")], "Broen er åpnet – Lokalt"),
    ([("title", "Broen er åpnet | fjordposten.example")], "Broen er åpnet"),
    ([("title", "Broen er åpnet｜Fjordposten")], "Broen er åpnet"),
    ([("title", "Broen er åpnet ‹ Fjordposten")], "Broen er åpnet"),
    ([("title", "Fjordposten: Broen er åpnet")], "Fjordposten: Broen er åpnet"),
    ([("title", "Fjordposten - Broen er åpnet")], "Broen er åpnet"),
    ([("title", "Broen er åpnet - Fjordposten Sport")], "Broen er åpnet"),
    (
        [("title", "Snart slutt - Fjordposten er solgt til en ny eier")],
        "Snart slutt - Fjordposten er solgt til en ny eier",
    ),
    ([("title", "Reisen til havet - fjord")], "Reisen til havet - fjord"),
    # nor is what another source leaves out
    ([("og", "Broen er åpnet | Nyheter fra Sør"), ("heading", "Broen er åpnet")], "Broen er åpnet"),
    ([("og", "다리가 열렸다-사회ㅣ신문"), ("meta", "다리가 열렸다")], "다리가 열렸다"),
    ([("og", "Meninger | Broen er åpnet"), ("heading", "Broen er åpnet")], "Broen er åpnet"),
    # unless both that count most say it
    (
        [
            ("og", "Broen er åpnet - og stengt"),
            ("json-ld", "Broen er åpnet - og stengt"),
            ("name", "Broen er åpnet"),
        ],
        "Broen er åpnet - og stengt",
    ),
    # dashes within it stay
    ([("title", "Broen - en historie - Fjordposten")], "Broen - en historie"),
    # agreement of several outweighs one
    (
        [
            ("json-ld", "A er B"),
            ("heading", "A er C"),
            ("twitter", "A er C"),
            ("title", "A er C - Fjordposten"),
        ],
        "A er C",
    ),
    # what was written on purpose outweighs what a template repeats
    (
        [("og", "Dette skjedde"), ("json-ld", "Broen er åpnet"), ("heading", "Broen er åpnet")],
        "Dette skjedde",
    ),
    (
        [
            ("og", "Broen åpnet"),
            ("heading", "Broen åpnet"),
            ("json-ld", "Slik ble broen"),
            ("title", "Broen åpnet"),
        ],
        "Slik ble broen",
    ),
    # a kicker that differs is none of it
    (
        [("og", "Storm på kysten: Broen er stengt nå"), ("heading", "Fjorden – Broen er stengt nå")],
        "Broen er stengt nå",
    ),
    # the spelling of most
    (
        [("json-ld", "«Broen» er åpnet"), ("heading", "«Broen» er åpnet"), ("title", '"Broen" er åpnet')],
        "«Broen» er åpnet",
    ),
    # entities that were escaped twice
    ([("json-ld", "Arvid &amp; Bro&#8217;s")], "Arvid & Bro’s"),
    # nothing but the site's name is no title
    ([("title", "Fjordposten")], None),
    ([("og", "Fjordposten"), ("heading", "Broen er åpnet")], "Broen er åpnet"),
    ([("title", " - "), ("heading", "")], None),
    ([], None),
]


@pytest.mark.parametrize(("candidates", "title"), CHOSEN)
def test_title_is_chosen_by_agreement(candidates: list[tuple[str, str]], title: str | None) -> None:
    assert titles.choose(candidates, site=SITE) == title


KINDS = ["og", "json-ld", "heading", "item", "meta", "title", "twitter", "name"]


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.text(max_size=60)), max_size=8))
def test_title_is_part_of_what_was_said(candidates: list[tuple[str, str]]) -> None:
    title = titles.choose(candidates, site=SITE)
    assert title is None or any(title in titles.tidy(text) for _, text in candidates)


@given(
    st.sampled_from(KINDS), st.text(alphabet=st.characters(categories=["L", "Nd"]), min_size=1, max_size=60)
)
def test_words_that_all_sources_say_are_the_title(kind: str, text: str) -> None:
    assert titles.choose([("heading", text), (kind, text)], site=[]) == titles.tidy(text)
