"""The mapping of an ecosystem: identifier to packages by phase (PEP 804, "Mappings")."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.catalog.document import Document, get_strings, normalize_identifier
from extdeps.errors import DocumentError
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.catalog.document import Entry
    from extdeps.model.requirement import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Specs:
    """The packages of one entry, by phase.

    Args:
        build: what is needed to run it on the build machine.
        host: what is needed to compile and link against it.
        run: what is needed at run time.
        repository: the part of the ecosystem that holds them, where it is not on by itself
            (`extra_metadata.repository`: Debian's `non-free`), or empty.
        unshipped: why what proves it is in no package's list of files (`extra_metadata.unshipped`), or empty.
    """

    build: tuple[str, ...]
    host: tuple[str, ...]
    run: tuple[str, ...]
    repository: str = ""
    unshipped: str = ""

    def of(self, phase: Phase) -> tuple[str, ...]:
        """The packages of a phase; a library that is asked for in the build phase is linked against."""
        if phase == "build":
            return self.build or self.host
        return self.host if phase == "host" else self.run

    @property
    def names(self) -> tuple[str, ...]:
        """The packages of all phases, each once."""
        return tuple(dict.fromkeys((*self.build, *self.host, *self.run)))

    @property
    def is_empty(self) -> bool:
        """Whether the ecosystem says that it has no such package."""
        return not (self.build or self.host or self.run)


class Mapping:
    """The entries of one ecosystem, those of a release over those of the ecosystem.

    Args:
        paths: the documents, each of which overlays those after it entry by entry.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        self._overlays = [Document(path, "mappings") for path in paths]
        self._further: list[Document] = []

    def patch(self, path: str) -> None:
        """Replace the entries that a document has and add the others (PEP 804, `--patch-mapping`)."""
        self._overlays.insert(0, Document(path, "mappings"))

    def extend(self, path: str) -> None:
        """Add the entries of a document as further choices (PEP 804, `--extend-mapping`)."""
        self._further.append(Document(path, "mappings"))

    def __iter__(self) -> Iterator[str]:
        seen = (identifier for document in (*self._overlays, *self._further) for identifier in document)
        return iter(dict.fromkeys(seen))

    def names(self) -> frozenset[str]:
        """The packages that any entry names, in any phase.

        Raises:
            DocumentError: an entry is wrong.
        """
        return frozenset(name for specs in map(self.find, self) if specs for name in specs.names)

    def digest(self) -> str:
        """One digest of all its documents, which differs where any of them differs by a byte.

        It is over a line for each document, in the order in which they count: what it does (`overlay`, `extend`) and
        the SHA-256 of its bytes. Where they are kept does not count.
        """
        from hashlib import sha256

        roles = (("overlay", self._overlays), ("extend", self._further))
        lines = (f"{role} {document.digest()}\n" for role, documents in roles for document in documents)
        return f"sha256:{sha256(''.join(lines).encode()).hexdigest()}"

    def path_of(self, identifier: str) -> str:
        """The document that an entry is taken from, or empty."""
        document = self._document_of(identifier)
        return document.path if document else ""

    def metadata(self, identifier: str) -> Entry:
        """What the entry of an identifier says about itself (`extra_metadata`); empty where it says nothing."""
        document = self._document_of(identifier)
        extra = document.find(identifier)[0].get("extra_metadata") if document else None
        return extra if isinstance(extra, dict) else {}

    def find(self, identifier: str) -> Specs | None:
        """The packages of an identifier, from its first entry, or None where the mapping does not know it.

        Raises:
            DocumentError: the entry is wrong, or its `specs_from` dangles or goes in a circle.
        """
        path = [identifier]
        while True:
            document = self._document_of(path[-1])
            if document is None:
                return None
            entry = document.find(path[-1])[0]
            place = f"`{document.path}`: `{path[-1]}`"
            if "specs" in entry:
                return _parse_specs(entry, place)
            target = entry.get("specs_from")
            if not isinstance(target, str):
                raise DocumentError(f"{place} has neither `specs` nor `specs_from`")
            target = normalize_identifier(target, place)
            if target in path:
                raise DocumentError(f"{place}: `specs_from` goes in a circle: {' -> '.join((*path, target))}")
            if self._document_of(target) is None:
                raise DocumentError(f"{place}: `specs_from` leads to `{target}`, which is not in the mapping")
            path.append(target)

    def _document_of(self, identifier: str) -> Document | None:
        """The first document that has an entry for an identifier."""
        return next((document for document in (*self._overlays, *self._further) if identifier in document), None)


def _parse_specs(entry: Entry, place: str) -> Specs:
    value = entry["specs"]
    extra = entry.get("extra_metadata")
    metadata = extra if isinstance(extra, dict) else {}
    repository, unshipped = (str(metadata.get(key, "")) for key in ("repository", "unshipped"))
    if not isinstance(value, dict):
        names = get_strings(entry, "specs", place)
        return Specs(build=names, host=names, run=names, repository=repository, unshipped=unshipped)
    unknown = sorted(set(value) - set(PHASES))
    if unknown:
        raise DocumentError(f"{place}: `specs` has `{unknown[0]}`, which is not a phase")
    build, host, run = (get_strings(value, phase, f"{place}: `specs`") for phase in PHASES)
    return Specs(build=build, host=host, run=run, repository=repository, unshipped=unshipped)
