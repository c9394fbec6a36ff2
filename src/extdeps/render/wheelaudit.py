"""What wheels carry, for a person and as a document (`wheel-audit.schema.json`)."""

from __future__ import annotations

from extdeps.render.json import SCHEMA_VERSION
from extdeps.render.steps import format_size
from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.wheelaudit import AuditReport, CarriedLibrary, Externalized, WheelAudit
    from extdeps.render.text import Line

_GENERIC = "dep:generic/"


def render_audit(report: AuditReport, *, verbose: bool, quiet: bool) -> Iterator[Line]:
    """The lines of an audit.

    Args:
        report: what to say.
        verbose: also the path, soname and needs of each library.
        quiet: not the single libraries.
    """
    for wheel in report.wheels:
        yield from _render_wheel(wheel, verbose=verbose, quiet=quiet)
    if report.externalized:
        yield from _render_dependencies(report)
    yield from _render_total(report)


def _render_wheel(wheel: WheelAudit, *, verbose: bool, quiet: bool) -> Iterator[Line]:
    sizes = f"{format_size(wheel.compressed)}, {format_size(wheel.size)} unpacked"
    yield (Span(harmless(f"{wheel.name} {wheel.version}"), "bold"), Span(harmless(f"  {wheel.path}: {sizes}"), "dim"))
    if not wheel.libraries:
        yield (Span("  carries no shared library; what is linked into an extension module cannot be told"),)
    if not quiet and verbose:
        yield from _render_in_full(wheel)
    elif not quiet:
        yield from columns([_row(library) for library in wheel.libraries], indent=2)
    for item in wheel.unreadable:
        yield (Span("  ?  ", "yellow"), Span(harmless(f"{item.path} cannot be read: {item.reason}")))
    if wheel.known:
        saved = wheel.compressed - wheel.without
        share = f"{100 * saved / wheel.compressed:.0f}%"
        yield (Span(f"  {format_size(wheel.without)} without what is known: {format_size(saved)} or {share} less"),)
    yield ()


def _row(library: CarriedLibrary) -> list[Span]:
    return [
        Span(format_size(library.compressed).rjust(8)),
        Span(f"({format_size(library.size)})", "dim"),
        Span(harmless(library.original)),
        _whose(library),
        Span("" if library.vendor == "hand" else library.vendor, "dim"),
    ]


def _whose(library: CarriedLibrary) -> Span:
    if not library.identifiers:
        return Span("unknown", "yellow")
    return Span(" or ".join(_shorten(name) for name in library.identifiers), "cyan")


def _render_in_full(wheel: WheelAudit) -> Iterator[Line]:
    for library in wheel.libraries:
        yield from columns([_row(library)], indent=2)
        rows = [("path", library.path), ("soname", library.soname), ("needs", ", ".join(library.needed))]
        yield from columns([[Span(name, "dim"), Span(harmless(text))] for name, text in rows if text], indent=14)


def _render_dependencies(report: AuditReport) -> Iterator[Line]:
    where = f" on {report.ecosystem}" if report.ecosystem else ""
    yield (Span(harmless(f"If these came from outside, and what would supply them{where}:")),)
    yield ()
    yield from columns([_supply(item) for item in report.externalized], indent=2)
    yield ()
    yield (Span("The wheels would have to say:"),)
    yield ()
    yield (Span("    [external]", "cyan"),)
    yield (Span("    dependencies = [", "cyan"),)
    yield from ((Span(f'      "{harmless(name)}",', "cyan"),) for name in report.dependencies)
    yield (Span("    ]", "cyan"),)
    yield ()


def _supply(item: Externalized) -> list[Span]:
    return [
        Span(format_size(item.compressed).rjust(8)),
        Span(" or ".join(map(_shorten, (item.identifier, *item.also))), "cyan"),
        _packages(item),
        Span("" if item.is_direct else "comes along with the others", "dim"),
    ]


def _packages(item: Externalized) -> Span:
    if item.packages:
        return Span(harmless(" ".join(item.packages)))
    return Span("no package" if item.is_mapped else "no package is known", "yellow")


def _render_total(report: AuditReport) -> Iterator[Line]:
    libraries = [library for wheel in report.wheels for library in wheel.libraries]
    known = [library for library in libraries if library.identifiers]
    size, without = (sum(getattr(wheel, key) for wheel in report.wheels) for key in ("compressed", "without"))
    wheels = "1 wheel" if len(report.wheels) == 1 else f"{len(report.wheels)} wheels"
    carried = "1 library" if len(libraries) == 1 else f"{len(libraries)} libraries"
    sizes = f"{format_size(size)}, {format_size(without)} without them"
    yield (Span(f"{wheels} with {carried}, {len(known)} of them known: {sizes}.", "bold"),)


def _shorten(identifier: str) -> str:
    """An identifier as one would write it."""
    return harmless(identifier.removeprefix(_GENERIC))


def format_audit(report: AuditReport) -> dict[str, object]:
    """The document of an audit."""
    return {
        "schema_version": SCHEMA_VERSION,
        "ecosystem": report.ecosystem or None,
        "wheels": [_wheel(wheel) for wheel in report.wheels],
        "total": {
            "compressed": sum(wheel.compressed for wheel in report.wheels),
            "size": sum(wheel.size for wheel in report.wheels),
            "without": sum(wheel.without for wheel in report.wheels),
            "externalized": [_externalized(item) for item in report.externalized],
            "dependencies": list(report.dependencies),
        },
    }


def _wheel(wheel: WheelAudit) -> dict[str, object]:
    return {
        "path": wheel.path,
        "name": wheel.name,
        "version": wheel.version,
        "compressed": wheel.compressed,
        "size": wheel.size,
        "without": wheel.without,
        "extensions": wheel.extensions,
        "programs": wheel.programs,
        "libraries": [_library(library) for library in wheel.libraries],
        "unreadable": [{"path": item.path, "reason": item.reason} for item in wheel.unreadable],
        "externalized": [_externalized(item) for item in wheel.externalized],
    }


def _library(library: CarriedLibrary) -> dict[str, object]:
    return {
        "path": library.path,
        "format": library.format,
        "vendor": library.vendor,
        "original": library.original,
        "compressed": library.compressed,
        "size": library.size,
        "soname": library.soname or None,
        "needed": list(library.needed),
        "identifiers": list(library.identifiers),
        "because": library.because or None,
    }


def _externalized(item: Externalized) -> dict[str, object]:
    return {
        "identifier": item.identifier,
        "also": list(item.also),
        "compressed": item.compressed,
        "size": item.size,
        "libraries": item.libraries,
        "direct": item.is_direct,
        "packages": list(item.packages),
        "mapped": item.is_mapped,
    }
