"""pacman: Arch Linux and what derives from it, and MSYS2."""

from __future__ import annotations

import re

from extdeps.database.pacman import find_msys2
from extdeps.manager.alpm import find_broken, find_clash, find_removals, read_packages
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.manager.change import make_change
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.manager.alpm import AlpmPackage
    from extdeps.manager.interface import Site

_DATABASE = "/var/lib/pacman"
_SYNC = f"{_DATABASE}/sync"
_LOCK = f"{_DATABASE}/db.lck"
_FRONT_ENDS = frozenset((b"pacman", b"packagekitd", b"pamac", b"pamac-daemon", b"paru", b"yay", b"octopi"))
_LIBRARY = b"/libalpm.so"

_FORMAT = "target %r %n %v %s"  # no line of its own begins so: pacman mixes what it asks into what it prints
_TARGET = re.compile(r"^target (?P<repository>\S+) (?P<name>\S+) (?P<version>\S+) (?P<size>\d+)$", re.MULTILINE)
_ERROR = re.compile(r"^error: (.+)$", re.MULTILINE)
_REASON = re.compile(r"^:: (.*(?:unable to satisfy|breaks dependency|are in conflict).*)$", re.MULTILINE)
_CONFLICT = ("--ask", "4")
"""The answer to the question whether a package in conflict may be removed, which `--noconfirm` alone denies.

The option is not documented, but the only one that pacman has for it: a bit of libalpm's `alpm_question_type_t`
(`ALPM_QUESTION_CONFLICT_PKG`, 4 since libalpm 9) turns round the answer to that question and to no other.
"""


class Pacman(BaseManager):
    """pacman."""

    name = "pacman"
    ecosystems = ("arch",)
    executables: tuple[str, ...] = ("pacman",)
    is_system = True
    scheme = "alpm"
    # not `C`, in which libarchive cannot unpack names that are not ASCII
    environment = (("LC_ALL", "C.UTF-8"), ("LANGUAGE", "C"))
    refresh_upgrades = True
    refresh_answers = ("--noconfirm",)
    lock_message = r"unable to lock database|could not lock database"
    install = ("pacman", "-S", "--needed")
    answers = ("--noconfirm",)
    grammar = r"[a-z0-9_+][a-z0-9@._+-]*"

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """The versions of the repositories, in their order in pacman.conf; of a virtual name those that provide it.

        All packages are asked for: only so does pacman tell who provides a name.
        """
        if not names:
            return Availability()
        done = ask(site, ("pacman", "-Si"))
        is_told = done.is_success and not _ERROR.search(done.stderr)
        known = tuple(read_packages(done.stdout)) if is_told else ()
        if not known:
            return Availability(problem=_describe_refusal(done))
        wanted = frozenset(names)
        found: dict[str, list[AlpmPackage]] = {}
        for package in known:
            for name in package.names & wanted:
                found.setdefault(name, []).append(package)
        return Availability(packages={name: _take(name, packages) for name, packages in found.items()})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        """Of its own simulation, with the removals that this leaves out: `--print` looks for no conflicts."""
        argv = ("pacman", "-S", "--print", "--needed", "--noconfirm", "--print-format", _FORMAT, "--", *packages)
        simulated = ask(site, argv)
        targets = tuple(_TARGET.finditer(simulated.stdout))
        if not simulated.is_success or _ERROR.search(simulated.stderr):
            return Preview(problem=_describe_refusal(simulated))
        asked = ask(site, ("pacman", "-Qi"))
        installed = tuple(read_packages(asked.stdout))
        if asked.fault or _ERROR.search(asked.stderr) or (asked.stdout.strip() and not installed):
            return Preview(problem=_describe_refusal(asked))  # with 1 and no word it says that nothing is installed
        if not targets:  # it has nothing to say where all is there
            is_there = set(packages).issubset(name for package in installed for name in package.names)
            return Preview(download=0) if is_there else Preview(problem=_describe_refusal(simulated))
        described = ask(site, ("pacman", "-Si", "--", *(f"{item['repository']}/{item['name']}" for item in targets)))
        new = tuple(read_packages(described.stdout))
        if not described.is_success or {item.name for item in new} != {item["name"] for item in targets}:
            return Preview(problem=_describe_refusal(described))
        download = sum(int(item["size"]) for item in targets)
        return _weigh(new, installed, download)

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        """The command; without `allow_removals` pacman gives up where a package is in conflict.

        There is no option that keeps it from the downgrade of a package that is asked for by name, where the
        repositories have less than is installed: only the preview tells of that.
        """
        command = super().install_command((), site, unattended=unattended)
        if unattended:
            command += (*_CONFLICT, "--") if allow_removals else ("--",)
        return (*command, *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        """The upgrade of the whole system, which fetches the index too.

        To fetch the index alone and then install from it is a partial upgrade, which neither Arch nor MSYS2 supports:
        new libraries come beside programs that were built for the old ones
        (https://wiki.archlinux.org/title/System_maintenance#Partial_upgrades_are_unsupported). An index as old as
        the system would do, but mirrors keep none of the packages that it names for long.
        """
        return ("pacman", "-Syu")

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the directory: the databases themselves get that of the server, and may stay as they are."""
        sync = self._find_root(site) + _SYNC
        if not any(name.endswith(".db") for name in site.host.list_directory(sync)):
            return None
        return site.host.modification_time(sync)

    def repair_commands(self, site: Site, /) -> tuple[tuple[str, ...], ...]:
        """The removal of a lock that pacman, ended by force, has left behind: it holds no process to be asked for."""
        lock = self._find_root(site) + _LOCK
        if not site.host.exists(lock) or _is_used(site):
            return ()
        return (("rm", lock),)

    def _find_root(self, _site: Site) -> str:
        return ""


class PacmanOfMsys2(Pacman):
    """pacman on Windows, which needs no root."""

    ecosystems = ("msys2",)
    executables: tuple[str, ...] = ()
    is_system = False

    def _find_root(self, site: Site) -> str:
        return find_msys2(site.host, site.interpreter)


def _take(name: str, packages: list[AlpmPackage]) -> tuple[PackageVersion, ...]:
    """Those that have the name; only without any those that provide it."""
    own = [package for package in packages if package.name == name]
    return tuple(
        PackageVersion(name=package.name, version=package.version, origin=package.repository)
        for package in own or packages
    )


def _weigh(new: Collection[AlpmPackage], installed: Collection[AlpmPackage], download: int) -> Preview:
    """What comes, what goes for it, and whether that can be."""
    removed = find_removals(new, installed)
    problem = find_clash(new) or find_broken(new, installed, removed)
    changes = tuple(_iter_changes(new, {item.name: item.version for item in installed}, removed))
    return Preview(changes=sort_changes(changes), download=download, problem=problem)


def _iter_changes(
    new: Collection[AlpmPackage], before: dict[str, str], removed: Collection[AlpmPackage]
) -> Iterator[Change]:
    for package in new:
        yield make_change(package.name, before=before.get(package.name, ""), after=package.version, scheme="alpm")
    for package in removed:
        yield make_change(package.name, before=package.version, scheme="alpm")


def _is_used(site: Site) -> bool:
    """Whether a process may hold the lock: a known program, or one that has libalpm loaded; or none can be seen."""
    host = site.host
    processes = [name for name in host.list_directory("/proc") if name.isdigit()]
    for process in processes:
        if (host.read_bytes(f"/proc/{process}/comm") or b"").strip() in _FRONT_ENDS:
            return True
        if _LIBRARY in (host.read_bytes(f"/proc/{process}/maps") or b""):
            return True
    return not processes


def _describe_refusal(done: Completed) -> str:
    """What pacman has against it: its errors, and the dependencies or conflicts behind them."""
    if done.fault:
        return describe_failure("pacman", done)
    both = f"{done.stdout}\n{done.stderr}"
    said = [" ".join(part.split()) for part in (*_ERROR.findall(both)[:5], *_REASON.findall(both)[:5])]
    if said:
        return "; ".join(said)
    if "database file for" in done.stderr:
        return "pacman has fetched no index yet"
    return describe_failure("pacman", done) if done.returncode else "`pacman` printed nothing that can be read"
