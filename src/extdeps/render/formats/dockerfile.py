"""A plan as a Dockerfile of two stages: what builds, and what runs."""

from __future__ import annotations

import re
from posixpath import normpath

from extdeps.render.formats.contents import list_packages
from extdeps.render.formats.quoting import quote_word
from extdeps.render.formats.recipe import RECIPES, find_image, list_commands
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.model.plan import Plan

_ADDRESS = re.compile(r"https?://\S+")
_VENV = "/opt/venv"
_SOURCE = "/src"


def render_dockerfile(plans: tuple[Plan, ...]) -> str:
    """Write a Dockerfile.

    Args:
        plans: two of one target: for the stage that builds, and for the one that runs.
    """
    build, run = plans
    head = comment(list_remarks(plans, "dockerfile"))
    told, is_copied = _list_installed(build.pip_arguments)
    lines = [
        *head,
        f"ARG BASE={find_image(build)}",
        "",
        "FROM ${BASE} AS build",
        _format_run(build),
        *([f"COPY . {_SOURCE}"] if is_copied else []),
        _format_environment(told),
        "",
        "FROM ${BASE}",
        _format_run(run),
        f"COPY --from=build {_VENV} {_VENV}",
        f"ENV PATH={_VENV}/bin:$PATH",
    ]
    return "\n".join(lines) + "\n"


def _format_run(plan: Plan) -> str:
    """One layer: an index that is left in one of its own would be there for good, and grow old."""
    recipe = RECIPES[plan.family]
    packages = tuple(sorted({*list_packages(plan), *recipe.python}))
    commands = list_commands(recipe, packages, indent="      ")
    return "RUN " + " \\\n && ".join((*commands, *filter(None, (recipe.clean,))))


def _format_environment(told: tuple[str, ...]) -> str:
    """A layer apart from that of the packages, which stays as it is when the project changes."""
    make, install = f"python3 -m venv {_VENV}", f"{_VENV}/bin/pip install --no-cache-dir"
    return f"RUN {make}" + (f" \\\n && {install} {' '.join(map(quote_word, told))}" if told else "")


def _list_installed(arguments: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """What pip is told to install, and whether some of it comes from the directory that the image is built from."""
    told = {text if _is_elsewhere(text) else _locate(text): not _is_elsewhere(text) for text in arguments}
    return tuple(told), any(told.values())


def _is_elsewhere(argument: str) -> bool:
    """Whether pip gets it from an index or an address."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return bool(Requirement(argument))
    except InvalidRequirement:
        return bool(_ADDRESS.fullmatch(argument))


def _locate(path: str) -> str:
    """Where a path lies in the image; one that leads out of the directory is taken for the directory itself."""
    relative = normpath(path)
    if relative.startswith(("/", "..", "~", "file:")) or relative == "." or "\\" in relative:
        return _SOURCE
    return f"{_SOURCE}/{relative}"
