"""A plan for several distributions as the file that bindep checks (https://docs.opendev.org/opendev/bindep/latest/)."""

from __future__ import annotations

import re

from extdeps.render.formats.contents import list_packages
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from extdeps.model.plan import Plan

_PLATFORMS: dict[str, tuple[str, ...]] = {
    "alpine": ("apk",),
    "arch": ("pacman",),
    "debian": ("debian",),
    "fedora": ("fedora",),
    "gentoo": ("gentoo",),
    "homebrew": ("brew",),
    "opensuse": ("suse",),
    "rhel": ("rhel", "centos", "rocky", "almalinux", "oracle"),
    "ubuntu": ("ubuntu", "pop"),
}
"""What bindep calls the systems of an ecosystem."""

_NUMBERED = {"opensuse": ("opensuse", "sles")}
"""What it calls them before the number of a release, where that is something else."""

_WIDER = (
    ("rpm", frozenset({"fedora", "rhel", "opensuse"})),
    ("redhat", frozenset({"fedora", "rhel"})),
    ("dpkg", frozenset({"debian", "ubuntu"})),
)
"""What it calls several at once, the widest first."""

_NAME = re.compile(r"[A-Za-z0-9/][A-Za-z0-9.+_/-]+")
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def render_bindep_txt(plans: tuple[Plan, ...]) -> str:
    """Write a `bindep.txt`: a line for each package, with the systems that it is for.

    What only a build needs is in the profile `compile`; what is needed at run time is in none, and so in every one.
    Ranges are left out: bindep compares the versions of packages, which are not those of upstream.

    Args:
        plans: one for each target.
    """
    targets = {plan.ecosystem: plan for plan in plans}
    needing: dict[tuple[str, str], dict[str, None]] = {}
    for ecosystem, plan in targets.items():
        at_run_time = set(list_packages(plan, "run"))
        for name in filter(_NAME.fullmatch, list_packages(plan)):
            needing.setdefault((name, "" if name in at_run_time else "compile"), {})[ecosystem] = None
    lines = (
        f"{name} [{' '.join(filter(None, (*selector, profile)))}]"
        for (name, profile), ecosystems in sorted(needing.items())
        for selector in _select(ecosystems.keys(), targets)
    )
    return "\n".join((*comment(list_remarks(plans, "bindep.txt", left_out=_list_left_out)), *lines)) + "\n"


def _list_left_out(plan: Plan) -> Iterator[str]:
    for name in list_packages(plan):
        if not _NAME.fullmatch(name):
            yield f"{name}, which bindep cannot read"


def _select(chosen: Set[str], targets: Mapping[str, Plan]) -> Iterator[tuple[str, ...]]:
    """The selectors, one for each line, that hold on these targets and on none of the others.

    Args:
        chosen: ecosystems out of the targets.
        targets: every one that the file is for.
    """
    releases: dict[str, list[str]] = {}
    for ecosystem, plan in targets.items():
        releases.setdefault(plan.family, []).append(ecosystem)
    whole = {family for family, members in releases.items() if chosen >= set(members)}
    platforms = list(_name_whole(whole))
    for family, members in releases.items():
        some = [] if family in whole else [item for item in members if item in chosen]
        numbered = [item for item in some if _is_numbered(item)]
        platforms += [name for item in numbered for name in _name_release(item)]
        if len(numbered) < len(some):
            yield _name_rest(family, members)
    if platforms:
        yield tuple(f"platform:{name}" for name in sorted(platforms))


def _name_whole(families: Set[str]) -> Iterator[str]:
    left = set(families)
    for name, members in _WIDER:
        if members <= left:
            left -= members
            yield name
    for family in left:
        yield from _PLATFORMS.get(family, (family,))


def _is_numbered(ecosystem: str) -> bool:
    return bool(_RELEASE.fullmatch(ecosystem.partition("+")[2]))


def _name_release(ecosystem: str) -> Iterator[str]:
    family, _, release = ecosystem.partition("+")
    for name in _NUMBERED.get(family) or _PLATFORMS.get(family, (family,)):
        yield f"{name}-{release}"


def _name_rest(family: str, members: Sequence[str]) -> tuple[str, ...]:
    """What has no number (`debian+sid`) is whatever none of the numbers are; an exclusion holds for a whole line."""
    others = (name for item in members if _is_numbered(item) for name in _name_release(item))
    return (
        *(f"platform:{name}" for name in _PLATFORMS.get(family, (family,))),
        *(f"!platform:{name}" for name in others),
    )
