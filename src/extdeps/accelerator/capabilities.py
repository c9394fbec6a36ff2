"""What a machine computes with, as the names that markers and requirements use (`pep_draft`, "Capabilities")."""

from __future__ import annotations

from extdeps.model.constraint import parse_constraints
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extdeps.model.accelerator import Accelerators, Driver

    Capabilities = Mapping[str, frozenset[str] | None]

_LEVELS = ("x86-64-v", "armv")


def list_capabilities(accelerators: Accelerators) -> dict[str, frozenset[str] | None]:
    """The capabilities of a machine by name: several values where it has several of the thing, None for not known.

    One that the machine lacks has no value. Hidden devices do not count.

    Args:
        accelerators: what was found, and what was told instead.
    """
    visible = [device for device in accelerators.devices if device.is_visible]
    by_vendor = {vendor: [item for item in visible if item.vendor == vendor] for vendor in ("nvidia", "amd")}
    drivers = {driver.vendor: driver for driver in accelerators.drivers}
    cpu = accelerators.cpu
    found: dict[str, frozenset[str] | None] = {
        "gpu.vendor": frozenset(item.vendor for item in visible if item.kind == "gpu"),
        "gpu.name": _known(item.name for item in visible),
        "gpu.memory": _known(str(item.memory) if item.memory else "" for item in visible),
        "npu.vendor": frozenset(item.vendor for item in visible if item.kind == "npu"),
        "cuda.arch": _known(item.architecture for item in by_vendor["nvidia"]),
        "cuda.driver": _of_driver(drivers.get("nvidia"), "api"),
        "cuda.toolkit": frozenset(
            item.version for item in accelerators.toolkits if item.kind == "cuda" and item.version
        ),
        "nvidia.driver": _of_driver(drivers.get("nvidia"), "version"),
        "rocm.arch": _known(item.architecture for item in by_vendor["amd"]),
        "rocm.version": frozenset(
            item.version for item in accelerators.toolkits if item.kind == "rocm" and item.version
        ),
        "cpu.architecture": frozenset({cpu.architecture} - {""}),
        "cpu.vendor": _known((cpu.vendor,)),
        "cpu.level": _known((cpu.level,)),
        "cpu.flags": cpu.flags or None,
        "libc.name": _known((accelerators.libc[0],)),
        "libc.version": _known((accelerators.libc[1],)),
        "kernel.release": _known((accelerators.kernel,)),
    }
    for loader in accelerators.loaders:
        found[f"{loader.kind}.drivers"] = frozenset(loader.drivers)
    for name, value, _ in accelerators.assumed:
        found[name] = frozenset(filter(None, value.split(",")))
    return found


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
