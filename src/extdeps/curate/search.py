"""What a word stands for, and what that is called everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.catalog.ecosystem import parse_ecosystem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.mapping import Mapping, Specs


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One identifier that a word stands for.

    Args:
        identifier: the canonical identifier.
        description: one line of the registry.
        because: pairs of kind and name that are the word, or hold it (`header`, `zlib.h`).
        packages: what each ecosystem calls it.
    """

    identifier: str
    description: str
    because: tuple[tuple[str, str], ...]
    packages: tuple[tuple[str, Specs], ...]


def search(word: str, catalogue: Catalogue) -> tuple[Match, ...]:
    """Find the identifiers that a word stands for.

    The word may be an identifier or alias, a pkg-config module, header,
    library, executable or package. Where anything is called exactly so, what
    merely holds the word is left out. Case makes no difference.

    Args:
        word: what is looked for.
        catalogue: where.

    Raises:
        DocumentError: an entry is wrong.
    """
    needle = word.lower()
    mappings = {
        name: mapping for name in catalogue.ecosystems() if (mapping := catalogue.mapping(parse_ecosystem(name)))
    }
    names: dict[str, list[tuple[str, str]]] = {}
    for identifier, kind, name in _names(catalogue, mappings):
        if needle in name.lower():
            names.setdefault(identifier, []).append((kind, name))
    owner = catalogue.probes.find_owner(word)
    if owner:
        names.setdefault(owner, []).append(("module", word))
    exact = {
        identifier: same
        for identifier, found in names.items()
        if (same := [(kind, name) for kind, name in found if needle in (name.lower(), name.rpartition("/")[2].lower())])
    }
    return tuple(
        Match(
            identifier=identifier,
            description=catalogue.registry.description(identifier),
            because=tuple(dict.fromkeys(found)),
            packages=tuple((name, specs) for name, mapping in mappings.items() if (specs := mapping.find(identifier))),
        )
        for identifier, found in sorted((exact or names).items())
    )


def _names(catalogue: Catalogue, mappings: dict[str, Mapping]) -> Iterator[tuple[str, str, str]]:
    """Everything that has a name: its canonical identifier, what kind of name it is, and the name."""
    registry = catalogue.registry
    for known in registry:
        identifier = registry.canonical(known)
        yield identifier, "identifier" if identifier == known else "alias", known
        entry = catalogue.probes.find(identifier)
        if entry and identifier == known:
            kinds = {
                "module": entry.pkg_config,
                "header": entry.headers,
                "library": (*entry.libraries, *entry.components),
                "executable": entry.executables,
            }
            yield from ((identifier, kind, name) for kind, names in kinds.items() for name in names)
    for mapping in mappings.values():
        for identifier in mapping:
            specs = mapping.find(identifier)
            for name in specs.names if specs else ():
                yield identifier, "package", name
