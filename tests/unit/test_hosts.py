"""Recorded machines of many kinds: what is detected, what is found and what the command is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extdeps.machine import gather_facts
from extdeps.model.evidence import Evidence, Finding, Report
from support.checks import check_deps, find_dep, machine_of
from support.recorded import HOSTS, RecordedHost, load_host

NAMES = sorted(path.stem for path in HOSTS.glob("*.toml"))
DEBIAN_LIB = "/usr/lib/x86_64-linux-gnu"
NIX_ZLIB_DEV = "/nix/store/3d5f7h9j1l3n5q7s9v1x3z5b7d9g1i3k-zlib-1.3.1-dev"
NIX_PKG_CONFIG = "/nix/store/2c4x6z8b1d3f5h7j9l0n2q4s6v8y1a3w-pkg-config-wrapper-0.29.2/bin/pkg-config"
ASKED = ("zlib>=1.2", "libxml2>=1", "openssl", "libpq", "geos", "hdf5", "cairo", "libffi", "git>=2", "cmake")


def last_command(report: Report) -> str:
    return str(report.commands[-1])


@pytest.mark.parametrize(
    ("name", "ecosystem", "managers"),
    [
        ("alpine-3.22", "alpine+3.22.1", ("apk",)),
        ("arch", "arch", ("pacman",)),
        ("conda", "conda-forge", ("apt", "conda", "mamba")),
        ("debian-12", "debian+12", ("apt",)),
        ("debian-13", "debian+13", ("apt",)),
        ("fedora-42", "fedora+42", ("dnf",)),
        ("linuxmint-22", "ubuntu+24.04", ("apt",)),
        ("macos-homebrew", "homebrew", ("brew",)),
        ("nixos", "nix", ("nix",)),
        ("opensuse-leap-15.6", "opensuse", ("zypper",)),
        ("ubuntu-24.04", "ubuntu+24.04", ("apt",)),
        ("unknown-linux", "None", ()),
    ],
)
def test_the_ecosystem_and_the_managers(name: str, ecosystem: str, managers: tuple[str, ...]) -> None:
    machine = machine_of(load_host(name))
    assert str(machine.ecosystem) == ecosystem
    assert tuple(manager.name for manager in machine.managers) == managers


@pytest.mark.parametrize(
    ("name", "executable", "version", "distributor"),
    [
        ("alpine-3.22", "/usr/bin/python3", "3.12", "system"),
        ("arch", "/usr/bin/python3", "3.13", "system"),
        ("conda", "/opt/conda/envs/geo/bin/python3", "3.12", "conda"),
        ("debian-12", "/usr/bin/python3", "3.11", "system"),
        ("debian-13", "/usr/bin/python3", "3.13", "system"),
        ("fedora-42", "/usr/bin/python3", "3.13", "system"),
        ("linuxmint-22", "/usr/bin/python3", "3.12", "system"),
        ("macos-homebrew", "/opt/homebrew/bin/python3", "3.13", "homebrew"),
        (
            "nixos",
            "/nix/store/7h3wk5q8c0gq2y9f0s2v4l6m8n1p3r5x-python3-3.12.8/bin/python3",
            "3.12",
            "nix",
        ),
        ("opensuse-leap-15.6", "/usr/bin/python3", "3.6", "system"),
        ("ubuntu-24.04", "/usr/bin/python3", "3.12", "system"),
        ("unknown-linux", "/usr/bin/python3", "3.12", "system"),
    ],
)
def test_the_python_that_decides(name: str, executable: str, version: str, distributor: str) -> None:
    python = machine_of(load_host(name)).interpreter
    assert (python.executable, python.version, python.distributor) == (executable, version, distributor)


@pytest.mark.parametrize(
    ("name", "os_name"),
    [
        ("alpine-3.22", "Alpine Linux v3.22"),
        ("conda", "Debian GNU/Linux 12 (bookworm)"),
        ("fedora-42", "Fedora Linux 42 (Forty Two)"),
        ("macos-homebrew", "macOS 15.6"),
        ("nixos", "NixOS 25.05 (Warbler)"),
        ("opensuse-leap-15.6", "openSUSE Leap 15.6"),
    ],
)
def test_the_system_says_what_it_is(name: str, os_name: str) -> None:
    assert gather_facts(machine_of(load_host(name))).os_name == os_name


def test_musl_is_recognised() -> None:
    assert gather_facts(machine_of(load_host("alpine-3.22"))).libc == "musl 1.2.5"


@pytest.mark.parametrize(
    ("name", "text", "location", "version", "origin"),
    [
        ("alpine-3.22", "zlib==1.3.1", "/usr/lib/pkgconfig/zlib.pc", "1.3.1", ""),
        ("arch", "openssl==3.5.2", "/usr/lib/pkgconfig/openssl.pc", "3.5.2", ""),
        (
            "conda",
            "geos==3.13.1",
            "/opt/conda/envs/geo/lib/pkgconfig/geos.pc",
            "3.13.1",
            "/opt/conda/envs/geo/bin/pkg-config --variable=pc_path pkg-config",
        ),
        ("debian-12", "geos==3.12.1", "/usr/local/lib/pkgconfig/geos.pc", "3.12.1", ""),
        ("debian-13", "zlib==1.3.1", f"{DEBIAN_LIB}/pkgconfig/zlib.pc", "1.3.1", ""),
        ("fedora-42", "libxml2==2.12.10", "/usr/lib64/pkgconfig/libxml-2.0.pc", "2.12.10", ""),
        ("fedora-42", "zlib>=1.3.1,<1.4", "/usr/lib64/pkgconfig/zlib.pc", "1.3.1.zlib-ng", ""),
        ("linuxmint-22", "zlib==1.3", f"{DEBIAN_LIB}/pkgconfig/zlib.pc", "1.3", ""),
        (
            "macos-homebrew",
            "zlib==1.2.12",
            "/opt/homebrew/Library/Homebrew/os/mac/pkgconfig/15/zlib.pc",
            "1.2.12",
            "/opt/homebrew/bin/pkg-config --variable=pc_path pkg-config",
        ),
        ("macos-homebrew", "openssl==3.5.2", "/opt/homebrew/lib/pkgconfig/openssl.pc", "3.5.2", ""),
        (
            "nixos",
            "zlib==1.3.1",
            f"{NIX_ZLIB_DEV}/lib/pkgconfig/zlib.pc",
            "1.3.1",
            f"{NIX_PKG_CONFIG} --variable=pc_path pkg-config",
        ),
        ("opensuse-leap-15.6", "zlib==1.2.13", "/usr/lib64/pkgconfig/zlib.pc", "1.2.13", ""),
        ("ubuntu-24.04", "zlib==1.3", f"{DEBIAN_LIB}/pkgconfig/zlib.pc", "1.3", ""),
        ("unknown-linux", "zlib==1.3.1", "/usr/lib/pkgconfig/zlib.pc", "1.3.1", ""),
    ],
)
def test_a_module_satisfies_with_its_version(name: str, text: str, location: str, version: str, origin: str) -> None:
    finding = find_dep(load_host(name), text)
    assert finding.phase == "host"
    assert finding.status == "satisfied"
    evidence = finding.evidence[0]
    assert (evidence.kind, evidence.location, evidence.version) == ("pkg-config", location, version)
    if origin:
        assert evidence.origin == origin


@pytest.mark.parametrize(
    ("name", "text", "location", "version", "origin"),
    [
        ("alpine-3.22", "libpq>=17", "/usr/lib/libpq.so.5.17", "17.5", "apk: libpq"),
        ("arch", "zlib>=1.3", "/usr/lib/libz.so.1.3.1", "1.3.1", "pacman: zlib"),
        ("arch", "libxml2>=2.14", "/usr/lib/libxml2.so.16.0.5", "2.14.5", "pacman: libxml2"),
        ("conda", "geos>=3.13", "/opt/conda/envs/geo/lib/libgeos_c.so.1.19.2", "3.13.1", "conda-meta: geos"),
        ("debian-12", "libpq>=15", f"{DEBIAN_LIB}/libpq.so.5", "15.14", "dpkg: libpq5"),
        ("debian-13", "libpq>=17", f"{DEBIAN_LIB}/libpq.so.5.17", "17.11", "dpkg: libpq5"),
        ("debian-13", "geos==3.13.1", f"{DEBIAN_LIB}/libgeos_c.so.1.19.2", "3.13.1", "dpkg: libgeos-c1t64"),
        ("fedora-42", "openssl>=3.2", "/usr/lib64/libssl.so.3.2.4", "3.2.4", "rpm --query --all: openssl-libs"),
        ("linuxmint-22", "glib>=2.80", f"{DEBIAN_LIB}/libglib-2.0.so.0.8000.0", "2.80.0", "dpkg: libglib2.0-0t64"),
        (
            "macos-homebrew",
            "geos>=3.13",
            "/opt/homebrew/Cellar/geos/3.13.1/lib/libgeos_c.1.19.2.dylib",
            "3.13.1",
            "brew: geos",
        ),
        (
            "macos-homebrew",
            "openssl>=3.5",
            "/opt/homebrew/Cellar/openssl@3/3.5.2/lib/libssl.3.dylib",
            "3.5.2",
            "brew: openssl@3",
        ),
        (
            "nixos",
            "libxml2",
            "/nix/store/5g7i9k1m3p5r7v9x1z3b5d7g9i1k3m5p-libxml2-2.13.8/lib/libxml2.so.2.13.8",
            "",
            "LD_LIBRARY_PATH",
        ),
        (
            "opensuse-leap-15.6",
            "libxml2>=2.10",
            "/usr/lib64/libxml2.so.2.10.3",
            "2.10.3",
            "/usr/lib64/pkgconfig/libxml-2.0.pc",
        ),
        ("ubuntu-24.04", "openssl>=3.0.13", f"{DEBIAN_LIB}/libssl.so.3", "3.0.13", "dpkg: libssl3t64"),
        ("ubuntu-24.04", "libxml2==2.9.14", f"{DEBIAN_LIB}/libxml2.so.2.9.14", "2.9.14", "dpkg: libxml2"),
        ("unknown-linux", "libpq", "/usr/lib/libpq.so.5.16", "", "/etc/ld.so.cache"),
    ],
)
def test_a_library_satisfies_at_run_time(name: str, text: str, location: str, version: str, origin: str) -> None:
    finding = find_dep(load_host(name), text, "run")
    assert finding.status == "satisfied"
    assert finding.evidence[0].kind == "library"
    assert (finding.evidence[0].location, finding.evidence[0].version) == (location, version)
    assert finding.evidence[0].origin == origin


@pytest.mark.parametrize(
    ("name", "location", "version", "origin"),
    [
        ("alpine-3.22", "/usr/bin/git", "2.49.1", "apk: git"),
        ("arch", "/usr/bin/git", "2.50.1", "pacman: git"),
        ("conda", "/usr/bin/git", "2.39.5", "/usr/bin/git --version"),
        ("debian-13", "/usr/bin/git", "2.47.3", "dpkg: git"),
        ("fedora-42", "/usr/bin/git", "2.51.0", "rpm --query --all: git"),
        ("macos-homebrew", "/usr/bin/git", "2.39.5", "/usr/bin/git --version"),
        ("nixos", "/run/current-system/sw/bin/git", "2.49.0", "nix: git"),
        ("opensuse-leap-15.6", "/usr/bin/git", "2.43.0", "/usr/bin/git --version"),
        ("ubuntu-24.04", "/usr/bin/git", "2.43.0", "dpkg: git"),
        ("unknown-linux", "/usr/bin/git", "2.49.0", "/usr/bin/git --version"),
    ],
)
def test_a_program_satisfies_with_its_version(name: str, location: str, version: str, origin: str) -> None:
    finding = find_dep(load_host(name), "git>=2.30")
    assert (finding.phase, finding.status) == ("build", "satisfied")
    assert finding.evidence == (
        Evidence(kind="executable", name="git", location=location, version=version, origin=origin),
    )


@pytest.mark.parametrize(
    ("name", "texts", "command"),
    [
        ("alpine-3.22", ("cairo", "cmake"), "apk add cmake cairo-dev"),
        ("arch", ("cairo", "cmake"), "pacman -S --needed cmake cairo"),
        ("conda", ("libpq", "cmake"), "conda install --channel conda-forge cmake libpq"),
        ("debian-12", ("hdf5", "libffi"), "apt-get install libhdf5-dev libffi-dev"),
        ("debian-13", ("cairo", "cmake"), "apt-get install cmake libcairo2-dev"),
        ("fedora-42", ("cairo", "cmake"), "sudo dnf install cmake cairo-devel"),
        ("linuxmint-22", ("cairo", "libpq"), "sudo apt-get install libcairo2-dev libpq-dev"),
        ("macos-homebrew", ("cairo", "ffmpeg"), "brew install ffmpeg cairo"),
        ("nixos", ("cairo", "ffmpeg"), "nix profile install 'nixpkgs#ffmpeg' 'nixpkgs#cairo'"),
        ("ubuntu-24.04", ("cairo", "ffmpeg"), "sudo apt-get install ffmpeg libcairo2-dev"),
    ],
)
def test_the_command_for_what_is_missing(name: str, texts: tuple[str, ...], command: str) -> None:
    report = check_deps(load_host(name), *texts)
    assert [finding.status for finding in report.findings] == ["missing"] * len(texts)
    assert all(finding.evidence == () for finding in report.findings)
    assert last_command(report) == command
    assert report.notes == ()


@pytest.mark.parametrize(
    ("name", "text", "command"),
    [
        ("debian-12", "hdf5", "apt-get install libhdf5-103-1 libhdf5-hl-100"),
        ("debian-13", "hdf5", "apt-get install libhdf5-310 libhdf5-hl-310"),
        ("debian-13", "glib", "apt-get install libglib2.0-0t64"),
        ("ubuntu-24.04", "libffi", "sudo apt-get install libffi8"),
        ("fedora-42", "gdal", "sudo dnf install gdal-libs"),
        ("alpine-3.22", "gdal", "apk add gdal"),
    ],
)
def test_the_command_for_what_is_missing_at_run_time(name: str, text: str, command: str) -> None:
    assert last_command(check_deps(load_host(name), text, phases=("run",))) == command


def test_apt_without_lists_updates_first() -> None:
    fresh = check_deps(load_host("debian-13"), "cairo")
    assert [str(command) for command in fresh.commands] == ["apt-get update", "apt-get install libcairo2-dev"]
    assert fresh.commands[0].packages == ()
    assert [str(command) for command in check_deps(load_host("ubuntu-24.04"), "cairo").commands] == [
        "sudo apt-get install libcairo2-dev"
    ]


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("alpine-3.22", "libxml2>=2.14", "2.13.8"),
        ("arch", "openssl<3.5", "3.5.2"),
        ("conda", "zlib>=2", "1.3.1"),
        ("debian-12", "libxml2>=2.12", "2.9.14"),
        ("debian-13", "libxml2>=2.12", "2.9.14"),
        ("fedora-42", "zlib>=1.4", "1.3.1.zlib-ng"),
        ("linuxmint-22", "zlib>=1.3.1", "1.3"),
        ("macos-homebrew", "geos<3.13", "3.13.1"),
        ("nixos", "zlib<1.3", "1.3.1"),
        ("opensuse-leap-15.6", "libxml2>=2.12", "2.10.3"),
        ("ubuntu-24.04", "zlib>=1.3.1", "1.3"),
        ("unknown-linux", "zlib>=1.4", "1.3.1"),
    ],
)
def test_a_version_out_of_range(name: str, text: str, version: str) -> None:
    finding = find_dep(load_host(name), text)
    assert finding.status == "wrong-version"
    assert finding.evidence[0].version == version
    assert finding.note.startswith(f"{version} is not ")


@pytest.mark.parametrize(
    ("name", "text", "location"),
    [
        ("alpine-3.22", "libpq", "/usr/lib/libpq.so.5.17"),
        ("arch", "geos", "/usr/local/lib/libgeos_c.so.1"),
        ("conda", "hdf5", "/opt/conda/envs/geo/lib/libhdf5.so.310.5.1"),
        ("debian-12", "libpq", f"{DEBIAN_LIB}/libpq.so.5"),
        ("debian-13", "openssl", f"{DEBIAN_LIB}/libssl.so.3"),
        ("fedora-42", "libpq", "/usr/lib64/libpq.so.5.16"),
        ("linuxmint-22", "glib", f"{DEBIAN_LIB}/libglib-2.0.so.0.8000.0"),
        ("macos-homebrew", "hdf5", "/opt/homebrew/Cellar/hdf5/1.14.6/lib/libhdf5.310.dylib"),
        (
            "nixos",
            "libxml2",
            "/nix/store/5g7i9k1m3p5r7v9x1z3b5d7g9i1k3m5p-libxml2-2.13.8/lib/libxml2.so.2.13.8",
        ),
        ("opensuse-leap-15.6", "libpq", "/usr/lib64/libpq.so.5.16"),
        ("ubuntu-24.04", "libxml2", f"{DEBIAN_LIB}/libxml2.so.2.9.14"),
        ("unknown-linux", "libpq", "/usr/lib/libpq.so.5.16"),
    ],
)
def test_only_the_library_is_incomplete_for_compiling(name: str, text: str, location: str) -> None:
    finding = find_dep(load_host(name), text)
    assert finding.status == "incomplete"
    assert [(evidence.kind, evidence.location) for evidence in finding.evidence] == [("library", location)]
    assert finding.note == "only the library found, without its headers"


def test_without_a_mapping_the_probes_still_answer() -> None:
    report = check_deps(load_host("unknown-linux"), "zlib", "libpq", "hdf5")
    assert [finding.status for finding in report.findings] == ["satisfied", "incomplete", "missing"]
    assert report.commands == ()
    assert all(finding.packages == () for finding in report.findings)
    assert report.notes == ("no mapping for this system (Foobar Linux 7): packages cannot be named",)


@pytest.mark.parametrize("name", NAMES)
def test_every_host_answers_in_every_phase(name: str) -> None:
    host = load_host(name)
    report = check_deps(host, *ASKED, phases=("build", "host", "run"))
    assert len(report.findings) == 3 * len(ASKED)
    settled = ("satisfied", "missing", "wrong-version", "incomplete", "unknown")
    assert all(finding.status in settled for finding in report.findings)
    assert all(finding.evidence for finding in report.findings if finding.status == "satisfied")
    assert all(item.location for finding in report.findings for item in finding.evidence)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_run_twice_or_changes_the_machine(name: str) -> None:
    host = load_host(name)
    check_deps(host, *ASKED)
    assert len(host.runs) == len(set(host.runs))
    for argv in host.runs:
        assert not {"install", "add", "update", "-S"} & set(argv)


def test_fedora_asks_rpm_once_and_in_the_form_that_is_recorded() -> None:
    host = load_host("fedora-42")
    check_deps(host, "openssl", "libpq", "libxml2", phases=("run",))
    assert [argv[0] for argv in host.runs].count("rpm") == 1


def test_a_keg_only_formula_is_installed_but_not_found() -> None:
    report = check_deps(load_host("macos-homebrew"), "libpq")
    finding = report.findings[0]
    assert finding.status == "incomplete"
    assert finding.note == (
        "`libpq` installed, but its files were not found; Homebrew keeps `libpq` out of its prefix (keg-only); "
        "set `PKG_CONFIG_PATH=/opt/homebrew/opt/libpq/lib/pkgconfig`, or all that `extdeps env` prints"
    )
    assert finding.evidence == (
        Evidence(
            kind="package",
            name="libpq",
            location="/opt/homebrew/Cellar/libpq/17.6",
            version="17.6",
            origin="brew",
            packaged="17.6",
        ),
    )
    assert report.commands == ()
    assert report.notes == ("libpq: installed already, and homebrew knows no other package for it",)


def test_pkg_config_path_makes_a_keg_only_formula_count() -> None:
    host = load_host("macos-homebrew")
    host.environ = {**host.environ, "PKG_CONFIG_PATH": "/opt/homebrew/opt/libpq/lib/pkgconfig"}
    finding = find_dep(host, "libpq>=17")
    assert finding.status == "satisfied"
    assert finding.evidence[0].location == "/opt/homebrew/opt/libpq/lib/pkgconfig/libpq.pc"


def test_the_sdk_of_macos_counts_without_pkg_config() -> None:
    host = load_host("macos-homebrew")
    host.environ = {**host.environ, "PATH": "/usr/bin:/bin"}
    sdk = "/Library/Developer/CommandLineTools/SDKs/MacOSX.sdk/usr"
    finding = find_dep(host, "zlib>=1.2.11")
    assert finding.status == "satisfied"
    assert [evidence.location for evidence in finding.evidence] == [f"{sdk}/include/zlib.h", f"{sdk}/lib/libz.tbd"]
    assert (finding.evidence[0].version, finding.evidence[0].origin) == ("1.2.12", f"{sdk}/include/zlib.h")


def test_nix_flags_name_the_header_and_the_library() -> None:
    host = load_host("nixos")
    host.environ = {**host.environ, "PKG_CONFIG_PATH": ""}
    finding = find_dep(host, "zlib")
    assert finding.status == "satisfied"
    assert [evidence.location for evidence in finding.evidence] == [
        f"{NIX_ZLIB_DEV}/include/zlib.h",
        "/nix/store/4f6h8j0l2n4q6s8v0x2z4b6d8g0i2k4m-zlib-1.3.1/lib/libz.so",
    ]


def test_conda_does_not_take_the_modules_of_the_system() -> None:
    finding = find_dep(load_host("conda"), "cairo")
    assert finding.status == "missing"


def test_mamba_is_named_where_conda_is_not_on_path() -> None:
    host = load_host("conda")
    only_mamba = RecordedHost(
        files={"/opt/conda/envs/geo/conda-meta/history": ""},
        executables=("/opt/conda/envs/geo/bin/python3", "/opt/mamba/bin/mamba"),
        environ={"PATH": "/opt/conda/envs/geo/bin:/opt/mamba/bin"},
        is_root=host.is_root,
    )
    expected = "mamba install --prefix /opt/conda/envs/geo --channel conda-forge libpq"  # nothing is activated
    assert last_command(check_deps(only_mamba, "libpq")) == expected


def test_a_command_that_needs_root_says_so_when_nothing_gives_it() -> None:
    host = RecordedHost(
        files={"/etc/os-release": "ID=fedora\nVERSION_ID=42\n"}, executables=("/usr/bin/dnf",), is_root=False
    )
    report = check_deps(host, "cairo")
    assert last_command(report) == "dnf install cairo-devel"
    assert report.notes == ("the command needs root, and neither sudo, doas, run0 nor pkexec is here",)


@pytest.mark.parametrize("program", ["doas", "run0"])
def test_other_programs_than_sudo_give_root(program: str) -> None:
    host = RecordedHost(
        files={"/etc/os-release": "ID=alpine\nVERSION_ID=3.22.1\n"},
        executables=("/sbin/apk", f"/usr/bin/{program}"),
        environ={"PATH": "/usr/bin:/sbin"},
        is_root=False,
    )
    assert last_command(check_deps(host, "cairo")) == f"{program} apk add cairo-dev"


# What is wrong in src: each fails for the reason that it gives.


def test_the_library_of_the_conda_environment_comes_before_that_of_the_system() -> None:
    finding = find_dep(load_host("conda"), "libxml2>=2.12", "run")
    assert finding.evidence[0].location == "/opt/conda/envs/geo/lib/libxml2.so.2.13.8"
    assert finding.status == "satisfied"


def test_a_package_that_is_installed_and_too_old_is_named_beside_others() -> None:
    report = check_deps(load_host("debian-13"), "libxml2>=2.12", "cairo")
    assert [finding.status for finding in report.findings] == ["wrong-version", "missing"]
    assert last_command(report) == "apt-get install libcairo2-dev"
    assert any("libxml2-dev" in note for note in report.notes)


def test_a_package_that_is_installed_and_too_old_is_named_alone() -> None:
    report = check_deps(load_host("debian-13"), "libxml2>=2.12")
    assert report.commands == ()
    assert report.notes == ("libxml2-dev: installed already, and debian+13 knows no other package for it",)


def test_the_version_of_zlib_is_not_that_of_zlib_ng() -> None:
    assert find_dep(load_host("fedora-42"), "zlib<2", "run").status == "satisfied"


def test_a_private_requirement_that_is_missing_breaks_the_module() -> None:
    text = "Name: libXML\nVersion: 2.14.5\nDescription: libXML library\nRequires.private: icu-uc\n"
    host = RecordedHost(files={"/usr/lib/pkgconfig/libxml-2.0.pc": text})
    assert find_dep(host, "libxml2").status == "incomplete"


def test_the_loader_of_nixos_does_not_look_in_the_profile() -> None:
    assert find_dep(load_host("nixos"), "libpq", "run").status != "satisfied"


@pytest.mark.parametrize("file", ["libglib-2.0.0.dylib", "libglib-2.0.dylib"])
def test_a_link_name_may_end_in_a_number_on_macos(file: str) -> None:
    host = RecordedHost(system="Darwin", machine="arm64", empty=(f"/opt/homebrew/lib/{file}",))
    assert find_dep(host, "glib", "run").status == "satisfied"


def test_a_release_of_a_rolling_distribution_is_no_release() -> None:
    assert ecosystem_of(RecordedHost(files={"/etc/os-release": f"{ARCH}VERSION_ID=20250803.0.391000\n"})) == "arch"


# Derivatives: os-release as these systems ship it.

ARCH = """NAME="Arch Linux"
PRETTY_NAME="Arch Linux"
ID=arch
BUILD_ID=rolling
ANSI_COLOR="38;2;23;147;209"
HOME_URL="https://archlinux.org/"
LOGO=archlinux-logo
"""
LMDE = """PRETTY_NAME="LMDE 6 (faye)"
NAME="LMDE"
VERSION_ID="6"
VERSION="6 (faye)"
VERSION_CODENAME=faye
ID=linuxmint
HOME_URL="https://www.linuxmint.com/"
ID_LIKE=debian
DEBIAN_CODENAME=bookworm
"""
MINT = """NAME="Linux Mint"
VERSION="21.3 (Virginia)"
ID=linuxmint
ID_LIKE="ubuntu debian"
PRETTY_NAME="Linux Mint 21.3"
VERSION_ID="21.3"
HOME_URL="https://www.linuxmint.com/"
VERSION_CODENAME=virginia
UBUNTU_CODENAME=jammy
"""
POP = """NAME="Pop!_OS"
VERSION="22.04 LTS"
ID=pop
ID_LIKE="ubuntu debian"
PRETTY_NAME="Pop!_OS 22.04 LTS"
VERSION_ID="22.04"
HOME_URL="https://pop.system76.com"
SUPPORT_URL="https://support.system76.com"
BUG_REPORT_URL="https://github.com/pop-os/pop/issues"
PRIVACY_POLICY_URL="https://system76.com/privacy"
VERSION_CODENAME=jammy
UBUNTU_CODENAME=jammy
LOGO=distributor-logo-pop-os
"""
KALI = """PRETTY_NAME="Kali GNU/Linux Rolling"
NAME="Kali GNU/Linux"
VERSION_ID="2025.3"
VERSION="2025.3"
VERSION_CODENAME=kali-rolling
ID=kali
ID_LIKE=debian
HOME_URL="https://www.kali.org/"
SUPPORT_URL="https://forums.kali.org/"
BUG_REPORT_URL="https://bugs.kali.org/"
ANSI_COLOR="1;31"
"""
DEVUAN = """PRETTY_NAME="Devuan GNU/Linux 5 (daedalus)"
NAME="Devuan GNU/Linux"
VERSION_ID="5"
VERSION="5 (daedalus)"
VERSION_CODENAME="daedalus"
ID=devuan
ID_LIKE=debian
HOME_URL="https://www.devuan.org/"
"""
RASPBIAN = """PRETTY_NAME="Raspbian GNU/Linux 12 (bookworm)"
NAME="Raspbian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=raspbian
ID_LIKE=debian
HOME_URL="http://www.raspbian.org/"
"""
ROCKY = """NAME="Rocky Linux"
VERSION="9.5 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.5"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.5 (Blue Onyx)"
"""
ALMA = """NAME="AlmaLinux"
VERSION="9.2 (Turquoise Kodkod)"
ID="almalinux"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.2"
PLATFORM_ID="platform:el9"
PRETTY_NAME="AlmaLinux 9.2 (Turquoise Kodkod)"
"""
ENDEAVOUR = """NAME=EndeavourOS
PRETTY_NAME=EndeavourOS
ID=endeavouros
ID_LIKE=arch
BUILD_ID=rolling
ANSI_COLOR="38;2;23;147;209"
HOME_URL='https://endeavouros.com'
LOGO=endeavouros
"""
MANJARO = """NAME="Manjaro Linux"
PRETTY_NAME="Manjaro Linux"
ID=manjaro
ID_LIKE=arch
BUILD_ID=rolling
ANSI_COLOR="32;1;24;144;200"
HOME_URL="https://manjaro.org/"
LOGO=manjarolinux
"""
ALPINE_EDGE = """NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.23_alpha20250612
PRETTY_NAME="Alpine Linux edge"
"""
NIXOS = """ID=nixos
ID_LIKE=""
NAME=NixOS
PRETTY_NAME="NixOS 25.05 (Warbler)"
VERSION_CODENAME=warbler
VERSION_ID="25.05"
"""
FOOBAR = """NAME="Foobar Linux"
ID=foobar
VERSION_ID="7"
PRETTY_NAME="Foobar Linux 7"
"""


def ecosystem_of(host: RecordedHost) -> str:
    return str(machine_of(host).ecosystem)


@pytest.mark.parametrize(
    ("release", "manager", "ecosystem"),
    [
        (MINT, "apt-get", "ubuntu+22.04"),
        (LMDE, "apt-get", "debian+12"),
        (POP, "apt-get", "ubuntu+22.04"),
        (KALI, "apt-get", "debian"),
        (DEVUAN, "apt-get", "debian+12"),
        (RASPBIAN, "apt-get", "debian+12"),
        (ROCKY, "dnf", "rhel"),
        (ALMA, "dnf", "rhel"),
        (ARCH, "pacman", "arch"),
        (ENDEAVOUR, "pacman", "arch"),
        (MANJARO, "pacman", "arch"),
        (NIXOS, "nix", "nix"),
        (FOOBAR, "apt-get", "debian"),
        (FOOBAR, "dnf", "fedora"),
        (FOOBAR, "microdnf", "fedora"),
        (FOOBAR, "pacman", "arch"),
        (FOOBAR, "apk", "alpine"),
        (FOOBAR, "zypper", "opensuse"),
        (FOOBAR, "brew", "homebrew"),
        (FOOBAR, "pip", "None"),
        (f"{FOOBAR}VERSION_CODENAME=trixie\n", "apt-get", "debian+13"),
        ("", "apt-get", "debian"),
        ("", "", "None"),
    ],
)
def test_the_ecosystem_of_a_derivative(release: str, manager: str, ecosystem: str) -> None:
    host = RecordedHost(
        files={"/etc/os-release": release} if release else {},
        executables=(f"/usr/bin/{manager}",) if manager else (),
    )
    assert ecosystem_of(host) == ecosystem


def test_the_packages_of_a_derivative_are_those_of_its_release() -> None:
    host = RecordedHost(files={"/etc/os-release": DEVUAN}, executables=("/usr/bin/apt-get",))
    assert last_command(check_deps(host, "hdf5", phases=("run",))) == "apt-get install libhdf5-103-1 libhdf5-hl-100"


def test_a_development_version_of_alpine_is_alpine() -> None:
    host = RecordedHost(files={"/etc/os-release": ALPINE_EDGE}, executables=("/sbin/apk",), environ={"PATH": "/sbin"})
    assert last_command(check_deps(host, "cairo")) == "apk add cairo-dev"


def test_os_release_may_be_in_usr_lib() -> None:
    assert ecosystem_of(RecordedHost(files={"/usr/lib/os-release": DEVUAN})) == "debian+12"


def test_macos_without_homebrew_is_homebrew() -> None:
    host = RecordedHost(
        system="Darwin",
        machine="x86_64",
        is_root=False,
        files={
            "/System/Library/CoreServices/SystemVersion.plist": (
                "<plist><dict>\n\t<key>ProductVersion</key>\n\t<string>14.7.1</string>\n</dict></plist>\n"
            )
        },
        executables=("/usr/bin/python3", "/usr/bin/sudo"),
    )
    machine = machine_of(host)
    assert str(machine.ecosystem) == "homebrew"
    assert machine.os_release.version_id == "14.7.1"
    assert last_command(check_deps(host, "cairo")) == "brew install cairo"


@pytest.mark.parametrize(
    ("python", "ecosystem"),
    [
        ("/usr/local/bin/python3.13", "debian+13"),  # the python image of Docker Hub
        ("/root/.pyenv/versions/3.13.5/bin/python3.13", "debian+13"),
        ("/home/linuxbrew/.linuxbrew/Cellar/python@3.13/3.13.7/bin/python3.13", "homebrew"),
        ("/nix/store/7h3wk5q8c0gq2y9f0s2v4l6m8n1p3r5x-python3-3.13.5/bin/python3.13", "nix"),
    ],
)
def test_the_python_decides_before_the_system(python: str, ecosystem: str) -> None:
    host = RecordedHost(
        files={"/etc/os-release": "ID=debian\nVERSION_ID=13\nVERSION_CODENAME=trixie\n"},
        executables=("/usr/bin/apt-get", python),
        links={"/usr/local/sbin/python3": python},
        environ={"PATH": "/usr/local/sbin:/usr/bin"},
    )
    assert ecosystem_of(host) == ecosystem


@pytest.mark.parametrize(
    "ask",
    [
        lambda host: find_dep(host, "zlib"),
        lambda host: find_dep(host, "zlib", "run"),
        lambda host: find_dep(host, "git>=2"),
        lambda host: find_dep(host, "dep:virtual/compiler/c"),
    ],
)
def test_an_empty_machine_lacks_everything(ask: Callable[[RecordedHost], Finding]) -> None:
    finding = ask(RecordedHost())
    assert (finding.status, finding.evidence) == ("missing", ())
