from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import ConfigurationError
from pipeline.extract.hints import Hints
from pipeline.sources import Source, catalogue_path, hints, load_sources, read_catalogue
from pipeline.sources.describe import describe, table

ENTRY = "sources:\n- name: elv\n  kind: {kind}\n  url: {url}\n"
FEED = ENTRY.format(kind="feed", url="https://elv.example/rss")
ARCHIVE = ENTRY.format(kind="archive", url="https://a.example/%Y/%m/warc.paths.gz")


def problems(text: str) -> list[str]:
    return [str(problem) for problem in read_catalogue(text).problems]


def load(text: str, folder: Path) -> tuple[Source, ...]:
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return load_sources(path)


# --- what is right --------------------------------------------------------------------------------


def test_every_field_is_read(tmp_path: Path) -> None:
    text = """
    # a comment
    sources:
      - name: havsund-blad.no
        kind: feed
        url: https://havsund.example/rss.xml?full=1&lang=nn
        title: "Havsund: alt"
        language: nn
        zone: Europe/Oslo
        sitemap: https://havsund.example/sitemap-news.xml
        selectors:
          text: article .body p
          remove: [.ad, "aside[role='note']"]
        pages: no
        items: 200
        spacing: 2.5
        at_once: 1
        every: 6h
        items_per_day: 12
        oldest: 2w
        enabled: false
      - {name: cc, kind: archive, url: "s3://bucket/CC/%Y/%m/%%20/warc.paths.gz", hosts: [A.no, b.no.]}
      - {name: map, kind: sitemap, url: http://xn--bl-yia.example:8080/sitemap.xml}
    """
    first, second, third = load(text, tmp_path)
    assert first == Source(
        name="havsund-blad.no",
        kind="feed",
        url="https://havsund.example/rss.xml?full=1&lang=nn",
        title="Havsund: alt",
        language="nn",
        zone="Europe/Oslo",
        sitemap="https://havsund.example/sitemap-news.xml",
        selectors=(("text", "article .body p"), ("remove", ".ad"), ("remove", "aside[role='note']")),
        pages=False,
        items=200,
        spacing=2.5,
        at_once=1,
        every=dt.timedelta(hours=6),
        items_per_day=12,
        oldest=dt.timedelta(days=14),
        enabled=False,
    )
    assert second.hosts == ("a.no", "b.no")
    assert (third.name, third.every, third.oldest, third.enabled) == (
        "map",
        dt.timedelta(0),
        dt.timedelta(days=3),
        True,
    )


def test_hints_are_what_helps_to_read_pages() -> None:
    source = Source(
        name="a", kind="feed", url="https://a.example/", language="nb", zone="Europe/Oslo",
        selectors=(("text", "p"),),
    )  # fmt: skip
    assert hints(source) == Hints(selectors=(("text", "p"),), language="nb", zone="Europe/Oslo")


@pytest.mark.parametrize(
    ("kind", "url", "on_day"),
    [
        ("archive", "https://a.example/%Y/%m/%d/%j-%y.gz", "https://a.example/2026/02/06/037-26.gz"),
        ("archive", "https://a.example/100%%25", "https://a.example/100%25"),
        ("archive", "https://a.example/%%Y", "https://a.example/%Y"),
        ("feed", "https://a.example/%d0%b9", "https://a.example/%d0%b9"),
    ],
)
def test_date_codes_stand_for_the_day_in_archives_alone(kind: str, url: str, on_day: str) -> None:
    [source] = read_catalogue(ENTRY.format(kind=kind, url=url)).sources
    assert source.url_on(dt.date(2026, 2, 6)) == on_day


def test_two_archives_may_share_an_address_for_other_hosts() -> None:
    text = (
        ARCHIVE + "  hosts: a.no\n" + ARCHIVE.partition("\n")[2].replace("elv", "fjord") + "  hosts: b.no\n"
    )
    assert problems(text) == []
    assert [source.hosts for source in read_catalogue(text).sources] == [("a.no",), ("b.no",)]


def test_an_empty_list_is_a_catalogue() -> None:
    assert read_catalogue("sources: []\n").problems == ()
    assert read_catalogue("sources:\n").problems == ()


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FEED.replace("\n", "\r\n").encode())
    assert [source.url for source in load_sources(path)] == ["https://elv.example/rss"]


def test_a_thousand_sources_load_fast() -> None:
    entries = (
        f"- name: s{i}\n  kind: feed\n  url: https://s{i}.example/rss\n  language: nb\n  zone: Europe/Oslo\n"
        f"  selectors: {{text: 'article p', remove: .ad}}\n  every: 6h\n"
        for i in range(1000)
    )
    text = "sources:\n" + "".join(entries)
    began = time.process_time()
    assert len(read_catalogue(text).sources) == 1000
    assert time.process_time() - began < 3


# --- what is wrong --------------------------------------------------------------------------------

WRONG = [
    # text added below an entry (whose lines are 2 to 4), and what is said of it
    ("  langauge: nb\n", "line 5: elv: there is no field 'langauge'. Did you mean language?"),
    ("  colour: red\n", "line 5: elv: there is no field 'colour'. There are: name, kind, url, title, langua"),
    ("  url: https://b.example/\n", "line 5: elv: url: stands twice, first on line 4."),
    (
        "  zone: Oslo\n",
        "line 5: elv: zone: must be an IANA time zone such as Europe/Oslo, not 'Oslo'. Did you "
        "mean Europe/Oslo?",
    ),
    ("  zone: Europe/Osl\n", "not 'Europe/Osl'. Did you mean Europe/Oslo?"),
    ("  zone: Europe\n", "line 5: elv: zone: must be an IANA time zone"),
    ("  zone: ../../etc/passwd\n", "line 5: elv: zone: must be an IANA time zone"),
    (
        "  language: no\n",
        "line 5: elv: language: must be a BCP 47 tag such as nb, nn, da or en-GB, not 'no'. Did "
        "you mean nb or nn?",
    ),
    ("  language: nob\n", "not 'nob'. Did you mean nb?"),
    ("  language: en_GB\n", "not 'en_GB'. Did you mean en-GB?"),
    ("  language: Norsk\n", "not 'Norsk'. Did you mean nb or nn?"),
    ("  language: qq\n", "line 5: elv: language: must be a BCP 47 tag"),
    ("  language: [nb, nn]\n", "line 5: elv: language: must be one value, not a list."),
    ("  title: {a: b}\n", "line 5: elv: title: must be one value, not a mapping."),
    ("  title:\n", "line 5: elv: title: is empty; give a value or leave the field out."),
    ("  title: ''\n", "line 5: elv: title: is empty; give a value or leave the field out."),
    ('  title: "a\\nb"\n', "line 5: elv: title: must be one line of at most 200 characters."),
    (
        "  sitemap: sitemap.xml\n",
        "line 5: elv: sitemap: must begin with one of http://, https://, not 'sitemap.xml'.",
    ),
    ("  sitemap: https:///x\n", "line 5: elv: sitemap: names no host, or one that cannot be: 'https:///x'."),
    ("  sitemap: https://a.example:99999/\n", "line 5: elv: sitemap: is no address: Port out of range"),
    ("  sitemap: https://[::1/\n", "line 5: elv: sitemap: is no address: Invalid IPv6 URL."),
    ("  sitemap: https://a.example/%Y\n", "line 5: elv: sitemap: has '%Y', which is no percent-encoding"),
    ("  hosts: a.no\n", "line 5: elv: hosts: is only for archive, and this is feed."),
    ("  pages: maybe\n", "line 5: elv: pages: must be true or false, not 'maybe'."),
    ("  pages: 'true'\n", "line 5: elv: pages: must be true or false, not 'true'."),
    ("  items: 0\n", "line 5: elv: items: must be a whole number from 1 to 1000000, not '0'."),
    ("  items: many\n", "line 5: elv: items: must be a whole number from 1 to 1000000, not 'many'."),
    ("  at_once: 17\n", "line 5: elv: at_once: must be a whole number from 1 to 16, not '17'."),
    ("  spacing: -1\n", "line 5: elv: spacing: must be a number from 0 to 3600, not '-1'."),
    ("  spacing: .inf\n", "line 5: elv: spacing: must be a number from 0 to 3600, not '.inf'."),
    (
        "  every: 6\n",
        "line 5: elv: every: must be a number with s, m, h, d or w (30m, 6h, 3d), at most 366d, not '6'.",
    ),
    ("  every: 999999999w\n", "line 5: elv: every: must be a number with s, m, h, d or w"),
    ("  selectors: p\n", "line 5: elv: selectors: must be a mapping from title, lead, text,"),
    (
        "  selectors: {txt: p}\n",
        "line 5: elv: selectors: can point at title, lead, text, authors, published, "
        "updated, section, tags, remove, not 'txt'. Did you mean text?",
    ),
    ("  selectors:\n    text: 'a['\n", "line 6: elv: selectors.text: is no CSS selector: 'a[' (Malformed"),
    ("  selectors:\n    remove:\n    - .a\n    - '{'\n", "line 8: elv: selectors.remove: is no CSS selector"),
    ("  selectors: {text: a, text: b}\n", "line 5: elv: selectors.text: stands twice, first on line 5."),
    ("  enabled: 1\n", "line 5: elv: enabled: must be true or false, not '1'."),
    ("- 5\n", "line 5: an entry must be a mapping with at least name, kind and url."),
    ("- name: b\n", "line 5: b: kind: is missing."),
    (
        "- name: ELV\n  kind: feed\n  url: https://b.example/\n",
        "line 5: ELV: name: is that of elv on line 2, too; each has its own.",
    ),
    (
        "- name: b\n  kind: feed\n  url: https://elv.example/rss\n",
        "line 7: b: url: is that of elv on line 4, too; each has its own.",
    ),
    (
        "- name: b\n  kind: fed\n  url: https://b.example/\n",
        "line 6: b: kind: must be one of feed, sitemap, archive, not 'fed'. Did you mean feed?",
    ),
    (
        "- name: documents\n  kind: feed\n  url: https://b.example/\n",
        "line 5: documents: name: documents is what the inbox's own documents are called",
    ),
    (
        "- name: æ b\n  kind: feed\n  url: https://b.example/\n",
        "line 5: æ b: name: must be letters (a to z), digits, '.' and '-'",
    ),
    ("- name: b\n  kind: feed\n  url: https://u:p@b.example/\n", "line 7: b: url: holds a user name or pass"),
    (
        "- name: b\n  kind: feed\n  url: https://b.example/a b\n",
        "line 7: b: url: must be one address without spaces, not 'https://b.example/a b'.",
    ),
    ("- name: b\n  kind: feed\n  url: b.example/rss\n", "Did you mean https://b.example/rss?"),
    (
        "- name: b\n  kind: feed\n  url: file:///etc/passwd\n",
        "line 7: b: url: must begin with one of http://, https://, not 'file:///etc/passwd'.",
    ),
    (
        "- name: b\n  kind: archive\n  url: https://b.example/%H\n",
        "line 7: b: url: has '%H'; the codes for a date are %Y, %y, %m, %d, %j, and %% is a perc",
    ),
    ("- name: b\n  kind: archive\n  url: file://host/x\n", "line 7: b: url: must name a local file with thr"),
    (
        "- name: b\n  kind: archive\n  url: s3://b/x\n  hosts: ['https://a.no', 'a b']\n",
        "line 8: b: hosts: must be a host such as example.org, without scheme or path, not 'https://a.no'.",
    ),
    ("feeds: []\n", "line 5: there is no field 'feeds'. There are: sources."),
    ("  title: &a x\n", "line 5: anchors and aliases are not used here"),
    ("  title: *a\n", "line 5: anchors and aliases are not used here"),
    ("  title: !!python/name:os.system x\n", "line 5: tags (tag:yaml.org,2002:python/name:os.system) are no"),
    ("  ? [a]\n  : b\n", "line 5: a list or mapping cannot be the name of a field."),
    ("  title: [\n", "not valid YAML"),
    ("  title: 'a\n", "not valid YAML"),
    ("\ttitle: a\n", "line 5: not valid YAML"),
    ("---\nsources: []\n", "line 5: a second document begins here"),
    ("  title: \x07\n", "line 5: the character U+0007 cannot stand in YAML"),
    ("  selectors: " + "[" * 50 + "]" * 50 + "\n", "line 5: nested deeper than 12 levels."),
]


@pytest.mark.parametrize(("added", "said"), WRONG, ids=[added[:40] for added, _ in WRONG])
def test_a_mistake_is_named_by_line_source_and_field(added: str, said: str) -> None:
    assert any(said in problem for problem in problems(FEED + added)), problems(FEED + added)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file is empty; it must hold `sources:`"),
        ("# only a comment\n", "line 1: the file is empty; it must hold `sources:`"),
        ("- name: a\n", "line 1: it must hold `sources:` and below it a list"),
        ("{}\n", "line 1: it must hold `sources:` and below it a list"),
        ("sources: a\n", "line 1: sources: must be a list of entries"),
        ("sources:\n  a: b\n", "line 2: sources: must be a list of entries"),
        ("x" * 17_000_000, "line 1: the file is larger than 16777216 characters."),
    ],
)
def test_a_file_without_a_list_of_sources_is_no_catalogue(text: str, said: str) -> None:
    assert [p for p in problems(text) if p.startswith(said)], problems(text)


def test_all_mistakes_are_named_at_once_with_the_file(tmp_path: Path) -> None:
    text = (
        FEED + "  every: often\n  langauge: nb\n  selectors: {text: 'a[', remove: 'b['}\n"
        "- kind: sitemap\n  url: https://b.example/ x\n"
    )
    with pytest.raises(ConfigurationError) as raised:
        load(text, tmp_path)
    head, *lines = str(raised.value).splitlines()
    assert head == f"6 mistakes in the catalogue of sources {tmp_path / 'sources.yaml'}:"
    assert [line.split(":")[0].strip() for line in lines] == [
        "line 5", "line 6", "line 7", "line 7", "line 8", "line 9",
    ]  # fmt: skip


def test_sources_without_a_mistake_are_read_beside_those_with_one() -> None:
    text = (
        FEED
        + "- name: bad\n  kind: feed\n  url: nowhere\n- {name: c, kind: feed, url: 'https://c.example/'}\n"
    )
    catalogue = read_catalogue(text)
    assert [source.name for source in catalogue.sources] == ["elv", "c"]
    assert len(catalogue.problems) == 1
    assert catalogue.lines == {"elv": 2, "c": 8}


def test_credentials_are_never_repeated() -> None:
    for url in ("https://u:hemmelig@a.example/", "htp://u:hemmelig@a.example/", "//u:hemmelig@a.example/ x"):
        said = problems(ENTRY.format(kind="feed", url=url))
        assert said
        assert "hemmelig" not in " ".join(said)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "none.yaml"
    with pytest.raises(ConfigurationError, match="does not exist"):
        load_sources(missing)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_sources(tmp_path)
    missing.write_bytes(b"sources:\n# \xe5\n")
    with pytest.raises(ConfigurationError, match="line 2: the file is not UTF-8"):
        load_sources(missing)


def test_many_aliases_cost_nothing() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    began = time.process_time()
    assert problems(bomb)[0].startswith("line 1: anchors and aliases are not used here")
    assert problems("[" * 1_000_000)[0].startswith("line 1: nested deeper")
    assert time.process_time() - began < 1


YAML_LIKE = st.lists(
    st.sampled_from(
        [
            "sources:",
            "\n",
            "  ",
            "- ",
            "name: a",
            "kind: feed",
            "kind: archive",
            "url: https://a.example/",
            "every: 6h",
            "selectors: ",
            "{",
            "}",
            "[",
            "]",
            "text: ",
            "'",
            '"',
            "&a ",
            "*a",
            "!!str ",
            "# ",
            ": ",
            "|",
            ">",
            "%Y",
            "---",
            "...",
            "\t",
            "language: no",
            "zone: Europe/Oslo",
            "hosts: ",
            "enabled: ",
            "true",
            "~",
            "?",
            "\\",
        ]
    )
    | st.text(max_size=5),
    max_size=40,
).map("".join)


@given(st.text() | YAML_LIKE)
def test_any_text_is_a_catalogue_or_has_problems(text: str) -> None:
    catalogue = read_catalogue(text)
    assert catalogue.problems or all(isinstance(source, Source) for source in catalogue.sources)


@given(YAML_LIKE.map(lambda text: FEED + text))
def test_what_follows_a_good_entry_raises_nothing(text: str) -> None:
    catalogue = read_catalogue(text)
    breaks = sum(character in "\r\n\x85\u2028\u2029" for character in text)
    assert all(1 <= problem.line <= breaks + 2 for problem in catalogue.problems)


# --- where it is, and what is told of it ----------------------------------------------------------


def test_the_catalogue_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DAGSPRESS_SOURCES", str(tmp_path / "mine.yaml"))
    assert catalogue_path() == tmp_path / "mine.yaml"
    monkeypatch.delenv("DAGSPRESS_SOURCES")
    assert catalogue_path() == Path(__file__).parents[3] / "seeds" / "sources.yaml"


def test_the_catalogue_that_comes_with_the_project_is_right_and_explained() -> None:
    path = Path(__file__).parents[3] / "seeds" / "sources.yaml"
    sources = load_sources(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    catalogue = read_catalogue("\n".join(lines))
    assert len(sources) >= 24
    assert {"nb", "nn", "se", "da", "sv", "fi", "is", "de"} <= {source.language for source in sources}
    assert {source.kind for source in sources} == {"feed", "sitemap"}
    for source in sources:
        assert lines[catalogue.lines[source.name] - 2].startswith("  # "), f"{source.name} has no comment"
        assert source.zone is not None
        assert source.url.startswith("https://")


def test_the_example_of_an_archive_can_be_switched_on() -> None:
    path = Path(__file__).parents[3] / "seeds" / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    example = text[text.index("  # - name: cc-news") :].replace("  # ", "  ")
    assert problems(text[: text.index("  # - name: cc-news")] + example) == []
    [source] = read_catalogue("sources:\n" + example).sources
    assert (source.kind, source.enabled) == ("archive", False)
    assert source.url_on(dt.date(2026, 11, 24)).endswith("/CC-NEWS/2026/11/warc.paths.gz")


def test_the_documentation_explains_every_field() -> None:
    assert [name for name, *_ in describe()] == list(Source.__slots__)
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- fields -->\n")[2].partition("<!-- end of fields -->")[0]
    assert shown == table(), "put pipeline.sources.describe.table() between the marks of docs/sources.md"


def test_the_example_in_the_documentation_is_a_catalogue() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    assert problems(example) == []
