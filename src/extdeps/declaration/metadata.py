"""Core Metadata: what a wheel, an sdist or an installed distribution says about its external requirements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.declaration.external import normalize_name
from extdeps.errors import DeclarationError, RequirementError
from extdeps.model.declaration import Declaration, DeclaredRequirement
from extdeps.model.requirement import parse_requirement

_FIELDS = frozenset(("requires-external-dep", "requires-external", "provides-external-extra"))
_EXTRA = re.compile(r"""\bextra\s*==\s*(['"])(?P<name>[^'"]+)\1""")
_OBSOLETE = re.compile(r"(?P<name>[^\s;()]+)\s*(?:\((?P<range>[^)]*)\))?\s*(?P<marker>;.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMetadata:
    """The fields that matter here.

    Args:
        name: the project's name.
        version: its version.
        declaration: its external requirements, or None where it has no such field.
        requires: the distributions that it depends on, as they stand there (`Requires-Dist`).
    """

    name: str
    version: str
    declaration: Declaration | None
    requires: tuple[str, ...] = ()


def parse_metadata(content: bytes, *, subject: str, origin: str) -> ProjectMetadata:
    """Read a METADATA or PKG-INFO file.

    Args:
        content: its bytes.
        subject: what the user called the project.
        origin: the file, for errors.

    Raises:
        DeclarationError: an external requirement is wrong; every fault is named.
    """
    from email.parser import BytesHeaderParser

    message = BytesHeaderParser().parsebytes(content)
    current = [str(value) for value in message.get_all("Requires-External-Dep", [])]
    obsolete = [str(value) for value in message.get_all("Requires-External", [])]
    extras = [normalize_name(str(value).strip()) for value in message.get_all("Provides-External-Extra", [])]
    declaration = None
    if current or obsolete or extras:
        declaration = _declare(current, obsolete, tuple(dict.fromkeys(extras)), subject, origin)
    name, version = str(message.get("Name", "")).strip(), str(message.get("Version", "")).strip()
    requires = tuple(str(value).strip() for value in message.get_all("Requires-Dist", []))
    return ProjectMetadata(name=name, version=version, declaration=declaration, requires=requires)


def select_fields(content: bytes) -> bytes:
    """The fields of a METADATA file that `parse_metadata` reads a declaration from, and no more; empty without any."""
    from email.parser import BytesHeaderParser

    fields = BytesHeaderParser().parsebytes(content).items()
    return "".join(f"{name}: {value}\n" for name, value in fields if name.lower() in _FIELDS).encode()


def _declare(
    current: list[str], obsolete: list[str], extras: tuple[str, ...], subject: str, origin: str
) -> Declaration:
    requirements: list[DeclaredRequirement] = []
    faults: list[str] = []
    notes: list[str] = []
    for index, text in enumerate(current):
        key = f"Requires-External-Dep[{index}]"
        try:
            requirements.append(_require(text, key))
        except RequirementError as error:
            faults.append(f"{origin}: {key}: {error.message}")
    for index, text in enumerate(obsolete):
        key = f"Requires-External[{index}]"
        try:
            requirements.append(_require(_modernize(text), key))
        except RequirementError:
            notes.append(f"{origin}: {key}: `{_printable(text)}` cannot be understood (the field is obsolete)")
    if faults:
        raise DeclarationError(
            f"`{origin}` has {len(faults)} external requirements that are wrong", context=tuple(faults)
        )
    return Declaration(
        subject=subject,
        origin=origin,
        requirements=tuple(requirements),
        phases=("run",),
        extras=extras,
        provided_extras=extras,
        notes=tuple(notes),
    )


def _require(text: str, key: str) -> DeclaredRequirement:
    requirement = parse_requirement(text.strip())
    extra = _EXTRA.search(requirement.marker)
    return DeclaredRequirement(
        requirement=requirement, phase="run", key=key, extra=normalize_name(extra["name"]) if extra else ""
    )


def _modernize(text: str) -> str:
    """`libpng (>=1.5); marker`, as the obsolete field has it, in the short form."""
    match = _OBSOLETE.fullmatch(text.strip())
    if not match:
        return text
    bounds = (match["range"] or "").strip()
    if bounds and bounds[0].isdigit():
        bounds = f"=={bounds}"
    return f"{match['name']}{bounds}{match['marker'] or ''}"


def _printable(text: str) -> str:
    """A text of somebody else's with its control characters made harmless."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
