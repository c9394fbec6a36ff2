"""The signature of Alpine's index: a gzip stream in front of it, with one file for each key.

Format: https://wiki.alpinelinux.org/wiki/Apk_spec ("Signature Tarball Segment")
"""

from __future__ import annotations

import os
import re
import tempfile
import zlib

from extdeps.curate.index.signature import UNSIGNED_HINT
from extdeps.curate.index.tararchive import iter_members
from extdeps.errors import FetchError, UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.host import Host

_LIMIT = 64 * 1024
"""What the stream of signatures may become; one takes 512 bytes and a header."""

_SIGNATURE = re.compile(r"\.SIGN\.(RSA|RSA256|RSA512)\.(\w[\w.@+-]*\.rsa\.pub)")
_DIGESTS = {"RSA": "-sha1", "RSA256": "-sha256", "RSA512": "-sha512"}


def split_signed(content: bytes, name: str) -> tuple[tuple[tuple[str, bytes], ...], bytes]:
    """The signatures of an index, and the part of it that they are of.

    Args:
        content: the index.
        name: what it is called in errors.

    Returns:
        Each signature with its path (`.SIGN.RSA.KEY.rsa.pub`), none where the
        index is not signed; and what is signed, which is still compressed.

    Raises:
        FetchError: the first stream is damaged.
    """
    stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        first = stream.decompress(content, _LIMIT)
    except zlib.error as error:
        raise FetchError(f"`{name}` cannot be decompressed", context=(str(error),)) from error
    if not first.startswith(b".SIGN."):
        return (), content
    if not stream.eof:
        raise FetchError(f"`{name}` is damaged", context=("its signature breaks off, or is too large",))
    end = bytes(1024)  # it is cut off, so that the index continues the archive
    return tuple(iter_members(first + end, name, lambda path: path.startswith(".SIGN."))), stream.unused_data


def verify_signed(content: bytes, name: str, *, keyring: str, host: Host) -> bytes:
    """The part of an index that a trusted key has signed.

    Args:
        content: the index.
        name: what it is called in errors.
        keyring: a public key, or a directory of them under the names that signatures give (`/etc/apk/keys`).
        host: runs openssl.

    Raises:
        FetchError: it is damaged.
        UntrustedIndexError: it is not signed by one of these keys, or that cannot be checked.
    """
    if not os.path.exists(keyring):
        raise UntrustedIndexError(f"there is no keyring `{keyring}`", hint="name another with `--keyring`")
    signatures, signed = split_signed(content, name)
    if not signatures:
        raise UntrustedIndexError(f"`{name}` is not signed", hint=UNSIGNED_HINT)
    reasons: list[str] = []
    for path, signature in signatures:
        match = _SIGNATURE.fullmatch(path)
        key = _find_key(match[2], keyring) if match else ""
        if not match or not key:
            reasons.append(f"no key for `{path}`")
            continue
        reason = _find_fault(signed, signature, [_DIGESTS[match[1]], "-verify", key], host)
        if not reason:
            return signed
        reasons.append(f"`{path}`: {reason}")
    raise UntrustedIndexError(f"the signature of `{name}` is not trusted", context=tuple(reasons))


def _find_key(name: str, keyring: str) -> str:
    path = os.path.abspath(os.path.join(keyring, name) if os.path.isdir(keyring) else keyring)
    return path if os.path.isfile(path) else ""


def _find_fault(signed: bytes, signature: bytes, options: list[str], host: Host) -> str:
    """Why openssl does not accept a signature; empty where it does."""
    with tempfile.TemporaryDirectory() as directory:
        paths = [os.path.join(directory, base) for base in ("signature", "content")]
        for path, part in zip(paths, (signature, signed), strict=True):
            with open(path, "wb") as file:
                file.write(part)
        done = host.run(["openssl", "dgst", *options, "-signature", *paths], timeout=60.0)
    if done is None:
        raise UntrustedIndexError("`openssl` cannot be run, which checks signatures", hint=UNSIGNED_HINT)
    return (done.stderr or done.stdout).strip().partition("\n")[0] if done.returncode else ""
