"""The bundled documents from the inbox to published rows, over a real S3 server: fates and numbers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.fs
import pytest

from pipeline import flow
from pipeline.explain import explain
from pipeline.flow.partition import COUNTS
from pipeline.lake import Lake, articles_name, quarantine_name, summary_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.embedded.s3 import S3Server


SEEDS = Path(__file__).parents[2] / "seeds"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))
GIVEN = "2019-02"
GOLDEN = Path(__file__).with_name("given_document.txt")


@pytest.fixture(scope="module")
def archive(s3: S3Server) -> Iterator[Lake]:
    """A lake into which every sample was dropped, and that was published."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3.env("samples").items():
            patch.setenv(name, value)
        lake = Lake.from_env()
        lake.create_bucket()
        for path in sorted((SEEDS / "articles").iterdir()):
            lake.put(f"inbox/{path.name}", path.read_bytes())
        loaded = [flow.load(lake, file.name) for file in flow.waiting(lake)]
        publications = flow.publish(lake, flow.known_periods(lake))
        assert {p.state for p in publications} == {"published"}
        assert len(flow.clear(lake, loaded)) == len(EXPECTED)
        yield lake


def summaries(lake: Lake) -> dict[str, dict[str, Any]]:
    return {p: json.loads(lake.get(summary_name(p))) for p in flow.known_periods(lake)}


def rows(lake: Lake, period: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_object(lake, articles_name(period)).to_pylist()
    return found


def test_every_document_has_its_fate_and_the_numbers_add_up(archive: Lake) -> None:
    expected = {
        "published": Counter[str](),
        "quarantined": Counter[str](),
        "rejected": Counter[str](),
        "duplicates": 0,
        "superseded": 0,
    }
    for fate in EXPECTED.values():
        expected["published"].update(fate["published"])
        expected["quarantined"].update({p: len(reasons) for p, reasons in fate["quarantined"].items()})
        expected["rejected"].update(fate["rejected"])
        expected["duplicates"] += fate["duplicates"]
        expected["superseded"] += fate["superseded"]
    found = summaries(archive)
    assert {p: s["published"] for p, s in found.items() if s["published"]} == expected["published"]
    assert {p: s["quarantined"] for p, s in found.items() if s["quarantined"]} == expected["quarantined"]
    assert found["undated"]["rejected_reasons"] == expected["rejected"]
    assert sum(s["duplicates"] for s in found.values()) == expected["duplicates"]
    assert sum(s["superseded"] for s in found.values()) == expected["superseded"]
    for summary in found.values():
        assert summary["in"] == sum(summary[name] for name in COUNTS)


def test_quarantined_rows_say_why(archive: Lake) -> None:
    for name, fate in EXPECTED.items():
        for period, reasons in fate["quarantined"].items():
            row = next(
                r for r in read_object(archive, quarantine_name(period)).to_pylist() if name in r["capture"]
            )
            assert row["failed"] == reasons
            assert all(row["reasons"])


def test_the_given_document_is_one_row(archive: Lake) -> None:
    """Paragraph for paragraph as in `given_document.txt`: a person can read what it has to be."""
    [row] = rows(archive, GIVEN)
    expected = GOLDEN.read_text(encoding="utf-8").rstrip("\n")
    assert row["text"].split("\n\n") == expected.split("\n\n")
    assert row["text"] == expected
    assert row["published"] == "2019-02"
    assert row["published_at"] is None
    assert row["title"] is None
    assert row["language"] == "nb"
    assert row["paragraph_count"] == 17
    assert row["subheadings"] == ["Uaktuelt"]
    assert row["truncated"] is None
    assert row["rules"] == ["escapes"]
    assert row["warnings"] == []


def test_what_is_expected_of_the_given_document_differs_from_it_by_its_escape_only() -> None:
    given = (SEEDS / "articles/000_0fa71c61ba318e5d.txt").read_text(encoding="utf-8")
    body = given.removeprefix(" date 2019-02 ")
    expected = GOLDEN.read_text(encoding="utf-8").rstrip("\n")
    assert body.count("\\") == 1
    assert expected == body.replace("\\,", ",")
    assert [p for p in expected.split("\n\n") if not p.endswith(".")] == ["Uaktuelt"]
    assert len([p for p in expected.split("\n\n") if p.startswith("– ")]) == 4
    assert (expected.count("«"), expected.count("»")) == (1, 1)


def test_the_given_document_is_explained_from_bytes_to_row(archive: Lake) -> None:
    [row] = rows(archive, GIVEN)
    explanation = explain(archive, row["article_id"][:8])
    assert (explanation.state, explanation.period) == ("published", GIVEN)
    [version] = explanation.versions
    assert version.dropped_as == "000_0fa71c61ba318e5d.txt"
    assert version.raw.startswith(" date 2019-02 Tirsdag")
    [change] = version.changes
    assert change.rule == "escapes"
    assert "lasset\\," in change.before
    assert "lasset," in change.after


@pytest.mark.parametrize("name", ["2024-02-14", "undated"])
def test_a_quarantined_article_is_explained_with_its_reasons(archive: Lake, name: str) -> None:
    row = read_object(archive, quarantine_name(name)).to_pylist()[0]
    explanation = explain(archive, row["article_id"], period=name)
    assert explanation.state == "quarantined"
    assert explanation.reasons == row["reasons"]


def test_a_second_time_nothing_is_new_and_no_byte_changes(archive: Lake) -> None:
    before = {o.name: archive.sha256(o.name) for o in archive.list("")}
    for path in sorted((SEEDS / "articles").iterdir()):
        archive.put(f"inbox/{path.name}", path.read_bytes())
    loaded = [flow.load(archive, file.name) for file in flow.waiting(archive)]
    assert not any(item.new for item in loaded)
    assert flow.pending(archive, [p for item in loaded for p in item.periods]) == []
    assert {p.state for p in flow.publish(archive, flow.known_periods(archive))} == {"unchanged"}
    flow.clear(archive, loaded)
    assert {o.name: archive.sha256(o.name) for o in archive.list("")} == before


def test_a_forced_rebuild_gives_the_same_bytes(archive: Lake) -> None:
    before = {o.name: archive.sha256(o.name) for o in archive.list("articles/")}
    flow.publish(archive, flow.known_periods(archive), force=True)
    assert {o.name: archive.sha256(o.name) for o in archive.list("articles/")} == before


# --- readers that know nothing of us -----------------------------------------------------------------


def expected_rows(lake: Lake) -> dict[str, int]:
    counts = {p: s["published"] + s["duplicates"] for p, s in summaries(lake).items()}
    return {p: n for p, n in counts.items() if n}


@pytest.fixture
def folder(archive: Lake, s3: S3Server, tmp_path: Path) -> Path:
    """The published objects as a folder of files."""
    for item in archive.list("articles/"):
        path = tmp_path / item.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(archive.get(item.name))
    return tmp_path / "articles"


def test_duckdb_reads_the_folder(archive: Lake, folder: Path) -> None:
    found = duckdb.sql(
        f"SELECT published, count(*) FROM read_parquet('{folder}/*/*.parquet', hive_partitioning = true) "
        "GROUP BY published"
    ).fetchall()
    assert dict(found) == expected_rows(archive)
    [(february,)] = duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{folder}/*/*.parquet', hive_partitioning = true) "
        "WHERE published LIKE '2019-02%'"
    ).fetchall()
    assert february == 1


def test_pyarrow_reads_the_folder(archive: Lake, folder: Path) -> None:
    table = ds.dataset(folder, format="parquet", partitioning="hive").to_table(columns=["published"])
    assert Counter(table.column("published").to_pylist()) == expected_rows(archive)


def test_pyarrow_reads_over_s3(archive: Lake, s3: S3Server) -> None:
    filesystem = pyarrow.fs.S3FileSystem(
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        endpoint_override=s3.endpoint.removeprefix("http://"),
        scheme="http",
        region="us-east-1",
    )
    dataset = ds.dataset("samples/articles", filesystem=filesystem, format="parquet", partitioning="hive")
    table = dataset.to_table(columns=["published", "text"])
    assert Counter(table.column("published").to_pylist()) == expected_rows(archive)


def test_polars_reads_the_folder(archive: Lake, folder: Path) -> None:
    frame = pl.read_parquet(f"{folder}/*/*.parquet", hive_partitioning=True)
    assert Counter(frame["published"].to_list()) == expected_rows(archive)


def test_pandas_reads_the_folder(archive: Lake, folder: Path) -> None:
    frame = pd.read_parquet(folder)
    assert Counter(frame["published"].astype(str)) == expected_rows(archive)
    assert frame["text"].notna().all()
