"""Installations of ROCm, and which of its libraries each has."""

from __future__ import annotations

import re

from extdeps.accelerator.header import read_macros
from extdeps.accelerator.hints import ROCM_VARIABLES
from extdeps.accelerator.pci import read_line
from extdeps.model.accelerator import Toolkit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

_FILES = (".info/version", ".info/version-dev", ".info/version-rocm")
_VERSION = re.compile(r"\d+(?:\.\d+)+")

_HEADERS = {
    "hip": (("include/hip/hip_version.h",), ("HIP_VERSION_MAJOR", "HIP_VERSION_MINOR", "HIP_VERSION_PATCH")),
    "miopen": (("include/miopen/version.h",), ("MIOPEN_VERSION_MAJOR", "MIOPEN_VERSION_MINOR", "MIOPEN_VERSION_PATCH")),
    "rccl": (("include/rccl/rccl.h", "include/rccl.h"), ("NCCL_MAJOR", "NCCL_MINOR", "NCCL_PATCH")),
    "rocblas": (
        ("include/rocblas/internal/rocblas-version.h", "include/rocblas-version.h"),
        ("ROCBLAS_VERSION_MAJOR", "ROCBLAS_VERSION_MINOR", "ROCBLAS_VERSION_PATCH"),
    ),
}
"""Of each component the headers that tell its version, and the macros in them."""

_CORE = ("include/rocm-core/rocm_version.h", "include/rocm_version.h")
_CORE_MACROS = ("ROCM_VERSION_MAJOR", "ROCM_VERSION_MINOR", "ROCM_VERSION_PATCH")


def find_rocm(host: Host, interpreter: Interpreter) -> tuple[Toolkit, ...]:
    """Every installation of ROCm, each directory once.

    Args:
        host: the machine.
        interpreter: the Python that decides, whose conda environment may have one.
    """
    found: dict[str, Toolkit] = {}
    for root in _iter_roots(host):
        real = host.real_path(root)
        if real not in found and (toolkit := _read(host, real)):
            found[real] = toolkit
    if interpreter.distributor == "conda":
        prefix = interpreter.prefix
        toolkit = _read(host, prefix)
        if toolkit:
            found[prefix] = Toolkit(
                kind="rocm", version=toolkit.version, root=prefix, source="conda", components=toolkit.components
            )
    return tuple(found.values())


def _iter_roots(host: Host) -> Iterator[str]:
    for variable in ROCM_VARIABLES:
        root = host.environ.get(variable, "").rstrip("/")
        if root.startswith("/"):
            yield root.removesuffix("/hip") if variable == "HIP_PATH" else root  # HIP had a directory of its own
    yield "/opt/rocm"
    yield from (f"/opt/{name}" for name in host.list_directory("/opt") if name.startswith("rocm-"))
    yield "/usr"  # as distributions have it


def _read(host: Host, root: str) -> Toolkit | None:
    lines = (read_line(host, f"{root}/{name}") for name in _FILES)
    version = next((match[0] for line in lines if (match := _VERSION.match(line))), "")
    version = version or next(filter(None, (read_macros(host, f"{root}/{name}", *_CORE_MACROS) for name in _CORE)), "")
    components = tuple(_iter_components(host, root))
    if not (version or components):
        return None
    return Toolkit(kind="rocm", version=version, root=root, components=components)


def _iter_components(host: Host, root: str) -> Iterator[tuple[str, str]]:
    for name, (headers, macros) in _HEADERS.items():
        version = next(filter(None, (read_macros(host, f"{root}/{header}", *macros) for header in headers)), "")
        if version:
            yield name, version
