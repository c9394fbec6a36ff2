"""A Debian with two managers: its own apt with a small repository, and conda packages of a channel in a prefix."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from support.condachannel import index_channel, write_package
from support.debianroot import make_base
from support.debrepository import Deb

PREFIX = "/srv/prefix"
CHANNEL = "/srv/channel"
INTO = ("--prefix", PREFIX, "--channel", f"file://{CHANNEL}")
_LIBRARY = "/usr/lib/x86_64-linux-gnu"
_PC = "Name: {0}\nDescription: made for a test\nVersion: {1}\nLibs: -l{2}\nCflags:\n"


def make_place(root: Path, packages: Sequence[Deb], *further: str) -> None:
    """A Debian as of `make_base` in which py-rattler can be used too, with an empty channel.

    Args:
        root: the directory, which is made.
        packages: what the repository of its apt has.
        further: Debian's own packages that are installed.
    """
    make_base(root, packages, *further)
    for name in ("rattler", "typing_extensions"):
        found = find_spec(name)
        if found and found.submodule_search_locations:
            shutil.copytree(found.submodule_search_locations[0], root / "opt/extdeps" / name)
        elif found and found.origin:
            shutil.copy(found.origin, root / "opt/extdeps")
    # py-rattler works in a process of its own, which finds us as an installed package
    (root / "usr/lib/python3/dist-packages/extdeps.pth").write_text("/opt/extdeps\n")
    index_channel(root / CHANNEL.lstrip("/"))


def library_deb(package: str, version: str, *, module: str, header: str, library: str) -> Deb:
    """A library with its header and its pkg-config file, as Debian packages it for those who build."""
    return Deb(
        name=package,
        version=version,
        files={
            f"/usr/include/{header}": "\n",
            f"{_LIBRARY}/lib{library}.so": "\n",
            f"{_LIBRARY}/pkgconfig/{module}.pc": _PC.format(module, version.partition("-")[0], library),
        },
    )


def program_deb(name: str, version: str, **scripts: str) -> Deb:
    """A program that tells its version."""
    return Deb(name=name, version=version, scripts=scripts, files={f"/usr/bin/{name}": _program(name, version)})


def library_of_channel(root: Path, package: str, version: str, *, module: str, header: str, library: str) -> Path:
    """The same library in the channel, whose index is not written."""
    tree = {
        f"include/{header}": b"\n",
        f"lib/lib{library}.so": b"\n",
        f"lib/pkgconfig/{module}.pc": _PC.format(module, version, library).encode(),
    }
    return write_package(root / CHANNEL.lstrip("/"), tree, name=package, version=version)


def program_of_channel(root: Path, name: str, version: str) -> Path:
    """The same program in the channel, whose index is not written."""
    tree = {f"bin/{name}": _program(name, version).encode()}
    return write_package(root / CHANNEL.lstrip("/"), tree, name=name, version=version)


def make_program_wheel(place: Path, name: str, version: str) -> None:
    """The same program as a wheel."""
    about = f"{name}-{version}.dist-info"
    files = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{name}-{version}.data/scripts/{name}": _program(name, version),
    }
    files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{about}/RECORD"))
    with ZipFile(place / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            member = ZipInfo(path)
            member.external_attr = 0o100755 << 16  # a program has to be one
            archive.writestr(member, content)


def _program(name: str, version: str) -> str:
    return f"#!/bin/sh\necho '{name} {version}'\n"
