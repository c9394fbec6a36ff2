"""Small repositories of real Debian packages, and root file systems whose own apt uses them."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extdeps.child import Completed
from extdeps.host import LocalHost, RootHost

REPOSITORY = "/srv/repository"


@dataclass(frozen=True, kw_only=True)
class Deb:
    """A package to be built.

    Args:
        fields: further lines of its control file.
        scripts: maintainer scripts by name.
        files: contents by path.
        indexed: further lines of its stanza in the index.
    """

    name: str
    version: str = "1.0"
    architecture: str = "all"
    fields: str = ""
    scripts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    indexed: str = ""

    @property
    def control(self) -> str:
        return (
            f"Package: {self.name}\nVersion: {self.version}\nArchitecture: {self.architecture}\n"
            f"Maintainer: Nobody <nobody@example.org>\nDescription: a test\n{self.fields}"
        )


def write_repository(root: Path, packages: Sequence[Deb]) -> None:
    """Put packages and their index into the repository of a root, and nothing else."""
    place = root / REPOSITORY.lstrip("/")
    stanzas = []
    place.mkdir(parents=True, exist_ok=True)
    for package in packages:
        path = place / f"{package.name}_{package.version}_{package.architecture}.deb"
        if not path.exists():
            _build(package, path)
        content = path.read_bytes()
        stanzas.append(
            f"{package.control}{package.indexed}Filename: ./{path.name}\n"
            f"Size: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n"
        )
    (place / "Packages").write_text("\n".join(stanzas))


def _build(package: Deb, path: Path) -> None:
    tree = path.with_suffix("")
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(package.control)
    for name, text in package.scripts.items():
        (tree / "DEBIAN" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tree / "DEBIAN" / name).chmod(0o755)
    for name, text in package.files.items():
        target = tree / name.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        if "/bin/" in name:
            target.chmod(0o755)
        if target.parts[len(tree.parts)] == "etc":
            with (tree / "DEBIAN/conffiles").open("a") as listed:
                listed.write(f"{name}\n")
    build = ["dpkg-deb", "--build", "--root-owner-group", str(tree), str(path)]
    subprocess.run(build, check=True, capture_output=True)
    subprocess.run(["rm", "-r", str(tree)], check=True)


def make_debian(root: Path, suite: str, *further: str) -> None:
    """A minimal Debian with apt and further packages, whose only source is the repository in it."""
    options = ["--variant=minbase", *([f"--include={','.join(further)}"] if further else [])]
    subprocess.run(["debootstrap", *options, suite, str(root)], check=True, capture_output=True)
    (root / "etc/apt/sources.list").write_text(f"deb [trusted=yes] copy:{REPOSITORY} ./\n")
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    clear_lists(root)


def clear_lists(root: Path) -> None:
    """As the images of containers are made: without any list."""
    subprocess.run(["find", str(root / "var/lib/apt/lists"), "-mindepth", "1", "-delete"], check=True)


class ChrootHost(RootHost):
    """A root file system whose programs are run, in a language that is not English.

    Args:
        root: the directory that is `/` there.
        user: who runs them.
    """

    can_run = True

    def __init__(self, root: Path, *, user: str = "root") -> None:
        super().__init__(str(root))
        self.is_root = user == "root"
        self.environ = {**self.environ, "LANG": "C.UTF-8", "LANGUAGE": "de", "HOME": "/root"}
        self.runs: list[tuple[str, ...]] = []
        self._outer = LocalHost(self.environ)
        self._enter = ("chroot", f"--userspec={user}", str(root))

    def run(  # type: ignore[override]
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        self.runs.append(tuple(argv))
        return self._outer.run((*self._enter, *argv), timeout=timeout, environ=environ)

    def follow(  # type: ignore[override]
        self,
        argv: Sequence[str],
        /,
        *,
        on_line: Callable[[str], None],
        timeout: float,
        environ: Mapping[str, str] | None = None,
    ) -> Completed | None:
        self.runs.append(tuple(argv))
        return self._outer.follow((*self._enter, *argv), on_line=on_line, timeout=timeout, environ=environ)
