"""Capabilities that people define: features that an administrator declares, and what allowed providers tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An object that tells of capabilities below its own name.

    Args:
        name: the first word of its capabilities.
        reference: `module:object`, or `path.py:object` with an absolute path.
        source: the file that names it, or the distribution and its version.
        is_allowed: whether the user allowed it by name; no other is run.
        note: why nothing is known from it, or empty.
    """

    name: str
    reference: str
    source: str
    is_allowed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A capability, and who tells of it.

    Args:
        name: such as `system.features`.
        values: sorted; none where it is told that there is none.
        source: a file, or a provider.
    """

    name: str
    values: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the files of the user and of the administrator say.

    Args:
        features: each feature of the system, and the file that declares it.
        providers: those that files name, the first of a name counts; `is_allowed` is not set in them.
        allowed: the names of the providers that the user allows to be run.
    """

    features: tuple[tuple[str, str], ...] = ()
    providers: tuple[Provider, ...] = ()
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """All of it, for a person or a program to see.

    Args:
        capabilities: what is known, by name and source.
        providers: every one that there is, by name; those that are not allowed too.
    """

    capabilities: tuple[Definition, ...] = ()
    providers: tuple[Provider, ...] = ()
