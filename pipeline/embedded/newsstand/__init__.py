"""A small, entirely made-up press, served over loopback: what the demo and the tests fetch from.

`running_newsstand()` for tests, `python -m pipeline.embedded.newsstand` as a process of its own,
`catalogue(stand)` for the sources that it has.
"""

from pipeline.embedded.newsstand.access import Access, AccessLog
from pipeline.embedded.newsstand.catalogue import catalogue
from pipeline.embedded.newsstand.control import order
from pipeline.embedded.newsstand.edition import Edition, Expected
from pipeline.embedded.newsstand.papers import GOOD, GROUPS, PAPERS
from pipeline.embedded.newsstand.press import Paper, Story, articles_of
from pipeline.embedded.newsstand.stand import Newsstand, running_newsstand

__all__ = [
    "GOOD",
    "GROUPS",
    "PAPERS",
    "Access",
    "AccessLog",
    "Edition",
    "Expected",
    "Newsstand",
    "Paper",
    "Story",
    "articles_of",
    "catalogue",
    "order",
    "running_newsstand",
]
