"""Settings, from the environment alone. Wrong ones fail at start, by name.

Where the lake is: `DAGSPRESS_LAKE` (`s3://bucket[/prefix]`). How to reach it: the variables every
S3 client knows (`AWS_ENDPOINT_URL_S3`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`).
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any
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
    stage_bytes: int = 64 * MIB
    """Text held in memory while staging, before the parts are written."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Limits:
        """Limits with overrides from `DAGSPRESS_MAX_<NAME>` (whole numbers above 0)."""
        return cls(**_overrides(cls, env))


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What fetching one resource, or from one source, may cost (G7)."""

    page_bytes: int = 16 * MIB
    """Largest page, decoded."""
    index_bytes: int = 64 * MIB
    """Largest feed or sitemap, decoded (the sitemap protocol allows 50 MiB)."""
    archive_bytes: int = 8 * 1024 * MIB
    """Largest web archive file."""
    response_seconds: int = 60
    """Longest time for one response, from the request to the last byte (archives: `source_seconds`)."""
    connect_seconds: int = 10
    """Longest time to connect, and between two bytes that arrive."""
    redirects: int = 10
    """Most redirects in a row."""
    response_ratio: int = 100
    """Most decoded bytes for each byte received, checked after the first MiB."""
    feed_items: int = 1_000
    """Most items taken from one feed in one poll."""
    sitemap_files: int = 1_000
    """Most files read of one sitemap index."""
    source_pages: int = 5_000
    """Most pages fetched for one source in one run; the rest follows with the next."""
    source_seconds: int = 3_600
    """Longest time spent on one source in one run; the rest follows with the next."""
    wait_seconds: int = 120
    """Longest wait within a run (Retry-After, crawl-delay); what asks for more is left for a later run."""
    retry_after_seconds: int = 7 * 24 * 3_600
    """Longest Retry-After that is believed."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> FetchLimits:
        """Limits with overrides from `DAGSPRESS_MAX_<NAME>` (whole numbers above 0)."""
        return cls(**_overrides(cls, env))


def _overrides(cls: type, env: Mapping[str, str] | None) -> dict[str, int]:
    env = os.environ if env is None else env
    overrides = {}
    for f in fields(cls):
        name = f"DAGSPRESS_MAX_{f.name.upper()}"
        if (value := env.get(name)) is not None:
            if not value.isdigit() or int(value) == 0:
                raise ConfigurationError(f"{name} must be a whole number above 0, not {value!r}.")
            overrides[f.name] = int(value)
    return overrides


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How we behave towards other people's servers."""

    user_agent: str = "Dagspress/0.1 (news archive; set DAGSPRESS_USER_AGENT to name who runs it)"
    """What we call ourselves. The word before the slash is what robots.txt knows us by."""
    allow_addresses: tuple[str, ...] = ()
    """Networks (CIDR) that may be fetched from although they are not public: tests, intranets."""
    spacing_seconds: float = 1.0
    """Least time between the starts of two requests to one host."""
    jitter_seconds: float = 0.5
    """Up to this is added to each spacing, at random."""
    at_once: int = 2
    """Most requests to one host at a time."""
    retry_seconds: tuple[float, ...] = (2.0, 8.0)
    """Seconds before each further try, within a run, of a request that failed."""
    limits: FetchLimits = field(default_factory=FetchLimits)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Fetching:
        """Settings from `DAGSPRESS_USER_AGENT`, `_ALLOW_ADDRESSES` (CIDR, by commas), `_SPACING_SECONDS`,
        `_JITTER_SECONDS`, `_REQUESTS_PER_HOST`; raises ConfigurationError naming the one that is wrong.
        """
        env = os.environ if env is None else env
        values: dict[str, Any] = {"limits": FetchLimits.from_env(env)}
        if agent := env.get("DAGSPRESS_USER_AGENT", "").strip():
            if not agent.isascii() or not agent.isprintable():
                raise ConfigurationError("DAGSPRESS_USER_AGENT must be one line of ASCII characters.")
            values["user_agent"] = agent
        if networks := env.get("DAGSPRESS_ALLOW_ADDRESSES", "").strip():
            values["allow_addresses"] = tuple(_network(part.strip()) for part in networks.split(","))
        for name in ("spacing_seconds", "jitter_seconds"):
            variable = f"DAGSPRESS_{name.upper()}"
            if (value := env.get(variable)) is not None:
                if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", value):
                    raise ConfigurationError(f"{variable} must be seconds such as 1.5, not {value!r}.")
                values[name] = float(value)
        if (value := env.get("DAGSPRESS_REQUESTS_PER_HOST")) is not None:
            if not value.isdigit() or not 1 <= int(value) <= 16:
                raise ConfigurationError(f"DAGSPRESS_REQUESTS_PER_HOST must be 1 to 16, not {value!r}.")
            values["at_once"] = int(value)
        return cls(**values)


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ConfigurationError(
            f"DAGSPRESS_ALLOW_ADDRESSES must hold networks such as 10.0.0.0/8, not {text!r}."
        ) from None


def _whole(env: Mapping[str, str], variable: str, *, default: int, most: int) -> int:
    value = env.get(variable)
    if value is None:
        return default
    if not value.isdigit() or int(value) > most:
        raise ConfigurationError(f"{variable} must be a whole number from 0 to {most}, not {value!r}.")
    return int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the lake is and what one item may cost."""

    bucket: str
    prefix: str = ""
    """Empty, or ends with a slash."""
    endpoint: str | None = None
    """Base URL of the S3 endpoint; None is Amazon's own."""
    copy_days: int = 3
    """Articles are compared with those of so many days before and after: agency copy runs for days."""
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
            copy_days=_whole(env, "DAGSPRESS_COPY_DAYS", default=3, most=31),
            limits=Limits.from_env(env),
        )
