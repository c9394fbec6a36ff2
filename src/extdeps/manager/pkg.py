"""pkg: FreeBSD."""

from __future__ import annotations

import re

from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.manager.interface import Site
    from extdeps.model.transaction import ChangeKind

_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9._+-]*[A-Za-z0-9_+])?"

_AFFECTED = re.compile(r"^The following \d+ package\(s\) will be affected", re.MULTILINE)
_NOTHING = re.compile(r"^The most recent versions? of packages are already installed", re.MULTILINE)
_SECTION = re.compile(
    r"^(?:New|Installed) packages to be (?P<verb>[A-Z]+):\n(?P<items>(?:[ \t]+\S.*\n)+)", re.MULTILINE
)
_KINDS: dict[str, ChangeKind] = {
    "INSTALLED": "install",
    "UPGRADED": "upgrade",
    "DOWNGRADED": "downgrade",
    "REINSTALLED": "reinstall",
    "REMOVED": "remove",
}
_ITEM = re.compile(  # `name: 1.0 -> 1.1 [repository]`; what is removed or merged again is `name-1.0 (reason)`
    rf"(?P<name>{_WORD}): (?P<old>\S+)(?: -> (?P<new>\S+))?(?: \[.*\])?(?: \(.*\))?"
    rf"|(?P<gone>{_WORD})-(?P<version>[^\s-]+)(?: \[.*\])?(?: \(.*\))?"
)
_DOWNLOAD = re.compile(r"^(?P<number>\d+(?:\.\d+)?) ?(?P<unit>[KMGT]?)i?B to be downloaded\.$", re.MULTILINE)
_UNITS = ("", "K", "M", "G", "T")
_FAULT = re.compile(r"^pkg: (.+)$", re.MULTILINE)
_NOT_FOUND = (1, 69)  # rquery, of none of its names: EX_UNAVAILABLE, and since 1.18 EXIT_FAILURE

_DATABASE = "/var/db/pkg"


class Pkg(BaseManager):
    """pkg.

    It has no option against removals; what it would remove is in the preview. A database that pkg cannot lock within
    some seconds is a failure.
    """

    name = "pkg"
    ecosystems = ("freebsd",)
    executables = ("pkg",)
    is_system = True
    scheme = "brew"  # `1.3_2,1`: a revision after `_`, and an epoch after `,`, where a cask has its suffix
    # only for what changes the system: with it, the stub of a fresh FreeBSD would install pkg to answer a question
    environment = (("ASSUME_ALWAYS_YES", "yes"),)
    lock_message = r"Cannot get an? \w+ lock on a database"
    install = ("pkg", "install")
    answers = ("--yes",)
    grammar = rf"({_WORD}/)?{_WORD}"
    files = (".pkg", ".txz", ".tzst", ".tbz")

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """By name or origin (`graphics/gdal`), the versions in each repository."""
        if not names:
            return Availability()
        asked = ask(site, ("pkg", "rquery", "-U", "%n %v %o", *dict.fromkeys(names)))
        nothing = asked.returncode in _NOT_FOUND and not asked.fault and not (asked.stdout + asked.stderr).strip()
        if not nothing and (not asked.is_success or _FAULT.search(asked.stderr)):
            return Availability(problem=_describe("pkg rquery", asked))
        found: dict[str, list[PackageVersion]] = {}
        for line in asked.stdout.splitlines():
            words = line.split()
            if len(words) != 3:
                return Availability(problem="`pkg rquery` printed what is no package")
            name, version, origin = words
            for key in {name, origin} & set(names):
                found.setdefault(key, []).append(PackageVersion(name=name, version=version))
        return Availability(packages={name: tuple(versions) for name, versions in found.items()})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        command = ("pkg", "install", "--dry-run", "--no-repo-update", "--", *packages)
        done = ask(site, command, timeout=120.0)
        # some versions end with 1 after a dry run that would change something, so the text decides
        if not done.fault and done.returncode == 0 and _NOTHING.search(done.stdout):
            return Preview(download=0)
        changes = tuple(_iter_changes(done.stdout))
        is_read = done.returncode in (0, 1) and _AFFECTED.search(done.stdout) and changes
        if done.fault or not is_read or _FAULT.search(done.stderr):
            return Preview(problem=_describe("pkg install --dry-run", done))
        return Preview(changes=sort_changes(changes), download=_read_size(done.stdout))

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        command = super().install_command((), site, unattended=unattended, allow_removals=allow_removals)
        return (*command, *(("--",) if unattended else ()), *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("pkg", "update")

    def find_index_time(self, site: Site, /) -> float | None:
        """When a catalogue was written; pkg gives its files the times of the server, so it may seem older than it is.

        Up to 1.21 a catalogue is `repo-NAME.sqlite`, since then a directory of its own.
        """
        host = site.host
        catalogues = [f"{_DATABASE}/repos/{name}" for name in host.list_directory(f"{_DATABASE}/repos")]
        names = host.list_directory(_DATABASE)
        paths = [f"{_DATABASE}/{name}" for name in names if name.startswith("repo-") and name.endswith(".sqlite")]
        paths += [path for directory in catalogues for path in (directory, f"{directory}/db") if host.exists(path)]
        return max(filter(None, map(host.modification_time, paths)), default=None)


def _iter_changes(text: str) -> Iterator[Change]:
    for section in _SECTION.finditer(text):
        kind = _KINDS.get(section["verb"])
        for line in section["items"].splitlines() if kind else ():
            match = _ITEM.fullmatch(line.strip())
            if match is None or kind is None:
                continue
            name = match["name"] or match["gone"]
            old = match["old"] or match["version"]
            if kind == "install":
                yield Change(kind=kind, package=name, after=old)
            elif kind == "remove":
                yield Change(kind=kind, package=name, before=old)
            else:
                yield Change(kind=kind, package=name, before=old, after=match["new"] or old)


def _read_size(text: str) -> int:
    """The download in bytes, as exact as pkg rounds it; it says nothing of one that is none."""
    match = _DOWNLOAD.search(text)
    return int(float(match["number"]) * 1024 ** _UNITS.index(match["unit"])) if match else 0


def _describe(program: str, done: Completed) -> str:
    """Why there was no answer: what pkg says of itself, else how it ended."""
    faults = [] if done.fault else _FAULT.findall(done.stderr)
    if faults:
        return "; ".join(faults[:5])
    if done.is_success:
        return f"`{program}` printed what cannot be read as a list of packages"
    return describe_failure(program, done)
