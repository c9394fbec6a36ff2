"""Who vouches for an index: a detached signature, or the distribution's own address."""

from __future__ import annotations

import os
import tempfile

from extdeps.errors import UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.curate.index.interface import Source
    from extdeps.fetch import Response
    from extdeps.host import Host

UNSIGNED_HINT = "`--allow-unsigned` takes it all the same"


def verify_detached(content: bytes, signature: bytes, *, name: str, keyring: str, host: Host) -> None:
    """Check the OpenPGP signature of a file that lies beside it.

    Args:
        content: the file.
        signature: its signature, armoured or not.
        name: what the file is called in errors.
        keyring: the file of keys that are trusted, as `gpg --export` writes it.
        host: runs gpgv.

    Raises:
        UntrustedIndexError: it is not signed by one of these keys, or that cannot be checked.
    """
    if not os.path.isfile(keyring):
        raise UntrustedIndexError(f"there is no keyring `{keyring}`", hint="name another with `--keyring`")
    with tempfile.TemporaryDirectory() as directory:
        paths = [os.path.join(directory, base) for base in ("signature", "content")]
        for path, part in zip(paths, (signature, content), strict=True):
            with open(path, "wb") as file:
                file.write(part)
        # a keyring that is named without a directory is looked for in the user's own
        done = host.run(["gpgv", "--quiet", "--keyring", os.path.abspath(keyring), *paths], timeout=60.0)
    if done is None:
        raise UntrustedIndexError("`gpgv` cannot be run, which checks signatures", hint=UNSIGNED_HINT)
    if done.returncode:
        context = tuple(done.stderr.strip().splitlines())
        raise UntrustedIndexError(f"the signature of `{name}` is not trusted", context=context)


def check_origin(source: Source, answer: Response, *, hint: str = UNSIGNED_HINT) -> None:
    """Accept what no signature vouches for where it comes over TLS from the distribution's own address.

    Args:
        source: without an address, which means the distribution's own.
        answer: what was read, after redirections.
        hint: what else would be accepted.

    Raises:
        UntrustedIndexError: it comes from elsewhere, and `allow_unsigned` is not given.
    """
    if not source.allow_unsigned and (source.address or not answer.url.startswith("https:")):
        raise UntrustedIndexError(f"nobody vouches for `{answer.url}`", hint=hint)
