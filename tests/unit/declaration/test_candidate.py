"""Which file pip would take."""

import pytest
from packaging.requirements import Requirement

from extdeps.declaration.candidate import choose_candidate, supported_tags
from extdeps.declaration.index import IndexFile
from extdeps.declaration.installer.pipconfig import FormatControl, PipConfiguration
from extdeps.interpreter import Interpreter

PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    base_prefix="/usr",
    version="3.11.2",
    platform="linux-x86_64",
    markers={"python_version": "3.11"},
)
FILES = tuple(
    IndexFile(name=name, url=f"https://x/{name}", requires_python=python, yanked=yanked)
    for name, python, yanked in [
        ("demo-1.0.tar.gz", "", False),
        ("demo-1.0-py3-none-any.whl", "", False),
        ("demo-2.0.tar.gz", "", False),
        ("demo-2.0-cp311-cp311-manylinux_2_17_x86_64.whl", "", False),
        ("demo-2.0-cp311-cp311-musllinux_1_2_x86_64.whl", "", False),
        ("demo-2.1-cp312-cp312-manylinux_2_17_x86_64.whl", "", False),
        ("demo-2.1.tar.gz", ">=3.12", False),
        ("demo-2.2.tar.gz", "", True),
        ("demo-3.0rc1.tar.gz", "", False),
        ("demo-2.05-bad.whl", "", False),
        ("other-9.0.tar.gz", "", False),
        ("demo-2.0.exe", "", False),
    ]
)


def choose(
    text: str, libc: tuple[str, str] = ("glibc", "2.36"), prereleases: bool = False, **formats: frozenset[str]
) -> str | None:
    found = choose_candidate(
        Requirement(text),
        FILES,
        interpreter=PYTHON,
        glibc=libc,
        configuration=PipConfiguration(formats=FormatControl(**formats), prereleases=prereleases),
    )
    return found.file.name if found else None


def test_newest_that_fits_and_its_wheel_first() -> None:
    assert choose("demo") == "demo-2.0-cp311-cp311-manylinux_2_17_x86_64.whl"


def test_range() -> None:
    assert choose("demo<2") == "demo-1.0-py3-none-any.whl"
    assert choose("demo>=4") is None


def test_formats() -> None:
    assert choose("demo", no_binary=frozenset({"demo"})) == "demo-2.0.tar.gz"
    assert choose("demo", no_binary=frozenset({":all:"}), only_binary=frozenset({"demo"})) == FILES[3].name
    assert choose("demo<2", only_binary=frozenset({":all:"})) == "demo-1.0-py3-none-any.whl"


def test_libc() -> None:
    assert choose("demo", libc=("musl", "1.2.5")) == "demo-2.0-cp311-cp311-musllinux_1_2_x86_64.whl"
    assert choose("demo", libc=("glibc", "2.12")) == "demo-2.0.tar.gz"


def test_yanked_only_when_pinned() -> None:
    assert choose("demo==2.2") == "demo-2.2.tar.gz"
    assert choose("demo>=2.2") is None


def test_prereleases() -> None:
    assert choose("demo", prereleases=True) == "demo-3.0rc1.tar.gz"
    assert choose("demo>=3.0rc1") == "demo-3.0rc1.tar.gz"


@pytest.mark.parametrize(
    ("platform", "libc", "some"),
    [
        ("linux-x86_64", ("glibc", "2.36"), "cp311-cp311-manylinux2014_x86_64"),
        ("linux-aarch64", ("glibc", "2.28"), "cp311-abi3-manylinux_2_28_aarch64"),
        ("linux-x86_64", ("musl", "1.2.5"), "cp311-cp311-musllinux_1_1_x86_64"),
        ("macosx-11.0-arm64", ("", ""), "cp311-cp311-macosx_11_0_arm64"),
        ("win-amd64", ("", ""), "cp311-cp311-win_amd64"),
    ],
)
def test_tags_of_another_python(platform: str, libc: tuple[str, str], some: str) -> None:
    python = Interpreter(
        executable="/x", prefix="/", base_prefix="/", version="3.11.2", platform=platform, markers={"a": "b"}
    )
    tags = [str(tag) for tag in supported_tags(python, libc)]
    assert some in tags
    assert "py3-none-any" in tags


def test_tags_of_this_python_are_those_of_packaging() -> None:
    from packaging.tags import sys_tags

    python = Interpreter(executable="/x", prefix="/", base_prefix="/", version="3.11.2")
    assert list(supported_tags(python, ("", ""))) == list(sys_tags())
