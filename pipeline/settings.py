"""Settings, from the environment alone. Wrong ones fail at start, by name.

Where the lake is: `DAGSPRESS_LAKE` (`s3://bucket[/prefix]`). How to reach it: the variables every
S3 client knows (`AWS_ENDPOINT_URL_S3`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one item may cost (G7). Hitting a limit is an error on that item alone."""

    record_bytes: int = 32 * MIB
    """Largest single record: a line of JSONL, an item, a text file. Longer ones are rejected."""
    expanded_bytes: int = 256 * 1024 * MIB
    """Most bytes one dropped file may expand to."""
    expansion_ratio: int = 250
    """Most bytes out for each byte in, checked after the first `expansion_grace` bytes."""
    expansion_grace: int = 32 * MIB
    """Bytes that may come out of a compressed file before its ratio is judged."""
    archive_depth: int = 4
    """Deepest nesting of compressions and archives."""
    archive_members: int = 1_000_000
    """Most members of one archive."""
    stage_bytes: int = 96 * MIB
    """Text held in memory while staging, before the parts are written."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Limits:
        """Limits with overrides from `DAGSPRESS_MAX_<NAME>` (whole numbers above 0)."""
        env = os.environ if env is None else env
        overrides = {}
        for f in fields(cls):
            name = f"DAGSPRESS_MAX_{f.name.upper()}"
            if (value := env.get(name)) is not None:
                if not value.isdigit() or int(value) == 0:
                    raise ConfigurationError(f"{name} must be a whole number above 0, not {value!r}.")
                overrides[f.name] = int(value)
        return cls(**overrides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the lake is and what one item may cost."""

    bucket: str
    prefix: str = ""
    """Empty, or ends with a slash."""
    endpoint: str | None = None
    """Base URL of the S3 endpoint; None is Amazon's own."""
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raises ConfigurationError naming the variable that is wrong."""
        env = os.environ if env is None else env
        url = env.get("DAGSPRESS_LAKE", "")
        if not url:
            raise ConfigurationError(
                "DAGSPRESS_LAKE is not set. Set it to where the lake is, such as s3://my-bucket or "
                "s3://my-bucket/news (`eval $(make env)` sets it for the embedded services)."
            )
        match = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?", url)
        if match is None:
            raise ConfigurationError(f"DAGSPRESS_LAKE must look like s3://bucket/prefix, not {url!r}.")
        endpoint = env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL") or None
        if endpoint is not None and urlsplit(endpoint).scheme not in {"http", "https"}:
            raise ConfigurationError(f"AWS_ENDPOINT_URL_S3 must be an http(s) URL, not {endpoint!r}.")
        prefix = (match[2] or "").strip("/")
        return cls(
            bucket=match[1],
            prefix=f"{prefix}/" if prefix else "",
            endpoint=endpoint,
            limits=Limits.from_env(env),
        )
