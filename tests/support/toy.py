"""A package manager of a few lines of shell, which keeps what is installed as files in a directory."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from extdeps.execute.interface import Limits
from extdeps.host import LocalHost
from extdeps.manager.base import BaseManager
from extdeps.manager.interface import Site
from extdeps.model.step import Step
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import make_site

SHORT = Limits(step=30.0, lock=0.5, interval=0.05)

_PROGRAM = """#!/bin/sh
# update | install NAME...: a name that ends in -locked, -fails, -lies, -hangs, -moves does so
place=$(dirname "$0")
case $1 in
update) echo fetching; : > "$place/index"; exit 0;;
repair) rm "$place/half"; echo repaired; exit 0;;
esac
shift
for name; do
  case $name in
  *-locked) if [ -e "$place/lock" ]; then echo "E: the lock is held" >&2; exit 9; fi;;
  *-fails) echo "working on $name"; echo "E: $name is broken" >&2; exit 3;;
  *-lies) echo "nothing to do for $name"; continue;;
  *-hangs) echo "waiting"; exec sleep 60;;
  *-moves) printf '50%%\\r100%%\\r\\n';;
  esac
  echo "unpacking $name ($TOY_FRONTEND)"; : > "$place/installed-$name"
done
"""


class Toy(BaseManager):
    """The manager, with its program in a directory.

    Args:
        place: the directory; `installed-NAME` there is an installed package.
        removals: what an installation would remove.
        problem: why every simulation fails, or empty.
    """

    name = "toy"
    ecosystems: tuple[str, ...] = ("debian",)
    grammar = r"[a-z][a-z-]*"
    environment: tuple[tuple[str, str], ...] = (("TOY_FRONTEND", "quiet"),)
    lock_message = "the lock is held"

    def __init__(self, place: Path, *, removals: tuple[str, ...] = (), problem: str = "", root: bool = False) -> None:
        program = place / "toy"
        program.write_text(_PROGRAM)
        program.chmod(0o755)
        self.is_system = root
        self.install = (str(program), "install")
        self._place = place
        self._removals = removals
        self._problem = problem

    def find_available(self, names: Collection[str], _site: Site, /) -> Availability:
        known = {name: (PackageVersion(name=name, version="1"),) for name in names if not name.startswith("absent")}
        return Availability(packages=known)

    def preview(self, packages: tuple[str, ...], _site: Site, /) -> Preview:
        if self._problem:
            return Preview(problem=self._problem)
        new = [name for name in packages if not (self._place / f"installed-{name}").exists()]
        changes = [Change(kind="remove", package=name, before="2") for name in self._removals]
        return Preview(changes=(*changes, *(Change(kind="install", package=name, after="1") for name in new)))

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return (self.install[0], "update")

    def find_index_time(self, site: Site, /) -> float | None:
        return site.host.modification_time(f"{self._place}/index")

    def repair_commands(self, site: Site, /) -> tuple[tuple[str, ...], ...]:
        return ((self.install[0], "repair"),) if site.host.exists(f"{self._place}/half") else ()


def local_site() -> Site:
    """This machine."""
    return make_site(LocalHost())


class Listener:
    """A reporter that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def start(self, step: Step, /) -> None:
        self.told.append(f"start {step.kind}")

    def show_line(self, text: str, /) -> None:
        self.told.append(text)

    def wait(self, reason: str, /) -> None:
        self.told.append(reason)

    def finish(self, step: Step, /) -> None:
        self.told.append(f"finish {step.kind}")
