"""Homebrew."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import takewhile

from extdeps.host import read_text
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.manager.change import make_change
from extdeps.model.transaction import Availability, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Any

    from extdeps.child import Completed
    from extdeps.host import Host
    from extdeps.manager.interface import Site

_FORMULA = r"[a-z0-9](?:[a-z0-9@._+-]*[a-z0-9_+])?"
_OFFICIAL = ("homebrew/core/", "homebrew/cask/")

# `==> Would install 2 dependencies for gdal:`, and below it the names: on one line in 4.x, later one a line
_HEAD = re.compile(r"^==> Would (?:install|upgrade|reinstall) (?P<count>\d+) \S+.*:$")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ERROR = re.compile(r"^Error: (.+)$", re.MULTILINE)
_ROOT = "Running Homebrew as root is extremely dangerous"

_REPOSITORIES = ("/opt/homebrew", "/usr/local/Homebrew", "/home/linuxbrew/.linuxbrew/Homebrew")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What brew knows of one formula or cask.

    Args:
        version: the one that it would install, and where from; its version is empty where it is disabled.
        installed: the version that is installed, or empty.
        is_cask: whether it is a cask.
    """

    version: PackageVersion
    installed: str
    is_cask: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """An answer of `brew info`: what is known by every name that it has, or why nothing is."""

    known: Mapping[str, _Known] = field(default_factory=dict)
    problem: str = ""


class Brew(BaseManager):
    """brew.

    It works as the user whom it belongs to and refuses root, except in a container: then every answer is that problem.
    An installation removes nothing, but upgrades what depends on an upgraded formula, which is in the preview.
    """

    name = "brew"
    ecosystems = ("homebrew",)
    executables = ("brew",)
    scheme = "brew"
    environment = (
        ("HOMEBREW_NO_AUTO_UPDATE", "1"),
        ("HOMEBREW_NO_ANALYTICS", "1"),
        ("HOMEBREW_NO_ENV_HINTS", "1"),
        ("HOMEBREW_NO_ASK", "1"),  # since 6.0 it asks before it installs a dependency
        ("HOMEBREW_NO_COLOR", "1"),
        ("NONINTERACTIVE", "1"),
    )
    lock_message = r"[Aa]nother active Homebrew process|process has already locked"
    install = ("brew", "install")
    grammar = rf"{_FORMULA}(/{_FORMULA}){{0,2}}"
    files = (".rb",)

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """Formulae and casks; one unknown name would fail the question about all, so the lists of names come first."""
        if not names:
            return Availability()
        listed = set(_read_aliases(site.host))
        for program in (("brew", "formulae"), ("brew", "casks")):
            done = _ask(site, program, self.environment)
            if not done.is_success:
                return Availability(problem=_describe(" ".join(program), done))
            listed |= set(done.stdout.split())
        if not listed:
            return Availability(problem="`brew formulae` lists nothing")
        some = [name for name in dict.fromkeys(names) if _without_official(name) in listed]
        if not some:
            return Availability()
        answer = self._describe_packages(some, site)
        found = {name: answer.known[name].version for name in names if name in answer.known}
        return Availability(
            packages={name: (version,) for name, version in found.items() if version.version}, problem=answer.problem
        )

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        """What a dry run names, of formulae and casks apart, with the versions of `brew info`."""
        asked = self._describe_packages(packages, site)
        missing = [name for name in packages if name not in asked.known]
        if asked.problem or missing:
            return Preview(problem=asked.problem or f"`brew info` did not answer for {', '.join(missing)}")
        listed: list[str] = []
        for option, is_cask in (("--formula", False), ("--cask", True)):
            some = [name for name in packages if asked.known[name].is_cask == is_cask]
            done = _ask(site, ("brew", "install", "--dry-run", option, *some), self.environment) if some else None
            if done and not done.is_success:
                return Preview(problem=_describe("brew install --dry-run", done))
            names = _read_listed(done.stdout) if done else []
            if names is None:
                return Preview(problem="`brew install --dry-run` printed what cannot be read")
            listed += names
        others = [name for name in dict.fromkeys(listed) if name not in asked.known]
        answer = self._describe_packages(others, site) if others else _Answer()
        known = {**asked.known, **answer.known}
        unread = [name for name in listed if name not in known]
        if answer.problem or unread:
            return Preview(problem=answer.problem or f"`brew info` did not answer for {', '.join(unread)}")
        return _make_preview(packages, [known[name] for name in listed], known)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("brew", "update")

    def find_index_time(self, site: Site, /) -> float | None:
        """When the lists of formulae and casks were fetched, or the repository where they are not used."""
        host = site.host
        # since 5.0, `internal` has one list for both
        caches = [f"{cache}/api{part}" for cache in _iter_caches(host) for part in ("", "/internal")]
        paths = [f"{cache}/{name}" for cache in caches for name in host.list_directory(cache) if ".jws.json" in name]
        roots = (host.environ.get("HOMEBREW_REPOSITORY", ""), *_REPOSITORIES)
        paths += [f"{root}/Library/Taps/homebrew/homebrew-core/.git/FETCH_HEAD" for root in roots if root]
        return max(filter(None, map(host.modification_time, paths)), default=None)

    def _describe_packages(self, names: Iterable[str], site: Site) -> _Answer:
        done = _ask(site, ("brew", "info", "--json=v2", *names), self.environment)
        if not done.is_success:
            return _Answer(problem=_describe("brew info", done))
        try:
            document = json.loads(done.stdout)
            return _Answer(known={name: known for item in _iter_known(document) for name, known in item})
        except (ValueError, KeyError, TypeError, AttributeError):
            return _Answer(problem="`brew info` printed what cannot be read")


def _ask(site: Site, argv: tuple[str, ...], environment: tuple[tuple[str, str], ...]) -> Completed:
    return ask(site, argv, timeout=300.0, environ=dict(environment))


def _iter_known(document: dict[str, Any]) -> Iterator[list[tuple[str, _Known]]]:
    """Each formula and cask under all of its names (https://docs.brew.sh/Querying-Brew)."""
    for item in document["formulae"]:
        revision = item.get("revision") or 0
        stable = item["versions"].get("stable") or ""
        version = f"{stable}_{revision}" if stable and revision else stable
        kegs = [keg["version"] for keg in item.get("installed") or ()]
        installed = item.get("linked_keg") or (kegs[-1] if kegs else "")
        names = [item["name"], item["full_name"], *(item.get("aliases") or ()), *(item.get("oldnames") or ())]
        yield _name(item, names, version, installed, is_cask=False)
    for item in document["casks"]:
        names = [item["token"], item["full_token"], *(item.get("old_tokens") or ())]
        yield _name(item, names, item["version"], str(item.get("installed") or ""), is_cask=True)


def _name(
    item: dict[str, Any], names: list[str], version: str, installed: str, *, is_cask: bool
) -> list[tuple[str, _Known]]:
    tap = item.get("tap") or ""
    found = PackageVersion(name=names[0], version="" if item.get("disabled") else version, origin=tap)
    known = _Known(version=found, installed=installed, is_cask=is_cask)
    return [(name, known) for name in (*names, f"{tap}/{names[0]}")]


def _read_listed(text: str) -> list[str] | None:
    """The names below the headlines of a dry run, as many as each counts; None where there are more or fewer.

    Since 5.1 a version may follow a name (`uvwasi 0.0.21 -> 0.0.22`); dependents stand on one line, with commas.
    """
    lines = [_COLOUR.sub("", line).strip() for line in text.splitlines()]
    listed: list[str] = []
    for number, line in enumerate(lines):
        head = _HEAD.match(line)
        if head is None:
            continue
        count = int(head["count"])
        body = [item for item in takewhile(lambda item: not item.startswith("==>"), lines[number + 1 :]) if item]
        if len(body) >= count:
            names = [item.split()[0] for item in body[:count]]
        else:
            first = body[0] if body else ""
            names = [item.split()[0] for item in first.split(", ")] if ", " in first else first.split()
        if len(names) != count:
            return None
        listed += names
    return listed


def _make_preview(packages: tuple[str, ...], listed: list[_Known], known: Mapping[str, _Known]) -> Preview:
    changes = {
        item.version.name: make_change(
            item.version.name, before=item.installed, after=item.version.version, scheme="brew"
        )
        for item in listed
    }
    silent = [name for name in packages if known[name].version.name not in changes and not known[name].installed]
    if silent:
        return Preview(problem=f"`brew install --dry-run` says nothing of {', '.join(silent)}")
    return Preview(changes=sort_changes(tuple(changes.values())))


def _without_official(name: str) -> str:
    return next((name.removeprefix(tap) for tap in _OFFICIAL if name.startswith(tap)), name)


def _iter_caches(host: Host) -> Iterator[str]:
    home = host.environ.get("HOME", "")
    own = host.environ.get("HOMEBREW_CACHE", "")
    yield from (path for path in (own,) if path)
    if home:
        yield f"{home}/Library/Caches/Homebrew" if host.system == "Darwin" else f"{home}/.cache/Homebrew"


def _read_aliases(host: Host) -> Iterator[str]:
    """The aliases of formulae, which are not in the list of names: lines of `alias|formula`."""
    for cache in _iter_caches(host):
        text = read_text(host, f"{cache}/api/formula_aliases.txt") or ""
        yield from (line.partition("|")[0] for line in text.splitlines() if "|" in line)


def _describe(program: str, done: Completed) -> str:
    """Why there was no answer: the first error of brew, which explains itself in the lines after it."""
    error = None if done.fault else _ERROR.search(done.stderr)
    if error and _ROOT in error[1]:
        return "brew refuses to work as root; it is to be run by the user whom it belongs to"
    return f"`{program}`: {error[1][:400]}" if error else describe_failure(program, done)
