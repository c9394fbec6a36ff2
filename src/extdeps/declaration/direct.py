"""External requirements that are asked for by themselves (`--dep`)."""

from __future__ import annotations

from extdeps.errors import RequirementError
from extdeps.model.capability import is_capability
from extdeps.model.declaration import Declaration, DeclaredRequirement
from extdeps.model.requirement import parse_requirement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.model.identifier import DepURL
    from extdeps.model.requirement import Phase


def declare(texts: Iterable[str], catalogue: Catalogue, phases: tuple[Phase, ...] = ()) -> Declaration:
    """The declaration of a list of requirements.

    Args:
        texts: requirements in either form.
        catalogue: tells whether a name is a program or something to link against.
        phases: when they are needed; empty for `build` of a program, `host` of what one links against, `run` of a
            driver or a device.

    Raises:
        RequirementError: naming the first text that is wrong, and every other.
    """
    texts = tuple(texts)
    requirements: list[DeclaredRequirement] = []
    faults: list[RequirementError] = []
    for index, text in enumerate(texts):
        try:
            requirement = parse_requirement(text)
        except RequirementError as error:
            faults.append(error)
            continue
        for phase in phases or (_natural_phase(requirement.url, catalogue),):
            requirements.append(DeclaredRequirement(requirement=requirement, phase=phase, key=f"--dep[{index}]"))
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise RequirementError(
            f"{len(faults)} requirements are wrong", context=tuple(fault.message for fault in faults)
        )
    return Declaration(
        subject="--dep",
        origin="the command line",
        requirements=tuple(requirements),
        notes=tuple(dict.fromkeys(item.requirement.note for item in requirements if item.requirement.note)),
    )


def _natural_phase(url: DepURL, catalogue: Catalogue) -> Phase:
    """The phase in which a thing is usually needed; a driver or a device is needed to run."""
    if url.is_compiler:
        return "build"
    identifier = catalogue.resolve(url).identifier
    if is_capability(identifier, "run"):
        return "run"
    entries = catalogue.probe_entries(identifier)
    if not entries or any(entry.has_development_files for entry in entries):
        return "host"
    return "build"
