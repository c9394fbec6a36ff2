"""Machines with and without NVIDIA's devices, as file trees with libraries that are compiled here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extdeps.accelerator.nvidia import find_nvidia
from extdeps.accelerator.pci import read_pci
from extdeps.host import Host, RootHost
from extdeps.model.accelerator import Device, Driver
from support.fakedriver import Gpu, build_driver
from support.machines import Machine
from support.recorded import RecordedHost, load_host

LIB = "/usr/lib64"
A100 = Gpu()
T4 = Gpu(
    name="Tesla T4",
    uuid="GPU-22222222-2222-2222-2222-222222222222",
    bus="00000000:AF:00.0",
    capability=(7, 5),
    memory=15,
)
MODULE = {
    "/sys/module/nvidia/version": "550.54.15\n",
    "/proc/driver/nvidia/version": (
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\n"
        "GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n"
    ),
}
NODES = {"/dev/nvidiactl": "", "/dev/nvidia0": ""}
NOT_HERE = "cannot open shared object file: No such file or directory"


def on_bus(address: str = "0000:01:00.0", driver: str = "nvidia", *, kind: str = "0x030200") -> dict[str, str]:
    path = f"/sys/bus/pci/devices/{address}"
    files = {f"{path}/vendor": "0x10de\n", f"{path}/device": "0x20b0\n", f"{path}/class": f"{kind}\n"}
    return files | {f"/sys/bus/pci/drivers/{driver}/bind": ""}


def bound(address: str = "0000:01:00.0", driver: str = "nvidia") -> dict[str, str]:
    return {f"/sys/bus/pci/devices/{address}/driver": f"../../drivers/{driver}"}


def machine(root: Path, *, environ: dict[str, str] | None = None, files: dict[str, str] | None = None) -> Machine:
    """A machine with the kernel's side of one working A100."""
    return Machine(root, MODULE | NODES | on_bus() | (files or {}), links=bound(), environ=environ)


def add_driver(
    root: Path,
    *devices: Gpu,
    version: str = "550.54.15",
    directory: str = LIB,
    kinds: tuple[str, ...] = ("nvml", "cuda"),
    mood: str = "",
    init: int = 0,
    cuda: int = 12040,
    count: int | None = None,
) -> None:
    """Put the driver's libraries into a tree, named as the real ones are."""
    place = root / directory.lstrip("/")
    for kind in kinds:
        name = {"nvml": "libnvidia-ml.so", "cuda": "libcuda.so"}[kind]
        path = place / f"{name}.{version}"
        build_driver(path, kind, devices=devices, mood=mood, init=init, driver=version, cuda=cuda, count=count)
        (place / f"{name}.1").unlink(missing_ok=True)
        (place / f"{name}.1").symlink_to(path.name)


def look(host: Host, *, timeout: float = 15.0) -> tuple[Driver | None, tuple[Device, ...], tuple[str, ...]]:
    return find_nvidia(host, read_pci(host), timeout=timeout)


def test_working(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100)
    driver, devices, notes = look(host)
    assert driver
    assert (driver.state, driver.name, driver.version, driver.api) == (
        "working",
        "nvidia",
        "550.54.15",
        "12.4",
    )
    assert driver.library == f"{LIB}/libcuda.so.550.54.15"
    assert (driver.is_forward_compatible, driver.note, notes) == (False, "", ())
    (device,) = devices
    assert (device.name, device.architecture, device.memory) == (A100.name, "8.0", 40 << 30)
    assert (device.uuid, device.address, device.is_visible) == (A100.uuid, "0000:01:00.0", True)
    assert device.location == f"{LIB}/libnvidia-ml.so.550.54.15"
    assert len(host.runs) == 1


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="Linux tells what is loaded")
def test_no_library_of_the_driver_is_in_this_process(tmp_path: Path) -> None:
    add_driver(tmp_path, A100)
    look(machine(tmp_path))
    loaded = Path("/proc/self/maps").read_text()
    assert "libcuda" not in loaded
    assert "libnvidia" not in loaded


def test_none_starts_nothing(tmp_path: Path) -> None:
    amd = "/sys/bus/pci/devices/0000:03:00.0"
    host = Machine(tmp_path, {f"{amd}/vendor": "0x1002\n", f"{amd}/class": "0x030000\n"})
    assert look(host) == (None, (), ())
    assert host.runs == []
    assert len(host.looks) < 30


@pytest.mark.parametrize("name", ["debian-12", "fedora-42", "macos-homebrew", "nixos"])
def test_recorded_machines_have_none(name: str) -> None:
    host = load_host(name)
    assert look(host) == (None, (), ())
    assert host.runs == []


def test_another_function_of_a_card_is_no_device(tmp_path: Path) -> None:
    host = Machine(tmp_path, on_bus("0000:01:00.1", kind="0x040300"))
    assert look(host) == (None, (), ())


def test_two_of_different_capability(tmp_path: Path) -> None:
    host = machine(tmp_path, files=on_bus("0000:af:00.0"))
    add_driver(tmp_path, A100, T4)
    driver, devices, notes = look(host)
    assert driver
    assert driver.state == "working"
    assert [(device.architecture, device.address) for device in devices] == [
        ("8.0", "0000:01:00.0"),
        ("7.5", "0000:af:00.0"),
    ]
    assert notes == ()


@pytest.mark.parametrize(
    ("value", "visible", "expected"),
    [
        ("GPU-2222", [False, True], ["CUDA_VISIBLE_DEVICES=`GPU-2222` hides 1 of 2 devices"]),
        ("GPU-2222,GPU-1", [True, True], []),
        (
            "-1",
            [False, False],
            [
                "CUDA_VISIBLE_DEVICES=`-1`: `-1` is no device, or no other one; what follows is hidden",
                "CUDA_VISIBLE_DEVICES=`-1` hides 2 of 2 devices",
            ],
        ),
        ("", [False, False], ["CUDA_VISIBLE_DEVICES=`` hides 2 of 2 devices"]),
    ],
)
def test_hidden(tmp_path: Path, value: str, visible: list[bool], expected: list[str]) -> None:
    host = machine(tmp_path, environ={"CUDA_VISIBLE_DEVICES": value, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"})
    add_driver(tmp_path, A100, T4)
    driver, devices, notes = look(host)
    assert driver
    assert driver.state == "working"
    assert [device.is_visible for device in devices] == visible
    assert list(notes) == expected


@pytest.mark.parametrize(("order", "visible"), [("PCI_BUS_ID", [True, False]), ("", [False, True])])
def test_hidden_by_an_index_in_either_order(tmp_path: Path, order: str, visible: list[bool]) -> None:
    environ = {"CUDA_VISIBLE_DEVICES": "0"} | ({"CUDA_DEVICE_ORDER": order} if order else {})
    host = machine(tmp_path, environ=environ)
    add_driver(tmp_path, A100, T4)
    _, devices, notes = look(host)
    assert [device.is_visible for device in devices] == visible
    assert notes == ("CUDA_VISIBLE_DEVICES=`0` hides 1 of 2 devices",)


def test_order_that_nobody_tells(tmp_path: Path) -> None:
    host = machine(tmp_path, environ={"CUDA_VISIBLE_DEVICES": "0"})
    add_driver(tmp_path, A100, T4)
    add_driver(tmp_path, A100, T4, kinds=("cuda",), init=999)
    _, devices, notes = look(host)
    assert [device.is_visible for device in devices] == [True, False]
    assert notes[0] == "CUDA's order of different devices is not known; that of the bus was taken"


def test_mig(tmp_path: Path) -> None:
    parts = ("MIG-aaaaaaaa-0000-0000-0000-000000000000", "MIG-bbbbbbbb-0000-0000-0000-000000000000")
    host = machine(tmp_path, environ={"CUDA_VISIBLE_DEVICES": "MIG-b"})
    add_driver(tmp_path, Gpu(is_divided=True, parts=parts), T4)
    _, devices, _ = look(host)
    assert [(device.partitions, device.is_visible) for device in devices] == [(parts, True), ((), False)]


def test_mig_without_a_part(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, Gpu(is_divided=True))
    _, _, notes = look(host)
    assert notes == ("NVIDIA A100-SXM4-40GB is to be divided (MIG) and has no part: it cannot be used",)


def test_wsl(tmp_path: Path) -> None:
    lib = "/usr/lib/wsl/lib"
    host = Machine(tmp_path, {"/proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n", "/dev/dxg": ""})
    for kind, name in (("nvml", "libnvidia-ml.so.1"), ("cuda", "libcuda.so.1")):
        build_driver(tmp_path / lib[1:] / name, kind, devices=(A100,), driver="551.61", cuda=12040)
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.version, driver.api) == ("working", "551.61", "12.4")
    assert driver.library == f"{lib}/libcuda.so.1"
    assert len(devices) == 1


def test_wsl_without_its_device(tmp_path: Path) -> None:
    host = Machine(
        tmp_path, {"/proc/sys/kernel/osrelease": "4.4.0-19041-Microsoft\n", "/usr/lib/wsl/lib/libcuda.so.1": ""}
    )
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.note) == (
        "no-device",
        "WSL has the driver's libraries, but no /dev/dxg: it is WSL 1, or a container without that device",
    )
    assert (devices, host.runs) == ((), [])


def test_container_without_a_device(tmp_path: Path) -> None:
    """The kernel is that of the machine, and so are /sys and /proc."""
    host = Machine(tmp_path, MODULE | on_bus() | {"/.dockerenv": ""}, links=bound())
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.version, driver.api) == ("no-device", "550.54.15", "")
    assert driver.note == (
        "the kernel module is loaded, but there is no device node here; a container is given the devices when it is "
        "started (`--gpus all`, `--device nvidia.com/gpu=all`)"
    )
    assert [device.is_visible for device in devices] == [False]


def test_container_that_was_given_none(tmp_path: Path) -> None:
    host = Machine(tmp_path, MODULE | on_bus(), links=bound(), environ={"NVIDIA_VISIBLE_DEVICES": "none"})
    add_driver(tmp_path, init=9, kinds=("nvml",))
    driver, _, _ = look(host)
    assert driver
    assert (driver.state, driver.note) == (
        "no-device",
        "the kernel module is loaded, but there is no device node here; "
        "the container was started with NVIDIA_VISIBLE_DEVICES=`none`",
    )


def test_container_that_was_given_one_of_two(tmp_path: Path) -> None:
    host = machine(tmp_path, files=on_bus("0000:af:00.0"), environ={"NVIDIA_VISIBLE_DEVICES": "0"})
    add_driver(tmp_path, A100)
    _, devices, notes = look(host)
    assert [(device.address, device.is_visible) for device in devices] == [
        ("0000:01:00.0", True),
        ("0000:af:00.0", False),
    ]
    assert notes == ("the driver does not show what is at 0000:af:00.0: not given to this system",)


def test_device_that_a_virtual_machine_has(tmp_path: Path) -> None:
    host = Machine(
        tmp_path,
        MODULE | NODES | on_bus() | on_bus("0000:af:00.0", "vfio-pci"),
        links=bound() | bound("0000:af:00.0", "vfio-pci"),
    )
    add_driver(tmp_path, A100)
    _, _, notes = look(host)
    assert notes == ("the driver does not show what is at 0000:af:00.0: `vfio-pci` has it",)


def test_libraries_that_the_container_lacks(tmp_path: Path) -> None:
    driver, _, _ = look(machine(tmp_path, files={"/.dockerenv": ""}))
    assert driver
    assert (driver.state, driver.library) == ("absent", "")
    assert driver.note == (
        f"the driver's libraries are not here: /libcuda.so.1: {NOT_HERE}; a container is given the devices when it is "
        "started (`--gpus all`, `--device nvidia.com/gpu=all`)"
    )


def test_container_for_nvml_alone(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100, kinds=("nvml",))
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.note) == (
        "failed",
        f"`libcuda` cannot be loaded: /libcuda.so.1: {NOT_HERE}",
    )
    assert len(devices) == 1


def test_mismatch(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100, version="550.90.07", init=18)
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.version) == ("mismatch", "550.54.15")
    assert driver.note == (
        f"the kernel module is 550.54.15, the library `{LIB}/libnvidia-ml.so.550.90.07` is of 550.90.07; "
        "the module that fits is loaded by the next start of the machine"
    )
    assert [(device.address, device.architecture) for device in devices] == [("0000:01:00.0", "")]


def test_mismatch_without_nvml(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100, version="535.54.03", init=803, kinds=("cuda",))
    driver, _, _ = look(host)
    assert driver
    assert driver.state == "mismatch"


@pytest.mark.parametrize(
    ("mood", "note"),
    [
        ("segfault", "NVML: it crashed (SIGSEGV); `libcuda`: it crashed (SIGSEGV)"),
        ("abort", "NVML: it crashed (SIGABRT); `libcuda`: it crashed (SIGABRT)"),
        (
            "leave",
            "NVML: it gave no answer that can be read; `libcuda`: it gave no answer that can be read",
        ),
        ("fail", "NVML: it ended with status 7; `libcuda`: it ended with status 7"),
    ],
)
def test_crash_inside_the_library(tmp_path: Path, mood: str, note: str) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100, mood=mood)
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.version, driver.note) == ("failed", "550.54.15", note)
    assert [device.address for device in devices] == ["0000:01:00.0"]


def test_hung(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100, mood="hang")
    driver, devices, _ = look(host, timeout=0.5)
    assert driver
    assert (driver.state, driver.note) == (
        "failed",
        "its libraries do not answer: it took longer than 0.5 s",
    )
    assert len(devices) == 1
    assert len(host.runs) == 1


def test_crash_of_nvml_alone(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100)
    add_driver(tmp_path, A100, mood="segfault", kinds=("nvml",))
    driver, devices, notes = look(host)
    assert driver
    assert (driver.state, driver.api) == ("working", "12.4")
    assert [device.architecture for device in devices] == ["8.0"]
    assert notes == ("NVML cannot be asked: it crashed (SIGSEGV)",)


def test_crash_of_libcuda_alone(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100)
    add_driver(tmp_path, A100, mood="early", kinds=("cuda",))
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.note) == ("failed", "`libcuda` does not answer: it crashed (SIGSEGV)")
    assert [device.architecture for device in devices] == ["8.0"]


def test_nvml_absent_but_libcuda_there(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100, kinds=("cuda",))
    driver, devices, notes = look(host)
    assert driver
    assert (driver.state, driver.version, driver.api) == ("working", "550.54.15", "12.4")
    (device,) = devices
    assert (device.name, device.architecture, device.memory) == (A100.name, "8.0", 40 << 30)
    assert (device.uuid, device.address) == ("GPU-11111111-1111-1111-1111-111111111111", "0000:01:00.0")
    assert notes == (f"NVML cannot be asked: /libnvidia-ml.so.1: {NOT_HERE}",)


def test_what_a_library_prints_is_no_answer(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100, mood="noise")
    driver, devices, _ = look(host)
    assert driver
    assert driver.state == "working"
    assert len(devices) == 1


def test_garbage(tmp_path: Path) -> None:
    nasty = Gpu(name="a\033[31mb\nc", uuid="GPU-\x07", bus="here", capability=(-7, 99999))
    host = machine(tmp_path)
    add_driver(tmp_path, nasty, cuda=-5, count=1 << 30)
    driver, devices, notes = look(host)
    assert driver
    assert (driver.state, driver.api) == ("working", "")
    device = devices[0]
    assert (device.name, device.uuid, device.address, device.architecture) == ("a[31mbc", "GPU-", "", "")
    assert len(devices) == 1
    assert notes[0] == "device 1 is lost to NVML: it returned NVML_ERROR_GPU_IS_LOST"


def test_file_that_is_no_library(tmp_path: Path) -> None:
    host = machine(tmp_path, files={f"{LIB}/libcuda.so.1": "no", f"{LIB}/libnvidia-ml.so.1": "no"})
    driver, _, _ = look(host)
    assert driver
    assert driver.state == "absent"


@pytest.mark.parametrize(
    ("init", "note"),
    [
        (999, "NVML: it returned NVML_ERROR_UNKNOWN; `libcuda`: it returned CUDA_ERROR_UNKNOWN"),
        (802, "NVML: it returned 802; `libcuda`: it returned CUDA_ERROR_SYSTEM_NOT_READY"),
    ],
)
def test_refusal(tmp_path: Path, init: int, note: str) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100, init=init)
    driver, _, _ = look(host)
    assert driver
    assert (driver.state, driver.note) == ("failed", note)


@pytest.mark.parametrize(
    ("driver_name", "note"),
    [
        ("nouveau", "there is a device at 0000:01:00.0; `nouveau` has it, which runs no CUDA"),
        ("", "there is a device at 0000:01:00.0; no kernel driver has it"),
    ],
)
def test_device_without_driver(tmp_path: Path, driver_name: str, note: str) -> None:
    host = Machine(tmp_path, on_bus(driver=driver_name or "x"), links=bound(driver=driver_name) if driver_name else {})
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.name, driver.note) == ("absent", driver_name or "nvidia", note)
    assert [(device.address, device.architecture) for device in devices] == [("0000:01:00.0", "")]
    assert host.runs == []


def test_driver_without_device(tmp_path: Path) -> None:
    host = Machine(tmp_path, MODULE | {"/dev/nvidiactl": ""})
    add_driver(tmp_path)
    driver, devices, _ = look(host)
    assert driver
    assert (driver.state, driver.version, driver.note) == ("no-device", "550.54.15", "it has no device")
    assert devices == ()


def test_libraries_alone(tmp_path: Path) -> None:
    host = Machine(tmp_path)
    add_driver(tmp_path)
    driver, _, _ = look(host)
    assert driver
    assert (driver.state, driver.version) == ("no-device", "550.54.15")
    assert driver.note == "only its libraries are here: no kernel module, no device"
    assert host.runs == []


def test_module_that_does_not_tell_its_version(tmp_path: Path) -> None:
    text = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (builder@host)\n"
    host = Machine(tmp_path, {"/proc/driver/nvidia/version": text, "/dev/nvidiactl": ""})
    driver, _, _ = look(host)
    assert driver
    assert driver.version == "580.65.06"


def test_forward_compatibility_in_force(tmp_path: Path) -> None:
    compat = "/usr/local/cuda-12.8/compat"
    host = machine(tmp_path, environ={"LD_LIBRARY_PATH": compat})
    add_driver(tmp_path, A100)
    add_driver(tmp_path, A100, version="570.124.06", cuda=12080, directory=compat, kinds=("cuda",))
    driver, devices, notes = look(host)
    assert driver
    assert (driver.state, driver.is_forward_compatible) == ("working", True)
    assert (driver.version, driver.api) == ("550.54.15", "12.8")
    assert driver.library == f"{compat}/libcuda.so.570.124.06"
    assert len(devices) == 1
    assert notes == (f"forward compatibility is in force: `{driver.library}` is newer than the driver",)


def test_forward_compatibility_that_is_not_supported(tmp_path: Path) -> None:
    compat = "/usr/local/cuda-12.8/compat"
    host = machine(tmp_path, environ={"LD_LIBRARY_PATH": compat})
    add_driver(tmp_path, A100)
    add_driver(tmp_path, A100, version="570.124.06", init=804, directory=compat, kinds=("cuda",))
    driver, _, _ = look(host)
    assert driver
    assert (driver.state, driver.is_forward_compatible, driver.note) == (
        "failed",
        True,
        f"`{compat}/libcuda.so.570.124.06` is newer than the driver: "
        "these devices do not support forward compatibility",
    )


def test_forward_compatibility_that_is_installed_only(tmp_path: Path) -> None:
    host = machine(tmp_path)
    add_driver(tmp_path, A100)
    add_driver(tmp_path, A100, version="570.124.06", directory="/usr/local/cuda-12.8/compat", kinds=("cuda",))
    add_driver(tmp_path, A100, version="535.54.03", directory="/usr/local/cuda-12.2/compat", kinds=("cuda",))
    driver, _, notes = look(host)
    assert driver
    assert (driver.is_forward_compatible, driver.api) == (False, "12.4")
    path = "/usr/local/cuda-12.8/compat/libcuda.so.570.124.06"
    assert notes == (f"`{path}` (cuda-compat) is newer than the driver and not in force",)


def test_stub(tmp_path: Path) -> None:
    host = machine(tmp_path, environ={"LD_LIBRARY_PATH": "/usr/local/cuda/lib64/stubs"})
    build_driver(tmp_path / "usr/local/cuda/lib64/stubs/libcuda.so.1", "cuda", init=34)
    driver, _, _ = look(host)
    assert driver
    assert (driver.state, driver.note) == (
        "absent",
        "the driver's libraries are not here: there is a stub of `libcuda` only",
    )


def test_another_root_is_not_asked(tmp_path: Path) -> None:
    machine(tmp_path)
    add_driver(tmp_path, A100)
    driver, devices, _ = look(RootHost(str(tmp_path)))
    assert driver
    assert (driver.state, driver.version) == ("unknown", "550.54.15")
    assert driver.note == "its libraries cannot be asked here"
    assert [device.address for device in devices] == ["0000:01:00.0"]


def test_what_the_driver_tells_of_a_device_in_its_files(tmp_path: Path) -> None:
    information = (
        "Model: \t\t NVIDIA GeForce RTX 3090\nIRQ:   \t\t 116\n"
        "GPU UUID: \t GPU-33333333-3333-3333-3333-333333333333\nBus Location: \t 0000:01:00.0\n"
    )
    machine(tmp_path, files={"/proc/driver/nvidia/gpus/0000:01:00.0/information": information})
    _, devices, _ = look(RootHost(str(tmp_path)))
    (device,) = devices
    assert (device.name, device.uuid) == ("NVIDIA GeForce RTX 3090", "GPU-33333333-3333-3333-3333-333333333333")


def test_windows() -> None:
    host = RecordedHost(system="Windows", files={"/C:/Windows/System32/nvcuda.dll": ""})
    driver, _, _ = look(host)
    assert driver
    assert (driver.state, driver.note) == (
        "failed",
        "NVML: it cannot be run here; `libcuda`: it cannot be run here",
    )
    asked = " ".join(host.runs[0])
    assert "nvml:nvml.dll driver:nvcuda.dll driver:C:/Windows/System32/nvcuda.dll" in asked


def test_windows_without_a_driver() -> None:
    assert look(RecordedHost(system="Windows")) == (None, (), ())
