"""The assets that the DAGs pass on to each other, and what they have in common. Not a DAG."""

from __future__ import annotations

import contextlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk import (
    Asset,
    AssetWatcher,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    get_current_context,
)
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from inbox_trigger import InboxTrigger
from notifier import Notifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

log = logging.getLogger(__name__)

inbox = Asset(
    name="inbox",
    uri="dagspress://lake/inbox",
    watchers=[AssetWatcher(name="inbox_watcher", trigger=InboxTrigger(interval=3, remind=600))],
)
"""Documents that somebody dropped."""

staged_articles = Asset(name="staged_articles", uri="dagspress://lake/staged")
"""Rows waiting for their partition to be rebuilt. An event for each period that is not up to date."""

articles = Asset(name="articles", uri="dagspress://lake/articles")
"""The product. An event for each period that was published."""

stopped_articles = Asset(name="stopped_articles", uri="dagspress://lake/stopped")
"""Builds that the gate stopped. An event for each period that waits for a person."""

FETCHING_POOL: Final = "fetching"
"""Sources that are asked at the same time, at most: the slots of this pool."""


MOST_TOLD: Final = 100
"""Periods whose counts each event of a task carries: Airflow gives all of them the same `extra`."""


def add_events(asset: Asset, counts: Mapping[str, Mapping[str, Any]]) -> None:
    """An event of an asset for each of some periods; its `extra` has their counts, and what they come to."""
    event = get_current_context()["outlet_events"][asset]
    event.extra = event_extra(counts)
    event.add_partitions(sorted(counts))


def event_extra(counts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the events of some periods carry.

    >>> event_extra({"2019": {"staged": 2}, "undated": {"staged": 1}})
    {'total': {'periods': 2, 'staged': 3}, 'periods': {'2019': {'staged': 2}, 'undated': {'staged': 1}}}
    """
    total = {"periods": len(counts)}
    for numbers in counts.values():
        for name, number in numbers.items():
            if isinstance(number, int):
                total[name] = total.get(name, 0) + number
    told = {period: dict(counts[period]) for period in sorted(counts)} if len(counts) <= MOST_TOLD else {}
    return {"total": total, "periods": told}


def announce_periods(touched: Mapping[str, int], *, by: str) -> list[str]:
    """Tell which of the periods that a run touched are not up to date; skips the task when all are.

    `touched`: the rows staged for each; `by`: what touched them, as it stands in a sentence (`3 files`).
    """
    from pipeline.flow import pending
    from pipeline.flow.overview import record_waiting
    from pipeline.lake import Lake
    from pipeline.report import notes

    lake = Lake.from_env()
    periods = pending(lake, touched)
    note(notes.announced(periods))
    if not periods:
        raise AirflowSkipException(f"Nothing is new: {by}, every period is up to date.")
    log.info("%s touched %d periods: %s", by, len(periods), ", ".join(periods))
    record_waiting(lake, periods)
    add_events(staged_articles, {period: {"staged": touched[period]} for period in periods})
    return periods


def document_built(task_id: str) -> list[str]:
    """Data Docs of the periods that a task of this run pushed as `built`; skips where it built none."""
    from pipeline.lake import Lake
    from pipeline.report import latest_reports
    from pipeline.validate.docs import build_docs

    built = get_current_context()["ti"].xcom_pull(task_ids=task_id, key="built")
    if not built:
        raise AirflowSkipException("Nothing was built anew.")
    lake = Lake.from_env()
    names = build_docs(lake, latest_reports(lake, built))
    log.info("%d pages: %s", len(names), ", ".join(names[:MOST_TOLD]))
    return names


def note(sentence: str) -> None:
    """What a task says of its run: `run_notes` makes it the run's note. Never fails the task."""
    from pipeline.alerts import sentence as one_line

    try:
        get_current_context()["ti"].xcom_push(key="note", value=one_line(sentence))
    except Exception:
        log.warning("This run gets no note.", exc_info=True)


@contextlib.contextmanager
def noting(subject: str) -> Iterator[None]:
    """Notes why what happens inside failed, where that is told in our own words."""
    from pipeline.errors import DagspressError

    try:
        yield
    except (DagspressError, AirflowFailException) as error:
        note(f"{subject}: {error}")
        raise


DEFAULTS: Final[dict[str, Any]] = {
    "owner": "dagspress",
    "retries": 4,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "on_failure_callback": [Notifier()],
    # What cannot get better by itself is not tried again.
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(exception=f"pipeline.errors.{name}", action=RetryAction.FAIL, reason=reason)
            for name, reason in {
                "ConfigurationError": "a setting is wrong",
                "LakeAccessDenied": "the object store refuses our credentials",
                "BucketMissing": "the bucket does not exist",
                "AccountingError": "our numbers do not add up: a bug",
                "ValidationError": "an expectation itself failed: a bug",
                "SourceFailed": "it was asked several times already",
            }.items()
        ]
    ),
}
"""Arguments of every task."""
