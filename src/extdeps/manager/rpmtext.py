"""What yum, dnf 4, dnf 5 and microdnf print for people: the table of a transaction, and what provides a file."""

from __future__ import annotations

import re
from functools import cmp_to_key

from extdeps.model.transaction import Change, PackageVersion, sort_changes
from extdeps.versions.table import get_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.transaction import ChangeKind

_HEAD = re.compile(r"^ ?Package\s+Arch\S*\s+Version\s+Repo\S*\s+Size *$", re.MULTILINE)
_END = "Transaction Summary"
_SECTION = re.compile(r"^(?P<title>\S.*):$", re.MULTILINE)
_ROW = re.compile(
    r"(?P<replaced>replacing )?(?P<name>\S+) [a-z0-9_]+ (?P<version>[^\s-]+-[^\s-]+) \S+ [0-9.]+"
    r"(?: (?:[kMGTPEZY]|[KMGTPEZY]iB|B))?(?: |$)"
)
_OBSOLETED = re.compile(r"replacing (?P<name>\S+)\.[a-z0-9_]+ (?P<version>\S+)(?: |$)")
_KINDS: dict[str, ChangeKind] = {
    "Installing": "install",
    "Upgrading": "upgrade",
    "Updating": "upgrade",
    "Reinstalling": "reinstall",
    "Downgrading": "downgrade",
    "Removing": "remove",
}
_STREAMS = ("Enabling", "Disabling", "Resetting", "Switching")  # of modules, which are no packages

_INBOUND = re.compile(r"(?:Need to download|Total download size:) (?P<number>[0-9.]+) ?(?P<unit>[kKMGTPEZY]?)")
_UNITS = "KMGTPEZY"

_PROVIDER = re.compile(
    r"^(?P<package>\S+) : .*\n(?: +: .*\n)*Repo +: (?P<origin>\S+) *\n"
    r"(?:Matched [Ff]rom ?: *\n(?P<matches>(?:\w+ +: .*\n?)*))?",
    re.MULTILINE,
)
_MATCH = re.compile(r"^\w+ +: (?P<what>\S+)", re.MULTILINE)
_NEVRA = re.compile(
    r"(?:(?P<first>\d+):)?(?P<name>\S+)-(?:(?P<epoch>\d+):)?(?P<version>[^\s:-]+)-(?P<release>[^\s:-]+)\.[^\s.-]+"
)


def parse_changes(text: str) -> tuple[Change, ...] | None:
    """The changes of a transaction's table, or None where it has something that is not understood.

    yum and dnf 4 wrap long rows, and do not say what is there before an upgrade or a downgrade.

    Args:
        text: the output, in English.
    """
    head, end = _HEAD.search(text), text.find(_END)
    if not head or end < head.end():
        return None
    table = text[head.end() : end]
    titles = list(_SECTION.finditer(table))
    ends = [*(title.start() for title in titles[1:]), len(table)][: len(titles)]
    found: dict[tuple[str, str], Change] = {}
    for title, end in zip(titles, ends, strict=True):
        word = title["title"].partition(" ")[0]
        body = " ".join(table[title.end() : end].split())
        kind = _KINDS.get(word)
        changes = _parse_rows(body, kind) if kind else () if word in _STREAMS else None
        if changes is None:
            return None
        for change in changes:  # a library for two architectures is one change
            found.setdefault((change.kind, change.package), change)
    return sort_changes(tuple(found.values())) or None


def _parse_rows(body: str, kind: ChangeKind) -> list[Change] | None:
    changes: list[Change] = []
    at = 0
    while at < len(body):
        row = _ROW.match(body, at) or _OBSOLETED.match(body, at)
        if not row:
            return None
        at = row.end()
        name, version = row["name"], row["version"].removeprefix("0:")
        if not row[0].startswith("replacing "):
            is_removal = kind == "remove"
            changes.append(
                Change(
                    kind=kind,
                    package=name,
                    before=version if is_removal else "",
                    after="" if is_removal else version,
                )
            )
        elif changes and changes[-1].package == name:  # dnf 5 says what it was
            changes[-1] = Change(kind=kind, package=name, before=version, after=changes[-1].after)
        else:
            changes.insert(0, Change(kind="remove", package=name, before=version))
    return changes


def parse_download(text: str) -> int | None:
    """The bytes that would be fetched, as exactly as they are printed; None where they are not."""
    found = _INBOUND.search(text)
    if found:
        power = _UNITS.find(found["unit"].upper()) + 1 if found["unit"] else 0
        return round(float(found["number"]) * (1 << 10 * power))
    return 0 if "\nTotal size: " in text else None  # all of it is here


def iter_providers(text: str) -> Iterator[tuple[PackageVersion, tuple[str, ...]]]:
    """Packages, and what of them was asked for, of the `provides` of yum and dnf; those that are installed are not.

    Args:
        text: the output, in English.
    """
    for block in _PROVIDER.finditer(text):
        package = parse_nevra(block["package"], origin=block["origin"])
        if package and not package.origin.startswith(("@", "installed")):
            yield package, tuple(match["what"] for match in _MATCH.finditer(block["matches"] or ""))


def parse_nevra(text: str, *, origin: str = "") -> PackageVersion | None:
    """A package of `name-epoch:version-release.arch`, or of yum's `epoch:name-version-release.arch`."""
    found = _NEVRA.fullmatch(text)
    if not found:
        return None
    epoch = (found["epoch"] or found["first"] or "0").lstrip("0")
    version = f"{epoch}:" * bool(epoch) + f"{found['version']}-{found['release']}"
    return PackageVersion(name=found["name"], version=version, origin=origin)


def newest_first(packages: Iterable[PackageVersion]) -> tuple[PackageVersion, ...]:
    """Each package once, by version, as the manager would take them."""
    compare = get_order("rpm").compare
    unique = dict.fromkeys(packages)

    def later_first(one: PackageVersion, other: PackageVersion) -> int:
        return compare(other.version, one.version)

    return tuple(sorted(unique, key=cmp_to_key(later_first)))
