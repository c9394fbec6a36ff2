"""MacPorts."""

from __future__ import annotations

import re

from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.manager.change import make_change
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from extdeps.child import Completed
    from extdeps.manager.interface import Site

_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9._+-]*[A-Za-z0-9_+])?"
# port(1), "PORT EXPRESSIONS": words that stand for many ports, or join several
_PSEUDO = re.compile(
    "all|current|active|inactive|actinact|installed|uninstalled|outdated|obsolete|requested|unrequested|leaves|rleaves"
    "|and|or|not",
    re.IGNORECASE,
)
_INFO = ("port", "-qp", "info", "--index", "--line", "--name", "--version", "--revision")
_DEPENDENCIES = re.compile(r"^---> +Dependencies to be installed: (.*)$", re.MULTILINE)
_STEP = re.compile(r"^--->", re.MULTILINE)
_ERROR = re.compile(r"^Error: (?!Port \S+ not found$)(.+)$", re.MULTILINE)
_ACTIVE = re.compile(r"^ *(?P<name>\S+) @(?P<version>[^\s+]+)\S* \(active\)", re.MULTILINE)

_SOURCES = "/opt/local/var/macports/sources/rsync.macports.org/macports"
_INDEXES = ("release/tarballs/ports/PortIndex", "release/ports/PortIndex", "trunk/dports/PortIndex")


class Macports(BaseManager):
    """port.

    It waits for the lock of its registry by itself, and an installation removes nothing: a conflict is an error.
    """

    name = "port"
    ecosystems = ("macports",)
    executables = ("port",)
    is_system = True
    scheme = "brew"  # `1.3.1_2` has a revision after `_`, as `port installed` prints it
    preview_needs_root = True
    install = ("port", "install")
    grammar = _WORD

    def accepts(self, package: str, /) -> bool:
        return super().accepts(package) and _PSEUDO.fullmatch(package) is None

    def find_version(self, site: Site, /) -> str:
        done = ask(site, ("port", "version"), timeout=10.0)
        found = re.search(r"\d+(\.\d+)+", done.stdout) if done.is_success else None
        return found[0] if found else ""

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if not names:
            return Availability()
        asked = ask(site, (*_INFO, *dict.fromkeys(names)))
        problem = _find_fault("port info", asked)
        if problem:
            return Availability(problem=problem)
        versions = _read_versions(asked.stdout)
        if asked.stdout.strip() and not versions:
            return Availability(problem="`port info` printed what cannot be read")
        known = {name: versions[name.lower()] for name in names if name.lower() in versions}
        return Availability(packages={name: (found,) for name, found in known.items()})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        """What a dry run says; as it writes to the registry, it is left out for a user who may not.

        The dry run names the dependencies that are missing, but neither their versions nor the dependencies that are
        outdated, which port upgrades too.
        """
        dependencies: list[str] = []
        if site.host.is_root:
            done = ask(site, ("port", "-N", "-y", "install", *packages), timeout=300.0)
            problem = _find_fault("port -y install", done)
            if problem or (done.stdout.strip() and not _STEP.search(done.stdout)):
                return Preview(problem=problem or "`port -y install` printed what cannot be read")
            dependencies = [name for line in _DEPENDENCIES.findall(done.stdout) for name in line.split()]
        names = tuple(dict.fromkeys((*packages, *dependencies)))
        available = self.find_available(names, site)
        missing = [name for name in names if name not in available.packages]
        if available.problem or missing:
            return Preview(problem=available.problem or f"port has no {', '.join(missing)}")
        installed = ask(site, ("port", "-q", "installed", *names))
        if not installed.is_success:
            return Preview(problem=describe_failure("port installed", installed))
        active = {match["name"].lower(): match["version"] for match in _ACTIVE.finditer(installed.stdout)}
        versions = (available.packages[name][0] for name in names)
        return Preview(changes=sort_changes(tuple(_iter_changes(versions, active))), is_simulated=site.host.is_root)

    def install_command(
        self,
        packages: tuple[str, ...],
        _site: Site,
        /,
        *,
        unattended: bool = False,
        allow_removals: bool = False,  # noqa: ARG002
    ) -> tuple[str, ...]:
        # an option after the action would be one of the action
        return ("port", *(("-N",) if unattended else ()), "install", *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("port", "sync")

    def find_index_time(self, site: Site, /) -> float | None:
        times = (site.host.modification_time(f"{_SOURCES}/{path}") for path in _INDEXES)
        return max(filter(None, times), default=None)


def _find_fault(program: str, done: Completed) -> str:
    """Why an answer cannot be relied on; that one of several names is unknown is no fault.

    With `-p` port goes on after an unknown name and ends with 1.
    """
    errors = [] if done.fault else _ERROR.findall(done.stderr)
    if errors:
        return "; ".join(errors[:5])
    if done.is_success or (not done.fault and "not found" in done.stderr):
        return ""
    return describe_failure(program, done)


def _read_versions(text: str) -> dict[str, PackageVersion]:
    """The lines of `port info --line`, `name TAB version TAB revision`, by the name in lower case."""
    rows = (line.split("\t") for line in text.splitlines())
    return {
        row[0].lower(): PackageVersion(name=row[0], version=f"{row[1]}_{row[2]}")
        for row in rows
        if len(row) == 3 and row[2].isdigit()
    }


def _iter_changes(versions: Iterable[PackageVersion], active: dict[str, str]) -> Iterator[Change]:
    for found in versions:
        before = active.get(found.name.lower(), "")
        if before != found.version:
            yield make_change(found.name, before=before, after=found.version, scheme="brew")
