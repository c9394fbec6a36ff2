"""Levels of processors, and the names of Arm's.

Own tables instead of a library: what is asked is one level of two families, which is two dozen lines that change once
in years, while a database of every processor would be a dependency that each start pays for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Set

X86_LEVELS = (
    ("x86-64-v1", "cmov cx8 fpu fxsr mmx syscall sse sse2"),
    ("x86-64-v2", "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"),
    ("x86-64-v3", "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"),
    ("x86-64-v4", "avx512f avx512bw avx512cd avx512dq avx512vl"),
)
"""What each level adds, in the words of Linux's `/proc/cpuinfo` (`pni` is SSE3, `abm` has LZCNT, `xsave` OSXSAVE).

The x86-64 psABI, section 3.1.1, "Processor Architecture": https://gitlab.com/x86-psABIs/x86-64-ABI
"""

ARM_LEVELS = (
    ("armv8.0-a", "fp asimd"),
    ("armv8.1-a", "crc32 atomics asimdrdm"),
    ("armv8.2-a", "dcpop"),
    ("armv8.3-a", "fcma jscvt lrcpc"),
    ("armv8.4-a", "asimddp dit flagm ilrcpc uscat"),
    ("armv8.5-a", "flagm2 frint sb"),
    ("armv8.6-a", "bf16 i8mm"),
    ("armv8.7-a", "wfxt"),
)
"""What each level makes mandatory of what programs see, in the words of Linux's `/proc/cpuinfo`.

The features of each version are in the Arm Architecture Reference Manual, section A2; the words, with the registers
that they stand for, in the kernel's `Documentation/arch/arm64/elf_hwcaps.rst`. Pointer authentication is left out:
hypervisors and kernels hide it.
"""

_ARM_NINE = {"armv8.5-a": "armv9.0-a", "armv8.6-a": "armv9.1-a", "armv8.7-a": "armv9.2-a"}
"""The ninth version is built on the eighth, and has SVE2 (same manual)."""

ARM_VENDORS = {
    0x41: "ARM",
    0x42: "Broadcom",
    0x43: "Cavium",
    0x46: "Fujitsu",
    0x48: "HiSilicon",
    0x4E: "NVIDIA",
    0x50: "APM",
    0x51: "Qualcomm",
    0x53: "Samsung",
    0x61: "Apple",
    0x6D: "Microsoft",
    0xC0: "Ampere",
}
"""Implementers, as the register MIDR_EL1 numbers them (Arm Architecture Reference Manual, D19.2)."""

ARM_PARTS = {
    0xD03: "Cortex-A53",
    0xD04: "Cortex-A35",
    0xD05: "Cortex-A55",
    0xD07: "Cortex-A57",
    0xD08: "Cortex-A72",
    0xD09: "Cortex-A73",
    0xD0A: "Cortex-A75",
    0xD0B: "Cortex-A76",
    0xD0C: "Neoverse-N1",
    0xD0D: "Cortex-A77",
    0xD40: "Neoverse-V1",
    0xD41: "Cortex-A78",
    0xD42: "Cortex-A78AE",
    0xD44: "Cortex-X1",
    0xD46: "Cortex-A510",
    0xD47: "Cortex-A710",
    0xD48: "Cortex-X2",
    0xD49: "Neoverse-N2",
    0xD4D: "Cortex-A715",
    0xD4E: "Cortex-X3",
    0xD4F: "Neoverse-V2",
    0xD80: "Cortex-A520",
    0xD81: "Cortex-A720",
    0xD82: "Cortex-X4",
    0xD84: "Neoverse-V3",
    0xD85: "Cortex-X925",
    0xD87: "Cortex-A725",
    0xD8E: "Neoverse-N3",
}
"""Arm's own parts, by the numbers of their Technical Reference Manuals; the kernel's `arch/arm64/include/asm/cputype.h`
has them too."""


def find_level(machine: str, flags: Set[str]) -> str:
    """The highest level whose features, and those of all levels below, are there; empty where none is known.

    Args:
        machine: the architecture.
        flags: features, as Linux names them.
    """
    arm = machine in ("aarch64", "arm64")
    levels = ARM_LEVELS if arm else X86_LEVELS if machine in ("x86_64", "AMD64", "amd64") else ()
    found = ""
    for name, wanted in levels:
        if not flags >= set(wanted.split()):
            break
        found = name
    return _ARM_NINE.get(found, found) if arm and "sve2" in flags else found
