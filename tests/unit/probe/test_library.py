"""Libraries: what the loader finds, what a linker finds, and which of several."""

from __future__ import annotations

import pytest

from extdeps.interpreter import Interpreter
from extdeps.model.evidence import Evidence
from extdeps.probe.library import Libraries
from support.recorded import RecordedHost, make_loader_cache

PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    base_prefix="/usr",
    version="3.13.5",
    distributor="system",
    multiarch="x86_64-linux-gnu",
)
CONDA = Interpreter(
    executable="/opt/env/bin/python", prefix="/opt/env", base_prefix="/opt/env", version="3.13.5", distributor="conda"
)
BREW = Interpreter(
    executable="/opt/homebrew/bin/python3",
    prefix="/opt/homebrew/opt/python",
    base_prefix="/opt/homebrew/opt/python",
    version="3.13.5",
    distributor="homebrew",
)
LIB = "/usr/lib/x86_64-linux-gnu"
CACHE = "/etc/ld.so.cache"


def libraries(*paths: str, python: Interpreter = PYTHON, link: tuple[str, ...] = (), **other: object) -> Libraries:
    return Libraries(RecordedHost(empty=paths, **other), python, link)  # type: ignore[arg-type]


def loadable(probe: Libraries, name: str, roots: tuple[str, ...] = ()) -> tuple[str, str]:
    """Path and origin of a library, or two empty texts."""
    found = probe.find_loadable((name,), roots).get(name)
    return (found.location, found.origin) if found else ("", "")


# loading


def test_a_library_of_the_cache() -> None:
    probe = libraries(
        f"{LIB}/libz.so.1.3.1",
        links={f"{LIB}/libz.so.1": "libz.so.1.3.1"},
        files={CACHE: make_loader_cache([f"{LIB}/libz.so.1"], "x86_64")},
    )
    assert probe.find_loadable(("z", "nosuch")) == {
        "z": Evidence(kind="library", name="z", location=f"{LIB}/libz.so.1.3.1", origin=CACHE)
    }


@pytest.mark.parametrize(
    ("files", "best"),
    [
        (["libx.so.9", "libx.so.10"], "libx.so.10"),
        (["libx.so.10", "libx.so.9"], "libx.so.10"),
        (["libx.so", "libx.so.1"], "libx.so.1"),
        (["libx.so.1", "libx.so.1.2"], "libx.so.1.2"),
        (["libx.so.1.10", "libx.so.1.9"], "libx.so.1.10"),
        (["libx.so"], "libx.so"),
    ],
)
def test_the_highest_version_of_the_cache(files: list[str], best: str) -> None:
    assert loadable(libraries(loader_cache=[f"{LIB}/{file}" for file in files]), "x") == (f"{LIB}/{best}", CACHE)


def test_a_library_of_the_cache_that_is_gone() -> None:
    cache = make_loader_cache([f"{LIB}/libz.so.2", f"{LIB}/libz.so.1", f"{LIB}/libgone.so.1"], "x86_64")
    probe = libraries(f"{LIB}/libz.so.1", files={CACHE: cache})
    assert loadable(probe, "z") == (f"{LIB}/libz.so.1", CACHE)
    assert loadable(probe, "gone") == ("", "")


def test_with_a_cache_the_default_directories_do_not_count() -> None:
    probe = libraries("/usr/lib/libx.so.1", loader_cache=[f"{LIB}/libz.so.1"])
    assert loadable(probe, "x") == ("", "")


def test_libraries_of_the_cache_for_another_architecture_do_not_count() -> None:
    probe = libraries("/lib/libz.so.1", files={CACHE: make_loader_cache(["/lib/libz.so.1"], "aarch64")})
    assert loadable(probe, "z") == ("/lib/libz.so.1", "the loader's default directories")


def test_the_library_path_comes_before_the_cache() -> None:
    probe = libraries("/own/libz.so.1", loader_cache=[f"{LIB}/libz.so.2"], environ={"LD_LIBRARY_PATH": "/nosuch::/own"})
    assert loadable(probe, "z") == ("/own/libz.so.1", "LD_LIBRARY_PATH")


def test_the_first_directory_of_the_library_path_wins() -> None:
    probe = libraries("/a/libz.so.1", "/b/libz.so.1", environ={"LD_LIBRARY_PATH": "/a:/b"})
    assert loadable(probe, "z") == ("/a/libz.so.1", "LD_LIBRARY_PATH")


@pytest.mark.parametrize(
    "directory", ["/lib/x86_64-linux-gnu", LIB, "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"]
)
def test_without_a_cache_the_default_directories_count(directory: str) -> None:
    assert loadable(libraries(f"{directory}/libz.so.1"), "z") == (
        f"{directory}/libz.so.1",
        "the loader's default directories",
    )


def test_what_only_a_linker_takes_cannot_be_loaded() -> None:
    assert loadable(libraries("/usr/lib/libz.a", "/usr/lib/z.so", "/usr/lib/libz.la"), "z") == ("", "")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("libz.so.1", "z"),
        ("libthrift-0.17.so", "thrift-0.17"),
        ("libthrift-0.17.so", "thrift"),
        ("libglib-2.0.so.0.7800.0", "glib-2.0"),
        ("libglib-2.0.so.0.7800.0", "glib"),
        ("libstdc++.so.6", "stdc++"),
        ("libpython3.13.so.1.0", "python3.13"),
        ("liblzma-x.so.5", "lzma-x"),
        ("libsox.so.3", "sox"),
    ],
)
def test_the_names_of_a_library(file: str, name: str) -> None:
    assert loadable(libraries(f"/usr/lib/{file}"), name)[0] == f"/usr/lib/{file}"
    assert loadable(libraries(loader_cache=[f"/usr/lib/{file}"]), name) == (f"/usr/lib/{file}", CACHE)


@pytest.mark.parametrize(
    ("file", "name"), [("libz.so.1", "libz"), ("libz.so.1", "z.so"), ("liblzma-x.so.5", "lzma"), ("libzz.so.1", "z")]
)
def test_what_are_not_its_names(file: str, name: str) -> None:
    assert loadable(libraries(f"/usr/lib/{file}"), name) == ("", "")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("libz.1.2.12.dylib", "z"),
        ("libz.1.dylib", "z"),
        ("libz.dylib", "z"),
        ("libz.tbd", "z"),
        ("libglib-2.0.0.dylib", "glib-2.0"),
        ("libglib-2.0.0.dylib", "glib"),
        ("libpython3.13.dylib", "python3.13"),
    ],
)
def test_the_names_of_a_library_of_macos(file: str, name: str) -> None:
    probe = libraries(f"/opt/homebrew/lib/{file}", python=BREW, link=("/opt/homebrew/lib",), system="Darwin")
    assert loadable(probe, name) == (f"/opt/homebrew/lib/{file}", "the loader's default directories")


def test_the_variables_of_macos() -> None:
    probe = libraries(
        "/a/libx.1.dylib",
        "/b/libx.2.dylib",
        "/b/liby.1.dylib",
        "/c/libz.1.dylib",
        system="Darwin",
        environ={"DYLD_LIBRARY_PATH": "/a", "DYLD_FALLBACK_LIBRARY_PATH": "/b", "LD_LIBRARY_PATH": "/c"},
    )
    assert loadable(probe, "x") == ("/a/libx.1.dylib", "DYLD_LIBRARY_PATH")
    assert loadable(probe, "y") == ("/b/liby.1.dylib", "DYLD_FALLBACK_LIBRARY_PATH")
    assert loadable(probe, "z") == ("", "")


def test_the_environment_of_conda_comes_before_the_cache() -> None:
    probe = libraries("/opt/env/lib/libz.so.1", python=CONDA, loader_cache=[f"{LIB}/libz.so.2"])
    assert loadable(probe, "z") == ("/opt/env/lib/libz.so.1", "the Python's own directory")


@pytest.mark.parametrize("text", ["/opt/lib\n/more/lib\n", "/opt/lib:/more/lib", "relative\n\n/more/lib"])
def test_the_path_file_of_musl(text: str) -> None:
    probe = libraries("/more/lib/libz.so.1", "/usr/lib/libz.so.1", files={"/etc/ld-musl-x86_64.path": text})
    assert loadable(probe, "z") == ("/more/lib/libz.so.1", "the loader's default directories")
    assert loadable(libraries("/usr/lib/libz.so.1", files={"/etc/ld-musl-x86_64.path": text}), "z") == ("", "")


def test_the_libraries_that_windows_lends_to_linux() -> None:
    probe = libraries("/usr/lib/wsl/lib/libcuda.so.1", loader_cache=[f"{LIB}/libz.so.1"])
    assert loadable(probe, "cuda") == ("/usr/lib/wsl/lib/libcuda.so.1", "/usr/lib/wsl/lib")


def test_further_roots_come_last() -> None:
    roots = ("/opt/a", "/opt/b")
    probe = libraries(
        "/opt/b/lib/libx.so.9",
        "/opt/a/lib/libx.so.1",
        "/opt/a/lib64/libx.so.2",
        "/usr/lib/liby.so.1",
        "/opt/a/lib/liby.so.2",
    )
    assert loadable(probe, "x", roots) == ("/opt/a/lib64/libx.so.2", "/opt/a/lib64")
    assert loadable(probe, "y", roots) == ("/usr/lib/liby.so.1", "the loader's default directories")
    assert loadable(probe, "x") == ("", "")


# linking


@pytest.mark.parametrize("file", ["libz.so", "libz.a", "libz.dylib", "libz.tbd"])
def test_what_a_linker_takes(file: str) -> None:
    assert libraries(f"{LIB}/{file}", link=(LIB,)).find_linkable(("z", "nosuch")) == {
        "z": Evidence(kind="library", name="z", location=f"{LIB}/{file}", origin="the linker's directories")
    }


@pytest.mark.parametrize("file", ["libz.so.1", "z.so", "libz.1.dylib", "libz.la", "libthrift-0.17.so"])
def test_what_a_linker_does_not_take(file: str) -> None:
    probe = libraries(f"{LIB}/{file}", link=(LIB,))
    assert probe.find_linkable(("z", "thrift")) == {}


def test_a_linker_takes_the_first_directory_and_there_the_shared_library() -> None:
    probe = libraries("/a/libz.a", "/b/libz.so", "/b/liby.a", "/b/liby.so", link=("/nosuch", "/a", "/b"))
    found = probe.find_linkable(("z", "y"))
    assert [item.location for item in found.values()] == ["/a/libz.a", "/b/liby.so"]


def test_a_linker_is_told_further_roots() -> None:
    probe = libraries("/opt/x/lib/libz.so", "/opt/x/lib64/liby.so", link=("/usr/lib",))
    assert probe.find_linkable(("z", "y")) == {}
    found = probe.find_linkable(("z", "y"), ("/opt/x",))
    assert [item.location for item in found.values()] == ["/opt/x/lib/libz.so", "/opt/x/lib64/liby.so"]
