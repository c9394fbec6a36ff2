"""Whether a mapping is true: its packages exist, and ship what the probes look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches

from extdeps.curate.derive import Deriver
from extdeps.curate.fault import Fault, find_line
from extdeps.curate.index.interface import ALL_KINDS
from extdeps.curate.shipment import Files, Packages
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.mapping import Mapping, Specs
    from extdeps.catalog.probes import Kind, ProbeEntry
    from extdeps.curate.index.interface import PackageIndex
    from extdeps.model.requirement import Phase


@dataclass(kw_only=True)
class Verification:
    """What was found out about a mapping.

    Args:
        faults: what is wrong, entry by entry.
        excepted: identifiers whose packages do not ship what proves them, each with the reason that its entry gives.
        elsewhere: by repository, identifiers whose packages are in an index of their own, such as a vendor's.
        names: how many package names were looked up.
        proved: how many pairs of entry and phase have packages that ship what proves them.
        tried: of how many pairs, whose evidence is known and can be seen in the index, and whose packages exist.
    """

    faults: list[Fault] = field(default_factory=list)
    excepted: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, list[str]] = field(default_factory=dict)
    names: int = 0
    proved: int = 0
    tried: int = 0


def verify(mapping: Mapping, catalogue: Catalogue, index: PackageIndex) -> Verification:
    """Compare a mapping with an index.

    Args:
        mapping: the entries of the ecosystem and release of the index.
        catalogue: the probes.
        index: the packages that there are.

    Raises:
        DocumentError: the mapping is wrong.
        FetchError: the index cannot be read.
    """
    entries = {identifier: specs for identifier in mapping if (specs := mapping.find(identifier))}
    probes = {identifier: _probe_entries(identifier, catalogue) for identifier in entries}
    files = Files(index, (entry for same in probes.values() for entry in same))
    packages = Packages(index)
    deriver = Deriver(packages, files, index.default_repositories)
    wrong: dict[str, list[tuple[str, str]]] = {}
    result = Verification()
    names: set[str] = set()
    for identifier, specs in entries.items():
        if not packages.covers(specs):
            result.elsewhere.setdefault(specs.repository, []).append(identifier)
            continue
        names.update(specs.names)
        found = list(_check_names(specs, packages, index.default_repositories, probes[identifier], files))
        for phase, kinds in _phases(specs, probes[identifier]):
            needed = specs.of(phase)
            if not all(name in packages.known for name in needed):
                continue
            shipped = packages.installed_with(needed)
            is_true = any(files.prove(entry, phase, shipped) for entry in probes[identifier])
            if not (is_true or all(files.can_show(entry, phase) for entry in probes[identifier])):
                continue
            result.tried += 1
            if is_true:
                result.proved += 1
            elif specs.unshipped:
                result.excepted[identifier] = specs.unshipped
            else:
                text = ", ".join(f"`{name}`" for name in needed)
                message = f"{text} does not ship the {' or '.join(kinds)} that the {phase} phase needs"
                found.append(("not-shipped", message))
        unrun = deriver.find_unrun(probes[identifier], specs)
        if unrun and packages.known.keys() >= set(specs.names):
            text = ", ".join(f"`{name}`" for name in sorted(unrun))
            found.append(("not-run", f"{text} is linked with, and not among what the run phase needs"))
        wrong[identifier] = found
    result.names = len(names)
    result.faults += _locate(wrong, mapping)
    return result


def _locate(wrong: dict[str, list[tuple[str, str]]], mapping: Mapping) -> Iterator[Fault]:
    """Faults with the place of their entries; each document is read once."""
    texts: dict[str, str] = {}
    for identifier, found in wrong.items():
        path = mapping.path_of(identifier)
        if found and path not in texts:
            with open(path, encoding="utf-8") as file:
                texts[path] = file.read()
        for code, message in found:
            line = find_line(texts[path], identifier)
            yield Fault(path=path, line=line, code=code, message=f"`{identifier}`: {message}")


def _probe_entries(identifier: str, catalogue: Catalogue) -> tuple[ProbeEntry, ...]:
    """What proves an identifier, where anything is named."""
    entries = catalogue.probe_entries(identifier)
    return tuple(entry for entry in entries if entry.has_development_files or entry.executables)


def _find_heirs(entries: tuple[ProbeEntry, ...], files: Files) -> frozenset[str]:
    """The packages that ship any evidence of an identifier."""
    return frozenset().union(
        *(files.owners(entry, kind, phase) for entry in entries for kind in ALL_KINDS for phase in PHASES)
    )


def _check_names(
    specs: Specs, packages: Packages, default: tuple[str, ...], entries: tuple[ProbeEntry, ...], files: Files
) -> Iterator[tuple[str, str]]:
    for name in specs.names:
        package = packages.known.get(name)
        if package is None:
            providers = packages.providers.get(name, ())
            named = providers or get_close_matches(name, _find_heirs(entries, files), n=2, cutoff=0.7)
            heirs = " or ".join(f"`{heir}`" for heir in named)
            what = "provides it" if providers else "ships such files"
            yield "gone", f"`{name}` does not exist{f'; {heirs} {what}' if heirs else ''}"
        elif package.is_transitional:
            heirs = " or ".join(f"`{names[0]}`" for names in package.depends)
            yield "transitional", f"`{name}` is a transitional package{f'; {heirs} takes its place' if heirs else ''}"
        elif package.repository not in (*default, specs.repository):
            yield "repository", f"`{name}` is in `{package.repository}`, which the entry does not say"


def _phases(specs: Specs, entries: tuple[ProbeEntry, ...]) -> Iterator[tuple[Phase, tuple[Kind, ...]]]:
    """The phases that have packages, and what would prove them."""
    for phase in PHASES:
        kinds = tuple(dict.fromkeys(kind for entry in entries for kind in entry.kinds(phase)))
        if specs.of(phase) and kinds:
            yield phase, kinds
