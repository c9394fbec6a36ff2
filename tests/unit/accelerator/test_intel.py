"""Intel's GPUs and oneAPI on simulated machines."""

from __future__ import annotations

import pytest

from extdeps.accelerator.found import Found
from extdeps.accelerator.intel import find_intel, find_oneapi
from extdeps.accelerator.pci import read_pci
from extdeps.model.accelerator import Device, Driver, Toolkit
from support.platforms import PCI_IDS, bind, drivers_of, pci
from support.recorded import RecordedHost

ADDRESS = "0000:03:00.0"
ARC = {
    **pci(ADDRESS, "0x8086", "0x56a0"),
    f"/sys/bus/pci/devices/{ADDRESS}/drm/renderD128/dev": "226:128\n",
    "/usr/share/hwdata/pci.ids": PCI_IDS,
}
NODE = {"/dev/dri/renderD128": ""}
DEVICE = Device(vendor="intel", name="DG2 [Arc A770]", address=ADDRESS, location=f"/sys/bus/pci/devices/{ADDRESS}")


def look(host: RecordedHost) -> Found:
    return find_intel(host, read_pci(host))


def test_arc_with_xe() -> None:
    host = RecordedHost(
        files=ARC | NODE | drivers_of("xe"),
        links=bind({ADDRESS: "xe"}),
        loader_cache=("/usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1",),
    )
    driver = Driver(vendor="intel", name="xe", library="/usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1")
    assert look(host) == Found(devices=(DEVICE,), drivers=(driver,))


def test_integrated_beside_arc() -> None:
    integrated = pci("0000:00:02.0", "0x8086", "0x9a49")
    host = RecordedHost(
        files={**ARC, **NODE, **integrated, **drivers_of("xe", "i915"), "/sys/module/i915/version": "1.24.2\n"}
        | {"/sys/bus/pci/devices/0000:00:02.0/drm/renderD128/dev": "226:128\n"},
        links=bind({ADDRESS: "xe", "0000:00:02.0": "i915"}),
    )
    found = look(host)
    assert [(device.address, device.name) for device in found.devices] == [
        ("0000:00:02.0", ""),
        (ADDRESS, "DG2 [Arc A770]"),
    ]
    assert found.drivers == (
        Driver(vendor="intel", name="xe"),
        Driver(vendor="intel", name="i915", version="1.24.2"),
    )


@pytest.mark.parametrize(
    ("module", "loaded", "driver"),
    [
        ("", (), Driver(vendor="intel", state="absent", note="no driver has the device")),
        ("", ("i915",), Driver(vendor="intel", state="absent", note="`i915` is loaded and does not serve the device")),
        (
            "vfio-pci",
            ("vfio-pci", "xe"),
            Driver(
                vendor="intel",
                name="vfio-pci",
                state="absent",
                note="`vfio-pci` has the device, and neither `i915` nor `xe`",
            ),
        ),
        (
            "i915",
            ("i915",),
            Driver(
                vendor="intel",
                name="i915",
                state="failed",
                note="there is no `/dev/dri/renderD*` of it, as in a container that was not given it",
            ),
        ),
    ],
)
def test_a_device_that_does_not_compute(module: str, loaded: tuple[str, ...], driver: Driver) -> None:
    host = RecordedHost(files=ARC | drivers_of(*loaded), links=bind({ADDRESS: module} if module else {}))
    assert look(host) == Found(devices=(DEVICE,), drivers=(driver,))


def test_a_module_alone_tells_nothing() -> None:
    assert look(RecordedHost(files=drivers_of("i915", "xe"))) == Found()


@pytest.mark.parametrize(
    "spoiled",
    [{"class": "0x02\n"}, {"class": "display"}, {"vendor": ""}, {"vendor": "intel"}, {"class": "0x0300000000"}],
)
def test_broken_files(spoiled: dict[str, str]) -> None:
    files = ARC | {f"/sys/bus/pci/devices/{ADDRESS}/{name}": content for name, content in spoiled.items()}
    assert read_pci(RecordedHost(files=files)) == ()


def test_oneapi() -> None:
    files = {
        "/opt/intel/oneapi/compiler/2024.0/bin/icpx": "",
        "/opt/intel/oneapi/compiler/2024.10/bin/icpx": "",
        "/opt/intel/oneapi/compiler/latest/bin/icpx": "",
        "/opt/intel/oneapi/mkl/2024.2/lib/libmkl_rt.so.2": "",
        "/opt/intel/oneapi/dnnl/2024.2/include/oneapi/dnnl/dnnl_version.h": (
            "#define DNNL_VERSION_MAJOR 3\n#define DNNL_VERSION_MINOR 5\n#define DNNL_VERSION_PATCH 3\n"
        ),
        "/home/u/intel/oneapi/mkl/2025.0/lib/libmkl_rt.so.2": "",
    }
    host = RecordedHost(files=files, environ={"ONEAPI_ROOT": "/opt/intel/oneapi/", "HOME": "/home/u"})
    assert find_oneapi(host) == (
        Toolkit(
            kind="oneapi",
            version="2024.10",
            root="/opt/intel/oneapi",
            components=(("compiler", "2024.10"), ("dnnl", "3.5.3"), ("mkl", "2024.2")),
        ),
        Toolkit(kind="oneapi", version="2025.0", root="/home/u/intel/oneapi", components=(("mkl", "2025.0"),)),
    )
