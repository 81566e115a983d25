"""docker-compose.yml as data: read, and its variables put in, by the rules of the Compose specification."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REPOSITORY: Final = Path(__file__).resolve().parents[1]
FILE: Final = REPOSITORY / "docker-compose.yml"

_VARIABLE: Final = re.compile(
    r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-?+])(?P<word>[^{}]*))?\}|(?P<bare>[A-Za-z_]\w*)"
    r"|(?P<wrong>))"
)


class NotInterpolated(ValueError):
    """A variable is missing, or its notation is wrong."""


@dataclass(frozen=True, slots=True)
class Use:
    """A variable as it stands in the file."""

    name: str
    how: str
    """Empty, or `:-`, `-`, `:?`, `?`, `:+`, `+`."""
    word: str
    """The default, the complaint or the replacement."""


def read(path: Path = FILE) -> dict[str, Any]:
    """The file with its anchors resolved and its variables as they stand."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ValueError(f"{path} is no mapping.")
    return document


def strings(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every string below a value, with where it stands."""
    match value:
        case str():
            yield where, value
        case dict():
            for key, inner in value.items():
                yield from strings(inner, f"{where}.{key}".lstrip("."))
        case list():
            for number, inner in enumerate(value):
                yield from strings(inner, f"{where}[{number}]")


def uses(text: str) -> list[Use]:
    """The variables of a string; raises NotInterpolated for a `$` that begins none."""
    found = []
    for match in _VARIABLE.finditer(text):
        if match["wrong"] is not None:
            raise NotInterpolated(f"`$` begins no variable in {text!r}; a `$` itself is written `$$`.")
        if match["dollar"] is None:
            found.append(Use(match["name"] or match["bare"], match["how"] or "", match["word"] or ""))
    return found


def interpolated(value: Any, env: Mapping[str, str]) -> Any:
    """A value with its variables put in; raises NotInterpolated where one is missing."""
    match value:
        case str():
            uses(value)
            return _VARIABLE.sub(lambda found: _put_in(found, env), value)
        case dict():
            return {key: interpolated(inner, env) for key, inner in value.items()}
        case list():
            return [interpolated(inner, env) for inner in value]
    return value


def _put_in(found: re.Match[str], env: Mapping[str, str]) -> str:
    if found["dollar"] is not None:
        return "$"
    name, how, word = found["name"] or found["bare"], found["how"] or "", found["word"] or ""
    value = env.get(name)
    there = bool(value) if how.startswith(":") else value is not None
    match how[-1:]:
        case "-":
            return value or "" if there else word
        case "+":
            return word if there else ""
        case "?":
            if not there:
                raise NotInterpolated(f"{name} is not set: {word}")
            return value or ""
        case _:
            if value is None:
                raise NotInterpolated(f"{name} is not set and has no default.")
            return value


def env_of(text: str) -> dict[str, str]:
    """The variables of a .env file as `make secrets` writes it: lines of NAME=value, no quotes."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}
