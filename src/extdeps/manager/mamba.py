"""mamba, which takes the place of conda."""

from __future__ import annotations

from extdeps.manager.base import ask
from extdeps.manager.conda import Conda, make_channel_options
from extdeps.manager.condajson import is_echoed, read_search
from extdeps.model.transaction import Availability

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.manager.interface import Site


class Mamba(Conda):
    """mamba, whose second version is micromamba by another name; its `search` differs between them, its query not."""

    name = "mamba"
    executables = ("mamba",)
    environment = (("MAMBA_NO_BANNER", "1"),)
    lock_message = r"Could not set lock|LockFile can't be set|Could not open lockfile"

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if not names:
            return Availability()
        wanted = tuple(dict.fromkeys(names))
        argv = (self.executables[0], "repoquery", "search", "--json", *make_channel_options(site), "--", *wanted)
        done = ask(site, argv, timeout=300.0, environ=dict(self.environment))
        available = read_search(f"{self.name} repoquery", done, wanted)
        if not available.problem and not is_echoed(done, wanted):
            return Availability(problem=f"this version of {self.name} does not answer for several packages at once")
        return available
