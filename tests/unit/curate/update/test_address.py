"""The addresses of known-ecosystems.json, and digests."""

from __future__ import annotations

import pytest

from extdeps.curate.update.address import PlainAddress, WheelAddress, parse_address, parse_digest, parse_ecosystems
from extdeps.errors import DocumentError, UsageError

HEX = "ab" * 32


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "pkg:pypi/extdeps#mappings/debian+12.mapping.json",
            WheelAddress(project="extdeps", version="", path="mappings/debian+12.mapping.json"),
        ),
        ("pkg:pypi/My_Maps@1.0#x.json", WheelAddress(project="my-maps", version="1.0", path="x.json")),
        (f"https://x.org/a.json#sha256={HEX}", PlainAddress(url="https://x.org/a.json", sha256=HEX)),
        (f"http://x.org/a.json#sha256={HEX.upper()}", PlainAddress(url="http://x.org/a.json", sha256=HEX)),
        ("https://x.org/a.json", None),
        ("https://x.org/a.json#sha256=ab", None),
        (f"https://x.org/a.json#sha256={'xy' * 32}", None),
        (f"https://x.org/a.json#md5={HEX}", None),
        (f"file:///a.json#sha256={HEX}", None),
        ("pkg:pypi/extdeps", None),
        ("pkg:pypi/-o#x.json", None),
        ("pkg:pypi/a;b#x.json", None),
        ("pkg:npm/extdeps#x.json", None),
        ("", None),
    ],
)
def test_address(text: str, address: WheelAddress | PlainAddress | None) -> None:
    assert parse_address(text) == address


def test_ecosystems() -> None:
    content = b'{"ecosystems": {"debian": {"mapping": "file:x", "note": 1}}}'
    assert parse_ecosystems(content, "k.json") == {"debian": "file:x"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "`k.json` is not JSON"),
        (b"[" * 100_000, "`k.json` is not JSON"),
        (b"[]", "`k.json` is not a JSON object"),
        (b"{}", "`k.json` has no `ecosystems`"),
        (b'{"ecosystems": []}', "`k.json`: `ecosystems` is not an object"),
        (b'{"ecosystems": {"a": 1}}', "`k.json`: `a` is not an object with a `mapping`"),
        (b'{"ecosystems": {"a": {"mapping": 1}}}', "`k.json`: `a` is not an object with a `mapping`"),
        (
            b'{"schema_version": 2, "ecosystems": {}}',
            "`k.json` has schema version 2; this extdeps reads 1",
        ),
    ],
)
def test_wrong_ecosystems(content: bytes, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_ecosystems(content, "k.json")
    assert caught.value.message == message


def test_digest() -> None:
    assert parse_digest(f"sha256:{HEX.upper()}") == HEX


@pytest.mark.parametrize("text", ["", HEX, "sha256:ab", f"md5:{HEX}", f"sha256:{HEX}\n", f"sha256:{'xy' * 32}"])
def test_wrong_digest(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_digest(text)
    assert caught.value.message == f"`{text}` is not a digest"
    assert caught.value.hint == "write `sha256:` and 64 hexadecimal digits"
