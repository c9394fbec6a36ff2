"""RECORD with another digest of one file."""

from __future__ import annotations

import pytest

from extdeps.distribution.record import replace_digest
from extdeps.errors import ArchiveError

EMPTY = "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"


def test_one_line_changes() -> None:
    record = f'"a,b.py",{EMPTY},0\r\nm/METADATA,sha256=x,7\r\nm/RECORD.jws,,\r\nm/RECORD,,\r\n'.encode()
    changed = replace_digest(record, "m/METADATA", b"", origin="x.whl", drop=("m/RECORD.jws",))
    assert changed.decode() == f'"a,b.py",{EMPTY},0\r\nm/METADATA,{EMPTY},0\r\nm/RECORD,,\r\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"m,sha384=x,1", b"m,sha384=OLBgp1GsljhM2TJ-sbHjaiH9txEUvgdDTAzHv2P24donTt6_529l-9Ua0vFImLlb,0"),
        (b"m,md5=x,1\n", f"m,{EMPTY},0\n".encode()),
        (b"m,,\n", f"m,{EMPTY},0\n".encode()),
        (b'"m",sha256=x,1\n', f'"m",{EMPTY},0\n'.encode()),
    ],
)
def test_algorithm_and_quotes(before: bytes, after: bytes) -> None:
    assert replace_digest(before, "m", b"", origin="x.whl") == after


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (b"x,,\n", "`x.whl`: the RECORD has no lines for `m`"),
        (b"m,,\nm,,\n", "`x.whl`: the RECORD has 2 lines for `m`"),
        (b"\xff,,\n", "`x.whl`: the RECORD cannot be read"),
        (b"x" * 200_000, "`x.whl`: the RECORD cannot be read"),
    ],
)
def test_wrong_record(record: bytes, message: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        replace_digest(record, "m", b"", origin="x.whl")
    assert caught.value.message == message
