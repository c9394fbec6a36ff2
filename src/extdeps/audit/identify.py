"""Whose a library is, by its link name (`pep_draft`, "What a wheel carries")."""

from __future__ import annotations

from extdeps.audit.names import iter_link_names
from extdeps.model.identifier import is_virtual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.model.wheelaudit import Reason

    Owners = dict[str, list[str]]


class Identifier:
    """What is known about the names of libraries.

    Args:
        catalogue: the documents.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._libraries: Owners = {}
        self._components: Owners = {}
        self._modules: Owners = {}
        self._families: list[tuple[str, str]] = []
        for identifier, libraries, components, modules in catalogue.probes.owned():
            self._add(self._libraries, libraries, identifier)
            self._add(self._components, (name for name in components if not name.endswith("*")), identifier)
            self._add(self._modules, modules, identifier)
            self._families += [(name.removesuffix("*"), identifier) for name in components if name.endswith("*")]
        self._families.sort(key=lambda family: -len(family[0]))
        self._folded = {name.lower(): name for name in (*self._components, *self._libraries)}

    @staticmethod
    def _add(owners: Owners, names: Iterable[str], identifier: str) -> None:
        for name in names:
            owners.setdefault(name, []).append(identifier)

    def identify(self, file: str, *, ignore_case: bool) -> tuple[tuple[str, ...], Reason]:
        """The identifiers that a library may be, and how that is known.

        Args:
            file: its file name, without a hash.
            ignore_case: whether `ZLIB.dll` and `zlib.dll` are the same to the system that it is for.

        Returns:
            The identifiers, the likeliest first, and the reason; both empty where nothing is known.
        """
        for name in iter_link_names(file):
            for each in (name, self._folded.get(name.lower(), name)) if ignore_case else (name,):
                found = self._find(each)
                if found[0]:
                    return found
        return (), ""

    def _find(self, name: str) -> tuple[tuple[str, ...], Reason]:
        if name in self._libraries:
            return self._choose(name, self._libraries[name]), "library"
        if name in self._components:
            return self._choose(name, self._components[name]), "component"
        family = next((owner for prefix, owner in self._families if name.startswith(prefix)), "")
        if family:
            return self._choose(name, [family]), "component"
        module = next((each for each in (f"lib{name}", name) if each in self._modules), "")
        return (self._choose(name, self._modules[module]), "module") if module else ((), "")

    def _choose(self, name: str, owners: list[str]) -> tuple[str, ...]:
        """The identifiers of a name: what is called so alone, else what implements an interface before it."""
        registry = self._catalogue.registry
        canonical = tuple(dict.fromkeys(registry.canonical(owner) if owner in registry else owner for owner in owners))
        real = tuple(owner for owner in canonical if not is_virtual(owner)) or canonical
        called = (f"dep:generic/{name.lower()}", f"dep:generic/lib{name.lower()}")
        own = tuple(owner for owner in real if owner in called)
        if own:
            return own[:1]
        shared = [owner for owner in canonical if is_virtual(owner)]
        if len(real) > 1 and shared and set(real) <= set(registry.providers(shared[0])):
            return (shared[0],)  # a loader that several projects write, and that is the same to whoever loads it
        return real
