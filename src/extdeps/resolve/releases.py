"""Other releases of a distribution that have what this one lacks, by what is known of their packages."""

from __future__ import annotations

from extdeps.manager.table import choose_manager
from extdeps.model.identifier import is_virtual, parse_depurl
from extdeps.versions.loose import key
from extdeps.versions.ranges import satisfies
from extdeps.versions.upstream import upstream_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.model.constraint import Constraint
    from extdeps.model.requirement import Phase
    from extdeps.versions.loose import Key
    from extdeps.versions.upstream import Scheme


def find_releases(
    identifier: str, phase: Phase, constraints: tuple[Constraint, ...], ecosystem: Ecosystem, catalogue: Catalogue
) -> tuple[tuple[Ecosystem, str], ...]:
    """The other releases that have an identifier in a range, each with its upstream version.

    A release counts where the versions of all packages are known that its mapping has for the phase. The version is
    that of the first of them. Of an interface (`dep:virtual/...`) a range is about the interface, of which the version
    of a package tells nothing: no release is in one.

    Args:
        identifier: what is asked for, as the registry calls it.
        phase: what for.
        constraints: the range; without any, all releases that have it.
        ecosystem: the release that is left out; where it has no number, all are other ones.
        catalogue: mappings and known versions.

    Returns:
        The nearest newer release first, one that has no number (`sid`) after all that have; then the older ones,
        the nearest first.

    Raises:
        DocumentError: a document is wrong.
    """
    if is_virtual(identifier) and constraints:
        return ()
    manager = choose_manager(ecosystem.name, ())
    scheme: Scheme = manager.scheme if manager else "none"
    here = _rank(ecosystem)
    others = sorted((other for other in catalogue.releases(ecosystem.name) if _rank(other) != here), key=_rank)
    newer = [other for other in others if _rank(other) > here]
    older = [other for other in reversed(others) if _rank(other) < here]
    found = ((other, _find_version(identifier, phase, other, catalogue, scheme)) for other in (*newer, *older))
    return tuple((other, version) for other, version in found if version and satisfies(version, constraints))


def known_version(identifier: str, phase: Phase, ecosystem: Ecosystem, catalogue: Catalogue) -> str:
    """The upstream version that a release had when the data were made, or empty where that is not known.

    Args:
        identifier: what is asked for, as the registry calls it.
        phase: what for.
        ecosystem: the release.
        catalogue: mappings and known versions.

    Raises:
        DocumentError: a document is wrong.
    """
    manager = choose_manager(ecosystem.name, ())
    return _find_version(identifier, phase, ecosystem, catalogue, manager.scheme if manager else "none")


def format_releases(identifier: str, releases: tuple[tuple[Ecosystem, str], ...]) -> str:
    """Say it: `debian+13 has proj 9.6.0, debian+sid 9.7.1`; empty where there are none."""
    if not releases:
        return ""
    (first, version), *others = releases
    text = f"{first} has {parse_depurl(identifier).name} {version}"
    return ", ".join((text, *(f"{other} {version}" for other, version in others)))


def _rank(ecosystem: Ecosystem) -> tuple[int, Key, str]:
    """Where a release stands: those without a number roll on, and are the newest; the whole ecosystem is before all."""
    number = key(ecosystem.release)
    if number is not None:
        return 1, number, ""
    return (2 if ecosystem.release else 0), ((), ()), ecosystem.release


def _find_version(identifier: str, phase: Phase, ecosystem: Ecosystem, catalogue: Catalogue, scheme: Scheme) -> str:
    versions = catalogue.known_versions(ecosystem)
    specs = catalogue.specs(identifier, ecosystem) if versions else None
    packages = specs.of(phase) if specs else ()
    if not packages or not all(package in versions for package in packages):
        return ""
    return upstream_version(versions[packages[0]], scheme)
