"""A plan as a shell script: its steps, for a machine that is like the one that it was made for."""

from __future__ import annotations

from shlex import join, quote

from extdeps.render.formats.contents import list_packages
from extdeps.render.formats.recipe import RECIPES, list_commands
from extdeps.render.formats.remarks import comment, list_omissions, list_remarks
from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.plan import Plan
    from extdeps.model.step import Step

_WATCH = r"""# runs a command that may fail and end with 0 all the same, if it prints what the first argument matches
watch() {
    pattern=$1
    shift
    said=$("$@" 2>&1) || { status=$?; printf '%s\n' "$said" >&2; return "$status"; }
    printf '%s\n' "$said"
    ! printf '%s\n' "$said" | grep -Eq -e "$pattern"
}
"""


def render_sh(plans: tuple[Plan, ...]) -> str:
    """Write a POSIX shell script that runs the steps, and stops at the first that fails.

    What the plan leaves out is said in comments, and by the script to its standard error.

    Args:
        plans: the one plan, of a machine.
    """
    (plan,) = plans
    run = [step for step in plan.steps if step.kind != "environment"]
    lines = ["#!/bin/sh", *comment(list_remarks(plans, "sh")), "set -eu", ""]
    lines += [_WATCH] if any(map(_is_watched, run)) else []
    lines += [f"printf '%s\\n' {quote(line)} >&2" for line in list_omissions(plan)]
    lines += _list_unasked(plan) or [_format_step(step) for step in run] or ["echo 'There is nothing to install.'"]
    lines += [line for step in plan.steps if step.kind == "environment" for line in _format_environment(step)]
    return "\n".join(lines) + "\n"


def _list_unasked(plan: Plan) -> tuple[str, ...]:
    """What nobody is asked for on a machine that is not here: its plan has the commands that a person types."""
    recipe, packages = RECIPES.get(plan.family), list_packages(plan)
    return list_commands(recipe, packages) if recipe and packages and not plan.is_verified else ()


def _is_watched(step: Step) -> bool:
    """Whether a fetch may end with 0 though it failed; an installation that lacks something fails by itself."""
    return step.kind in ("refresh", "upgrade") and bool(step.failure_message)


def _format_step(step: Step) -> str:
    argv = step.argv
    if step.environment and not step.command.elevation:
        argv = ("env", *(f"{name}={value}" for name, value in step.environment), *argv)
    if _is_watched(step):
        argv = ("watch", step.failure_message, *argv)
    others = sorted(step.success_codes - {0})
    if not others:
        return join(argv)
    return f"{join(argv)} || case $? in {' | '.join(map(str, others))}) ;; *) exit $? ;; esac"


def _format_environment(step: Step) -> Iterator[str]:
    """What is said instead of run: a script cannot set the variables of the shell that has started it."""
    said = f"A build finds it after: {harmless(str(step))}"
    yield f"printf '%s\\n' {quote(said)} >&2"
