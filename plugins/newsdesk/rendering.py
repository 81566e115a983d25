"""Pages from templates: everything escaped, every address made in one place."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from itsdangerous import BadSignature
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, RedirectResponse

from newsdesk.access import TOKEN_FIELD, signer, visitor_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fastapi import Request

FOLDER: Final = Path(__file__).parent
STATIC: Final = {path.name: path.read_bytes() for path in sorted((FOLDER / "static").iterdir())}
"""The files that pages use, by name."""
DIGESTS: Final = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in STATIC.items()}

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "published": ("●", "published"),
    "waiting": ("◐", "waiting"),
    "gate failed": ("▲", "gate failed"),
    "captured": ("○", "captured"),
    "never captured": ("·", "never captured"),
}
"""The mark and the word of what a period may be; never told apart by colour alone."""

_QUOTED: Final = re.compile(r"`([^`]+)`")

SAID_SECONDS: Final = 120
"""For so long the address that we sent somebody to says what was done."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was done, on the page that follows; `links` lead to pages of Airflow."""

    text: str
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """One page of a list."""

    number: int
    """From 1."""
    size: int
    total: int

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        """From 1; 0 where there is none."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last_row(self) -> int:
        """The number of the last row on it."""
        return min(self.total, self.number * self.size)


def number(value: int) -> str:
    """A count with its thousands apart.

    >>> number(1234567).split()
    ['1', '234', '567']
    """
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def compact(value: int) -> str:
    """A count in at most four characters.

    >>> compact(999), compact(1234), compact(45678), compact(1_200_000)
    ('999', '1.2k', '46k', '1.2M')
    """
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:.{1 if value < 10 * size else 0}f}{letter}"
    return str(value)


def many(value: int, noun: str) -> str:
    """A count with its noun.

    >>> many(1, "article"), many(2, "article")
    ('1 article', '2 articles')
    """
    return f"{number(value)} {noun}{'' if value == 1 else 's'}"


def prose(text: str) -> Markup:
    """A sentence of ours, with what stands in backticks as code."""
    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped first


def moment(value: Any) -> str:
    """An instant (of UTC, as ISO 8601 or a datetime) for people."""
    text = value if isinstance(value, str) else value.isoformat()
    return f"{text[:10]} {text[11:16]} UTC" if len(text) > 10 else text


def address(path: str, query: Mapping[str, Any]) -> str:
    """A path with what is asked of it; what is None or empty is left out."""
    asked = {name: value for name, value in query.items() if value not in (None, "")}
    return quote(path, safe="/~") + (f"?{urlencode(asked, doseq=True)}" if asked else "")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=number, compact=compact, many=many, moment=moment, prose=prose)
    environment.globals.update(STATES=STATES, TOKEN_FIELD=TOKEN_FIELD)
    return environment


_TEMPLATES: Final = _environment()


def render(template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """A template without the newsdesk around it."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(values), status_code=status)


def page(request: Request, template: str, *, section: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the newsdesk. `section` is the entry of its navigation that it belongs to.

    Templates have `url(path, **query)` for our own pages, `airflow(path, **query)` for Airflow's,
    `static(name)`, and the `visitor`.
    """
    own, outer = here(request), here(request).removesuffix("/newsdesk")

    def static(name: str) -> str:
        return f"{own}/static/{name}?v={DIGESTS[name]}"

    around = {
        "url": lambda path, **query: own + address(path, query),
        "airflow": lambda path, **query: outer + address(path, query),
        "static": static,
        "visitor": visitor_of(request),
        "said": _said(request),
        "section": section,
    }
    return render(template, {**around, **values}, status=status)


def here(request: Request) -> str:
    """The path that the newsdesk is mounted at."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def back(request: Request, path: str, say: Said | None = None, **query: Any) -> RedirectResponse:
    """Send whoever sent a form to a page of ours, which says what was done."""
    if say is not None:
        query["said"] = signer("said").dumps([say.text, list(say.links)])
    return RedirectResponse(here(request) + address(path, query), status_code=303)


def _said(request: Request) -> Said | None:
    try:
        text, links = signer("said").loads(request.query_params.get("said", ""), max_age=SAID_SECONDS)
    except BadSignature:
        return None
    return Said(text, _pairs(links))


def _pairs(links: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    return [(label, path) for label, path in links]
