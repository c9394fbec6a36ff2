"""Repositories for the real pacman, and a machine of which it is the manager: a root of its own."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from extdeps.child import Completed
from extdeps.host import LocalHost, RootHost, find_executable


class PacmanHost(RootHost):
    """Another root file system, in which pacman is run from outside; nothing of this machine is changed."""

    def __init__(self, directory: Path) -> None:
        self.repositories = directory / "repositories"
        self.repositories.mkdir(parents=True)
        root = directory / "root"
        for path in (root / "var/lib/pacman", directory / "cache", directory / "hooks"):
            path.mkdir(parents=True)
        super().__init__(str(root))
        self.runs: list[tuple[str, ...]] = []
        self._outer = LocalHost()
        self._configuration = directory / "pacman.conf"
        self._configuration.write_text(
            f"[options]\nRootDir = {root}\nDBPath = {root}/var/lib/pacman\nCacheDir = {directory}/cache\n"
            f"HookDir = {directory}/hooks\nLogFile = {directory}/log\nArchitecture = auto\n"
            "SigLevel = Never\nLocalFileSigLevel = Never\n"
        )

    def run(  # type: ignore[override]
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed:
        self.runs.append(tuple(argv))
        assert argv[0] == "pacman", argv
        inside = ("pacman", "--config", str(self._configuration), *argv[1:])
        done = self._outer.run(inside, timeout=timeout, environ=environ)
        assert done, "install pacman-package-manager"
        return done

    def add_repository(self, name: str, *packages: Path) -> None:
        """Make a repository, or add packages to it, with the real repo-add."""
        program = find_executable(self._outer, "repo-add")
        assert program, "install pacman-package-manager"
        path = self.repositories / f"{name}.db.tar.gz"
        command = [program, "--quiet", str(path), *map(str, packages)]
        subprocess.run(command, check=True, capture_output=True)
        section = f"[{name}]\nServer = file://{self.repositories}\n"
        text = self._configuration.read_text()
        if section not in text:
            self._configuration.write_text(text + section)

    def make_package(self, name: str, version: str, **fields: Sequence[str]) -> Path:
        """A package as makepkg makes it, of one file; `fields` are those of .PKGINFO."""
        content = "x" * 2000
        lines = [f"pkgname = {name}", f"pkgver = {version}", "pkgdesc = A test", "arch = any", f"size = {len(content)}"]
        lines += [f"{field} = {value}" for field, values in fields.items() for value in values]
        path = self.repositories / f"{name}-{version}-any.pkg.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for member_name, text in ((".PKGINFO", "\n".join(lines) + "\n"), (f"usr/share/{name}/file", content)):
                member = tarfile.TarInfo(member_name)
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
        return path

    def install_files(self, *packages: Path) -> None:
        """Install packages from their files, as what was there before."""
        done = self.run(("pacman", "-U", "--noconfirm", *map(str, packages)), timeout=60.0)
        assert done.is_success, done
