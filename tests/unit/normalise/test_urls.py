from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise import canonicalise

CANONICAL = [
    ("https://avis.example/sak/1", "https://avis.example/sak/1"),
    ("  https://avis.example/sak/1\n", "https://avis.example/sak/1"),
    ("HTTPS://Avis.Example/Sak", "https://avis.example/Sak"),
    ("https://avis.example", "https://avis.example/"),
    ("https://avis.example?side=2", "https://avis.example/?side=2"),
    ("https://avis.example:443/", "https://avis.example/"),
    ("http://avis.example:80/", "http://avis.example/"),
    ("http://avis.example:443/", "http://avis.example:443/"),
    ("https://avis.example:/", "https://avis.example/"),
    ("https://avis.example:08080/", "https://avis.example:8080/"),
    ("https://avis.example./sak", "https://avis.example/sak"),
    ("https://ola:hemmelig@avis.example/", "https://avis.example/"),
    ("https://avis.example/sak#kommentarer", "https://avis.example/sak"),
    ("https://avis.example/sak?", "https://avis.example/sak"),
    ("https://avis.example/sak?&", "https://avis.example/sak"),
    ("https://blåbær.example/", "https://xn--blbr-roah.example/"),
    ("https://BLÅBÆR.example/", "https://xn--blbr-roah.example/"),
    ("https://xn--blbr-roah.example/", "https://xn--blbr-roah.example/"),
    ("https://straße.example/", "https://xn--strae-oqa.example/"),
    ("https://min_avis.example/", "https://min_avis.example/"),
    ("https://[2001:DB8::0:1]:443/", "https://[2001:db8::1]/"),
    ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
    ("https://avis.example/a/./b/../c", "https://avis.example/a/c"),
    ("https://avis.example/../../a", "https://avis.example/a"),
    ("https://avis.example/a/..", "https://avis.example/"),
    ("https://avis.example/a/b/.", "https://avis.example/a/b/"),
    ("https://avis.example/a/%2e%2E/b", "https://avis.example/b"),
    ("https://avis.example/.well-known/..a/b.", "https://avis.example/.well-known/..a/b."),
    ("https://avis.example/a//b/", "https://avis.example/a//b/"),
    ("https://avis.example/bl%c3%a5%62%c3%a6r", "https://avis.example/bl%C3%A5b%C3%A6r"),
    ("https://avis.example/blåbær", "https://avis.example/bl%C3%A5b%C3%A6r"),
    ("https://avis.example/%7Eola/%2Fa", "https://avis.example/~ola/%2Fa"),
    ("https://avis.example/100%", "https://avis.example/100%25"),
    ("https://avis.example/%%34%31", "https://avis.example/%2541"),
    ("https://avis.example/en sak", "https://avis.example/en%20sak"),
    ("https://avis.example/en\n\tsak", "https://avis.example/ensak"),
    ("https://avis.example/?q=a+b&q=å&x[]=1", "https://avis.example/?q=a+b&q=%C3%A5&x%5B%5D=1"),
    ("https://avis.example/?b=2&a=1", "https://avis.example/?b=2&a=1"),
    ("https://avis.example/?redirect=http://x/?y", "https://avis.example/?redirect=http://x/?y"),
    ("https://avis.example/sak?utm_source=rss&id=7&utm_medium=feed", "https://avis.example/sak?id=7"),
    ("https://avis.example/sak?UTM_Source=rss", "https://avis.example/sak"),
    ("https://avis.example/sak?fbclid=a&gclid=b&igshid=c&mc_cid=d&mc_eid=e", "https://avis.example/sak"),
    ("https://avis.example/sak?%75tm_source=rss", "https://avis.example/sak"),
    ("https://avis.example/sak?ref=rss", "https://avis.example/sak"),
    ("https://avis.example/sak?ref=forside", "https://avis.example/sak?ref=forside"),
    ("https://avis.example/sak?utm=1&autm_x=2", "https://avis.example/sak?utm=1&autm_x=2"),
    (
        "https://avis.example/sak?id=7&cx_click=a&at_medium=b&xtor=c&ns_mchannel=d",
        "https://avis.example/sak?id=7",
    ),
    ("https://avis.example/sak?shareToken=abc&id=7", "https://avis.example/sak?id=7"),
    ("https://avis.example/sak?id=7&amp;utm_source=rss", "https://avis.example/sak?id=7"),
    ("https://avis.example/sak?source=rss&from=rss", "https://avis.example/sak"),
    ("https://avis.example/sak?source=ntb&from=2019", "https://avis.example/sak?source=ntb&from=2019"),
    ("https://avis.example/?cid=1&kampanje=2&at=3", "https://avis.example/?cid=1&kampanje=2&at=3"),
    # pages of AMP
    ("https://avis.example/sak/1/amp", "https://avis.example/sak/1"),
    ("https://avis.example/sak/1/amp/", "https://avis.example/sak/1/"),
    ("https://avis.example/sak/1/amp/amp", "https://avis.example/sak/1"),
    ("https://avis.example/sak/%61mp", "https://avis.example/sak"),
    ("https://avis.example/amp", "https://avis.example/amp"),
    ("https://avis.example//amp/amp/", "https://avis.example//amp/"),
    ("https://avis.example/amp/sak/1", "https://avis.example/amp/sak/1"),
    ("https://avis.example/sak/kamp", "https://avis.example/sak/kamp"),
    ("https://avis.example/sak/amper/", "https://avis.example/sak/amper/"),
    ("https://avis.example/sak/1.amp.html", "https://avis.example/sak/1.html"),
    ("https://avis.example/sak/ny-amp.html", "https://avis.example/sak/ny-amp.html"),
    ("https://avis.example/sak?outputType=amp", "https://avis.example/sak"),
    ("https://avis.example/sak?amp=1&id=7", "https://avis.example/sak?id=7"),
    ("https://avis.example/sak?amp", "https://avis.example/sak"),
    ("https://avis.example/sak?amp=240", "https://avis.example/sak?amp=240"),
    ("https://amp.avis.example/sak/1", "https://www.avis.example/sak/1"),
    # caches of them
    (
        "https://www-avis-example.cdn.ampproject.org/c/s/www.avis.example/sak/1/amp/?usqp=mq331&id=7#a=b",
        "https://www.avis.example/sak/1/?id=7",
    ),
    ("https://cdn.ampproject.org/v/avis.example/sak", "http://avis.example/sak"),
    ("https://cdn.ampproject.org/c/s/avis.example", "https://avis.example/"),
    ("https://www.google.com/amp/s/m.avis.example/sak", "https://www.avis.example/sak"),
    ("https://www.google.no/amp/avis.example/sak", "http://avis.example/sak"),
    ("https://www.bing-amp.com/c/s/avis.example/sak", "https://avis.example/sak"),
    ("https://cdn.ampproject.org/c/s/cdn.ampproject.org/c/s/avis.example/a", "https://avis.example/a"),
    (
        "https://cdn.ampproject.org/i/s/avis.example/a.jpg",
        "https://cdn.ampproject.org/i/s/avis.example/a.jpg",
    ),
    ("https://cdn.ampproject.org/c/s/avis..example/a", "https://cdn.ampproject.org/c/s/avis..example/a"),
    ("https://ampproject.example/c/s/avis.example/a", "https://ampproject.example/c/s/avis.example/a"),
    # pages for phones
    ("https://m.avis.example/sak/1", "https://www.avis.example/sak/1"),
    ("https://mobil.avis.example/sak/1", "https://www.avis.example/sak/1"),
    ("https://M.Avis.Example:443/sak/1", "https://www.avis.example/sak/1"),
    ("http://mobile.avis.example:8080/", "http://www.avis.example:8080/"),
    ("https://m.nyheter.avis.example/", "https://nyheter.avis.example/"),
    ("https://m.www.avis.example/", "https://www.avis.example/"),
    ("https://m.avis.co.uk/", "https://www.avis.co.uk/"),
    ("https://m.co.uk/", "https://m.co.uk/"),
    ("https://mobil.blogg.no/", "https://mobil.blogg.no/"),
    ("https://m.example/", "https://m.example/"),
    ("https://m.localhost./", "https://m.localhost/"),
    ("https://mm.avis.example/", "https://mm.avis.example/"),
    ("https://www.m.avis.example/", "https://www.m.avis.example/"),
]


@pytest.mark.parametrize(("url", "canonical"), CANONICAL)
def test_address_is_put_in_canonical_form(url: str, canonical: str) -> None:
    assert canonicalise(url) == canonical


@pytest.mark.parametrize("canonical", sorted({canonical for _, canonical in CANONICAL}))
def test_canonical_form_is_left_alone(canonical: str) -> None:
    assert canonicalise(canonical) == canonical


NO_ADDRESS = [
    "",
    "avis.example/sak",
    "/sak/1",
    "//avis.example/sak",
    "ftp://avis.example/",
    "javascript:alert(1)",
    "mailto:ola@avis.example",
    "http://",
    "https:///sak",
    "https://./",
    "https://avis..example/",
    "https://.avis.example/",
    "https://avis example/",
    "https://avis.example:port/",
    "https://avis.example:65536/",
    "https://avis.example:9999999999/",
    "https://[::1/",
    "https://[::g]/",
    "https://av%C3%A5s.example/",
    "https://" + "a" * 254 + "/",
    "https://\u200d.example/",
    "https://\ud800.example/",
]


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_has_no_canonical_form(url: str) -> None:
    assert canonicalise(url) is None


URL_PARTS = [*"aZ0.:/?#[]@!&=%~ \n_-+å\ud800", "%2e", "%41", "utm_x=", "..", "/amp", ".amp.html", "amp=1"]
HOST_PARTS = [
    "m.",
    "mobil.",
    "amp.",
    "www.",
    "co.uk",
    "no",
    "a.",
    "cdn.ampproject.org",
    "/c/s/",
    "/v/",
    "/amp",
]
URL_TEXT = st.lists(st.sampled_from(URL_PARTS)).map("".join)


URLS = st.one_of(
    st.text(),
    URL_TEXT,
    st.builds("https://avis.example{}".format, URL_TEXT),
    st.builds("https://{}{}".format, st.lists(st.sampled_from(HOST_PARTS)).map("".join), URL_TEXT),
)


@given(URLS)
def test_canonical_form_of_a_canonical_form_is_itself(url: str) -> None:
    once = canonicalise(url)
    if once is not None:
        assert once.isascii()
        assert canonicalise(once) == once


@given(st.builds("https://{}/".format, st.text(max_size=300)))
def test_any_host_is_taken_or_refused(url: str) -> None:
    once = canonicalise(url)
    assert once is None or canonicalise(once) == once


@pytest.mark.parametrize("letters", range(245, 254))
def test_a_host_of_the_longest_length_has_a_canonical_form_that_stays(letters: int) -> None:
    host = "m." + "a" * (letters - 5) + ".no"
    once = canonicalise(f"https://{host}/")
    assert once is not None
    assert canonicalise(once) == once


def test_caches_within_caches_end() -> None:
    url = "https://" + "cdn.ampproject.org/c/s/" * 100 + "avis.example/sak"
    assert canonicalise(url) == "https://avis.example/sak"
    endless = "https://" + "cdn.ampproject.org/c/s/" * 100_000
    assert canonicalise(endless) == endless
    assert canonicalise("https://avis.example/sak" + "/amp" * 100_000) == "https://avis.example/sak"
    assert (
        canonicalise("https://avis.example/sak" + ".amp" * 100_000 + ".html")
        == "https://avis.example/sak.html"
    )
