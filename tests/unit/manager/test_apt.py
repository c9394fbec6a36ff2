"""apt: which names it is given, its command, and the state that it is in."""

from __future__ import annotations

import pytest

from extdeps.manager.apt import Apt
from support.recorded import RecordedHost, make_site

LISTS = "/var/lib/apt/lists"


DEB822 = "/etc/apt/sources.list.d/debian.sources"


@pytest.mark.parametrize(
    "name",
    [
        "zlib1g-dev",
        "g++",
        "g++-14",
        "libstdc++-12-dev",
        "libsigc++-2.0-dev",
        "libc6",
        "ncbi-blast+",
        "7zip",
        "0ad",
        "gcc-14-base",
        "r-base",
    ],
)
def test_names_of_packages(name: str) -> None:
    assert Apt().accepts(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",  # Debian Policy 5.6.7: at least two characters
        "libyaml-dev-",  # a removal
        "-o",
        "--purge",
        "+x",
        ".x",
        "a;b",
        "$(x)",
        "`x`",
        "a b",
        "a\n",
        "a\tb",
        "./x.deb",
        "/tmp/x.deb",
        "a*",
        "a?",
        "^a",
        "a$",
        "[ab]c",
        "zlib1g:i386",
        "zlib1g=1.2",
        "zlib1g/trixie",
        "Zlib",
        "zlíb",
        "аpt",  # a Cyrillic letter # noqa: RUF001
        "lib_x",
        "task^",
        "a~b",
        "a,b",
        "x\0",
    ],
)
def test_what_is_no_name(name: str) -> None:
    assert not Apt().accepts(name)


def test_the_index_is_fetched_where_there_is_none() -> None:
    apt = Apt()
    install = ("apt-get", "install", "zlib1g-dev", "g++")
    fresh = RecordedHost(empty=[f"{LISTS}/lock", f"{LISTS}/partial/x"])
    assert apt.find_index_time(make_site(fresh)) is None
    filled = RecordedHost(empty=[f"{LISTS}/deb.debian.org_debian_dists_trixie_main_binary-amd64_Packages.lz4"])
    assert apt.find_index_time(make_site(filled)) is not None
    assert apt.refresh_command(make_site(filled)) == ("apt-get", "update")
    assert apt.install_command(("zlib1g-dev", "g++"), make_site(filled)) == install


@pytest.mark.parametrize(("is_root", "needs"), [(True, False), (False, True)])
def test_root_is_needed(is_root: bool, needs: bool) -> None:
    assert Apt().needs_elevation(make_site(RecordedHost(is_root=is_root))) == needs


@pytest.mark.parametrize(
    ("files", "there"),
    [
        ({}, False),
        ({f"{LISTS}/deb.debian.org_debian_dists_trixie_non-free_binary-amd64_Packages": ""}, True),
        ({f"{LISTS}/deb.debian.org_debian_dists_trixie_non-free-firmware_binary-amd64_Packages": ""}, False),
        ({"/etc/apt/sources.list": "deb http://deb.debian.org/debian trixie main non-free\n"}, True),
        ({"/etc/apt/sources.list": "# deb http://deb.debian.org/debian trixie non-free\n"}, False),
        ({"/etc/apt/sources.list": "deb http://deb.debian.org/debian trixie main non-free-firmware\n"}, False),
        ({DEB822: "Types: deb\nComponents: main non-free\n"}, True),
        ({DEB822: "Types: deb\nComponents: main\n"}, False),
        ({DEB822: "Types: deb\nComponents: main\n non-free\n"}, True),
        ({DEB822: "Types: deb-src\nComponents: non-free\n"}, False),
        ({DEB822: "Enabled: no\nTypes: deb\nComponents: non-free\n"}, False),
        ({DEB822: "Enabled: no\nTypes: deb\nComponents: non-free\n\nTypes: deb\nComponents: non-free\n"}, True),
        ({"/etc/apt/sources.list.d/x.list": "deb [arch=amd64] http://x trixie non-free\n"}, True),
    ],
)
def test_a_component_that_is_switched_on(files: dict[str, str], there: bool) -> None:
    assert Apt().has_repository("non-free", make_site(RecordedHost(files=files))) == there
