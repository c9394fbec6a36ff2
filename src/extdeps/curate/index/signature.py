"""Whether a trusted key has signed what was read, as gpgv says."""

from __future__ import annotations

import binascii
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

from extdeps.errors import UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.host import Host

UNSIGNED_HINT = "`--allow-unsigned` takes it all the same"
_IS_ARMORED = re.compile(rb"^-----BEGIN PGP ", re.MULTILINE)
_ARMOR = re.compile(
    rb"^-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\r?$(.*?)^-----END PGP PUBLIC KEY BLOCK-----",
    re.DOTALL | re.MULTILINE,
)


def read_signed(signed: bytes, name: str, *, host: Host, keyring: str) -> str:
    """The text that a trusted key has signed, and nothing around it.

    Args:
        signed: a text with its signature in it.
        name: what it is, for errors.
        host: runs gpgv.
        keyring: the file of keys that are trusted, armored or not.

    Raises:
        UntrustedIndexError: no trusted key has signed it, or that cannot be told.
    """
    with _write({"signed": signed}) as directory:
        return _run_gpgv(host, keyring, name, directory, "--output", "-", f"{directory}/signed")


def check_signature(content: bytes, signature: bytes, name: str, *, host: Host, keyring: str) -> None:
    """Refuse what no trusted key has signed.

    Args:
        content: what is signed.
        signature: its signature, which was read from a file of its own.
        name: what it is, for errors.
        host: runs gpgv.
        keyring: the file of keys that are trusted, armored or not.

    Raises:
        UntrustedIndexError: no trusted key has signed it, or that cannot be told.
    """
    with _write({"signature": signature, "content": content}) as directory:
        _run_gpgv(host, keyring, name, directory, f"{directory}/signature", f"{directory}/content")


@contextmanager
def _write(files: dict[str, bytes]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        for name, content in files.items():
            Path(directory, name).write_bytes(content)
        yield directory


def _run_gpgv(host: Host, keyring: str, name: str, directory: str, *arguments: str) -> str:
    path = _find_keyring(keyring, directory)
    done = host.run(["gpgv", "--quiet", "--keyring", path, *arguments])
    if done is None:
        raise UntrustedIndexError("`gpgv` cannot be run, which checks signatures", hint=UNSIGNED_HINT)
    if done.returncode:
        context = tuple(done.stderr.strip().splitlines())
        raise UntrustedIndexError(f"the signature of `{name}` is not trusted", context=context)
    return done.stdout


def _find_keyring(keyring: str, directory: str) -> str:
    """The path of the keys in the form that gpgv reads: not armored, and absolute, since else it looks elsewhere."""
    try:
        content = Path(keyring).read_bytes() if os.path.isfile(keyring) else None
    except OSError as error:
        raise UntrustedIndexError(f"the keyring `{keyring}` cannot be read", context=(str(error),)) from error
    if content is None:
        raise UntrustedIndexError(f"there is no keyring `{keyring}`", hint="name another with `--keyring`")
    if not _IS_ARMORED.search(content):
        return os.path.abspath(keyring)
    path = Path(directory, "keyring")
    path.write_bytes(_remove_armor(content, keyring))
    return str(path)


def _remove_armor(content: bytes, keyring: str) -> bytes:
    """The keys of one or more armored blocks (RFC 9580, section 6.2)."""
    keys = []
    for block in _ARMOR.findall(content):
        lines = block.replace(b"\r", b"").split(b"\n")
        blank = next((number for number, line in enumerate(lines[1:], 1) if not line.strip()), 0)
        encoded = [line.strip() for line in lines[blank:] if not line.startswith(b"=")]  # `=`: a checksum
        try:
            keys.append(binascii.a2b_base64(b"".join(encoded), strict_mode=True))
        except binascii.Error as error:
            raise UntrustedIndexError(f"the keyring `{keyring}` is damaged", context=(str(error),)) from error
    if not keys:
        raise UntrustedIndexError(f"the keyring `{keyring}` holds no public keys")
    return b"".join(keys)
