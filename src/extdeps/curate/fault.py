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
    """The line of the entry of an identifier in a document's text, from 1; 0 where it cannot be told."""
    position = text.lower().find(f'"id": "{identifier}"'.lower())
    return text.count("\n", 0, position) + 1 if position >= 0 else 0
