"""xbps: Void Linux."""

from __future__ import annotations

import re

from extdeps.manager.base import WORD, BaseManager, ask, describe_failure
from extdeps.manager.change import make_change
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.manager.interface import Site
    from extdeps.model.constraint import Constraint

_DATABASE = "/var/db/xbps"
_PACKAGES = f"{_DATABASE}/pkgdb-0.38.plist"
_INDEX = "-repodata"

_NAMED = r"(?P<name>\S+)-(?P<version>[^-\s]+_[0-9]+)"
_PROPERTY = re.compile(rf"^{_NAMED}: (?P<value>\S+) \((?P<origin>[^)\n]*)\)$", re.MULTILINE)
_VIRTUAL = re.compile(r"-[^-]+_[0-9]+$")
_INSTALLED = re.compile(rf"^(?:ii|uu) {_NAMED}(?: |$)", re.MULTILINE)
# xbps-install(1), "--dry-run"; older versions end before the sizes
_ACTION = re.compile(
    rf"^{_NAMED} (?P<action>install|reinstall|update|remove|configure|hold|download)"
    r"(?: (?P<arch>\S+) (?P<origin>\S+)(?: (?P<installed>\d+) (?P<download>\d+))?)?$",
    re.MULTILINE,
)
_THERE = re.compile(r"Package [`'](\S+)' already installed")
_ERROR = re.compile(r"^ERROR: (?!Package [`']\S+' already installed)", re.MULTILINE)
_UNCONFIGURED = b"<string>unpacked</string>"
_OPERATORS = (">=", ">", "<")
"""The bounds that xbps can be told, the best first; `1.3_1` is newer than `1.3`, so `<=` would refuse it."""


class Xbps(BaseManager):
    """xbps-install."""

    name = "xbps"
    ecosystems = ("void",)
    executables = ("xbps-install",)
    is_system = True
    scheme = "xbps"
    lock_message = r"(?i)failed to lock (?:the )?pkgdb: resource temporarily unavailable"
    install = ("xbps-install", "-S")
    grammar = WORD

    def constrain(self, package: str, constraints: tuple[Constraint, ...], /) -> str:
        """The package with one bound, as far as xbps-install(1) knows them ("PACKAGE EXPRESSION")."""
        bounds = {bound.operator: bound.version for bound in constraints}
        return package + next((f"{sign}{bounds[sign]}" for sign in _OPERATORS if sign in bounds), "")

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """The versions of the repositories, in their order; all are asked for, as a question takes but one name."""
        if not names:
            return Availability()
        wanted = frozenset(names)
        own: dict[str, list[PackageVersion]] = {}
        virtual: dict[str, list[PackageVersion]] = {}
        for key, found in (("pkgver", own), ("provides", virtual)):
            done = ask(site, ("xbps-query", "-R", "-p", key, "-s", ""))
            if not _is_told(done) or (key == "pkgver" and not _PROPERTY.search(done.stdout)):
                return Availability(problem=_describe_refusal("xbps-query", done))
            for match in _PROPERTY.finditer(done.stdout):
                name = _VIRTUAL.sub("", match["value"])
                if name in wanted:
                    package = PackageVersion(name=match["name"], version=match["version"], origin=match["origin"])
                    found.setdefault(name, []).append(package)
        return Availability(packages={name: tuple(found) for name, found in (virtual | own).items()})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        done = ask(site, ("xbps-install", "--dry-run", "--", *packages))
        actions = tuple(_ACTION.finditer(done.stdout))
        there = frozenset(_THERE.findall(f"{done.stdout}\n{done.stderr}"))
        if not actions and not done.fault and there.issuperset(packages):
            return Preview(download=0)  # with EEXIST, or 0 where several are asked for
        if not _is_told(done) or not actions:
            return Preview(problem=_describe_refusal("xbps-install", done))
        asked = ask(site, ("xbps-query", "-l"))
        before = {match["name"]: match["version"] for match in _INSTALLED.finditer(asked.stdout)}
        if not _is_told(asked) or (asked.stdout.strip() and not before):
            return Preview(problem=_describe_refusal("xbps-query", asked))
        sizes = [match["download"] for match in actions if match["action"] in ("install", "reinstall", "update")]
        download = None if None in sizes else sum(map(int, sizes))
        return Preview(changes=sort_changes(tuple(_iter_changes(actions, before))), download=download)

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        """The command; unattended it leaves the index as it was at the preview.

        It removes only what another package is said to replace, and there is no option against that: only the
        preview tells of it. It downgrades nothing that it is not forced to.
        """
        if not unattended:
            return super().install_command(packages, site, allow_removals=allow_removals)
        return ("xbps-install", "--yes", "--", *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("xbps-install", "-S")

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the directories: the indexes in them get that of the server."""
        host = site.host
        directories = (f"{_DATABASE}/{name}" for name in host.list_directory(_DATABASE))
        holding = (path for path in directories if any(name.endswith(_INDEX) for name in host.list_directory(path)))
        return max(filter(None, map(host.modification_time, holding)), default=None)

    def repair_commands(self, site: Site, /) -> tuple[tuple[str, ...], ...]:
        """What an interrupted run has unpacked is still to be configured."""
        is_half_done = _UNCONFIGURED in (site.host.read_bytes(_PACKAGES) or b"")
        return (("xbps-reconfigure", "--all"),) if is_half_done else ()


def _is_told(done: Completed) -> bool:
    return done.is_success and not _ERROR.search(done.stderr)


def _iter_changes(actions: tuple[re.Match[str], ...], before: dict[str, str]) -> Iterator[Change]:
    for match in actions:
        name, version, old = match["name"], match["version"], before.get(match["name"], "")
        if match["action"] == "remove":
            yield make_change(name, before=old or version, scheme="xbps")
        elif match["action"] not in ("configure", "hold", "download"):
            yield make_change(name, before=old, after=version, scheme="xbps")


def _describe_refusal(program: str, done: Completed) -> str:
    """What xbps has against it: all that it says as an error, which names the packages before the reason."""
    lines = [" ".join(line.split()) for line in done.stderr.splitlines() if line.strip()]
    if lines and not done.fault:
        return "; ".join(line.removeprefix("ERROR: ") for line in lines[-10:])[:1000]
    if done.fault or done.returncode:
        return describe_failure(program, done)
    return f"`{program}` printed nothing that can be read"
