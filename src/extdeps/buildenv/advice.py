"""Advice about the build environment: for a whole machine, and for a finding that needs action."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from shlex import quote

from extdeps.buildenv.directories import Ground, run_variables
from extdeps.buildenv.modules import Modules
from extdeps.buildenv.places import find_place, find_places
from extdeps.host import read_text
from extdeps.model.environment import Environment, merge_variables
from extdeps.probe.pkgconfig import parse_module
from extdeps.probe.prove import unregistered_entries
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.buildenv.directories import Layout
    from extdeps.buildenv.places import Place
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.probes import ProbeEntry, Probes
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.machine import Machine
    from extdeps.model.constraint import Constraint
    from extdeps.model.evidence import Finding
    from extdeps.model.requirement import Phase

_COMPILED = ("PKG_CONFIG_PATH", "CPATH", "INCLUDE", "LIBRARY_PATH", "LIB")
_TOLD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("executable", ("PATH",)),
    ("development", _COMPILED),
    ("header", _COMPILED),
    ("run", ("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PATH")),
    ("library", _COMPILED),
)
"""Which variable says most about a kind of evidence, or about the run phase."""

NOTHING = "nothing is needed: all that is known to be installed is where a build looks"
"""The one note where there is nothing to advise."""


def describe_advice(host: Host, interpreter: Interpreter, probes: Probes) -> Environment:
    """The variables for all that is installed where no build looks.

    Args:
        host: the machine.
        interpreter: the Python that decides.
        probes: what may be in installation roots of its own.
    """
    places = find_places(Ground(host, interpreter), probes.with_prefixes())
    count = len(Modules(host))
    notes = [place.reason for place in places]
    if count:
        noun = "module is" if count == 1 else "modules are"
        notes.append(
            f"{count} environment {noun} not loaded: `module avail` lists, `module load NAME` sets its variables"
        )
    return Environment(
        variables=merge_variables(variable for place in places for variable in place.variables),
        notes=tuple(notes) or (NOTHING,),
    )


def advise_findings(findings: tuple[Finding, ...], machine: Machine, catalogue: Catalogue) -> tuple[Finding, ...]:
    """The findings, with a note where what is missing is somewhere else on the machine; nothing is run.

    Args:
        findings: the answers of a check.
        machine: where they were given.
        catalogue: what proves an identifier.
    """
    adviser = _Adviser(machine, catalogue)
    return tuple(adviser.advise(finding) if finding.needs_action else finding for finding in findings)


class _Adviser:
    """The places of one machine, looked for when the first finding needs them."""

    def __init__(self, machine: Machine, catalogue: Catalogue) -> None:
        self._host = machine.host
        self._prefix = machine.prefix
        self._ground = Ground(machine.host, machine.interpreter)
        self._catalogue = catalogue

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        # a root of a dependency's own is among those that are probed, and so is what it has
        own = (find_place(self._ground, self._prefix, "it is in the prefix"),) if self._prefix else ()
        return (*own, *find_places(self._ground, ()))

    @cached_property
    def _modules(self) -> Modules:
        return Modules(self._host)

    def advise(self, finding: Finding) -> Finding:
        """The finding, with where it is and what to set; or with the module to load."""
        constraints = finding.requirement.constraints
        entries = self._entries(finding)
        for place in self._places:
            for entry in entries:
                if _has(self._host, place.layout, entry, finding, constraints):
                    told = self._tell(place, entry.kinds(finding.phase), finding.phase)
                    return _with_note(finding, f"{place.reason}; {told}") if told else finding
        names = (finding.identifier.rpartition("/")[2], finding.requirement.url.name)
        module = self._modules.find(names, constraints)
        return _with_note(finding, f"`module load {quote(module)}` may provide it") if module else finding

    def _tell(self, place: Place, kinds: tuple[str, ...], phase: Phase) -> str:
        """The one variable that says most, and where the others are; empty where it is set already."""
        by_name = {variable.name: variable for variable in place.variables}
        if phase == "run" and "library" in kinds:
            by_name |= {item.name: item for item in run_variables(self._ground, place.layout, what="it")}
        named = next(names for kind, names in _TOLD if kind in (phase, *kinds))
        variable = next((by_name[name] for name in named if name in by_name), None)
        if variable is None or self._ground.is_set(variable):
            return ""
        value = quote(variable.text)
        is_there = variable.name == "PATH" or variable.name in self._host.environ
        told = f"add `{value}` to `{variable.name}`" if is_there else f"set `{variable.name}={value}`"
        return told if phase == "run" else f"{told}, or all that `extdeps env` prints"

    def _entries(self, finding: Finding) -> tuple[ProbeEntry, ...]:
        url = finding.requirement.url
        entries = self._catalogue.probe_entries(finding.identifier)
        module = self._catalogue.resolve(url).module
        if module and finding.phase != "run":
            return tuple(replace(entry, pkg_config=(module,), headers=()) for entry in entries)
        if not entries and not finding.registered and url.type == "generic":
            return unregistered_entries(finding.identifier, url.name)
        return entries


def _has(host: Host, layout: Layout, entry: ProbeEntry, finding: Finding, constraints: tuple[Constraint, ...]) -> bool:
    """Whether a place has all that the phase needs of an entry, in a version that is not known to be wrong."""
    module = _find_module(host, layout, entry.pkg_config)
    version = _read_version(host, module)
    if constraints and version and not satisfies(version, constraints):
        return False
    if finding.status == "wrong-version" and not version:
        return False  # it may be as wrong as the one that is found
    header = bool(layout.include) and any(host.exists(f"{layout.include}/{name}") for name in entry.headers)
    files = [name for path in layout.libraries for name in host.list_directory(path)]
    library = any(name.startswith(f"lib{link}.") for name in files for link in entry.libraries)
    program = bool(layout.bin) and any(host.exists(f"{layout.bin}/{name}") for name in entry.executables)
    there = {
        "development": bool(module) or (header and (library or not entry.libraries)),
        "header": header,
        "library": library,
        "executable": program,
    }
    kinds = entry.kinds(finding.phase)
    return bool(kinds) and all(there[kind] for kind in kinds)


def _find_module(host: Host, layout: Layout, names: Iterable[str]) -> str:
    paths = (f"{directory}/{name}.pc" for name in names for directory in layout.pkg_config)
    return next((path for path in paths if host.exists(path)), "")


def _read_version(host: Host, path: str) -> str:
    module = parse_module("", path, read_text(host, path) or "") if path else None
    return module.version if module else ""


def _with_note(finding: Finding, note: str) -> Finding:
    return replace(finding, note="; ".join(filter(None, (finding.note, note))))
