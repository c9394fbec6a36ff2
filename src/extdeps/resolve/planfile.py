"""Plans that were saved: read again, refused on another kind of machine, and turned back into requirements."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from extdeps.errors import DocumentError, OtherMachineError, RequirementError
from extdeps.model.declaration import Declaration, DeclaredRequirement
from extdeps.model.plan import HERE
from extdeps.model.requirement import PHASES, parse_requirement
from extdeps.resolve.fixed import Fixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extdeps.model.requirement import Phase

SCHEMA_VERSION = 1
_WRITER = "`extdeps plan --format json` writes one"
_HOST = ("system", "machine", "ecosystem")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDecision:
    """What a saved plan says about one identifier in one phase.

    Args:
        identifier: canonical.
        provider: the identifier that answers.
        phase: build, host or run.
        asks: pairs of a requirement and who asks.
        source: `here`, or the manager that installs it.
        packages: by their names in the ecosystem.
    """

    identifier: str
    provider: str
    phase: Phase
    asks: tuple[tuple[str, str], ...]
    source: str
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A plan as it was saved; its commands are not taken from it, since a file is not to be trusted with them.

    Args:
        path: the file.
        machine: what kind of machine it is for, as names and values.
        is_verified: whether it was made on such a machine.
        decisions: what meets what.
    """

    path: str
    machine: Mapping[str, str] = field(default_factory=dict)
    is_verified: bool = True
    decisions: tuple[SavedDecision, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The managers that it needs, in their order."""
        return tuple(dict.fromkeys(item.source for item in self.decisions if item.source != HERE))

    @property
    def fixed(self) -> dict[tuple[str, str], Fixed]:
        """What alone may be installed, by phase and provider."""
        return {
            (item.phase, item.provider): Fixed(packages=item.packages, source=item.source)
            for item in self.decisions
            if item.source != HERE
        }

    def declarations(self) -> tuple[Declaration, ...]:
        """What it asks for, as those who ask have declared it."""
        asked: dict[str, list[DeclaredRequirement]] = {}
        for item in self.decisions:
            for text, subject in item.asks:
                declared = DeclaredRequirement(requirement=parse_requirement(text), phase=item.phase, key="decisions")
                asked.setdefault(subject, []).append(declared)
        return tuple(
            Declaration(subject=subject, origin=self.path, requirements=tuple(listed), phases=PHASES)
            for subject, listed in asked.items()
        )


def read_plan(path: str) -> SavedPlan:
    """Read a plan that `extdeps plan --format json` has written.

    Args:
        path: the file.

    Raises:
        DocumentError: it cannot be read, is of another schema version, or lacks something; every fault is named.
    """
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise DocumentError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise DocumentError(f"`{path}` is not JSON", context=(str(error),), hint=_WRITER) from error
    if not isinstance(document, dict) or "decisions" not in document:
        raise DocumentError(f"`{path}` is no plan", hint=_WRITER)
    version = document.get("schema_version")
    if version != SCHEMA_VERSION:
        raise DocumentError(
            f"`{path}` is of schema version {version}; this extdeps reads {SCHEMA_VERSION}", hint="plan again"
        )
    faults = tuple(_find_faults(document))
    if faults:
        raise DocumentError(f"`{path}` is no plan that could be run", context=faults, hint="plan again")
    return SavedPlan(
        path=path,
        machine=describe_kind_of(document["host"]),
        is_verified=document["verified"],
        decisions=tuple(_read_decision(item) for item in document["decisions"]),
    )


def _find_faults(document: Mapping[str, object]) -> Iterator[str]:
    host = document.get("host")
    if not isinstance(host, dict) or not all(isinstance(host.get(key), str) for key in _HOST):
        yield f"`host`: needs {', '.join(f'`{key}`' for key in _HOST)}, each a text"
    if not isinstance(document.get("verified"), bool):
        yield "`verified`: neither true nor false"
    listed = document.get("decisions")
    if not isinstance(listed, list):
        yield "`decisions`: not a list"
        return
    for index, item in enumerate(listed):
        reason = _find_fault(item)
        if reason:
            yield f"`decisions[{index}]`: {reason}"


def _find_fault(item: object) -> str:
    if not isinstance(item, dict):
        return "not an object"
    for key in ("identifier", "provider", "source"):
        if not isinstance(item.get(key), str):
            return f"`{key}` is not a text"
    for key in ("identifier", "provider"):
        reason = _find_fault_of(item[key])
        if reason:
            return f"`{key}` is no identifier: {reason}"
    if item.get("phase") not in PHASES:
        return "`phase` is not build, host or run"
    packages, asks = item.get("packages"), item.get("asks")
    if not isinstance(packages, list) or not all(isinstance(name, str) for name in packages):
        return "`packages` is not a list of texts"
    if not isinstance(asks, list) or not all(_is_ask(ask) for ask in asks):
        return "`asks` is not a list of `requirement` and `requested_by`"
    reasons = (_find_fault_of(ask["requirement"]) for ask in asks)
    return next((f"`asks[{index}]` is no requirement: {reason}" for index, reason in enumerate(reasons) if reason), "")


def _find_fault_of(text: str) -> str:
    """Why a text is no requirement, or empty."""
    try:
        parse_requirement(text)
    except RequirementError as error:
        return error.message
    return ""


def _is_ask(ask: object) -> bool:
    return isinstance(ask, dict) and all(isinstance(ask.get(key), str) for key in ("requirement", "requested_by"))


def _read_decision(item: Mapping[str, object]) -> SavedDecision:
    asks: Sequence[Mapping[str, str]] = item["asks"]  # type: ignore[assignment]
    return SavedDecision(
        identifier=str(item["identifier"]),
        provider=str(item["provider"]),
        phase=item["phase"],  # type: ignore[arg-type]
        asks=tuple((ask["requirement"], ask["requested_by"]) for ask in asks),
        source=str(item["source"]),
        packages=tuple(item["packages"]),  # type: ignore[arg-type]
    )


def describe_kind_of(host: Mapping[str, object]) -> dict[str, str]:
    """What makes machines one kind, out of the `host` of a document."""
    python = host.get("python")
    version = str(python.get("version", "")) if isinstance(python, dict) else ""
    distributor = str(python.get("distributor", "")) if isinstance(python, dict) else ""
    return {
        **{key: str(host.get(key) or "") for key in _HOST},
        "Python": ".".join(version.split(".")[:2]),
        "Python of": distributor,
    }


def require_same_machine(plan: SavedPlan, host: Mapping[str, object]) -> None:
    """See that a saved plan is for machines of this kind.

    Args:
        plan: as it was read.
        host: the `host` of a document about this machine.

    Raises:
        OtherMachineError: it is not; every difference is named.
    """
    here = describe_kind_of(host)
    counted = here if plan.is_verified else ("ecosystem",)
    differences = tuple(
        f"{key}: the plan has `{plan.machine[key]}`, this machine `{here[key]}`"
        for key in counted
        if plan.machine[key] != here[key]
    )
    if differences:
        raise OtherMachineError(
            f"`{plan.path}` is for another kind of machine", context=differences, hint="plan again here"
        )
