"""The floor to compare with: the best libraries in one plain loop, without a lake, checks or guarantees.

`python -m benchmarks.floor SHARDS OUT`, with `.venv-peers`: a process for each `SHARDS/*.jsonl`. orjson, a
tiered cleaning that asks ftfy only where damage shows, pycld2, Gopher's rules of quality, rensa's MinHash
with LSH over all shards, pyarrow. What it does not do: dates, addresses, identities, revisions, reasons for
what is dropped, replays, atomic writes. Prints what became of the documents, and seconds by step.
"""

from __future__ import annotations

import argparse
import html
import itertools
import json
import multiprocessing
import re
import time
import unicodedata
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import ftfy
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pycld2
import rensa

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH: Final = 5_000
HEAD: Final = 1_000
"""Characters that the detector of language reads."""
PERMUTATIONS: Final = 128
BANDS: Final = 32
NEAR: Final = 0.6
FIELDS: Final = ("id", "url", "source", "title", "text", "published_at", "author", "section", "language")
SCHEMA: Final = pa.schema([*((name, pa.string()) for name in FIELDS), ("word_count", pa.int32())])

PLAIN: Final = "\\n\\t !-%'-\\[\\]-~«»–—‘’“”„…§°·½€²³×ÀÁÄÅÆÇÈÉÊËÍÐÓÔÖØÜÞàáäåæçèéêëíïðñóôöøúüýþ"
UNDAMAGED: Final = re.compile(f"[{PLAIN}]*(?:&(?![#A-Za-z])[{PLAIN}]*)*")
ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
MOJIBAKE: Final = re.compile(
    "[\xc2-\xf4][\x80-\xbf\u20ac\u201a\u0192\u201e\u2026\u2020-\u2022\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018-\u201d\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]|[\x80-\x9f\ufffd]"
)
ESCAPED: Final = re.compile(r"""\\([,"';:.\-!?()\[\]&/])""")
INVISIBLE: Final = {
    **dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F]),
    **dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF]),
    **dict.fromkeys([0xA0, 0x2009, 0x202F], " "),
}
BLANKS: Final = re.compile(r"[ \t]{2,}")
EMPTY_LINES: Final = re.compile(r"\n{3,}")
WORD: Final = re.compile(r"\w+")
STOP_WORDS: Final = frozenset(
    {"og", "i", "det", "er", "på", "som", "av", "ein", "och", "att", "the", "and", "of"}
)
FTFY: Final = ftfy.TextFixerConfig(uncurl_quotes=False, fix_character_width=False, explain=False)

Seconds = Counter[str]


def clean(text: str) -> str:
    """Most texts match the list of plain characters whole; ftfy is asked where mojibake shows."""
    if UNDAMAGED.fullmatch(text) is None:
        if ENTITY.search(text):
            text = html.unescape(text)
        if MOJIBAKE.search(text):
            text = ftfy.fix_text(text, FTFY)
        text = text.replace("\r\n", "\n").translate(INVISIBLE)
        text = unicodedata.normalize("NFC", text)
        text = ESCAPED.sub(r"\1", text)
    if "  " in text or "\t" in text:
        text = BLANKS.sub(" ", text)
    if "\n\n\n" in text:
        text = EMPTY_LINES.sub("\n\n", text)
    return text.strip()


def language(text: str) -> str | None:
    """pycld2's best guess."""
    try:
        code: str = pycld2.detect(text[:HEAD], bestEffort=True)[2][0][1]
    except pycld2.error:
        return None
    return code


def is_prose(text: str, words: list[str]) -> bool:
    """Gopher's rules of quality."""
    count = len(words)
    return (
        count >= 50
        and 3 <= sum(map(len, words)) / count <= 10
        and text.count("#") / count <= 0.1
        and (text.count("...") + text.count("…")) / count <= 0.1
        and sum(map(str.isalpha, words)) / count >= 0.7
        and len(STOP_WORDS.intersection(words)) >= 2
    )


def sign(words: list[str]) -> rensa.RMinHash:
    """MinHash of the shingles of five words."""
    signature = rensa.RMinHash(num_perm=PERMUTATIONS, seed=42)
    signature.update(list(map(" ".join, zip(*(words[i:] for i in range(5)), strict=False))))
    return signature


@contextmanager
def lap(seconds: Seconds, step: str) -> Iterator[None]:
    """Book the time of a block on a step."""
    start = time.perf_counter()
    yield
    seconds[step] += time.perf_counter() - start  # type: ignore[assignment]


def documents(file: BinaryIO, seconds: Seconds) -> Iterator[list[dict[str, Any]]]:
    """Lines of JSON, in batches."""
    while True:
        with lap(seconds, "read"):
            batch = [orjson.loads(line) for line in itertools.islice(file, BATCH)]
        if not batch:
            return
        yield batch


def shard(source: Path, target: Path) -> tuple[list[str], list[rensa.RMinHash], int, Seconds]:
    """From lines to parquet: ids and signatures of what was kept, the number of lines, seconds."""
    seconds: Seconds = Counter()
    ids: list[str] = []
    signatures: list[rensa.RMinHash] = []
    count = 0
    with source.open("rb") as file, pq.ParquetWriter(target, SCHEMA, compression="zstd") as writer:
        for batch in documents(file, seconds):
            count += len(batch)
            with lap(seconds, "clean"):
                for row in batch:
                    row["text"] = clean(row["text"])
            with lap(seconds, "language"):
                for row in batch:
                    row["language"] = language(row["text"])
            with lap(seconds, "quality"):
                words = [WORD.findall(row["text"].lower()) for row in batch]
                kept = [i for i, row in enumerate(batch) if is_prose(row["text"], words[i])]
            with lap(seconds, "signatures"):
                signatures += [sign(words[i]) for i in kept]
            with lap(seconds, "write"):
                rows = [batch[i] | {"word_count": len(words[i])} for i in kept]
                ids += [row["id"] for row in rows]
                writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
    return ids, signatures, count, seconds


def near_copies(signatures: list[rensa.RMinHash]) -> list[int]:
    """Numbers of those that are nearly what came before them."""
    index = rensa.RMinHashLSH(threshold=0.7, num_perm=PERMUTATIONS, num_bands=BANDS)
    copies = []
    for number, signature in enumerate(signatures):
        if any(signatures[other].jaccard(signature) >= NEAR for other in index.query(signature)):
            copies.append(number)
        index.insert(number, signature)
    return copies


def main() -> None:
    """Run it all and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shards", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    jobs = [(path, options.out / f"{path.stem}.parquet") for path in sorted(options.shards.glob("*.jsonl"))]
    if len(jobs) == 1:
        done = [shard(*jobs[0])]
    else:
        with multiprocessing.get_context("fork").Pool(len(jobs)) as pool:
            done = pool.starmap(shard, jobs)
    seconds: Seconds = Counter()
    for *_, spent in done:
        seconds.update(spent)
    with lap(seconds, "near copies"):
        ids = [name for names, *_ in done for name in names]
        copies = near_copies([signature for _, signatures, *_ in done for signature in signatures])
        pq.write_table(pa.table({"id": [ids[number] for number in copies]}), options.out / "copies.parquet")
    print(json.dumps({"kept": len(ids), "duplicates": len(copies), "seconds": seconds}))


if __name__ == "__main__":
    main()
