"""Versions of CUDA and of the libraries on top of it, out of the files of one installation; nothing of it is run.

`version.json` is in toolkits since 11.1, `version.txt` in those before. The macros are those of NVIDIA's own headers:
`CUDA_VERSION` and `CUDART_VERSION` are 1000 times the major version plus 10 times the minor one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.accelerator.header import read_macros
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extdeps.host import Host

_VERSION = re.compile(r"\d+(?:\.\d+)+")
_TEXT = re.compile(r"CUDA Version (\d+(?:\.\d+)+)")
_LISTED = {"cuda_nvcc": "nvcc", "cuda_cudart": "cudart"}
_NUMBERS = {
    "cudnn": (
        ("cudnn_version.h", ("CUDNN_MAJOR", "CUDNN_MINOR", "CUDNN_PATCHLEVEL")),
        ("cudnn.h", ("CUDNN_MAJOR", "CUDNN_MINOR", "CUDNN_PATCHLEVEL")),  # before 8
    ),
    "nccl": (("nccl.h", ("NCCL_MAJOR", "NCCL_MINOR", "NCCL_PATCH")),),
    "tensorrt": (
        ("NvInferVersion.h", ("NV_TENSORRT_MAJOR", "NV_TENSORRT_MINOR", "NV_TENSORRT_PATCH")),
        ("NvInferVersion.h", ("TRT_MAJOR_ENTERPRISE", "TRT_MINOR_ENTERPRISE", "TRT_PATCH_ENTERPRISE")),  # since 10
    ),
}
_LIBRARIES = {
    "cudart": re.compile(r"libcudart\.so\.(\d+\.[\d.]+)|cudart64_(\d+)\.dll"),
    "cudnn": re.compile(r"libcudnn\.so\.(\d+\.[\d.]+)|cudnn64_(\d+)\.dll"),
    "nccl": re.compile(r"libnccl\.so\.(\d+\.[\d.]+)"),
    "tensorrt": re.compile(r"libnvinfer\.so\.(\d+\.[\d.]+)|nvinfer_(\d+)\.dll"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Directories:
    """Where one installation has its parts.

    Args:
        root: the installation.
        include: its headers.
        libraries: its shared libraries.
        programs: its programs.
    """

    root: str
    include: tuple[str, ...]
    libraries: tuple[str, ...]
    programs: tuple[str, ...]


def directories_of(host: Host, root: str) -> Directories:
    """The directories of a toolkit as NVIDIA lays it out; since 9 most of it is below `targets`."""
    targets = tuple(f"{root}/targets/{name}" for name in host.list_directory(f"{root}/targets"))
    return Directories(
        root=root,
        include=(f"{root}/include", *(f"{target}/include" for target in targets)),
        libraries=(f"{root}/lib64", f"{root}/lib", *(f"{target}/lib" for target in targets), f"{root}/bin"),
        programs=(f"{root}/bin",),
    )


def read_installation(host: Host, places: Directories, named: str = "") -> tuple[str, dict[str, str]]:
    """The version of an installation, and of its components; both empty where there is nothing of CUDA in it.

    Args:
        host: the machine.
        places: where the installation has its parts.
        named: the version of its compiler where no file tells.
    """
    listed = _read_listed(host, places.root)
    version = listed.pop("cuda", "") or _read_text_version(host, places.root)
    version = version or _read_encoded(host, places.include, "cuda.h", "CUDA_VERSION")
    found = _read_headers(host, places.include)
    sonames = _read_sonames(host, places.libraries)
    runtime = _read_encoded(host, places.include, "cuda_runtime_api.h", "CUDART_VERSION")
    found = {**({"cudart": runtime} if runtime else {}), **sonames, **found, **listed}
    if any(host.exists(f"{directory}/{name}") for directory in places.programs for name in ("nvcc", "nvcc.exe")):
        found.setdefault("nvcc", version or named)
    else:
        found.pop("nvcc", None)  # listed by the toolkit that it was left out of
    if not version:
        version = ".".join((found.get("cudart") or found.get("nvcc", "")).split(".")[:2])
    return version, found


def read_libraries(host: Host, include: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Versions of the libraries on top of CUDA that lie among those of the system.

    Args:
        host: the machine.
        include: directories of headers.
        names: of the libraries that are there, without a version, to the file that they are.
    """
    found = _read_headers(host, tuple(include))
    for path in names.values():
        file = host.real_path(path).rpartition("/")[2]
        for name, pattern in _LIBRARIES.items():
            match = pattern.fullmatch(file)
            if match:
                found.setdefault(name, match[1] or match[2])
    return found


def _read_listed(host: Host, root: str) -> dict[str, str]:
    """What `version.json` says: of the whole as `cuda`, and of those components that we know."""
    text = read_text(host, f"{root}/version.json")
    if not text:
        return {}
    import json

    try:
        document = json.loads(text)
    except ValueError:
        return {}
    found = {}
    for key, name in (("cuda", "cuda"), *_LISTED.items()):
        entry = document.get(key) if isinstance(document, dict) else None
        version = entry.get("version") if isinstance(entry, dict) else None
        if isinstance(version, str) and _VERSION.fullmatch(version):
            found[name] = version
    return found


def _read_text_version(host: Host, root: str) -> str:
    found = _TEXT.search(read_text(host, f"{root}/version.txt") or "")
    return found[1] if found else ""


def _read_encoded(host: Host, include: Iterable[str], header: str, macro: str) -> str:
    for directory in include:
        number = read_macros(host, f"{directory}/{header}", macro)
        if number:
            return f"{int(number) // 1000}.{int(number) % 1000 // 10}"
    return ""


def _read_headers(host: Host, include: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for name, places in _NUMBERS.items():
        versions = (
            read_macros(host, f"{directory}/{header}", *macros)
            for header, macros in places
            for directory in include
            if host.exists(f"{directory}/{header}")
        )
        version = next((version for version in versions if version), "")
        if version:
            found[name] = version
    return found


def _read_sonames(host: Host, libraries: Iterable[str]) -> dict[str, str]:
    """The versions in the names of shared libraries, the longest of each."""
    found: dict[str, str] = {}
    for directory in libraries:
        for file in host.list_directory(directory):
            for name, pattern in _LIBRARIES.items():
                match = pattern.fullmatch(file)
                version = (match[1] or match[2]) if match else ""
                if len(version) > len(found.get(name, "")):
                    found[name] = version
    return found
