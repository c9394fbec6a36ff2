"""Which packages an environment should have, and what has to change for it."""

from __future__ import annotations

from extdeps.condaprefix.prefix import Journal
from extdeps.model.transaction import Change, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rattler import Gateway, PrefixRecord, RepoDataRecord

    from extdeps.model.transaction import ChangeKind


class Solver:
    """Asks for environments that keep what is installed.

    Args:
        gateway: where the channels are read, each once.
        channels: in order.
        installed: the records of the environment as it is.
    """

    def __init__(self, gateway: Gateway, channels: Sequence[str], installed: Sequence[PrefixRecord]) -> None:
        from rattler import VirtualPackage, VirtualPackageOverrides

        self._gateway = gateway
        self._channels = channels
        self._installed = installed
        self._machine = VirtualPackage.detect(VirtualPackageOverrides.from_env())

    async def solve(self, specs: Sequence[str], journal: Journal) -> list[RepoDataRecord]:
        """The records of an environment with these specs, with as much of what is installed as goes with them.

        Args:
            specs: match specs.
            journal: what an interrupted run was asked for, which is still wanted.

        Raises:
            SolverError: the specs alone cannot be had.
        """
        from rattler.exceptions import SolverError

        names = {name_of(spec) for spec in specs}
        bound = names - frozenset(specs)  # a mere name takes back nothing that was asked for earlier
        former = [spec for spec in journal.specs if name_of(spec) not in bound]
        latest = bound | {name_of(spec) for spec in former}
        present = (*journal.kept, *(spec for record in self._installed for spec in _specs_of(record)))
        kept = [spec for spec in present if name_of(spec) not in latest]
        try:
            return await self._ask([*specs, *former, *kept])
        except SolverError:
            await self._ask(specs)  # where even that fails, its explanation is the one to give
        return await self._keep_most(
            list(specs), dict.fromkeys(map(name_of, (*former, *journal.kept, *self._roots(names))))
        )

    async def _keep_most(self, specs: list[str], names: Iterable[str]) -> list[RepoDataRecord]:
        """The environment that keeps one installed package after the other, in any version, where that is possible."""
        from rattler.exceptions import SolverError

        for name in names:
            try:
                await self._ask([*specs, name])
            except SolverError:
                continue
            specs.append(name)
        return await self._ask(specs)

    def _roots(self, names: set[str]) -> list[str]:
        """What was once asked for, or is needed by nothing else that is installed."""
        needed = {spec.split(" ")[0] for record in self._installed for spec in record.depends}
        return [
            name
            for record in self._installed
            if (name := record.name.normalized) not in names and (_requests_of(record) or name not in needed)
        ]

    async def _ask(self, specs: Sequence[str]) -> list[RepoDataRecord]:
        from rattler import solve

        return await solve(
            sources=list(self._channels),
            specs=list(dict.fromkeys(specs)),
            gateway=self._gateway,
            locked_packages=list(self._installed),
            virtual_packages=self._machine,
        )


def name_of(spec: str) -> str:
    """The package that a match spec is about.

    Raises:
        InvalidMatchSpecError: it is none.
    """
    from rattler import MatchSpec

    name = MatchSpec(spec).name
    return str(getattr(name, "normalized", name))


def find_changes(
    installed: Sequence[PrefixRecord], wanted: Sequence[RepoDataRecord], *, broken: Iterable[str] = ()
) -> tuple[Change, ...]:
    """What differs between two sets of packages, losses first.

    Args:
        installed: what is there.
        wanted: what should be there.
        broken: names of packages of which files may be missing.
    """
    before = {record.name.normalized: record for record in installed}
    after = {record.name.normalized: record for record in wanted}
    changes = [
        Change(kind="remove", package=name, before=str(record.version))
        for name, record in before.items()
        if name not in after
    ]
    broken = frozenset(broken)
    for name, record in after.items():
        change = _compare(before.get(name), record, is_broken=name in broken)
        if change:
            changes.append(change)
    return sort_changes(changes)


def make_journal(
    installed: Sequence[PrefixRecord],
    wanted: Sequence[RepoDataRecord],
    *,
    specs: Sequence[str],
    former: Journal,
    changes: Sequence[Change],
) -> Journal:
    """What has to be known to finish a change that is interrupted, when some records are gone and others not yet there.

    Args:
        installed: what is there.
        wanted: what should be there.
        specs: what is asked for now.
        former: what an earlier run that was interrupted has left.
        changes: what is to be done.
    """
    from rattler import MatchSpec

    records = {record.name.normalized: record for record in wanted}
    present = {record.name.normalized: record for record in installed}
    earlier = (spec for name in present for spec in _requests_of(present[name]))
    requested: dict[str, str] = {}
    for spec in (*earlier, *former.specs, *specs):
        name = name_of(spec)
        requested[name] = requested.get(name, spec) if spec == name else spec
    for name, spec in requested.items():
        if name in records and not records[name].matches(MatchSpec(spec)):
            requested[name] = name  # an earlier wish that has to give way
    return Journal(
        specs=tuple(spec for name, spec in requested.items() if name in records),
        kept=tuple(name for name in dict.fromkeys((*present, *former.kept)) if name in records.keys() - requested),
        touched=tuple(dict.fromkeys((*former.touched, *(change.package for change in changes)))),
    )


def _compare(old: PrefixRecord | None, new: RepoDataRecord, *, is_broken: bool) -> Change | None:
    name, version, size = new.name.normalized, str(new.version), new.size or 0
    if old is None:
        return Change(kind="install", package=name, after=version, size=size)
    if (str(old.version), str(old.build)) == (version, str(new.build)):
        return Change(kind="reinstall", package=name, before=version, after=version) if is_broken else None
    kind: ChangeKind = (
        "upgrade" if old.version < new.version else "downgrade" if old.version > new.version else "reinstall"
    )
    return Change(kind=kind, package=name, before=str(old.version), after=version, size=size)


def _requests_of(record: PrefixRecord) -> list[str]:
    requests = list(record.requested_specs) or [record.requested_spec or ""]
    return [spec for spec in requests if spec not in ("", "None")]


def _specs_of(record: PrefixRecord) -> list[str]:
    """What to ask for so that an installed package stays: what was asked for once, else its name."""
    return _requests_of(record) or [record.name.normalized]
