"""Whom an index is believed from without a signature."""

from __future__ import annotations

from extdeps.curate.index.signature import UNSIGNED_HINT
from extdeps.errors import UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.curate.index.interface import Source


def check_origin(source: Source, url: str, *, hint: str = UNSIGNED_HINT) -> None:
    """Accept what no signature vouches for where it comes over TLS from the distribution's own address.

    Args:
        source: without an address, which means the distribution's own.
        url: what was read, after redirections.
        hint: what else would be accepted.

    Raises:
        UntrustedIndexError: it comes from elsewhere, and `allow_unsigned` is not given.
    """
    if not source.allow_unsigned and (source.address or not url.startswith("https:")):
        raise UntrustedIndexError(f"nobody vouches for `{url}`", hint=hint)
