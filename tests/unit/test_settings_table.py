"""Every variable is described, and what is wrong or unknown is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.settings_table import check_settings, described, unknown, variables

REPOSITORY = Path(__file__).parents[2]
LAKE = {"DAGSPRESS_LAKE": "s3://a-bucket"}


def test_every_variable_that_the_code_names_is_described() -> None:
    named = {
        name
        for folder in ("pipeline", "dags", "plugins")
        for path in (REPOSITORY / folder).rglob("*.py")
        for name in re.findall(r"\bDAGSPRESS_[A-Z_]*[A-Z]\b(?![_A-Z{<])", path.read_text(encoding="utf-8"))
    }
    assert named - variables().keys() == set()


def test_every_variable_has_a_meaning_and_stands_once() -> None:
    every = [variable for group in described().values() for variable in group]
    assert len({v.name for v in every}) == len(every) > 30
    assert all(re.fullmatch(r"[^|\n]+[.]( .+\.)?", v.meaning) for v in every), every


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("DAGSPRESS_MAX_RECORD_BYTES", "32 MiB"),
        ("DAGSPRESS_MAX_EXPANDED_BYTES", "256 GiB"),
        ("DAGSPRESS_MAX_ARCHIVE_MEMBERS", "1,000,000"),
        ("DAGSPRESS_COPY_DAYS", "3"),
        ("DAGSPRESS_SPACING_SECONDS", "1.0"),
        ("DAGSPRESS_ALLOW_ADDRESSES", "none"),
    ],
)
def test_defaults_are_those_of_the_code(name: str, default: str) -> None:
    assert variables()[name].default == default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAGSPRESS_LAKE", "a-bucket"),
        ("AWS_ENDPOINT_URL_S3", "ftp://here"),
        ("DAGSPRESS_COPY_DAYS", "400"),
        ("DAGSPRESS_MAX_RECORD_BYTES", "32M"),
        ("DAGSPRESS_MAX_PAGE_BYTES", "0"),
        ("DAGSPRESS_USER_AGENT", "Æ"),
        ("DAGSPRESS_ALLOW_ADDRESSES", "10.0.0.0/99"),
        ("DAGSPRESS_SPACING_SECONDS", "one"),
        ("DAGSPRESS_REQUESTS_PER_HOST", "99"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        check_settings(LAKE | {name: value})


@pytest.mark.parametrize("name", ["DAGSPRESS_SOURCES", "DAGSPRESS_THRESHOLDS"])
def test_a_file_that_a_setting_names_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "none.yaml"))
    with pytest.raises(ConfigurationError, match=r"none\.yaml"):
        check_settings(LAKE)


def test_a_connection_may_say_where_the_lake_is() -> None:
    with pytest.raises(ConfigurationError, match="DAGSPRESS_LAKE is not set"):
        check_settings({})
    check_settings({"DAGSPRESS_LAKE_CONN_ID": "lake"})


def test_names_that_mean_nothing_are_told_with_what_is_likely_meant() -> None:
    env = LAKE | {
        "DAGSPRESS_COPYDAYS": "1",
        "DAGSPRESS_ZZZ": "1",
        "OTHER_COPYDAYS": "1",
        "DAGSPRESS_PORT": "1",
    }
    assert unknown(env) == [
        "DAGSPRESS_COPYDAYS means nothing. Is DAGSPRESS_COPY_DAYS meant?",
        "DAGSPRESS_ZZZ means nothing.",
    ]
