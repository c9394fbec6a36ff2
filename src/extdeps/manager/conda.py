"""conda: packages of an environment."""

from __future__ import annotations

import re

from extdeps.manager.base import BaseManager, ask
from extdeps.manager.condajson import read_preview, read_search
from extdeps.model.condarange import format_conda_range
from extdeps.model.transaction import Availability, Preview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.manager.interface import Site
    from extdeps.model.constraint import Constraint

DEFAULT_CHANNELS = ("conda-forge",)
_TIMEOUT = 300.0  # the first solution of a day fetches the index of a large channel


class Conda(BaseManager):
    """conda, which fetches its index by itself and needs no root where the environment is one's own.

    Attributes:
        keep: the options under which nothing that is installed is taken away; conda has none that forbids just that,
            only one that leaves alone all that is installed.
        lose: the options that allow it.
    """

    name = "conda"
    ecosystems = ("conda-forge",)
    executables: tuple[str, ...] = ("conda",)
    scheme = "conda"
    environment: tuple[tuple[str, str], ...] = (
        ("CONDA_REPORT_ERRORS", "false"),
        ("CONDA_NOTIFY_OUTDATED_CONDA", "false"),
        ("CONDA_NUMBER_CHANNEL_NOTICES", "0"),
    )
    lock_message = r"LockError|LOCKERROR|already doing something"
    answers: tuple[str, ...] = ("--yes",)
    keep: tuple[str, ...] = ("--freeze-installed",)
    lose: tuple[str, ...] = ()
    grammar = r"[a-z0-9_][a-z0-9_.-]*"
    files = (".conda", ".tar.bz2")

    def constrain(self, package: str, constraints: tuple[Constraint, ...], /) -> str:
        """The match spec; whoever prints it for a shell quotes it."""
        return f"{package}{format_conda_range(constraints)}"

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """Every version of each name, in one search: a name of the form `^...$` is a regular expression to conda."""
        if not names:
            return Availability()
        pattern = "|".join(f"^{re.escape(name)}$" for name in dict.fromkeys(names))
        argv = (self.executables[0], "search", "--json", *make_channel_options(site), "--", pattern)
        done = ask(site, argv, timeout=_TIMEOUT, environ=dict(self.environment))
        return read_search(f"{self.name} search", done, names)

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        prefix = find_prefix(site)
        if prefix and is_foreign(site, prefix):
            return Preview(problem=f"`{prefix}` is not empty and no conda environment")
        argv = (*self._command(site), *self.lose, "--dry-run", "--json", "--", *packages)
        done = ask(site, argv, timeout=_TIMEOUT, environ=dict(self.environment))
        return read_preview(self.name, done)

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        command = self._command(site)
        if not unattended:
            return (*command, *packages)
        losses = () if command[1] == "create" else self.lose if allow_removals else self.keep
        return (*command, *self.answers, *losses, "--", *packages)

    def _command(self, site: Site) -> tuple[str, ...]:
        prefix = find_prefix(site)
        is_new = bool(prefix) and not site.host.exists(f"{prefix}/conda-meta")
        where = ("--prefix", prefix) if prefix and prefix != site.host.environ.get("CONDA_PREFIX") else ()
        return (self.executables[0], "create" if is_new else "install", *where, *make_channel_options(site))


def find_prefix(site: Site) -> str:
    """The environment that packages go to; empty where the tool has to know."""
    if site.prefix:
        return site.prefix
    if site.interpreter.distributor == "conda":
        return site.interpreter.prefix
    return site.host.environ.get("CONDA_PREFIX", "")


def make_channel_options(site: Site) -> tuple[str, ...]:
    """The channels; where somebody has chosen them, those of the tool's own configuration do not count."""
    chosen = () if site.channels == DEFAULT_CHANNELS else ("--override-channels",)
    return (*chosen, *(part for channel in site.channels for part in ("--channel", channel)))


def is_foreign(site: Site, prefix: str) -> bool:
    """Whether a directory holds something else than an environment, which is to be left alone."""
    names = site.host.list_directory(prefix)
    return bool(names) and "conda-meta" not in names
