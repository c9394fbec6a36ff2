"""AMD's GPUs: what the kernel's compute driver (KFD) and its display driver (amdgpu) tell in sysfs.

The properties of a node of the topology are described in the kernel's
`include/uapi/linux/kfd_sysfs.h` and `drivers/gpu/drm/amd/amdkfd/kfd_topology.c`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from extdeps.accelerator.found import Found
from extdeps.accelerator.library import find_library
from extdeps.accelerator.pci import AMD, find_pci_name, read_head, read_line
from extdeps.accelerator.visible import select_visible
from extdeps.model.accelerator import Device, Driver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extdeps.accelerator.pci import PciDevice
    from extdeps.host import Host

_NODES = "/sys/class/kfd/kfd/topology/nodes"
_MODULE = "/sys/module/amdgpu"
_LIBRARIES = ("libamdhip64.so", *(f"libamdhip64.so.{major}" for major in (7, 6, 5, 4)), "libhsa-runtime64.so.1")
_LINE = re.compile(r"^(\w+) (\d+)$", re.MULTILINE)


def find_amd(host: Host, pci: Iterable[PciDevice]) -> Found:
    """AMD's devices and their driver.

    Args:
        host: the machine.
        pci: the devices on its bus.
    """
    own = [device for device in pci if device.vendor == AMD]
    nodes = tuple(_iter_nodes(host))
    known = {device.address for device in nodes}
    others = (_describe(host, device) for device in own if device.address not in known)
    devices = (*_hide(nodes, host.environ), *others)
    driver = _find_driver(host, own, nodes)
    return Found(devices=devices, drivers=(driver,) if driver else ())


def _iter_nodes(host: Host) -> Iterator[Device]:
    """The GPUs of the topology, in its order, which is that of ROCm."""
    names = [name for name in host.list_directory(_NODES) if name.isascii() and name.isdigit()]
    for name in sorted(names, key=int):
        directory = f"{_NODES}/{name}"
        properties = _read_properties(host, f"{directory}/properties")
        if properties.get("simd_count", 0) and properties.get("gfx_target_version", 0):
            yield _read_node(host, directory, properties)


def _read_properties(host: Host, path: str) -> Mapping[str, int]:
    text = read_head(host, path, 65536).decode("utf-8", "replace")
    return {match[1]: int(match[2]) for match in _LINE.finditer(text) if len(match[2]) <= 20}


def _read_node(host: Host, directory: str, properties: Mapping[str, int]) -> Device:
    location = properties.get("location_id", 0)
    address = ""
    if location:
        domain = properties.get("domain", 0)
        address = f"{domain:04x}:{location >> 8 & 0xFF:02x}:{location >> 3 & 0x1F:02x}.{location & 7}"
    unique = properties.get("unique_id", 0)
    return Device(
        vendor="amd",
        name=read_line(host, f"/sys/bus/pci/devices/{address}/product_name") if address else "",
        architecture=format_target(properties["gfx_target_version"]),
        memory=_sum_memory(host, f"{directory}/mem_banks"),
        uuid=f"GPU-{unique:016x}" if unique else "",
        address=address,
        location=f"{directory}/properties",
    )


def format_target(number: int) -> str:
    """The name of a gfx target: 90010 is major 9, minor 0, stepping 10, and called `gfx90a`."""
    return f"gfx{number // 10000}{number // 100 % 100:x}{number % 100:x}"


def _sum_memory(host: Host, directory: str) -> int:
    """The bytes of the heaps that are the device's own: public (1) and private (2) frame buffer."""
    banks = (_read_properties(host, f"{directory}/{name}/properties") for name in host.list_directory(directory))
    return sum(bank.get("size_in_bytes", 0) for bank in banks if bank.get("heap_type") in (1, 2))


def _hide(devices: tuple[Device, ...], environ: Mapping[str, str]) -> tuple[Device, ...]:
    """Mark what a program is not shown.

    ROCR_VISIBLE_DEVICES is obeyed by the runtime below all others, and hides everything where it is empty;
    HIP_VISIBLE_DEVICES, else CUDA_VISIBLE_DEVICES, counts among what that leaves, and is as if unset where it is empty
    (https://rocm.docs.amd.com/en/latest/conceptual/gpu-isolation.html).
    """
    left = list(range(len(devices)))
    lowest = environ.get("ROCR_VISIBLE_DEVICES")
    if lowest is not None:
        left = _choose(lowest, devices, left)
    higher = environ.get("HIP_VISIBLE_DEVICES") or environ.get("CUDA_VISIBLE_DEVICES")
    if higher:
        left = _choose(higher, devices, left)
    return tuple(replace(device, is_visible=position in left) for position, device in enumerate(devices))


def _choose(chosen: str, devices: tuple[Device, ...], left: list[int]) -> list[int]:
    kept = select_visible(chosen, [devices[position].uuid for position in left])
    return [position for index, position in enumerate(left) if index in kept]


def _describe(host: Host, device: PciDevice) -> Device:
    """A device that no compute driver knows of: older than it, without a driver, or not given to this container."""
    memory = read_line(host, f"{device.directory}/mem_info_vram_total")
    return Device(
        vendor="amd",
        name=read_line(host, f"{device.directory}/product_name") or find_pci_name(host, device),
        memory=int(memory) if memory.isascii() and memory.isdigit() and len(memory) < 20 else 0,
        address=device.address,
        location=device.directory,
    )


def _find_driver(host: Host, own: list[PciDevice], nodes: tuple[Device, ...]) -> Driver | None:
    is_there = host.exists(_MODULE) or bool(nodes) or any(device.driver == "amdgpu" for device in own)
    library = find_library(host, *_LIBRARIES, directories=("/opt/rocm/lib",))
    if not (is_there or own):
        return None
    driver = Driver(vendor="amd", library=library)
    if not is_there:
        return replace(driver, state="absent", name=_other(own), note=_say_absent(own))
    driver = replace(driver, name="amdgpu", version=read_line(host, f"{_MODULE}/version"))
    if not (own or nodes):
        return replace(driver, state="no-device", note="the driver `amdgpu` is there, and no device of AMD")
    if not nodes:
        return replace(driver, note="the kernel offers no computing on these devices (KFD)")
    if not host.exists("/dev/kfd"):
        return replace(driver, state="failed", note="`/dev/kfd` is not there, as in a container that was not given it")
    return driver


def _other(own: Iterable[PciDevice]) -> str:
    return next((device.driver for device in own if device.driver), "")


def _say_absent(own: Iterable[PciDevice]) -> str:
    other = _other(own)
    return f"`{other}` has the device, and not `amdgpu`" if other else "no driver has the device"
