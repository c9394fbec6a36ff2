"""The Python that decides: which one runs pip, where it comes from, and what it was built for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extdeps.errors import InterpreterError
from extdeps.host import LocalHost, find_executable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from extdeps.host import Host

    Distributor = Literal["conda", "nix", "homebrew", "macports", "system", "other"]
else:
    Distributor = str

MULTIARCH = {
    "x86_64": "x86_64-linux-gnu",
    "aarch64": "aarch64-linux-gnu",
    "armv7l": "arm-linux-gnueabihf",
    "i686": "i386-linux-gnu",
    "ppc64le": "powerpc64le-linux-gnu",
    "s390x": "s390x-linux-gnu",
    "riscv64": "riscv64-linux-gnu",
}
"""What Debian calls the directories of an architecture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python, as far as native dependencies care.

    Args:
        executable: its path; empty where the machine has none.
        prefix: the environment that it runs in.
        base_prefix: the installation below that environment.
        version: three numbers.
        implementation: `cpython`, `pypy`.
        distributor: who supplied it, which decides the ecosystem.
        platform: as of `sysconfig.get_platform()`; empty for the Python of this process.
        multiarch: Debian's name of the architecture, or empty.
        include: the directory of `Python.h`.
        site: the directories of installed distributions.
        free_threaded: whether it was built without the lock.
        markers: marker variables; empty means those of this process.
    """

    executable: str
    prefix: str
    base_prefix: str
    version: str
    implementation: str = "cpython"
    distributor: Distributor = "other"
    platform: str = ""
    multiarch: str = ""
    include: str = ""
    site: tuple[str, ...] = ()
    free_threaded: bool = False
    markers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_current(self) -> bool:
        """Whether it is the Python of this process."""
        return not self.markers

    def marker_environment(self) -> dict[str, str]:
        """The environment marker variables (PEP 508)."""
        if self.markers:
            return dict(self.markers)
        from extdeps.describe import marker_environment

        return marker_environment()


def find_interpreter(host: Host, python: str = "") -> Interpreter:
    """Find the Python that decides on a machine.

    Args:
        host: the machine.
        python: a path or a name on PATH; empty for the active environment, else the Python of this process.

    Raises:
        InterpreterError: it is not there, or does not answer.
    """
    if not isinstance(host, LocalHost):
        return _read_interpreter(host, python)
    from extdeps.describe import describe

    current = describe()
    if not python:
        python = _active_environment(host, str(current["prefix"]))
    if not python:
        return _interpreter(host, current, {})
    path = find_executable(host, python)
    if path is None:
        raise InterpreterError(
            f"there is no Python at `{python}`", hint="give the path of an executable with `--python`"
        )
    if path == current["executable"]:
        return _interpreter(host, current, {})
    return _ask(host, path)


def _active_environment(host: Host, prefix: str) -> str:
    """The Python of an activated environment, unless it is the one that runs this."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        active = host.environ.get(variable, "")
        path = f"{active}/bin/python"
        if active and host.is_executable(path):
            return "" if host.real_path(active) == host.real_path(prefix) else path
    return ""


def _ask(host: Host, path: str) -> Interpreter:
    import json

    import extdeps.describe

    done = host.run([path, "-I", extdeps.describe.__file__], timeout=30.0)
    try:
        answer = json.loads(done.stdout) if done and done.returncode == 0 else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1] if done else "it cannot be run"
        raise InterpreterError(f"`{path}` is not a Python that answers", context=(last,))
    try:
        return _interpreter(host, answer, answer.pop("markers"))
    except KeyError as error:
        missing = f"it does not say {error}"
        raise InterpreterError(f"`{path}` is not a Python that answers", context=(missing,)) from error


def _interpreter(host: Host, answer: Mapping[str, object], markers: Mapping[str, str]) -> Interpreter:
    executable, base, site = str(answer["executable"]), str(answer["base_prefix"]), answer["site"]
    return Interpreter(
        executable=executable,
        prefix=str(answer["prefix"]),
        base_prefix=base,
        version=str(answer["version"]),
        implementation=str(answer["implementation"]),
        distributor=_distributor(host, host.real_path(executable), base),
        platform=str(answer.get("platform", "")),
        multiarch=str(answer["multiarch"]) or MULTIARCH.get(host.machine, ""),
        include=str(answer["include"]),
        site=tuple(str(path) for path in site) if isinstance(site, list) else (),
        free_threaded=bool(answer["free_threaded"]),
        markers=markers,
    )


def _distributor(host: Host, executable: str, base: str) -> Distributor:
    if host.exists(f"{base}/conda-meta"):
        return "conda"
    if executable.startswith("/nix/store/"):
        return "nix"
    if any(part in executable for part in ("/Cellar/", "/homebrew/", "/linuxbrew/")):
        return "homebrew"
    if executable.startswith("/opt/local/"):
        return "macports"
    return "system" if base == "/usr" else "other"


_NUMBERED = re.compile(r"python(\d+\.\d+)")


def _read_interpreter(host: Host, python: str) -> Interpreter:
    """Describe the Python of another root file system from its files alone."""
    path = find_executable(host, python or "python3") or ""
    if python and not path:
        raise InterpreterError(f"there is no Python at `{python}` in `{host.name}`")
    real = host.real_path(path)
    number = _NUMBERED.search(real)
    series = number[1] if number else ""
    version = _read_version(host, real, series)
    base = real.rpartition("/bin/")[0] or "/usr"
    return Interpreter(
        executable=path,
        prefix=base,
        base_prefix=base,
        version=version,
        distributor=_distributor(host, real, base),
        platform=f"{host.system.lower()}-{host.machine}",
        multiarch=MULTIARCH.get(host.machine, "") if host.system == "Linux" else "",
        include=f"{base}/include/python{series}",
        site=tuple(
            directory
            for directory in (
                f"{base}/lib/python{series}/site-packages",
                f"{base}/local/lib/python{series}/dist-packages",
                f"{base}/lib/python3/dist-packages",
            )
            if version and host.exists(directory)
        ),
        markers=_markers(host, version),
    )


def _read_version(host: Host, executable: str, series: str) -> str:
    """The version that a Python carries in itself (`3.11.2`), or only its series where it cannot be read."""
    pattern = rb"\0(" + re.escape(series).encode() + rb"\.\d+(?:(?:a|b|rc)\d+)?)\+?\0"
    found = re.search(pattern, host.read_bytes(executable) or b"") if series else None
    return found[1].decode() if found else series


def _markers(host: Host, version: str) -> dict[str, str]:
    version = version or "3.11"
    return {
        "implementation_name": "cpython",
        "implementation_version": version,
        "os_name": "posix",
        "platform_machine": host.machine,
        "platform_release": "",
        "platform_system": host.system,
        "platform_version": "",
        "python_full_version": f"{version}.0" if version.count(".") == 1 else version,
        "platform_python_implementation": "CPython",
        "python_version": ".".join(version.split(".")[:2]),
        "sys_platform": host.system.lower(),
    }
