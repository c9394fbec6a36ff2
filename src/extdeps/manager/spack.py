"""Spack."""

from __future__ import annotations

import re
from functools import cmp_to_key

from extdeps.database.spack import Spack as SpackDatabase
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.manager.interface import Site
    from extdeps.model.constraint import Constraint

_ERROR = re.compile(r"^==> Error: (.+)$", re.MULTILINE)
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_SLOWLY = 600.0  # seconds; the first question of a new checkout builds its solver and indexes every recipe


class Spack(BaseManager):
    """spack. Each installation has a directory of its own, so that nothing is ever upgraded or removed.

    Its recipes are a checkout, whose commit is somebody's choice of versions: it is not brought up to date here.
    """

    name = "spack"
    ecosystems = ("spack",)
    executables = ("spack",)
    install = ("spack", "install")
    answers = ("--yes-to-all",)
    lock_message = r"Timed out waiting for a \w+ lock"
    grammar = r"[a-z0-9][a-z0-9-]*"

    def constrain(self, package: str, constraints: tuple[Constraint, ...], /) -> str:
        """A range of Spack includes both ends, and all that is below its upper one: `@3.4:4` has 4.1.

        What it cannot leave out it says more loosely; `<4` is `:3`.
        """
        exact = next((item.version.removesuffix(".*") for item in constraints if item.operator == "=="), "")
        if exact:
            return f"{package}@{exact}" if _NUMBERS.fullmatch(exact) else package
        lowest = [item.version for item in constraints if item.operator.startswith(">")]
        highest = [_include(item) for item in constraints if item.operator.startswith("<")]
        low, high = _outermost(lowest, highest=True), _outermost(highest, highest=False)
        return f"{package}@{low}:{high}" if low or high else package

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if not names:
            return Availability()
        # a name is looked for as a part of names, unless it is a pattern
        patterns = tuple(f"?{name[1:]}" for name in names)
        done = ask(site, ("spack", "list", "--format", "version_json", *patterns), timeout=_SLOWLY)
        found = _read_versions(done)
        if found is None:
            return Availability(problem=_describe(done))
        packages = {name: found[name] for name in names if name in found}
        if len(packages) == len(names):
            return Availability(packages=packages)
        virtual = ask(site, ("spack", "list", "--virtuals", *patterns), timeout=_SLOWLY)
        if not virtual.is_success:
            return Availability(problem=_describe(virtual))
        listed = set(virtual.stdout.split())
        # what provides it, and in which version, is for the solver to say
        packages |= {name: (PackageVersion(name=name, version=""),) for name in names if name in listed - set(found)}
        return Availability(packages=packages)

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        done = ask(site, ("spack", "spec", "--json", *packages), timeout=_SLOWLY)
        nodes = _read_nodes(done)
        if nodes is None:
            return Preview(problem=_describe(done))
        there = SpackDatabase(site.host, site.interpreter).digests()
        changes = {
            digest: Change(kind="install", package=name, after=version)
            for digest, (name, version) in nodes.items()
            if digest not in there
        }
        return Preview(changes=sort_changes(tuple(changes.values())))


def _include(constraint: Constraint) -> str:
    """The upper end that says `<=4` or `<4` as a range that includes its end; empty where it cannot be said."""
    if not _NUMBERS.fullmatch(constraint.version):
        return ""
    numbers = [int(part) for part in constraint.version.split(".")]
    if constraint.operator == "<":
        while numbers and numbers[-1] == 0:
            numbers.pop()
        if not numbers:
            return ""
        numbers[-1] -= 1
    return ".".join(map(str, numbers))


def _outermost(versions: list[str], *, highest: bool) -> str:
    """The highest or the lowest of several plain versions; empty where there is none."""
    from extdeps.versions.loose import Loose

    plain = sorted(filter(_NUMBERS.fullmatch, versions), key=cmp_to_key(Loose().compare))
    return plain[-1 if highest else 0] if plain else ""


def _iter_documents(text: str) -> Iterator[object]:
    """The JSON documents in an output, one after the other; before the first there may be news of Spack's own.

    Raises:
        ValueError: there is none, or something else between them.
    """
    import json

    start = re.search(r"^[\[{]", text, re.MULTILINE)
    rest = text[start.start() :] if start else text
    while rest := rest.lstrip():
        document, end = json.JSONDecoder().raw_decode(rest)
        yield document
        rest = rest[end:]


def _read_versions(done: Completed) -> dict[str, tuple[PackageVersion, ...]] | None:
    """The versions of each package, the one that Spack would take first; None where the answer is none."""
    if not done.is_success:
        return None
    try:
        (listed,) = _iter_documents(done.stdout)
        if not isinstance(listed, list):
            return None
        return {
            item["name"]: tuple(
                PackageVersion(name=item["name"], version=version)
                for version in dict.fromkeys((item["latest_version"], *item["versions"]))
            )
            for item in listed
        }
    except (ValueError, KeyError, TypeError):
        return None


def _read_nodes(done: Completed) -> dict[str, tuple[str, str]] | None:
    """Name and version of all that solutions consist of, by hash, without what is outside of Spack."""
    if not done.is_success:
        return None
    try:
        documents = [document for document in _iter_documents(done.stdout) if isinstance(document, dict)]
        nodes = [node for document in documents for node in document["spec"]["nodes"]]
        found = {node["hash"]: (node["name"], str(node["version"])) for node in nodes if not node.get("external")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if documents else None


def _describe(done: Completed) -> str:
    """One sentence on why there is no answer."""
    if done.is_success:
        return "`spack` answered with what is no list or solution"
    said = _ERROR.findall(done.stderr)
    return describe_failure("spack", done) if done.fault or not said else "; ".join(said[:5])
