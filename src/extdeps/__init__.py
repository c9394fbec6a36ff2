"""Which non-PyPI dependencies a Python package needs, which of them a machine lacks, and how to get them.

    >>> from extdeps import parse_requirement
    >>> parse_requirement("gdal>=3.4").url.identifier
    'dep:generic/gdal'

Names are imported when they are first used, so that `import extdeps` costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.checker import Selection, check
    from extdeps.declaration.direct import declare
    from extdeps.declaration.external import parse_external
    from extdeps.declaration.named import Sources
    from extdeps.declaration.read import read
    from extdeps.errors import (
        DeclarationError,
        DocumentError,
        EnvironmentFaultError,
        ExtdepsError,
        InvalidInputError,
        RequirementError,
        UsageError,
    )
    from extdeps.host import Host, LocalHost, RootHost
    from extdeps.machine import Machine, describe_machine
    from extdeps.model.declaration import Declaration, format_core_metadata
    from extdeps.model.evidence import Evidence, Finding, Report
    from extdeps.model.identifier import DepURL, parse_depurl
    from extdeps.model.plan import Plan
    from extdeps.model.requirement import Requirement, parse_requirement
    from extdeps.resolve.planning import plan
    from extdeps.resources import data_directories
    from extdeps.sources import open_sources

_HOMES = {
    "Catalogue": "extdeps.catalog.catalogue",
    "Declaration": "extdeps.model.declaration",
    "DeclarationError": "extdeps.errors",
    "DepURL": "extdeps.model.identifier",
    "DocumentError": "extdeps.errors",
    "EnvironmentFaultError": "extdeps.errors",
    "Evidence": "extdeps.model.evidence",
    "ExtdepsError": "extdeps.errors",
    "Finding": "extdeps.model.evidence",
    "Host": "extdeps.host",
    "InvalidInputError": "extdeps.errors",
    "LocalHost": "extdeps.host",
    "Machine": "extdeps.machine",
    "Plan": "extdeps.model.plan",
    "Report": "extdeps.model.evidence",
    "Requirement": "extdeps.model.requirement",
    "RequirementError": "extdeps.errors",
    "RootHost": "extdeps.host",
    "Selection": "extdeps.checker",
    "Sources": "extdeps.declaration.named",
    "UsageError": "extdeps.errors",
    "check": "extdeps.checker",
    "data_directories": "extdeps.resources",
    "declare": "extdeps.declaration.direct",
    "describe_machine": "extdeps.machine",
    "format_core_metadata": "extdeps.model.declaration",
    "open_sources": "extdeps.sources",
    "parse_depurl": "extdeps.model.identifier",
    "parse_external": "extdeps.declaration.external",
    "parse_requirement": "extdeps.model.requirement",
    "plan": "extdeps.resolve.planning",
    "read": "extdeps.declaration.read",
}

__all__ = [
    "Catalogue",
    "Declaration",
    "DeclarationError",
    "DepURL",
    "DocumentError",
    "EnvironmentFaultError",
    "Evidence",
    "ExtdepsError",
    "Finding",
    "Host",
    "InvalidInputError",
    "LocalHost",
    "Machine",
    "Plan",
    "Report",
    "Requirement",
    "RequirementError",
    "RootHost",
    "Selection",
    "Sources",
    "UsageError",
    "check",
    "data_directories",
    "declare",
    "describe_machine",
    "format_core_metadata",
    "open_sources",
    "parse_depurl",
    "parse_external",
    "parse_requirement",
    "plan",
    "read",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
