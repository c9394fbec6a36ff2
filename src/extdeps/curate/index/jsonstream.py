"""Reading a JSON document piece by piece: an index of half a million packages does not fit in memory as a whole.

A streaming parser that tells where in the document it is keeps that place for
every level, so that nesting alone makes a few kilobytes fill the memory. Here
the standard library parses one entry at a time, with its own limit on depth.
"""

from __future__ import annotations

import codecs
import json
import re

from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SPACE = re.compile(r"[ \t\n\r]*")
_VALUE_LIMIT = 16 * 1024 * 1024
"""Characters of one entry; the largest of real indexes have some thousand."""


class JsonReader:
    """A document that is read from its beginning to its end.

    Whoever iterates over the keys of an object or the items of an array reads
    each value before going on, by `value` or by iterating over it in turn.

    Args:
        chunks: the document in UTF-8.
        name: its address, for errors.
    """

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        self._name = name
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._parse = json.JSONDecoder().raw_decode
        self._text = ""
        self._position = 0
        self._passed = 0
        self._has_ended = False

    def iter_keys(self) -> Iterator[str]:
        """The keys of the object that is next.

        Raises:
            FetchError: it is no object, or malformed.
        """
        for _ in self._members("{", "}"):
            key = self.value()
            if not isinstance(key, str):
                raise self._error("a key is not a string")
            self._expect(":")
            yield key

    def iter_items(self) -> Iterator[None]:
        """Each item of the array that is next.

        Raises:
            FetchError: it is no array, or malformed.
        """
        return self._members("[", "]")

    def value(self) -> object:
        """The value that is next, as a whole.

        Raises:
            FetchError: it is malformed, nested too deeply or too large.
        """
        self._peek()
        while True:
            try:
                value, end = self._parse(self._text, self._position)
            except json.JSONDecodeError as error:  # it may be whole with the next chunk
                if self._has_ended:
                    raise self._error(error.msg, error.pos) from error
                if len(self._text) - self._position > _VALUE_LIMIT:
                    raise self._error(
                        f"{error.msg}, or a value has more than {_VALUE_LIMIT} characters", error.pos
                    ) from error
            except RecursionError as error:
                raise self._error("a value is nested too deeply") from error
            except ValueError as error:
                raise self._error(str(error)) from error  # an integer has too many digits
            else:
                if end + 2 < len(self._text) or self._has_ended:  # before `.`, `e` or `e+` it may be half a number
                    self._position = end
                    return value
            self._fill(len(self._text) - self._position)

    def is_object(self) -> bool:
        """Whether an object is next."""
        return self._peek() == "{"

    def end(self) -> None:
        """Read on to the end.

        Raises:
            FetchError: anything but white space follows.
        """
        if self._peek():
            raise self._error("something follows the document")

    def _members(self, opening: str, closing: str) -> Iterator[None]:
        self._expect(opening)
        if self._peek() == closing:
            self._position += 1
            return
        while True:
            self._peek()
            yield
            if self._peek() == closing:
                self._position += 1
                return
            self._expect(",")

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise self._error(f"`{character}` is missing")
        self._position += 1

    def _peek(self) -> str:
        """The next character that is no white space, which becomes the place where reading goes on."""
        while True:
            match = _SPACE.match(self._text, self._position)
            self._position = match.end() if match else self._position
            if self._position < len(self._text) or self._has_ended:
                return self._text[self._position : self._position + 1]
            self._fill()

    def _fill(self, least: int = 1) -> None:
        """Forget what was read, and add at least so many characters, where there are more."""
        parts = [self._text[self._position :]]
        self._passed += self._position
        self._position = 0
        added = 0
        while added < least and not self._has_ended:
            chunk = next(self._chunks, b"")
            try:
                parts.append(self._decoder.decode(chunk, final=not chunk))
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode("utf-8-sig", "ignore")
                raise self._error("it is not UTF-8", sum(map(len, (*parts, before)))) from error
            added += len(parts[-1])
            self._has_ended = not chunk
        self._text = "".join(parts)

    def _error(self, reason: str, position: int | None = None) -> FetchError:
        place = self._passed + (self._position if position is None else position)
        return FetchError(f"`{self._name}` is not what it should be", context=(f"at character {place}: {reason}",))
