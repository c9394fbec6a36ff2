"""Scoop: what lies in its buckets."""

from __future__ import annotations

import json

import pytest

from extdeps.manager.scoop import Scoop
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, make_site
from support.windows import WindowsHost

ROOT = "C:/Users/me/scoop"
ENVIRON = {"USERPROFILE": r"C:\Users\me"}


def manifest(version: object) -> str:
    return json.dumps({"version": version, "url": "https://example.org/x.zip", "bin": "x.exe"})


def make_host(files: dict[str, str]) -> WindowsHost:
    """A machine with an app, so that Scoop is there, and buckets."""
    own = {f"{ROOT}/{path}": text for path, text in files.items()}
    return WindowsHost({f"{ROOT}/apps/scoop/current/x": "", **own}, environ=ENVIRON)


BUCKETS = {
    "buckets/extras/bucket/gimp.json": manifest("2.10.38"),
    "buckets/extras/bucket/cmake.json": manifest("3.0"),
    "buckets/main/bucket/cmake.json": "\ufeff" + manifest("3.31.2"),
    "buckets/own/cmake.json": manifest("4.0"),
    "buckets/main/bucket/broken.json": "{",
    "buckets/main/bucket/odd.json": manifest(3),
    "buckets/main/bucket/list.json": "[]",
    "buckets/main/bucket/deep.json": "[" * 100_000,
}


@pytest.mark.parametrize("name", ["", "-g", "x.json", "https://example.org/x.json", "a b", "../x", "a/b/c", "x@1", "*"])
def test_what_is_no_name(name: str) -> None:
    assert not Scoop().accepts(name)


def test_its_commands() -> None:
    command = ("scoop", "install", "cmake", "extras/gimp")
    assert Scoop().install_command(command[2:], make_site()) == command
    assert Scoop().install_command(command[2:], make_site(), unattended=True) == command
    assert Scoop().refresh_command(make_site()) == ()  # it does that by itself
    assert not Scoop().needs_elevation(make_site(RecordedHost(is_root=False)))


def test_what_can_be_had() -> None:
    host = make_host(BUCKETS)
    names = ("cmake", "gimp", "extras/gimp", "extras/cmake", "main/gimp", "nosuch", "broken", "odd", "list", "deep")
    available = Scoop().find_available(names, make_site(host))
    gimp = (PackageVersion(name="gimp", version="2.10.38", origin="extras"),)
    assert available == Availability(
        packages={
            "cmake": (
                PackageVersion(name="cmake", version="3.31.2", origin="main"),
                PackageVersion(name="cmake", version="3.0", origin="extras"),
                PackageVersion(name="cmake", version="4.0", origin="own"),
            ),
            "gimp": gimp,
            "extras/gimp": gimp,
            "extras/cmake": (PackageVersion(name="cmake", version="3.0", origin="extras"),),
        }
    )
    assert host.runs == []


@pytest.mark.parametrize("host", [WindowsHost(environ=ENVIRON), WindowsHost(), make_host({})])
def test_without_buckets(host: WindowsHost) -> None:
    assert Scoop().find_available(("cmake",), make_site(host)) == Availability(problem="no bucket of scoop is here")


def test_there_is_no_simulation() -> None:
    host = RecordedHost()
    change = Change(kind="install", package="cmake")
    assert Scoop().preview(("cmake",), make_site(host)) == Preview(changes=(change,), is_simulated=False)
    assert host.runs == []
