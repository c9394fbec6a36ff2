"""A clean root for one case, on top of a tree that stays as it is.

Its mounts lie in a namespace of their own, and end with what runs there. Where overlayfs cannot be had the root is a
copy. Packages and downloads that a root has fetched are kept for the next.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.child import Completed
    from extdeps.host import Host

_ARCHIVES = "var/cache/apt/archives"
_CERTIFICATES = "/opt/ca.crt"
_PASSED_ON = ("PIP_INDEX_URL", "http_proxy", "https_proxy", "no_proxy")
_ENTER = r"""
set -e
# in a chroot `/` is no mount; what is mounted must not be seen outside all the same, where the root is removed
mount --make-rprivate / 2>/dev/null || { mount --bind "$ROOT" "$ROOT"; mount --make-private "$ROOT"; }
[ -z "$LAYERS" ] || mount -t overlay overlay -o "$LAYERS" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
mount --bind "$DOWNLOADS" "$ROOT/root/.cache/pip/http-v2"
mount --bind "$PROGRAM" "$ROOT/opt/extdeps"
exec chroot "$ROOT" /bin/sh /case/run
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What the roots of one run share.

    Args:
        tree: what is below each.
        program: a directory that `python` runs as extdeps; each sees it as `/opt/extdeps`.
        cases: where they are made.
        kept: where what they fetch is kept.
        layered: whether overlayfs can be had.
        unshare: the command that gives a program mounts and processes of its own.
    """

    tree: str
    program: str
    cases: str
    kept: str
    layered: bool
    unshare: tuple[str, ...]


def open_workshop(*, tree: str, program: str, cases: str, kept: str, host: Host) -> Workshop:
    """Find out how roots can be made on this machine; the arguments are those of `Workshop`."""
    unshare: tuple[str, ...] = ("unshare", "--mount", "--pid", "--fork", "--kill-child=KILL")
    if not _works(host, (*unshare, "true")):
        unshare = (*unshare, "--propagation", "unchanged")  # in a chroot, which is no mount
    for name in ("archives", "downloads"):
        os.makedirs(os.path.join(kept, name), exist_ok=True)
    probe = {name: os.path.join(cases, "probe", name) for name in ("lower", "upper", "work", "root")}
    for path in probe.values():
        os.makedirs(path)
    script = 'mount -t overlay overlay -o "$1" "$2" && touch "$2/file"'
    layers = _layers(probe["lower"], probe["upper"], probe["work"])
    layered = _works(host, (*unshare, "sh", "-c", script, "sh", layers, probe["root"]))
    shutil.rmtree(os.path.join(cases, "probe"))
    return Workshop(tree=tree, program=program, cases=cases, kept=kept, layered=layered, unshare=unshare)


class Root:
    """A root for one case.

    Args:
        workshop: what it shares with others.
        name: of the case.
        host: this machine.
    """

    def __init__(self, workshop: Workshop, name: str, host: Host) -> None:
        self._workshop, self._host = workshop, host
        self._place = os.path.join(workshop.cases, name)
        self._root = os.path.join(self._place, "root")
        for part in ("upper", "work", "root") if workshop.layered else ():
            os.makedirs(os.path.join(self._place, part))
        if not workshop.layered:
            os.makedirs(self._place)
            host.run(("cp", "--archive", "--reflink=auto", workshop.tree, self._root), timeout=600.0)
        self._changes = os.path.join(self._place, "upper") if workshop.layered else self._root
        self.case = os.path.join(self._changes, "case")
        for path in (self.case, os.path.join(self._changes, _ARCHIVES, "partial"), f"{self._changes}/etc"):
            os.makedirs(path, exist_ok=True)
        os.makedirs(f"{self._changes}{os.path.dirname(_CERTIFICATES)}", exist_ok=True)
        shutil.copy(_find_certificates(workshop.tree, host), f"{self._changes}{_CERTIFICATES}")
        shutil.copy("/etc/resolv.conf", f"{self._changes}/etc/resolv.conf")
        self._link(os.path.join(workshop.kept, "archives"), os.path.join(self._changes, _ARCHIVES))

    def run(self, script: str, *, limit: float) -> Completed:
        """Run a shell script as root inside; `/case` there is `case` here.

        Args:
            script: the script.
            limit: the seconds after which it is ended.
        """
        with open(os.path.join(self.case, "run"), "w", encoding="utf-8") as file:
            file.write(script)
        workshop = self._workshop
        layers = _layers(workshop.tree, self._changes, os.path.join(self._place, "work"))
        places = {
            "LAYERS": layers if workshop.layered else "",
            "ROOT": self._root,
            "DOWNLOADS": os.path.join(workshop.kept, "downloads"),
            "PROGRAM": workshop.program,
        }
        command = (*workshop.unshare, "sh", "-c", _ENTER)
        environ = _environment(self._host.environ) | places
        lines: list[str] = []
        done = self._host.follow(command, on_line=lines.append, timeout=limit, environ=environ)
        assert done is not None, "`unshare` was there before"
        self._link(os.path.join(self._changes, _ARCHIVES), os.path.join(workshop.kept, "archives"))
        return replace(done, stdout="\n".join(lines))

    def remove(self) -> None:
        """Remove it; nothing is mounted on it outside of what ran there."""
        shutil.rmtree(self._place, ignore_errors=True)

    @staticmethod
    def _link(source: str, target: str) -> None:
        """Let packages be in another directory too."""
        for name in os.listdir(source):
            if name.endswith(".deb"):
                with suppress(FileExistsError):
                    os.link(os.path.join(source, name), os.path.join(target, name))


def _layers(lower: str, upper: str, work: str) -> str:
    return f"lowerdir={lower},upperdir={upper},workdir={work}"


def _works(host: Host, command: tuple[str, ...]) -> bool:
    done = host.run(command)
    return done is not None and done.is_success


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of what runs in a root."""
    inside = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PIP_CERT": _CERTIFICATES,
        "SSL_CERT_FILE": _CERTIFICATES,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_PROGRESS_BAR": "off",
        "PIP_DEFAULT_TIMEOUT": "120",
    }
    return inside | {name: environ[name] for name in _PASSED_ON if name in environ}


def _find_certificates(tree: str, host: Host) -> str:
    """The certificates that this machine trusts, else those that Debian does."""
    usual = "/etc/ssl/certs/ca-certificates.crt"
    named = (host.environ.get("PIP_CERT"), host.environ.get("SSL_CERT_FILE"), usual)
    return next((path for path in named if path and host.exists(path)), f"{tree}{usual}")
