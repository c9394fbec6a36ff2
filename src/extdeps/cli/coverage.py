"""Coverage as lines and as a document."""

from __future__ import annotations

from extdeps.curate.coverage import STATES
from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.curate.coverage import Cell, Coverage, Lack, Wanted
    from extdeps.render.text import Line, Style

_STYLES: dict[str, Style] = {"all": "green", "some": "yellow", "none": "red"}


def render_coverage(coverage: Coverage) -> Iterator[Line]:
    """The ecosystems, the projects that lack something, and what to add next."""
    yield from columns([_heading(), *(_row(name, coverage) for name in coverage.ecosystems)])
    lacking = {
        project: cells for project, cells in coverage.projects.items() if any(cell.lacks for cell in cells.values())
    }
    whole = len(coverage.projects) - len(lacking)
    yield ()
    yield (Span(f"{whole} of {len(coverage.projects)} projects have packages for everything, in every ecosystem."),)
    for project, cells in lacking.items():
        yield (Span(harmless(project), "bold"),)
        yield from columns(_project_rows(cells), indent=2)
    wanted = coverage.wanted()
    if wanted:
        yield ()
        yield (Span("What to add next:", "bold"),)
        yield from columns([_wanted_row(item) for item in wanted], indent=2)


def format_coverage(coverage: Coverage) -> dict[str, object]:
    """The document of `extdeps mapping coverage` (`coverage.schema.json`)."""
    return {
        "schema_version": 1,
        "identifiers": len(coverage.identifiers),
        "ecosystems": [
            {
                "ecosystem": name,
                **{state: coverage.count(name)[state] for state in STATES},
                "percent": round(coverage.percent(name), 1),
                "without_entry": [known for known, states in coverage.identifiers.items() if states[name] == "unknown"],
            }
            for name in coverage.ecosystems
        ],
        "projects": [
            {"project": project, "ecosystems": {name: _format_cell(cell) for name, cell in cells.items()}}
            for project, cells in coverage.projects.items()
        ],
        "wanted": [
            {
                "identifier": item.identifier,
                "projects": list(item.projects),
                "ecosystems": list(item.ecosystems),
            }
            for item in coverage.wanted()
        ],
    }


def _heading() -> list[Span]:
    return [Span(text, "bold") for text in ("ecosystem", "known", *STATES, "projects whole", "partly", "not")]


def _row(name: str, coverage: Coverage) -> list[Span]:
    counts = coverage.count(name)
    statuses = [cells[name].status for cells in coverage.projects.values()]
    return [
        Span(name, "cyan"),
        Span(f"{coverage.percent(name):.1f} %"),
        *(Span(str(counts[state])) for state in STATES),
        *(Span(str(statuses.count(status))) for status in ("all", "some", "none")),
    ]


def _project_rows(cells: Mapping[str, Cell]) -> list[list[Span]]:
    """Of each different answer the ecosystems that give it."""
    same: dict[Cell, list[str]] = {}
    for ecosystem, cell in cells.items():
        if cell.lacks:
            same.setdefault(cell, []).append(ecosystem)
    return [
        [
            Span(" ".join(ecosystems), "cyan"),
            Span(f"{cell.found} of {cell.needed}", _STYLES[cell.status]),
            Span(harmless("; ".join(map(_format_lack, cell.lacks)))),
        ]
        for cell, ecosystems in same.items()
    ]


def _format_lack(lack: Lack) -> str:
    """`dep:generic/arrow (host: there is none)`."""
    says = "there is none" if lack.reason == "absent" else "none is known"
    option = ", optional" if lack.is_optional else ""
    return f"{lack.identifier} ({', '.join(lack.phases)}: {says}{option})"


def _wanted_row(item: Wanted) -> list[Span]:
    count = len(item.projects)
    return [
        Span(harmless(item.identifier)),
        Span(f"{count} project{'' if count == 1 else 's'}"),
        Span(" ".join(item.ecosystems), "cyan"),
    ]


def _format_cell(cell: Cell) -> dict[str, object]:
    return {
        "status": cell.status,
        "needed": cell.needed,
        "found": cell.found,
        "lacks": [
            {
                "identifier": lack.identifier,
                "phases": list(lack.phases),
                "reason": lack.reason,
                "optional": lack.is_optional,
            }
            for lack in cell.lacks
        ],
    }
