"""What has to be there before Airflow starts: right settings, the lake's bucket, tables, users, a pool.

Runs to its end at every start, and changes nothing that is there: a password that somebody changed stays.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from pipeline.doctor import examine
from pipeline.errors import DagspressError
from pipeline.lake import Lake
from pipeline.settings_table import check_settings

if TYPE_CHECKING:
    from collections.abc import Callable

USERS: Final = {
    "admin": ("Admin", "ADMIN_PASSWORD"),
    "reader": ("Viewer", "READER_PASSWORD"),
}
"""Each user's role, and the variable that holds the first password."""

POOL: Final = ("fetching", 8, "Sources that are asked at the same time")


def settings() -> None:
    """Every setting is right."""
    check_settings()


def bucket() -> None:
    """The lake's bucket is there, and keeps what it is given."""
    if not os.environ.get("DAGSPRESS_LAKE_CONN_ID"):
        Lake.from_env().create_bucket()
        for finding in examine():
            print(f"  {finding.check}: {finding.detail}", flush=True)
            if not finding.ok:
                raise DagspressError("The lake cannot be used as it is.")


def tables() -> None:
    """Airflow's tables, and those of its users, have the shape of the installed version."""
    if subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=False).returncode:
        raise DagspressError("The database could not be migrated; the reason stands above.")


def users() -> None:
    """The first users."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        for name, (role, variable) in USERS.items():
            if builder.sm.find_user(name) is None:
                password = os.environ.get(variable, "")
                if len(password) < 12:
                    raise DagspressError(
                        f"{variable} must have 12 characters or more. `make secrets` makes it."
                    )
                added = builder.sm.add_user(
                    name, name, "Dagspress", f"{name}@localhost.invalid", builder.sm.find_role(role), password
                )
                if not added:
                    raise DagspressError(f"The user {name} could not be added; the reason stands above.")


def pool() -> None:
    """The pool of the tasks that ask sources; a size that somebody chose stays."""
    from airflow.models.pool import Pool

    name, slots, description = POOL
    if Pool.get_pool(name) is None:
        Pool.create_or_update_pool(name, slots=slots, description=description, include_deferred=False)


STEPS: Final[tuple[Callable[[], None], ...]] = (settings, bucket, tables, users, pool)


def main() -> None:
    """Take every step; the first that fails ends it, with what is wrong."""
    for step in STEPS:
        print(step.__doc__, flush=True)
        try:
            step()
        except DagspressError as error:
            sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
