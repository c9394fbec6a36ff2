"""What has to be run to install packages: repair, refresh, install, each looked at before it is run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.errors import NoElevationError, RefusedError, RemovalError
from extdeps.host import ElevatedHost
from extdeps.manager.table import has_stale_index
from extdeps.model.evidence import InstallCommand
from extdeps.model.step import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.manager.elevation import Elevation
    from extdeps.manager.interface import Manager, Site
    from extdeps.model.step import StepKind
    from extdeps.model.transaction import Preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An installation, looked at with an index that is up to date.

    Args:
        step: what is to be run, with its preview; None where there is nothing that the manager could install.
        absent: the packages that the manager does not know.
    """

    step: Step | None
    absent: tuple[str, ...] = ()


class StepMaker:
    """Makes the steps of one manager at one place.

    Args:
        manager: the tool.
        site: where it works.
        ecosystem: what its packages belong to.
        elevation: how commands become root.
        known: packages that the manager has just been found to have; it is not asked again.

    Raises:
        NoElevationError: they have to, and cannot.
    """

    def __init__(
        self,
        manager: Manager,
        site: Site,
        ecosystem: str,
        elevation: Elevation,
        *,
        known: frozenset[str] = frozenset(),
    ) -> None:
        self._manager = manager
        self._site = site
        self._ecosystem = ecosystem
        self._known = known
        self._program = ""
        self._preview_site = site
        if manager.needs_elevation(site):
            if not elevation.is_possible:
                raise NoElevationError(
                    f"{manager.name} needs root, and there is no way to it",
                    context=(elevation.reason,),
                    hint="run it as root; `--prefix DIR` needs none (`pip install 'extdeps[conda]'`)",
                )
            self._program = elevation.program
            if manager.preview_needs_root and elevation.program and elevation.asks == "none":
                self._preview_site = replace(site, host=ElevatedHost(elevation.program, site.host.environ))

    @property
    def manager(self) -> str:
        """What the manager is called."""
        return self._manager.name

    def prepare(self) -> tuple[Step, ...]:
        """What is run before anything can be looked at: the repair of an interrupted run, and a fresh index."""
        steps = [self._make("repair", argv) for argv in self._manager.repair_commands(self._site)]
        if has_stale_index(self._manager, self._site):
            kind: StepKind = "upgrade" if self._manager.refresh_upgrades else "refresh"
            steps.append(self._make(kind, (*self._manager.refresh_command(self._site), *self._manager.refresh_answers)))
        return tuple(steps)

    def examine(self, wanted: Mapping[str, str], *, allow_removals: bool) -> Examined:
        """Look at an installation before it is run.

        What the manager does not know is left out, so that the rest can be had.

        Args:
            wanted: names that the manager accepts, with what it is told of each: the name again, or a range too.
            allow_removals: whether others may be removed or downgraded for them.

        Raises:
            RefusedError: the manager would not do it.
            RemovalError: it would remove or downgrade something, and must not.
        """
        absent = self._find_absent(tuple(name for name in wanted if name not in self._known))
        present = tuple(name for name in wanted if name not in absent)
        if not present:
            return Examined(step=None, absent=absent)
        specs = tuple(wanted[name] for name in present)
        preview = self._manager.preview(specs, self._preview_site)
        if preview.problem:
            raise RefusedError(f"{self._manager.name} would not install {', '.join(specs)}", context=(preview.problem,))
        losses = preview.losses
        if losses and not allow_removals:
            lines = (str(change) for change in losses)
            raise RemovalError(
                f"{self._manager.name} would take something away for {', '.join(present)}",
                context=tuple(lines),
                hint="`--allow-removals` agrees to that",
            )
        argv = self._manager.install_command(
            specs, self._site, unattended=True, allow_removals=bool(losses) and allow_removals
        )
        typed = self._manager.install_command(specs, self._site)
        step = self._make("install", argv, packages=present, preview=preview, typed=typed)
        return Examined(step=step, absent=absent)

    def _find_absent(self, names: tuple[str, ...]) -> tuple[str, ...]:
        available = self._manager.find_available(names, self._site) if names else None
        if available is None or available.problem:
            return ()
        return tuple(name for name in names if name not in available.packages)

    def foresee(self, wanted: Mapping[str, str]) -> tuple[Step, ...]:
        """What would be run, as far as it can be told without running any of it.

        Where the index has to be fetched first, the manager may not know yet what it would change.

        Args:
            wanted: as for `examine`; removals are shown, not refused.

        Raises:
            RefusedError: the manager would not do it.
        """
        preparation = self.prepare()
        try:
            examined = self.examine(wanted, allow_removals=True)
        except RefusedError:
            if not preparation:
                raise
            examined = Examined(step=None)
        if examined.step is None and preparation:
            argv = self._manager.install_command(tuple(wanted.values()), self._site, unattended=True)
            typed = self._manager.install_command(tuple(wanted.values()), self._site)
            return (*preparation, self._make("install", argv, packages=tuple(wanted), typed=typed))
        return (*preparation, examined.step) if examined.step else preparation

    def _make(
        self,
        kind: StepKind,
        argv: tuple[str, ...],
        *,
        packages: tuple[str, ...] = (),
        preview: Preview | None = None,
        typed: tuple[str, ...] = (),
    ) -> Step:
        command = InstallCommand(
            manager=self._manager.name,
            ecosystem=self._ecosystem,
            argv=argv,
            packages=packages,
            elevation=self._program,
        )
        return Step(
            kind=kind,
            command=command,
            environment=self._manager.environment,
            lock_message=self._manager.lock_message,
            failure_message=self._manager.failure_message,
            success_codes=self._manager.success_codes,
            preview=preview,
            typed=typed,
        )
