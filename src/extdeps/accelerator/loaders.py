"""The loaders of OpenCL, Vulkan and Level Zero, and the drivers that are registered with them."""

from __future__ import annotations

from extdeps.accelerator.library import find_library
from extdeps.accelerator.pci import read_head, read_line
from extdeps.model.accelerator import Loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.host import Host

_LIMIT = 64 * 1024
_FEW = 64
"""How many drivers of one loader are read: more are a mistake, or malice."""

_OPENCL = ("libOpenCL.so.1", "OpenCL.dll", "OpenCL")
_VULKAN = ("libvulkan.so.1", "vulkan-1.dll", "libvulkan.1.dylib")
_LEVEL_ZERO = ("libze_loader.so.1", "ze_loader.dll")
_LEVEL_ZERO_DRIVERS = ("libze_intel_gpu.so.1", "libze_intel_gpu_legacy1.so.1", "libze_intel_vpu.so.1")
_FRAMEWORK = "/System/Library/Frameworks/OpenCL.framework"


def find_loaders(host: Host) -> tuple[Loader, ...]:
    """The loaders of a machine; one that is neither there nor has a driver is left out."""
    darwin = host.system == "Darwin"
    local = ("/usr/local/lib", "/opt/homebrew/lib") if darwin else ()
    loaders = (
        Loader(
            kind="opencl",
            library=find_library(host, *_OPENCL, directories=(_FRAMEWORK,) if darwin else ()),
            drivers=_once(_iter_opencl(host)),
        ),
        Loader(
            kind="vulkan",
            library=find_library(host, *_VULKAN, directories=local),
            drivers=_once(_iter_vulkan(host)),
        ),
        Loader(
            kind="level-zero",
            library=find_library(host, *_LEVEL_ZERO),
            drivers=_once(_iter_level_zero(host)),
        ),
    )
    return tuple(loader for loader in loaders if loader.library or loader.drivers)


def _once(drivers: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, drivers)))


def _iter_opencl(host: Host) -> Iterator[str]:
    """The libraries that the `.icd` files name, one each.

    OCL_ICD_VENDORS, of ocl-icd, is a directory, an `.icd` file, or a library itself; OPENCL_VENDOR_PATH, of the Khronos
    loader, a directory; both replace the system's (https://github.com/OCL-dev/ocl-icd,
    https://github.com/KhronosGroup/OpenCL-ICD-Loader). OCL_ICD_FILENAMES has further libraries.
    """
    if host.system != "Linux":
        return
    yield from filter(None, host.environ.get("OCL_ICD_FILENAMES", "").split(":"))
    chosen = host.environ.get("OCL_ICD_VENDORS", "")
    if chosen and not chosen.endswith(".icd") and not host.list_directory(chosen):
        yield chosen
        return
    place = chosen or host.environ.get("OPENCL_VENDOR_PATH", "") or "/etc/OpenCL/vendors"
    yield from (read_line(host, path) for path in _files(host, place, ".icd"))


def _files(host: Host, place: str, suffix: str) -> list[str]:
    """The file that is named, or those of a directory."""
    if place.endswith(suffix):
        return [place]
    return [f"{place.rstrip('/')}/{name}" for name in host.list_directory(place) if name.endswith(suffix)][:_FEW]


def _iter_vulkan(host: Host) -> Iterator[str]:
    """The libraries that the manifests of drivers name.

    VK_DRIVER_FILES, before it VK_ICD_FILENAMES, replaces the directories; VK_ADD_DRIVER_FILES adds to them
    (https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md).
    """
    if host.system == "Windows":
        return  # the registry has them
    environ = host.environ
    chosen = environ.get("VK_DRIVER_FILES") or environ.get("VK_ICD_FILENAMES")
    if chosen:
        places = chosen.split(":")
    else:
        places = [*environ.get("VK_ADD_DRIVER_FILES", "").split(":"), *_vulkan_directories(host)]
    for place in filter(None, places):
        for path in _files(host, place, ".json"):
            yield _library_of(host, path)


def _vulkan_directories(host: Host) -> Iterator[str]:
    environ = host.environ
    home = environ.get("HOME", "")
    bases = [
        environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else ""),
        *(environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"),
        "/etc",
        "/usr/local/etc" if host.system == "Darwin" else "",
        environ.get("XDG_DATA_HOME") or (f"{home}/.local/share" if home else ""),
        *(environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"),
        *(("/run/opengl-driver/share",) if host.system == "Linux" else ("/opt/homebrew/share",)),
    ]
    yield from (f"{base.rstrip('/')}/vulkan/icd.d" for base in bases if base.startswith("/"))


def _library_of(host: Host, path: str) -> str:
    """The library of a manifest; a relative path starts at the manifest, and a bare name is the loader's to find."""
    import json

    content = read_head(host, path, _LIMIT + 1)
    try:
        document = json.loads(content) if len(content) <= _LIMIT else None
    except (ValueError, RecursionError):
        return ""
    driver = document.get("ICD") if isinstance(document, dict) else None
    library = driver.get("library_path") if isinstance(driver, dict) else None
    if not isinstance(library, str) or not library or len(library) > 4096 or "\0" in library:
        return ""
    if "/" not in library or library.startswith("/"):
        return library
    return host.real_path(f"{path.rpartition('/')[0]}/{library}")


def _iter_level_zero(host: Host) -> Iterator[str]:
    """The loader knows its drivers by name; ZE_ENABLE_ALT_DRIVERS has others instead.

    https://github.com/oneapi-src/level-zero/blob/master/doc/loader_api.md
    """
    chosen = host.environ.get("ZE_ENABLE_ALT_DRIVERS", "")
    if chosen:
        yield from chosen.split(",")
    elif host.system == "Linux":
        yield from (find_library(host, name) for name in _LEVEL_ZERO_DRIVERS)
