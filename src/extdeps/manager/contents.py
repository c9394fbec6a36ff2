"""Debian's lists of what packages contain, where apt-file has fetched them: which package ships a file.

Their format: https://wiki.debian.org/DebianRepository/Format#A.22Contents.22_indices
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.compression import iter_blocks
from extdeps.errors import ExtdepsError
from extdeps.manager.interface import Content, Derivation, Derived

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from extdeps.host import Host

_LISTS = "/var/lib/apt/lists"
_LIST = re.compile(r".*_Contents-(?P<architecture>[a-z0-9]+)(\.[a-z0-9]+)?")
_HELPER = "/usr/lib/apt/apt-helper"
_SEARCH = 'helper=$1 pattern=$2; shift 2; "$helper" cat-file "$@" | grep -a -E -e "^$pattern"'
"""What is printed stays small this way, however large the lists are; nothing of it is put together from names."""

_ARCHITECTURES = {
    "x86_64": ("amd64", "x86_64-linux-gnu"),
    "aarch64": ("arm64", "aarch64-linux-gnu"),
    "armv7l": ("armhf", "arm-linux-gnueabihf"),
    "i686": ("i386", "i386-linux-gnu"),
    "ppc64le": ("ppc64el", "powerpc64le-linux-gnu"),
    "riscv64": ("riscv64", "riscv64-linux-gnu"),
    "s390x": ("s390x", "s390x-linux-gnu"),
}
_PATH = re.compile(r".*/pkgconfig/(?P<module>[^/]+)\.pc|.*bin/(?P<program>[^/]+)")
_AREAS = ("main", "universe", "restricted", "multiverse", "contrib", "non-free")
_SPECIAL = re.compile(r"[.+]")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Offer:
    """A package that ships a file; the least is the best."""

    area: int
    unlikely: bool
    length: int
    package: str
    path: str


def find_packages(contents: Collection[Content], host: Host, accepts: Callable[[str], bool]) -> Derivation:
    """The packages that ship some modules and programs, with one pass over the lists.

    Args:
        contents: what is looked for.
        host: the machine that has the lists.
        accepts: whether a name is one of a package.
    """
    wanted = {item for item in contents if item.is_plain}
    architecture, triplet = _ARCHITECTURES.get(host.machine, ("", ""))
    matches = ((name, _LIST.fullmatch(name)) for name in host.list_directory(_LISTS))
    lists = [f"{_LISTS}/{name}" for name, match in matches if match and match["architecture"] in (architecture, "all")]
    if not (wanted and lists):
        return Derivation()
    lines, note = _search(_make_pattern(wanted, triplet), lists, host)
    best: dict[Content, _Offer] = {}
    for line in lines:
        item, offers = _parse(line)
        usable = [offer for offer in offers if accepts(offer.package) and not offer.package.endswith("-cross")]
        if item in wanted and usable:
            best[item] = min((*usable, *filter(None, (best.get(item),))))
    specs = {item: Derived(spec=offer.package, location=f"/{offer.path}") for item, offer in best.items()}
    return Derivation(specs=specs, note=note)


def _make_pattern(wanted: Collection[Content], triplet: str) -> str:
    """What a line about one of them looks like, as Python and `grep -E` both read it."""
    names: dict[str, list[str]] = {"pkg-config": [], "executable": []}
    for item in sorted(wanted, key=lambda item: item.name):
        names[item.kind].append(_SPECIAL.sub(r"\\\g<0>", item.name))
    directories = "|".join(filter(None, ("lib", "lib64", "share", triplet and f"lib/{triplet}")))
    modules, programs = ("|".join(found) for found in names.values())
    paths = (
        modules and rf"usr/({directories})/pkgconfig/({modules})\.pc",
        programs and f"(usr/)?s?bin/({programs})",
    )
    return f"({'|'.join(filter(None, paths))})[ \t]"


def _search(pattern: str, lists: list[str], host: Host) -> tuple[list[str], str]:
    """The lines that match, and why some lists could not be read."""
    if host.is_executable(_HELPER):
        done = host.run(("sh", "-c", _SEARCH, "sh", _HELPER, pattern, *lists), timeout=60.0)
        if done is not None and not done.fault:
            return done.stdout.splitlines(), _describe(done.stderr)
    found: list[str] = []
    note = ""
    expression = re.compile(f"\n{pattern}[^\n]*".encode())
    for path in lists:
        try:
            for block in _read(path, host):
                found += (match[0].decode("utf-8", "replace") for match in expression.finditer(b"\n" + block))
        except ExtdepsError as error:
            note = note or _describe(error.message)
    return found, note


def _read(path: str, host: Host) -> Iterator[bytes]:
    file = host.open_bytes(path)
    if file is not None:
        with file:
            yield from iter_blocks(file, path)


def _describe(fault: str) -> str:
    first = fault.strip().partition("\n")[0]
    return f"the lists of apt-file cannot all be read: {first}" if first else ""


def _parse(line: str) -> tuple[Content | None, list[_Offer]]:
    """The content that a line is about, and who ships it: `usr/bin/foo   universe/utils/foo,utils/bar`."""
    path, _, places = line.strip().replace("\t", " ").rpartition(" ")
    path = path.strip()
    match = _PATH.fullmatch(path)
    if not match:
        return None, []
    module, program = match["module"], match["program"]
    item = Content(kind="pkg-config", name=module) if module else Content(kind="executable", name=program)
    return item, [_parse_place(place, item, path) for place in places.split(",")]


def _parse_place(place: str, item: Content, path: str) -> _Offer:
    area, _, package = ("main", *place.split("/"))[-3:] if "/" in place else ("main", "", place)
    return _Offer(
        area=_AREAS.index(area) if area in _AREAS else len(_AREAS),
        unlikely=not package.endswith("-dev") if item.kind == "pkg-config" else package != item.name,
        length=len(package),
        package=package,
        path=path,
    )
