"""The chains that are compared: each from one file of JSON Lines to parquet, as a command of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import orjson

from benchmarks.corpus import lines
from benchmarks.page import DATATROVE, FLOOR, OURS, REPOSITORY
from benchmarks.processes import cpu_seconds, measure
from pipeline.acquire import acquire
from pipeline.acquire.documents import DOCUMENTS
from pipeline.embedded.processes import Children
from pipeline.embedded.s3 import start_s3
from pipeline.flow.load import utc_now
from pipeline.lake import Lake
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.processes import Run

BIN: Final = Path(sys.executable).parent
PEERS: Final = REPOSITORY / ".venv-peers" / "bin" / "python"
COUNTS: Final = ("published", "duplicates", "superseded", "quarantined", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run of a chain."""

    run: Run
    seconds: dict[str, float]
    """By stage, added up over processes."""
    counts: dict[str, int]
    """What became of the documents."""
    server_cpu: float | None = None
    """CPU seconds of the S3 server beside it."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """One file of documents, and the same cut into as many as there are processes, for who reads files."""

    folder: Path
    count: int

    @property
    def file(self) -> Path:
        """All documents."""
        return self.folder / "articles.jsonl"

    @classmethod
    def write(cls, folder: Path, count: int) -> Self:
        """Make the documents."""
        folder.mkdir(parents=True)
        corpus = cls(folder, count)
        with corpus.file.open("wb") as file:
            file.writelines(lines(count))
        return corpus

    @contextmanager
    def shards(self, number: int) -> Iterator[Path]:
        """A folder with so many files; cutting is counted for nobody."""
        folder = self.folder / f"shards-{number}"
        folder.mkdir()
        if number == 1:
            (folder / "00.jsonl").symlink_to(self.file)
        else:
            with self.file.open("rb") as file:
                for shard in range(number):
                    size = (self.count + number - 1 - shard) // number
                    with (folder / f"{shard:02}.jsonl").open("wb") as part:
                        part.writelines(itertools.islice(file, size))
        yield folder
        shutil.rmtree(folder)


def dagspress(corpus: Corpus, cores: int) -> Outcome:
    """Ours: `dagspress ingest --publish` of one file that is captured, against an S3 server of its own.

    The file waits in the inbox as well: reading it from the lake, and recognising it, is counted. The server
    stands for another machine: it may use any core, and its CPU seconds are counted apart.
    """
    with tempfile.TemporaryDirectory() as folder, Children(Path(folder) / "logs") as children:
        server = start_s3(
            children, Path(folder) / "lake", access_key="benchmark-key", secret_key="benchmark-secret"
        )
        env = server.env("bench")
        os.environ.update(env)
        lake = Lake(Settings.from_env())
        lake.create_bucket()
        with corpus.file.open("rb") as file:
            lake.put_file("inbox/articles.jsonl", file, corpus.file.stat().st_size)
            acquire(lake, file, name="inbox/articles.jsonl", source=DOCUMENTS, clock=utc_now)
        before = cpu_seconds(server.child.process.pid)
        command = [str(BIN / "dagspress"), "ingest", "--publish", "--json", "--processes", str(cores)]
        run = measure(command, env, cores=cores)
        server_cpu = cpu_seconds(server.child.process.pid) - before
    result = orjson.loads(run.output)
    counts = {name: sum(p["summary"][name] for p in result["published"]) for name in ("in", *COUNTS)}
    if not counts.pop("in") == corpus.count == sum(counts.values()):
        raise SystemExit(f"The numbers do not add up to {corpus.count}: {counts}")
    return Outcome(run=run, seconds=result["seconds"], counts=counts, server_cpu=server_cpu)


def floor(corpus: Corpus, cores: int) -> Outcome:
    """The best libraries in one plain loop (see `benchmarks.floor`)."""
    return _peer(corpus, cores, "benchmarks.floor")


def datatrove(corpus: Corpus, cores: int) -> Outcome:
    """datatrove as it is (see `benchmarks.peers.datatrove_chain`)."""
    return _peer(corpus, cores, "benchmarks.peers.datatrove_chain", "--tasks", str(cores))


def datatrove_regex(corpus: Corpus, cores: int) -> Outcome:
    """datatrove with its word tokeniser replaced by a regular expression."""
    chosen = ("--tasks", str(cores), "--tokeniser", "regex")
    return _peer(corpus, cores, "benchmarks.peers.datatrove_chain", *chosen)


def _peer(corpus: Corpus, cores: int, module: str, *options: str) -> Outcome:
    with corpus.shards(cores) as shards, tempfile.TemporaryDirectory() as out:
        run = measure([str(PEERS), "-m", module, str(shards), out, *options], cores=cores)
    result = orjson.loads(run.output.splitlines()[-1])
    counts = {"kept": result["kept"], "duplicates": result["duplicates"]}
    return Outcome(run=run, seconds=result["seconds"], counts=counts)


CHAINS: Final[dict[str, Callable[[Corpus, int], Outcome]]] = {
    OURS: dagspress,
    FLOOR: floor,
    DATATROVE: datatrove,
    f"{DATATROVE}, regex tokeniser": datatrove_regex,
}
