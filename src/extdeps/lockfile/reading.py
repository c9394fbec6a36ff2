"""From decoded TOML to a lock, with all that is wrong with it."""

from __future__ import annotations

import re

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.errors import RequirementError, UsageError
from extdeps.lockfile.make import sort_entries
from extdeps.manager.table import choose_manager
from extdeps.model.constraint import format_constraints, parse_constraints
from extdeps.model.fields import Faults
from extdeps.model.identifier import is_virtual, parse_depurl
from extdeps.model.lock import Lock, LockedEntry, LockedRequirement, LockedTarget
from extdeps.model.requirement import PHASES
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.manager.interface import Manager
    from extdeps.model.fields import Keys, Table
    from extdeps.model.requirement import Phase

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_REQUIRED = ("packages", "requirements")
_OPTIONAL = ("provider", "ecosystem", "version")


def read_lock(document: Table) -> tuple[Lock, tuple[str, ...]]:
    """Read a decoded document of the version that is known.

    Args:
        document: the outermost table.

    Returns:
        The lock, and a line for each fault. The lock is of use only where there is none.
    """
    reader = _Reader()
    lock = reader.read(document)
    return lock, tuple(reader.faults.lines)


class _Reader:
    """One reading of one document."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._managers: dict[str, Manager | None] = {}

    def read(self, document: Table) -> Lock:
        """The whole."""
        self.faults.check_keys(document, (), required=("version",), optional=("target",))
        tables = self.faults.get_table(document.get("target", {}), ("target",)) or {}
        targets = [self._read_target(name, value) for name, value in tables.items()]
        return Lock(targets=tuple(sorted(filter(None, targets), key=lambda target: target.ecosystem)))

    def _read_target(self, name: str, value: object) -> LockedTarget | None:
        keys: Keys = ("target", name)
        table = self.faults.get_table(value, keys)
        if table is None or not self._is_ecosystem(name, keys):
            return None
        self.faults.check_keys(
            {key: item for key, item in table.items() if key == "mapping" or not isinstance(item, dict)},
            keys,
            required=("mapping",),
            optional=(),
        )
        mapping = self.faults.get_text(table, "mapping", keys)
        if mapping and not _DIGEST.fullmatch(mapping):
            self.faults.add((*keys, "mapping"), f"is `{mapping}`, not `sha256:` and 64 hexadecimal digits")
        entries: dict[tuple[str, Phase], LockedEntry] = {}
        for key, item in table.items():
            if isinstance(item, dict) and key != "mapping":
                self._read_phases(key, item, name, entries)
        return LockedTarget(ecosystem=name, mapping=mapping, entries=sort_entries(entries.values()))

    def _is_ecosystem(self, name: str, keys: Keys) -> bool:
        try:
            parse_ecosystem(name)
        except UsageError as error:
            self.faults.add(keys, f"is wrong: {error.message}")
            return False
        return True

    def _read_phases(self, key: str, table: Table, target: str, entries: dict[tuple[str, Phase], LockedEntry]) -> None:
        keys: Keys = ("target", target, key)
        identifier = self._read_identifier(key, keys)
        if not table:
            self.faults.add(keys, "has no phase")
        for phase, value in table.items():
            place = (*keys, phase)
            if phase not in PHASES:
                self.faults.add(place, f"is unknown; the phases are {', '.join(PHASES)}")
                continue
            fields = self.faults.get_table(value, place)
            if fields is None or not identifier:
                continue
            entry = self._read_entry(fields, place, identifier, phase)
            if entry.key in entries:
                self.faults.add(place, f"is there twice: `{key}` is `{identifier}`")
            entries[entry.key] = entry

    def _read_identifier(self, text: str, keys: Keys) -> str:
        """The canonical form of an identifier; empty where it is none."""
        try:
            url = parse_depurl(text)
        except RequirementError as error:
            self.faults.add(keys, f"is no identifier: {error.message}")
            return ""
        if url.constraints:
            self.faults.add(keys, "has a version range, which belongs to its `requirements`")
            return ""
        return url.identifier

    def _read_entry(self, table: Table, keys: Keys, identifier: str, phase: Phase) -> LockedEntry:
        faults = self.faults
        faults.check_keys(table, keys, required=_REQUIRED, optional=_OPTIONAL)
        ecosystem = faults.get_text(table, "ecosystem", keys)
        if ecosystem and not self._is_ecosystem(ecosystem, (*keys, "ecosystem")):
            ecosystem = ""
        entry = LockedEntry(
            identifier=identifier,
            phase=phase,
            provider=self._read_provider(table, keys, identifier),
            ecosystem=ecosystem,
            packages=self._read_packages(table, keys, ecosystem or str(keys[1])),
            version=faults.get_text(table, "version", keys),
            requirements=self._read_requirements(table, keys),
        )
        self._check_version(entry, keys)
        return entry

    def _read_provider(self, table: Table, keys: Keys, identifier: str) -> str:
        text = self.faults.get_text(table, "provider", keys)
        provider = self._read_identifier(text, (*keys, "provider")) if text else ""
        if provider and provider != identifier and not is_virtual(identifier):
            self.faults.add((*keys, "provider"), f"is `{provider}`, but only a virtual is provided by something else")
        return provider or identifier

    def _read_packages(self, table: Table, keys: Keys, ecosystem: str) -> tuple[str, ...]:
        manager = self._find_manager(ecosystem)
        names = []
        for item, place in self.faults.iter_items(table, "packages", keys):
            name = self.faults.check_text(item, place)
            if name and manager and not manager.accepts(name):
                self.faults.add(place, f"is `{name}`, which is no name of a package for {manager.name}")
            names.append(name)
        return tuple(names)

    def _find_manager(self, ecosystem: str) -> Manager | None:
        """The manager whose grammar the names of an ecosystem follow; None for an ecosystem of somebody's own."""
        name = ecosystem.partition("+")[0]
        if name not in self._managers:
            self._managers[name] = choose_manager(name, ())
        return self._managers[name]

    def _read_requirements(self, table: Table, keys: Keys) -> tuple[LockedRequirement, ...]:
        found = set()
        for item, place in self.faults.iter_items(table, "requirements", keys):
            fields = self.faults.get_table(item, place)
            if fields is None:
                continue
            self.faults.check_keys(fields, place, required=("by",), optional=("range",))
            by, bounds = (self.faults.get_text(fields, key, place) for key in ("by", "range"))
            found.add(LockedRequirement(by=by, range=self._read_range(bounds, (*place, "range"))))
        if table.get("requirements") == []:
            self.faults.add((*keys, "requirements"), "is empty: nobody asks for it")
        return tuple(sorted(found))

    def _read_range(self, text: str, keys: Keys) -> str:
        try:
            return format_constraints(parse_constraints(text)) if text else ""
        except RequirementError as error:
            self.faults.add(keys, f"is no version range: {error.message}")
            return ""

    def _check_version(self, entry: LockedEntry, keys: Keys) -> None:
        """Two sides of a merge may have changed the version and a range, each for itself.

        The range of a virtual may be that of a standard (C++17), not of its provider.
        """
        if not entry.version or is_virtual(entry.identifier):
            return
        for item in entry.requirements:
            if item.range and satisfies(entry.version, parse_constraints(item.range)) is False:
                self.faults.add((*keys, "version"), f"is {entry.version}, not in {item.range} as {item.by} asks")
