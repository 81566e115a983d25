"""The commands of `dagspress sources`: the catalogue, and a look at what is out there before it is in it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import sys
from difflib import get_close_matches
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from pipeline.cli.output import err, out, print_json, progress
from pipeline.errors import ConfigurationError, DagspressError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from pipeline.acquire.fetcher import Fetcher
    from pipeline.flow.discover import Answer, Discovery, Found
    from pipeline.sources import Source

sources_app = typer.Typer(
    no_args_is_help=True,
    help="The catalogue of sources: the file that DAGSPRESS_SOURCES names, else seeds/sources.yaml.",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")]

T = TypeVar("T")


@sources_app.command("list")
def list_sources(json: Json = False) -> None:
    """Every source of the catalogue."""
    from pipeline.cli import sources_shown as shown
    from pipeline.sources import load_sources

    found = load_sources()
    if json:
        print_json([shown.source_json(source) for source in found])
        return
    if not found:
        _say("The catalogue is empty: dagspress sources add URL")
        return
    out.print(shown.render_sources(found))


@sources_app.command("add")
def add_source(
    url: Annotated[str, typer.Argument(help="A home page, a feed or a news sitemap.")],
    name: Annotated[
        str | None, typer.Option(help="What to call it. None: made from its title.", show_default=False)
    ] = None,
    pick: Annotated[
        int | None, typer.Option(min=1, help="Which one, where several are found.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Find the feed of a site (or its news sitemap) and add it to the end of the catalogue.

    Looks at the feeds that the page names, in usual places, and for a news sitemap. What stands in
    the file, comments included, stays as it is; a source that is in it already is not added again.
    """
    from pipeline.cli import sources_shown as shown
    from pipeline.flow.discover import address_of, discover, same
    from pipeline.report.words import many
    from pipeline.sources import catalogue_path, load_sources
    from pipeline.sources.writing import add_sources, entry

    path = catalogue_path()
    present = load_sources() if path.exists() and path.stat().st_size else ()
    address = address_of(url)
    with err.status("looking for feeds", spinner="dots"):
        discovery = _ask(lambda fetcher: discover(fetcher, address))
    offers = discovery.feeds or ((discovery.sitemap,) if discovery.sitemap else ())
    if not offers:
        looked = f" Looked at {many(len(discovery.asked), 'place')}." if discovery.asked else ""
        raise DagspressError(
            f"{address} has no feed and no news sitemap that could be found.{looked} If you know one, "
            "give its own address."
        )
    if not json:
        out.print(shown.render_offers(offers, discovery))
    if len(offers) > 1 and pick is None:
        if json:
            print_json({"added": None, "found": [shown.found_json(found) for found in offers]})
        raise DagspressError(
            f"{len(offers)} feeds were found. Choose one with --pick N, or give its own address."
        )
    if pick is not None and pick > len(offers):
        raise DagspressError(f"--pick {pick}: only {len(offers)} were found.")
    chosen = offers[(pick or 1) - 1]
    known = {same(source.url): source for source in present if source.kind != "archive"}
    if (there := known.get(same(chosen.url))) is not None:
        if json:
            print_json({"added": None, "known": shown.source_json(there), "path": str(path)})
        else:
            _say(f"It is in the catalogue already, as {there.name}: nothing was added.")
        return
    source = _source_of(chosen, discovery, name, present)
    comment = shown.comment_on(chosen, address)
    add_sources(path, [(source, comment)])
    if json:
        print_json({"added": shown.source_json(source), "path": str(path)})
    else:
        from pipeline.report import safe

        _say(f"\nAdded to {path}:", "bold green")
        out.print(safe(entry(source, comment).rstrip()))
        _say(f"\nSee what it would give: dagspress sources try {source.name}", "dim")


@sources_app.command("check")
def check_sources(
    names: Annotated[list[str] | None, typer.Argument(help="Sources. None: all.", show_default=False)] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Ask each whether it answers, and with what.")
    ] = False,
    json: Json = False,
) -> None:
    """Is the catalogue right, and with --online, does every source answer?

    Exit code 2: the catalogue has mistakes (all are listed); 1: a source does not answer as it should.
    """
    from pipeline.cli import sources_shown as shown
    from pipeline.report.words import many
    from pipeline.sources import catalogue_path, load_sources

    found = _named(load_sources(), names or [])
    if not online:
        if json:
            print_json(
                {"path": str(catalogue_path()), "sources": [shown.source_json(source) for source in found]}
            )
        else:
            kinds = ", ".join(
                many(n, kind)
                for kind in ("feed", "sitemap", "archive")
                if (n := sum(source.kind == kind for source in found))
            )
            _say(
                f"{catalogue_path()} is right: {many(len(found), 'source')}"
                + (f" ({kinds})" if kinds else "")
            )
        return
    from pipeline.flow.discover import check

    asked = [source for source in found if source.enabled or names]
    now = dt.datetime.now(dt.UTC)
    with progress("asking", len(asked), quiet=json) as bar:

        def done(answer: Answer) -> None:
            bar.at(answer.name)
            bar.done()

        answers = _ask(lambda fetcher: check(fetcher, asked, now=now, done=done))
    if json:
        print_json([dataclasses.asdict(answer) for answer in answers])
    else:
        out.print(shown.render_answers(answers, now))
    if not all(answer.ok for answer in answers):
        raise typer.Exit(1)


@sources_app.command("try")
def try_source(
    url: Annotated[str, typer.Argument(help="A feed, a sitemap, a site, an article, or a source's name.")],
    limit: Annotated[int, typer.Option(min=0, max=50, help="Items to read to the end.")] = 3,
    json: Json = False,
) -> None:
    """Show what would be ingested from an address. Stores nothing."""
    from pipeline.cli import sources_shown as shown
    from pipeline.extract.hints import NO_HINTS
    from pipeline.flow.discover import address_of, preview
    from pipeline.sources import catalogue_path, hints, load_sources

    known = {source.name: source for source in load_sources()} if catalogue_path().exists() else {}
    source = known.get(url)
    if source is not None and source.kind == "archive":
        raise DagspressError(f"{url} is an archive; archives are read when they are fetched.")
    address = source.url if source is not None else address_of(url)
    helps, pages = (hints(source), source.pages) if source is not None else (NO_HINTS, True)
    with err.status("reading", spinner="dots"):
        seen = _ask(lambda fetcher: preview(fetcher, address, limit=limit, hints=helps, pages=pages))
    if json:
        print_json(
            {
                "url": seen.url,
                "source": shown.found_json(seen.found) if seen.found else None,
                "items": [item.as_json() for item in seen.items],
                "shown": [one.as_json() for one in seen.shown],
                "problems": list(seen.problems),
            }
        )
    else:
        out.print(shown.render_preview(seen))


@sources_app.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.")],
    json: Json = False,
) -> None:
    """Add the feeds of an OPML file to the catalogue; those that are in it already are left alone."""
    from pipeline.cli import sources_shown as shown
    from pipeline.opml import from_opml
    from pipeline.report.words import many
    from pipeline.sources import catalogue_path, load_sources
    from pipeline.sources.writing import add_sources

    path = catalogue_path()
    present = load_sources() if path.exists() and path.stat().st_size else ()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DagspressError(f"{file} cannot be read: {error.strerror or error}.") from None
    imported = from_opml(data, present=present)
    day = dt.datetime.now(dt.UTC).date()
    add_sources(path, [(source, f"Imported {day} from {file.name}.") for source in imported.sources])
    if json:
        print_json(
            {
                "added": [shown.source_json(source) for source in imported.sources],
                "known": list(imported.known),
                "problems": list(imported.problems),
                "path": str(path),
            }
        )
        return
    _say(f"{many(len(imported.sources), 'source')} added to {path}")
    for source in imported.sources:
        _say(f"  {source.name}  {source.url}")
    if imported.known:
        _say(f"{many(len(imported.known), 'source')} known already")
    for problem in imported.problems:
        _say(problem, "yellow")


@sources_app.command("export")
def export_opml(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write. None: standard output.", show_default=False)
    ] = None,
) -> None:
    """Write the catalogue as OPML 2.0, which feed readers read; `sources import` takes all of it back."""
    from pipeline.opml import to_opml
    from pipeline.sources import load_sources

    document = to_opml(load_sources())
    if file is None:
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
        return
    try:
        file.write_bytes(document)
    except OSError as error:
        raise DagspressError(f"{file} cannot be written: {error.strerror or error}.") from None


# --- asking ---------------------------------------------------------------------------------------


def _ask(question: Callable[[Fetcher], Coroutine[Any, Any, T]]) -> T:
    """Put a question to the world, with a fetcher of its own."""
    from pipeline.acquire.fetcher import Fetcher
    from pipeline.settings import Fetching

    fetching = Fetching.from_env()

    async def run() -> T:
        async with Fetcher(fetching) as fetcher:
            return await question(fetcher)

    return asyncio.run(run())


def _named(sources: Sequence[Source], names: Sequence[str]) -> list[Source]:
    known = {source.name: source for source in sources}
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else "`dagspress sources list` shows them."
            raise DagspressError(f"There is no source {name!r}. {hint}")
    return [known[name] for name in dict.fromkeys(names)] if names else list(sources)


def _source_of(found: Found, discovery: Discovery, name: str | None, present: Sequence[Source]) -> Source:
    from pipeline.sources import Source
    from pipeline.sources.nodes import Scalar
    from pipeline.sources.values import Wrong, name as read_name
    from pipeline.sources.writing import new_name

    taken = [source.name for source in present]
    title = " ".join((found.feed.title or "").split())[:200] or None
    if title is not None and not title.isprintable():
        title = "".join(c for c in title if c.isprintable()) or None
    if name is not None:
        try:
            read_name(Scalar(1, name, quoted=True))
        except Wrong as wrong:
            raise ConfigurationError(f"--name {wrong.detail}.") from None
        if name.casefold() in {other.casefold() for other in taken}:
            raise ConfigurationError(f"--name {name}: the catalogue has a source of that name. Take another.")
    sitemap = discovery.sitemap if found.kind == "feed" and discovery.sitemap else None
    return Source(
        name=name or new_name(found.url, taken, title=title),
        kind=found.kind,
        url=found.url,
        title=title,
        language=found.language,
        sitemap=sitemap.url if sitemap else None,
    )


def _say(text: str, style: str = "") -> None:
    from pipeline.report import safe

    out.print(safe(text, style))
