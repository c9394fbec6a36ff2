"""Portage: Gentoo and what derives from it."""

from __future__ import annotations

import re

from extdeps.host import read_text
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.host import Host
    from extdeps.manager.interface import Site
    from extdeps.model.transaction import ChangeKind

# to merge, or to unmerge: `[ebuild     U  ] dev-libs/x-1.1:0/2::gentoo [1.0::gentoo] USE="..." 1234 KiB`; a version as
# in PMS 3.2, after which a binary package has the number of its build
_VERSION = r"\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?"
_LINE = re.compile(
    r"^\[(?P<type>ebuild|binary|uninstall)(?P<flags>[^]]*)\] +"
    rf"(?P<name>\S+?)-(?P<version>{_VERSION})(?:-\d+)?(?::\S*)?"
    rf"(?: +\[(?P<before>{_VERSION})[^]]*\])?(?: .*)?$",
    re.MULTILINE,
)
_BLOCKED = re.compile(r"^\[blocks B[^]]*\] \S+ \((?P<reason>.+)\)$", re.MULTILINE)
_TOTAL = re.compile(r"^Total: (?P<merged>\d+) packages?\b.*, Size of downloads: (?P<size>[\d,]+) KiB$", re.MULTILINE)
_ANY = re.compile(r"^\[(?:ebuild|binary)", re.MULTILINE)
_REASON = re.compile(
    r"^(?:emerge: (?P<emerge>there are no .+)|!!! (?P<fault>.+)|(?P<unmet>\S+: .+ failed.*))$",
    re.MULTILINE,
)
_NOISE = re.compile(r"Section '|Repository '|Set 'masters|Invalid Repository|One of the following")

_REPOSITORIES = "/etc/portage/repos.conf"
_DEFAULTS = ("/var/db/repos/gentoo", "/usr/portage")
_STAMPS = ("metadata/timestamp.chk", "metadata/timestamp", ".git/FETCH_HEAD")  # of rsync, of a snapshot, of git
_LOCATION = re.compile(r"^location\s*[=:]\s*(\S+)$", re.MULTILINE)


class Portage(BaseManager):
    """emerge, and portageq for questions.

    emerge waits for the locks of another by itself. It has no option against removals: what it would unmerge for a
    soft block is in the preview, and it refuses a hard one.
    """

    name = "emerge"
    ecosystems = ("gentoo",)
    executables = ("emerge",)
    is_system = True
    scheme = "apk"  # the notation and the order of Alpine are those of Gentoo
    environment = (("NO_COLOR", "1"), ("CLEAN_DELAY", "0"), ("EMERGE_WARNING_DELAY", "0"))
    install = ("emerge", "--noreplace")
    # `--noreplace` alone keeps a version that is too old; the defaults of a machine may say that emerge shall ask
    answers = ("--update", "--ask=n", "--color=n")
    grammar = r"[A-Za-z0-9_][A-Za-z0-9+_.-]*/[A-Za-z0-9_][A-Za-z0-9+_-]*"

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """The version that emerge would take; one that is masked on this machine is no answer."""
        if not names:
            return Availability()
        root = ask(site, ("portageq", "envvar", "EROOT"))
        if not root.is_success or not root.stdout.startswith("/"):
            return Availability(problem=describe_failure("portageq envvar", root))
        asked = ask(site, ("portageq", "mass_best_visible", root.stdout.strip(), "ebuild", *dict.fromkeys(names)))
        if not asked.is_success:
            return Availability(problem=describe_failure("portageq mass_best_visible", asked))
        answers = dict(line.split(":", 1) for line in asked.stdout.splitlines() if ":" in line)
        if not set(names) <= set(answers):
            return Availability(problem="`portageq mass_best_visible` did not answer for each package")
        versions = {name: answers[name].removeprefix(f"{name}-") for name in names if answers[name]}
        return Availability(
            packages={name: (PackageVersion(name=name, version=text),) for name, text in versions.items()}
        )

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        command = self.install_command(packages, site, unattended=True)
        done = ask(site, (command[0], "--pretend", "--verbose", "--quiet=n", *command[1:]), timeout=300.0)
        if not done.is_success:
            return Preview(problem=_describe_refusal(done.stdout, done.stderr) or describe_failure("emerge", done))
        total = _TOTAL.search(done.stdout)
        changes = tuple(_iter_changes(done.stdout))
        merged = sum(change.kind != "remove" for change in changes)
        if total is None or merged != int(total["merged"]) or len(_ANY.findall(done.stdout)) != merged:
            return Preview(problem="`emerge --pretend` printed what cannot be read as a list of packages")
        return Preview(changes=sort_changes(changes), download=int(total["size"].replace(",", "")) * 1024)

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        command = super().install_command((), site, unattended=unattended, allow_removals=allow_removals)
        return (*command, *(("--",) if unattended else ()), *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("emerge", "--sync")

    def find_index_time(self, site: Site, /) -> float | None:
        host = site.host
        for location in _iter_locations(host):
            times = [host.modification_time(f"{location}/{stamp}") for stamp in _STAMPS]
            known = [time for time in times if time is not None]
            if known:
                return max(known)
        return None


def _iter_changes(text: str) -> Iterator[Change]:
    for match in _LINE.finditer(text):
        name, version, before = match["name"], match["version"], match["before"] or ""
        if match["type"] == "uninstall":
            yield Change(kind="remove", package=name, before=version)
            continue
        kind = _kind(match["flags"])
        # what is merged again shows no second version, and a new slot stands beside what is there
        before = version if kind == "reinstall" else before if kind != "install" else ""
        yield Change(kind=kind, package=name, before=before, after=version)


def _kind(flags: str) -> ChangeKind:
    """emerge(1), `--pretend`: N is new, NS a new slot, U an upgrade, UD a downgrade, R the same version again."""
    if "N" in flags:
        return "install"
    if "D" in flags:
        return "downgrade"
    return "upgrade" if "U" in flags else "reinstall"


def _describe_refusal(stdout: str, stderr: str) -> str:
    """What Portage has against it: blocks that it cannot solve, masks, names that nothing satisfies."""
    blocks = [match["reason"] for match in _BLOCKED.finditer(stdout)]
    said = [next(filter(None, match.groups())) for match in _REASON.finditer(stderr)]
    return "; ".join((*blocks[:5], *[line for line in said if not _NOISE.match(line)][:5]))


def _iter_locations(host: Host) -> Iterator[str]:
    """Where ebuild repositories may lie: as configured, then as by default."""
    files = [_REPOSITORIES, *(f"{_REPOSITORIES}/{name}" for name in host.list_directory(_REPOSITORIES))]
    for path in files:
        yield from _LOCATION.findall(read_text(host, path) or "")
    yield from _DEFAULTS
