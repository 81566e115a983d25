from __future__ import annotations

import datetime as dt
import stat
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, strategies as st

from pipeline.errors import ConfigurationError
from pipeline.sources import Source, load_sources, read_catalogue
from pipeline.sources.source import KINDS
from pipeline.sources.values import FIELDS
from pipeline.sources.writing import add_sources, appended, duration, entry, new_name, slug

if TYPE_CHECKING:
    from pathlib import Path

ELV = Source(name="elv", kind="feed", url="https://elv.example/rss")
FULL = Source(
    name="fjord",
    kind="feed",
    url="https://fjord.example/rss?a=1&b=%C3%A6#x",
    title="Fjord: «alt» # nei",
    language="nn",
    zone="Europe/Oslo",
    sitemap="https://fjord.example/news.xml",
    selectors=(("text", "a > p"), ("remove", ".x"), ("remove", '[a="b"]')),
    pages=False,
    items=12,
    spacing=2.5,
    at_once=1,
    every=dt.timedelta(minutes=90),
    items_per_day=0.5,
    oldest=dt.timedelta(days=5),
    enabled=False,
)
ARCHIVE = Source(name="cc", kind="archive", url="s3://b/%Y/%%20.gz", hosts=("a.no", "b.no"))


def test_an_entry_shows_what_is_not_as_it_would_be_anyway() -> None:
    assert entry(ELV, "What it is.\nAnd\tmore.") == (
        "  # What it is.\n  # And more.\n  - name: elv\n    kind: feed\n    url: https://elv.example/rss\n"
    )
    assert "    every: 90m\n" in entry(FULL)
    assert '    selectors: {text: "a > p", remove: [".x", "[a=\\"b\\"]"]}\n' in entry(FULL)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", "sources:\n  - name: fjord\n"),
        ("# mine\n", "# mine\nsources:\n  - name: fjord\n"),
        ("# mine", "# mine\nsources:\n  - name: fjord\n"),
        ("sources:\n", "sources:\n\n  - name: fjord\n"),
        ("sources: []  # none\n", "sources:  # none\n\n  - name: fjord\n"),
        (
            "# a\nsources:  # b\n- name: elv # c\n  # d\n  kind: feed\n  url: https://elv.example/rss\n# e",
            "# a\nsources:  # b\n- name: elv # c\n  # d\n  kind: feed\n  url: https://elv.example/rss\n"
            "# e\n\n- name: fjord\n",
        ),
        (
            "sources:\n    - {name: elv, kind: feed, url: 'https://elv.example/rss'}\n",
            "sources:\n    - {name: elv, kind: feed, url: 'https://elv.example/rss'}\n\n    - name: fjord\n",
        ),
        (
            "sources:\r\n- name: elv\r\n  kind: feed\r\n  url: https://elv.example/rss\r\n",
            "sources:\r\n- name: elv\r\n  kind: feed\r\n  url: https://elv.example/rss\r\n\r\n"
            "- name: fjord\r\n",
        ),
    ],
)
def test_what_stands_there_stays_and_the_new_follows(text: str, start: str) -> None:
    new = appended(text, [(FULL, ""), (ARCHIVE, "An archive.")])
    assert new.startswith(start)
    catalogue = read_catalogue(new)
    assert catalogue.problems == ()
    assert catalogue.sources[-2:] == (FULL, ARCHIVE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources: [{name: elv, kind: feed, url: 'https://elv.example/rss'}]\n", "Add by hand:"),
        ("sources:\n- name: a\n  kind: feed\n  url: https://a.example/\n...\n", "Add by hand:"),
        (
            "sources:\n- name: Fjord\n  kind: feed\n  url: https://a.example/\n",
            "name: is that of Fjord on line 2",
        ),
        ("sources:\n- name: a\n", "there are mistakes to correct"),
        ("sources: [\n", "there are mistakes to correct"),
    ],
)
def test_where_nothing_can_be_added_it_says_why_and_what_to_do(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match="Nothing was added") as raised:
        appended(text, [(FULL, "")])
    assert said in str(raised.value)


def test_a_file_is_replaced_whole_and_keeps_its_mode_mark_and_link(tmp_path: Path) -> None:
    path = tmp_path / "real.yaml"
    path.write_bytes(b"\xef\xbb\xbfsources:\n")
    path.chmod(0o640)
    link = tmp_path / "sources.yaml"
    link.symlink_to(path)
    add_sources(link, [(ELV, "")])
    assert link.is_symlink()
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsources:\n\n  - name: elv\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["real.yaml", "sources.yaml"]
    assert load_sources(link) == (ELV,)


def test_a_file_that_is_not_there_is_begun(tmp_path: Path) -> None:
    add_sources(tmp_path / "new.yaml", [(ELV, ""), (FULL, "")])
    assert load_sources(tmp_path / "new.yaml") == (ELV, FULL)


def test_a_refused_addition_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    add_sources(path, [(ELV, "")])
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="is that of elv on line 2"):
        add_sources(path, [(ELV, "")])
    with pytest.raises(ConfigurationError, match="cannot be written"):
        add_sources(tmp_path / "no folder" / "sources.yaml", [(ELV, "")])
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["sources.yaml"]


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (dt.timedelta(0), "0s"),
        (dt.timedelta(seconds=90), "90s"),
        (dt.timedelta(minutes=90), "90m"),
        (dt.timedelta(hours=36), "36h"),
        (dt.timedelta(weeks=2), "14d"),
    ],
)
def test_a_length_of_time_is_written_in_its_largest_whole_unit(length: dt.timedelta, written: str) -> None:
    assert duration(length) == written


@pytest.mark.parametrize(
    ("title", "url", "taken", "name"),
    [
        ("Blåmyra Avis – siste nytt!", "https://b.example/", [], "blaamyra-avis-siste-nytt"),
        ("Ærlig Ørn", "https://b.example/", ["aerlig-oern"], "aerlig-oern-2"),
        ("Ærlig Ørn", "https://b.example/", ["Aerlig-Oern", "aerlig-oern-2"], "aerlig-oern-3"),
        ("新闻", "https://www.elv.example/sport/rss.xml", [], "elv-example-sport"),
        (None, "https://www.com/rss", [], "www-com-rss"),
        ("Documents", "https://b.example/", [], "documents-2"),
        ("x" * 200, "https://b.example/", [], "x" * 60),
    ],
)
def test_a_name_is_made_that_nobody_has(title: str | None, url: str, taken: list[str], name: str) -> None:
    assert new_name(url, taken, title=title) == name
    assert read_catalogue(f"sources:\n- name: {name}\n  kind: feed\n  url: {url}\n").problems == ()


@given(st.text())
def test_a_slug_is_a_name_or_nothing(text: str) -> None:
    made = slug(text)
    assert made == slug(made)
    assert not made or made.replace("-", "").isalnum()
    assert made.isascii()


LINES = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp", "Zs"), include_characters=" "), min_size=1, max_size=60
)
URL = r"https://[a-z]{1,9}\.example(/[a-z0-9._~!$&'()*+,;=:@-]{0,9}){0,3}(\?[a-z=&:#-]{0,9})?"
SOURCES = st.builds(
    Source,
    name=st.from_regex(r"[a-z][a-z0-9.-]{0,7}", fullmatch=True),
    kind=st.sampled_from(KINDS),
    url=st.from_regex(URL, fullmatch=True),
    title=st.none() | LINES.map(str.strip).filter(bool),
    language=st.sampled_from([None, "nb", "en-GB", "zh-Hant"]),
    zone=st.sampled_from([None, "Europe/Oslo", "UTC"]),
    items=st.none() | st.integers(1, 1_000_000),
    spacing=st.none() | st.integers(0, 36_000).map(lambda n: n / 10),
    every=st.integers(0, 10_000_000).map(lambda n: dt.timedelta(seconds=n)),
    enabled=st.booleans(),
)


@given(SOURCES, LINES | st.text())
def test_what_is_written_is_read_as_it_was_by_us_and_as_yaml(source: Source, comment: str) -> None:
    text = appended("", [(source, comment)])
    assert read_catalogue(text).sources == (source,)
    [plain] = yaml.safe_load(text)["sources"]
    assert (plain["url"], plain.get("title"), plain.get("items")) == (source.url, source.title, source.items)


def test_every_field_has_a_reader() -> None:
    assert set(FIELDS) == set(Source.__slots__)
