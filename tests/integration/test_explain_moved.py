from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from fetching import Desk

from pipeline.embedded.newsstand import running_newsstand
from pipeline.explain import explain
from pipeline.normalise.identity import article_id

if TYPE_CHECKING:
    from pipeline.lake import Lake


def test_every_address_of_an_article_leads_to_its_row(lake: Lake) -> None:
    with running_newsstand(today=dt.date(2026, 3, 10)) as stand:
        desk = Desk(lake, stand)
        story = stand.latest("grinnfjord")[0]
        desk.publish(desk.fetch("grinnfjord"))
        moved = stand.move_slug(story)
        desk.publish(desk.fetch("grinnfjord"))
        old, new = (
            article_id(canonical_url=stand.url(s), source="grinnfjord", own_id=None, raw=b"")
            for s in (story, moved)
        )
    assert old != new
    for name in (old, new):
        found = explain(lake, name)
        assert (found.article_id, found.state, len(found.versions)) == (old, "published", 2)
        assert found.row is not None
        assert found.row["canonical_url"] == stand.url(moved)
