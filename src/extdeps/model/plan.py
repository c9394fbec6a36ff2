"""How a set of requirements is met, all together: what was decided, what could not be, and the steps to get there."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.hostfacts import HostFacts
    from extdeps.model.requirement import Phase
    from extdeps.model.step import Step

HERE = "here"
"""The source of what is on the machine already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Somebody's requirement.

    Args:
        requirement: a DepURL with its range (`dep:generic/gdal@>=3.4`).
        requested_by: the subject that asks for it.
    """

    requirement: str
    requested_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What meets an identifier in one phase, for all who ask.

    Args:
        identifier: canonical; what was asked for.
        phase: build, host or run.
        asks: who asks for it, each with the range.
        provider: the identifier that answers; another one only where a virtual was asked for.
        source: `here`, or the manager that installs it.
        ecosystem: where its packages come from (`debian+12`); empty for a capability of the machine.
        version: the upstream version; empty where it does not tell, or was not looked up.
        packages: by their names in the ecosystem; of what is here, those that would supply it.
    """

    identifier: str
    phase: Phase
    asks: tuple[Ask, ...]
    provider: str
    source: str
    ecosystem: str = ""
    version: str = ""
    packages: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether nothing has to be installed for it."""
        return self.source == HERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """A requirement that is left out of a plan.

    Args:
        identifier: canonical.
        phase: build, host or run.
        ask: the requirement, and whose it is.
        reason: one sentence.
        details: what there is, one line for each that has a part in it.
        remedies: what would help, one line each.
    """

    identifier: str
    phase: Phase
    ask: Ask
    reason: str
    details: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The answer of the resolver as a value (`pep_draft`, "Plans").

    Args:
        decisions: one for each identifier and phase that can be met, in the order of the phases.
        unmet: what cannot be met together with the rest.
        steps: what is run, in order; none where all that can be met is here.
        host: the machine that it is for; of one that is not here, only what its ecosystem tells.
        ecosystem: the machine's own (`debian+12`), or that of the target; empty where none is known.
        subjects: what was asked about, each with what pip would take for it, or empty.
        pip_arguments: what pip is told to install what was asked about (`psycopg2[c]>=2.9`, `./demo`).
        is_verified: whether versions were looked up; false for a machine that is not here.
        notes: what else a person should know.
        projects: the subjects that call themselves otherwise (`.`, a path), each with the project's own name.
    """

    decisions: tuple[Decision, ...]
    unmet: tuple[Unmet, ...] = ()
    steps: tuple[Step, ...] = ()
    host: HostFacts
    ecosystem: str = ""
    subjects: tuple[tuple[str, str], ...] = ()
    pip_arguments: tuple[str, ...] = ()
    is_verified: bool = True
    notes: tuple[str, ...] = ()
    projects: tuple[tuple[str, str], ...] = ()

    @property
    def family(self) -> str:
        """The ecosystem without its release: `debian` of `debian+12`."""
        return self.ecosystem.partition("+")[0]

    @property
    def new(self) -> Iterator[Decision]:
        """The decisions for which something has to be installed."""
        return (decision for decision in self.decisions if not decision.is_here)

    def packages(self, *phases: Phase, source: str = "") -> tuple[str, ...]:
        """The packages that have to be installed, each once, in order.

        Args:
            phases: only those for these; for all where none is given.
            source: only those of this manager, where given.
        """
        named = (
            name
            for decision in self.new
            if (not phases or decision.phase in phases) and source in ("", decision.source)
            for name in decision.packages
        )
        return tuple(dict.fromkeys(named))
