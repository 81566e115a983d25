"""The house is in order: who imports whom, and that lists, links and pages agree with the code."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from types import ModuleType

REPOSITORY = Path(__file__).parents[2]
PIPELINE = REPOSITORY / "pipeline"

STAGES = {"acquire", "extract", "clean", "normalise", "assemble", "validate", "write"}
ABOVE = {"flow", "report", "explain", "filters", "cli", "embedded"}  # what composes and shows the stages

# in parts, so that this file keeps to its own rule
PACKAGE_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("pypi", "python", "org"), ("pythonhosted", "org"), ("conda", "anaconda", "org"),
        ("registry", "npmjs", "org"), ("proxy", "golang", "org"), ("crates", "io"), ("jfrog", "io"),
        ("download", "pytorch", "org"),
    )
]  # fmt: skip


def imports(path: Path) -> set[str]:
    """Every module that a file imports anywhere, by its full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                found |= {alias.name for alias in node.names}
            case ast.ImportFrom(level=0, module=str(module)):
                found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
            case ast.ImportFrom():
                raise AssertionError(f"{path}:{node.lineno} imports relatively")
    return found


def of_package(path: Path, *packages: str) -> set[str]:
    return {name for name in imports(path) if any(f"{name}.".startswith(f"{p}.") for p in packages)}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))


def tracked() -> list[Path]:
    """Files that git keeps (and that have not been removed since)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True, text=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := REPOSITORY / name).is_file()]


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


# --- who imports whom ------------------------------------------------------------------------------


def test_the_pipeline_never_imports_airflow() -> None:
    assert {relative(p): found for p in modules("pipeline") if (found := of_package(p, "airflow"))} == {}


def test_only_the_lake_and_what_carries_its_requests_use_the_s3_client() -> None:
    clients = ("boto3", "botocore", "s3transfer", "s3fs", "fsspec", "aiobotocore", "pyarrow.fs")
    users = [relative(p) for p in modules("pipeline", "dags", "plugins") if of_package(p, *clients)]
    assert users == ["pipeline/lake.py", "pipeline/s3.py"]


def test_stages_import_neither_each_other_nor_what_is_above_them() -> None:
    wrong = {}
    for path in modules("pipeline"):
        stage = path.relative_to(PIPELINE).parts[0].removesuffix(".py")
        if stage in STAGES:
            others = of_package(path, *(f"pipeline.{name}" for name in (STAGES | ABOVE) - {stage}))
            if others:
                wrong[relative(path)] = others
    assert wrong == {}


def test_every_stage_is_there() -> None:
    assert {p.name.removesuffix(".py") for p in PIPELINE.iterdir()} >= STAGES


def test_nothing_but_the_commands_that_start_them_needs_the_embedded_services() -> None:
    users = [
        relative(p)
        for p in modules("pipeline", "dags", "plugins")
        if "embedded" not in p.parts and of_package(p, "pipeline.embedded")
    ]
    assert users == []


# --- what may not be written down ------------------------------------------------------------------


def test_no_file_names_a_package_host() -> None:
    hosts = re.compile("|".join(re.escape(host) for host in PACKAGE_HOSTS).encode())
    assert [relative(p) for p in tracked() if hosts.search(p.read_bytes())] == []


def test_what_the_services_keep_is_never_tracked() -> None:
    assert [relative(p) for p in tracked() if relative(p).startswith((".dagspress/", ".venv/"))] == []


# --- requirements ----------------------------------------------------------------------------------


def locked() -> dict[str, list[tuple[Requirement, list[str]]]]:
    """What requirements.lock holds: for each name its requirements (one for each platform) and hashes."""
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, list[tuple[Requirement, list[str]]]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            requirement, *hashes = line.split(" --hash=")
            parsed = Requirement(requirement.strip())
            found.setdefault(canonicalize_name(parsed.name), []).append((parsed, hashes))
    return found


def declared() -> list[Requirement]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in (*project["dependencies"], *extras)]


def test_everything_locked_is_one_version_with_hashes() -> None:
    for name, entries in locked().items():
        for requirement, hashes in entries:
            assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), name
            assert requirement.url is None, name
            assert hashes, name
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", h.strip()) for h in hashes), name


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_every_declared_dependency_is_locked_within_its_range(requirement: Requirement) -> None:
    entries = locked().get(canonicalize_name(requirement.name))
    assert entries, "run `make lock`"
    for entry, _ in entries:
        (pin,) = entry.specifier
        assert requirement.specifier.contains(pin.version, prereleases=True), f"{pin}: run `make lock`"


# --- make and the documents ------------------------------------------------------------------------


def test_make_help_explains_every_target() -> None:
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", text, flags=re.MULTILINE))
    shown = subprocess.run(
        ["make", "-s", "help"], cwd=REPOSITORY, capture_output=True, check=True, text=True
    ).stdout
    explained = dict(re.findall(r"^  make ([\w-]+) +(\S.*)$", shown, flags=re.MULTILINE))
    assert set(explained) == targets
    phony = re.search(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets


DOCUMENTS = sorted(
    [*REPOSITORY.glob("*.md"), *(p for f in ("docs", "seeds") for p in (REPOSITORY / f).rglob("*.md"))]
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_what_a_document_links_to_exists(document: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", prose)]
    local = [t for t in targets if t and not re.match(r"[a-z]+:", t)]
    assert [t for t in local if not (document.parent / t).exists()] == []


def test_the_readme_has_links_to_check() -> None:
    assert "](docs/architecture.md)" in (REPOSITORY / "README.md").read_text(encoding="utf-8")


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", REPOSITORY / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_that_follow_from_the_code_are_up_to_date() -> None:
    pages = load_generator().PAGES
    assert pages
    for name, page in pages.items():
        path = REPOSITORY / "docs" / name
        assert path.exists(), f"{name}: run `make docs`"
        assert path.read_text(encoding="utf-8") == page(), f"{name}: run `make docs`"


def test_the_tests_see_the_project_they_stand_in() -> None:
    import pipeline

    assert Path(pipeline.__file__).parent == PIPELINE, sys.path
