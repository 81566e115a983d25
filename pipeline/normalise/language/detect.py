"""Which language a text is in, and how likely that is. Bokmål and Nynorsk are two.

A long text is told by the detector (pycld2) alone. Of a short one, or one that the detector reads with
difficulty, the detector's answer and the marks of the text (words, endings) are each worth a weight; their
sum for each language, by the square root of the words, becomes a probability by softmax. Beside the languages
with marks stands the one other that the detector may have named.
"""

from __future__ import annotations

import functools
import math
import re
from typing import Final, NamedTuple

import pycld2

from pipeline.normalise.language.marks import KNOWN, Marks, marks_of

# The detector reads this much: more changes nothing but the time (measured).
_HEAD: Final = 1_000
_HEAD_WITH_SPACES: Final = 2 * _HEAD

# A long text: so many bytes of letters, nearly all in one language, and read fluently. The score is by 1,024
# bytes: 600 to 1,500 in a language that the detector knows, under 200 in Northern Sámi (it says Finnish).
_LONG: Final = 400
_FOREIGN: Final = 10
_FLUENT: Final = 400

# Under this a text is a name or a cry: uncertain.
_FEWEST_LETTERS: Final = 20
_DECIDED: Final = 0.8
_MOST_CERTAIN: Final = 0.999
# A text in one language has at most 15 % known words that this language lacks; in two, mostly more.
_MIXED: Final = 0.2
_MIXED_PERCENT: Final = 25
_MIXED_WORDS: Final = 15
_MIXED_CERTAIN: Final = 0.5

# Fitted by maximum likelihood to labelled sentences, teasers and articles in nb, nn, da, sv and en (a half of
# them, drawn by hash; the other half gave the figures of `detect`) and to the Universal Declaration of Human
# Rights in 22 languages. The words themselves were not learnt from either.
_WORD: Final = 10.3
_ENDING: Final = 2.0
_DETECTED: Final = 44.5
_DETECTED_BY_LENGTH: Final = 23.6
_SIBLING: Final = 0.827
_OTHER: Final = -4.5
_OTHER_WORD: Final = 6.05
_USUAL_LENGTH: Final = 100
_USUAL_FLUENCY: Final = 800

_SIBLINGS: Final = frozenset({"nb", "nn", "da"})
"""What the detector confuses."""

_TAG_OF: Final = {"no": "nb", "iw": "he", "jw": "jv", "sr-ME": "sr", "zh-Hant": "zh", "mo": "ro"}
_TAG: Final = re.compile(r"[a-z]{2,3}")

# The detector refuses these; in clean text there are none.
_REFUSED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class _Reading(NamedTuple):
    """What the detector says: tag (None: nothing), percent in other languages, bytes of letters, score."""

    tag: str | None
    foreign: int
    letters: int
    fluency: float

    @property
    def suffices(self) -> bool:
        return self.letters >= _LONG and self.foreign <= _FOREIGN and self.fluency >= _FLUENT


_NOTHING: Final = _Reading(None, 0, 0, 0.0)


def detect(text: str) -> tuple[str | None, float | None]:
    """The language (BCP 47) and the probability, 0.8 to 0.999, that it is right; (None, None): uncertain.

    Uncertain is under 0.8, or under 20 letters. Never raises. Right, on the half that was not fitted to, in
    98.7 % of sentences (5 % uncertain), 99.5 % of teasers (2 % uncertain) and all articles.
    """
    head, reading = _examine(text)
    if reading.letters < _FEWEST_LETTERS:
        return None, None
    tag, confidence = _judge(head, reading)
    return (tag, confidence) if confidence is not None and confidence >= _DECIDED else (None, None)


def guess(text: str) -> tuple[str | None, float | None]:
    """The likeliest language and its probability, however little there is; (None, None) where no word is."""
    return _judge(*_examine(text))


def _examine(text: str) -> tuple[str, _Reading]:
    """The head of the text, and what the detector says of it. Spaces are put in order where they matter."""
    if len(text) >= _LONG:
        head = text[:_HEAD]
        reading = _read(head)
        if reading.suffices:
            return head, reading
    head = " ".join(text[:_HEAD_WITH_SPACES].split())[:_HEAD]
    return head, _read(head)


def _read(head: str) -> _Reading:
    try:
        _, letters, found = pycld2.detect(head, bestEffort=True, isPlainText=True)
    except (pycld2.error, ValueError):
        clean = _REFUSED.sub("", head)
        return _read(clean) if clean != head else _NOTHING
    known = [(tag, share, fluency) for _, code, share, fluency in found if (tag := _tag(code))]
    if not known:
        return _NOTHING._replace(letters=letters)
    tag, _, fluency = known[0]
    return _Reading(tag, sum(share for _, share, _ in known[1:]), letters, fluency)


@functools.lru_cache(maxsize=512)
def _tag(code: str) -> str | None:
    tag = _TAG_OF.get(code, code)
    return tag if code != "un" and _TAG.fullmatch(tag) else None


def _judge(head: str, reading: _Reading) -> tuple[str | None, float | None]:
    if reading.suffices and reading.tag:
        return reading.tag, _MOST_CERTAIN
    marks = marks_of(_REFUSED.sub("", head))
    if reading.tag is None and not marks.words_known:
        return None, None
    weights = _weights(marks, reading)
    tag = max(weights, key=weights.__getitem__)
    root = math.sqrt(marks.different_words or 1)
    likelihood = sum(math.exp((weight - weights[tag]) / root) for weight in weights.values())
    limit = _MIXED_CERTAIN if _is_mixed(tag, marks, reading) else _MOST_CERTAIN
    return tag, min(round(1 / likelihood, 3), limit)


def _weights(marks: Marks, reading: _Reading) -> dict[str, float]:
    weights = {
        tag: _WORD * words + _ENDING * endings
        for tag, words, endings in zip(KNOWN, marks.words, marks.endings, strict=True)
    }
    if reading.tag is None:
        return weights
    if reading.tag not in weights:
        weights[reading.tag] = _OTHER + _OTHER_WORD * marks.words_known
    length = math.log(max(reading.letters, _FEWEST_LETTERS) / _USUAL_LENGTH)
    fluency = min(max(reading.fluency / _USUAL_FLUENCY, 0.1), 1.3)
    detected = (_DETECTED + _DETECTED_BY_LENGTH * length) * fluency
    weights[reading.tag] += detected
    if reading.tag in _SIBLINGS:
        for tag in _SIBLINGS - {reading.tag}:
            weights[tag] += _SIBLING * detected
    return weights


def _is_mixed(tag: str, marks: Marks, reading: _Reading) -> bool:
    if tag not in KNOWN:
        return reading.foreign >= _MIXED_PERCENT
    return (
        marks.words_known >= _MIXED_WORDS and marks.words[KNOWN.index(tag)] < (1 - _MIXED) * marks.words_known
    )
