"""winget: Windows."""

from __future__ import annotations

from extdeps.manager.base import WORD, BaseManager
from extdeps.model.transaction import Availability

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.manager.interface import Site


class Winget(BaseManager):
    """winget, which has neither a simulation nor a database that can be read, and `show` takes one package.

    Installers that need an administrator ask Windows for it themselves. `install` upgrades what is installed already,
    and fails with 0x8A15002B where there is nothing newer, so that only a new look tells whether it did its work.
    """

    name = "winget"
    ecosystems = ("winget",)
    executables = ("winget",)
    # https://github.com/microsoft/winget-cli/blob/master/doc/windows/package-manager/winget/returnCodes.md
    lock_message = "Another installation is already in progress"
    install = ("winget", "install", "--exact")
    answers = (
        "--source",
        "winget",
        "--accept-package-agreements",
        "--accept-source-agreements",
        "--disable-interactivity",
    )
    grammar = WORD

    def find_available(self, _names: Collection[str], _site: Site, /) -> Availability:
        return Availability(problem="winget can be asked about one package at a time only")

    def install_command(
        self,
        packages: tuple[str, ...],
        site: Site,
        /,
        *,
        unattended: bool = False,
        allow_removals: bool = False,
    ) -> tuple[str, ...]:
        command = super().install_command((), site, unattended=unattended, allow_removals=allow_removals)
        # without it a name or moniker counts too, but it is taken once only
        # (https://github.com/microsoft/winget-cli/issues/5501)
        only = ("--id",) if unattended and len(packages) == 1 else ()
        return (*command, *only, *packages)
