"""`extdeps mapping`: for packagers, the layout, the faults and the truth of the data, and what is in it."""

from __future__ import annotations

import os

from extdeps.errors import UsageError
from extdeps.render.text import harmless
from extdeps.resources import shipped_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.curate.fault import Fault


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of the command."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, prog=parser.prog)
    layout = actions.add_parser("format", help="bring documents into the canonical layout")
    layout.add_argument("--check", action="store_true", help="change nothing; exit 1 where something would change")
    faults = actions.add_parser("lint", help="say what is wrong with documents; exit 1 where something is")
    for action in (layout, faults):
        action.add_argument(
            "files", metavar="FILE", nargs="*", help="documents (default: all in ./mappings, else the shipped ones)"
        )
    truth = actions.add_parser("verify", help="compare a mapping with the index of its packages; exit 1 on faults")
    truth.add_argument("ecosystem", metavar="ECOSYSTEM+RELEASE", help="`debian+12`; its archive's index is read")
    truth.add_argument("--from", dest="address", metavar="URL|DIR", help="a mirror, or a directory laid out as one")
    truth.add_argument("--architecture", default="amd64", metavar="NAME", help="default: amd64")
    truth.add_argument("--keyring", metavar="FILE", help="the keys that are trusted (default: the distribution's)")
    truth.add_argument("--allow-unsigned", action="store_true", help="accept an index that is unsigned or expired")
    words = actions.add_parser("search", help="say what a word stands for, and what that is called everywhere")
    words.add_argument(
        "word", metavar="WORD", help="an identifier, module, header, library, executable or package, or a part of one"
    )
    words.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    for action in (faults, truth):
        action.add_argument(
            "--format",
            choices=("table", "json", "github"),
            default="table",
            help="github: annotations for its workflows (default: table)",
        )


def execute(arguments: argparse.Namespace) -> int:
    """Run one action; 1 when there is something to do."""
    if arguments.action == "verify":
        return _verify(arguments)
    if arguments.action == "search":
        return _search(arguments.word, arguments.format)
    files = arguments.files or _default_files()
    return _format(files, check=arguments.check) if arguments.action == "format" else _lint(files, arguments.format)


def _default_directory() -> str:
    return "mappings" if os.path.isfile(os.path.join("mappings", "registry.json")) else shipped_directory()


def _default_files() -> list[str]:
    directory = _default_directory()
    names = sorted(name for name in os.listdir(directory) if name.endswith(".json") and name != "known-ecosystems.json")
    return [os.path.join(directory, name) for name in names]


def _format(files: list[str], *, check: bool) -> int:
    from extdeps.curate.layout import format_document

    changed = []
    for path in files:
        formatted = format_document(path)
        with open(path, encoding="utf-8") as file:
            if file.read() == formatted:
                continue
        changed.append(path)
        if not check:
            with open(path, "w", encoding="utf-8") as file:
                file.write(formatted)
    for path in changed:
        print(f"{'would format' if check else 'formatted'} {path}")
    return 1 if check and changed else 0


def _lint(files: list[str], output: str) -> int:
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.curate.lint import lint

    for path in files:
        if not os.path.isfile(path):
            raise UsageError(f"`{path}` is not a file")
    directories = tuple(dict.fromkeys((*(os.path.dirname(path) or "." for path in files), shipped_directory())))
    catalogue = Catalogue(directories)
    faults = [fault for path in files for fault in lint(path, catalogue)]
    _print_faults(faults, output, {})
    if output == "table":
        print(f"{_count(len(faults), 'fault')} in {_count(len(files), 'document')}.")
    return 1 if faults else 0


def _verify(arguments: argparse.Namespace) -> int:
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.ecosystem import parse_ecosystem
    from extdeps.curate.index.table import open_index
    from extdeps.curate.verify import verify
    from extdeps.fetch import Fetcher
    from extdeps.host import LocalHost

    ecosystem = parse_ecosystem(arguments.ecosystem)
    catalogue = Catalogue((_default_directory(),))
    mapping = catalogue.mapping(ecosystem)
    if mapping is None:
        raise UsageError(f"there is no mapping for `{ecosystem}`")
    index = open_index(
        ecosystem,
        arguments.address or "",
        architecture=arguments.architecture,
        fetcher=Fetcher(),
        host=LocalHost(),
        keyring=arguments.keyring or "",
        allow_unsigned=arguments.allow_unsigned,
    )
    result = verify(mapping, catalogue, index)
    facts = {
        "ecosystem": str(ecosystem),
        "index": index.name,
        "names": result.names,
        "tried": result.tried,
        "proved": result.proved,
        "excepted": result.excepted,
    }
    _print_faults(result.faults, arguments.format, facts)
    if arguments.format == "table":
        for identifier, reason in result.excepted.items():
            print(f"excepted: `{identifier}`: {reason}")
        gone = sum(fault.code == "gone" for fault in result.faults)
        print(f"{_count(result.names, 'name')} looked up in {index.name}: {gone} gone.")
        print(f"{result.proved} of {result.tried} entries and phases whose evidence is known ship it.")
    return 1 if result.faults else 0


def _search(word: str, output: str) -> int:
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.cli.console import print_json, print_styled
    from extdeps.curate.search import search

    matches = search(word, Catalogue((_default_directory(),)))
    if output == "json":
        from dataclasses import asdict

        documents = [
            {
                "identifier": match.identifier,
                "description": match.description,
                "because": [{"kind": kind, "name": name} for kind, name in match.because],
                "packages": {ecosystem: asdict(specs) for ecosystem, specs in match.packages},
            }
            for match in matches
        ]
        print_json({"schema_version": 1, "matches": documents})
    else:
        from extdeps.cli.matches import render_matches

        print_styled(render_matches(matches))
        print(f"{_count(len(matches), 'match', 'matches')}.")
    return 0 if matches else 1


def _print_faults(faults: list[Fault], output: str, facts: dict[str, object]) -> None:
    if output == "json":
        from extdeps.cli.console import print_json

        print_json({"schema_version": 1, **facts, "faults": [_document(fault) for fault in faults]})
    for fault in faults:
        if output == "github":
            message = harmless(fault.message).replace("%", "%25")  # `%0A` would be a line break
            print(f"::error file={fault.path},line={max(fault.line, 1)},title={fault.code}::{message}")
        elif output == "table":
            print(harmless(f"{fault.path}:{fault.line}: {fault.code}: {fault.message}"))


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def _document(fault: Fault) -> dict[str, object]:
    return {"path": fault.path, "line": fault.line, "code": fault.code, "message": fault.message}
