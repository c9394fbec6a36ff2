"""What is the same for most managers: a grammar, one install command, honest answers where there is none."""

from __future__ import annotations

import re

from extdeps.manager.interface import Derivation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from extdeps.child import Completed
    from extdeps.host import Host
    from extdeps.manager.interface import Content, Site
    from extdeps.model.constraint import Constraint
    from extdeps.model.transaction import Availability, Preview
    from extdeps.versions.upstream import Scheme


WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
"""A grammar of names: no option, no path, no pattern, no version."""


class BaseManager:
    """A manager of which no more than the install command is known; a class below it says what it knows.

    Attributes:
        install: the command before the packages, as one would type it.
        answers: the options that answer its own questions, after `install`.
        grammar: what a package name looks like, as a regular expression.
        files: suffixes of the files that it would take for packages of their own.
    """

    name: str = ""
    ecosystems: tuple[str, ...] = ()
    executables: tuple[str, ...] = ()
    is_system: bool = False
    scheme: Scheme = "none"
    environment: tuple[tuple[str, str], ...] = ()
    lock_message: str = ""
    failure_message: str = ""
    success_codes: frozenset[int] = frozenset({0})
    preview_needs_root: bool = False
    refresh_upgrades: bool = False
    refresh_answers: tuple[str, ...] = ()
    asks_with_range: bool = False
    install: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    grammar: str = ""
    files: tuple[str, ...] = ()

    def accepts(self, package: str, /) -> bool:
        return re.fullmatch(self.grammar, package) is not None and not package.endswith(self.files or "\0")

    def constrain(self, package: str, _constraints: tuple[Constraint, ...], /) -> str:
        return package

    def find_version(self, site: Site, /) -> str:
        done = ask(site, (self.executables[0], "--version"), timeout=10.0) if self.executables else None
        found = re.search(r"\d+(\.\d+)+", done.stdout) if done and done.is_success else None
        return found[0] if found else ""

    def find_available(self, _names: Collection[str], _site: Site, /) -> Availability:
        from extdeps.model.transaction import Availability

        return Availability(problem=f"{self.name} cannot be asked what it has")

    def preview(self, packages: tuple[str, ...], _site: Site, /) -> Preview:
        from extdeps.model.transaction import Change, Preview

        changes = tuple(Change(kind="install", package=name) for name in packages)
        return Preview(changes=changes, is_simulated=False)

    def install_command(
        self,
        packages: tuple[str, ...],
        _site: Site,
        /,
        *,
        unattended: bool = False,
        allow_removals: bool = False,  # noqa: ARG002
    ) -> tuple[str, ...]:
        return (*self.install, *(self.answers if unattended else ()), *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ()

    def find_index_time(self, _site: Site, /) -> float | None:
        return None

    def repair_commands(self, _site: Site, /) -> tuple[tuple[str, ...], ...]:
        return ()

    def has_repository(self, _repository: str, _site: Site, /) -> bool:
        return True  # not known; the manager says so itself

    def derive(self, _contents: Collection[Content], _host: Host | None, /) -> Derivation:
        return Derivation()

    def needs_elevation(self, site: Site, /) -> bool:
        return self.is_system and not site.host.is_root


def ask(
    site: Site, argv: tuple[str, ...], *, timeout: float = 60.0, environ: Mapping[str, str] | None = None
) -> Completed:
    """Ask a program of a manager; one that is not there, or cannot be run there, is a fault like any other.

    Args:
        site: where.
        argv: the program and its arguments.
        timeout: in seconds.
        environ: variables beside those of the machine.
    """
    from extdeps.child import Completed

    done = site.host.run(argv, timeout=timeout, environ=environ)
    return done or Completed(returncode=-1, stdout="", fault="it cannot be run here")


def describe_failure(program: str, done: Completed) -> str:
    """One sentence on why a question had no answer: our fault, else the last line that it printed.

    Args:
        program: what it is called.
        done: what it left behind.
    """
    if done.fault:
        return f"`{program}` gave no answer: {done.fault}"
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    said = lines[-1] if lines else "it printed nothing"
    return f"`{program}` failed with {done.returncode}: {said[:400]}"


def derive_capabilities(
    contents: Collection[Content], *, module: str = "", program: str = "", files: tuple[str, ...] = ()
) -> Derivation:
    """Name packages by the capabilities that an ecosystem gives them: `pkgconfig(x)`, `cmd:x`.

    Args:
        contents: what is looked for.
        module: the spec of a pkg-config module, with `{}` for its name; empty where there is none.
        program: the same for a program.
        files: suffixes of what the manager would take for a file.
    """
    from extdeps.manager.interface import Derived

    forms = {"pkg-config": module, "executable": program}
    named = ((item, forms[item.kind].format(item.name)) for item in contents if item.is_plain)
    specs = {item: Derived(spec=spec) for item, spec in named if spec and not spec.endswith(files or ("\0",))}
    return Derivation(specs=specs)
