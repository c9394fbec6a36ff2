"""What a machine computes with, as the names that markers and requirements use (`pep_draft`, "Capabilities")."""

from __future__ import annotations

from extdeps.model.accelerator import Device, Driver
from extdeps.model.constraint import parse_constraints
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extdeps.model.accelerator import Accelerators, Vendor

    Capabilities = Mapping[str, frozenset[str] | None]

_ARCHITECTURES: dict[str, Vendor] = {"cuda.arch": "nvidia", "rocm.arch": "amd"}
_DRIVERS: dict[Vendor, tuple[str, str]] = {"nvidia": ("nvidia.driver", "cuda.driver")}
"""The capabilities that are the version of a driver, and of the interface that it supports."""

_LEVELS = ("x86-64-v", "armv")


def list_devices(accelerators: Accelerators) -> tuple[Device, ...]:
    """The GPUs that programs are shown; where somebody has told of a vendor's, those instead of what was found."""
    told = accelerators.told
    found = [item for item in accelerators.devices if item.kind == "gpu" and item.is_visible]
    for name, vendor in _ARCHITECTURES.items():
        if name in told:
            found = [item for item in found if item.vendor != vendor]
            found += [
                Device(vendor=vendor, architecture=value, location="told") for value in told[name].split(",") if value
            ]
    if "gpu.vendor" in told:
        wanted = told["gpu.vendor"].split(",")
        there = {item.vendor for item in found}
        found = [item for item in found if item.vendor in wanted]
        found += [Device(vendor=vendor, location="told") for vendor in wanted if vendor and vendor not in there]  # type: ignore[arg-type]
    return tuple(found)


def is_driver_told(accelerators: Accelerators, vendor: Vendor) -> bool:
    """Whether somebody has told of the driver of a vendor, or that there is none."""
    return not accelerators.told.keys().isdisjoint(_DRIVERS.get(vendor, ()))


def find_driver(accelerators: Accelerators, vendor: Vendor) -> Driver | None:
    """The driver that programs use; where somebody has told of it, that instead of all that was found of it.

    Args:
        accelerators: what was found, and what was told instead.
        vendor: whose GPUs it drives.

    Returns:
        None where there is none, or none was looked for.
    """
    if not is_driver_told(accelerators, vendor):
        return next((item for item in accelerators.drivers if item.vendor == vendor), None)
    version, api = (accelerators.told.get(name, "") for name in _DRIVERS[vendor])
    return Driver(vendor=vendor, name="told", version=version, api=api) if version or api else None


def list_capabilities(accelerators: Accelerators) -> dict[str, frozenset[str] | None]:
    """The capabilities of a machine by name: several values where it has several of the thing, None for not known.

    One that the machine lacks has no value. Hidden devices do not count.

    Args:
        accelerators: what was found, and what was told instead.
    """
    gpus = list_devices(accelerators)
    by_vendor = {vendor: [item for item in gpus if item.vendor == vendor] for vendor in ("nvidia", "amd")}
    driver = find_driver(accelerators, "nvidia")
    cpu = accelerators.cpu
    found: dict[str, frozenset[str] | None] = {
        "gpu.vendor": frozenset(item.vendor for item in gpus),
        "gpu.name": _known(item.name for item in gpus),
        "gpu.memory": _known(str(item.memory) if item.memory else "" for item in gpus),
        "npu.vendor": frozenset(item.vendor for item in accelerators.devices if item.kind == "npu" and item.is_visible),
        "cuda.arch": _known(item.architecture for item in by_vendor["nvidia"]),
        "cuda.driver": _of_driver(driver, "api"),
        "cuda.toolkit": frozenset(
            item.version for item in accelerators.toolkits if item.kind == "cuda" and item.version
        ),
        "nvidia.driver": _of_driver(driver, "version"),
        "rocm.arch": _known(item.architecture for item in by_vendor["amd"]),
        "rocm.version": frozenset(
            item.version for item in accelerators.toolkits if item.kind == "rocm" and item.version
        ),
        "cpu.architecture": frozenset({cpu.architecture} - {""}),
        "cpu.vendor": _known((cpu.vendor,)),
        "cpu.level": _known((cpu.level,)),
        "cpu.flags": cpu.flags or None,
        "glibc.version": _of_libc(accelerators.libc, "glibc"),
        "musl.version": _of_libc(accelerators.libc, "musl"),
        "kernel.release": _known((accelerators.kernel,)),
    }
    for loader in accelerators.loaders:
        found[f"{loader.kind}.drivers"] = frozenset(loader.drivers)
    for name, value, _ in accelerators.assumed:
        found[name if "." in name else f"{name}.version"] = frozenset(filter(None, value.split(",")))
    return found


def _of_libc(libc: tuple[str, str], name: str) -> frozenset[str] | None:
    if not libc[0]:
        return None
    return _known((libc[1],)) if libc[0] == name else frozenset()


def _known(values: Iterable[str]) -> frozenset[str] | None:
    """The values, none where there is nothing to have one; None where something has one that is not known."""
    listed = tuple(values)
    return None if "" in listed else frozenset(listed)


def _of_driver(driver: Driver | None, what: str) -> frozenset[str] | None:
    if driver is None or driver.state == "absent":
        return frozenset()
    value = driver.api if what == "api" else driver.version
    return frozenset({value}) if value else None


def is_within(value: str, bound: str) -> bool | None:
    """Whether the value of a capability is within a bound such as `>=12`; levels of processors are ordered too."""
    (constraint,) = parse_constraints(bound)
    for prefix in _LEVELS:
        if constraint.version.startswith(prefix) or value.startswith(prefix):
            if not (constraint.version.startswith(prefix) and value.startswith(prefix)):
                return False
            plain = parse_constraints(f"{constraint.operator}{constraint.version.removeprefix(prefix)}")
            return satisfies(value.removeprefix(prefix), plain)
    return satisfies(value, (constraint,))
