"""Loaders of OpenCL, Vulkan and Level Zero, and what is registered with them."""

from __future__ import annotations

import json

import pytest

from extdeps.accelerator.library import find_library
from extdeps.accelerator.loaders import find_loaders
from extdeps.model.accelerator import Loader
from support.recorded import RecordedHost

LIB = "/usr/lib/x86_64-linux-gnu"


def manifest(library: object) -> str:
    return json.dumps({"file_format_version": "1.0.0", "ICD": {"library_path": library, "api_version": "1.3.0"}})


FILES = {
    "/etc/OpenCL/vendors/nvidia.icd": "libnvidia-opencl.so.1\n",
    "/etc/OpenCL/vendors/pocl.icd": f"{LIB}/libpocl.so.2\nrest\n",
    "/etc/OpenCL/vendors/empty.icd": "\n",
    "/etc/OpenCL/vendors/README": "libno.so\n",
    "/usr/share/vulkan/icd.d/radeon_icd.x86_64.json": manifest(f"{LIB}/libvulkan_radeon.so"),
    "/etc/vulkan/icd.d/nvidia_icd.json": manifest("libGLX_nvidia.so.0"),
    "/home/u/.local/share/vulkan/icd.d/own.json": manifest("../lib/libown.so"),
}


def find(environ: dict[str, str], files: dict[str, str] = FILES) -> dict[str, tuple[str, ...]]:
    host = RecordedHost(files=files, environ={"HOME": "/home/u", **environ})
    return {loader.kind: loader.drivers for loader in find_loaders(host)}


def test_what_is_registered() -> None:
    host = RecordedHost(
        files=FILES,
        loader_cache=(f"{LIB}/libOpenCL.so.1", f"{LIB}/libze_loader.so.1", f"{LIB}/libze_intel_gpu.so.1"),
    )
    assert find_loaders(host) == (
        Loader(
            kind="opencl",
            library=f"{LIB}/libOpenCL.so.1",
            drivers=("libnvidia-opencl.so.1", f"{LIB}/libpocl.so.2"),
        ),
        Loader(kind="vulkan", drivers=("libGLX_nvidia.so.0", f"{LIB}/libvulkan_radeon.so")),
        Loader(kind="level-zero", library=f"{LIB}/libze_loader.so.1", drivers=(f"{LIB}/libze_intel_gpu.so.1",)),
    )


def test_nothing_is_there() -> None:
    assert find_loaders(RecordedHost()) == ()


@pytest.mark.parametrize(
    ("environ", "drivers"),
    [
        ({}, ("libnvidia-opencl.so.1", f"{LIB}/libpocl.so.2")),
        ({"OCL_ICD_VENDORS": "/etc/OpenCL/vendors/pocl.icd"}, (f"{LIB}/libpocl.so.2",)),
        ({"OCL_ICD_VENDORS": "/etc/OpenCL/vendors/"}, ("libnvidia-opencl.so.1", f"{LIB}/libpocl.so.2")),
        ({"OCL_ICD_VENDORS": "libown.so"}, ("libown.so",)),
        ({"OCL_ICD_FILENAMES": "liba.so:libb.so", "OCL_ICD_VENDORS": "libc.so"}, ("liba.so", "libb.so", "libc.so")),
    ],
)
def test_opencl_by_variables(environ: dict[str, str], drivers: tuple[str, ...]) -> None:
    assert find(environ)["opencl"] == drivers


def test_an_empty_directory_of_opencl() -> None:
    assert "opencl" not in find({"OPENCL_VENDOR_PATH": "/nosuch"})


VULKAN = ("libGLX_nvidia.so.0", "/home/u/.local/share/vulkan/lib/libown.so", f"{LIB}/libvulkan_radeon.so")


@pytest.mark.parametrize(
    ("environ", "drivers"),
    [
        ({}, VULKAN),
        ({"VK_ICD_FILENAMES": "/etc/vulkan/icd.d/nvidia_icd.json"}, VULKAN[:1]),
        (
            {
                "VK_DRIVER_FILES": "/usr/share/vulkan/icd.d:/nosuch.json",
                "VK_ICD_FILENAMES": "/etc/vulkan/icd.d/nvidia_icd.json",
            },
            VULKAN[2:],
        ),
        ({"VK_ADD_DRIVER_FILES": "/usr/share/vulkan/icd.d"}, (VULKAN[2], *VULKAN[:2])),
    ],
)
def test_vulkan_by_variables(environ: dict[str, str], drivers: tuple[str, ...]) -> None:
    assert find(environ)["vulkan"] == drivers


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[" * 50_000,
        "[]",
        '{"ICD": []}',
        manifest(1),
        manifest(""),
        manifest("a\0b"),
        manifest("x" * 5000),
        " " * 70_000 + manifest("libx.so"),
    ],
)
def test_broken_manifests(content: str) -> None:
    assert find({}, {"/etc/vulkan/icd.d/broken.json": content}) == {}


def test_drivers_of_level_zero_by_a_variable() -> None:
    assert find({"ZE_ENABLE_ALT_DRIVERS": "liba.so,libb.so"})["level-zero"] == ("liba.so", "libb.so")


def test_the_order_of_the_loader() -> None:
    host = RecordedHost(
        files={"/own/libx.so.1": "", "/usr/lib/wsl/lib/libx.so.1": "", "/run/opengl-driver/lib/liby.so.1": ""},
        loader_cache=("/cached/libx.so.1", "/cached/libz.so.1"),
        environ={"LD_LIBRARY_PATH": "relative::/own"},
    )
    assert find_library(host, "libx.so.1") == "/own/libx.so.1"
    assert find_library(host, "libnosuch.so.1", "libz.so.1") == "/cached/libz.so.1"
    assert find_library(host, "liby.so.1") == "/run/opengl-driver/lib/liby.so.1"
    assert find_library(host, "libnosuch.so.1") == ""


def test_windows() -> None:
    directory = "C:/WINDOWS/System32"
    host = RecordedHost(
        system="Windows",
        files={f"/{directory}/vulkan-1.dll": "", f"/{directory}/OpenCL.dll": ""},
        environ={"SystemRoot": "C:\\WINDOWS"},
    )
    assert find_loaders(host) == (
        Loader(kind="opencl", library=f"{directory}/OpenCL.dll"),
        Loader(kind="vulkan", library=f"{directory}/vulkan-1.dll"),
    )


def test_a_mac() -> None:
    host = RecordedHost(
        system="Darwin",
        files={
            "/System/Library/Frameworks/OpenCL.framework/OpenCL": "",
            "/opt/homebrew/lib/libvulkan.1.dylib": "",
            "/opt/homebrew/share/vulkan/icd.d/MoltenVK_icd.json": manifest("../../../lib/libMoltenVK.dylib"),
        },
    )
    assert find_loaders(host) == (
        Loader(kind="opencl", library="/System/Library/Frameworks/OpenCL.framework/OpenCL"),
        Loader(
            kind="vulkan",
            library="/opt/homebrew/lib/libvulkan.1.dylib",
            drivers=("/opt/homebrew/lib/libMoltenVK.dylib",),
        ),
    )
