"""The documents to measure with: a public corpus where it lies beside the checkout, else made-up ones."""

from __future__ import annotations

import lzma
import random
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

CORPUS = Path(__file__).parents[2] / "shared" / "data" / "text" / "articles.jsonl.xz"

PROSE = (
    "kommunen ordføreren vedtok byggingen av en ny skole ved fjorden etter lang tids debatt og mange møter "
    "der innbyggerne kunne si sin mening om saken som har delt bygda i to siden forslaget kom for tre år "
    "siden ifølge planen skal arbeidet begynne til våren når snøen er borte og veien igjen er åpen for biler"
)
DAMAGES = (
    lambda t: t.replace(",", "\\,"),
    lambda t: t.replace("å", "&aring;"),
    lambda t: t.encode().decode("cp1252", "replace"),
    lambda t: t.replace("en ", "en\u00ad "),
)


def lines(count: int) -> Iterator[bytes]:
    """JSON Lines of `count` articles; the public corpus over and over, with new ids, when more are asked."""
    source = _public if CORPUS.exists() else _made_up
    done = 0
    while done < count:
        for document in source():
            if done == count:
                return
            if done >= 20_000:
                document["url"] += f"&copy={done}"
                document["id"] = f"{document['id']}-{done}"
            yield orjson.dumps(document) + b"\n"
            done += 1


def _public() -> Iterator[dict[str, str]]:
    with lzma.open(CORPUS) as file:
        for line in file:
            document = orjson.loads(line)
            document.pop("truth", None)  # the right answers are for scoring only
            yield document


def _made_up() -> Iterator[dict[str, str]]:
    rng = random.Random(2024)
    words = PROSE.split()
    for i in range(20_000):
        paragraphs = [
            " ".join(rng.choices(words, k=rng.randint(30, 90))).capitalize() + ", sier hun."
            for _ in range(rng.randint(3, 8))
        ]
        text = "\n\n".join(paragraphs)
        if rng.random() < 0.3:
            text = rng.choice(DAMAGES)(text)
        yield {
            "id": f"m{i:06d}",
            "url": f"https://avis.example/{i}?utm_source=rss",
            "title": paragraphs[0][:60],
            "text": text,
            "published_at": f"2024-{rng.randint(1, 4):02d}-{rng.randint(1, 28):02d}T10:00:00+01:00",
            "author": "Redaksjonen",
        }
