from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pipeline.acquire.memory import (
    FIRST_BACKOFF,
    LONGEST_BACKOFF,
    DayDone,
    Document,
    Known,
    Memory,
    Poll,
    Waiting,
    load_memory,
    save_memory,
)
from pipeline.lake import source_state_name

if TYPE_CHECKING:
    from pipeline.lake import Lake

NOW = dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC)


def full() -> Memory:
    return Memory(
        source="posten",
        moved_to="https://posten.example/ny",
        moved_from="https://posten.example/rss",
        documents={"https://posten.example/rss": Document(etag='"1"', last_modified=None, digest="ab")},
        known={"https://posten.example/1": Known(mark="m", listed="2026-11-23", page=Document(etag='"p"'))},
        waiting={"https://posten.example/2": Waiting(item={"title": "Å"}, feed=None, attempts=2)},
        days={"2026-11-23": DayDone(asked=["https://posten.example/map"], whole=True)},
        polls=[Poll(at=NOW.isoformat(), day="2026-11-23", outcome="failed", error="500")],
        failures=1,
        not_before=NOW.isoformat(),
        why_not="it failed once",
    )


def test_what_is_saved_is_remembered(lake: Lake) -> None:
    save_memory(lake, full())
    assert load_memory(lake, "posten") == full()


def test_a_new_source_has_no_memory(lake: Lake) -> None:
    assert load_memory(lake, "posten") == Memory(source="posten")


def test_a_damaged_memory_is_a_new_one(lake: Lake) -> None:
    for data in (b"", b"{", b"[]", b'{"known": 1}', b'{"documents": {"u": {"color": "red"}}}'):
        lake.put(source_state_name("posten"), data)
        assert load_memory(lake, "posten") == Memory(source="posten")


def test_two_runs_of_one_source_forget_nothing_of_each_other(lake: Lake) -> None:
    one, two = load_memory(lake, "posten"), load_memory(lake, "posten")
    one.days["2026-11-01"] = DayDone(whole=True)
    two.days["2026-11-02"] = DayDone(whole=True)
    one.known["a"] = two.known["b"] = Known(mark="m", listed="2026-11-23")
    save_memory(lake, one)
    save_memory(lake, two)
    found = load_memory(lake, "posten")
    assert (sorted(found.days), sorted(found.known)) == (["2026-11-01", "2026-11-02"], ["a", "b"])


def test_every_failure_in_a_row_doubles_the_wait_up_to_a_limit() -> None:
    memory, waits = Memory(source="posten"), []
    for _ in range(12):
        memory.failed(NOW, "no answer", None)
        assert memory.not_before is not None
        waits.append(dt.datetime.fromisoformat(memory.not_before) - NOW)
    assert waits[:3] == [FIRST_BACKOFF, 2 * FIRST_BACKOFF, 4 * FIRST_BACKOFF]
    assert waits[-1] == LONGEST_BACKOFF
    assert waits == sorted(waits)
    assert not memory.due(NOW)
    memory.succeeded()
    assert (memory.due(NOW), memory.failures) == (True, 0)


def test_a_longer_wait_that_the_server_asked_for_is_kept() -> None:
    memory, asked = Memory(source="posten"), NOW + dt.timedelta(hours=9)
    memory.failed(NOW, "429", asked)
    assert memory.not_before == asked.isoformat()


def test_what_was_not_listed_for_long_is_forgotten() -> None:
    memory = Memory(source="posten")
    memory.known = {"old": Known(mark="m", listed="2026-10-01"), "new": Known(mark="m", listed="2026-11-20")}
    memory.forget(NOW.date())
    assert list(memory.known) == ["new"]


def test_what_is_forgotten_stays_forgotten(lake: Lake) -> None:
    first = full()
    first.known["old"] = Known(mark="m", listed="2026-10-01")
    first.documents["old"] = Document(had="2026-10-01")
    save_memory(lake, first)
    memory = load_memory(lake, "posten")
    memory.forget(NOW.date())
    save_memory(lake, memory)
    found = load_memory(lake, "posten")
    assert (sorted(found.known), sorted(found.documents)) == (sorted(full().known), sorted(full().documents))


def test_a_run_of_a_past_day_takes_nothing_from_the_live_one_beside_it(lake: Lake) -> None:
    save_memory(lake, full())
    past, live = load_memory(lake, "posten"), load_memory(lake, "posten")
    live.waiting = {"new": Waiting(item={"title": "Ny"}, feed=None)}  # and the old one was settled
    live.failed(NOW, "429", NOW + dt.timedelta(hours=9))
    live.add(Poll(at=(NOW + dt.timedelta(minutes=1)).isoformat(), day="2026-11-24", outcome="failed"))
    save_memory(lake, live)
    past.days["2026-11-01"] = DayDone(whole=True)
    save_memory(lake, past)
    live.days["2026-11-01"] = DayDone(whole=True)
    assert load_memory(lake, "posten") == live


def test_nothing_is_forgotten_while_the_feed_is_as_it_was() -> None:
    memory = Memory(source="posten", known={"a": Known(mark="m", listed="2026-09-01")})
    memory.forget(NOW.date())
    assert list(memory.known) == ["a"]
