from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import feeds

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "<rss><channel><title>Avisa</title><item><title>{}</title></item></channel></rss>"


def corpus(folder: Path, *, title: str) -> Path:
    """A set of one feed, of which one title and one language are expected."""
    folder.mkdir(parents=True)
    (folder / "f.xml").write_text(TITLE.format(title))
    (folder / "inputs.jsonl").write_text(json.dumps({"id": "a", "path": "f.xml", "content_type": None}))
    gold = {"id": "a", "title": "Avisa", "n_items": 1, "items": [{"title": "Ny <b>bru</b>"}]}
    (folder / "gold.jsonl").write_text(json.dumps(gold))
    return folder


def run(monkeypatch: pytest.MonkeyPatch, data: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["feeds", "--data", str(data)])
    return feeds.main()


@pytest.fixture
def floors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "floors.toml"
    monkeypatch.setattr(feeds, "FLOORS", path)
    digest = feeds.digest(corpus(tmp_path / "feeds" / "some", title="Ny bru"))
    path.write_text(f'[some]\nagreement = 1.0\ndigest = "{digest}"\n')
    return path


def test_at_the_floor_all_is_well(
    floors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path) == 0
    assert "3 / 3" in capsys.readouterr().out


def test_without_the_corpus_nothing_is_measured(
    floors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path / "none") == 0
    assert "nothing was measured" in " ".join(capsys.readouterr().out.split())


def test_another_corpus_and_less_agreement_fail(
    floors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "feeds" / "some" / "f.xml").write_text(TITLE.format("Ny tunnel"))
    assert run(monkeypatch, tmp_path) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "the corpus has changed" in said
    assert "agreement 0.6667 is below 1.0" in said


def test_a_feed_that_is_an_error_agrees_in_nothing(
    floors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "feeds" / "some" / "f.xml").write_text("<html/>")
    score = feeds.measure(tmp_path / "feeds" / "some", feeds.ours)
    assert (score.errors, score.right.total(), score.all.total()) == (1, 0, 3)
