"""Processors of every level, and what is said of one that nobody can tell of."""

from __future__ import annotations

import pytest

from extdeps.accelerator.cpu import find_cpu
from extdeps.accelerator.cpulevel import ARM_LEVELS, X86_LEVELS, find_level
from extdeps.model.accelerator import Cpu
from support.platforms import X86, arm_cpuinfo, cpuinfo
from support.recorded import RecordedHost


def look(text: str | bytes, machine: str = "x86_64") -> Cpu:
    return find_cpu(RecordedHost(files={"/proc/cpuinfo": text}, machine=machine))


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_levels_of_x86(level: int) -> None:
    cpu = look(cpuinfo(level))
    assert cpu == Cpu(
        architecture="x86_64",
        vendor="GenuineIntel",
        name=f"Simulated {level}",
        level=f"x86-64-v{level}" if level else "",
        flags=frozenset(" ".join((*X86[:level], "constant_tsc")).split()),
    )


@pytest.mark.parametrize(("name", "added"), X86_LEVELS)
def test_every_feature_of_a_level_counts(name: str, added: str) -> None:
    names = [level for level, _ in X86_LEVELS]
    everything = {flag for _, flags in X86_LEVELS for flag in flags.split()}
    below = names[names.index(name) - 1] if names.index(name) else ""
    for flag in added.split():
        assert find_level("x86_64", everything - {flag}) == below


def test_a_level_belongs_to_its_architecture() -> None:
    assert find_level("i686", set(" ".join(X86).split())) == ""
    assert find_level("x86_64", {flag for _, flags in ARM_LEVELS for flag in flags.split()}) == ""


ARM = [features for _, features in ARM_LEVELS]


@pytest.mark.parametrize(
    ("count", "more", "level"),
    [
        (0, "", ""),
        (1, "", "armv8.0-a"),
        (3, "sve", "armv8.2-a"),
        (5, "sve sve2", "armv8.4-a"),
        (6, "", "armv8.5-a"),
        (6, "sve sve2", "armv9.0-a"),
        (7, "", "armv8.6-a"),
        (8, "sve sve2", "armv9.2-a"),
    ],
)
def test_levels_of_arm(count: int, more: str, level: str) -> None:
    cpu = look(arm_cpuinfo(0xD0C, features=" ".join((*ARM[:count], more))), "aarch64")
    assert (cpu.vendor, cpu.name, cpu.level) == ("ARM", "Neoverse-N1", level)


def test_big_and_little() -> None:
    cpu = look(arm_cpuinfo(0xD03, 0xD03, 0xD08, 0xD08, features="fp asimd crc32"), "aarch64")
    assert (cpu.name, cpu.level) == ("Cortex-A53, Cortex-A72", "armv8.0-a")


def test_what_every_processor_has() -> None:
    text = arm_cpuinfo(0xD05, features="fp asimd") + arm_cpuinfo(0xD44, features="fp asimd crc32 atomics asimdrdm")
    assert look(text, "aarch64").flags == {"fp", "asimd"}


@pytest.mark.parametrize(("implementer", "vendor"), [(0x61, "Apple"), (0xC0, "Ampere"), (0x7F, "")])
def test_parts_of_others_have_no_name(implementer: int, vendor: str) -> None:
    cpu = look(arm_cpuinfo(0xD0C, features="fp", implementer=implementer), "aarch64")
    assert (cpu.vendor, cpu.name) == (vendor, "")


def test_many_processors_are_not_all_read() -> None:
    """The last that is read is cut off somewhere, and must not count with half of its features."""
    block = cpuinfo(3, count=1)
    for padding in range(0, len(block), 7):
        text = f"processor\t: 0\nflags\t\t: {' '.join(X86)}\npad\t: {'x' * padding}\n\n" + block * 500
        assert look(text).level == "x86-64-v3"


@pytest.mark.parametrize(
    ("text", "cpu"),
    [
        ("", Cpu(architecture="x86_64")),
        (b"\0\xff\xfe\n\n\0", Cpu(architecture="x86_64")),
        ("processor\t: 0\nvendor_id", Cpu(architecture="x86_64")),
        ("processor : 0\nflags : \n", Cpu(architecture="x86_64")),
        ("processor : 0\nflags : fpu sse", Cpu(architecture="x86_64", flags=frozenset({"fpu", "sse"}))),
        ("CPU implementer : 0xZZ\nCPU part : 12\n", Cpu(architecture="x86_64")),
    ],
)
def test_strange_files(text: str | bytes, cpu: Cpu) -> None:
    assert look(text) == cpu


def test_no_file() -> None:
    assert find_cpu(RecordedHost(machine="aarch64")) == Cpu(architecture="aarch64")


def test_other_architectures() -> None:
    riscv = look("processor : 0\nhart : 0\nisa : rv64imafdc_zba_zbb\nuarch : sifive,u74-mc\n", "riscv64")
    assert (riscv.name, riscv.level, "zba" in riscv.flags, "c" in riscv.flags) == ("sifive,u74-mc", "", True, True)
    power = look("processor\t: 0\ncpu\t\t: POWER9, altivec supported\n\ntimebase : 512000000\n", "ppc64le")
    assert power == Cpu(architecture="ppc64le", name="POWER9, altivec supported")
    strange = look("processor : 0\nisa : rv64 imafdc\n", "riscv64")
    assert strange == Cpu(architecture="riscv64")


@pytest.mark.parametrize(
    ("told", "vendor", "name"),
    [
        (
            "Intel64 Family 6 Model 158 Stepping 10, GenuineIntel",
            "GenuineIntel",
            "Intel64 Family 6 Model 158 Stepping 10",
        ),
        ("ARMv8 (64-bit)", "", "ARMv8 (64-bit)"),
        ("", "", ""),
    ],
)
def test_windows(told: str, vendor: str, name: str) -> None:
    host = RecordedHost(system="Windows", machine="AMD64", environ={"PROCESSOR_IDENTIFIER": told})
    assert find_cpu(host) == Cpu(architecture="AMD64", vendor=vendor, name=name)
