"""Installations of CUDA: toolkits, conda environments, nix profiles, wheels; several side by side are normal."""

from __future__ import annotations

import re

from extdeps.accelerator.cudafiles import Directories, directories_of, read_installation, read_libraries
from extdeps.accelerator.hints import CUDA_VARIABLES, DEBIAN_CUDA, SONAMES, has_nix
from extdeps.host import find_executable
from extdeps.interpreter import MULTIARCH
from extdeps.model.accelerator import Toolkit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

_NAMED = re.compile(r"cuda(?:[-_]?v?\d+(?:\.\d+)*)?")
_DEBIAN, _LINKED = DEBIAN_CUDA
_STORED = re.compile(r"/[0-9a-z]{32}-")
_SPREAD = ("/usr", _LINKED, _DEBIAN)
_WINDOWS = "/NVIDIA GPU Computing Toolkit/CUDA"
# compiled when they are first needed; most environments have nothing that they are about
_RECORD = r"(?P<name>.+)-(?P<version>[^-]+)-[^-]+\.json"
_CONDA = {
    "cuda-nvcc": "nvcc",
    "cuda-nvcc-impl": "nvcc",
    "cuda-cudart": "cudart",
    "cudnn": "cudnn",
    "libcudnn": "cudnn",
    "nccl": "nccl",
    "tensorrt": "tensorrt",
    "libnvinfer": "tensorrt",
}
_CONDA_WHOLE = ("cuda-toolkit", "cudatoolkit", "cuda", "cuda-runtime", "cuda-version")
_DISTRIBUTION = r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*?)-(?P<version>[^-]+)\.dist-info"
_WHEEL = r"(?:nvidia-)?(?P<part>cuda-nvcc|cuda-runtime|cudnn|nccl|tensorrt)(?:-libs)?(?:-cu(?P<major>\d+))?(?:-libs)?"
_PARTS = {"cuda-nvcc": "nvcc", "cuda-runtime": "cudart"}


def find_cuda(host: Host, interpreter: Interpreter) -> tuple[Toolkit, ...]:
    """Find every installation of CUDA that concerns a Python.

    Args:
        host: the machine.
        interpreter: the Python that decides, whose environment may hold wheels or conda packages.

    Returns:
        Those that a variable names first, then those of the system, the environment's own last; each once.
    """
    found: dict[str, Toolkit] = {}
    for root in _iter_roots(host):
        real = host.real_path(root).rstrip("/")
        if real not in found and host.exists(real):
            toolkit = _read_conda(host, real) or _read_toolkit(host, real)
            if toolkit:
                found[real] = toolkit
    system = _read_system(host)
    if system:
        found.setdefault(system.root, system)
    for prefix in dict.fromkeys((interpreter.prefix, interpreter.base_prefix)):
        toolkit = _read_conda(host, prefix)
        if toolkit:
            found[host.real_path(prefix)] = toolkit  # its records tell more than its files
    return (*found.values(), *_iter_wheels(host, interpreter))


def _iter_roots(host: Host) -> Iterator[str]:
    for variable in CUDA_VARIABLES:
        path = host.environ.get(variable, "").replace("\\", "/")
        if path:
            yield path
    if host.system == "Windows":
        programs = (host.environ.get("PROGRAMFILES") or "C:/Program Files").replace("\\", "/")
        yield from (f"{programs}{_WINDOWS}/{name}" for name in host.list_directory(programs + _WINDOWS))
        return
    for directory in ("/usr/local", "/opt"):
        for name in host.list_directory(directory):
            if _NAMED.fullmatch(name):
                yield f"{directory}/{name}"
    compiler = host.real_path(find_executable(host, "nvcc") or "")
    if host.exists(f"{compiler}.profile"):  # a script that stands for one elsewhere has none beside it
        yield compiler.removesuffix("/bin/nvcc")
    if has_nix(host):
        from extdeps.database.nix import iter_profiles

        yield from iter_profiles(host)


def _read_toolkit(host: Host, root: str) -> Toolkit | None:
    if root in _SPREAD:
        return None  # spread over the system, and read there
    stored = _version_in_store(root)
    version, components = read_installation(host, directories_of(host, root), stored or "")
    if not version and not components:
        return None
    return Toolkit(
        kind="cuda",
        version=version,
        root=root,
        source="nix"
        if stored is not None or host.exists(f"{root}/manifest.json") or host.exists(f"{root}/manifest.nix")
        else "directory",
        components=tuple(sorted(components.items())),
    )


def _version_in_store(root: str) -> str | None:
    """The version that the name of a store path of nix has, empty where it has none; None where it is no such path."""
    if not _STORED.search(root):
        return None
    from extdeps.database.nix import read_store_path

    stored = read_store_path(root)
    return stored.version if stored else None


def _read_system(host: Host) -> Toolkit | None:
    """What lies among the system's own files: Debian's toolkit, and what NVIDIA's packages add to it."""
    multiarch = MULTIARCH.get(host.machine, "")
    triplets = (f"/{multiarch}", "") if multiarch else ("",)
    include = tuple(f"/usr/include{triplet}" for triplet in triplets)
    directories = tuple(f"/usr/{name}" for name in (*(f"lib{triplet}" for triplet in triplets), "lib64"))
    names = {
        stem: path
        for stem, numbers in SONAMES
        for directory in reversed(directories)
        for number in reversed(numbers)
        if host.exists(path := f"{directory}/{stem}.{number}")
    }
    components = read_libraries(host, include, names)
    version = ""
    if any(map(host.exists, DEBIAN_CUDA)):
        places = Directories(
            root=_LINKED, include=include, libraries=directories, programs=(f"{_DEBIAN}/bin", "/usr/bin")
        )
        version, parts = read_installation(host, places)
        components = {**components, **parts}
    if not version and not components:
        return None
    return Toolkit(kind="cuda", version=version, root="/usr", components=tuple(sorted(components.items())))


def _read_conda(host: Host, prefix: str) -> Toolkit | None:
    records = {}
    for file in host.list_directory(f"{prefix}/conda-meta"):
        match = re.fullmatch(_RECORD, file)
        if match:
            records[match["name"]] = match["version"]
    components = {part: records[name] for name, part in _CONDA.items() if name in records}
    if "cudatoolkit" in records:  # one package of everything, before 12
        components.setdefault("cudart", records["cudatoolkit"])
    if not components:
        return None  # `cuda-version` alone installs nothing
    version = next((records[name] for name in _CONDA_WHOLE if name in records), "")
    version = version or ".".join(components.get("cudart", components.get("nvcc", "")).split(".")[:2])
    return Toolkit(
        kind="cuda", version=version, root=prefix, source="conda", components=tuple(sorted(components.items()))
    )


def _iter_wheels(host: Host, interpreter: Interpreter) -> Iterator[Toolkit]:
    """What wheels have brought into the environment, one for each major version of CUDA."""
    parts: dict[str, dict[str, str]] = {}
    for name, version in _read_distributions(host, interpreter).items():
        match = re.fullmatch(_WHEEL, name)
        if match:
            part = _PARTS.get(match["part"], match["part"])
            # since 13 the compiler and the runtime do without the ending, and tell by their own version
            own = version.partition(".")[0] if match["part"] in _PARTS else ""
            parts.setdefault(match["major"] or own, {}).setdefault(part, version)
    loose = parts.pop("", {})
    for major in sorted(parts, key=int) or ([""] if loose else []):
        components = {**loose, **parts.get(major, {})}
        whole = components.get("cudart") or components.get("nvcc") or ""
        yield Toolkit(
            kind="cuda",
            version=".".join(whole.split(".")[:2]),
            root=interpreter.prefix,
            source="wheel",
            components=tuple(sorted(components.items())),
        )


def _read_distributions(host: Host, interpreter: Interpreter) -> dict[str, str]:
    """The distributions of the environment; the first directory that has one wins, as for `import`."""
    found: dict[str, str] = {}
    for directory in interpreter.site:
        for entry in host.list_directory(directory):
            match = re.fullmatch(_DISTRIBUTION, entry) if entry.lower().startswith(("nvidia", "tensorrt")) else None
            if match:
                from extdeps.database.pypi import normalize

                found.setdefault(normalize(match["name"]), match["version"])
    return found
