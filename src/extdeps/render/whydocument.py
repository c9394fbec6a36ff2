"""The document of how decisions were made; its schema is `why.schema.json`."""

from __future__ import annotations

from extdeps.render.json import SCHEMA_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.model.why import Path


def format_paths(paths: Iterable[Path]) -> dict[str, object]:
    """The document of `extdeps plan --why` (`pep_draft`, "The path of a decision").

    Args:
        paths: one for each identifier and phase.
    """
    return {"schema_version": SCHEMA_VERSION, "paths": [_path(path) for path in paths]}


def _path(path: Path) -> dict[str, object]:
    return {
        "identifier": path.identifier,
        "phase": path.phase,
        "asked": list(path.asked),
        "offers": [
            {
                "provider": item.provider,
                "offer": item.offer,
                "packages": list(item.packages),
                "chosen": item.is_chosen,
                "verdict": item.verdict,
            }
            for item in path.weighed
        ],
        "refusals": list(path.refusals),
        "hints": list(path.hints),
    }
