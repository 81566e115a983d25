from __future__ import annotations

import json

import pytest

from pipeline.filters import clean_lines

NYNORSK = (
    "Kommunestyret vedtok i går kveld å byggje ei ny bru over elva. Ordføraren sa at arbeidet ikkje kan ta "
    "til før til våren, av di isen må gå først. Fleire av innbyggjarane i bygda har venta på dette i over "
    "tjue år."
)


def line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def test_text_is_cleaned_and_language_and_rules_are_added() -> None:
    row = {"id": "a", "text": NYNORSK.replace(",", "\\,"), "kilde": "avis"}
    (out,) = clean_lines([line(row) + b"\n"])
    assert json.loads(out) == {
        "id": "a",
        "text": NYNORSK,
        "kilde": "avis",
        "language": "nn",
        "language_confidence": pytest.approx(0.99, abs=0.02),
        "rules": ["escapes"],
    }
    assert b"\n" not in out


def test_other_fields_pass_through_in_their_order() -> None:
    raw = b'{"z":1,"language":"xx","id":7,"text":"Ja.","big":12345678901234567890123,"a":[null,{"b":1.5}]}'
    (out,) = clean_lines([raw])
    row = json.loads(out)
    assert list(row) == ["z", "language", "id", "text", "big", "a", "language_confidence", "rules"]
    assert row["big"] == 12345678901234567890123
    assert row["a"] == [None, {"b": 1.5}]
    assert (row["language"], row["language_confidence"], row["rules"]) == (None, None, [])


def test_every_line_but_blank_ones_comes_out() -> None:
    lines = [
        b'{"text":"a"}\n',
        b"\n",
        b"not json\n",
        b" \r\n",
        b'{"id":"x","text":5}\n',
        b"[1]",
        b'{"id":"y"}',
    ]
    out = [json.loads(o) for o in clean_lines(lines)]
    assert out[0]["text"] == "a"
    assert out[1]["error"].startswith("line 3: not valid JSON")
    assert out[2] == {"id": "x", "error": "line 5: its text is not a string"}
    assert out[3] == {"error": "line 6: not a JSON object"}
    assert out[4] == {"id": "y", "error": "line 7: has no text"}


@pytest.mark.parametrize(
    "raw",
    [b'{"text": NaN}', b"\xff\xfe", b'{"text": "\xe5"}', b"[" * 100_000, b'{"n": ' + b"9" * 5_000 + b"}"],
)
def test_what_is_no_json_is_an_error_of_its_line(raw: bytes) -> None:
    bad, good = clean_lines([raw, b'{"text": "ja"}'])
    assert json.loads(bad)["error"].startswith("line 1: ")
    assert json.loads(good)["text"] == "ja"


def test_half_a_surrogate_pair_is_read_as_python_reads_it() -> None:
    (out,) = clean_lines([rb'{"id": "\ud83d", "text": "hei \ud83d du"}'])
    row = json.loads(out)
    assert row["id"] == "\ud83d"
    assert row["text"] == "hei du"
    assert row["rules"] == ["control_characters", "spaces"]


def test_a_title_is_taken_out_of_where_its_text_begins() -> None:
    row = {"title": "Storm i nord ", "text": "STORM I NORD\n\nFergene ble liggende.\n\nAnnonse"}
    (out,) = clean_lines([line(row)])
    assert json.loads(out)["title"] == "Storm i nord "
    assert json.loads(out)["text"] == "Fergene ble liggende."
    assert json.loads(out)["rules"] == ["advertising", "repeated_title"]


@pytest.mark.parametrize("title", [None, 7, "", " ", ["Storm"]])
def test_a_title_that_is_none_changes_nothing(title: object) -> None:
    (out,) = clean_lines([line({"title": title, "text": "Storm\n\nFergene ble liggende."})])
    assert json.loads(out)["text"] == "Storm\n\nFergene ble liggende."
