"""A plan as devcontainer.json: an image, and what is installed when a container of it is made."""

from __future__ import annotations

import json

from extdeps.render.formats.contents import list_packages
from extdeps.render.formats.recipe import RECIPES, find_image, find_release, list_commands
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Plan

_IMAGES = {
    ("alpine", "3.20"): "base:alpine-3.20",
    ("alpine", "3.21"): "base:alpine-3.21",
    ("alpine", "3.22"): "base:alpine-3.22",
    ("debian", "12"): "python:3-bookworm",
    ("debian", "13"): "python:3-trixie",
    ("ubuntu", "22.04"): "base:ubuntu-22.04",
    ("ubuntu", "24.04"): "base:ubuntu-24.04",
}
"""Those made for it, of mcr.microsoft.com/devcontainers: their user is not root, and has sudo."""


def render_devcontainer(plans: tuple[Plan, ...]) -> str:
    """Write devcontainer.json, with its comments.

    Args:
        plans: one, of a target.
    """
    (plan,) = plans
    recipe, made = RECIPES[plan.family], _IMAGES.get((plan.family, find_release(plan)), "")
    python = () if made.startswith("python:") else recipe.python
    packages = tuple(sorted({*list_packages(plan), *python}))
    document = {"image": f"mcr.microsoft.com/devcontainers/{made}" if made else find_image(plan)}
    if packages:
        commands = list_commands(recipe, packages, root="sudo" if made else "")
        document["onCreateCommand"] = " && ".join(commands)
    head = comment(list_remarks(plans, "devcontainer"), "//")
    return "\n".join([*head, json.dumps(document, indent=2, ensure_ascii=False)]) + "\n"
