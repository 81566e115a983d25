"""Mutes in a real lake: they hold alerts back, count them, end by themselves, and their end is told."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from pipeline import alerts
from pipeline.alerts import Alert, Reason, sift
from pipeline.errors import DagspressError
from pipeline.lake import MUTES
from pipeline.mutes import Mute, ending, hold_back, mute, read_mutes, unmute

if TYPE_CHECKING:
    from pipeline.lake import Lake

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

FAILED = Alert(
    what="Fetch news: summary failed.",
    subjects=("fetch_news", "fetch_news.summary"),
    reasons=(Reason(subject="source:avisa", sentence="avisa: no answer"),),
)
TWO = Alert(
    what="Fetch news: summary failed.",
    subjects=("fetch_news", "fetch_news.summary"),
    reasons=(*FAILED.reasons, Reason(subject="source:bladet", sentence="bladet: 404")),
)


def silence(lake: Lake, subject: str, *, now: dt.datetime = NOON, days: int = 1) -> Mute:
    return mute(lake, subject, why="De bygger om.", by="kari", until=now + days * DAY, now=now)


def told(lake: Lake, alert: Alert | None, now: dt.datetime) -> list[Alert]:
    sent: list[Alert] = []
    alerts.tell(lake, alert, sent.append, now=now)
    return sent


def test_nothing_is_muted_in_an_empty_lake(lake: Lake) -> None:
    assert read_mutes(lake) == []
    assert told(lake, FAILED, NOON) == [FAILED]
    assert told(lake, None, NOON) == []
    assert lake.list("") == []


@pytest.mark.parametrize("subject", ["all", "fetch_news", "fetch_news.summary", "source:avisa"])
def test_a_mute_holds_back_what_it_is_about_until_it_ends(lake: Lake, subject: str) -> None:
    silence(lake, subject)
    assert told(lake, FAILED, NOON) == []
    assert told(lake, FAILED, NOON + DAY / 2) == []
    assert [s.alerts for s in read_mutes(lake)] == [2]
    end, alert = told(lake, FAILED, NOON + DAY)
    assert end.what == (
        f"A mute has ended. 2 alerts were muted about {subject} since 2026-03-01 12:00 UTC, "
        "by kari: De bygger om."
    )
    assert alert == FAILED
    assert lake.list(MUTES) == []
    assert told(lake, FAILED, NOON + 2 * DAY) == [FAILED]


@pytest.mark.parametrize(
    "subject", ["load_documents", "fetch_news.plan", "source:avis", "source:bladet", "al"]
)
def test_a_mute_holds_back_nothing_else(lake: Lake, subject: str) -> None:
    silence(lake, subject)
    assert told(lake, FAILED, NOON) == [FAILED]
    assert [s.alerts for s in read_mutes(lake)] == [0]


def test_of_several_reasons_the_muted_ones_are_left_out_and_named(lake: Lake) -> None:
    silence(lake, "source:avisa")
    [left] = told(lake, TWO, NOON)
    assert left.reasons == (TWO.reasons[1],)
    assert "source:avisa is muted until 2026-03-02 12:00 UTC by kari: De bygger om." in left.body()
    assert "no answer" not in left.body()
    silence(lake, "source:bladet")
    assert told(lake, TWO, NOON) == []
    assert {s.mute.subject: s.alerts for s in read_mutes(lake)} == {"source:avisa": 2, "source:bladet": 1}


def test_a_mute_that_held_nothing_back_ends_without_a_word(lake: Lake) -> None:
    silence(lake, "source:avisa")
    assert told(lake, None, NOON + DAY) == []
    assert read_mutes(lake) == []


def test_a_mute_whose_end_could_not_be_told_is_told_again(lake: Lake) -> None:
    silence(lake, "all")
    told(lake, FAILED, NOON)

    def fail(alert: Alert) -> None:
        raise OSError("no way out")

    with pytest.raises(OSError, match="no way out"):
        alerts.tell(lake, None, fail, now=NOON + DAY)
    [end] = told(lake, None, NOON + DAY)
    assert "1 alert was muted about all" in end.what


def test_muting_again_replaces_the_mute_and_keeps_its_count(lake: Lake) -> None:
    silence(lake, "fetch_news")
    told(lake, FAILED, NOON)
    later = mute(lake, "fetch_news", why="Ennå.", by="ola", until=NOON + 9 * DAY, now=NOON + DAY / 2)
    told(lake, FAILED, NOON + 5 * DAY)
    [standing] = read_mutes(lake)
    assert (standing.mute, standing.alerts) == (later, 2)
    assert unmute(lake, "fetch_news").sentence() == (
        "2 alerts were muted about fetch_news since 2026-03-02 00:00 UTC, by ola: Ennå."
    )
    assert lake.list(MUTES) == []


def test_many_at_once_are_all_counted(lake: Lake) -> None:
    muted = silence(lake, "all")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: hold_back(lake, muted, FAILED.what), range(24)))
    assert [s.alerts for s in read_mutes(lake)] == [24]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"subject": "two words"}, "cannot be muted"),
        ({"subject": ""}, "cannot be muted"),
        ({"subject": "a.b.c"}, "cannot be muted"),
        ({"subject": "source:"}, "cannot be muted"),
        ({"subject": "../x"}, "cannot be muted"),
        ({"why": " "}, "Why\\?"),
        ({"why": "x" * 2001}, "Why\\?"),
        ({"by": ""}, "Who mutes\\?"),
        ({"until": NOON}, "ends in the future"),
        ({"until": NOON - DAY}, "ends in the future"),
        ({"until": NOON + 367 * DAY}, "at most 366 days"),
    ],
)
def test_what_is_no_mute_is_refused(lake: Lake, change: dict[str, object], said: str) -> None:
    asked = {"subject": "all", "why": "x", "by": "kari", "until": NOON + DAY} | change
    with pytest.raises(DagspressError, match=said):
        mute(lake, now=NOON, **asked)  # type: ignore[arg-type]
    assert lake.list("") == []


def test_what_is_not_muted_cannot_be_unmuted(lake: Lake) -> None:
    silence(lake, "fetch_news")
    with pytest.raises(DagspressError, match="all is not muted"):
        unmute(lake, "all")
    assert len(read_mutes(lake)) == 1


def test_a_mute_is_plain_json_for_everybody(lake: Lake) -> None:
    muted = silence(lake, "source:avisa")
    [item] = lake.list(MUTES)
    assert json.loads(lake.get(item.name)) == {
        "subject": "source:avisa",
        "why": "De bygger om.",
        "by": "kari",
        "at": "2026-03-01T12:00:00.000000+00:00",
        "until": "2026-03-02T12:00:00.000000+00:00",
        "before": 0,
    }
    assert muted.folder in item.name


@pytest.mark.parametrize(
    ("span", "until", "end"),
    [
        ("90m", None, "2026-03-01T13:30:00+00:00"),
        ("12h", None, "2026-03-02T00:00:00+00:00"),
        (" 3d ", None, "2026-03-04T12:00:00+00:00"),
        ("2w", None, "2026-03-15T12:00:00+00:00"),
        (None, "2026-03-10", "2026-03-10T00:00:00+00:00"),
        (None, "2026-03-10T18:00", "2026-03-10T18:00:00+00:00"),
        (None, "2026-03-10T18:00+01:00", "2026-03-10T18:00:00+01:00"),
    ],
)
def test_the_end_of_a_mute_in_words(span: str | None, until: str | None, end: str) -> None:
    assert ending(span, until, NOON).isoformat() == end


@pytest.mark.parametrize(
    ("span", "until"),
    [
        (None, None),
        ("3d", "2026-03-10"),
        ("3", None),
        ("3y", None),
        ("-1d", None),
        ("٣d", None),
        (None, "soon"),
    ],
)
def test_an_end_that_cannot_be_read_is_refused(span: str | None, until: str | None) -> None:
    with pytest.raises(DagspressError, match=r"[Gg]ive"):
        ending(span, until, NOON)


SUBJECTS = st.sampled_from(["all", "a", "a.b", "source:x", "source:y", "quarantined_share"])


@given(
    muted=st.sets(SUBJECTS),
    reasons=st.lists(SUBJECTS.filter(lambda s: ":" in s or "_" in s), unique=True),
)
def test_what_is_not_muted_is_always_told(muted: set[str], reasons: list[str]) -> None:
    alert = Alert(
        what="x", subjects=("a", "a.b"), reasons=tuple(Reason(subject=r, sentence=r) for r in reasons)
    )
    standing = [Mute(subject=s, why="w", by="b", at="2026", until="2027") for s in sorted(muted)]
    left, used = sift(alert, standing)
    assert {m.subject for m in used} <= muted
    if muted & {"all", "a", "a.b"} or (reasons and muted >= set(reasons)):
        assert left is None
    else:
        assert left is not None
        assert [r.subject for r in left.reasons] == [r for r in reasons if r not in muted]
