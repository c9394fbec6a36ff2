"""From declarations to a plan: which package managers may be used, in which order, and what they deliver together."""

from __future__ import annotations

from extdeps.checker import check
from extdeps.machine import choose, gather_facts
from extdeps.manager.elevation import Elevation, find_elevation
from extdeps.manager.table import get_manager, is_at_home, manager_named
from extdeps.resolve.market import Preferences
from extdeps.resolve.planner import Request, solve, sort_by_preference
from extdeps.resolve.plans import make_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.checker import Selection
    from extdeps.machine import Machine
    from extdeps.model.declaration import Declaration
    from extdeps.model.plan import Plan


def plan(
    declarations: Iterable[Declaration],
    machine: Machine,
    catalogue: Catalogue,
    selection: Selection | None = None,
    *,
    managers: Iterable[str] = (),
    strict: bool = False,
) -> Plan:
    """Decide how everything that is declared is met together, and by which steps (`pep_draft`, "Plans").

    Nothing is changed. Managers are asked what they have, and simulate it, where the host can run programs.

    Args:
        declarations: what is asked for.
        machine: where, as `describe_machine` has described it.
        catalogue: what identifiers mean and what supplies them.
        selection: the phases, extras and groups that count.
        managers: those that may be used, the preferred one first; the machine's own and the others there by default.
        strict: whether what is unknown counts as missing.

    Returns:
        The decisions, what cannot be met with the reason, and the steps.

    Raises:
        UsageError: nothing is called as one of the managers.
        ContradictionError: a declaration asks for what no version meets.
        DocumentError: a document of the catalogue is wrong.
    """
    known = catalogue.ecosystems()
    named = tuple(managers)
    chosen = choose(machine, named[0], known) if named else machine
    preferences = Preferences(
        home=machine.ecosystem.name if machine.ecosystem else "", managers=mean_managers(named, chosen)
    )
    solution = solve(
        Request(
            report=check(declarations, chosen, catalogue, selection, with_commands=False),
            machines=list_machines(chosen, machine, preferences, named=named, known=known),
            catalogue=catalogue,
            preferences=preferences,
            strict=strict,
        )
    )
    return make_plan(solution, gather_facts(machine), find_plan_elevation(chosen))


def list_machines(
    machine: Machine,
    base: Machine,
    preferences: Preferences,
    *,
    named: Iterable[str],
    known: Collection[str],
    elevation: Elevation | None = None,
) -> tuple[Machine, ...]:
    """The machine with each manager that may be used, the preferred one first.

    Where the user names managers, only those; else the machine's own, and after it the others that are there. A
    prefix is used alone, unless other managers are named beside it.

    Args:
        machine: with the manager that comes first.
        base: the same with its own manager.
        preferences: the order, and what is left out.
        named: the managers that the user names.
        known: the ecosystems that have a mapping.
        elevation: how commands become root, where those of others have to; None where that does not matter.
    """
    others = (
        item for item in _find_others(machine, base, named, known) if is_usable(item, preferences.without, elevation)
    )
    is_left_out = machine.manager_name in preferences.without
    found = {item.chosen: item for item in (*(() if is_left_out else (machine,)), *others)}
    return sort_by_preference(found.values(), preferences) or (machine,)


def is_usable(machine: Machine, without: Collection[str], elevation: Elevation | None) -> bool:
    """Whether the manager of a machine may be used, and can be by whoever asks."""
    if machine.manager_name in ("", *without):
        return False
    if elevation is None or elevation.is_possible:
        return True
    return machine.manager is not None and not machine.manager.needs_elevation(machine.site)


def _find_others(machine: Machine, base: Machine, named: Iterable[str], known: Collection[str]) -> Iterator[Machine]:
    if not machine.is_probed:
        return
    own = machine.manager_name
    family = base.ecosystem.name if base.ecosystem else ""
    there = () if machine.prefix else (item.name for item in machine.managers if is_at_home(item.name, family))
    for name in mean_managers(named, machine) or tuple(there):
        if name != own:
            yield choose(base, name, known)


def mean_managers(names: Iterable[str], machine: Machine) -> tuple[str, ...]:
    """The managers that a person means; with a prefix, whoever names a tool of its ecosystem means the prefix.

    Raises:
        UsageError: nothing is called so.
    """
    own, ecosystem = machine.manager, machine.ecosystem
    meant = []
    for text in names:
        name = manager_named(text, machine.managers)
        is_prefix = own and ecosystem and machine.prefix and ecosystem.name in get_manager(name).ecosystems
        meant.append(own.name if own and is_prefix else name)
    return tuple(dict.fromkeys(meant))


def find_plan_elevation(machine: Machine) -> Elevation:
    """How the commands of a plan become root: as here, or as they are typed on a machine that is not."""
    if not (machine.is_probed and machine.host.can_run):
        return Elevation()
    found = find_elevation(machine.host)
    return found if found.is_possible else Elevation()
