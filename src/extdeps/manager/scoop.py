"""Scoop: Windows, for one user."""

from __future__ import annotations

from extdeps.database.scoop import find_roots, read_manifest_version
from extdeps.manager.base import WORD, BaseManager
from extdeps.model.transaction import Availability, PackageVersion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.manager.interface import Site


class Scoop(BaseManager):
    """scoop, which asks nothing, has no simulation, and fetches its buckets by itself when they are old.

    Its buckets lie open, so that what it has is read and nothing is run.
    """

    name = "scoop"
    ecosystems = ("scoop",)
    executables = ("scoop",)
    install = ("scoop", "install")
    grammar = rf"({WORD}/)?{WORD}"
    files = (".json",)

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        buckets = _find_buckets(site.host)
        if not buckets:
            return Availability(problem="no bucket of scoop is here")
        packages = {}
        for name in names:
            bucket, _, app = name.rpartition("/")
            places = {key: path for key, path in buckets.items() if bucket.casefold() in ("", key.casefold())}
            read = ((key, read_manifest_version(site.host, f"{path}/{app}.json")) for key, path in places.items())
            versions = tuple(PackageVersion(name=app, version=version, origin=key) for key, version in read if version)
            if versions:
                packages[name] = versions
        return Availability(packages=packages)


def _find_buckets(host: Host) -> dict[str, str]:
    """The directories of manifests by the name of their bucket, `main` first, whose apps scoop takes first."""
    found = {}
    for root in find_roots(host)[:1]:  # those of the user; there are none for everybody
        for name in sorted(host.list_directory(f"{root}/buckets"), key=lambda name: (name != "main", name)):
            place = f"{root}/buckets/{name}"
            found[name] = f"{place}/bucket" if host.exists(f"{place}/bucket") else place
    return found
