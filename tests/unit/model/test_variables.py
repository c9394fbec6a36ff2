"""Variables: what they are afterwards, and how those of several places become one."""

from __future__ import annotations

import pytest

from extdeps.model.environment import Environment, Variable, merge_variables


@pytest.mark.parametrize(
    ("variable", "current", "expected"),
    [
        (Variable(name="A", values=("/x", "/y"), why="w"), "", "/x:/y"),
        (Variable(name="A", values=("/x",), why="w"), "/b", "/x:/b"),
        (Variable(name="A", values=("/x",), why="w", is_last=True), "/b", "/b:/x"),
        (Variable(name="A", values=("/x",), why="w", default="/d"), "", "/x:/d"),
        (Variable(name="A", values=("/x",), why="w", default="/d"), "/b", "/x:/b"),
        (Variable(name="A", values=("-s",), why="w", separator=" "), "-O1", "-s -O1"),
        (Variable(name="A", values=("/x",), why="w", separator=""), "/b", "/x"),
    ],
)
def test_what_a_variable_is_afterwards(variable: Variable, current: str, expected: str) -> None:
    assert variable.extend(current) == expected


def test_merging() -> None:
    merged = merge_variables(
        (
            Variable(name="A", values=("/x", "/y"), why="one"),
            Variable(name="B", values=("/x",), why="one", separator=""),
            Variable(name="A", values=("/y", "/z"), why="two"),
            Variable(name="A", values=("/w",), why="one"),
            Variable(name="A", values=("/last",), why="three", is_last=True),
            Variable(name="B", values=("/other",), why="two", separator=""),
        )
    )
    assert [(item.name, item.text, item.why) for item in merged] == [
        ("A", "/x:/y:/z:/w", "one; two"),
        ("B", "/x", "one"),
        ("A", "/last", "three"),
    ]


def test_joining_and_selecting() -> None:
    one = Environment(prefix="/p", variables=(Variable(name="A", values=("/p",), why="w", phases=("host",)),))
    two = Environment(
        variables=(Variable(name="A", values=("/q",), why="w"),),
        on_request=(Variable(name="B", values=("/q",), why="w", phases=("run",)),),
        notes=("note",),
    )
    joined = one.join(two)
    assert (joined.prefix, joined.notes, joined.apply({})) == ("/p", ("note",), {"A": "/p:/q"})
    assert joined.select(("run",)).apply({}) == {"B": "/q"}
    assert joined.select(("host",)).apply({}) == {"A": "/p:/q"}
