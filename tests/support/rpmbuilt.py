"""A repository of real packages, built with rpmbuild and createrepo_c, and a host that installs below a directory."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from extdeps.child import Completed
from extdeps.database.rpm import Rpm
from extdeps.host import LocalHost, RootHost, find_executable
from extdeps.manager.interface import Manager, Site

PACKAGES: tuple[tuple[str, str, str], ...] = (
    ("libfoo-devel", "1.0", "Epoch: 2\nProvides: pkgconfig(foo) = 1.0\nRequires: libfoo\n"),
    ("libfoo-devel", "1.2~rc1", "Epoch: 2\nProvides: pkgconfig(foo) = 1.2\nRequires: libfoo\n"),
    ("libfoo", "1.0", "Provides: libfoo.so.1()(64bit)\n"),
    ("needs-first-foo", "1", "Requires: libfoo-devel = 2:1.0\n"),
    ("old-lib", "0.9", ""),
    ("a-package-with-a-rather-long-name-that-fills-its-column", "1", "Conflicts: old-lib\n"),
    ("legacy-lib", "1", ""),
    ("modern-lib", "2", "Obsoletes: legacy-lib < 2\n"),
    ("broken-devel", "1", "Requires: nosuch-thing >= 3\n"),
)
"""Name, version and tags of each package."""

_SPEC = """
Name: {name}
Version: {version}
Release: 1
Summary: A test
License: MIT
BuildArch: noarch
{tags}
%description
A test.
%install
mkdir -p %{{buildroot}}/usr/bin
echo {version} > %{{buildroot}}/usr/bin/{name}-tool
%files
%attr(755,root,root) /usr/bin/{name}-tool
"""
_ENVIRON = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def need(name: str) -> str:
    """The path of a program that a test needs; a machine without it fails."""
    path = find_executable(LocalHost(_ENVIRON), name)
    assert path, f"install {name}"
    return path


def build_rpm_repository(place: Path) -> Path:
    """Build `PACKAGES` in a directory; returns the one to install from."""
    specs = []
    for name, version, tags in PACKAGES:
        spec = place / f"{name}-{version}.spec"
        spec.write_text(_SPEC.format(name=name, version=version, tags=tags))
        specs.append(str(spec))
    repository = place / "repository"
    define = ["--define", f"_topdir {place}/build", "--define", f"_rpmdir {repository}"]
    environ = {**_ENVIRON, "HOME": str(place)}
    subprocess.run([need("rpmbuild"), "-bb", "--quiet", *define, *specs], check=True, capture_output=True, env=environ)
    subprocess.run([need("createrepo_c"), "--quiet", str(repository)], check=True, capture_output=True)
    return repository


class BelowHost:
    """This machine's tools, with options that let them work below a directory, where the files are looked at too.

    Args:
        root: the directory.
        options: by program, what goes right behind it.
    """

    can_run = True

    def __init__(self, root: Path, options: Mapping[str, tuple[str, ...]]) -> None:
        self.name, self.system, self.machine, self.is_root = "below", "Linux", "x86_64", True
        self.environ: Mapping[str, str] = {**_ENVIRON, "HOME": str(root)}
        self._options = options
        tools, files = LocalHost(self.environ), RootHost(str(root))
        self.is_executable, self.real_path = tools.is_executable, tools.real_path
        self.read_bytes, self.open_bytes, self.exists = files.read_bytes, files.open_bytes, files.exists
        self.list_directory, self.modification_time = files.list_directory, files.modification_time
        self._tools = tools

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        return self._tools.run(self._complete(argv), timeout=timeout, environ=environ)

    def follow(
        self,
        argv: Sequence[str],
        /,
        *,
        on_line: Callable[[str], None],
        timeout: float,
        environ: Mapping[str, str] | None = None,
    ) -> Completed | None:
        return self._tools.follow(self._complete(argv), on_line=on_line, timeout=timeout, environ=environ)

    def _complete(self, argv: Sequence[str]) -> tuple[str, ...]:
        return (argv[0], *self._options.get(argv[0], ()), *argv[1:])


def do(site: Site, manager: Manager, argv: tuple[str, ...], *, returncode: int = 0) -> str:
    """Run a command of a manager as a plan would; what it printed."""
    lines: list[str] = []
    environ = {**site.host.environ, **dict(manager.environment)}
    done = site.host.follow(argv, on_line=lines.append, timeout=60.0, environ=environ)
    text = "\n".join(lines)
    assert done is not None
    assert done.returncode == returncode, text
    return text


def installed(site: Site, *names: str) -> dict[str, str]:
    """The versions of those packages that rpm has installed, as it writes them."""
    found = Rpm(site.host, site.interpreter).find(names)
    assert found is not None
    return {name: evidence.packaged for name, evidence in found.items()}
