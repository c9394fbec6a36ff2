"""Which order belongs to which scheme; nothing is imported before it is asked for."""

from __future__ import annotations

import importlib

from extdeps.errors import InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.versions.interface import Order

ORDERS = {
    "deb": "extdeps.versions.deb:Deb",
    "rpm": "extdeps.versions.rpm:Rpm",
    "apk": "extdeps.versions.apk:Apk",
    "alpm": "extdeps.versions.alpm:Alpm",
    "conda": "extdeps.versions.conda:Conda",
    "pep440": "extdeps.versions.pep440:Pep440",
    "loose": "extdeps.versions.loose:Loose",
    # xbps orders numbers, pre-releases and revisions as upstream projects mean them.
    "xbps": "extdeps.versions.loose:Loose",
    # Homebrew and Nixpkgs keep the upstream notation, and so does what has no scheme at all.
    "brew": "extdeps.versions.loose:Loose",
    "nix": "extdeps.versions.loose:Loose",
    "none": "extdeps.versions.loose:Loose",
}


def get_order(scheme: str) -> Order:
    """The order of a scheme.

    Args:
        scheme: a key of `ORDERS`, such as `deb`.

    Raises:
        InvalidInputError: where no order has that name.
    """
    try:
        path = ORDERS[scheme]
    except KeyError:
        known = ", ".join(f"`{name}`" for name in ORDERS)
        raise InvalidInputError(f"no order of versions is called `{scheme}`", hint=f"one of {known}") from None
    module, _, name = path.partition(":")
    order: Order = getattr(importlib.import_module(module), name)()
    return order
