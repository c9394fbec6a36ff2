"""Locks of installers, and machines that they are read for."""

from __future__ import annotations

from pathlib import Path

from extdeps.declaration.installer.pipconfig import FormatControl, PipConfiguration
from extdeps.declaration.named import Sources
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost

LOCKS = Path(__file__).parents[1] / "unit/declaration/lockfiles/locks"


def sources_for(
    version: str = "3.11.7", *, no_binary: frozenset[str] = frozenset(), only_binary: frozenset[str] = frozenset()
) -> Sources:
    """A CPython on Linux for x86-64 with glibc 2.36."""
    markers = {
        "implementation_name": "cpython",
        "implementation_version": version,
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1.0",
        "platform_system": "Linux",
        "platform_version": "#1 SMP",
        "python_full_version": version,
        "python_version": ".".join(version.split(".")[:2]),
        "sys_platform": "linux",
    }
    return Sources(
        host=RecordedHost(),
        interpreter=Interpreter(
            executable="", prefix="/usr", base_prefix="/usr", version=version, platform="linux-x86_64", markers=markers
        ),
        libc=("glibc", "2.36"),
        configuration=PipConfiguration(formats=FormatControl(no_binary=no_binary, only_binary=only_binary)),
        overlays=lambda _name: (),
        fetcher=None,
        marker_environment=lambda: markers,
    )
