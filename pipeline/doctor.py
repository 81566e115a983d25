"""Doctor: is the lake there, may we use it, and does it keep what it is given?"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import DagspressError, IntegrityError
from pipeline.lake import STATE, Lake
from pipeline.settings import MIB, Settings
from pipeline.settings_table import check_settings, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check and how it went."""

    check: str
    ok: bool
    detail: str
    warning: bool = False
    """It is no failure, but not as meant either."""


def examine() -> Iterator[Finding]:
    """Check settings, endpoint and credentials, bucket, write and read back, listing and removal, in order.

    Before them: a warning for each variable whose name is none of ours.

    Stops after the first check that fails, since the later ones cannot mean anything then.
    """
    name = f"{STATE}doctor/{secrets.token_hex(8)}"
    lake: Lake | None = None
    data = secrets.token_bytes(MIB)

    def settings() -> str:
        nonlocal lake
        lake = Lake(Settings.from_env())
        check_settings()
        keys = (
            "AWS_ACCESS_KEY_ID is set"
            if os.environ.get("AWS_ACCESS_KEY_ID")
            else "keys by boto3's own search"
        )
        return f"{lake.url} at {lake.settings.endpoint or 'Amazon S3'}; {keys}"

    def bucket() -> str:
        _lake(lake).check_bucket()
        return "it is there, and the keys are accepted"

    def write() -> str:
        _lake(lake).put(name, data)
        return f"{len(data)} bytes as {name}"

    def read() -> str:
        if _lake(lake).get(name) != data:
            raise IntegrityError(f"{name} came back with other bytes. Do not use this object store.")
        return "the same bytes came back"

    def listing() -> str:
        if [o.name for o in _lake(lake).list(name)] != [name]:
            raise IntegrityError(f"{name} was written but is not listed: listings must be consistent.")
        return "what was written is listed at once"

    def remove() -> str:
        _lake(lake).delete([name])
        if _lake(lake).info(name) is not None:
            raise IntegrityError(f"{name} was removed but is still there.")
        return "what was written is gone again"

    checks: list[tuple[str, Callable[[], str]]] = [
        ("settings", settings),
        ("bucket", bucket),
        ("write", write),
        ("read back", read),
        ("list", listing),
        ("remove", remove),
    ]
    for sentence in unknown():
        yield Finding(check="names", ok=True, warning=True, detail=sentence)
    for check, run in checks:
        try:
            yield Finding(check=check, ok=True, detail=run())
        except DagspressError as error:
            yield Finding(check=check, ok=False, detail=str(error))
            return


def _lake(lake: Lake | None) -> Lake:
    if lake is None:
        raise DagspressError("no lake")
    return lake
