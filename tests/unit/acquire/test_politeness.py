"""The gate: spacing, places and blocks, within a process and between processes that share a folder."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fetch_origin import in_loop

from pipeline.acquire.politeness import HostGate, shared_folder
from pipeline.errors import NotDue

HOST = "example.com:443"


@pytest.fixture(params=["alone", "shared"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "hosts" if request.param == "shared" else None


async def through(
    gate: HostGate, times: list[float], *, spacing: float = 0.0, stay: float = 0.0, **more: int
) -> None:
    async with gate.turn(HOST, spacing=spacing, **{"at_once": 4, **more}):
        times.append(time.monotonic())
        await asyncio.sleep(stay)


def gaps(times: list[float]) -> list[float]:
    return [b - a for a, b in itertools.pairwise(times)]


@in_loop
async def test_starts_are_spaced(folder: Path | None) -> None:
    gate, took = HostGate(folder), []
    for _ in range(3):
        times: list[float] = []
        await asyncio.gather(*(through(gate, times, spacing=0.03) for _ in range(6)))
        assert len(times) == 6
        assert min(gaps(times)) >= 0.029
        took.append(times[-1] - times[0])
    assert min(took) < 0.4  # one of three is not held up


@in_loop
async def test_what_was_slow_on_its_way_is_not_followed_at_once(folder: Path | None) -> None:
    """It arrives as late as just before it ends: from there on the host is left alone."""
    gate, ended = HostGate(folder), 0.0
    async with gate.turn(HOST, spacing=0.05, at_once=1):
        await asyncio.sleep(0.08)
        ended = time.monotonic()
    times: list[float] = []
    await through(gate, times, spacing=0.05, at_once=1)
    assert times[0] - ended >= 0.049


@in_loop
async def test_who_wishes_for_more_distance_gets_it_before_and_after(folder: Path | None) -> None:
    gate, times = HostGate(folder), []
    for spacing in (0.0, 0.08, 0.0):
        await through(gate, times, spacing=spacing)
    assert min(gaps(times)) >= 0.079


@in_loop
async def test_a_process_that_was_held_up_does_not_catch_up(folder: Path | None) -> None:
    gate, times = HostGate(folder), []
    all_of_us = asyncio.gather(*(through(gate, times, spacing=0.03) for _ in range(4)))
    await asyncio.sleep(0.01)
    time.sleep(0.15)  # the whole process stands still
    await all_of_us
    assert min(gaps(times)) >= 0.029


@in_loop
async def test_so_many_at_once_and_first_come_first_served(folder: Path | None) -> None:
    gate, inside, most, order = HostGate(folder), 0, 0, []

    async def one(number: int) -> None:
        nonlocal inside, most
        async with gate.turn(HOST, spacing=0, at_once=3):
            order.append(number)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(one(n) for n in range(12)))
    assert most == 3
    assert order == list(range(12))


@in_loop
async def test_hosts_have_nothing_to_do_with_each_other(folder: Path | None) -> None:
    gate = HostGate(folder)
    await gate.block("slow.example:80", seconds=60)
    begin = time.monotonic()
    async with (
        gate.turn("a.example:80", spacing=9, at_once=1),
        gate.turn("b.example:80", spacing=9, at_once=1),
    ):
        assert time.monotonic() - begin < 8


@in_loop
async def test_a_block_holds_for_everybody_also_for_those_who_wait_already(folder: Path | None) -> None:
    gate, times = HostGate(folder), []
    await through(gate, times, spacing=0.05)
    waiting = [asyncio.create_task(through(gate, times, spacing=0.05)) for _ in range(3)]
    await asyncio.sleep(0.01)
    begin = time.monotonic()
    await gate.block(HOST, seconds=0.2)
    await gate.block(HOST, seconds=0.01)  # never shortened
    await asyncio.gather(*waiting)
    assert times[1] - begin >= 0.199
    assert min(gaps(times)) >= 0.049


@in_loop
async def test_a_long_block_is_not_waited_for(folder: Path | None) -> None:
    gate = HostGate(folder, longest_wait=5)
    await gate.block(HOST, seconds=60)
    with pytest.raises(NotDue, match=r"example\.com:443 is left alone until") as caught:
        async with gate.turn(HOST, spacing=0, at_once=1):
            pytest.fail("it let us through")
    assert caught.value.transient
    assert 55 < caught.value.not_before.timestamp() - time.time() <= 60
    # and the place is free again
    assert gate._inside == {}


@in_loop
async def test_no_block_is_longer_than_is_believed(folder: Path | None) -> None:
    gate = HostGate(folder, longest_wait=5, longest_block=100)
    await gate.block(HOST, seconds=1e9)
    with pytest.raises(NotDue) as caught:
        async with gate.turn(HOST, spacing=0, at_once=1):
            pass
    assert caught.value.not_before.timestamp() - time.time() <= 100


@in_loop
async def test_one_who_gives_up_while_waiting_does_not_keep_the_others(folder: Path | None) -> None:
    gate, times = HostGate(folder), []
    tasks = [asyncio.create_task(through(gate, times, stay=0.03, at_once=1)) for _ in range(5)]
    await asyncio.sleep(0.01)
    for task in (tasks[1], tasks[3], tasks[0]):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [t.cancelled() for t in tasks] == [True, True, False, True, False]
    assert len(times) == 3
    assert (gate._inside, gate._queues) == ({}, {})


@in_loop
async def test_one_who_is_called_and_cancelled_at_the_same_moment_passes_it_on() -> None:
    gate, times = HostGate(None), []
    async with gate.turn(HOST, spacing=0, at_once=1):
        tasks = [asyncio.create_task(through(gate, times, at_once=1)) for _ in range(2)]
        await asyncio.sleep(0.005)
    tasks[0].cancel()
    await asyncio.wait_for(tasks[1], 30)
    assert (tasks[0].cancelled(), len(times)) == (True, 1)


# --- between processes -------------------------------------------------------------------------------

OTHER = """
import asyncio, sys, time
from pathlib import Path
from pipeline.acquire.politeness import HostGate

async def main(folder, number, spacing, at_once, stay):
    gate = HostGate(Path(folder))
    async def one():
        async with gate.turn("example.com:443", spacing=spacing, at_once=at_once):
            begin = time.monotonic()
            print("in", flush=True)
            await asyncio.sleep(stay)
            print(begin, time.monotonic(), flush=True)
    await asyncio.gather(*(one() for _ in range(number)))

folder, *numbers = sys.argv[1:]
number, at_once = map(int, numbers[:2])
asyncio.run(main(folder, number, float(numbers[2]), at_once, float(numbers[3])))
"""


def other_process(
    folder: Path, *, number: int, at_once: int, spacing: float, stay: float
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder), str(number), str(at_once), str(spacing), str(stay)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )


def spans(*processes: subprocess.Popen[str]) -> list[tuple[float, float]]:
    lines = [line for p in processes for line in p.communicate(timeout=60)[0].splitlines() if line != "in"]
    assert all(p.returncode == 0 for p in processes)
    return sorted((float(begin), float(end)) for begin, end in (line.split() for line in lines))


def test_two_processes_share_spacing_and_places(tmp_path: Path) -> None:
    both = [other_process(tmp_path, number=6, at_once=2, spacing=0.03, stay=0.09) for _ in range(2)]
    found = spans(*both)
    assert len(found) == 12
    # the clock is read a moment after the gate has let one through
    assert min(gaps([begin for begin, _ in found])) >= 0.02
    assert max(sum(b <= begin < e for b, e in found) for begin, _ in found) <= 2


def test_a_process_with_much_to_ask_does_not_keep_another_one_waiting(tmp_path: Path) -> None:
    with other_process(tmp_path, number=1000, at_once=1, spacing=0.05, stay=0.0) as busy:
        assert busy.stdout is not None
        assert busy.stdout.readline() == "in\n"
        small = spans(other_process(tmp_path, number=1, at_once=1, spacing=0.05, stay=0.0))
        assert len(small) == 1
        assert busy.poll() is None
        busy.kill()


def test_a_place_is_free_again_when_its_process_is_killed(tmp_path: Path) -> None:
    with other_process(tmp_path, number=1, at_once=1, spacing=0, stay=60) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        times: list[float] = []

        async def after() -> None:
            waiting = asyncio.create_task(through(HostGate(tmp_path), times, at_once=1))
            await asyncio.sleep(0.1)
            assert times == []
            other.kill()
            await asyncio.wait_for(waiting, 30)

        asyncio.run(after())
    assert len(times) == 1


@in_loop
async def test_a_block_is_remembered_by_the_next_process(tmp_path: Path) -> None:
    await HostGate(tmp_path).block(HOST, seconds=3_600)
    with pytest.raises(NotDue):
        async with HostGate(tmp_path).turn(HOST, spacing=0, at_once=1):
            pass


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\x00\xff" * 99, b"[]", b'"x"', b"null", b'{"last": "soon"}', b'{"last": 1e999}',
        b'{"last": NaN, "spacing": NaN, "not_before": NaN}', b'{"not_before": 99999999999}',
        b'{"last": 1}}}}',
        b'{"last": 99999999999}', b'{"last": 1, "spacing": 1e12}', b'{"last": {"a": 1}}', b"[" * 5000,
    ],
)  # fmt: skip
@in_loop
async def test_a_broken_file_is_a_fresh_start(tmp_path: Path, content: bytes) -> None:
    gate, times = HostGate(tmp_path), []
    await through(gate, times)
    (file,) = tmp_path.glob("*.json")
    file.write_bytes(content)
    await asyncio.wait_for(through(gate, times), 30)
    assert json.loads(file.read_bytes())["host"] == HOST


@in_loop
async def test_a_clock_that_was_set_back_keeps_nobody_waiting(tmp_path: Path) -> None:
    times: list[float] = []
    await through(HostGate(tmp_path, clock=lambda: time.time() + 86_400), times, spacing=0.01)
    await asyncio.wait_for(through(HostGate(tmp_path), times, spacing=0.01), 30)


def test_the_folder_is_ours_alone(tmp_path: Path) -> None:
    HostGate(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("trap", ["link", "file", "gone"])
@in_loop
async def test_a_folder_that_cannot_be_shared_leaves_politeness_within_the_process(
    tmp_path: Path, trap: str
) -> None:
    folder = tmp_path / "hosts"
    if trap == "link":
        (tmp_path / "theirs").mkdir()
        folder.symlink_to(tmp_path / "theirs")
    elif trap == "file":
        folder.write_text("")
    gate, times = HostGate(folder), []
    if trap == "gone":
        folder.rmdir()
    for _ in range(3):
        await through(gate, times, spacing=0.03)
    assert min(gaps(times)) >= 0.029
    if trap == "link":
        assert list((tmp_path / "theirs").iterdir()) == []


def test_every_user_has_a_folder_of_their_own_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSPRESS_HOSTS_FOLDER", raising=False)
    assert str(os.getuid()) in shared_folder().name
    monkeypatch.setenv("DAGSPRESS_HOSTS_FOLDER", "/var/lib/dagspress/hosts")
    assert shared_folder() == Path("/var/lib/dagspress/hosts")
