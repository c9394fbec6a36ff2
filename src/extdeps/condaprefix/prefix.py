"""The directory of a conda environment: what is in it, that nobody else changes it, and what was left unfinished."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from extdeps.atomicfile import open_atomic
from extdeps.condaprefix.fault import describe_system_error
from extdeps.errors import EnvironmentFaultError, LockedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rattler import PrefixRecord

_META = "conda-meta"
_LOCK = "extdeps.lock"
_JOURNAL = "extdeps.journal"
"""While it is there, an installation has not come to its end; `manager.rattler` looks for it."""

_IGNORED = "# made by `extdeps install`, which can make it again: nothing in here belongs in version control\n*\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What an installation was about to do; it is on the disk as long as that has not been done.

    Args:
        specs: everything that was ever asked for, and should be there at the end.
        kept: the other packages that were there before and should be there at the end, by name.
        touched: the packages that it would change, of which files may be missing.
    """

    specs: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


class Prefix:
    """One environment.

    Args:
        path: its directory, which need not be there.
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        self._meta = os.path.join(self.path, _META)
        self._journal = os.path.join(self._meta, _JOURNAL)

    def check(self) -> None:
        """See that the directory is an environment, or can become one.

        Raises:
            EnvironmentFaultError: it is something else, which we leave alone.
        """
        try:
            names = os.listdir(self.path)
        except FileNotFoundError:
            return
        except NotADirectoryError:
            raise EnvironmentFaultError(f"`{self.path}` is not a directory") from None
        except OSError as error:
            raise describe_system_error(error, self.path) from None
        if names and _META not in names:
            raise EnvironmentFaultError(
                f"`{self.path}` is not empty and no conda environment",
                hint="name a directory that is not there yet",
            )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Make the directory where there is none, and keep other processes of ours from changing it meanwhile.

        Raises:
            LockedError: one is doing so.
            EnvironmentFaultError: it cannot be written.
        """
        self.check()
        try:
            os.makedirs(self._meta, exist_ok=True)
            self._hide()
            descriptor = os.open(os.path.join(self._meta, _LOCK), os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise describe_system_error(error, self.path) from None
        try:
            self._claim(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _hide(self) -> None:
        """Keep git from an environment that we have just made, as `venv` does; one that others made is left alone."""
        if os.listdir(self._meta):
            return
        with open(os.path.join(self.path, ".gitignore"), "a", encoding="utf-8") as file:
            if not file.tell():
                file.write(_IGNORED)

    def _claim(self, descriptor: int) -> None:
        try:
            import fcntl
        except ImportError:  # Windows
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(f"`{self.path}` is locked by another process") from None
        except OSError:  # a file system without locks
            return

    def read_records(self) -> list[PrefixRecord]:
        """The packages that are installed.

        Raises:
            EnvironmentFaultError: a record cannot be read.
        """
        from rattler import PrefixRecord

        records = []
        for path in self._record_paths():
            try:
                records.append(PrefixRecord.from_path(path))
            except Exception as error:  # noqa: BLE001 - whatever the library raises, the record is of no use
                raise EnvironmentFaultError(
                    f"`{path}` cannot be read: {' '.join(str(error).split())[:300]}",
                    hint="remove the file, and what it belongs to is installed anew",
                ) from None
        return records

    def read_journal(self) -> Journal:
        """What an interrupted installation was about to do; empty where none was interrupted."""
        with suppress(OSError, ValueError, TypeError, KeyError), open(self._journal, encoding="utf-8") as file:
            document = json.load(file)
            return Journal(**{name: tuple(document[name]) for name in ("specs", "kept", "touched")})
        return Journal()

    def write_journal(self, journal: Journal) -> None:
        """Note what is about to be done, all of it or nothing.

        Raises:
            OSError: it cannot be written.
        """
        document = {"specs": journal.specs, "kept": journal.kept, "touched": journal.touched}
        with open_atomic(self._journal) as file:
            file.write(json.dumps(document).encode())

    def finish(self, requested: dict[str, str]) -> None:
        """Note what was asked for in the records, let everybody read them, and forget the journal.

        Args:
            requested: match specs by the name of the package.

        Raises:
            OSError: a record cannot be written.
        """
        for record in self.read_records():
            spec = requested.get(record.name.normalized)
            path = os.path.join(self._meta, f"{record.name.normalized}-{record.version}-{record.build}.json")
            if spec and record.requested_specs != [spec] and os.path.exists(path):
                record.requested_specs = [spec]
                draft = f"{path}.new"
                record.write_to_path(_as_path(draft), pretty=True)
                os.replace(draft, path)
        mode = 0o666 & ~_read_umask()
        for record_path in self._record_paths():
            os.chmod(record_path, mode)  # rattler makes them for their owner alone, who may be root
        with suppress(FileNotFoundError):
            os.unlink(self._journal)

    def _record_paths(self) -> Iterable[os.PathLike[str]]:
        names = sorted(os.listdir(self._meta)) if os.path.isdir(self._meta) else []
        return [_as_path(os.path.join(self._meta, name)) for name in names if name.endswith(".json")]


def _as_path(path: str) -> os.PathLike[str]:
    from pathlib import Path

    return Path(path)


def _read_umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
