"""The trigger that watches the inbox: what it announces, and that it goes on whatever happens."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.embedded.processes import Children, free_port
from pipeline.embedded.s3 import lake_env, start_s3
from pipeline.lake import Lake, ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

Plugin = Any

A = ObjectInfo("inbox/a.txt", 10, "aaa")
A_LARGER = ObjectInfo("inbox/a.txt", 20, "bbb")
A_SAME_SIZE = ObjectInfo("inbox/a.txt", 10, "ccc")
B = ObjectInfo("inbox/b.txt", 5, "ddd")


@pytest.fixture
def plugin(airflow_module: Callable[[str], ModuleType]) -> Plugin:
    return airflow_module("inbox_trigger")


# Each look: (at which second, what lies there, what is announced). Reminded after 100 s.
LOOKS = {
    "a file is announced at the second look that finds it the same": [
        (0, [A], []), (1, [A], [A]),
    ],
    "it is announced once": [
        (0, [A], []), (1, [A], [A]), (2, [A], []), (99, [A], []),
    ],
    "what still lies there after a while is announced again, each time": [
        (0, [A], []), (1, [A], [A]), (100, [A], []), (101, [A], [A]), (102, [A], []), (201, [A], [A]),
    ],
    "a file that grows is waited for": [
        (0, [A], []), (1, [A_LARGER], []), (2, [A_LARGER], [A_LARGER]),
    ],
    "a file that is changed after it was announced is announced anew": [
        (0, [A], []), (1, [A], [A]), (2, [A_SAME_SIZE], []), (3, [A_SAME_SIZE], [A_SAME_SIZE]),
    ],
    "a file that vanished is forgotten: when it comes back it is new": [
        (0, [A], []), (1, [A], [A]), (2, [], []), (3, [A], []), (4, [A], [A]),
    ],
    "a file that changes back is as good as new": [
        (0, [A], []), (1, [A], [A]), (2, [A_LARGER], []), (3, [A], []), (4, [A], [A]),
    ],
    "each file goes its own way": [
        (0, [A], []), (1, [A, B], [A]), (2, [A, B], [B]), (3, [B], []), (101, [B], []), (102, [B], [B]),
    ],
    "nothing there, nothing to say": [
        (0, [], []), (1, [], []),
    ],
    "the clock may start anywhere": [
        (-5000.0, [A], []), (-4999.0, [A], [A]), (-4998.0, [A], []),
    ],
}  # fmt: skip


@pytest.mark.parametrize("looks", LOOKS.values(), ids=LOOKS.keys())
def test_watch(looks: list[tuple[float, list[ObjectInfo], list[ObjectInfo]]], plugin: Plugin) -> None:
    watch = plugin.Watch(100)
    for now, files, announced in looks:
        assert watch.look(files, now) == announced, f"at {now}"


def test_watch_keeps_nothing_of_files_that_are_gone(plugin: Plugin) -> None:
    watch = plugin.Watch(100)
    for now in range(1000):
        watch.look([ObjectInfo(f"inbox/{now // 2}.txt", 1, "x")], now)
    assert len(watch._seen) == len(watch._announced) == 1


def test_the_trigger_comes_back_as_it_was_and_carries_no_secret(lake: Lake, plugin: Plugin) -> None:
    path, arguments = plugin.InboxTrigger(interval=7, remind=70).serialize()
    module, _, name = path.rpartition(".")
    assert module == plugin.__name__
    copy = getattr(plugin, name)(**json.loads(json.dumps(arguments)))
    assert copy.serialize() == (path, arguments) == (path, {"interval": 7, "remind": 70})
    for private in (lake.settings.bucket, lake.settings.endpoint, "test-secret-key", "dagspress-test"):
        assert str(private) not in json.dumps(arguments) + repr(copy)


class Running:
    """A trigger that runs until the end of the block."""

    def __init__(self, trigger: Any) -> None:
        self.events = trigger.run()
        self._next: asyncio.Task[Any] | None = None

    async def event(self, *, seconds: float) -> dict[str, Any] | None:
        """What the next event says; None when none comes in time (it may still come later)."""
        self._next = self._next or asyncio.ensure_future(anext(self.events))
        done, _ = await asyncio.wait([self._next], timeout=seconds)
        if not done:
            return None
        event, self._next = await self._next, None
        payload: dict[str, Any] = json.loads(json.dumps(event.payload))
        return payload

    async def aclose(self) -> None:
        if self._next is not None:
            self._next.cancel()
            await asyncio.wait([self._next])
        await self.events.aclose()


def quick(plugin: Plugin, *, remind: float = 600) -> Running:
    return Running(plugin.InboxTrigger(interval=0.05, remind=remind))


def test_a_dropped_file_becomes_an_event(lake: Lake, drop: Callable[..., str], plugin: Plugin) -> None:
    async def scene() -> None:
        async with aclosing(quick(plugin)) as running:
            assert await running.event(seconds=0.5) is None
            drop("a.txt", "date 2019\nEn tekst.")
            assert await running.event(seconds=20) == {"files": 1, "names": ["inbox/a.txt"]}
            assert await running.event(seconds=0.5) is None  # announced once
            drop("b/c.txt", "date 2020\nEn til.")
            assert await running.event(seconds=20) == {"files": 1, "names": ["inbox/b/c.txt"]}

    asyncio.run(scene())


def test_hidden_files_are_none(drop: Callable[..., str], plugin: Plugin) -> None:
    async def scene() -> None:
        drop(".keep", "")
        drop("mappe/.a.txt.part", "halv")
        async with aclosing(quick(plugin)) as running:
            assert await running.event(seconds=1) is None

    asyncio.run(scene())


def test_an_event_names_only_a_few_of_many_files(drop: Callable[..., str], plugin: Plugin) -> None:
    async def scene() -> None:
        for number in range(30):
            drop(f"{number:02}.txt", "x")
        async with aclosing(quick(plugin)) as running:
            event = await running.event(seconds=20)
            assert event == {"files": 30, "names": [f"inbox/{n:02}.txt" for n in range(10)]}

    asyncio.run(scene())


def test_a_file_that_still_lies_there_is_announced_again(drop: Callable[..., str], plugin: Plugin) -> None:
    async def scene() -> None:
        drop("a.txt", "x")
        async with aclosing(quick(plugin, remind=0.5)) as running:
            assert await running.event(seconds=20) == {"files": 1, "names": ["inbox/a.txt"]}
            assert await running.event(seconds=20) == {"files": 1, "names": ["inbox/a.txt"]}

    asyncio.run(scene())


@pytest.fixture
def complaints(monkeypatch: pytest.MonkeyPatch, plugin: Plugin) -> Iterator[list[str]]:
    """What the triggers of a test warn of."""
    heard: list[str] = []

    class Log:
        def warning(self, message: str, *arguments: object) -> None:
            heard.append(message % arguments)

        def info(self, message: str, *arguments: object) -> None:
            pass

    monkeypatch.setattr(plugin.InboxTrigger, "log", Log())
    return heard


async def heard_one(complaints: list[str], running: Running) -> str:
    """Wait for the first complaint, in which time no event comes."""
    for _ in range(600):
        assert await running.event(seconds=0.1) is None
        if complaints:
            return complaints[0]
    raise AssertionError("the trigger does not complain")


def test_a_missing_setting_is_waited_for(
    drop: Callable[..., str], plugin: Plugin, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    async def scene() -> None:
        drop("a.txt", "x")
        async with aclosing(quick(plugin)) as running:
            with monkeypatch.context() as patch:
                patch.delenv("DAGSPRESS_LAKE")
                assert "DAGSPRESS_LAKE is not set" in await heard_one(complaints, running)
            assert await running.event(seconds=20) == {"files": 1, "names": ["inbox/a.txt"]}

    asyncio.run(scene())
    assert len(complaints) == 1  # the same complaint is made once


def test_a_bucket_that_is_not_there_yet_is_waited_for(
    lake: Lake, plugin: Plugin, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    later = f"{lake.settings.bucket}-later"
    monkeypatch.setenv("DAGSPRESS_LAKE", f"s3://{later}")

    async def scene() -> None:
        async with aclosing(quick(plugin)) as running:
            assert "does not exist" in await heard_one(complaints, running)
            created = Lake.from_env()
            created.create_bucket()
            created.put("inbox/a.txt", b"x")
            assert await running.event(seconds=20) == {"files": 1, "names": ["inbox/a.txt"]}

    asyncio.run(scene())


def test_a_lake_that_nobody_serves_is_waited_for(
    tmp_path: Path, plugin: Plugin, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    port = free_port()
    keys = {"access_key": "dagspress-test", "secret_key": "test-secret-key"}
    for name, value in lake_env(f"http://127.0.0.1:{port}", "later", **keys).items():
        monkeypatch.setenv(name, value)

    async def scene() -> None:
        async with aclosing(quick(plugin)) as running:
            assert "Nothing answers at" in await heard_one(complaints, running)
            (tmp_path / "lake/later/inbox").mkdir(parents=True)
            (tmp_path / "lake/later/inbox/a.txt").write_text("x")
            with Children(tmp_path / "logs") as children:
                start_s3(children, tmp_path / "lake", port=port, **keys)
                event = await running.event(seconds=40)
        assert event == {"files": 1, "names": ["inbox/a.txt"]}

    asyncio.run(scene())
