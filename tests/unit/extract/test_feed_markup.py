from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.extract.feeds import markup
from pipeline.extract.feeds.markup import is_markup, paragraphs, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>En.</p><p>To.</p>", "En.\n\nTo."),
        ("<div>En.<div>To.</div>Tre.</div>", "En.\n\nTo.\n\nTre."),
        ("En.<br><br>To.<br/>Tre.", "En.\n\nTo.\nTre."),
        ("<ul><li>En</li><li>To</li></ul>", "En\n\nTo"),
        ("<p>Et <a href='x'>lenket</a> ord, <em>ja</em>!</p>", "Et lenket ord, ja!"),
        ("<p>En&nbsp;linje\n over to</p>", "En linje over to"),
        ("<p>5 &lt; 7 &amp;amp;</p>", "5 < 7 &amp;"),
        ("<figure><img src=x><figcaption>Bilde</figcaption></figure><p>Tekst</p>", "Tekst"),
        ("<script>var x='<p>nei</p>'</script><style>p{}</style><p>Tekst</p>", "Tekst"),
        ("<!-- nei --><p>Tekst</p>", "Tekst"),
        ("<p>Uten slutt<p>To", "Uten slutt\n\nTo"),
        ("<h2>Tittel</h2>Tekst", "Tittel\n\nTekst"),
        ("Uten markup &amp; sånt", "Uten markup & sånt"),
        ("<p> </p><p></p>", ""),
        ("", ""),
    ],
)
def test_blocks_are_paragraphs(html: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paragraphs(html, markup=True) == text
    monkeypatch.setattr(markup, "_MOST_TAGS", -1)
    if "figure" not in html:
        assert paragraphs(html, markup=True) == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("En  linje\nover to.\n\n\n To <b>.", "En linje over to.\n\nTo <b>."),
        (" \n ", ""),
        ("a\n \nb", "a\n\nb"),
    ],
)
def test_a_plain_text_keeps_its_signs(text: str, read: str) -> None:
    assert paragraphs(text, markup=False) == read


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<b>ja</b>", True),
        ("x<br/>y", True),
        ("a &amp; b", True),
        ("&#8211;", True),
        ("<!-- x -->", True),
        ("5 < 7 > 3", False),
        ("a <b c", False),
        ("<navn> skriver", False),
        ("R&D; Q & A", False),
        ("Q & A", False),
    ],
)
def test_what_looks_like_markup(text: str, markup: bool) -> None:
    assert is_markup(text) is markup


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;apbr divp\n\x1e\x1f\0æ\"'=!-"), max_size=80))
def test_any_markup_gives_tidy_text(text: str) -> None:
    for read in (
        paragraphs(text, markup=True),
        markup._without_tags(text.translate(dict.fromkeys((0, 30, 31)))),
    ):
        assert read == read.strip(" \n")
        assert "\n\n\n" not in read
        assert not set("\x1e\x1f\0") & set(read)
    assert "\n" not in plain(text, markup=False)
