"""The registry of identifiers: canonical ones, aliases, and who provides which virtual (PEP 804)."""

from __future__ import annotations

from collections.abc import Iterator

from extdeps.catalog.document import Entry, get_strings, iter_entries, load_document, normalize_identifier
from extdeps.errors import DocumentError

_VIRTUAL = "dep:virtual/"


class Registry:
    """One registry document.

    Args:
        path: the file.

    Raises:
        DocumentError: the document is wrong; the message names the entry.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._entries: dict[str, Entry] = dict(iter_entries(load_document(path, "definitions"), "definitions", path))
        self._providers: dict[str, list[str]] | None = None

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def description(self, identifier: str) -> str:
        """The description of an entry, or empty."""
        return str(self._entries.get(identifier, {}).get("description") or "")

    def provides(self, identifier: str) -> tuple[str, ...]:
        """What an entry provides: the identifiers it is an alias of, and virtuals."""
        entry = self._entries.get(identifier, {})
        place = f"`{self.path}`: `{identifier}`"
        return tuple(normalize_identifier(item, place) for item in get_strings(entry, "provides", place))

    def canonical(self, identifier: str) -> str:
        """Follow aliases to the canonical identifier.

        Raises:
            DocumentError: aliases go in a circle, or lead to an identifier that is not there.
        """
        path = [identifier]
        while True:
            target = next((item for item in self.provides(path[-1]) if not item.startswith(_VIRTUAL)), None)
            if target is None:
                return path[-1]
            if target in path:
                raise DocumentError(f"`{self.path}`: `provides` goes in a circle: {' -> '.join((*path, target))}")
            if target not in self._entries:
                raise DocumentError(f"`{self.path}`: `{path[-1]}` provides `{target}`, which is not in the registry")
            path.append(target)

    def providers(self, virtual: str) -> tuple[str, ...]:
        """The canonical identifiers that provide a virtual, in the order of the registry."""
        if self._providers is None:
            self._providers = {}
            for identifier in self._entries:
                for item in self.provides(identifier):
                    if item.startswith(_VIRTUAL):
                        names = self._providers.setdefault(item, [])
                        canonical = self.canonical(identifier)
                        if canonical not in names:
                            names.append(canonical)
        return tuple(self._providers.get(virtual, ()))
