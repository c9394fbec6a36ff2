"""Packages as pacman describes them, and which of them cannot be on a machine together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.versions.table import get_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_FIELD = re.compile(r"^(Repository|Name|Version|Provides|Depends On|Conflicts With) *: (.*)$", re.MULTILINE)
_DEPENDENCY = re.compile(r"(?P<name>[^<>=\s]+)(?:(?P<operator><=|>=|=|<|>)(?P<version>\S+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlpmPackage:
    """A package that is installed, or in a repository.

    Args:
        name: what it is called.
        version: its version.
        repository: which has it, or empty for one that is installed.
        provides: what it stands for (`libz.so=1-64`).
        depends: what it needs (`zlib>=1.3`).
        conflicts: what cannot be installed beside it (`app<2`).
    """

    name: str
    version: str
    repository: str = ""
    provides: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Its own name, and those that it provides."""
        return frozenset((self.name, *(re.split("[<>=]", item, maxsplit=1)[0] for item in self.provides)))


def read_packages(text: str) -> Iterator[AlpmPackage]:
    """The packages that `pacman -Si` or `pacman -Qi` prints, in its order; what is no package is left out."""
    for block in text.split("\n\n"):
        fields = dict(_FIELD.findall(block))
        if "Name" not in fields or "Version" not in fields:
            continue
        yield AlpmPackage(
            name=fields["Name"].strip(),
            version=fields["Version"].strip(),
            repository=fields.get("Repository", "").strip(),
            provides=_read_list(fields, "Provides"),
            depends=_read_list(fields, "Depends On"),
            conflicts=_read_list(fields, "Conflicts With"),
        )


def _read_list(fields: dict[str, str], name: str) -> tuple[str, ...]:
    words = fields.get(name, "").split()
    return () if words == ["None"] else tuple(words)


def satisfies(package: AlpmPackage, dependency: str) -> bool:
    """Whether a package answers to a dependency, itself or by what it provides.

    A range is answered only by a provision that has a version of its own (PKGBUILD(5), "provides").
    """
    wanted = _DEPENDENCY.fullmatch(dependency)
    if wanted is None:
        return False
    if wanted["name"] == package.name and _is_within(package.version, wanted):
        return True
    offers = filter(None, map(_DEPENDENCY.fullmatch, package.provides))
    return any(offer["name"] == wanted["name"] and _is_within(offer["version"] or "", wanted) for offer in offers)


def _is_within(version: str, wanted: re.Match[str]) -> bool:
    if not wanted["operator"]:
        return True
    if not version:
        return False
    compared = get_order("alpm").compare(version, wanted["version"])
    results = {"<": compared < 0, "<=": compared <= 0, "=": compared == 0, ">=": compared >= 0, ">": compared > 0}
    return results[wanted["operator"]]


def are_in_conflict(one: AlpmPackage, other: AlpmPackage) -> bool:
    """Whether either of two packages says that it cannot be beside the other; one cannot be so with itself."""
    if one.name == other.name:
        return False
    return any(satisfies(other, item) for item in one.conflicts) or any(
        satisfies(one, item) for item in other.conflicts
    )


def find_removals(new: Collection[AlpmPackage], installed: Iterable[AlpmPackage]) -> tuple[AlpmPackage, ...]:
    """The installed packages that would have to go for new ones, and are not replaced by a version of themselves."""
    names = {package.name for package in new}
    stay = (package for package in installed if package.name not in names)
    return tuple(old for old in stay if any(are_in_conflict(package, old) for package in new))


def find_clash(new: Collection[AlpmPackage]) -> str:
    """What new packages have against each other, or empty."""
    for one in new:
        for other in new:
            if one.name < other.name and are_in_conflict(one, other):
                return f"`{one.name}` and `{other.name}` are in conflict"
    return ""


def find_broken(
    new: Collection[AlpmPackage], installed: Collection[AlpmPackage], removed: Collection[AlpmPackage]
) -> str:
    """Which dependency of a package that stays nothing would answer to after a removal, or empty."""
    gone = {package.name for package in (*removed, *new)}
    stay = [package for package in installed if package.name not in gone]
    for package in stay:
        for dependency in package.depends:
            lost = next((old for old in removed if satisfies(old, dependency)), None)
            if lost and not any(satisfies(item, dependency) for item in (*stay, *new)):
                return f"removing `{lost.name}` breaks the dependency `{dependency}` of `{package.name}`"
    return ""
