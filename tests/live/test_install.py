"""`extdeps install` as a user runs it: the real apt, in a Debian of its own, with everything that can go wrong."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.debianroot import USER, DebianRoot, Said, layer_over, make_base
from support.debrepository import Deb, clear_lists, write_repository
from support.terminal import CTRL_C, CTRL_D, Terminal

LIBRARY = "/usr/lib/x86_64-linux-gnu"
APT = (
    "apt-get install --yes -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "
    "--no-remove -o APT::Cmd::Pattern-Only=true -- "
)
AGAIN = "; what was begun is finished by a second run"
FLOOD = "i=0; while [ $i -lt 200000 ]; do echo \"line $i of a flood\"; i=$((i + 1)); done"


def program(name: str, *, version: str = "3.8", fields: str = "", **scripts: str) -> Deb:
    """A package of a program that tells its version."""
    said = f"#!/bin/sh\necho '{name} {version}'\n"
    return Deb(name=name, version=version, fields=fields, scripts=scripts, files={f"/usr/bin/{name}": said})


PACKAGES = (
    program("bison"),
    program("flex", postinst="[ -e /srv/mended ] || { echo sorry >&2; exit 3; }"),
    program("swig", postinst="echo begun; [ -e /srv/awake ] || exec sleep 600"),
    program("m4", postinst=FLOOD),
    program("patchelf", fields="Conflicts: rival\n"),
    program("rival", version="2"),
    program("cmake"),
    program("gperf", fields="Depends: nosuch (>= 3)\n"),
    Deb(name="nasm", files={"/usr/share/doc/nasm/README": "there is no program here\n"}),
    Deb(name="doxygen", files={"/opt/full/large": "0123456789abcdef" * 200_000}),
    Deb(
        name="zlib1g-dev",
        version="1:1.2.13.dfsg-1",
        files={
            "/usr/include/zlib.h": '#define ZLIB_VERSION "1.2.13"\n',
            f"{LIBRARY}/libz.so": "INPUT(libz.so.1)\n",
            f"{LIBRARY}/pkgconfig/zlib.pc": "Name: zlib\nDescription: z\nVersion: 1.2.13\nLibs: -lz\nCflags:\n",
        },
    ),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Debian with extdeps and an index that is up to date; nothing ever changes it."""
    root = Path("/tmp/h5-live-work/base2")
    if root.exists():
        write_repository(root, PACKAGES)
        DebianRoot(root).do("apt-get", "update")
        import shutil
        shutil.copytree("src/extdeps", root / "opt/extdeps/src/extdeps", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        return root
    make_base(root, PACKAGES)
    return root


@pytest.fixture
def root(base: Path, tmp_path: Path) -> Iterator[DebianRoot]:
    with layer_over(base, tmp_path) as root:
        yield root


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold a lock as another package manager would."""
    with path.open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


def test_from_nothing_to_the_second_run(root: DebianRoot) -> None:
    clear_lists(root.path)
    said = root.run("-d", "zlib", "--yes", "--phase", "host")
    assert said.code == 0, said
    print(said.out)
    print(said.err)
    assert 0
