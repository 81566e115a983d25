"""The thresholds of the gate: what `seeds/thresholds.yaml` says, or the file of DAGSPRESS_THRESHOLDS."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import yaml

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT: Final = Path(__file__).parents[2] / "seeds" / "thresholds.yaml"
WHY: Final = "why"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionThresholds:
    """What a period as a whole is judged by; the file says why."""

    min_rows: int
    max_quarantined_share: float
    max_unknown_language_share: float
    max_duplicate_share: float
    min_median_words: float
    max_median_words: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceThresholds:
    """What a source's part of a day is judged by, against its own past; the file says why."""

    weeks: int
    min_weeks: int
    min_articles: int
    min_volume: float
    max_volume: float
    max_missing_rise: float
    max_language_shift: float
    max_length_change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """All of them."""

    partition: PartitionThresholds
    source: SourceThresholds
    overrides: Mapping[str, SourceThresholds] = field(default_factory=dict)
    """Those of some sources."""

    def of(self, source: str) -> SourceThresholds:
        """Those that a source is judged by."""
        return self.overrides.get(source, self.source)

    @property
    def weeks(self) -> int:
        """How far back any source is compared."""
        return max(t.weeks for t in (self.source, *self.overrides.values()))


def load_thresholds() -> Thresholds:
    """The thresholds that hold. Raises ConfigurationError naming the file and what is wrong in it."""
    named = os.environ.get("DAGSPRESS_THRESHOLDS", "").strip()
    path = Path(named) if named else DEFAULT
    try:
        state = path.stat()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
    return _load(path, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=8)
def _load(path: Path, _modified: int, _size: int) -> Thresholds:
    """Of a file as it is now: processes that run for long see what was edited."""
    usual = _document(DEFAULT)
    given = usual if path == DEFAULT else _document(path)
    return _Reading(path).thresholds(usual, given)


def _document(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is no YAML: {error}") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path}: `partition:`, `source:` and `overrides:` are wanted.")
    return document


_T = TypeVar("_T", PartitionThresholds, SourceThresholds)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file, for the sake of its errors."""

    path: Path

    def thresholds(self, usual: Mapping[str, Any], given: Mapping[str, Any]) -> Thresholds:
        if unknown := sorted(set(map(str, given)) - {"partition", "source", "overrides"}):
            raise self._wrong(f"{unknown[0]} is none of `partition`, `source` and `overrides`")
        source = self._values(SourceThresholds, "source", usual["source"] | self._part(given, "source"))
        overrides = {
            str(name): self._override(str(name), source, values)
            for name, values in (usual["overrides"] | self._part(given, "overrides")).items()
        }
        partition = usual["partition"] | self._part(given, "partition")
        return Thresholds(
            partition=self._values(PartitionThresholds, "partition", partition),
            source=source,
            overrides=overrides,
        )

    def _part(self, document: Mapping[str, Any], name: str) -> dict[str, Any]:
        part = document.get(name) or {}
        if not isinstance(part, dict):
            raise self._wrong(f"{name}: names and their values are wanted")
        return part

    def _override(self, name: str, source: SourceThresholds, values: Any) -> SourceThresholds:
        place = f"overrides: {name}"
        if not isinstance(values, dict) or not str(values.get(WHY) or "").strip():
            raise self._wrong(f"{place}: a line of `{WHY}` is wanted: what is different about it?")
        changes = {key: value for key, value in values.items() if key != WHY}
        merged = {f.name: getattr(source, f.name) for f in fields(source)} | changes
        return replace(source, **self._checked(SourceThresholds, place, merged))

    def _values(self, cls: type[_T], place: str, values: Mapping[str, Any]) -> _T:
        return cls(**self._checked(cls, place, values))

    def _checked(self, cls: type[_T], place: str, values: Mapping[str, Any]) -> dict[str, Any]:
        whole = {f.name: f.type == "int" for f in fields(cls)}
        for name, value in values.items():
            if name not in whole:
                raise self._wrong(f"{place}: there is no threshold {name!r}. There are {', '.join(whole)}")
            kinds = (int,) if whole[name] else (int, float)
            if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < 10**9:
                wanted = "a whole number" if whole[name] else "a number"
                raise self._wrong(f"{place}: {name} must be {wanted} from 0 on, not {value!r}")
        return dict(values)

    def _wrong(self, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self.path}: {what}.")
