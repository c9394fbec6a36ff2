"""A plan as a Brewfile (https://docs.brew.sh/Brew-Bundle-and-Brewfile)."""

from __future__ import annotations

from extdeps.render.formats.contents import list_packages
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Plan

# Ruby looks for the encoding of a file in its first line, which nothing of anybody else's may therefore be in
_FIRST = "# frozen_string_literal: true"
_KINDS = ("tap", "brew", "cask")


def render_brewfile(plans: tuple[Plan, ...]) -> str:
    """Write a Brewfile: the taps first, then formulae and casks by name.

    Args:
        plans: one, of Homebrew.
    """
    (plan,) = plans
    lines: dict[tuple[str, str], None] = {}
    for name in list_packages(plan):
        for kind, argument in _entries(name):
            lines[kind, argument] = None
    ordered = sorted(lines, key=lambda line: (_KINDS.index(line[0]), line[1]))
    entries = (f"{kind} {_quote(argument)}" for kind, argument in ordered)
    return "\n".join((_FIRST, *comment(list_remarks(plans, "Brewfile")), *entries)) + "\n"


def _entries(name: str) -> list[tuple[str, str]]:
    """What stands for a package: a formula or a cask of Homebrew's own, or one of somebody's tap after that tap."""
    tap, _, short = name.rpartition("/")
    if tap == "homebrew/cask":
        return [("cask", short)]
    if tap == "homebrew/core":
        return [("brew", short)]
    return [("tap", tap), ("brew", name)] if "/" in tap else [("brew", name)]


def _quote(text: str) -> str:
    """A string of Ruby in which nothing is interpolated."""
    return '"' + "".join(_escape(char) for char in text) + '"'


def _escape(char: str) -> str:
    if char in '"\\#':
        return f"\\{char}"
    return char if char.isascii() and char.isprintable() else f"\\u{{{ord(char):X}}}"
