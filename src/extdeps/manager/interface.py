"""What a package manager can be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Literal, Protocol

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.constraint import Constraint
    from extdeps.model.transaction import Availability, Preview
    from extdeps.versions.upstream import Scheme

    ContentKind = Literal["pkg-config", "executable"]
else:
    Protocol = object
    ContentKind = str

_CONTENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Something that packages ship, by which an ecosystem may name them.

    Args:
        kind: a pkg-config module or a program.
        name: its name.
    """

    kind: ContentKind
    name: str

    @property
    def is_plain(self) -> bool:
        """Whether the name can stand in a spec and a pattern without meaning anything else there."""
        return _CONTENT.fullmatch(self.name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What an ecosystem calls the package that ships something.

    Args:
        spec: what the manager is given.
        location: the path of the file in that package; empty where only the manager will know whether there is one.
    """

    spec: str
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """The answer about several contents.

    Args:
        specs: those that can be named.
        note: why others could not be looked for, or empty.
    """

    specs: Mapping[Content, Derived] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a manager works.

    Args:
        host: the machine.
        interpreter: the Python that decides, in whose environment conda and pip install.
        prefix: the directory of an environment of its own, instead of that of the Python; empty for none.
        channels: where a manager of the conda family looks, in order.
    """

    host: Host
    interpreter: Interpreter
    prefix: str = ""
    channels: tuple[str, ...] = ("conda-forge",)


class Manager(Protocol):
    """One tool that installs packages of one ecosystem.

    A question about many names takes as many processes as one about one name. What cannot be asked is a `problem` in
    the answer, never an exception. Names are those that `accepts` lets through.
    """

    @property
    def name(self) -> str:
        """What the tool is called."""

    @property
    def ecosystems(self) -> tuple[str, ...]:
        """The ecosystems whose packages it installs, the family's own first."""

    @property
    def executables(self) -> tuple[str, ...]:
        """The programs, any of which means that the tool is here."""

    @property
    def is_system(self) -> bool:
        """Whether it installs for the whole machine, so that a derivative is known by it."""

    @property
    def scheme(self) -> Scheme:
        """How it writes and orders versions."""

    @property
    def environment(self) -> tuple[tuple[str, str], ...]:
        """The variables under which it asks nothing and speaks English."""

    @property
    def lock_message(self) -> str:
        """A pattern of what it prints when another process has locked its database.

        Empty where it waits by itself or has no lock.
        """

    @property
    def failure_message(self) -> str:
        """A pattern of what it prints when something failed and it ends with 0 all the same; empty for none."""

    @property
    def success_codes(self) -> frozenset[int]:
        """The exit statuses that mean success."""

    @property
    def preview_needs_root(self) -> bool:
        """Whether its simulation is refused to an ordinary user."""

    @property
    def refresh_answers(self) -> tuple[str, ...]:
        """The options after its refresh that answer its questions, since a person has consented to us."""

    @property
    def refresh_upgrades(self) -> bool:
        """Whether its refresh upgrades the whole system, because it supports no package that is newer than the rest."""

    @property
    def asks_with_range(self) -> bool:
        """Whether it tells of a name only the version it would take, and of what `constrain` gives that one too."""

    def accepts(self, package: str, /) -> bool:
        """Whether a name follows the ecosystem's grammar, so that it can be no option, pattern or file."""

    def constrain(self, package: str, constraints: tuple[Constraint, ...], /) -> str:
        """The package with as much of a version range as the tool's own syntax can say; else the package alone."""

    def find_version(self, site: Site, /) -> str:
        """The version of the tool itself; empty where it does not tell. One process."""

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """The versions that can be installed, by name, virtual names with what provides them."""

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        """What an installation would change, removals allowed, out of the tool's own simulation; nothing is changed."""

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        """The command, without elevation, that installs packages.

        Args:
            packages: names that `accepts` lets through.
            site: where.
            unattended: answer the tool's own questions, since a person has consented to us; else as one would type it.
            allow_removals: whether other packages may be removed or downgraded for it; only with `unattended`.
        """

    def refresh_command(self, site: Site, /) -> tuple[str, ...]:
        """The command that fetches the tool's index anew; empty where it keeps none or fetches it by itself."""

    def find_index_time(self, site: Site, /) -> float | None:
        """When the index was last fetched, in seconds since 1970; None where there is none. Nothing is run."""

    def repair_commands(self, site: Site, /) -> tuple[tuple[str, ...], ...]:
        """What has to be run first to finish what an interrupted run left half done. Nothing is run."""

    def has_repository(self, repository: str, site: Site, /) -> bool:
        """Whether a part of the ecosystem that is not on by itself is switched on there."""

    def derive(self, contents: Collection[Content], host: Host | None, /) -> Derivation:
        """Name packages by what they ship, for what no mapping names (`pep_draft`, "Names without a mapping").

        Args:
            contents: what is looked for, all at once.
            host: the machine, or None for one that is not here.
        """

    def needs_elevation(self, site: Site, /) -> bool:
        """Whether its commands have to run as root there."""
