"""What hints at a vendor, asked before its module is loaded: few looks, and rather one too many than one too few."""

from __future__ import annotations

from extdeps.host import find_executable
from extdeps.interpreter import MULTIARCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

NODES = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/nvhost-gpu", "/dev/nvhost-ctrl-gpu")  # the latter on Tegra
"""Through which NVIDIA's driver is asked."""

SONAMES = (
    ("libcudnn.so", ("9", "8", "7")),
    ("libnccl.so", ("2",)),
    ("libnvinfer.so", ("11", "10", "8", "7")),
)
"""Of each library on top of CUDA that is installed among the system's own, the endings that it has had."""

CUDA_VARIABLES = ("CUDA_HOME", "CUDA_PATH", "CUDA_ROOT")
DEBIAN_CUDA = ("/usr/lib/nvidia-cuda-toolkit", "/usr/lib/cuda")
ROCM_VARIABLES = ("ROCM_PATH", "ROCM_HOME", "HIP_PATH")

WSL = "/usr/lib/wsl/lib"
"""Where the libraries of the Windows driver stand in WSL."""

_LIBRARIES = ("libcuda.so.1", "libnvidia-ml.so.1")
_HEADERS = ("cudnn_version.h", "cudnn.h", "nccl.h", "NvInferVersion.h")
_CONDA = ("cuda", "cudnn", "libcudnn", "nccl", "tensorrt", "libnvinfer")
_ROCM = (
    ".info",
    "include/hip",
    "include/miopen",
    "include/rccl",
    "include/rccl.h",
    "include/rocblas",
    "include/rocblas-version.h",
    "include/rocm-core",
    "include/rocm_version.h",
)


def driver_directories(host: Host) -> tuple[str, ...]:
    """Where distributions put NVIDIA's libraries; the loader's cache has most, not those of WSL and NixOS."""
    multiarch = f"/usr/lib/{MULTIARCH.get(host.machine, host.machine)}"
    return (
        WSL,
        multiarch,
        "/usr/lib64",
        "/usr/lib",
        "/run/opengl-driver/lib",
        f"{multiarch}/nvidia/current",
        f"{multiarch}/nvidia",
        f"{multiarch}/tegra",
    )


def find_driver_library(host: Host) -> str:
    """The first library of NVIDIA's driver that is installed, or empty."""
    paths = (f"{directory}/{name}" for directory in driver_directories(host) for name in _LIBRARIES)
    return next((path for path in paths if host.exists(path)), "")


def hints_at_nvidia(host: Host, *, has_device: bool) -> bool:
    """Whether anything hints at a driver or a device of NVIDIA.

    Args:
        host: the machine.
        has_device: whether one is on the PCI bus.
    """
    if host.system == "Windows":
        return True  # where its libraries are is known to the module
    if host.system != "Linux":
        return False
    places = ("/sys/module/nvidia", "/proc/driver/nvidia", *NODES)
    return has_device or any(map(host.exists, places)) or bool(find_driver_library(host))


def hints_at_cuda(host: Host, interpreter: Interpreter) -> bool:
    """Whether anything hints at an installation of CUDA, in the system or in the environment of a Python."""
    return (
        host.system == "Windows"
        or any(map(host.environ.get, CUDA_VARIABLES))
        or has_nix(host)  # a profile may have any package
        or any(map(host.exists, DEBIAN_CUDA))
        or any(_lists(host, directory, ("cuda",)) for directory in ("/usr/local", "/opt"))
        or any(_lists(host, f"{prefix}/conda-meta", _CONDA) for prefix in _prefixes(interpreter))
        or any(_lists(host, directory, ("nvidia", "tensorrt")) for directory in interpreter.site)
        or any(map(host.exists, _iter_spread(host)))
        or find_executable(host, "nvcc") is not None
    )


def has_nix(host: Host) -> bool:
    """Whether there can be profiles of nix."""
    return host.exists("/nix/store") or bool(host.environ.get("NIX_PROFILES"))


def hints_at_rocm(host: Host, interpreter: Interpreter) -> bool:
    """Whether anything hints at an installation of ROCm."""
    roots = ("/usr", interpreter.prefix) if interpreter.distributor == "conda" else ("/usr",)
    return (
        any(map(host.environ.get, ROCM_VARIABLES))
        or _lists(host, "/opt", ("rocm",))
        or any(host.exists(f"{root}/{path}") for root in roots for path in _ROCM)
    )


def hints_at_oneapi(host: Host) -> bool:
    """Whether anything hints at an installation of oneAPI."""
    places = ("/opt/intel/oneapi", f"{host.environ.get('HOME', '')}/intel/oneapi")
    return bool(host.environ.get("ONEAPI_ROOT")) or any(map(host.exists, places))


def _prefixes(interpreter: Interpreter) -> Iterable[str]:
    return dict.fromkeys((interpreter.prefix, interpreter.base_prefix))


def _lists(host: Host, directory: str, starts: tuple[str, ...]) -> bool:
    return any(name.lower().startswith(starts) for name in host.list_directory(directory))


def _iter_spread(host: Host) -> Iterator[str]:
    """The files among the system's own that tell of what lies on top of CUDA."""
    triplet = MULTIARCH.get(host.machine, "")
    ends = (f"/{triplet}", "") if triplet else ("",)
    yield from (f"/usr/include{end}/{name}" for end in ends for name in _HEADERS)
    for directory in (*(f"/usr/lib{end}" for end in ends), "/usr/lib64"):
        yield from (f"{directory}/{stem}.{number}" for stem, numbers in SONAMES for number in numbers)
