"""The seven examples of PEP 725, and the Core Metadata that it prints for them."""

import tomllib

import pytest

from extdeps.declaration.external import parse_external
from extdeps.model.declaration import format_core_metadata

CRYPTOGRAPHY = """
[external]
build-requires = ["dep:virtual/compiler/c", "dep:virtual/compiler/rust", "dep:generic/pkg-config"]
host-requires = ["dep:generic/openssl", "dep:generic/libffi"]
"""
SCIPY = """
[external]
build-requires = [
  "dep:virtual/compiler/c", "dep:virtual/compiler/cpp", "dep:virtual/compiler/fortran",
  "dep:generic/ninja", "dep:generic/pkg-config",
]
host-requires = ["dep:virtual/interface/blas", "dep:virtual/interface/lapack@>=3.7.1"]
"""
PILLOW = """
[external]
build-requires = ["dep:virtual/compiler/c"]
host-requires = ["dep:generic/libjpeg", "dep:generic/zlib"]
[external.optional-host-requires]
extra = [
  "dep:generic/lcms2", "dep:generic/freetype", "dep:generic/libimagequant", "dep:generic/libraqm",
  "dep:generic/libtiff", "dep:generic/libxcb", "dep:generic/libwebp", "dep:generic/openjpeg@>=2.0", "dep:generic/tk",
]
"""
NAVIS = """
[project.optional-dependencies]
r = ["rpy2"]
[external]
build-requires = ["dep:generic/XCB; platform_system=='Linux'"]
[external.optional-dependencies]
nat = ["dep:cran/nat", "dep:cran/nat.nblast"]
"""
SPYDER = """
[external]
dependencies = ["dep:cargo/ripgrep", "dep:cargo/tree-sitter-cli", "dep:golang/github.com/junegunn/fzf"]
"""
JUPYTERLAB_GIT = """
[external]
dependencies = ["dep:generic/git"]
[external.optional-build-requires]
dev = ["dep:generic/nodejs"]
"""
PYENCHANT = """
[external]
dependencies = ["dep:github/AbiWord/enchant; platform_system!='Windows'"]
"""
GROUPS = """
[external.dependency-groups]
dev = ["dep:generic/catch2", "dep:generic/valgrind"]
"""


@pytest.mark.parametrize(
    ("text", "count", "fields"),
    [
        (CRYPTOGRAPHY, 5, []),
        (SCIPY, 7, []),
        (PILLOW, 12, []),
        (
            NAVIS,
            3,
            [
                "Provides-External-Extra: nat",
                "Requires-External-Dep: dep:cran/nat; extra == 'nat'",
                "Requires-External-Dep: dep:cran/nat.nblast; extra == 'nat'",
            ],
        ),
        (
            SPYDER,
            3,
            [
                "Requires-External-Dep: dep:cargo/ripgrep",
                "Requires-External-Dep: dep:cargo/tree-sitter-cli",
                "Requires-External-Dep: dep:golang/github.com/junegunn/fzf",
            ],
        ),
        (JUPYTERLAB_GIT, 2, ["Requires-External-Dep: dep:generic/git"]),
        (PYENCHANT, 1, ['Requires-External-Dep: dep:github/AbiWord/enchant; platform_system!="Windows"']),
        (GROUPS, 2, []),
    ],
    ids=["cryptography", "scipy", "pillow", "navis", "spyder", "jupyterlab-git", "pyenchant", "groups"],
)
def test_examples_of_the_pep(text: str, count: int, fields: list[str]) -> None:
    declaration = parse_external(tomllib.loads(text)["external"], subject=".", origin="pyproject.toml")
    assert len(declaration.requirements) == count
    assert [f"{name}: {value}" for name, value in format_core_metadata(declaration)] == fields


def test_marker_and_extra_are_joined() -> None:
    table = {"optional-dependencies": {"Geo_Data": ["dep:generic/gdal; a == 'b' or os_name == 'nt'"], "empty": []}}
    table["optional-dependencies"]["Geo_Data"] = ["dep:generic/gdal; os_name == 'a' or os_name == 'b'"]
    declaration = parse_external(table, subject=".", origin="pyproject.toml")
    assert format_core_metadata(declaration) == (
        ("Provides-External-Extra", "geo-data"),
        ("Requires-External-Dep", """dep:generic/gdal; (os_name == "a" or os_name == "b") and extra == 'geo-data'"""),
        ("Provides-External-Extra", "empty"),
    )


def test_markers_over_capabilities_are_lowered() -> None:
    table = {
        "dependencies": ['dep:generic/mkl; cpu.level >= "x86-64-v3" and os_name == "posix"', 'cuda; "a" in cpu.flags']
    }
    declaration = parse_external(table, subject=".", origin="pyproject.toml")
    assert format_core_metadata(declaration) == (
        ("Requires-External-Dep", 'dep:generic/mkl; os_name == "posix"'),
        ("Requires-External-Dep", "dep:generic/cuda"),
    )


def test_selection() -> None:
    declaration = parse_external(tomllib.loads(PILLOW)["external"], subject=".", origin="pyproject.toml")
    assert len(list(declaration.select(extras=frozenset(), groups=frozenset()))) == 3
    assert len(list(declaration.select(extras=frozenset({"extra"}), groups=frozenset()))) == 12
    groups = parse_external(tomllib.loads(GROUPS)["external"], subject=".", origin="pyproject.toml")
    assert not list(groups.select(extras=frozenset(), groups=frozenset()))
    assert len(list(groups.select(extras=frozenset(), groups=frozenset({"dev"})))) == 2
