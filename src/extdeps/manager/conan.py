"""Conan 2."""

from __future__ import annotations

import re
from functools import cmp_to_key

from extdeps.database.conan import find_home
from extdeps.host import read_text
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Any

    from extdeps.child import Completed
    from extdeps.manager.interface import Site
    from extdeps.model.constraint import Constraint

_NO_REMOTE = "can't be found or are disabled"
_REFERENCE = re.compile(r"(?P<name>[a-z0-9_][a-z0-9_+.-]*)/(?P<version>[^@#/\s]+)(?:#\S*)?")
_RANGED = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+]*")
_ERROR = re.compile(r"^ERROR: (.+)$", re.MULTILINE)
_BROUGHT = ("Download", "Build", "EditableBuild")
_REFUSED = {"Missing": "has no binary package that fits", "Invalid": "cannot be built"}
_PROFILE = re.compile(r"^\s*core:default(?:_build)?_profile\s*=", re.MULTILINE)


class Conan(BaseManager):
    """conan. Its cache holds every version beside the others, so that nothing is ever upgraded or removed."""

    name = "conan"
    ecosystems = ("conan",)
    executables = ("conan",)
    install = ("conan", "install")
    # what nobody has built for the profile is built here, as vcpkg and Spack do
    answers = ("--build=missing", "--core-conf=core:non_interactive=True")
    lock_message = r"database is locked"
    grammar = r"[a-z0-9_][a-z0-9_+.-]*"

    def constrain(self, package: str, constraints: tuple[Constraint, ...], /) -> str:
        said = [text for text in map(_format_bound, constraints) if text]
        return f"{package}/[{' '.join(said)}]" if said else package

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """The versions in the cache, which is looked in first, and then those of every remote.

        A pattern can stand for one name or for all, so that all are listed; that is one request to each remote.
        """
        if not names:
            return Availability()
        listing = ("conan", "list", "*", "--format=json", "--cache")
        done = ask(site, (*listing, "--remote=*"), timeout=180.0)
        if not done.is_success and _NO_REMOTE in done.stderr:
            done = ask(site, listing)
        places = _read_object(done)
        if places is None:
            return Availability(problem=_describe(done))
        for place, answer in places.items():
            if "error" in answer:
                said = " ".join(str(answer["error"]).split())[:300]
                return Availability(problem=f"the remote `{place}` gave no answer: {said}")
        found: dict[str, list[PackageVersion]] = {name: [] for name in names}
        for place, answer in places.items():
            for item in _iter_versions(answer, place):
                if item.name in found:
                    found[item.name].append(item)
        return Availability(packages={name: tuple(items) for name, items in found.items() if items})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        """What would be downloaded or built; recipes are fetched for it, as they are for any question about them."""
        if self.repair_commands(site):
            return Preview(problem="Conan has no profile yet: `conan profile detect` makes one")
        fields = tuple(f"--filter={field}" for field in ("ref", "binary", "recipe"))
        command = ("conan", "graph", "info", *map(_require, packages), *self.answers, "--format=json", *fields)
        done = ask(site, command, timeout=300.0)
        answer = _read_object(done)
        if answer is None:
            return Preview(problem=_describe(done))
        try:
            if answer["graph"].get("error"):
                return Preview(problem=_describe(done))
            return _read_nodes(answer["graph"]["nodes"].values())
        except (KeyError, TypeError, AttributeError):
            return Preview(problem="`conan` answered with what is no graph")

    def install_command(
        self,
        packages: tuple[str, ...],
        site: Site,
        /,
        *,
        unattended: bool = False,
        allow_removals: bool = False,  # noqa: ARG002
    ) -> tuple[str, ...]:
        """In an environment of its own, the files by which pkg-config finds the packages are written there too."""
        command = super().install_command(tuple(map(_require, packages)), site, unattended=unattended)
        if not unattended:
            return command
        if site.prefix:
            return (*command, f"--output-folder={site.prefix}", "--generator=PkgConfigDeps")
        return (*command, "--envs-generation=false")

    def repair_commands(self, site: Site, /) -> tuple[tuple[str, ...], ...]:
        """Without a profile Conan installs nothing; it makes one itself out of the compilers that it finds."""
        host = site.host
        home = find_home(host)
        configuration = read_text(host, f"{home}/global.conf") or ""
        is_named = "CONAN_DEFAULT_PROFILE" in host.environ or _PROFILE.search(configuration)
        return () if is_named or host.exists(f"{home}/profiles/default") else (("conan", "profile", "detect"),)


def _require(package: str) -> str:
    """The option for a package, or for what `constrain` made of it; any version is asked for as a range."""
    return f"--requires={package}" if "/" in package else f"--requires={package}/[*]"


def _format_bound(constraint: Constraint) -> str:
    """A bound in Conan's ranges; empty for a version that would mean something else there (`-` opens a pre-release)."""
    series = constraint.version.removesuffix(".*")
    if not _RANGED.fullmatch(series):
        return ""
    if series != constraint.version:
        return f"~{series}"
    return f"={series}" if constraint.operator == "==" else str(constraint)


def _read_object(done: Completed) -> Mapping[str, dict[str, Any]] | None:
    """The JSON object of an answer; None where it is none."""
    import json

    if not done.is_success:
        return None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return None
    is_object = isinstance(answer, dict) and all(isinstance(value, dict) for value in answer.values())
    return answer if is_object else None


def _describe(done: Completed) -> str:
    """One sentence on why there is no answer, or none that counts."""
    said = [] if done.fault else _ERROR.findall(done.stderr)
    if done.is_success and not said:
        return "`conan` answered with what is no list or graph"
    return "; ".join(said[:5]) or describe_failure("conan", done)


def _iter_versions(references: Collection[str], place: str) -> Iterator[PackageVersion]:
    """The packages of one place, the newest first; those of a user or channel are no answer to a plain name."""
    from extdeps.versions.loose import Loose

    matches = [match for match in map(_REFERENCE.fullmatch, references) if match]
    found = [PackageVersion(name=match["name"], version=match["version"], origin=place) for match in matches]
    compare = cmp_to_key(Loose().compare)
    yield from sorted(found, key=lambda item: compare(item.version), reverse=True)


def _read_nodes(nodes: Iterable[dict[str, Any]]) -> Preview:
    """What happens to each package of a graph; the same one may be in it for the build and for the host."""
    changes, refused = {}, []
    for node in nodes:
        match = _REFERENCE.fullmatch(str(node["ref"]).partition("@")[0])
        binary = node["binary"]
        if not match or node["recipe"] in ("Cli", "Consumer", "Virtual"):
            continue
        name, version = match["name"], match["version"]
        if binary in _REFUSED:
            refused.append(f"`{name}/{version}` {_REFUSED[str(binary)]} for this profile")
        elif binary in _BROUGHT:
            changes[name, version] = Change(kind="install", package=name, after=version)
        elif binary == "Update":  # a newer build of the same version
            changes[name, version] = Change(kind="reinstall", package=name, before=version, after=version)
    if refused:
        return Preview(problem="; ".join(refused[:5]))
    return Preview(changes=sort_changes(tuple(changes.values())))
