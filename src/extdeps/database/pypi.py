"""Distributions of Python: one `.dist-info` directory each, in the directories that the interpreter imports from."""

from __future__ import annotations

import posixpath
import re

from extdeps.database.interface import installed_package
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_ENTRY = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*?)-(?P<version>[^-]+)(?:-py[0-9.]+)?\.(?:dist|egg)-info")
_NAME = re.compile(r"(?P<name>[^\[]+)(?:\[(?P<extras>[^\]]*)\])?")
_REQUIRES = re.compile(r"^Requires-Dist: (.+)$", re.MULTILINE)


class Pypi:
    """The distributions that one interpreter finds; the first directory that has one wins, as for `import`."""

    def __init__(self, host: Host, interpreter: Interpreter) -> None:
        self._host = host
        self._interpreter = interpreter
        self._found: dict[str, tuple[str, str]] | None = None

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        if not self._interpreter.site:
            return None
        found = {}
        for name in names:
            parsed = _NAME.fullmatch(name)
            key = normalize(parsed["name"]) if parsed else ""
            if parsed and key in self._all() and self._has_extras(key, parsed["extras"] or ""):
                version, location = self._all()[key]
                found[name] = installed_package(key, version, "pep440", location=location, origin="dist-info")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        """Whether a RECORD (PyPA specification "Recording installed projects") lists the file."""
        known = self._all().get(normalize(package.partition("[")[0]))
        if known is None:
            return False
        directory = posixpath.dirname(known[1])
        wanted = {path, self._host.real_path(path)}
        starts = {directory, self._host.real_path(directory)}
        for line in (read_text(self._host, f"{known[1]}/RECORD") or "").splitlines():
            name = line.rsplit(",", 2)[0].strip('"')
            if any(posixpath.normpath(posixpath.join(start, name)) in wanted for start in starts):
                return True
        return False

    def _all(self) -> dict[str, tuple[str, str]]:
        """The version and directory of each distribution, by its normalized name."""
        if self._found is None:
            self._found = {}
            for directory in self._interpreter.site:
                for entry in self._host.list_directory(directory):
                    match = _ENTRY.fullmatch(entry)
                    if match:
                        location = f"{directory}/{entry}"
                        self._found.setdefault(normalize(match["name"]), (match["version"], location))
        return self._found

    def _has_extras(self, key: str, extras: str) -> bool:
        """Whether what the extras of a distribution ask for is there too; extras leave no trace of their own."""
        wanted = [extra.strip() for extra in extras.split(",") if extra.strip()]
        text = read_text(self._host, f"{self._all()[key][1]}/METADATA") if wanted else ""
        return all(needed in self._all() for extra in wanted for needed in self._requires_of(text or "", extra))

    def _requires_of(self, metadata: str, extra: str) -> Iterator[str]:
        from packaging.requirements import InvalidRequirement, Requirement

        environment = self._interpreter.marker_environment()
        for line in _REQUIRES.findall(metadata):
            try:
                requirement = Requirement(line)
            except InvalidRequirement:
                continue
            marker = requirement.marker
            without, with_it = ({**environment, "extra": name} for name in ("", extra))
            if marker and marker.evaluate(with_it) and not marker.evaluate(without):
                yield normalize(requirement.name)


def normalize(name: str) -> str:
    """The name of a project as it is compared (PyPA specification "Names and normalization", PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
