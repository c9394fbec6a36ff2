"""The text of `extdeps host`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extdeps.model.hostfacts import HostFacts, ManagerFacts
from extdeps.render.host import render_host

FACTS = HostFacts(
    name="this machine",
    system="Linux",
    machine="x86_64",
    os_id="debian",
    os_version="13",
    os_name="Debian GNU/Linux 13 (trixie)",
    libc="glibc 2.41",
    python="/usr/bin/python3",
    python_version="3.13.5",
    python_distributor="system",
    ecosystem="debian+13",
    managers=(
        ManagerFacts(name="apt", path="/usr/bin/apt-get", is_own=True, version="3.0.3", usable="as root"),
        ManagerFacts(name="dnf", path="/usr/bin/dnf", version="4.14.0", usable="not at all", reason="no sudo"),
        ManagerFacts(name="conda", path="/opt/conda/bin/conda"),
    ),
    is_root=True,
)
NOTHING = HostFacts(
    name="/mnt/image",
    system="Linux",
    machine="aarch64",
    os_id="",
    os_version="",
    os_name="",
    libc="",
    python="",
    python_version="",
    python_distributor="other",
    ecosystem="",
    managers=(),
    is_root=False,
)


def text_of(facts: HostFacts) -> str:
    return "\n".join("".join(span.text for span in line).rstrip() for line in render_host(facts))


def test_all_facts() -> None:
    assert text_of(FACTS) == (
        "this machine\n"
        "  system        Debian GNU/Linux 13 (trixie) (debian 13)\n"
        "  architecture  Linux x86_64\n"
        "  C library     glibc 2.41\n"
        "  Python        /usr/bin/python3 (3.13.5, system)\n"
        "  ecosystem     debian+13\n"
        "  root          yes\n"
        "  managers\n"
        "    apt    3.0.3   /usr/bin/apt-get      usable as root; used here\n"
        "    dnf    4.14.0  /usr/bin/dnf          not at all: no sudo\n"
        "    conda          /opt/conda/bin/conda"
    )


def test_no_facts() -> None:
    assert text_of(NOTHING) == (
        "/mnt/image\n"
        "  system        Linux\n"
        "  architecture  Linux aarch64\n"
        "  C library     unknown\n"
        "  Python        none\n"
        "  ecosystem     none that is known\n"
        "  root          no\n"
        "  managers      none"
    )


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (replace(FACTS, os_version="", os_id="arch", os_name="Arch Linux"), "  system        Arch Linux (arch)"),
        (replace(FACTS, os_name="Evil\x1b[2J", os_id=""), "  system        Evil\N{REPLACEMENT CHARACTER}[2J"),
    ],
)
def test_the_system(facts: HostFacts, line: str) -> None:
    assert text_of(facts).splitlines()[1] == line


def test_names_from_outside_do_no_harm() -> None:
    text = text_of(replace(FACTS, name="/mnt/\x1b[2J", managers=(ManagerFacts(name="apt", path="/opt/\x07/apt-get"),)))
    assert not {"\x1b", "\x07"} & set(text)
