"""Macs, by what `sysctl` and `system_profiler` said on them."""

from __future__ import annotations

import json

import pytest

from extdeps.accelerator.apple import find_apple
from extdeps.accelerator.cpu import find_cpu, read_sysctl
from extdeps.accelerator.found import Found
from extdeps.child import Completed
from extdeps.model.accelerator import Cpu, Device, Driver
from support.platforms import GIB, M2_DISPLAYS, M2_SYSCTL, PROFILER, SYSCTL, answered, mac
from support.recorded import RecordedHost

LOCATION = "system_profiler SPDisplaysDataType"


def look(host: RecordedHost) -> Found:
    return find_apple(host, read_sysctl(host))


def test_a_chip_of_apple() -> None:
    host = mac(displays=answered(M2_DISPLAYS))
    device = Device(vendor="apple", name="Apple M2", architecture="M2", memory=24 * GIB, location=LOCATION)
    assert look(host) == Found(devices=(device,), drivers=(Driver(vendor="apple", name="Metal", api="3"),))
    assert host.runs == [SYSCTL, PROFILER]


@pytest.mark.parametrize(
    "displays",
    [
        None,
        answered("", 1),
        answered("{"),
        answered("[" * 100_000),
        answered("[]"),
        answered('{"SPDisplaysDataType": {}}'),
        Completed(returncode=-9, stdout="", fault="it took longer than 20 s"),
    ],
)
def test_the_chip_is_known_where_the_tool_fails(displays: Completed | None) -> None:
    device = Device(
        vendor="apple",
        name="Apple M2",
        architecture="M2",
        memory=24 * GIB,
        location="sysctl machdep.cpu.brand_string",
    )
    assert look(mac(displays=displays)) == Found(
        devices=(device,),
        drivers=(Driver(vendor="apple", name="Metal"),),
        notes=("`system_profiler` does not tell of the GPU",),
    )


INTEL_SYSCTL = """\
machdep.cpu.vendor: GenuineIntel
machdep.cpu.brand_string: Intel(R) Core(TM) i9-9880H CPU @ 2.30GHz
machdep.cpu.features: FPU CX8 CMOV MMX FXSR SSE SSE2 SSE3 SSSE3 FMA CX16 SSE4.1 SSE4.2 MOVBE POPCNT OSXSAVE AVX1.0 F16C
machdep.cpu.extfeatures: SYSCALL LAHF LZCNT
machdep.cpu.leaf7_features: BMI1 AVX2 BMI2
hw.memsize: 34359738368
"""


def test_a_mac_of_intel() -> None:
    displays = {
        "SPDisplaysDataType": [
            {
                "sppci_model": "Intel UHD Graphics 630",
                "spdisplays_vendor": "Intel",
                "spdisplays_mtlgpufamilysupport": "spdisplays_metal3",
            },
            {
                "sppci_model": "AMD Radeon Pro 5500M",
                "spdisplays_vendor": "sppci_vendor_amd",
                "spdisplays_vram": "8 GB",
                "spdisplays_mtlgpufamilysupport": "spdisplays_metal2",
            },
            {"_name": "?", "spdisplays_vendor": "ATI (0x1002)", "spdisplays_mtlgpufamilysupport": "spdisplays_metal3"},
            "nonsense",
        ]
    }
    host = mac(INTEL_SYSCTL, answered(json.dumps(displays)), machine="x86_64")
    found = look(host)
    assert [(device.vendor, device.name, device.memory) for device in found.devices] == [
        ("intel", "Intel UHD Graphics 630", 0),
        ("amd", "AMD Radeon Pro 5500M", 8 * GIB),
        ("amd", "?", 0),
    ]
    assert found.drivers == (Driver(vendor="apple", name="Metal", api="2"),)
    cpu = find_cpu(host, read_sysctl(host))
    assert (cpu.vendor, cpu.level) == ("GenuineIntel", "x86-64-v3")


def test_the_processor() -> None:
    cpu = find_cpu(mac(), read_sysctl(mac()))
    assert (cpu.architecture, cpu.vendor, cpu.name, cpu.level) == ("arm64", "Apple", "Apple M2", "armv8.6-a")
    assert {"asimd", "asimddp", "bf16"} <= cpu.flags
    assert "sme" not in cpu.flags


def test_sysctl_fails() -> None:
    silent = RecordedHost(system="Darwin", machine="arm64")
    assert find_cpu(silent, read_sysctl(silent)) == Cpu(architecture="arm64")
    assert look(silent) == Found(notes=("`system_profiler` does not tell of the GPU",))
    assert read_sysctl(RecordedHost(commands={SYSCTL: answered(M2_SYSCTL)})) == {}
