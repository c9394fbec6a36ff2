"""Clean Debian 12 roots: one debootstrap tree, and for each case a root of its own on top of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
SUITE = "bookworm"
APT = 'APT::Install-Recommends "false"; APT::Sandbox::User "root";\n'
PASSED_ON = ("PIP_INDEX_URL", "http_proxy", "https_proxy", "no_proxy")

MOUNT = r"""
set -e
mount --make-rprivate / 2>/dev/null || true
[ -z "$LAYERS" ] || mount -t overlay overlay -o "$LAYERS" "$MERGED"
"""

ENTER = (
    MOUNT
    + r"""
mount -t proc proc "$MERGED/proc"
mount --rbind /dev "$MERGED/dev"
mount --bind "$DEBS" "$MERGED/var/cache/apt/archives"
mount --bind "$HTTP" "$MERGED/root/.cache/pip/http-v2"
exec chroot "$MERGED" /bin/sh /case/run
"""
)


@dataclass(frozen=True, kw_only=True)
class Base:
    """The tree below every root, and what the roots share.

    Args:
        directory: where everything is kept.
        has_overlays: whether a root is an overlay; else it is a copy, as where overlayfs cannot be had.
    """

    directory: Path
    has_overlays: bool

    @property
    def tree(self) -> Path:
        """Debian's minimal system with Python, pip and this checkout's extdeps."""
        return self.directory / "base"


class Root:
    """A root for one case; its mounts live in namespaces of their own, and end with what runs there."""

    def __init__(self, base: Base, name: str) -> None:
        """Make an empty root.

        Args:
            base: what is below it.
            name: of the case.
        """
        self._base = base
        above = base.directory / "cases" / name
        self._upper, self._work, self.merged = above, above.with_suffix(".work"), above.with_suffix(".root")
        self.remove()
        self._upper.mkdir(parents=True)
        if base.has_overlays:
            self._work.mkdir()
            self.merged.mkdir()
        else:
            subprocess.run(["cp", "-a", "--reflink=auto", str(base.tree), str(self.merged)], check=True)
        self.case = (self._upper if base.has_overlays else self.merged) / "case"
        self.case.mkdir(exist_ok=True)

    def remove(self) -> None:
        """Remove the root; nothing is mounted on it outside of the namespaces."""
        for path in (self._upper, self._work, self.merged):
            shutil.rmtree(path, ignore_errors=True)

    def run(self, script: str, *, worker: int, limit: float) -> str:
        """Run a shell script as root inside; it may leave files in `/case`.

        Args:
            script: the script.
            worker: has a cache of packages of its own.
            limit: seconds.

        Raises:
            subprocess.TimeoutExpired: it was not done by then.
        """
        (self.case / "run").write_text(script)
        debs, http = self._base.directory / f"debs{worker}", self._base.directory / "pip"
        (debs / "partial").mkdir(parents=True, exist_ok=True)
        http.mkdir(exist_ok=True)
        command = [*_unshare(), "--pid", "--fork", "--kill-child=KILL", "sh", "-c", ENTER]
        environ = environment_inside() | self._places() | {"DEBS": str(debs), "HTTP": str(http)}
        done = subprocess.run(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        return done.stderr.strip()

    def run_outside(self, command: str) -> str:
        """Run a command of this machine that sees the root at `merged`; what it prints."""
        done = subprocess.run(
            [*_unshare(), "sh", "-c", f"{MOUNT}{command}"],
            env=dict(os.environ) | self._places(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def _places(self) -> dict[str, str]:
        layers = f"lowerdir={self._base.tree},upperdir={self._upper},workdir={self._work}"
        return {"LAYERS": layers if self._base.has_overlays else "", "MERGED": str(self.merged)}


def make_base(directory: Path) -> Base:
    """Make the tree below every root, or bring the one of an earlier run up to this checkout."""
    directory.mkdir(parents=True, exist_ok=True)
    base = Base(directory=directory, has_overlays=_has_overlays(directory))
    tree = base.tree
    if not (tree / "usr/bin/python3").exists():
        include = "--include=python3,python3-venv,ca-certificates"
        command = ["debootstrap", "--variant=minbase", include, SUITE, str(tree), mirror_of(SUITE)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (tree / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (tree / "usr/sbin/policy-rc.d").chmod(0o755)
    (tree / "etc/apt/sources.list").write_text(f"deb {mirror_of(SUITE)} {SUITE} main\n")
    (tree / "etc/apt/apt.conf.d/99clean").write_text(APT)
    (tree / "etc/dpkg/dpkg.cfg.d/99clean").write_text("force-unsafe-io\n")
    for source, target in ((_certificates(), "opt/ca.crt"), ("/etc/resolv.conf", "etc/resolv.conf")):
        shutil.copy(source, tree / target)
    shutil.rmtree(tree / "var/lib/apt/lists")  # as in a fresh container: apt knows no package
    for path in ("var/lib/apt/lists/partial", "root/.cache/pip/http-v2", "case"):
        (tree / path).mkdir(parents=True, exist_ok=True)
    _install_extdeps(base)
    return base


def _install_extdeps(base: Base) -> None:
    wheels = base.directory / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(wheels), str(CHECKOUT)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = wheels.glob("*.whl")
    shutil.copy(wheel, base.tree / "opt" / wheel.name)
    script = f"apt-get clean && python3 -m venv --clear /venv && /venv/bin/pip install -q -U pip /opt/{wheel.name}"
    enter = ["chroot", str(base.tree), "sh", "-ec", script]
    subprocess.run(enter, env=environment_inside(), check=True, stdout=subprocess.DEVNULL)


def _has_overlays(directory: Path) -> bool:
    """Whether an overlay can be mounted here, and written through."""
    probe = directory / "probe"
    shutil.rmtree(probe, ignore_errors=True)
    for name in ("lower", "upper", "work", "merged"):
        (probe / name).mkdir(parents=True)
    layers = "lowerdir=lower,upperdir=upper,workdir=work"
    script = f"mount -t overlay overlay -o {layers} merged && touch merged/file"
    done = subprocess.run([*_unshare(), "sh", "-c", script], cwd=probe, capture_output=True, check=False)
    shutil.rmtree(probe)
    return done.returncode == 0


@cache
def _unshare() -> tuple[str, ...]:
    """The command that gives a program mounts of its own; in a chroot, which is no mount, they are as outside."""
    private = ("unshare", "--mount")
    works = subprocess.run([*private, "true"], capture_output=True, check=False).returncode == 0
    return private if works else (*private, "--propagation", "unchanged")


def mirror_of(suite: str) -> str:
    """The archive that this machine's own apt uses for a suite."""
    command = ["apt-get", "indextargets", "--format", "$(SITE) $(REPO_URI) $(RELEASE) $(CODENAME)"]
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        _site, address, *suites = line.split()
        if suite in suites:
            return address.rstrip("/")
    return "http://deb.debian.org/debian"


def environment_inside() -> dict[str, str]:
    """The environment of everything that runs in a root."""
    inside = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
    }
    inside |= {"PIP_CERT": "/opt/ca.crt", "SSL_CERT_FILE": "/opt/ca.crt", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    inside |= {"PIP_ROOT_USER_ACTION": "ignore", "PIP_PROGRESS_BAR": "off", "PIP_DEFAULT_TIMEOUT": "120"}
    return inside | {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def _certificates() -> str:
    """The certificates that this machine trusts."""
    named = (os.environ.get("PIP_CERT"), os.environ.get("SSL_CERT_FILE"), "/etc/ssl/certs/ca-certificates.crt")
    return next(path for path in named if path and Path(path).exists())
