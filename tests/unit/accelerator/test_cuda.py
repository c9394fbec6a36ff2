"""Installations of CUDA, as file trees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.accelerator.cuda import find_cuda
from extdeps.interpreter import Interpreter
from extdeps.model.accelerator import Toolkit
from support.machines import Machine
from support.recorded import load_host

SITE = "/home/me/venv/lib/python3.12/site-packages"


def python(prefix: str = "/home/me/venv", base: str = "/usr") -> Interpreter:
    return Interpreter(
        executable=f"{prefix}/bin/python", prefix=prefix, base_prefix=base, version="3.12.3", site=(SITE,)
    )


def toolkit_124(root: str) -> dict[str, str]:
    """As NVIDIA's own packages and its runfile lay it out."""
    listed = {
        "cuda": {"name": "CUDA SDK", "version": "12.4.1"},
        "cuda_cudart": {"name": "CUDA Runtime (cudart)", "version": "12.4.127"},
        "cuda_nvcc": {"name": "CUDA NVCC", "version": "12.4.131"},
        "nvidia_driver": {"name": "NVIDIA Linux Driver", "version": "550.54.15"},
    }
    return {
        f"{root}/version.json": json.dumps(listed),
        f"{root}/bin/nvcc": "",
        f"{root}/targets/x86_64-linux/include/cuda.h": "#define CUDA_VERSION 12040\n",
        f"{root}/targets/x86_64-linux/lib/libcudart.so.12.4.127": "",
    }


def wheels(*names: str) -> dict[str, str]:
    return {f"{SITE}/{name}.dist-info/METADATA": "" for name in names}


def test_toolkit_by_two_links(tmp_path: Path) -> None:
    root = "/usr/local/cuda-12.4"
    host = Machine(
        tmp_path,
        toolkit_124(root),
        links={"/usr/local/cuda": "cuda-12.4", f"{root}/lib64": "targets/x86_64-linux/lib"},
        environ={"CUDA_HOME": "/usr/local/cuda/", "CUDA_PATH": root},
    )
    assert find_cuda(host, python()) == (
        Toolkit(kind="cuda", version="12.4.1", root=root, components=(("cudart", "12.4.127"), ("nvcc", "12.4.131"))),
    )
    assert host.runs == []


def test_several_side_by_side(tmp_path: Path) -> None:
    files = {
        **toolkit_124("/usr/local/cuda-12.4"),
        "/usr/local/cuda-10.2/version.txt": "CUDA Version 10.2.89\n",
        "/usr/local/cuda-10.2/bin/nvcc": "",
        "/opt/cuda/include/cuda.h": "#define CUDA_VERSION 13000\n",
        "/opt/cuda/include/cuda_runtime_api.h": "#define CUDART_VERSION  13000\n",
        "/srv/cuda/include/cuda.h": "#define CUDA_VERSION 11080\n",
        **wheels("nvidia_cuda_runtime_cu12-12.8.90"),
    }
    found = find_cuda(Machine(tmp_path, files, environ={"CUDA_HOME": "/srv/cuda"}), python())
    assert [(toolkit.root, toolkit.version, toolkit.source) for toolkit in found] == [
        ("/srv/cuda", "11.8", "directory"),
        ("/usr/local/cuda-10.2", "10.2.89", "directory"),
        ("/usr/local/cuda-12.4", "12.4.1", "directory"),
        ("/opt/cuda", "13.0", "directory"),
        ("/home/me/venv", "12.8", "wheel"),
    ]
    assert [dict(toolkit.components) for toolkit in found][1:4] == [
        {"nvcc": "10.2.89"},
        {"cudart": "12.4.127", "nvcc": "12.4.131"},
        {"cudart": "13.0"},
    ]


def test_libraries_on_top_of_a_toolkit(tmp_path: Path) -> None:
    root = "/opt/cuda"
    host = Machine(
        tmp_path,
        {
            f"{root}/include/cuda.h": "#define CUDA_VERSION 12060\n",
            f"{root}/include/cudnn_version.h": (
                "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 1\n#define CUDNN_PATCHLEVEL 0\n"
                "#define CUDNN_VERSION (CUDNN_MAJOR * 10000 + CUDNN_MINOR * 100 + CUDNN_PATCHLEVEL)\n"
            ),
            f"{root}/include/nccl.h": "#define NCCL_MAJOR 2\n#define NCCL_MINOR 21\n#define NCCL_PATCH 5\n",
            f"{root}/include/NvInferVersion.h": (
                "#define TRT_MAJOR_ENTERPRISE 10\n#define TRT_MINOR_ENTERPRISE 13\n#define TRT_PATCH_ENTERPRISE 0\n"
                "#define NV_TENSORRT_MAJOR TRT_MAJOR_ENTERPRISE\n"
            ),
            f"{root}/lib64/libcudart.so.12.6.77": "",
            f"{root}/lib64/libcudnn.so.9": "",
        },
    )
    (toolkit,) = find_cuda(host, python())
    assert dict(toolkit.components) == {"cudart": "12.6.77", "cudnn": "9.1.0", "nccl": "2.21.5", "tensorrt": "10.13.0"}


def test_runtime_image_without_headers(tmp_path: Path) -> None:
    host = Machine(tmp_path, {"/usr/local/cuda-12.4/targets/x86_64-linux/lib/libcudart.so.12.4.127": ""})
    (toolkit,) = find_cuda(host, python())
    assert (toolkit.version, toolkit.components) == ("12.4", (("cudart", "12.4.127"),))


def test_debian(tmp_path: Path) -> None:
    host = Machine(
        tmp_path,
        {
            "/usr/lib/nvidia-cuda-toolkit/bin/nvcc": "",
            "/usr/lib/cuda/version.txt": "CUDA Version 11.8.89\n",
            "/usr/include/cuda.h": "#define CUDA_VERSION 11080\n",
            "/usr/lib/x86_64-linux-gnu/libcudart.so.11.8.89": "",
            "/usr/include/x86_64-linux-gnu/cudnn_version.h": (
                "#define CUDNN_MAJOR 8\n#define CUDNN_MINOR 9\n#define CUDNN_PATCHLEVEL 2\n"
            ),
        },
        environ={"CUDA_HOME": "/usr/lib/cuda"},
    )
    host.machine = "x86_64"
    assert find_cuda(host, python()) == (
        Toolkit(
            kind="cuda",
            version="11.8.89",
            root="/usr",
            components=(("cudart", "11.8.89"), ("cudnn", "8.9.2"), ("nvcc", "11.8.89")),
        ),
    )


def test_libraries_among_those_of_the_system(tmp_path: Path) -> None:
    """NVIDIA's packages put these beside the system's own, for whatever toolkit there is."""
    lib = "/usr/lib/x86_64-linux-gnu"
    host = Machine(
        tmp_path,
        {f"{lib}/libnccl.so.2.21.5": "", f"{lib}/libcudnn.so.9.1.0": ""},
        links={f"{lib}/libnccl.so.2": "libnccl.so.2.21.5", f"{lib}/libcudnn.so.9": "libcudnn.so.9.1.0"},
    )
    host.machine = "x86_64"
    (toolkit,) = find_cuda(host, python())
    assert (toolkit.root, toolkit.version) == ("/usr", "")
    assert dict(toolkit.components) == {"cudnn": "9.1.0", "nccl": "2.21.5"}


def test_conda(tmp_path: Path) -> None:
    names = (
        "cuda-version-12.4-h3060b56_3",
        "cuda-nvcc-12.4.131-hcdd1206_0",
        "cuda-cudart-12.4.127-he02047a_2",
        "cudnn-9.1.1.17-h0fa1d9b_3",
        "nccl-2.21.5.1-ha515578_0",
        "python-3.12.3-hab00c5b_0_cpython",
    )
    files = {f"/opt/env/conda-meta/{name}.json": "{}" for name in names} | {"/opt/env/bin/nvcc": ""}
    host = Machine(tmp_path, files, environ={"CUDA_HOME": "/opt/env"})
    assert find_cuda(host, python("/opt/env", "/opt/env")) == (
        Toolkit(
            kind="cuda",
            version="12.4",
            root="/opt/env",
            source="conda",
            components=(("cudart", "12.4.127"), ("cudnn", "9.1.1.17"), ("nccl", "2.21.5.1"), ("nvcc", "12.4.131")),
        ),
    )


def test_conda_before_12(tmp_path: Path) -> None:
    host = Machine(tmp_path, {"/opt/env/conda-meta/cudatoolkit-11.8.0-h4ba93d1_13.json": "{}"})
    (toolkit,) = find_cuda(host, python("/opt/env", "/opt/env"))
    assert (toolkit.version, toolkit.components) == ("11.8.0", (("cudart", "11.8.0"),))


def test_conda_with_a_bound_alone(tmp_path: Path) -> None:
    host = Machine(tmp_path, {"/opt/env/conda-meta/cuda-version-12.4-h3060b56_3.json": "{}"})
    assert find_cuda(host, python("/opt/env", "/opt/env")) == ()


def test_nix(tmp_path: Path) -> None:
    store = "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-cuda_nvcc-12.4.99"
    host = Machine(tmp_path, {f"{store}/bin/nvcc": ""}, environ={"CUDA_PATH": store})
    assert find_cuda(host, python()) == (
        Toolkit(kind="cuda", version="12.4", root=store, source="nix", components=(("nvcc", "12.4.99"),)),
    )


def test_nix_profile(tmp_path: Path) -> None:
    profile = "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-profile"
    host = Machine(
        tmp_path,
        {f"{profile}/manifest.json": "{}", f"{profile}/include/cuda.h": "#define CUDA_VERSION 12040\n"},
        links={"/root/.nix-profile": profile},
    )
    (toolkit,) = find_cuda(host, python())
    assert (toolkit.version, toolkit.root, toolkit.source) == ("12.4", profile, "nix")


def test_wheels_only(tmp_path: Path) -> None:
    host = Machine(
        tmp_path,
        wheels(
            "nvidia_cuda_runtime_cu12-12.4.127",
            "nvidia_cuda_nvcc_cu12-12.4.131",
            "nvidia_cudnn_cu12-9.1.0.70",
            "nvidia_nccl_cu12-2.21.5",
            "nvidia_cublas_cu12-12.4.5.8",
            "nvidia_ml_py-12.535.133",
            "tensorrt_cu12_libs-10.0.1",
        ),
    )
    assert find_cuda(host, python()) == (
        Toolkit(
            kind="cuda",
            version="12.4",
            root="/home/me/venv",
            source="wheel",
            components=(
                ("cudart", "12.4.127"),
                ("cudnn", "9.1.0.70"),
                ("nccl", "2.21.5"),
                ("nvcc", "12.4.131"),
                ("tensorrt", "10.0.1"),
            ),
        ),
    )


def test_wheels_of_two_major_versions(tmp_path: Path) -> None:
    files = wheels("nvidia_cuda_runtime_cu11-11.8.89", "nvidia_cuda_runtime-13.0.48", "nvidia_cudnn_cu13-9.13.0.50")
    found = find_cuda(Machine(tmp_path, files), python())
    assert [(toolkit.version, dict(toolkit.components)) for toolkit in found] == [
        ("11.8", {"cudart": "11.8.89"}),
        ("13.0", {"cudart": "13.0.48", "cudnn": "9.13.0.50"}),
    ]


def test_wheels_without_a_runtime_have_no_version(tmp_path: Path) -> None:
    (toolkit,) = find_cuda(Machine(tmp_path, wheels("nvidia_nccl_cu12-2.21.5")), python())
    assert (toolkit.version, toolkit.components) == ("", (("nccl", "2.21.5"),))


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"cuda": 3}', '{"cuda": {"version": 12}}', '{"cuda": {"version": "\\u001b[31m"}}']
)
def test_version_file_that_is_none(tmp_path: Path, content: str) -> None:
    files = {"/opt/cuda/version.json": content, "/opt/cuda/version.txt": "CUDA", "/opt/cuda/bin/nvcc": ""}
    (toolkit,) = find_cuda(Machine(tmp_path, files), python())
    assert (toolkit.version, toolkit.components) == ("", (("nvcc", ""),))


def test_directories_that_only_are_named_so(tmp_path: Path) -> None:
    host = Machine(tmp_path, {"/opt/cuda/README": "", "/usr/local/cuda-samples/version.txt": "CUDA Version 12.0.1"})
    assert find_cuda(host, python()) == ()


def test_compiler_on_the_path(tmp_path: Path) -> None:
    host = Machine(
        tmp_path,
        {
            "/srv/sdk/bin/nvcc": "",
            "/srv/sdk/bin/nvcc.profile": "",
            "/srv/sdk/include/cuda.h": "#define CUDA_VERSION 12040\n",
            "/usr/local/bin/nvcc": '#!/bin/sh\nexec /srv/sdk/bin/nvcc "$@"\n',
        },
        environ={"PATH": "/srv/sdk/bin:/usr/local/bin"},
    )
    for path in ("srv/sdk/bin/nvcc", "usr/local/bin/nvcc"):
        (tmp_path / path).chmod(0o755)
    assert [toolkit.root for toolkit in find_cuda(host, python())] == ["/srv/sdk"]
    host.environ = {"PATH": "/usr/local/bin"}
    assert find_cuda(host, python()) == ()


def test_variable_that_leads_nowhere(tmp_path: Path) -> None:
    assert find_cuda(Machine(tmp_path, environ={"CUDA_HOME": "/nowhere", "CUDA_PATH": "rel"}), python()) == ()


def test_windows(tmp_path: Path) -> None:
    root = "C:/Program Files/NVIDIA GPU Computing Toolkit/CUDA/v12.4"
    host = Machine(tmp_path, {f"/{path}": text for path, text in toolkit_124(root).items()}, system="Windows")
    (toolkit,) = find_cuda(host, python())
    assert (toolkit.version, toolkit.components) == ("12.4.1", (("cudart", "12.4.127"), ("nvcc", "12.4.131")))


@pytest.mark.parametrize("name", ["debian-12", "macos-homebrew", "nixos", "conda"])
def test_recorded_machines_have_none(name: str) -> None:
    assert find_cuda(load_host(name), python()) == ()


def test_a_machine_without_costs_little(tmp_path: Path) -> None:
    host = Machine(tmp_path)
    assert find_cuda(host, python()) == ()
    assert host.runs == []
    assert len(host.looks) < 60
