"""What is in quarantine is read again by the code of today, after a rule or a source's hints were mended."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task
from lake_assets import DEFAULTS, announce_periods, staged_articles

log = logging.getLogger(__name__)

DOC = """
### Rerun quarantine

Reads the captures of rows in quarantine again with the code of today, and announces their periods:
`publish_articles` then runs once for each. What is whole now leaves quarantine by itself; the rest stays with
its reasons. Who asked for it and why is kept in the lake, beside the decisions.

**Starts by itself**: never. The newsdesk's *Quarantine* starts it, or trigger it by hand with a reason.

| task | does |
|---|---|
| `read_again` | the captures of all rows that match |
| `announce` | tells which periods changed. Skipped when none did |

**When it is red** the log's last line says what is wrong and what to do; then clear the task. Reading again
as often as you like is harmless.
"""


@dag(
    dag_id="rerun_quarantine",
    dag_display_name="Rerun quarantine",
    description="What is in quarantine is read again by the code of today",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={
        "periods": Param(
            [], type="array", items={"type": "string"}, title="Periods", description="None: all"
        ),
        "reason": Param(None, type=["null", "string"], title="Expectation that they fail"),
        "source": Param(None, type=["null", "string"], title="Source"),
        "why": Param("", type="string", minLength=1, maxLength=2000, title="Why"),
    },
    tags=["dagspress", "articles"],
    doc_md=DOC,
)
def rerun_quarantine() -> None:
    """Wire the tasks."""

    @task(execution_timeout=timedelta(hours=6))
    def read_again() -> dict[str, int]:
        from pipeline import flow
        from pipeline.lake import Lake

        context = get_current_context()
        params: dict[str, Any] = dict(context["params"])
        by = getattr(context["dag_run"], "triggering_user_name", None) or "airflow"
        found = flow.read_again(Lake.from_env(), by=by, **params)
        log.info("%d captures are read again, for %d articles", found.captures, len(found.articles))
        return found.periods

    @task(outlets=[staged_articles], execution_timeout=timedelta(minutes=30))
    def announce(periods: Any) -> list[str]:
        return announce_periods(periods, by="Reading again")

    announce(read_again())


rerun_quarantine()
