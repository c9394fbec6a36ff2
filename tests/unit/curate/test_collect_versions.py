"""The document of versions, out of small indexes, and what is wrong with one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.cli.main import main
from extdeps.curate.diff import compare
from extdeps.curate.index.interface import Source
from extdeps.curate.index.table import open_index
from extdeps.curate.layout import format_document
from extdeps.curate.lint import lint
from extdeps.curate.versions import collect_versions
from extdeps.errors import UsageError
from extdeps.fetch import Fetcher
from extdeps.host import LocalHost
from extdeps.resources import shipped_directory
from support.aptarchive import write_archive
from support.documents import load_catalogue, write_catalogue
from support.repositories import FakeFetcher, make_apkindex, make_pacman, make_repodata, make_source
from support.rpmrepository import Built, write_rpm_repository

Z = "dep:generic/z"
PACKAGES = """\
Package: libz-dev
Version: 1:1.3+dfsg-2+b1

Package: libz1
Version: 1:1.3+dfsg-2

Package: unused
Version: 7

Package: silent
"""
TEXT = """\
{
"schema_version": 1,
"ecosystem": "debian+12",
"as_of": "2026-07-11",
"source": "%s/dists/bookworm",
"architecture": "amd64",
"versions": {
"cuda": "12",
"libz-dev": "1:1.3+dfsg-2+b1",
"libz1": "1:1.3+dfsg-2"
}
}
"""


def write_all(root: Path, *, date: str = "Sat, 11 Jul 2026 09:00:00 UTC") -> Path:
    files = {
        "main/binary-amd64/Packages.xz": PACKAGES,
        "non-free/binary-amd64/Packages": "Package: cuda\nVersion: 12\n",
    }
    write_archive(root / "archive", files, fields=f"Date: {date}\n")
    entries: list[dict[str, object]] = [
        {"id": Z, "specs": {"build": ["gone"], "host": ["libz-dev"], "run": ["libz1"]}},
        {"id": "dep:generic/cuda", "specs": "cuda"},
        {"id": "dep:generic/silent", "specs": "silent"},
        {"id": "dep:generic/nothing", "specs": []},
        {"id": "dep:generic/of-a-vendor", "specs": "libz1-vendor", "extra_metadata": {"repository": "vendor"}},
    ]
    own = [{"id": "dep:generic/z", "specs": {"build": ["libz-dev"], "host": ["libz-dev"], "run": ["libz1", "a\x1bb"]}}]
    write_catalogue(root / "mappings", mappings={"debian": entries, "debian+12": own})
    return root


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory that one stands in, with a mapping and an archive."""
    monkeypatch.chdir(tmp_path)
    return write_all(tmp_path)


def run(*arguments: str) -> int:
    return main(["mapping", "versions", "debian+12", "--from", "archive", "--allow-unsigned", *arguments])


def test_the_command(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    path = root / "mappings/debian+12.versions.json"
    assert path.read_text() == TEXT % (root / "archive").as_uri()
    assert capsys.readouterr().out == (
        "no version: `a\ufffdb`\nno version: `silent`\n3 versions in mappings/debian+12.versions.json.\n"
    )
    assert format_document(str(path)) == path.read_text()
    assert list(lint(str(path), load_catalogue(root / "mappings"))) == []


def test_another_file_or_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = TEXT % (root / "archive").as_uri()
    assert run("--output", "-") == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == (expected, "no version: `a\ufffdb`\nno version: `silent`\n")
    assert run("--output", "here.json") == 0
    assert (root / "here.json").read_text() == expected
    assert not (root / "mappings/debian+12.versions.json").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("plan9",), 2, "error[usage]: there is no mapping for `plan9`"),
        (("debian",), 2, "error[usage]: `debian` names no release"),
        (("debian+12", "--output", "no/such/file"), 5, "error[environment]: `no/such/file` cannot be written"),
    ],
)
def test_what_the_command_cannot_do(
    root: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, message: str
) -> None:
    assert main(["mapping", "versions", *words, "--from", "archive", "--allow-unsigned"]) == code
    assert f"{message}\n" in capsys.readouterr().err


@pytest.mark.parametrize("date", ["", "someday"])
def test_an_index_without_a_date_is_of_the_day_on_which_it_is_read(tmp_path: Path, date: str) -> None:
    document = collect(write_all(tmp_path, date=date), "debian+12", (tmp_path / "archive").as_uri())
    assert document["as_of"] == "2026-01-02"


def collect(root: Path, ecosystem: str, address: str = "", fetcher: Fetcher | None = None) -> dict[str, object]:
    source = Source(
        ecosystem=parse_ecosystem(ecosystem),
        fetcher=fetcher or Fetcher(),
        host=LocalHost(),
        address=address,
        allow_unsigned=True,
    )
    mapping = load_catalogue(root / "mappings").mapping(source.ecosystem)
    assert mapping
    collection = collect_versions(mapping, open_index(source), source, today="2026-01-02")
    document: dict[str, object] = json.loads(collection.text)
    return document


def versions_of(root: Path, ecosystem: str, address: str = "", fetcher: Fetcher | None = None) -> object:
    """What is collected about a package `z`."""
    name = ecosystem.partition("+")[0]
    write_catalogue(root / "mappings", mappings={name: [{"id": Z, "specs": "z"}]})
    return collect(root, ecosystem, address, fetcher)["versions"]


def test_the_newest_of_several_versions_of_the_first_component(tmp_path: Path) -> None:
    versions = ["1.9-1", "1.10-1", "1.10~rc1-1"]
    packages = "\n".join(f"Package: z\nVersion: {version}\n" for version in versions)
    files = {"main/binary-amd64/Packages": packages, "non-free/binary-amd64/Packages": "Package: z\nVersion: 9\n"}
    write_archive(tmp_path / "archive", files)
    assert versions_of(tmp_path, "debian+12", (tmp_path / "archive").as_uri()) == {"z": "1.10-1"}


def test_rpm(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path / "r", [Built(name="z", epoch="2", version="1.3~rc1"), Built(name="other")])
    assert versions_of(tmp_path, "fedora+99", (tmp_path / "r").as_uri()) == {"z": "2:1.3~rc1-1"}


def test_pacman(tmp_path: Path) -> None:
    (tmp_path / "core.db").write_bytes(make_pacman({"z-1:1.3-2": "%NAME%\nz\n\n%VERSION%\n1:1.3-2\n"}))
    assert versions_of(tmp_path, "arch", tmp_path.as_uri()) == {"z": "1:1.3-2"}


def test_apk(tmp_path: Path) -> None:
    root = "https://dl-cdn.alpinelinux.org/alpine/edge"
    pages = {
        f"{root}/{name}/x86_64/APKINDEX.tar.gz": make_apkindex("P:z\nV:1.3_p1-r2\n") for name in ("main", "community")
    }
    assert versions_of(tmp_path, "alpine+edge", fetcher=FakeFetcher(pages)) == {"z": "1.3_p1-r2"}


def test_xbps(tmp_path: Path) -> None:
    (tmp_path / "x86_64-repodata").write_bytes(make_repodata([{"pkgver": "z-1.3.1_2"}]))
    assert versions_of(tmp_path, "void", tmp_path.as_uri()) == {"z": "1.3.1_2"}


@pytest.mark.parametrize(
    ("ecosystem", "file", "document", "version"),
    [
        (
            "conda-forge",
            "noarch/repodata.json",
            {"packages": {"z-1-0.tar.bz2": {"name": "z", "version": "1.3.1", "build_number": 0}}},
            "1.3.1",
        ),
        ("homebrew", "formula.json", [{"name": "z", "versions": {"stable": "1.3"}, "revision": 2}], "1.3_2"),
        ("nix", "packages.json", {"z": {"version": "1.3"}}, "1.3"),
        ("guix", "packages.json", [{"name": "z", "version": "1.3"}, {"name": "z", "version": "1.2"}], "1.3"),
        ("freebsd+14", "packagesite.yaml", {"name": "z", "version": "1.3_1,1"}, "1.3_1,1"),
    ],
)
def test_documents_of_json(tmp_path: Path, ecosystem: str, file: str, document: object, version: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(json.dumps(document))
    assert versions_of(tmp_path, ecosystem, tmp_path.as_uri()) == {"z": version}


def test_an_index_that_does_not_tell(tmp_path: Path) -> None:
    (tmp_path / "dev-libs/z").mkdir(parents=True)
    (tmp_path / "dev-libs/z/z-1.3.ebuild").touch()
    with pytest.raises(UsageError) as caught:
        versions_of(tmp_path, "gentoo", tmp_path.as_uri())
    assert caught.value.message == f"`{tmp_path.as_uri()}` does not tell which versions of its packages are installed"
    assert not open_index(make_source("gentoo", tmp_path, allow_unsigned=True)).tells_versions


def faults_of(root: Path, name: str = "debian+12", **fields: object) -> list[tuple[int, str, str]]:
    path = write_all(root) / f"mappings/{name}.versions.json"
    path.write_text(json.dumps({**json.loads(TEXT % "file:"), **fields}))
    assert main(["mapping", "format", str(path)]) == 0
    return [(fault.line, fault.code, fault.message) for fault in lint(str(path), load_catalogue(root / "mappings"))]


def test_a_package_that_no_entry_names(tmp_path: Path) -> None:
    assert faults_of(tmp_path, versions={"libz1": "1", "gone": "2"}) == [
        (8, "unmapped", "`gone` is no package that the mapping of `debian+12` names")
    ]


def test_a_document_that_is_called_after_another_release(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "debian+13", versions={}) == [
        (3, "misnamed", "`ecosystem` is `debian+12`, and the document is called after `debian+13`")
    ]


def test_a_release_without_a_mapping(tmp_path: Path) -> None:
    found = faults_of(tmp_path, "plan9", ecosystem="plan9", versions={"z": "1"})
    assert found == [(8, "unmapped", "`z` is no package that the mapping of `plan9` names")]


def test_a_document_that_cannot_be_read(tmp_path: Path) -> None:
    ((line, code, message),) = faults_of(tmp_path, versions={"libz1": "1 2"})
    assert (line, code) == (0, "unreadable")
    assert message.endswith("debian+12.versions.json`: `versions.libz1` is not a version")
    ((line, code, message),) = faults_of(tmp_path, ecosystem="a b")
    assert (line, code, message.rpartition("`: ")[2]) == (0, "unreadable", "`a b` is not an ecosystem")


def test_the_layout(tmp_path: Path) -> None:
    path = tmp_path / "debian+12.versions.json"
    document = json.loads(TEXT % "file:")
    document["versions"] = dict(reversed(document["versions"].items()))
    path.write_text(json.dumps(document))
    assert format_document(str(path)) == TEXT % "file:"
    path.write_text('{"versions": []}')
    assert main(["mapping", "format", str(path)]) == 3


def test_what_differs(tmp_path: Path) -> None:
    document = json.loads(TEXT % "file:")
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(document))
    new.write_text(json.dumps({**document, "versions": {"cuda": "13", "libz1": "1:1.3+dfsg-2"}}))
    changes = [(change.identifier, change.effect) for change in compare(str(old), str(new))]
    assert changes == [("cuda", "changed"), ("libz-dev", "removed")]
    (field,) = compare(str(old), str(new))[0].fields
    assert (field.name, field.removed, field.added) == ("version", ('"12"',), ('"13"',))


@pytest.mark.parametrize("path", sorted(Path(shipped_directory()).glob("*.versions.json")), ids=lambda path: path.name)
def test_what_is_shipped_covers_its_mapping(path: Path) -> None:
    catalogue = Catalogue((shipped_directory(),))
    ecosystem = parse_ecosystem(path.name.removesuffix(".versions.json"))
    mapping = catalogue.mapping(ecosystem)
    assert mapping
    names = {name for specs in map(mapping.find, mapping) if specs and not specs.repository for name in specs.names}
    lacking = names - catalogue.known_versions(ecosystem).keys()
    assert len(lacking) < len(names) / 100
