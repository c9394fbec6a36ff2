"""Which phases a distribution file needs, by what kind of file it is."""

from __future__ import annotations

from typing import Literal

from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.model.requirement import Phase

FileKind = Literal["sdist", "pure-wheel", "platform-wheel", "local-wheel"]
"""`local-wheel`: built for this machine (`linux_x86_64`), so that nothing was vendored by an auditing tool."""


def phases_of(kind: FileKind) -> tuple[Phase, ...]:
    """A wheel needs its run phase, an sdist that would be built needs all three (PEP 725)."""
    return PHASES if kind == "sdist" else ("run",)


def classify_wheel(platforms: Iterable[str]) -> FileKind:
    """The kind of a wheel, by the platform part of its tags."""
    platforms = tuple(platforms)
    if all(platform == "any" for platform in platforms):
        return "pure-wheel"
    return "local-wheel" if any(platform.startswith("linux_") for platform in platforms) else "platform-wheel"


def classify_file(name: str) -> FileKind | None:
    """The kind of a distribution file, by its name, or None for something else."""
    if name.endswith((".tar.gz", ".zip")):
        return "sdist"
    if not name.endswith(".whl"):
        return None
    platforms = name.removesuffix(".whl").rpartition("-")[2]
    return classify_wheel(platforms.split("."))
