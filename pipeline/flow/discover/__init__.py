"""Looking before subscribing: what a site offers, what a source would give, whether the sources still answer.

Asks the world, politely, and stores nothing.
"""

from __future__ import annotations

from pipeline.flow.discover.asking import Answer, check
from pipeline.flow.discover.finding import Discovery, Found, address_of, discover, same
from pipeline.flow.discover.previewing import Preview, Previewed, preview

__all__ = [
    "Answer",
    "Discovery",
    "Found",
    "Preview",
    "Previewed",
    "address_of",
    "check",
    "discover",
    "preview",
    "same",
]
