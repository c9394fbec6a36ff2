"""zypper: openSUSE and SLE."""

from __future__ import annotations

from extdeps.manager.base import BaseManager, derive_capabilities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.manager.interface import Content, Derivation

_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"


class Zypper(BaseManager):
    """zypper."""

    name = "zypper"
    ecosystems = ("opensuse",)
    executables = ("zypper",)
    is_system = True
    scheme = "rpm"
    install = ("zypper", "install")
    grammar = _WORD
    files = (".rpm",)

    def derive(self, contents: Collection[Content], _host: Host | None, /) -> Derivation:
        # a path of a program it does not take: tests/live/test_derived.py
        return derive_capabilities(contents, module="pkgconfig({})")
