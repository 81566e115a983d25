"""docker-compose.yml is right; and each of these mistakes in it would be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from deploy.check import RULES, Composition, composition, problems
from deploy.composition import NotInterpolated, Use, env_of, interpolated, uses

if TYPE_CHECKING:
    from collections.abc import Callable

    Mistake = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def right() -> Composition:
    return composition()


def test_the_file_is_right(right: Composition) -> None:
    assert problems(right) == []


def put(*path: str | int, value: Any) -> Mistake:
    """A mistake: another value in a place."""

    def make(raw: dict[str, Any]) -> None:
        *above, last = path
        place: Any = raw
        for step in above:
            place = place[step]
        place[last] = value

    return make


def drop(*path: str) -> Mistake:
    """A mistake: something is not there."""

    def make(raw: dict[str, Any]) -> None:
        *above, last = path
        place: Any = raw
        for step in above:
            place = place[step]
        del place[last]

    return make


def service(name: str, *path: str, value: Any) -> Mistake:
    return put("services", name, *path, value=value)


MISTAKES: dict[str, tuple[Mistake, str, str]] = {
    "a misspelt key": (service("worker", "comand", value=["x"]), "schema", "comand"),
    "an image of no version": (service("broker", "image", value="valkey/valkey:latest"), "images", "broker"),
    "an image without a tag": (
        service("object-store", "image", value="rustfs/rustfs"),
        "images",
        "object-store",
    ),
    "our image of another version": (service("worker", "image", value="dagspress:0.0.9"), "images", "worker"),
    "a dependency that is not there": (
        service("worker", "depends_on", "redis", value={"condition": "service_healthy"}),
        "dependencies",
        "redis, which does not exist",
    ),
    "a dependency that is only started": (
        service("scheduler", "depends_on", "database", "condition", value="service_started"),
        "dependencies",
        "service_started",
    ),
    "waiting for the health of what has none": (
        service("worker", "depends_on", "init", "condition", value="service_healthy"),
        "dependencies",
        "no health check",
    ),
    "no health check": (drop("services", "triggerer", "healthcheck"), "health", "triggerer"),
    "a health check turned off": (
        service("worker", "healthcheck", value={"disable": True}),
        "health",
        "worker",
    ),
    "no limit of memory": (
        drop("services", "worker", "deploy", "resources", "limits", "memory"),
        "limits",
        "memory",
    ),
    "no time to end": (drop("services", "worker", "stop_grace_period"), "limits", "stop_grace_period"),
    "a port for everybody": (service("api-server", "ports", value=["8080:8080"]), "ports", "127.0.0.1"),
    "a port on every address": (
        service("object-store", "ports", value=["0.0.0.0:9000:9000"]),
        "ports",
        "127.0.0.1",
    ),
    "a secret in the file": (
        service("database", "environment", "POSTGRES_PASSWORD", value="hunter2"),
        "literals",
        "POSTGRES_PASSWORD",
    ),
    "a secret with a default": (
        service("database", "environment", "POSTGRES_PASSWORD", value="${DATABASE_PASSWORD:-airflow}"),
        "variables",
        "must be required",
    ),
    "a password in an address": (
        service(
            "worker",
            "environment",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
            value="postgresql+psycopg2://airflow:airflow@database/airflow",
        ),
        "literals",
        "password",
    ),
    "a variable that nobody sets": (
        service("worker", "environment", "DAGSPRESS_USER_AGENT", value="${WHO_WE_ARE}"),
        "variables",
        "WHO_WE_ARE",
    ),
    "a default that differs from the hint": (
        service("worker", "deploy", "replicas", value="${WORKERS:-7}"),
        "variables",
        "WORKERS",
    ),
    "a dollar that begins no variable": (
        service("worker", "environment", "TMPDIR", value="$ {WORKERS}"),
        "variables",
        "begins no variable",
    ),
    "a folder that is not there": (
        service("worker", "volumes", value=["./seed:/opt/dagspress/seeds:ro"]),
        "mounts",
        "./seed does not exist",
    ),
    "DAGs that can be written to": (
        service("scheduler", "volumes", value=["./dags:/opt/dagspress/dags"]),
        "mounts",
        "read-only",
    ),
    "a volume that can be written over plugins": (
        service("worker", "volumes", value=["logs:/opt/dagspress/plugins"]),
        "mounts",
        "read-only",
    ),
    "a volume that is not declared": (
        service("database", "volumes", value=["data:/var/lib/postgresql"]),
        "mounts",
        "not declared",
    ),
    "root": (service("worker", "user", value="root"), "hardening", "not root"),
    "no user": (drop("services", "worker", "user"), "hardening", "not root"),
    "a file system to write to": (service("api-server", "read_only", value=False), "hardening", "read_only"),
    "capabilities": (service("worker", "cap_add", value=["SYS_ADMIN"]), "hardening", "capabilities"),
    "new privileges": (drop("services", "broker", "security_opt"), "hardening", "no-new-privileges"),
    "the host's network": (
        service("worker", "network_mode", value="host"),
        "hardening",
        "apart from the host",
    ),
    "a database for everybody": (service("database", "networks", value=["outside"]), "networks", "internal"),
    "a secret of its own": (
        service("worker", "environment", "AIRFLOW__API_AUTH__JWT_SECRET", value="${API_SECRET_KEY:?it}"),
        "shared",
        "differs",
    ),
    "no key for connections": (
        drop("services", "triggerer", "environment", "AIRFLOW__CORE__FERNET_KEY"),
        "shared",
        "triggerer lacks",
    ),
    "a worker without the lake": (
        drop("services", "worker", "environment", "DAGSPRESS_LAKE"),
        "shared",
        "worker",
    ),
    "an option that Airflow does not have": (
        service("worker", "environment", "AIRFLOW__CELERY__WORKERS", value="4"),
        "settings",
        "AIRFLOW__CELERY__WORKERS",
    ),
    "a setting that we do not have": (
        service("worker", "environment", "DAGSPRESS_COPY_DAY", value="4"),
        "settings",
        "Is DAGSPRESS_COPY_DAYS meant?",
    ),
    "a setting that is wrong": (
        service("worker", "environment", "DAGSPRESS_LAKE", value="dagspress"),
        "settings",
        "s3://bucket",
    ),
    "another PostgreSQL": (
        service("database", "image", value="postgres:17.6-bookworm"),
        "versions",
        "major version",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_by_its_rule(right: Composition, name: str) -> None:
    make, rule, words = MISTAKES[name]
    raw = _unshared(right.raw)
    make(raw)
    found = problems(Composition(raw, right.env))
    assert any(sentence.startswith(f"{rule}: ") and words in sentence for sentence in found), found


def _unshared(value: Any) -> Any:
    """A copy in which no two places are one: a mistake then stands in one service alone."""
    match value:
        case dict():
            return {key: _unshared(inner) for key, inner in value.items()}
        case list():
            return [_unshared(inner) for inner in value]
    return value


def test_every_rule_has_a_mistake_that_it_tells() -> None:
    told = {rule for _, rule, _ in MISTAKES.values()}
    assert {rule.__name__ for rule in RULES} - told == {"dockerfile"}  # which reads another file


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("slim-bookworm AS build", "slim AS build", "the base"),
        ("FROM python:3.11.15-slim-bookworm\n", "FROM python:3.13.1-slim-bookworm\n", "same base"),
        ("python:3.11.15", "python:3.12.1", "the lock is made for"),
        (" --require-hashes", "", "--require-hashes"),
        ("USER 50000:0", "USER root", "must not be root"),
        ("COPY dags ", "COPY dagz ", "dagz does not exist"),
    ],
)
def test_a_mistake_in_the_dockerfile_is_told(
    right: Composition, tmp_path: Any, before: str, after: str, words: str
) -> None:
    for name in right.folder.iterdir():
        if name.name not in {"Dockerfile", ".git"}:
            (tmp_path / name.name).symlink_to(name)
    text = (right.folder / "Dockerfile").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "Dockerfile").write_text(text.replace(before, after), encoding="utf-8")
    found = problems(Composition(right.raw, right.env, tmp_path))
    assert any(sentence.startswith("dockerfile: ") and words in sentence for sentence in found), found


def test_a_secret_that_is_missing_is_told(right: Composition) -> None:
    env = {name: value for name, value in right.env.items() if name != "JWT_SECRET"}
    found = problems(Composition(right.raw, env))
    assert any("JWT_SECRET is not set: run make secrets" in sentence for sentence in found), found


# --- variables -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("$A and ${A}", "1 and 1"),
        ("$$A", "$A"),
        ("${EMPTY:-x}${EMPTY-x}", "x"),
        ("${NONE:-x}${NONE-y}", "xy"),
        ("${A:+x}${NONE:+y}${EMPTY+z}", "xz"),
        ("${A:?why}", "1"),
        ("redis://:${A:?why}@broker:6379/0", "redis://:1@broker:6379/0"),
    ],
)
def test_variables_are_put_in_as_compose_does(text: str, value: str) -> None:
    assert interpolated({"key": [text]}, {"A": "1", "EMPTY": ""}) == {"key": [value]}


@pytest.mark.parametrize(
    "text", ["${NONE}", "$NONE", "${NONE:?why}", "${EMPTY:?why}", "${A", "$", "a $ b", "${1}"]
)
def test_what_is_missing_or_misspelt_is_told(text: str) -> None:
    with pytest.raises(NotInterpolated):
        interpolated(text, {"A": "1", "EMPTY": ""})


@given(st.text(alphabet="ab ${}:-?+_A1", max_size=30))
def test_any_string_is_put_in_or_told(text: str) -> None:
    try:
        found = uses(text)
    except NotInterpolated:
        return
    assert all(isinstance(use, Use) and use.name for use in found)
    env = {use.name: "1" for use in found}
    assert "$" not in interpolated(text.replace("$$", ""), env) or "$$" in text


def test_a_file_of_variables_is_read() -> None:
    assert env_of("# a comment\nA=1\n\nB=x=y\n# C=2\n") == {"A": "1", "B": "x=y"}
