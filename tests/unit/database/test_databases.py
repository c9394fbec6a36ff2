"""The package databases, each from files or output in its own format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from extdeps.child import Completed
from extdeps.database.apk import Apk
from extdeps.database.brew import Brew
from extdeps.database.conda import Conda
from extdeps.database.dpkg import Dpkg
from extdeps.database.guix import Guix
from extdeps.database.interface import PackageDatabase
from extdeps.database.nix import Nix
from extdeps.database.pacman import Pacman
from extdeps.database.rpm import Rpm
from extdeps.database.table import get_database
from extdeps.interpreter import Interpreter
from extdeps.model.evidence import Evidence
from support.recorded import RecordedHost, load_host

PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    base_prefix="/usr",
    version="3.13.5",
    distributor="system",
    multiarch="x86_64-linux-gnu",
)
ARM = Interpreter(
    executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.13.5", multiarch="aarch64-linux-gnu"
)
LIB = "/usr/lib/x86_64-linux-gnu"


def upstream(found: dict[str, Evidence] | None) -> dict[str, Evidence]:
    """What was found without the managers' own notation of its version."""
    return {name: replace(item, packaged="") for name, item in (found or {}).items()}


def version_of(database: PackageDatabase, name: str) -> str:
    """The version of an installed package, or `absent`."""
    found = database.find((name,))
    assert found is not None
    return found[name].version if name in found else "absent"


# dpkg


def dpkg(status: str, lists: Mapping[str, str] | None = None, python: Interpreter = PYTHON) -> Dpkg:
    files = {f"/var/lib/dpkg/info/{name}.list": text for name, text in (lists or {}).items()}
    return Dpkg(RecordedHost(files={"/var/lib/dpkg/status": status, **files}), python)


def stanza(name: str, status: str, version: str = "1.2.13-1", architecture: str = "amd64", extra: str = "") -> str:
    return f"Package: {name}\nStatus: {status}\nArchitecture: {architecture}\nVersion: {version}\n{extra}\n"


@pytest.mark.parametrize(
    ("status", "version"),
    [
        ("install ok installed", "1.2.13"),
        ("hold ok installed", "1.2.13"),
        ("deinstall ok installed", "1.2.13"),  # marked for removal, still there
        ("deinstall ok config-files", "absent"),  # `rc`
        ("purge ok not-installed", "absent"),
        ("unknown ok not-installed", "absent"),  # `un`
        ("install reinstreq half-installed", "absent"),
        ("install ok half-configured", "absent"),
        ("install ok unpacked", "absent"),
    ],
)
def test_dpkg_counts_what_is_installed(status: str, version: str) -> None:
    assert version_of(dpkg(stanza("zlib1g-dev", status)), "zlib1g-dev") == version


def test_dpkg_tells_where_it_read() -> None:
    database = dpkg(stanza("zlib1g", "install ok installed", "1:1.3.dfsg+really1.3.1-1+b1"))
    assert upstream(database.find(("zlib1g", "nosuch"))) == {
        "zlib1g": Evidence(
            kind="package", name="zlib1g", location="/var/lib/dpkg/status", version="1.3.1", origin="dpkg"
        )
    }


def test_dpkg_needs_no_version_for_a_package_that_is_not_there() -> None:
    assert version_of(dpkg("Package: libyaml-dev\nStatus: unknown ok not-installed\nArchitecture: amd64\n"), "x") == (
        "absent"
    )


@pytest.mark.parametrize(
    "provides",
    [
        "Provides: libz-dev\n",
        "Provides: libz-dev (= 1:1.3)\n",
        "Provides: zlib-dev, libz-dev (= 1:1.3), other\n",
        "Provides: zlib-dev,\n libz-dev (= 1:1.3),\n other\nDescription: x\n",
    ],
)
def test_dpkg_follows_provides(provides: str) -> None:
    found = dpkg(stanza("zlib1g-dev", "install ok installed", extra=provides)).find(("libz-dev",))
    assert found is not None
    assert (found["libz-dev"].name, found["libz-dev"].version) == ("zlib1g-dev", "1.2.13")


def test_dpkg_takes_no_provides_of_what_is_removed() -> None:
    removed = dpkg(stanza("zlib1g-dev", "deinstall ok config-files", extra="Provides: libz-dev\n"))
    assert version_of(removed, "libz-dev") == "absent"


def test_dpkg_prefers_the_architecture_that_is_installed() -> None:
    both = stanza("zlib1g", "deinstall ok config-files", architecture="i386") + stanza(
        "zlib1g", "install ok installed", "1:1.3-1"
    )
    assert version_of(dpkg(both), "zlib1g") == "1.3"


def test_dpkg_keeps_an_installed_stanza() -> None:
    text = stanza("zlib1g", "install ok installed") + stanza("zlib1g", "unknown ok not-installed", architecture="i386")
    assert version_of(dpkg(text), "zlib1g") == "1.2.13"


def test_dpkg_does_not_take_a_library_of_another_architecture() -> None:
    assert version_of(dpkg(stanza("libpq5", "install ok installed", architecture="i386")), "libpq5") == "absent"


def test_dpkg_takes_packages_for_all_architectures() -> None:
    assert version_of(dpkg(stanza("tzdata", "install ok installed", architecture="all")), "tzdata") == "1.2.13"


@pytest.mark.parametrize(
    ("name", "python"),
    [("libpq5:amd64", PYTHON), ("libpq5", PYTHON), ("libpq5:arm64", ARM)],
)
def test_dpkg_owns_what_its_list_names(name: str, python: Interpreter) -> None:
    database = dpkg("", {name: f"/.\n/usr\n{LIB}/libpq.so.5.17\n{LIB}/libpq.so.5\n"}, python)
    assert database.owns("libpq5", f"{LIB}/libpq.so.5")
    assert not database.owns("libpq5", f"{LIB}/libpq.so")
    assert not database.owns("libpq5", "/usr/local/lib/libpq.so.5")
    assert not database.owns("nosuch", f"{LIB}/libpq.so.5")


def test_dpkg_does_not_take_the_list_of_another_architecture() -> None:
    assert not dpkg("", {"libpq5:i386": f"{LIB}/libpq.so.5\n"}).owns("libpq5", f"{LIB}/libpq.so.5")


@pytest.mark.parametrize("listed", ["/lib/x86_64-linux-gnu/libz.so.1", f"{LIB}/libz.so.1"])
@pytest.mark.parametrize("asked", ["/lib/x86_64-linux-gnu/libz.so.1", f"{LIB}/libz.so.1"])
def test_dpkg_owns_across_the_merge_of_usr(listed: str, asked: str) -> None:
    host = RecordedHost(
        files={"/var/lib/dpkg/info/zlib1g:amd64.list": f"/.\n{listed}\n", f"{LIB}/libz.so.1": ""},
        links={"/lib": "usr/lib"},
    )
    assert Dpkg(host, PYTHON).owns("zlib1g", asked)


def test_dpkg_owns_in_lib_before_the_merge_of_usr() -> None:
    path = "/lib/x86_64-linux-gnu/libz.so.1"
    host = RecordedHost(files={"/var/lib/dpkg/info/zlib1g:amd64.list": f"/.\n/lib\n{path}\n", path: ""})
    assert Dpkg(host, PYTHON).owns("zlib1g", path)


def test_dpkg_without_a_status_file_is_unknown() -> None:
    assert Dpkg(RecordedHost(), PYTHON).find(("zlib1g",)) is None


def test_dpkg_with_an_empty_status_file_has_nothing() -> None:
    assert dpkg("").find(("zlib1g",)) == {}


# rpm

QUERY = ("rpm", "--query", "--all", "--queryformat", "%{NAME}\\t%{EVR}[\\t%{PROVIDENAME}\\t%{PROVIDEVERSION}]\\n")
INSTALLED = """\
gpg-pubkey\t105ef944-65ca83d1\tgpg(105ef944)\t\n\
kernel-core\t6.14.0-63.fc42\tkernel-core\t6.14.0-63.fc42\tkernel-core-uname-r\t6.14.0\n\
kernel-core\t6.15.9-201.fc42\tkernel-core\t6.15.9-201.fc42\tkernel-core-uname-r\t6.15.9\n\
libpq\t16.3-1.fc42\tlibpq\t16.3-1.fc42\tlibpq(x86-64)\t16.3-1.fc42\tlibpq.so.5()(64bit)\t\tpostgresql-libs\t16.3\n\
openssl-devel\t1:3.2.4-1.fc42\topenssl-devel\t1:3.2.4-1.fc42\topenssl-devel(x86-64)\t1:3.2.4-1.fc42\tpkgconfig(openssl)\t3.2.4\tpkgconfig(libssl)\t3.2.4\n\
rust\t1.89.0-1.fc42\trust\t1.89.0-1.fc42\trust(x86-64)\t1.89.0-1.fc42\n\
"""


def rpm(output: str = INSTALLED, returncode: int = 0) -> Rpm:
    return Rpm(RecordedHost(commands={QUERY: Completed(returncode=returncode, stdout=output)}), PYTHON)


@pytest.mark.parametrize(
    ("asked", "owner", "version"),
    [
        ("libpq", "libpq", "16.3"),
        ("postgresql-libs", "libpq", "16.3"),
        ("libpq(x86-64)", "libpq", "16.3"),
        ("libpq.so.5()(64bit)", "libpq", "16.3"),
        ("pkgconfig(libssl)", "openssl-devel", "3.2.4"),
    ],
)
def test_rpm_finds_by_name_and_by_what_is_provided(asked: str, owner: str, version: str) -> None:
    assert upstream(rpm().find((asked,))) == {
        asked: Evidence(
            kind="package", name=owner, location="rpm database", version=version, origin="rpm --query --all"
        )
    }


@pytest.mark.parametrize(
    ("asked", "packaged"),
    [
        ("libpq", "16.3-1.fc42"),
        ("postgresql-libs", "16.3-1.fc42"),
        ("libpq.so.5()(64bit)", "16.3-1.fc42"),
        ("openssl-devel", "1:3.2.4-1.fc42"),
        ("pkgconfig(libssl)", "1:3.2.4-1.fc42"),
    ],
)
def test_rpm_keeps_the_whole_version_of_the_package(asked: str, packaged: str) -> None:
    found = rpm().find((asked,))
    assert found is not None
    assert found[asked].packaged == packaged


def test_rpm_that_prints_something_else_is_unknown() -> None:
    assert rpm("garbage\n").find(("libpq",)) is None


def test_rpm_does_not_find_what_is_not_there() -> None:
    assert rpm().find(("libpq-devel", "hdf5")) == {}


def test_rpm_is_asked_once() -> None:
    host = RecordedHost(commands={QUERY: Completed(returncode=0, stdout=INSTALLED)})
    database = Rpm(host, PYTHON)
    database.find(("libpq",))
    database.find(("rust",))
    assert database.owns("libpq", "/usr/lib64/libpq.so.5")
    assert host.runs == [QUERY]


def test_rpm_owns_files_of_the_system_alone() -> None:
    database = rpm()
    assert not database.owns("libpq", "/usr/local/lib/libpq.so.5")
    assert not database.owns("libpq", "/opt/pgsql/lib/libpq.so.5")
    assert not database.owns("rust", "/home/alice/.cargo/bin/rustc")
    assert not database.owns("nosuch", "/usr/lib64/libnosuch.so.1")


def test_rpm_does_not_own_what_is_in_the_home_of_root() -> None:
    assert not rpm().owns("rust", "/root/.cargo/bin/rustc")


@pytest.mark.parametrize("output", ["", INSTALLED])
def test_rpm_that_fails_is_unknown(output: str) -> None:
    assert rpm(output, returncode=1).find(("libpq",)) is None


def test_rpm_that_cannot_be_run_is_unknown() -> None:
    assert Rpm(RecordedHost(), PYTHON).find(("libpq",)) is None


def test_rpm_without_packages_has_nothing() -> None:
    assert rpm("").find(("libpq",)) == {}


# pacman

LOCAL = "/var/lib/pacman/local"


def pacman(*packages: tuple[str, str, str]) -> Pacman:
    """Packages as (directory, provides, files), each a line an item."""
    files = {f"{LOCAL}/ALPM_DB_VERSION": "9\n"}
    for directory, provides, owned in packages:
        files[f"{LOCAL}/{directory}/desc"] = (
            f"%NAME%\nx\n\n%VERSION%\n1-1\n\n%DEPENDS%\nglibc\nlibhidden.so=1-64\n\n%PROVIDES%\n{provides}\n\n%XDATA%\n\n"
        )
        files[f"{LOCAL}/{directory}/files"] = f"%FILES%\nusr/\nusr/lib/\n{owned}\n\n%BACKUP%\netc/x.conf\tabc\n\n"
    return Pacman(RecordedHost(files=files), PYTHON)


@pytest.mark.parametrize(
    ("directory", "name", "version"),
    [
        ("zlib-1:1.3.1-2", "zlib", "1.3.1"),
        ("gtk-doc-1.34.0-2", "gtk-doc", "1.34.0"),
        ("python-setuptools-1:80.9.0-1", "python-setuptools", "80.9.0"),
        ("lib32-gcc-libs-15.1.1+r7+gf36ec88aa85a-1", "lib32-gcc-libs", "15.1.1"),
        ("gtk2-2.24.33-5.1", "gtk2", "2.24.33"),
    ],
)
def test_pacman_reads_name_and_version_from_the_directory(directory: str, name: str, version: str) -> None:
    assert upstream(pacman((directory, "", "")).find((name, "ALPM_DB_VERSION"))) == {
        name: Evidence(kind="package", name=name, location=f"{LOCAL}/{directory}", version=version, origin="pacman")
    }


@pytest.mark.parametrize(
    ("asked", "owner"),
    [
        ("libz.so", "zlib"),
        ("zlib-compat", "zlib"),
        ("jre-runtime", "absent"),
        ("libhidden.so", "absent"),  # a dependency, no provision
        ("glibc", "absent"),
    ],
)
def test_pacman_follows_provides(asked: str, owner: str) -> None:
    found = pacman(("zlib-1:1.3.1-2", "libz.so=1-64\nzlib-compat", "")).find((asked,))
    assert found is not None
    assert (found[asked].name if asked in found else "absent") == owner


def test_pacman_owns_what_its_files_name() -> None:
    database = pacman(("zlib-1:1.3.1-2", "", "usr/lib/libz.so.1\nusr/lib/libz.so.1.3.1"))
    assert database.owns("zlib", "/usr/lib/libz.so.1.3.1")
    assert database.owns("zlib", "/usr/lib/libz.so.1")
    assert not database.owns("zlib", "/usr/lib/libz.so")
    assert not database.owns("zlib", "/lib/libz.so.1.3")
    assert not database.owns("zlib", "/etc/x.conf")
    assert not database.owns("nosuch", "/usr/lib/libz.so.1")


def test_pacman_without_a_database_is_unknown() -> None:
    assert Pacman(RecordedHost(), PYTHON).find(("zlib",)) is None


# apk

APK = """\
C:Q1PGfKmmCsqJOJWX3bCOTKtKG3WJs=
P:zlib
V:1.3.1-r2
A:x86_64
T:A compression/decompression Library
p:so:libz.so.1=1.3.1
F:usr
F:usr/lib
R:libz.so.1
a:0:0:777
Z:Q1Hnr7eYHRJGLPYcwx6DFZ+WkFsLo=
R:libz.so.1.3.1
a:0:0:755

C:Q1Vmf7ljZPXWTvqmGGZuR1OmqA8DU=
P:zlib-dev
V:1.3.1-r2
D:zlib=1.3.1-r2 pkgconfig
p:pc:zlib=1.3.1 zlib-headers
F:usr/include
R:zlib.h

C:Q1GMcu5mRK2cUAqYb9Tz0wpj9v3dM=
P:git
V:2.50.0_rc1-r0
p:cmd:git=2.50.0_rc1-r0 cmd:git-shell=2.50.0_rc1-r0
F:usr/bin
R:git

P:.build-deps
V:20250801.120000
D:zlib-dev

"""


def apk(path: str = "/lib/apk/db/installed", text: str = APK) -> Apk:
    return Apk(RecordedHost(files={path: text}), PYTHON)


@pytest.mark.parametrize(
    ("asked", "owner", "version"),
    [
        ("zlib", "zlib", "1.3.1"),
        ("so:libz.so.1", "zlib", "1.3.1"),
        ("pc:zlib", "zlib-dev", "1.3.1"),
        ("zlib-headers", "zlib-dev", "1.3.1"),
        ("cmd:git-shell", "git", "2.50.0rc1"),
        (".build-deps", ".build-deps", "20250801.120000"),
    ],
)
@pytest.mark.parametrize("path", ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"])
def test_apk_finds_by_name_and_by_what_is_provided(path: str, asked: str, owner: str, version: str) -> None:
    assert upstream(apk(path).find((asked, "nosuch", "so:libnosuch.so.1"))) == {
        asked: Evidence(kind="package", name=owner, location=path, version=version, origin="apk")
    }


def test_apk_owns_a_file_of_the_last_directory() -> None:
    database = apk()
    assert database.owns("zlib", "/usr/lib/libz.so.1.3.1")
    assert database.owns("zlib-dev", "/usr/include/zlib.h")
    assert not database.owns("zlib", "/usr/libz.so.1")
    assert not database.owns("zlib-dev", "/usr/lib/libz.so.1")
    assert not database.owns("nosuch", "/usr/lib/libz.so.1")


def test_apk_without_a_database_is_unknown() -> None:
    assert Apk(RecordedHost(), PYTHON).find(("zlib",)) is None


def test_apk_with_an_empty_database_has_nothing() -> None:
    assert apk(text="").find(("zlib",)) == {}


# Homebrew


def brew(prefix: str = "/opt/homebrew", environ: dict[str, str] | None = None) -> Brew:
    host = RecordedHost(
        system="Darwin",
        machine="arm64",
        environ=environ,
        files={
            f"{prefix}/Cellar/openssl@3/3.5.2/lib/libssl.3.dylib": "",
            f"{prefix}/Cellar/openssl@3/3.5.2/INSTALL_RECEIPT.json": "{}",
            f"{prefix}/Cellar/hdf5/1.14.5/lib/libhdf5.310.dylib": "",
            f"{prefix}/Cellar/hdf5/1.14.6_1/lib/libhdf5.310.dylib": "",
            f"{prefix}/Cellar/geos/3.9.1/lib/libgeos_c.1.dylib": "",
            f"{prefix}/Cellar/geos/3.13.1/lib/libgeos_c.1.dylib": "",
        },
        links={
            f"{prefix}/opt/openssl@3": "../Cellar/openssl@3/3.5.2",
            f"{prefix}/opt/openssl": "../Cellar/openssl@3/3.5.2",
            f"{prefix}/opt/hdf5": "../Cellar/hdf5/1.14.6_1",
            f"{prefix}/opt/gone": "../Cellar/gone/1.0",
            f"{prefix}/lib/libssl.3.dylib": "../Cellar/openssl@3/3.5.2/lib/libssl.3.dylib",
        },
    )
    return Brew(host, PYTHON)


@pytest.mark.parametrize(
    ("asked", "location", "version"),
    [
        ("openssl@3", "/opt/homebrew/Cellar/openssl@3/3.5.2", "3.5.2"),
        ("openssl", "/opt/homebrew/Cellar/openssl@3/3.5.2", "3.5.2"),  # an alias
        ("hdf5", "/opt/homebrew/Cellar/hdf5/1.14.6_1", "1.14.6"),  # a revision
        ("geos", "/opt/homebrew/Cellar/geos/3.13.1", "3.13.1"),  # not linked: the newest
    ],
)
def test_brew_finds_what_is_linked_else_the_newest(asked: str, location: str, version: str) -> None:
    assert upstream(brew().find((asked, "nosuch", "gone"))) == {
        asked: Evidence(kind="package", name=asked, location=location, version=version, origin="brew")
    }


@pytest.mark.parametrize(
    ("prefix", "environ"),
    [
        ("/usr/local", {}),
        ("/home/linuxbrew/.linuxbrew", {}),
        ("/home/alice/brew", {"HOMEBREW_PREFIX": "/home/alice/brew"}),
    ],
)
def test_brew_may_be_elsewhere(prefix: str, environ: dict[str, str]) -> None:
    assert version_of(brew(prefix, environ), "openssl") == "3.5.2"


def test_brew_owns_through_links() -> None:
    database = brew()
    assert database.owns("openssl@3", "/opt/homebrew/lib/libssl.3.dylib")
    assert database.owns("openssl", "/opt/homebrew/Cellar/openssl@3/3.5.2/lib/libssl.3.dylib")
    assert database.owns("hdf5", "/opt/homebrew/opt/hdf5/lib/libhdf5.310.dylib")
    assert not database.owns("hdf5", "/opt/homebrew/Cellar/hdf5/1.14.5/lib/libhdf5.310.dylib")
    assert not database.owns("hdf5", "/opt/homebrew/lib/libssl.3.dylib")


def test_brew_owns_the_files_of_what_it_finds_without_a_link() -> None:
    assert brew().owns("geos", "/opt/homebrew/Cellar/geos/3.13.1/lib/libgeos_c.1.dylib")


def test_brew_knows_casks_taps_and_what_is_linked() -> None:
    prefix = "/opt/homebrew"
    host = RecordedHost(
        files={
            f"{prefix}/Cellar/libpq/17.6/lib/libpq.dylib": "",
            f"{prefix}/Cellar/geos/3.13.1/lib/libgeos.dylib": "",
            f"{prefix}/Caskroom/basictex/2024.0312,abc/x.pkg": "",
            f"{prefix}/Caskroom/basictex/.metadata/config.json": "",
        },
        links={
            f"{prefix}/opt/libpq": "../Cellar/libpq/17.6",
            f"{prefix}/opt/geos": "../Cellar/geos/3.13.1",
            f"{prefix}/var/homebrew/linked/geos": "../../../Cellar/geos/3.13.1",
        },
    )
    database = Brew(host, PYTHON)
    found = database.find(("basictex", "homebrew/core/geos", "libpq"))
    assert {name: (item.packaged, item.version) for name, item in (found or {}).items()} == {
        "basictex": ("2024.0312,abc", "2024.0312"),
        "homebrew/core/geos": ("3.13.1", "3.13.1"),
        "libpq": ("17.6", "17.6"),
    }
    assert database.is_linked("geos")
    assert not database.is_linked("libpq")  # keg-only


def test_brew_without_a_cellar_is_unknown() -> None:
    database = Brew(RecordedHost(files={"/usr/local/bin/x": ""}), PYTHON)
    assert database.find(("openssl",)) is None
    assert not database.owns("openssl", "/opt/openssl/lib/libssl.so")


# conda

ENVIRONMENT = "/opt/conda/envs/geo"


def conda_python(prefix: str = ENVIRONMENT) -> Interpreter:
    return Interpreter(
        executable=f"{prefix}/bin/python", prefix=prefix, base_prefix=prefix, version="3.12.11", distributor="conda"
    )


def record(*files: str) -> str:
    return json.dumps({"name": "x", "version": "1", "files": list(files)})


CONDA_HOST = RecordedHost(
    files={
        f"{ENVIRONMENT}/conda-meta/history": "",
        f"{ENVIRONMENT}/conda-meta/geos-3.13.1-h97f6797_0.json": record("lib/libgeos_c.so.1.19.2", "include/geos_c.h"),
        f"{ENVIRONMENT}/conda-meta/c-ares-1.34.5-hb9d3cd8_0.json": record(),
        f"{ENVIRONMENT}/conda-meta/python-3.12.11-h9e4cc4f_0_cpython.json": record("bin/python3.12"),
        f"{ENVIRONMENT}/conda-meta/broken-1.0-0.json": "{",
        f"{ENVIRONMENT}/conda-meta/list-1.0-0.json": "[]",
    }
)


@pytest.mark.parametrize(
    ("name", "version", "file"),
    [
        ("geos", "3.13.1", "geos-3.13.1-h97f6797_0.json"),
        ("c-ares", "1.34.5", "c-ares-1.34.5-hb9d3cd8_0.json"),
        ("python", "3.12.11", "python-3.12.11-h9e4cc4f_0_cpython.json"),
    ],
)
def test_conda_finds_records(name: str, version: str, file: str) -> None:
    assert upstream(Conda(CONDA_HOST, conda_python()).find((name, "nosuch", "history"))) == {
        name: Evidence(
            kind="package",
            name=name,
            location=f"{ENVIRONMENT}/conda-meta/{file}",
            version=version,
            origin="conda-meta",
        )
    }


def test_conda_owns_what_the_record_names() -> None:
    database = Conda(CONDA_HOST, conda_python())
    assert database.owns("geos", f"{ENVIRONMENT}/lib/libgeos_c.so.1.19.2")
    assert not database.owns("geos", f"{ENVIRONMENT}/lib/libgeos_c.so")
    assert not database.owns("geos", "/usr/lib/libgeos_c.so.1.19.2")
    assert not database.owns("geos", "/opt/conda/envs/geo2/lib/libgeos_c.so.1.19.2")
    assert not database.owns("c-ares", f"{ENVIRONMENT}/lib/libgeos_c.so.1.19.2")
    assert not database.owns("nosuch", f"{ENVIRONMENT}/lib/libgeos_c.so.1.19.2")


def test_conda_reads_another_prefix_than_that_of_the_python() -> None:
    database = Conda(CONDA_HOST, replace(PYTHON, prefix=ENVIRONMENT))
    found = database.find(("geos",))
    assert found
    assert found["geos"].packaged == "3.13.1"
    assert database.owns("geos", f"{ENVIRONMENT}/include/geos_c.h")


def test_conda_knows_an_empty_environment_from_none() -> None:
    host = RecordedHost(files={"/new/conda-meta/history": ""})
    assert Conda(host, replace(PYTHON, prefix="/new")).find(("geos",)) == {}
    assert Conda(host, replace(PYTHON, prefix="/none")).find(("geos",)) is None


@pytest.mark.parametrize("name", ["broken", "list"])
def test_conda_with_a_broken_record_owns_nothing(name: str) -> None:
    assert not Conda(CONDA_HOST, conda_python()).owns(name, f"{ENVIRONMENT}/lib/libgeos_c.so.1.19.2")


def test_conda_owns_below_a_prefix_that_is_a_link() -> None:
    host = RecordedHost(
        files={"/data/conda/conda-meta/geos-3.13.1-h97f6797_0.json": record("lib/libgeos_c.so.1.19.2")},
        links={"/opt/conda": "/data/conda"},
    )
    assert Conda(host, conda_python("/opt/conda")).owns("geos", "/data/conda/lib/libgeos_c.so.1.19.2")


def test_conda_without_records_is_unknown() -> None:
    assert Conda(RecordedHost(), conda_python()).find(("geos",)) is None


# The table


@pytest.mark.parametrize(
    ("ecosystem", "kind"),
    [
        ("debian", Dpkg),
        ("ubuntu", Dpkg),
        ("fedora", Rpm),
        ("rhel", Rpm),
        ("opensuse", Rpm),
        ("arch", Pacman),
        ("alpine", Apk),
        ("homebrew", Brew),
        ("conda-forge", Conda),
        ("nix", Nix),
        ("guix", Guix),
    ],
)
def test_the_database_of_an_ecosystem(ecosystem: str, kind: type) -> None:
    assert isinstance(get_database(ecosystem, RecordedHost(), PYTHON), kind)


@pytest.mark.parametrize("ecosystem", ["winget", "nosuch"])
def test_an_ecosystem_without_a_database(ecosystem: str) -> None:
    assert get_database(ecosystem, RecordedHost(), PYTHON) is None


@pytest.mark.parametrize(
    ("host", "ecosystem", "package", "version"),
    [
        ("debian-13", "debian", "libxml2", "2.9.14"),
        ("debian-13", "debian", "libgeos-c1v5", "3.13.1"),
        ("debian-13", "debian", "libffi-dev", "absent"),
        ("ubuntu-24.04", "ubuntu", "libglib2.0-0", "2.80.0"),
        ("fedora-42", "fedora", "postgresql-libs", "16.3"),
        ("arch", "arch", "libxml2", "2.14.5"),
        ("alpine-3.22", "alpine", "so:libpq.so.5", "17.5"),
        ("macos-homebrew", "homebrew", "openssl", "3.5.2"),
    ],
)
def test_the_database_of_a_recorded_host(host: str, ecosystem: str, package: str, version: str) -> None:
    database = get_database(ecosystem, load_host(host), PYTHON)
    assert database is not None
    assert version_of(database, package) == version


@pytest.mark.parametrize(
    ("host", "ecosystem", "package", "packaged"),
    [
        ("debian-13", "debian", "libxml2", "2.12.7+dfsg+really2.9.14-2.1+deb13u3"),
        ("arch", "arch", "libxml2", "2.14.5-1"),
        ("alpine-3.22", "alpine", "so:libpq.so.5", "17.5-r0"),
        ("macos-homebrew", "homebrew", "openssl", "3.5.2"),
    ],
)
def test_the_version_as_the_manager_writes_it(host: str, ecosystem: str, package: str, packaged: str) -> None:
    database = get_database(ecosystem, load_host(host), PYTHON)
    assert database is not None
    found = database.find((package,))
    assert found is not None
    assert found[package].packaged == packaged
