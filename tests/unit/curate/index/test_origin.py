"""Only the distribution's own address is believed without a signature, and only over TLS."""

from __future__ import annotations

import pytest

from extdeps.curate.index.origin import check_origin
from extdeps.errors import UntrustedIndexError
from support.repositories import make_source


@pytest.mark.parametrize(
    ("address", "url", "allow_unsigned", "is_accepted"),
    [
        ("", "https://own/x", False, True),
        ("", "http://own/x", False, False),  # led away from TLS by a redirection
        ("https://other", "https://other/x", False, False),
        ("file:///mirror", "file:///mirror/x", False, False),
        ("http://other", "http://other/x", True, True),
    ],
)
def test_origins(address: str, url: str, allow_unsigned: bool, is_accepted: bool) -> None:
    source = make_source("arch", address, allow_unsigned=allow_unsigned)
    if is_accepted:
        check_origin(source, url)
        return
    with pytest.raises(UntrustedIndexError) as caught:
        check_origin(source, url)
    assert caught.value.message == f"nobody vouches for `{url}`"
    assert caught.value.hint == "`--allow-unsigned` takes it all the same"
