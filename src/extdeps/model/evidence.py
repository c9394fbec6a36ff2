"""What was found on a machine, and what it says about a requirement."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from extdeps.model.requirement import Phase, Requirement

    EvidenceKind = Literal["pkg-config", "header", "library", "executable", "package", "capability"]
    Status = Literal["satisfied", "missing", "wrong-version", "incomplete", "unknown", "not-applicable"]
    Basis = Literal["", "capability", "contents"]
else:
    EvidenceKind = Status = Basis = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that is on the machine.

    Args:
        kind: which probe found it.
        name: what was looked for: a module, header, link name, program or package.
        location: the path of the file, or the name of the package database.
        version: the upstream version, or empty where it does not tell.
        origin: the command or file that the version or the existence was read from.
        packaged: of a package, the version as its manager writes it (`1:3.6.2+dfsg-1`).
    """

    kind: EvidenceKind
    name: str
    location: str
    version: str = ""
    origin: str = ""
    packaged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the evidence says.

    Args:
        status: the finding's status.
        evidence: what was found.
        note: why, where the status alone does not say.
    """

    status: Status
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer to one requirement in one phase (`pep_draft`, "Findings").

    Args:
        requirement: as it was asked for.
        identifier: the canonical identifier that it resolved to.
        phase: the phase that it was checked for.
        status: satisfied, missing, wrong-version, incomplete, unknown or not-applicable.
        evidence: what was found; never empty when satisfied.
        requested_by: the subjects that ask for it.
        packages: by ecosystem, the packages that supply it.
        note: one sentence that says why, where the status alone does not.
        registered: whether the registry knows the identifier.
        derived: what the packages were derived from, where no mapping names them: a capability that only the
            manager can look up, or the ecosystem's own list of contents; else empty.
    """

    requirement: Requirement
    identifier: str
    phase: Phase
    status: Status
    evidence: tuple[Evidence, ...] = ()
    requested_by: tuple[str, ...] = ()
    packages: tuple[tuple[str, tuple[str, ...]], ...] = ()
    note: str = ""
    registered: bool = True
    derived: Basis = ""

    @property
    def needs_action(self) -> bool:
        """Whether something has to be installed or replaced."""
        return self.status in ("missing", "wrong-version", "incomplete")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallCommand:
    """A command that a person can copy.

    Args:
        manager: the tool (`apt`, `brew`).
        ecosystem: the namespace that the packages belong to.
        argv: the command with its arguments, without elevation.
        packages: the packages that it installs.
        specs: the same with the ranges that the manager is told; empty for the packages alone.
        elevation: the program that runs it as root (`sudo`), or empty.
    """

    manager: str
    ecosystem: str
    argv: tuple[str, ...]
    packages: tuple[str, ...]
    specs: tuple[str, ...] = ()
    elevation: str = ""

    @property
    def wanted(self) -> dict[str, str]:
        """What the manager is told of each package."""
        return dict(zip(self.packages, self.specs or self.packages, strict=True))

    def __str__(self) -> str:
        from shlex import join

        return join((self.elevation, *self.argv) if self.elevation else self.argv)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole answer of a check.

    Args:
        findings: one for each requirement and phase, in the order asked.
        commands: what to run for what is missing.
        notes: what else a person should know.
        subjects: what was asked about, each with what pip would take for it, or empty.
        pip_arguments: what pip is told to install what was asked about (`psycopg2[c]>=2.9`, `./demo`).
        undeclared: the subjects of which nobody has said what they need.
        probed: false when the report is about a machine that is not here.
        projects: the subjects that call themselves otherwise (`.`, a path), each with the project's own name.
    """

    findings: tuple[Finding, ...]
    commands: tuple[InstallCommand, ...] = ()
    notes: tuple[str, ...] = ()
    subjects: tuple[tuple[str, str], ...] = ()
    pip_arguments: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()
    probed: bool = True
    projects: tuple[tuple[str, str], ...] = ()

    def count(self, status: Status) -> int:
        """How many findings have this status."""
        return sum(finding.status == status for finding in self.findings)

    def is_satisfied(self, *, strict: bool = False) -> bool:
        """Whether nothing has to be done; with `strict`, what is unknown counts as missing."""
        if strict and self.undeclared:
            return False
        return not any(finding.needs_action or (strict and finding.status == "unknown") for finding in self.findings)
