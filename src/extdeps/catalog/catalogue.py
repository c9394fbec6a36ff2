"""The catalogue: what a requirement means, what to look for, and what supplies it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from extdeps.catalog.document import load_document
from extdeps.catalog.ecosystem import Ecosystem
from extdeps.catalog.mapping import Mapping
from extdeps.catalog.probes import Probes
from extdeps.catalog.registry import Registry
from extdeps.errors import DocumentError
from extdeps.model.identifier import is_virtual
from extdeps.resources import find_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as StrMapping

    from extdeps.catalog.compatibility import Compatibility
    from extdeps.catalog.mapping import Specs
    from extdeps.catalog.probes import ProbeEntry
    from extdeps.catalog.relations import Relations
    from extdeps.catalog.selectors import Selector
    from extdeps.catalog.versions import KnownVersions
    from extdeps.model.identifier import DepURL


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a requirement's identifier turned out to be.

    Args:
        identifier: the canonical identifier.
        module: the pkg-config module that was asked for by name, or empty.
        registered: whether the registry knows it.
    """

    identifier: str
    module: str = ""
    registered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingChoice:
    """Mapping documents that the user gives, as PEP 804 suggests ("Inheritance and cross-referenced mappings").

    Args:
        use: takes the place of the ecosystem's own.
        patch: their entries replace those of the same identifier.
        extend: their entries are further choices.
    """

    use: str = ""
    patch: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()


def choose_mappings(environ: StrMapping[str, str]) -> MappingChoice:
    """What the variables `EXTDEPS_USE_MAPPING`, `EXTDEPS_PATCH_MAPPING` and `EXTDEPS_EXTEND_MAPPING` give."""

    def list_paths(variable: str) -> tuple[str, ...]:
        return tuple(filter(None, environ.get(variable, "").split(os.pathsep)))

    return MappingChoice(
        use=environ.get("EXTDEPS_USE_MAPPING", ""),
        patch=list_paths("EXTDEPS_PATCH_MAPPING"),
        extend=list_paths("EXTDEPS_EXTEND_MAPPING"),
    )


class Catalogue:
    """Registry, probes, relations and mappings, each read when first asked for.

    Args:
        directories: where the documents are, in order of precedence.
        choice: the user's own mapping documents.
    """

    def __init__(self, directories: tuple[str, ...], choice: MappingChoice | None = None) -> None:
        self.directories = directories
        self._choice = choice or MappingChoice()
        self._registry: Registry | None = None
        self._probes: Probes | None = None
        self._relations: Relations | None = None
        self._mappings: dict[Ecosystem, Mapping | None] = {}
        self._versions: dict[Ecosystem, KnownVersions | None] = {}
        self._folded: dict[str, str] | None = None

    @property
    def registry(self) -> Registry:
        """The registry.

        Raises:
            DocumentError: there is none.
        """
        if self._registry is None:
            path = find_document("registry.json", self.directories)
            if path is None:
                raise DocumentError("there is no `registry.json`", context=self.directories)
            self._registry = Registry(path)
        return self._registry

    @property
    def probes(self) -> Probes:
        """What proves each identifier."""
        if self._probes is None:
            self._probes = Probes(find_document("probes.json", self.directories))
        return self._probes

    @property
    def relations(self) -> Relations:
        """What goes together, what does not, and what only the machine has; empty where no document says it."""
        if self._relations is None:
            from extdeps.catalog.relations import load_relations

            self._relations = load_relations(find_document("relations.json", self.directories))
        return self._relations

    @property
    def compatibility(self) -> Compatibility:
        """Which driver runs what a toolkit has built.

        Raises:
            DocumentError: there is no such document, or it is wrong.
        """
        from extdeps.catalog.compatibility import load_compatibility

        path = find_document("compatibility.toml", self.directories)
        if path is None:
            raise DocumentError("there is no `compatibility.toml`", context=self.directories)
        return load_compatibility(path)

    @property
    def selectors(self) -> dict[str, Selector]:
        """The projects that publish one build per accelerator, by normalised name.

        Raises:
            DocumentError: the document is wrong.
        """
        from extdeps.catalog.selectors import load_selectors

        return load_selectors(find_document("selectors.json", self.directories))

    def ecosystems(self) -> tuple[str, ...]:
        """The ecosystems that have a mapping, with and without release (PEP 804, "Known ecosystems")."""
        path = find_document("known-ecosystems.json", self.directories)
        names = load_document(path, "ecosystems")["ecosystems"] if path else {}
        return tuple(names) if isinstance(names, dict) else ()

    def mapping(self, ecosystem: Ecosystem) -> Mapping | None:
        """The mapping of an ecosystem, its release over the ecosystem itself, or None where there is none."""
        if ecosystem not in self._mappings:
            self._mappings[ecosystem] = self._load_mapping(ecosystem)
        return self._mappings[ecosystem]

    def _load_mapping(self, ecosystem: Ecosystem) -> Mapping | None:
        paths: tuple[str, ...] = (self._choice.use,)
        if not self._choice.use:
            found = (find_document(f"{name}.mapping.json", self.directories) for name in ecosystem.identifiers())
            paths = tuple(path for path in found if path)
        if not (paths or self._choice.patch or self._choice.extend):
            return None
        mapping = Mapping(paths)
        for path in self._choice.patch:
            mapping.patch(path)
        for path in self._choice.extend:
            mapping.extend(path)
        return mapping

    def known_versions(self, ecosystem: Ecosystem) -> StrMapping[str, str]:
        """Of the packages of a release their versions when the data were made, as the ecosystem writes them.

        Only the release's own document counts: a version says nothing about another release. Empty where there is none.

        Raises:
            DocumentError: the document is wrong.
        """
        known = self._find_versions(ecosystem)
        return known.packages if known else {}

    def known_as_of(self, ecosystem: Ecosystem) -> str:
        """The day of these versions (`2026-11-22`), or empty where there are none."""
        known = self._find_versions(ecosystem)
        return known.as_of if known else ""

    def _find_versions(self, ecosystem: Ecosystem) -> KnownVersions | None:
        if ecosystem not in self._versions:
            from extdeps.catalog.versions import ENDING, load_versions

            path = find_document(f"{ecosystem}{ENDING}", self.directories)
            self._versions[ecosystem] = load_versions(path) if path else None
        return self._versions[ecosystem]

    def releases(self, name: str) -> tuple[Ecosystem, ...]:
        """The releases of an ecosystem of which versions are known, sorted by name.

        Args:
            name: the ecosystem, without a release.
        """
        from extdeps.catalog.versions import ENDING

        files = (file for directory in self.directories if os.path.isdir(directory) for file in os.listdir(directory))
        found = {
            file.removeprefix(f"{name}+").removesuffix(ENDING)
            for file in files
            if file.startswith(f"{name}+") and file.endswith(ENDING)
        }
        return tuple(Ecosystem(name=name, release=release) for release in sorted(found))

    def mapping_digest(self, ecosystem: Ecosystem) -> str:
        """The digest of the mapping of an ecosystem (`pep_draft`, "Locks"): `sha256:` and 64 hexadecimal digits.

        Raises:
            DocumentError: a document is wrong.
        """
        mapping = self.mapping(ecosystem)
        return mapping.digest() if mapping else Mapping(()).digest()

    def resolve(self, url: DepURL) -> Resolution:
        """Find the canonical identifier of a requirement (`pep_draft`, "How a name is resolved").

        A name is looked for as an identifier or alias of the registry, then as
        a virtual interface, then as a pkg-config module, then without regard
        to case. What is not found stays as it is.
        """
        identifier = url.identifier
        if identifier in self.registry:
            canonical = self.registry.canonical(identifier)
            module = url.name if canonical != identifier and self.probes.find_owner(url.name) == canonical else ""
            return Resolution(identifier=canonical, module=module)
        if url.type != "generic" or url.namespace:
            return Resolution(identifier=identifier, registered=False)
        for candidate in self._candidates(url.name):
            if candidate in self.registry:
                return Resolution(identifier=self.registry.canonical(candidate))
            owner = self.probes.find_owner(candidate)
            if owner:
                return Resolution(identifier=owner, module=candidate)
        return Resolution(identifier=identifier, registered=False)

    def _candidates(self, name: str) -> Iterator[str]:
        """What a name may stand for, the most exact first."""
        yield f"dep:generic/{name}"  # without the qualifiers that it had
        yield f"dep:virtual/interface/{name.lower()}"
        yield name
        if self._folded is None:
            self._folded = {known.lower(): known for known in (*self.probes.modules(), *self.registry)}
        for folded in (f"dep:generic/{name.lower()}", name.lower()):
            if folded in self._folded:
                yield self._folded[folded]

    def suggest(self, name: str) -> tuple[str, ...]:
        """Names of the registry that look like this one, the closest first."""
        from difflib import get_close_matches

        prefix = "dep:generic/"
        names = [known.removeprefix(prefix) for known in self.registry if known.startswith(prefix)]
        return tuple(get_close_matches(name.lower(), names, n=2, cutoff=0.75))

    def probe_entries(self, identifier: str) -> tuple[ProbeEntry, ...]:
        """What proves an identifier: its own entry, and for a virtual those of its providers.

        What a virtual says about the evidence that a phase needs holds for its providers too: a
        C compiler is no use without the C library's headers, whichever it is.
        """
        own = self.probes.find(identifier)
        entries = [own] if own else []
        for provider in self.registry.providers(identifier) if is_virtual(identifier) else ():
            entry = self.probes.find(provider)
            if entry and own and own.evidence:
                entry = replace(entry, evidence=own.evidence, headers=entry.headers or own.headers)
            if entry:
                entries.append(entry)
        return tuple(entries)

    def specs(self, identifier: str, ecosystem: Ecosystem) -> Specs | None:
        """The packages of an identifier in an ecosystem; of a virtual, else of its first provider that has any."""
        mapping = self.mapping(ecosystem)
        return mapping.find(self.supplier(identifier, ecosystem)) if mapping else None

    def supplier(self, identifier: str, ecosystem: Ecosystem) -> str:
        """The identifier whose packages are taken: itself, or a provider of a virtual that has no entry of its own."""
        mapping = self.mapping(ecosystem)
        if not is_virtual(identifier) or mapping is None or mapping.path_of(identifier):
            return identifier
        provided = ((name, mapping.find(name)) for name in self.registry.providers(identifier))
        return next((name for name, specs in provided if specs and not specs.is_empty), identifier)

    def projects(self) -> tuple[str, ...]:
        """The PyPI projects that have an overlay among the documents, by their normalised names."""
        directories = (os.path.join(directory, "projects") for directory in self.directories)
        files = (name for directory in directories if os.path.isdir(directory) for name in os.listdir(directory))
        return tuple(sorted({name.removesuffix(".toml") for name in files if name.endswith(".toml")}))

    def project_files(self, name: str) -> Iterator[str]:
        """The overlays of a PyPI project, in order of precedence."""
        for directory in self.directories:
            for path in (
                os.path.join(directory, "projects", f"{name}.toml"),
                os.path.join(directory, f"{name}.toml"),
            ):
                if os.path.isfile(path):
                    yield path
