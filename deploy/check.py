"""Is docker-compose.yml right? Checked without an engine: `make compose-check`.

Each rule is a function that yields what is wrong, in sentences. Docker's Compose is asked too, where it is.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from deploy.composition import FILE, REPOSITORY, NotInterpolated, env_of, interpolated, read, strings, uses
from deploy.make_env import CHOICES, OPTIONS, SECRETS, completed
from pipeline.errors import ConfigurationError
from pipeline.settings import Settings
from pipeline.settings_table import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Rule = Callable[["Composition"], Iterator[str]]

PRODUCT: Final = "dagspress"
"""The image that we build, without its tag."""
SECRET: Final = re.compile(r"PASSWORD|SECRET|_KEY|TOKEN|SQL_ALCHEMY_CONN|BROKER_URL|RESULT_BACKEND")
"""What is a secret, or holds one, by its name."""
VERSION: Final = re.compile(r"v?\d+\.\d+(\.\d+)?([.-][\w.-]+)?")
SHARED: Final = (
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__CORE__AUTH_MANAGER",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "DAGSPRESS_LAKE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
)
"""What every part of Airflow must have, and the same."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The file as it stands, and with a generated .env put in; and what stands beside it."""

    raw: dict[str, Any]
    env: Mapping[str, str]
    folder: Path = REPOSITORY

    @property
    def services(self) -> dict[str, Any]:
        """As they stand."""
        found: dict[str, Any] = self.raw.get("services") or {}
        return found

    def put_in(self) -> dict[str, Any]:
        """The services with their variables put in."""
        found: dict[str, Any] = interpolated(self.services, self.env)
        return found

    def airflow(self) -> dict[str, Any]:
        """The services that run Airflow or prepare it."""
        return {
            name: service
            for name, service in self.put_in().items()
            if any("AIRFLOW__" in variable for variable in service.get("environment") or {})
        }


# --- the rules -------------------------------------------------------------------------------------------


def schema(it: Composition) -> Iterator[str]:
    """It follows the schema of the Compose specification."""
    for error in _validator().iter_errors(interpolated(it.raw, it.env)):
        yield f"{error.json_path}: {error.message}"


def variables(it: Composition) -> Iterator[str]:
    """Every variable is written by `make secrets`, or has a default; and a secret never has one."""
    given, used = {**SECRETS, **CHOICES}, set()
    for where, text in strings(it.raw):
        for use in uses(text):
            used.add(use.name)
            if use.name in SECRETS and use.how != ":?":
                yield f"{where}: {use.name} is a secret: it must be required, as ${{{use.name}:?...}}."
            elif use.name not in given and use.how not in {":-", "-"}:
                yield f"{where}: {use.name} is neither in .env nor has it a default."
            elif use.name in OPTIONS and OPTIONS[use.name][0] != use.word:
                hint = OPTIONS[use.name][0]
                yield f"{where}: {use.name} is {use.word!r} here, {hint!r} in deploy/make_env.py."
            elif use.name not in given and use.name not in OPTIONS:
                yield f"{where}: {use.name} is not mentioned in deploy/make_env.py."
    for name in sorted((SECRETS.keys() | OPTIONS.keys()) - used):
        yield f"{name} of deploy/make_env.py is not used."


def literals(it: Composition) -> Iterator[str]:
    """No secret stands in the file."""
    for service, declared in it.services.items():
        for name, value in (declared.get("environment") or {}).items():
            if SECRET.search(name) and not any(use.name in SECRETS for use in uses(str(value))):
                yield f"{service}: {name} holds a secret, and must come from .env."
    for where, text in strings(it.raw):
        if re.search(r"://[^/\s:@$]*:[^@$\s]+@", text):
            yield f"{where}: a password stands in an address."


def images(it: Composition) -> Iterator[str]:
    """Every image is one version for good, and ours is the version of pyproject.toml."""
    ours = _project(it.folder)["version"]
    for name, service in it.services.items():
        image = str(service.get("image", ""))
        repository, _, tag = image.partition("@")[0].rpartition(":")
        if not repository or not VERSION.fullmatch(tag):
            yield f"{name}: the image {image!r} must have a version, such as :1.2.3."
        elif repository == PRODUCT and tag != ours:
            yield f"{name}: the image is {tag}, pyproject.toml says {ours}."


def dependencies(it: Composition) -> Iterator[str]:
    """What is waited for is there, and is waited for until it is ready."""
    for name, service in it.services.items():
        wanted = service.get("depends_on") or {}
        if not isinstance(wanted, dict):
            yield f"{name}: depends_on must say what is waited for (condition: service_healthy)."
            continue
        for other, how in wanted.items():
            condition = how.get("condition")
            target = it.services.get(other)
            if target is None:
                yield f"{name} depends on {other}, which does not exist."
            elif condition == "service_completed_successfully":
                if target.get("restart") != "no":
                    yield f"{name} waits for the end of {other}, which is started again for ever."
            elif condition != "service_healthy":
                yield f"{name} must wait until {other} is healthy, or has ended well; not {condition}."
            elif (target.get("healthcheck") or {}).get("disable"):
                yield f"{name} waits until {other} is healthy, which has no health check."
            if target is not None and target.get("profiles") and how.get("required", True):
                yield f"{name} requires {other}, which is optional (profiles)."


def health(it: Composition) -> Iterator[str]:
    """Every service that runs on says whether it is well."""
    for name, service in it.services.items():
        check = service.get("healthcheck") or {}
        if service.get("restart") == "no":
            if not (check.get("disable") or check.get("test")):
                yield f"{name} runs to its end: say so (healthcheck: disable: true)."
        elif not check.get("test") or check.get("disable"):
            yield f"{name} has no health check."
        elif missing := {"interval", "timeout", "retries", "start_period"} - check.keys():
            yield f"{name}: its health check lacks {', '.join(sorted(missing))}."


def hardening(it: Composition) -> Iterator[str]:
    """Nothing runs as root, gains rights, or writes where it need not."""
    for name, service in it.services.items():
        if str(service.get("user", "root")).partition(":")[0] in {"root", "0", ""}:
            yield f"{name} must run as a user who is not root."
        if service.get("read_only") is not True:
            yield f"{name}: its file system must be read_only."
        if service.get("cap_drop") != ["ALL"] or service.get("cap_add"):
            yield f"{name} must drop all capabilities."
        if "no-new-privileges:true" not in (service.get("security_opt") or []):
            yield f"{name} must have no-new-privileges."
        if service.get("privileged") or "host" in {service.get(k) for k in ("network_mode", "pid", "ipc")}:
            yield f"{name} must be kept apart from the host."


def limits(it: Composition) -> Iterator[str]:
    """Every service has limits, is started again, and has time to end."""
    for name, service in it.services.items():
        given = ((service.get("deploy") or {}).get("resources") or {}).get("limits") or {}
        if missing := {"cpus", "memory", "pids"} - given.keys():
            yield f"{name} has no limit of {', '.join(sorted(missing))}."
        if service.get("restart") not in {"unless-stopped", "no"}:
            yield f"{name}: restart must be unless-stopped, or no."
        if not service.get("stop_grace_period"):
            yield f"{name} has no stop_grace_period."


def ports(it: Composition) -> Iterator[str]:
    """What is published is published on loopback alone."""
    for name, service in it.put_in().items():
        for port in service.get("ports") or []:
            address = port.get("host_ip", "") if isinstance(port, dict) else str(port).rpartition(":")[0]
            if not re.match(r"(127\.0\.0\.1|\[::1\])(:|$)", address):
                yield f"{name}: the port {port} must be published on 127.0.0.1 alone."


def mounts(it: Composition) -> Iterator[str]:
    """Folders of the host exist and cannot be written to; volumes are declared; code is never writable."""
    declared = it.raw.get("volumes") or {}
    for name, service in it.put_in().items():
        for volume in service.get("volumes") or []:
            if not isinstance(volume, str):
                yield f"{name}: write the volume {volume} in the short form."
                continue
            source, _, rest = volume.partition(":")
            target, _, mode = rest.partition(":")
            if not rest:
                source, target = "", source
            inside = target.startswith(f"/opt/{PRODUCT}")
            if source.startswith((".", "/", "~")):
                if not (it.folder / source).exists():
                    yield f"{name}: {source} does not exist."
                if mode != "ro":
                    yield f"{name}: {source} of the host must be mounted read-only (:ro)."
            elif source and source not in declared:
                yield f"{name}: the volume {source} is not declared."
            elif inside and mode != "ro":
                yield f"{name}: {target} holds code, DAGs or plugins, and must be read-only."


def networks(it: Composition) -> Iterator[str]:
    """The database and the broker are reached by nobody outside."""
    declared = it.raw.get("networks") or {}
    for name, service in it.services.items():
        joined = service.get("networks") or []
        for network in joined:
            if network not in declared:
                yield f"{name}: the network {network} is not declared."
        if not joined:
            yield f"{name} must say which networks it joins."
    for name in ("database", "broker"):
        for network in (it.services.get(name) or {}).get("networks") or []:
            if not (declared.get(network) or {}).get("internal"):
                yield f"{name} must be in internal networks alone, not in {network}."


def shared(it: Composition) -> Iterator[str]:
    """Every part of Airflow has the same secrets, database, broker, executor and lake."""
    for variable in SHARED:
        values = {name: s["environment"].get(variable) for name, s in it.airflow().items()}
        for name in (name for name, value in values.items() if not value):
            yield f"{name} lacks {variable}."
        if len({value for value in values.values() if value}) > 1:
            yield f"{variable} differs between {', '.join(sorted(values))}."


def settings(it: Composition) -> Iterator[str]:
    """What is set is known: to Dagspress, and to the Airflow of the lock."""
    options = airflow_options()
    for name, service in it.put_in().items():
        env = {key: str(value) for key, value in (service.get("environment") or {}).items()}
        for sentence in unknown(env):
            yield f"{name}: {sentence}"
        for key in env:
            section, _, option = key.removeprefix("AIRFLOW__").lower().partition("__")
            if key.startswith("AIRFLOW__") and option not in options.get(section, ()):
                yield f"{name}: Airflow has no option {key}."
        if "DAGSPRESS_LAKE" in env:
            try:
                Settings.from_env(env)
            except ConfigurationError as error:
                yield f"{name}: {error}"


def versions(it: Composition) -> Iterator[str]:
    """Images, locks and the embedded services agree about versions."""
    whole, production = (
        locked(it.folder / name) for name in ("requirements.lock", "requirements-production.lock")
    )
    if "apache-airflow-providers-celery" not in production:
        yield "requirements-production.lock lacks the provider of Celery: run `make lock`."
    for package, version in production.items():
        if whole.get(package) != version:
            yield f"{package} is {version} for production, else {whole.get(package)}: run `make lock`."
    embedded = re.search(r"pginstall(\d+)", (it.folder / "pipeline/embedded/postgres.py").read_text())
    image = str((it.services.get("database") or {}).get("image", ""))
    if embedded is None or not image.startswith(f"postgres:{embedded[1]}."):
        yield f"database: {image} is not the major version of the embedded one, {embedded and embedded[1]}."


def dockerfile(it: Composition) -> Iterator[str]:
    """The image has one base of a version, installs from the lock by hash, and does not run as root."""
    text = (it.folder / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, flags=re.MULTILINE)
    for base in sorted(set(bases)):
        if not re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", base):
            yield f"Dockerfile: the base {base} must be a version of python:...-slim-...."
    if len(set(bases)) != 1:
        yield "Dockerfile: build and run on the same base, or the environment does not fit."
    target = re.search(r"--python-version (\S+)", (it.folder / "Makefile").read_text(encoding="utf-8"))
    if target is None or not all(base.startswith(f"python:{target[1]}.") for base in bases):
        yield f"Dockerfile: Python must be the {target and target[1]} that the lock is made for."
    if "--require-hashes" not in text or "requirements-production.lock" not in text:
        yield "Dockerfile: install from requirements-production.lock with --require-hashes."
    users = re.findall(r"^USER (\S+)", text, flags=re.MULTILINE)
    if not users or users[-1].partition(":")[0] in {"root", "0"}:
        yield "Dockerfile: the last USER must not be root."
    for folder in re.findall(r"^COPY (?!--from)(.+) \S+$", text, flags=re.MULTILINE):
        for name in folder.split():
            if not (it.folder / name).exists():
                yield f"Dockerfile: {name} does not exist."


RULES: Final[tuple[Rule, ...]] = (
    schema, variables, literals, images, dependencies, health, hardening, limits, ports, mounts, networks,
    shared, settings, versions, dockerfile,
)  # fmt: skip


# --- what stands beside the file ------------------------------------------------------------------------


@cache
def _validator() -> Any:
    """Validates against the schema that comes with check-jsonschema."""
    import jsonschema
    from check_jsonschema.builtin_schemas import get_builtin_schema

    wanted = get_builtin_schema("vendor.compose-spec")
    return jsonschema.validators.validator_for(wanted)(wanted)


def _project(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def locked(path: Path) -> dict[str, str]:
    """The versions of a lock file."""
    return dict(
        re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )


@cache
def airflow_options() -> dict[str, frozenset[str]]:
    """The options of the installed Airflow and its providers for production, by section; imports nothing."""
    core = distribution("apache-airflow-core").locate_file("airflow/config_templates/config.yml")
    sections = yaml.load(Path(str(core)).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for provider in ("celery", "fab"):
        try:
            package = distribution(f"apache-airflow-providers-{provider}")
        except PackageNotFoundError:
            continue
        path = package.locate_file(f"airflow/providers/{provider}/get_provider_info.py")
        sections |= runpy.run_path(str(path))["get_provider_info"]().get("config") or {}
    return {name: frozenset(section["options"]) for name, section in sections.items()}


# --- all of it -------------------------------------------------------------------------------------------


def problems(it: Composition) -> list[str]:
    """Everything that is wrong, each with the rule that says so."""
    found = []
    for rule in RULES:
        try:
            found += [f"{rule.__name__}: {sentence}" for sentence in rule(it)]
        except NotInterpolated as error:
            found.append(f"{rule.__name__}: {error}")
    return list(dict.fromkeys(found))


def composition(path: Path = FILE) -> Composition:
    """The file with a .env as `make secrets` writes it."""
    return Composition(read(path), env_of(completed("")))


def asked_compose() -> str:
    """What Docker's Compose says against the file; empty where it says nothing, or is not installed."""
    docker = shutil.which("docker")
    if docker is None or _run(docker, "compose", "version").returncode:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        env = Path(folder) / "env"
        env.write_text(completed(""), encoding="utf-8")
        files = ("--file", str(FILE), "--env-file", str(env))
        asked = _run(docker, "compose", *files, "--profile", "*", "config", "--quiet")
    return asked.stderr.strip() if asked.returncode else ""


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in SECRETS}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def main() -> None:
    """Print what is wrong; exit with 1 where anything is."""
    found = problems(composition())
    if said := asked_compose():
        found.append(f"docker compose: {said}")
    for sentence in found:
        print(sentence)
    if found:
        sys.exit(1)
    print(f"{FILE.name} is right: {len(RULES)} rules, {len(read()['services'])} services.")


if __name__ == "__main__":
    main()
