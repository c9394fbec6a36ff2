"""Providers of capabilities that installed distributions bring along, found without importing them."""

from __future__ import annotations

import os
import re
import sys

from extdeps.model.definition import Provider

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import Distribution

GROUP = "extdeps.capabilities"
"""The group of entry points; the name of one is the name of the provider."""


def find_providers(path: Iterable[str] | None = None) -> tuple[Provider, ...]:
    """The entry points of the group, by name; of two copies of a distribution, those of the first.

    Args:
        path: where distributions are looked for; by default where this Python looks for modules, save for the
            directory that it is in, which may be a stranger's project.
    """
    from importlib.metadata import distributions

    if path is None:
        here = os.getcwd()
        path = [entry for entry in sys.path if entry and os.path.realpath(entry) != here]
    found: dict[str, tuple[Provider, ...]] = {}
    for distribution in distributions(path=list(path)):
        try:
            providers = tuple(_iter_providers(distribution))
            name = str(distribution.metadata["Name"]) if providers else ""
        except (OSError, ValueError, KeyError, AttributeError, TypeError):  # broken, which is for others to say
            continue
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), providers)
    listed = (provider for providers in found.values() for provider in providers)
    return tuple(sorted(listed, key=lambda provider: (provider.name, provider.source)))


def _iter_providers(distribution: Distribution) -> Iterator[Provider]:
    for entry in distribution.entry_points:
        if entry.group == GROUP:
            source = f"{distribution.metadata['Name']} {distribution.version}"
            yield Provider(name=entry.name, reference=f"{entry.module}:{entry.attr}", source=source)
