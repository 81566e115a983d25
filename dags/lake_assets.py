"""The assets that the DAGs pass on to each other, and what they have in common. Not a DAG."""

from __future__ import annotations

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
from airflow.sdk.exceptions import AirflowSkipException
from inbox_trigger import InboxTrigger

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def announce_periods(touched: Iterable[str], *, by: str) -> list[str]:
    """Tell which of the periods that a run touched are not up to date; skips the task when all are.

    `by`: what touched them, as it stands in a sentence (`3 files`).
    """
    from pipeline.flow import pending
    from pipeline.lake import Lake

    periods = pending(Lake.from_env(), touched)
    if not periods:
        raise AirflowSkipException(f"Nothing is new: {by}, every period is up to date.")
    log.info("%s touched %d periods: %s", by, len(periods), ", ".join(periods))
    get_current_context()["outlet_events"][staged_articles].add_partitions(periods)
    return periods


DEFAULTS: Final[dict[str, Any]] = {
    "owner": "dagspress",
    "retries": 4,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
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
