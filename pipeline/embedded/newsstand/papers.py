"""The papers of the newsstand, and what is odd about each.

Traits that feeds and pages know: `tracked-links` (`?utm_*`, `?ref=rss`), `relative-links`, `repeated-guid`,
`no-guid`, `guid-is-link` (no link), `no-date`, `items-twice`, `enclosures`, `html-entities`,
`leading-space`, `bad-byte`, `cp1252-unsaid`, `paywall`, `restless` (other bytes each time, same article),
`utf-8-said` (ISO-8859-1 bytes that say UTF-8), `latin-1-said` (the reverse). Traits that the server knows
are the keys of `pipeline.embedded.newsstand.server.ODD`.
"""

from __future__ import annotations

from typing import Final

from pipeline.embedded.newsstand.press import Paper

GOOD: Final = (
    Paper(
        name="grinnfjord", shows="RSS 2.0 with the full text; JSON-LD in a graph", title="Grinnfjord Tidende",
        language="nb", form="rss-full",
    ),
    Paper(
        name="storli", shows="Atom, links relative to xml:base; microdata", title="Storli Blad",
        language="nn", form="atom", layout="microdata",
    ),
    Paper(
        name="elmebaek", shows="RSS 2.0; meta tags alone", title="Elmebæk Folkeblad", language="da",
        zone="Europe/Copenhagen", layout="meta",
    ),
    Paper(
        name="hokmyra", shows="RDF (RSS 1.0); a bare article", title="Hökmyra Allehanda", language="sv",
        zone="Europe/Stockholm", form="rdf", layout="article",
    ),
    Paper(
        name="eastwick", shows="JSON Feed; some pages for subscribers", title="Eastwick Courier",
        language="en", zone="Europe/London", form="json", path="/feed.json",
        traits=frozenset({"paywall"}),
    ),
    Paper(
        name="musterau", shows="RSS 2.0 in windows-1252; divs in divs", title="Musterauer Bote",
        language="de", zone="Europe/Berlin", layout="soup", encoding="windows-1252",
    ),
    Paper(
        name="koivuranta", shows="RSS 0.91 without dates; meta tags", title="Koivurannan Sanomat",
        language="fi", zone="Europe/Helsinki", form="rss091", layout="meta",
    ),
    Paper(
        name="tverrelv", shows="links with utm_* and ref=rss; two articles on a page", title="Tverrelv Avis",
        language="nb", layout="two", traits=frozenset({"tracked-links"}),
    ),
    Paper(
        name="lauvdal", shows="sitemap index by day", title="Lauvdal Dagblad", language="nb",
        kind="sitemap", path="/sitemap.xml", dated_paths=False,
    ),
    Paper(
        name="marshgate", shows="Google News sitemap", title="Marshgate Mercury", language="en",
        zone="Europe/London", kind="sitemap", path="/sitemap-news.xml", layout="microdata",
    ),
    Paper(
        name="havnevik", shows="a feed that holds little, and a sitemap for the rest",
        title="Havnevik Morgenpost", language="nb", per_day=5, latest=4, layout="article",
        traits=frozenset({"gap-filler"}),
    ),
    Paper(
        name="skogarkivet", shows="a web archive by month, as CC-NEWS has it", title="Skogarkivet",
        language="nn", kind="archive", path="/crawl-data/CC-NEWS/%Y/%m/warc.paths.gz",
    ),
)  # fmt: skip
"""A pleasant dozen: seven languages, every kind."""

PAPERS: Final[dict[str, Paper]] = {paper.name: paper for paper in GOOD}
