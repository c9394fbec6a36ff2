"""What an installer is asked for, and what that means to it where a source tree says itself what it depends on."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from extdeps.declaration.external import normalize_name
from extdeps.declaration.named import parse_project
from extdeps.declaration.read import is_own_subject, name_path, read_tree, split_extras

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.declaration.named import Sources
    from extdeps.declaration.pyproject import Pyproject

_FLAGS = frozenset(("pre", "no-index"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an installer is asked for.

    Args:
        subjects: names, requirements, paths and addresses, those of requirements files among them.
        constraints: requirements that only narrow versions.
        options: options of pip that decide which file it takes; of flags one empty value.
        extras: those of the source trees among the subjects, normalised.
        groups: dependency groups of these, normalised.
        installer: `pip` or `uv`, with its own arguments in `command`; empty for whichever is there.
        command: what the installer is given, instead of what follows from the rest.
    """

    subjects: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extras: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    installer: str = ""
    command: tuple[str, ...] = ()


def list_options(options: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Options as arguments.

    Args:
        options: values by option, without its dashes; of flags one empty value.
    """
    for key, values in options.items():
        for value in values:
            yield f"--{key}" if key in _FLAGS else f"--{key}={value}"


def unfold(order: Order, sources: Sources) -> Iterator[str]:
    """What is asked of the installer: of a source tree that says so what it depends on, so that nothing is built.

    Args:
        order: what is asked for.
        sources: the Python for which markers are decided.

    Raises:
        RequirementError: a subject is neither a path, nor an address, nor a requirement.
    """
    for subject in order.subjects:
        tree = read_tree(subject)
        if tree is not None:
            yield from _unfold_tree(tree, subject, order, sources)
        elif is_own_subject(subject) and "://" not in subject:
            yield name_path(subject)
        else:
            if "://" not in subject:
                parse_project(subject)
            yield subject


def _unfold_tree(tree: Pyproject, subject: str, order: Order, sources: Sources) -> Iterator[str]:
    """What a source tree depends on; where only building it would tell, the tree itself."""
    path, named = split_extras(subject)
    groups = sorted(order.groups & tree.groups.keys())
    texts = [*(tree.dependencies or ()), *(text for group in groups for text in tree.list_group(group))]
    wanted, extras = order.extras | named, set[str]()
    while wanted:
        extras |= wanted
        if tree.dependencies is not None:
            texts += (text for extra in sorted(wanted) for text in tree.extras.get(extra, ()))
        own = {text: _own_extras(text, tree, sources) for text in texts}
        texts = [text for text in texts if own[text] is None]
        wanted = frozenset().union(*filter(None, own.values())) - extras
    yield from texts
    if tree.dependencies is None:
        directory = os.path.dirname(path) if path.endswith(".toml") else path
        yield name_path(directory) + (f"[{','.join(sorted(extras))}]" if extras else "")


def _own_extras(text: str, tree: Pyproject, sources: Sources) -> frozenset[str] | None:
    """The extras that a source tree asks of itself (`demo[test]`); None for another requirement."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    if normalize_name(requirement.name) != normalize_name(tree.name):
        return None
    marker = requirement.marker
    if marker and not marker.evaluate({**sources.marker_environment(), "extra": ""}):
        return frozenset()
    return frozenset(map(normalize_name, requirement.extras))
