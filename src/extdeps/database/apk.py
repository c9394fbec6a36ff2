"""apk: Alpine and what derives from it. One text file lists packages, files and provides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.database.interface import installed_package
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_DATABASES = ("/lib/apk/db/installed", "/usr/lib/apk/db/installed")
_COMPARISON = re.compile(r"[<>=~]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Package:
    version: str
    files: frozenset[str]


class Apk:
    """The apk database of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._packages: dict[str, _Package] | None = None
        self._providers: dict[str, str] = {}
        self._path = ""

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        packages = self._all()
        if not self._path:
            return None
        found = {}
        for name in names:
            owner = name if name in packages else self._providers.get(name)
            if owner:
                packaged = packages[owner].version
                found[name] = installed_package(owner, packaged, "apk", location=self._path, origin="apk")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        known = self._all().get(package)
        names = {path.lstrip("/"), self._host.real_path(path).lstrip("/")}
        return known is not None and bool(names & known.files)

    def _all(self) -> dict[str, _Package]:
        if self._packages is None:
            self._packages = {}
            for path in _DATABASES:
                text = read_text(self._host, path)
                if text is not None:
                    self._path = path
                    for block in text.split("\n\n"):
                        self._add(block)
                    break
        return self._packages

    def _add(self, block: str) -> None:
        name = version = directory = ""
        files = []
        for line in block.splitlines():
            key, _, value = line.partition(":")
            if key == "P":
                name = value
            elif key == "V":
                version = value
            elif key == "p":
                for provided in value.split():
                    self._providers.setdefault(_COMPARISON.split(provided)[0], name)
            elif key == "F":
                directory = value
            elif key == "R":
                files.append(f"{directory}/{value}")
        if name and self._packages is not None:
            self._packages[name] = _Package(version=version, files=frozenset(files))
