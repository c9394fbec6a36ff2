"""Headers, and the versions that their macros define."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.model.evidence import Evidence
from extdeps.probe.header import Headers
from support.recorded import RecordedHost


class Compiler:
    """Names directories, and counts how often it is asked."""

    def __init__(self, *directories: str) -> None:
        self.directories = directories
        self.asked = 0

    def __call__(self) -> tuple[str, ...]:
        self.asked += 1
        return self.directories


def read(text: str | bytes, *macros: str, divisors: tuple[int, ...] = ()) -> str:
    headers = Headers(RecordedHost(files={"/h": text}), (), Compiler())
    return headers.read_version("/h", macros, divisors)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('#define V "1.2.13"', "1.2.13"),
        ('#define V ("1.2.13")', "1.2.13"),
        ('#define V "libfoo version 1.2.13-beta"', "1.2.13"),
        ('#define V "1.1.1w  11 Sep 2023"', "1.1.1w"),
        ('#define V "unknown"', ""),
        ('#define V ""', ""),
        ("#define V 12", "12"),
        ("#define V 0", "0"),
        ("#define V (12)", "12"),
        ("#define V ( 12 )", "12"),
        ("#define V 12UL", "12"),
        ("#define V 1.2.13", "1.2.13"),
        ("#define V 0x10", "16"),
        ("#define V (0X1F)", "31"),
        ("#define V 0x10L", "16"),
        ("#define V 12 /* the version */", "12"),
        ("#define V 12 // the version", "12"),
        ("#define V 12 /* goes\n on */", "12"),
        ("  #  define\tV\t12  ", "12"),
        ("#define V 12\r\n#define W 13\r\n", "12"),
        ("#define V 1\n#define V 2\n", "1"),
        ("#define VV 2\n#define V 1\n", "1"),
        ("#define V OTHER", ""),
        ("#define V (1 << 8)", ""),
        ("#define V MAKE(1, 2)", ""),
        ("#define V(x) 12", ""),
        ("#define V \\\n  12", ""),
        ("#define V\n12", ""),
        ("#define V", ""),
        ("// #define V 12", ""),
        ("int V = 12;", ""),
        ("", ""),
        (b"\xff\xfe\n#define V 12\n", "12"),
    ],
)
def test_the_value_of_a_macro(text: str | bytes, version: str) -> None:
    assert read(text, "V") == version


def test_the_name_of_a_macro_is_no_pattern() -> None:
    assert read("#define AxB 1", "A.B") == ""


NUMBERS = '#define A 3\n#define B 12\n#define C 0\n#define D "rc"\n#define E 0x0c\n'


@pytest.mark.parametrize(
    ("macros", "version"),
    [
        (("A", "B", "C"), "3.12.0"),
        (("A", "E"), "3.12"),
        (("C",), "0"),
        (("A", "B", "NOSUCH"), ""),
        (("NOSUCH", "A"), ""),
        (("A", "D"), ""),
        ((), ""),
    ],
)
def test_several_macros_are_joined(macros: tuple[str, ...], version: str) -> None:
    assert read(NUMBERS, *macros) == version


@pytest.mark.parametrize(
    ("value", "divisors", "version"),
    [
        ("12040", (1000, 10), "12.4"),
        ("1010107", (1000000, 1000, 1), "1.10.107"),
        ("0x030200", (0x10000, 0x100, 1), "3.2.0"),
        ("9", (1000, 10), "0.0"),
        ('"1.2.3"', (1000, 10), ""),
        ("OTHER", (1000, 10), ""),
    ],
)
def test_one_number_is_divided(value: str, divisors: tuple[int, ...], version: str) -> None:
    assert read(f"#define V {value}", "V", divisors=divisors) == version


def test_a_header_that_is_not_there_has_no_version() -> None:
    assert Headers(RecordedHost(), (), Compiler()).read_version("/nosuch", ("V",)) == ""


@pytest.mark.parametrize("value", ["BAD", "FACADE", "deadbeef", "12ab"])
def test_a_name_of_hexadecimal_letters_is_no_number(value: str) -> None:
    assert read(f"#define V {value}", "V") == ""


@pytest.mark.parametrize(("value", "divisors"), [("9" * 5000, (1000,)), ("0x" + "f" * 5000, ())])
def test_a_number_without_end_is_no_version(value: str, divisors: tuple[int, ...]) -> None:
    assert read(f"#define V {value}", "V", divisors=divisors) == ""


@given(st.text(alphabet='#define V"()0x9aA./*\\\n\t', max_size=60), st.sampled_from(((), (100, 1))))
def test_any_text_is_read(text: str, divisors: tuple[int, ...]) -> None:
    read(text, "V", divisors=divisors)
    read(f"#define V {text}", "V", divisors=divisors)


# where they are


def test_the_first_directory_that_has_a_header_counts() -> None:
    host = RecordedHost(empty=["/b/zlib.h", "/c/zlib.h"])
    compiler = Compiler()
    assert Headers(host, ("/a", "/b", "/c"), compiler).find(("zlib.h",)) == {
        "zlib.h": Evidence(
            kind="header", name="zlib.h", location="/b/zlib.h", origin="the compiler's default directories"
        )
    }
    assert compiler.asked == 0


def test_further_roots_come_after_the_usual_directories() -> None:
    host = RecordedHost(empty=["/opt/cuda/include/cuda.h", "/opt/cuda/include/x.h", "/usr/include/x.h"])
    found = Headers(host, ("/usr/include",), Compiler()).find(("cuda.h", "x.h"), ("/opt/other", "/opt/cuda"))
    assert [item.location for item in found.values()] == ["/opt/cuda/include/cuda.h", "/usr/include/x.h"]


def test_the_compiler_is_asked_for_the_rest() -> None:
    host = RecordedHost(empty=["/usr/include/x.h", "/gcc/include/omp.h"])
    compiler = Compiler("/usr/include", "/nosuch", "/gcc/include")
    found = Headers(host, ("/usr/include",), compiler).find(("omp.h", "nosuch.h", "x.h"))
    assert [(item.location, item.origin) for item in found.values()] == [
        ("/usr/include/x.h", "the compiler's default directories"),
        ("/gcc/include/omp.h", "the compiler's own search path"),
    ]


def test_the_compiler_is_asked_at_most_once() -> None:
    compiler = Compiler()
    headers = Headers(RecordedHost(), ("/usr/include",), compiler)
    for names in (("a.h",), ("a.h", "b.h"), ("c.h",)):
        assert headers.find(names) == {}
    assert compiler.asked == 1


def test_no_names_ask_nothing() -> None:
    compiler = Compiler()
    assert Headers(RecordedHost(), (), compiler).find(()) == {}
    assert compiler.asked == 0
