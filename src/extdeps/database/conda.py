"""conda: one record a package in `conda-meta` of the environment that the Python belongs to."""

from __future__ import annotations

import re

from extdeps.database.interface import installed_package
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_RECORD = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)-(?P<build>[^-]+)\.json")


class Conda:
    """The records of one conda environment."""

    def __init__(self, host: Host, interpreter: Interpreter) -> None:
        self._host = host
        self._prefix = interpreter.prefix
        self._records: dict[str, tuple[str, str]] | None = None

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        records = self._all()
        if not records and not self._host.exists(f"{self._prefix}/conda-meta"):
            return None
        found = {}
        for name in names:
            if name in records:
                packaged, path = records[name]
                found[name] = installed_package(name, packaged, "conda", location=path, origin="conda-meta")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        import json

        prefix = f"{self._host.real_path(self._prefix)}/"
        real = self._host.real_path(path)
        if package not in self._all() or not real.startswith(prefix):
            return False
        try:
            record = json.loads(read_text(self._host, self._all()[package][1]) or "{}")
        except ValueError:
            return False
        files = record.get("files", []) if isinstance(record, dict) else []
        return real.removeprefix(prefix) in files or path.removeprefix(f"{self._prefix}/") in files

    def _all(self) -> dict[str, tuple[str, str]]:
        if self._records is None:
            directory = f"{self._prefix}/conda-meta"
            matches = ((_RECORD.fullmatch(file), file) for file in self._host.list_directory(directory))
            self._records = {
                match["name"]: (match["version"], f"{directory}/{file}") for match, file in matches if match
            }
        return self._records
