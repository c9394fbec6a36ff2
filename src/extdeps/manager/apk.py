"""apk: Alpine and what derives from it."""

from __future__ import annotations

from extdeps.manager.base import BaseManager, derive_capabilities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.manager.interface import Content, Derivation


class Apk(BaseManager):
    """apk."""

    name = "apk"
    ecosystems = ("alpine",)
    executables = ("apk",)
    is_system = True
    scheme = "apk"
    install = ("apk", "add")
    grammar = r"[a-z0-9][A-Za-z0-9._+-]*"
    files = (".apk",)

    def derive(self, contents: Collection[Content], _host: Host | None, /) -> Derivation:
        return derive_capabilities(contents, module="pc:{}", program="cmd:{}", files=self.files)
