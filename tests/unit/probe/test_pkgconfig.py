"""pkg-config modules: the grammar of `.pc` files, where they are looked for, and what they require."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extdeps.child import Completed
from extdeps.interpreter import Interpreter
from extdeps.model.evidence import Evidence
from extdeps.probe.pkgconfig import Module, PkgConfig, parse_module
from extdeps.probe.search import SearchPath
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.13.5")
CONDA = Interpreter(
    executable="/opt/env/bin/python", prefix="/opt/env", base_prefix="/opt/env", version="3.13.5", distributor="conda"
)
SEARCH = SearchPath(include=(), link=(), pkg_config=("/usr/lib/pkgconfig", "/usr/share/pkgconfig"))
ASK = "--variable=pc_path"
HEAD = "Name: x\nDescription: a module\nVersion: 1.0\n"


def parse(text: str) -> Module | None:
    return parse_module("x", "/opt/x/lib/pkgconfig/x.pc", text)


def requires_of(text: str) -> list[str]:
    """What a module requires, for its users and then for itself, as it would be written."""
    module = parse(HEAD + text)
    assert module is not None
    return [" ".join(filter(None, parts)) for parts in (*module.requires, *module.requires_private)]


def pc(requires: str = "", version: str = "1.0") -> str:
    return f"Name: x\nDescription: a module\nVersion: {version}\nRequires: {requires}\n"


def pkg_config(files: Mapping[str, str], python: Interpreter = PYTHON, **other: object) -> PkgConfig:
    return PkgConfig(RecordedHost(files=files, **other), python, SEARCH)  # type: ignore[arg-type]


def location_of(modules: PkgConfig, name: str) -> str:
    found = modules.find((name,))
    return found[name].location if found else ""


# the grammar


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Name: x\nVersion: 1.2.3\n", "1.2.3"),
        ("Name:x\nVersion:1.2.3", "1.2.3"),
        ("  Name : x\n\tVersion :  1.2.3  \n", "1.2.3"),
        ("Name: x\r\nVersion: 1.2.3\r\n", "1.2.3"),
        ("# made by\nName: x # the name\nVersion: 1.2.3# not 1.2.4\n#Version: 9\n", "1.2.3"),
        ("version=1.2.3\nName: x\nVersion: ${version}\n", "1.2.3"),
        ("major=1\nrest=2.3\nversion=${major}.${rest}\nName: x\nVersion: ${version}\n", "1.2.3"),
        ("Name: x\nVersion: ${version}\nversion=1.2.3\n", ""),
        ("Name: x\nVersion: 1.${nosuch}2\n", "1.2"),
        ("version=1\nversion=2\nName: x\nVersion: ${version}\n", "2"),
        ("Name: x\nVersion: \\\n1.2.3\n", "1.2.3"),
        ("Name: x\nVersion:\n", ""),
        ("Name: x\nVersion: 1.2.3: final = yes\n", "1.2.3: final = yes"),
        ("Name: x\nVersion: ${unclosed\n", "${unclosed"),
        ("Name: x\nVersion: ${}1\n", "1"),
        ("self=${self}1\nName: x\nVersion: ${self}\n", "1"),
    ],
)
def test_the_version_of_a_module(text: str, version: str) -> None:
    module = parse("Description: d\n" + text)
    assert module is not None
    assert module.version == version


def test_the_directory_of_the_file_is_a_variable() -> None:
    assert parse("Description: d\nprefix=${pcfiledir}/../..\nName: x\nVersion: ${prefix}\n") == Module(
        name="x",
        path="/opt/x/lib/pkgconfig/x.pc",
        version="/opt/x/lib/pkgconfig/../..",
        requires=(),
        requires_private=(),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Name: x\n",
        "Version: 1\n",
        "Name = x\nVersion = 1\n",
        "name: x\nversion: 1\n",
        "#Name: x\nVersion: 1\n",
        "\0\x7fELF",
        "<html>Name: x\nVersion: 1",
    ],
)
def test_a_file_that_is_no_module(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "requires"),
    [
        ("", []),
        ("Requires:\n", []),
        ("Requires: a\n", ["a"]),
        ("Requires: a b c\n", ["a", "b", "c"]),
        ("Requires: a, b,c ,d\n", ["a", "b", "c", "d"]),
        ("Requires: a >= 1.0, b\n", ["a >= 1.0", "b"]),
        (
            "Requires: a>=1.0 b<2 c!=3 d = 4 e <= 5 f > 6 g\n",
            ["a >= 1.0", "b < 2", "c != 3", "d = 4", "e <= 5", "f > 6", "g"],
        ),
        ("wanted=3.2\nRequires: gtk+-2.0 >= ${wanted}, libxml++-2.6\n", ["gtk+-2.0 >= 3.2", "libxml++-2.6"]),
        ("Requires: a \\\n  b >= 1 \\\n  c\n", ["a", "b >= 1", "c"]),
        ("extra=b c\nRequires: a ${extra}\n", ["a", "b", "c"]),
        ("Requires: ${none}\n", []),
        ("Requires.private: b\nRequires: a\n", ["a", "b"]),
        ("Requires: a b a\nRequires.private: b c\n", ["a", "b", "b", "c"]),
        ("Requires: a >= 1, a < 2\n", ["a >= 1", "a < 2"]),
        ("Requires.internal: a\nConflicts: b\nProvides: c\nLibs: -ld\n", []),
    ],
)
def test_what_a_module_requires(text: str, requires: list[str]) -> None:
    assert requires_of(text) == requires


def test_a_continued_line_of_windows_is_joined() -> None:
    assert requires_of("Requires: a \\\r\n b\r\n") == ["a", "b"]


def test_a_file_without_a_description_is_no_module() -> None:
    assert parse("Name: x\nVersion: 1\n") is None


@given(st.text())
@example("Requires: ,,, >= <= a=\nName:\nVersion:\n")
@example("a=${a}${a}${a}\n" * 50 + "Name: ${a}\nVersion: ${a}\n")
def test_any_text_is_read(text: str) -> None:
    parse(text)
    module = parse(f"Name: x\nDescription: d\nVersion: 1\nRequires: {text}")
    assert module is not None
    assert all(name.strip() == name != "" for name, _, _ in module.requires)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("Name", "Version", "Requires", "Requires.private", "prefix", "a b", "")),
            st.sampled_from((":", "=", " : ", "")),
            st.text(alphabet="ab${}\\#:=<>!, \t\r\n"),
        )
    )
)
def test_any_lines_are_read(lines: list[tuple[str, str, str]]) -> None:
    parse("\n".join("".join(parts) for parts in lines))


# where they are


def test_without_a_tool_the_default_directories_count() -> None:
    modules = pkg_config({"/usr/share/pkgconfig/x.pc": pc()})
    assert modules.find(("x", "nosuch")) == {
        "x": Evidence(
            kind="pkg-config",
            name="x",
            location="/usr/share/pkgconfig/x.pc",
            version="1.0",
            origin="the default directories of pkg-config",
        )
    }
    assert modules.tool == ""


def test_the_tool_names_the_directories() -> None:
    host = RecordedHost(
        files={"/usr/lib/pkgconfig/x.pc": pc(version="1"), "/b/pkgconfig/x.pc": pc(version="2")},
        executables=["/usr/bin/pkgconf"],
        commands={
            ("/usr/bin/pkgconf", ASK, "pkg-config"): Completed(returncode=0, stdout="/a/pkgconfig:/b/pkgconfig/\n")
        },
    )
    modules = PkgConfig(host, PYTHON, SEARCH)
    evidence = modules.find(("x",))["x"]
    assert (evidence.location, evidence.version) == ("/b/pkgconfig/x.pc", "2")
    assert evidence.origin == "/usr/bin/pkgconf --variable=pc_path pkg-config"
    assert modules.tool == "/usr/bin/pkgconf"
    modules.find(("x", "y"))
    assert host.runs == [("/usr/bin/pkgconf", ASK, "pkg-config")]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Completed(returncode=0, stdout=""),
        Completed(returncode=0, stdout="\n"),
        Completed(returncode=0, stdout=":relative:"),
        Completed(returncode=1, stdout="/b/pkgconfig"),
    ],
)
def test_a_tool_that_does_not_say(answer: Completed | None) -> None:
    modules = pkg_config(
        {"/usr/lib/pkgconfig/x.pc": pc(), "/b/pkgconfig/x.pc": pc()},
        executables=["/usr/bin/pkg-config"],
        commands={("/usr/bin/pkg-config", ASK, "pkg-config"): answer} if answer else {},
    )
    assert modules.find(("x",))["x"].origin == "the default directories of pkg-config"
    assert location_of(modules, "x") == "/usr/lib/pkgconfig/x.pc"


@pytest.mark.parametrize(
    ("named", "tool"),
    [
        ("/opt/bin/cross-pkg-config", "/opt/bin/cross-pkg-config"),
        ("pkgconf", "/usr/bin/pkgconf"),
        ("/nosuch", "/usr/bin/pkg-config"),
        ("", "/usr/bin/pkg-config"),
    ],
)
def test_the_tool_of_the_environment_comes_first(named: str, tool: str) -> None:
    host = RecordedHost(
        executables=["/usr/bin/pkg-config", "/usr/bin/pkgconf", "/opt/bin/cross-pkg-config"],
        environ={"PKG_CONFIG": named},
    )
    modules = PkgConfig(host, PYTHON, SEARCH)
    modules.find(("x",))
    assert modules.tool == tool
    assert host.runs == [(tool, ASK, "pkg-config")]


def test_the_path_of_the_environment_comes_first() -> None:
    modules = pkg_config(
        {"/usr/lib/pkgconfig/x.pc": pc(), "/own/x.pc": pc(), "/usr/lib/pkgconfig/y.pc": pc()},
        environ={"PKG_CONFIG_PATH": "relative::/nosuch:/own"},
    )
    assert location_of(modules, "x") == "/own/x.pc"
    assert location_of(modules, "y") == "/usr/lib/pkgconfig/y.pc"


@pytest.mark.parametrize(("only", "found"), [("/sysroot:/more", "/sysroot/x.pc"), ("", "")])
def test_a_library_directory_takes_the_place_of_the_tools(only: str, found: str) -> None:
    host = RecordedHost(
        files={"/usr/lib/pkgconfig/x.pc": pc(), "/sysroot/x.pc": pc(), "/own/y.pc": pc()},
        executables=["/usr/bin/pkg-config"],
        environ={"PKG_CONFIG_LIBDIR": only, "PKG_CONFIG_PATH": "/own"},
    )
    modules = PkgConfig(host, PYTHON, SEARCH)
    assert location_of(modules, "x") == found
    assert location_of(modules, "y") == "/own/y.pc"
    assert modules.find(("y",))["y"].origin == "PKG_CONFIG_LIBDIR"
    assert host.runs == []


def test_a_conda_environment_comes_before_the_tool() -> None:
    modules = pkg_config(
        {
            "/usr/lib/pkgconfig/x.pc": pc(version="1"),
            "/opt/env/lib/pkgconfig/x.pc": pc(version="2"),
            "/opt/env/share/pkgconfig/y.pc": pc(version="2"),
        },
        CONDA,
        executables=["/usr/bin/pkg-config", "/opt/env/bin/pkg-config"],
    )
    found = modules.find(("x", "y"))
    assert [item.version for item in found.values()] == ["2", "2"]
    assert modules.tool == "/opt/env/bin/pkg-config"


def test_the_first_file_of_a_name_decides_even_when_it_is_broken() -> None:
    modules = pkg_config({"/usr/lib/pkgconfig/x.pc": "Name: x\n", "/usr/share/pkgconfig/x.pc": pc()})
    assert modules.find(("x",)) == {}
    assert modules.path_of("x") == ""


def test_a_broken_file_does_no_harm_to_others() -> None:
    modules = pkg_config({"/usr/lib/pkgconfig/a.pc": "\0\xff", "/usr/lib/pkgconfig/x.pc": pc()})
    assert location_of(modules, "x") == "/usr/lib/pkgconfig/x.pc"


@pytest.mark.parametrize("name", ["../x", "/usr/lib/pkgconfig/x", "", "."])
def test_a_name_that_is_no_name(name: str) -> None:
    modules = pkg_config({"/usr/lib/pkgconfig/x.pc": pc(), "/usr/lib/x.pc": pc()})
    assert modules.find((name,)) == {}


# what they require


FILES = {
    "/usr/lib/pkgconfig/cairo.pc": pc("libpng >= 1.6, pixman-1"),
    "/usr/lib/pkgconfig/libpng.pc": pc("zlib", "1.6.39"),
    "/usr/lib/pkgconfig/pixman-1.pc": pc(),
    "/usr/lib/pkgconfig/circle.pc": pc("round"),
    "/usr/lib/pkgconfig/round.pc": pc("circle round"),
}


def test_a_module_needs_all_that_it_requires() -> None:
    modules = pkg_config(FILES)
    assert modules.find(("cairo", "libpng", "pixman-1")).keys() == {"pixman-1"}
    assert modules.missing_requirements("cairo") == ("zlib",)
    assert modules.path_of("cairo") == "/usr/lib/pkgconfig/cairo.pc"
    complete = pkg_config({**FILES, "/usr/share/pkgconfig/zlib.pc": pc()})
    assert complete.find(("cairo",)).keys() == {"cairo"}
    assert complete.missing_requirements("cairo") == ()


def test_what_is_missing_several_times_is_named_once() -> None:
    modules = pkg_config({"/usr/lib/pkgconfig/x.pc": pc("y gone z"), "/usr/lib/pkgconfig/y.pc": pc("gone lost")})
    assert modules.missing_requirements("x") == ("gone", "z", "lost")


def test_modules_that_require_each_other() -> None:
    modules = pkg_config(FILES)
    assert modules.find(("circle", "round")).keys() == {"circle", "round"}
    assert modules.missing_requirements("circle") == ()


def test_a_module_that_is_not_there_misses_nothing() -> None:
    assert pkg_config(FILES).missing_requirements("nosuch") == ()
    assert pkg_config(FILES).path_of("nosuch") == ""


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [
        ("a >= 1.10", ()),
        ("a >= 1.9, a < 2", ()),
        ("a = 1.10", ()),
        ("a != 1.1", ()),
        ("a > 1.10", ("a > 1.10",)),
        ("a <= 1.9", ("a <= 1.9",)),
        ("a >= 2, a < 1, b", ("a >= 2", "a < 1", "b")),
        ("a != 1.10", ("a != 1.10",)),
        ("a = 1.1", ("a = 1.1",)),
        ("b >= 1", ("b >= 1",)),
    ],
)
def test_versions_of_what_is_required(wanted: str, missing: tuple[str, ...]) -> None:
    modules = pkg_config({"/usr/lib/pkgconfig/x.pc": pc(wanted), "/usr/lib/pkgconfig/a.pc": pc(version="1.10")})
    assert modules.missing_requirements("x") == missing
    assert bool(modules.find(("x",))) == (not missing)


def test_what_a_module_requires_for_itself_alone() -> None:
    modules = pkg_config(
        {
            "/usr/lib/pkgconfig/x.pc": pc("a") + "Requires.private: gone\n",
            "/usr/lib/pkgconfig/a.pc": pc() + "Requires.private: lost\n",
        }
    )
    assert modules.missing_requirements("x") == ("gone", "lost")
    assert modules.missing_requirements("x", private=False) == ()
    assert modules.find(("x",)) == {}
