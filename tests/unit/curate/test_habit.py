"""Habits of names: what goes with what, and how often."""

from __future__ import annotations

import pytest

from extdeps.curate.habit import Guess, Habit, find_habit, guess

WORDS = ("alpha", "beta", "gamma", "delta", "omega")


def accept(_name: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("old", "new", "habit"),
    [
        ("foo", "foo", (("", ""), ("", ""))),
        ("libfoo-dev", "foo-devel", (("lib", "-dev"), ("", "-devel"))),
        ("foo-devel", "foo-dev", (("", "-devel"), ("", "-dev"))),
        ("libfoo3", "foo-libs", (("lib", "#"), ("", "-libs"))),
        ("foo", "libfoo1g-dev", (("", ""), ("lib", "1g-dev"))),
        ("libfoo1.2-3", "foo", (("lib", "#.#-#"), ("", ""))),
        ("x264", "libx264-dev", (("", ""), ("lib", "-dev"))),
    ],
)
def test_find_habit(old: str, new: str, habit: tuple[tuple[str, str], tuple[str, str]]) -> None:
    assert find_habit(old, new) == Habit(old=habit[0], new=habit[1])
    assert Habit(old=habit[0], new=habit[1]).apply(old) == new


@pytest.mark.parametrize(
    ("old", "new"), [("foo", "bar"), ("", ""), ("a", "a"), ("foobar", "foobaz"), ("foo#", "foo"), ("foo", "foo" * 99)]
)
def test_names_that_have_too_little_in_common(old: str, new: str) -> None:
    assert find_habit(old, new) is None


@pytest.mark.parametrize(
    ("name", "result"),
    [("libfoo12", "foo-libs"), ("libfoo", ""), ("foo12", ""), ("lib12", ""), ("libx1", "")],
)
def test_apply(name: str, result: str) -> None:
    assert Habit(old=("lib", "#"), new=("", "-libs")).apply(name) == result


def test_the_most_frequent_habit_of_names_of_the_same_form() -> None:
    pairs = [*((f"lib{word}-dev", f"{word}-devel") for word in WORDS), *((word, word) for word in WORDS)]
    pairs.append(("libkappa-dev", "kappa"))
    habit = Habit(old=("lib", "-dev"), new=("", "-devel"))
    assert guess("libspam-dev", pairs, accept) == Guess(name="spam-devel", habit=habit, holds=5, tried=6)
    plain = Habit(old=("", ""), new=("", ""))
    assert guess("spam", pairs, accept) == Guess(name="spam", habit=plain, holds=5, tried=5)


def test_what_is_no_habit() -> None:
    pairs = [(word, f"{word}-x") for word in WORDS[:2]]
    assert guess("spam", pairs, accept) is None  # two are chance
    pairs = [*((word, f"{word}-x") for word in WORDS[:3]), *((f"{word}{word}", "else") for word in WORDS * 2)]
    assert guess("spam", pairs, accept) is None  # three of thirteen
    pairs = [(word, f"{word}-x") for word in WORDS]
    assert guess("spam", pairs, lambda name: not name.endswith("-x")) is None
    assert guess("spam", [], accept) is None


def test_share_and_weight() -> None:
    habit = Habit(old=("", ""), new=("", ""))
    few, many = (Guess(name="x", habit=habit, holds=count, tried=count) for count in (3, 97))
    assert (few.share, many.share) == (1.0, 1.0)
    assert (few.weight, many.weight) == (0.5, 0.97)
