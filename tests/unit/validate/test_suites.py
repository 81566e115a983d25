"""The suites as declared, and what importing and running validate does to the world: nothing."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.article import UNDATED
from pipeline.validate import ROW_SUITE, Expectation, gate_suite, load_thresholds, suite_version, suites

ROOT = Path(__file__).parents[3]
GATE_SUITE = gate_suite(load_thresholds().partition)
EVERY = (*ROW_SUITE, *GATE_SUITE)


def run(code: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that can write to `home` alone."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=home, env=environment, capture_output=True, text=True, check=False
    )


def test_names_are_unique_and_stable_in_form() -> None:
    names = [e.name for e in EVERY]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)


@pytest.mark.parametrize("expectation", EVERY, ids=lambda e: e.name)
def test_an_expectation_says_what_is_wrong_and_why_it_is_expected(expectation: Expectation) -> None:
    assert expectation.severity in ("critical", "warning", "info")
    assert expectation.doc.endswith(".")
    assert not expectation.sentence.endswith(".")


def test_there_are_as_many_as_were_asked_for() -> None:
    assert sum(e.severity == "critical" for e in ROW_SUITE) >= 8
    assert len(ROW_SUITE) >= 10
    assert len(GATE_SUITE) >= 4


def test_importing_validate_and_asking_its_version_imports_nothing_heavy(tmp_path: Path) -> None:
    done = run(
        "import json, sys, pipeline.validate as v; v.suite_version();"
        "print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert not {"great_expectations", "pandas", "numpy", "pyarrow"} & set(json.loads(done.stdout))


def test_a_validation_prints_nothing_writes_nothing_and_asks_nobody(tmp_path: Path) -> None:
    done = run(
        f"""
import socket, sys
def refuse(*args, **kwargs):
    raise SystemExit(f"network: {{args}}")
socket.socket.connect = socket.socket.sendto = socket.getaddrinfo = refuse
sys.path.insert(0, {str(Path(__file__).parent)!r})
from validate_inputs import article, facts
from pipeline.article import to_table
from pipeline.validate import check_partitions, check_rows
results = check_rows(to_table([article(), article(url="x", language=None, title=None)]))
assert results.warnings(1) == ["url_is_http", "language_known"], results
assert not check_partitions([facts()])["2019-02-06"]
""",
        tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_the_version_is_short_and_the_same_in_every_process(tmp_path: Path) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", suite_version())
    done = run("import pipeline.validate as v; print(v.suite_version())", tmp_path)
    assert done.stdout.strip() == suite_version()


@pytest.mark.parametrize(
    "change", [{"name": "other"}, {"severity": "warning"}, {"parameters": {"regex": "x"}}, {"sentence": "no"}]
)
def test_another_suite_is_another_version(monkeypatch: pytest.MonkeyPatch, change: dict[str, object]) -> None:
    before = suite_version()
    monkeypatch.setattr(suites, "ROW_SUITE", (dataclasses.replace(ROW_SUITE[1], **change), *ROW_SUITE[2:]))
    assert suite_version() != before


def test_undated_is_a_period() -> None:
    assert UNDATED == "undated"  # sentences of the suites name it
