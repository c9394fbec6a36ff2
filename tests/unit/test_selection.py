"""Which build fits which machine: drivers, GPUs of one kind and of several, old ones, none, and what is told."""

from __future__ import annotations

import pytest

from extdeps.catalog.selectors import Build, Selector
from extdeps.errors import UnsatisfiableError
from extdeps.model.accelerator import Accelerators, Cpu, Device, Driver
from extdeps.model.selection import Chosen
from extdeps.selection import Situation, select
from support.checks import CATALOGUE

SELECTORS = CATALOGUE.selectors
TABLE = CATALOGUE.compatibility
LINUX = {"sys_platform": "linux", "platform_machine": "x86_64", "platform_system": "Linux", "os_name": "posix"}
MAC = {"sys_platform": "darwin", "platform_machine": "arm64", "platform_system": "Darwin", "os_name": "posix"}
PYTORCH = "https://download.pytorch.org/whl/"


def gpu(architecture: str, vendor: str = "nvidia", name: str = "GPU", *, is_visible: bool = True) -> Device:
    return Device(vendor=vendor, name=name, architecture=architecture, is_visible=is_visible)  # type: ignore[arg-type]


def choose(
    project: str,
    *devices: Device,
    driver: str = "",
    api: str = "",
    environment: dict[str, str] = LINUX,
    assumed: tuple[tuple[str, str, str], ...] = (),
    may_leave_out: bool = False,
    specifier: str = "",
) -> Chosen:
    drivers = (Driver(vendor="nvidia", name="nvidia", version=driver, api=api),) if driver or api else ()
    situation = Situation(
        accelerators=Accelerators(devices=devices, drivers=drivers, cpu=Cpu(architecture="x86_64"), assumed=assumed),
        environment=environment,
        table=TABLE,
        system=environment["platform_system"],
        may_leave_out=may_leave_out,
    )
    return select(SELECTORS[project], situation, specifier=specifier)


@pytest.mark.parametrize(
    ("features", "name", "reason"),
    [
        (frozenset({"mkl"}), "MKL", ""),
        (frozenset({"avx"}), "plain", '`"mkl" in system.features` is false here'),
        (None, "plain", 'whether `"mkl" in system.features` is true is not known'),
    ],
)
def test_builds_for_what_people_define(features: frozenset[str] | None, name: str, reason: str) -> None:
    builds = (Build(name="MKL", when='"mkl" in system.features', is_cpu=True), Build(name="plain", is_cpu=True))
    situation = Situation(
        accelerators=Accelerators(cpu=Cpu(architecture="x86_64")),
        environment=LINUX,
        table=TABLE,
        find_defined={"system.features": features}.get,
    )
    chosen = select(Selector(project="spam", builds=builds, source="x"), situation)
    assert (chosen.name, "".join(item.reason for item in chosen.rejected)) == (name, reason)


@pytest.mark.parametrize(
    ("devices", "driver", "index", "requirement"),
    [
        ((gpu("9.0"),), "580.65.06", "cu130", "torch>=2.9"),
        ((gpu("9.0"),), "570.26", "cu128", "torch>=2.7"),
        ((gpu("9.0"),), "535.54.03", "cu128", "torch>=2.7"),  # minor-version compatibility
        ((gpu("6.1"),), "580.65.06", "cu126", "torch>=2.6"),  # too old for what 13.0 and 12.8 are built for
        ((gpu("6.1"),), "470.42.01", "cu118", "torch>=2.0,<2.8"),  # and its driver too
        ((gpu("3.7"),), "470.42.01", "cu102", "torch<1.13"),  # the newest that still supports it
        ((gpu("9.0"), gpu("6.1")), "580.65.06", "cu126", "torch>=2.6"),  # has to run on both
        ((gpu("gfx90a", "amd"),), "", "rocm6.4", "torch>=2.9"),
        ((gpu("", "intel"),), "", "xpu", "torch>=2.6"),
        ((gpu("9.0", is_visible=False),), "580.65.06", "cpu", "torch"),
        ((), "", "cpu", "torch"),
    ],
)
def test_torch(devices: tuple[Device, ...], driver: str, index: str, requirement: str) -> None:
    chosen = choose("torch", *devices, driver=driver)
    assert (chosen.index, chosen.requirements) == (PYTORCH + index, (requirement,))


def test_a_mac() -> None:
    chosen = choose("torch", gpu("M2", "apple"), environment=MAC)
    assert (chosen.name, chosen.requirements, chosen.index) == ("Metal", ("torch",), "")


def test_why_and_what_was_preferred() -> None:
    chosen = choose("torch", gpu("6.1", name="GTX 1080"), driver="580.65.06")
    assert chosen.reasons == (
        "CUDA 12.6: it needs driver 525.60.13, and there is 580.65.06 (minor-version)",
        "built for GTX 1080 (6.1)",
    )
    assert [(item.name, item.reason) for item in chosen.rejected] == [
        ("CUDA 13.0", "it is not built for GTX 1080 (6.1)"),
        ("CUDA 12.8", "it is not built for GTX 1080 (6.1)"),
    ]


def test_gpus_of_two_vendors() -> None:
    """The one of the other vendor is named; a build for one vendor never uses it."""
    chosen = choose("torch", gpu("8.6", name="RTX 3060"), gpu("", "intel", name="UHD 770"), driver="580.65.06")
    assert chosen.index == f"{PYTORCH}cu130"
    assert chosen.left_out == ("UHD 770 (of unknown architecture) is not used",)


def test_told_to_leave_one_out() -> None:
    devices = (gpu("9.0", name="H100"), gpu("3.5", name="K40"))
    chosen = choose("torch", *devices, driver="580.65.06", may_leave_out=True)
    assert chosen.index == f"{PYTORCH}cu130"
    assert chosen.left_out == ("K40 (3.5) is not used",)
    assert choose("torch", *devices, driver="580.65.06").name == "CPU"


def test_a_driver_that_is_told() -> None:
    """For a machine that is not here: the word of a person counts for more than the driver that was found."""
    assumed = (("cuda.driver", "12.2", "--capability"),)
    chosen = choose("torch", gpu("9.0"), driver="580.65.06", assumed=assumed)
    assert chosen.index == f"{PYTORCH}cu128"


def test_what_compiles_at_run_time_needs_the_very_version() -> None:
    assert choose("numba-cuda", gpu("8.0"), driver="535.54.03").requirements == ("numba-cuda[cu12]>=0.10",)
    assert choose("numba-cuda", gpu("8.0"), driver="580.65.06").requirements == ("numba-cuda[cu13]>=0.19",)


def test_none_fits() -> None:
    with pytest.raises(UnsatisfiableError) as caught:
        choose("cupy")
    assert caught.value.message == "no build of cupy fits this machine"
    condition = 'gpu.vendor == "nvidia" and (sys_platform == "linux" or sys_platform == "win32")'
    assert caught.value.context[0] == f"CUDA 13: `{condition}` is false here"
    assert caught.value.hint == "see https://docs.cupy.dev/en/stable/install.html"


def test_the_versions_that_were_asked_for() -> None:
    assert choose("torch", gpu("8.0"), driver="580.65.06", specifier="<2.8").requirements == ("torch<2.8,>=2.7",)
    assert choose("torch", gpu("8.0"), driver="580.65.06", specifier="==2.1.0").index == f"{PYTORCH}cu118"


def test_a_driver_that_does_not_work() -> None:
    driver = Driver(vendor="nvidia", state="mismatch", version="550.54", note="the library is of 555.42")
    situation = Situation(
        accelerators=Accelerators(devices=(gpu("8.0"),), drivers=(driver,), cpu=Cpu(architecture="x86_64")),
        environment=LINUX,
        table=TABLE,
    )
    chosen = select(SELECTORS["torch"], situation)
    assert chosen.name == "CPU"
    assert chosen.rejected[0].reason == "NVIDIA's driver: the library is of 555.42"


def test_arguments() -> None:
    chosen = choose("paddlepaddle")
    assert chosen.pip_arguments == (
        "paddlepaddle",
        "--index-url",
        "https://www.paddlepaddle.org.cn/packages/stable/cpu/",
    )
    assert chosen.uv_arguments == (
        "paddlepaddle",
        "--default-index",
        "https://www.paddlepaddle.org.cn/packages/stable/cpu/",
    )
    assert choose("flash-attn", gpu("8.0"), driver="580.65.06").pip_arguments == ("flash-attn", "--no-build-isolation")
    jax = choose("jax", gpu("gfx942", "amd"))
    assert jax.lines == ("jax", "jax-rocm7-plugin", "jax-rocm7-pjrt")


def test_there_are_enough() -> None:
    assert len(SELECTORS) >= 25
    assert all(selector.source.startswith("https://") for selector in SELECTORS.values())


@pytest.mark.parametrize("project", SELECTORS)
def test_each_fits_a_current_gpu(project: str) -> None:
    chosen = choose(project, gpu("8.0"), driver="580.65.06")
    assert "CUDA" in chosen.name
