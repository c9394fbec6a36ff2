"""Overlays: the right table for the version, and where each is wrong."""

from pathlib import Path

import pytest

from extdeps.declaration.filekind import FileKind
from extdeps.declaration.overlay import check_overlay, read_overlay, read_tables
from extdeps.errors import DeclarationError, DocumentError
from extdeps.model.declaration import Declaration

TEXT = """
project = "demo"
[[declaration]]
versions = ">=3.7"
external = { host-requires = ["dep:generic/proj@>=9.2"] }
[[declaration]]
versions = ">=3,<3.7"
vendored = true
external = { host-requires = ["dep:generic/gdal@=={version}"], dependencies = ["dep:generic/libsndfile"] }
"""


def read(tmp_path: Path, version: str, kind: FileKind = "sdist", text: str = TEXT) -> Declaration | None:
    path = tmp_path / "demo.toml"
    path.write_text(text)
    return read_overlay([str(path)], version=version, kind=kind, subject="demo")


@pytest.mark.parametrize(
    ("specifier", "requirement"),
    [("", "proj"), (">=3.5", "proj"), ("<3.7", "gdal"), ("==3.6.*", "gdal"), ("~=3.1", "proj"), ("<3", None)],
)
def test_a_range_finds_the_newest_declaration_that_may_hold(
    tmp_path: Path, specifier: str, requirement: str | None
) -> None:
    path = tmp_path / "demo.toml"
    path.write_text(TEXT)
    found = read_overlay([str(path)], version="", kind="sdist", subject="demo", specifier=specifier)
    assert (found and found.requirements[0].requirement.url.name) == requirement


@pytest.mark.parametrize(
    ("version", "requirements"),
    [
        ("", ["dep:generic/proj@>=9.2"]),
        ("3.7.0", ["dep:generic/proj@>=9.2"]),
        ("4.0rc1", ["dep:generic/proj@>=9.2"]),
        ("3.6.1", ["dep:generic/gdal@==3.6.1", "dep:generic/libsndfile"]),
        ("3.6.1.post2", ["dep:generic/gdal@==3.6.1", "dep:generic/libsndfile"]),
    ],
)
def test_finds_the_declaration_of_a_version(tmp_path: Path, version: str, requirements: list[str]) -> None:
    declaration = read(tmp_path, version)
    assert declaration is not None
    assert [str(item.requirement) for item in declaration.requirements] == requirements


def test_no_declaration_for_a_version(tmp_path: Path) -> None:
    assert read(tmp_path, "2.0") is None
    assert read_overlay([], version="1", kind="sdist", subject="x") is None


def test_unknown_version_leaves_no_bound_on_its_own_release(tmp_path: Path) -> None:
    text = 'project = "Demo"\n[[declaration]]\nexternal = { host-requires = ["dep:generic/gdal@=={version}"] }'
    declaration = read(tmp_path, "", text=text)
    assert declaration is not None
    assert str(declaration.requirements[0].requirement) == "dep:generic/gdal"


@pytest.mark.parametrize(
    ("kind", "count", "phases"),
    [
        ("sdist", 2, ("build", "host", "run")),
        ("pure-wheel", 2, ("run",)),
        ("local-wheel", 2, ("run",)),
        ("platform-wheel", 0, ("run",)),
    ],
)
def test_a_platform_wheel_carries_what_is_vendored(
    tmp_path: Path, kind: FileKind, count: int, phases: tuple[str, ...]
) -> None:
    declaration = read(tmp_path, "3.5", kind)
    assert declaration is not None
    assert (len(declaration.requirements), declaration.phases) == (count, phases)
    assert declaration.is_built_here == (kind in ("sdist", "local-wheel"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = ", "`{path}` cannot be read as TOML"),
        ("project = 'demo'", "`{path}` has no `[[declaration]]`"),
        ("declaration = 3", "`{path}` has no `[[declaration]]`"),
        (
            "[[declaration]]\nexternal = {}",
            "`{path}`: `project` is not the name of the project that the file is named after",
        ),
        (
            "project = 'other'\n[[declaration]]\nexternal = {}",
            "`{path}`: `project` is not the name of the project that the file is named after",
        ),
        ("project = 'demo'\nx = 1\n[[declaration]]\nexternal = {}", "`{path}`: `x` is not a key of it"),
    ],
)
def test_bad_document(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, "1.0", text=text)
    assert caught.value.message == message.format(path=tmp_path / "demo.toml")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("versions = '1'", "it has no `external`"),
        ("external = {}\nverison = '1'", "`verison` is not a key of it"),
        ("external = []", "`external` is of the wrong type"),
        ("external = {}\nvendored = 'yes'", "`vendored` is of the wrong type"),
        ("external = {}\nverified = ['1']", "`verified` is not an array of tables"),
        ("external = {}\nversions = '~1'", "`versions` is not a version range: Invalid specifier: '~1'"),
    ],
)
def test_bad_declaration(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, "1.0", text=f"project = 'demo'\n[[declaration]]\n{table}")
    assert caught.value.message == f"`{tmp_path / 'demo.toml'}`: `declaration[0]`: {message}"


def test_unknown_key_of_a_verification(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, "1", text="project = 'demo'\n[[declaration]]\nexternal = {}\nverified = [{ by = 'me' }]")
    assert caught.value.message == f"`{tmp_path / 'demo.toml'}`: `declaration[0]`: `verified`: `by` is not a key of it"


@pytest.mark.parametrize("text", ["gdal@>={version},<4", "gdal@=={version}.*", "gdal@>=3,<{version}", "gdal@{version}"])
def test_the_projects_version_stands_alone(tmp_path: Path, text: str) -> None:
    table = f"external = {{ host-requires = ['dep:generic/{text}'] }}"
    for version in ("", "3.6"):
        with pytest.raises(DocumentError) as caught:
            read(tmp_path, version, text=f"project = 'demo'\n[[declaration]]\n{table}")
        assert caught.value.message == (
            f"`{tmp_path / 'demo.toml'}`: `dep:generic/{text}`: `{{version}}` stands alone behind `@` and one operator"
        )


def test_bad_table_in_an_overlay(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        read(tmp_path, "1", text="project = 'demo'\n[[declaration]]\nexternal = { zebra = [] }")
    assert caught.value.context == (f"{tmp_path / 'demo.toml'}: external.zebra: is not a key of `[external]`",)


def test_every_declaration_of_a_file_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "demo.toml"
    path.write_text(TEXT)
    check_overlay(str(path))
    path.write_text(f'{TEXT}[[declaration]]\nversions = ">=1,<2"\nexternal = {{ host-requires = ["a b"] }}\n')
    with pytest.raises(DeclarationError):
        check_overlay(str(path))
    path.write_text(f"{TEXT}[[declaration]]\nversions = '1'\nexternal = {{}}\n")
    with pytest.raises(DocumentError) as caught:
        check_overlay(str(path))
    assert caught.value.message.startswith(f"`{path}`: `declaration[2]`: `versions` is not a version range: ")


def test_a_file_that_is_nested_too_deeply(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, "1", text="x = " + "[" * 100_000)
    assert caught.value.message == f"`{tmp_path}/demo.toml` cannot be read as TOML"


def test_every_table_and_what_its_version_follows(tmp_path: Path) -> None:
    path = tmp_path / "demo.toml"
    path.write_text(TEXT)
    newer, older = read_tables([str(path)])
    assert [(table.index, table.versions) for table in (newer, older)] == [(0, ">=3.7"), (1, ">=3,<3.7")]
    assert [newer.holds(version) for version in ("", "3.6", "3.7", "4.0rc1")] == [True, False, True, True]
    assert newer.follows() == ()
    assert list(map(str, older.follows())) == ["dep:generic/gdal"]
    assert older.place == f"`{path}`: `declaration[1]`"
