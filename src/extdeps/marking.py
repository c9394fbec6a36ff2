"""Whether the markers of requirements are true on a machine."""

from __future__ import annotations

from functools import cached_property

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.machine import Machine
    from extdeps.model.accelerator import Accelerators
    from extdeps.model.marker import Comparison
    from extdeps.model.requirement import Requirement


class Marking:
    """Answers about one machine; what it takes is found out when it is first needed.

    Args:
        machine: the described machine.
        extras: the extras that were asked for, normalised.
    """

    def __init__(self, machine: Machine, extras: frozenset[str]) -> None:
        self._machine = machine
        self._extras = extras
        self._has_asked = False

    @cached_property
    def _environment(self) -> dict[str, str]:
        return self._machine.marker_environment()

    @cached_property
    def accelerators(self) -> Accelerators:
        """What the machine computes with."""
        return self._machine.find_accelerators()

    @cached_property
    def _capabilities(self) -> Mapping[str, frozenset[str] | None]:
        from extdeps.accelerator.capabilities import list_capabilities

        if self._machine.is_probed:
            return list_capabilities(self.accelerators)
        told = list_capabilities(self.accelerators)  # nothing else is known of a machine that is not here
        return {name: told[name] for name, _, _ in self.accelerators.assumed if name in told}

    def applies(self, requirement: Requirement) -> bool | None:
        """Whether the marker of a requirement is true; None where a capability that decides is not known."""
        if not requirement.marker:
            return True
        return requirement.applies(self._environment, self._extras, self._decide)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why capabilities are not known that a marker asked for."""
        definer = self._machine.find_definer() if self._has_asked else None
        return definer.notes if definer else ()

    def _decide(self, comparison: Comparison) -> bool | None:
        from extdeps.accelerator.capabilities import is_within
        from extdeps.model.marker import compare_capability

        name = comparison.capability
        known = self._capabilities
        if name not in known:
            self._has_asked = True
            known = {name: self._machine.find_defined(name)}
        return compare_capability(comparison, known, is_within)
