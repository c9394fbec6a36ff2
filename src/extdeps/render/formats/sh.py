"""A plan as a shell script: its steps, for a machine that is like the one that it was made for."""

from __future__ import annotations

from shlex import join, quote

from extdeps.render.formats.remarks import comment, describe_origin, list_notes, list_omissions
from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.plan import Plan
    from extdeps.model.step import Step


def render_sh(plans: tuple[Plan, ...]) -> str:
    """Write a POSIX shell script that runs the steps, and stops at the first that fails.

    What the plan leaves out is said in comments, and by the script to its standard error.

    Args:
        plans: one, of a machine.
    """
    omissions, steps = list_omissions(plans), [step for plan in plans for step in plan.steps]
    run = [step for step in steps if step.kind != "environment"]
    head = (describe_origin(plans, "sh", is_of_machine=True), *omissions, *list_notes(plans))
    lines = ["#!/bin/sh", *comment(head, "#"), "set -eu", ""]
    lines += [f"printf '%s\\n' {quote(line)} >&2" for line in omissions]
    lines += [_format_step(step) for step in run] or ["echo 'There is nothing to install.'"]
    lines += [line for step in steps if step.kind == "environment" for line in _format_environment(step)]
    return "\n".join(lines) + "\n"


def _format_step(step: Step) -> str:
    argv = step.argv
    if step.environment and not step.command.elevation:
        argv = ("env", *(f"{name}={value}" for name, value in step.environment), *argv)
    others = sorted(step.success_codes - {0})
    if not others:
        return join(argv)
    return f"{join(argv)} || case $? in {' | '.join(map(str, others))}) ;; *) exit $? ;; esac"


def _format_environment(step: Step) -> Iterator[str]:
    """What is said instead of run: a script cannot set the variables of the shell that has started it."""
    said = f"A build finds it after: {harmless(str(step))}"
    yield f"printf '%s\\n' {quote(said)} >&2"
