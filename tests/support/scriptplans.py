"""Plans as values, for what writes them as files."""

from __future__ import annotations

from extdeps.model.evidence import InstallCommand
from extdeps.model.hostfacts import HostFacts
from extdeps.model.plan import Ask, Decision, Plan, Unmet
from extdeps.model.requirement import Phase
from extdeps.model.step import Step

NASTY = (
    "'; touch owned #",
    '" $(touch owned) `touch owned`',
    "line\nRUN touch owned\r\n- run: touch owned\n*/ # -->",
    "${{ github.token }} ${localEnv:HOME} {{ x }} %s \\",
    "<<EOF\ntouch owned\nEOF",
    "\x1b[31m\x07\x85\u2028\u202e\udc80 ünï",
    "escape=`",
    "-n",
    "",
)
"""What an argument, a name or a text could be."""


def make_host(ecosystem: str) -> HostFacts:
    """A machine of which only the ecosystem is known."""
    name, _, release = ecosystem.partition("+")
    return HostFacts(
        name="target",
        system="Linux",
        machine="x86_64",
        os_id=name,
        os_version=release,
        os_name=ecosystem,
        libc="",
        python="",
        python_version="",
        python_distributor="",
        ecosystem=ecosystem,
        managers=(),
        is_root=False,
    )


def make_decision(
    name: str,
    *packages: str,
    phase: Phase = "host",
    source: str = "apt",
    ecosystem: str = "debian+13",
    requested_by: str = "spam",
) -> Decision:
    """One that is met by packages of a manager."""
    identifier = f"dep:generic/{name}"
    return Decision(
        identifier=identifier,
        phase=phase,
        asks=(Ask(requirement=identifier, requested_by=requested_by),),
        provider=identifier,
        source=source,
        ecosystem=ecosystem,
        packages=packages,
    )


def make_unmet(name: str, *, reason: str = "nobody has it", remedies: tuple[str, ...] = ()) -> Unmet:
    """One that is left out."""
    identifier = f"dep:generic/{name}"
    ask = Ask(requirement=identifier, requested_by="spam")
    return Unmet(identifier=identifier, phase="host", ask=ask, reason=reason, remedies=remedies)


def make_plan(
    *decisions: Decision,
    ecosystem: str = "debian+13",
    unmet: tuple[Unmet, ...] = (),
    steps: tuple[Step, ...] = (),
    subjects: tuple[str, ...] = ("spam",),
    notes: tuple[str, ...] = (),
    is_verified: bool = True,
) -> Plan:
    """A plan for a machine of an ecosystem."""
    return Plan(
        decisions=decisions,
        unmet=unmet,
        steps=steps,
        host=make_host(ecosystem),
        ecosystem=ecosystem,
        subjects=tuple((name, "") for name in subjects),
        is_verified=is_verified,
        notes=notes,
    )


def make_step(*argv: str, elevation: str = "", environment: tuple[tuple[str, str], ...] = ()) -> Step:
    """An installation by a command."""
    command = InstallCommand(manager="apt", ecosystem="debian+13", argv=argv, packages=(), elevation=elevation)
    return Step(kind="install", command=command, environment=environment)
