"""SQLite files of a host, read as bytes so that another root file system or a recording can have them too."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection
    from typing import Any

    from extdeps.host import Host

_MAGIC = b"SQLite format 3\0"
_MODES = slice(18, 20)  # https://www.sqlite.org/fileformat.html, "File format version numbers"
_ROLLBACK = b"\1\1"


class SqliteFile:
    """A copy of an SQLite file in memory, closed with this object."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __del__(self) -> None:
        self._connection.close()

    def select(self, query: str, values: Sequence[str] = ()) -> list[Any] | None:
        """The rows of a query; None where the file is damaged, or not what it was taken for.

        Args:
            query: one SELECT.
            values: what its question marks stand for.
        """
        import sqlite3

        try:
            return self._connection.execute(query, tuple(values)).fetchall()
        except sqlite3.Error:
            return None


def open_database(host: Host, path: str) -> SqliteFile | None:
    """Read an SQLite file; None where there is none, or this Python has no SQLite.

    A file in WAL mode cannot be opened without the log beside it, so its header is made to say that there is no log:
    what a manager that runs at this moment has not yet written back is not seen.

    Args:
        host: the machine.
        path: the file.
    """
    content = host.read_bytes(path)
    if content is None or not content.startswith(_MAGIC):
        return None
    try:
        import sqlite3
    except ImportError:  # the python of FreeBSD leaves it to a package
        return None
    plain = bytearray(content)
    plain[_MODES] = _ROLLBACK
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    opened = SqliteFile(connection)
    try:
        connection.deserialize(bytes(plain))
    except sqlite3.Error:
        return None
    return opened
