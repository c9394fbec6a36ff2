"""Whether what is on a host proves a requirement in a phase (`pep_draft`, "Findings").

`host` needs what a compiler needs: a pkg-config module, or a header and a
library to link. `run` needs what the loader needs. `build` needs a program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.catalog.probes import ProbeEntry, VersionRule
from extdeps.model.constraint import format_constraints
from extdeps.model.evidence import Evidence, Proof
from extdeps.model.identifier import is_virtual
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extdeps.model.constraint import Constraint
    from extdeps.model.evidence import Status
    from extdeps.model.requirement import Phase
    from extdeps.probe.survey import Survey

_RANK: dict[Status, int] = {
    "satisfied": 0,
    "unknown": 1,
    "wrong-version": 2,
    "incomplete": 3,
    "missing": 4,
    "not-applicable": 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be proved.

    Args:
        identifier: the canonical identifier.
        phase: when it is needed.
        constraints: the bounds on its version.
        module: the pkg-config module that was asked for by name, or empty.
        packages: the packages that supply it in this phase.
    """

    identifier: str
    phase: Phase
    constraints: tuple[Constraint, ...] = ()
    module: str = ""
    packages: tuple[str, ...] = ()


def prove(question: Question, entries: Iterable[ProbeEntry], survey: Survey) -> Proof:
    """The best answer that any of the entries gives; a virtual has one entry for each provider.

    Args:
        question: what is to be proved.
        entries: what proves it, in order of preference.
        survey: the probes of the host.
    """
    proofs = [_prove_entry(question, entry, survey) for entry in entries]
    if question.constraints and len(proofs) > 1:
        # a provider whose version is known says more about a virtual than a program found for it
        proofs = [proof for proof in proofs if proof.status in ("satisfied", "wrong-version")] or proofs
    if proofs:
        best = min(proofs, key=lambda proof: _RANK[proof.status])
        return best if best.status != "missing" else _contradict(best, question, survey)
    return _prove_by_package(question, survey)


def foresee(entries: Sequence[ProbeEntry], phase: Phase) -> Proof:
    """What can be said of a machine that is not here: whether anything is needed at all.

    Args:
        entries: what proves the identifier, one entry for each way.
        phase: when it is needed.
    """
    is_needed = not entries or any(entry.kinds(phase) for entry in entries)
    return Proof(status="unknown") if is_needed else _need_nothing(phase)


def _need_nothing(phase: Phase) -> Proof:
    return Proof(status="not-applicable", note=f"nothing of it is needed in the {phase} phase")


def _prove_entry(question: Question, entry: ProbeEntry, survey: Survey) -> Proof:
    kinds = entry.kinds(question.phase)
    if question.module and question.phase != "run":
        entry = replace(entry, pkg_config=(question.module,), headers=())
    if not kinds:
        return _need_nothing(question.phase)
    parts = [_FINDERS[kind](question, entry, survey) for kind in kinds]
    evidence = tuple(dict.fromkeys(item for part in parts for item in part.evidence))
    evidence = tuple(sorted(evidence, key=lambda item: not item.version))
    note = next((part.note for part in parts if part.note), "")
    if all(part.status == "satisfied" for part in parts):
        proof = _check_version(question, entry, parts[0].evidence, evidence)
        return replace(proof, note=proof.note or note)
    if not evidence and len(kinds) > 1:
        note = ""  # of several things that are all missing, naming one would mislead
    return Proof(status="incomplete" if evidence else "missing", evidence=evidence, note=note)


def _find_development(question: Question, entry: ProbeEntry, survey: Survey) -> Proof:
    modules = survey.pkg_config.find(entry.pkg_config)
    if modules:
        return Proof(status="satisfied", evidence=tuple(modules.values()))
    broken, note, is_broken = _find_broken_module(entry, survey)
    roots = survey.roots(entry.prefixes)
    headers = survey.headers.find(entry.headers, roots)
    linkable = survey.libraries.find_linkable(entry.libraries, roots)
    if question.module:
        note = note or f"`{question.module}.pc` was not found"
    elif _can_compile(entry, headers, linkable) and not is_broken:
        return Proof(status="satisfied", evidence=_with_version(question, entry, survey, headers, linkable), note=note)
    loadable = survey.libraries.find_loadable(entry.libraries, roots)
    found = (*broken, *headers.values(), *linkable.values(), *loadable.values())
    partial = tuple({item.location: item for item in reversed(found)}.values())[::-1]
    if partial and not note:
        missing = "its headers" if not headers else "a library to link against"
        note = f"only {'the library' if not headers else 'the headers'} found, without {missing}"
    return Proof(status="incomplete" if partial else "missing", evidence=partial[:2], note=note)


def _can_compile(entry: ProbeEntry, headers: Mapping[str, Evidence], linkable: Mapping[str, Evidence]) -> bool:
    """Whether what a compiler and a linker need is there, whatever pkg-config says."""
    return bool(headers or linkable) and bool(headers or not entry.headers) and bool(linkable or not entry.libraries)


def _find_broken_module(entry: ProbeEntry, survey: Survey) -> tuple[tuple[Evidence, ...], str, bool]:
    """A module whose file is there, but not all that it requires; what that is, and whether users need it too."""
    for name in entry.pkg_config:
        path = survey.pkg_config.path_of(name)
        if path:
            missing = ", ".join(f"`{item}`" for item in survey.pkg_config.missing_requirements(name))
            evidence = Evidence(kind="pkg-config", name=name, location=path, origin=survey.pkg_config.origin)
            for_users = survey.pkg_config.missing_requirements(name, private=False)
            return (evidence,), f"`{path}` requires {missing}, which pkg-config does not find", bool(for_users)
    return (), "", False


def _with_version(
    question: Question,
    entry: ProbeEntry,
    survey: Survey,
    headers: dict[str, Evidence],
    linkable: dict[str, Evidence],
) -> tuple[Evidence, ...]:
    """Headers and libraries, with the version that a header defines, else that of the package that owns one."""
    evidence = (*tuple(headers.values())[:1], *tuple(linkable.values())[:1])
    first = _defined(evidence[0], entry, survey)
    return (first if first.version else _owned(first, question, survey), *evidence[1:])


def _defined(evidence: Evidence, entry: ProbeEntry, survey: Survey) -> Evidence:
    """The evidence with the version that a header of its entry defines."""
    rule = entry.version
    for found in survey.headers.find(rule.headers, survey.roots(entry.prefixes)).values() if rule.macros else ():
        version = survey.headers.read_version(found.location, rule.macros, rule.divisors)
        if version:
            return replace(evidence, version=version, origin=found.location)
    return evidence


def _find_header(question: Question, entry: ProbeEntry, survey: Survey) -> Proof:
    found = survey.headers.find(entry.headers, survey.roots(entry.prefixes))
    if found:
        header = _defined(next(iter(found.values())), entry, survey)
        return Proof(status="satisfied", evidence=(header if header.version else _owned(header, question, survey),))
    return Proof(status="missing", note=f"the header `{entry.headers[0]}` was not found" if entry.headers else "")


def _find_library(question: Question, entry: ProbeEntry, survey: Survey) -> Proof:
    roots = survey.roots(entry.prefixes)
    found = survey.libraries.find_loadable(entry.libraries, roots)
    if not found:
        return Proof(status="missing")
    evidence = []
    for item in found.values():
        owned = _owned(item, question, survey)
        evidence.append(owned if owned.version else _beside_module(owned, entry, survey))
    return Proof(status="satisfied", evidence=tuple(evidence))


def _beside_module(library: Evidence, entry: ProbeEntry, survey: Survey) -> Evidence:
    """The library with the version of a pkg-config module of the same installation root."""
    root = library.location.partition("/lib")[0]
    for module in survey.pkg_config.find(entry.pkg_config).values():
        if root and module.location.startswith(f"{root}/lib"):
            return replace(library, version=module.version, origin=module.location)
    return library


def _find_executable(question: Question, entry: ProbeEntry, survey: Survey) -> Proof:
    found = survey.executables.find(entry.executables, survey.roots(entry.prefixes))
    if not found:
        return Proof(status="missing")
    evidence = []
    for item in found.values():
        owned = _owned(item, question, survey)
        if question.constraints and not owned.version:
            version, command = survey.executables.ask_version(
                item.location, entry.version.arguments, entry.version.pattern
            )
            owned = replace(item, version=version, origin=command)
        evidence.append(owned)
    return Proof(status="satisfied", evidence=tuple(evidence))


_FINDERS = {
    "development": _find_development,
    "header": _find_header,
    "library": _find_library,
    "executable": _find_executable,
}


def _owned(evidence: Evidence, question: Question, survey: Survey) -> Evidence:
    """The evidence with the version of the package that owns its file, where one of those that supply it does."""
    for package in (survey.find_installed(question.packages) or {}).values():
        if survey.packages and survey.packages.owns(package.name, evidence.location):
            return replace(evidence, version=package.version, origin=f"{package.origin}: {package.name}")
    return evidence


def _check_version(
    question: Question, entry: ProbeEntry, versioned: tuple[Evidence, ...], evidence: tuple[Evidence, ...]
) -> Proof:
    """Compare the version of each alternative that was found with the range; the first that fits decides.

    Things of one kind are alternatives (modules, programs); a library beside a header is not.
    """
    if not question.constraints:
        return Proof(status="satisfied", evidence=evidence)
    wanted = format_constraints(question.constraints)
    failed: Proof | None = None
    for item in versioned:
        if item.kind != versioned[0].kind:
            continue
        version = _interface_version(question.identifier, entry, item.version, item.kind)
        answer = satisfies(version, question.constraints)
        rest = tuple(other for other in evidence if other is not item)
        if answer:
            return Proof(status="satisfied", evidence=(item, *rest))
        if answer is None:  # of several, one that may fit says more than one that does not
            told = f"its version `{item.version}` does not tell" if item.version else "its version is not known"
            failed = Proof(status="unknown", evidence=(item, *rest), note=f"{told}: {wanted} is undecided")
        elif failed is None:
            failed = Proof(status="wrong-version", evidence=(item, *rest), note=f"{version} is not {wanted}")
    return failed or Proof(status="unknown", evidence=evidence)


def _interface_version(identifier: str, entry: ProbeEntry, version: str, kind: str) -> str:
    """The version of the virtual that a provider implements; its own version for anything else.

    A program that is found for a virtual by itself is some provider of it, whose version
    says nothing about the interface; a module of that name does (`blas.pc`), and so does a
    program whose entry says how its version is read (`rustc`).
    """
    if not is_virtual(identifier):
        return version
    if entry.id == identifier:
        return version if kind == "pkg-config" or entry.version != VersionRule() else ""
    return entry.interface_version(identifier, version)


def _contradict(proof: Proof, question: Question, survey: Survey) -> Proof:
    """A package that is installed while its files are not found is something, but not enough."""
    installed = survey.find_installed(question.packages)
    if installed and len(installed) == len(question.packages):
        names = ", ".join(f"`{name}`" for name in installed)
        return Proof(
            status="incomplete",
            evidence=tuple(installed.values()),
            note=f"{names} installed, but its files were not found",
        )
    return proof


def _prove_by_package(question: Question, survey: Survey) -> Proof:
    """For an identifier without probes, the package database alone."""
    if not question.packages or survey.packages is None:
        return Proof(status="unknown", note="nothing is known about what proves it")
    installed = survey.packages.find(question.packages)
    if installed is None:
        return Proof(status="unknown", note="the package database cannot be read")
    evidence = tuple(installed.values())
    if len(installed) < len(question.packages):
        return Proof(status="incomplete" if installed else "missing", evidence=evidence)
    entry = ProbeEntry(id=question.identifier)
    return _check_version(question, entry, evidence, evidence)


def unregistered_entries(identifier: str, name: str) -> tuple[ProbeEntry, ...]:
    """What may prove a name that no registry knows: a module, then a library, then a program of that name.

    Args:
        identifier: the identifier that the name was lowered to.
        name: the name itself.
    """
    libraries = tuple(dict.fromkeys((name.removeprefix("lib") or name, name)))
    return (
        ProbeEntry(id=identifier, pkg_config=(name,)),
        ProbeEntry(id=identifier, libraries=libraries),
        ProbeEntry(id=identifier, executables=(name,)),
    )
