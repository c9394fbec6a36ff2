"""microdnf: the smallest images of RHEL and what derives from it."""

from __future__ import annotations

from extdeps.manager.base import BaseManager, ask, derive_capabilities, describe_failure
from extdeps.manager.rpmtext import newest_first, parse_nevra
from extdeps.model.transaction import Availability

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.manager.interface import Content, Derivation, Site


class Microdnf(BaseManager):
    """microdnf, which has no simulation: it removes nothing that conflicts, but may downgrade.

    It says which packages there are for all names together, so that what provides one is known only where one name
    and packages of other names are left over.
    """

    name = "microdnf"
    ecosystems = ("fedora", "rhel")
    executables = ("microdnf",)
    is_system = True
    scheme = "rpm"
    environment = (("LC_ALL", "C"),)
    install = ("microdnf", "install")
    answers = ("--assumeyes",)  # the older ones ask nothing, and take it all the same
    grammar = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
    files = (".rpm",)

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if not names:
            return Availability()
        done = ask(site, ("microdnf", "repoquery", *names))
        lines = [line for line in done.stdout.splitlines() if line and not line.startswith("Downloading metadata")]
        found = tuple(filter(None, map(parse_nevra, lines)))
        if not done.is_success:
            return Availability(problem=describe_failure("microdnf repoquery", done))
        if len(found) < len(lines):
            return Availability(problem="`microdnf repoquery` printed what cannot be read")
        packages = {name: newest_first(item for item in found if item.name == name) for name in names}
        missing = [name for name, own in packages.items() if not own]
        others = newest_first(item for item in found if item.name not in packages)
        if others and len(missing) > 1:
            return Availability(problem=f"microdnf does not say which of {', '.join(missing)} a package provides")
        if others and missing:
            packages[missing[0]] = others
        return Availability(packages={name: own for name, own in packages.items() if own})

    def derive(self, contents: Collection[Content], _host: Host | None, /) -> Derivation:
        return derive_capabilities(contents, module="pkgconfig({})", program="/usr/bin/{}", files=self.files)
