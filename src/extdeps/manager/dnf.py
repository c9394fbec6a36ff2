"""dnf 4 and 5: Fedora, RHEL and what derives from them."""

from __future__ import annotations

from extdeps.manager.base import BaseManager, derive_capabilities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.manager.interface import Content, Derivation

_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"


class Dnf(BaseManager):
    """dnf, with microdnf and yum in its place where they are all that there is."""

    name = "dnf"
    ecosystems = ("fedora", "rhel")
    executables = ("dnf", "dnf5", "microdnf")
    is_system = True
    scheme = "rpm"
    install = ("dnf", "install")
    answers = ("--assumeyes",)
    grammar = _WORD
    files = (".rpm",)

    def derive(self, contents: Collection[Content], _host: Host | None, /) -> Derivation:
        return derive_capabilities(contents, module="pkgconfig({})", program="/usr/bin/{}", files=self.files)
