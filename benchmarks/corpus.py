"""The documents to measure with: a public corpus where it lies beside the checkout, else those of our own.

The public one has 20,000 articles. Where more are asked for, further rounds are made of it: every article
keeps its language, shape, damage and place among the copies, and gets other sentences, those of undamaged
articles in its language, shuffled. So the share of copies stays what it is, and no text comes twice.
"""

from __future__ import annotations

import itertools
import lzma
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from benchmarks import generated
from benchmarks.damage import DAMAGES
from benchmarks.generated import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Iterator

CORPUS: Final = Path(__file__).parents[2] / "shared" / "data" / "text" / "articles.jsonl.xz"
CREDIT: Final = re.compile("^Foto: [^.?!\n]*\n\n", re.MULTILINE)
YEARS: Final = 10
"""Over which the rounds are spread, going back from the corpus's own."""

Article = dict[str, Any]


def lines(count: int) -> Iterator[bytes]:
    """JSON Lines of `count` articles, without the right answers."""
    for article in itertools.islice(_all(), count):
        yield orjson.dumps({name: article[name] for name in article if name != "truth"}) + b"\n"


def name() -> str:
    """Of the corpus, for a heading."""
    return CORPUS.name if CORPUS.exists() else "articles of our own"


def public() -> list[Article]:
    """The public corpus, with the right answers, where its own are not.

    It says of an exact copy that it has no damage: it has that of its original. And a credit that stands as a
    paragraph is the author's text for it, where it came with the sentences: it is boilerplate.
    """
    with lzma.open(CORPUS) as file:
        articles = [orjson.loads(line) for line in file]
    truths = {article["id"]: article["truth"] for article in articles}
    for truth in truths.values():
        if truth["kind"] == "exact":
            truth |= {name: truths[truth["dup_of"]][name] for name in ("noise", "clean")}
    for article in articles:
        truth = article["truth"]
        undamaged = truth["clean"] or article["text"]
        if CREDIT.search(undamaged) and truth["noise"] != "boilerplate":
            truth["clean"] = CREDIT.sub("", undamaged)
            truth["noise"] = "boilerplate" if truth["noise"] == "none" else truth["noise"]
    return articles


def _all() -> Iterator[Article]:
    if not CORPUS.exists():
        yield from map(generated.article, itertools.count())
        return
    articles = public()
    rounds = Rounds(articles)
    yield from articles
    for number in itertools.count(1):
        yield from rounds.round(number)


class Rounds:
    """More articles like those given."""

    def __init__(self, articles: list[Article]) -> None:
        self._articles = [
            article | {"text": ""} if article["truth"]["kind"] != "junk" else article for article in articles
        ]
        self._shapes = [
            [len(SENTENCE_END.split(p)) for p in article["text"].replace("\r", "").split("\n\n")]
            for article in articles
        ]
        self._places = {article["id"]: place for place, article in enumerate(articles)}
        self._sentences: dict[str, list[str]] = defaultdict(list)
        for article in articles:
            if article["truth"]["noise"] == "none" and article["truth"]["kind"] == "base":
                for paragraph in article["text"].split("\n\n"):
                    self._sentences[article["truth"]["lang"]] += SENTENCE_END.split(paragraph)

    def round(self, number: int) -> Iterator[Article]:
        """As many as there are, others than in any other round."""
        for place in range(len(self._articles)):
            yield self._article(number, place)

    def _article(self, number: int, place: int) -> Article:
        article = self._articles[place]
        truth = article["truth"]
        rng = random.Random(f"{number} {place}")
        if truth["kind"] == "junk":
            has_words = any(map(str.isalnum, article["text"]))
            text = f"{article['text']} {number}" if has_words else article["text"]
        else:
            text = self._text(number, place if truth["dup_of"] is None else self._places[truth["dup_of"]])
            text = self._edited(text, truth["lang"], rng) if truth["kind"] == "near" else text
            damage = DAMAGES.get(truth["noise"])
            text = damage(text, rng) if damage else text
        count = number * len(self._articles) + place
        year = 2024 - number % YEARS
        return article | {
            "id": f"r{count:07d}",
            "url": f"{article['url'].partition('?')[0]}-{number}?utm_source=rss",
            "title": SENTENCE_END.split(text, maxsplit=1)[0][:90],
            "text": text,
            "published_at": f"{year}{article['published_at'][4:]}",
        }

    def _text(self, number: int, place: int) -> str:
        rng = random.Random(f"text {number} {place}")
        pool = self._sentences[self._articles[place]["truth"]["lang"]]
        return "\n\n".join(" ".join(rng.choices(pool, k=length)) for length in self._shapes[place])

    def _edited(self, text: str, language: str, rng: random.Random) -> str:
        paragraphs = [SENTENCE_END.split(paragraph) for paragraph in text.split("\n\n")]
        for paragraph in rng.sample(paragraphs, min(3, len(paragraphs))):
            paragraph[rng.randrange(len(paragraph))] = rng.choice(self._sentences[language])
        return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)
