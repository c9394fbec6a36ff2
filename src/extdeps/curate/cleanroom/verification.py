"""What an overlay says was tried (`pep_draft`, "Overlays", `verified`)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

from extdeps.declaration.external import normalize_name
from extdeps.declaration.overlay import read_tables
from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.declaration.overlay import OverlayTable

_NATIVE = ("build-requires", "host-requires")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One thing that was tried, or is to be.

    Args:
        path: the overlay.
        index: which of its declarations it is of.
        project: its name.
        version: of the project.
        system: on which it is tried, as an ecosystem with its release.
        date: when it was tried last (ISO 8601); empty for never.
        smoke: Python code that fails if something lacks at run time.
        wheel: whether the project's wheel is tried, although it could be built.
        is_build: whether the project is built; otherwise it is its wheel that is used.
        build_constraints: constraints that the build needs, as of pip.
        constraints: constraints of the whole installation, as of pip.
        no_binary: further projects that are built from source.
        environment: variables that the build needs.
    """

    path: str
    index: int
    project: str
    version: str
    system: str
    date: str = ""
    smoke: str
    wheel: bool = False
    is_build: bool = True
    build_constraints: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    no_binary: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def read_verifications(path: str) -> tuple[Verification, ...]:
    """All that an overlay says was tried.

    Args:
        path: the overlay.

    Raises:
        DocumentError: it is none.
    """
    return tuple(
        _read(table, entry)
        for table in read_tables([path])
        for entry in table.table.get("verified", ())  # type: ignore[attr-defined]
    )


def propose(path: str, *, version: str, smoke: str, wheel: bool, system: str) -> Verification:
    """What to try of a version, with the constraints of what was tried of the same declaration before.

    Args:
        path: the overlay.
        version: of the project.
        smoke: Python code; empty for that of what was tried before.
        wheel: whether its wheel is to be tried.
        system: on which, as an ecosystem with its release.

    Raises:
        DocumentError: it is no overlay.
        UsageError: no declaration of it holds for the version, or there is no code to try it with.
    """
    table = next((table for table in read_tables([path]) if table.holds(version)), None)
    if table is None:
        raise UsageError(f"no declaration of `{path}` holds for {version}")
    entries = [entry for entry in read_verifications(path) if entry.index == table.index]
    before = next((entry for entry in entries if entry.system == system), entries[0] if entries else None)
    if before is None:
        before = _read(table, {"version": version, "on": system, "smoke": ""})
    if not (smoke or before.smoke):
        raise UsageError(f"`{path}` does not say how {version} is tried", hint="add `--smoke CODE`")
    return replace(
        before,
        version=version,
        system=system,
        date="",
        smoke=smoke or before.smoke,
        wheel=wheel or before.wheel,
        is_build=before.is_build and not wheel,
    )


def _read(table: OverlayTable, entry: Mapping[str, object]) -> Verification:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(entry.get(key, ()))  # type: ignore[arg-type]

    project = os.path.basename(table.path).removesuffix(".toml")
    return Verification(
        path=table.path,
        index=table.index,
        project=project,
        version=str(entry["version"]),
        system=str(entry["on"]),
        date=str(entry.get("date", "")),
        smoke=str(entry.get("smoke", "")),
        wheel=bool(entry.get("wheel")),
        is_build=not entry.get("wheel") and (_is_native(table) or project in map(normalize_name, texts("no-binary"))),
        build_constraints=texts("build-constraints"),
        constraints=texts("constraints"),
        no_binary=texts("no-binary"),
        environment=entry.get("environment", {}),  # type: ignore[arg-type]
    )


def _is_native(table: OverlayTable) -> bool:
    external = table.table["external"]
    return isinstance(external, dict) and any(key in external for key in _NATIVE)
