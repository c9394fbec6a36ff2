"""What a machine computes with, for programs: the object `accelerators` of `host.schema.json`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.accelerator import Accelerators, Device, Driver, Toolkit


def format_accelerators(accelerators: Accelerators) -> dict[str, object]:
    """The object; null stands for what nothing tells.

    Args:
        accelerators: what was found and what was told.
    """
    cpu = accelerators.cpu
    libc, libc_version = accelerators.libc
    return {
        "devices": [_device(device) for device in accelerators.devices],
        "drivers": [_driver(driver) for driver in accelerators.drivers],
        "toolkits": [_toolkit(toolkit) for toolkit in accelerators.toolkits],
        "loaders": [
            {"kind": loader.kind, "library": loader.library or None, "drivers": list(loader.drivers)}
            for loader in accelerators.loaders
        ],
        "cpu": {
            "architecture": cpu.architecture,
            "vendor": cpu.vendor or None,
            "name": cpu.name or None,
            "level": cpu.level or None,
            "flags": sorted(cpu.flags),
        },
        "libc": {"name": libc, "version": libc_version or None} if libc else None,
        "kernel": accelerators.kernel or None,
        "assumed": [
            {"capability": name, "value": value or None, "told_by": source}
            for name, value, source in accelerators.assumed
        ],
        "notes": list(accelerators.notes),
    }


def _device(device: Device) -> dict[str, object]:
    return {
        "vendor": device.vendor,
        "kind": device.kind,
        "name": device.name or None,
        "architecture": device.architecture or None,
        "memory": device.memory or None,
        "uuid": device.uuid or None,
        "address": device.address or None,
        "visible": device.is_visible,
        "partitions": list(device.partitions),
        "location": device.location or None,
    }


def _driver(driver: Driver) -> dict[str, object]:
    return {
        "vendor": driver.vendor,
        "name": driver.name or None,
        "state": driver.state,
        "version": driver.version or None,
        "api": driver.api or None,
        "library": driver.library or None,
        "forward_compatible": driver.is_forward_compatible,
        "note": driver.note or None,
    }


def _toolkit(toolkit: Toolkit) -> dict[str, object]:
    return {
        "kind": toolkit.kind,
        "version": toolkit.version or None,
        "root": toolkit.root,
        "source": toolkit.source,
        "components": dict(toolkit.components),
    }
