from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.filters import extract_lines

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """<!DOCTYPE html><html lang="nb"><head><title>Broen er åpnet - Avisen</title>
<link rel="canonical" href="https://avis.example/broen?utm_source=x">
<meta property="og:site_name" content="Avisen"><meta property="og:title" content="Broen er åpnet">
<meta property="article:published_time" content="2024-03-11T00:30:00+01:00">
<meta property="article:modified_time" content="2024-03-12"><meta property="article:section" content="Lokalt">
<meta name="author" content="Kari Nordmann"><meta name="keywords" content="bro, vei">
<meta name="description" content="Etter to år."></head><body><article><h1>Broen er åpnet</h1>
<p>Broen over fjorden ble åpnet mandag morgen, etter to år med arbeid og mange utsettelser.</p>
<p>Flere hundre mennesker møtte opp for å gå over den, før bilene fikk slippe til klokken ti.</p>
</article></body></html>"""
URL = "https://avis.example/broen?a=1"


def run(folder: Path, *rows: dict[str, Any] | bytes) -> list[dict[str, Any]]:
    lines = (row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)
    out = list(extract_lines(lines, folder))
    assert all(b"\n" not in line for line in out)
    return [json.loads(line) for line in out]


def test_page_becomes_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    row = {"id": "a", "url": URL, "html": "a.html", "charset": "utf-8", "fetched": "2024-03-11"}
    assert run(tmp_path, row) == [
        {
            "id": "a",
            "title": "Broen er åpnet",
            "lead": "Etter to år.",
            "text": "Broen over fjorden ble åpnet mandag morgen, etter to år med arbeid og mange "
            "utsettelser.\n\n"
            "Flere hundre mennesker møtte opp for å gå over den, før bilene fikk slippe til klokken ti.",
            "authors": ["Kari Nordmann"],
            "section": "Lokalt",
            "tags": ["bro", "vei"],
            "url": URL,
            "canonical_url": "https://avis.example/broen",
            "published": "2024-03-11T00:30:00+01:00",
            "published_from": "meta",
            "updated": "2024-03-12",
            "language": "nb",
            "paywalled": None,
            "rules": [],
        }
    ]


def test_text_begins_with_the_standfirst_that_readers_see_above_it(tmp_path: Path) -> None:
    shown = '<p class="ingress">Etter to år er det slutt på ferga over fjorden.</p>'
    (tmp_path / "a.html").write_text(PAGE.replace("</h1>", f"</h1>{shown}"), encoding="utf-8")
    (article,) = run(tmp_path, {"id": "a", "html": "a.html"})
    assert article["lead"] == "Etter to år er det slutt på ferga over fjorden."
    first, second, *_ = article["text"].split("\n\n")
    assert first == article["lead"]
    assert second.startswith("Broen over fjorden")


def test_compressed_pages_and_other_charsets(tmp_path: Path) -> None:
    (tmp_path / "sider").mkdir()
    (tmp_path / "sider" / "a.gz").write_bytes(gzip.compress(PAGE.encode("cp1252")))
    (a, b) = run(
        tmp_path,
        {"id": 1, "html": "sider/a.gz", "gz": True, "charset": "windows-1252"},
        {"id": 2, "html": "sider/a.gz"},  # told by its content
    )
    assert a["title"] == b["title"] == "Broen er åpnet"
    assert a["rules"] == ["encoding"]
    assert (a["id"], b["id"]) == (1, 2)


WRONG = [
    (b"\n", "empty"),
    (b"{", "not valid JSON"),
    (b"\xff\xfe", "not valid JSON"),
    (b"[1]", "not a JSON object"),
    ({"id": "x"}, "no `html`"),
    ({"id": "x", "html": 3}, "no `html`"),
    ({"id": "x", "html": "finnes-ikke.html"}, "cannot be read"),
    ({"id": "x", "html": "."}, "cannot be read"),
    ({"id": "x", "html": "../utenfor.html"}, "not below"),
    ({"id": "x", "html": "/etc/hostname"}, "not below"),
    ({"id": "x", "html": "a\0b"}, "cannot be read"),
    ({"id": "x", "html": "half.gz", "gz": True}, "no whole gzip"),
    ({"id": "x", "html": "page.html", "gz": True}, "no whole gzip"),
    ({"id": "x", "html": "binary"}, "binary"),
    ({"id": "x", "html": "empty.html"}, "corrupt"),
    ({"id": "x", "html": "front.html", "url": "https://avis.example/"}, "no_article"),
]


def test_every_line_gives_a_line_whatever_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path.parent / "utenfor.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "half.gz").write_bytes(gzip.compress(PAGE.encode())[:-20])
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "front.html").write_text("<h1>Avisen</h1><p><a href='/a'>En sak</a></p>", encoding="utf-8")
    good = {"id": "ok", "html": "page.html"}
    out = run(tmp_path, *(line for line, _ in WRONG), good)
    assert len(out) == len(WRONG) + 1
    for number, (found, (line, reason)) in enumerate(zip(out, WRONG, strict=False), start=1):
        assert found["id"] == (line.get("id") if isinstance(line, dict) else None)
        assert found["error"].startswith(f"line {number}: ")
        assert reason in found["error"]
    assert out[-1]["title"] == "Broen er åpnet"


@pytest.mark.parametrize("url", [None, "", 7, "http://[", "broen"])
def test_address_that_is_none_does_no_harm(tmp_path: Path, url: object) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (found,) = run(tmp_path, {"id": "a", "html": "a.html", "url": url})
    assert found["canonical_url"] in ("https://avis.example/broen", None)
    assert found["title"] == "Broen er åpnet"


def test_page_above_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.filters.pages.LARGEST", 1000)
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"<p>" * 10_000))
    (found,) = run(tmp_path, {"id": "a", "html": "a.gz", "gz": True})
    assert "larger than 1000 bytes" in found["error"]
