"""What would help where a demand is refused: each kind of help at most once, the most useful first."""

from __future__ import annotations

from dataclasses import replace

from extdeps.model.plan import HERE
from extdeps.resolve.market import short_name
from extdeps.resolve.search import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.explain import Refusal
    from extdeps.resolve.market import Alternative
    from extdeps.resolve.requirement import Demand


def find_remedies(refusals: Iterable[Refusal], choices: Mapping[Demand, Offer], search: Search) -> tuple[Refusal, ...]:
    """Add to each refusal what would help (`pep_draft`, "Remedies").

    Other versions of the project, and a manager that was left out, are solved for together with all that was chosen
    for others, so that they do help.

    Args:
        refusals: what is left out of the answer.
        choices: the answer.
        search: chooses from what there is.
    """
    adviser = _Adviser(choices, search)
    return tuple(replace(refusal, remedies=adviser.advise(refusal.demand)) for refusal in refusals)


class _Adviser:
    """Knows what was chosen; a subject's other versions are solved for once, whatever of it is refused."""

    def __init__(self, choices: Mapping[Demand, Offer], search: Search) -> None:
        self._choices = choices
        self._search = search
        self._market = search.shelf.market
        self._sources = {offer.source for offers in self._market.offers.values() for offer in offers}
        self._with: dict[str, Search] = {}
        self._by_subject: dict[str, tuple[Alternative, Mapping[Demand, Offer]] | None] = {}

    def advise(self, demand: Demand) -> tuple[str, ...]:
        """The remedies of one demand."""
        version, is_fitting = self._find_other_version(demand)
        manager = self._find_manager(demand)
        elsewhere = next(iter(self._market.elsewhere.get(demand.identifier, ())), "")
        release = self._find_release(demand)
        lines = (version, manager) if is_fitting else (manager, version)
        return tuple(filter(None, (*lines, elsewhere, release)))

    def _find_release(self, demand: Demand) -> str:
        """Other releases that have it, where it is not for something else that it cannot be had here."""
        shelf = self._search.shelf
        if demand.key in self._market.capabilities:
            return ""
        is_had = any(shelf.fits(offer, demand) and offer.source != HERE for offer in shelf.find(demand.key))
        return "" if is_had else self._market.find_release(demand)

    def _find_other_version(self, demand: Demand) -> tuple[str, bool]:
        """The line about other versions of the project, and whether they are in the range that was asked for."""
        subject = demand.requested_by
        if subject not in self._by_subject:
            self._by_subject[subject] = self._solve_alternatives(subject)
        solved = self._by_subject[subject]
        if solved is None:
            return "", True
        alternative, found = solved
        same = [(item, found[item]) for item in alternative.demands if item.identifier == demand.identifier]
        had = " and ".join(dict.fromkeys(f"{short_name(offer.identifier)} {offer}" for _, offer in same))
        verb = "builds" if any(item.phase != "run" for item, _ in same) else "works"
        does = f"{verb} with {had}" if had else f"does not need {short_name(demand.identifier)}"
        but = f", but `{alternative.instead_of}` was asked for" if alternative.instead_of else ""
        return f"`{alternative.name}` {does}{but}", not but

    def _solve_alternatives(self, subject: str) -> tuple[Alternative, Mapping[Demand, Offer]] | None:
        kept = [demand for demand in self._choices if demand.requested_by != subject]
        for alternative in self._market.alternatives.get(subject, ()):
            if all(_is_possible(demand, self._search) for demand in alternative.demands):
                found = self._search.solve([*kept, *alternative.demands])
                if found is not None:
                    return alternative, found
        return None

    def _find_manager(self, demand: Demand) -> str:
        """A manager that was left out and has it, or has what it needs beside it."""
        without = self._market.preferences.without
        for name in sorted(without & self._sources):
            if name not in self._with:
                preferences = replace(self._market.preferences, without=without - {name})
                self._with[name] = Search(replace(self._market, preferences=preferences))
            search = self._with[name]
            found = search.solve([*self._choices, demand]) if _is_possible(demand, search) else None
            if found:
                offer = found[demand]
                is_its_own = offer.source == name
                had = (
                    f"{short_name(offer.identifier)} {offer} would do" if is_its_own else f"with {name} it could be had"
                )
                return f"{had}, but {name} is not to be used"
        return ""


def _is_possible(demand: Demand, search: Search) -> bool:
    return any(search.shelf.fits(offer, demand) for offer in search.shelf.find(demand.key))
