"""Whether a trusted key has signed what was read, as gpgv says."""

from __future__ import annotations

import os
import tempfile

from extdeps.errors import UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
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
