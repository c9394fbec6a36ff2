"""Chocolatey: Windows."""

from __future__ import annotations

import re

from extdeps.manager.base import WORD, BaseManager, ask, describe_failure
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.manager.interface import Site

_FOUND = re.compile(rf"^(?P<name>{WORD})\|(?P<version>[0-9][^|\s]*)\r?$", re.MULTILINE)
_PLANNED = re.compile(rf"^(?P<name>{WORD}) v(?P<version>[0-9]\S*)(?: \[.*\])?(?: .*)?\r?$", re.MULTILINE)
_REFUSED = re.compile(rf"^{WORD} not installed\. (?:.*:\r?\n)?.+", re.MULTILINE)
_NO_RESULTS = 2  # https://docs.chocolatey.org/en-us/choco/commands/search, "Enhanced"


class Choco(BaseManager):
    """choco, which installs for the whole machine and wants an administrator.

    It ends with 1641 and 3010 where an installer wants a restart, and with 0 where a package is there already,
    in whatever version.
    """

    name = "choco"
    ecosystems = ("chocolatey",)
    executables = ("choco",)
    success_codes = frozenset({0, 1641, 3010})  # a restart is begun, or needed
    install = ("choco", "install")
    answers = ("--yes", "--no-progress")
    grammar = WORD
    files = (".nupkg", ".config")

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if len(names) > 1:
            return Availability(problem="choco can be asked about one package at a time only")
        packages = {}
        for name in names:
            done = ask(site, ("choco", "search", name, "--exact", "--limit-output"))
            found = [match for match in _FOUND.finditer(done.stdout) if match["name"].casefold() == name.casefold()]
            is_none = done.returncode in (0, _NO_RESULTS) and not done.fault and not done.stdout.strip()
            if not found and not is_none:
                problem = "what `choco search` prints cannot be understood"
                return Availability(problem=problem if done.is_success else describe_failure("choco search", done))
            if found:
                versions = (PackageVersion(name=match["name"], version=match["version"]) for match in found)
                packages[name] = tuple(versions)
        return Availability(packages=packages)

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        """What it would install on a machine that has nothing.

        `--noop` looks at an empty directory (https://github.com/chocolatey/choco/issues/2576), ends with 0 where a
        package is not found, and prints the scripts that it would run: it refuses as an installation would, but what
        it would change is not known.
        """
        done = ask(site, ("choco", "install", "--noop", *self.answers, *packages), timeout=300.0)
        refused = _REFUSED.findall(done.stdout)
        if refused or not done.is_success:
            said = "; ".join(" ".join(line.split()) for line in dict.fromkeys(refused))
            return Preview(problem=said or describe_failure("choco install --noop", done), is_simulated=False)
        planned = {match["name"].casefold(): match["version"] for match in reversed([*_PLANNED.finditer(done.stdout)])}
        if not all(name.casefold() in planned for name in packages):
            return Preview(problem="what `choco install --noop` prints cannot be understood", is_simulated=False)
        changes = (Change(kind="install", package=name, after=planned[name.casefold()]) for name in packages)
        return Preview(changes=sort_changes(tuple(changes)), is_simulated=False)

    def needs_elevation(self, site: Site, /) -> bool:
        return not site.host.is_root
