"""The peer to compare with: the same libraries in one plain loop, without a lake, checks or guarantees.

`python -m benchmarks.floor FILE.jsonl OUT.parquet`: ftfy, pycld2 and pyarrow, one process, one file out.
"""

from __future__ import annotations

import sys

import ftfy
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pycld2


def main(source: str, target: str) -> None:
    """Read, repair, guess the language, write."""
    rows = []
    with open(source, "rb") as file:  # noqa: PTH123
        for line in file:
            document = orjson.loads(line)
            text = ftfy.fix_text(document["text"], uncurl_quotes=False)
            try:
                language = pycld2.detect(text[:1000], bestEffort=True)[2][0][1]
            except pycld2.error:
                language = None
            rows.append({"id": document["id"], "url": document["url"], "text": text, "language": language})
    pq.write_table(pa.Table.from_pylist(rows), target, compression="zstd")


if __name__ == "__main__":
    main(*sys.argv[1:])
