"""Faults as a table, as JSON, or as annotations of a workflow."""

from __future__ import annotations

from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.curate.fault import Fault


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add the choice of an output."""
    parser.add_argument(
        "--format",
        choices=("table", "json", "github"),
        default="table",
        help="github: annotations for its workflows (default: table)",
    )


def print_faults(faults: list[Fault], output: str, facts: dict[str, object]) -> None:
    """Print faults.

    Args:
        faults: what is wrong.
        output: `table`, `json` or `github`.
        facts: what the JSON says beside them.
    """
    if output == "json":
        from extdeps.cli.console import print_json

        print_json({"schema_version": 1, **facts, "faults": [_document(fault) for fault in faults]})
    for fault in faults:
        if output == "github":
            message = harmless(fault.message).replace("%", "%25")  # `%0A` would be a line break
            print(f"::error file={fault.path},line={max(fault.line, 1)},title={fault.code}::{message}")
        elif output == "table":
            print(harmless(f"{fault.path}:{fault.line}: {fault.code}: {fault.message}"))


def format_count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 fault`, `2 faults`."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def _document(fault: Fault) -> dict[str, object]:
    return {"path": fault.path, "line": fault.line, "code": fault.code, "message": fault.message}
