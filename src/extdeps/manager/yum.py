"""yum 3: RHEL 7 and what is as old."""

from __future__ import annotations

from extdeps.manager.dnf import Dnf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.manager.interface import Site
    from extdeps.model.transaction import Availability

_CACHE = "/var/cache/yum"


class Yum(Dnf):
    """yum where there is no dnf; later ones are dnf under another name.

    It leaves out what it does not find and ends with 0, so that what it says decides. It has no question for versions
    but `provides`, and no way to remove what conflicts.
    """

    name = "yum"
    executables = ("yum",)
    failure_message = r"^No package .+ available"
    lock_message = "Existing lock |Another app is currently holding the yum lock"
    _erasing = ()
    _upgrading = ()

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        from extdeps.model.transaction import Availability

        if not names:
            return Availability()
        if self.find_index_time(site) is None:
            return Availability(problem=self._describe_absence(site))
        return self._ask_providers(tuple(names), site)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("yum", "makecache", "fast")

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the last repository's index: `<cache>/<architecture>/<release>/<repository>/repomd.xml`."""
        paths = [_CACHE]
        for _ in range(3):
            paths = [f"{path}/{name}" for path in paths for name in site.host.list_directory(path)]
        times = (site.host.modification_time(f"{path}/repomd.xml") for path in paths)
        return max(filter(None, times), default=None)

    def _is_fifth(self, _host: Host) -> bool:
        return False
