"""The registry of identifiers: canonical ones, aliases, and who provides which virtual (PEP 804)."""

from __future__ import annotations

from extdeps.catalog.document import Document, get_strings, normalize_identifier
from extdeps.errors import DocumentError
from extdeps.model.identifier import is_virtual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Registry:
    """One registry document.

    Args:
        path: the file.

    Raises:
        DocumentError: the document is wrong; the message names the entry.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._document = Document(path, "definitions")
        self._providers: dict[str, tuple[str, ...]] = {}

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._document

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def canonicals(self) -> Iterator[str]:
        """The identifiers that are no alias of another.

        Raises:
            DocumentError: see `canonical`.
        """
        return (identifier for identifier in self if self.canonical(identifier) == identifier)

    def provides(self, identifier: str) -> tuple[str, ...]:
        """What an entry provides: the identifiers it is an alias of, and virtuals."""
        place = f"`{self.path}`: `{identifier}`"
        return tuple(
            normalize_identifier(item, place)
            for entry in self._document.find(identifier)
            for item in get_strings(entry, "provides", place)
        )

    def description(self, identifier: str) -> str:
        """One line about an entry, or empty."""
        return next(
            (str(entry["description"]) for entry in self._document.find(identifier) if "description" in entry), ""
        )

    def canonical(self, identifier: str) -> str:
        """Follow aliases to the canonical identifier.

        Raises:
            DocumentError: aliases go in a circle, or lead to an identifier that is not there.
        """
        if is_virtual(identifier):
            self._refuse_circle(identifier)
        path = [identifier]
        while True:
            target = next((item for item in self.provides(path[-1]) if not is_virtual(item)), None)
            if target is None:
                return path[-1]
            if target in path:
                raise self._circle((*path, target))
            if target not in self._document:
                raise DocumentError(f"`{self.path}`: `{path[-1]}` provides `{target}`, which is not in the registry")
            path.append(target)

    def _refuse_circle(self, virtual: str) -> None:
        """Follow what a virtual provides, which ought to be nothing, to see that it does not provide itself.

        Raises:
            DocumentError: it does.
        """
        reached = {virtual}
        waiting: list[tuple[str, ...]] = [(virtual,)]
        while waiting:
            path = waiting.pop()
            for item in self.provides(path[-1]):
                if item == virtual:
                    raise self._circle((*path, item))
                if item not in reached:
                    reached.add(item)
                    waiting.append((*path, item))

    def _circle(self, path: tuple[str, ...]) -> DocumentError:
        return DocumentError(f"`{self.path}`: `provides` goes in a circle: {' -> '.join(path)}")

    def providers(self, virtual: str) -> tuple[str, ...]:
        """The canonical identifiers that provide a virtual, in the order of the registry."""
        if virtual not in self._providers:
            names = (name for name, _ in self._document.find_containing(virtual) if virtual in self.provides(name))
            self._providers[virtual] = tuple(dict.fromkeys(self.canonical(name) for name in names))
        return self._providers[virtual]
