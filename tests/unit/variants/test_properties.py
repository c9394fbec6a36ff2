"""What a machine supports, in the words of the public providers."""

from __future__ import annotations

import pytest

from extdeps.model.accelerator import Accelerators, Cpu, Device, Driver, Toolkit
from extdeps.variants.properties import find_features, list_features

CPU = Cpu(architecture="x86_64", level="x86-64-v3")


def nvidia(*architectures: str, api: str = "12.4", **settings: object) -> Accelerators:
    devices = tuple(Device(vendor="nvidia", architecture=architecture) for architecture in architectures)
    driver = Driver(vendor="nvidia", api=api, **settings)  # type: ignore[arg-type]
    return Accelerators(devices=devices, drivers=(driver,), cpu=CPU)


def values(namespace: str, accelerators: Accelerators) -> dict[str, tuple[str, ...]]:
    return {feature.name: feature.values for feature in find_features(namespace, accelerators)}


def told(**assumed: str) -> Accelerators:
    pairs = tuple((name.replace("_", "."), value, "--capability") for name, value in assumed.items())
    return Accelerators(cpu=Cpu(architecture="x86_64"), assumed=pairs)


def test_bounds_of_cuda() -> None:
    """Worked out by hand from the description of the public provider, for a driver of CUDA 12.4."""
    found = values("nvidia", nvidia("8.9"))
    minors = [f"11.{minor}" for minor in range(20, -1, -1)]
    assert list(found) == ["cuda_version_lower_bound", "cuda_version_upper_bound", "sm_arch"]
    assert found["cuda_version_lower_bound"] == ("12.4", "12.3", "12.2", "12.1", "12.0", "12", *minors, "11")
    upper = found["cuda_version_upper_bound"]
    assert upper[:2] == ("15.20", "15.19")
    assert upper[-18:] == ("13.0", "13", *(f"12.{minor}" for minor in range(20, 4, -1)))
    assert not {"12.4", "12"} & set(upper)


def test_targets_of_one_gpu() -> None:
    targets = values("nvidia", nvidia("8.9"))["sm_arch"]
    real = tuple(f"8{minor}_real" for minor in range(9, -1, -1))
    assert targets[:10] == real
    assert targets[10:20] == tuple(f"8{minor}_virtual" for minor in range(9, -1, -1))
    assert targets[20] == "79_virtual"
    assert targets[-1] == "50_virtual"


@pytest.mark.parametrize(
    ("architectures", "real", "first_virtual"),
    [
        (("8.9", "8.6"), ["86", "85", "84", "83", "82", "81", "80"], "86_virtual"),
        (("9.0", "7.5"), [], "75_virtual"),
        (("12.1",), ["121", "120"], "121_virtual"),
        (("15.0",), [], "129_virtual"),
    ],
)
def test_targets_run_on_every_gpu(architectures: tuple[str, ...], real: list[str], first_virtual: str) -> None:
    targets = values("nvidia", nvidia(*architectures))["sm_arch"]
    assert [target.removesuffix("_real") for target in targets if target.endswith("_real")] == real
    assert next(target for target in targets if target.endswith("_virtual")) == first_virtual


@pytest.mark.parametrize(
    "accelerators",
    [
        Accelerators(cpu=CPU),
        nvidia(),
        nvidia("8.9", api=""),
        nvidia("8.9", state="mismatch"),
        nvidia("8.9", state="failed"),
        told(cuda_driver=""),
        told(cuda_arch="8.9"),
    ],
    ids=["nothing", "no device", "unknown", "mismatch", "failed", "told none", "only a GPU"],
)
def test_nothing_of_nvidia(accelerators: Accelerators) -> None:
    assert values("nvidia", accelerators) == {}


def test_older_than_any_wheel() -> None:
    assert list(values("nvidia", nvidia("3.5", api="10.2"))) == ["cuda_version_upper_bound"]


def test_a_gpu_that_is_not_known_has_no_target() -> None:
    assert "sm_arch" not in values("nvidia", nvidia("8.9", ""))


def test_what_was_told() -> None:
    found = values("nvidia", told(cuda_driver="12.8", cuda_arch="9.0"))
    assert (found["cuda_version_lower_bound"][0], found["sm_arch"][0]) == ("12.8", "90_real")
    assert "sm_arch" not in values("nvidia", told(cuda_driver="13"))
    assert values("nvidia", told(cuda_driver="13"))["cuda_version_lower_bound"][:3] == ("13.0", "13", "12.20")
    assert values("nvidia", told(cuda_driver="17.2"))["cuda_version_lower_bound"][0] == "15.20"
    assert "cuda_version_upper_bound" not in values("nvidia", told(cuda_driver="17.2"))


def test_amd() -> None:
    devices = (
        Device(vendor="amd", architecture="gfx1036", memory=1),
        Device(vendor="amd", architecture="gfx1100", memory=24),
        Device(vendor="amd", architecture="gfx1100", memory=20),
    )
    toolkits = tuple(Toolkit(kind="rocm", version=version, root="/opt") for version in ("6.2.1", "6.10.0", "odd"))
    found = values("amd", Accelerators(devices=devices, toolkits=toolkits, cpu=CPU))
    assert found == {"gfx_arch": ("gfx1100", "gfx1036"), "rocm_version": ("6.10.0", "6.10", "6.2.1", "6.2")}
    assert values("amd", told(rocm_arch="gfx942", rocm="6.3")) == {"gfx_arch": ("gfx942",), "rocm_version": ("6.3",)}
    assert values("amd", Accelerators(toolkits=toolkits, cpu=CPU)) == {}


@pytest.mark.parametrize(
    ("namespace", "level", "expected"),
    [
        ("x86_64", "x86-64-v3", ("v3", "v2", "v1")),
        ("x86_64", "", None),
        ("x86_64", "armv8.2-a", None),
        ("aarch64", "armv8.2-a", ("8.2a", "8.1a", "8.0a")),
        (
            "aarch64",
            "armv9.1-a",
            ("9.1a", "9.0a", "8.6a", "8.5a", "8.4a", "8.3a", "8.2a", "8.1a", "8.0a"),
        ),
        ("aarch64", "x86-64-v3", None),
        ("aarch64", "", None),
    ],
)
def test_processors(namespace: str, level: str, expected: tuple[str, ...] | None) -> None:
    feature = {"x86_64": "level", "aarch64": "version"}[namespace]
    found = values(namespace, Accelerators(cpu=Cpu(architecture=namespace, level=level)))
    assert found == ({feature: expected} if expected else {})


@pytest.mark.parametrize("namespace", ["aarch64", "amd", "nvidia", "x86_64"])
def test_values_are_there_once(namespace: str) -> None:
    for feature in list_features(namespace):
        assert len(set(feature.values)) == len(feature.values)
