"""Every compression of an index is read, and what is broken is said so."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
from importlib import import_module
from io import BytesIO

import pytest

from extdeps.compression import decompress, iter_blocks, iter_chunks, iter_lines
from extdeps.errors import FetchError, UsageError

brotli = import_module("brotli")
lz4 = import_module("lz4.frame")
zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

COMPRESS = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".lz4": lz4.compress,
    ".zst": zstd.compress,
    ".br": brotli.compress,
}
TEXT = b"a line\n" * 5000 + b"the last"


@pytest.mark.parametrize("ending", COMPRESS)
def test_reads_what_is_compressed(ending: str) -> None:
    content = COMPRESS[ending](TEXT)
    name = f"file:///Packages{ending}"
    assert b"".join(iter_lines(content, name)) == TEXT
    assert decompress(content, name, limit=len(TEXT)) == TEXT
    assert b"".join(iter_chunks(BytesIO(content), name, limit=len(TEXT))) == TEXT


@pytest.mark.parametrize("ending", [ending for ending in COMPRESS if ending])
@pytest.mark.parametrize("content", [b"no such format at all", None], ids=["other", "truncated"])
def test_says_what_cannot_be_decompressed(ending: str, content: bytes | None) -> None:
    with pytest.raises(FetchError, match=rf"`x{ending}` cannot be decompressed"):
        list(iter_lines(content or COMPRESS[ending](TEXT)[:-6], f"x{ending}"))


def test_a_small_file_cannot_become_a_large_one() -> None:
    with pytest.raises(FetchError, match=r"`x\.gz` becomes larger than 1 MiB"):
        decompress(gzip.compress(bytes(1024 * 1024 + 1)), "x.gz", limit=1024 * 1024)


@pytest.mark.parametrize("ending", COMPRESS)
def test_pieces_of_a_large_file_are_not_read_without_end(ending: str) -> None:
    content = COMPRESS[ending](bytes(4 * 1024 * 1024))
    taken: list[bytes] = []
    with pytest.raises(FetchError, match=rf"`x{ending}` becomes larger than 1 MiB"):
        taken.extend(iter_chunks(BytesIO(content), f"x{ending}", limit=1024 * 1024))
    assert len(b"".join(taken)) <= 1024 * 1024


def test_says_what_to_install_for_brotli(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "extdeps.brotlifile", None)
    with pytest.raises(UsageError, match=r"nothing here decompresses `\.br`"):
        list(iter_lines(b"", "x.br"))


def test_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lz4.frame", None)
    with pytest.raises(UsageError, match=r"nothing here decompresses `\.lz4`") as caught:
        list(iter_lines(b"", "x.lz4"))
    assert "extdeps[curate]" in caught.value.hint


@pytest.mark.parametrize("ending", COMPRESS)
@pytest.mark.parametrize("text", [TEXT, b"", b"x", TEXT + b"\n"])
def test_reads_a_file_in_blocks(ending: str, text: bytes) -> None:
    blocks = list(iter_blocks(BytesIO(COMPRESS[ending](text)), f"x{ending}"))
    assert b"".join(blocks) == text
    assert [line for block in blocks for line in block.splitlines()] == text.splitlines()


def test_blocks_end_with_a_line() -> None:
    text = b"a line of an index\n" * 200_000
    blocks = list(iter_blocks(BytesIO(gzip.compress(text)), "x.gz"))
    assert b"".join(blocks) == text
    assert len(blocks) > 3
    assert all(block.endswith(b"\n") for block in blocks if block)


def test_a_line_without_an_end_is_not_held() -> None:
    blocks = list(iter_blocks(BytesIO(gzip.compress(b"x\n" + bytes(9 * 1024 * 1024))), "x.gz"))
    assert sum(map(len, blocks)) == 9 * 1024 * 1024 + 2
    assert max(map(len, blocks)) <= 3 * 1024 * 1024


def test_says_what_of_a_file_cannot_be_decompressed() -> None:
    with pytest.raises(FetchError, match=r"`x\.gz` cannot be decompressed"):
        list(iter_blocks(BytesIO(b"nonsense"), "x.gz"))
