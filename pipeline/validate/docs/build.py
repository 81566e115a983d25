"""From quality reports to pages in the lake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from pipeline.lake import DOCS, docs_index_name, docs_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.lake import Lake

_WRITERS: Final = 8


def build_docs(lake: Lake, reports: Iterable[Mapping[str, Any]]) -> list[str]:
    """Render the quality reports of some periods and put the pages into the lake; gives their names.

    One page a period, and `quality/docs/index.html` with a link to every page there is. The same report gives
    the same bytes. Some 30 ms a page. Raises LakeError.
    """
    from pipeline.validate.docs.render import render_index, render_page

    with ThreadPoolExecutor(max_workers=_WRITERS) as threads:  # a page is rendered while others travel
        puts = [threads.submit(lake.put, docs_name(found["period"]), render_page(found)) for found in reports]
        names = [put.result().name for put in puts]
    if names:
        lake.put(docs_index_name(), render_index(lake.periods(DOCS)))
    return names
