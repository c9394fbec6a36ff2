"""Derived names against the real tools: dnf and zypper take them word for word, and apt-file's lists are read."""

from __future__ import annotations

import gzip
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from extdeps.host import LocalHost, RootHost, find_executable
from extdeps.manager.apt import Apt
from extdeps.manager.interface import Content, Derived
from extdeps.resources import DIRECTORY_NAME
from support.documents import write_catalogue

LISTS = "/var/lib/apt/lists"
SPEC = """
Name: libfoo-devel
Version: 1.0
Release: 1
Summary: A test
License: MIT
BuildArch: noarch
Provides: pkgconfig(gtk+-foo.0) = 1.0
%description
A test.
%install
mkdir -p %{buildroot}/usr/bin
echo > %{buildroot}/usr/bin/foo_tool
%files
%attr(755,root,root) /usr/bin/foo_tool
"""
ASKED = tuple(
    Content(kind="pkg-config" if name.endswith(".pc") else "executable", name=name.removesuffix(".pc"))
    for name in ("zlib.pc", "gtk+-3.0.pc", "caca.pc", "nosuch.pc", "git", "ffmpeg", "[", "no-such-program")
)


def need(name: str) -> str:
    """The path of a program that these tests need; a machine without it fails."""
    path = find_executable(LocalHost(), name)
    assert path, f"install {name}"
    return path


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one package, which provides a module and ships a program."""
    place = tmp_path_factory.mktemp("rpm")
    (place / "test.spec").write_text(SPEC)
    build = [need("rpmbuild"), "-bb", "--quiet", "--define", f"_topdir {place}/build", str(place / "test.spec")]
    subprocess.run(build, check=True, capture_output=True, env={"HOME": str(place), "PATH": "/usr/bin:/bin"})
    subprocess.run([need("createrepo_c"), "--quiet", str(place / "build/RPMS")], check=True, capture_output=True)
    return place / "build" / "RPMS"


def shell_of(tmp_path: Path, ecosystem: str, *options: str) -> str:
    """The command that a check of an ecosystem prints."""
    write_catalogue(tmp_path / DIRECTORY_NAME, mappings={ecosystem: []})
    command = [sys.executable, "-m", "extdeps", "check", "--target", ecosystem, *options, "--format", "json"]
    environ = {"XDG_DATA_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    shell: str = json.loads(done.stdout)["commands"][-1]["shell"]  # those before it refresh
    return shell


@pytest.mark.parametrize("options", [("-d", "gtk+-foo.0"), ("-d", "foo_tool", "--phase", "build")])
def test_dnf_takes_the_command(tmp_path: Path, repository: Path, options: tuple[str, ...]) -> None:
    need("dnf")
    root = tmp_path / "root"
    root.mkdir()
    where = f"--installroot {root} --repofrompath t,file://{repository} --repo t --releasever 1 --nogpgcheck -y"
    quiet = f"--setopt=reposdir={tmp_path}/none --setopt=cachedir={tmp_path}/cache"
    shell = f"{shell_of(tmp_path, 'fedora', *options)} {where} {quiet}"
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (root / "usr/bin/foo_tool").exists()


def zypper(root: Path, words: str) -> subprocess.CompletedProcess[str]:
    options = ["--root", str(root), "--non-interactive", "--no-gpg-checks"]
    return subprocess.run([need("zypper"), *options, *shlex.split(words)], capture_output=True, text=True, check=False)


def test_zypper_takes_the_command(tmp_path: Path, repository: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    assert zypper(root, f"addrepo --no-gpgcheck dir://{repository} t").returncode == 0
    program, _, words = shell_of(tmp_path, "opensuse", "-d", "gtk+-foo.0").partition(" ")
    # the reason why no program is derived for it
    assert "No provider of '/usr/bin/foo_tool' found" in zypper(root, "install /usr/bin/foo_tool").stderr
    assert program == "zypper"
    done = zypper(root, words)
    assert done.returncode == 0, done.stderr
    assert (root / "usr/bin/foo_tool").exists()


def test_a_root_with_lists(tmp_path: Path) -> None:
    """A check of another root reads its lists without running anything."""
    lists = tmp_path / LISTS.lstrip("/")
    lists.mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text("ID=debian\nVERSION_ID=12\n")
    (lists / "x_dists_bookworm_main_Contents-all.gz").write_bytes(gzip.compress(b"usr/bin/foo-tool utils/foo\n"))
    (lists / "x_dists_bookworm_main_binary-amd64_Packages").write_text("")
    command = [sys.executable, "-m", "extdeps", "check", "--root", str(tmp_path), "-d", "foo-tool"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "missing: no registry knows `dep:generic/foo-tool`; `foo` is derived: it ships `/usr/bin/foo-tool`" in (
        done.stdout
    )
    assert "\n    apt-get install foo\n" in done.stdout


@pytest.mark.network
def test_the_lists_of_apt_file() -> None:
    """Both ways of reading them agree, and neither holds in memory what they have, hundreds of megabytes."""
    subprocess.run([need("apt-file"), "update"], check=True, capture_output=True)
    ours = Apt().derive(ASKED, RootHost("/"))
    assert Apt().derive(ASKED, LocalHost()) == ours
    assert ours.note == ""
    assert {item.name: derived.spec for item, derived in ours.specs.items()} == {
        "zlib": "zlib1g-dev",
        "gtk+-3.0": "libgtk-3-dev",
        "caca": "libcaca-dev",
        "git": "git",
        "ffmpeg": "ffmpeg",
    }
    git = Content(kind="executable", name="git")
    assert ours.specs[git] == Derived(spec="git", location="/usr/bin/git")


def test_the_lists_of_apt_file_are_not_held_in_memory() -> None:
    """In a process of its own, by what it had itself: `ru_maxrss` counts what its parent had when it began."""
    program = (
        "from pathlib import Path\n"
        "from extdeps.host import RootHost\n"
        "from extdeps.manager.apt import Apt\n"
        "from extdeps.manager.interface import Content\n"
        "Apt().derive((Content(kind='executable', name='git'),), RootHost('/'))\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100 * 1024  # KiB
