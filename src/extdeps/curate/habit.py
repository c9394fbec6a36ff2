"""How the names of one ecosystem go with those of another, learned from the entries that both have.

A habit is a rewriting of names: `libX-dev` of one becomes `X-devel` in the
other. Two names that stand for the same dependency have a longest part in
common, their stem; what stands before and behind it in both is a habit. A
number behind a stem of the old name stands for any number, since most are the
version of one library. What `libX-dev` becomes says nothing about plain `X`, so
that a name is compared with names of its own form alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Pair = tuple[str, str]

_STEM = 2
"""Letters that two names must have in common."""

_ENOUGH = 3
"""Entries that must show a habit before it is one."""

_LEAST = 0.25
"""The share of entries in which a habit must hold, to be worth a look."""

_LONGEST = 100
"""Letters of a name; comparing takes the square of them."""

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A rewriting of names.

    Args:
        old: what stands before and behind the stem; `#` behind it is any number.
        new: what stands there in the other ecosystem.
    """

    old: tuple[str, str]
    new: tuple[str, str]

    def apply(self, name: str) -> str:
        """The name in the other ecosystem, or empty where the habit is not about such names."""
        prefix, suffix = self.old
        if not name.startswith(prefix):
            return ""
        found = re.search(rf"(?:{_pattern(suffix)})\Z", name[len(prefix) :])
        stem = name[len(prefix) : len(prefix) + found.start()] if found else ""
        return f"{self.new[0]}{stem}{self.new[1]}" if len(stem) >= _STEM else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a habit makes of a name.

    Args:
        name: the package that there may be.
        habit: why.
        holds: in how many entries the habit gives the right name.
        tried: of how many entries that it is about.
    """

    name: str
    habit: Habit
    holds: int
    tried: int

    @property
    def share(self) -> float:
        """In which share of them it does."""
        return self.holds / self.tried

    @property
    def weight(self) -> float:
        """The share, less where few entries speak for it (as if three more had been tried in vain)."""
        return self.holds / (self.tried + _ENOUGH)


def guess(name: str, pairs: Iterable[Pair], accepts: Callable[[str], bool]) -> Guess | None:
    """Say what a name would be elsewhere.

    Args:
        name: what it is called in the one ecosystem.
        pairs: what entries that both have are called here and there.
        accepts: whether a name follows the other ecosystem's grammar.

    Returns:
        What the habit says that holds in most of the entries that it is about, or None where none does in enough.
    """
    pairs = _alike(name, tuple(pairs))
    counts = Counter(habit for old, new in pairs if (habit := find_habit(old, new)))
    guesses = []
    for habit, count in counts.items():
        found = habit.apply(name) if count >= _ENOUGH else ""
        if found and accepts(found):
            results = [(habit.apply(old), new) for old, new in pairs]
            tried = [result == new for result, new in results if result]
            guesses.append(Guess(name=found, habit=habit, holds=sum(tried), tried=len(tried)))
    likely = (item for item in guesses if item.share >= _LEAST)
    return max(likely, key=lambda item: (item.weight, item.holds, item.name), default=None)


def _alike(name: str, pairs: tuple[Pair, ...]) -> list[Pair]:
    """The pairs whose old name is of the same form: the longest affixes that habits know, and `lib` or not."""
    counts = Counter(habit.old for old, new in pairs if (habit := find_habit(old, new)))
    affixes = [old for old, count in counts.items() if count >= _ENOUGH]
    affixes.sort(key=lambda affix: (-len(affix[0] + affix[1]), affix))

    def form(word: str) -> tuple[bool, tuple[str, str]]:
        numbered = _NUMBER.sub("#", word)
        fitting = (affix for affix in affixes if word.startswith(affix[0]) and numbered.endswith(affix[1]))
        return word.startswith("lib"), next(fitting, ("", ""))

    wanted = form(name)
    return [(old, new) for old, new in pairs if form(old) == wanted]


@cache
def find_habit(old: str, new: str) -> Habit | None:
    """The habit that a pair of names shows, or None where they have too little in common, or are no names."""
    if "#" in old or max(len(old), len(new)) > _LONGEST:
        return None
    stem = _find_stem(old, new)
    if len(stem) < _STEM:
        return None
    before, _, behind = old.partition(stem)
    prefix, _, suffix = new.partition(stem)
    return Habit(old=(before, _NUMBER.sub("#", behind)), new=(prefix, suffix))


def _find_stem(old: str, new: str) -> str:
    """The longest common part that ends where a word ends in both: that of `libfoo-dev` and `foo-devel` is `foo`."""
    longest = ""
    for start in range(len(old)):
        end = start + len(longest) + 1
        while end <= len(old) and old[start:end] in new:
            if _ends_word(old, old[start:end]) and _ends_word(new, old[start:end]):
                longest = old[start:end]
            end += 1
    return longest.rstrip("-_.")


def _ends_word(name: str, stem: str) -> bool:
    behind = name.partition(stem)[2]
    return not behind[:1].isalpha() or not stem[-1].isalpha()


@cache
def _pattern(suffix: str) -> str:
    return r"\d+".join(map(re.escape, suffix.split("#")))
