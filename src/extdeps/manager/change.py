"""What becomes of a package whose versions before and after are known."""

from __future__ import annotations

from extdeps.model.transaction import Change
from extdeps.versions.table import get_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.versions.upstream import Scheme


def make_change(package: str, *, before: str = "", after: str = "", scheme: Scheme) -> Change:
    """The change of one package, by the order of its versions.

    Args:
        package: its name.
        before: the version that is installed now; empty where it is not.
        after: the version that will be; empty where it goes.
        scheme: how the versions are ordered.
    """
    if not before:
        return Change(kind="install", package=package, after=after)
    if not after:
        return Change(kind="remove", package=package, before=before)
    compared = get_order(scheme).compare(before, after)
    kind = "upgrade" if compared < 0 else "downgrade" if compared > 0 else "reinstall"
    return Change(kind=kind, package=package, before=before, after=after)  # type: ignore[arg-type]
