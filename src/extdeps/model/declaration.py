"""A declaration: the external requirements of one project, and where they were read (PEP 725)."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.model.requirement import requote_marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.requirement import Phase, Requirement

REQUIRED_KEYS: dict[str, Phase] = {"build-requires": "build", "host-requires": "host", "dependencies": "run"}
OPTIONAL_KEYS: dict[str, Phase] = {f"optional-{key}": phase for key, phase in REQUIRED_KEYS.items()}
GROUPS_KEY = "dependency-groups"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRequirement:
    """A requirement at its place in a declaration.

    Args:
        requirement: what is asked for.
        phase: when it is needed.
        key: where it stands (`external.host-requires[1]`).
        extra: the extra that it belongs to, normalised, or empty.
        group: the dependency group that it belongs to, normalised, or empty.
    """

    requirement: Requirement
    phase: Phase
    key: str
    extra: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedProject:
    """The project of an index that somebody asked for.

    Args:
        name: normalised (PEP 503).
        version: the one that was declared for; empty where it is not known.
        specifier: the range that was asked for (PEP 440); empty for any version.
    """

    name: str
    version: str = ""
    specifier: str = ""

    def __str__(self) -> str:
        return f"{self.name}{self.specifier}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Everything that one source declares.

    Args:
        subject: what the user called it (`lxml`, `.`, `dist/pkg-1.0.tar.gz`); empty for notes alone.
        origin: the file, member or overlay that it was read from.
        taken: what pip would take for it (`6.1.3, sdist`), or empty where that is the subject itself.
        requirements: in the order of the source.
        phases: the phases that the subject needs when nothing else is asked for.
        extras: names under which external requirements are optional.
        provided_extras: those of them that Core Metadata names (`optional-dependencies`).
        groups: names of the dependency groups.
        notes: what a reader should know (an old spelling, a declaration that is assumed).
        is_built_here: whether the project is compiled on this machine, so that what it links
            against is needed at run time too (PEP 725, "Build and host dependencies").
        selected_extras: the extras that the subject itself names (`name[extra]`).
        is_undeclared: whether nobody has said what the subject needs, which is not the same as nothing.
        project: the project that the subject names, or None for a file, a directory or requirements by themselves.
        name: what the project calls itself, normalised (PEP 503), wherever it lies; empty where it does not say.
        pip_argument: what pip is told to install the subject (`psycopg2[c]>=2.9`, `./demo`), or empty.
    """

    subject: str
    origin: str
    taken: str = ""
    requirements: tuple[DeclaredRequirement, ...] = ()
    phases: tuple[Phase, ...] = ("build", "host", "run")
    extras: tuple[str, ...] = ()
    provided_extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_built_here: bool = True
    selected_extras: frozenset[str] = frozenset()
    is_undeclared: bool = False
    project: NamedProject | None = None
    name: str = ""
    pip_argument: str = ""

    def select(self, *, extras: frozenset[str], groups: frozenset[str]) -> Iterator[DeclaredRequirement]:
        """The requirements that count: the unconditional ones, and those of the extras and groups asked for."""
        for declared in self.requirements:
            if declared.group:
                wanted = declared.group in groups
            else:
                wanted = not declared.extra or declared.extra in extras | self.selected_extras
            if wanted:
                yield declared


def format_core_metadata(declaration: Declaration) -> tuple[tuple[str, str], ...]:
    """The Core Metadata fields of a declaration (PEP 725, "Changes in pyproject.toml").

    Args:
        declaration: of a project that is built.

    Returns:
        Pairs of field name and value: `Provides-External-Extra` before the
        requirements of that extra; dependency groups, build and host
        requirements have no fields. Markers over capabilities are lowered.
    """
    run = [item for item in declaration.requirements if item.phase == "run" and not item.group]
    fields = [("Requires-External-Dep", _format_field(item)) for item in run if not item.extra]
    for extra in declaration.provided_extras:
        fields.append(("Provides-External-Extra", extra))
        fields.extend(("Requires-External-Dep", _format_field(item)) for item in run if item.extra == extra)
    return tuple(fields)


def _format_field(item: DeclaredRequirement) -> str:
    marker = requote_marker(item.requirement.lower().marker)
    if item.extra:
        belongs = f"extra == '{item.extra}'"
        marker = f"({marker}) and {belongs}" if marker else belongs
    return f"{item.requirement.url}; {marker}" if marker else str(item.requirement.url)
