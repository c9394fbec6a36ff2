"""What a Python says about itself.

Runs in this process or, as a script, in any other Python (3.7 or newer), so
it uses nothing but the standard library and prints JSON.
"""

from __future__ import annotations

import os
import sys


def describe() -> dict[str, object]:
    """Where this Python lives and what it was built for; cheap enough for every start."""
    return {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "version": ".".join(map(str, sys.version_info[:3])),
        "implementation": sys.implementation.name,
        "multiarch": getattr(sys.implementation, "_multiarch", ""),
        "include": _include(),
        "site": [path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages")],
        "free_threaded": "t" in getattr(sys, "abiflags", ""),
    }


def _include() -> str:
    """The directory of `Python.h`; where it is not in its usual place, `sysconfig` is asked, which costs more."""
    series = ".".join(map(str, sys.version_info[:2]))
    usual = os.path.join(sys.base_prefix, "include", "python" + series + getattr(sys, "abiflags", ""))
    if os.path.isdir(usual):
        return usual
    import sysconfig

    return sysconfig.get_path("include")


def marker_environment() -> dict[str, str]:
    """The environment marker variables of this Python (PEP 508, "Environment Markers")."""
    import platform

    info = sys.implementation.version
    implementation_version = f"{info.major}.{info.minor}.{info.micro}"
    if info.releaselevel != "final":
        implementation_version += info.releaselevel[0] + str(info.serial)
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": implementation_version,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "platform_python_implementation": platform.python_implementation(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


if __name__ == "__main__":
    import json
    import sysconfig

    print(json.dumps({**describe(), "platform": sysconfig.get_platform(), "markers": marker_environment()}))  # noqa: T201 - its output is its result
