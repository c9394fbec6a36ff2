"""Installed distributions: the METADATA of every dist-info directory of an environment (PEP 376, PEP 627)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.declaration.external import normalize_name
from extdeps.declaration.filekind import classify_wheel
from extdeps.declaration.metadata import parse_metadata
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.declaration.filekind import FileKind
    from extdeps.host import Host
    from extdeps.model.declaration import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledDistribution:
    """One installed project.

    Args:
        name: its normalised name.
        version: its version.
        kind: the kind of wheel that it was installed from.
        declaration: its external requirements, or None where it declares none.
    """

    name: str
    version: str
    kind: FileKind
    declaration: Declaration | None


def iter_installed(host: Host, site: tuple[str, ...]) -> Iterator[InstalledDistribution]:
    """The distributions of an environment, each once, in the order in which Python finds them.

    Args:
        host: the machine.
        site: its directories of installed distributions.

    Raises:
        DeclarationError: a declaration is wrong.
    """
    seen: set[str] = set()
    for directory in site:
        for entry in host.list_directory(directory):
            if not entry.endswith(".dist-info"):
                continue
            path = f"{directory}/{entry}"
            content = host.read_bytes(f"{path}/METADATA")
            stem = normalize_name(entry.removesuffix(".dist-info").partition("-")[0])
            if content is None or stem in seen:
                continue
            seen.add(stem)
            metadata = parse_metadata(content, subject=stem, origin=f"{path}/METADATA")
            kind = _read_kind(host, path)
            declaration = metadata.declaration
            if declaration:
                declaration = replace(declaration, is_built_here=kind == "local-wheel")
            yield InstalledDistribution(
                name=normalize_name(metadata.name or stem),
                version=metadata.version,
                kind=kind,
                declaration=declaration,
            )


def _read_kind(host: Host, path: str) -> FileKind:
    lines = (read_text(host, f"{path}/WHEEL") or "").splitlines()
    tags = [line.partition(":")[2].strip() for line in lines if line.startswith("Tag:")]
    return classify_wheel(tag.rpartition("-")[2] for tag in tags)
