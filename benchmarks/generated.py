"""Articles of our own with the right answers: clean ones, damaged ones, exact and near copies, junk.

Everything follows from an article's number, so that there are as many as are asked for, the same every time.
The shape is that of the public corpus: `truth` has the language, the kind (base, exact, near, junk), of what
it is a copy, the damage, and the text before the damage.
"""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING, Any, Final

from benchmarks.damage import DAMAGES, TYPOGRAPHY
from benchmarks.prose import PROSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.prose import Prose

LANGUAGES: Final = {"nb": 74, "nn": 17, "da": 3, "sv": 3, "en": 3}
KINDS: Final = {"base": 85, "near": 9, "exact": 3, "junk": 3}
DAMAGED: Final = 0.3
"""The share of articles with damage, or typography that looks like it."""
SENTENCE_END: Final = re.compile(r"(?<=[.?!]) ")
JUNK: Final = ("# # # # # #", "*** *** ***", "- 0.25\n- 0.5\n- 0.75")
SITES: Final = ("bjorkvik.example", "kysten.example", "fjellposten.example", "dagen.example")


def articles(count: int, *, start: int = 0) -> Iterator[dict[str, Any]]:
    """Articles with `truth`, from number `start` on."""
    return map(article, range(start, start + count))


def article(number: int) -> dict[str, Any]:
    """The article of a number."""
    rng = random.Random(f"article {number}")
    language, kind = _language(number), _kind(number)
    original = _original(number) if kind in {"exact", "near"} else None
    if kind == "junk":
        clean = rng.choice(JUNK) + f" {number}"
        damage = "none"
    else:
        clean = text(number if original is None else original)
        clean = edited(clean, rng, PROSE[language]) if kind == "near" else clean
        damage = rng.choice([*DAMAGES, *TYPOGRAPHY]) if rng.random() < DAMAGED else "none"
    if damage in TYPOGRAPHY:
        clean = TYPOGRAPHY[damage](clean, rng)
    damaged = DAMAGES[damage](clean, rng) if damage in DAMAGES else clean
    title = SENTENCE_END.split(clean, maxsplit=1)[0].strip("«»“”– ")
    return {
        "id": f"m{number:07d}",
        "url": f"https://{SITES[number % len(SITES)]}/i/{number:07d}/artikkel?utm_source=rss",
        "source": SITES[number % len(SITES)],
        "title": title[:90],
        "text": damaged,
        "published_at": f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T10:00:00+01:00",
        "author": "Redaksjonen",
        "section": "nyheter",
        "truth": {
            "lang": language,
            "kind": kind,
            "dup_of": None if original is None else f"m{original:07d}",
            "noise": damage,
            "clean": clean if damage != "none" else None,
        },
    }


def text(number: int) -> str:
    """The clean text of a number: six to ten paragraphs, some with a subheading."""
    rng = random.Random(f"text {number}")
    prose = PROSE[_language(number)]
    paragraphs = [
        " ".join(prose.sentence(rng) for _ in range(rng.randint(3, 5))) for _ in range(rng.randint(6, 10))
    ]
    if rng.random() < 0.3:
        paragraphs.insert(rng.randint(2, len(paragraphs) - 1), rng.choice(prose.subheadings))
    return "\n\n".join(paragraphs)


def edited(clean: str, rng: random.Random, prose: Prose) -> str:
    """As a desk does it overnight: one to three sentences are others now, and one is gone."""
    paragraphs = [SENTENCE_END.split(paragraph) for paragraph in clean.split("\n\n")]
    long = [paragraph for paragraph in paragraphs if len(paragraph) > 2]
    for paragraph in rng.sample(long, rng.randint(1, 3)):
        paragraph[rng.randrange(len(paragraph))] = prose.sentence(rng)
    rng.choice(long).pop()
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)


def _language(number: int) -> str:
    """That of the original, for a copy."""
    if _kind(number) in {"exact", "near"}:
        number = _original(number)
    rng = random.Random(f"language {number}")
    return rng.choices([*LANGUAGES], [*LANGUAGES.values()])[0]


def _kind(number: int) -> str:
    if number == 0:
        return "base"
    return random.Random(f"kind {number}").choices([*KINDS], [*KINDS.values()])[0]


def _original(number: int) -> int:
    """An earlier article that is no copy itself."""
    rng = random.Random(f"original {number}")
    tries = (rng.randrange(number) for _ in itertools.count())
    return next(earlier for earlier in tries if _kind(earlier) == "base")
