"""The GPUs of a Mac, and Metal, as `system_profiler` tells them."""

from __future__ import annotations

import json
import re

from extdeps.accelerator.cache import ask_once
from extdeps.accelerator.found import Found
from extdeps.model.accelerator import Device, Driver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.host import Host
    from extdeps.model.accelerator import Vendor

_TOOL = ("system_profiler", "-json", "SPDisplaysDataType")
_VENDORS: dict[str, Vendor] = {"apple": "apple", "amd": "amd", "ati": "amd", "intel": "intel", "nvidia": "nvidia"}
_UNITS = {"MB": 1024**2, "GB": 1024**3}


def find_apple(host: Host, told: Mapping[str, str]) -> Found:
    """The GPUs of a Mac and the version of Metal that they support.

    Args:
        host: the machine.
        told: what its `sysctl` says.
    """
    chip, memory = told.get("machdep.cpu.brand_string", ""), told.get("hw.memsize", "")
    boot = told.get("kern.bootsessionuuid", "")
    answer = ask_once(host, "displays", (chip, told.get("kern.osrelease", "")), lambda: _ask(host), boot=boot)
    listed = answer.get("displays") if answer else None
    displays = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    own = int(memory) if memory.isascii() and memory.isdigit() and len(memory) < 20 else 0
    devices = [_describe(item, own) for item in displays]
    families = {str(item.get("spdisplays_mtlgpufamilysupport", "")) for item in displays}
    if not devices and chip.startswith("Apple "):  # the chip has one, whether the tool answers or not
        devices = [_chip(chip, own, "sysctl machdep.cpu.brand_string")]
    notes = () if answer else ("`system_profiler` does not tell of the GPU",)
    version = _metal(families)
    return Found(
        devices=tuple(devices),
        drivers=(Driver(vendor="apple", name="Metal", api=version),) if devices else (),
        notes=notes,
    )


def _ask(host: Host) -> dict[str, object] | None:
    done = host.run(_TOOL, timeout=20.0)
    try:
        document = json.loads(done.stdout) if done and done.is_success else None
    except (ValueError, RecursionError):
        return None
    displays = document.get("SPDisplaysDataType") if isinstance(document, dict) else None
    return {"displays": displays} if isinstance(displays, list) and displays else None


def _describe(item: Mapping[str, object], memory: int) -> Device:
    name = str(item.get("sppci_model") or item.get("_name") or "")
    told = str(item.get("spdisplays_vendor", "")).lower().removeprefix("sppci_vendor_").split(" ")[0]
    vendor = _VENDORS.get(told, "apple" if name.startswith("Apple ") else "other")
    location = "system_profiler SPDisplaysDataType"
    if vendor == "apple":
        return _chip(name, memory, location)
    return Device(vendor=vendor, name=name, memory=_size(str(item.get("spdisplays_vram", ""))), location=location)


def _chip(name: str, memory: int, location: str) -> Device:
    """A GPU that is part of a chip, and shares the memory of the machine."""
    return Device(vendor="apple", name=name, architecture=name.removeprefix("Apple "), memory=memory, location=location)


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d{1,6}) (MB|GB)", text)
    return int(found[1]) * _UNITS[found[2]] if found else 0


def _metal(families: set[str]) -> str:
    """The version of Metal that every GPU supports: `3` of `spdisplays_metal3`."""
    found = [match[1] for family in families if (match := re.search(r"metal(?:feature|gpufamily)?(\d+)\Z", family))]
    return min(found, key=int) if found and len(found) == len(families) else ""
