"""vcpkg."""

from __future__ import annotations

import re

from extdeps.database.vcpkg import Vcpkg as VcpkgDatabase
from extdeps.database.vcpkg import find_root, find_triplet
from extdeps.host import read_text
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.manager.interface import Site
    from extdeps.model.evidence import Evidence

_HEADINGS = {
    "The following packages are already installed:": "",
    "The following packages are excluded:": "",
    "The following packages will be removed:": "remove",
    "The following packages will be rebuilt:": "rebuild",
    "The following packages will be built and installed:": "install",
    "The following packages will be directly installed:": "install",
}
_NOTHING = "All requested packages are currently installed."
_LINE = re.compile(
    r" {2}[* ] (?P<name>[a-z0-9-]+)(?:\[[^\]]*\])?:(?P<triplet>[A-Za-z0-9_-]+)(?:(?:@| -> )(?P<version>\S+))?(?: .*)?"
)
_ERROR = re.compile(r"^(?:.*: )?error: (.+)$|^(Error: .+)$", re.MULTILINE)
_VERSIONS = ("version", "version-semver", "version-date", "version-string")
_NO_ROOT = "the checkout that vcpkg works in is not found: `VCPKG_ROOT` names it"


class Vcpkg(BaseManager):
    """vcpkg in classic mode, in one checkout for the whole machine; a project of vcpkg's own has its manifest.

    What is built over, it removes first, and does that with `--recurse` alone.
    """

    name = "vcpkg"
    ecosystems = ("vcpkg",)
    executables = ("vcpkg",)
    environment = (("VCPKG_DISABLE_METRICS", "1"),)
    lock_message = r"[Ff]ailed to take the filesystem lock"
    install = ("vcpkg", "install")
    grammar = r"[a-z0-9]+(-[a-z0-9]+)*"

    def find_version(self, site: Site, /) -> str:
        """The date of a release, as in `vcpkg package management program version 2024-12-09-...`."""
        done = ask(site, ("vcpkg", "version"), timeout=10.0)
        found = re.search(r"\d{4}-\d{2}-\d{2}", done.stdout) if done.is_success else None
        return found[0] if found else ""

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """The one version of each port that the checkout has; nothing is run."""
        import json

        root = find_root(site.host)
        if not root or not site.host.exists(f"{root}/ports"):
            return Availability(problem=_NO_ROOT if not root else f"`{root}` has no ports, only vcpkg itself")
        found = {}
        for name in names:
            try:
                port = json.loads(read_text(site.host, f"{root}/ports/{name}/vcpkg.json") or "{}")
            except ValueError:
                continue
            version = next((port[key] for key in _VERSIONS if key in port), "") if isinstance(port, dict) else ""
            if version:
                number = port.get("port-version", 0)
                text = f"{version}#{number}" if number else str(version)
                found[name] = (PackageVersion(name=name, version=text, origin=find_triplet(site.host)),)
        return Availability(packages=found)

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        root = find_root(site.host)
        if not root:
            return Preview(problem=_NO_ROOT)
        command = (*self.install, "--dry-run", "--recurse", f"--vcpkg-root={root}", *packages)
        done = ask(site, command, timeout=300.0, environ=dict(self.environment))
        plan = _read_plan(done.stdout) if done.is_success else None
        if plan is None:
            return Preview(problem=_describe(done))
        names = [match["name"] for _, match in plan]
        installed = VcpkgDatabase(site.host, site.interpreter).find(names) or {}
        changes = (change for action, match in plan for change in _iter_changes(action, match, installed))
        return Preview(changes=sort_changes(tuple(changes)))

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        if not unattended:
            return super().install_command(packages, site)
        root = find_root(site.host)
        recurse = ("--recurse",) if allow_removals else ()
        return (*self.install, *recurse, *((f"--vcpkg-root={root}",) if root else ()), *packages)

    def refresh_command(self, site: Site, /) -> tuple[str, ...]:
        """Brings a checkout of a branch up to date; one of a commit was put there on purpose, and stays."""
        root = find_root(site.host)
        head = read_text(site.host, f"{root}/.git/HEAD") if root else None
        return ("git", "-C", root, "pull", "--ff-only") if head and head.startswith("ref: ") else ()

    def find_index_time(self, site: Site, /) -> float | None:
        root = find_root(site.host)
        stamps = (f"{root}/.git/{name}" for name in ("FETCH_HEAD", "HEAD") if root)
        return max(filter(None, map(site.host.modification_time, stamps)), default=None)


def _read_plan(text: str) -> list[tuple[str, re.Match[str]]] | None:
    """The action and the line of each package that a simulation lists; None where it is no plan, or not all of one."""
    action: str | None = None
    plan = []
    for line in text.splitlines():
        if line in _HEADINGS:
            action = _HEADINGS[line]
        elif line.startswith("The following packages"):
            return None  # a heading that is not known yet
        elif action is not None and line.startswith("  "):
            match = _LINE.fullmatch(line)
            if match is None:
                return None
            if action:
                plan.append((action, match))
    return None if action is None and _NOTHING not in text else plan


def _iter_changes(action: str, match: re.Match[str], installed: dict[str, Evidence]) -> Iterator[Change]:
    """The changes of one line; a package that is built over is gone until its build has succeeded."""
    name, after = match["name"], match["version"] or ""
    before = installed[name].packaged if name in installed else ""
    if action in ("remove", "rebuild"):
        yield Change(kind="remove", package=name, before=before)
    if action in ("install", "rebuild"):
        yield Change(kind="install", package=name, after=after)


def _describe(done: Completed) -> str:
    """One sentence on why there is no plan; older versions write their errors to the output."""
    said = [first or second for first, second in _ERROR.findall(f"{done.stdout}\n{done.stderr}")]
    if done.fault or not (said or done.is_success):
        return describe_failure("vcpkg", done)
    return "; ".join(said[:5]) or "`vcpkg` answered with what is no plan"
