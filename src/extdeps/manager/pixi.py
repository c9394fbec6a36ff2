"""pixi, whose packages belong to a project."""

from __future__ import annotations

from extdeps.manager.base import BaseManager
from extdeps.manager.conda import Conda
from extdeps.model.transaction import Availability, Preview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.manager.interface import Site

_ENVIRONMENTS = "/.pixi/envs/"


class Pixi(Conda):
    """pixi, which adds a dependency to the manifest of a project and brings its environment in line.

    It has no simulation, and its search takes one name; the channels are those of the manifest.
    """

    name = "pixi"
    executables = ("pixi",)
    environment = (("PIXI_NO_PROGRESS", "true"), ("PIXI_COLOR", "never"))
    lock_message = ""
    answers = ()

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        return BaseManager.find_available(self, names, site)

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        if site.prefix:
            return Preview(problem="pixi installs into the environments of a project, not into any directory")
        return BaseManager.preview(self, packages, site)

    def install_command(
        self,
        packages: tuple[str, ...],
        site: Site,
        /,
        *,
        unattended: bool = False,
        allow_removals: bool = False,  # noqa: ARG002 - there is no option that forbids them
    ) -> tuple[str, ...]:
        manifest = _find_manifest(site)
        where = ("--manifest-path", manifest) if manifest else ()
        return ("pixi", "add", *where, *(("--",) if unattended else ()), *packages)


def _find_manifest(site: Site) -> str:
    """The manifest of the project to which the Python belongs; empty where it is in none, or that one is active."""
    project, found, _ = site.interpreter.prefix.partition(_ENVIRONMENTS)
    if not found:
        return ""
    paths = (f"{project}/{name}" for name in ("pixi.toml", "pyproject.toml"))
    manifest = next((path for path in paths if site.host.exists(path)), "")
    return "" if manifest == site.host.environ.get("PIXI_PROJECT_MANIFEST") else manifest
