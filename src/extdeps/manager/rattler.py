"""py-rattler: conda packages in a directory of their own, where neither root nor conda is to be had."""

from __future__ import annotations

import json
import sys

from extdeps.manager.base import ask, describe_failure
from extdeps.manager.conda import Conda
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from extdeps.child import Completed
    from extdeps.manager.interface import Site

_PROGRAM = (sys.executable, "-P", "-m", "extdeps.condaprefix")  # -P: nothing is imported from the current directory
_TIMEOUT = 300.0


class Rattler(Conda):
    """The library as a child process (`extdeps.condaprefix`), for a `Site` that names a prefix."""

    name = "rattler"
    executables = ()
    environment = ()
    lock_message = r"is locked by another process"
    answers = ()

    def find_version(self, _site: Site, /) -> str:
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("py-rattler")
        except PackageNotFoundError:
            return ""

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if not names:
            return Availability()
        done = ask(site, (*_PROGRAM, "search", *_channels(site), "--", *dict.fromkeys(names)), timeout=_TIMEOUT)
        document = _read(done)
        if isinstance(document, str):
            return Availability(problem=document)
        try:
            return Availability(
                packages={
                    name: tuple(PackageVersion(name=name, version=key, origin=value) for key, value in versions.items())
                    for name, versions in document["packages"].items()
                    if name in names
                }
            )
        except (AttributeError, KeyError, TypeError):
            return Availability(problem="py-rattler answered in a form that is not known")

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        if not site.prefix:
            return Preview(problem="py-rattler installs only into a directory of its own")
        done = ask(site, (*_PROGRAM, "plan", *_options(site), "--", *packages), timeout=_TIMEOUT)
        document = _read(done)
        if isinstance(document, str):
            return Preview(problem=document)
        try:
            changes = tuple(
                Change(kind=item["kind"], package=item["package"], before=item["before"], after=item["after"])
                for item in document["changes"]
            )
            download = sum(item["size"] for item in document["changes"])
        except (KeyError, TypeError):
            return Preview(problem="py-rattler answered in a form that is not known")
        return Preview(changes=sort_changes(changes), download=download)

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        allow = ("--allow-removals",) if unattended and allow_removals else ()
        return (*_PROGRAM, "install", *_options(site), *allow, "--", *packages)

    def repair_commands(self, site: Site, /) -> tuple[tuple[str, ...], ...]:
        """An interrupted run may have linked all that a probe looks for, and not yet the rest."""
        is_unfinished = bool(site.prefix) and site.host.exists(f"{site.prefix}/conda-meta/extdeps.journal")
        return ((*_PROGRAM, "repair", *_options(site)),) if is_unfinished else ()


def find_rattler() -> str:
    """Where the library is, for our own Python; empty where it is not. It is not loaded."""
    from importlib.util import find_spec

    spec = find_spec("rattler")
    return (spec.origin or "rattler") if spec else ""


def _channels(site: Site) -> tuple[str, ...]:
    return tuple(part for channel in site.channels for part in ("--channel", channel))


def _options(site: Site) -> tuple[str, ...]:
    return ("--prefix", site.prefix, *_channels(site))


def _read(done: Completed) -> Any | str:
    """The document that the program printed, or one sentence on why there is none."""
    if not done.is_success:
        said = (line.removeprefix("error: ") for line in done.stderr.splitlines() if line.startswith("error: "))
        return ("" if done.fault else next(said, "")) or describe_failure("python -m extdeps.condaprefix", done)
    try:
        document = json.loads(done.stdout)
    except ValueError:
        return "py-rattler printed no JSON"
    return document if isinstance(document, dict) else "py-rattler answered in a form that is not known"
