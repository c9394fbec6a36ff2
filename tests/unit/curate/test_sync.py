"""What a release's document becomes, out of small indexes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from extdeps.catalog.ecosystem import Ecosystem
from extdeps.cli.main import main
from extdeps.curate.index.debian import DebianIndex
from extdeps.curate.index.interface import PackageIndex
from extdeps.curate.sync import Synchronization, list_ecosystem, synchronize
from extdeps.errors import UsageError
from support.aptarchive import open_archive, write_archive
from support.documents import load_catalogue, write_catalogue

Z = "dep:generic/z"
LIBRARY = {"id": Z, "pkg_config": ["z"], "headers": ["z.h"], "libraries": ["z"]}
FILES = {
    "usr/lib/x86_64-linux-gnu/pkgconfig/z.pc": "libz-dev",
    "usr/include/z.h": "libz-dev",
    "usr/lib/x86_64-linux-gnu/libz.so": "libz-dev",
    "usr/lib/x86_64-linux-gnu/libz.so.2": "libz2",
    "usr/lib/arm-linux-gnueabi/libz.so.2": "libz2-arm-cross",
    "usr/lib/z/plugins/libz.so.2": "z-plugin",
    "usr/bin/z": "z-tools",
}
DEPENDS = {"libz-dev": "libz2", "libz2": "", "libz2-arm-cross": "", "z-plugin": "", "z-tools": "libz2", "old": ""}
"""Of each package what it depends on."""


def entry(specs: object, *sources: str) -> dict[str, object]:
    return {"id": Z, "specs": specs, "extra_metadata": {"sources": list(sources), "verified": "2020-01-01"}}


def phases(host: str, run: str) -> dict[str, object]:
    return {"build": [host], "host": [host], "run": [run]}


def make_index(root: Path, files: Mapping[str, str] = FILES, depends: Mapping[str, str] = DEPENDS) -> DebianIndex:
    packages = "\n".join(f"Package: {name}\nDepends: {needs}\n" for name, needs in depends.items())
    contents = "".join(f"{path}  x/{owner}\n" for path, owner in files.items())
    write_archive(root, {"main/binary-amd64/Packages": packages, "main/Contents-amd64": contents})
    return DebianIndex(open_archive(root), "amd64")


def sync(
    root: Path,
    *,
    wider: Sequence[dict[str, object]] = (),
    own: Sequence[dict[str, object]] | None = None,
    probe: Mapping[str, object] = LIBRARY,
    index: PackageIndex | None = None,
) -> Synchronization:
    mappings = {"debian": wider} | ({} if own is None else {"debian+12": own})
    directory = write_catalogue(root / "data", definitions=[{"id": Z}], probes=[probe], mappings=mappings)
    ecosystem = Ecosystem(name="debian", release="12")
    path = str(directory / "debian+12.mapping.json")
    return synchronize(ecosystem, path, load_catalogue(directory), index or make_index(root), today="2026-01-01")


def entries_of(result: Synchronization) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = json.loads(result.text)["mappings"]
    return entries


def derived(specs: object) -> dict[str, object]:
    return {"id": Z, "specs": specs, "extra_metadata": {"sources": ["index"], "verified": "2026-01-01"}}


def test_what_nothing_is_known_of_is_derived(tmp_path: Path) -> None:
    result = sync(tmp_path)
    assert entries_of(result) == [derived(phases("libz-dev", "libz2"))]
    assert (result.added, result.changed, result.removed, result.doubtful) == ([Z], [], [], [])
    assert json.loads(result.text)["name"] == "debian+12"


def test_what_holds_is_not_written_again(tmp_path: Path) -> None:
    result = sync(tmp_path, wider=[entry(phases("libz-dev", "libz2"), "curated")])
    assert entries_of(result) == []
    result = sync(tmp_path, wider=[entry(phases("z-dev", "libz3"), "curated")], own=[entry("z-tools", "curated")])
    assert entries_of(result) == [entry("z-tools", "curated")]


def test_a_library_that_was_renamed(tmp_path: Path) -> None:
    result = sync(tmp_path, wider=[entry({**phases("libz-dev", "libz1"), "build": ["z-tools"]}, "curated")])
    assert entries_of(result) == [derived(phases("libz-dev", "libz2"))]


def test_a_library_that_is_there_still_but_not_linked_with(tmp_path: Path) -> None:
    files = {**FILES, "usr/lib/x86_64-linux-gnu/libz.so.1": "old"}
    wider = [entry(phases("libz-dev", "old"), "curated")]
    assert entries_of(sync(tmp_path, wider=wider, index=make_index(tmp_path, files))) == [
        derived(phases("libz-dev", "libz2"))
    ]


def test_of_two_libraries_of_one_name_the_one_that_is_linked_with(tmp_path: Path) -> None:
    index = make_index(tmp_path, {"usr/lib/libz.so.9": "a", **FILES}, {**DEPENDS, "a": ""})
    assert entries_of(sync(tmp_path, index=index)) == [derived(phases("libz-dev", "libz2"))]


def test_names_that_hold_are_kept_when_others_change(tmp_path: Path) -> None:
    files = {**FILES, "usr/lib/x86_64-linux-gnu/pkgconfig/z-2.pc": "libz-dev", "usr/share/pkgconfig/z.pc": "a-dev"}
    index = make_index(tmp_path, files, {**DEPENDS, "a-dev": "libz-dev"})
    result = sync(tmp_path, wider=[entry(phases("a-dev", "libz1"), "curated")], index=index)
    assert entries_of(result) == [derived(phases("a-dev", "libz2"))]


def test_what_a_person_wrote_stays_and_is_named_where_it_does_not_hold(tmp_path: Path) -> None:
    own = [entry(phases("libz-dev", "libz1"), "curated")]
    result = sync(tmp_path, wider=[entry(phases("libz-dev", "libz2"), "curated")], own=own)
    assert entries_of(result) == own
    assert (result.added, result.changed, result.removed, result.doubtful) == ([], [], [], [Z])


def test_what_was_written_here_changes_and_goes(tmp_path: Path) -> None:
    own = [entry(phases("libz-dev", "libz1"), "index")]
    result = sync(tmp_path, own=own)
    assert (result.changed, entries_of(result)) == ([Z], [derived(phases("libz-dev", "libz2"))])
    result = sync(tmp_path, wider=[entry(phases("libz-dev", "libz2"), "curated")], own=own)
    assert (result.removed, entries_of(result)) == ([Z], [])


def test_an_entry_that_was_written_here_and_holds_does_not_change(tmp_path: Path) -> None:
    own = [entry(phases("libz-dev", "libz2"), "index")]
    result = sync(tmp_path, own=own)
    assert (entries_of(result), result.changed) == (own, [])


def test_an_identifier_that_is_not_in_the_registry_stays(tmp_path: Path) -> None:
    other = {**entry("old", "curated"), "id": "dep:generic/other"}
    assert other in entries_of(sync(tmp_path, own=[other]))


def test_what_the_index_has_nothing_for(tmp_path: Path) -> None:
    probe = {"id": Z, "pkg_config": ["y"]}
    result = sync(tmp_path, wider=[entry("old", "curated")], probe=probe)
    assert (entries_of(result), result.doubtful) == ([], [Z])
    result = sync(tmp_path, wider=[entry("gone", "curated")], probe=probe)
    assert (entries_of(result), result.doubtful) == ([derived([])], [])
    result = sync(tmp_path, wider=[entry([], "curated")], probe=probe)
    assert (entries_of(result), result.doubtful) == ([], [])


@pytest.mark.parametrize(
    ("probe", "specs"),
    [
        ({"executables": ["z"]}, "z-tools"),
        ({"headers": ["z.h"], "evidence": {"build": ["header"], "host": ["header"], "run": []}}, ["libz-dev", ""]),
        ({"pkg_config": ["z"], "libraries": ["static"]}, ["libz-dev", ""]),  # nothing is loaded at run time
        ({"pkg_config": ["none"], "headers": ["z.h"], "libraries": ["z"]}, ["libz-dev", "libz2"]),
    ],
)
def test_kinds_of_evidence(tmp_path: Path, probe: dict[str, object], specs: object) -> None:
    expected = specs
    if isinstance(specs, list):
        expected = {"build": [specs[0]], "host": [specs[0]], "run": [specs[1]] if specs[1] else []}
    assert entries_of(sync(tmp_path, probe={"id": Z, **probe})) == [derived(expected)]


def test_a_file_elsewhere_that_is_called_the_same(tmp_path: Path) -> None:
    files = {"usr/include/boost/language/z.h": "boost-dev", "usr/lib/z/libz.so.1": "boost-dev"}
    index = make_index(tmp_path, files, {"boost-dev": ""})
    for probe in ({"headers": ["z.h"], "evidence": {"build": ["header"], "host": ["header"]}}, {"libraries": ["z"]}):
        assert entries_of(sync(tmp_path, probe={"id": Z, **probe}, index=index)) == []
    files["usr/include/z.h"] = "z-dev"
    index = make_index(tmp_path, files, {"boost-dev": "", "z-dev": ""})
    probe = {"id": Z, "headers": ["z.h"], "evidence": {"build": ["header"], "host": ["header"], "run": []}}
    expected = {"build": ["z-dev"], "host": ["z-dev"], "run": []}
    assert entries_of(sync(tmp_path, probe=probe, index=index)) == [derived(expected)]


def test_evidence_that_several_packages_ship_together(tmp_path: Path) -> None:
    files = {"usr/include/z.h": "z-headers", "usr/lib/libz.so": "z-link", "usr/lib/libz.so.1": "libz1"}
    index = make_index(tmp_path, files, {"z-headers": "", "z-link": "libz1", "libz1": ""})
    both = ["z-headers", "z-link"]
    result = sync(tmp_path, probe={"id": Z, "headers": ["z.h"], "libraries": ["z"]}, index=index)
    assert entries_of(result) == [derived({"build": both, "host": both, "run": ["libz1"]})]


def test_what_is_not_on_by_itself_comes_last_and_says_so(tmp_path: Path) -> None:
    packages = {"main": "z-free", "non-free": "z-dev"}
    files = {f"{part}/binary-amd64/Packages": f"Package: {name}\n" for part, name in packages.items()}
    contents = {f"{part}/Contents-amd64": f"usr/bin/z  x/{name}\n" for part, name in packages.items()}
    write_archive(tmp_path, {**files, **contents})
    index = DebianIndex(open_archive(tmp_path), "amd64")
    probe = {"id": Z, "executables": ["z"]}
    assert entries_of(sync(tmp_path, probe=probe, index=index)) == [derived("z-free")]
    write_archive(tmp_path, {**files, "non-free/Contents-amd64": contents["non-free/Contents-amd64"]})
    index = DebianIndex(open_archive(tmp_path), "amd64")
    (found,) = entries_of(sync(tmp_path, probe=probe, index=index))
    assert (found["specs"], found["extra_metadata"]) == (
        "z-dev",
        {"sources": ["index"], "verified": "2026-01-01", "repository": "non-free"},
    )
    # a name that holds, and does not say where
    (found,) = entries_of(sync(tmp_path, probe=probe, index=index, wider=[entry("z-dev", "curated")]))
    assert found["specs"] == "z-dev"


def test_packages_of_a_vendor_are_left_alone(tmp_path: Path) -> None:
    own: list[dict[str, object]] = [
        {"id": Z, "specs": "z-1", "extra_metadata": {"sources": ["index"], "repository": "vendor"}}
    ]
    assert entries_of(sync(tmp_path, own=own)) == own


def test_a_virtual_is_not_derived(tmp_path: Path) -> None:
    virtual = "dep:virtual/interface/z"
    directory = write_catalogue(
        tmp_path / "data", definitions=[{"id": virtual}], probes=[{**LIBRARY, "id": virtual}], mappings={"debian": []}
    )
    path = str(directory / "debian.mapping.json")
    ecosystem = Ecosystem(name="debian")
    result = synchronize(ecosystem, path, load_catalogue(directory), make_index(tmp_path), today="2026-01-01")
    assert entries_of(result) == []


def test_an_index_without_files(tmp_path: Path) -> None:
    index = make_index(tmp_path)
    index.shows = frozenset()
    with pytest.raises(UsageError, match="does not say which files packages ship"):
        sync(tmp_path, index=index)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    make_index(tmp_path)
    directory = write_catalogue(
        tmp_path / "mappings", definitions=[{"id": Z}], probes=[LIBRARY], mappings={"debian": []}
    )
    monkeypatch.chdir(tmp_path)
    assert main(["mapping", "format"]) == 0
    capsys.readouterr()
    command = ["mapping", "sync", "debian+12", "--from", str(tmp_path), "--allow-unsigned"]
    assert main([*command, "--check"]) == 1
    assert capsys.readouterr().out == (f"added: `{Z}`\n1 change would be made in mappings/debian+12.mapping.json.\n")
    assert main(command) == 0
    assert capsys.readouterr().out == f"added: `{Z}`\n1 change made in mappings/debian+12.mapping.json.\n"
    assert "debian+12" in load_catalogue(directory).ecosystems()
    list_ecosystem(str(directory / "known-ecosystems.json"), Ecosystem(name="debian", release="13.1"))
    assert "debian+13.1" in load_catalogue(directory).ecosystems()
    assert main([*command, "--check"]) == 0
    assert main(["mapping", "format", "--check"]) == 0
    assert main([*command, "--base"]) == 0
    assert Z in (directory / "debian.mapping.json").read_text()
