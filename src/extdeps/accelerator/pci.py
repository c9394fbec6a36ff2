"""The devices on the PCI bus that draw or compute: read once, for every vendor."""

from __future__ import annotations

import re
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.host import Host

_DEVICES = "/sys/bus/pci/devices"
_CLASSES = ("0x03", "0x12")
_NAMES = ("/usr/share/hwdata/pci.ids", "/usr/share/misc/pci.ids")
_HEXADECIMAL = re.compile(r"0x[0-9a-f]+\Z")

NVIDIA, AMD, INTEL, HUAWEI = "0x10de", "0x1002", "0x8086", "0x19e5"
"""Vendors, as the registry of the PCI-SIG numbers them (https://pcisig.com/membership/member-companies)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PciDevice:
    """A display controller or a processing accelerator.

    Args:
        address: `0000:01:00.0`.
        vendor: `0x10de`.
        device: `0x2684`; empty where the kernel does not tell.
        is_display: whether it is of the class of displays; false for an accelerator without one.
        driver: the kernel's module that serves it, or empty.
    """

    address: str
    vendor: str
    device: str = ""
    is_display: bool = True
    driver: str = ""

    @property
    def directory(self) -> str:
        """Where the kernel tells of it."""
        return f"{_DEVICES}/{self.address}"


def read_pci(host: Host) -> tuple[PciDevice, ...]:
    """The display controllers (class 03) and processing accelerators (class 12), by address.

    The classes are those of the PCI Code and ID Assignment Specification; the files are described in the kernel's
    documentation (`Documentation/PCI/sysfs-pci.rst`).
    """
    return tuple(_iter_devices(host))


def _iter_devices(host: Host) -> Iterator[PciDevice]:
    for address in host.list_directory(_DEVICES):
        directory = f"{_DEVICES}/{address}"
        kind = read_number(host, f"{directory}/class")
        if kind.startswith(_CLASSES) and len(kind) == 8:
            vendor = read_number(host, f"{directory}/vendor")
            if vendor:
                yield PciDevice(
                    address=address,
                    vendor=vendor,
                    device=read_number(host, f"{directory}/device"),
                    is_display=kind.startswith(_CLASSES[0]),
                    driver=_find_driver(host, directory),
                )


def _find_driver(host: Host, directory: str) -> str:
    link = f"{directory}/driver"
    return host.real_path(link).rpartition("/")[2] if host.exists(link) else ""


def read_number(host: Host, path: str) -> str:
    """A hexadecimal number of a file in sysfs, as it stands there; empty where there is none."""
    text = read_line(host, path)
    return text if _HEXADECIMAL.match(text) else ""


def read_line(host: Host, path: str) -> str:
    """The first line of a small file without its blanks; empty where there is none."""
    return read_head(host, path).partition(b"\n")[0].strip(b" \t\r\0").decode("utf-8", "replace")


def read_head(host: Host, path: str, limit: int = 4096) -> bytes:
    """The first bytes of a file; none where it cannot be read.

    Only so many are asked for: the kernel makes its files as they are read, and refuses to make a gigabyte of
    `/proc/sys`.
    """
    try:
        file = host.open_bytes(path)
        if file is None:
            return b""
        with file:
            return file.read(limit)
    except OSError:
        return b""


def find_pci_name(host: Host, device: PciDevice) -> str:
    """What the list of PCI identifiers calls a device, or empty (https://pci-ids.ucw.cz gives the format)."""
    for path in _NAMES:
        content = host.read_bytes(path)
        if content is not None:
            return _name_in(content, device)
    return ""


def _name_in(content: bytes, device: PciDevice) -> str:
    start = content.find(f"\n{device.vendor[2:]}  ".encode())
    end = re.compile(rb"\n[0-9a-fA-C]").search(content, start + 1) if start >= 0 else None
    block = content[start : end.start() if end else len(content)] if start >= 0 else b""
    found = re.search(rf"\n\t{re.escape(device.device[2:])}  ([^\n]+)".encode(), block) if device.device else None
    return found[1].decode("utf-8", "replace").strip() if found else ""
