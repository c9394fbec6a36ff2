"""dnf 4 and 5: Fedora, RHEL and what derives from them."""

from __future__ import annotations

import re
from dataclasses import replace

from extdeps.host import find_executable, read_text
from extdeps.manager.base import WORD, BaseManager, ask, derive_capabilities, describe_failure
from extdeps.manager.rpmtext import iter_providers, newest_first, parse_changes, parse_download
from extdeps.model.transaction import Availability, PackageVersion, Preview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.host import Host
    from extdeps.manager.interface import Content, Derivation, Site
    from extdeps.model.transaction import Change

_MARK = "@|"
_FORMAT = rf"{_MARK}%{{name}}|%{{evr}}|%{{repoid}}\n%{{provides}}\n"  # dnf 5 ends no line by itself
_CACHE = re.compile(r"^cachedir\s*=\s*(\S+)", re.MULTILINE)
_ABORTED = re.compile(r"Operation aborted|Exiting on user command")
_LEFT_OUT = re.compile(
    r"No match for argument: \S+|No package \S+ available|Skipping packages [^:\n]+|Skipped \([^)]+\)"
)
_REASON = re.compile(r"^\s*(?:Problem(?: \d+)?: |- |Error: +)(?P<text>\S.*)$", re.MULTILINE)


class Dnf(BaseManager):
    """dnf, of either version.

    Questions are answered from what was last fetched (`--cacheonly`); both versions take it for an empty answer when
    nothing was, so that without an index nothing is asked. Only root can simulate.
    """

    name = "dnf"
    ecosystems = ("fedora", "rhel")
    executables: tuple[str, ...] = ("dnf", "dnf5")
    is_system = True
    scheme = "rpm"
    environment = (("LC_ALL", "C"),)
    preview_needs_root = True
    lock_message = (
        r"already locked by \d+|Failed to obtain (?:the |rpm )?transaction lock|can't create transaction lock"
        r'|Failed to obtain lock "'
    )
    answers = ("--assumeyes", "--setopt=exit_on_lock=1")  # we wait, and say so
    grammar = WORD
    files = (".rpm",)

    def find_version(self, site: Site, /) -> str:
        done = ask(site, (self._program(site.host), "--version"), timeout=10.0)
        found = re.search(r"\d+(\.\d+)+", done.stdout) if done.is_success else None
        return found[0] if found else ""

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if not names:
            return Availability()
        if self.find_index_time(site) is None:
            return Availability(problem=self._describe_absence(site))
        paths = tuple(name for name in names if name.startswith("/"))
        others = tuple(name for name in names if not name.startswith("/"))
        asked = self._ask_capabilities(others, site) if others else Availability()
        if asked.problem or not paths:
            return asked
        owners = self._ask_providers(paths, site)
        return Availability(packages={**asked.packages, **owners.packages}, problem=owners.problem)

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        if not site.host.is_root:
            return super().preview(packages, site)
        if self.find_index_time(site) is None:
            return Preview(problem=self._describe_absence(site))
        options = (*self._upgrading, *self._erasing)
        argv = (self._program(site.host), "--cacheonly", "--assumeno", "install", *options, "--", *packages)
        done = ask(site, argv)
        said = f"{done.stdout}\n{done.stderr}"
        left_out = _LEFT_OUT.search(said)
        if done.fault or left_out:
            return Preview(problem=left_out[0] if left_out else describe_failure(argv[0], done))
        if done.is_success and "Nothing to do" in said:
            return Preview(download=0)
        if done.returncode != 1 or not _ABORTED.search(said):
            reasons = [match["text"] for match in _REASON.finditer(said)]
            refused = done.returncode == 1 and reasons
            return Preview(problem="; ".join(reasons[:6]) if refused else _describe_noise(argv[0], done))
        changes = parse_changes(done.stdout)
        if changes is None:
            return Preview(problem=f"`{argv[0]}` printed a transaction that cannot be read")
        return Preview(changes=_add_installed(changes, site), download=parse_download(said))

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        """As the protocol has it, but dnf 4 may downgrade, and what a package obsoletes goes in both versions."""
        command: tuple[str, ...] = (self._program(site.host), "install")
        if unattended:
            keeping = ("--setopt=allow_downgrade=0",) if self._is_fifth(site.host) else ()
            command += (*self.answers, *self._upgrading, *(self._erasing if allow_removals else keeping), "--")
        return (*command, *packages)

    def refresh_command(self, site: Site, /) -> tuple[str, ...]:
        return (self._program(site.host), "makecache", "--refresh")

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the last of the repositories' own indexes, which dnf sets when it has found them unchanged."""
        host = site.host
        paths = (
            f"{cache}/{name}/repodata/repomd.xml" for cache in self._caches(host) for name in host.list_directory(cache)
        )
        return max(filter(None, map(host.modification_time, paths)), default=None)

    def derive(self, contents: Collection[Content], _host: Host | None, /) -> Derivation:
        return derive_capabilities(contents, module="pkgconfig({})", program="/usr/bin/{}", files=self.files)

    _erasing: tuple[str, ...] = ("--allowerasing",)
    _upgrading: tuple[str, ...] = ("--best",)  # without it dnf 4 leaves what is installed, however old

    def _program(self, host: Host) -> str:
        return next((name for name in self.executables if find_executable(host, name)), self.executables[0])

    def _is_fifth(self, host: Host) -> bool:
        path = find_executable(host, self._program(host))
        return path is not None and host.real_path(path).endswith("/dnf5")

    def _caches(self, host: Host) -> tuple[str, ...]:
        own = "/var/cache/libdnf5" if self._is_fifth(host) else "/var/cache/dnf"
        configured = _CACHE.search(read_text(host, "/etc/dnf/dnf.conf") or "")
        return (configured[1],) if configured else (own,)

    def _describe_absence(self, site: Site) -> str:
        return f"{self.name} has no index here: `{' '.join(self.refresh_command(site))}` fetches it"

    def _ask_capabilities(self, names: tuple[str, ...], site: Site) -> Availability:
        """The packages by names that are theirs, or that they provide."""
        program = self._program(site.host)
        wanted = (word for name in names for word in ("--whatprovides", name))
        done = ask(site, (program, "--quiet", "--cacheonly", "repoquery", "--queryformat", _FORMAT, *wanted))
        rows = tuple(_iter_rows(done.stdout))
        if not done.is_success or (done.stdout.strip() and not rows):
            return Availability(problem=_describe_noise(f"{program} repoquery", done))
        packages = {}
        for name in names:
            own = (package for package, _ in rows if package.name == name)
            others = (package for package, provided in rows if name in provided)
            packages[name] = newest_first(own) or newest_first(others)
        return Availability(packages={name: found for name, found in packages.items() if found})

    def _ask_providers(self, names: tuple[str, ...], site: Site) -> Availability:
        """The packages by names or files of theirs; lists of files may have to be fetched for it."""
        program = self._program(site.host)
        done = ask(site, (program, "--quiet", "provides", *names))
        rows = tuple(iter_providers(done.stdout))
        # with 1 both versions say that something, or nothing, was found
        is_answered = not done.stdout.strip() or _has_rows(done.stdout)
        if done.fault or done.returncode not in (0, 1) or not is_answered or _is_failure(done):
            return Availability(problem=_describe_noise(f"{program} provides", done))
        packages = {}
        for name in names:
            own = (package for package, _ in rows if package.name == name)
            others = (package for package, matches in rows if name in matches)
            packages[name] = newest_first(own) or newest_first(others)
        return Availability(packages={name: found for name, found in packages.items() if found})


def _iter_rows(text: str) -> Iterator[tuple[PackageVersion, frozenset[str]]]:
    """Packages, and the names that they provide, of what `_FORMAT` prints."""
    for record in text.split(_MARK)[1:]:
        head, _, provides = record.partition("\n")
        name, version, origin = (*head.split("|"), "", "")[:3]
        if name and version:
            package = PackageVersion(name=name, version=version.removeprefix("0:"), origin=origin)
            yield package, frozenset(line.partition(" ")[0] for line in provides.splitlines())


def _has_rows(text: str) -> bool:
    return re.search(r"^Repo +: ", text, re.MULTILINE) is not None or "No Matches found" in text


def _is_failure(done: Completed) -> bool:
    """Whether an exit with 1 means more than that nothing was found."""
    said = done.stderr.strip()
    return done.returncode == 1 and bool(said) and "no matches found" not in said.lower()


def _describe_noise(program: str, done: Completed) -> str:
    if done.is_success:
        return f"`{program}` printed what cannot be read"
    return describe_failure(program, done)


def _add_installed(changes: tuple[Change, ...], site: Site) -> tuple[Change, ...]:
    """Add what is installed now to changes for which the table does not say it, in one process."""
    names = dict.fromkeys(change.package for change in changes if change.kind != "install" and not change.before)
    if not names:
        return changes
    done = ask(site, ("rpm", "--query", "--queryformat", "%{NAME}\\t%{EVR}\\n", "--", *names))
    installed = dict(line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)
    return tuple(
        change
        if change.kind == "install" or change.before
        else replace(change, before=installed.get(change.package, ""))
        for change in changes
    )
