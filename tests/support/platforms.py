"""Simulated machines: trees of files as the kernel, drivers and installers leave them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from extdeps.child import Completed
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost

GIB = 1024**3
PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.12.3")

X86 = (
    "fpu cx8 cmov mmx fxsr sse sse2 syscall",
    "pni ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm",
    "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave",
    "avx512f avx512bw avx512cd avx512dq avx512vl",
)
"""What each level of x86-64 adds."""


def cpuinfo(level: int, *, count: int = 2) -> str:
    """`/proc/cpuinfo` of processors of a level of x86-64; 0 is below the first."""
    flags = " ".join((*X86[:level], "constant_tsc"))
    return "".join(
        f"processor\t: {index}\nvendor_id\t: GenuineIntel\nmodel name\t: Simulated {level}\nflags\t\t: {flags}\n"
        "bugs\t\t:\n\n"
        for index in range(count)
    )


def arm_cpuinfo(*parts: int, features: str, implementer: int = 0x41) -> str:
    """`/proc/cpuinfo` of Arm processors, one for each part."""
    return "".join(
        f"processor\t: {index}\nBogoMIPS\t: 50.00\nFeatures\t: {features}\nCPU implementer\t: 0x{implementer:02x}\n"
        f"CPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0x{part:03x}\nCPU revision\t: 1\n\n"
        for index, part in enumerate(parts)
    )


def pci(address: str, vendor: str, device: str, kind: str = "0x030000", **files: str) -> dict[str, str]:
    """The files of a device on the PCI bus; the arguments beside are further files of it."""
    directory = f"/sys/bus/pci/devices/{address}"
    own = {"vendor": vendor, "device": device, "class": kind, **files}
    return {f"{directory}/{name}": f"{content}\n" for name, content in own.items()}


def kfd_node(index: int, *, target: int, size: int = 16 * GIB, **properties: int) -> dict[str, str]:
    """The files of one node of AMD's topology; a processor has the target 0."""
    directory = f"/sys/class/kfd/kfd/topology/nodes/{index}"
    told = {
        "cpu_cores_count": 0 if target else 64,
        "simd_count": 440 if target else 0,
        "mem_banks_count": 1,
        "gfx_target_version": target,
        "vendor_id": 4098 if target else 0,
        **properties,
    }
    return {
        f"{directory}/gpu_id": "0\n" if not target else f"{50000 + index}\n",
        f"{directory}/properties": "".join(f"{name} {value}\n" for name, value in told.items()),
        f"{directory}/mem_banks/0/properties": f"heap_type {1 if target else 0}\nsize_in_bytes {size}\nflags 0\n",
    }


MI250 = {
    **kfd_node(0, target=0),
    **kfd_node(1, target=90010, size=64 * GIB, location_id=0x0300, domain=0, unique_id=0x8F2C4B2C1A9F8D3E),
    **kfd_node(2, target=110000, size=24 * GIB, location_id=0x0408, domain=1, unique_id=0),
    **pci("0000:03:00.0", "0x1002", "0x740c", "0x038000", product_name="AMD Instinct MI250X"),
    **pci("0001:04:01.0", "0x1002", "0x744c", "0x030000"),
    "/sys/module/amdgpu/version": "6.7.0\n",
    "/dev/kfd": "",
    "/dev/dri/renderD128": "",
}
"""A machine with two of AMD's GPUs, of different targets."""

PCI_IDS = """\
#
1002  Advanced Micro Devices, Inc. [AMD/ATI]
\t744c  Navi 31 [Radeon RX 7900 XT/7900 XTX]
\t\t1002 0e3b  RX 7900 GRE [XFX]
8086  Intel Corporation
\t56a0  DG2 [Arc A770]
\t7d1d  Meteor Lake NPU
19e5  Huawei Technologies Co., Ltd.
\td802  HiAI Bright NPU 910B
C 03  Display controller
\t56a0  not a device
"""

MODULES = {"0000:03:00.0": "amdgpu", "0001:04:01.0": "amdgpu"}


def bind(drivers: Mapping[str, str]) -> dict[str, str]:
    """The links from devices to the modules that serve them."""
    return {
        f"/sys/bus/pci/devices/{address}/driver": f"/sys/bus/pci/drivers/{module}"
        for address, module in drivers.items()
    }


def drivers_of(*modules: str) -> dict[str, str]:
    """The files that make the directories of kernel modules be there."""
    return {f"/sys/bus/pci/drivers/{module}/bind": "" for module in modules} | {
        f"/sys/module/{module}/initstate": "live\n" for module in modules
    }


def answered(stdout: str, returncode: int = 0) -> Completed:
    """What a command has printed."""
    return Completed(returncode=returncode, stdout=stdout)


SYSCTL = ("sysctl", "-i", "machdep.cpu", "hw.optional", "hw.memsize", "kern.osrelease", "kern.bootsessionuuid")
PROFILER = ("system_profiler", "-json", "SPDisplaysDataType")

M2_SYSCTL = """\
machdep.cpu.cores_per_package: 8
machdep.cpu.brand_string: Apple M2
hw.optional.arm.FEAT_FlagM: 1
hw.optional.arm.FEAT_FlagM2: 1
hw.optional.arm.FEAT_DotProd: 1
hw.optional.arm.FEAT_FCMA: 1
hw.optional.arm.FEAT_JSCVT: 1
hw.optional.arm.FEAT_LRCPC: 1
hw.optional.arm.FEAT_LRCPC2: 1
hw.optional.arm.FEAT_DIT: 1
hw.optional.arm.FEAT_DPB: 1
hw.optional.arm.FEAT_FRINTTS: 1
hw.optional.arm.FEAT_SB: 1
hw.optional.arm.FEAT_LSE: 1
hw.optional.arm.FEAT_LSE2: 1
hw.optional.arm.FEAT_RDM: 1
hw.optional.arm.FEAT_CRC32: 1
hw.optional.arm.FEAT_BF16: 1
hw.optional.arm.FEAT_I8MM: 1
hw.optional.arm.FEAT_SME: 0
hw.optional.AdvSIMD: 1
hw.memsize: 25769803776
kern.osrelease: 23.5.0
kern.bootsessionuuid: 6F2C4B2C-0000-4000-8000-1A9F8D3E0000
"""
M2_DISPLAYS = json.dumps(
    {
        "SPDisplaysDataType": [
            {
                "_name": "kHW_AppleM2Item",
                "spdisplays_mtlgpufamilysupport": "spdisplays_metal3",
                "spdisplays_vendor": "sppci_vendor_Apple",
                "sppci_bus": "spdisplays_builtin",
                "sppci_cores": "10",
                "sppci_device_type": "spdisplays_gpu",
                "sppci_model": "Apple M2",
            }
        ]
    }
)


def mac(sysctl: str = M2_SYSCTL, displays: Completed | None = None, machine: str = "arm64") -> RecordedHost:
    """A Mac, by default with Apple's M2."""
    commands: dict[tuple[str, ...], Completed] = {SYSCTL: answered(sysctl)}
    if displays is not None:
        commands[PROFILER] = displays
    return RecordedHost(system="Darwin", machine=machine, commands=commands)
