from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.extract.page.body_blocks import layout, words_of
from pipeline.extract.page.body_compare import is_within, key, pieces
from pipeline.extract.page.body_state import markup
from pipeline.extract.page.parse import parse


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("c-article__relatedLinks", {"article", "related", "links"}),
        ("NewsletterSignup newsletter-signup_3", {"newsletter", "signup"}),
        ("articleBody", {"article", "body"}),
        ("ADBanner", {"ad", "banner"}),
        ("les-også", {"les", "også"}),
        ("montag header", {"montag", "header"}),  # not tag, not ad
        ("css-1xdhyk6", {"css", "xdhyk"}),
        ("", set()),
    ],
)
def test_words_of_a_class(name: str, words: set[str]) -> None:
    assert words_of(name) == words


def test_blocks_in_order_with_their_elements_and_links() -> None:
    page = layout(
        parse(
            "<div class=story>En <b>to</b> <a href=/>tre</a><p hidden>fire</p>fem<script>seks</script></div>"
        )
    )
    assert [(b.text, page.tags[b.node], b.size, b.linked) for b in page.blocks] == [
        ("En to tre", "div", 9, 3),
        ("fire", "p", 4, 0),
        ("fem", "div", 3, 0),
    ]
    assert page.names[page.blocks[0].node] == {"story"}
    assert page.names[page.blocks[1].node] == {"hidden"}


def test_every_element_ends_after_what_it_holds() -> None:
    page = layout(parse("<div><p>a</p><ul><li>b<li>c</ul></div><p>d</p>"))
    for i, up in enumerate(page.parents):
        assert up < i < page.ends[i]
        assert up < 0 or page.ends[i] <= page.ends[up]


def test_pictures_are_known_to_all_they_stand_in() -> None:
    page = layout(parse("<div><section><p><a><img src=x></a>a</p></section></div><aside>b</aside>"))
    shown = dict(zip(page.tags, page.images, strict=True))
    assert (shown["p"], shown["section"], shown["div"], shown["aside"]) == (True, True, True, False)


@pytest.mark.parametrize(("text", "size"), [("京都で大きな地震", 20), ("Stor brann", 10)])
def test_sizes_are_in_characters_of_an_alphabet(text: str, size: int) -> None:
    assert [b.size for b in layout(parse(f"<p>{text}</p>")).blocks] == [size]


def test_navs_only_when_asked_for() -> None:
    tree = parse("<nav><p>a</p></nav><p>b</p>")
    assert [b.text for b in layout(tree).blocks] == ["b"]
    assert [b.text for b in layout(tree, navs=True).blocks] == ["a", "b"]


@given(st.text(min_size=1, max_size=300))
def test_a_text_is_within_itself_however_it_is_set(text: str) -> None:
    letters = key(text)
    assert is_within(letters, pieces(f"før{letters}etter"), share=1) == (len(letters) >= 12)


def test_texts_that_share_little_are_not_within_each_other() -> None:
    known = pieces(key("Tunnelen under fjorden åpnet mandag morgen, to år etter planen."))
    assert is_within(key("OSLO: Tunnelen under fjorden åpnet mandag morgen"), known, share=0.4)
    assert not is_within(
        key("Broen over fjorden åpner ikke før tidligst i 2031, sier fylket."), known, share=0.4
    )


@pytest.mark.parametrize(
    "script",
    ["", "var a = 'b';", 'x = "' + "a" * 5000, 'x = "' + "\\'" * 500 + '"', '{"a": "' + "<p>kort</p>" + '"}'],
    ids=["none", "short", "open", "other escapes", "short html"],
)
def test_scripts_without_an_article(script: str) -> None:
    assert markup(parse(f"<p>a</p><script>{script}</script>")) is None
