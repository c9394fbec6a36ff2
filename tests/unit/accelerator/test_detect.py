"""All that a machine computes with, put together."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from extdeps.accelerator.detect import assume_only, find_accelerators
from extdeps.host import LocalHost, RootHost
from extdeps.model.accelerator import Accelerators, Cpu, Driver, Toolkit
from support.platforms import (
    M2_DISPLAYS,
    MI250,
    MODULES,
    PYTHON,
    answered,
    bind,
    cpuinfo,
    drivers_of,
    mac,
    pci,
)
from support.recorded import RecordedHost


def look(host: RecordedHost) -> Accelerators:
    return find_accelerators(host, PYTHON)


def test_nothing_at_all() -> None:
    assert look(RecordedHost()) == Accelerators(cpu=Cpu(architecture="x86_64"))


def test_several_vendors() -> None:
    host = RecordedHost(
        files={
            **MI250,
            **drivers_of("amdgpu", "i915"),
            **pci("0000:00:02.0", "0x8086", "0x9a49"),
            **pci("0000:81:00.0", "0x19e5", "0xd802", "0x120000"),
            **pci("0000:00:1f.0", "0x8086", "0x1234", "0x060100"),
            "/proc/cpuinfo": cpuinfo(3),
            "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
            "/lib64/libc.so.6": "GNU C Library stable release version 2.36.\n",
            "/opt/rocm/.info/version": "6.2.0-66\n",
            "/opt/intel/oneapi/mkl/2024.2/x": "",
        },
        links=bind(MODULES),
    )
    found = look(host)
    assert [(device.vendor, device.kind, device.architecture) for device in found.devices] == [
        ("amd", "gpu", "gfx90a"),
        ("amd", "gpu", "gfx1100"),
        ("intel", "gpu", ""),
        ("huawei", "npu", ""),
    ]
    assert [(driver.vendor, driver.state) for driver in found.drivers] == [
        ("amd", "working"),
        ("intel", "absent"),
        ("huawei", "absent"),
    ]
    assert [(toolkit.kind, toolkit.version) for toolkit in found.toolkits] == [("rocm", "6.2.0"), ("oneapi", "2024.2")]
    assert (found.cpu.level, found.libc, found.kernel) == ("x86-64-v3", ("glibc", "2.36"), "6.1.0-18-amd64")
    assert host.runs == []


def test_toolkits_without_a_device() -> None:
    host = RecordedHost(
        files={
            "/opt/rocm/.info/version": "5.7.0\n",
            "/usr/local/Ascend/cann-8.5.0/x86_64-linux/ascend_toolkit_install.info": "version=8.5.0\n",
        }
    )
    assert look(host).toolkits == (
        Toolkit(kind="cann", version="8.5.0", root="/usr/local/Ascend/cann-8.5.0"),
        Toolkit(kind="rocm", version="5.7.0", root="/opt/rocm"),
    )


def test_a_mac() -> None:
    found = look(mac(displays=answered(M2_DISPLAYS)))
    assert [device.name for device in found.devices] == ["Apple M2"]
    assert found.drivers == (Driver(vendor="apple", name="Metal", api="3"),)
    assert (found.cpu.level, found.kernel, found.notes) == ("armv8.6-a", "23.5.0", ())


@pytest.mark.parametrize(
    ("files", "notes"),
    [
        (
            {"/proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n", "/.dockerenv": ""},
            ("this is WSL: the driver of a GPU is that of Windows",),
        ),
        ({"/dev/dxg": ""}, ("this is WSL: the driver of a GPU is that of Windows",)),
        ({"/run/.containerenv": ""}, ("this is a container: it has the devices that it was given",)),
        ({"/.dockerenv": ""}, ("this is a container: it has the devices that it was given",)),
    ],
)
def test_notes(files: dict[str, str], notes: tuple[str, ...]) -> None:
    assert look(RecordedHost(files=files)).notes == notes


def test_what_was_told_is_kept_apart() -> None:
    told = (("cuda.driver", "12.8", "--capability"),)
    assert find_accelerators(RecordedHost(), PYTHON, told) == Accelerators(cpu=Cpu(architecture="x86_64"), assumed=told)
    assert assume_only("aarch64", told) == Accelerators(cpu=Cpu(architecture="aarch64"), assumed=told)


def test_another_root_file_system(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("root")
    for path, content in {**MI250, "/opt/rocm-6.2.0/.info/version": "6.2.0\n"}.items():
        file = root / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    (root / "opt/rocm").symlink_to("/opt/rocm-6.2.0")
    found = find_accelerators(RootHost(str(root)), PYTHON)
    assert [device.architecture for device in found.devices] == ["gfx90a", "gfx1100"]
    assert [toolkit.root for toolkit in found.toolkits] == ["/opt/rocm-6.2.0"]


def test_this_machine() -> None:
    found = find_accelerators(LocalHost(), PYTHON)
    assert found.cpu.architecture
    if sys.platform == "linux":
        assert found.kernel


PROGRAM = """
import sys
from extdeps.accelerator.detect import find_accelerators
from extdeps.host import LocalHost
from extdeps.interpreter import Interpreter
from support.platforms import PYTHON
from support.recorded import RecordedHost
started = []
sys.addaudithook(lambda event, told: started.append(event) if event in STARTS else None)
STARTS = ("subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "ctypes.dlopen")
find_accelerators(HOST, PYTHON)
assert not started, started
print(*sys.modules)
"""
"""What looks at a machine, and prints the modules that it has loaded."""

VENDORS = ("amd", "apple", "cuda", "cudafiles", "intel", "npu", "nvidia", "nvidiadetection", "nvidiasystem", "rocm")


def loaded(host: str) -> set[str]:
    """The modules that are loaded by a look at a machine, which starts nothing."""
    return set(run(PROGRAM.replace("HOST", host)).split())


def run(program: str) -> str:
    """What a program prints that imports what this process does."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_modules_of_vendors_that_are_not_here_are_not_loaded() -> None:
    modules = loaded("RecordedHost()")
    assert "extdeps.accelerator.detect" in modules
    assert not {f"extdeps.accelerator.{name}" for name in (*VENDORS, "cache")} & modules
    assert not {name for name in modules if name.startswith(("extdeps.database", "extdeps.versions"))}


@pytest.mark.parametrize(
    ("files", "environ", "module"),
    [
        ({"/usr/local/cuda-12.4/x": ""}, {}, "cuda"),
        ({"/opt/cuda/x": ""}, {}, "cuda"),
        ({"/usr/lib/cuda/x": ""}, {}, "cuda"),
        ({"/usr/lib/x86_64-linux-gnu/libnccl.so.2": ""}, {}, "cuda"),
        ({"/usr/include/cudnn.h": ""}, {}, "cuda"),
        ({"/nix/store/x": ""}, {}, "cuda"),
        ({"/usr/conda-meta/libcudnn-9.1-0.json": ""}, {}, "cuda"),
        ({}, {"CUDA_PATH": "/srv/cuda"}, "cuda"),
        ({"/sys/module/nvidia/version": "550.54.15"}, {}, "nvidia"),
        ({"/usr/lib/wsl/lib/libcuda.so.1": ""}, {}, "nvidia"),
        ({"/opt/rocm-6.2.0/x": ""}, {}, "rocm"),
        ({"/usr/include/hip/hip_version.h": ""}, {}, "rocm"),
        ({}, {"HIP_PATH": "/srv/rocm"}, "rocm"),
        ({"/opt/intel/oneapi/mkl/2024.2/x": ""}, {}, "intel"),
        ({"/home/me/intel/oneapi/x": ""}, {"HOME": "/home/me"}, "intel"),
    ],
)
def test_a_hint_is_followed(files: dict[str, str], environ: dict[str, str], module: str) -> None:
    # an NVML that is asked would be a process, which a recorded host refuses to start
    modules = loaded(f"RecordedHost(files={files!r}, environ={environ!r})")
    assert {name for name in VENDORS if f"extdeps.accelerator.{name}" in modules} >= {module}


MAPPED = """
def maps():
    return {line.split()[-1] for line in open("/proc/self/maps") if ".so" in line}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what is mapped")
def test_no_library_is_mapped_by_a_look_at_this_machine() -> None:
    program = PROGRAM.replace("find_accelerators(HOST", "before = maps()\nfind_accelerators(LocalHost()")
    program = program.replace("assert not started, started\nprint(*sys.modules)", "print(*maps() - before)")
    mapped = run(MAPPED + program).split()
    assert [path for path in mapped if "/lib-dynload/" not in path] == []  # those are Python's own, such as `_json`
