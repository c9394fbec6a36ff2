"""Processors for neural networks: Huawei's Ascend, and any other that the PCI bus has in that class.

Ascend's files are those that its documentation has a user look at: https://www.hiascend.com/document
(`driver/version.info`, `<arch>-linux/ascend_toolkit_install.info`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from extdeps.accelerator.found import Found
from extdeps.accelerator.pci import AMD, HUAWEI, INTEL, find_pci_name, read_head
from extdeps.accelerator.visible import select_visible
from extdeps.model.accelerator import Device, Driver, Toolkit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extdeps.accelerator.pci import PciDevice
    from extdeps.host import Host
    from extdeps.model.accelerator import Vendor

_HOME = "/usr/local/Ascend"
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\[?([^\]\s]+)\]?\s*$", re.MULTILINE)
_TOOLKIT = "ascend_toolkit_install.info"
_VENDORS: dict[str, Vendor] = {HUAWEI: "huawei", INTEL: "intel"}


def find_npu(host: Host, pci: Iterable[PciDevice]) -> Found:
    """The accelerators without a display, and Ascend's driver; AMD's are GPUs.

    Args:
        host: the machine.
        pci: the devices on its bus.
    """
    own = [device for device in pci if not device.is_display and device.vendor != AMD]
    devices = [
        Device(
            vendor=_VENDORS.get(item.vendor, "other"),
            kind="npu",
            name=find_pci_name(host, item),
            address=item.address,
            location=item.directory,
        )
        for item in own
    ]
    ascend = _hide([item for item in devices if item.vendor == "huawei"], host.environ)
    others = [item for item in devices if item.vendor != "huawei"]
    found = (_find_driver(host, len(ascend)), *_iter_other_drivers(own))
    return Found(devices=(*ascend, *others), drivers=tuple(filter(None, found)))


def _hide(devices: list[Device], environ: Mapping[str, str]) -> list[Device]:
    chosen = environ.get("ASCEND_RT_VISIBLE_DEVICES")
    if chosen is None:
        return devices
    left = select_visible(chosen, [""] * len(devices))
    return [replace(device, is_visible=position in left) for position, device in enumerate(devices)]


def _iter_other_drivers(own: list[PciDevice]) -> Iterator[Driver]:
    for device in {item.vendor: item for item in own if item.vendor != HUAWEI}.values():
        yield Driver(
            vendor=_VENDORS.get(device.vendor, "other"),
            name=device.driver,
            state="working" if device.driver else "absent",
            note="" if device.driver else "no driver has the device",
        )


def _find_driver(host: Host, count: int) -> Driver | None:
    fields = _read_fields(host, f"{_HOME}/driver/version.info")
    nodes = [name for name in host.list_directory("/dev") if re.fullmatch(r"davinci\d+", name)]
    is_there = bool(fields) or "davinci_manager" in host.list_directory("/dev")
    version = fields.get("Version", "")
    if is_there and not version:
        version = _ask(host)
    if not (is_there or count):
        return None
    driver = Driver(vendor="huawei", name="ascend", version=version)
    if not is_there:
        return replace(driver, state="absent", note="no driver has the device")
    if not (count or nodes):
        return replace(driver, state="no-device", note="the driver of Ascend is there, and no device of it")
    if not nodes:
        note = "there is no `/dev/davinci0`, as in a container that was not given it"
        return replace(driver, state="failed", note=note)
    return driver


def _ask(host: Host) -> str:
    """The version that the driver's tool, which comes with it, has; only where no file tells."""
    done = host.run(("npu-smi", "-v"), timeout=10.0)
    found = re.search(r"version:\s*(\S+)", done.stdout) if done and done.is_success else None
    return found[1] if found else ""


def _read_fields(host: Host, path: str) -> dict[str, str]:
    return dict(_FIELD.findall(read_head(host, path, 65536).decode("utf-8", "replace")))


def find_cann(host: Host) -> tuple[Toolkit, ...]:
    """Installations of CANN, each directory once."""
    found: dict[str, Toolkit] = {}
    for root in _iter_roots(host):
        real = host.real_path(root)
        for name in host.list_directory(real):
            version = ""
            if name.endswith("-linux"):
                version = _read_fields(host, f"{real}/{name}/{_TOOLKIT}").get("version", "")
            elif name == "version.info":
                version = _read_fields(host, f"{real}/{name}").get("Version", "")
            if version:
                found.setdefault(real, Toolkit(kind="cann", version=version, root=real))
    return tuple(found.values())


def _iter_roots(host: Host) -> Iterator[str]:
    for variable in ("ASCEND_TOOLKIT_HOME", "ASCEND_HOME_PATH"):
        root = host.environ.get(variable, "").rstrip("/")
        if root.startswith("/"):
            yield root
    toolkit = f"{_HOME}/ascend-toolkit"
    yield from (f"{toolkit}/{name}" for name in host.list_directory(toolkit))
    yield from (f"{_HOME}/{name}" for name in host.list_directory(_HOME) if name.startswith("cann"))
