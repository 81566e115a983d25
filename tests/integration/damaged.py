"""What the tests of verifying and repairing share: a lake with captures of several kinds, kept as bytes."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import io
import json
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from fetching import Desk

from pipeline import flow
from pipeline.embedded.newsstand import running_newsstand
from pipeline.lake import (
    ARTICLES,
    CAPTURES,
    DECISIONS,
    IDENTITIES,
    OVERVIEW,
    QUARANTINE,
    REJECTED,
    STAGED,
    Lake,
    articles_name,
    quarantine_name,
    summary_name,
)
from pipeline.write import fingerprint, read_object, to_json, to_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.embedded.s3 import S3Server

NOW = dt.datetime(2024, 3, 10, 8, tzinfo=dt.UTC)
DAY = dt.date(2024, 3, 9)

BODY = (
    "Skolen på Vestre Haug blir lagt ned til høsten, etter et vedtak i kommunestyret mandag. Elevene får "
    "plass på sentralskolen, og bussen skal gå to ganger hver morgen.\n\nFAU vil klage på vedtaket."
)
FERRY = (
    "Ferja mellom Sandøy og Nesvik står til over helga, melder rederiet. En motor må byttes, og delene "
    "kommer først fredag.\n\nPassasjerer må kjøre rundt fjorden i mellomtiden, sier skipper Åse Lund."
)


def line(slug: str, date: str, text: str = BODY, title: str = "Skolen legges ned") -> str:
    fields = {"title": title, "text": text, "date": date, "url": f"https://haug.example/{slug}"}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def files() -> dict[str, bytes]:
    """What is dropped, by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ferje.txt", f"date 2024-02-20 {FERRY}")
        archive.writestr("skole.jsonl", line("skole-igjen", "2024-02-21", f"{BODY} Saken er anket."))
    return {
        "tekst.txt": f"date 2024-03-01 {FERRY} Mannskapet er permittert.".encode(),
        "haug/mange.jsonl": (
            line("skolen", "2024-03-01")
            + line("skole-kopi", "2024-03-02")
            + line("trukket", "2024-02-27", f"{FERRY} Rederiet beklager.", "Ferja står")
            + line("varsel", "2024-03-20", f"{BODY} Møtet holdes i salen.")  # after its capture: quarantined
            + "{this is no JSON\n"
        ).encode(),
        "haug/rettet.jsonl": line("skolen", "2024-03-05", f"{BODY} Rettet: FAU vil ikke klage.").encode(),
        "pakke.zip": packed.getvalue(),
        "søppel.bin": bytes(range(256)) * 20,
    }


def fill(lake: Lake) -> None:
    """Drop, fetch and publish everything."""
    with running_newsstand(today=DAY) as stand:
        desk = Desk(lake, stand)
        fetched = desk.fetch("lauvdal")
    loaded = []
    for hour, (name, data) in enumerate(files().items()):
        lake.put(f"inbox/{name}", data)
        at = NOW + dt.timedelta(hours=hour)
        loaded.append(flow.load(lake, f"inbox/{name}", clock=lambda at=at: at))
    flow.publish(lake, flow.known_periods(lake))
    flow.clear(lake, loaded)
    [row] = read_object(lake, articles_name("2024-02-27")).to_pylist()
    decided = flow.decide_article(lake, "withdraw", row["article_id"], by="redaksjonen", why="Feil.")
    flow.publish(lake, decided.periods)
    assert fetched.staged > 0


@functools.cache
def healthy(s3: S3Server) -> Mapping[str, bytes]:
    """All that a healthy lake holds; made once for each process."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3.env(f"healthy-{uuid.uuid4().hex[:12]}").items():
            patch.setenv(name, value)
        lake = Lake.from_env()
        lake.create_bucket()
        fill(lake)
        return everything(lake)


def everything(lake: Lake) -> dict[str, bytes]:
    """All that the lake holds."""
    return {item.name: data for item, data in lake.read_all("")}


def restore(lake: Lake, objects: Mapping[str, bytes]) -> Lake:
    """A copy of a lake in an empty one."""
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lake.put, objects.keys(), objects.values()))
    return lake


def product(lake: Lake) -> dict[str, bytes]:
    """What follows from captures and decisions alone."""
    rooms = (STAGED, REJECTED, ARTICLES, QUARANTINE)
    return {name: data for name, data in everything(lake).items() if name.startswith(rooms)}


def flipped(data: bytes, at: int) -> bytes:
    """The bytes with one bit changed."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def one(lake: Lake, prefix: str, *parts: str) -> str:
    """The first object below a prefix whose name holds all these."""
    return next(item.name for item in lake.list(prefix) if all(part in item.name for part in parts))


STOPPED_PERIOD = "2024-03-09"


def stop_at_gate(lake: Lake) -> None:
    """A few articles of a day, published; then many that are dated after their capture, and stopped."""
    for name, count, day in (("god", 10, 10), ("gal", 30, 7)):
        text = "".join(
            line(f"{name}-{number}", STOPPED_PERIOD, f"{BODY} Sak {number} av {name}.")
            for number in range(count)
        )
        lake.put(f"inbox/haug/{name}.jsonl", text.encode())
        at = dt.datetime(2024, 3, day, 12, tzinfo=dt.UTC)
        loaded = flow.load(lake, f"inbox/haug/{name}.jsonl", clock=lambda at=at: at)
        flow.clear(lake, [loaded])
        [result] = flow.publish(lake, [STOPPED_PERIOD])
    assert result.state == "gate_failed"


# --- damage -----------------------------------------------------------------------------------------


def flip(lake: Lake, name: str, at: int = -20) -> None:
    lake.put(name, flipped(lake.get(name), at))


def drop(lake: Lake, name: str) -> None:
    lake.delete([name])


def change(lake: Lake, name: str, **values: Any) -> None:
    """Other values in a JSON object of the lake."""
    lake.put(name, to_json(json.loads(lake.get(name)) | values))


def copy_article(lake: Lake, here: str, there: str) -> None:
    """A row of a partition in another one too, whose summary vouches for it."""
    table = read_object(lake, articles_name(there))
    row = read_object(lake, articles_name(here)).slice(0, 1)
    both = pa.concat_tables([table, row.cast(table.schema)]).sort_by("article_id")
    lake.put(articles_name(there), to_parquet(both))
    known = json.loads(lake.get(summary_name(there)))
    objects = known["objects"] | {"articles": fingerprint(lake.get(articles_name(there)))}
    change(lake, summary_name(there), objects=objects, published=known["published"] + 1)


def leave_leftover(lake: Lake, period: str) -> None:
    """What a run that was killed staged, and no note names."""
    name = one(lake, f"{STAGED}published=2024-03-05/")
    lake.put(name.replace("2024-03-05", period), lake.get(name))


def forget_capture(lake: Lake, part: str) -> None:
    """A capture with its receipt, gone as if it had never been."""
    name = one(lake, CAPTURES, part)
    capture_id = name.rsplit("/", 1)[-1].partition("-")[0]
    lake.delete(item.name for item in lake.list(CAPTURES) if capture_id in item.name)


def forget_all(lake: Lake, part: str) -> None:
    """The same with all that was staged of it."""
    capture_id = one(lake, CAPTURES, part).rsplit("/", 1)[-1].partition("-")[0]
    lake.delete(item.name for item in lake.list("") if capture_id in item.name)


JSONL, TEXT, ZIP, WARC, JUNK = "-mange.jsonl", "-tekst.txt", "-pakke.zip", "-pages.warc.gz", "-søppel.bin"
QUARANTINED = "2024-03-20"


def receipt_of(lake: Lake, part: str) -> str:
    name = one(lake, CAPTURES, part)
    source, capture_id = name.split("/")[1], name.rsplit("/", 1)[-1].partition("-")[0]
    return f"{CAPTURES}{source}/_receipts/{capture_id}.json"


def note_of(lake: Lake, part: str) -> str:
    return receipt_of(lake, part).replace(CAPTURES, "state/staging/").replace("_receipts/", "")


def staged_of(lake: Lake, part: str, room: str = STAGED) -> str:
    return one(lake, room, one(lake, CAPTURES, part).rsplit("/", 1)[-1].partition("-")[0])


@dataclass(frozen=True)
class Damage:
    """A kind of damage: how it is planted, and what is to be found then."""

    name: str
    plant: Callable[[Lake], object]
    found: Callable[[Lake], set[tuple[str, str]]]
    """Kinds and objects, by the lake as it was."""
    mended: bool = True
    quick: bool = True
    """Whether a quick look finds it as well."""


def _one(
    name: str,
    kind: str,
    object_: Callable[[Lake], str],
    plant: Callable[[Lake, str], object],
    **more: bool,
) -> Damage:
    return Damage(
        name,
        lambda lake: plant(lake, object_(lake)),
        lambda lake: {(kind, object_(lake))},
        **more,
    )


def capture(part: str) -> Callable[[Lake], str]:
    return lambda lake: one(lake, CAPTURES, part)


def _base_lost(lake: Lake, _: str) -> None:
    lake.delete(item.name for item in lake.list(IDENTITIES))


DAMAGES = [
    *(
        _one(f"bit flip in a capture ({part})", "capture_damaged", capture(part), flip, mended=False,
             quick=False)
        for part in (JSONL, TEXT, ZIP, WARC)
    ),
    *(
        _one(f"capture gone ({part})", "capture_missing", capture(part), drop, mended=False)
        for part in (JSONL, ZIP, WARC)
    ),
    _one("capture cut short", "capture_damaged", lambda lake: one(lake, CAPTURES, ZIP),
         lambda lake, name: lake.put(name, lake.get(name)[:-1]), mended=False),
    *(
        _one(f"receipt gone ({part})", "receipt_missing", lambda lake, p=part: receipt_of(lake, p), drop)
        for part in (JSONL, WARC)
    ),
    _one("bit flip in a receipt", "receipt_damaged", lambda lake: receipt_of(lake, TEXT),
         lambda lake, name: change(lake, name, sha256="0" * 64)),
    _one("receipt that is no JSON", "receipt_damaged", lambda lake: receipt_of(lake, ZIP),
         lambda lake, name: lake.put(name, b"{")),
    Damage("capture that was never staged", lambda lake: drop(lake, note_of(lake, JSONL)),
           lambda lake: {("capture_unstaged", one(lake, CAPTURES, JSONL))}),
    Damage("staging that did not end", lambda lake: change(lake, note_of(lake, WARC), code=""),
           lambda lake: {("capture_unstaged", one(lake, CAPTURES, WARC))}),
    _one("damaged note", "note_damaged", lambda lake: note_of(lake, TEXT),
         lambda lake, name: lake.put(name, b"[]")),
    _one("capture and receipt gone", "staged_orphan", lambda lake: staged_of(lake, TEXT),
         lambda lake, _: forget_capture(lake, TEXT), mended=False),
    _one("nothing left of a capture", "row_untraceable", lambda _: articles_name("2024-03-01"),
         lambda lake, _: forget_all(lake, TEXT), mended=False, quick=False),
    _one("bit flip in a partition", "partition_damaged", lambda _: articles_name("2024-03-01"),
         lambda lake, name: flip(lake, name, 3000)),
    _one("partition gone", "partition_missing", lambda _: articles_name("2024-03-08"), drop),
    _one("stale partition", "partition_stale", lambda _: articles_name("2024-03-02"),
         lambda lake, _: change(lake, summary_name("2024-03-02"), digest="0" * 64)),
    _one("wrong count in a summary", "summary_wrong", lambda _: summary_name("2024-03-01"),
         lambda lake, name: change(lake, name, published=7)),
    _one("wrong counts that add up", "summary_wrong", lambda _: summary_name("2024-02-27"),
         lambda lake, name: change(lake, name, withdrawn=0, superseded=1), quick=False),
    _one("wrong counts on both sides", "summary_wrong", lambda _: summary_name("2024-03-05"),
         lambda lake, name: change(lake, name, **{"in": 2, "superseded": 2})),
    _one("summary gone", "summary_missing", lambda _: summary_name("2024-03-09"), drop),
    _one("summary that is no JSON", "summary_damaged", lambda _: summary_name("2024-03-05"),
         lambda lake, name: lake.put(name, lake.get(name)[:200])),
    *(
        _one(f"staged object gone ({part})", "staged_missing", lambda lake, p=part: staged_of(lake, p), drop)
        for part in (JSONL, ZIP, WARC)
    ),
    _one("bit flip in staged rows", "staged_damaged", lambda lake: staged_of(lake, TEXT),
         lambda lake, name: flip(lake, name, 900), quick=False),
    _one("staged object cut short", "staged_damaged", lambda lake: staged_of(lake, JSONL),
         lambda lake, name: lake.put(name, lake.get(name)[:-100]), quick=False),
    _one("left over by a killed run", "staged_unknown",
         lambda lake: staged_of(lake, "-rettet.jsonl").replace("2024-03-05", "2024-03-06"),
         lambda lake, _: leave_leftover(lake, "2024-03-06")),
    _one("rejections gone", "rejected_missing", lambda lake: staged_of(lake, JUNK, REJECTED), drop),
    _one("damaged rejections", "rejected_damaged", lambda lake: staged_of(lake, JSONL, REJECTED),
         lambda lake, name: flip(lake, name, 0), quick=False),
    _one("bit flip in what was rejected", "rejected_damaged", lambda lake: staged_of(lake, JUNK, REJECTED),
         lambda lake, name: flip(lake, name, 3000), quick=False),
    _one("quarantine gone", "quarantine_missing", lambda _: quarantine_name(QUARANTINED), drop),
    _one("bit flip in a quarantine", "quarantine_damaged", lambda _: quarantine_name(QUARANTINED),
         lambda lake, name: flip(lake, name, 3000)),
    _one("quarantine that cannot be read", "quarantine_damaged", lambda _: quarantine_name(QUARANTINED),
         lambda lake, name: lake.put(name, b"PAR1")),
    _one("quarantine of nobody", "quarantine_unknown", lambda _: quarantine_name("2024-03-01"),
         lambda lake, name: lake.put(name, lake.get(quarantine_name(QUARANTINED)))),
    _one("index of identities gone", "identities_incomplete", lambda _: IDENTITIES, _base_lost),
    _one("one segment gone", "identities_incomplete", lambda _: IDENTITIES,
         lambda lake, _: drop(lake, one(lake, IDENTITIES))),
    _one("bit flip in the index", "identities_damaged", lambda lake: one(lake, IDENTITIES), flip),
    _one("index cut short", "identities_damaged", lambda lake: one(lake, IDENTITIES),
         lambda lake, name: lake.put(name, lake.get(name)[:-3])),
    _one("overview gone", "overview_wrong", lambda _: OVERVIEW,
         lambda lake, _: lake.delete(item.name for item in lake.list(OVERVIEW))),
    _one("bit flip in the overview", "overview_damaged", lambda lake: one(lake, OVERVIEW),
         lambda lake, name: flip(lake, name, 100)),
    _one("wrong overview", "overview_wrong", lambda _: OVERVIEW, lambda lake, _: tell_wrongly(lake)),
    _one("object with an unknown name", "stray", lambda _: "notes/about.txt",
         lambda lake, name: lake.put(name, b"whose?"), mended=False),
    _one("unknown object in a partition", "stray", lambda _: f"{ARTICLES}published=2024-03-01/part-1.parquet",
         lambda lake, name: lake.put(name, b"PAR1"), mended=False),
    _one("partition of no period", "stray", lambda _: f"{ARTICLES}published=2024-13-01/articles.parquet",
         lambda lake, name: lake.put(name, b"PAR1"), mended=False),
    _one("decision that cannot be read", "decision_damaged", lambda lake: one(lake, DECISIONS),
         lambda lake, name: flip(lake, name, 60), mended=False),
    _one("decision that is no JSON", "decision_damaged", lambda lake: one(lake, DECISIONS),
         lambda lake, name: lake.put(name, b"{"), mended=False),
    Damage("the same article in two partitions", lambda lake: copy_article(lake, "2024-03-01", "2024-03-08"),
           lambda _: {("article_twice", articles_name("2024-03-08")),
                      ("summary_wrong", summary_name("2024-03-08"))}),
    _one("report that cannot be read", "report_damaged", lambda lake: one(lake, "quality/"),
         lambda lake, name: lake.put(name, b"{"), mended=False, quick=False),
]  # fmt: skip


def tell_wrongly(lake: Lake) -> None:
    """Something found out later that is not so."""
    lines = json.loads(lake.get(one(lake, OVERVIEW)))
    lines[0]["counts"]["published"] += 5
    lines[0]["at"] = "2030-01-01T00:00:00.000000+00:00"
    data = json.dumps(lines[:1]).encode()
    lake.put(f"{OVERVIEW}20300101T000000000000-{hashlib.sha256(data).hexdigest()[:16]}.json", data)
