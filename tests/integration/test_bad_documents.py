"""Bad documents among good ones, all in one inbox: each has its fate, and nothing is lost (G1, G5, G7)."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
import pytest

from pipeline import flow
from pipeline.flow.partition import COUNTS
from pipeline.lake import (
    REJECTED,
    Lake,
    articles_name,
    quarantine_name,
    summary_name,
)
from pipeline.settings import MIB
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.embedded.s3 import S3Server
    from pipeline.flow import Loaded, Publication


TOO_LONG: Final = 40 * MIB
"""Of a line: more than the limit."""
GIANT: Final = 200 * MIB
MEMORY_MIB: Final = 190
"""What the giant line may take more than a small file: less than itself (140 measured: parts of 64 MiB)."""


def body(number: int) -> str:
    """Four sentences that no other number has."""
    rng = random.Random(number)
    words = [
        "elv",
        "skole",
        "fjord",
        "bro",
        "avis",
        "kveld",
        "rådhus",
        "ferge",
        "havn",
        "snø",
        "trikk",
        "vei",
    ]
    return " ".join(
        f"{rng.choice(words).capitalize()} {number} {' '.join(rng.choices(words, k=11))}." for _ in range(4)
    )


def text(number: int, *, date: str = "date 2021-05-17 ") -> bytes:
    return f"{date}{body(number)}".encode()


def line(number: int) -> bytes:
    return json.dumps({"id": f"sak-{number}", "date": "2021-06", "text": body(number)}).encode() + b"\n"


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def cut_lines() -> bytes:
    """Forty lines, gzipped block by block so that the cut leaves whole lines before it."""
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
        for number in range(400, 440):
            packed.write(line(number))
            packed.flush()
            if number == 419:
                half = file.tell()
    return file.getvalue()[: half + 20]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A dropped file and its fate: rows published and quarantined for each period, rejections, why."""

    content: bytes
    published: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, str] = field(default_factory=dict)
    """The sentence, or its beginning, for each period with one row."""
    rejected: list[str] = field(default_factory=list)
    says: str = ""
    """Part of the sentence that explains each rejection."""


CASES: Final[dict[str, Case]] = {
    "good.txt": Case(content=text(1), published={"2021-05-17": 1}),
    "good.jsonl": Case(content=line(2) + line(3), published={"2021-06": 2}),
    "zz-good-and-last.txt": Case(content=text(4), published={"2021-05-17": 1}),
    "no-date.txt": Case(content=text(10, date=""), published={"undated": 1}),
    "impossible-date.txt": Case(
        content=text(11, date="date 2019-13 "),
        quarantined={"undated": "the published date '2019-13' cannot be read as a date"},
    ),
    "far-future.txt": Case(
        content=text(12, date="date 2219-05-17 "),
        quarantined={"2219-05-17": "the published date '2219-05-17' lies after its capture on "},
    ),
    "empty-body.txt": Case(content=b"date 2021-05-17\n", quarantined={"2021-05-17": "the text is empty"}),
    "junk.bin": Case(
        content=random.Random(0).randbytes(20_000), rejected=["binary"], says="neither text nor a format"
    ),
    "no-bytes.txt": Case(content=b"", rejected=["empty"], says="There are no bytes"),
    "truncated.txt.gz": Case(
        content=gzip.compress(text(20) * 50, mtime=0)[:-40], rejected=["truncated"], says="ends too early"
    ),
    "truncated.jsonl.gz": Case(
        content=cut_lines(), published={"2021-06": 20}, rejected=["truncated"], says="ends too early"
    ),
    "bomb.zip": Case(
        content=zipped({"bomb.txt": b"ord " * (20 * MIB)}), rejected=["bomb"], says="expands more than 250"
    ),
    "climbing.zip": Case(
        content=zipped({"../../etc/passwd": text(30), "inside.txt": text(31)}),
        published={"2021-05-17": 1},
        rejected=["unsafe_name"],
        says="climbs out of the archive",
    ),
    "one-bad-line.jsonl": Case(
        content=line(40) + b'{"id": "halv", "text": "Uten sl\n' + line(41),
        published={"2021-06": 2},
        rejected=["not_json"],
        says="Line 2 is not JSON",
    ),
    "latin-1.txt": Case(
        content=f"date 2021-05-17 Åsgårdstrand får ny bro over elva. {body(50)}".encode("latin-1"),
        published={"2021-05-17": 1},
    ),
    "nul.txt": Case(content=text(60).replace(b". ", b".\0 ", 1), published={"2021-05-17": 1}),
}
GIANTS: Final[dict[str, Case]] = {
    "giant-alone.jsonl": Case(content=b"", rejected=["too_large"], says="bytes long and the limit is"),
    "giant-between.jsonl": Case(
        content=b"", published={"2021-06": 2}, rejected=["too_large"], says="bytes long and the limit is"
    ),
}
ALL: Final = CASES | GIANTS


def write_giant(path: Path, size: int, before: bytes, after: bytes) -> None:
    with path.open("wb") as file:
        file.write(before + b'{"id": "' + path.stem.encode() + b'", "date": "2021-06", "text": "')
        for _ in range(size // MIB):
            file.write(b"lang setning " * (MIB // 13))
        file.write(b'"}\n' + after)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    lake: Lake
    loaded: dict[str, Loaded]
    publications: list[Publication]
    cleared: list[str]
    sha256: dict[str, str]
    """Of each dropped file, by its name."""
    left: list[str]
    """What is still in the inbox."""


@pytest.fixture(scope="module")
def outcome(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """Everything dropped at once, loaded, published and cleared away."""
    folder = tmp_path_factory.mktemp("giants")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3.env("bad-documents").items():
            patch.setenv(name, value)
        lake = Lake.from_env()
        lake.create_bucket()
        digests = {}
        for name, case in CASES.items():
            lake.put(f"inbox/{name}", case.content)
            digests[name] = hashlib.sha256(case.content).hexdigest()
        for name, (before, after) in zip(GIANTS, [(b"", b""), (line(70), line(71))], strict=True):
            path = folder / name
            write_giant(path, TOO_LONG, before, after)
            with path.open("rb") as file:
                lake.put_file(f"inbox/{name}", file, path.stat().st_size)
                file.seek(0)
                digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
            path.unlink()
        loaded = {file.name.removeprefix("inbox/"): flow.load(lake, file.name) for file in flow.waiting(lake)}
        publications = flow.publish(lake, flow.known_periods(lake))
        cleared = flow.clear(lake, loaded.values())
        yield Outcome(
            lake=lake, loaded=loaded, publications=publications, cleared=cleared, sha256=digests,
            left=[file.name for file in flow.waiting(lake)],
        )  # fmt: skip


def rows_of(lake: Lake, name: str, *, quarantined: bool = False) -> list[dict[str, Any]]:
    """The rows that came in a dropped file."""
    object_name = quarantine_name if quarantined else articles_name
    found = []
    for period in flow.known_periods(lake):
        if lake.info(object_name(period)) is not None:
            table = read_object(lake, object_name(period)).to_pylist()
            found += [row | {"published": period} for row in table if came_in(row["capture"], name)]
    return found


def rejections_of(lake: Lake, name: str) -> list[dict[str, Any]]:
    """What was rejected of a dropped file."""
    lines = [orjson.loads(r) for o in lake.list(REJECTED) for r in lake.get(o.name).splitlines()]
    return [r for r in lines if came_in(r["capture"], name)]


def came_in(capture: str, name: str) -> bool:
    return capture.partition("#")[0].endswith(f"-{name}")


@pytest.mark.parametrize("name", ALL)
def test_each_document_has_its_fate(outcome: Outcome, name: str) -> None:
    case, loaded = ALL[name], outcome.loaded[name]
    published = rows_of(outcome.lake, name)
    quarantined = rows_of(outcome.lake, name, quarantined=True)
    rejected = rejections_of(outcome.lake, name)
    assert Counter(row["published"] for row in published) == case.published
    assert {row["published"] for row in quarantined} == case.quarantined.keys()
    assert sorted(item["reason"] for item in rejected) == case.rejected
    assert loaded.reasons == Counter(case.rejected)
    assert loaded.records == len(published) + len(quarantined) + len(rejected)
    for row in quarantined:
        assert row["reasons"][0].startswith(case.quarantined[row["published"]])
    for item in rejected:
        assert case.says in item["detail"]


def test_reasons_are_clear_sentences(outcome: Outcome) -> None:
    for name in ALL:
        for item in rejections_of(outcome.lake, name):
            sentence = item["detail"]
            assert sentence.endswith("."), sentence
            assert sentence[0].isupper() or sentence.startswith((*ALL, "bomb.txt")), sentence
            assert sentence.isprintable()
            assert len(sentence) < 400


def test_the_good_ones_stand_as_they_were_written(outcome: Outcome) -> None:
    [good] = rows_of(outcome.lake, "good.txt")
    assert good["text"] == body(1)
    [latin] = rows_of(outcome.lake, "latin-1.txt")
    assert latin["text"].startswith("Åsgårdstrand får ny bro over elva.")
    [nul] = rows_of(outcome.lake, "nul.txt")
    assert nul["text"] == body(60)
    assert {row["text"] for row in rows_of(outcome.lake, "giant-between.jsonl")} == {body(70), body(71)}


def test_every_period_is_published_and_the_inbox_is_empty(outcome: Outcome) -> None:
    assert {p.state for p in outcome.publications} == {"published"}
    assert sorted(outcome.cleared) == sorted(f"inbox/{name}" for name in ALL)
    assert outcome.left == []


def test_the_numbers_add_up(outcome: Outcome) -> None:
    summaries = [json.loads(outcome.lake.get(summary_name(p.period))) for p in outcome.publications]
    for summary in summaries:
        assert summary["in"] == sum(summary[name] for name in COUNTS)
    total = Counter[str]()
    for summary in summaries:
        total.update({name: summary[name] for name in ("in", *COUNTS)})
    assert total["in"] == sum(total[name] for name in COUNTS)
    assert total["in"] == sum(item.records for item in outcome.loaded.values())
    assert total["published"] == sum(sum(case.published.values()) for case in ALL.values())
    assert total["quarantined"] == sum(len(case.quarantined) for case in ALL.values())
    assert total["rejected"] == sum(len(case.rejected) for case in ALL.values())
    assert total["duplicates"] == total["superseded"] == 0


@pytest.mark.parametrize("name", ALL)
def test_the_way_back_leads_to_the_dropped_bytes(outcome: Outcome, name: str) -> None:
    lake = outcome.lake
    found = [*rows_of(lake, name), *rows_of(lake, name, quarantined=True), *rejections_of(lake, name)]
    captures = {item["capture"].partition("#")[0] for item in found}
    assert [lake.sha256(capture) for capture in captures] == [outcome.sha256[name]]


LOAD = """
import sys
from pathlib import Path
from pipeline import flow
from pipeline.lake import Lake
lake = Lake.from_env()
for name in sys.argv[1:]:
    loaded = flow.load(lake, name)
    # not ru_maxrss: that one begins with the memory of the process that started this one
    peak = next(s for s in Path("/proc/self/status").read_text().splitlines() if s.startswith("VmHWM"))
    print(loaded.rejected, loaded.staged, int(peak.split()[1]) // 1024)
"""


@pytest.mark.slow
def test_a_giant_line_does_not_fill_the_memory(s3: S3Server, tmp_path: Path) -> None:
    environment = s3.env("giant-memory")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        lake = Lake.from_env()
        lake.create_bucket()
        lake.put("inbox/a-small-one.jsonl", line(1))
        path = tmp_path / "giant.jsonl"
        write_giant(path, GIANT, line(1), line(2))
        with path.open("rb") as file:
            lake.put_file("inbox/giant.jsonl", file, path.stat().st_size)
        path.unlink()
        result = subprocess.run(
            [sys.executable, "-c", LOAD, "inbox/a-small-one.jsonl", "inbox/giant.jsonl"],
            capture_output=True,
            text=True,
            timeout=100,
            check=True,
        )
    (_, _, before), (rejected, staged, peak) = (map(int, line.split()) for line in result.stdout.splitlines())
    assert (rejected, staged) == (1, 2)
    assert peak - before < MEMORY_MIB, f"{before} MiB, then {peak} MiB"
