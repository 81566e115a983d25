"""The papers of the newsstand, and what is odd about each.

Traits that feeds and pages know: `tracked-links` (`?utm_*`, `?ref=rss`), `relative-links`, `repeated-guid`,
`no-guid`, `guid-is-link` (no link), `no-date`, `items-twice`, `enclosures`, `html-entities`,
`leading-space`, `bad-byte`, `cp1252-unsaid`, `paywall`, `utf-8-said` (ISO-8859-1 bytes that say UTF-8),
`latin-1-said` (the reverse), `unsaid-charset`, `private-links`, `empty-feed`, `mistyped`.

What servers do: the keys of `odd.FAILURES`, `odd.MOVES` and `odd.STRANGE`. What robots.txt says:
`disallowed-section`, `unwelcome`. What the catalogue says: `dead`, `gap-filler` (a sitemap beside the feed),
`no-pages` (they are not asked for). `torn-archive`: its files are damaged.
"""

from __future__ import annotations

from typing import Any, Final

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


def _paper(name: str, shows: str, *traits: str, **more: Any) -> Paper:
    title = f"{name.replace('-', ' ').capitalize()} Avis"
    return Paper(
        name=name, shows=shows, title=title, **{"language": "nb", "traits": frozenset(traits), **more}
    )


TRICKY: Final = (
    _paper("same-guid", "one guid on all items", "repeated-guid"),
    _paper("no-guid", "items without guid", "no-guid"),
    _paper("no-date", "items without date", "no-date"),
    _paper("undated", "no date in the feed, none on the page", "no-date", layout="undated",
           dated_paths=False),
    _paper("guid-link", "no link: the guid is the link", "guid-is-link"),
    _paper("twice", "every item twice", "items-twice"),
    _paper("tracked", "links with utm_* and ref=rss", "tracked-links"),
    _paper("relative", "relative links without a base", "relative-links"),
    _paper("enclosed", "items with enclosures", "enclosures"),
    _paper("full-text", "the full text in the feed, pages forbidden", "pages-forbidden", form="rss-full"),
    _paper("dead-links", "of each day the first page is gone, the second not found", "dead-links"),
    _paper("gap", "a feed that holds little, and a sitemap for the rest", "gap-filler", per_day=5, latest=4),
    _paper("inside", "title and lead in the same element as the text", layout="inside"),
    _paper("restless", "pages whose bytes differ each time", "restless"),
    _paper("empty", "a feed without items", "empty-feed"),
    _paper("zero-bytes", "a feed of no bytes", "zero-bytes"),
    _paper("html-feed", "a page where the feed should be", "html-feed"),
    _paper("mistyped", "a feed called text/html", "mistyped"),
    _paper("leading-space", "a byte order mark and white space before the XML declaration", "leading-space"),
    _paper("entities", "HTML's entities in XML", "html-entities"),
    _paper("bad-byte", "one byte of a UTF-8 feed is ISO-8859-1", "bad-byte"),
    _paper("cp1252", "a windows-1252 feed that says ISO-8859-1", "cp1252-unsaid", language="de",
           zone="Europe/Berlin", encoding="iso-8859-1", form="rss-full"),
    _paper("said-utf-8", "ISO-8859-1 pages that say UTF-8", "utf-8-said"),
    _paper("said-latin-1", "UTF-8 pages that say ISO-8859-1", "latin-1-said"),
    _paper("unsaid", "windows-1252 pages that say nothing", "unsaid-charset", encoding="windows-1252"),
    _paper("no-validators", "neither ETag nor Last-Modified on the feed", "no-validators"),
    _paper("fresh", "a feed that stays fresh for an hour, and asks for two by ttl", max_age=3600, ttl=120),
    _paper("moved", "a feed moved for good (301, 308), to another host", "moved-for-good", path="/rss"),
    _paper("detour", "a feed that redirects for now (302, 307)", "moved-for-now", path="/rss"),
    _paper("mixed", "a feed moved for good, then for now", "moved-mixed", path="/rss"),
    _paper("crawl-delay", "robots.txt asks for two seconds", crawl_delay=2),
    _paper("disallowed", "robots.txt disallows one section", "disallowed-section"),
    _paper("expires", "a feed that stays fresh for an hour, said by Expires", "expires"),
    _paper("zipped-map", "a sitemap index by day, all of it gzip", kind="sitemap", path="/sitemap.xml.gz"),
    _paper("plain-map", "one sitemap without an index", kind="sitemap", path="/sitemap-recent.xml"),
    _paper("text-map", "a sitemap of bare lines", kind="sitemap", path="/sitemap.txt"),
    _paper("torn-archive", "a web archive with a damaged record and no end", "torn-archive", kind="archive",
           path="/crawl-data/CC-NEWS/%Y/%m/warc.paths.gz"),
    _paper("no-robots", "no robots.txt", "no-robots"),
)  # fmt: skip
"""Readable, with a catch."""

TROUBLE: Final = (
    _paper("dead", "nothing listens there", "dead"),
    _paper("slow", "every body takes its time", "slow"),
    _paper("busy", "429 twice, Retry-After in seconds", "busy-seconds"),
    _paper("busy-date", "429 twice, Retry-After as a date", "busy-date"),
    _paper("busy-long", "429 always, Retry-After a day", "busy-long"),
    _paper("unavailable", "503 once, Retry-After a second", "unavailable"),
    _paper("flaky", "503 at every other request", "flaky"),
    _paper("broken", "500 always", "broken"),
    _paper("gone", "410 always", "gone"),
    _paper("hangs", "takes the request and never answers", "hangs"),
    _paper("cut-off", "half a body", "cut-off"),
    _paper("not-http", "bytes that are no HTTP", "not-http"),
    _paper("corrupt-gzip", "called gzip, and is not", "corrupt-gzip"),
    _paper("robots-broken", "robots.txt answers 503", "robots-broken"),
    _paper("unwelcome", "robots.txt disallows us by name", "unwelcome"),
)
"""Servers in difficulties, or that do not want us."""

HOSTILE: Final = (
    _paper("gzip-bomb", "1 MB of gzip that becomes 1 GiB", "gzip-bomb"),
    _paper("brotli-bomb", "a little brotli that becomes 1 GiB", "brotli-bomb"),
    _paper("zstd-bomb", "a little zstd that becomes 1 GiB", "zstd-bomb"),
    _paper("bomb-page", "a page that is a gzip bomb, among good ones", "bomb-page"),
    _paper("redirect-loop", "two addresses that redirect to each other", "redirect-loop"),
    _paper("redirect-forever", "always one address further", "redirect-forever"),
    _paper("endless", "a body without end, fast", "endless"),
    _paper("drip", "a body without end, a byte at a time", "drip"),
    _paper("to-loopback", "redirects to 127.0.0.1", "to-loopback"),
    _paper("to-metadata", "redirects to the metadata address of clouds", "to-metadata"),
    _paper("to-private", "redirects to a private address", "to-private"),
    _paper("to-decimal", "redirects to the metadata address, written as one number", "to-decimal"),
    _paper("to-mapped", "redirects to the metadata address, mapped into IPv6", "to-mapped"),
    _paper("to-file", "redirects to a file", "to-file"),
    _paper("private-links", "items that link inside, among good ones", "private-links"),
    _paper("private-page", "pages that redirect inside, among good ones", "private-page"),
    _paper("entity-bomb", "XML entities that become a billion words", "entity-bomb"),
    _paper("external-entity", "XML that asks for a file and an address", "external-entity"),
    _paper("many-items", "a feed of 10,000 items", "many-items", "no-pages"),
    _paper("huge-page", "a page of 50 MB, among good ones", "huge-page"),
    _paper("deep-page", "a page nested 100,000 deep, among good ones", "deep-page"),
    _paper("huge-header", "a header field of a million bytes", "huge-header"),
)
"""Servers that mean harm. Each ends in an error on that item alone."""

GROUPS: Final[dict[str, tuple[Paper, ...]]] = {
    "good": GOOD,
    "tricky": TRICKY,
    "trouble": TROUBLE,
    "hostile": HOSTILE,
}
PAPERS: Final[dict[str, Paper]] = {paper.name: paper for group in GROUPS.values() for paper in group}
"""All of them by name."""
