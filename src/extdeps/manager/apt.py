"""apt: Debian, Ubuntu and what derives from them."""

from __future__ import annotations

import re
from itertools import zip_longest

from extdeps.host import read_text
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.manager.interface import Derivation
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from extdeps.host import Host
    from extdeps.manager.interface import Content, Site
    from extdeps.model.transaction import ChangeKind

_STANZA_END = re.compile(r"\n[ \t]*\n")
_FIELD = re.compile(r"^([A-Za-z-]+):(.*(?:\n[ \t].*)*)", re.MULTILINE)

_LISTS = "/var/lib/apt/lists"
_SOURCES = "/etc/apt/sources.list"
_STAMPS = (_LISTS, f"{_LISTS}/partial", "/var/lib/apt/periodic/update-success-stamp")
_DPKG = "/var/lib/dpkg"
_STATUS = f"{_DPKG}/status"

# a name that there is not would be looked for as a regular expression: `y1.0` finds `xy120-dev`
_WORD_FOR_WORD = ("-o", "APT::Cmd::Pattern-Only=true")
# a simulation needs no lock, and an ordinary user gets none; what is held stays, as in an installation
_SIMULATED = ("--yes", "--allow-downgrades", "-o", "Debug::NoLocking=true", *_WORD_FOR_WORD)
_POLICY = re.compile(r"^(?P<name>\S+):\n  Installed: .*\n  Candidate: (?P<candidate>.*)\n", re.MULTILINE)
_TABLE = re.compile(r"^(?: \*\*\*|    ) (?P<version>\S+) -?\d+(?: \(.*\))?\n(?P<origins>(?: {8,}.*\n)*)", re.MULTILINE)
_ORIGIN = re.compile(r"^ *-?\d+ (?P<address>\S+) (?P<suite>\S+)", re.MULTILINE)
_PROVIDED = re.compile(
    r"^Package: (?P<name>\S+)\n.*?^Reverse Provides: *\n(?P<owners>(?:(?!Package: )[^\n]*\n)*)", re.M | re.S
)
_INSTALLATION = re.compile(r"^Inst (?P<name>\S+)(?: \[(?P<before>[^]]+)\])? \((?P<after>\S+) ", re.MULTILINE)
_REMOVAL = re.compile(r"^(?:Remv|Purg) (?P<name>\S+)(?: \[(?P<before>[^]]+)\])?", re.MULTILINE)
_SUMMARY = re.compile(
    r"^(?P<upgrade>\d+) upgraded, (?P<install>\d+) newly installed, (?:\d+ reinstalled, )?"
    r"(?:(?P<downgrade>\d+) downgraded, )?(?P<remove>\d+) to remove and \d+ not upgraded\.$",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"^'(?!file:)[^']+' \S+ (?P<size>\d+)(?: |$)", re.MULTILINE)  # a `file:` is used in place
_STATE = re.compile(
    rb"^Package: (?P<name>\S+)\n(?:.+\n)*?Status: \S+ \S+ (?P<state>\S+)$"
    rb"(?:\n.+)*?\nArchitecture: (?P<architecture>\S+)",
    re.MULTILINE,
)
_DONE = (b"installed", b"config-files", b"not-installed")


class Apt(BaseManager):
    """apt-get, which unlike apt has an interface that stays the same."""

    name = "apt"
    ecosystems = ("debian", "ubuntu")
    executables = ("apt-get",)
    is_system = True
    scheme = "deb"
    environment = (
        ("DEBIAN_FRONTEND", "noninteractive"),
        ("APT_LISTCHANGES_FRONTEND", "none"),
        ("NEEDRESTART_MODE", "a"),
        ("LC_ALL", "C.UTF-8"),
        ("LANGUAGE", "C"),
    )
    # not `Unable to lock`, which it also says to one who is not root
    failure_message = r"^W: (Some index files failed to download|Failed to fetch)"
    lock_message = r"Could not get lock|dpkg: error: .* locked by"
    install = ("apt-get", "install")
    # a configuration file that was changed by hand stays as it is (dpkg(1), --force-conf...)
    answers = ("--yes", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold")
    grammar = r"[a-z0-9][a-z0-9+.-]*[a-z0-9+.]"
    """Debian Policy 5.6.1, without a name that ends in `-`: apt would take that as a removal.

    A `+` at the end means an installation, which is what is asked for (`g++`, `ncbi-blast+`).
    """

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if not names:
            return Availability()
        provided = ask(site, ("apt-cache", "showpkg", "--", *names))
        if not provided.is_success:
            return Availability(problem=describe_failure("apt-cache showpkg", provided))
        owners = {match["name"]: _read_owners(match["owners"]) for match in _PROVIDED.finditer(provided.stdout)}
        wanted = dict.fromkeys((*names, *(owner for found in owners.values() for owner, _ in found)))
        policy = ask(site, ("apt-cache", "policy", "--", *wanted))
        if not policy.is_success:
            return Availability(problem=describe_failure("apt-cache policy", policy))
        known = _read_policy(policy.stdout)
        if _is_garbled(provided.stdout, _PROVIDED) or _is_garbled(policy.stdout, _POLICY):
            return Availability(problem="what `apt-cache` prints cannot be understood")
        packages = {name: known.get(name) or _choose_owners(owners.get(name, ()), known) for name in names}
        return Availability(packages={name: found for name, found in packages.items() if found})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        simulated = ask(site, ("apt-get", "--simulate", *_SIMULATED, "install", "--", *packages))
        if not simulated.is_success:
            return Preview(
                problem=_describe_refusal(simulated.stdout, simulated.stderr) or describe_failure("apt-get", simulated)
            )
        changes = tuple(_iter_changes(simulated.stdout))
        if not _agrees(simulated.stdout, changes):
            return Preview(problem="what `apt-get --simulate` prints cannot be understood")
        addresses = ask(site, ("apt-get", "--print-uris", "-qq", *_SIMULATED, "install", "--", *packages))
        sizes = (int(match["size"]) for match in _ADDRESS.finditer(addresses.stdout))
        return Preview(changes=sort_changes(changes), download=sum(sizes) if addresses.is_success else None)

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        command = super().install_command((), site, unattended=unattended)
        if unattended:
            command += ("--allow-downgrades",) if allow_removals else ("--no-remove",)
            command += (*_WORD_FOR_WORD, "--")
        return (*command, *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("apt-get", "update")

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the last update; apt gives the lists themselves the times of the server."""
        if not any("_Packages" in name for name in site.host.list_directory(_LISTS)):
            return None  # as in a fresh container
        return max(filter(None, (site.host.modification_time(path) for path in _STAMPS)), default=None)

    def repair_commands(self, site: Site, /) -> tuple[tuple[str, ...], ...]:
        journal = [name for name in site.host.list_directory(f"{_DPKG}/updates") if name.isdigit()]
        states = _read_states(site.host, (_STATUS, *(f"{_DPKG}/updates/{name}" for name in journal)))
        if not journal and all(state in _DONE for state in states.values()):
            return ()
        # dpkg alone cannot finish what it was unpacking, and apt leaves it so unless it is told
        lost = (name for name, state in states.items() if state == b"half-installed")
        options = ("--fix-broken", "--reinstall", *self.answers, "--no-remove", *_WORD_FOR_WORD, "--")
        return (
            ("dpkg", "--configure", "--pending", "--force-confdef", "--force-confold"),
            ("apt-get", "install", *options, *(name for name in lost if self.accepts(name.partition(":")[0]))),
        )

    def has_repository(self, repository: str, site: Site, /) -> bool:
        """Whether a component (`non-free`) is among the lists that apt has fetched, or is named in its sources."""
        host = site.host
        if any(f"_{repository}_" in name for name in host.list_directory(_LISTS)):
            return True
        sources = [_SOURCES, *(f"{_SOURCES}.d/{name}" for name in host.list_directory(f"{_SOURCES}.d"))]
        return any(_names(read_text(host, path) or "", repository) for path in sources)

    def derive(self, contents: Collection[Content], host: Host | None, /) -> Derivation:
        if host is None:
            return Derivation()  # the lists of files are those of this machine
        from extdeps.manager.contents import find_packages

        return find_packages(contents, host, self.accepts)


def _read_states(host: Host, paths: Iterable[str]) -> dict[str, bytes]:
    """The state of each package, as `name:architecture` where it has one, that dpkg's files give last."""
    states = {}
    for path in paths:
        for match in _STATE.finditer(host.read_bytes(path) or b""):
            name, architecture = (
                match["name"].decode("ascii", "replace"),
                match["architecture"].decode("ascii", "replace"),
            )
            states[name if architecture == "all" else f"{name}:{architecture}"] = match["state"]
    return states


def _read_owners(text: str) -> tuple[tuple[str, str], ...]:
    """The packages that provide a name and their versions, of lines such as `gawk 1:5.2.1-2 (= )`."""
    lines = (line.split() for line in text.splitlines())
    return tuple(dict.fromkeys((words[0], words[1]) for words in lines if len(words) > 1))


def _choose_owners(
    owners: Iterable[tuple[str, str]], known: Mapping[str, tuple[PackageVersion, ...]]
) -> tuple[PackageVersion, ...]:
    """Of the packages that provide a name those whose candidate does; apt takes no other version."""
    candidates = ((owner, known[owner[0]][0]) for owner in owners if known.get(owner[0]))
    return tuple(candidate for owner, candidate in candidates if owner[1] == candidate.version)


def _is_garbled(text: str, stanza: re.Pattern[str]) -> bool:
    """Whether something was printed that is none of what is printed."""
    return bool(text.strip()) and stanza.search(text) is None


def _read_policy(text: str) -> dict[str, tuple[PackageVersion, ...]]:
    """The versions of each package of `apt-cache policy`, the candidate first; none without one."""
    found = {}
    heads = list(_POLICY.finditer(text))
    for head, following in zip_longest(heads, heads[1:]):
        table = text[head.end() : following.start() if following else None]
        versions = []
        for row in _TABLE.finditer(table):
            origins = (match["suite"] for match in _ORIGIN.finditer(row["origins"]) if match["address"] != _STATUS)
            versions.append(PackageVersion(name=head["name"], version=row["version"], origin=next(origins, "")))
        versions.sort(key=lambda item: item.version != head["candidate"])
        if head["candidate"] != "(none)":
            found[head["name"]] = tuple(versions)
    return found


def _iter_changes(text: str) -> Iterator[Change]:
    from extdeps.versions.table import get_order

    order = get_order("deb")
    removed = {match["name"]: match["before"] or "" for match in _REMOVAL.finditer(text)}
    for name, match in {match["name"]: match for match in _INSTALLATION.finditer(text)}.items():
        gone = removed.pop(name, "")  # for the time in which another takes its place
        before, after = match["before"] or gone, match["after"]
        if not before:
            yield Change(kind="install", package=name, after=after)
            continue
        compared = order.compare(before, after)
        kind: ChangeKind = "upgrade" if compared < 0 else "downgrade" if compared > 0 else "reinstall"
        yield Change(kind=kind, package=name, before=before, after=after)
    for name, before in removed.items():
        yield Change(kind="remove", package=name, before=before)


def _agrees(text: str, changes: tuple[Change, ...]) -> bool:
    """Whether the changes that were read are as many as apt says itself."""
    summary = _SUMMARY.search(text)
    kinds: list[str] = [change.kind for change in changes]
    return summary is not None and all(
        int(number or 0) == kinds.count(kind) for kind, number in summary.groupdict().items()
    )


def _describe_refusal(stdout: str, stderr: str) -> str:
    """What apt has against it: its errors, and which dependencies cannot be had."""
    unmet = re.findall(r"^ +(\S+ : (?:Pre)?Depends: .+|\S+ : Conflicts: .+)$", stdout, re.MULTILINE)
    errors = re.findall(r"^E: (.+[^:\s])$", stderr, re.MULTILINE)  # what ends in `:` begins a trace of its solver
    return "; ".join(" ".join(part.split()) for part in (*errors[:5], *unmet[:5]))


def _names(sources: str, component: str) -> bool:
    """Whether a list of sources takes binary packages from a component, in either style (sources.list(5))."""
    for stanza in _STANZA_END.split(sources):
        lines = [line.split() for line in stanza.splitlines()]
        if any(words[:1] == ["deb"] and component in words for words in lines):
            return True
        fields = {name: value.split() for name, value in _FIELD.findall(stanza)}
        is_used = "deb" in fields.get("Types", ()) and fields.get("Enabled") != ["no"]
        if is_used and component in fields.get("Components", ()):
            return True
    return False
