"""A plan as a step of a GitHub Actions job."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.render.formats.contents import list_packages
from extdeps.render.formats.recipe import RECIPES, find_release, list_commands
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A hosted machine.

    Args:
        label: what `runs-on` calls it, with `{release}` for the release of its ecosystem.
        root: what runs a command as root, or empty.
        shell: what `shell` has to say for a POSIX shell, or empty.
    """

    label: str
    root: str = ""
    shell: str = ""


RUNNERS = {
    "chocolatey": Runner(label="windows-latest", shell="bash"),  # else it is PowerShell
    "homebrew": Runner(label="macos-latest"),
    "ubuntu": Runner(label="ubuntu-{release}", root="sudo"),
}
"""By the ecosystem that is there to install from, without release."""


def render_github(plans: tuple[Plan, ...]) -> str:
    """Write a list of one step, to be pasted below `steps`.

    Args:
        plans: one, of a target.
    """
    (plan,) = plans
    recipe, runner, packages = RECIPES[plan.family], RUNNERS[plan.family], list_packages(plan)
    label = runner.label.format(release=find_release(plan))
    head = list_remarks(plans, "github", about=(f"For a job with `runs-on: {label}`.",))
    lines = [*comment(head), "- name: Install external dependencies"]
    if not packages:
        return "\n".join([*lines, "  run: echo 'There is nothing to install.'"]) + "\n"
    commands = list_commands(recipe, packages, root=runner.root, indent="  ")
    lines += [f"  shell: {runner.shell}"] if runner.shell else []
    lines += ["  run: |", *(f"    {line}" for command in commands for line in command.split("\n"))]
    return "\n".join(lines) + "\n"
