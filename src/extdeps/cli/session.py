"""From arguments to values: the machine, the catalogue and the declarations of one invocation."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property

from extdeps.catalog.catalogue import Catalogue, MappingChoice, choose_mappings
from extdeps.catalog.ecosystem import Ecosystem, parse_ecosystem, refuse_ecosystem
from extdeps.checker import Selection
from extdeps.cli.options import parse_phases, split_names
from extdeps.errors import UsageError
from extdeps.host import LocalHost, RootHost
from extdeps.machine import adopt_mapping, choose, describe_machine, retarget
from extdeps.model.requirement import PHASES
from extdeps.resources import data_directories

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping

    from extdeps.accelerator.definer import Definer
    from extdeps.accelerator.overrides import Assumed
    from extdeps.cli.settings import Settings
    from extdeps.declaration.named import Sources
    from extdeps.declaration.pyproject import Pyproject
    from extdeps.host import Host
    from extdeps.machine import Machine
    from extdeps.model.accelerator import Accelerators
    from extdeps.model.declaration import Declaration
    from extdeps.model.definition import Settled
    from extdeps.model.requirement import Phase


class Session:
    """Everything that a command works with, made when it is first needed.

    Args:
        arguments: the parsed command line.
        host: this machine.
        declarations: what is asked for, where the command line does not name it.
    """

    def __init__(
        self,
        arguments: argparse.Namespace,
        host: Host | None = None,
        declarations: tuple[Declaration, ...] | None = None,
    ) -> None:
        self._arguments = arguments
        self._declarations = declarations
        self._local = host or LocalHost()
        self._pip_options: Mapping[str, tuple[str, ...]] = {}
        self._constraints: dict[str, str] = {}
        self._constraint_lines: tuple[str, ...] = ()

    @cached_property
    def host(self) -> Host:
        """The machine that is looked at."""
        root = self._arguments.root
        if not root:
            return self._local
        if not os.path.isdir(root):
            raise UsageError(f"`{root}` is not a directory", hint="`--root` takes a root file system")
        return RootHost(root)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The documents; the user's own directories come first."""
        arguments, environ = self._arguments, self._local.environ
        given = tuple(getattr(arguments, "overlay", ()))
        for directory in given:
            if not os.path.isdir(directory):
                raise UsageError(f"`{directory}` is not a directory", hint="`--overlay` takes a directory of overlays")
        directories = (*given, *data_directories(environ, self._local.system))
        settled = choose_mappings(environ)
        choice = MappingChoice(
            use=getattr(arguments, "use_mapping", "") or settled.use,
            patch=tuple(getattr(arguments, "patch_mapping", ())) or settled.patch,
            extend=tuple(getattr(arguments, "extend_mapping", ())) or settled.extend,
        )
        return Catalogue(directories, choice)

    @cached_property
    def settings(self) -> Settings:
        """What the user has settled once."""
        from extdeps.cli.settings import load_settings

        return load_settings(self._local.environ)

    @cached_property
    def assumed(self) -> Assumed:
        """What the machine is taken to have: by `--capability`, else by the project, the user or a variable."""
        from extdeps.accelerator.overrides import read_overrides
        from extdeps.cli.settings import load_project_capabilities

        settled = (*load_project_capabilities(), *self.settings.capabilities)
        return read_overrides(getattr(self._arguments, "capabilities", ()), settled, self._local.environ)

    @cached_property
    def definer(self) -> Definer:
        """Tells of the capabilities that people define for this machine."""
        from extdeps.accelerator.definer import Definer

        return Definer(self._settle_definitions, self.host)

    def _settle_definitions(self) -> Settled:
        """The user's own settings are about this machine, and not about another root file system."""
        from extdeps.cli.definitionsettings import load_system_definitions, merge

        system = load_system_definitions(self.host)
        return system if self._arguments.root else merge(self.settings.definitions, system)

    @cached_property
    def accelerators(self) -> Accelerators:
        """What the machine computes with; of one that is not here, what was told alone."""
        return self.machine.find_accelerators()

    @cached_property
    def machine(self) -> Machine:
        """The described machine, or the one that `--target` names, with the manager of `--for`."""
        return self.describe(self.host)

    def describe(self, host: Host, target: str = "") -> Machine:
        """Describe a host as the arguments have it; it may have changed since it was last described.

        Args:
            host: the machine.
            target: a machine that is not here, instead of the one of `--target`.
        """
        machine = self.describe_own(host)
        names = split_names(self._arguments.managers) if target else self.managers
        target = target or self._arguments.target
        if target:
            machine = retarget(machine, self._find_target(target))
        return choose(machine, names[0], self.catalogue.ecosystems()) if names else machine

    @cached_property
    def managers(self) -> tuple[str, ...]:
        """The managers that the user wants, the preferred one first; none for the machine's own.

        What is settled does not count beside `--target` and `--prefix`, which say more.
        """
        is_said = self._arguments.target or getattr(self._arguments, "prefix", None) is not None
        settled = "" if is_said else self.settings.manager
        return split_names(self._arguments.managers) or ((settled,) if settled else ())

    def describe_with_prefix(self, directory: str) -> Machine:
        """This machine as a build sees it that uses a conda prefix.

        Args:
            directory: absolute; it need not be there yet.
        """
        from extdeps.buildenv.prefix import describe_prefix

        interpreter = self.machine.interpreter
        environ = describe_prefix(self._local, interpreter, directory).select(PHASES).apply(self._local.environ)
        channels = tuple(self._arguments.channel) or self.settings.channels or self.machine.channels
        return replace(
            self.describe_own(LocalHost(environ)),
            ecosystem=Ecosystem(name="conda-forge"),
            chosen="rattler",
            prefix=directory,
            channels=channels,
        )

    def describe_own(self, host: Host) -> Machine:
        """Describe a host with its own manager, whatever the user wants to be used."""
        machine = describe_machine(host, self.catalogue.ecosystems(), self._arguments.python)
        own = getattr(self._arguments, "use_mapping", "") or self._local.environ.get("EXTDEPS_USE_MAPPING", "")
        return replace(
            adopt_mapping(machine, own), find_assumed=lambda: self.assumed, find_definer=lambda: self.definer
        )

    def _find_target(self, text: str) -> Ecosystem:
        known = self.catalogue.ecosystems()
        target = parse_ecosystem(text)
        if not {target.name, str(target)} & set(known):
            raise refuse_ecosystem(target, known)
        return target

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phases asked for; empty for those that each subject needs."""
        return parse_phases(self._arguments.phase)

    @property
    def selection(self) -> Selection:
        """What of the declarations counts."""
        if not (self._arguments.extra or self._arguments.group):
            return Selection(phases=self.phases)
        from extdeps.declaration.external import normalize_name

        return Selection(
            phases=self.phases,
            extras=frozenset(map(normalize_name, self._arguments.extra)),
            groups=frozenset(map(normalize_name, self._arguments.group)),
        )

    def declarations(self) -> tuple[Declaration, ...]:
        """The declarations of everything that the command line names."""
        if self._declarations is not None:
            return self._declarations
        arguments = self._arguments
        subjects = [*arguments.subjects, *arguments.editable, *self._read_requirement_files()]
        is_front = bool(getattr(arguments, "installer_command", ()))
        if not (subjects or arguments.dep or arguments.installed or is_front):
            if not os.path.exists("pyproject.toml"):
                raise UsageError(
                    "there is nothing to check",
                    hint="name a project, a file or a requirement, or use `--dep`",
                )
            subjects = ["."]
        found: list[Declaration] = []
        if arguments.dep:
            from extdeps.declaration.direct import declare

            found.append(declare(arguments.dep, self.catalogue, self.phases))
        if subjects or is_front:
            from extdeps.declaration.lockfiles.format import find_format

            locks = [subject for subject in subjects if find_format(subject)]
            for path in locks:
                found += self._read_lock(path)
            others = [subject for subject in subjects if subject not in locks]
            if others or is_front:
                found += self._read(others)
        if arguments.installed:
            from extdeps.declaration.read import read_installed

            found += read_installed(self.sources)
        self._check_names(subjects, found)
        return tuple(found)

    def _read_lock(self, path: str) -> Iterable[Declaration]:
        """The declarations of all that the lock of an installer locks."""
        from extdeps.declaration.lockfiles.declare import declare_installer_lock

        wanted = self.selection
        return declare_installer_lock(path, self.sources, extras=wanted.extras, groups=wanted.groups)

    def _read(self, subjects: list[str]) -> Iterable[Declaration]:
        """The declarations of subjects, and of all that would be installed with them."""
        arguments, sources = self._arguments, self.sources
        if arguments.offline or not (sources.host.can_run and sources.configuration.has_dependencies):
            from extdeps.declaration.read import read

            return filter(None, _map(lambda subject: read(subject, sources), subjects))
        from extdeps.cli.progress import Progress
        from extdeps.declaration.installer.order import Order
        from extdeps.declaration.installer.transitive import read_together

        order = Order(
            subjects=tuple(subjects),
            constraints=self._constraint_lines,
            options=self._given_pip_options(),
            extras=self.selection.extras,
            groups=self.selection.groups,
            installer=getattr(arguments, "installer", ""),
            command=tuple(getattr(arguments, "installer_command", ())),
        )
        reason = f"asking {order.installer or 'pip'} what it would install"
        with Progress(verbose=arguments.verbose).follow_lines(reason) as show_line:
            return read_together(order, sources, show_line)

    def _check_names(self, subjects: Iterable[str], found: Iterable[Declaration]) -> None:
        """An extra or group that no subject has is a slip that would otherwise hide requirements."""
        if not (self.selection.extras or self.selection.groups):
            return
        from extdeps.declaration.read import read_tree

        sources: tuple[Declaration | Pyproject, ...] = (*found, *filter(None, map(read_tree, subjects)))
        extras = {name for item in sources for name in item.extras}
        groups = {name for item in sources for name in item.groups}
        for option, wanted, known in (
            ("--extra", self.selection.extras, extras),
            ("--group", self.selection.groups, groups),
        ):
            for name in sorted(wanted - known):
                there = f"there are {', '.join(sorted(known))}" if known else "none has any"
                raise UsageError(f"no subject has `{name}` for `{option}`", hint=there)

    def _read_requirement_files(self) -> list[str]:
        if not (self._arguments.requirement or self._arguments.constraint):
            return []
        from extdeps.declaration.installer.requirementsfile import read_requirements_file

        subjects: list[str] = []
        constraints: list[str] = []
        options: dict[str, tuple[str, ...]] = {}
        for path in self._arguments.requirement:
            if os.path.basename(path) == "pyproject.toml":  # which uv takes for one
                subjects.append(path)
                continue
            file = read_requirements_file(path, self._local.environ)
            subjects += file.subjects
            constraints += file.constraints
            options |= {key: (*options.get(key, ()), *values) for key, values in file.options.items()}
        for path in self._arguments.constraint:
            constraints += read_requirements_file(path, self._local.environ).subjects
        self._pip_options = options
        self._constraint_lines = tuple(constraints)
        self._constraints = _narrow(constraints)
        return subjects

    @cached_property
    def sources(self) -> Sources:
        """Where declarations of named projects come from."""
        from extdeps.sources import open_sources

        return open_sources(
            self.machine,
            self.catalogue,
            options=self._given_pip_options(),
            constraints=self._constraints,
            environ=self._local.environ,
            is_offline=self._arguments.offline,
        )

    def _given_pip_options(self) -> dict[str, tuple[str, ...]]:
        arguments = self._arguments
        own = {
            "no-binary": tuple(arguments.no_binary),
            "only-binary": tuple(arguments.only_binary),
            "index-url": (arguments.index_url,) if arguments.index_url else (),
            "extra-index-url": tuple(arguments.extra_index_url),
            "find-links": tuple(text if "://" in text else os.path.abspath(text) for text in arguments.find_links),
            "no-index": ("",) if arguments.no_index else (),
            "pre": ("",) if arguments.pre else (),
            "no-deps": ("",) if arguments.no_deps else (),
        }
        keys = {*own, *self._pip_options}
        return {key: (*self._pip_options.get(key, ()), *own.get(key, ())) for key in keys}


def _map(function: Callable[[str], Declaration | None], subjects: list[str]) -> Iterable[Declaration | None]:
    """Apply a function to each subject; several wait for the index at the same time."""
    if len(subjects) < 2:
        return [function(subject) for subject in subjects]
    from concurrent.futures import ThreadPoolExecutor

    from extdeps.fetch import CONNECTIONS

    with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
        return list(pool.map(function, subjects))


def _narrow(texts: Iterable[str]) -> dict[str, str]:
    """The version ranges of a constraints file by normalised name."""
    from packaging.requirements import InvalidRequirement, Requirement

    from extdeps.declaration.external import normalize_name

    ranges: dict[str, str] = {}
    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise UsageError(
                f"`{text}` is not a constraint", hint="a constraints file has lines such as `lxml<6`"
            ) from error
        name = normalize_name(requirement.name)
        ranges[name] = ",".join(filter(None, (ranges.get(name, ""), str(requirement.specifier))))
    return ranges
