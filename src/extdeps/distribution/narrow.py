"""The external fields of a wheel without what it carries itself (`pep_draft`, "Finished files")."""

from __future__ import annotations

from extdeps.audit.wheel import audit_wheels
from extdeps.distribution.fields import REQUIRES
from extdeps.errors import UsageError
from extdeps.model.externalmetadata import Dropped
from extdeps.model.identifier import is_virtual
from extdeps.model.requirement import parse_requirement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.distribution.fields import Fields
    from extdeps.model.requirement import Requirement
    from extdeps.model.wheelaudit import WheelAudit


def drop_carried(fields: Fields, path: str, catalogue: Catalogue) -> tuple[Fields, tuple[Dropped, ...]]:
    """Leave out each requirement whose libraries a wheel carries, unless it asks for others of them from outside.

    Args:
        fields: pairs of name and value.
        path: the wheel.
        catalogue: whose libraries are called what.

    Returns:
        The fields that are left, and what was left out.

    Raises:
        ArchiveError: it is no wheel, is damaged, or exceeds the limits.
        RequirementError: a requirement is wrong.
    """
    (wheel,) = audit_wheels([path], catalogue, None).wheels
    kept, dropped = [], []
    for name, value in fields:
        carried = _find_carried(parse_requirement(value), wheel, catalogue) if name == REQUIRES else ()
        if carried:
            dropped.append(Dropped(requirement=value, carried=carried))
        else:
            kept.append((name, value))
    return tuple(kept), tuple(dropped)


def _find_carried(requirement: Requirement, wheel: WheelAudit, catalogue: Catalogue) -> tuple[str, ...]:
    """The libraries of the wheel that a requirement is met by; none where it needs more than them."""
    identifier = catalogue.resolve(requirement.url).identifier
    meant = {identifier, *(catalogue.registry.providers(identifier) if is_virtual(identifier) else ())}
    is_library = any("library" in entry.kinds("run") for entry in catalogue.probe_entries(identifier))
    if meant & wheel.outside or not is_library:
        return ()
    return tuple(library.path for library in wheel.libraries if meant & set(library.identifiers))


def drop_named(fields: Fields, texts: Iterable[str], catalogue: Catalogue) -> tuple[Fields, tuple[Dropped, ...]]:
    """Leave out the requirements on some identifiers, whatever their ranges.

    Args:
        fields: pairs of name and value.
        texts: requirements in either form.
        catalogue: which names mean the same.

    Raises:
        RequirementError: a requirement is wrong.
        UsageError: there is none on an identifier.
    """
    kept, dropped = fields, []
    for text in texts:
        unwanted = _identify(text, catalogue)
        found = [field for field in kept if field[0] == REQUIRES and _identify(field[1], catalogue) == unwanted]
        if not found:
            raise UsageError(f"there is no external requirement on `{text}` that could be dropped")
        kept = tuple(field for field in kept if field not in found)
        dropped += [Dropped(requirement=value) for _, value in found]
    return kept, tuple(dropped)


def _identify(text: str, catalogue: Catalogue) -> str:
    return catalogue.resolve(parse_requirement(text).url).identifier


def add_named(fields: Fields, texts: Iterable[str]) -> Fields:
    """Add requirements, before those of the extras.

    Args:
        fields: pairs of name and value.
        texts: requirements in either form.

    Raises:
        RequirementError: a requirement is wrong.
    """
    added = dict.fromkeys((REQUIRES, str(parse_requirement(text))) for text in texts)
    first = next((index for index, (name, _) in enumerate(fields) if name != REQUIRES), len(fields))
    return (*fields[:first], *(field for field in added if field not in fields), *fields[first:])
