"""Where a compiler, a linker and pkg-config look, on machines of several kinds."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from extdeps.child import Completed
from extdeps.interpreter import Distributor, Interpreter
from extdeps.probe.search import SearchPath, ask_compiler, find_roots, find_search_path
from support.recorded import RecordedHost

MULTIARCH = "x86_64-linux-gnu"
NO_PREFIX = ("/usr/include",)


def python(distributor: Distributor = "system", prefix: str = "/usr", multiarch: str = "") -> Interpreter:
    return Interpreter(
        executable=f"{prefix}/bin/python3",
        prefix=prefix,
        base_prefix=prefix,
        version="3.13.5",
        distributor=distributor,
        multiarch=multiarch,
    )


def search(host: RecordedHost, interpreter: Interpreter | None = None) -> SearchPath:
    path = find_search_path(host, interpreter or python())
    assert host.runs == []
    return path


def include(environ: Mapping[str, str], *present: str) -> tuple[str, ...]:
    return search(RecordedHost(environ=environ, empty=[f"{path}/x" for path in present])).include


def test_a_bare_system() -> None:
    assert search(RecordedHost()) == SearchPath(
        include=("/usr/include",),
        link=("/usr/lib64", "/usr/lib", "/lib64", "/lib"),
        pkg_config=("/usr/lib64/pkgconfig", "/usr/lib/pkgconfig", "/usr/share/pkgconfig"),
    )


def test_a_system_with_directories_of_each_architecture() -> None:
    assert search(RecordedHost(empty=["/usr/local/x"]), python(multiarch=MULTIARCH)) == SearchPath(
        include=("/usr/local/include", f"/usr/include/{MULTIARCH}", "/usr/include"),
        link=(
            f"/usr/local/lib/{MULTIARCH}",
            "/usr/local/lib64",
            "/usr/local/lib",
            f"/usr/lib/{MULTIARCH}",
            "/usr/lib64",
            "/usr/lib",
            f"/lib/{MULTIARCH}",
            "/lib64",
            "/lib",
        ),
        pkg_config=(
            f"/usr/local/lib/{MULTIARCH}/pkgconfig",
            "/usr/local/lib64/pkgconfig",
            "/usr/local/lib/pkgconfig",
            "/usr/local/share/pkgconfig",
            f"/usr/lib/{MULTIARCH}/pkgconfig",
            "/usr/lib64/pkgconfig",
            "/usr/lib/pkgconfig",
            "/usr/share/pkgconfig",
        ),
    )


@pytest.mark.parametrize(
    ("environ", "first"),
    [
        ({"CPATH": "/a:/b/"}, ("/a", "/b")),
        ({"CPATH": "/a::relative:/usr/include"}, ("/a", "/usr/include")),
        ({"CPLUS_INCLUDE_PATH": "/cpp", "C_INCLUDE_PATH": "/c", "CPATH": "/all"}, ("/all", "/c", "/cpp")),
        ({"CPATH": "/"}, ("/",)),
        ({"CPATH": ""}, ()),
        (
            {"NIX_CFLAGS_COMPILE": "-frandom-seed=x -isystem /nix/store/z-dev/include -isystem"},
            ("/nix/store/z-dev/include",),
        ),
        ({"NIX_CFLAGS_COMPILE": "-isystem/nix/store/z-dev/include -I/no"}, ("/nix/store/z-dev/include",)),
        ({"NIX_CFLAGS_COMPILE": "-isystem /n", "CPATH": "/a"}, ("/a", "/n")),
    ],
)
def test_include_directories_of_the_environment(environ: dict[str, str], first: tuple[str, ...]) -> None:
    assert include(environ) == tuple(dict.fromkeys((*first, "/usr/include")))


@pytest.mark.parametrize(
    ("environ", "first"),
    [
        ({"LIBRARY_PATH": "/a:/b/:relative"}, ("/a", "/b")),
        ({"NIX_LDFLAGS": "-rpath /r -L/nix/store/z/lib -L /n -L"}, ("/nix/store/z/lib", "/n")),
        ({"LD_LIBRARY_PATH": "/a"}, ()),
    ],
)
def test_link_directories_of_the_environment(environ: dict[str, str], first: tuple[str, ...]) -> None:
    link = search(RecordedHost(environ=environ)).link
    assert link == (*first, "/usr/lib64", "/usr/lib", "/lib64", "/lib")


def test_roots_count_where_they_are() -> None:
    environ = {"NIX_PROFILES": "/nix/default /home/a/.nix", "HOMEBREW_PREFIX": "/brew"}
    everything = ("/nix/default", "/home/a/.nix", "/brew", "/run/current-system/sw", "/usr/local")
    assert include(environ) == NO_PREFIX
    assert include(environ, *everything) == (
        "/home/a/.nix/include",
        "/nix/default/include",
        "/brew/include",
        "/run/current-system/sw/include",
        "/usr/local/include",
        "/usr/include",
    )
    assert include({}, *everything) == ("/run/current-system/sw/include", "/usr/local/include", "/usr/include")


def test_a_conda_environment_comes_first() -> None:
    host = RecordedHost(empty=["/opt/env/lib/libz.so", "/usr/local/x"])
    path = search(host, python("conda", "/opt/env"))
    assert path.include == ("/opt/env/include", "/usr/local/include", "/usr/include")
    assert path.link[:2] == ("/opt/env/lib64", "/opt/env/lib")
    assert path.pkg_config[:3] == (
        "/opt/env/lib64/pkgconfig",
        "/opt/env/lib/pkgconfig",
        "/opt/env/share/pkgconfig",
    )
    assert search(host, python("other", "/opt/env")).include == ("/usr/local/include", "/usr/include")


def test_homebrew_on_linux_counts_for_its_own_python() -> None:
    host = RecordedHost(empty=["/home/linuxbrew/.linuxbrew/bin/brew"])
    assert search(host, python("homebrew")).include == ("/home/linuxbrew/.linuxbrew/include", "/usr/include")
    assert search(host).include == ("/usr/include",)


SDK = "/Library/Developer/CommandLineTools/SDKs/MacOSX.sdk"


def test_macos() -> None:
    host = RecordedHost(system="Darwin", empty=["/opt/homebrew/x", "/opt/local/x", "/usr/local/x"])
    path = search(host, python("homebrew", "/opt/homebrew"))
    assert path.include == (
        "/opt/homebrew/include",
        "/opt/local/include",
        "/usr/local/include",
        "/usr/include",
        f"{SDK}/usr/include",
    )
    assert path.link[-3:] == ("/lib64", "/lib", f"{SDK}/usr/lib")
    assert path.link[:2] == ("/opt/homebrew/lib64", "/opt/homebrew/lib")
    own = search(RecordedHost(system="Darwin", environ={"SDKROOT": "/sdk"}))
    assert own.include == ("/usr/include", "/sdk/usr/include")
    assert own.link[-1] == "/sdk/usr/lib"


# what the compiler says

MESSAGES = """Using built-in specs.
#include "..." search starts here:
 /quoted
#include <...> search starts here:
 /opt/gcc/lib/gcc/x86_64/14/include
 /opt/gcc/lib/gcc/x86_64/14/../../../../include/
 relative
 /usr/include
 /usr/include
 /sdk/System/Library/Frameworks (framework directory)
End of search list.
# 1 "/dev/null"
"""
ASK = ("-E", "-v", "-x", "c", "/dev/null")
LISTED = (
    "/opt/gcc/lib/gcc/x86_64/14/include",
    "/opt/gcc/include",
    "/usr/include",
    "/sdk/System/Library/Frameworks",
)


def compiler_host(
    *programs: str, answer: str | None = MESSAGES, system: str = "Linux", cc: str = "", link: str = ""
) -> RecordedHost:
    done: dict[tuple[str, ...], Completed] = {}
    done |= {(path, *ASK): Completed(returncode=0, stdout="", stderr=answer) for path in programs if answer is not None}
    return RecordedHost(
        executables=programs,
        commands=done,
        environ={"PATH": "/opt/gcc/bin:/usr/bin", "CC": cc} if cc else {"PATH": "/opt/gcc/bin:/usr/bin"},
        system=system,
        links={link: programs[0]} if link else {},
    )


def test_the_directories_of_a_compiler() -> None:
    host = compiler_host("/opt/gcc/bin/gcc")
    assert ask_compiler(host) == LISTED
    assert host.runs == [("/opt/gcc/bin/gcc", *ASK)]


def test_the_messages_of_a_compiler_may_end_in_carriage_returns() -> None:
    assert ask_compiler(compiler_host("/opt/gcc/bin/gcc", answer=MESSAGES.replace("\n", "\r\n"))) == LISTED


@pytest.mark.parametrize(
    ("programs", "cc", "asked"),
    [
        (("/opt/gcc/bin/gcc", "/opt/gcc/bin/cc", "/opt/gcc/bin/clang"), "", "/opt/gcc/bin/cc"),
        (("/opt/gcc/bin/gcc", "/opt/gcc/bin/clang"), "", "/opt/gcc/bin/gcc"),
        (("/opt/gcc/bin/clang",), "", "/opt/gcc/bin/clang"),
        (("/opt/gcc/bin/gcc", "/own/cc"), "/own/cc -m64", "/own/cc"),
        (("/opt/gcc/bin/gcc", "/opt/gcc/bin/clang"), "clang", "/opt/gcc/bin/clang"),
        (("/opt/gcc/bin/gcc",), "nosuch", "/opt/gcc/bin/gcc"),
    ],
)
def test_which_compiler_is_asked(programs: tuple[str, ...], cc: str, asked: str) -> None:
    host = compiler_host(*programs, cc=cc)
    assert ask_compiler(host) == LISTED
    assert host.runs == [(asked, *ASK)]


@pytest.mark.parametrize("link", ["", "/usr/bin/cc", "/opt/gcc/bin/cc"])
def test_the_compiler_of_the_system_is_not_asked(link: str) -> None:
    host = compiler_host("/usr/bin/gcc", link=link)
    assert ask_compiler(host) == ()
    assert host.runs == []


def test_on_macos_it_is_asked_for_its_sdk() -> None:
    host = compiler_host("/usr/bin/cc", system="Darwin")
    assert ask_compiler(host) == LISTED


@pytest.mark.parametrize("answer", [None, "", "error: no developer tools\n", MESSAGES.replace("End of", "")])
def test_a_compiler_that_does_not_say(answer: str | None) -> None:
    host = compiler_host("/opt/gcc/bin/gcc", "/opt/gcc/bin/clang", answer=answer)
    assert ask_compiler(host) == ()
    assert len(host.runs) == 1


def test_no_compiler() -> None:
    assert ask_compiler(RecordedHost()) == ()


@pytest.mark.parametrize(
    ("prefix", "roots"),
    [
        ("/opt/x", ("/opt/x",)),
        ("/opt/gone", ()),
        ("$X_HOME", ("/opt/x",)),
        ("$Y_HOME", ()),
        ("$Z_HOME", ()),
        ("/opt/x-*", ("/opt/x-12.10", "/opt/x-12.4", "/opt/x-9")),
        ("/opt/gone-*", ()),
        ("/usr/lib/{multiarch}/x", (f"/usr/lib/{MULTIARCH}/x",)),
    ],
)
def test_roots_that_are_there(prefix: str, roots: tuple[str, ...]) -> None:
    there = ("/opt/x", "/opt/x-9", "/opt/x-12.4", "/opt/x-12.10", "/opt/y", f"/usr/lib/{MULTIARCH}/x")
    host = RecordedHost(empty=[f"{path}/f" for path in there], environ={"X_HOME": "/opt/x", "Y_HOME": "opt/y"})
    assert find_roots(host, python(multiarch=MULTIARCH), prefix) == roots


def test_no_root_of_an_architecture_without_a_name() -> None:
    host = RecordedHost(empty=["/usr/lib/x/f", "/usr/lib//x/f"])
    assert find_roots(host, python(), "/usr/lib/{multiarch}/x") == ()
