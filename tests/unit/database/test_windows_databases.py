"""What Scoop and Chocolatey have installed, in trees as their documentation and tests describe them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from extdeps.database.interface import PackageDatabase
from extdeps.database.table import get_database
from extdeps.database.windows import find_directory
from support.recorded import make_site
from support.windows import WindowsHost

SCOOP = "C:/Users/me/scoop"
CHOCO = "C:/ProgramData/chocolatey"
# as `dict(os.environ)` has them there: in capital letters
ENVIRON = {"USERPROFILE": r"C:\Users\me", "PROGRAMDATA": r"C:\ProgramData"}
NUSPEC = """\
\ufeff<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">
  <metadata>
    <id>{id}</id>
    <version>{version}</version>
    <dependencies><dependency id="chocolatey" version="0.10.3" /></dependencies>
  </metadata>
</package>
"""


def open_database(
    ecosystem: str,
    files: Mapping[str, str],
    *,
    environ: Mapping[str, str] = ENVIRON,
    links: Mapping[str, str] | None = None,
) -> PackageDatabase:
    host = WindowsHost(files, links=links, environ=environ)
    database = get_database(ecosystem, host, make_site(host).interpreter)
    assert database
    return database


def versions(database: PackageDatabase, *names: str) -> dict[str, tuple[str, str]] | None:
    found = database.find(names)
    return None if found is None else {name: (item.name, item.packaged) for name, item in found.items()}


def scoop_app(place: str, version: str) -> dict[str, str]:
    return {
        f"{place}/manifest.json": json.dumps({"version": version}),
        f"{place}/install.json": json.dumps({"bucket": "main", "architecture": "64bit"}),
        f"{place}/bin/x.exe": "",
    }


def nuspec(name: str, version: str, root: str = CHOCO) -> dict[str, str]:
    return {f"{root}/lib/{name}/{name}.nuspec": NUSPEC.format(id=name, version=version)}


@pytest.mark.parametrize(
    ("environ", "variable", "below", "path"),
    [
        (ENVIRON, "ProgramData", "scoop", "C:/ProgramData/scoop"),
        ({"SCOOP": "D:\\scoop\\"}, "SCOOP", "", "D:/scoop"),
        ({"ProgramData": "C:\\x"}, "PROGRAMDATA", "", "C:/x"),
        ({}, "SCOOP", "apps", ""),
        ({"SCOOP": ""}, "SCOOP", "apps", ""),
    ],
)
def test_a_directory_of_a_variable(environ: dict[str, str], variable: str, below: str, path: str) -> None:
    assert find_directory(WindowsHost(environ=environ), variable, below) == path


@pytest.mark.parametrize("ecosystem", ["scoop", "chocolatey"])
@pytest.mark.parametrize("environ", [{}, ENVIRON])
def test_without_an_installation(ecosystem: str, environ: dict[str, str]) -> None:
    database = open_database(ecosystem, {}, environ=environ)
    assert database.find(("x",)) is None
    assert not database.owns("x", "C:/x")


def test_scoop() -> None:
    apps = f"{SCOOP}/apps"
    files = {
        **scoop_app(f"{apps}/cmake/3.31.2", "3.31.2"),
        **scoop_app(f"{apps}/git/2.9.0", "2.9.0"),
        **scoop_app(f"{apps}/git/2.10.0", "2.10.0"),
        f"{apps}/failed/current/manifest.json": json.dumps({"version": "1.0"}),  # without install.json
        f"{apps}/broken/current/manifest.json": "{",
        f"{apps}/broken/current/install.json": "{}",
        **scoop_app("C:/ProgramData/scoop/apps/zig/current", "0.13.0"),
        **scoop_app("C:/ProgramData/scoop/apps/cmake/current", "3.0"),
    }
    database = open_database("scoop", files, links={f"{apps}/cmake/current": "3.31.2"})
    assert versions(database, "cmake", "main/cmake", "git", "zig", "failed", "broken", "nosuch") == {
        "cmake": ("cmake", "3.31.2"),
        "main/cmake": ("cmake", "3.31.2"),
        "git": ("git", "2.10.0"),  # without a junction the newest
        "zig": ("zig", "0.13.0"),
    }
    assert database.owns("cmake", f"{apps}/cmake/3.31.2/bin/x.exe")
    assert database.owns("main/cmake", f"{apps}/cmake/current/bin/x.exe")
    assert not database.owns("cmake", f"{apps}/git/2.9.0/bin/x.exe")
    assert not database.owns("nosuch", f"{apps}/git/2.9.0/bin/x.exe")


def test_scoop_somewhere_else() -> None:
    environ = {**ENVIRON, "SCOOP": "D:\\apps", "SCOOP_GLOBAL": "E:\\all"}
    files = {**scoop_app("D:/apps/apps/x/current", "1"), **scoop_app("E:/all/apps/y/current", "2")}
    assert versions(open_database("scoop", files, environ=environ), "x", "y") == {"x": ("x", "1"), "y": ("y", "2")}


def test_chocolatey() -> None:
    files = {
        **nuspec("git.install", "2.47.1"),
        **nuspec("Firefox", "50.1.0"),
        **nuspec("half", "1.0"),
        f"{CHOCO}/lib/half/.chocolateyPending": "",
        f"{CHOCO}/lib/broken/broken.nuspec": "<version>",
        f"{CHOCO}/lib-bad/bad/bad.nuspec": NUSPEC,
        f"{CHOCO}/lib/git.install/tools/x.exe": "",
    }
    database = open_database("chocolatey", files)
    assert versions(database, "git.install", "firefox", "Git.Install", "half", "broken", "bad", "nosuch") == {
        "git.install": ("git.install", "2.47.1"),
        "firefox": ("Firefox", "50.1.0"),
        "Git.Install": ("git.install", "2.47.1"),
    }
    assert database.owns("git.install", f"{CHOCO}/lib/git.install/tools/x.exe")
    assert database.owns("GIT.install", f"{CHOCO.lower()}/lib/git.install/tools/x.exe")
    assert not database.owns("firefox", f"{CHOCO}/lib/git.install/tools/x.exe")
    assert not database.owns("nosuch", f"{CHOCO}/lib/git.install/tools/x.exe")


def test_chocolatey_somewhere_else() -> None:
    environ = {**ENVIRON, "CHOCOLATEYINSTALL": "D:\\choco"}
    files = {**nuspec("x", "1", "D:/choco"), **nuspec("y", "2")}
    assert versions(open_database("chocolatey", files, environ=environ), "x", "y") == {"x": ("x", "1")}
