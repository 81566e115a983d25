"""Make the sample documents of `articles/` from the readable articles of `texts/`.

    python seeds/make_articles.py

Each document shows one format, date precision, damage or failure; `expected.json` says what must
become of it, and the table of `README.md` is written from that. The document that begins with `000_`
was given to us and is left alone. Running this twice gives the same bytes.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import re
import tarfile
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import zstandard

SEEDS: Final = Path(__file__).parent
ARTICLES: Final = SEEDS / "articles"
SITE: Final = "https://nyhetene.example"
MIB: Final = 1024 * 1024

# --- the readable articles -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One article of `texts/`: `name: value` lines, a blank line, the body."""

    slug: str
    language: str
    body: str
    title: str
    date: str | None = None
    updated: str | None = None
    lead: str | None = None
    section: str | None = None
    author: str | None = None
    tags: str | None = None
    topics: str | None = None
    doc_type: str | None = None

    @property
    def url(self) -> str:
        """Its address at a publisher that does not exist."""
        return f"{SITE}/{self.slug}"

    @property
    def authors(self) -> list[str]:
        """Names of the authors."""
        return self.author.split("; ") if self.author else []

    @property
    def paragraphs(self) -> list[str]:
        """The body, cut at its blank lines."""
        return self.body.split("\n\n")


def read(name: str) -> Text:
    """The article of `texts/<name>.txt`."""
    head, _, body = (SEEDS / "texts" / f"{name}.txt").read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return Text(**({"slug": name} | fields), body=body.strip())


# --- formats ---------------------------------------------------------------------------------------


def document(text: Text) -> str:
    """The text format: the word `date`, a date of any precision, the body."""
    return f" date {text.date} {text.body}\n" if text.date else f"{text.body}\n"


def txt(name: str) -> bytes:
    """An article in the text format, undamaged."""
    return document(read(name)).encode()


def own(text: Text) -> dict[str, Any]:
    """The field names of Dagspress itself."""
    fields = {
        "url": text.url,
        "title": text.title,
        "lead": text.lead,
        "text": text.body,
        "authors": text.authors,
        "section": text.section,
        "tags": text.tags.split(", ") if text.tags else [],
        "published_at": text.date,
        "updated_at": text.updated,
    }
    return {name: value for name, value in fields.items() if value}


def news_please(text: Text) -> dict[str, Any]:
    """The field names of news-please: times without an offset."""
    published = (text.date or "").replace("T", " ")
    return {
        "authors": text.authors,
        "date_download": "2023-05-03 04:00:12",
        "date_modify": "None",
        "date_publish": published,
        "description": text.lead,
        "filename": f"{text.slug}.html",
        "image_url": None,
        "language": text.language,
        "localpath": None,
        "maintext": text.body.replace("\n\n", "\n"),
        "source_domain": "nyhetene.example",
        "text": None,
        "title": text.title,
        "title_page": None,
        "title_rss": None,
        "url": text.url,
    }


def fundus(text: Text) -> dict[str, Any]:
    """The field names of Fundus: the body as sections, no address."""
    return {
        "title": text.title,
        "body": {"summary": [], "sections": [{"headline": [], "paragraphs": text.paragraphs}]},
        "authors": text.authors,
        "publishing_date": text.date,
        "topics": text.topics.split(", ") if text.topics else [],
        "free_access": True,
        "lang": text.language,
    }


def datatrove(text: Text) -> dict[str, Any]:
    """The field names of datatrove: all but the text is metadata."""
    return {
        "text": text.body,
        "id": f"nyhetene/{text.slug}",
        "metadata": {"url": text.url, "title": text.title, "date": text.date, "language": text.language},
    }


def colossal(text: Text) -> dict[str, Any]:
    """The field names of the Norwegian Colossal Corpus: a year is all that is known."""
    return {
        "id": f"nyhetene_{text.slug}",
        "doc_type": text.doc_type,
        "publish_year": int(text.date or 0),
        "lang_fasttext": text.language,
        "lang_fasttext_conf": "0.93",
        "text": text.body.replace("\n\n", "\n"),
    }


def line(fields: dict[str, Any]) -> bytes:
    """One line of JSON Lines."""
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def array(*items: dict[str, Any]) -> bytes:
    """A JSON array, as people print it."""
    return json.dumps(items, ensure_ascii=False, indent=1).encode() + b"\n"


def saved_page(text: Text) -> bytes:
    """A page as a browser saves it: JSON-LD and Open Graph in the head, noise around the article."""
    ld = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": text.title,
        "description": text.lead,
        "datePublished": text.date,
        "dateModified": text.updated,
        "author": [{"@type": "Person", "name": name} for name in text.authors],
        "articleSection": text.section,
        "isAccessibleForFree": True,
        "inLanguage": text.language,
        "mainEntityOfPage": text.url,
    }
    paragraphs = "\n".join(f"        <p>{p}</p>" for p in text.paragraphs)
    return f"""<!DOCTYPE html>
<html lang="{text.language}">
<head>
  <meta charset="utf-8">
  <title>{text.title} | Nyhetene</title>
  <link rel="canonical" href="{text.url}">
  <meta property="og:type" content="article">
  <meta property="og:site_name" content="Nyhetene">
  <meta property="og:title" content="{text.title}">
  <meta property="og:description" content="{text.lead}">
  <meta property="og:url" content="{text.url}?utm_source=deling">
  <meta property="article:published_time" content="{text.date}">
  <meta property="article:section" content="{text.section}">
  <script type="application/ld+json">
{json.dumps(ld, ensure_ascii=False, indent=2)}
  </script>
  <script>window.maaling = {{"side": "{text.slug}"}};</script>
</head>
<body>
  <header>
    <a href="/">Nyhetene</a>
    <nav><ul>
      <li><a href="/innenriks">Innenriks</a></li>
      <li><a href="/sport">Sport</a></li>
      <li><a href="/vaer">Været</a></li>
    </ul></nav>
  </header>
  <main>
    <article>
      <h1>{text.title}</h1>
      <p class="lead">{text.lead}</p>
      <p class="byline">Av {", ".join(text.authors)}</p>
      <time datetime="{text.date}">11. mars 2024 kl. 07.05</time>
      <div class="body">
{paragraphs}
      </div>
    </article>
    <aside>
      <h2>Mest lest</h2>
      <ul>
        <li><a href="/fergen">Fergen innstilt</a></li>
        <li><a href="/steinras">Steinras</a></li>
      </ul>
    </aside>
  </main>
  <footer>
    <p>Nyhetene arbeider etter egne regler. <a href="/personvern">Personvern</a></p>
    <p>Abonner på nyhetsbrevet</p>
  </footer>
</body>
</html>
""".encode()


def table(*texts: Text) -> bytes:
    """Articles as parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "link": [t.url for t in texts],
        "headline": [t.title for t in texts],
        "author": [t.author for t in texts],
        "publish_date": [t.date for t in texts],
        "content": [t.body for t in texts],
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()


# --- damage ----------------------------------------------------------------------------------------


def escapes_and_entities(text: str) -> str:
    """What an export through Markdown and HTML leaves behind."""
    entities = {"&": "&amp;", "«": "&laquo;", "»": "&raquo;", "å": "&#229;"}
    for character, entity in entities.items():
        text = text.replace(character, entity)
    return re.sub(r"([,()])", r"\\\1", text)


def mojibake(text: str) -> str:
    """UTF-8 that somebody read as cp1252 and saved."""
    return text.encode().decode("cp1252")


def invisible(text: str) -> str:
    """Soft hyphens, zero widths, no-break spaces and letters in two pieces."""
    text = text.replace("kriminalromanen", "kriminal\u00adromanen").replace("lesesalen", "lese\u00adsalen")
    text = text.replace("verktøyutlån", "verktøy\u200butlån").replace("slagdrill", "slag\ufeffdrill")
    text = text.replace("en uke", "en\u00a0uke").replace("er enkel", "er\u00a0enkel")
    return unicodedata.normalize("NFD", text)


# --- wrappings and failures ------------------------------------------------------------------------


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive without the time it was made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, date_time=(2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever this runs
            archive.writestr(info, data)
    return buffer.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    """A tar archive without owner or the time it was made."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def gzipped(data: bytes) -> bytes:
    """Gzip without the time it was made."""
    return gzip.compress(data, mtime=0)


def nested(data: bytes, *, depth: int) -> bytes:
    """Gzip in gzip in gzip."""
    for _ in range(depth):
        data = gzipped(data)
    return data


def junk(size: int) -> bytes:
    """Bytes that mean nothing, the same each time."""
    digests = (hashlib.sha256(b"%d" % i).digest() for i in range(1 + size // 32))
    return b"".join(digests)[:size]


def documents() -> dict[str, bytes]:
    """Every document: name and bytes."""
    power_cut, landslide = read("stroembrudd"), (read("steinras-1"), read("steinras-2"))
    swedish, danish = read("midsommar"), read("havnebad")
    return {
        # the text format: how much of the date is known
        "010_year_precision.txt": txt("fyret-paa-skarvoy"),
        "011_month_precision.txt": txt("badeplassen"),
        "012_day_precision.txt": txt("storliloepet"),
        "013_time_and_offset.txt": txt("tverrelv-skole"),
        "014_no_date.txt": txt("slik-lufter-du"),
        "015_impossible_date.txt": txt("vannverket"),
        "016_far_future.txt": txt("tidskapselen"),
        "017_empty_body.txt": b" date 2024-02-14 \n\n \n",
        # damage
        "020_escapes_and_entities.txt": escapes_and_entities(document(read("bakeriet"))).encode(),
        "021_mojibake.txt": mojibake(document(read("broen"))).encode(),
        "022_invisible_characters.txt": invisible(document(read("verktoey"))).encode(),
        "023_nul_inside.txt": txt("makrellen").replace("på kaia".encode(), "på\0 kaia".encode()),
        "024_latin1.txt": document(read("flommen")).encode("cp1252"),
        "025_windows_line_ends.txt": txt("broeyting").replace(b"\n", b"\r\n"),
        "026_utf16.txt": b"\xff\xfe" + document(read("svampar")).encode("utf-16-le"),
        # JSON of several producers
        "030_one_bad_line.jsonl": line(own(read("fergen")))
        + line(own(read("eplehausten")))
        + b'{"url": "https://nyhetene.example/halv", "title": "Her stoppet overf\n'
        + line(own(read("harbour-seals"))),
        "031_same_text_twice.jsonl": line(own(power_cut))
        + line(own(power_cut) | {"url": "https://lokalen.example/nyheter/stroembrudd"}),
        "032_two_revisions.jsonl": b"".join(line(own(version)) for version in landslide),
        "033_news_please.json": array(news_please(read("cykelbro")), news_please(read("snoeovaeder"))),
        "034_fundus.json": array(fundus(read("night-library")), fundus(read("fjellstue"))),
        "035_datatrove.jsonl": line(datatrove(read("tide-mill"))) + line(datatrove(read("sauesanking"))),
        "036_norwegian_colossal_corpus.jsonl": line(colossal(read("ski-museum")))
        + line(colossal(read("songlaget"))),
        # pages and tables
        "040_saved_page.html": saved_page(read("tunnelen")),
        "041_table.parquet": table(swedish, danish),
        # compressions and archives
        "050_lines.jsonl.gz": gzipped(line(own(read("hurtigbaaten"))) + line(own(read("laksen")))),
        "051_text.txt.zst": zstandard.compress(txt("weather-station"), 19),
        "052_text.txt.bz2": bz2.compress(txt("storken")),
        "053_text.txt.xz": lzma.compress(txt("isvakten")),
        "054_unsafe_member.zip": zipped(
            {
                "sykkelbud.txt": txt("sykkelbud"),
                "../utenfor.txt": b" date 2024-08-19 Denne filen vil ut av arkivet sitt.\n",
                "nynorsk/bygdekinoen.txt": txt("bygdekinoen"),
            }
        ),
        "055_archive.tar.gz": gzipped(
            tarred({"village-pub.txt": txt("village-pub"), "verksted.txt": txt("snekkerverkstedet")})
        ),
        # what cannot be read
        "060_binary_junk.bin": junk(4096),
        "061_truncated.txt.gz": gzipped(txt("storliloepet"))[:400],
        "062_zip_bomb.zip": zipped({"bombe.json": b"[" + b" " * (64 * MIB) + b"]"}),
        "063_nested_six_deep.txt.gz": nested(txt("storliloepet"), depth=6),
        "064_no_bytes.txt": b"",
    }


# --- the README's table ----------------------------------------------------------------------------


def fate(expected: dict[str, Any]) -> str:
    """What becomes of a document, in words."""
    parts = [f"{n} published under `{p}`" for p, n in expected.get("published", {}).items()]
    if n := expected.get("duplicates"):
        parts.append(f"{n} marked as duplicate")
    if n := expected.get("superseded"):
        parts.append(f"{n} superseded")
    for period, reasons in expected.get("quarantined", {}).items():
        parts.append(f"quarantined under `{period}`: " + ", ".join(f"`{r}`" for r in reasons))
    parts += [f"rejected: `{reason}`" for reason in expected.get("rejected", [])]
    return "; ".join(parts)


def with_table(readme: str, expected: dict[str, dict[str, Any]]) -> str:
    """The README with its table written anew."""
    rows = ["| file | what it shows | what becomes of it |", "|---|---|---|"]
    rows += [f"| `{name}` | {e['shows']} | {fate(e)} |" for name, e in sorted(expected.items())]
    head, tail = readme.split("<!-- table -->\n")[0], readme.split("<!-- end of table -->\n")[-1]
    return f"{head}<!-- table -->\n" + "\n".join(rows) + f"\n<!-- end of table -->\n{tail}"


def main() -> None:
    """Write the documents and the README's table."""
    for name, data in documents().items():
        (ARTICLES / name).write_bytes(data)
    readme = SEEDS / "README.md"
    expected = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), expected), encoding="utf-8")


if __name__ == "__main__":
    main()
