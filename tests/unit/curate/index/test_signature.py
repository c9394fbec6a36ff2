"""gpgv is asked whether a trusted key has signed; the real one is in tests/live."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.curate.index.signature import verify_detached
from extdeps.errors import UntrustedIndexError
from support.recorded import RecordedHost
from support.repositories import Verifier


@pytest.fixture
def keyring(tmp_path: Path) -> str:
    path = tmp_path / "keys.gpg"
    path.touch()
    return str(path)


def test_gpgv_is_asked(keyring: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    host = Verifier(0)
    verify_detached(b"content", b"signature", name="core.db", keyring="keys.gpg", host=host)
    assert host.runs[0][:4] == ("gpgv", "--quiet", "--keyring", keyring)
    assert host.given == [b"signature", b"content"]
    assert not any(Path(path).exists() for path in host.runs[0][4:])


def test_a_signature_that_is_not_trusted(keyring: str) -> None:
    host = Verifier(1, "gpgv: BAD signature\n")
    with pytest.raises(UntrustedIndexError) as caught:
        verify_detached(b"content", b"signature", name="core.db", keyring=keyring, host=host)
    assert str(caught.value) == "the signature of `core.db` is not trusted\ngpgv: BAD signature"


def test_no_gpgv(keyring: str) -> None:
    with pytest.raises(UntrustedIndexError) as caught:
        verify_detached(b"content", b"signature", name="core.db", keyring=keyring, host=RecordedHost())
    assert caught.value.message == "`gpgv` cannot be run, which checks signatures"


def test_no_keyring(keyring: str) -> None:
    with pytest.raises(UntrustedIndexError) as caught:
        verify_detached(b"content", b"signature", name="core.db", keyring=f"{keyring}.nosuch", host=Verifier(0))
    assert caught.value.message == f"there is no keyring `{keyring}.nosuch`"
