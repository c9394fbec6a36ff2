"""Plans as the resolver would make them, for what renders them."""

from __future__ import annotations

from extdeps.model.evidence import InstallCommand
from extdeps.model.hostfacts import HostFacts, ManagerFacts
from extdeps.model.plan import HERE, Ask, Decision, Plan, Unmet
from extdeps.model.requirement import Phase
from extdeps.model.step import Step

NASTY = "a'b\"c\\ ${d} $(e) `f` */ --> ''\n\r\x1b[31m\0\u0085\u2028\u202eEOF\n#]]>"
"""What somebody else's text may hold."""

NASTY_WORDS = (
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


def make_host(ecosystem: str = "debian+12", python_version: str = "3.11") -> HostFacts:
    """A machine with one manager."""
    os_id, _, release = ecosystem.partition("+")
    return HostFacts(
        name="this machine",
        system="Linux",
        machine="x86_64",
        os_id=os_id,
        os_version=release,
        os_name="",
        libc="",
        python="/usr/bin/python3",
        python_version=python_version,
        python_distributor="nix" if os_id == "nix" else "system",
        ecosystem=ecosystem,
        managers=(ManagerFacts(name="apt", path="/usr/bin/apt-get", is_own=True),),
        is_root=True,
    )


def decide(
    name: str,
    phase: Phase,
    *packages: str,
    source: str = "apt",
    ecosystem: str = "debian+12",
    version: str = "",
    provider: str = "",
    asks: tuple[tuple[str, str], ...] = (("", "spam"),),
) -> Decision:
    """A decision on `dep:generic/NAME`, or on a whole DepURL; `asks` are ranges, each with who asks."""
    identifier = name if name.startswith("dep:") else f"dep:generic/{name}"
    return Decision(
        identifier=identifier,
        phase=phase,
        asks=tuple(
            Ask(requirement=f"{identifier}@{bounds}" if bounds else identifier, requested_by=subject)
            for bounds, subject in asks
        ),
        provider=provider or identifier,
        source=source,
        ecosystem=ecosystem,
        version=version,
        packages=packages,
    )


def make_plan(
    *decisions: Decision,
    unmet: tuple[Unmet, ...] = (),
    steps: tuple[Step, ...] = (),
    ecosystem: str = "debian+12",
    python_version: str = "3.11",
    subjects: tuple[str, ...] = ("spam",),
    is_verified: bool = True,
    notes: tuple[str, ...] = (),
) -> Plan:
    """A plan of some decisions; `subjects` are what pip is told, and `--dep`."""
    return Plan(
        decisions=decisions,
        unmet=unmet,
        steps=steps,
        host=make_host(ecosystem, python_version),
        ecosystem=ecosystem,
        subjects=tuple((name, "") for name in subjects),
        pip_arguments=tuple(name for name in subjects if name not in ("", "--dep")),
        is_verified=is_verified,
        notes=notes,
    )


def make_unmet(text: str = "libeggs") -> Unmet:
    """A requirement that cannot be met, with a text in every place that may hold any."""
    return Unmet(
        identifier="dep:generic/libeggs",
        phase="run",
        ask=Ask(requirement="dep:generic/libeggs@>=9", requested_by=text),
        reason=f"nobody has {text}",
        details=(f"detail {text}",),
        remedies=(f"remedy {text}",),
    )


def make_step(*argv: str, elevation: str = "", environment: tuple[tuple[str, str], ...] = ()) -> Step:
    """An installation by a command."""
    command = InstallCommand(manager="apt", ecosystem="debian+12", argv=argv, packages=(), elevation=elevation)
    return Step(kind="install", command=command, environment=environment)


EMPTY = make_plan(subjects=())
PLAIN = make_plan(
    decide("dep:virtual/compiler/c", "build", "gcc", source=HERE, version="12.2", provider="dep:generic/gcc"),
    decide("pkgconf", "build", "pkgconf", version="1.8.1"),
    decide("proj", "host", "libproj-dev", version="9.1.1", asks=((">=9", "spam"), ("", "eggs"))),
    decide("proj", "run", "libproj25", version="9.1.1"),
    subjects=("spam", "eggs"),
)
WITH_UNMET = make_plan(
    decide("proj", "host", "libproj-dev", version="9.1.1"), unmet=(make_unmet(),), notes=("versions are as of today",)
)
WITH_NASTY = make_plan(
    decide("proj", "host", "libproj-dev", version=NASTY, asks=((NASTY, NASTY),)),
    unmet=(make_unmet(NASTY),),
    subjects=(NASTY,),
    notes=(NASTY,),
)
SAMPLES = {"empty": EMPTY, "plain": PLAIN, "unmet": WITH_UNMET, "nasty": WITH_NASTY}
