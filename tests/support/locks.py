"""Plans and locks made by hand."""

from __future__ import annotations

from extdeps.lockfile.make import make_lock
from extdeps.model.hostfacts import HostFacts
from extdeps.model.lock import Lock, LockedEntry, LockedRequirement, LockedTarget
from extdeps.model.plan import Ask, Decision, Plan, Unmet
from extdeps.model.requirement import Phase

DIGEST = "sha256:" + 64 * "a"


def facts_of(ecosystem: str) -> HostFacts:
    """A machine of which only the ecosystem is known."""
    return HostFacts(
        name="another machine",
        system="Linux",
        machine="x86_64",
        os_id="",
        os_version="",
        os_name="Some Linux",
        libc="",
        python="",
        python_version="3.11",
        python_distributor="system",
        ecosystem=ecosystem,
        managers=(),
        is_root=False,
    )


def decide(
    name: str,
    *packages: str,
    phase: Phase = "host",
    version: str = "",
    provider: str = "",
    source: str = "apt",
    ecosystem: str = "debian+12",
    by: tuple[str, ...] = ("spam",),
    bounds: str = "",
) -> Decision:
    """A decision about `dep:generic/NAME`, or about an identifier as it is."""
    identifier = name if name.startswith("dep:") else f"dep:generic/{name}"
    requirement = f"{identifier}@{bounds}" if bounds else identifier
    return Decision(
        identifier=identifier,
        phase=phase,
        asks=tuple(Ask(requirement=requirement, requested_by=subject) for subject in by),
        provider=provider or identifier,
        source=source,
        ecosystem=ecosystem,
        version=version,
        packages=packages,
    )


def plan_of(*decisions: Decision, ecosystem: str = "debian+12", unmet: tuple[Unmet, ...] = ()) -> Plan:
    """A plan for a target."""
    return Plan(decisions=decisions, unmet=unmet, host=facts_of(ecosystem), ecosystem=ecosystem)


def lock_of(*decisions: Decision, ecosystem: str = "debian+12", digest: str = DIGEST) -> Lock:
    """The lock of one target."""
    return make_lock([plan_of(*decisions, ecosystem=ecosystem)], {ecosystem: digest})


ZLIB = LockedEntry(
    identifier="dep:generic/zlib",
    phase="host",
    provider="dep:generic/zlib",
    packages=("zlib1g-dev",),
    version="1.2.13",
    requirements=(LockedRequirement(by="eggs"), LockedRequirement(by="spam", range=">=1.2")),
)
BLAS = LockedEntry(
    identifier="dep:virtual/interface/blas",
    phase="host",
    provider="dep:generic/openblas",
    ecosystem="conda-forge",
    packages=("openblas", "libopenblas"),
    requirements=(LockedRequirement(by="spam"),),
)
LOCK = Lock(
    targets=(
        LockedTarget(ecosystem="debian+12", mapping=DIGEST, entries=(ZLIB, BLAS)),
        LockedTarget(ecosystem="fedora", mapping="sha256:" + 64 * "b", entries=()),
    )
)
