"""All that a machine computes with, put together."""

from __future__ import annotations

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


def test_modules_of_vendors_that_are_not_here_are_not_loaded() -> None:
    program = (
        "import sys; from extdeps.accelerator.detect import find_accelerators\n"
        "from support.platforms import PYTHON\nfrom support.recorded import RecordedHost\n"
        "find_accelerators(RecordedHost(), PYTHON)\n"
        "print(*(name for name in sys.modules if name.startswith('extdeps.accelerator.')))"
    )
    environ = {"PYTHONPATH": f"{__file__.rpartition('/unit/')[0]}"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ)
    assert not {f"extdeps.accelerator.{name}" for name in ("amd", "apple", "npu", "cache")} & set(done.stdout.split())
