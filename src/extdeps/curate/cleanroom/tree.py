"""The tree below every clean root: a minimal Debian with Python and certificates, made once by debootstrap and kept."""

from __future__ import annotations

import os
import shutil
import tempfile

from extdeps.curate.cleanroom.interface import SETTINGS
from extdeps.errors import EnvironmentFaultError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.child import Completed
    from extdeps.host import Host

_INCLUDED = "python3,python3-venv,ca-certificates"
_PATIENCE = 1800.0  # seconds for debootstrap
_MIRROR = "http://deb.debian.org/debian"


def make_tree(directory: str, suite: str, host: Host) -> str:
    """Make sure of the tree of a release of Debian.

    Args:
        directory: where it is kept.
        suite: the name of the release.
        host: this machine.

    Returns:
        The tree, in which nothing is to be changed.

    Raises:
        EnvironmentFaultError: debootstrap fails.
    """
    tree = os.path.join(directory, "tree")
    if os.path.isdir(tree):
        return tree
    os.makedirs(directory, exist_ok=True)
    draft = tempfile.mkdtemp(prefix=".tree-", dir=directory)
    os.chmod(draft, 0o755)
    try:
        _fill(draft, suite, host)
        os.rename(draft, tree)
    except OSError:
        if not os.path.isdir(tree):  # else another process was faster
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return tree


def _fill(tree: str, suite: str, host: Host) -> None:
    command = ("debootstrap", "--variant=minbase", f"--include={_INCLUDED}", suite, tree, _find_mirror(suite, host))
    _insist(host.run(command, timeout=_PATIENCE), suite)
    for path, content in SETTINGS.items():
        with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
            file.write(content)
    os.chmod(os.path.join(tree, "usr/sbin/policy-rc.d"), 0o755)
    script = "apt-get clean && python3 -m venv /venv"
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    _insist(host.run(("chroot", tree, "sh", "-ec", script), timeout=_PATIENCE, environ=environ), suite)
    shutil.rmtree(os.path.join(tree, "var/lib/apt/lists"))  # as in a fresh container: apt knows no package
    for path in ("var/lib/apt/lists/partial", "var/cache/apt/archives", "root/.cache/pip/http-v2", "opt/extdeps"):
        os.makedirs(os.path.join(tree, path), exist_ok=True)


def _insist(done: Completed | None, suite: str) -> None:
    if done is None or not done.is_success:
        said = (done.fault or "\n".join((done.stdout + done.stderr).splitlines()[-5:]),) if done else ()
        raise EnvironmentFaultError(f"debootstrap could not make a tree of `{suite}`", context=said)


def _find_mirror(suite: str, host: Host) -> str:
    """The archive that this machine's own apt uses for a suite, if it does."""
    listed = host.run(("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(CODENAME)"))
    for line in listed.stdout.splitlines() if listed else ():
        address, *suites = line.split()
        if suite in suites:
            return address.rstrip("/")
    return _MIRROR
