"""What a system's own files tell of NVIDIA: kernel module, devices on the bus, device nodes, the driver's libraries.

/sys/module/*/version and /sys/bus/pci: the kernel's Documentation/ABI/testing/sysfs-module and sysfs-bus-pci;
/proc/driver/nvidia: "The /proc Filesystem Interface" in the README of NVIDIA's Linux driver; WSL: NVIDIA's "CUDA on
WSL User Guide".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.accelerator.hints import NODES, driver_directories, find_driver_library
from extdeps.accelerator.pci import NVIDIA
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.accelerator.pci import PciDevice
    from extdeps.host import Host

_PROC = "/proc/driver/nvidia"
_RELEASE = re.compile(r"NVRM version:.*?\s(\d+\.\d+(?:\.\d+)*)(?=\s|$)")
_FIELD = re.compile(r"^([A-Za-z ]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
# a driver's libraries carry its whole version; `.so.1.1`, as on WSL, says nothing
_NUMBERED = re.compile(r"\.so\.(\d{2,}\.\d+(?:\.\d+)*)$")
_CONTAINERS = ("/.dockerenv", "/run/.containerenv")
_CONTAINER_VARIABLES = ("container", "KUBERNETES_SERVICE_HOST", "NVIDIA_VISIBLE_DEVICES")


@dataclass(frozen=True, slots=True, kw_only=True)
class BusDevice:
    """A device of NVIDIA on the PCI bus.

    Args:
        address: on the bus.
        driver: the kernel driver that has it (`nvidia`, `nouveau`, `vfio-pci`), or empty.
        name: as the driver calls it, or empty.
        uuid: as the driver calls it, or empty.
    """

    address: str
    driver: str = ""
    name: str = ""
    uuid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What is there of NVIDIA before any of it is asked.

    Args:
        is_loaded: whether the kernel module is.
        version: of the kernel module, or empty.
        devices: on the PCI bus.
        has_nodes: whether there is a device node through which it can be asked.
        library: a driver's library that is installed, or empty.
        is_wsl: whether the system runs on Windows, whose driver it uses.
        is_container: whether anything says that this is a container.
    """

    is_loaded: bool = False
    version: str = ""
    devices: tuple[BusDevice, ...] = ()
    has_nodes: bool = False
    library: str = ""
    is_wsl: bool = False
    is_container: bool = False

    @property
    def can_answer(self) -> bool:
        """Whether there is a driver that a library could ask."""
        return self.is_loaded or self.has_nodes


def read_system(host: Host, pci: Iterable[PciDevice]) -> System | None:
    """Look for all that hints at NVIDIA; None where nothing does.

    Args:
        host: the machine.
        pci: what is on its bus, of any vendor.
    """
    if host.system == "Windows":
        library = next((path for path in windows_libraries(host, "nvcuda.dll") if host.exists(path)), "")
        return System(library=library, has_nodes=True) if library else None
    if host.system != "Linux":
        return None
    version = (read_text(host, "/sys/module/nvidia/version") or "").strip()
    told = _RELEASE.search(read_text(host, f"{_PROC}/version") or "")
    is_loaded = bool(version or told) or host.exists("/sys/module/nvidia")
    devices = tuple(_iter_devices(host, pci))
    installed = find_driver_library(host)
    library = host.real_path(installed) if installed else ""
    has_nodes = any(host.exists(path) for path in NODES)
    if not (is_loaded or devices or library or has_nodes):
        return None
    is_wsl = "microsoft" in (read_text(host, "/proc/sys/kernel/osrelease") or "").lower()
    return System(
        is_loaded=is_loaded,
        version=version or (told[1] if told else ""),
        devices=devices,
        has_nodes=has_nodes or (bool(library) and host.exists("/dev/dxg")),
        library=library,
        is_wsl=is_wsl,
        is_container=any(host.exists(path) for path in _CONTAINERS)
        or any(name in host.environ for name in _CONTAINER_VARIABLES),
    )


def library_names(host: Host, name: str) -> tuple[str, ...]:
    """What to load for one of the driver's libraries, in order.

    Args:
        host: the machine.
        name: `cuda` or `nvml`.
    """
    if host.system == "Windows":
        file = {"cuda": "nvcuda.dll", "nvml": "nvml.dll"}[name]
        return (file, *(path for path in windows_libraries(host, file) if host.exists(path)))
    file = {"cuda": "libcuda.so.1", "nvml": "libnvidia-ml.so.1"}[name]
    return (file, *(path for directory in driver_directories(host) if host.exists(path := f"{directory}/{file}")))


def windows_libraries(host: Host, file: str) -> tuple[str, ...]:
    """Where Windows has a library of the driver; old drivers put NVML beside `nvidia-smi`."""
    root = (host.environ.get("SYSTEMROOT") or host.environ.get("SystemRoot") or "C:/Windows").replace("\\", "/")
    programs = (host.environ.get("PROGRAMFILES") or "C:/Program Files").replace("\\", "/")
    return f"{root}/System32/{file}", f"{programs}/NVIDIA Corporation/NVSMI/{file}"


def version_of(path: str) -> str:
    """The version of the driver that a library's file belongs to, from its name; empty where that does not tell."""
    found = _NUMBERED.search(path)
    return found[1] if found else ""


def normalize_address(address: str) -> str:
    """A PCI address as the kernel writes it; NVML's domain has eight digits, or four in capitals."""
    parts = address.strip().lower().split(":")
    if len(parts) == 2:
        parts = ["0", *parts]
    try:
        return f"{int(parts[0], 16):04x}:{parts[1]}:{parts[2]}"
    except (IndexError, ValueError):
        return ""


def iter_compat(host: Host) -> Iterator[str]:
    """The forward-compatibility libraries (`cuda-compat`) that are installed, in force or not."""
    for name in host.list_directory("/usr/local"):
        path = f"/usr/local/{name}/compat/libcuda.so.1"
        if re.fullmatch(r"cuda(-[\d.]+)?", name) and host.exists(path):
            yield host.real_path(path)


def _iter_devices(host: Host, pci: Iterable[PciDevice]) -> Iterator[BusDevice]:
    for device in pci:
        if device.vendor == NVIDIA and device.is_display:
            facts = dict(_FIELD.findall(read_text(host, f"{_PROC}/gpus/{device.address}/information") or ""))
            uuid = facts.get("GPU UUID", "")
            yield BusDevice(
                address=device.address,
                driver=device.driver,
                name=facts.get("Model", ""),
                uuid="" if "?" in uuid else uuid,  # not told before the device has been used
            )
