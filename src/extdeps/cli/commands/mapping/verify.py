"""`extdeps mapping verify`."""

from __future__ import annotations

from extdeps.cli.commands.mapping.documents import default_directory
from extdeps.cli.commands.mapping.faults import add_format, format_count, print_faults
from extdeps.cli.commands.mapping.source import add_source, read_source
from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    add_source(parser)
    add_format(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print what is untrue; 1 where something is."""
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.curate.index.table import open_index
    from extdeps.curate.verify import verify

    source = read_source(arguments)
    catalogue = Catalogue((default_directory(),))
    mapping = catalogue.mapping(source.ecosystem)
    if mapping is None:
        raise UsageError(f"there is no mapping for `{source.ecosystem}`")
    index = open_index(source)
    result = verify(mapping, catalogue, index)
    facts = {
        "ecosystem": str(source.ecosystem),
        "index": index.name,
        "names": result.names,
        "tried": result.tried,
        "proved": result.proved,
        "excepted": result.excepted,
        "elsewhere": result.elsewhere,
    }
    print_faults(result.faults, arguments.format, facts)
    if arguments.format == "table":
        for identifier, reason in result.excepted.items():
            print(f"excepted: `{identifier}`: {reason}")
        for repository, identifiers in result.elsewhere.items():
            print(f"elsewhere: {format_count(len(identifiers), 'entry', 'entries')} of the repository `{repository}`")
        gone = sum(fault.code == "gone" for fault in result.faults)
        print(f"{format_count(result.names, 'name')} looked up in {index.name}: {gone} gone.")
        print(f"{result.proved} of {result.tried} entries and phases whose evidence is known ship it.")
    return 1 if result.faults else 0
