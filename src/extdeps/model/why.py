"""How an identifier was decided: every offer in the order in which they were tried, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.requirement import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One offer as it was weighed.

    Args:
        provider: the identifier that it is an offer of.
        offer: what it is: version and source.
        packages: what would be installed.
        verdict: what became of it, a few words.
        is_chosen: whether it is the one.
    """

    provider: str
    offer: str
    packages: tuple[str, ...]
    verdict: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How one identifier was decided in one phase.

    Args:
        identifier: what was asked for.
        phase: build, host or run.
        asked: every requirement on it, with who asks.
        weighed: the offers, the preferred one first.
        refusals: the reasons of those requirements that are left out.
        hints: why a source has none.
    """

    identifier: str
    phase: Phase
    asked: tuple[str, ...]
    weighed: tuple[Weighed, ...]
    refusals: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
