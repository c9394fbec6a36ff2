"""Names without a mapping: what the ecosystem itself can answer for (`pep_draft`, "Names without a mapping")."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.manager.interface import Content, Derivation
from extdeps.model.identifier import is_virtual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine
    from extdeps.manager.interface import Derived
    from extdeps.model.evidence import Finding

    Choices = tuple[Content, ...]

_PYTHON = "dep:generic/python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Findings whose packages are named as far as they can be.

    Args:
        findings: as they were given, in the same order.
        notes: why some could not be looked for.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def name_unmapped(findings: tuple[Finding, ...], machine: Machine, catalogue: Catalogue) -> Named:
    """Derive the packages of what is needed and of which the mapping says nothing.

    Args:
        findings: the answers of a check.
        machine: where they were given.
        catalogue: what the identifiers are, and which of them are mapped.
    """
    wanted: dict[int, tuple[Choices, ...]] = {}
    for index, finding in enumerate(findings):
        is_needed = finding.needs_action if machine.is_probed else finding.status == "unknown"
        if is_needed and not finding.packages:
            wanted[index] = _find_contents(finding, machine, catalogue)
    if not wanted:
        return Named(findings=findings)
    manager = machine.manager
    contents = tuple(dict.fromkeys(item for needs in wanted.values() for choices in needs for item in choices))
    derivation = Derivation()
    if manager and contents:
        derivation = manager.derive(contents, machine.host if machine.is_probed else None)
    named = list(findings)
    for index, needs in wanted.items():
        answers = (next((derivation.specs[item] for item in each if item in derivation.specs), None) for each in needs)
        derived = tuple(answer for answer in answers if answer)
        if derived and manager:
            named[index] = _name(findings[index], derived, ecosystem=str(machine.ecosystem), manager=manager.name)
        elif not machine.is_probed:
            named[index] = _with_notes(findings[index], "no package is known")
    return Named(findings=tuple(named), notes=(derivation.note,) if derivation.note else ())


def _find_contents(finding: Finding, machine: Machine, catalogue: Catalogue) -> tuple[Choices, ...]:
    """What its package must ship: of each kind that the phase needs and that can be asked for, the alternatives.

    A library at run time is not among them: the name of the file that the loader wants is not known.
    """
    identifier, ecosystem = finding.identifier, machine.ecosystem
    if ecosystem is None or identifier == _PYTHON or is_virtual(identifier):
        return ()
    if catalogue.specs(identifier, ecosystem) is not None:  # none, or none in this phase, is an answer too
        return ()
    url = finding.requirement.url
    if not finding.registered:
        is_name = url.type == "generic" and not (url.namespace or url.qualifiers or url.subpath)
        return (_guess_contents(url.name, finding.phase),) if is_name else ()
    entry = catalogue.probes.find(identifier)
    if entry is None:
        return ()
    asked = catalogue.resolve(url).module if finding.phase != "run" else ""
    modules = tuple(Content(kind="pkg-config", name=name) for name in ((asked,) if asked else entry.pkg_config))
    programs = tuple(Content(kind="executable", name=name) for name in entry.executables)
    of_kind = {"development": modules, "executable": programs}
    return tuple(choices for kind in entry.kinds(finding.phase) if (choices := of_kind.get(kind, ())))


def _guess_contents(name: str, phase: str) -> Choices:
    """What a name that no registry knows may stand for, the likeliest of its phase first."""
    module, program = Content(kind="pkg-config", name=name), Content(kind="executable", name=name)
    return {"host": (module, program), "build": (program, module)}.get(phase, (program,))


def _name(finding: Finding, derived: tuple[Derived, ...], *, ecosystem: str, manager: str) -> Finding:
    specs = tuple(dict.fromkeys(item.spec for item in derived))
    notes = [
        f"`{item.spec}` is derived: "
        + (f"it ships `{item.location}`" if item.location else f"{manager} decides whether it exists")
        for item in derived
    ]
    is_seen = all(item.location for item in derived)
    return replace(
        _with_notes(finding, *notes),
        packages=((ecosystem, specs),),
        derived="contents" if is_seen else "capability",
    )


def _with_notes(finding: Finding, *notes: str) -> Finding:
    return replace(finding, note="; ".join(filter(None, (finding.note, *notes))))
