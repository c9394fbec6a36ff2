"""What the readers of installers' locks share: packages as locks name them, and one reading with all its faults."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from extdeps.declaration.external import normalize_name
from extdeps.declaration.index import IndexFile
from extdeps.errors import RequirementError
from extdeps.model.fields import Faults, format_place
from extdeps.model.marker import evaluate, parse_marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.model.fields import Keys, Table
    from extdeps.model.marker import Comparison

_MARKER_LIMIT = 32 * 1024
"""Characters of a marker; those that uv writes for conflicting extras have some thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPackage:
    """A package of a lock that is installed here.

    Args:
        name: normalised (PEP 503).
        keys: where it stands in the lock.
        version: PEP 440; empty where the lock does not say.
        files: its wheels and its sdist, or the archive that it is.
        directory: the source tree, or empty.
        is_checkout: whether it is taken from a version control system.
        extras: those of it that are asked for, normalised.
        is_requested: whether it was asked for by itself.
    """

    name: str
    keys: Keys
    version: str = ""
    files: tuple[IndexFile, ...] = ()
    directory: str = ""
    is_checkout: bool = False
    extras: frozenset[str] = frozenset()
    is_requested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedSet:
    """What a lock says of this machine, whichever format it has.

    Args:
        packages: those that are installed here.
        unmet: why the lock is not for this machine, a line for each reason.
        extras: the extras that it knows of, normalised.
        groups: the dependency groups that it knows of, normalised.
        notes: what a reader should know.
    """

    packages: tuple[LockedPackage, ...]
    unmet: tuple[str, ...] = ()
    extras: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of one lock.

    Args:
        directory: of the lock, which its paths are relative to.
        python: the version of the Python that decides.
        environment: its marker variables.
        extras: the extras asked for, normalised.
        groups: the dependency groups asked for, normalised.
        extra_names: what `extra` may be equal to in a marker; the extras, and what a format encodes in it.
        faults: what was found wrong.
    """

    directory: str
    python: str
    environment: Mapping[str, str]
    extras: frozenset[str]
    groups: frozenset[str]
    extra_names: frozenset[str]
    faults: Faults = field(default_factory=Faults)
    answers: dict[str, bool] = field(default_factory=dict)

    def need(self, table: Table, keys: Keys, *names: str) -> bool:
        """Whether a table has all of these keys; those that it lacks are faults. Other keys are no matter."""
        before = len(self.faults.lines)
        self.faults.check_keys(table, keys, required=names, optional=table)
        return len(self.faults.lines) == before

    def iter_tables(self, table: Table, key: str, keys: Keys = ()) -> Iterator[tuple[Table, Keys]]:
        """The tables of an array, each with its place."""
        for value, place in self.faults.iter_items(table, key, keys):
            found = self.faults.get_table(value, place)
            if found is not None:
                yield found, place

    def get_table(self, table: Table, key: str, keys: Keys = ()) -> Table:
        """A table in a table; an empty one where it is absent, or is wrong and noted."""
        return self.faults.get_table(table.get(key, {}), (*keys, key)) or {}

    def get_names(self, table: Table, key: str, keys: Keys = ()) -> frozenset[str]:
        """The normalised names in an array of strings."""
        texts = (self.faults.check_text(*item) for item in self.faults.iter_items(table, key, keys))
        return frozenset(normalize_name(text) for text in texts if text)

    def get_name(self, table: Table, keys: Keys) -> str:
        """The normalised `name` of a package, which it has to have; empty where it is absent, or is wrong and noted."""
        from packaging.utils import InvalidName, canonicalize_name

        text = self.faults.get_text(table, "name", keys) if self.need(table, keys, "name") else ""
        try:
            return canonicalize_name(text, validate=True) if text else ""
        except InvalidName:
            self.faults.add((*keys, "name"), f"is `{text}`, which is no name of a project")
            return ""

    def get_version(self, table: Table, keys: Keys) -> str:
        """The `version` of a package, as PEP 440 writes it."""
        from packaging.version import InvalidVersion, Version

        text = self.faults.get_text(table, "version", keys)
        try:
            return str(Version(text)) if text else ""
        except InvalidVersion:
            self.faults.add((*keys, "version"), f"is `{text}`, which is no version (PEP 440)")
            return ""

    def check_version(self, text: str, keys: Keys, *known: str) -> tuple[str, ...]:
        """Refuse another major version of a format; a later minor one is a note (PEP 751, "lock-version").

        Args:
            text: the version that the lock has.
            keys: where it stands.
            known: of each major version that is known, the latest.
        """
        numbers = _read_numbers(text)
        latest = next((item for item in known if _read_numbers(item)[:1] == numbers[:1]), "")
        if not latest:
            majors = " and ".join(f"{item.partition('.')[0]}.x" for item in known)
            self.faults.add(keys, f"is `{text}`; of this format only {majors} {'are' if known[1:] else 'is'} known")
        elif numbers > _read_numbers(latest):
            return (f"`{format_place(keys)}` is {text}, and only {latest} is known: something may be overlooked",)
        return ()

    def join(self, *parts: str) -> str:
        """A path that the lock tells, absolute or relative to itself."""
        return os.path.normpath(os.path.join(self.directory, *parts))

    def read_file(self, table: Table, keys: Keys, *, base: str = "", fallback: str = "") -> IndexFile | None:
        """An sdist, a wheel or another archive, by the names that the formats have for the same things.

        Args:
            table: has `name`, `file` or `filename`, `url` or `path`, and `hash` or `hashes`.
            keys: where it stands.
            base: the directory that its path is relative to; empty for that of the lock.
            fallback: the address or the path of a file that has none of its own.
        """
        name, url, path = (
            next(filter(None, (self.faults.get_text(table, key, keys) for key in spellings)), "")
            for spellings in (("name", "file", "filename"), ("url",), ("path",))
        )
        if not url:
            place = path or fallback
            url = place if "://" in place else f"file://{os.path.abspath(self.join(base, place))}" if place else ""
        name = name or unquote(_split_path(url).rpartition("/")[2])
        if not name:
            self.faults.add(keys, "has neither a name nor an address")
            return None
        return IndexFile(name=name, url=url, sha256=self._read_digest(table, keys))

    def _read_digest(self, table: Table, keys: Keys) -> str:
        if "hashes" in table:
            hashes = self.get_table(table, "hashes", keys)
            return self.faults.get_text(hashes, "sha256", (*keys, "hashes")).lower()
        algorithm, _, value = self.faults.get_text(table, "hash", keys).partition(":")
        return value.lower() if algorithm == "sha256" else ""

    def find_unmet_python(self, table: Table, key: str, keys: Keys = ()) -> tuple[str, ...]:
        """Why the Python that decides is not in a range of PEP 440; nothing where it is."""
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        text = self.faults.get_text(table, key, keys) if table.get(key) != "" else ""
        try:
            is_met = SpecifierSet(text).contains(self.python, prereleases=True)
        except InvalidSpecifier:
            self.faults.add((*keys, key), f"is `{text}`, which is no version range (PEP 440)")
            return ()
        return () if is_met else (f"`{format_place((*keys, key))}` is {text}, and Python is {self.python}",)

    def find_unmet_markers(self, table: Table, key: str) -> tuple[str, ...]:
        """Why the machine is none of those that an array of markers tells; nothing where it is, or there is none."""
        items = [(self.faults.check_text(*item), item[1]) for item in self.faults.iter_items(table, key, ())]
        if not items or any(self.holds(*item) for item in items):
            return ()
        return (f"`{key}` has nothing that is true here: {'; '.join(text for text, _ in items)}",)

    def applies(self, table: Table, key: str, keys: Keys) -> bool:
        """Whether the marker of a table is true here; one that is absent is."""
        return key not in table or self.holds(self.faults.get_text(table, key, keys), (*keys, key))

    def holds(self, text: str, keys: Keys) -> bool:
        """Whether a marker is true here (PEP 508, PEP 751); one that is none is a fault, and false."""
        if text not in self.answers:
            self.answers[text] = bool(text) and self._evaluate(text, keys)
        return self.answers[text]

    def _evaluate(self, text: str, keys: Keys) -> bool:
        from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
        from packaging.version import InvalidVersion

        if len(text) > _MARKER_LIMIT:
            self.faults.add(keys, f"has {len(text)} characters, more than {_MARKER_LIMIT}")
            return False
        try:
            return bool(evaluate(parse_marker(text), self._decide))
        except RequirementError as error:
            self.faults.add(keys, f"is no marker: {error.context[-1]}")
        except RecursionError:
            self.faults.add(keys, "is nested too deeply")
        except (UndefinedComparison, UndefinedEnvironmentName, InvalidVersion):
            self.faults.add(keys, f"cannot be evaluated: `{text}`")
        return False

    def _decide(self, comparison: Comparison) -> bool | None:
        """Sets of names, and `extra` as the set that it stands for; all else is PEP 508's."""
        from packaging.markers import InvalidMarker, Marker

        left, right = comparison.left, comparison.right
        known = {"extras": self.extras, "dependency_groups": self.groups}
        if right.is_name and right.text in known and comparison.operator in ("in", "not in"):
            return (normalize_name(left.text) in known[right.text]) is (comparison.operator == "in")
        if "extra" in (side.text for side in (left, right) if side.is_name) and comparison.operator in ("==", "!="):
            name = right.text if left.is_name else left.text
            return (normalize_name(name) in self.extra_names) is (comparison.operator == "==")
        try:
            return Marker(str(comparison)).evaluate(dict(self.environment))
        except InvalidMarker as error:
            raise RequirementError(
                f"`{comparison}` is not a marker", context=(str(error).partition("\n")[0],)
            ) from error


def merge(packages: Iterator[LockedPackage], faults: Faults) -> tuple[LockedPackage, ...]:
    """One package for each project; of one that is there once for each of its extras, those together.

    Two versions, or two sources, of a project cannot be installed together, which is a fault.
    """
    merged: dict[str, LockedPackage] = {}
    for package in packages:
        known = merged.setdefault(package.name, package)
        if (known.version, known.directory) != (package.version, package.directory):
            faults.add(package.keys, f"is `{package.name}` again: `{format_place(known.keys)}` is for this machine too")
        merged[package.name] = replace(
            known,
            extras=known.extras | package.extras,
            files=known.files or package.files,
            is_requested=known.is_requested or package.is_requested,
        )
    return tuple(merged.values())


def _read_numbers(version: str) -> list[int]:
    """The major and the minor number; none where these are no numbers."""
    return [int(part) for part in version.split(".")[:2] if part.isdecimal() and len(part) < 9]


def _split_path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # brackets that enclose no address
        return ""
