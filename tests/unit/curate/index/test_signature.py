"""Which keyrings are taken, and in which form gpgv gets them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.curate.index.signature import check_signature, read_signed
from extdeps.errors import UntrustedIndexError
from support.recorded import RecordedHost

KEY = bytes(range(256))


class Gpgv(RecordedHost):
    """A machine whose gpgv trusts everything, and which remembers the keys that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[bytes] = []

    def run(self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: object = None) -> Completed:
        assert argv[:3] == ["gpgv", "--quiet", "--keyring"]
        assert argv[3].startswith("/")
        self.keys.append(Path(argv[3]).read_bytes())
        return Completed(returncode=0, stdout="what is signed\n", stderr="")


def armor(key: bytes, *, headers: str = "Version: 1\n", end: str = "\n") -> bytes:
    encoded = b64encode(key).decode()
    lines = [encoded[start : start + 64] for start in range(0, len(encoded), 64)]
    block = "\n".join((headers, *lines, "=abcd"))
    text = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n{block}\n-----END PGP PUBLIC KEY BLOCK-----\n"
    return text.replace("\n", end).encode()


def keys_of(path: Path, content: bytes) -> bytes:
    """The keys that gpgv gets of a keyring."""
    path.write_bytes(content)
    host = Gpgv()
    assert read_signed(b"", "x", host=host, keyring=str(path)) == "what is signed\n"
    check_signature(b"", b"", "x", host=host, keyring=str(path))
    first, second = host.keys
    assert first == second
    return first


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("headers", ["", "Version: 1\n", "Comment: a\nComment: b\n"])
def test_an_armored_keyring(tmp_path: Path, headers: str, end: str) -> None:
    assert keys_of(tmp_path / "keys", b"comment\n" + armor(KEY, headers=headers, end=end)) == KEY


def test_several_armored_keys(tmp_path: Path) -> None:
    assert keys_of(tmp_path / "keys", armor(KEY) + b"\n" + armor(b"other")) == KEY + b"other"


def test_a_keyring_that_is_not_armored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert keys_of(Path("keys"), KEY) == KEY
    assert keys_of(Path("--output"), KEY) == KEY


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (armor(KEY).replace(b"A", b"!"), "is damaged"),
        (armor(KEY).replace(b"PUBLIC", b"PRIVATE"), "holds no public keys"),
        (armor(KEY)[:100], "holds no public keys"),
    ],
)
def test_a_keyring_that_is_none(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "keys"
    path.write_bytes(content)
    with pytest.raises(UntrustedIndexError) as caught:
        check_signature(b"", b"", "x", host=Gpgv(), keyring=str(path))
    assert caught.value.message == f"the keyring `{path}` {message}"


@pytest.mark.parametrize("name", ["nosuch", "", "a\0b"])
def test_a_keyring_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(UntrustedIndexError) as caught:
        check_signature(b"", b"", "x", host=Gpgv(), keyring=f"{tmp_path}/{name}")
    assert caught.value.message == f"there is no keyring `{tmp_path}/{name}`"
    assert caught.value.hint == "name another with `--keyring`"
