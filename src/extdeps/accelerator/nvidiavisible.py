"""CUDA_VISIBLE_DEVICES: which of the devices that are installed programs are shown.

The rules are those of the CUDA Programming Guide, "CUDA Environment Variables". What it leaves open - digits that
other letters follow, a device that is named twice - is as in PyTorch's `torch.cuda._parse_visible_devices`, which
was compared with the driver by its authors.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extdeps.model.accelerator import Device

_ORDINAL = re.compile(r"\s*([+-]?\d{1,9})")
_OLD_PARTITION = re.compile(r"MIG-(GPU-[^/]+)(?:/.*)?")


def is_by_index(value: str) -> bool:
    """Whether the variable names devices by their indices, whose meaning depends on CUDA_DEVICE_ORDER."""
    return not value.startswith(("GPU-", "MIG-"))


def parse_visible(value: str, devices: Sequence[Device]) -> tuple[tuple[int, ...], str]:
    """Read the variable.

    Args:
        value: of the variable.
        devices: what is installed, in the order of the indices.

    Returns:
        The indices of the devices that are shown, in their order, and the entry at which reading stopped, or empty.
    """
    find = _finder(value, devices)
    shown: list[int] = []
    seen: set[str] = set()
    for entry in value.split(",") if value.strip() else ():
        index, identity = find(entry)
        if index is None:
            return tuple(shown), entry.strip() or "nothing"
        if identity in seen:
            return (), entry.strip()  # named twice: nothing is shown
        seen.add(identity)
        if index not in shown:
            shown.append(index)
    return tuple(shown), ""


def _finder(value: str, devices: Sequence[Device]) -> Callable[[str], tuple[int | None, str]]:
    """What finds one entry: its device, and what it names there; the first entry decides how all are read."""
    if value.startswith("GPU-"):
        return lambda entry: _by_uuid(entry, devices)
    if value.startswith("MIG-"):
        return lambda entry: _by_partition(entry, devices)
    return lambda entry: _by_ordinal(entry, len(devices))


def _by_ordinal(entry: str, count: int) -> tuple[int | None, str]:
    found = _ORDINAL.match(entry)
    index = int(found[1]) if found else -1
    return (index, str(index)) if 0 <= index < count else (None, "")


def _by_uuid(entry: str, devices: Sequence[Device]) -> tuple[int | None, str]:
    """A UUID may be abbreviated as long as it is unique."""
    found = [index for index, device in enumerate(devices) if device.uuid.startswith(entry.strip())]
    if not entry.strip().startswith("GPU-") or len(found) != 1:
        return None, ""
    return found[0], str(found[0])


def _by_partition(entry: str, devices: Sequence[Device]) -> tuple[int | None, str]:
    """`MIG-<UUID>`, or, of drivers before 470, `MIG-GPU-<UUID>/<GPU instance>/<compute instance>`."""
    entry = entry.strip()
    old = _OLD_PARTITION.fullmatch(entry)
    if old:
        index, _ = _by_uuid(old[1], devices)
        return index, entry
    found = [
        (index, uuid)
        for index, device in enumerate(devices)
        for uuid in device.partitions
        if entry.startswith("MIG-") and uuid.startswith(entry)
    ]
    return found[0] if len(found) == 1 else (None, "")
