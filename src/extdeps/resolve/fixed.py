"""What was decided before, by a lock or a saved plan, and alone may be installed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.versions.loose import Loose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.stock import Stock


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What alone may be installed for an identifier, because it was decided before.

    Args:
        packages: by their names in the ecosystem.
        version: the upstream version, or empty for any.
        ecosystem: where they come from (`debian`), or empty for anywhere.
        source: the manager that installs it, or empty for any.
        or_later: whether a later version will do.
    """

    packages: tuple[str, ...]
    version: str = ""
    ecosystem: str = ""
    source: str = ""
    or_later: bool = False

    def __str__(self) -> str:
        source = f"of {self.source}" if self.source else ""
        return " ".join(filter(None, (f"`{'`, `'.join(self.packages)}`", self.version, source)))

    def allows(self, offer: Offer) -> bool:
        """Whether an offer is what was decided."""
        is_from = self.ecosystem in ("", offer.ecosystem) and self.source in ("", offer.source)
        if set(offer.packages) != set(self.packages) or not is_from:
            return False
        if offer.is_assumed or self.version in ("", offer.version):
            return True
        order = Loose().compare(offer.version, self.version)
        return order == 0 or (self.or_later and order > 0)


def restrict(stock: Stock, fixed: Mapping[tuple[str, str], Fixed]) -> Stock:
    """Leave what was decided before; what a source has instead is said."""
    kept: list[Offer] = []
    hints = dict(stock.hints)
    for offer in stock.offers:
        decided = fixed.get((offer.phases[0], offer.identifier))
        if decided and decided.allows(offer):
            kept.append(offer)
        elif decided:
            line = f"{decided} was decided before, and there is {offer} (`{'`, `'.join(offer.packages)}`)"
            hints[offer.identifier] = (*hints.get(offer.identifier, ()), line)
    return replace(stock, offers=tuple(kept), hints=hints)
