"""What apt prints: its packages, what it would change, and why it would not."""

from __future__ import annotations

import re
from itertools import zip_longest

from extdeps.manager.change import make_change
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


_STATUS = "/var/lib/dpkg/status"
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


def find_owners(provided: str) -> tuple[str, ...]:
    """The packages that provide any of the names of `apt-cache showpkg`."""
    return tuple(dict.fromkeys(owner for owners in _read_provided(provided).values() for owner, _ in owners))


def list_installable(policy: str) -> frozenset[str]:
    """The names of `apt-cache policy` that are packages which can be had."""
    return frozenset(_read_policy(policy))


def _read_provided(text: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """The packages that provide each name of `apt-cache showpkg`, with their versions."""
    return {match["name"]: _read_owners(match["owners"]) for match in _PROVIDED.finditer(text)}


def read_availability(names: Collection[str], provided: str, policy: str) -> Availability:
    """What there is of some names.

    Args:
        names: those that were asked for.
        provided: what `apt-cache showpkg` prints of those that are no packages which can be had.
        policy: what `apt-cache policy` prints of all of them, and of all that provides any.
    """
    if _is_garbled(provided, _PROVIDED) or _is_garbled(policy, _POLICY):
        return Availability(problem="what `apt-cache` prints cannot be understood")
    owners, known = _read_provided(provided), _read_policy(policy)
    packages = {name: known.get(name) or _choose_owners(owners.get(name, ()), known) for name in names}
    return Availability(packages={name: found for name, found in packages.items() if found})


def read_preview(simulated: str) -> Preview:
    """What a transaction would change, of what `apt-get --simulate` prints, which says nothing of what is fetched."""
    changes = tuple(_iter_changes(simulated))
    if not _agrees(simulated, changes):
        return Preview(problem="what `apt-get --simulate` prints cannot be understood")
    return Preview(changes=sort_changes(changes), download=0)


def read_download(addresses: str) -> int:
    """The bytes that would be fetched, of what `apt-get --print-uris` prints."""
    return sum(int(match["size"]) for match in _ADDRESS.finditer(addresses))


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
    removed = {match["name"]: match["before"] or "" for match in _REMOVAL.finditer(text)}
    for name, match in {match["name"]: match for match in _INSTALLATION.finditer(text)}.items():
        gone = removed.pop(name, "")  # for the time in which another takes its place
        yield make_change(name, before=match["before"] or gone, after=match["after"], scheme="deb")
    for name, before in removed.items():
        yield Change(kind="remove", package=name, before=before)


def _agrees(text: str, changes: tuple[Change, ...]) -> bool:
    """Whether the changes that were read are as many as apt says itself."""
    summary = _SUMMARY.search(text)
    kinds: list[str] = [change.kind for change in changes]
    return summary is not None and all(
        int(number or 0) == kinds.count(kind) for kind, number in summary.groupdict().items()
    )


def describe_refusal(stdout: str, stderr: str) -> str:
    """What apt has against it: its errors, and which dependencies cannot be had."""
    unmet = re.findall(r"^ +(\S+ : (?:Pre)?Depends: .+|\S+ : Conflicts: .+)$", stdout, re.MULTILINE)
    errors = re.findall(r"^E: (.+[^:\s])$", stderr, re.MULTILINE)  # what ends in `:` begins a trace of its solver
    return "; ".join(" ".join(part.split()) for part in (*errors[:5], *unmet[:5]))
