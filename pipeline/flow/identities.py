"""Which articles are staged in which periods: what finds the versions of an article under other dates (G8).

The index is a set of immutable objects: a *segment* for each capture, and *bases*, each of many segments
folded into one. Readers take them all, so nobody has to lock: folding the same segments twice adds nothing.
A capture's own segment counts instead of what a base says of it. What the index says is a hint: an entry too
many costs a look at staged rows that are not there, and the staged rows decide.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from pipeline.article import UNDATED
from pipeline.lake import IDENTITIES, identities_base_name, identities_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from pipeline.lake import Lake, ObjectInfo

ENTRY: Final = np.dtype([("article", "<u8"), ("own", "<u8"), ("period", "<i4"), ("capture", "<u8")])
"""An entry: the first 64 bits of the `article_id`, of its source and `own_id` (0: it has none), the period as
YYYYMMDD with zeros for what is not known, and the first 64 bits of the capture's id."""

FOLD_AT: Final = 64
"""So many objects are folded into one: reading them all stays a matter of a few requests."""

EARLY: Final = 16
"""An `own_id` joins articles of so many periods, the earliest that it stands in: some producers use one for
ever. Later ones change nothing for those before."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a version of a linked article is staged."""

    period: str
    capture: int
    """First 64 bits of the capture's id."""


class Identities:
    """The index, as far as it says that an article may have versions in more than one period."""

    def __init__(self, entries: np.ndarray) -> None:
        self._entries = entries
        namesakes = list(_namesakes(entries))
        self._articles, self._places = _linked(entries, [n.articles for n in namesakes if n.trusted])
        self._namesakes: dict[int, list[list[int]]] = defaultdict(list)
        for names in namesakes:
            for period in names.periods[:EARLY] if len(names.periods) > 1 else ():
                self._namesakes[period].append(names.periods)

    def articles(self, period: str) -> Mapping[int, int]:
        """Articles (64 bits of their ids) that are staged in this period and may be in others as well.

        Each with the number of its group: the versions of one article are in one group.
        """
        return self._articles.get(encode_period(period), {})

    def elsewhere(self, period: str) -> list[Place]:
        """Where the other versions of these articles may be staged, sorted."""
        groups = self._places.get(encode_period(period), ())
        found = {(other, capture) for group in groups for other, capture in group}
        return [
            Place(decode_period(other), capture)
            for other, capture in sorted(found)
            if other != encode_period(period)
        ]

    def periods(self, ids: Iterable[str]) -> dict[str, set[str]]:
        """The periods in which versions of some articles may be staged, by their ids."""
        wanted = {article_bits(article_id): article_id for article_id in ids}
        if not wanted:
            return {}
        rows = self._entries[np.isin(self._entries["article"], np.array(sorted(wanted), "<u8"))]
        found: dict[str, set[str]] = defaultdict(set)
        for article, period in zip(rows["article"].tolist(), rows["period"].tolist(), strict=True):
            found[wanted[article]].add(decode_period(period))
        return dict(found)

    def beginning(self, digits: str) -> dict[int, set[str]]:
        """Articles (64 bits of their ids) whose id begins with these hex digits, and where they may be."""
        digits = digits[:16]
        low, high = int(digits.ljust(16, "0"), 16), int(digits.ljust(16, "f"), 16)
        article = self._entries["article"]
        rows = self._entries[(article >= low) & (article <= high)]
        found: dict[int, set[str]] = defaultdict(set)
        for bits, period in zip(rows["article"].tolist(), rows["period"].tolist(), strict=True):
            found[bits].add(decode_period(period))
        return dict(found)

    def concerned(self, period: str) -> set[str]:
        """The other periods in which something may change when this one does.

        Those with versions of its articles, and those with an `own_id` of its: what that one joins, and
        where, depends on all periods it is in.
        """
        code = encode_period(period)
        found = {other for group in self._places.get(code, ()) for other, _ in group}
        found = found.union(*self._namesakes.get(code, ()))
        return {decode_period(other) for other in found - {code}}


def entries_of(rows: pa.Table, capture_id: str) -> np.ndarray:
    """The entries of staged rows, each once, sorted."""
    found = {
        (
            article_bits(article_id),
            _own_bits(source, own_id) if own_id is not None else 0,
            encode_period(period),
            article_bits(capture_id),
        )
        for article_id, source, own_id, period in zip(
            *(rows[name].to_pylist() for name in ("article_id", "source", "own_id", "published")), strict=True
        )
    }
    return np.array(sorted(found), dtype=ENTRY)


def write_segment(lake: Lake, capture_id: str, entries: np.ndarray) -> str:
    """Add what a capture staged to the index; returns the object's name, which follows from its bytes."""
    data = entries.tobytes()
    name = identities_name(capture_id, hashlib.sha256(data).hexdigest()[:12])
    lake.put(name, data)
    return name


def read_identities(lake: Lake) -> Identities:
    """The index as it stands. Raises LakeError."""
    return Identities(_read(lake)[1])


def fold(lake: Lake) -> bool:
    """Fold the segments into a base where there are many; returns whether it did."""
    if len(lake.list(IDENTITIES)) < FOLD_AT:
        return False
    objects, entries = _read(lake)
    data = np.unique(entries).tobytes()
    base = identities_base_name(hashlib.sha256(data).hexdigest()[:16])
    lake.put(base, data)
    lake.delete(o.name for o in objects if o.name != base)
    return True


def _read(lake: Lake) -> tuple[list[ObjectInfo], np.ndarray]:
    found = [(item, np.frombuffer(data, dtype=ENTRY)) for item, data in lake.read_all(IDENTITIES)]
    segments = [entries for item, entries in found if not _is_base(item)]
    bases = [entries for item, entries in found if _is_base(item)]
    renewed = [_capture_of(item) for item, _ in found if not _is_base(item)]
    return [item for item, _ in found], _united(segments, bases, renewed)


def _united(segments: list[np.ndarray], bases: list[np.ndarray], renewed: list[int]) -> np.ndarray:
    entries = [np.zeros(0, dtype=ENTRY), *segments]
    for base in bases:
        known = np.isin(base["capture"], np.array(renewed, dtype="<u8"))
        entries.append(base[~known])
    return np.concatenate(entries)


def _is_base(item: ObjectInfo) -> bool:
    return item.name.startswith(f"{IDENTITIES}base-")


def _capture_of(item: ObjectInfo) -> int:
    return article_bits(item.name.removeprefix(IDENTITIES))


# --- what is linked -------------------------------------------------------------------------------

Groups = dict[int, list[list[tuple[int, int]]]]


def _linked(entries: np.ndarray, joined: Iterable[Sequence[int]]) -> tuple[dict[int, dict[int, int]], Groups]:
    """By period: the articles that are in others too, and for each group of them where its versions are."""
    roots = _roots(entries, joined)
    order = np.lexsort((entries["period"], roots))
    roots, periods = roots[order], entries["period"][order]
    starts = np.flatnonzero(np.r_[True, roots[1:] != roots[:-1]]) if len(roots) else np.zeros(0, int)
    ends = np.r_[starts[1:], len(roots)] if len(roots) else starts
    several = periods[starts] != periods[ends - 1] if len(roots) else np.zeros(0, bool)
    articles: dict[int, dict[int, int]] = {}
    groups: Groups = {}
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        rows = entries[order[start:end]]
        places = sorted(set(zip(rows["period"].tolist(), rows["capture"].tolist(), strict=True)))
        group = dict.fromkeys(rows["article"].tolist(), int(roots[start]))
        for period in {period for period, _ in places}:
            articles.setdefault(period, {}).update(group)
            groups.setdefault(period, []).append(places)
    return articles, groups


def _roots(entries: np.ndarray, joined: Iterable[Sequence[int]]) -> np.ndarray:
    """For each entry an article that stands for it and for all that are joined with it."""
    roots = entries["article"].copy()
    stands_for: dict[int, int] = {}

    def root(article: int) -> int:
        while (other := stands_for.get(article, article)) != article:
            article = other
        return article

    for ids in joined:
        first = root(ids[0])
        for article in ids[1:]:
            other = root(article)
            first, last = min(first, other), max(first, other)
            stands_for[last] = first
    if stands_for:
        joined = np.array(sorted(stands_for), dtype="<u8")
        at = np.searchsorted(joined, roots)
        hit = np.flatnonzero((at < len(joined)) & (joined[np.minimum(at, len(joined) - 1)] == roots))
        roots[hit] = [root(int(article)) for article in roots[hit]]
    return roots


class _Namesakes(NamedTuple):
    """Articles of one source that share an `own_id`."""

    articles: list[int]
    """Those in the earliest periods, sorted."""
    periods: list[int]
    """All that it stands in, the earliest first."""
    trusted: bool
    """Whether no capture holds two of these articles: else it identifies nothing."""


def _namesakes(entries: np.ndarray) -> Iterator[_Namesakes]:
    named = entries[entries["own"] != 0]
    named = named[np.lexsort((named["article"], named["own"]))]
    if not len(named):
        return
    starts = np.flatnonzero(np.r_[True, named["own"][1:] != named["own"][:-1]])
    ends = np.r_[starts[1:], len(named)]
    several = named["article"][starts] != named["article"][ends - 1]
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        rows = named[start:end]
        # undated counts as the latest
        periods = sorted(set(rows["period"].tolist()), key=lambda period: (period == 0, period))
        early = rows[np.isin(rows["period"], periods[:EARLY])]
        holders = np.unique(early[["capture", "article"]])["capture"]
        yield _Namesakes(
            articles=np.unique(early["article"]).tolist(),
            periods=periods,
            trusted=len(np.unique(holders)) == len(holders),
        )


# --- codes ----------------------------------------------------------------------------------------


def article_bits(hex_id: str) -> int:
    """The first 64 bits of an id in hex digits."""
    return int(hex_id[:16], 16)


def _own_bits(source: str, own_id: str) -> int:
    digest = hashlib.sha256(f"{source}\0{own_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "little") or 1


def encode_period(period: str) -> int:
    """A period as a number that sorts as it does.

    >>> encode_period("2019-02"), decode_period(20190200), decode_period(encode_period("undated"))
    (20190200, '2019-02', 'undated')
    """
    if period == UNDATED:
        return 0
    return int(f"{period}-00-00"[:10].replace("-", ""))


def decode_period(code: int) -> str:
    """The period of a number."""
    if code == 0:
        return UNDATED
    year, month, day = code // 10_000, code // 100 % 100, code % 100
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def linked_ids(ids: Iterable[str], articles: Mapping[int, int]) -> dict[str, int]:
    """Those of some ids that are among these articles, each with the number of its group."""
    if not articles:
        return {}
    numbered = ((article_id, articles.get(article_bits(article_id))) for article_id in ids)
    return {article_id: group for article_id, group in numbered if group is not None}
