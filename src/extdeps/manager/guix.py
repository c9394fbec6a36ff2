"""Guix."""

from __future__ import annotations

import re

from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from extdeps.child import Completed
    from extdeps.manager.interface import Site
    from extdeps.model.transaction import ChangeKind

_PATIENCE = 300.0  # a simulation computes every derivation that is not in the store yet
_SECTION = re.compile(
    r"^The following packages? would be (?P<kind>removed|downgraded|upgraded|installed):\n(?P<rows>(?:   \S.*\n?)+)",
    re.MULTILINE,
)
_ROW = re.compile(r" +(?P<name>\S+) +(?:(?P<before>\S+) (?:->|→) )?(?P<after>\S.*?) *")
_KINDS: Mapping[str, ChangeKind] = {
    "removed": "remove",
    "downgraded": "downgrade",
    "upgraded": "upgrade",
    "installed": "install",
}
_SIZE = re.compile(r"^(?P<size>[\d,]+(?:\.\d+)?) MB would be downloaded", re.MULTILINE)
_NOTHING = re.compile(r"^nothing to be done$", re.MULTILINE)
_ERROR = re.compile(r"^guix [a-z]+: error: (?P<text>.+)", re.MULTILINE)


class Guix(BaseManager):
    """guix."""

    name = "guix"
    ecosystems = ("guix",)
    executables = ("guix",)
    lock_message = r"is locked by another process"
    install = ("guix", "install")
    grammar = r"[a-z0-9][a-z0-9+._-]*(:[a-z][a-z0-9-]*)?"
    """A package, perhaps with one of its outputs (`util-linux:lib`)."""

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        asked = {name: name.partition(":") for name in names if self.accepts(name)}
        if not asked:
            return Availability()
        # a name that is unknown is no error in a pattern, as it is for `guix show`
        wanted = dict.fromkeys(re.sub(r"([.+])", r"[\1]", package) for package, _, _ in asked.values())
        done = ask(site, ("guix", "package", f"--list-available=^({'|'.join(wanted)})$"), timeout=_PATIENCE)
        if not done.is_success:
            return Availability(problem=_describe("guix package", done))
        rows = [tuple(field.strip() for field in line.split("\t")) for line in done.stdout.splitlines() if line.strip()]
        if any(len(row) != 4 for row in rows):
            return Availability(problem="`guix package` gave an answer that cannot be read")
        known: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for package, version, outputs, _ in rows:
            known.setdefault(package, []).append((version, frozenset(outputs.split(","))))
        found = {
            name: tuple(_iter_versions(package, output or "out", known.get(package, [])))
            for name, (package, _, output) in asked.items()
        }
        return Availability(packages={name: versions for name, versions in found.items() if versions})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        done = ask(site, ("guix", "install", "--dry-run", *packages), timeout=_PATIENCE)
        if not done.is_success:
            return Preview(problem=_describe("guix install", done))
        said = f"{done.stdout}\n{done.stderr}"
        changes = tuple(_iter_changes(said))
        if not changes and not _NOTHING.search(said):
            return Preview(problem="`guix install` did not say what it would change")
        size = _SIZE.search(said)  # not said where it is not known, nor where all is built here
        download = round(float(size["size"].replace(",", "")) * 1e6) if size else None
        return Preview(changes=sort_changes(changes), download=download)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("guix", "pull")

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the last change beside the generations of `guix pull`, since what is in the store has none.

        The package definitions that came with a distribution's Guix are as old as that, and do not count.
        """
        host = site.host
        home = host.environ.get("HOME") or "/root"
        user = host.environ.get("USER") or home.rpartition("/")[2]
        if not host.exists(f"{home}/.config/guix/current"):
            return None
        return host.modification_time(f"/var/guix/profiles/per-user/{user}")


def _iter_versions(package: str, output: str, known: list[tuple[str, frozenset[str]]]) -> Iterator[PackageVersion]:
    """The versions of a package that have an output, the newest first, which is the one that Guix takes."""
    from functools import cmp_to_key

    from extdeps.versions.table import get_order

    versions = [version for version, outputs in known if output in outputs]
    for version in sorted(versions, key=cmp_to_key(get_order("none").compare), reverse=True):
        yield PackageVersion(name=package, version=version)


def _iter_changes(text: str) -> Iterator[Change]:
    for section in _SECTION.finditer(text):
        kind = _KINDS[section["kind"]]
        for line in section["rows"].splitlines():
            row = _ROW.fullmatch(line)
            if row is None:
                continue
            before, after = row["before"] or "", row["after"]
            if after.startswith("("):  # `(dependencies or package changed)`: the same version, built anew
                yield Change(kind="reinstall", package=row["name"])
            elif kind == "remove":
                yield Change(kind=kind, package=row["name"], before=after)
            else:
                yield Change(kind=kind, package=row["name"], before=before, after=after)


def _describe(program: str, done: Completed) -> str:
    """Why guix had no answer: its own error, else what is said of any program."""
    found = None if done.fault else _ERROR.search(done.stderr)
    return found["text"] if found else describe_failure(program, done)
