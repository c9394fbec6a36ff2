"""The processor: `/proc/cpuinfo` of Linux, `sysctl` of macOS, the variables of Windows."""

from __future__ import annotations

import re

from extdeps.accelerator.cpulevel import ARM_PARTS, ARM_VENDORS, find_level
from extdeps.accelerator.pci import read_head
from extdeps.model.accelerator import Cpu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extdeps.host import Host

_LIMIT = 32 * 1024
"""Enough for every kind of processor of a machine; the kernel takes long to tell of hundreds that are the same."""

_FLAGS = ("flags", "Features", "features")
_NAMES = ("model name", "cpu model", "Model Name", "cpu", "Processor", "uarch")

_DARWIN_X86 = {
    "sse3": "pni",
    "avx1_0": "avx",
    "lahf": "lahf_lm",
    "lzcnt": "abm",
    "osxsave": "xsave",
    "rdrand": "rdrand",
}
"""Where the words of macOS, in lower case and with `_` for `.`, are not those of Linux."""

_DARWIN_ARM = {
    "AdvSIMD": "fp asimd",
    "armv8_crc32": "crc32",
    "FEAT_AES": "aes",
    "FEAT_BF16": "bf16",
    "FEAT_CRC32": "crc32",
    "FEAT_DIT": "dit",
    "FEAT_DPB": "dcpop",
    "FEAT_DotProd": "asimddp",
    "FEAT_FCMA": "fcma",
    "FEAT_FHM": "asimdfhm",
    "FEAT_FP16": "fphp asimdhp",
    "FEAT_FRINTTS": "frint",
    "FEAT_FlagM": "flagm",
    "FEAT_FlagM2": "flagm2",
    "FEAT_I8MM": "i8mm",
    "FEAT_JSCVT": "jscvt",
    "FEAT_LRCPC": "lrcpc",
    "FEAT_LRCPC2": "ilrcpc",
    "FEAT_LSE": "atomics",
    "FEAT_LSE2": "uscat",
    "FEAT_PMULL": "pmull",
    "FEAT_RDM": "asimdrdm",
    "FEAT_SB": "sb",
    "FEAT_SHA1": "sha1",
    "FEAT_SHA256": "sha2",
    "FEAT_SHA3": "sha3",
    "FEAT_SHA512": "sha512",
    "FEAT_SME": "sme",
    "FEAT_SME2": "sme2",
    "FEAT_SSBS": "ssbs",
    "FEAT_WFxT": "wfxt",
}
"""The names below `hw.optional` and `hw.optional.arm`, and Linux's words for the same
(https://developer.apple.com/documentation/kernel/1387446-sysctlbyname/determining_instruction_set_characteristics)."""


def find_cpu(host: Host, darwin: Mapping[str, str] | None = None) -> Cpu:
    """The processor of a machine; only its architecture where nothing tells more.

    Args:
        host: the machine.
        darwin: what `sysctl` of macOS says (`read_sysctl`).
    """
    if host.system == "Darwin":
        return _read_darwin(host, darwin or {})
    if host.system == "Windows":
        return _read_windows(host)
    return _read_linux(host)


def _read_linux(host: Host) -> Cpu:
    blocks = _read_blocks(host)
    first = blocks[0] if blocks else {}
    listed = [set(block[key].split()) for block in blocks for key in _FLAGS if key in block]
    flags = frozenset(set.intersection(*listed)) if listed else _parse_isa(first)
    return Cpu(
        architecture=host.machine,
        vendor=first.get("vendor_id", "") or _arm_vendor(first),
        name=next(filter(None, (first.get(key, "") for key in _NAMES)), "") or _arm_name(blocks),
        level=find_level(host.machine, flags),
        flags=flags,
    )


def _read_blocks(host: Host) -> list[dict[str, str]]:
    """The processors that are told of; the last may be cut off, and counts only where it is the only one."""
    text = read_head(host, "/proc/cpuinfo", _LIMIT).decode("utf-8", "replace")
    parts = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    if len(parts) > 1 and len(text) >= _LIMIT:
        parts.pop()
    blocks = [_read_block(part) for part in parts]
    return [block for block in blocks if "processor" in block] or blocks


def _read_block(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines())
    return {key.strip(): value.strip() for key, colon, value in pairs if colon}


def _parse_isa(block: Mapping[str, str]) -> frozenset[str]:
    """The extensions of a RISC-V: `rv64imafdc_zba_zbb`."""
    found = re.match(r"rv(?:32|64)([a-z]*)((?:_[a-z0-9]+)*)\Z", block.get("isa", ""))
    return frozenset((*found[1], *filter(None, found[2].split("_")))) if found else frozenset()


def _number(block: Mapping[str, str], key: str) -> int:
    text = block.get(key, "")
    return int(text, 16) if re.fullmatch(r"0x[0-9a-fA-F]{1,4}", text) else -1


def _arm_vendor(block: Mapping[str, str]) -> str:
    return ARM_VENDORS.get(_number(block, "CPU implementer"), "")


def _arm_name(blocks: Iterable[Mapping[str, str]]) -> str:
    """The parts that the processors are, each once: `Cortex-A53, Cortex-A72` of big.LITTLE."""
    own = (block for block in blocks if _number(block, "CPU implementer") == 0x41)
    return ", ".join(dict.fromkeys(filter(None, (ARM_PARTS.get(_number(block, "CPU part"), "") for block in own))))


def read_sysctl(host: Host) -> dict[str, str]:
    """What macOS tells of the processor, the memory, the kernel and the boot; empty elsewhere, and where it fails.

    One question for all: `-i` passes over a name that this release or processor does not have.
    """
    if host.system != "Darwin":
        return {}
    names = ("machdep.cpu", "hw.optional", "hw.memsize", "kern.osrelease", "kern.bootsessionuuid")
    done = host.run(("sysctl", "-i", *names), timeout=5.0)
    pairs = (line.partition(":") for line in done.stdout.splitlines()) if done and not done.fault else ()
    return {key.strip(): value.strip() for key, colon, value in pairs if colon}


def _read_darwin(host: Host, told: Mapping[str, str]) -> Cpu:
    keys = ("machdep.cpu.features", "machdep.cpu.extfeatures", "machdep.cpu.leaf7_features")
    words = [word.lower().replace(".", "_") for key in keys for word in told.get(key, "").split()]
    flags = {_DARWIN_X86.get(word, word) for word in words}
    for key, value in told.items():
        if key.startswith("hw.optional.") and value == "1":
            flags.update(_DARWIN_ARM.get(key.rpartition(".")[2], "").split())
    name = told.get("machdep.cpu.brand_string", "")
    return Cpu(
        architecture=host.machine,
        vendor=told.get("machdep.cpu.vendor", "") or ("Apple" if name.startswith("Apple ") else ""),
        name=name,
        level=find_level(host.machine, flags),
        flags=frozenset(flags),
    )


def _read_windows(host: Host) -> Cpu:
    """Windows tells a program of its features through calls alone, so that none is known here."""
    told = host.environ.get("PROCESSOR_IDENTIFIER", "")
    name, _, vendor = told.rpartition(", ")
    return Cpu(architecture=host.machine, vendor=vendor if name else "", name=name or told)
