"""All that a machine computes with: asked of each vendor's module only where something hints at that vendor."""

from __future__ import annotations

from extdeps.accelerator.cpu import find_cpu, read_sysctl
from extdeps.accelerator.found import Found
from extdeps.accelerator.hints import hints_at_cuda, hints_at_nvidia, hints_at_oneapi, hints_at_rocm
from extdeps.accelerator.loaders import find_loaders
from extdeps.accelerator.pci import AMD, INTEL, NVIDIA, read_line, read_pci
from extdeps.model.accelerator import Accelerators, Cpu
from extdeps.system import find_libc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.accelerator.overrides import Assumed
    from extdeps.accelerator.pci import PciDevice
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.accelerator import Toolkit

_ORDER = ("nvidia", "amd", "intel", "apple", "huawei", "other")


def find_accelerators(host: Host, interpreter: Interpreter, assumed: Assumed = ()) -> Accelerators:
    """Look at a machine.

    Args:
        host: the machine.
        interpreter: the Python that decides, whose environment may have libraries of its own.
        assumed: what was told, and is not looked for (`read_overrides`).
    """
    pci = read_pci(host)
    told = read_sysctl(host)
    found = (*_iter_found(host, interpreter, pci, told),)
    kernel = read_line(host, "/proc/sys/kernel/osrelease") or told.get("kern.osrelease", "")
    devices = [device for part in found for device in part.devices]
    drivers = [driver for part in found for driver in part.drivers]
    return Accelerators(
        devices=tuple(sorted(devices, key=lambda device: (_ORDER.index(device.vendor), device.kind))),
        drivers=tuple(sorted(drivers, key=lambda driver: _ORDER.index(driver.vendor))),
        toolkits=tuple(toolkit for part in found for toolkit in part.toolkits),
        loaders=find_loaders(host),
        cpu=find_cpu(host, told),
        libc=find_libc(host),
        kernel=kernel,
        assumed=assumed,
        notes=(*(note for part in found for note in part.notes), *_iter_notes(host, kernel)),
    )


def assume_only(machine: str, assumed: Assumed) -> Accelerators:
    """A machine that is not here, of which nothing is known but what was told."""
    return Accelerators(cpu=Cpu(architecture=machine), assumed=assumed)


def _iter_found(
    host: Host, interpreter: Interpreter, pci: tuple[PciDevice, ...], told: Mapping[str, str]
) -> Iterator[Found]:
    """What each vendor's module finds; a module that nothing hints at is not even loaded."""
    vendors = {device.vendor for device in pci}
    if hints_at_nvidia(host, has_device=NVIDIA in vendors):
        from extdeps.accelerator.nvidia import find_nvidia

        driver, devices, notes = find_nvidia(host, pci)
        yield Found(devices=devices, drivers=(driver,) if driver else (), notes=notes)
    if AMD in vendors or host.exists("/sys/module/amdgpu") or host.exists("/sys/class/kfd/kfd"):
        from extdeps.accelerator.amd import find_amd

        yield find_amd(host, pci)
    if INTEL in vendors:
        from extdeps.accelerator.intel import find_intel

        yield find_intel(host, pci)
    if host.system == "Darwin":
        from extdeps.accelerator.apple import find_apple

        yield find_apple(host, told)
    if any(not device.is_display for device in pci) or _has_ascend(host):
        from extdeps.accelerator.npu import find_cann, find_npu

        found = find_npu(host, pci)
        yield Found(devices=found.devices, drivers=found.drivers, toolkits=find_cann(host))
    yield Found(toolkits=(*_iter_toolkits(host, interpreter),))


def _has_ascend(host: Host) -> bool:
    variables = ("ASCEND_TOOLKIT_HOME", "ASCEND_HOME_PATH")
    return host.exists("/usr/local/Ascend") or any(name in host.environ for name in variables)


def _iter_toolkits(host: Host, interpreter: Interpreter) -> Iterator[Toolkit]:
    """Installations of CUDA, ROCm and oneAPI, which are there without a device where something is built for it."""
    if hints_at_cuda(host, interpreter):
        from extdeps.accelerator.cuda import find_cuda

        yield from find_cuda(host, interpreter)
    if hints_at_rocm(host, interpreter):
        from extdeps.accelerator.rocm import find_rocm

        yield from find_rocm(host, interpreter)
    if hints_at_oneapi(host):
        from extdeps.accelerator.intel import find_oneapi

        yield from find_oneapi(host)


def _iter_notes(host: Host, kernel: str) -> Iterator[str]:
    if "microsoft" in kernel.lower() or host.exists("/dev/dxg"):
        yield "this is WSL: the driver of a GPU is that of Windows"
    elif host.exists("/run/.containerenv") or host.exists("/.dockerenv"):
        yield "this is a container: it has the devices that it was given"
