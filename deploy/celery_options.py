"""How Celery's workers start: with what each task would import again; Great Expectations alone takes 7 s."""

from __future__ import annotations

from typing import Any, Final

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG

OPTIONS: Final[dict[str, Any]] = {
    **DEFAULT_CELERY_CONFIG,
    "imports": ["airflow.sdk.execution_time.task_runner", "pipeline.flow.preload"],
}
"""What [celery] celery_config_options names. Tasks are forked from a process that has imported these."""
