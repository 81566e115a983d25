"""`dagspress fetch`, `extract` and `feed`: output, JSON, exit codes, errors."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pipeline.cli import main
from pipeline.embedded.newsstand import catalogue, running_newsstand
from pipeline.settings import Fetching

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.embedded.newsstand import Newsstand
    from pipeline.lake import Lake

Dagspress = Callable[..., tuple[int, str, str]]
"""Exit code, output, errors."""

PAGE = """<html lang="nb"><head><title>Ny bru over Lauva</title>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ny bru over Lauva",
"datePublished": "2026-03-10T08:00:00+01:00"}</script></head><body><article><h1>Ny bru over Lauva</h1>
<p>Kommunestyret vedtok i går kveld å bygge en ny bru over elva. Arbeidet tar til når isen har gått.</p>
<p>Ordføreren sier at brua skal stå ferdig om to år, og at ingen trenger å ta ferga etter det.</p>
</article></body></html>"""
FEED = """<rss version="2.0"><channel><title>Havsund Blad</title><item><title>Ny bru</title>
<link>https://havsund.example/1</link><guid>g1</guid></item></channel></rss>"""


@pytest.fixture(scope="module")
def stand() -> Iterator[Newsstand]:
    with running_newsstand(today=dt.datetime.now(dt.UTC).date()) as stand:
        yield stand


@pytest.fixture
def dagspress(
    lake: Lake,
    stand: Newsstand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Dagspress:
    """Runs a command as a person does, in this process, with four papers as sources."""
    path = tmp_path / "sources.yaml"
    path.write_text(catalogue(stand, ["grinnfjord", "lauvdal", "dead", "broken"]))
    monkeypatch.setenv("DAGSPRESS_SOURCES", str(path))
    monkeypatch.setenv("DAGSPRESS_ALLOW_ADDRESSES", "127.0.0.0/8")
    monkeypatch.setenv("DAGSPRESS_SPACING_SECONDS", "0")
    monkeypatch.setenv("DAGSPRESS_JITTER_SECONDS", "0")

    settings = dataclasses.replace(Fetching.from_env(), retry_seconds=(0.1,))
    monkeypatch.setattr(Fetching, "from_env", lambda: settings)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dagspress", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsysbinary.readouterr()
        return int(ended.value.code or 0), said.out.decode(), said.err.decode()

    return run


def test_a_source_is_fetched_and_published_at_once(dagspress: Dagspress, stand: Newsstand) -> None:
    code, out, _ = dagspress("fetch", "grinnfjord", "--publish")
    assert code == 0
    assert "grinnfjord" in out
    assert "fetched" in out
    assert f"{len(stand.latest('grinnfjord'))} published" in out or "published" in out
    code, out, _ = dagspress("fetch", "grinnfjord")
    assert code == 0
    assert "unchanged" in out or "deferred" in out  # within the seconds that its feed is fresh
    assert "to be published" not in out


def test_json_for_scripts_adds_up(dagspress: Dagspress) -> None:
    code, out, _ = dagspress("fetch", "grinnfjord", "lauvdal", "--json")
    report = json.loads(out)
    assert code == 0
    for item in report["fetched"]:
        assert item["records"] == item["staged"] + item["rejected"] == sum(item["periods"].values())
    assert set(report["pending"]) == {p for item in report["fetched"] for p in item["periods"]}
    assert report["published"] == []


def test_a_source_that_fails_stops_no_other_and_is_the_exit_code(dagspress: Dagspress) -> None:
    code, out, _ = dagspress("fetch", "dead", "grinnfjord")
    assert code == 1
    assert out.index("dead") < out.index("grinnfjord")
    assert "failed" in out
    assert "fetched" in out


def test_a_past_day_is_read_from_its_captures(dagspress: Dagspress) -> None:
    code, out, _ = dagspress("fetch", "grinnfjord", "--day", "2026-01-01")
    assert code == 0
    assert "A feed cannot be asked about the past." in out
    assert "Nothing was captured for 2026-01-01." in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "No such source: nowhere"),
        (["--day", "yesterday"], "'yesterday' is no day"),
        (["--day", "2999-01-01"], "has not come yet"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    dagspress: Dagspress, arguments: list[str], message: str
) -> None:
    code, _, errors = dagspress("fetch", *arguments)
    assert (code, message in errors) == (1, True)


def test_pages_become_lines(dagspress: Dagspress, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    lines = [
        {"id": "a", "url": "https://havsund.example/1", "html": "a.html"},
        {"id": "b", "html": "no.html"},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\nnot json\n")
    code, out, _ = dagspress("extract", str(tmp_path / "in.jsonl"))
    page, missing, broken = map(json.loads, out.splitlines())
    assert code == 0
    assert (page["id"], page["title"], page["published"]) == (
        "a", "Ny bru over Lauva", "2026-03-10T08:00:00+01:00",
    )  # fmt: skip
    assert page["text"].startswith("Kommunestyret vedtok")
    assert missing["id"] == "b"
    assert missing["error"]
    assert broken["error"]


def test_feeds_become_lines(dagspress: Dagspress, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(FEED)
    lines = [{"id": "a", "path": "a.xml"}, {"id": "b", "path": "no.xml"}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    code, out, _ = dagspress("feed", str(tmp_path / "in.jsonl"))
    feed, missing = map(json.loads, out.splitlines())
    assert code == 0
    assert (feed["title"], [item["link"] for item in feed["items"]]) == (
        "Havsund Blad", ["https://havsund.example/1"],
    )  # fmt: skip
    assert (missing["id"], bool(missing["error"])) == ("b", True)
