"""The tree of errors: codes, exit codes, pickles, and the drawing of it."""

from __future__ import annotations

import pickle
import re

import pytest

import extdeps.errors
from extdeps.errors import DeclarationError, ExtdepsError


def tree(root: type[ExtdepsError] = ExtdepsError) -> list[type[ExtdepsError]]:
    """The classes of the module, each after its base."""
    own = [kind for kind in root.__subclasses__() if kind.__module__ == "extdeps.errors"]
    return [root, *(found for kind in own for found in tree(kind))]


TREE = tree()
each = pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)


def test_codes_are_stable() -> None:
    assert {kind.code: kind.exit_code for kind in TREE} == {
        "error": 70,
        "lock-drift": 1,
        "missing-dependencies": 1,
        "usage": 2,
        "invalid-input": 3,
        "invalid-requirement": 3,
        "invalid-declaration": 3,
        "contradictory-ranges": 3,
        "invalid-document": 3,
        "invalid-lock": 3,
        "invalid-installer-lock": 3,
        "no-locked-target": 3,
        "invalid-request": 3,
        "unknown-protocol": 3,
        "invalid-archive": 3,
        "signed-archive": 3,
        "unsatisfiable": 4,
        "environment": 5,
        "interpreter": 5,
        "installer": 5,
        "fetch": 5,
        "fetch-absent": 5,
        "untrusted-index": 5,
        "installation": 5,
        "no-manager": 5,
        "no-elevation": 5,
        "no-consent": 5,
        "refused": 5,
        "would-remove": 5,
        "other-machine": 5,
        "locked": 5,
        "step-failed": 5,
        "still-missing": 5,
        "bug": 70,
    }
    assert len(TREE) == 34


@each
def test_names(kind: type[ExtdepsError]) -> None:
    assert kind.__name__.endswith("Error")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)
    assert "code" in vars(kind)


@each
def test_an_error_survives_pickling(kind: type[ExtdepsError]) -> None:
    error = kind("what", context=("where", "else"), hint="do that")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(error, protocol))
        assert type(again) is kind
        assert (again.message, again.context, again.hint) == ("what", ("where", "else"), "do that")
        assert str(again) == str(error) == "what\nwhere\nelse"


def test_an_error_of_a_message_alone() -> None:
    error = DeclarationError("what")
    assert (str(error), error.context, error.hint) == ("what", (), "")
    assert error.args == ("what",)


def test_the_drawing_is_the_tree() -> None:
    """Each class stands in the drawing below its base, with the exit code where it differs from the base's."""
    drawn = []
    above: list[str] = []
    for line in (extdeps.errors.__doc__ or "").splitlines():
        match = re.match(r"    (?P<bars>[ │├└─]*)(?P<name>[A-Z]\w+Error)(?: +exit (?P<exit>\d+))?", line)
        if match:
            depth = len(match["bars"]) // 4
            above[depth:] = [match["name"]]
            drawn.append((match["name"], above[depth - 1] if depth else "Exception", match["exit"]))
    real = []
    for kind in TREE:
        base = kind.__base__
        changed = base is not None and getattr(base, "exit_code", 70) != kind.exit_code
        shown = str(kind.exit_code) if changed or kind.code == "bug" else None
        real.append((kind.__name__, base.__name__ if base else "", shown))
    assert drawn == real
