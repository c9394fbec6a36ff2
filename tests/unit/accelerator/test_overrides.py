"""What is told of a machine: precedence, forms, and what is said where one is wrong."""

from __future__ import annotations

import pytest

from extdeps.accelerator.overrides import CAPABILITIES, VARIABLES, parse_capability, read_overrides
from extdeps.errors import UsageError


def test_an_option_before_a_setting_before_a_variable() -> None:
    environ = {"CONDA_OVERRIDE_CUDA": "11.8", "CONDA_OVERRIDE_CUDA_ARCH": "7.5", "UV_CUDA_DRIVER_VERSION": "535.1"}
    settings = (("cuda.driver", "12.1", "/p"), ("cuda.arch", "8.0", "/p"), ("cuda.arch", "8.6", "/q"))
    options = ["cuda-driver=12.4", "cuda.driver = 12.8", "acme.fpga=2"]
    assert read_overrides(options, settings, environ) == (
        ("acme.fpga", "2", "--capability"),
        ("cuda.arch", "8.0", "/p"),
        ("cuda.driver", "12.8", "--capability"),
        ("nvidia.driver", "535.1", "UV_CUDA_DRIVER_VERSION"),
    )


def test_nothing_is_told() -> None:
    assert read_overrides([], (), {"PATH": "/bin"}) == ()


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("CONDA_OVERRIDE_CUDA", "12.8", ("cuda.driver", "12.8")),
        ("CONDA_OVERRIDE_CUDA", " 12.8=0 ", ("cuda.driver", "12.8")),
        ("CONDA_OVERRIDE_CUDA_ARCH", "8.9", ("cuda.arch", "8.9")),
        ("NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION", "12", ("cuda.driver", "12")),
        ("NV_VARIANT_PROVIDER_FORCE_SM_ARCH", "9.0", ("cuda.arch", "9.0")),
        ("NV_VARIANT_PROVIDER_FORCE_SM_ARCH", "sm_120", ("cuda.arch", "12.0")),
        ("NV_VARIANT_PROVIDER_FORCE_SM_ARCH", "90", ("cuda.arch", "9.0")),
        ("UV_CUDA_DRIVER_VERSION", "550.144.03", ("nvidia.driver", "550.144.03")),
        ("UV_AMD_GPU_ARCHITECTURE", "gfx90a", ("rocm.arch", "gfx90a")),
    ],
)
def test_variables_of_others(variable: str, value: str, told: tuple[str, str]) -> None:
    assert read_overrides([], (), {variable: value}) == ((*told, variable),)


@pytest.mark.parametrize(("variable", "name"), VARIABLES)
def test_an_empty_variable_says_that_there_is_none(variable: str, name: str) -> None:
    assert read_overrides([], (), {variable: ""}) == ((name, "", variable),)
    assert read_overrides([f"{name}="], (), {variable: "1"}) == ((name, "", "--capability"),)


def test_the_first_variable_counts() -> None:
    environ = {"NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION": "12.8", "CONDA_OVERRIDE_CUDA": "13.0"}
    assert read_overrides([], (), environ) == (("cuda.driver", "13.0", "CONDA_OVERRIDE_CUDA"),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cpu-level", "x86-64-v3"),
        ("cpu.level", "armv9.0-a"),
        ("cuda-arch", "12.0"),
        ("glibc", "2.28"),
        ("gpu.vendor", "amd"),
        ("musl", "1.2.5"),
        ("rocm", "6.2.1"),
        ("rocm.arch", "gfx1100"),
    ],
)
def test_forms(name: str, value: str) -> None:
    assert parse_capability(name, value) == (name.replace("-", "."), value)
    assert name.replace("-", ".") in CAPABILITIES


@pytest.mark.parametrize(
    ("option", "message", "context", "hint"),
    [
        ("cuda-driver", "`--capability cuda-driver` has no value", (), "write it as `--capability cuda-driver=12.8`"),
        (
            "cuda-driver=new",
            "`cuda-driver` is a version such as `12.8`, not `new`",
            ("in `--capability cuda-driver=new`",),
            "",
        ),
        (
            "cuda.arch=sm_90",
            "`cuda.arch` is a compute capability such as `8.9`, not `sm_90`",
            ("in `--capability cuda.arch=sm_90`",),
            "",
        ),
        (
            "cpu.level=v3",
            "`cpu.level` is a level such as `x86-64-v3` or `armv8.2-a`, not `v3`",
            ("in `--capability cpu.level=v3`",),
            "",
        ),
        (
            "gpu.vendor=matrox",
            "`gpu.vendor` is nvidia, amd, intel, apple or huawei, not `matrox`",
            ("in `--capability gpu.vendor=matrox`",),
            "",
        ),
        (
            "cuda-drvier=12.8",
            "there is no capability `cuda-drvier`; there are cuda.arch, cuda.driver",
            ("in `--capability cuda-drvier=12.8`",),
            "",
        ),
        ("=12", "`` is not the name of a capability", ("in `--capability =12`",), ""),
        ("Fpga Card=2", "`Fpga Card` is not the name of a capability", ("in `--capability Fpga Card=2`",), ""),
    ],
)
def test_wrong_options(option: str, message: str, context: tuple[str, ...], hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_overrides([option], (), {})
    assert (caught.value.message, caught.value.context, caught.value.hint) == (message, context, hint)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CONDA_OVERRIDE_CUDA", "latest", "`CONDA_OVERRIDE_CUDA` must be a version such as `12.8`, not `latest`"),
        (
            "CONDA_OVERRIDE_CUDA_ARCH",
            "8.9a",
            "`CONDA_OVERRIDE_CUDA_ARCH` must be a compute capability such as `8.9`, not `8.9a`",
        ),
        (
            "UV_CUDA_DRIVER_VERSION",
            "550-x",
            "`UV_CUDA_DRIVER_VERSION` must be a version such as `550.54.15`, not `550-x`",
        ),
    ],
)
def test_wrong_variables(variable: str, value: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_overrides([], (), {variable: value})
    assert caught.value.message == message
    assert caught.value.hint == "leave it empty to say that there is none, or unset it"
