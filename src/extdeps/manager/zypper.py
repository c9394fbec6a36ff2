"""zypper: openSUSE and SLE."""

from __future__ import annotations

import re
from xml.etree.ElementTree import ParseError, fromstring

from extdeps.manager.base import WORD, BaseManager, ask, derive_capabilities, describe_failure
from extdeps.manager.change import make_change
from extdeps.manager.rpmtext import newest_first
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from xml.etree.ElementTree import Element

    from extdeps.child import Completed
    from extdeps.host import Host
    from extdeps.manager.interface import Content, Derivation, Site

_RAW = "/var/cache/zypp/raw"
_QUIETLY = ("--non-interactive", "--no-refresh")
_INSTALLED = "(System Packages)"  # the repository of what is installed and nowhere else

# zypper(8), "EXIT CODES": from 100 on they inform
_NOT_ROOT = 5
_UPDATES = (100, 101, 102, 103)  # updates are there, or a restart is due
_NOT_FOUND = 104

_INFORMATION = re.compile(
    r"^Name +: (?P<name>\S+)\n(?:(?!Name +: ).*\n)*?Provides +: .*\n(?P<provides>(?: {4}\S.*\n?)*)", re.MULTILINE
)


class Zypper(BaseManager):
    """zypper, whose output for programs is XML."""

    name = "zypper"
    ecosystems = ("opensuse",)
    executables = ("zypper",)
    is_system = True
    scheme = "rpm"
    environment = (("LC_ALL", "C"), ("ZYPP_LOCK_TIMEOUT", "0"))  # we wait, and say so
    preview_needs_root = True
    success_codes = frozenset({0, 100, 101, 102, 103, 107})  # zypper(8), "EXIT CODES": 100 and above inform
    lock_message = "System management is locked by"
    install = ("zypper", "install")
    answers = ("--no-confirm",)
    grammar = WORD
    files = (".rpm",)

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        wanted = [name for name in names if not name.startswith("/")]  # it does not install by a path
        if not wanted:
            return Availability()
        if self.find_index_time(site) is None:
            return Availability(problem=_describe_absence())
        search = ("--type", "package", "--details", "--match-exact", "--provides")
        done = ask(site, ("zypper", "--xmlout", *_QUIETLY, "search", *search, "--", *wanted))
        stream = _read_stream(done)
        problem = _find_problem(stream, done, (*_UPDATES, _NOT_FOUND), "zypper search")
        if problem or stream is None:
            return Availability(problem=problem)
        found = tuple(_iter_packages(stream))
        packages = {name: newest_first(item for item in found if item.name == name) for name in wanted}
        if found and not all(packages.values()):
            owners = dict.fromkeys(item.name for item in found)
            asked = ask(site, ("zypper", "--quiet", *_QUIETLY, "info", "--provides", "--", *owners))
            provided = _read_provided(asked.stdout)
            if not asked.is_success or not provided:
                return Availability(problem=describe_failure("zypper info", asked))
            for name in (name for name, own in packages.items() if not own):
                packages[name] = newest_first(item for item in found if name in provided.get(item.name, ()))
        return Availability(packages={name: own for name, own in packages.items() if own})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        if self.find_index_time(site) is None:
            return Preview(problem=_describe_absence())
        simulation = ("install", "--dry-run", "--details", "--force-resolution", "--", *packages)
        done = ask(site, ("zypper", "--xmlout", *_QUIETLY, *simulation))
        if done.returncode == _NOT_ROOT:
            return super().preview(packages, site)
        stream = _read_stream(done)
        problem = _find_problem(stream, done, _UPDATES, "zypper install")
        summary = stream.find("install-summary") if stream is not None else None
        if problem or summary is None:
            return Preview(problem=problem or "`zypper install` printed no summary of what it would do")
        size = summary.get("download-size", "")
        changes = {(change.kind, change.package): change for change in _iter_changes(summary)}
        return Preview(changes=sort_changes(tuple(changes.values())), download=int(size) if size.isdecimal() else None)

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        """As the protocol has it, but what a package obsoletes goes all the same."""
        command = super().install_command((), site, unattended=unattended)
        if unattended:
            command += ("--force-resolution" if allow_removals else "--no-force-resolution", "--")
        return (*command, *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("zypper", "refresh")

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the last of the repositories' own indexes, which zypper sets when it has found them unchanged."""
        host = site.host
        paths = (f"{_RAW}/{name}/repodata/repomd.xml" for name in host.list_directory(_RAW))
        return max(filter(None, map(host.modification_time, paths)), default=None)

    def derive(self, contents: Collection[Content], _host: Host | None, /) -> Derivation:
        # a path of a program it does not take: tests/live/test_derived.py
        return derive_capabilities(contents, module="pkgconfig({})")


def _describe_absence() -> str:
    return "zypper has no index here: `zypper refresh` fetches it"


def _read_stream(done: Completed) -> Element | None:
    try:
        return fromstring(done.stdout) if done.stdout and not done.fault else None
    except ParseError:
        return None


def _find_problem(stream: Element | None, done: Completed, informing: tuple[int, ...], program: str) -> str:
    """Why an answer does not count: our fault, an error that zypper tells, a question that it asks, its exit status."""
    if done.fault:
        return describe_failure(program, done)
    if stream is None or stream.tag != "stream":
        return f"`{program}` printed what cannot be read"
    errors = [text.text or "" for text in stream.iter("message") if text.get("type") == "error"]
    conflicts = (text.text or "" for text in stream.iterfind("prompt/description"))
    errors += [text.partition("\n Solution 1: ")[0] for text in conflicts]
    said = "; ".join(" ".join(text.split()) for text in errors)
    if said:
        return said[:600]
    return "" if done.returncode in (0, *informing) else f"`{program}` failed with {done.returncode}"


def _iter_packages(stream: Element) -> Iterator[PackageVersion]:
    for item in stream.iterfind("search-result/solvable-list/solvable"):
        name, version, origin = (item.get(key, "") for key in ("name", "edition", "repository"))
        if name and version and origin != _INSTALLED:
            yield PackageVersion(name=name, version=version, origin=origin)


def _read_provided(text: str) -> dict[str, frozenset[str]]:
    """What packages provide, by name."""
    return {
        match["name"]: frozenset(line.split()[0] for line in match["provides"].splitlines())
        for match in _INFORMATION.finditer(text)
    }


def _iter_changes(summary: Element) -> Iterator[Change]:
    for group in summary:
        for item in group.iterfind("solvable"):
            name, version, before = (item.get(key, "") for key in ("name", "edition", "edition-old"))
            if item.get("type") != "package" or not name:
                continue
            if group.tag == "to-remove":
                yield make_change(name, before=version, scheme="rpm")
            elif group.tag == "to-reinstall":
                yield make_change(name, before=before or version, after=version, scheme="rpm")
            else:
                yield make_change(name, before=before, after=version, scheme="rpm")
