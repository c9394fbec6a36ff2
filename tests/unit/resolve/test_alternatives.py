"""Other versions of a project, from overlays, the index and what is on offer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from extdeps.checker import Selection
from extdeps.declaration.installer.pipconfig import PipConfiguration
from extdeps.declaration.named import Sources, read_named
from extdeps.fetch import Fetcher
from extdeps.interpreter import Interpreter
from extdeps.model.constraint import parse_constraints
from extdeps.model.declaration import Declaration
from extdeps.resolve.alternatives import find_alternatives
from extdeps.resolve.candidate import Offer
from extdeps.resolve.market import Alternative, Market
from extdeps.resolve.requirement import Demand
from extdeps.resolve.resolution import resolve
from support.checks import CATALOGUE, machine_of
from support.index import Index, json_page, serve
from support.recorded import RecordedHost

PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    base_prefix="/usr",
    version="3.11.2",
    platform="linux-x86_64",
    markers={"python_version": "3.11", "sys_platform": "linux"},
)
PROJ, GDAL = "dep:generic/proj", "dep:generic/gdal"
PYPROJ = """
project = "pyproj"
[[declaration]]
versions = ">=3.7"
external = { build-requires = ["dep:virtual/compiler/c"], host-requires = ["proj>=9.2"] }
[[declaration]]
versions = ">=3.5,<3.7"
external = { build-requires = ["dep:virtual/compiler/c"], host-requires = ["proj>=9.0"] }
[[declaration]]
versions = "<3.5"
vendored = true
external = { host-requires = ["proj>=8.2", "zlib; sys_platform == 'win32'"], dependencies = ["sqlite3"] }
"""
BINDINGS = """
project = "gdal"
[[declaration]]
external = { host-requires = ["dep:generic/gdal@=={version}"] }
"""


def offer(identifier: str, version: str) -> Offer:
    return Offer(identifier=identifier, source="apt", ecosystem="debian", version=version, packages=("x-dev",), new=1)


def demand(identifier: str, bounds: str = "", phase: str = "host", subject: str = "pyproj") -> Demand:
    constraints = parse_constraints(bounds) if bounds else ()
    return Demand(identifier=identifier, constraints=constraints, phase=phase, requested_by=subject)  # type: ignore[arg-type]


def sdists(*versions: str) -> dict[str, tuple[str, bytes]]:
    return {
        f"/simple/{name}/": json_page(
            *({"filename": f"{name}-{version}.tar.gz", "url": f"/{name}-{version}.tar.gz"} for version in versions)
        )
        for name in ("pyproj", "gdal")
    }


class Shop:
    """Overlays, and an index or none."""

    def __init__(self, directory: Path, index: Index | None = None, **overlays: str) -> None:
        paths = {name: directory / f"{name}.toml" for name in overlays}
        for name, path in paths.items():
            path.write_text(overlays[name])
        self.host = RecordedHost(files={"/etc/os-release": "ID=debian\nVERSION_ID=12\n"})
        self.sources = Sources(
            host=self.host,
            interpreter=PYTHON,
            libc=("glibc", "2.36"),
            configuration=PipConfiguration(indexes=(index.url,) if index else ()),
            overlays=lambda name: (str(paths[name]),) if name in paths else (),
            fetcher=Fetcher() if index else None,
            marker_environment=lambda: {"python_version": "3.11", "sys_platform": "linux"},
        )

    def declare(self, text: str) -> Declaration:
        declaration = read_named(text, self.sources)
        assert declaration
        return declaration

    def find(
        self,
        declaration: Declaration,
        offers: Mapping[str, tuple[Offer, ...]] | None = None,
        selection: Selection | None = None,
    ) -> Mapping[str, tuple[Alternative, ...]]:
        machine = machine_of(self.host)
        return find_alternatives(
            [declaration], machine, CATALOGUE, self.sources, offers=offers or {}, selection=selection
        )


def names(alternatives: tuple[Alternative, ...]) -> list[tuple[str, str]]:
    return [(item.name, item.instead_of) for item in alternatives]


def test_the_other_declarations_offline(tmp_path: Path) -> None:
    shop = Shop(tmp_path, pyproj=PYPROJ)
    found = shop.find(shop.declare("pyproj"))
    assert (list(found), len(found)) == (["pyproj"], 1)
    compiler = demand("dep:virtual/compiler/c", phase="build")
    assert found["pyproj"] == (
        Alternative(name="pyproj>=3.5,<3.7", demands=(compiler, demand(PROJ, ">=9.0"))),
        Alternative(
            name="pyproj<3.5",
            demands=(demand(PROJ, ">=8.2"), demand("dep:generic/sqlite", phase="run")),
        ),
    )
    assert found["pyproj"] is found["pyproj"]


def test_the_phases_that_were_asked_for(tmp_path: Path) -> None:
    shop = Shop(tmp_path, pyproj=PYPROJ)
    found = shop.find(shop.declare("pyproj"), selection=Selection(phases=("build",)))
    assert [item.demands for item in found["pyproj"]] == [(demand("dep:virtual/compiler/c", phase="build"),), ()]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("pyproj>=3.6", [("pyproj>=3.6,<3.7", ""), ("pyproj<3.5", "pyproj>=3.6")]),
        ("pyproj==3.7.0", [("pyproj>=3.5,<3.7", "pyproj==3.7.0"), ("pyproj<3.5", "pyproj==3.7.0")]),
        ("pyproj<3.7", [("pyproj>=3.5,<3.7", ""), ("pyproj<3.5", "")]),
        ("pyproj==3.6.1", [("pyproj>=3.7", "pyproj==3.6.1"), ("pyproj<3.5", "pyproj==3.6.1")]),
        ("PyProj[x]~=3.4.0", [("pyproj<3.5,~=3.4.0", ""), ("pyproj>=3.5,<3.7", "pyproj~=3.4.0")]),
    ],
)
def test_what_was_asked_for_comes_first(tmp_path: Path, asked: str, expected: list[tuple[str, str]]) -> None:
    """Offline the version of a range is not known, and the declaration of the newest counts."""
    shop = Shop(tmp_path, pyproj=PYPROJ)
    assert names(shop.find(shop.declare(asked))["pyproj"]) == expected


def test_the_index_tells_what_there_is_and_is_asked_once(tmp_path: Path) -> None:
    with serve(sdists("3.7.1", "3.6.1", "3.0rc1")) as index:
        shop = Shop(tmp_path, index, pyproj=PYPROJ)
        declaration = shop.declare("pyproj>=3.7")
        asked = len(index.asked)
        found = shop.find(declaration)
        assert (list(found), len(index.asked)) == (["pyproj"], asked)
        assert names(found["pyproj"]) == [("pyproj>=3.5,<3.7", "pyproj>=3.7"), ("pyproj<3.5", "pyproj>=3.7")]
        assert found["pyproj"]
        assert len(index.asked) == asked + 1


def test_versions_that_pip_would_not_take_are_no_help(tmp_path: Path) -> None:
    with serve(sdists("3.7.1", "3.5.0")) as index:
        shop = Shop(tmp_path, index, pyproj=PYPROJ)
        assert names(shop.find(shop.declare("pyproj>=3.4"))["pyproj"]) == [("pyproj>=3.5,<3.7", "")]
        # 3.6.2 and above would fit what was asked for, but there is none: the whole range is the advice
        assert names(shop.find(shop.declare("pyproj>=3.6"))["pyproj"]) == [("pyproj>=3.5,<3.7", "pyproj>=3.6")]


def test_a_wheel_that_carries_it_all(tmp_path: Path) -> None:
    wheel = "pyproj-3.4.1-cp311-cp311-manylinux_2_17_x86_64.whl"
    page = json_page({"filename": "pyproj-3.7.1.tar.gz", "url": "/x.tar.gz"}, {"filename": wheel, "url": f"/{wheel}"})
    with serve({"/simple/pyproj/": page}) as index:
        shop = Shop(tmp_path, index, pyproj=PYPROJ)
        assert shop.find(shop.declare("pyproj"))["pyproj"] == (Alternative(name="pyproj<3.5", demands=()),)


def test_an_index_that_does_not_answer_is_as_none(tmp_path: Path) -> None:
    with serve(sdists("3.7.1")) as index:
        shop = Shop(tmp_path, index, pyproj=PYPROJ)
        declaration = shop.declare("pyproj")
    assert names(shop.find(declaration)["pyproj"]) == [("pyproj>=3.5,<3.7", ""), ("pyproj<3.5", "")]


def test_a_version_that_follows_the_library(tmp_path: Path) -> None:
    offers = {GDAL: tuple(offer(GDAL, version) for version in ("3.6.2", "3.10.1", "3.9.0", "", "3.9-rc", "3.6.2"))}
    shop = Shop(tmp_path, gdal=BINDINGS)
    assert names(shop.find(shop.declare("gdal==3.9"), offers)["gdal"]) == [
        ("gdal==3.10.1", "gdal==3.9"),
        ("gdal==3.6.2", "gdal==3.9"),
    ]
    assert names(shop.find(shop.declare("gdal<3.10"), offers)["gdal"]) == [
        ("gdal==3.9.0", ""),
        ("gdal==3.6.2", ""),
        ("gdal==3.10.1", "gdal<3.10"),
    ]
    with serve(sdists("3.11.0", "3.10.1.post1", "3.6.2")) as index:
        shop = Shop(tmp_path, index, gdal=BINDINGS)
        found = shop.find(shop.declare("gdal"), offers)["gdal"]
    assert found == (Alternative(name="gdal==3.6.2", demands=(demand(GDAL, "==3.6.2", subject="gdal"),)),)


def test_ranges_that_overlap_are_no_advice(tmp_path: Path) -> None:
    text = PYPROJ.replace('">=3.5,<3.7"', '">=3.5,<3.8"').replace('versions = "<3.5"\n', "")
    shop = Shop(tmp_path, pyproj=text)
    assert shop.find(shop.declare("pyproj"))["pyproj"] == ()


def test_what_names_no_project_has_no_other_versions(tmp_path: Path) -> None:
    shop = Shop(tmp_path, pyproj=PYPROJ)
    own = Declaration(subject=".", origin="pyproject.toml")
    assert dict(shop.find(own)) == {}
    assert dict(shop.find(shop.declare("nosuch"))) == {}
    assert shop.find(own).get("pyproj", ()) == ()


def test_the_whole_way_to_the_advice(tmp_path: Path) -> None:
    shop = Shop(tmp_path, pyproj=PYPROJ)
    offers = {
        PROJ: (offer(PROJ, "9.1.1"),),
        "dep:virtual/compiler/c": (offer("dep:virtual/compiler/c", "12"),),
    }
    market = Market(
        offers=offers,
        providers={"dep:virtual/compiler/c": ("dep:virtual/compiler/c",)},
        alternatives=shop.find(shop.declare("pyproj"), offers),
    )
    refusals = resolve([demand(PROJ, ">=9.2")], market).refusals
    assert [refusal.remedies for refusal in refusals] == [("`pyproj>=3.5,<3.7` builds with proj 9.1.1 of apt",)]
