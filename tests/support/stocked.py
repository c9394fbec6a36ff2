"""A Debian whose managers have what a test says, and answer in the words of the real ones (`tests/hosts/managers`)."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence

from extdeps.child import Completed
from extdeps.cli.commands import plan
from extdeps.cli.session import Session
from extdeps.model.constraint import parse_constraints
from extdeps.versions.ranges import satisfies
from support.recorded import RecordedHost

OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
ZLIB = {
    f"{LIBRARIES}/pkgconfig/zlib.pc": "Name: zlib\nDescription: zlib\nVersion: 1.2.13\nLibs: -lz\n",
    "/usr/include/zlib.h": "",
    f"{LIBRARIES}/libz.so": "",
}


class StockedHost(RecordedHost):
    """A Debian 12 with apt, and pip and conda where they are given something.

    Args:
        apt: the candidate of each package.
        pip: the versions of each project, the newest first; None for a machine without pip.
        conda: the versions of each package of conda-forge, the newest first; None for a machine without conda.
        installed: the packages that dpkg knows, with their versions.
        files: what else there is.
        has_index: whether apt has fetched its lists.
        broken: what the managers say, by program, instead of an answer.
    """

    def __init__(
        self,
        apt: Mapping[str, str] | None = None,
        *,
        pip: Mapping[str, Sequence[str]] | None = None,
        conda: Mapping[str, Sequence[str]] | None = None,
        installed: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        has_index: bool = True,
        broken: Mapping[str, str] | None = None,
        is_root: bool = True,
    ) -> None:
        status = "".join(
            f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n"
            for name, version in (installed or {}).items()
        )
        executables = ["/usr/bin/apt-get", "/usr/bin/apt-cache", "/usr/bin/sudo", "/usr/bin/python3"]
        if pip is not None:
            executables += ["/usr/bin/pip"]
        if conda is not None:
            executables += ["/usr/bin/conda"]
        super().__init__(
            files={"/etc/os-release": OS_RELEASE, "/var/lib/dpkg/status": status, **(files or {})},
            executables=executables,
            empty=["/var/lib/apt/lists/x_main_Packages"] if has_index else [],
            is_root=is_root,
        )
        self._apt = apt or {}
        self._pip = pip or {}
        self._conda = conda or {}
        self._installed = installed or {}
        self._broken = broken or {}

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        super().run(argv, timeout=timeout, environ=environ)
        said = self._broken.get("pip" if "pip" in argv else argv[0])
        if said:
            return Completed(returncode=1, stdout="", stderr=said)
        names = argv[list(argv).index("--") + 1 :] if "--" in argv else []
        if argv[0] == "sudo":
            return Completed(returncode=0, stdout="")
        if argv[0] == "apt-cache":
            return Completed(returncode=0, stdout="".join(map(_SAID[argv[1]], names, map(self._find, names))))
        if argv[0] == "apt-get":
            return self._simulate(names) if "--simulate" in argv else Completed(returncode=0, stdout="")
        if argv[0] == "conda":
            return self._search(names[0]) if argv[1] == "search" else self._solve(names)
        return self._report(names) if "pip" in argv else None

    def _find(self, name: str) -> tuple[str, str]:
        return self._apt.get(name, ""), self._installed.get(name, "(none)")

    def _simulate(self, names: Sequence[str]) -> Completed:
        lines = [f"Inst {name} ({self._apt[name]} Debian:12/stable [amd64])\n" for name in names]
        summary = f"0 upgraded, {len(names)} newly installed, 0 to remove and 0 not upgraded.\n"
        return Completed(returncode=0, stdout=summary + "".join(lines))

    def _report(self, specs: Sequence[str]) -> Completed:
        taken = []
        for spec in specs:
            name, bounds = re.fullmatch(r"([\w.-]+)(.*)", spec).groups()  # type: ignore[union-attr]
            wanted = parse_constraints(bounds) if bounds else ()
            fitting = [item for item in self._pip.get(name, ()) if satisfies(item, wanted)]
            if not fitting:
                return Completed(returncode=1, stdout="", stderr=f"ERROR: No matching distribution found for {spec}\n")
            taken.append({"metadata": {"name": name, "version": fitting[0]}})
        return Completed(returncode=0, stdout=json.dumps({"version": "1", "install": taken}))

    def _search(self, pattern: str) -> Completed:
        found = {
            name: [{"name": name, "version": version, "build_number": 0} for version in reversed(versions)]
            for name, versions in self._conda.items()
            if re.search(pattern, name)
        }
        return Completed(returncode=0, stdout=json.dumps(found))

    def _solve(self, specs: Sequence[str]) -> Completed:
        names = [re.split(r"[ <>=!~]", spec, maxsplit=1)[0] for spec in specs]
        linked = [{"name": name, "version": self._conda[name][0]} for name in names]
        return Completed(returncode=0, stdout=json.dumps({"success": True, "actions": {"LINK": linked, "FETCH": []}}))


def _showpkg(name: str, _found: tuple[str, str]) -> str:
    return f"Package: {name}\nVersions: \n\nReverse Depends: \nDependencies: \nProvides: \nReverse Provides: \n"


def _policy(name: str, found: tuple[str, str]) -> str:
    candidate, installed = found
    if not candidate:
        return ""
    return (
        f"{name}:\n  Installed: {installed}\n  Candidate: {candidate}\n  Version table:\n"
        f"     {candidate} 500\n        500 http://deb.debian.org/debian bookworm/main amd64 Packages\n"
    )


_SAID = {"showpkg": _showpkg, "policy": _policy}


def run_plan(host: RecordedHost, *arguments: str) -> int:
    """Run `extdeps plan` as if a host were this machine."""
    parser = argparse.ArgumentParser()
    plan.configure(parser)
    parsed = parser.parse_args(arguments)
    return plan.run(Session(parsed, host), parsed)
