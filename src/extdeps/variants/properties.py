"""Properties of wheel variants that a machine supports, by namespace, the preferred value first.

The words are those of the public providers, so that a wheel which was made with one of them is understood:
https://github.com/wheelnext/nvidia-variant-provider (`nvidia`), https://github.com/wheelnext/amd-variant-provider
(`amd`), and the examples of PEP 817 (`x86_64`, `aarch64`). What no wheel can be made with is not offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.accelerator.capabilities import find_driver, is_driver_told, list_capabilities, list_devices
from extdeps.accelerator.compatibility import runs_on
from extdeps.accelerator.cpulevel import ARM_LEVELS, X86_LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from extdeps.model.accelerator import Accelerators

_CUDA_MAJORS = range(15, 10, -1)
_CUDA_MINORS = range(20, -1, -1)
_TARGETS = tuple(f"{major}.{minor}" for major in range(12, 4, -1) for minor in range(9, -1, -1))
_GFX = (
    "gfx1250 gfx1201 gfx1200 gfx1153 gfx1152 gfx1151 gfx1150 gfx1103 gfx1102 gfx1101 gfx1100 gfx1036 gfx1035 gfx1034 "
    "gfx1033 gfx1032 gfx1031 gfx1030 gfx1013 gfx1012 gfx1011 gfx1010 gfx950 gfx942 gfx90c gfx90a gfx909 gfx908 gfx906 "
    "gfx904 gfx902 gfx900"
)
"""AMD's targets, https://llvm.org/docs/AMDGPUUsage.html#processors, from the ninth generation on."""

_ARM_NINE = {"9.0a": "8.5a", "9.1a": "8.6a", "9.2a": "8.7a"}
"""What each of the ninth version's levels is built on (Arm Architecture Reference Manual, A2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature of a namespace.

    Args:
        name: of the feature.
        values: the preferred one first.
        is_multiple: whether one wheel may name several values, of which one that is supported is enough.
    """

    name: str
    values: tuple[str, ...]
    is_multiple: bool = False


def find_features(namespace: str, accelerators: Accelerators) -> tuple[Feature, ...]:
    """What a machine supports of a namespace, the most important feature first; those without values are left out.

    Args:
        namespace: `nvidia`, `amd`, `x86_64` or `aarch64`.
        accelerators: what was found on the machine, and what was told instead.
    """
    known = {feature.name: frozenset(feature.values) for feature in list_features(namespace)}
    found = []
    for feature in _FINDERS[namespace](accelerators):
        values = tuple(value for value in dict.fromkeys(feature.values) if value in known[feature.name])
        if values:
            found.append(Feature(name=feature.name, values=values, is_multiple=feature.is_multiple))
    return tuple(found)


def list_features(namespace: str) -> tuple[Feature, ...]:
    """Every value that a wheel can be made with, whatever machine this is."""
    if namespace == "nvidia":
        versions = tuple(_write(version) for version in _list_cuda_versions())
        targets = tuple(_name_target(target, kind) for kind in ("real", "virtual") for target in _TARGETS)
        return (
            Feature(name="cuda_version_lower_bound", values=versions),
            Feature(name="cuda_version_upper_bound", values=versions),
            Feature(name="sm_arch", values=targets, is_multiple=True),
        )
    if namespace == "amd":
        minors = [f"{major}.{minor}" for major in range(9, 4, -1) for minor in range(20, -1, -1)]
        releases = tuple(
            text for minor in minors for text in (*(f"{minor}.{patch}" for patch in range(9, -1, -1)), minor)
        )
        return (
            Feature(name="gfx_arch", values=tuple(_GFX.split()), is_multiple=True),
            Feature(name="rocm_version", values=releases, is_multiple=True),
        )
    if namespace == "x86_64":
        return (Feature(name="level", values=tuple(f"v{number}" for number in range(len(X86_LEVELS), 0, -1))),)
    eight = tuple(_shorten(name) for name, _ in reversed(ARM_LEVELS))
    return (Feature(name="version", values=(*reversed(_ARM_NINE), *eight)),)


def _find_nvidia(accelerators: Accelerators) -> tuple[Feature, ...]:
    """As the public provider has it, but for every visible GPU at once instead of the newest alone.

    A lower bound is a version of CUDA at or below that of the driver, an upper bound one above it. Compatibility of
    minor versions is not applied, as it is not there: a wheel that relies on it says so with a lower bound.
    """
    version = _find_cuda(accelerators)
    if version is None:
        return ()
    bounds = _list_cuda_versions()
    lower = tuple(_write(bound) for bound in bounds if bound <= version)
    upper = tuple(_write(bound) for bound in bounds if _fill(bound) > version)
    gpus = [device.architecture for device in list_devices(accelerators) if device.vendor == "nvidia"]
    targets: tuple[str, ...] = ()
    if gpus and all(gpus):
        real = (_name_target(target, "real") for target in _runnable(_TARGETS, gpus, "sm_"))
        virtual = (_name_target(target, "virtual") for target in _runnable(_TARGETS, gpus, "compute_"))
        targets = (*real, *virtual)
    return (
        Feature(name="cuda_version_lower_bound", values=lower),
        Feature(name="cuda_version_upper_bound", values=upper),
        Feature(name="sm_arch", values=targets, is_multiple=True),
    )


def _find_amd(accelerators: Accelerators) -> tuple[Feature, ...]:
    """Each GPU's target, the GPU with the most memory first: beside a card there is often one in the processor."""
    gpus = [device for device in list_devices(accelerators) if device.vendor == "amd" and device.architecture]
    if not gpus:
        return ()
    releases = sorted(list_capabilities(accelerators)["rocm.version"] or (), key=_numbers, reverse=True)
    return (
        Feature(
            name="gfx_arch",
            values=tuple(device.architecture for device in sorted(gpus, key=lambda device: -device.memory)),
            is_multiple=True,
        ),
        Feature(
            name="rocm_version",
            values=tuple(text for release in releases for text in (release, ".".join(release.split(".")[:2]))),
            is_multiple=True,
        ),
    )


def _find_x86(accelerators: Accelerators) -> tuple[Feature, ...]:
    level = _find_level(accelerators)
    names = [name for name, _ in X86_LEVELS]
    reached = names[: names.index(level) + 1] if level in names else []
    return (Feature(name="level", values=tuple(name.removeprefix("x86-64-") for name in reversed(reached))),)


def _find_arm(accelerators: Accelerators) -> tuple[Feature, ...]:
    level = _shorten(_find_level(accelerators))
    nine = [name for name in reversed(_ARM_NINE) if level in _ARM_NINE and name <= level]
    eight = [_shorten(name) for name, _ in reversed(ARM_LEVELS)]
    top = _ARM_NINE.get(level, level)
    return (Feature(name="version", values=(*nine, *(name for name in eight if top in eight and name <= top))),)


def _find_cuda(accelerators: Accelerators) -> tuple[int, ...] | None:
    """The version of CUDA that can be used here: as told, else that of a driver that works and has a visible GPU."""
    driver = find_driver(accelerators, "nvidia")
    if driver is None or driver.state != "working" or not driver.api:
        return None
    has_gpu = any(device.vendor == "nvidia" for device in list_devices(accelerators))
    return (*_numbers(driver.api), 0)[:2] if has_gpu or is_driver_told(accelerators, "nvidia") else None


def _find_level(accelerators: Accelerators) -> str:
    return next(iter(list_capabilities(accelerators)["cpu.level"] or ()), "")


def _list_cuda_versions() -> list[tuple[int, ...]]:
    """Every known version, and each major version alone after its minors, descending."""
    return [bound for major in _CUDA_MAJORS for bound in (*((major, minor) for minor in _CUDA_MINORS), (major,))]


def _fill(bound: tuple[int, ...]) -> tuple[int, ...]:
    return (*bound, 0)[:2]


def _runnable(targets: Iterable[str], gpus: list[str], prefix: str) -> list[str]:
    """The targets that every GPU runs."""
    return [target for target in targets if all(runs_on(f"{prefix}{target}", gpu) for gpu in gpus)]


def _name_target(target: str, kind: str) -> str:
    """As CMake's CUDA_ARCHITECTURES has it, with an underscore: 9.0 is `90_real`."""
    return f"{target.replace('.', '')}_{kind}"


def _shorten(level: str) -> str:
    """Arm's version alone: `8.2a` of `armv8.2-a`."""
    return level.removeprefix("armv").replace("-", "")


def _write(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


_FINDERS: Mapping[str, Callable[[Accelerators], tuple[Feature, ...]]] = {
    "aarch64": _find_arm,
    "amd": _find_amd,
    "nvidia": _find_nvidia,
    "x86_64": _find_x86,
}
