"""What is wrong with a document of the catalogue, entry by entry."""

from __future__ import annotations

import os
from collections import Counter

from extdeps.catalog.document import Document, Entry, get_strings, load_document, read_document
from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.catalog.mapping import Mapping, Specs
from extdeps.catalog.selectors import parse_selector
from extdeps.catalog.versions import ENDING, load_versions
from extdeps.curate.fault import Fault, find_line
from extdeps.curate.layout import ECOSYSTEMS, SELECTORS, VERSIONS, find_kind, find_table, format_document, is_relations
from extdeps.curate.lintoverlay import lint_overlay
from extdeps.curate.lintrelations import lint_relations
from extdeps.curate.suggest import SUGGESTED
from extdeps.declaration.external import normalize_name
from extdeps.errors import InvalidInputError, UsageError
from extdeps.manager.table import choose_manager
from extdeps.model.identifier import is_virtual
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.manager.interface import Manager

    Check = Callable[[str, Catalogue], Iterator[tuple[str, str]]]

MAPPING = ".mapping.json"
"""How the names of mapping documents end, after their ecosystem."""

_DEVELOPMENT = ("-dev", "-devel")


def lint(path: str, catalogue: Catalogue) -> Iterator[Fault]:
    """The faults of a document of the catalogue, or of an overlay.

    Args:
        path: the file; that of a mapping is named after its ecosystem.
        catalogue: the registry and the probes that it refers to.
    """
    if path.endswith(".toml"):
        yield from lint_overlay(path, catalogue)
        return
    try:
        formatted = format_document(path)
        content = read_document(path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        faults = _find_faults(path, content, text, catalogue)
    except InvalidInputError as error:
        yield Fault(path=path, line=0, code="unreadable", message="; ".join((error.message, *error.context)))
        return
    if text != formatted:
        yield Fault(path=path, line=0, code="layout", message="is not formatted; `extdeps mapping format` does it")
    yield from faults


def _find_faults(path: str, content: Entry, text: str, catalogue: Catalogue) -> Iterable[Fault]:
    """What is wrong beside the layout.

    Raises:
        DocumentError: the document cannot be read; said at once, before the first fault.
    """
    if is_relations(content):
        return tuple(lint_relations(path, text, catalogue))
    table = find_table(content)
    if table == ECOSYSTEMS:
        found = _lint_ecosystems(path, load_document(path, ECOSYSTEMS))
    elif table == SELECTORS:
        found = _lint_selectors(content[SELECTORS], path)
    elif table == VERSIONS:
        found = iter(tuple(_lint_versions(path, catalogue)))
    else:
        found = _lint_entries(Document(path, find_kind(content, path)), catalogue)
    return (
        Fault(path=path, line=find_line(text, identifier), code=code, message=f"`{identifier}` {message}")
        for identifier, code, message in found
    )


def _lint_ecosystems(path: str, document: Entry) -> Iterator[tuple[str, str, str]]:
    known = document[ECOSYSTEMS]
    names = set(known) if isinstance(known, dict) else set()
    directory = os.path.dirname(path) or "."
    there = {name.removesuffix(MAPPING) for name in os.listdir(directory) if name.endswith(MAPPING)}
    for name in sorted(there - names):
        yield name, "unlisted", "has a mapping that is not listed"
    for name in sorted(names - there):
        yield name, "dangling", "is listed and has no mapping beside it"


def _lint_selectors(table: object, path: str) -> Iterator[tuple[str, str, str]]:
    for name, entry in table.items() if isinstance(table, dict) else ():
        try:
            selector = parse_selector(name, entry, f"`{path}`: `{name}`")
        except InvalidInputError as error:
            yield name, "invalid", f"is wrong: {'; '.join((error.message, *error.context))}"
            continue
        if name != normalize_name(name):
            yield name, "misnamed", "is not the normalised name of a project"
        if any(build.is_cpu and not build.when for build in selector.builds[:-1]):
            yield name, "unreachable", "has a build behind one that fits everywhere"


def _lint_versions(path: str, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    known = load_versions(path)
    named = os.path.basename(path).removesuffix(ENDING)
    if str(known.ecosystem) != named:
        yield "ecosystem", "misnamed", f"is `{known.ecosystem}`, and the document is called after `{named}`"
    mapping = catalogue.mapping(known.ecosystem)
    names = mapping.names() if mapping else frozenset()
    for name in known.packages:
        if name not in names:
            yield name, "unmapped", f"is no package that the mapping of `{known.ecosystem}` names"


def _lint_entries(document: Document, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    checks = {
        "definitions": _lint_definition,
        "probes": _lint_probe,
        "mappings": _make_specs_check(document.path),
    }
    for identifier in document:
        if len(document.find(identifier)) > 1:
            yield identifier, "duplicate", "has several entries"
        for code, message in _collect(checks[document.kind], identifier, catalogue):
            yield identifier, code, message
    if document.kind == "probes":
        yield from _lint_modules(document)


def _collect(check: Check, identifier: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The faults that a check finds; what the loader refuses is one too."""
    try:
        yield from check(identifier, catalogue)
    except InvalidInputError as error:
        yield "invalid", f"is wrong: {error.message}"


def _lint_definition(identifier: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    catalogue.registry.canonical(identifier)
    provided = catalogue.registry.provides(identifier)
    if is_virtual(identifier) and provided:
        yield "virtual-provides", "is virtual and provides something (PEP 804 forbids it)"
    for virtual in provided:
        if virtual not in catalogue.registry:
            yield "dangling", f"provides `{virtual}`, which is not in the registry"


def _lint_reference(identifier: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    if identifier not in catalogue.registry:
        yield "unregistered", "is not in the registry"
    elif catalogue.registry.canonical(identifier) != identifier:
        yield "alias", f"is an alias; its entry belongs to `{catalogue.registry.canonical(identifier)}`"


def _lint_probe(identifier: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield from _lint_reference(identifier, catalogue)
    entry = catalogue.probes.find(identifier)
    if entry is None:
        return
    there = {
        "development": entry.has_development_files,
        "header": bool(entry.headers),
        "library": bool(entry.libraries),
        "executable": bool(entry.executables),
    }
    if not any(there.values()):
        yield "no-evidence", "names nothing that would prove it"
    for phase, kinds in entry.evidence:
        for kind in kinds:
            if not there[kind]:
                yield "no-evidence", f"needs a `{kind}` in the {phase} phase, and names none"
    for prefix in entry.prefixes:
        if any(mark in prefix[:-1].replace("{multiarch}", "") for mark in "{}*"):
            yield "prefix", f"names the root `{prefix}`; it may hold `{{multiarch}}`, and `*` at its end"
    for virtual, _ in entry.implements:
        if virtual not in catalogue.registry.provides(entry.id):
            yield "implements", f"implements `{virtual}`, which it does not provide"


def _lint_modules(document: Document) -> Iterator[tuple[str, str, str]]:
    owners: dict[str, str] = {}
    for identifier in document:
        for entry in document.find(identifier):
            for key in ("pkg_config", "modules"):
                for module in get_strings(entry, key, f"`{document.path}`: `{identifier}`"):
                    owner = owners.setdefault(module, identifier)
                    if owner != identifier:
                        yield identifier, "module-twice", f"names the module `{module}`, which belongs to `{owner}`"


def _make_specs_check(path: str) -> Check:
    """A check of the entries of one mapping, by the grammar of the ecosystem that its file is named after."""
    mapping = Mapping((path,)) if path.endswith(MAPPING) else None
    try:
        ecosystem = parse_ecosystem(os.path.basename(path).removesuffix(MAPPING))
        manager = choose_manager(ecosystem.name, ())
    except UsageError:
        manager = None

    def check(identifier: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
        yield from _lint_reference(identifier, catalogue)
        specs = mapping.find(identifier) if mapping else None
        if specs:
            yield from _lint_specs(specs, manager)
        sources = mapping.metadata(identifier).get("sources") if mapping else None
        if SUGGESTED in (sources if isinstance(sources, list) else [sources]):
            yield "suggested", "is a suggestion that nobody has confirmed"

    return check


def _lint_specs(specs: Specs, manager: Manager | None) -> Iterator[tuple[str, str]]:
    for phase in PHASES:
        names = getattr(specs, phase)
        for name in names:
            if manager and not manager.accepts(name):
                yield "grammar", f"names `{name}`, which is no package name of {manager.ecosystems[0]}"
        for name, count in Counter(names).items():
            if count > 1:
                yield "package-twice", f"names `{name}` {count} times in the {phase} phase"
    if specs.run != specs.host:
        for name in specs.run:
            if name.endswith(_DEVELOPMENT):
                yield "development-at-run", f"names `{name}` in the run phase, which needs no development files"
