"""The tree below every clean root: a minimal Debian with Python and certificates, made once by debootstrap and kept."""

from __future__ import annotations

import os
import shutil
import tempfile

from extdeps.errors import EnvironmentFaultError
from extdeps.host import find_executable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.child import Completed
    from extdeps.host import Host

SUITES = {"debian+12": "bookworm", "debian+13": "trixie"}
"""The systems of which there can be clean roots, and what debootstrap calls them."""

_INCLUDED = "python3,python3-venv,ca-certificates"
_PATIENCE = 1800.0  # seconds for debootstrap
_MIRROR = "http://deb.debian.org/debian"
_FILES = {
    "usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n",  # nothing that is installed starts
    "etc/apt/apt.conf.d/99clean": 'APT::Install-Recommends "false"; APT::Sandbox::User "root";\n',
    "etc/dpkg/dpkg.cfg.d/99clean": "force-unsafe-io\n",
}


def make_tree(directory: str, system: str, host: Host) -> str:
    """Make sure of the tree of a system.

    Args:
        directory: where it is kept.
        system: a key of `SUITES`.
        host: this machine.

    Returns:
        The tree, in which nothing is to be changed.

    Raises:
        EnvironmentFaultError: this user cannot make it, or debootstrap is not here or fails.
    """
    if not host.is_root:
        raise EnvironmentFaultError("root alone can make a clean root", hint="run it with `sudo`, or in a container")
    tree = os.path.join(directory, "tree")
    if os.path.isdir(tree):
        return tree
    if find_executable(host, "debootstrap") is None:
        raise EnvironmentFaultError(
            "`debootstrap` makes clean roots, and is not here", hint="apt-get install debootstrap"
        )
    os.makedirs(directory, exist_ok=True)
    draft = tempfile.mkdtemp(prefix=".tree-", dir=directory)
    os.chmod(draft, 0o755)
    try:
        _fill(draft, system, host)
        os.rename(draft, tree)
    except OSError:
        if not os.path.isdir(tree):  # else another process was faster
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return tree


def _fill(tree: str, system: str, host: Host) -> None:
    suite = SUITES[system]
    command = ("debootstrap", "--variant=minbase", f"--include={_INCLUDED}", suite, tree, _find_mirror(suite, host))
    _insist(host.run(command, timeout=_PATIENCE), system)
    for path, content in _FILES.items():
        with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
            file.write(content)
    os.chmod(os.path.join(tree, "usr/sbin/policy-rc.d"), 0o755)
    script = "apt-get clean && python3 -m venv /venv"
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    _insist(host.run(("chroot", tree, "sh", "-ec", script), timeout=_PATIENCE, environ=environ), system)
    shutil.rmtree(os.path.join(tree, "var/lib/apt/lists"))  # as in a fresh container: apt knows no package
    for path in ("var/lib/apt/lists/partial", "var/cache/apt/archives", "root/.cache/pip/http-v2", "opt/extdeps"):
        os.makedirs(os.path.join(tree, path), exist_ok=True)


def _insist(done: Completed | None, system: str) -> None:
    if done is None or not done.is_success:
        said = (done.fault or "\n".join((done.stdout + done.stderr).splitlines()[-5:]),) if done else ()
        raise EnvironmentFaultError(f"no clean root of `{system}` could be made", context=said)


def _find_mirror(suite: str, host: Host) -> str:
    """The archive that this machine's own apt uses for a suite, if it does."""
    listed = host.run(("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(CODENAME)"))
    for line in listed.stdout.splitlines() if listed else ():
        address, *suites = line.split()
        if suite in suites:
            return address.rstrip("/")
    return _MIRROR
