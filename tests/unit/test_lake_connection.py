"""The lake by an Airflow connection."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigurationError
from pipeline.lake import Lake

sys.path.insert(0, str(Path(__file__).parents[2] / "plugins"))
import lake_connection


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())


@pytest.mark.parametrize(
    ("extra", "found"),
    [
        ({}, {}),
        ({"region_name": "eu-north-1"}, {"AWS_REGION": "eu-north-1"}),
        ({"endpoint_url": "http://one"}, {"AWS_ENDPOINT_URL_S3": "http://one"}),
        (
            {"endpoint_url": "http://one", "service_config": {"s3": {"endpoint_url": "http://two"}}},
            {"AWS_ENDPOINT_URL_S3": "http://two"},
        ),
        ({"service_config": {"s3": {"bucket_name": "news"}}}, {"DAGSPRESS_LAKE": "s3://news"}),
        ({"service_config": {"sns": {"x": 1}}}, {}),
        ({"aws_session_token": "t"}, {"AWS_SESSION_TOKEN": "t"}),
    ],
)
def test_a_connection_becomes_variables(extra: dict[str, Any], found: dict[str, str]) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    assert lake_connection.lake_variables("key", "secret", extra, name="lake") == keys | found
    assert lake_connection.lake_variables(None, None, extra, name="lake") == found


@pytest.mark.parametrize(
    ("login", "password", "extra"),
    [
        ("key", None, {}),
        (None, "secret", {}),
        ("k", "s", {"service_config": "s3"}),
        ("k", "s", {"service_config": {"s3": 1}}),
    ],
)
def test_what_is_wrong_in_it_is_told_without_its_secrets(
    login: str | None, password: str | None, extra: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match=r"'lake' \(DAGSPRESS_LAKE_CONN_ID\)") as raised:
        lake_connection.lake_variables(login, password, extra, name="lake")
    assert "secret" not in str(raised.value)


def test_a_lake_is_reached_by_a_connection_alone(lake: Lake, s3: Any) -> None:
    lake.put("state/mark", b"it is this one")
    connection = {
        "conn_type": "aws",
        "login": s3.access_key,
        "password": s3.secret_key,
        "extra": {
            "service_config": {"s3": {"endpoint_url": s3.endpoint, "bucket_name": lake.settings.bucket}}
        },
    }
    for name in [n for n in os.environ if n.startswith(("AWS_", "DAGSPRESS_LAKE"))]:
        del os.environ[name]
    os.environ |= {"AIRFLOW_CONN_OUR_LAKE": json.dumps(connection), "DAGSPRESS_LAKE_CONN_ID": "our_lake"}
    lake_connection.use_lake_connection()
    assert Lake.from_env().get("state/mark") == b"it is this one"


def test_a_bucket_that_is_named_counts_more_than_that_of_the_connection() -> None:
    connection = {"conn_type": "aws", "extra": {"service_config": {"s3": {"bucket_name": "theirs"}}}}
    os.environ |= {
        "AIRFLOW_CONN_OUR_LAKE": json.dumps(connection),
        "DAGSPRESS_LAKE_CONN_ID": "our_lake",
        "DAGSPRESS_LAKE": "s3://ours/prefix",
    }
    lake_connection.use_lake_connection()
    assert os.environ["DAGSPRESS_LAKE"] == "s3://ours/prefix"


def test_a_connection_that_is_not_there_is_told() -> None:
    os.environ["DAGSPRESS_LAKE_CONN_ID"] = "none_such"
    with pytest.raises(ConfigurationError, match="no connection 'none_such'"):
        lake_connection.use_lake_connection()


def test_without_a_name_nothing_changes() -> None:
    os.environ.pop("DAGSPRESS_LAKE_CONN_ID", None)
    before = dict(os.environ)
    lake_connection.use_lake_connection()
    assert dict(os.environ) == before
