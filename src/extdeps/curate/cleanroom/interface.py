"""What a clean root is, however it is made."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.child import Completed
    from extdeps.host import Host

CERTIFICATES = "/opt/ca.crt"
"""Where a root has the certificates that this machine trusts."""

SETTINGS = {
    "usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n",  # nothing that is installed starts
    "etc/apt/apt.conf.d/99clean": 'APT::Install-Recommends "false"; APT::Sandbox::User "root";\n',
    "etc/dpkg/dpkg.cfg.d/99clean": "force-unsafe-io\n",
}
"""What every root is told, by the path of a file."""

_PASSED_ON = ("PIP_INDEX_URL", "http_proxy", "https_proxy", "no_proxy")
_USUAL = "/etc/ssl/certs/ca-certificates.crt"


class Root(Protocol):
    """A system with Python in `/venv` and extdeps in `/opt/extdeps`, for one case."""

    case: str
    """The directory of this machine that is `/case` there."""

    def run(self, script: str, *, limit: float) -> Completed:
        """Run a shell script as root inside.

        Args:
            script: the script.
            limit: the seconds after which it is ended.

        Returns:
            Its status, with what was said outside of the script's own logs.
        """

    def remove(self) -> None:
        """Remove it, with all that was done in it."""


def environment_inside(environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of what runs in a root.

    Args:
        environ: that of this machine, of which little is passed on.
    """
    inside = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PIP_CERT": CERTIFICATES,
        "SSL_CERT_FILE": CERTIFICATES,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_PROGRESS_BAR": "off",
        "PIP_DEFAULT_TIMEOUT": "120",
    }
    return inside | {name: environ[name] for name in _PASSED_ON if name in environ}


def find_certificates(host: Host, tree: str = "") -> str:
    """The certificates that this machine trusts, else those of the tree of a system."""
    named = (host.environ.get("PIP_CERT"), host.environ.get("SSL_CERT_FILE"), _USUAL)
    return next((path for path in named if path and host.exists(path)), f"{tree}{_USUAL}")


def link_archives(source: str, target: str) -> None:
    """Let the packages of one directory be in another too, so that none is fetched twice."""
    os.makedirs(os.path.join(target, "partial"), exist_ok=True)
    for name in os.listdir(source):
        if name.endswith(".deb"):
            with suppress(FileExistsError):
                os.link(os.path.join(source, name), os.path.join(target, name))
