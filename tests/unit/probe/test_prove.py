"""Evidence against requirements: every status, for small entries on small machines."""

from __future__ import annotations

import pytest

from extdeps.catalog.probes import ProbeEntry, VersionRule
from extdeps.child import Completed
from extdeps.interpreter import Interpreter
from extdeps.model.constraint import parse_constraints
from extdeps.model.evidence import Evidence, Proof
from extdeps.model.requirement import Phase
from extdeps.probe.prove import Question, prove, unregistered_entries
from extdeps.probe.survey import Survey
from support.recorded import RecordedHost

PYTHON = Interpreter(
    executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.13.5", distributor="system"
)
ID = "dep:generic/x"
LIB = "/usr/lib"
DEFAULT = "the default directories of pkg-config"
INCLUDE = "the compiler's default directories"
LOADER = "the loader's default directories"

LIBRARY = ProbeEntry(
    id=ID,
    pkg_config=("x",),
    headers=("x.h",),
    libraries=("x",),
    version=VersionRule(headers=("x.h",), macros=("X_VERSION",)),
)
PROGRAM = ProbeEntry(id=ID, executables=("x",))
HEADER_ONLY = ProbeEntry(id=ID, headers=("x.hpp",), version=VersionRule(headers=("x.hpp",), macros=("X_VERSION",)))

H = {"/usr/include/x.h": '#define X_VERSION "1.5"\n'}
SO = {f"{LIB}/libx.so": "", f"{LIB}/libx.so.1": ""}
SO_ALONE = {f"{LIB}/libx.so.1": ""}
PC = {f"{LIB}/pkgconfig/x.pc": "Name: x\nDescription: x\nVersion: 2.0\n"}


def ask(
    entries: ProbeEntry | tuple[ProbeEntry, ...],
    files: dict[str, str] | None = None,
    *,
    phase: Phase = "host",
    wanted: str = "",
    module: str = "",
    identifier: str = ID,
    packages: tuple[str, ...] = (),
    ecosystem: str = "",
    **other: object,
) -> Proof:
    host = RecordedHost(files=files, **other)  # type: ignore[arg-type]
    question = Question(
        identifier=identifier,
        phase=phase,
        constraints=parse_constraints(wanted) if wanted else (),
        module=module,
        packages=packages,
    )
    survey = Survey(host, PYTHON, ecosystem)
    return prove(question, entries if isinstance(entries, tuple) else (entries,), survey)


def places(proof: Proof) -> list[str]:
    return [item.location for item in proof.evidence]


def told(proof: Proof) -> tuple[str, str]:
    return proof.status, proof.note


# host: what a compiler and a linker need


def test_a_module_proves_a_library() -> None:
    evidence = Evidence(kind="pkg-config", name="x", location=f"{LIB}/pkgconfig/x.pc", version="2.0", origin=DEFAULT)
    assert ask(LIBRARY, PC) == Proof(status="satisfied", evidence=(evidence,))
    assert ask(LIBRARY, PC | H | SO) == Proof(status="satisfied", evidence=(evidence,))
    assert ask(LIBRARY, PC, phase="build").status == "satisfied"


def test_a_header_and_a_library_prove_a_library() -> None:
    assert ask(LIBRARY, H | SO) == Proof(
        status="satisfied",
        evidence=(
            Evidence(
                kind="header",
                name="x.h",
                location="/usr/include/x.h",
                version="1.5",
                origin="/usr/include/x.h",
            ),
            Evidence(kind="library", name="x", location=f"{LIB}/libx.so", origin="the linker's directories"),
        ),
    )


@pytest.mark.parametrize(
    ("files", "status", "note", "locations"),
    [
        ({}, "missing", "", []),
        (H, "incomplete", "only the headers found, without a library to link against", ["/usr/include/x.h"]),
        (
            H | SO_ALONE,
            "incomplete",
            "only the headers found, without a library to link against",
            ["/usr/include/x.h", f"{LIB}/libx.so.1"],
        ),
        (SO_ALONE, "incomplete", "only the library found, without its headers", [f"{LIB}/libx.so.1"]),
        (SO, "incomplete", "only the library found, without its headers", [f"{LIB}/libx.so", f"{LIB}/libx.so.1"]),
    ],
)
def test_parts_of_a_library(files: dict[str, str], status: str, note: str, locations: list[str]) -> None:
    proof = ask(LIBRARY, files)
    assert told(proof) == (status, note)
    assert places(proof) == locations


def test_an_entry_without_a_library_needs_its_header_alone() -> None:
    proof = ask(HEADER_ONLY, {"/usr/include/x.hpp": "#define X_VERSION 7\n"})
    assert (proof.status, [item.version for item in proof.evidence]) == ("satisfied", ["7"])
    assert told(ask(HEADER_ONLY)) == ("missing", "")


def test_an_entry_without_headers_needs_its_library_alone() -> None:
    entry = ProbeEntry(id=ID, libraries=("x",))
    assert places(ask(entry, SO)) == [f"{LIB}/libx.so"]
    assert told(ask(entry, SO_ALONE)) == ("incomplete", "only the library found, without its headers")


def test_any_of_several_files_is_enough() -> None:
    entry = ProbeEntry(id=ID, headers=("a.h", "x.h"), libraries=("a", "x"))
    assert places(ask(entry, H | SO)) == ["/usr/include/x.h", f"{LIB}/libx.so"]


BROKEN = {f"{LIB}/pkgconfig/x.pc": "Name: x\nDescription: x\nVersion: 2.0\nRequires: y >= 3, z\n"}
REFUSED = f"`{LIB}/pkgconfig/x.pc` requires `y >= 3`, `z`, which pkg-config does not find"


def test_a_module_that_pkg_config_refuses_is_incomplete() -> None:
    proof = ask(LIBRARY, BROKEN)
    assert told(proof) == ("incomplete", REFUSED)
    assert proof.evidence == (Evidence(kind="pkg-config", name="x", location=f"{LIB}/pkgconfig/x.pc", origin=DEFAULT),)
    assert told(ask(LIBRARY, BROKEN | H | SO)) == ("incomplete", REFUSED)


def test_a_module_that_lacks_what_it_needs_for_itself_alone() -> None:
    files = {f"{LIB}/pkgconfig/x.pc": "Name: x\nDescription: x\nVersion: 2.0\nRequires.private: y\n"}
    note = f"`{LIB}/pkgconfig/x.pc` requires `y`, which pkg-config does not find"
    assert told(ask(LIBRARY, files)) == ("incomplete", note)
    assert told(ask(LIBRARY, files | H | SO)) == ("satisfied", note)
    assert told(ask(LIBRARY, files | H | SO, wanted=">=9")) == ("wrong-version", "1.5 is not >=9")


def test_a_second_module_stands_in_for_a_broken_one() -> None:
    entry = ProbeEntry(id=ID, pkg_config=("x", "x-compat"))
    good = {f"{LIB}/pkgconfig/x-compat.pc": "Name: x\nDescription: x\nVersion: 1.1\n"}
    assert places(ask(entry, BROKEN | good)) == [f"{LIB}/pkgconfig/x-compat.pc"]


def test_a_module_that_is_asked_for_by_name() -> None:
    assert ask(LIBRARY, PC, module="x").status == "satisfied"
    assert told(ask(LIBRARY, PC | H | SO, module="x-extra")) == ("incomplete", "`x-extra.pc` was not found")
    assert told(ask(LIBRARY, module="x-extra")) == ("missing", "`x-extra.pc` was not found")
    assert told(ask(LIBRARY, BROKEN | H | SO, module="x")) == ("incomplete", REFUSED)
    assert ask(LIBRARY, SO_ALONE, module="x-extra", phase="run").status == "satisfied"


def test_files_of_further_roots() -> None:
    entry = ProbeEntry(id=ID, headers=("x.h",), libraries=("x",), prefixes=("/opt/gone", "$X_HOME", "/opt/x", "rel"))
    files = {"/opt/x/include/x.h": "", "/opt/x/lib64/libx.so": ""}
    assert places(ask(entry, files)) == ["/opt/x/include/x.h", "/opt/x/lib64/libx.so"]
    home = {"/home/x/include/x.h": "", "/home/x/lib/libx.so": ""}
    assert places(ask(entry, home, environ={"X_HOME": "/home/x"})) == ["/home/x/include/x.h", "/home/x/lib/libx.so"]
    assert ask(entry, home).status == "missing"


# run and build: what a loader and a shell need


def test_a_library_at_run_time() -> None:
    assert ask(LIBRARY, SO_ALONE, phase="run") == Proof(
        status="satisfied",
        evidence=(Evidence(kind="library", name="x", location=f"{LIB}/libx.so.1", origin=LOADER),),
    )
    assert ask(LIBRARY, H, phase="run") == Proof(status="missing")


def test_a_library_has_the_version_of_the_module_beside_it() -> None:
    module = f"{LIB}/pkgconfig/x.pc"
    proof = ask(LIBRARY, SO_ALONE | PC, phase="run", wanted=">=2")
    assert [(item.kind, item.version, item.origin) for item in proof.evidence] == [("library", "2.0", module)]
    elsewhere = ask(LIBRARY, {"/lib64/libx.so.1": "", **PC}, phase="run", wanted=">=2")
    assert told(elsewhere) == ("unknown", "its version is not known: >=2 is undecided")


def test_a_program() -> None:
    for phase in ("build", "host", "run"):
        assert ask(PROGRAM, phase=phase, executables=["/usr/bin/x"]) == Proof(
            status="satisfied",
            evidence=(Evidence(kind="executable", name="x", location="/usr/bin/x", origin="PATH"),),
        )
    assert ask(PROGRAM) == Proof(status="missing")


@pytest.mark.parametrize(
    ("output", "wanted", "status", "note"),
    [
        ("x 3.31.6\n", ">=3.20", "satisfied", ""),
        ("x 3.31.6\n", ">=3.20,<3.31", "wrong-version", "3.31.6 is not >=3.20,<3.31"),
        ("x\n", ">=3.20", "unknown", "its version is not known: >=3.20 is undecided"),
    ],
)
def test_the_version_of_a_program(output: str, wanted: str, status: str, note: str) -> None:
    done = {("/usr/bin/x", "--version"): Completed(returncode=0, stdout=output)}
    proof = ask(PROGRAM, wanted=wanted, executables=["/usr/bin/x"], commands=done)
    assert told(proof) == (status, note)
    assert proof.evidence[0].origin == "/usr/bin/x --version"


def test_a_program_is_not_run_where_no_version_is_asked_for() -> None:
    host = RecordedHost(executables=["/usr/bin/x"])
    prove(Question(identifier=ID, phase="build"), (PROGRAM,), Survey(host, PYTHON, ""))
    assert host.runs == []


def test_a_compiler_needs_a_program_and_a_header() -> None:
    entry = ProbeEntry(
        id=ID, headers=("stdio.h",), executables=("cc",), evidence=(("build", ("executable", "header")),)
    )
    stdio = {"/usr/include/stdio.h": ""}
    both = ask(entry, stdio, phase="build", executables=["/usr/bin/cc"])
    assert (both.status, places(both)) == ("satisfied", ["/usr/bin/cc", "/usr/include/stdio.h"])
    assert told(ask(entry, phase="build", executables=["/usr/bin/cc"])) == (
        "incomplete",
        "the header `stdio.h` was not found",
    )
    assert told(ask(entry, stdio, phase="build")) == ("incomplete", "")
    assert told(ask(entry, phase="build")) == ("missing", "")
    assert told(ask(entry, stdio, phase="run")) == ("missing", "")


def test_the_version_of_the_first_kind_counts() -> None:
    entry = ProbeEntry(
        id=ID,
        headers=("x.h",),
        executables=("x",),
        version=VersionRule(headers=("x.h",), macros=("X_VERSION",)),
        evidence=(("build", ("executable", "header")),),
    )
    done = {("/usr/bin/x", "--version"): Completed(returncode=0, stdout="x 3.0\n")}
    proof = ask(entry, H, phase="build", wanted=">=2", executables=["/usr/bin/x"], commands=done)
    assert (proof.status, [item.version for item in proof.evidence]) == ("satisfied", ["3.0", "1.5"])


def test_a_phase_that_needs_nothing() -> None:
    entry = ProbeEntry(id=ID, headers=("x.h",), evidence=(("run", ()),))
    assert ask(entry, H, phase="run") == Proof(status="not-applicable", note="nothing of it is needed in the run phase")


def test_an_entry_that_names_nothing() -> None:
    assert ask(ProbeEntry(id=ID)) == Proof(status="missing")


# versions


@pytest.mark.parametrize(
    ("wanted", "status", "note"),
    [
        (">=1.5", "satisfied", ""),
        ("==1.5", "satisfied", ""),
        (">=1.6", "wrong-version", "1.5 is not >=1.6"),
        ("<1.5", "wrong-version", "1.5 is not <1.5"),
        (">=1,<1.5", "wrong-version", "1.5 is not >=1,<1.5"),
    ],
)
def test_a_version_against_a_range(wanted: str, status: str, note: str) -> None:
    assert told(ask(LIBRARY, H | SO, wanted=wanted)) == (status, note)


def test_a_version_that_is_not_known() -> None:
    files = {"/usr/include/x.h": "", **SO}
    assert ask(LIBRARY, files).status == "satisfied"
    assert told(ask(LIBRARY, files, wanted=">=1")) == ("unknown", "its version is not known: >=1 is undecided")


def modules(**versions: str) -> dict[str, str]:
    return {
        f"{LIB}/pkgconfig/{name}.pc": f"Name: {name}\nDescription: {name}\nVersion: {text}\n"
        for name, text in versions.items()
    }


ALTERNATIVES = ProbeEntry(id=ID, pkg_config=("a", "b", "c"))


@pytest.mark.parametrize(
    ("versions", "status", "first", "note"),
    [
        ({"a": "1.0", "b": "2.0"}, "satisfied", "b", ""),
        ({"a": "2.0", "b": "3.0"}, "satisfied", "a", ""),
        ({"a": "", "c": "2.5"}, "satisfied", "c", ""),
        ({"a": "1.0", "b": "1.5"}, "wrong-version", "a", "1.0 is not >=2"),
        ({"a": "", "b": ""}, "unknown", "b", "its version is not known: >=2 is undecided"),
    ],
)
def test_the_first_of_several_modules_that_fits(versions: dict[str, str], status: str, first: str, note: str) -> None:
    proof = ask(ALTERNATIVES, modules(**versions), wanted=">=2")
    assert told(proof) == (status, note)
    assert proof.evidence[0].name == first
    assert len(proof.evidence) == len(versions)


def test_the_order_of_alternatives_that_do_not_fit_does_not_matter() -> None:
    one = ask(ALTERNATIVES, modules(a="", b="1.5"), wanted=">=2")
    other = ask(ALTERNATIVES, modules(a="1.5", b=""), wanted=">=2")
    assert one.status == other.status


def test_evidence_with_a_version_comes_first() -> None:
    assert [item.name for item in ask(ALTERNATIVES, modules(a="", b="2.0")).evidence] == ["b", "a"]


# virtuals


BLAS = "dep:virtual/interface/blas"
OWN = ProbeEntry(id=BLAS, pkg_config=("blas",), libraries=("blas",), executables=("blas-config",))
OPENBLAS = ProbeEntry(
    id="dep:generic/openblas",
    pkg_config=("openblas",),
    implements=((BLAS, (("3.8", "0.3.0"), ("3.9.1", "0.3.10"), ("3.11", "0.3.21"))),),
)
MKL = ProbeEntry(id="dep:generic/mkl", pkg_config=("mkl",))


@pytest.mark.parametrize(
    ("version", "wanted", "status", "note"),
    [
        ("0.3.21", ">=3.11", "satisfied", ""),
        ("0.3.15", ">=3.9", "satisfied", ""),
        ("0.3.15", ">=3.10", "wrong-version", "3.9.1 is not >=3.10"),
        ("0.3.30", "<3.11", "wrong-version", "3.11 is not <3.11"),
        ("0.2.20", ">=3.8", "unknown", "its version `0.2.20` does not tell: >=3.8 is undecided"),
        ("0.2.20", "", "satisfied", ""),
    ],
)
def test_a_provider_says_which_interface_it_implements(version: str, wanted: str, status: str, note: str) -> None:
    proof = ask((OWN, OPENBLAS), modules(openblas=version), identifier=BLAS, wanted=wanted)
    assert told(proof) == (status, note)


def test_a_provider_that_says_nothing_leaves_the_version_open() -> None:
    proof = ask((MKL,), modules(mkl="2025.1"), identifier=BLAS, wanted=">=3.8")
    assert told(proof) == ("unknown", "its version `2025.1` does not tell: >=3.8 is undecided")


def test_a_module_of_the_virtual_itself_has_its_version() -> None:
    assert told(ask((OWN,), modules(blas="3.12"), identifier=BLAS, wanted=">=3.13")) == (
        "wrong-version",
        "3.12 is not >=3.13",
    )


def test_a_program_of_the_virtual_itself_says_nothing_about_the_interface() -> None:
    done = {("/usr/bin/blas-config", "--version"): Completed(returncode=0, stdout="9.9\n")}
    question = {"identifier": BLAS, "wanted": ">=3.8", "phase": "build"}
    proof = ask((OWN,), executables=["/usr/bin/blas-config"], commands=done, **question)  # type: ignore[arg-type]
    assert told(proof) == ("unknown", "its version `9.9` does not tell: >=3.8 is undecided")
    ruled = ProbeEntry(id=BLAS, executables=("blas-config",), version=VersionRule(pattern=r"^(\d\.\d)"))
    proof = ask((ruled,), executables=["/usr/bin/blas-config"], commands=done, **question)  # type: ignore[arg-type]
    assert proof.status == "satisfied"


def test_a_provider_with_a_version_says_more_than_one_without() -> None:
    files = modules(openblas="0.3.15", mkl="2025.1")
    proof = ask((MKL, OPENBLAS), files, identifier=BLAS, wanted=">=3.10")
    assert told(proof) == ("wrong-version", "3.9.1 is not >=3.10")
    assert ask((MKL, OPENBLAS), files, identifier=BLAS, wanted=">=3.9").evidence[0].name == "openblas"


def test_the_best_of_several_entries() -> None:
    other = ProbeEntry(id="dep:generic/y", pkg_config=("y",))
    assert places(ask((LIBRARY, other), SO_ALONE | modules(y="1"))) == [f"{LIB}/pkgconfig/y.pc"]
    assert ask((LIBRARY, other), SO_ALONE).status == "incomplete"
    assert ask((other, LIBRARY), SO_ALONE).status == "incomplete"
    assert ask((LIBRARY, other)).status == "missing"


# packages


STATUS = "/var/lib/dpkg/status"


def installed(**packages: str) -> dict[str, str]:
    stanzas = [
        f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n"
        for name, version in packages.items()
    ]
    return {STATUS: "\n".join(stanzas)}


def test_the_package_that_owns_a_file_has_its_version() -> None:
    owned = {"/var/lib/dpkg/info/libx1.list": f"/.\n{LIB}\n{LIB}/libx.so.1\n"}
    files = SO_ALONE | installed(libx1="1:1.7-2") | owned
    proof = ask(LIBRARY, files, phase="run", wanted=">=1.6", packages=("libx1",), ecosystem="debian")
    assert (proof.status, proof.evidence[0].version, proof.evidence[0].origin) == ("satisfied", "1.7", "dpkg: libx1")
    foreign = SO_ALONE | installed(libx1="1.7-2")
    proof = ask(LIBRARY, foreign, phase="run", wanted=">=1.6", packages=("libx1",), ecosystem="debian")
    assert told(proof) == ("unknown", "its version is not known: >=1.6 is undecided")


def test_a_package_whose_files_are_gone_is_incomplete() -> None:
    proof = ask(LIBRARY, installed(libx1="1.7-2"), packages=("libx1",), ecosystem="debian")
    assert told(proof) == ("incomplete", "`libx1` installed, but its files were not found")
    assert proof.evidence == (
        Evidence(kind="package", name="libx1", location=STATUS, version="1.7", origin="dpkg", packaged="1.7-2"),
    )
    assert ask(LIBRARY, installed(libx1="1.7-2"), packages=("libx1", "other"), ecosystem="debian").status == "missing"
    assert ask(LIBRARY, installed(libx1="1.7-2"), packages=("libx1",)).status == "missing"


@pytest.mark.parametrize(
    ("wanted", "status", "note"),
    [
        ("", "satisfied", ""),
        (">=1.5", "satisfied", ""),
        (">=2", "wrong-version", "1.7 is not >=2"),
    ],
)
def test_without_an_entry_the_package_decides(wanted: str, status: str, note: str) -> None:
    proof = ask((), installed(libx1="1.7-2"), wanted=wanted, packages=("libx1",), ecosystem="debian")
    assert told(proof) == (status, note)
    assert [item.name for item in proof.evidence] == ["libx1"]


def test_without_an_entry_all_packages_are_needed() -> None:
    both = ("libx1", "other")
    assert told(ask((), installed(libx1="1-1"), packages=both, ecosystem="debian")) == ("incomplete", "")
    assert told(ask((), installed(y="1-1"), packages=both, ecosystem="debian")) == ("missing", "")


def test_without_an_entry_or_a_package_nothing_is_known() -> None:
    nothing = ("unknown", "nothing is known about what proves it")
    assert told(ask(())) == nothing
    assert told(ask((), packages=("libx1",))) == nothing
    assert told(ask((), packages=("libx1",), ecosystem="debian")) == (
        "unknown",
        "the package database cannot be read",
    )


# names that no registry knows


@pytest.mark.parametrize(
    ("files", "executables", "location"),
    [
        (modules(libx="1"), (), f"{LIB}/pkgconfig/libx.pc"),
        ({f"{LIB}/libx.so": ""}, (), f"{LIB}/libx.so"),
        ({f"{LIB}/liblibx.so": ""}, (), f"{LIB}/liblibx.so"),
        ({}, ("/usr/bin/libx",), "/usr/bin/libx"),
        (modules(libx="1"), ("/usr/bin/libx",), f"{LIB}/pkgconfig/libx.pc"),
    ],
)
def test_what_may_prove_a_name(files: dict[str, str], executables: tuple[str, ...], location: str) -> None:
    entries = unregistered_entries("dep:generic/libx", "libx")
    proof = ask(entries, files, identifier="dep:generic/libx", executables=executables)
    assert (proof.status, places(proof)[0]) == ("satisfied", location)


def test_the_entries_of_a_name() -> None:
    assert [entry.libraries for entry in unregistered_entries("dep:generic/z", "z")] == [(), ("z",), ()]
    assert [entry.libraries for entry in unregistered_entries("dep:generic/lib", "lib")] == [(), ("lib",), ()]
