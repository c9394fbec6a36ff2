"""`extdeps mapping`: for packagers, the layout and the faults of the data."""

from __future__ import annotations

import os

from extdeps.errors import UsageError
from extdeps.resources import shipped_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.curate.lint import Fault


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of the command."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, prog=parser.prog)
    layout = actions.add_parser("format", help="bring documents into the canonical layout")
    layout.add_argument("--check", action="store_true", help="change nothing; exit 1 where something would change")
    faults = actions.add_parser("lint", help="say what is wrong with documents; exit 1 where something is")
    faults.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    for action in (layout, faults):
        action.add_argument(
            "files", metavar="FILE", nargs="*", help="documents (default: all in ./mappings, else the shipped ones)"
        )


def execute(arguments: argparse.Namespace) -> int:
    """Run one action; 1 when there is something to do."""
    files = arguments.files or _default_files()
    return _format(files, check=arguments.check) if arguments.action == "format" else _lint(files, arguments.format)


def _default_files() -> list[str]:
    directory = "mappings" if os.path.isfile(os.path.join("mappings", "registry.json")) else shipped_directory()
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
    if output == "json":
        from extdeps.cli.console import print_json

        print_json({"schema_version": 1, "faults": [_document(fault) for fault in faults]})
    else:
        for fault in faults:
            print(f"{fault.path}:{fault.line}: {fault.code}: {fault.message}")
        count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
        print(f"{count} in {len(files)} document{'' if len(files) == 1 else 's'}.")
    return 1 if faults else 0


def _document(fault: Fault) -> dict[str, object]:
    return {"path": fault.path, "line": fault.line, "code": fault.code, "message": fault.message}
