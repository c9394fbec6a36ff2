"""The mapping of a release, written out of its index: runtime libraries are named after versions that change."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from extdeps.atomicfile import write_text
from extdeps.catalog.document import Document, Entry, load_document, read_document
from extdeps.curate.derive import Deriver
from extdeps.curate.layout import ECOSYSTEMS, compact_specs, render_document
from extdeps.curate.shipment import Files, Packages
from extdeps.errors import UsageError
from extdeps.model.identifier import is_virtual
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.catalog.mapping import Specs
    from extdeps.curate.index.interface import PackageIndex

SOURCE = "index"
"""In `extra_metadata.sources`, what says that an entry was written here; every other entry is pinned."""


@dataclass(kw_only=True)
class Synchronization:
    """What a document becomes.

    Args:
        text: its new text.
        added: identifiers that get an entry.
        changed: whose entry changes.
        removed: whose entry goes, since that of the wider ecosystem holds or nothing is there any more.
        doubtful: whose entry does not hold, and is pinned, or the index has nothing better.
    """

    text: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)


def synchronize(
    ecosystem: Ecosystem, path: str, catalogue: Catalogue, index: PackageIndex, *, today: str
) -> Synchronization:
    """Bring the document of an ecosystem or release up to an index.

    An entry that a person wrote stays as it is. An identifier whose packages,
    as the wider ecosystem has them, exist and ship what proves it needs no
    entry. Any other gets what the index says.

    Args:
        ecosystem: what the document is about.
        path: the document; it need not exist.
        catalogue: registry, probes and the wider ecosystem's mapping.
        index: the packages that there are.
        today: the date of verification (ISO 8601).

    Raises:
        DocumentError: a document is wrong.
        FetchError: the index cannot be read.
        UsageError: the index does not list the files of its packages.
    """
    if not index.shows:
        raise UsageError(f"`{index.name}` does not say which files packages ship", hint="use `extdeps mapping verify`")
    wider = ecosystem.wider()
    below = catalogue.mapping(wider) if wider else None
    document = Document(path, "mappings") if os.path.isfile(path) else None
    effective = catalogue.mapping(ecosystem)
    identifiers = dict.fromkeys((*catalogue.registry.canonicals(), *(document or ())))
    probes = {  # of a virtual none: which of its providers is taken is a choice that no index makes
        identifier: entry
        for identifier in identifiers
        if not is_virtual(identifier) and (entry := catalogue.probes.find(identifier))
    }
    deriver = Deriver(Packages(index), Files(index, probes.values()), index.default_repositories)
    result = Synchronization()
    entries: list[Entry] = []
    for identifier in identifiers:
        before = document.find(identifier) if document else []
        own = effective.find(identifier) if effective and before else None
        inherited = below.find(identifier) if below else None
        probe = probes.get(identifier)
        if own and not all(map(_is_synchronized, before)):
            after, is_doubtful = before, not deriver.holds(own, probe)
        elif inherited and deriver.holds(inherited, probe):
            after, is_doubtful = [], False
        elif own and deriver.holds(own, probe):
            after, is_doubtful = before, False
        else:
            specs = deriver.derive(probe, inherited or own) if probe else None
            after = [_make_entry(identifier, specs, today)] if specs else []
            is_doubtful = not specs and bool(inherited or own)
        entries += after
        _note(result, identifier, before, after)
        if is_doubtful:
            result.doubtful.append(identifier)
    head = read_document(path) if document else _make_head(ecosystem)
    result.text = render_document({**head, "mappings": entries}, path)
    return result


def list_ecosystem(path: str, ecosystem: Ecosystem) -> None:
    """Add a release to the known ecosystems, at the address of the wider one.

    Args:
        path: `known-ecosystems.json`; unchanged where it lists the ecosystem.
        ecosystem: what has a document now.

    Raises:
        DocumentError: the document is wrong.
    """
    document = load_document(path, ECOSYSTEMS)
    known = document[ECOSYSTEMS]
    if not isinstance(known, dict):
        return
    nearest = next((name for name in ecosystem.identifiers() if name in known), str(ecosystem))
    if nearest == str(ecosystem):
        return
    address = known[nearest]["mapping"].replace(f"{nearest}.mapping.json", f"{ecosystem}.mapping.json")
    known[str(ecosystem)] = {"mapping": address}
    write_text(path, render_document(document, path))


def _is_synchronized(entry: Entry) -> bool:
    metadata = entry.get("extra_metadata")
    return isinstance(metadata, dict) and metadata.get("sources") == [SOURCE]


def _note(result: Synchronization, identifier: str, before: list[Entry], after: list[Entry]) -> None:
    if before == after:
        return
    kind = result.changed if before and after else result.added if after else result.removed
    kind.append(identifier)


def _make_entry(identifier: str, specs: Specs, today: str) -> Entry:
    value = compact_specs({phase: list(specs.of(phase)) for phase in PHASES})
    metadata = {"sources": [SOURCE], "verified": today} | ({"repository": specs.repository} if specs.repository else {})
    return {"id": identifier, "specs": value, "extra_metadata": metadata}


def _make_head(ecosystem: Ecosystem) -> Entry:
    return {
        "schema_version": 1,
        "name": str(ecosystem),
        "description": f"Where it differs from `{ecosystem.wider()}`" if ecosystem.release else "",
        "package_managers": [],
    }
