from __future__ import annotations

import bz2
import functools
import gzip
import io
import itertools
import lzma
import random
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from hypothesis import given, settings as hypothesis_settings, strategies as st

from pipeline.errors import Unreadable
from pipeline.extract.containers import Member, unpack
from pipeline.record import Rejection
from pipeline.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "date 2019-02\n\nVåren kom tidlig til fjorden i år, og båtene lå klare.\n".encode()
LONG = b"".join(b"%d: %s" % (i, TEXT) for i in range(18_000))  # about 1.3 MB, more than one chunk of anything

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstandard.compress,
    "bz2": bz2.compress,
    "xz": functools.partial(lzma.compress, preset=0),  # the usual preset clears 90 MB each time
}


def tar(*members: tuple[str, bytes], format: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


ARCHIVE: dict[str, Callable[..., bytes]] = {"zip": zipped, "tar": tar}

Found = list[tuple[str, bytes, str | None]]


def read(data: bytes, name: str = "drop", *, step: int = 100_000, file: Any = None, **limits: int) -> Found:
    """(at, bytes that could be read, reason of the damage or rejection) of everything in `data`."""
    found: Found = []
    for item in unpack(file or io.BytesIO(data), name, limits=Limits(**limits)):
        if isinstance(item, Rejection):
            assert item.detail.endswith(".")
            found.append((item.at, b"", item.reason))
            continue
        got, reason = b"", None
        try:
            while part := item.stream.read(step):
                got += part
        except Unreadable as damage:
            reason = damage.reason
        assert got[: len(item.head)] == item.head[: len(got)]
        found.append((item.at, got, reason))
    assert len({at for at, _, _ in found}) == len(found)
    return found


# What can be read


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("data", [TEXT, LONG, b""], ids=["short", "long", "empty"])
def test_compression_is_peeled_off(suffix: str, data: bytes) -> None:
    assert read(COMPRESS[suffix](data)) == [("", data, None)]


@pytest.mark.parametrize("outer", COMPRESS)
@pytest.mark.parametrize("archive", ARCHIVE)
@pytest.mark.parametrize("inner", COMPRESS)
def test_every_nesting_of_compressions_and_archives_is_opened(outer: str, archive: str, inner: str) -> None:
    members = [("a.txt", TEXT), ("d/b.txt", COMPRESS[inner](LONG)), ("c.txt", b"")]
    packed = COMPRESS[outer](ARCHIVE[archive](*members))
    assert read(packed) == [("a.txt", TEXT, None), ("d/b.txt", LONG, None), ("c.txt", b"", None)]


@pytest.mark.parametrize(("outer", "inner"), list(itertools.product(ARCHIVE, ARCHIVE)))
def test_archives_in_archives_are_opened(outer: str, inner: str) -> None:
    packed = ARCHIVE[outer](("x/b.pack", ARCHIVE[inner](("a.txt", TEXT), ("b.txt", LONG))), ("c.txt", TEXT))
    assert read(packed) == [
        ("x/b.pack!a.txt", TEXT, None),
        ("x/b.pack!b.txt", LONG, None),
        ("c.txt", TEXT, None),
    ]


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("padding", [b"", bytes(3), bytes(100_000)])
def test_several_streams_in_one_file_are_one_text(suffix: str, padding: bytes) -> None:
    packed = COMPRESS[suffix](LONG) + COMPRESS[suffix](b"") + COMPRESS[suffix](TEXT)
    assert read(packed + padding) == [("", LONG + TEXT, None)]


def test_many_tiny_gzip_members_are_read() -> None:
    assert read(gzip.compress(b"ab") * 20_000) == [("", b"ab" * 20_000, None)]


@pytest.mark.parametrize("level", [1, 9])
@pytest.mark.parametrize("checksum", [True, False])
@pytest.mark.parametrize("sized", [True, False])
def test_zstd_frames_of_every_shape_are_read(level: int, checksum: bool, sized: bool) -> None:
    compressor = zstandard.ZstdCompressor(level=level, write_checksum=checksum, write_content_size=sized)
    skippable = b"\x5a\x2a\x4d\x18\x03\x00\x00\x00abc"
    for data in (b"", TEXT, LONG, bytes(1_000_000), random.Random(1).randbytes(300_000)):
        assert read(skippable + compressor.compress(data) + skippable) == [("", data, None)]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_zip_method_is_read(method: int) -> None:
    members = [("a.txt", TEXT), ("b.txt", LONG), ("c.txt", b"")]
    assert read(zipped(*members, method=method)) == [(name, data, None) for name, data in members]


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_tar_format_is_read_with_its_long_names(format: int) -> None:
    name = "/".join(["fjord"] * (40 if format != tarfile.USTAR_FORMAT else 20)) + "/båt.txt"
    assert read(tar((name, LONG), ("b.txt", TEXT), format=format)) == [
        (name, LONG, None),
        ("b.txt", TEXT, None),
    ]


def test_tars_one_after_another_are_read() -> None:
    assert [at for at, _, _ in read(tar(("a", TEXT)) + tar(("b", TEXT)))] == ["a", "b"]


@pytest.mark.parametrize("suffix", [*COMPRESS, "zip", "tar"])
def test_content_decides_not_the_name(suffix: str) -> None:
    assert read(TEXT, f"a.{suffix}") == [("", TEXT, None)]
    packed = {**COMPRESS, "zip": lambda d: zipped(("a", d)), "tar": lambda d: tar(("a", d))}[suffix](TEXT)
    assert [got for _, got, _ in read(packed, "a.txt")] == [TEXT]


@pytest.mark.parametrize("text", [b"BZh9 er en kode", b"BZh9", b"PK", b"P", b"ustar", b"\x1f", b"Pakke"])
def test_text_that_begins_like_a_container_is_text(text: bytes) -> None:
    assert read(text) == [("", text, None)]


@pytest.mark.parametrize(
    ("name", "suffix", "hint"),
    [
        ("a.txt.gz", "gz", "a.txt"),
        ("a.tgz", "gz", "a.tar"),
        ("a.JSONL.ZST", "zst", "a.JSONL"),
        ("a", "xz", "a"),
    ],
)
def test_the_name_loses_the_suffix_of_its_compression(name: str, suffix: str, hint: str) -> None:
    (member,) = unpack(io.BytesIO(COMPRESS[suffix](TEXT)), name, limits=Limits())
    assert isinstance(member, Member)
    assert (member.name, member.at, member.head, member.seekable) == (hint, "", TEXT, False)


def test_a_plain_file_stays_seekable() -> None:
    file = io.BytesIO(LONG)
    (member,) = unpack(file, "a.txt", limits=Limits())
    assert isinstance(member, Member)
    assert member.seekable
    assert member.stream is file
    assert (member.head, file.tell()) == (LONG[: 64 * 1024], 0)


class Pipe(io.RawIOBase):
    def __init__(self, data: bytes) -> None:
        self._rest = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._rest.read(min(size, 1000) if size > 0 else size)


@pytest.mark.parametrize(
    "packed",
    [TEXT, gzip.compress(TEXT, mtime=0), zipped(("", TEXT)), tar(("a", TEXT))],
    ids=["plain", "gzip", "zip", "tar"],
)
def test_a_stream_that_cannot_seek_is_read_too(packed: bytes) -> None:
    assert [(got, reason) for _, got, reason in read(b"", file=Pipe(packed))] == [(TEXT, None)]


def test_a_stream_can_be_read_in_lines_and_into_buffers() -> None:
    lines = [
        member.stream.readlines()
        for member in unpack(io.BytesIO(gzip.compress(LONG, mtime=0)), "", limits=Limits())
    ]  # type: ignore[union-attr]
    assert lines == [LONG.splitlines(keepends=True)]
    for member in unpack(io.BytesIO(gzip.compress(LONG, mtime=0)), "", limits=Limits()):
        assert isinstance(member, Member)
        assert io.BufferedReader(member.stream).read() == LONG  # type: ignore[arg-type]


def test_a_member_that_was_not_read_is_passed_over() -> None:
    packed = gzip.compress(tar(("a", LONG), ("b", TEXT), ("c", LONG), ("d", TEXT)))
    got = [item.stream.read(10) for item in unpack(io.BytesIO(packed), "", limits=Limits())]  # type: ignore[union-attr]
    assert got == [LONG[:10], TEXT[:10], LONG[:10], TEXT[:10]]


def test_an_empty_file_is_a_member_without_bytes() -> None:
    assert read(b"") == [("", b"", None)]


@pytest.mark.parametrize("archive", ARCHIVE)
def test_an_empty_archive_holds_nothing(archive: str) -> None:
    # An empty tar is only zeros, which nothing tells from other zeros.
    assert read(ARCHIVE[archive]()) == ([] if archive == "zip" else [("", bytes(10_240), None)])


# Damage


@pytest.mark.parametrize("suffix", COMPRESS)
def test_truncation_anywhere_is_reported_after_the_bytes_before_it(suffix: str) -> None:
    packed = COMPRESS[suffix](LONG[:200_000])
    cuts = {
        *range(3 if suffix != "bz2" else 5, 40),
        *range(40, len(packed), len(packed) // 40),
        len(packed) - 1,
    }
    for cut in cuts:
        for at, got, reason in read(packed[:cut]):
            assert (at, reason) == ("", "truncated"), cut
            assert LONG.startswith(got)


@pytest.mark.parametrize("packed", [tar(("a", TEXT * 9), ("b", TEXT)), zipped(("a", TEXT * 9), ("b", TEXT))])
def test_truncated_archives_never_pass_for_whole_ones(packed: bytes) -> None:
    end = len(packed) if packed[:2] == b"PK" else len(tar(("a", TEXT * 9))) and 512 * 5
    for cut in range(512, end, 7):
        found = read(packed[:cut])
        assert "truncated" in [reason for _, _, reason in found]
        assert all((TEXT * 9).startswith(got) for _, got, _ in found)


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_truncated_compressed_tar_gives_what_came_before(suffix: str) -> None:
    noise = random.Random(3).randbytes(1_000_000).hex().encode()
    packed = COMPRESS[suffix](tar(("a", TEXT), ("b", noise), ("c", TEXT)))
    found = read(packed[: len(packed) * 3 // 4])
    assert [(at, reason) for at, _, reason in found][1:] == [("b", "truncated"), ("~rest", "truncated")]
    assert found[0] == ("a", TEXT, None)
    assert noise.startswith(found[1][1])


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz"])
def test_a_wrong_checksum_is_corrupt(suffix: str) -> None:
    packed = bytearray(COMPRESS[suffix](TEXT))
    packed[-6 if suffix == "gz" else len(packed) // 2] ^= 0x10
    assert [reason for _, _, reason in read(bytes(packed))] == ["corrupt"]


def test_a_wrong_zstd_checksum_is_corrupt() -> None:
    packed = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(TEXT))
    packed[-1] ^= 1
    assert [reason for _, _, reason in read(bytes(packed))] == ["corrupt"]


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("garbage", [b"x", b"\r\n", bytes(10) + b"slutt", b"x" * 1_000_000])
def test_what_follows_compressed_data_is_reported_and_costs_nothing(suffix: str, garbage: bytes) -> None:
    packed = COMPRESS[suffix](TEXT) + garbage
    assert read(packed) == [("", TEXT, None), ("~rest", b"", "corrupt")]
    rest = [item for item in unpack_read(packed) if isinstance(item, Rejection)]
    assert rest[0].detail.startswith(f"{len(garbage.lstrip(bytes(1)))} bytes")


def unpack_read(data: bytes) -> list[Member | Rejection]:
    items = []
    for item in unpack(io.BytesIO(data), "drop", limits=Limits()):
        if isinstance(item, Member):
            while item.stream.read(100_000):
                pass
        items.append(item)
    return items


def test_what_follows_a_tar_is_reported() -> None:
    assert read(tar(("a", TEXT)) + b"x" * 700)[1:] == [("~rest", b"", "corrupt")]


def test_a_damaged_tar_header_ends_the_archive_and_says_so() -> None:
    packed = bytearray(tar(("a", TEXT), ("b", TEXT)))
    packed[1024] ^= 1
    assert read(bytes(packed)) == [("a", TEXT, None), ("~rest", b"", "corrupt")]


def test_a_damaged_zip_member_leaves_the_others_whole() -> None:
    packed = bytearray(zipped(("a", TEXT), ("b", TEXT), ("c", TEXT), method=zipfile.ZIP_STORED))
    packed[packed.index(TEXT, packed.index(TEXT) + 1)] ^= 1
    assert [(at, reason) for at, _, reason in read(bytes(packed))] == [
        ("a", None),
        ("b", "corrupt"),
        ("c", None),
    ]


def test_a_damaged_gzip_in_a_tar_leaves_the_others_whole() -> None:
    packed = tar(
        ("a", gzip.compress(TEXT, mtime=0)[:-9]), ("b", TEXT), ("c", zipped(("x", TEXT))[:-9]), ("d", TEXT)
    )
    assert [(at, reason) for at, _, reason in read(packed)] == [
        ("a", "truncated"),
        ("b", None),
        ("c", "truncated"),
        ("d", None),
    ]


def test_a_zip_without_its_directory_is_truncated() -> None:
    assert read(zipped(("a", TEXT))[:-30]) == [("", b"", "truncated")]


def test_a_damaged_zip_directory_is_corrupt() -> None:
    packed = bytearray(zipped(("a", TEXT)))
    packed[packed.index(b"PK\x01\x02")] ^= 1
    assert read(bytes(packed)) == [("", b"", "corrupt")]


def with_flag(packed: bytes, *, at: int, value: int) -> bytes:
    """A zip with a field of its first directory entry changed."""
    changed = bytearray(packed)
    changed[packed.index(b"PK\x01\x02") + at] = value
    return bytes(changed)


def test_an_encrypted_member_is_rejected_alone() -> None:
    packed = with_flag(zipped(("a", TEXT), ("b", TEXT)), at=8, value=1)
    assert read(packed) == [("a", b"", "encrypted"), ("b", TEXT, None)]


def test_an_unknown_zip_method_is_rejected_alone() -> None:
    packed = with_flag(zipped(("a", TEXT), ("b", TEXT)), at=10, value=97)
    assert read(packed) == [("a", b"", "corrupt"), ("b", TEXT, None)]


# Names


@pytest.mark.parametrize("archive", ARCHIVE)
@pytest.mark.parametrize(
    "name", ["../a", "x/../../a", "/etc/a", "C:\\a", "c:a", "x\\..\\..\\a", "\\\\host\\a", "a" * 5000]
)
def test_names_that_point_outside_are_rejected_alone(archive: str, name: str) -> None:
    found = read(ARCHIVE[archive]((name, TEXT), ("b", TEXT)))
    assert [(got, reason) for _, got, reason in found] == [(b"", "unsafe_name"), (TEXT, None)]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_tar_members_that_are_no_files_are_rejected_alone(kind: bytes) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("a")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
        info = tarfile.TarInfo("b")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    assert read(buffer.getvalue()) == [("a", b"", "unsafe_name"), ("b", TEXT, None)]


def test_a_symbolic_link_in_a_zip_is_rejected() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("a")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert read(buffer.getvalue()) == [("a", b"", "unsafe_name")]


@pytest.mark.parametrize("archive", ARCHIVE)
def test_directories_and_clutter_are_passed_over(archive: str) -> None:
    clutter = [("d/", b""), ("__MACOSX/d/._a", b"x"), ("d/.DS_Store", b"x"), ("Thumbs.db", b"x")]
    if archive == "tar":
        clutter[0] = ("__MACOSX", b"")
    assert read(ARCHIVE[archive](*clutter, ("d/a", TEXT))) == [("d/a", TEXT, None)]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("archive", ARCHIVE)
def test_at_is_unique_whatever_the_names_are(archive: str) -> None:
    names = ["a", "a", "a~2", "a", "./a", "~rest", "b.zip!x", "b.zip", "b#1", "b@0+1", "b%23", "b\n", "b%0A"]
    members = [(name, zipped(("x", TEXT)) if name == "b.zip" else TEXT) for name in names]
    found = read(ARCHIVE[archive](*members))  # asserts that they are unique
    assert [at for at, _, _ in found][:5] == ["a", "a~2", "a~2~2", "a~3", "a~4"]
    assert [at for at, _, _ in found][6:] == [
        "b.zip%21x", "b.zip!x", "b%231", "b%400+1", "b%2523", "b%0A", "b%250A",
    ]  # fmt: skip


def test_names_in_other_encodings_are_kept_apart() -> None:
    packed = tar(("xx", TEXT), ("yy", TEXT))
    for name, raw in ((b"xx", b"\xe5\xf8"), (b"yy", b"\xe5\xe6")):
        at = packed.index(name)
        header = bytearray(packed[at : at + 512])
        header[:2] = raw
        header[148:156] = b" " * 8
        header[148:155] = b"%06o\0" % sum(header)
        packed = packed[:at] + bytes(header) + packed[at + 512 :]
    assert [at for at, _, _ in read(packed)] == ["%E5%F8", "%E5%E6"]


# Limits


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_bomb_is_stopped_while_it_is_read(suffix: str) -> None:
    packed = COMPRESS[suffix](bytes(20_000_000))
    ((at, got, reason),) = read(packed, expansion_ratio=20, expansion_grace=100_000)
    assert (at, reason) == ("", "bomb")
    assert len(got) < 3_000_000


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_in_a_zip_leaves_the_others_whole(method: int) -> None:
    packed = zipped(("a", TEXT), ("bomb", bytes(20_000_000)), ("c", TEXT), method=method)
    found = read(packed, expansion_ratio=20, expansion_grace=100_000)
    assert [(at, reason) for at, _, reason in found] == [("a", None), ("bomb", "bomb"), ("c", None)]


def test_a_high_ratio_within_the_grace_is_no_bomb() -> None:
    assert read(gzip.compress(bytes(1_000_000))) == [("", bytes(1_000_000), None)]


@pytest.mark.parametrize("archive", ARCHIVE)
def test_expanded_bytes_are_counted_over_all_members(archive: str) -> None:
    packed = gzip.compress(ARCHIVE[archive](*((f"{i}", LONG[:100_000]) for i in range(30))))
    found = read(packed, expanded_bytes=1_000_000)
    assert [reason for _, _, reason in found].count("bomb") in (1, 2)
    assert found[-1][2] == "bomb"
    assert sum(len(got) for _, got, _ in found) <= 1_000_000


@pytest.mark.parametrize("archive", ARCHIVE)
def test_members_above_the_limit_are_not_opened(archive: str) -> None:
    packed = ARCHIVE[archive](*((f"{i}", TEXT) for i in range(12)))
    assert len(read(packed, archive_members=12)) == 12
    found = read(packed, archive_members=5)
    assert found[-1][2] == "bomb"
    assert [reason for _, _, reason in found].count("bomb") == 1
    assert len(found) <= 6


@pytest.mark.parametrize("archive", ARCHIVE)
def test_layers_above_the_depth_are_not_opened(archive: str) -> None:
    packed = gzip.compress(ARCHIVE[archive](("a", gzip.compress(gzip.compress(TEXT, mtime=0)))))
    assert read(packed, archive_depth=4) == [("a", TEXT, None)]
    assert read(packed, archive_depth=3) == [("a", b"", "bomb")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_overlapping_zip_members_are_a_bomb() -> None:
    packed = bytearray(zipped(("a", TEXT), ("b", TEXT), method=zipfile.ZIP_STORED))
    second = packed.index(b"PK\x01\x02", packed.index(b"PK\x01\x02") + 1)
    packed[second + 42 : second + 46] = bytes(4)  # the second member's bytes are the first's
    assert read(bytes(packed)) == [("a", TEXT, None), ("b", b"", "bomb")]


def test_a_zstd_frame_that_wants_too_much_memory_is_a_bomb() -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=29, write_content_size=0)
    compressor = zstandard.ZstdCompressor(compression_params=parameters)
    stream = compressor.compressobj()
    packed = stream.compress(TEXT) + stream.flush()
    assert [reason for _, _, reason in read(packed)] == ["bomb"]


def test_a_tar_header_that_declares_a_huge_extension_is_not_believed() -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 8 * 1024**3
    packed = tar(("a", TEXT))[:1024] + info.tobuf(tarfile.GNU_FORMAT)
    assert read(packed) == [("a", TEXT, None), ("~rest", b"", "corrupt")]


# Anything


BASES = [
    *(compress(TEXT * 20) for compress in COMPRESS.values()),
    zipped(("a", TEXT), ("b.gz", gzip.compress(TEXT, mtime=0))),
    tar(("a", TEXT), ("x" * 200, TEXT), format=tarfile.PAX_FORMAT),
    gzip.compress(tar(("a", TEXT), ("b.zip", zipped(("c", TEXT))))),
]


MAGIC = [
    b"",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"BZh91AY&SY",
    b"\xfd7zXZ\0",
    b"PK\x03\x04",
    b"PK\x05\x06",
]


@given(st.sampled_from(MAGIC), st.binary(max_size=400))
def test_arbitrary_bytes_never_raise(magic: bytes, rest: bytes) -> None:
    read(magic + rest)


@hypothesis_settings(max_examples=400, deadline=None)
@given(
    base=st.sampled_from(BASES),
    changes=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, 20_000),
)
def test_damaged_containers_never_raise(base: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(base)
    for position, value in changes:
        damaged[position % len(base)] = value
    read(bytes(damaged[: cut or None]), expanded_bytes=50_000_000)
