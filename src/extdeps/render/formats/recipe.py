"""How each ecosystem installs packages where nobody is asked: in an image, in a container, on a hosted runner."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.render.formats.quoting import quote_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Plan

_RELEASE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z._-]*[0-9A-Za-z])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The commands of an ecosystem's manager, without the packages.

    Args:
        install: what the packages are appended to.
        refresh: what has to be run before it, or empty.
        clean: what removes what an image does not need, or empty.
        python: the packages of a Python that can make virtual environments.
        image: the base image, with `{release}` and `{major}` for the release and its first part.
        release: the one that is taken where the ecosystem names none.
    """

    install: str
    refresh: str = ""
    clean: str = ""
    python: tuple[str, ...] = ()
    image: str = ""
    release: str = ""


_APT = {
    "refresh": "apt-get update",
    "install": "apt-get install -y --no-install-recommends",
    "clean": "rm -rf /var/lib/apt/lists/*",
}
_DNF = {"install": "dnf install -y --setopt=install_weak_deps=False", "clean": "dnf clean all"}

RECIPES = {
    "alpine": Recipe(install="apk add --no-cache", python=("python3",), image="alpine:{release}", release="3.22"),
    "arch": Recipe(
        install="pacman -Syu --noconfirm --needed",  # an older system with a newer library is not supported
        clean="rm -rf /var/cache/pacman/pkg/*",
        python=("python",),
        image="archlinux:{release}",
        release="base",
    ),
    "chocolatey": Recipe(install="choco install --yes --no-progress --ignore-package-exit-codes"),
    "debian": Recipe(**_APT, python=("python3", "python3-venv"), image="debian:{release}", release="13"),
    "fedora": Recipe(**_DNF, python=("python3",), image="fedora:{release}", release="43"),
    "homebrew": Recipe(install="brew install"),
    "opensuse": Recipe(
        refresh="zypper --non-interactive refresh",
        install="zypper --non-interactive install --no-recommends",
        clean="zypper clean --all",
        python=("python3",),
        image="opensuse/{release}",
        release="tumbleweed",
    ),
    # a rebuild, whose repositories can be used without a subscription
    "rhel": Recipe(**_DNF, python=("python3",), image="rockylinux/rockylinux:{major}", release="9"),
    "ubuntu": Recipe(**_APT, python=("python3", "python3-venv"), image="ubuntu:{release}", release="24.04"),
}
"""By ecosystem, without release."""


def find_release(plan: Plan) -> str:
    """The release of a plan's ecosystem; the usual one where it names none, or none that could be a tag."""
    release = plan.ecosystem.partition("+")[2]
    return release if _RELEASE.fullmatch(release) else RECIPES[plan.family].release


def find_image(plan: Plan) -> str:
    """The base image of a plan's ecosystem and release."""
    release = find_release(plan)
    if plan.family == "opensuse":
        # Tumbleweed's releases are dates, and its image is the newest; those of Leap are like 15.6
        release = f"leap:{release}" if "." in release else "tumbleweed"
    return RECIPES[plan.family].image.format(release=release, major=release.partition(".")[0])


def list_commands(recipe: Recipe, packages: tuple[str, ...], *, root: str = "", indent: str = "") -> tuple[str, ...]:
    """The commands that install packages.

    Args:
        recipe: of their ecosystem.
        packages: some.
        root: what runs a command as root, or empty.
        indent: where each package stands on a line of its own, what precedes it; else they stand on the line.
    """
    between = f" \\\n{indent}" if indent else " "
    install = between.join((recipe.install, *map(quote_word, packages)))
    prefix = f"{root} " if root else ""
    return tuple(prefix + command for command in (recipe.refresh, install) if command)
