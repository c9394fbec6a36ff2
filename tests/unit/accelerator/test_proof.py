"""Requirements on drivers and devices, by what was found of a machine and by what was told."""

from __future__ import annotations

import pytest

from extdeps.accelerator.capabilities import list_capabilities, list_devices
from extdeps.accelerator.proof import add_driver, find_version, prove_capability
from extdeps.model.accelerator import Accelerators, Cpu, Device, Driver, Toolkit
from extdeps.model.capability import is_capability
from extdeps.model.constraint import parse_constraints
from extdeps.model.evidence import Evidence, Proof
from support.checks import CATALOGUE

CPU = Cpu(architecture="x86_64", level="x86-64-v3", flags=frozenset({"avx2"}))
DRIVER = Driver(vendor="nvidia", name="nvidia", version="550.54.15", api="12.4", library="/usr/lib/libcuda.so.1")
GPUS = (
    Device(vendor="nvidia", name="A100", architecture="8.0", uuid="GPU-1"),
    Device(vendor="nvidia", name="K80", architecture="3.7", uuid="GPU-2", is_visible=False),
)
MACHINE = Accelerators(devices=GPUS, drivers=(DRIVER,), cpu=CPU, libc=("glibc", "2.36"))
TOLD = (("cuda.arch", "8.9,9.0", "--capability"), ("cuda.driver", "12.8", "--capability"))


def prove(identifier: str, bounds: str = "", machine: Accelerators = MACHINE) -> tuple[str, list[str], str]:
    """The status, what was found, and the note."""
    proof = prove_capability(identifier, parse_constraints(bounds) if bounds else (), machine)
    return proof.status, [f"{item.name} {item.version} at {item.location}" for item in proof.evidence], proof.note


@pytest.mark.parametrize(
    ("identifier", "bounds", "expected"),
    [
        ("dep:generic/libcuda", ">=12", ("satisfied", ["cuda.driver 12.4 at /usr/lib/libcuda.so.1"], "")),
        ("dep:generic/libcuda", ">=13",
         ("wrong-version", ["cuda.driver 12.4 at /usr/lib/libcuda.so.1"], "12.4 is not >=13")),
        ("dep:generic/nvidia-driver", ">=550", ("satisfied", ["nvidia.driver 550.54.15 at /usr/lib/libcuda.so.1"], "")),
        ("dep:virtual/device/nvidia", ">=8.0", ("satisfied", ["A100 8.0 at GPU-1"], "")),
        ("dep:virtual/device/nvidia", "<4", ("wrong-version", ["A100 8.0 at GPU-1"], "8.0 is not <4")),
        ("dep:virtual/device/amd", "", ("missing", [], "")),
        ("dep:generic/amdgpu-driver", "", ("missing", [], "")),
    ],
)  # fmt: skip
def test_what_was_found(identifier: str, bounds: str, expected: tuple[str, list[str], str]) -> None:
    assert prove(identifier, bounds) == expected


def test_a_hidden_device_is_none() -> None:
    hidden = Accelerators(devices=GPUS[1:], drivers=(DRIVER,), cpu=CPU)
    assert prove("dep:virtual/device/nvidia", machine=hidden) == ("missing", [], "1 of nvidia hidden from programs")


def test_a_driver_that_does_not_work() -> None:
    note = "the library is of 555.42.02, and the kernel module of 550.54.15"
    driver = Driver(vendor="nvidia", name="nvidia", state="mismatch", version="550.54.15", note=note)
    broken = Accelerators(drivers=(driver,), cpu=CPU)
    assert prove("dep:generic/libcuda", ">=12", broken)[::2] == ("incomplete", note)


def test_a_version_that_is_not_known() -> None:
    driver = Driver(vendor="nvidia", name="nvidia", state="unknown", version="550.54.15")
    assert prove("dep:generic/libcuda", ">=12", Accelerators(drivers=(driver,), cpu=CPU))[::2] == (
        "unknown",
        "its version is not known: >=12 is undecided",
    )


def test_what_was_told_counts_instead() -> None:
    told = Accelerators(devices=GPUS, drivers=(DRIVER,), cpu=CPU, assumed=TOLD)
    assert [item.architecture for item in list_devices(told)] == ["8.9", "9.0"]
    assert prove("dep:virtual/device/nvidia", ">=9", told)[0] == "satisfied"
    assert prove("dep:generic/libcuda", ">=12.8", told) == ("satisfied", ["cuda.driver 12.8 at --capability"], "")
    found = list_capabilities(told)
    assert found["cuda.arch"] == frozenset({"8.9", "9.0"})
    assert found["cuda.driver"] == frozenset({"12.8"})


@pytest.mark.parametrize("drivers", [(), (DRIVER,)], ids=["none found", "another found"])
@pytest.mark.parametrize(
    ("told", "run_time", "api", "version"),
    [
        ({"nvidia.driver": "580.65"}, "satisfied", "unknown", "satisfied"),
        ({"nvidia.driver": "525.60.13"}, "incomplete", "unknown", "wrong-version"),
        ({"cuda.driver": "13.1"}, "satisfied", "satisfied", "unknown"),
        ({"cuda.driver": "12.8"}, "incomplete", "wrong-version", "unknown"),
        ({"cuda.driver": ""}, "incomplete", "missing", "missing"),
    ],
    ids=str,
)
def test_a_driver_that_was_told_is_all_that_is_known_of_it(
    told: dict[str, str], run_time: str, api: str, version: str, drivers: tuple[Driver, ...]
) -> None:
    assumed = tuple((name, value, "--capability") for name, value in told.items())
    machine = Accelerators(drivers=drivers, cpu=CPU, assumed=assumed)
    evidence = Evidence(kind="library", name="cudart", location="/opt/cuda/lib64/libcudart.so", version="13.0")
    proof = add_driver(Proof(status="satisfied", evidence=(evidence,)), machine, CATALOGUE.compatibility, "Linux")
    assert proof.status == run_time
    assert prove("dep:generic/libcuda", ">=13", machine)[0] == api
    assert prove("dep:generic/nvidia-driver", ">=550", machine)[0] == version
    found = list_capabilities(machine)
    for name in ("cuda.driver", "nvidia.driver"):
        value = told.get(name)
        expected = frozenset(filter(None, [value])) if value is not None or "" in told.values() else None
        assert found[name] == expected


def test_which_identifiers_are_capabilities() -> None:
    assert is_capability("dep:virtual/device/intel", "build")
    assert is_capability("dep:generic/libcuda", "run")
    assert not is_capability("dep:generic/libcuda", "host")
    assert is_capability("dep:generic/nvidia-driver", "host")
    assert not is_capability("dep:generic/cuda", "run")


@pytest.mark.parametrize(
    ("version", "drivers", "status", "note"),
    [
        ("12.6", (DRIVER,), "satisfied", ""),
        ("13.0", (DRIVER,), "incomplete", "its libraries are here, and it needs driver 580, and there is 550.54.15"),
        ("12.6", (), "incomplete", "its libraries are here, and no driver that runs them"),
        ("", (), "satisfied", ""),
    ],
)
def test_a_run_time_needs_a_driver(version: str, drivers: tuple[Driver, ...], status: str, note: str) -> None:
    evidence = Evidence(kind="library", name="cudart", location="/opt/cuda/lib64/libcudart.so", version=version)
    machine = Accelerators(drivers=drivers, cpu=CPU)
    proof = add_driver(Proof(status="satisfied", evidence=(evidence,)), machine, CATALOGUE.compatibility, "Linux")
    assert (proof.status, proof.note) == (status, note)


@pytest.mark.parametrize(("bounds", "status"), [(">=12", "satisfied"), (">=13", "wrong-version"), ("", "satisfied")])
def test_the_version_of_the_installation_that_a_library_lies_in(bounds: str, status: str) -> None:
    evidence = Evidence(kind="library", name="cudart", location="/usr/local/cuda-12.4/lib64/libcudart.so.12")
    toolkits = (
        Toolkit(kind="cuda", version="11.8", root="/usr/local/cuda-11.8"),
        Toolkit(kind="cuda", version="12.4", root="/usr/local/cuda-12.4"),
    )
    constraints = parse_constraints(bounds) if bounds else ()
    before = Proof(status="unknown" if bounds else "satisfied", evidence=(evidence,))
    proof = find_version(before, constraints, Accelerators(toolkits=toolkits, cpu=CPU))
    assert (proof.status, proof.evidence[0].version) == (status, "12.4")


def test_what_is_missing_stays_so() -> None:
    missing = Proof(status="missing")
    assert add_driver(missing, MACHINE, CATALOGUE.compatibility, "Linux") is missing


def test_the_values_of_capabilities() -> None:
    found = list_capabilities(MACHINE)
    assert found["gpu.vendor"] == frozenset({"nvidia"})
    assert found["glibc.version"] == frozenset({"2.36"})
    assert found["musl.version"] == frozenset()
    assert found["cpu.level"] == frozenset({"x86-64-v3"})
    assert found["cpu.vendor"] is None
    assert found["rocm.arch"] == frozenset()
