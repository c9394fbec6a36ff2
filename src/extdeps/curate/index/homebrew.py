"""Homebrew: the documents of its API about all formulae and casks.

Format: https://formulae.brew.sh/docs/api/
"""

from __future__ import annotations

import re
from functools import cached_property

from extdeps.curate.index.interface import Package
from extdeps.curate.index.trust import UnsignedSite
from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.catalog.probes import Kind
    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.trust import Document

    Entry = dict[str, object]

_ADDRESS = "https://formulae.brew.sh/api"
_FORMULAE, _CASKS, _EXECUTABLES = "formula.json", "cask.json", "internal/executables.txt"
_NAME = re.compile(r"[a-z0-9][a-z0-9@._+-]*")
_VERSION = re.compile(r"\(.*\)$")


def open_index(source: Source) -> HomebrewIndex:
    """The index of all formulae and casks.

    Raises:
        UntrustedIndexError: nobody vouches for the address.
    """
    return HomebrewIndex(UnsignedSite(source, _ADDRESS))


class HomebrewIndex:
    """The formulae, and in the repository `cask` the casks; what is disabled can no longer be installed, and is none.

    Args:
        site: the API, or the file `formula.json` alone.
    """

    default_repositories: tuple[str, ...] = ("core",)
    tells_versions = True
    date = ""

    def __init__(self, site: UnsignedSite) -> None:
        self.name = site.address
        self._site = site

    @cached_property
    def shows(self) -> frozenset[Kind]:
        """Executables, where they are listed."""
        return frozenset(("executable",)) if self._executables else frozenset()

    def packages(self) -> Mapping[str, Package]:
        return self._packages

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        for package, executables in self._executables.items():
            for executable in executables:
                if executable in names:
                    yield f"bin/{executable}", (package,)  # `sbin` is not told apart

    @cached_property
    def _packages(self) -> dict[str, Package]:
        formulae = {package.name: package for package, _ in self._formulae}
        if not formulae:
            raise FetchError(f"`{self.name}` has no formulae")
        casks = None if self._site.is_file(_FORMULAE) else self._site.find(_CASKS)
        packages = _read_casks(casks) if casks else ()
        return {package.name: package for package in packages} | formulae

    @cached_property
    def _executables(self) -> dict[str, tuple[str, ...]]:
        """Of each formula its programs: said in its entry, or as it was until 2026 in a list of their own."""
        listed = {package.name: executables for package, executables in self._formulae if executables}
        if listed or self._site.is_file(_FORMULAE):
            return listed
        document = self._site.find(_EXECUTABLES)
        return dict(_read_executables(document)) if document else {}

    @cached_property
    def _formulae(self) -> tuple[tuple[Package, tuple[str, ...]], ...]:
        return tuple(_read_formulae(self._site.get(_FORMULAE)))


def _read_formulae(document: Document) -> Iterator[tuple[Package, tuple[str, ...]]]:
    for entry, place in _read_entries(document):
        name = _parse_name(entry.get("name"), f"{place}.name", document)
        strings = {
            key: _parse_strings(entry.get(key), f"{place}.{key}", document)
            for key in ("dependencies", "aliases", "oldnames", "executables")
        }
        yield (
            Package(
                name=name,
                repository="core",
                depends=tuple((other,) for other in strings["dependencies"]),
                provides=(*strings["aliases"], *strings["oldnames"]),
                summary=str(entry.get("desc") or ""),
                version=_parse_version(entry),
            ),
            strings["executables"],
        )


def _read_casks(document: Document) -> Iterator[Package]:
    for entry, place in _read_entries(document):
        yield Package(
            name=_parse_name(entry.get("token"), f"{place}.token", document),
            repository="cask",
            provides=_parse_strings(entry.get("old_tokens"), f"{place}.old_tokens", document),
            summary=str(entry.get("desc") or ""),
            version=str(entry.get("version") or ""),
        )


def _parse_version(entry: Entry) -> str:
    """The stable version of a formula, with its revision as a bottle has it: `1.2.3_1`; empty where there is none."""
    versions = entry.get("versions")
    stable = versions.get("stable") if isinstance(versions, dict) else None
    revision = entry.get("revision")
    return f"{stable}_{revision}" if stable and revision else str(stable or "")


def _read_entries(document: Document) -> Iterator[tuple[Entry, str]]:
    """What can be installed, and where in the document it stands."""
    reader = document.parse()
    for number, _ in enumerate(reader.iter_items()):
        place = f"[{number}]"
        entry = reader.value()
        if not isinstance(entry, dict):
            raise document.fault(f"`{place}` is not an object")
        if entry.get("disabled") is not True:
            yield entry, place
    reader.end()


def _parse_name(value: object, place: str, document: Document) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise document.fault(f"`{place}` is not the name of a package")
    return value


def _parse_strings(value: object, place: str, document: Document) -> tuple[str, ...]:
    if not isinstance(value, list | None) or not all(isinstance(item, str) for item in value or ()):
        raise document.fault(f"`{place}` is not an array of strings")
    return tuple(value or ())


def _read_executables(document: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines `name:program program` or `name(version):program`."""
    for line in b"".join(document.iter_chunks()).decode("utf-8", "replace").splitlines():
        name, _, executables = line.partition(":")
        if executables.strip():
            yield _VERSION.sub("", name.strip()), tuple(executables.split())
