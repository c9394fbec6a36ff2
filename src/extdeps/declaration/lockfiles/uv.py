"""uv.lock: a graph of packages, walked from the project beside it (https://docs.astral.sh/uv/concepts/resolution/).

Only what is reached here counts: the lock is for every platform and has all extras and groups. A package may be there
in several versions (*forks*); the edges to them say which one is meant, by version, source or marker.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extdeps.declaration.external import normalize_name
from extdeps.declaration.lockfiles.interface import LockedPackage, LockedSet, merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.declaration.index import IndexFile
    from extdeps.declaration.lockfiles.interface import Reading
    from extdeps.model.fields import Keys, Table

VERSION = 1
"""Of the format; its revisions are compatible with one another."""

_TREES = ("editable", "virtual", "directory")


@dataclass(slots=True, kw_only=True)
class _Node:
    """A package of the lock, and how it was reached: by itself (the empty name) and by its extras."""

    table: Table
    keys: Keys
    package: LockedPackage
    source: Table
    reached: set[str] = field(default_factory=set)


def read(document: Table, reading: Reading) -> LockedSet:
    """Read a lock."""
    faults = reading.faults
    if reading.need(document, (), "version") and document["version"] != VERSION:
        faults.add(("version",), f"is `{document['version']}`; of this format only {VERSION} is known")
        return LockedSet(packages=())
    manifest = reading.get_table(document, "manifest")
    nodes = list(_iter_nodes(document, reading.get_names(manifest, "members", ("manifest",)), reading))
    roots = [node for node in nodes if node.package.is_requested]
    _Walk(nodes, replace(reading, extra_names=frozenset(_encode_names(roots, reading)))).walk(roots, manifest)
    extras, groups = (
        frozenset(normalize_name(name) for root in roots for name in reading.get_table(root.table, key, root.keys))
        for key in ("optional-dependencies", "dev-dependencies")
    )
    reached = (replace(node.package, extras=frozenset(node.reached - {""})) for node in nodes if node.reached)
    return LockedSet(
        packages=merge(reached, faults),
        unmet=(
            *reading.find_unmet_python(document, "requires-python"),
            *reading.find_unmet_markers(document, "supported-markers"),
        ),
        extras=extras,
        groups=groups | frozenset(map(normalize_name, reading.get_table(manifest, "dependency-groups", ("manifest",)))),
    )


def _iter_nodes(document: Table, members: frozenset[str], reading: Reading) -> Iterator[_Node]:
    for table, keys in reading.iter_tables(document, "package"):
        source = reading.get_table(table, "source", keys)
        name = reading.get_name(table, keys)
        reading.need(table, keys, "source")
        place = (*keys, "source")
        tree = next((reading.faults.get_text(source, key, place) for key in _TREES if key in source), "")
        directory = reading.join(tree) if tree else ""
        package = LockedPackage(
            name=name,
            keys=keys,
            version=reading.get_version(table, keys),
            files=tuple(_iter_files(table, keys, source, reading)),
            directory=directory,
            is_checkout="git" in source,
            is_requested=name in members or (bool(directory) and directory == reading.join(".")),
        )
        if name:
            yield _Node(table=table, keys=keys, package=package, source=source)


def _iter_files(table: Table, keys: Keys, source: Table, reading: Reading) -> Iterator[IndexFile]:
    """Its wheels and its sdist; where the source is a file, that one."""
    place = (*keys, "source")
    registry, url, path = (reading.faults.get_text(source, key, place) for key in ("registry", "url", "path"))
    base = "" if "://" in registry else registry
    wheels = list(reading.iter_tables(table, "wheels", keys))
    sdist = [(reading.get_table(table, "sdist", keys), (*keys, "sdist"))] if "sdist" in table else []
    for fields, where in (*wheels, *sdist):
        file = reading.read_file(fields, where, base=base, fallback=url or path)
        if file:
            yield file


def _encode_names(roots: Iterable[_Node], reading: Reading) -> Iterator[str]:
    """What markers say of conflicting extras and groups: `extra == 'extra-4-demo-cpu'` for `cpu` of `demo`."""
    yield from reading.extras
    for root in roots:
        name = root.package.name
        yield f"project-{len(name)}-{name}"
        yield from (f"extra-{len(name)}-{name}-{extra}" for extra in reading.extras)
        yield from (f"group-{len(name)}-{name}-{group}" for group in reading.groups)


class _Walk:
    """Follows the edges whose markers are true, each package and extra once, so that circles end."""

    def __init__(self, nodes: Iterable[_Node], reading: Reading) -> None:
        self._reading = reading
        self._by_name: dict[str, list[_Node]] = {}
        for node in nodes:
            self._by_name.setdefault(node.package.name, []).append(node)
        self._waiting: list[tuple[_Node, str]] = []

    def walk(self, roots: Iterable[_Node], manifest: Table) -> None:
        """Reach all that the roots need, with the extras and the groups that are asked for."""
        self._follow_named(manifest, "dependency-groups", self._reading.groups, ("manifest",))
        for root in roots:
            own = self._reading.get_table(root.table, "optional-dependencies", root.keys)
            self._reach(root, {"", *self._reading.extras.intersection(map(normalize_name, own))})
            self._follow_named(root.table, "dev-dependencies", self._reading.groups, root.keys)
        while self._waiting:
            node, extra = self._waiting.pop()
            if extra:
                self._follow_named(node.table, "optional-dependencies", {extra}, node.keys)
            else:
                self._follow(node.table, "dependencies", node.keys)

    def _reach(self, node: _Node, extras: set[str]) -> None:
        for extra in extras - node.reached:
            node.reached.add(extra)
            self._waiting.append((node, extra))

    def _follow_named(self, table: Table, key: str, wanted: Iterable[str], keys: Keys) -> None:
        """The edges of those extras or groups that are wanted."""
        lists = self._reading.get_table(table, key, keys)
        for name in lists:
            if normalize_name(name) in wanted:
                self._follow(lists, name, (*keys, key))

    def _follow(self, table: Table, key: str, keys: Keys) -> None:
        for edge, place in self._reading.iter_tables(table, key, keys):
            if not self._reading.applies(edge, "marker", place):
                continue
            node = self._choose(edge, place)
            if node:
                self._reach(node, {"", *self._reading.get_names(edge, "extra", place)})

    def _choose(self, edge: Table, keys: Keys) -> _Node | None:
        """The package that an edge leads to."""
        name = self._reading.get_name(edge, keys)
        if not name:
            return None
        nodes = [
            node
            for node in self._by_name.get(name, ())
            if all(edge.get(key, node.table.get(key)) == node.table.get(key) for key in ("version", "source"))
        ]
        if len(nodes) > 1:
            nodes = [node for node in nodes if self._is_of_fork(node)]
        if len(nodes) != 1:
            self._reading.faults.add(keys, f"leads to {len(nodes) or 'no'} packages `{name}`, not to one")
            return None
        return nodes[0]

    def _is_of_fork(self, node: _Node) -> bool:
        items = list(self._reading.faults.iter_items(node.table, "resolution-markers", node.keys))
        return not items or any(self._reading.holds(self._reading.faults.check_text(*item), item[1]) for item in items)
