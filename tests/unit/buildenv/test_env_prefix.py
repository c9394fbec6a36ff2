"""The variables of a prefix: only what is there, and nothing that would change other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.buildenv.prefix import default_prefix, describe_prefix
from extdeps.host import LocalHost
from extdeps.interpreter import Interpreter
from extdeps.model.environment import Environment
from support.recorded import RecordedHost

PREFIX = "/srv/demo/.extdeps"
PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    base_prefix="/usr",
    version="3.12.3",
    multiarch="x86_64-linux-gnu",
)
LIBRARY = f"{PREFIX}/lib/libspam.so"


def describe(*files: str, system: str = "Linux", loader_cache: tuple[str, ...] = ()) -> Environment:
    host = RecordedHost(empty=files, system=system, loader_cache=loader_cache)
    return describe_prefix(host, PYTHON, PREFIX)


def values_of(environment: Environment) -> dict[str, str]:
    return {variable.name: variable.text for variable in environment.variables}


def test_everything() -> None:
    environment = describe(
        f"{PREFIX}/bin/spam-config",
        f"{PREFIX}/include/spam.h",
        LIBRARY,
        f"{PREFIX}/lib/x86_64-linux-gnu/libham.a",
        f"{PREFIX}/lib/x86_64-linux-gnu/pkgconfig/ham.pc",
        f"{PREFIX}/lib64/pkgconfig/eggs.pc",
        f"{PREFIX}/lib/pkgconfig/spam.pc",
        f"{PREFIX}/lib/girepository-1.0/Spam-1.0.typelib",
        f"{PREFIX}/share/pkgconfig/data.pc",
    )
    assert values_of(environment) == {
        "PATH": f"{PREFIX}/bin",
        "PKG_CONFIG_PATH": ":".join(
            f"{PREFIX}/{part}/pkgconfig" for part in ("lib/x86_64-linux-gnu", "lib64", "lib", "share")
        ),
        "CMAKE_PREFIX_PATH": PREFIX,
        "CPATH": f"{PREFIX}/include",
        "LIBRARY_PATH": f"{PREFIX}/lib/x86_64-linux-gnu:{PREFIX}/lib",
        "LDFLAGS": f"-Wl,-rpath,{PREFIX}/lib -Wl,--disable-new-dtags",
        "GI_TYPELIB_PATH": f"{PREFIX}/lib/girepository-1.0",
        "LD_LIBRARY_PATH": f"{PREFIX}/lib/x86_64-linux-gnu:{PREFIX}/lib",
    }
    assert (environment.prefix, environment.on_request, environment.notes) == (PREFIX, (), ())
    assert all(variable.why for variable in environment.variables)


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("bin/spam", {"PATH"}),
        ("include/spam.h", {"CPATH", "CMAKE_PREFIX_PATH"}),
        ("share/pkgconfig/spam.pc", {"PKG_CONFIG_PATH", "CMAKE_PREFIX_PATH"}),
        ("lib/libspam.a", {"LIBRARY_PATH", "LD_LIBRARY_PATH"}),
        ("lib/libspam.so", {"LIBRARY_PATH", "LDFLAGS", "LD_LIBRARY_PATH"}),
    ],
)
def test_only_what_is_there(file: str, names: set[str]) -> None:
    assert set(values_of(describe(f"{PREFIX}/{file}"))) == names


@pytest.mark.parametrize("file", ["share/doc/spam.txt", "lib/python3.12/site-packages/spam.py"])
def test_nothing_that_anybody_looks_for(file: str) -> None:
    environment = describe(f"{PREFIX}/{file}")
    assert environment.variables == ()
    assert environment.notes == (f"`{PREFIX}` has nothing in it that a build or a program looks for",)


def test_a_directory_that_is_a_link_counts_once() -> None:
    host = RecordedHost(empty=[LIBRARY], links={f"{PREFIX}/lib64": "lib"})
    assert values_of(describe_prefix(host, PYTHON, PREFIX))["LIBRARY_PATH"] == f"{PREFIX}/lib64"


def test_a_library_of_the_system_is_not_replaced_unless_asked_for() -> None:
    environment = describe(
        LIBRARY,
        *(f"{PREFIX}/lib/lib{name}.so.1" for name in "abcde"),
        loader_cache=tuple(f"/usr/lib/x86_64-linux-gnu/lib{name}.so.1" for name in "abcdz"),
    )
    assert "LD_LIBRARY_PATH" not in values_of(environment)
    (variable,) = environment.on_request
    assert variable.name == "LD_LIBRARY_PATH"
    assert variable.why.endswith(
        "; it would also replace the system's `liba.so.1`, `libb.so.1`, `libc.so.1` and 1 more in every program "
        "that is run"
    )
    assert values_of(environment.select(("run",))) == {"LD_LIBRARY_PATH": f"{PREFIX}/lib"}
    assert set(values_of(environment.select(("host",)))) == {"LIBRARY_PATH", "LDFLAGS"}


def test_a_directory_of_the_loader_needs_no_run_path() -> None:
    host = RecordedHost(empty=["/usr/local/lib/libspam.so"])
    assert set(values_of(describe_prefix(host, PYTHON, "/usr/local"))) == {"LIBRARY_PATH", "LD_LIBRARY_PATH"}


@pytest.mark.parametrize(
    ("directory", "flags"),
    [
        ("/srv/my libs", "'-Wl,-rpath,/srv/my libs/lib' -Wl,--disable-new-dtags"),
        ("/srv/a,b", "-Xlinker -rpath -Xlinker /srv/a,b/lib -Wl,--disable-new-dtags"),
    ],
)
def test_flags_for_a_directory_that_a_linker_would_split(directory: str, flags: str) -> None:
    host = RecordedHost(empty=[f"{directory}/lib/libspam.so"])
    assert values_of(describe_prefix(host, PYTHON, directory))["LDFLAGS"] == flags


def test_the_python_that_decides_stays_first() -> None:
    environment = describe(f"{PREFIX}/bin/python3", f"{PREFIX}/bin/cmake")
    assert values_of(environment)["PATH"] == f"/usr/bin:{PREFIX}/bin"
    assert environment.notes == ("the prefix has a Python of its own; `/usr/bin/python3` stays before it in PATH",)


def test_what_conda_would_run_is_named() -> None:
    scripts = [f"{PREFIX}/etc/conda/activate.d/{name}.sh" for name in ("a", "b", "c", "d")]
    environment = describe(LIBRARY, *scripts)
    assert environment.notes == (
        "`conda activate` would also run the scripts in etc/conda/activate.d (`a.sh`, `b.sh`, `c.sh` ...); "
        "they are not run here",
    )


def test_macos() -> None:
    values = values_of(describe(f"{PREFIX}/lib/libspam.dylib", system="Darwin"))
    assert values["LDFLAGS"] == f"-Wl,-rpath,{PREFIX}/lib"
    environment = describe(f"{PREFIX}/lib/libspam.dylib", system="Darwin")
    fallback = environment.apply({})["DYLD_FALLBACK_LIBRARY_PATH"]
    assert fallback == f"{PREFIX}/lib:/usr/local/lib:/usr/lib"
    assert environment.apply({"DYLD_FALLBACK_LIBRARY_PATH": "/x"})["DYLD_FALLBACK_LIBRARY_PATH"] == f"{PREFIX}/lib:/x"


def test_windows() -> None:
    environment = describe(
        f"{PREFIX}/Library/bin/spam.exe",
        f"{PREFIX}/Library/include/spam.h",
        f"{PREFIX}/Library/lib/spam.lib",
        system="Windows",
    )
    assert values_of(environment) == {
        "PATH": f"{PREFIX}/Library/bin",
        "CMAKE_PREFIX_PATH": f"{PREFIX}/Library",
        "INCLUDE": f"{PREFIX}/Library/include",
        "LIB": f"{PREFIX}/Library/lib",
    }
    assert {variable.separator for variable in environment.variables} == {";"}


def test_what_is_set_already_is_kept() -> None:
    environ = describe(f"{PREFIX}/include/spam.h", LIBRARY).apply({"CPATH": "/a", "LDFLAGS": "-s", "HOME": "/root"})
    assert environ["CPATH"] == f"{PREFIX}/include:/a"
    assert environ["LDFLAGS"] == f"-Wl,-rpath,{PREFIX}/lib -Wl,--disable-new-dtags -s"
    assert environ["HOME"] == "/root"


def test_the_prefix_of_a_project(tmp_path: Path) -> None:
    host = LocalHost()
    inside = tmp_path / "src" / "demo"
    inside.mkdir(parents=True)
    assert default_prefix(host, str(inside)) == f"{inside}/.extdeps"
    (tmp_path / "pyproject.toml").touch()
    assert default_prefix(host, str(inside)) == f"{tmp_path}/.extdeps"
    assert default_prefix(host, str(tmp_path)) == f"{tmp_path}/.extdeps"
