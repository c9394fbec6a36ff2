"""An environment with pip, as a package manager that needs neither root nor a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from extdeps.cli.main import main
from support.terminal import Terminal


def write_wheel(
    place: Path, name: str, version: str = "4.3", *, requires: str = "", program: str = "", is_whole: bool = True
) -> None:
    """A wheel with a program that tells its version; one that is not whole can be looked at, but not installed."""
    about = f"{name}-{version}.dist-info"
    files = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + (f"Requires-Dist: {requires}\n" if requires else ""),
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if program:
        files[f"{name}-{version}.data/scripts/{program}"] = f"#!/bin/sh\necho {program} {version}\n"
    if is_whole:
        files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{about}/RECORD"))
    with ZipFile(place / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            member = ZipInfo(path)
            member.external_attr = 0o100755 << 16  # a program has to be one
            archive.writestr(member, content)


class Pip:
    """An environment with pip, and the only wheels that it knows of."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.wheels = place / "wheels"
        self.logs = place / "logs"
        self.python = str(place / "venv/bin/python")
        self.options = ("--for", "pip", "--python", self.python, "--phase", "build")
        self.wheels.mkdir()
        (place / "home").mkdir()

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PATH": str(self.place / "venv/bin"),
            "HOME": str(self.place / "home"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "EXTDEPS_LOG_DIR": str(self.logs),
            "EXTDEPS_CONFIG": "",
            "TERM": "xterm",
            "NO_COLOR": "1",
        }

    def command(self, name: str) -> str:
        """How pip is run without questions."""
        return f"{self.python} -m pip install --no-input --disable-pip-version-check --only-binary :all: -- {name}"

    def run(self, *arguments: str) -> int:
        return main(["install", *self.options, *arguments])

    def sit_at(self, *arguments: str) -> Terminal:
        """Run it on a terminal."""
        environ = {**self.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return Terminal([sys.executable, "-m", "extdeps", "install", *self.options, *arguments], environ, self.place)

    def install(self, name: str) -> None:
        argv = [self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", name]
        subprocess.run(argv, check=True, env=self.environ)

    @property
    def has_swig(self) -> bool:
        return (self.place / "venv/bin/swig").exists()

    @property
    def log(self) -> Path:
        (log,) = self.logs.glob("install-*")
        return log
