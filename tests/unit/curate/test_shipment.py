"""What an index cannot show is neither proved nor blamed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from extdeps.catalog.ecosystem import Ecosystem
from extdeps.catalog.probes import Kind, ProbeEntry
from extdeps.curate.index.interface import ALL_KINDS, Package, base_name
from extdeps.curate.shipment import Files, Packages
from extdeps.curate.verify import Verification, verify
from extdeps.model.requirement import Phase
from support.documents import load_catalogue, write_catalogue

ALPINE: frozenset[Kind] = frozenset(("development", "library", "executable"))
VOID: frozenset[Kind] = frozenset(("library",))
NOTHING: frozenset[Kind] = frozenset()


class FakeIndex:
    """An index that is written down."""

    name = "fake"
    default_repositories: tuple[str, ...] = ("main",)
    tells_versions = False
    date = ""

    def __init__(self, packages: dict[str, Package], files: dict[str, str], shows: frozenset[Kind]) -> None:
        self.shows = shows
        self._packages = packages
        self._files = files

    def packages(self) -> dict[str, Package]:
        return self._packages

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        return ((path, (owner,)) for path, owner in self._files.items() if base_name(path) in names)


def verify_entries(root: Path, shows: frozenset[Kind], specs: object, *probes: dict[str, object]) -> Verification:
    """Verify one entry whose evidence any of these probes names."""
    names = [f"dep:generic/z{number}" for number in range(len(probes))]
    write_catalogue(
        root,
        definitions=[
            {"id": "dep:virtual/interface/z"},
            *({"id": name, "provides": ["dep:virtual/interface/z"]} for name in names),
        ],
        probes=[{"id": name, **probe} for name, probe in zip(names, probes, strict=True)],
        mappings={"fake": [{"id": "dep:virtual/interface/z" if len(names) > 1 else names[0], "specs": specs}]},
    )
    packages = {
        "z-dev": Package(name="z-dev", repository="main", depends=(("so:libz.so.1",),)),
        "z-libs": Package(name="z-libs", repository="main", provides=("so:libz.so.1",)),
    }
    files = {"usr/lib/pkgconfig/z.pc": "z-dev", "usr/lib/libz.so.1": "z-libs"}
    catalogue = load_catalogue(root)
    mapping = catalogue.mapping(Ecosystem(name="fake"))
    assert mapping
    return verify(mapping, catalogue, FakeIndex(packages, files, shows))


PC: dict[str, object] = {"pkg_config": ["z"], "headers": ["z.h"], "libraries": ["z"]}
NO_PC: dict[str, object] = {"headers": ["z.h"], "libraries": ["z"]}


@pytest.mark.parametrize(
    ("shows", "specs", "probes", "expected"),
    [
        (ALPINE, {"host": ["z-dev"], "run": ["z-dev"]}, [PC], (3, 3, [])),  # run: through a capability
        (ALPINE, {"host": ["z-libs"]}, [PC], (2, 0, ["not-shipped"] * 2)),
        (ALPINE, {"host": ["z-libs"]}, [NO_PC], (0, 0, [])),
        (ALPINE, {"host": ["z-libs"]}, [{"libraries": ["z"]}], (0, 0, [])),
        (ALPINE, {"run": ["z-dev"]}, [{"libraries": ["y"]}], (1, 0, ["not-shipped"])),
        (ALPINE, {"run": ["z-dev"]}, [{"executables": ["z"]}], (1, 0, ["not-shipped"])),
        (VOID, {"host": ["z-dev"], "run": ["z-libs"]}, [PC], (3, 3, [])),  # what is shown is believed
        (VOID, {"host": ["z-libs"], "run": ["z-libs"]}, [PC], (1, 1, [])),
        (VOID, {"run": ["z-libs"]}, [{"executables": ["z"]}], (0, 0, [])),
        (NOTHING, {"host": ["z-libs"], "run": ["z-dev"]}, [{"executables": ["z"]}], (0, 0, [])),
        (NOTHING, {"run": ["nosuch"]}, [{"executables": ["z"]}], (0, 0, ["gone"])),
        (ALL_KINDS, {"host": ["z-libs"]}, [NO_PC], (2, 0, ["not-shipped"] * 2)),
        # of several that may provide it, one that cannot be seen leaves it open
        (ALPINE, {"host": ["z-libs"]}, [NO_PC, PC], (0, 0, [])),
        (ALPINE, {"host": ["z-dev"]}, [NO_PC, PC], (2, 2, [])),
        (ALPINE, {"host": ["z-libs"]}, [PC, PC], (2, 0, ["not-shipped"] * 2)),
    ],
)
def test_what_can_be_told(
    tmp_path: Path,
    shows: frozenset[Kind],
    specs: object,
    probes: list[dict[str, object]],
    expected: tuple[int, int, list[str]],
) -> None:
    result = verify_entries(tmp_path, shows, specs, *probes)
    assert (result.tried, result.proved, [fault.code for fault in result.faults]) == expected


@pytest.mark.parametrize(
    ("entry", "phase", "shows", "expected"),
    [
        (ProbeEntry(id="z", pkg_config=("z",)), "host", ALPINE, True),
        (ProbeEntry(id="z", headers=("z.h",)), "host", ALPINE, False),
        (ProbeEntry(id="z", headers=("z.h",)), "host", ALL_KINDS, True),
        (ProbeEntry(id="z", libraries=("z",)), "run", VOID, True),
        (ProbeEntry(id="z", libraries=("z",)), "host", VOID, False),
        (ProbeEntry(id="z", libraries=("z",), evidence=(("host", ("library",)),)), "host", VOID, False),
        (ProbeEntry(id="z", libraries=("z",), evidence=(("host", ("library",)),)), "host", ALL_KINDS, True),
        (
            ProbeEntry(id="z", executables=("z",), evidence=(("build", ("executable", "header")),)),
            "build",
            ALPINE,
            False,
        ),
    ],
)
def test_what_an_index_can_show(entry: ProbeEntry, phase: Phase, shows: frozenset[Kind], expected: bool) -> None:
    assert Files(FakeIndex({}, {}, shows), [entry]).can_show(entry, phase) is expected


def test_what_is_installed_together() -> None:
    packages = {
        "a": Package(name="a", repository="main", depends=(("nosuch", "cap"), ("b",))),
        "b": Package(name="b", repository="main", depends=(("a",),)),
        "c": Package(name="c", repository="main", provides=("cap",)),
        "d": Package(name="d", repository="main", provides=("cap",)),
    }
    index = Packages(FakeIndex(packages, {}, ALL_KINDS))
    assert index.installed_with(("a",)) == {"a", "b", "c"}
    assert index.installed_with(("nosuch",)) == frozenset()
    assert index.providers == {"cap": ["c", "d"]}


@pytest.mark.parametrize(
    ("kind", "phase", "expected"),
    [
        ("header", "host", ["usr/include/z/z.h"]),
        ("development", "host", ["usr/lib/pkgconfig/z.pc"]),
        ("library", "host", ["usr/lib/libz.so", "usr/lib/libz.a"]),
        ("library", "run", ["usr/lib/libz.so.1", "usr/lib/libz.so"]),
        ("executable", "build", ["usr/bin/z"]),
    ],
)
def test_files_that_are_evidence(kind: Kind, phase: Phase, expected: list[str]) -> None:
    entry = ProbeEntry(id="z", pkg_config=("z",), headers=("z/z.h",), libraries=("z",), executables=("z",))
    paths = (
        *("usr/include/z/z.h", "usr/include/z.h", "usr/lib/pkgconfig/z.pc", "usr/share/z.pc"),
        *("usr/lib/libz.so.1", "usr/lib/libz.so", "usr/lib/libz.a", "usr/bin/z", "usr/share/z", "usr/bin/y"),
    )
    files = Files(FakeIndex({}, dict.fromkeys(paths, "p"), ALL_KINDS), [entry])
    assert list(files.find(entry, kind, phase)) == [(path, frozenset("p")) for path in expected]
    assert files.owners(entry, kind, phase) == frozenset("p")
