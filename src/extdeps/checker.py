"""The check: a finding for every requirement, and the command that gets what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.marking import Marking
from extdeps.model.capability import is_capability
from extdeps.model.evidence import Evidence, Finding, Proof, Report
from extdeps.model.identifier import DepURL
from extdeps.model.requirement import PHASES, Requirement
from extdeps.probe.prove import Question, foresee, prove, unregistered_entries
from extdeps.probe.survey import Survey
from extdeps.remedy import Remedy, find_remedy
from extdeps.unmapped import name_unmapped
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.catalog.catalogue import Catalogue, Resolution
    from extdeps.catalog.probes import ProbeEntry
    from extdeps.contradiction import Located
    from extdeps.machine import Machine
    from extdeps.model.declaration import Declaration
    from extdeps.model.requirement import Phase

PYTHON = "dep:generic/python"
CUDA = "dep:generic/cuda"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of the declarations counts.

    Args:
        phases: the phases to check; empty for those that each subject needs.
        extras: the extras asked for, normalised.
        groups: the dependency groups asked for, normalised.
    """

    phases: tuple[Phase, ...] = ()
    extras: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A requirement in one phase, and everyone who asks for it.

    Args:
        requirement: what is asked for.
        phase: when it is needed.
        subjects: who asks.
        key: where it stands in its declaration; empty for one that is implied, or that several declare.
        implied: whether it is Python's own headers, which a compiler implies.
    """

    requirement: Requirement
    phase: Phase
    subjects: tuple[str, ...]
    key: str = ""
    implied: bool = False


def check(
    declarations: Iterable[Declaration],
    machine: Machine,
    catalogue: Catalogue,
    selection: Selection | None = None,
    *,
    with_commands: bool = True,
) -> Report:
    """Say for every requirement whether the machine has it, and how to get what it lacks.

    Args:
        declarations: what is asked for.
        machine: where; one that is not here is not probed.
        catalogue: what identifiers mean and what supplies them.
        selection: the phases, extras and groups that count.
        with_commands: whether to say how to get what is missing, by the machine's own manager; a plan says more.

    Returns:
        A finding for each requirement and phase, the commands for what is missing, and notes.

    Raises:
        ContradictionError: a declaration asks for what no version meets.
        DocumentError: a document of the catalogue is wrong.
    """
    declarations = tuple(declarations)
    selection = selection or Selection()
    extras = selection.extras.union(*(declaration.selected_extras for declaration in declarations))
    checker = _Checker(machine, catalogue, extras)
    selected = [tuple(select_requirements(declaration, selection, checker.applies)) for declaration in declarations]
    if any(item.requirement.constraints for items in selected for item in items):
        from extdeps.contradiction import refuse_contradictions

        refuse_contradictions(
            checker.locate(items, declaration.origin) for declaration, items in zip(declarations, selected, strict=True)
        )
    asked = _merge(item for items in selected for item in items)
    named = name_unmapped(tuple(checker.find(item) for item in asked), machine, catalogue)
    findings = named.findings
    if machine.is_probed and any(finding.needs_action for finding in findings):
        from extdeps.buildenv.advice import advise_findings

        findings = advise_findings(findings, machine, catalogue)
    remedy = find_remedy(findings, machine, catalogue, checker.survey) if with_commands else Remedy()
    declared = (note for declaration in declarations for note in declaration.notes)
    return Report(
        findings=findings,
        commands=remedy.commands,
        notes=tuple(dict.fromkeys((*declared, *checker.notes, *checker.marking_notes, *named.notes, *remedy.notes))),
        subjects=tuple(dict.fromkeys((item.subject, item.taken) for item in declarations if item.subject)),
        pip_arguments=tuple(dict.fromkeys(filter(None, (declaration.pip_argument for declaration in declarations)))),
        undeclared=tuple(declaration.subject for declaration in declarations if declaration.is_undeclared),
        probed=machine.is_probed,
        projects=tuple(
            dict.fromkeys((item.subject, item.name) for item in declarations if item.name not in ("", item.subject))
        ),
    )


def select_requirements(
    declaration: Declaration, selection: Selection, applies: Callable[[Requirement], bool | None]
) -> Iterator[Asked]:
    """The requirements of one declaration that count, with Python's headers where a compiler is among them.

    Args:
        declaration: what is declared.
        selection: the phases, extras and groups that count.
        applies: whether the marker of a requirement is true; those of which it is not are among them all the same.
    """
    phases = selection.phases or declaration.phases
    subjects = (declaration.subject,)
    compiles = False
    linked = "run" in phases and "host" not in phases and declaration.is_built_here
    for declared in declaration.select(extras=selection.extras, groups=selection.groups):
        requirement, phase = declared.requirement, declared.phase
        if phase in phases or declared.group:
            is_compiler = requirement.url.is_compiler and "host" in (selection.phases or PHASES)
            compiles = compiles or (is_compiler and applies(requirement) is not False)
            yield Asked(requirement=requirement, phase=phase, subjects=subjects, key=declared.key)
        elif linked and phase == "host":  # PEP 725: host dependencies imply their run time
            yield Asked(requirement=requirement, phase="run", subjects=subjects, key=declared.key)
    if compiles:  # PEP 725, "Python development headers"
        python = Requirement(url=DepURL(type="generic", name="python"))
        yield Asked(requirement=python, phase="host", subjects=subjects, implied=True)


def _merge(items: Iterable[Asked]) -> tuple[Asked, ...]:
    """One for each requirement and phase, by phase, with all who ask for it."""
    merged: dict[tuple[Phase, str], Asked] = {}
    for item in items:
        key = (item.phase, str(item.requirement))
        before = merged.get(key)
        subjects = tuple(dict.fromkeys((*(before.subjects if before else ()), *item.subjects)))
        merged[key] = Asked(
            requirement=item.requirement,
            phase=item.phase,
            subjects=subjects,
            implied=item.implied and (before is None or before.implied),
        )
    return tuple(sorted(merged.values(), key=lambda item: PHASES.index(item.phase)))


class _Checker:
    """Answers requirement after requirement about one machine."""

    def __init__(self, machine: Machine, catalogue: Catalogue, extras: frozenset[str]) -> None:
        self._machine = machine
        self._catalogue = catalogue
        self._marking = Marking(machine, extras)
        self.applies = self._marking.applies
        self._ecosystem = machine.ecosystem
        name = self._ecosystem.name if self._ecosystem else ""
        self.survey = Survey(machine.host, machine.interpreter, name, machine.prefix)
        self._manager = machine.manager
        self.notes: list[str] = []
        if self._ecosystem is None or catalogue.mapping(self._ecosystem) is None:
            name = str(self._ecosystem or machine.os_release.pretty_name or machine.host.system)
            self.notes.append(f"no mapping for this system ({name}): packages cannot be named")

    @property
    def marking_notes(self) -> tuple[str, ...]:
        """Why it is not known whether some markers are true."""
        return self._marking.notes

    def locate(self, items: Iterable[Asked], origin: str) -> Iterator[Located]:
        """What is declared in one place, as far as it counts here."""
        from extdeps.contradiction import Located

        for item in items:
            if item.requirement.constraints and self.applies(item.requirement):
                resolution = self._catalogue.resolve(item.requirement.url)
                yield Located(
                    identifier=resolution.identifier,
                    module=resolution.module,
                    phase=item.phase,
                    requirement=item.requirement,
                    origin=origin,
                    key=item.key,
                )

    def find(self, asked: Asked) -> Finding:
        """The finding of one requirement."""
        resolution = self._catalogue.resolve(asked.requirement.url)
        packages = self._packages(resolution.identifier, asked.phase)
        if resolution.identifier == PYTHON and asked.phase == "host" and self._has_own_headers():
            packages = ()
        proof = self._prove(asked, resolution, packages)
        note = proof.note
        if asked.implied:
            note = "; ".join(filter(None, ("a compiler implies Python's own headers (PEP 725)", note)))
        if not resolution.registered:
            note = "; ".join(filter(None, (self._describe_unregistered(asked.requirement.url), note)))
        return Finding(
            requirement=asked.requirement,
            identifier=resolution.identifier,
            phase=asked.phase,
            status=proof.status,
            evidence=proof.evidence,
            requested_by=asked.subjects,
            packages=((str(self._ecosystem), packages),) if packages else (),
            note=note,
            registered=resolution.registered,
        )

    def _has_own_headers(self) -> bool:
        """Whether the headers of the Python that decides cannot be had as packages of the ecosystem."""
        machine = self._machine
        return machine.is_probed and (machine.interpreter.distributor == "other" or bool(machine.prefix))

    def _prove(self, asked: Asked, resolution: Resolution, packages: tuple[str, ...]) -> Proof:
        requirement = asked.requirement
        applies = self.applies(requirement)
        if applies is None:
            return Proof(status="unknown", note=f"whether `{requirement.marker}` is true here is not known")
        if not applies:
            return Proof(status="not-applicable", note=f"`{requirement.marker}` is false here")
        if not self._machine.is_probed:
            is_python = resolution.identifier == PYTHON  # which `probes.json` leaves to us
            return foresee(() if is_python else self._entries(resolution, requirement.url), asked.phase)
        if resolution.identifier == PYTHON:
            return self._prove_python(asked)
        if is_capability(resolution.identifier, asked.phase):
            from extdeps.accelerator.proof import prove_capability

            return prove_capability(resolution.identifier, requirement.constraints, self._marking.accelerators)
        question = Question(
            identifier=resolution.identifier,
            phase=asked.phase,
            constraints=requirement.constraints,
            module=resolution.module,
            packages=packages,
        )
        proof = prove(question, self._entries(resolution, requirement.url), self.survey)
        if resolution.identifier == CUDA and asked.phase == "run":
            from extdeps.accelerator.proof import add_driver, find_version

            accelerators = self._marking.accelerators
            proof = find_version(proof, requirement.constraints, accelerators)
            return add_driver(proof, accelerators, self._catalogue.compatibility, self._machine.host.system)
        return proof

    def _entries(self, resolution: Resolution, url: DepURL) -> tuple[ProbeEntry, ...]:
        entries = self._catalogue.probe_entries(resolution.identifier)
        if not entries and not resolution.registered and url.type == "generic":
            return unregistered_entries(resolution.identifier, url.name)
        return entries

    def _prove_python(self, asked: Asked) -> Proof:
        """Python itself: the one that decides, and for `host` the headers that it was built with."""
        python, host = self._machine.interpreter, self._machine.host
        path = f"{python.include}/Python.h" if asked.phase == "host" else python.executable
        if not path or not host.exists(path):
            where = f"`{path}` is not there" if path else "there is no Python"
            own = "; this Python did not come from the system, and its headers come with it"
            return Proof(status="missing", note=where + (own if path and python.distributor == "other" else ""))
        kind = "header" if asked.phase == "host" else "executable"
        name = "Python.h" if asked.phase == "host" else "python"
        evidence = Evidence(
            kind=kind,  # type: ignore[arg-type]
            name=name,
            location=path,
            version=python.version,
            origin=python.executable,
        )
        answer = satisfies(python.version, asked.requirement.constraints)
        if answer is None:
            return Proof(status="unknown", evidence=(evidence,))
        return Proof(status="satisfied" if answer else "wrong-version", evidence=(evidence,))

    def _packages(self, identifier: str, phase: Phase) -> tuple[str, ...]:
        """The packages of this machine's ecosystem that its manager can take."""
        if self._ecosystem is None:
            return ()
        specs = self._catalogue.specs(identifier, self._ecosystem)
        names = specs.of(phase) if specs else ()
        refused = [name for name in names if self._manager and not self._manager.accepts(name)]
        for name in refused:
            self.notes.append(f"the mapping names `{name}` for `{identifier}`, which is not a package name: left out")
        return tuple(name for name in names if name not in refused)

    def _describe_unregistered(self, url: DepURL) -> str:
        close = self._catalogue.suggest(url.name) if url.type == "generic" else ()
        suggestion = f"; did you mean `{close[0]}`?" if close else ""
        return f"no registry knows `{url.identifier}`{suggestion}"
