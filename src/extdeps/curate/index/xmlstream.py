"""XML that is read as it comes and within bounds, since nobody has to trust it."""

from __future__ import annotations

from xml.parsers.expat import ExpatError, ParserCreate

from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Protocol, TypeVar

    Item = TypeVar("Item")

    class Reader(Protocol[Item]):
        """Makes values of the elements that it is told of."""

        def start(self, parent: str, name: str, attributes: Mapping[str, str], /) -> None:
            """An element begins; `parent` is the one that it is in, empty for the outermost."""

        def end(self, parent: str, name: str, text: str, /) -> None:
            """An element ends; `text` is what stands between its tags where it has no elements of its own."""

        def take(self) -> list[Item]:
            """The values that are complete, each once."""


_MAX_DEPTH = 32
_MAX_TAG = 1024 * 1024
_MAX_PIECES = 1024
"""Of one text; the parser hands out at most 8 KiB at once."""


def iter_items(chunks: Iterable[bytes], address: str, reader: Reader[Item]) -> Iterator[Item]:
    """The values that a reader makes of a document, as it comes.

    Names are those after a prefix: which prefix a namespace has is up to the writer.

    Args:
        chunks: the document in UTF-8, in pieces.
        address: where it was read from, for errors.
        reader: makes the values.

    Raises:
        FetchError: it is not XML, declares entities or any document type, or is deeper or has longer texts than
            an index has.
    """
    parser = ParserCreate("utf-8")  # whatever the document says, so that no codec is looked up by its name
    parser.buffer_text = True
    path = [""]
    pieces: list[str] = []
    fed = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        reader.start(path[-1], name, attributes)
        path.append(name)
        pieces.clear()
        if len(path) > _MAX_DEPTH:
            raise FetchError(f"`{address}` is deeper than {_MAX_DEPTH} elements")

    def end(_tag: str) -> None:
        name = path.pop()
        reader.end(path[-1], name, "".join(pieces))
        pieces.clear()

    def refuse(*_declaration: object) -> None:
        raise FetchError(f"`{address}` declares a document type, which no index does")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = refuse  # entities can be declared nowhere else
    try:
        for chunk in chunks:
            parser.Parse(chunk)
            fed += len(chunk)
            if len(pieces) > _MAX_PIECES or fed - parser.CurrentByteIndex > _MAX_TAG:
                raise FetchError(f"`{address}` has a longer text than any index, in line {parser.CurrentLineNumber}")
            yield from reader.take()
        parser.Parse(b"", True)
    except ExpatError as error:
        raise FetchError(f"`{address}` is not XML", context=(str(error),)) from error
    yield from reader.take()
