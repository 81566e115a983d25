"""The assets that the DAGs pass on to each other, and what they have in common. Not a DAG."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from airflow.sdk import Asset, AssetWatcher, ExceptionRetryPolicy, RetryAction, RetryRule
from inbox_trigger import InboxTrigger

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

FETCHING_POOL: Final = "fetching"
"""Sources that are asked at the same time, at most: the slots of this pool."""

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
