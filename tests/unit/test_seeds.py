"""The sample documents are what `seeds/make_articles.py` makes, and what `seeds/expected.json` says."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import hashlib
import importlib.util
import io
import json
import lzma
import sys
import tarfile
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pycld2
import pytest
import zstandard

from pipeline.article import to_table
from pipeline.assemble import merge
from pipeline.clean import clean, clean_text
from pipeline.extract import extract
from pipeline.normalise import normalise
from pipeline.record import REASONS, Record, Rejection
from pipeline.settings import Limits
from pipeline.validate import check_rows
from pipeline.validate.suites import CRITICAL, ROW_SUITE
from tests.unit.copied import marks

if TYPE_CHECKING:
    from types import ModuleType

    from pipeline.article import Article

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLES = SEEDS / "articles"
NOW = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
GIVEN = "000_0fa71c61ba318e5d.txt"
FATES = {"shows", "published", "quarantined", "rejected", "duplicates", "superseded"}


def load_maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_articles", SEEDS / "make_articles.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


maker = load_maker()
EXPECTED: dict[str, dict[str, Any]] = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))
TEXTS = sorted(path.stem for path in (SEEDS / "texts").glob("*.txt"))


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return maker.documents()


def gunzip_what_is_there(data: bytes) -> bytes:
    return zlib.decompressobj(31).decompress(data)


def zip_members(data: bytes) -> list[tuple[str, int, int]]:
    return [(m.filename, m.file_size, m.CRC) for m in zipfile.ZipFile(io.BytesIO(data)).infolist()]


def tar_members(data: bytes) -> list[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(data))) as archive:
        return [(m.name, archive.extractfile(m).read()) for m in archive]


def unnest(data: bytes) -> bytes:
    for _ in range(6):
        data = gzip.decompress(data)
    return data


# What a compressor writes depends on its version: these are compared by what is in them.
CONTENTS = {
    "041_table.parquet": lambda data: pq.read_table(io.BytesIO(data)).to_pylist(),
    "050_lines.jsonl.gz": gzip.decompress,
    "051_text.txt.zst": zstandard.decompress,
    "052_text.txt.bz2": bz2.decompress,
    "053_text.txt.xz": lzma.decompress,
    "054_unsafe_member.zip": zip_members,
    "055_archive.tar.gz": tar_members,
    "062_zip_bomb.zip": zip_members,
    "063_nested_six_deep.txt.gz": unnest,
}


# Which readable articles are in the documents that can be read, in order.
SOURCES = {
    "010_year_precision.txt": ["fyret-paa-skarvoy"],
    "011_month_precision.txt": ["badeplassen"],
    "012_day_precision.txt": ["storliloepet"],
    "013_time_and_offset.txt": ["tverrelv-skole"],
    "014_no_date.txt": ["slik-lufter-du"],
    "015_impossible_date.txt": ["vannverket"],
    "016_far_future.txt": ["tidskapselen"],
    "020_escapes_and_entities.txt": ["bakeriet"],
    "021_mojibake.txt": ["broen"],
    "022_invisible_characters.txt": ["verktoey"],
    "023_nul_inside.txt": ["makrellen"],
    "024_latin1.txt": ["flommen"],
    "025_windows_line_ends.txt": ["broeyting"],
    "026_utf16.txt": ["svampar"],
    "030_one_bad_line.jsonl": ["fergen", "eplehausten", "harbour-seals"],
    "031_same_text_twice.jsonl": ["stroembrudd", "stroembrudd"],
    "032_two_revisions.jsonl": ["steinras-1", "steinras-2"],
    "033_news_please.json": ["cykelbro", "snoeovaeder"],
    "034_fundus.json": ["night-library", "fjellstue"],
    "035_datatrove.jsonl": ["tide-mill", "sauesanking"],
    "036_norwegian_colossal_corpus.jsonl": ["ski-museum", "songlaget"],
    "040_saved_page.html": ["tunnelen"],
    "041_table.parquet": ["midsommar", "havnebad"],
    "050_lines.jsonl.gz": ["hurtigbaaten", "laksen"],
    "051_text.txt.zst": ["weather-station"],
    "052_text.txt.bz2": ["storken"],
    "053_text.txt.xz": ["isvakten"],
    "054_unsafe_member.zip": ["sykkelbud", "bygdekinoen"],
    "055_archive.tar.gz": ["village-pub", "snekkerverkstedet"],
}


def test_the_given_document_is_kept_byte_for_byte() -> None:
    digest = hashlib.sha256((ARTICLES / GIVEN).read_bytes()).hexdigest()
    assert digest == "6f4bfb91bb4d7e8461254f02cc8879395340df806c605763bcc946cc869915ed"


def test_every_document_is_made_by_the_script_and_nothing_else_lies_there(made: dict[str, bytes]) -> None:
    assert {path.name for path in ARTICLES.iterdir()} == {GIVEN, *made}


@pytest.mark.parametrize("name", sorted(EXPECTED.keys() - {GIVEN}))
def test_the_script_reproduces_the_document(name: str, made: dict[str, bytes]) -> None:
    stored = (ARTICLES / name).read_bytes()
    if name == "061_truncated.txt.gz":  # how much a cut gzip still holds also depends on the compressor
        whole = maker.txt("storliloepet")
        for data in (stored, made[name]):
            part = gunzip_what_is_there(data)
            assert len(part) < len(whole)
            assert whole.startswith(part)
    else:
        contents = CONTENTS.get(name, bytes)
        assert contents(stored) == contents(made[name])


def test_the_script_gives_the_same_bytes_each_time(made: dict[str, bytes]) -> None:
    assert maker.documents() == made


def test_the_documents_are_small() -> None:
    assert sum(path.stat().st_size for path in ARTICLES.iterdir()) < 300_000


def test_every_document_has_an_expected_fate() -> None:
    assert EXPECTED.keys() == {path.name for path in ARTICLES.iterdir()}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_expected_fate_uses_the_words_of_the_pipeline(name: str) -> None:
    expected = EXPECTED[name]
    critical = {e.name for e in ROW_SUITE if e.severity == CRITICAL}
    assert expected.keys() == FATES
    assert set(expected["rejected"]) <= REASONS.keys()
    assert {reason for reasons in expected["quarantined"].values() for reason in reasons} <= critical


def test_the_documents_show_each_fate() -> None:
    for fate in FATES:
        assert any(expected[fate] for expected in EXPECTED.values()), fate


def test_the_table_of_the_readme_is_written_from_the_expected_fates() -> None:
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    assert maker.with_table(readme, EXPECTED) == readme


@pytest.mark.parametrize("slug", TEXTS)
def test_the_language_of_each_article_can_be_told(slug: str) -> None:
    text = maker.read(slug)
    language = pycld2.detect(text.body, bestEffort=True)[2][0][1]
    assert len(text.body.split()) >= 60
    assert {"no": "nb"}.get(language, language) == text.language


def test_the_articles_are_in_five_languages() -> None:
    assert {maker.read(slug).language for slug in TEXTS} == {"nb", "nn", "da", "sv", "en"}


@pytest.mark.parametrize(
    ("slug", "damage"),
    [
        ("bakeriet", maker.escapes_and_entities),
        ("broen", maker.mojibake),
        ("verktoey", maker.invisible),
    ],
)
def test_cleaning_undoes_the_damage(slug: str, damage: Any) -> None:
    body = maker.read(slug).body
    assert damage(body) != body
    assert clean_text(damage(body)).text == body


def become(name: str) -> tuple[list[Article], list[str]]:
    """The rows that a document is staged as, and the reasons of what was rejected."""
    with (ARTICLES / name).open("rb") as file:
        items = list(extract(file, name, limits=Limits()))
    records = [item for item in items if isinstance(item, Record)]
    rejected = [item.reason for item in items if isinstance(item, Rejection)]
    rows = normalise(clean(records), source="documents", capture=name, captured_at=NOW)
    return list(rows), rejected


@pytest.mark.parametrize("name", EXPECTED)
def test_the_document_becomes_what_is_expected(name: str) -> None:
    expected = EXPECTED[name]
    staged, rejected = become(name)
    rows = merge(staged)
    copies = {id_ for id_, mark in marks(rows).items() if mark.duplicate_of is not None}
    stands_for_itself = Counter(row.published for row in rows if row.article_id not in copies)
    quarantined = Counter(expected["quarantined"].keys())
    assert sorted(rejected) == sorted(expected["rejected"])
    assert len(staged) - len(rows) == expected["superseded"]
    assert len(copies) == expected["duplicates"]
    assert stands_for_itself == Counter(expected["published"]) + quarantined


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_text_comes_out_as_it_was_written(name: str) -> None:
    """Whatever the format, encoding, damage and wrapping: the row holds the readable article."""
    staged, _ = become(name)
    expected = [maker.read(slug) for slug in SOURCES[name]]
    assert [row.text for row in staged] == [text.body for text in expected]
    assert [row.language for row in staged] == [text.language for text in expected]


def test_the_rows_go_to_quarantine_for_the_expected_reasons() -> None:
    rows = [(name, row) for name in EXPECTED for row in become(name)[0]]
    results = check_rows(to_table([row for _, row in rows]))
    found: dict[str, dict[str, list[str]]] = {name: {} for name in EXPECTED}
    for number in results.quarantined():
        name, row = rows[number]
        found[name][row.published] = [failure.expectation for failure in results.critical(number)]
    assert found == {name: expected["quarantined"] for name, expected in EXPECTED.items()}
