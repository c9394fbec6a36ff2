"""The packages and files that the XML documents of an RPM repository list.

Format: https://en.opensuse.org/openSUSE:Standards_Rpm_Metadata
"""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.curate.index.interface import base_name
from extdeps.curate.index.xmlstream import iter_items
from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_MAX_KEPT = 1024 * 1024 * 1024
"""Bytes of names and summaries of one index, about; the largest distributions have a quarter of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RpmPackage:
    """One package of `primary`.

    Args:
        identity: the checksum by which the other documents refer to it.
        name: its name.
        version: `epoch:version-release`.
        summary: one line about it.
        requires: capabilities, paths and rich dependencies, without versions.
        provides: capabilities, without versions and its own name.
        files: those of its files that `primary` lists, which are those that others may require.
    """

    identity: str
    name: str
    version: str
    summary: str
    requires: tuple[str, ...]
    provides: tuple[str, ...]
    files: tuple[str, ...]


def iter_packages(chunks: Iterable[bytes], address: str, architectures: Collection[str]) -> Iterator[RpmPackage]:
    """The packages of some architectures that `primary` lists.

    Raises:
        FetchError: it cannot be understood.
    """
    return iter_items(chunks, address, _PrimaryReader(address, architectures))


def iter_files(chunks: Iterable[bytes], address: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """The files that `filelists` lists and whose `base_name` is one of these.

    Those that a package makes when it is installed (`%ghost`, as links of alternatives are) are among them.

    Returns:
        The identity of each file's package, and its path without the leading `/`.

    Raises:
        FetchError: it cannot be understood.
    """
    return iter_items(chunks, address, _FilelistsReader(names))


class _PrimaryReader:
    def __init__(self, address: str, architectures: Collection[str]) -> None:
        self._address = address
        self._architectures = architectures
        self._left = _MAX_KEPT
        self._known: dict[str, str] = {}  # one string for all that require the same
        self._fields: dict[str, str] = {}
        self._lists: dict[str, list[str]] = {}
        self._is_directory = False
        self._done: list[RpmPackage] = []

    def start(self, parent: str, name: str, attributes: Mapping[str, str]) -> None:
        if name == "entry" and parent in self._lists:
            capability = attributes.get("name", "")
            self._add(parent, self._known.setdefault(capability, capability))
        elif name == "file":
            self._is_directory = attributes.get("type") == "dir"
        elif name == "package":
            self._fields = {}
            self._lists = {"requires": [], "provides": [], "format": []}
        elif name == "version" and parent == "package":
            epoch, version, release = (attributes.get(key, "") for key in ("epoch", "ver", "rel"))
            self._fields["version"] = f"{epoch or '0'}:{version}-{release}"

    def end(self, parent: str, name: str, text: str) -> None:
        if name == "file" and parent in self._lists and not self._is_directory:
            self._add(parent, text)
        elif name == "package" and self._fields.get("arch") in self._architectures:
            self._done.append(self._make_package())
        elif parent == "package" and name in ("name", "arch", "checksum", "summary"):
            self._fields[name] = self._count(text.strip())
            if name == "arch" and text not in self._architectures:
                self._lists = {}  # nothing more of this package is kept

    def take(self) -> list[RpmPackage]:
        done, self._done = self._done, []
        return done

    def _add(self, kind: str, name: str) -> None:
        self._lists[kind].append(self._count(name))

    def _count(self, text: str) -> str:
        self._left -= len(text) + 64
        if self._left < 0:
            raise FetchError(f"`{self._address}` holds more names than any distribution has")
        return text

    def _make_package(self) -> RpmPackage:
        name, identity = self._fields.get("name", ""), self._fields.get("checksum", "")
        if not (name and identity):
            raise FetchError(f"`{self._address}` has a package without a name or checksum", context=(name or identity,))
        requires, provides, files = (
            dict.fromkeys(self._lists.get(kind, ())) for kind in ("requires", "provides", "format")
        )
        provides.pop(name, None)
        return RpmPackage(
            identity=identity,
            name=name,
            version=self._fields.get("version", ""),
            summary=self._fields.get("summary", ""),
            requires=tuple(requires),
            provides=tuple(provides),
            files=tuple(files),
        )


class _FilelistsReader:
    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._identity = ""
        self._is_directory = False
        self._done: list[tuple[str, str]] = []

    def start(self, _parent: str, name: str, attributes: Mapping[str, str]) -> None:
        if name == "file":
            self._is_directory = "type" in attributes and attributes["type"] == "dir"
        elif name == "package":
            self._identity = attributes.get("pkgid", "")

    def end(self, _parent: str, name: str, text: str) -> None:
        if name == "file" and base_name(text) in self._names and not self._is_directory:
            self._done.append((self._identity, text.removeprefix("/")))

    def take(self) -> list[tuple[str, str]]:
        done, self._done = self._done, []
        return done
