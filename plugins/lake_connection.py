"""The lake by an Airflow connection of type `aws`, which `DAGSPRESS_LAKE_CONN_ID` names.

`pipeline` knows nothing of Airflow: what the connection says becomes the variables that every S3 client
knows, in the process that asks.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "DAGSPRESS_LAKE_CONN_ID"


def lake_variables(
    login: str | None, password: str | None, extra: Mapping[str, Any], *, name: str
) -> dict[str, str]:
    """The variables that a connection stands for; raises ConfigurationError naming what is wrong in it.

    Its extras are those of Airflow's Amazon provider: `endpoint_url`, `region_name`, `aws_session_token`, and
    `service_config` with an `endpoint_url` and a `bucket_name` of `s3`.
    """
    services = extra.get("service_config") or {}
    s3 = services.get("s3") or {} if isinstance(services, dict) else None
    if not isinstance(s3, dict):
        raise ConfigurationError(f"The connection {name!r} ({VARIABLE}): `service_config` must hold objects.")
    bucket = s3.get("bucket_name")
    found = {
        "DAGSPRESS_LAKE": f"s3://{bucket}" if bucket else None,
        "AWS_ENDPOINT_URL_S3": s3.get("endpoint_url") or extra.get("endpoint_url"),
        "AWS_ACCESS_KEY_ID": login,
        "AWS_SECRET_ACCESS_KEY": password,
        "AWS_SESSION_TOKEN": extra.get("aws_session_token"),
        "AWS_REGION": extra.get("region_name"),
    }
    if bool(login) != bool(password):
        raise ConfigurationError(f"The connection {name!r} ({VARIABLE}) has a login or a password, not both.")
    return {variable: str(value) for variable, value in found.items() if value}


def use_lake_connection() -> None:
    """Put what the named connection says into the environment of this process; nothing where none is named.

    `DAGSPRESS_LAKE` where it is set stays: a bucket named there counts more than one in the connection.
    """
    name = os.environ.get(VARIABLE, "").strip()
    if not name:
        return
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        connection = BaseHook.get_connection(name)
    except AirflowNotFoundException:
        raise ConfigurationError(f"Airflow has no connection {name!r}, which {VARIABLE} names.") from None
    try:
        extra = json.loads(connection.extra or "{}")
    except ValueError:
        raise ConfigurationError(f"The extras of the connection {name!r} ({VARIABLE}) are no JSON.") from None
    given = lake_variables(connection.login, connection.password, extra, name=name)
    if os.environ.get("DAGSPRESS_LAKE"):
        given.pop("DAGSPRESS_LAKE", None)
    os.environ.update(given)


class Listener:
    """Told by Airflow when a task begins, in the process that runs it."""

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:  # noqa: ARG002
        """Before the task's own code asks where the lake is."""
        use_lake_connection()


class LakeConnectionPlugin(AirflowPlugin):
    """Makes the listener known to Airflow."""

    name = "dagspress_lake_connection"
    listeners = [Listener()]  # noqa: RUF012 - as Airflow wants it
