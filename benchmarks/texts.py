"""How well texts are repaired, languages told and copies found: floors, in `floors_texts.toml`.

`python -m benchmarks.texts [--only generated|public]`. Measures on articles of our own, always,
and on the public corpus where it is. What failed is shown in short excerpts. Ends with 1 when a figure is
below its floor, or the data are not those that the floors were measured on.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import random
import re
import sys
import tomllib
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks import corpus, floors as floors_of, generated
from pipeline.clean import clean_text
from pipeline.filters.duplicates import deduplicate_lines
from pipeline.normalise.language import detect, guess

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LANGUAGE: Final = corpus.CORPUS.with_name("language.jsonl")
FLOORS: Final = Path(__file__).with_name("floors_texts.toml")
GENERATED: Final = 1_500
"""Articles of our own to measure with."""
ORDERS: Final = 5
"""Random orders of the articles that must give the same clusters."""
SHOWN: Final = 4
"""Failures of a kind that are shown."""
AROUND: Final = 36
"""Characters of an excerpt on either side."""
WORD: Final = re.compile(r"\w+")
BINS: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)

Article = dict[str, Any]


@dataclass(slots=True)
class Result:
    """Figures by name, each a share from 0 to 1; of how many; and what failed."""

    right: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    failures: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, *, right: bool, failure: str = "") -> None:
        """Count one case."""
        self.all[name] += 1
        self.right[name] += right
        if not right:
            self.failures[name].append(failure)

    def share(self, name: str) -> float:
        """Of the right ones; 0 where nothing was measured."""
        return self.right[name] / self.all[name] if self.all[name] else 0.0


def repairs(articles: Iterable[Article]) -> Result:
    """Texts after cleaning against those before the damage, white space aside."""
    result = Result()
    for article in articles:
        truth = article["truth"]
        if truth["noise"] == "none":
            name, expected = "clean: unchanged", article["text"]
        elif truth["clean"] is not None:
            name, expected = f"clean: {truth['noise']}", truth["clean"]
        else:
            continue
        got, expected = (" ".join(text.split()) for text in (clean_text(article["text"]).text, expected))
        result.add(name, right=got == expected, failure=f"{article['id']}: {difference(expected, got)}")
    return result


def difference(expected: str, got: str) -> str:
    """Where two texts part, in a few words."""
    pairs = zip(expected, got, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(expected), len(got)))
    start = max(0, at - AROUND)
    return f"expected {expected[start : at + AROUND]!r}, got {got[start : at + AROUND]!r}"


@dataclass(slots=True)
class Languages:
    """What was told of texts: their kind, language, and what `detect` and `guess` say."""

    result: Result = field(default_factory=Result)
    told: list[tuple[float, bool]] = field(default_factory=list)
    """Confidence, and whether it was right, of what was decided."""

    def add(self, kind: str, language: str, text: str) -> None:
        """Count one text: the best guess over all, the decided ones, how many were decided."""
        tag, confidence = detect(text)
        best, _ = guess(text)
        said = f"{language} as {best}: {text[: 2 * AROUND]!r}"
        self.result.add(f"language: {kind}s", right=best == language, failure=said)
        self.result.add(f"language: {kind}s in {language}", right=best == language)
        self.result.add(f"language: {kind}s decided", right=tag is not None)
        if tag is not None:
            said = f"{language} as {tag} ({confidence}): {text[: 2 * AROUND]!r}"
            self.result.add(f"language: decided {kind}s", right=tag == language, failure=said)
            self.told.append((confidence or 0.0, tag == language))

    def reliability(self) -> Table:
        """Whether confidence is a probability: the share of right answers for each degree of it."""
        table = Table(title="confidence of what was decided")
        for column in ("confidence", "texts", "mean confidence", "right"):
            table.add_column(column, justify="right")
        for low, high in itertools.pairwise(BINS):
            inside = [(confidence, right) for confidence, right in self.told if low <= confidence < high]
            if inside:
                mean = sum(confidence for confidence, _ in inside) / len(inside)
                share = sum(right for _, right in inside) / len(inside)
                table.add_row(
                    f"{low:.2f} to {min(high, 1):.2f}", str(len(inside)), f"{mean:.4f}", f"{share:.4f}"
                )
        return table


def copies(articles: Sequence[Article]) -> Result:
    """Clusters against the truth, and against those of the same articles in other orders."""
    result = Result()
    clusters = clustered(articles)
    by_id = {article["id"]: article for article in articles}
    for article in articles:
        own, original = article["id"], article["truth"]["dup_of"]
        if original is not None and original in clusters:
            together = clusters[own] is not None and clusters[own] == clusters[original]
            result.add("copies: found", right=together, failure=f"{own} is a copy of {original}")
    joined: dict[str, list[str]] = defaultdict(list)
    for own, cluster in clusters.items():
        if cluster is not None:
            joined[cluster].append(own)
    for first, *others in joined.values():
        for other in others:
            right = are_copies(by_id[first], by_id[other])
            result.add("copies: true", right=right, failure=f"{other} and {first} are not the same")
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        in_any_order = pool.map(clustered, (shuffled(articles, seed) for seed in range(ORDERS)))
        for seed, found in enumerate(in_any_order):
            result.add("copies: same in any order", right=found == clusters, failure=f"order {seed}")
    return result


def are_copies(one: Article, other: Article) -> bool:
    """Whether the truth says so, or the undamaged texts have the same words (some junk does, by chance)."""
    families = {article["truth"]["dup_of"] or article["id"] for article in (one, other)}
    words = {tuple(WORD.findall((a["truth"]["clean"] or a["text"]).lower())) for a in (one, other)}
    return len(families) == 1 or len(words) == 1


def shuffled(articles: Sequence[Article], seed: int) -> list[Article]:
    """In an order of their own."""
    return random.Random(seed).sample(articles, len(articles))


def clustered(articles: Iterable[Article]) -> dict[str, str | None]:
    """What `dagspress deduplicate` says: for each id its cluster, or None."""
    lines = [orjson.dumps({k: v for k, v in article.items() if k != "truth"}) for article in articles]
    return {row["id"]: row["duplicate_cluster"] for row in map(orjson.loads, deduplicate_lines(lines))}


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def on_generated() -> tuple[str, list[Result], list[Table]]:
    """Everything, on articles of our own: a digest of them, figures, tables."""
    articles = list(generated.articles(GENERATED))
    languages = Languages()
    for article in articles:
        if article["truth"]["kind"] == "base" and article["truth"]["noise"] == "none":
            languages.add("article", article["truth"]["lang"], article["text"])
            languages.add("teaser", article["truth"]["lang"], article["text"].partition("\n\n")[0])
    results = [repairs(articles), languages.result, copies(articles)]
    return hashlib.sha256(orjson.dumps(articles)).hexdigest(), results, [languages.reliability()]


def on_public() -> tuple[str, list[Result], list[Table]]:
    """Everything, on the public corpus: its digest, figures, tables."""
    articles = corpus.public()
    languages = Languages()
    for line in LANGUAGE.read_bytes().splitlines():
        row = orjson.loads(line)
        languages.add(row["kind"], row["language"], row["text"])
    results = [repairs(articles), languages.result, copies(articles)]
    both = digest(corpus.CORPUS) + digest(LANGUAGE)
    return hashlib.sha256(both.encode()).hexdigest(), results, [languages.reliability()]


def below(results: Iterable[Result], floors: dict[str, Any], found: str) -> list[str]:
    """What is not as the floors want it, in sentences."""
    return floors_of.below({n: r.share(n) for r in results for n in r.all}, floors, found)


def shown(results: Iterable[Result], floors: dict[str, Any], title: str) -> Table:
    """The figures beside their floors."""
    table = Table(title=title)
    for column in ("", "right", "of", "share", "floor"):
        table.add_column(column, justify="right" if column else "left")
    for result in results:
        for name in sorted(result.all):
            floor = floors.get(name)
            low = floor is not None and result.share(name) < floor
            table.add_row(
                name,
                f"{result.right[name]:,}",
                f"{result.all[name]:,}",
                f"{result.share(name):.4f}",
                "" if floor is None else str(floor),
                style="bold red" if low else "",
            )
        table.add_section()
    return table


def main() -> None:
    """Measure, print, compare with the floors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("generated", "public"))
    options = parser.parse_args()
    console = Console()
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    wrong: list[str] = []
    sets = {"generated": on_generated, "public": on_public}
    for name, measure in sets.items():
        if options.only not in (None, name):
            continue
        if name == "public" and not corpus.CORPUS.exists():
            console.print(f"There is no {corpus.CORPUS}: nothing to measure.", soft_wrap=True)
            continue
        found, results, tables = measure()
        console.print(shown(results, floors[name], f"texts, {name}"), *tables)
        for result in results:
            for kind, failures in result.failures.items():
                for failure in [f for f in failures if f][:SHOWN]:
                    console.print(f"  [dim]{kind}[/dim] {escape(failure)}", highlight=False, soft_wrap=True)
        wrong += [f"{name}: {sentence}" for sentence in below(results, floors[name], found)]
    for line in wrong:
        console.print(f"[red]Below the floor:[/red] {line}", highlight=False, soft_wrap=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
