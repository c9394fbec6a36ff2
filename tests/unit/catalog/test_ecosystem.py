"""Which ecosystem a machine belongs to."""

from __future__ import annotations

import pytest

from extdeps.catalog.ecosystem import Ecosystem, find_ecosystem, parse_ecosystem, refuse_ecosystem
from extdeps.errors import UsageError
from extdeps.interpreter import Distributor
from extdeps.system import OsRelease

KNOWN = ("debian", "debian+12", "ubuntu", "ubuntu+24.04", "alpine", "arch", "fedora", "homebrew", "nix", "conda-forge")


@pytest.mark.parametrize(
    ("text", "name", "release"),
    [
        ("debian", "debian", ""),
        ("debian+12", "debian", "12"),
        ("ubuntu+24.04", "ubuntu", "24.04"),
        ("conda-forge", "conda-forge", ""),
        ("opensuse_leap.x+15.6-SP1", "opensuse_leap.x", "15.6-SP1"),
    ],
)
def test_parse(text: str, name: str, release: str) -> None:
    ecosystem = parse_ecosystem(text)
    assert ecosystem == Ecosystem(name=name, release=release)
    assert str(ecosystem) == text


@pytest.mark.parametrize("text", ["", "Debian", "debian+", "+12", "debian+12+13", "debian 12", "../x", "débian", "a\n"])
def test_what_is_no_ecosystem(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_ecosystem(text)
    assert str(caught.value) == f"`{text}` is not an ecosystem"
    assert caught.value.hint == "write `debian`, `debian+12` or `conda-forge`"


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("arch", ["arch"]),
        ("debian+12", ["debian+12", "debian"]),
        ("alpine+3.22.1", ["alpine+3.22.1", "alpine+3.22", "alpine+3", "alpine"]),
    ],
)
def test_its_documents_the_most_specific_first(text: str, identifiers: list[str]) -> None:
    assert list(parse_ecosystem(text).identifiers()) == identifiers


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("debain+12", "debian+12"),
        ("debain+99", "debian+99"),  # a release that nobody has is one of its ecosystem
        ("debian12", "debian+12"),
        ("bookworm", "debian+12"),
        ("ubunut", "ubuntu"),
        ("ubuntu-24.04", "ubuntu+24.04"),
        ("fedroa+42", "fedora+42"),
        ("archlinux", "arch"),
        ("conda", "conda-forge"),
        ("macos", "homebrew"),
        ("centos+9", ""),
        ("plan9", ""),
    ],
)
def test_the_nearest_of_one_that_nobody_maps(text: str, nearest: str) -> None:
    error = refuse_ecosystem(parse_ecosystem(text), KNOWN)
    assert error.message == f"no mapping for `{text}`"
    assert error.hint == (f"did you mean `{nearest}`? " if nearest else "") + (
        "there are mappings for alpine, arch, conda-forge, debian, debian+12, fedora, homebrew, nix, ubuntu, "
        "ubuntu+24.04"
    )


def release(
    name: str = "", version: str = "", like: tuple[str, ...] = (), codenames: tuple[str, ...] = ()
) -> OsRelease:
    return OsRelease(id=name, version_id=version, id_like=like, codenames=codenames)


@pytest.mark.parametrize(
    ("described", "families", "ecosystem"),
    [
        (release("debian", "12"), (), "debian+12"),
        (release("debian"), (), "debian"),
        (release("arch"), (), "arch"),
        (release("alpine", "3.22.1"), ("debian",), "alpine+3.22.1"),
        (release("nixos", "25.05"), (), "nix"),
        (release("macos", "15.6"), (), "homebrew"),
        # derivatives, by the codename of the release that they take
        (release("linuxmint", "22", ("ubuntu", "debian"), ("wilma", "noble")), (), "ubuntu+24.04"),
        (release("raspbian", "12", ("debian",), ("bookworm",)), (), "debian+12"),
        (release("devuan", "5", ("debian",), ("daedalus",)), (), "debian+12"),
        (release("", "", (), ("trixie",)), (), "debian+13"),
        # a codename of another family says nothing
        (release("x", "1", ("fedora",), ("noble",)), (), "fedora"),
        # by ID_LIKE without a release, then by the manager
        (release("pop", "22.04", ("ubuntu", "debian"), ("other",)), (), "ubuntu"),
        (release("rocky", "9", ("rhel", "centos", "fedora")), (), "fedora"),
        (release("x", "1", ("nosuch",)), ("arch",), "arch"),
        (release("x", "1", ("fedora",)), ("arch",), "fedora"),
        (release("x", "1"), ("nosuch", "debian"), "debian"),
        (release(), (), "None"),
        (release("void", "", ("nosuch",)), ("opensuse",), "None"),
    ],
)
def test_the_ecosystem_of_a_system(described: OsRelease, families: tuple[str, ...], ecosystem: str) -> None:
    for distributor in ("system", "other"):
        assert str(find_ecosystem(described, distributor, KNOWN, families)) == ecosystem


@pytest.mark.parametrize(
    ("distributor", "ecosystem"),
    [("conda", "conda-forge"), ("nix", "nix"), ("homebrew", "homebrew"), ("macports", "macports")],
)
def test_the_distributor_of_the_python_comes_first(distributor: Distributor, ecosystem: str) -> None:
    assert str(find_ecosystem(release("debian", "12"), distributor, KNOWN, ("debian",))) == ecosystem
