"""Every variable that Dagspress reads, with its default and its meaning: for documents and the doctor."""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import itertools
import os
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from pipeline import settings
from pipeline.settings import MIB, Fetching, FetchLimits, Limits, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX: Final = "DAGSPRESS_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of the environment."""

    name: str
    default: str
    """As it is shown; empty: there is none."""
    meaning: str


def _given(name: str, default: str, meaning: str) -> Variable:
    return Variable(name=name, default=default, meaning=meaning)


LAKE: Final = (
    _given(
        "DAGSPRESS_LAKE",
        "",
        "Where the lake is: `s3://bucket` or `s3://bucket/prefix`. Needed, unless the connection of "
        "`DAGSPRESS_LAKE_CONN_ID` names the bucket.",
    ),
    _given("AWS_ENDPOINT_URL_S3", "Amazon's", "Base URL of the S3 server."),
    _given("AWS_ACCESS_KEY_ID", "boto3's own search", "Key to the store."),
    _given("AWS_SECRET_ACCESS_KEY", "boto3's own search", "Secret of that key."),
    _given("AWS_REGION", "", "Region of the bucket; `us-east-1` for servers that have none."),
    _given(
        "DAGSPRESS_LAKE_CONN_ID",
        "none",
        "An Airflow connection of type `aws` that says how to reach the lake, in place of the variables "
        "above. Holds for Airflow's processes, not for the command line.",
    ),
)

PLACES: Final = (
    _given("DAGSPRESS_SOURCES", "`seeds/sources.yaml`", "The catalogue of sources."),
    _given(
        "DAGSPRESS_THRESHOLDS", "`seeds/thresholds.yaml`", "What differs from the gate's usual thresholds."
    ),
    _given(
        "DAGSPRESS_HOSTS_FOLDER",
        "a temporary one",
        "Where the processes of a machine keep whose turn it is at which host. Containers share it.",
    ),
    _given("DAGSPRESS_PORT", "8080", "Port of Airflow's pages, for `make up` alone."),
)

_NEEDED: Final = "when a person is needed"
NOTICES: Final = (
    _given("DAGSPRESS_NOTIFY_MAIL_TO", "none", f"Addresses, by commas, that get a letter {_NEEDED}."),
    _given("DAGSPRESS_NOTIFY_SMTP", "`smtp_default`", "The Airflow connection that letters go through."),
    _given("DAGSPRESS_NOTIFY_WEBHOOK", "none", f"An address that takes JSON by POST {_NEEDED}."),
)

_FETCHING_NAMES: Final = {
    "user_agent": "DAGSPRESS_USER_AGENT",
    "allow_addresses": "DAGSPRESS_ALLOW_ADDRESSES",
    "spacing_seconds": "DAGSPRESS_SPACING_SECONDS",
    "jitter_seconds": "DAGSPRESS_JITTER_SECONDS",
    "at_once": "DAGSPRESS_REQUESTS_PER_HOST",
}


def described() -> dict[str, tuple[Variable, ...]]:
    """Every variable, under the heading that it belongs to."""
    return {
        "The lake": LAKE,
        "Files and folders": PLACES,
        "Behaviour towards other people's servers": tuple(
            _field(Fetching, name, variable) for name, variable in _FETCHING_NAMES.items()
        ),
        "What fetching may cost": tuple(_limits(FetchLimits)),
        "What one item may cost": tuple(_limits(Limits)),
        "Copies": (_field(Settings, "copy_days", "DAGSPRESS_COPY_DAYS"),),
        "Notices": NOTICES,
    }


def variables() -> dict[str, Variable]:
    """Every variable, by name."""
    return {variable.name: variable for group in described().values() for variable in group}


def check_settings(env: Mapping[str, str] | None = None) -> None:
    """Read all settings, and the files they name; raises ConfigurationError naming the one that is wrong."""
    from pipeline.sources import load_sources
    from pipeline.validate.thresholds import load_thresholds

    env = os.environ if env is None else env
    if not (env.get("DAGSPRESS_LAKE_CONN_ID") and not env.get("DAGSPRESS_LAKE")):
        Settings.from_env(env)
    Limits.from_env(env)
    Fetching.from_env(env)
    load_sources()
    load_thresholds()


def unknown(env: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each variable that begins like ours and is none, with the one that is likely meant."""
    env = os.environ if env is None else env
    known = variables()
    sentences = []
    for name in sorted(n for n in env if n.startswith(PREFIX) and n not in known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        sentences.append(f"{name} means nothing." + (f" Is {near[0]} meant?" if near else ""))
    return sentences


# --- what the dataclasses of pipeline.settings say ------------------------------------------------------


def _limits(cls: type) -> Iterator[Variable]:
    for f in fields(cls):
        yield _field(cls, f.name, f"{PREFIX}MAX_{f.name.upper()}")


def _field(cls: type, name: str, variable: str) -> Variable:
    [default] = [f.default for f in fields(cls) if f.name == name]
    return Variable(name=variable, default=_shown(name, default), meaning=_documented(cls)[name])


@functools.cache
def _documented(cls: type) -> dict[str, str]:
    """The sentence below each field of a dataclass."""
    [body] = [
        node.body
        for node in ast.parse(inspect.getsource(settings)).body
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__
    ]
    found = {}
    for declared, below in itertools.pairwise(body):
        match declared, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
    return {name: re.sub(r"`([a-z_]+)`", _as_variable, text) for name, text in found.items()}


def _as_variable(field: re.Match[str]) -> str:
    return f"`{PREFIX}MAX_{field[1].upper()}`"


def _shown(name: str, default: Any) -> str:
    if name.endswith("_bytes") or name == "expansion_grace":
        amount = default // MIB
        return f"{amount // 1024} GiB" if amount % 1024 == 0 else f"{amount} MiB"
    if default == ():
        return "none"
    return f"{default:,}" if isinstance(default, int) else str(default)
