"""What the newsstand's papers write: the same for the same day, in every process, and never twice alike."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.embedded.newsstand import GOOD, PAPERS, Edition, articles_of
from pipeline.embedded.newsstand.press import code_of, slug_of, tongue
from pipeline.normalise.language import detect

DAY = dt.date(2026, 11, 20)
LANGUAGES = ("da", "de", "en", "fi", "nb", "nn", "sv")
days = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 12, 31))
papers = st.sampled_from(sorted(PAPERS))


def edition(day: dt.date | None = DAY) -> Edition:
    return Edition(port=8000, day=day)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def test_a_day_is_the_same_in_every_process() -> None:
    code = (
        "import datetime as dt; from pipeline.embedded.newsstand import PAPERS, articles_of; "
        f"print([s for p in PAPERS.values() for s in articles_of(p, {DAY!r})])".replace("datetime.", "dt.")
    )
    here = str([s for p in PAPERS.values() for s in articles_of(p, DAY)])
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


@settings(max_examples=50)
@given(papers, days)
def test_every_story_can_be_found_by_its_address_alone(name: str, day: dt.date) -> None:
    stand = edition(day)
    for story in articles_of(PAPERS[name], day):
        assert code_of(story.path) == (day, 0, story.number)
        assert stand.find(name, story.path) == story
        assert stand.find(name, story.path.replace(story.slug, "another-slug")) is None


@settings(max_examples=50)
@given(papers, days)
def test_stories_are_whole_and_of_their_day(name: str, day: dt.date) -> None:
    paper = PAPERS[name]
    stories = articles_of(paper, day)
    assert 1 <= len(stories) <= paper.per_day
    assert [s.published for s in stories] == sorted({s.published for s in stories})
    for story in stories:
        assert story.published.date() == story.published.astimezone(dt.UTC).date() == day
        assert story.published.tzinfo == ZoneInfo(paper.zone)
        for text in (story.title, story.lead, *story.paragraphs):
            assert text.strip() == text != ""
            assert "{" not in text
            assert "\n" not in text
        assert len(story.text) > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete(language: str) -> None:
    words = tongue(language)
    assert (len(words.months), len(words.weekdays)) == (12, 7)
    assert words.words.keys() == tongue("nb").words.keys()
    assert len(words.topics) == len(tongue("nb").topics)
    assert all(len(topic.paragraphs) >= 6 for topic in words.topics)
    assert len({slug_of(topic.section) for topic in words.topics}) == len(words.topics)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_recognised_as_what_it_is(language: str) -> None:
    paper = next(p for p in PAPERS.values() if p.language == language)
    stories = [s for n in range(10) for s in articles_of(paper, DAY - dt.timedelta(days=n))]
    assert {detect(s.text)[0] for s in stories} == {language}


def test_stories_of_one_day_are_no_near_duplicates() -> None:
    """The pipeline marks as duplicates what shares 6 of 10 shingles of five words."""
    worst = 0.0
    for back in range(14):
        day = DAY - dt.timedelta(days=back)
        sets = [shingles(s.text) for paper in GOOD for s in articles_of(paper, day)]
        for a, b in itertools.combinations(sets, 2):
            worst = max(worst, len(a & b) / len(a | b))
    assert worst < 0.55


def test_each_edition_has_entirely_other_articles() -> None:
    paper = PAPERS["grinnfjord"]
    before, after = articles_of(paper, DAY), articles_of(paper, DAY, edition=1)
    assert not {s.path for s in before} & {s.path for s in after}
    assert not {s.text for s in before} & {s.text for s in after}


def test_what_is_still_to_come_is_not_out() -> None:
    stand = edition(None)
    for name in PAPERS:
        latest = stand.latest(name)
        assert latest
        assert all(s.published <= dt.datetime.now(dt.UTC) for s in latest)
        assert stand.stories(name, dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)) == ()


def test_a_feed_holds_the_latest_of_its_items_the_latest_first() -> None:
    stand = edition()
    items = stand.latest("grinnfjord")
    assert len(items) == PAPERS["grinnfjord"].latest
    assert [s.published for s in items] == sorted((s.published for s in items), reverse=True)
    of_days = (stand.stories("grinnfjord", DAY - dt.timedelta(days=n)) for n in range(7))
    assert set(items) <= set(itertools.chain(*of_days))
    assert items[0] == stand.stories("grinnfjord", DAY)[-1]


def test_the_next_day_brings_its_own_articles_on_top() -> None:
    stand = edition()
    before = stand.latest("grinnfjord")
    stand.set_today(DAY + dt.timedelta(days=3))
    new = [s for s in stand.latest("grinnfjord") if s not in before]
    assert new == list(stand.latest("grinnfjord"))[: len(new)]
    assert {s.day for s in new} <= {DAY + dt.timedelta(days=n) for n in (1, 2, 3)}


def test_an_edited_article_keeps_its_address_and_identity() -> None:
    stand = edition()
    story = stand.story("grinnfjord")
    edited = stand.update(story, title="Another title", paragraphs=["One.", "Two."])
    assert (stand.url(edited), edited.guid) == (stand.url(story), story.guid)
    assert edited.published == story.published < edited.changed
    assert edited in stand.latest("grinnfjord")
    again = stand.update(story)
    assert again.changed > edited.changed
    assert again.paragraphs[:2] == ("One.", "Two.")
    assert len(set(again.paragraphs)) == 3


def test_a_moved_article_is_found_under_both_addresses() -> None:
    stand = edition()
    story = stand.story("grinnfjord")
    moved = stand.move_slug(story, "Another slug")
    assert moved.path != story.path
    assert moved.guid == story.guid
    assert stand.find("grinnfjord", story.path) == moved == stand.find("grinnfjord", moved.path)
    twice = stand.move_slug(story)
    assert {stand.find("grinnfjord", s.path) for s in (story, moved, twice)} == {twice}


def test_a_silent_source_brings_nothing_new() -> None:
    stand = edition()
    stand.silence("grinnfjord")
    before = stand.latest("grinnfjord")
    stand.set_today(DAY + dt.timedelta(days=5))
    assert stand.latest("grinnfjord") == before
    stand.silence("grinnfjord", silent=False)
    assert not set(stand.latest("grinnfjord")) & set(before)


def test_a_feed_that_rolled_over_holds_no_former_item_but_the_pages_stay() -> None:
    stand = edition()
    before = stand.latest("grinnfjord")
    stand.roll_over("grinnfjord")
    assert not {s.guid for s in before} & {s.guid for s in stand.latest("grinnfjord")}
    assert all(stand.find("grinnfjord", s.path) == s for s in before)
    assert set(articles_of(PAPERS["grinnfjord"], DAY)) < set(stand.stories("grinnfjord", DAY))


@pytest.mark.parametrize(
    ("name", "unsaid"),
    [
        ("grinnfjord", set()),
        ("storli", set()),
        ("elmebaek", {"paywalled"}),
        ("hokmyra", {"tags", "paywalled"}),
        ("musterau", {"tags", "section", "paywalled"}),
        ("undated", {"tags", "section", "paywalled", "authors", "published"}),
    ],
)
def test_nothing_is_expected_of_a_page_that_it_does_not_say(name: str, unsaid: set[str]) -> None:
    stand = edition()
    expected = stand.expected(stand.url(stand.story(name)) + "?utm_source=x")
    assert expected is not None
    fields = ("tags", "section", "paywalled", "authors", "published")
    assert {f for f in fields if getattr(expected, f) in (None, ())} == unsaid
    assert expected.period == ("undated" if "published" in unsaid else DAY.isoformat())


@pytest.mark.parametrize("url", ["http://nobody.localhost:1/a-1", "http://grinnfjord.localhost:1/", "x", ""])
def test_nothing_is_expected_where_nothing_is(url: str) -> None:
    assert edition().expected(url) is None


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Den nye brua i Ål", "den-nye-brua-i-al"), ("Straße & Fußball!", "strasse-fussball"), ("Ö", "o")],
)
def test_a_slug_is_plain_letters(text: str, slug: str) -> None:
    assert slug_of(text) == slug
