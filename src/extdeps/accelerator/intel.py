"""Intel's GPUs, by the PCI bus and the kernel's drivers for them, and installations of oneAPI."""

from __future__ import annotations

import re

from extdeps.accelerator.found import Found
from extdeps.accelerator.header import read_macros
from extdeps.accelerator.library import find_library
from extdeps.accelerator.pci import INTEL, find_pci_name, read_line
from extdeps.model.accelerator import Device, Driver, Toolkit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.accelerator.pci import PciDevice
    from extdeps.host import Host

_DRIVERS = ("xe", "i915")
_LIBRARIES = ("libze_intel_gpu.so.1", "libze_intel_gpu_legacy1.so.1")
_VERSION = re.compile(r"\d+(?:\.\d+)*\Z")
_COMPONENTS = ("compiler", "dnnl", "mkl")
_ONEDNN = ("DNNL_VERSION_MAJOR", "DNNL_VERSION_MINOR", "DNNL_VERSION_PATCH")


def find_intel(host: Host, pci: Iterable[PciDevice]) -> Found:
    """Intel's GPUs and their driver.

    Args:
        host: the machine.
        pci: the devices on its bus.
    """
    own = [device for device in pci if device.vendor == INTEL and device.is_display]
    modules = [name for name in _DRIVERS if host.exists(f"/sys/module/{name}")]
    devices = tuple(
        Device(vendor="intel", name=find_pci_name(host, item), address=item.address, location=item.directory)
        for item in own
    )
    return Found(devices=devices, drivers=tuple(_iter_drivers(host, own, modules)))


def _iter_drivers(host: Host, own: list[PciDevice], modules: list[str]) -> Iterator[Driver]:
    """One for each module that has a device; `i915` and `xe` can both be at work."""
    if not own:
        return  # the modules are part of most kernels, and tell nothing by themselves
    library = find_library(host, *_LIBRARIES)
    serving = [name for name in _DRIVERS if any(device.driver == name for device in own)]
    for name in serving:
        nodes = [device for device in own if device.driver == name and _has_node(host, device)]
        yield Driver(
            vendor="intel",
            name=name,
            state="working" if nodes else "failed",
            version=read_line(host, f"/sys/module/{name}/version"),
            library=library,
            note="" if nodes else "there is no `/dev/dri/renderD*` of it, as in a container that was not given it",
        )
    if not serving:
        other = next((device.driver for device in own if device.driver), "")
        loaded = f"`{modules[0]}` is loaded and does not serve the device" if modules else "no driver has the device"
        note = f"`{other}` has the device, and neither `i915` nor `xe`" if other else loaded
        yield Driver(vendor="intel", name=other, state="absent", library=library, note=note)


def _has_node(host: Host, device: PciDevice) -> bool:
    names = host.list_directory(f"{device.directory}/drm")
    return any(host.exists(f"/dev/dri/{name}") for name in names if name.startswith("renderD"))


def find_oneapi(host: Host) -> tuple[Toolkit, ...]:
    """Installations of oneAPI, whose components each have a directory for every version."""
    home = host.environ.get("HOME", "")
    roots = [host.environ.get("ONEAPI_ROOT", "").rstrip("/"), "/opt/intel/oneapi", f"{home}/intel/oneapi"]
    found: dict[str, Toolkit] = {}
    for root in filter(lambda path: path.startswith("/"), roots):
        real = host.real_path(root)
        components = tuple(_iter_components(host, real))
        if components and real not in found:
            version = dict(components).get("compiler", components[0][1])
            found[real] = Toolkit(kind="oneapi", version=version, root=real, components=components)
    return tuple(found.values())


def _iter_components(host: Host, root: str) -> Iterator[tuple[str, str]]:
    for name in _COMPONENTS:
        versions = [item for item in host.list_directory(f"{root}/{name}") if _VERSION.match(item)]
        if versions:
            newest = max(versions, key=lambda item: tuple(map(int, item.split("."))))
            header = f"{root}/{name}/{newest}/include/oneapi/dnnl/dnnl_version.h"
            yield name, (read_macros(host, header, *_ONEDNN) if name == "dnnl" else "") or newest
