"""What a machine computes with, as a person likes to read it."""

from __future__ import annotations

from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.accelerator import Accelerators, Device, Driver, Loader, Toolkit
    from extdeps.render.text import Line

_APIS = {"nvidia": "CUDA", "apple": "Metal", "intel": "Level Zero", "amd": "ROCm"}
_TOOLKITS = {"cuda": "CUDA", "rocm": "ROCm", "oneapi": "oneAPI", "cann": "CANN"}
_LOADERS = {"opencl": "OpenCL", "vulkan": "Vulkan", "level-zero": "Level Zero"}
_UNITS = ((1024**3, "GiB"), (1024**2, "MiB"), (1, "B"))


def render_accelerators(accelerators: Accelerators, *, is_verbose: bool = False) -> Iterator[Line]:
    """The lines of `extdeps host` behind those of the system.

    Args:
        accelerators: what was found and what was told.
        is_verbose: also every feature of the processor and every library.
    """
    cpu = accelerators.cpu
    named = " ".join(filter(None, (cpu.name or cpu.vendor or cpu.architecture, f"({cpu.level})" if cpu.level else "")))
    rows = [[Span("processor", "dim"), Span(harmless(named or "unknown"))]]
    if is_verbose and cpu.flags:
        rows.append([Span("features", "dim"), Span(harmless(" ".join(sorted(cpu.flags))))])
    if accelerators.kernel:
        rows.append([Span("kernel", "dim"), Span(harmless(accelerators.kernel))])
    yield from columns(rows, indent=2)
    yield from _section("devices", [_device_row(item, is_verbose) for item in accelerators.devices], "none")
    yield from _section("drivers", [_driver_row(item, is_verbose) for item in accelerators.drivers])
    yield from _section("toolkits", [_toolkit_row(item) for item in accelerators.toolkits])
    yield from _section("loaders", [_loader_row(item, is_verbose) for item in accelerators.loaders])
    yield from _section("assumed, not found", [_assumed_row(*item) for item in accelerators.assumed])
    yield from _section("notes", [[Span(harmless(note))] for note in accelerators.notes])


def _section(title: str, rows: list[list[Span]], absent: str = "") -> Iterator[Line]:
    if rows or absent:
        yield (Span("  "), Span(title, "dim"), Span("" if rows else f"  {absent}"))
        yield from columns(rows, indent=4)


def _device_row(device: Device, is_verbose: bool) -> list[Span]:
    facts = [_format_size(device.memory) if device.memory else "", device.address]
    if is_verbose:
        facts += [device.uuid, *device.partitions, device.location]
    elif device.partitions:
        facts.append(f"in {len(device.partitions)} parts")
    if not device.is_visible:
        facts.append("hidden from programs")
    return [
        Span(device.vendor, "bold" if device.is_visible else "dim"),
        Span(harmless(device.name or f"unnamed {device.kind.upper()}")),
        Span(harmless(device.architecture)),
        Span(harmless(", ".join(filter(None, facts))), "" if device.is_visible else "yellow"),
    ]


def _driver_row(driver: Driver, is_verbose: bool) -> list[Span]:
    api = f"{_APIS.get(driver.vendor, '')} {driver.api}".strip() if driver.api else ""
    compatible = "by a forward compatibility package" if driver.is_forward_compatible else ""
    facts = (api, compatible, driver.note, driver.library if is_verbose else "")
    return [
        Span(harmless(driver.name or driver.vendor), "bold"),
        Span(harmless(driver.version)),
        Span(driver.state, "green" if driver.state == "working" else "yellow"),
        Span(harmless(", ".join(filter(None, facts)))),
    ]


def _toolkit_row(toolkit: Toolkit) -> list[Span]:
    components = ", ".join(f"{name} {version}".strip() for name, version in toolkit.components)
    return [
        Span(_TOOLKITS.get(toolkit.kind, toolkit.kind), "bold"),
        Span(harmless(toolkit.version)),
        Span(harmless(toolkit.root), "dim"),
        Span(harmless("; ".join(filter(None, (_of(toolkit.source), components))))),
    ]


def _of(source: str) -> str:
    return "" if source == "directory" else f"of {source}"


def _loader_row(loader: Loader, is_verbose: bool) -> list[Span]:
    count = len(loader.drivers)
    drivers = ", ".join(loader.drivers) if is_verbose else f"{count} driver{'' if count == 1 else 's'}"
    return [
        Span(_LOADERS.get(loader.kind, loader.kind), "bold"),
        Span(harmless(loader.library or "no loader"), "dim" if loader.library else "yellow"),
        Span(harmless(drivers)),
    ]


def _assumed_row(name: str, value: str, source: str) -> list[Span]:
    return [Span(harmless(name), "bold"), Span(harmless(value or "none")), Span(harmless(f"by {source}"), "yellow")]


def _format_size(size: int) -> str:
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return "0 B"
