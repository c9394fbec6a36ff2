"""A clean root for one case, on top of a tree that stays as it is.

Its mounts lie in a namespace of their own, and end with what runs there. Where overlayfs cannot be had the root is a
copy. Packages and downloads that a root has fetched are kept for the next.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace

from extdeps.curate.cleanroom.interface import CERTIFICATES, environment_inside, find_certificates, link_archives

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.child import Completed
    from extdeps.host import Host

_ARCHIVES = "var/cache/apt/archives"
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
    probe = {name: os.path.join(cases, "probe", name) for name in ("lower", "upper", "work", "root")}
    for path in probe.values():
        os.makedirs(path)
    script = 'mount -t overlay overlay -o "$1" "$2" && touch "$2/file"'
    layers = _layers(probe["lower"], probe["upper"], probe["work"])
    layered = _works(host, (*unshare, "sh", "-c", script, "sh", layers, probe["root"]))
    shutil.rmtree(os.path.join(cases, "probe"))
    return Workshop(tree=tree, program=program, cases=cases, kept=kept, layered=layered, unshare=unshare)


class LayeredRoot:
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
        for path in ("case", "etc", "opt"):
            os.makedirs(os.path.join(self._changes, path), exist_ok=True)
        shutil.copy(find_certificates(host, workshop.tree), f"{self._changes}{CERTIFICATES}")
        shutil.copy("/etc/resolv.conf", f"{self._changes}/etc/resolv.conf")
        link_archives(os.path.join(workshop.kept, "archives"), os.path.join(self._changes, _ARCHIVES))

    def run(self, script: str, *, limit: float) -> Completed:
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
        environ = environment_inside(self._host.environ) | places
        lines: list[str] = []
        done = self._host.follow(command, on_line=lines.append, timeout=limit, environ=environ)
        assert done is not None, "`unshare` was there before"
        link_archives(os.path.join(self._changes, _ARCHIVES), os.path.join(workshop.kept, "archives"))
        return replace(done, stdout="\n".join(lines))

    def remove(self) -> None:
        # nothing is mounted on it outside of what ran there
        shutil.rmtree(self._place, ignore_errors=True)


def _layers(lower: str, upper: str, work: str) -> str:
    return f"lowerdir={lower},upperdir={upper},workdir={work}"


def _works(host: Host, command: tuple[str, ...]) -> bool:
    done = host.run(command)
    return done is not None and done.is_success
