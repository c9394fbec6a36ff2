"""What a machine computes with: its GPUs and their drivers, toolkits, processor, C library and kernel."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    Vendor = Literal["nvidia", "amd", "intel", "apple", "huawei", "other"]
    DeviceKind = Literal["gpu", "npu"]
    DriverState = Literal["working", "absent", "no-device", "mismatch", "failed", "unknown"]
    ToolkitKind = Literal["cuda", "rocm", "oneapi", "cann"]
    ToolkitSource = Literal["directory", "conda", "nix", "wheel"]
    LoaderKind = Literal["opencl", "vulkan", "level-zero"]
else:
    Vendor = DeviceKind = DriverState = ToolkitKind = ToolkitSource = LoaderKind = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One accelerator, whether it can be used or not.

    Args:
        vendor: who made it.
        kind: `gpu` or `npu`.
        name: as its driver or the list of PCI identifiers calls it; empty where nothing tells.
        architecture: the compute capability (`8.9`), gfx target (`gfx90a`) or chip (`M2`); empty where nothing tells.
        memory: in bytes; 0 where nothing tells.
        uuid: as its driver names it, or empty.
        address: on the PCI bus (`0000:01:00.0`), or empty.
        is_visible: whether programs are shown it; false where a variable such as CUDA_VISIBLE_DEVICES hides it.
        partitions: the UUIDs of the parts that it is divided into (MIG); none where it is whole.
        location: the file or library that tells of it.
    """

    vendor: Vendor
    kind: DeviceKind = "gpu"
    name: str = ""
    architecture: str = ""
    memory: int = 0
    uuid: str = ""
    address: str = ""
    is_visible: bool = True
    partitions: tuple[str, ...] = ()
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """The driver of one vendor's devices.

    Args:
        vendor: whose devices.
        name: of the kernel module (`nvidia`, `amdgpu`, `xe`), or empty.
        state: working; absent, while there may be a device; no-device, while the driver is there; mismatch, where the
            library and the kernel module are of different versions; failed, where it crashed, hung or refused;
            unknown, where it cannot be asked (another root file system).
        version: the driver's own (`550.54.15`), of the kernel module where both tell; empty where nothing tells.
        api: the newest version of the interface that it supports (CUDA 12.4: `12.4`); empty where nothing tells.
        library: the path of the library that programs load, or empty.
        is_forward_compatible: whether that is a newer library than the driver's own (NVIDIA's `cuda-compat`).
        note: one sentence on what is wrong, or empty.
    """

    vendor: Vendor
    name: str = ""
    state: DriverState = "working"
    version: str = ""
    api: str = ""
    library: str = ""
    is_forward_compatible: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolkit:
    """One installation of a vendor's libraries and compilers; several side by side are normal.

    Args:
        kind: cuda, rocm, oneapi or cann.
        version: of the whole, or empty.
        root: the directory; of wheels, the environment that they are in.
        source: how it came there.
        components: pairs of a name (`nvcc`, `cudart`, `cudnn`, `nccl`, `tensorrt`) and its version, sorted; an
            empty version where nothing tells.
    """

    kind: ToolkitKind
    version: str
    root: str
    source: ToolkitSource = "directory"
    components: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """A loader that finds the drivers of several vendors, and those that it would find.

    Args:
        kind: opencl, vulkan or level-zero.
        library: the path of the loader, or empty.
        drivers: the libraries that are registered with it (ICDs).
    """

    kind: LoaderKind
    library: str = ""
    drivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpu:
    """The processor.

    Args:
        architecture: `x86_64`, `aarch64`, ...
        vendor: as it calls itself (`GenuineIntel`), or empty.
        name: as it calls itself, or empty.
        level: of x86, `x86-64-v1` to `x86-64-v4` (the psABI); of Arm, `armv8.2-a`; empty where nothing tells.
        flags: its features, as Linux names them (`avx512f`).
    """

    architecture: str
    vendor: str = ""
    name: str = ""
    level: str = ""
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerators:
    """All of it.

    Args:
        devices: GPUs and NPUs, by vendor, in the order of the driver.
        drivers: one for each vendor of which there is a device or a driver.
        toolkits: every installation that was found.
        loaders: OpenCL, Vulkan, Level Zero.
        cpu: the processor.
        libc: the C library and its version (`glibc`, `2.36`); empty where nothing tells.
        kernel: the release of the kernel, or empty.
        assumed: what was told and not found, by capability (`cuda.driver`: `12.8`), each with who told it.
        notes: what else a person should know.
    """

    devices: tuple[Device, ...] = ()
    drivers: tuple[Driver, ...] = ()
    toolkits: tuple[Toolkit, ...] = ()
    loaders: tuple[Loader, ...] = ()
    cpu: Cpu
    libc: tuple[str, str] = ("", "")
    kernel: str = ""
    assumed: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def told(self) -> Mapping[str, str]:
        """The values of what was told and not found, by capability; the last one where several told."""
        return {name: value for name, value, _ in self.assumed}
