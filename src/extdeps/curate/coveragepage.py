"""Coverage as one HTML page that needs nothing else: no network, and no script to be read."""

from __future__ import annotations

from html import escape

from extdeps.curate.pagestyle import SCRIPT, STYLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extdeps.curate.coverage import Cell, Coverage, Lack, State

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
_STATES: dict[State, tuple[str, str, str]] = {
    "verified": ("v", "\N{CHECK MARK}", "has packages, compared with a real index"),
    "named": ("g", "\N{BULLET}", "has packages, from knowledge or another source"),
    "absent": ("o", "\N{EN DASH}", "there is no such package"),
    "unknown": ("u", "?", "no entry: nobody has said"),
}
_STATUSES = {"all": "g", "some": "w", "none": "b"}
_COLUMNS = ("Verified", "Named", "No package", "Unknown")
_BEFORE = "dep:generic/"


def format_page(coverage: Coverage) -> str:
    """The page, as text.

    Args:
        coverage: what it shows; all names in it are escaped.
    """
    return "\n".join((*_head(coverage), *_body(coverage), "</html>", ""))


def _head(coverage: Coverage) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Coverage of {len(coverage.ecosystems)} ecosystems</title>\n<style>{STYLE}</style>\n</head>"


def _body(coverage: Coverage) -> Iterator[str]:
    identifiers, projects = len(coverage.identifiers), len(coverage.projects)
    yield "<body>\n<header>\n<h1>What the mappings cover</h1>"
    yield f'<p class="soft">{identifiers} identifiers and {projects} PyPI projects, in'
    yield f"{len(coverage.ecosystems)} ecosystems and releases.</p>"
    yield '<nav aria-label="Parts of this page"><a href="#ecosystems">Ecosystems</a>'
    yield '<a href="#next">What to add next</a> <a href="#projects">Projects</a>'
    yield '<a href="#identifiers">Identifiers</a></nav>\n</header>\n<main>'
    yield from _ecosystems(coverage)
    yield from _next(coverage)
    yield from _projects(coverage)
    yield from _identifiers(coverage)
    yield f"</main>\n<script>{SCRIPT}</script>\n</body>"


def _ecosystems(coverage: Coverage) -> Iterator[str]:
    yield '<section id="ecosystems">\n<h2>Ecosystems</h2>'
    yield "<p>Of how many identifiers each knows whether there is a package. Of projects: how many have packages for"
    yield "everything that they ask for, for a part of it, or for nothing.</p>"
    headings = ("Ecosystem", "Known", *_COLUMNS, "Projects whole", "In part", "Not at all")
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Ecosystems">\n<table class="numbers">'
    yield f"<thead><tr>{_columns(headings)}"
    yield "</thead>\n<tbody>"
    for name in coverage.ecosystems:
        counts = coverage.count(name)
        statuses = [cells[name].status for cells in coverage.projects.values()]
        numbers = (
            *(str(counts[state]) for state in _STATES),
            *(str(statuses.count(status)) for status in ("all", "some", "none")),
        )
        cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
        yield f'<tr><th scope="row">{escape(name)}</th>{_share(coverage.percent(name), " %")}{cells}</tr>'
    yield "</tbody>\n</table>\n</div>\n</section>"


def _next(coverage: Coverage) -> Iterator[str]:
    yield '<section id="next">\n<h2>What to add next</h2>'
    wanted = coverage.wanted()
    if not wanted:
        yield "<p>Nothing: every ecosystem says what it has of all that projects ask for.</p>\n</section>"
        return
    yield "<p>Identifiers that projects ask for, and of which some ecosystems do not say what they call them. What most"
    yield "projects ask for comes first. An ecosystem that says that it has no such package is not among them.</p>"
    yield _filter("next-rows", "Filter by identifier, project or ecosystem")
    yield '<div class="scroll" tabindex="0" role="region" aria-label="What to add next">\n<table>'
    yield f"<thead><tr>{_columns(('Identifier', 'Projects', 'Asked for by', 'Not known in'))}</thead>"
    yield '<tbody id="next-rows">'
    for item in wanted:
        yield (
            f'<tr data-row><th scope="row"><code>{_short(item.identifier)}</code></th>'
            f'<td class="n">{len(item.projects)}</td><td class="wrap">{_listed(item.projects)}</td>'
            f'<td class="wrap">{_listed(item.ecosystems)}</td></tr>'
        )
    yield "</tbody>\n</table>\n</div>\n</section>"


def _projects(coverage: Coverage) -> Iterator[str]:
    yield '<section id="projects">\n<h2>Projects</h2>'
    yield "<p>How many of the identifiers that a project asks for, to be built and run with all of its extras, have"
    yield "packages in every phase.</p>"
    legend = [("g", "6/6", "everything"), ("w", "4/6", "a part"), ("b", "0/6", "nothing")]
    yield _legend(legend)
    yield _filter("project-rows", "Filter by project")
    yield from _map_start("Projects by ecosystem", "Project", coverage.ecosystems, "project-rows")
    for project, cells in coverage.projects.items():
        row = "".join(_project_cell(cells[name]) for name in coverage.ecosystems)
        yield f'<tr data-row><th scope="row">{escape(project)}</th>{row}</tr>'
    yield "</tbody>\n</table>\n</div>"
    lacking = [(project, cells) for project, cells in coverage.projects.items() if any(map(_lacks, cells.values()))]
    if lacking:
        yield '<details open>\n<summary>What they lack</summary>\n<ul class="lacks">'
        for project, cells in lacking:
            yield f'<li><b>{escape(project)}</b><ul class="lacks">'
            yield from (f"<li>{line}</li>" for line in _by_answer(cells))
            yield "</ul></li>"
        yield "</ul>\n</details>"
    yield "</section>"


def _identifiers(coverage: Coverage) -> Iterator[str]:
    yield '<section id="identifiers">\n<h2>Identifiers</h2>'
    yield "<p>By initial letter: the share, in per cent, of which an ecosystem says whether there is a package.</p>"
    groups: dict[str, list[str]] = {}
    for identifier in coverage.identifiers:
        groups.setdefault(_initial(identifier), []).append(identifier)
    yield from _map_start("Identifiers by initial letter", "Letter", coverage.ecosystems)
    for letter, members in groups.items():
        shares = (_known(members, name, coverage) for name in coverage.ecosystems)
        row = "".join(_share(share) for share in shares)
        yield f'<tr><th scope="row">{escape(letter)} <span class="soft">({len(members)})</span></th>{row}</tr>'
    yield "</tbody>\n</table>\n</div>"
    yield "<h3>One by one</h3>"
    yield _legend(_STATES.values())
    yield _filter("identifier-rows", "Filter by identifier")
    yield '<div id="identifier-rows">'
    for letter, members in groups.items():
        yield f'<details data-group>\n<summary>{escape(letter)} <span class="soft">({len(members)})</span></summary>'
        yield from _map_start(f"Identifiers: {letter}", "Identifier", coverage.ecosystems)
        for identifier in members:  # without end tags, which HTML does not ask for: there are thousands of rows
            states = coverage.identifiers[identifier]
            row = "".join(_mark(states[name]) for name in coverage.ecosystems)
            yield f"<tr data-row><th scope=row>{_short(identifier)}{row}"
        yield "</tbody>\n</table>\n</div>\n</details>"
    yield "</div>\n</section>"


def _columns(headings: Iterable[str]) -> str:
    return "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings) + "</tr>"


def _map_start(label: str, corner: str, ecosystems: Iterable[str], rows: str = "") -> Iterator[str]:
    """The start of a table with an ecosystem a column, whose names stand upright."""
    names = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in ecosystems)
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">\n<table class="map">'
    yield f'<thead><tr><th scope="col">{corner}</th>{names}</tr></thead>'
    yield f'<tbody id="{rows}">' if rows else "<tbody>"


def _legend(entries: Iterable[tuple[str, str, str]]) -> str:
    items = "".join(f'<li><b class="{kind}">{sign}</b>{text}</li>' for kind, sign, text in entries)
    return f'<ul class="legend">{items}</ul>'


def _filter(rows: str, label: str) -> str:
    return f'<input type="search" data-rows="{rows}" aria-label="{label}" placeholder="{label}" hidden>'


def _share(percent: float, unit: str = "") -> str:
    """A cell that is the fuller the more is known; only what is whole says 100."""
    shown = 100 if percent >= 100 else min(round(percent), 99)
    return f'<td class="n g" style="--a:{0.6 * (percent / 100) ** 3:.2f}">{shown}{unit}</td>'


def _known(members: list[str], ecosystem: str, coverage: Coverage) -> float:
    unknown = sum(coverage.identifiers[identifier][ecosystem] == "unknown" for identifier in members)
    return 100 * (1 - unknown / len(members))


def _project_cell(cell: Cell) -> str:
    title = f' title="{escape("; ".join(map(_say, cell.lacks)))}"' if cell.lacks else ""
    return f'<td class="{_STATUSES[cell.status]}"{title}>{cell.found}/{cell.needed}</td>'


def _mark(state: State) -> str:
    kind, sign, _ = _STATES[state]
    return f"<td class={kind}>{sign}"


def _lacks(cell: Cell) -> bool:
    return bool(cell.lacks)


def _by_answer(cells: Mapping[str, Cell]) -> Iterator[str]:
    """Of each different answer the ecosystems that give it, as HTML."""
    same: dict[tuple[Lack, ...], list[str]] = {}
    for ecosystem, cell in cells.items():
        if cell.lacks:
            same.setdefault(cell.lacks, []).append(ecosystem)
    for lacks, ecosystems in same.items():
        yield f"{_listed(ecosystems)}: {escape('; '.join(map(_say, lacks)))}"


def _say(lack: Lack) -> str:
    says = "there is none" if lack.reason == "absent" else "none is known"
    option = ", optional" if lack.is_optional else ""
    return f"{lack.identifier.removeprefix(_BEFORE)} ({', '.join(lack.phases)}: {says}{option})"


def _short(identifier: str) -> str:
    """An identifier without what most of them begin with, escaped."""
    return escape(identifier.removeprefix(_BEFORE))


def _listed(names: Iterable[str]) -> str:
    return escape(", ".join(names))


def _initial(identifier: str) -> str:
    """The group of an identifier: its letter, digits together, and what is not generic by its type."""
    name = identifier.removeprefix(_BEFORE)
    if name == identifier:
        return identifier.partition("/")[0].removeprefix("dep:")
    return name[0].upper() if name[0].isalpha() else "0-9"
