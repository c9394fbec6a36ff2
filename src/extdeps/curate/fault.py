"""A fault of a document: where it stands, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong.

    Args:
        path: the document.
        line: where it stands, from 1; 0 for the document as a whole.
        code: what kind of fault it is, in kebab-case.
        message: one sentence.
    """

    path: str
    line: int
    code: str
    message: str


def find_line(text: str, identifier: str) -> int:
    """The line of the entry of an identifier or a name in a document's text, from 1; 0 where it cannot be told."""
    folded = text.lower()
    found = (folded.find(mark.lower()) for mark in (f'"id": "{identifier}"', f'"{identifier}": '))
    position = next((position for position in found if position >= 0), -1)
    return text.count("\n", 0, position) + 1 if position >= 0 else 0
