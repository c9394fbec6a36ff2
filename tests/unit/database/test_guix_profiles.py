"""What Guix profiles hold. The manifests are written after `manifest->gexp` in Guix's (guix profiles), not recorded."""

from __future__ import annotations

import pytest

from extdeps.database.guix import Guix
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.12.3")
HOME = {"HOME": "/home/alice"}
PROFILE = "/home/alice/.guix-profile"
UTIL = "/gnu/store/1g3h5i7j9k1l3m5n7p9q1r3s5v7w9x1y-util-linux-2.40.4-lib"
GTK = "/gnu/store/2g3h5i7j9k1l3m5n7p9q1r3s5v7w9x1y-gtk+-3.24.49"
CAIRO = "/gnu/store/3g3h5i7j9k1l3m5n7p9q1r3s5v7w9x1y-cairo-1.18.4"

VERSION_3 = f"""(manifest
 (version 3)
 (packages
  (("util-linux" "2.40.4" "lib" "{UTIL}" (propagated-inputs ()) (search-paths ()) (properties))
   ("gtk+" "3.24.49" "out" "{GTK}"
    (propagated-inputs
     (("cairo" "1.18.4" "out" "{CAIRO}" (propagated-inputs ()) (search-paths ()))))
    (search-paths (("XDG_DATA_DIRS" ("share") ":" directory #f)))))))
"""
VERSION_4 = f"""(manifest (version 4) (packages (("gtk+" "3.24.49" "out" "{GTK}" (propagated-inputs
(("cairo" "1.18.4" "out" "{CAIRO}"))) (search-paths (("XDG_DATA_DIRS" ("share") ":" directory #f))))
("util-linux" "2.40.4" "lib" "{UTIL}" (propagated-inputs ((repeated "cairo" "1.18.4" "{CAIRO}")))))))
"""


def open_manifest(text: str, profile: str = PROFILE) -> Guix:
    host = RecordedHost(
        files={f"{profile}/manifest": text},
        empty=[f"{CAIRO}/include/cairo.h"],
        links={f"{PROFILE}/include": f"{CAIRO}/include"},
        environ=HOME,
    )
    return Guix(host, PYTHON)


@pytest.mark.parametrize("text", [VERSION_3, VERSION_4, f";; written by Guix\n\n{VERSION_4}"])
@pytest.mark.parametrize("profile", [PROFILE, "/run/current-system/profile"])
def test_a_manifest(text: str, profile: str) -> None:
    found = open_manifest(text, profile).find(("gtk+", "cairo", "util-linux:lib", "util-linux", "zlib"))
    assert found is not None
    versions = {name: item.version for name, item in found.items()}
    assert versions == {"gtk+": "3.24.49", "cairo": "1.18.4", "util-linux:lib": "2.40.4"}
    assert found["cairo"].location == f"{profile}/manifest"
    assert found["cairo"].packaged == "1.18.4"


def test_the_owner_of_a_file() -> None:
    database = open_manifest(VERSION_3)
    assert database.owns("cairo", f"{PROFILE}/include/cairo.h")
    assert not database.owns("gtk+", f"{PROFILE}/include/cairo.h")
    assert not database.owns("zlib", f"{PROFILE}/include/cairo.h")
    assert database.owns("util-linux:lib", f"{UTIL}/lib/libuuid.so")


def test_the_environment_of_a_shell_counts_first() -> None:
    older = VERSION_3.replace("1.18.4", "1.16.0")
    host = RecordedHost(
        files={"/gnu/store/x-profile/manifest": older, f"{PROFILE}/manifest": VERSION_3},
        environ={**HOME, "GUIX_ENVIRONMENT": "/gnu/store/x-profile"},
    )
    found = Guix(host, PYTHON).find(("cairo",))
    assert found is not None
    assert found["cairo"].version == "1.16.0"


def test_no_guix() -> None:
    assert Guix(RecordedHost(), PYTHON).find(("zlib",)) is None


def test_a_store_without_a_profile() -> None:
    assert Guix(RecordedHost(empty=[f"{GTK}/lib/libgtk.so"]), PYTHON).find(("gtk+",)) == {}


@pytest.mark.parametrize("text", ["", "{}", "(packages)", "kaputt"])
def test_a_manifest_that_is_none(text: str) -> None:
    assert open_manifest(text).find(("gtk+",)) is None
