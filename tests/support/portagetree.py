"""Portage in a prefix of its own: nothing outside the directory is read or written."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_FEATURES = (
    "sandbox usersandbox userpriv userfetch pid-sandbox network-sandbox ipc-sandbox mount-sandbox news merge-wait"
)
_EBUILD = """\
EAPI=8
DESCRIPTION="made for a test"
HOMEPAGE="https://example.org"
SLOT="{slot}"
LICENSE="MIT"
KEYWORDS="{keywords}"
RDEPEND="{needs}"
S="${{WORKDIR}}"
src_install() {{ insinto /usr/include; echo ${{PVR}} > ${{PN}}${{SLOT}}.h; doins ${{PN}}${{SLOT}}.h; }}
"""


class PortageTree:
    """A repository of ebuilds, and a prefix into which they are merged.

    Args:
        directory: an empty directory.
    """

    def __init__(self, directory: Path) -> None:
        self.repository = directory / "repo"
        self.prefix = directory / "prefix"
        conf = f"[DEFAULT]\nmain-repo = tiny\n[tiny]\nlocation = {self.repository}\nauto-sync = no\n"
        features = " ".join(f"-{name}" for name in _FEATURES.split())
        profile = self.repository / "profiles/base"
        shipped = Path(sys.prefix) / "share/portage/config"
        assert shipped.is_dir(), "Portage, which is on PyPI, is not installed beside this Python"
        shutil.copytree(shipped, self.prefix / "share/portage/config")
        for path, text in {
            self.repository / "profiles/repo_name": "tiny\n",
            self.repository / "profiles/arch.list": "amd64\n",
            self.repository / "profiles/categories": "dev-libs\nvirtual\n",
            self.repository / "profiles/profiles.desc": "amd64 base stable\n",
            self.repository / "metadata/layout.conf": "masters =\nthin-manifests = true\nsign-manifests = false\n",
            self.repository / "metadata/timestamp.chk": "Mon, 01 Jan 2024 00:00:00 +0000\n",
            profile / "eapi": "8\n",
            profile / "make.defaults": 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\nACCEPT_LICENSE="*"\n',
            self.prefix / "share/portage/config/repos.conf": conf,
            self.prefix / "etc/portage/repos.conf": conf,
            self.prefix / "etc/portage/make.conf": f'FEATURES="{features}"\nPORTAGE_TMPDIR="{self.prefix}/var/tmp"\n',
        }.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.prefix / "etc/portage/make.profile").symlink_to(profile)
        for name in ("var/tmp", "var/db/pkg", "tmp"):
            (self.prefix / name).mkdir(parents=True, exist_ok=True)

    @property
    def environ(self) -> dict[str, str]:
        """The environment in which emerge works in the prefix."""
        return {
            "PATH": f"{Path(sys.prefix)}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": os.environ.get("HOME", "/root"),
            "PORTAGE_OVERRIDE_EPREFIX": str(self.prefix),
            "PORTAGE_USERNAME": "root",
            "PORTAGE_GRPNAME": "root",
        }

    def add(self, package: str, version: str, *, slot: str = "0", needs: str = "", keywords: str = "amd64") -> Path:
        """Add an ebuild; its package brings one header."""
        category, _, name = package.partition("/")
        path = self.repository / category / name / f"{name}-{version}.ebuild"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_EBUILD.format(slot=slot, needs=needs, keywords=keywords))
        return path
