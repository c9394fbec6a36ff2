"""Finished wheels, and whether their RECORD is right."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

METADATA = "Metadata-Version: 2.4\nName: spam\nVersion: 1.0\n\nA body.\n"


def make_wheel(
    directory: Path,
    *,
    metadata: str = METADATA,
    extra: Mapping[str, bytes | str] | None = None,
    stored: bool = False,
    name: str = "spam-1.0-py3-none-any.whl",
) -> Path:
    """A wheel with times, permissions and comments of its own."""
    info = "spam-1.0.dist-info"
    files = {"spam/__init__.py": "x = 1\n" * 50, f"{info}/METADATA": metadata, f"{info}/WHEEL": "", **(extra or {})}
    record = "".join(f"{path},{_digest(content)}\n" for path, content in files.items() if "RECORD." not in path)
    path = directory / name
    with zipfile.ZipFile(path, "w") as wheel:
        for index, (member, content) in enumerate({**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items()):
            facts = zipfile.ZipInfo(member, (2020, 2, 2, 0, 0, 2 * index))
            facts.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            facts.external_attr = (0o100644 + index) << 16
            facts.comment = b"member"
            wheel.writestr(facts, content)
        wheel.comment = b"a comment"
    return path


def _digest(content: bytes | str) -> str:
    data = content.encode() if isinstance(content, str) else content
    return f"sha256={urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"


def check_record(path: Path) -> None:
    """Assert that the RECORD of a wheel has just its files, with their digests and sizes."""
    with zipfile.ZipFile(path) as wheel:
        names = [name for name in wheel.namelist() if not name.endswith("/")]
        (record,) = (name for name in names if name.endswith(".dist-info/RECORD"))
        rows = list(csv.reader(io.StringIO(wheel.read(record).decode())))
        assert sorted(row[0] for row in rows) == sorted(names)
        for name, *told in rows:
            assert ",".join(told) == ("," if name == record else _digest(wheel.read(name))), name
