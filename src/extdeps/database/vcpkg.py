"""vcpkg: a status file like that of dpkg below `installed`, and the updates that are not yet in it."""

from __future__ import annotations

import re
from dataclasses import replace

from extdeps.database.interface import installed_package
from extdeps.host import find_executable, read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_FIELD = re.compile(r"^([A-Za-z-]+): *(.*)$", re.MULTILINE)
_CPUS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64", "i686": "x86", "armv7l": "arm"}
_SYSTEMS = {"Linux": "linux", "Darwin": "osx", "Windows": "windows"}


class Vcpkg:
    """What is installed in classic mode for the triplet that vcpkg takes by itself."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._triplet = find_triplet(host)
        root = find_root(host)
        self._installed = f"{root}/installed" if root else ""
        self._packages: dict[str, str] | None = None

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        packages = self._all()
        if not self._installed or not self._host.exists(f"{self._installed}/vcpkg"):
            return None
        location = f"{self._installed}/vcpkg/status"
        found = {}
        for name in names:
            key = name.partition("[")[0]
            if key in packages:
                # the number of the port, after `#`, is not upstream's
                version = packages[key].partition("#")[0]
                evidence = installed_package(key, version, "none", location=location, origin="vcpkg")
                found[name] = replace(evidence, packaged=packages[key])
        return found

    def owns(self, package: str, path: str, /) -> bool:
        version = self._all().get(package, "").partition("#")[0]
        listed = read_text(self._host, f"{self._installed}/vcpkg/info/{package}_{version}_{self._triplet}.list") or ""
        root = self._host.real_path(self._installed)
        return any(f"{root}/{line}" == self._host.real_path(path) for line in listed.splitlines() if line[-1:] != "/")

    def _all(self) -> dict[str, str]:
        """The version of each installed package, with `#` and the number of its port."""
        if self._packages is None:
            self._packages = {}
            database = f"{self._installed}/vcpkg"
            updates = (name for name in self._host.list_directory(f"{database}/updates") if name != "incomplete")
            paths = (f"{database}/status", *(f"{database}/updates/{name}" for name in updates))
            for path in paths if self._installed else ():
                for stanza in re.split(r"\n\s*\n", read_text(self._host, path) or ""):
                    self._add(dict(_FIELD.findall(stanza)))
        return self._packages

    def _add(self, fields: dict[str, str]) -> None:
        """Take over one paragraph; a later one replaces an earlier one, and a feature is not the package."""
        name = fields.get("Package", "")
        if self._packages is None or "Feature" in fields or fields.get("Architecture") != self._triplet:
            return
        if fields.get("Status", "").split()[-1:] == ["installed"]:
            number = fields.get("Port-Version", "0")
            self._packages[name] = fields.get("Version", "") + (f"#{number}" if number != "0" else "")
        else:
            self._packages.pop(name, None)


def find_root(host: Host) -> str:
    """The checkout that vcpkg works in: where its program lies, else `VCPKG_ROOT`; empty where there is none."""
    program = find_executable(host, "vcpkg")
    beside = host.real_path(program).rpartition("/")[0] if program else ""
    roots = (beside, host.environ.get("VCPKG_ROOT", "").rstrip("/"))
    return next((root for root in roots if root and host.exists(f"{root}/.vcpkg-root")), "")


def find_triplet(host: Host) -> str:
    """The triplet that vcpkg builds for where none is named."""
    named = host.environ.get("VCPKG_DEFAULT_TRIPLET", "")
    machine = host.machine.lower()
    return named or f"{_CPUS.get(machine, machine)}-{_SYSTEMS.get(host.system, host.system.lower())}"
