"""Feeds and sitemaps to items: RSS, RDF, Atom, CDF, JSON Feed; sitemaps of every kind.

`read_feed` and `read_sitemap` are the entries. Bytes in, values out; nothing is fetched, no document type
is read, no entity resolved.
"""

from __future__ import annotations

from pipeline.extract.feeds.discovery import find_feeds, sitemaps_in_robots
from pipeline.extract.feeds.reading import read_channel, read_feed
from pipeline.extract.feeds.sitemap import read_sitemap
from pipeline.extract.feeds.times import day_of, in_days, moment

__all__ = [
    "day_of",
    "find_feeds",
    "in_days",
    "moment",
    "read_channel",
    "read_feed",
    "read_sitemap",
    "sitemaps_in_robots",
]
