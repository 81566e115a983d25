"""The newsstand's papers as sources: the text of a `sources.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from pipeline.embedded.newsstand.papers import GOOD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.embedded.newsstand.press import Paper
    from pipeline.embedded.newsstand.stand import Newsstand


def catalogue(
    stand: Newsstand,
    names: Iterable[str] | None = None,
    *,
    spacing: float | None = None,
    every: str | None = None,
) -> str:
    """Declare some papers (None: the good ones) of a running newsstand as sources (see `pipeline.sources`).

    `spacing`: seconds between two requests to each; `every`: time between two polls, as `1h`.
    """
    chosen = [p.name for p in GOOD if p.name in stand.papers] if names is None else list(names)
    extra = {key: value for key, value in (("spacing", spacing), ("every", every)) if value is not None}
    entries = [_entry(stand, stand.papers[name]) | extra for name in chosen]
    text: str = yaml.safe_dump({"sources": entries}, sort_keys=False, allow_unicode=True)
    return text


def _entry(stand: Newsstand, paper: Paper) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": paper.name,
        "kind": paper.kind,
        "url": stand.address(paper.name),
        "title": paper.title,
        "language": paper.language,
        "zone": paper.zone,
    }
    if "gap-filler" in paper.traits:
        entry["sitemap"] = f"{stand.base(paper)}/sitemap-recent.xml"
    if paper.kind == "archive":
        entry["hosts"] = [stand.base(paper).partition("//")[2]]
    if "no-pages" in paper.traits:
        entry["pages"] = False
    return entry
