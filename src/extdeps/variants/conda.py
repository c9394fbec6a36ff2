"""Conda's virtual packages: what its solver takes as given on a machine (CEP 30 and 46).

https://conda.org/learn/ceps/cep-0030, https://conda.org/learn/ceps/cep-0046
"""

from __future__ import annotations

import re

from extdeps.accelerator.capabilities import list_capabilities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.accelerator import Accelerators

VirtualPackage = tuple[str, str, str]
"""Name, version and build."""

_ARCHITECTURES = {
    **dict.fromkeys(("x86_64", "amd64", "x64"), "x86_64"),
    **dict.fromkeys(("aarch64", "arm64"), "aarch64"),
    **dict.fromkeys(("x86", "i386", "i486", "i586", "i686"), "x86"),
}
"""Appendix A of CEP 30; other architectures are called as the system calls them."""

_LEVELS = {"x86-64-v1": "x86_64", "armv8.0-a": "aarch64", "armv8.7-a": "armv8.6a", "armv9.1-a": "armv9.0a"}
"""Levels that archspec calls otherwise, or that it has none for: then that below it.

https://github.com/archspec/archspec-json/blob/v0.2.5/cpu/microarchitectures.json
"""


def list_virtual_packages(
    accelerators: Accelerators, system: str, machine: str, *, os_version: str = ""
) -> tuple[VirtualPackage, ...]:
    """The virtual packages of a machine, by name.

    Args:
        accelerators: what it computes with, and what was told instead.
        system: `Linux`, `Darwin` or `Windows`.
        machine: its architecture, as the system calls it.
        os_version: of macOS or Windows, or empty.
    """
    found = {name: (version, "0") for name, version in _iter_system(accelerators, system, os_version)}
    found["__archspec"] = _find_archspec(accelerators, machine)
    known = list_capabilities(accelerators)
    driver = next(iter(known["cuda.driver"] or ()), "")
    if driver:
        found["__cuda"] = (_cut(driver, 2), "0")
        architectures = known["cuda.arch"]
        if architectures:
            found["__cuda_arch"] = (min(architectures, key=_numbers), "0")
    return tuple((name, *found[name]) for name in sorted(found))


def _iter_system(accelerators: Accelerators, system: str, os_version: str) -> Iterator[tuple[str, str]]:
    if system == "Windows":
        yield "__win", _cut(os_version, 3) or "0"
        return
    yield "__unix", "0"
    if system == "Darwin":
        yield "__osx", _cut(os_version, 2) or "0"
    elif system == "Linux":
        upstream = re.match(r"\d+\.\d+(\.\d+)?(\.\d+)?", accelerators.kernel)
        yield "__linux", upstream[0] if upstream else "0"
        versions = list_capabilities(accelerators)["glibc.version"]
        # where nothing tells, conda's own guess is 2.17; ours is that nothing is known
        yield from (("__glibc", _cut(version, 2)) for version in versions or ())


def _find_archspec(accelerators: Accelerators, machine: str) -> tuple[str, str]:
    """A generic microarchitecture of archspec where the level is known, else the architecture alone."""
    level = next(iter(list_capabilities(accelerators)["cpu.level"] or ()), "")
    if level in _LEVELS:
        return "1", _LEVELS[level]
    if level:
        return "1", level.replace("-", "_" if level.startswith("x86") else "")
    name = machine.lower()
    return "0", _ARCHITECTURES.get(name, name)


def _cut(version: str, count: int) -> str:
    return ".".join(version.split(".")[:count])


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))
