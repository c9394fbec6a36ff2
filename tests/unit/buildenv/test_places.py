"""What is installed where no build looks, case by case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from extdeps.buildenv.advice import describe_advice
from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.checker import check
from extdeps.declaration.direct import declare
from extdeps.interpreter import Interpreter, find_interpreter
from extdeps.machine import retarget
from extdeps.model.environment import Environment
from support.checks import CATALOGUE, check_deps, find_dep, machine_of
from support.recorded import RecordedHost, load_host

NOTHING = ("nothing is needed: all that is known to be installed is where a build looks",)
BREW = "/opt/homebrew"
SERIAL = "/usr/lib/x86_64-linux-gnu/hdf5/serial"

# the files of libhdf5-dev 1.10.8+repack1-1 of Debian 12, as far as they matter
HDF5 = RecordedHost(
    executables=["/usr/bin/python3.11", "/usr/bin/gcc"],
    empty=[
        "/usr/include/hdf5/serial/hdf5.h",
        "/usr/include/hdf5/serial/H5public.h",
        "/usr/lib/x86_64-linux-gnu/libhdf5_serial.so.103.3.0",
    ],
    links={
        "/usr/bin/python3": "python3.11",
        "/usr/lib/x86_64-linux-gnu/libhdf5_serial.so": "libhdf5_serial.so.103.3.0",
        f"{SERIAL}/include": "../../../../include/hdf5/serial",
        f"{SERIAL}/lib": ".",
        f"{SERIAL}/libhdf5.so": "../../libhdf5_serial.so",
    },
    loader_cache=["/usr/lib/x86_64-linux-gnu/libz.so.1"],
)


def advise(host: RecordedHost, interpreter: Interpreter | None = None) -> Environment:
    environment = describe_advice(host, interpreter or find_interpreter(host), CATALOGUE.probes)
    assert host.runs == []
    return environment


def values_of(environment: Environment) -> dict[str, str]:
    return {variable.name: variable.text for variable in environment.variables}


def host_with(*files: str, environ: Mapping[str, str] | None = None, system: str = "Linux") -> RecordedHost:
    return RecordedHost(empty=files, environ=environ, system=system, executables=["/usr/bin/python3"])


def test_a_machine_where_nothing_is_needed() -> None:
    environment = advise(load_host("debian-12"))
    assert (environment.variables, environment.notes) == ((), NOTHING)


def test_keg_only_formulae_of_homebrew() -> None:
    environment = advise(load_host("macos-homebrew"))
    values = values_of(environment)
    assert values["PKG_CONFIG_PATH"].split(":")[0] == f"{BREW}/opt/libpq/lib/pkgconfig"
    assert values["CPATH"].split(":") == [f"{BREW}/opt/libpq/include", f"{BREW}/include"]
    assert "LDFLAGS" not in values
    assert environment.notes == (
        "Homebrew keeps `libpq` out of its prefix (keg-only)",
        "the system's compiler does not look into Homebrew's prefix, `/opt/homebrew`",
    )


def test_what_is_set_already_is_not_advised_again() -> None:
    host = load_host("macos-homebrew")
    first = advise(host)
    host.environ = first.apply(host.environ)
    second = advise(host)
    assert (second.variables, second.notes) == ((), NOTHING)


def test_the_newest_series_of_a_formula_and_no_toolchain() -> None:
    kegs = ("icu4c@76/76.1", "icu4c@77/77.1", "llvm/20.1", "glibc/2.39", "linked/1.0")
    files = [f"{BREW}/Cellar/{keg}/{part}" for keg in kegs for part in ("include/x.h", "lib/pkgconfig/x.pc")]
    links = {f"{BREW}/opt/{keg.partition('/')[0]}": f"../Cellar/{keg}" for keg in kegs}
    links |= {f"{BREW}/opt/icu4c": "../Cellar/icu4c@77/77.1"}
    links |= {f"{BREW}/var/homebrew/linked/linked": "../../../Cellar/linked/1.0"}
    host = RecordedHost(
        empty=[*files, f"{BREW}/Cellar/llvm/20.1/bin/clang", f"{BREW}/Cellar/glibc/2.39/include/stdio.h"],
        links=links,
        executables=["/usr/bin/python3"],
        system="Darwin",
    )
    assert advise(host).notes == ("Homebrew keeps `icu4c@77` out of its prefix (keg-only)",)


def test_a_formula_that_a_finding_lacks_is_named() -> None:
    host = load_host("macos-homebrew")
    note = find_dep(host, "libpq>=17").note
    assert note.endswith(f"set `PKG_CONFIG_PATH={BREW}/opt/libpq/lib/pkgconfig`, or all that `extdeps env` prints")
    assert "keg-only" not in find_dep(host, "libpq>=18").note


def test_no_process_more_for_advice() -> None:
    host, plain = load_host("macos-homebrew"), load_host("macos-homebrew")
    plain.environ = {**plain.environ, "PKG_CONFIG_PATH": f"{BREW}/opt/libpq/lib/pkgconfig"}
    check_deps(host, "libpq")
    check_deps(plain, "libpq")
    assert set(host.runs) <= {*plain.runs, ("/usr/bin/cc", "-E", "-v", "-x", "c", "/dev/null")}


def test_macports() -> None:
    environment = advise(host_with("/opt/local/include/zlib.h", "/opt/local/lib/libz.dylib", system="Darwin"))
    assert values_of(environment) == {
        "CPATH": "/opt/local/include",
        "LIBRARY_PATH": "/opt/local/lib",
        "CMAKE_PREFIX_PATH": "/opt/local",
    }
    assert environment.notes == ("the system's compiler does not look into MacPorts' prefix, `/opt/local`",)


@pytest.mark.parametrize("root", ["/opt/cuda", "/usr/local/cuda", "/usr/local/cuda-12.4"])
def test_cuda(root: str) -> None:
    files = [f"{root}/bin/nvcc", f"{root}/include/cuda_runtime.h", f"{root}/lib64/libcudart.so"]
    environment = advise(RecordedHost(empty=files[1:], executables=[files[0], "/usr/bin/python3"]))
    values = values_of(environment)
    assert (values["CUDA_HOME"], values["PATH"]) == (root, f"{root}/bin")
    assert values["LDFLAGS"] == f"-Wl,-rpath,{root}/lib64 -Wl,--disable-new-dtags"
    assert environment.apply({"PATH": "/usr/bin"})["PATH"] == f"/usr/bin:{root}/bin"
    assert environment.notes == (f"`{root}` is an installation root of its own",)


def test_the_newest_of_several_and_what_is_said_already() -> None:
    files = [f"/usr/local/cuda-{version}/include/cuda.h" for version in ("9.2", "12.4", "12.10")]
    host = host_with(*files)
    assert values_of(advise(host))["CUDA_HOME"] == "/usr/local/cuda-12.10"
    host.environ = {**host.environ, "CUDA_HOME": "/usr/local/cuda-9.2"}
    assert advise(host).notes == NOTHING


def test_an_empty_root_is_no_root() -> None:
    assert advise(host_with("/opt/cuda/README")).notes == NOTHING


def test_hdf5_of_debian() -> None:
    environment = advise(HDF5)
    assert values_of(environment) == {
        "HDF5_DIR": SERIAL,
        "CMAKE_PREFIX_PATH": SERIAL,
        "CPATH": f"{SERIAL}/include",
        "LIBRARY_PATH": f"{SERIAL}/lib",
    }


def test_several_variables_of_one_root() -> None:
    files = [f"/opt/rocm/{part}" for part in ("include/hip/hip_runtime.h", "bin/hipcc", "lib/libamdhip64.so")]
    values = values_of(advise(RecordedHost(empty=files, executables=["/usr/bin/python3"])))
    assert values["ROCM_PATH"] == "/opt/rocm"
    assert values["PATH"] == "/opt/rocm/bin"


@pytest.mark.parametrize(
    ("environ", "advised"),
    [
        ({"HOME": "/home/alice"}, True),
        ({"HOME": "/home/alice", "IN_NIX_SHELL": "impure"}, False),
        ({"HOME": "/home/bob"}, False),
    ],
)
def test_a_profile_of_nix(environ: Mapping[str, str], advised: bool) -> None:
    host = RecordedHost(
        empty=["/nix/store/x-profile/include/zlib.h", "/nix/store/x-profile/lib/libz.so"],
        links={"/home/alice/.nix-profile": "/nix/store/x-profile"},
        executables=["/usr/bin/python3"],
        environ=environ,
    )
    values = values_of(advise(host))
    assert values.get("CPATH", "") == ("/home/alice/.nix-profile/include" if advised else "")
    finding = find_dep(host, "zlib")
    assert ("/home/alice/.nix-profile" in finding.note) == advised


def test_a_conda_environment_whose_python_is_not_the_one() -> None:
    prefix = "/opt/conda/envs/libs"
    files = [f"{prefix}/conda-meta/history", f"{prefix}/include/zlib.h", f"{prefix}/lib/libz.so"]
    host = host_with(*files, environ={"CONDA_PREFIX": prefix})
    environment = advise(host)
    assert values_of(environment)["LIBRARY_PATH"] == f"{prefix}/lib"
    assert environment.notes == (f"the conda environment `{prefix}` is active, and the Python is not of it",)
    own = Interpreter(executable=f"{prefix}/bin/python", prefix=prefix, base_prefix=prefix, version="3.12.3")
    assert advise(host, own).notes == NOTHING


def test_a_version_that_is_as_wrong_is_no_advice() -> None:
    profile = "/home/alice/.nix-profile"
    text = "Name: zlib\nDescription: x\nVersion: 1.3.1\n"
    host = RecordedHost(
        files={
            f"{profile}/lib/pkgconfig/zlib.pc": text,
            "/usr/lib/pkgconfig/zlib.pc": text.replace("1.3.1", "1.2.11"),
        },
        executables=["/usr/bin/python3"],
        environ={"HOME": "/home/alice"},
    )
    assert profile in find_dep(host, "zlib>=1.3").note
    assert profile not in find_dep(host, "zlib>=1.4").note
    assert find_dep(host, "zlib>=1.2").note == ""


def test_homebrew_on_linux() -> None:
    """Homebrew's own compiler looks into its prefix, the system's does not; what is linked must find its libraries."""
    prefix = "/home/linuxbrew/.linuxbrew"
    files = ["Cellar/zlib/1.3.1/include/zlib.h", "Cellar/zlib/1.3.1/lib/libz.so.1"]
    host = RecordedHost(
        empty=[f"{prefix}/{file}" for file in files],
        links={
            f"{prefix}/opt/zlib": "../Cellar/zlib/1.3.1",
            f"{prefix}/include/zlib.h": "../Cellar/zlib/1.3.1/include/zlib.h",
            f"{prefix}/lib/libz.so.1": "../Cellar/zlib/1.3.1/lib/libz.so.1",
        },
        executables=["/usr/bin/python3", "/usr/bin/cc", f"{prefix}/bin/gcc-15"],
    )
    environment = advise(host)
    assert values_of(environment) == {
        "PATH": f"{prefix}/bin",
        "CMAKE_PREFIX_PATH": prefix,
        "CPATH": f"{prefix}/include",
        "LIBRARY_PATH": f"{prefix}/lib",
        "LDFLAGS": f"-Wl,-rpath,{prefix}/lib -Wl,--disable-new-dtags",
    }
    assert environment.notes == (f"the system's compiler does not look into Homebrew's prefix, `{prefix}`",)
    host.environ = {**host.environ, "PATH": f"{prefix}/bin:/usr/bin", "CC": "gcc-15 -m64"}
    assert advise(host).notes == NOTHING


def test_a_module_asked_for_by_name() -> None:
    profile = "/home/alice/.nix-profile"
    text = "Name: x\nDescription: x\nVersion: 3.24\n"
    host = RecordedHost(
        files={f"{profile}/lib/pkgconfig/gtk+-3.0.pc": text, f"{profile}/lib/pkgconfig/nosuch.pc": text},
        executables=["/usr/bin/python3"],
        environ={"HOME": "/home/alice"},
    )
    assert f"set `PKG_CONFIG_PATH={profile}/lib/pkgconfig`" in find_dep(host, "gtk+-3.0>=3.20").note
    assert profile not in find_dep(host, "gdk-3.0").note
    assert f"set `PKG_CONFIG_PATH={profile}/lib/pkgconfig`" in find_dep(host, "nosuch").note


def test_a_machine_that_is_not_here_gets_no_advice() -> None:
    machine = retarget(machine_of(load_host("macos-homebrew")), parse_ecosystem("homebrew"))
    report = check([declare(["libpq"], CATALOGUE)], machine, CATALOGUE)
    assert report.findings[0].note == ""


def test_at_run_time_the_loader_is_told() -> None:
    profile = "/home/alice/.nix-profile"
    host = RecordedHost(
        empty=[f"{profile}/include/zlib.h", f"{profile}/lib/libz.so.1"],
        executables=["/usr/bin/python3"],
        environ={"HOME": "/home/alice"},
    )
    assert find_dep(host, "zlib", "run").note.endswith(f"; set `LD_LIBRARY_PATH={profile}/lib`")


def test_what_is_in_the_prefix_of_the_machine() -> None:
    prefix = "/srv/my demo/.extdeps"
    host = RecordedHost(
        empty=[f"{prefix}/include/zlib.h", f"{prefix}/lib/libz.so", f"{prefix}/bin/cmake"],
        executables=["/usr/bin/python3"],
    )
    machine = replace(machine_of(host), prefix=prefix)
    report = check([declare(["zlib"], CATALOGUE)], machine, CATALOGUE)
    notes = {finding.identifier: finding.note for finding in report.findings}
    assert notes["dep:generic/zlib"] == (
        f"it is in the prefix; set `CPATH='{prefix}/include'`, or all that `extdeps env` prints"
    )
    report = check([declare(["cmake"], CATALOGUE, ("run",))], machine, CATALOGUE)
    assert report.findings[0].note == f"it is in the prefix; add `'{prefix}/bin'` to `PATH`"
    host.environ = {**host.environ, "CPATH": "/elsewhere"}
    (finding,) = check([declare(["zlib"], CATALOGUE)], machine, CATALOGUE).findings
    assert f"add `'{prefix}/include'` to `CPATH`" in finding.note


def test_what_is_told_once_is_not_told_again() -> None:
    profile = "/home/alice/.nix-profile"
    host = RecordedHost(
        empty=[f"{profile}/include/zlib.h", f"{profile}/lib/libz.so.1"],
        executables=["/usr/bin/python3"],
        environ={"HOME": "/home/alice", "LD_LIBRARY_PATH": f"{profile}/lib"},
    )
    assert find_dep(host, "zlib", "run").status == "satisfied"
