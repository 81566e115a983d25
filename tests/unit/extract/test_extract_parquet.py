from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import Unreadable
from pipeline.extract.parquet import ROWS, read
from pipeline.record import Record, Rejection


class Unmovable(io.RawIOBase):
    """A stream that can only be read forwards, and may break off."""

    def __init__(self, data: bytes, error: Unreadable | None = None) -> None:
        self.file, self.error = io.BytesIO(data), error

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        part = self.file.read(size)
        if not part and self.error is not None:
            raise self.error
        return part


def table(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, row_group_size=1000)
    return buffer.getvalue()


def rows(data: bytes, *, limit: int = 10_000) -> list[Record | Rejection]:
    return list(read(io.BytesIO(data), "", head=data[:100], seekable=True, limit=limit))


def test_each_row_is_a_record_and_its_bytes_are_canonical() -> None:
    data = table(
        text=["Én", "To"],
        headline=["A", None],
        authors=[["Ada Tangvik", "Ola Myrdalen"], []],
        published_at=pa.array(
            [dt.datetime(2024, 3, 11, 6, 5, tzinfo=dt.UTC), None], pa.timestamp("us", "UTC")
        ),
    )
    assert rows(data) == [
        Record(
            at="@row 0",
            raw='{"authors":["Ada Tangvik","Ola Myrdalen"],"headline":"A",'
            '"published_at":"2024-03-11T06:05:00+00:00","text":"Én"}'.encode(),
            text="Én",
            title="A",
            authors=("Ada Tangvik", "Ola Myrdalen"),
            published_raw="2024-03-11T06:05:00+00:00",
            published_from="field",
        ),
        Record(at="@row 1", raw=b'{"authors":[],"headline":null,"published_at":null,"text":"To"}', text="To"),
    ]


@pytest.mark.parametrize(
    ("column", "raw"),
    [
        (pa.array([dt.date(2024, 3, 11)]), "2024-03-11"),
        (pa.array([dt.datetime(2024, 3, 11, 6, 5)]), "2024-03-11T06:05:00"),
        (pa.array([1710137100000000001], pa.timestamp("ns", "Europe/Oslo")), "2024-03-11T07:05:00+01:00"),
        (pa.array([1710137100], pa.timestamp("s", "+01:00")), "2024-03-11T07:05:00+01:00"),
        (pa.array([2007], pa.int16()), "2007"),
        (pa.array([2007.0]), "2007"),
        (pa.array(["2024-03"]), "2024-03"),
        (pa.array(["2024-03"]).dictionary_encode(), "2024-03"),
    ],
)
def test_dates_are_written_as_iso_8601(column: pa.Array, raw: str) -> None:
    found = rows(table(text=["x"], date=column))
    assert [i.published_raw for i in found if isinstance(i, Record)] == [raw]


def test_a_text_column_of_bytes_is_read_as_utf_8() -> None:
    found = rows(table(text=pa.array(["på".encode(), b"\xff"], pa.binary())))
    assert [i.text if isinstance(i, Record) else i.reason for i in found] == ["på", "bad_field"]


def test_a_value_beyond_pythons_dates_costs_its_row_alone() -> None:
    far = pa.array([0, 2**62, 0], pa.timestamp("us"))
    found = rows(table(text=["a", "b", "c"], date=far))
    assert [i.text if isinstance(i, Record) else i.reason for i in found] == ["a", "bad_field", "c"]
    assert found[1].at == "@row 1"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (table(tekst=["x"]), [("@row 0", "no_text_field")]),
        (table(text=[7]), [("@row 0", "bad_field")]),
        (table(text=pa.array([], pa.string())), [("", "empty")]),
        (table(text=["x" * 20_000]), [("@row 0", "too_large")]),
        (b"PAR1", [("", "corrupt")]),
        (b"PAR1" + b"\0" * 100 + b"PAR1", [("", "corrupt")]),
        (table(text=["x"])[:-10], [("", "corrupt")]),
    ],
)
def test_what_cannot_be_read_is_rejected(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(i.at, i.reason) for i in rows(data) if isinstance(i, Rejection)] == expected


def test_the_rows_before_the_damage_are_kept() -> None:
    data = bytearray(table(text=[f"{n} " + "ord " * n for n in range(3000)]))
    second = pq.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(1).column(0)
    start = second.dictionary_page_offset or second.data_page_offset
    data[start : start + 200] = b"\xff" * 200
    found = rows(bytes(data), limit=1_000_000)
    assert [i.at for i in found[:-1]] == [f"@row {n}" for n in range(len(found) - 1)]
    assert len(found) - 1 >= ROWS
    last = found[-1]
    assert isinstance(last, Rejection)
    assert last.reason == "corrupt"


def test_a_stream_that_cannot_be_moved_in_is_read_too() -> None:
    data = table(text=["a", "b"])
    assert list(read(Unmovable(data), "", head=data, seekable=False, limit=1000)) == rows(data)  # type: ignore[arg-type]


def test_a_table_that_breaks_off_is_rejected_for_that() -> None:
    data = table(text=["a"])
    stream = Unmovable(data, Unreadable("truncated", "Slutt."))
    found = list(read(stream, "t.parquet", head=data, seekable=False, limit=1000))  # type: ignore[arg-type]
    assert [(i.at, i.reason) for i in found if isinstance(i, Rejection)] == [("t.parquet", "truncated")]
