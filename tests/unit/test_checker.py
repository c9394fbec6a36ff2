"""The check as a whole, on recorded hosts; what the nearest predecessor gets wrong is here."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.catalog.ecosystem import Ecosystem
from extdeps.checker import Selection, check
from extdeps.child import Completed
from extdeps.declaration.direct import declare
from extdeps.declaration.external import parse_external
from extdeps.declaration.metadata import parse_metadata
from extdeps.machine import retarget
from extdeps.model.declaration import Declaration
from extdeps.model.evidence import Report
from extdeps.model.requirement import Phase
from support.checks import CATALOGUE, check_deps, find_dep, machine_of
from support.documents import load_catalogue, write_catalogue
from support.recorded import RecordedHost, load_host


def check_table(host: RecordedHost, table: object, selection: Selection | None = None) -> Report:
    declaration = parse_external(table, subject="demo", origin="pyproject.toml")
    return check([declaration], machine_of(host), CATALOGUE, selection)


def test_a_version_that_no_machine_has_is_wrong() -> None:
    host = RecordedHost(
        files={
            "/usr/lib/pkgconfig/openssl.pc": "Name: OpenSSL\nDescription: x\nVersion: 3.0.17\n",
            "/etc/os-release": "ID=debian\nVERSION_ID=12\n",
        }
    )
    finding = find_dep(host, "openssl>=99")
    assert finding.status == "wrong-version"
    assert finding.note == "3.0.17 is not >=99"


@pytest.mark.parametrize("name", ["libffi", "libyaml"])
def test_removed_or_only_known_packages_are_missing(name: str) -> None:
    assert find_dep(load_host("debian-12"), name).status == "missing"


def test_a_library_of_usr_local_is_satisfied() -> None:
    host = load_host("debian-12")
    finding = find_dep(host, "geos>=3.12")
    assert finding.status == "satisfied"
    assert (finding.evidence[0].location, finding.evidence[0].version) == ("/usr/local/lib/pkgconfig/geos.pc", "3.12.1")
    run = find_dep(host, "geos>=3.12", "run")
    assert (run.status, run.evidence[0].origin) == ("satisfied", "/usr/local/lib/pkgconfig/geos.pc")


def test_one_unknown_name_does_not_stop_the_rest() -> None:
    report = check_deps(load_host("debian-12"), "nosuchthing", "zlib", "dep:cran/nat", "libpq")
    assert [finding.status for finding in report.findings] == ["missing", "satisfied", "unknown", "incomplete"]
    assert str(report.commands[-1]) == "apt-get install libpq-dev"
    assert "no package of debian+12 is known for nosuchthing" in report.notes
    assert report.findings[0].note == "no registry knows `dep:generic/nosuchthing`"


def test_an_alias_resolves() -> None:
    finding = find_dep(load_host("debian-12"), "dep:github/Kitware/CMake@>=3.20")
    assert (finding.identifier, finding.status) == ("dep:generic/cmake", "satisfied")
    assert finding.evidence[0].version == "3.30.2"


def test_optional_requirements_only_when_asked_for() -> None:
    table = {
        "host-requires": ["zlib"],
        "optional-host-requires": {"geo": ["gdal"]},
        "dependency-groups": {"dev": ["valgrind"]},
    }
    host = load_host("debian-12")
    assert len(check_table(host, table).findings) == 1
    assert len(check_table(host, table, Selection(extras=frozenset({"geo"}))).findings) == 2
    assert len(check_table(host, table, Selection(groups=frozenset({"dev"}))).findings) == 2


@pytest.mark.parametrize(
    ("is_root", "programs", "shell", "note"),
    [
        (True, ["/usr/bin/apt-get"], "apt-get install libffi-dev", False),
        (True, ["/usr/bin/apt-get", "/usr/bin/sudo"], "apt-get install libffi-dev", False),
        (False, ["/usr/bin/apt-get", "/usr/bin/sudo"], "sudo apt-get install libffi-dev", False),
        (False, ["/usr/bin/apt-get", "/usr/bin/doas"], "doas apt-get install libffi-dev", False),
        (False, ["/usr/bin/apt-get"], "apt-get install libffi-dev", True),
    ],
)
def test_elevation(is_root: bool, programs: list[str], shell: str, note: bool) -> None:
    host = RecordedHost(
        files={"/etc/os-release": "ID=debian\nVERSION_ID=12\n"},
        executables=programs,
        empty=["/var/lib/apt/lists/x_Packages"],
        is_root=is_root,
    )
    report = check_deps(host, "libffi")
    assert str(report.commands[-1]) == shell
    assert ("the command needs root, and neither sudo, doas, run0 nor pkexec is here" in report.notes) == note


def test_fresh_container_refreshes_the_index_first() -> None:
    host = RecordedHost(files={"/etc/os-release": "ID=debian\nVERSION_ID=12\n"}, executables=["/usr/bin/apt-get"])
    report = check_deps(host, "libffi")
    assert [str(command) for command in report.commands] == ["apt-get update", "apt-get install libffi-dev"]
    assert report.commands[0].packages == ()


def test_only_the_runtime_library_is_incomplete() -> None:
    finding = find_dep(load_host("debian-12"), "libpq", "host")
    assert finding.status == "incomplete"
    assert finding.note == "only the library found, without its headers"
    assert find_dep(load_host("debian-12"), "libpq", "run").status == "satisfied"


def test_unmet_requires_of_a_module_is_incomplete() -> None:
    finding = find_dep(load_host("debian-12"), "cairo")
    assert finding.status == "incomplete"
    assert finding.note == (
        "`/usr/lib/x86_64-linux-gnu/pkgconfig/cairo.pc` requires `pixman-1 >= 0.36.0`, `freetype2`, "
        "which pkg-config does not find"
    )


def test_compiler_without_the_c_librarys_headers_is_incomplete() -> None:
    release = {"/etc/os-release": "ID=debian\nVERSION_ID=12"}
    host = RecordedHost(executables=["/usr/bin/gcc", "/usr/bin/cc"], files=release)
    finding = find_dep(host, "dep:virtual/compiler/c")
    assert (finding.status, finding.note) == ("incomplete", "the header `stdio.h` was not found")
    assert "libc6-dev" in dict(finding.packages)["debian+12"]


@pytest.mark.parametrize(
    ("bound", "status"), [(">=2017", "satisfied"), (">=2020", "satisfied"), (">=2199", "wrong-version")]
)
def test_standards_of_a_compiler(bound: str, status: str) -> None:
    host = RecordedHost(
        executables=["/usr/bin/g++"],
        empty=["/usr/include/stdio.h"],
        commands={("/usr/bin/g++", "--version"): Completed(returncode=0, stdout="g++ (Debian 12.2.0-14) 12.2.0\n")},
    )
    assert find_dep(host, f"dep:virtual/compiler/cxx@{bound}").status == status


def test_a_compiler_implies_pythons_headers() -> None:
    report = check_table(load_host("debian-12"), {"build-requires": ["dep:virtual/compiler/c"]})
    assert [(finding.identifier, finding.phase) for finding in report.findings] == [
        ("dep:virtual/compiler/c", "build"),
        ("dep:generic/python", "host"),
    ]
    assert report.findings[1].evidence[0].location == "/usr/include/python3.11/Python.h"
    assert report.findings[1].note == "a compiler implies Python's own headers (PEP 725)"


def test_missing_python_headers() -> None:
    host = RecordedHost(
        files={"/etc/os-release": "ID=debian\nVERSION_ID=12\n"},
        executables=["/usr/bin/python3.11", "/usr/bin/apt-get"],
        links={"/usr/bin/python3": "python3.11"},
        empty=["/var/lib/apt/lists/x_Packages"],
    )
    finding = check_deps(host, "dep:virtual/compiler/c").findings[-1]
    assert (finding.status, dict(finding.packages)["debian+12"]) == ("missing", ("python3-dev",))


def test_phases_of_a_declaration() -> None:
    table = {"build-requires": ["cmake"], "host-requires": ["libxml2"], "dependencies": ["git"]}
    host = load_host("debian-12")

    def phases(*wanted: Phase) -> list[Phase]:
        return [finding.phase for finding in check_table(host, table, Selection(phases=wanted)).findings]

    assert phases() == ["build", "host", "run"]
    assert phases("host") == ["host"]
    assert phases("build", "host") == ["build", "host"]
    # what is linked against is needed at run time by what was built here
    assert phases("run") == ["run", "run"]


def test_nothing_linked_is_implied_for_a_wheel() -> None:
    declaration = parse_external({"host-requires": ["libxml2"]}, subject="demo", origin="x", phases=("run",))
    wheel = replace(declaration, is_built_here=False)
    assert check([wheel], machine_of(load_host("debian-12")), CATALOGUE).findings == ()


def test_markers() -> None:
    table = {"host-requires": ["zlib; sys_platform == 'win32'", "libxml2; sys_platform == 'linux'"]}
    report = check_table(load_host("debian-12"), table)
    assert [finding.status for finding in report.findings] == ["not-applicable", "satisfied"]
    assert report.findings[0].note == "`sys_platform == 'win32'` is false here"


def test_everyone_who_asks_is_named_once() -> None:
    tables = [
        parse_external({"host-requires": ["zlib"]}, subject=subject, origin="x") for subject in ("one", "two", "one")
    ]
    report = check(tables, machine_of(load_host("debian-12")), CATALOGUE)
    assert [finding.requested_by for finding in report.findings] == [("one", "two")]


def test_strict() -> None:
    report = check_deps(load_host("debian-12"), "dep:cran/nat")
    assert report.is_satisfied()
    assert not report.is_satisfied(strict=True)
    undeclared = Declaration(subject="x", origin="", is_undeclared=True)
    report = check([undeclared], machine_of(load_host("debian-12")), CATALOGUE)
    assert (report.is_satisfied(), report.is_satisfied(strict=True)) == (True, False)


def test_target_is_not_probed() -> None:
    host = load_host("debian-12")
    target = retarget(machine_of(host), Ecosystem(name="homebrew"))
    declaration = declare(["libxml2", "zlib; sys_platform == 'linux'", "nosuch"], CATALOGUE)
    before = len(host.runs)
    report = check([declaration], target, CATALOGUE)
    assert [finding.status for finding in report.findings] == ["unknown", "not-applicable", "unknown"]
    assert str(report.commands[-1]) == "brew install libxml2"
    assert len(host.runs) == before


def test_of_what_is_only_headers_nothing_is_needed_at_run_time_there_either() -> None:
    target = retarget(machine_of(load_host("debian-12")), Ecosystem(name="debian", release="13"))
    declaration = declare(["pybind11", "zlib", "python"], CATALOGUE, ("host", "run"))
    report = check([declaration], target, CATALOGUE, Selection(phases=("host", "run")))
    assert [(item.phase, item.status) for item in report.findings] == [
        *(("host", "unknown"),) * 3,
        ("run", "not-applicable"),
        *(("run", "unknown"),) * 2,
    ]
    assert report.findings[3].note == "nothing of it is needed in the run phase"


def test_number_of_processes_does_not_grow() -> None:
    names = [name.removeprefix("dep:generic/") for name in CATALOGUE.registry if name.startswith("dep:generic/")]
    unknown = [f"unknown-{number}" for number in range(100)]

    def runs(count: int) -> list[tuple[str, ...]]:
        host = load_host("debian-12")
        check_deps(host, *[*names, *unknown][:count], "zlib>=1.2", phases=("build", "host", "run"))
        return host.runs

    assert len(names) + len(unknown) >= 500
    assert runs(5) == runs(500)


def test_names_that_are_no_package_names_are_left_out(tmp_path: Path) -> None:
    definitions = [{"id": "dep:generic/x"}]
    for bad in ("libyaml-dev-", "-o", "a;b", "$(x)", "./x.deb", "a*", "lib\u0430"):
        mappings = {"debian": [{"id": "dep:generic/x", "specs": [bad, "good"]}]}
        catalogue = load_catalogue(write_catalogue(tmp_path, definitions=definitions, mappings=mappings))
        host = RecordedHost(files={"/etc/os-release": "ID=debian\n"}, executables=["/usr/bin/apt-get"])
        report = check(
            [declare(["x"], catalogue, ("host",))],
            replace(machine_of(host), ecosystem=Ecosystem(name="debian")),
            catalogue,
        )
        assert report.commands == () or report.commands[-1].argv == ("apt-get", "install", "good")
        assert (
            report.notes[0] == f"the mapping names `{bad}` for `dep:generic/x`, which is not a package name: left out"
        )


def test_installed_package_whose_files_are_not_found() -> None:
    host = RecordedHost(
        files={
            "/etc/os-release": "ID=debian\nVERSION_ID=12\n",
            "/var/lib/dpkg/status": "Package: libffi-dev\nStatus: install ok installed\nVersion: 3.4.4-1\n",
        },
        executables=["/usr/bin/apt-get"],
    )
    report = check_deps(host, "libffi")
    assert report.findings[0].status == "incomplete"
    assert report.findings[0].note == "`libffi-dev` installed, but its files were not found"
    assert report.commands == ()
    assert report.notes[-1] == "libffi-dev: installed already, and debian+12 knows no other package for it"


@pytest.mark.parametrize(
    ("requirement", "command"),
    [("foo>=1.1,<2", "'libfoo>=1.1,<2'"), ("foo>=2", "'libfoo>=2'"), ("foo>=9", "")],
)
def test_any_version_in_the_range_where_the_manager_can_be_told_it(
    requirement: str, command: str, tmp_path: Path
) -> None:
    search = ("-P", "-m", "extdeps.condaprefix", "search", "--channel", "conda-forge", "--", "libfoo")
    answer = Completed(returncode=0, stdout='{"packages": {"libfoo": {"2.0": "c", "1.1": "c", "1.0": "c"}}}')
    host = RecordedHost(
        files={
            "/usr/lib/pkgconfig/foo.pc": "Name: foo\nDescription: x\nVersion: 1.0\n",
            "/p/conda-meta/libfoo-1.0-0.json": '{"name": "libfoo", "version": "1.0", "build": "0", "files": []}',
        },
        commands={(sys.executable, *search): answer},
    )
    catalogue = load_catalogue(
        write_catalogue(
            tmp_path,
            definitions=[{"id": "dep:generic/foo"}],
            probes=[{"id": "dep:generic/foo", "pkg_config": ["foo"]}],
            mappings={"conda-forge": [{"id": "dep:generic/foo", "specs": "libfoo"}]},
        )
    )
    machine = replace(machine_of(host), ecosystem=Ecosystem(name="conda-forge"), chosen="rattler", prefix="/p")
    report = check([declare([requirement], catalogue, ("host",))], machine, catalogue)
    assert report.findings[0].status == "wrong-version"
    assert [str(item).rpartition(" -- ")[2] for item in report.commands] == ([command] if command else [])


@pytest.mark.parametrize(
    ("files", "enabled"),
    [
        ({}, False),
        ({"/etc/apt/sources.list": "deb http://deb.debian.org/debian bookworm main\n"}, False),
        ({"/etc/apt/sources.list": "deb http://deb.debian.org/debian bookworm main non-free\n"}, True),
        ({"/etc/apt/sources.list.d/x.sources": "Types: deb\nComponents: main contrib non-free\n"}, True),
        ({"/var/lib/apt/lists/x_dists_bookworm_non-free_binary-amd64_Packages": ""}, True),
    ],
)
def test_a_repository_that_is_not_enabled_does_not_spoil_the_command(files: dict[str, str], enabled: bool) -> None:
    host = RecordedHost(
        files={"/etc/os-release": "ID=debian\nVERSION_ID=12\n", **files},
        executables=["/usr/bin/apt-get"],
        empty=["/var/lib/apt/lists/x_main_binary-amd64_Packages"],
    )
    report = check_deps(host, "cuda>=11", "libffi")
    named = "nvidia-cuda-toolkit " if enabled else ""
    assert str(report.commands[-1]) == f"apt-get install {named}libffi-dev"
    note = "nvidia-cuda-toolkit: in `non-free` of debian+12, which is not enabled here"
    assert (note in report.notes) == (not enabled)


@pytest.mark.parametrize(
    ("version", "status"), [("0.35.9", "incomplete"), ("0.36.0", "satisfied"), ("0.100", "satisfied")]
)
def test_versions_that_a_module_requires_are_compared(version: str, status: str) -> None:
    host = RecordedHost(
        files={
            "/usr/lib/pkgconfig/cairo.pc": "Name: c\nDescription: x\nVersion: 1.16.0\nRequires: pixman-1 >= 0.36.0\n",
            "/usr/lib/pkgconfig/pixman-1.pc": f"Name: Pixman\nDescription: x\nVersion: {version}\n",
        }
    )
    assert find_dep(host, "cairo").status == status


def test_extras_of_a_subject_count_for_its_markers() -> None:
    content = b"Name: x\nProvides-External-Extra: geo\nRequires-External-Dep: zlib; extra == 'geo'\n"
    declaration = parse_metadata(content, subject="x", origin="METADATA").declaration
    assert declaration is not None
    machine = machine_of(load_host("debian-12"))
    assert check([declaration], machine, CATALOGUE).findings == ()
    asked = replace(declaration, selected_extras=frozenset({"geo"}))
    assert [finding.status for finding in check([asked], machine, CATALOGUE).findings] == ["satisfied"]


def test_headers_of_a_python_that_is_not_the_systems() -> None:
    host = RecordedHost(
        files={"/etc/os-release": "ID=debian\nVERSION_ID=12\n"},
        executables=["/opt/python/bin/python3.12", "/usr/bin/apt-get"],
        links={"/opt/python/bin/python3": "python3.12"},
        environ={"PATH": "/opt/python/bin:/usr/bin"},
    )
    finding = check_deps(host, "dep:virtual/compiler/c").findings[-1]
    assert (finding.status, finding.packages) == ("missing", ())
    assert finding.note == (
        "a compiler implies Python's own headers (PEP 725); `/opt/python/include/python3.12/Python.h` is not there; "
        "this Python did not come from the system, and its headers come with it"
    )


@pytest.mark.parametrize(("field", "status"), [("Requires", "incomplete"), ("Requires.private", "satisfied")])
def test_a_module_that_pkg_config_refuses_while_a_compiler_would_not(field: str, status: str) -> None:
    """Debian 12's libmemcached.pc requires libcrypto privately, and its package does not bring it."""
    text = f"Name: libmemcached\nDescription: x\nVersion: 1.1.4\n{field}: libcrypto\n"
    host = RecordedHost(
        files={"/usr/lib/pkgconfig/libmemcached.pc": text},
        empty=["/usr/include/libmemcached/memcached.h", "/usr/lib/libmemcached.so"],
    )
    finding = find_dep(host, "libmemcached")
    assert finding.status == status
    assert finding.note == ("`/usr/lib/pkgconfig/libmemcached.pc` requires `libcrypto`, which pkg-config does not find")


def test_a_driver_is_of_the_machine_itself() -> None:
    host = RecordedHost(files={"/etc/os-release": 'ID=debian\nVERSION_ID="12"\n'}, executables=["/usr/bin/apt-get"])
    report = check_deps(host, "cuda-driver>=12.4")
    (finding,) = report.findings
    assert (finding.phase, finding.status, finding.packages) == ("run", "missing", ())
    assert report.notes == ("cuda-driver>=12.4: of the machine itself, which no manager installs",)
