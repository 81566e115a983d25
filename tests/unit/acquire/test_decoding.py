"""Content encodings, undone piece by piece."""

from __future__ import annotations

import contextlib
import functools
import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given, settings, strategies as st

from pipeline.acquire.decoding import Damaged, Decoder, looks_plain

ENCODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": functools.partial(brotli.compress, quality=3),
    "zstd": zstandard.compress,
}


def decode(encoding: str, data: bytes, *, step: int = 1_000_000) -> bytes:
    decoder = Decoder(encoding)
    out = b"".join(p for at in range(0, len(data), step) for p in decoder.feed(data[at : at + step]))
    decoder.finish()
    return out


@settings(deadline=None)
@given(
    st.binary(max_size=2_000),
    st.lists(st.sampled_from(sorted(ENCODERS)), max_size=3),
    st.integers(min_value=1, max_value=500),
)
def test_what_was_encoded_is_decoded_however_it_arrives(data: bytes, encodings: list[str], step: int) -> None:
    encoded = data
    for encoding in encodings:
        encoded = ENCODERS[encoding](encoded)
    assert decode(", ".join(encodings), encoded, step=step) == data


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(ENCODERS)))
def test_any_bytes_are_decoded_or_damaged(data: bytes, encoding: str) -> None:
    with contextlib.suppress(Damaged):
        assert len(decode(encoding, data)) < 10_000_000


@pytest.mark.parametrize("encoding", sorted(ENCODERS))
@pytest.mark.parametrize("cut", [1, 4, 50])
def test_a_missing_end_is_noticed(encoding: str, cut: int) -> None:
    encoded = ENCODERS[encoding](bytes(range(256)) * 40)
    with pytest.raises(Damaged):
        decode(encoding, encoded[:-cut])


@pytest.mark.parametrize("encoding", sorted(ENCODERS))
def test_pieces_stay_small_whatever_they_expand_to(encoding: str) -> None:
    encoded = ENCODERS[encoding](bytes(20_000_000))
    sizes = [len(piece) for piece in Decoder(encoding).feed(encoded)]
    assert sum(sizes) == 20_000_000
    assert max(sizes) <= 5_000_000


def test_several_members_are_one_body() -> None:
    assert decode("gzip", gzip.compress(b"a") + gzip.compress(b"b"), step=3) == b"ab"
    assert decode("zstd", zstandard.compress(b"a") + zstandard.compress(b"b"), step=3) == b"ab"


def test_what_follows_the_end_is_passed_over() -> None:
    assert decode("gzip", gzip.compress(b"a") + bytes(50)) == b"a"
    assert decode("deflate", zlib.compress(b"a") + b"more") == b"a"


def test_no_body_is_no_damage() -> None:
    assert [decode(encoding, b"") for encoding in ENCODERS] == [b""] * 4


def test_a_zstd_window_that_would_take_all_memory_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    encoded = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = encoded.compress(bytes(1_000)) + encoded.flush()
    with pytest.raises(Damaged):
        decode("zstd", data)


def test_encodings_over_each_other_have_an_end() -> None:
    with pytest.raises(Damaged, match="4 encodings"):
        Decoder("gzip, gzip, gzip, gzip")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<html>", True), ("Blåbær".encode("latin-1"), True), (b"", False), (b" \n ", False),
        (gzip.compress(b"a"), False), (b"\x1f\x8btext", False), (b"a\x00b", False), (b"\x1b[1m", True),
    ],
)  # fmt: skip
def test_text_is_known_from_encoded_bytes(data: bytes, expected: bool) -> None:
    assert looks_plain(data) is expected
