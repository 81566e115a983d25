"""The thresholds file: what differs is enough, and what is wrong in it is said."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from validate_inputs import facts

from pipeline.errors import ConfigurationError
from pipeline.validate import Profile, check_partitions, load_thresholds, row_suite_version, suite_version

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "thresholds.yaml"
    monkeypatch.setenv("DAGSPRESS_THRESHOLDS", str(path))
    return path


def test_what_a_file_does_not_say_holds_as_before(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("partition: {min_rows: 5}\noverrides:\n  avisa: {weeks: 3, why: A weekly.}\n")
    found = load_thresholds()
    monkeypatch.delenv("DAGSPRESS_THRESHOLDS")
    usual = load_thresholds()
    assert found.partition == dataclasses.replace(usual.partition, min_rows=5)
    assert found.source == usual.source
    assert found.of("avisa") == dataclasses.replace(usual.source, weeks=3)
    assert found.of("documents") == usual.of("documents") == dataclasses.replace(usual.source, weeks=0)
    assert found.of("another") == usual.source


def test_a_source_is_judged_by_its_own_thresholds(file: Path) -> None:
    file.write_text("overrides:\n  avisa: {max_volume: 3, why: Doubles on election days.}\n")
    day = Profile(rows=80, median_words=300.0)
    past = [{name: dataclasses.replace(day, rows=40) for name in ("avisa", "bladet")}] * 4
    [failure] = check_partitions([facts(sources={"avisa": day, "bladet": day}, past=past)])["2019-02-06"]
    assert failure.sentence.startswith("'bladet' has 80 articles")


def test_other_thresholds_are_another_suite_but_no_other_rows(file: Path) -> None:
    file.write_text("")
    suite, rows = suite_version(), row_suite_version()
    file.with_name("other.yaml").write_text("source: {weeks: 4}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSPRESS_THRESHOLDS", str(file.with_name("other.yaml")))
        assert suite_version() != suite
        assert row_suite_version() == rows


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("partition: {min_row: 5}", "partition: there is no threshold 'min_row'. There are min_rows, "),
        ("source: {weeks: 1.5}", "source: weeks must be a whole number from 0 on, not 1.5"),
        ("source: {max_volume: many}", "source: max_volume must be a number from 0 on, not 'many'"),
        ("source: {max_volume: true}", "source: max_volume must be a number from 0 on, not True"),
        ("source: {max_volume: .nan}", "source: max_volume must be a number from 0 on, not nan"),
        ("source: {min_volume: -1}", "source: min_volume must be a number from 0 on, not -1"),
        ("source: [1]", "source: names and their values are wanted"),
        ("sources: {}", "sources is none of `partition`, `source` and `overrides`"),
        ("[1]", "`partition:`, `source:` and `overrides:` are wanted"),
        ("overrides: {avisa: {weeks: 3}}", "overrides: avisa: a line of `why` is wanted"),
        ("overrides: {avisa: {week: 3, why: x}}", "overrides: avisa: there is no threshold 'week'"),
        ("partition: {", "is no YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(file: Path, text: str, wrong: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=r"thresholds\.yaml") as error:
        load_thresholds()
    assert wrong in str(error.value)


def test_what_is_edited_holds_from_then_on(file: Path) -> None:
    file.write_text("partition: {min_rows: 5}")
    assert load_thresholds().partition.min_rows == 5
    file.write_text("partition: {min_rows: 50}")
    assert load_thresholds().partition.min_rows == 50


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"thresholds\.yaml cannot be read: No such file"):
        load_thresholds()
